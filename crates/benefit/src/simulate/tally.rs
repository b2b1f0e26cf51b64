//! Sums over replayed bills. Adding and merging commute, so the order of the bills does not matter.

use crate::bill::Bill;
use crate::outcome::Amounts;
use std::collections::BTreeMap;
use terms::Month;

/// Fund items in the order of [`Amounts::funds`], then what hospitals, accounts and purses bear; in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Funds {
    /// Bills summed up.
    pub bills: u64,
    /// `medfee_sumamt`
    pub total: i128,
    /// By fund.
    pub funds: [i128; 8],
    /// `hosp_part_amt`
    pub hospital: i128,
    /// `acct_pay`
    pub account: i128,
    /// `psn_cash_pay`
    pub cash: i128,
}

/// The national fields of [`Funds::funds`].
pub(crate) const FUND_FIELDS: [&str; 8] =
    ["hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay"];

impl Funds {
    /// The national fields of [`Funds::funds`].
    pub const FIELDS: [&'static str; 8] = FUND_FIELDS;

    /// Adds a bill.
    pub fn add(&mut self, amounts: &Amounts) {
        self.bills += 1;
        self.total += i128::from(amounts.medfee_sumamt.get());
        for (sum, fund) in self.funds.iter_mut().zip(amounts.funds()) {
            *sum += i128::from(fund.get());
        }
        self.hospital += i128::from(amounts.hosp_part_amt.get());
        self.account += i128::from(amounts.acct_pay.get());
        self.cash += i128::from(amounts.psn_cash_pay.get());
    }

    fn merge(&mut self, other: &Funds) {
        self.bills += other.bills;
        self.total += other.total;
        for (sum, more) in self.funds.iter_mut().zip(other.funds) {
            *sum += more;
        }
        self.hospital += other.hospital;
        self.account += other.account;
        self.cash += other.cash;
    }

    /// All funds together.
    pub fn all(&self) -> i128 {
        self.funds.iter().sum()
    }

    /// Account and cash.
    pub fn person(&self) -> i128 {
        self.account + self.cash
    }
}

/// A month under both laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MonthTally {
    /// Under the law in force.
    pub now: Funds,
    /// Under the draft.
    pub draft: Funds,
}

/// Upper ends of the buckets of changes, in fen, each included; the last bucket is open. A change below zero is a
/// gain of the person.
pub const BUCKETS: [i64; 12] =
    [-1_000_001, -100_001, -10_001, -1_001, -101, -1, 0, 100, 1_000, 10_000, 100_000, 1_000_000];

/// What a clause moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseTally {
    /// Bills it moved.
    pub bills: u64,
    /// What the funds pay more (below zero: less) because of it, in fen.
    pub funds: i128,
    /// What people pay more because of it, in fen.
    pub person: i128,
    /// The smallest bill seen.
    pub seen: Seen,
    /// That bill.
    pub bill: Box<Bill>,
}

/// How small a bill is: fewest lines first, then the amount, then the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Fee lines.
    pub lines: usize,
    /// Total in fen.
    pub total: i64,
    /// Its place among the bills.
    pub number: u64,
}

/// Which changed clause: a link of the chain and the places of its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClauseKey {
    pub step: usize,
    pub now: Option<(u16, u32, u32)>,
    pub draft: Option<(u16, u32, u32)>,
}

/// What some clauses together move that none alone was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Rest {
    pub bills: u64,
    pub funds: i128,
    pub person: i128,
}

impl Rest {
    pub fn add(&mut self, after: &Amounts, before: &Amounts) {
        let rise =
            |amount: fn(&Amounts) -> terms::Fen| i128::from(amount(after).get() - amount(before).get());
        self.bills += 1;
        self.funds += rise(|amounts| amounts.fund_pay_sumamt);
        self.person += rise(|amounts| amounts.psn_part_amt);
    }
}

/// Everything added up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Bills replayed.
    pub bills: u64,
    /// Bills both laws refuse.
    pub refused: u64,
    /// Bills on which either law uses an illustrative figure.
    pub illustrative: u64,
    /// Paid now, refused under the draft; what they come to now.
    pub newly_refused: Funds,
    /// Refused now, paid under the draft; what they come to then.
    pub newly_paid: Funds,
    /// By month of the law day, bills that both laws pay.
    pub months: BTreeMap<Month, MonthTally>,
    /// Bills whose person pays less, and by how much together, in fen.
    pub winners: (u64, i128),
    /// Bills whose person pays more, and by how much together, in fen.
    pub losers: (u64, i128),
    /// How many bills change by how much for the person; see [`BUCKETS`].
    pub distribution: [u64; BUCKETS.len() + 1],
    pub(crate) clauses: BTreeMap<ClauseKey, ClauseTally>,
    pub(crate) unattributed: Rest,
}

impl Tally {
    /// Adds a bill that both laws pay.
    pub(crate) fn add(&mut self, month: Month, before: &Amounts, after: &Amounts) {
        let sums = self.months.entry(month).or_default();
        sums.now.add(before);
        sums.draft.add(after);
        let change = after.psn_part_amt.get() - before.psn_part_amt.get();
        let side = if change < 0 { &mut self.winners } else { &mut self.losers };
        if change != 0 {
            side.0 += 1;
            side.1 += i128::from(change.abs());
        }
        let bucket = BUCKETS.iter().position(|&end| change <= end).unwrap_or(BUCKETS.len());
        self.distribution[bucket] += 1;
    }

    /// Adds what a clause moved on a bill.
    pub(crate) fn clause(
        &mut self,
        key: ClauseKey,
        before: &Amounts,
        after: &Amounts,
        seen: Seen,
        bill: &Bill,
    ) {
        let mut moved = Rest::default();
        moved.add(after, before);
        let clause = self.clauses.entry(key).or_insert_with(|| ClauseTally {
            bills: 0,
            funds: 0,
            person: 0,
            seen,
            bill: Box::new(bill.clone()),
        });
        clause.bills += 1;
        clause.funds += moved.funds;
        clause.person += moved.person;
        if seen < clause.seen {
            clause.seen = seen;
            clause.bill.clone_from(&Box::new(bill.clone()));
        }
    }

    /// Takes in what another part of the bills came to.
    pub fn merge(&mut self, other: Tally) {
        self.bills += other.bills;
        self.refused += other.refused;
        self.illustrative += other.illustrative;
        self.newly_refused.merge(&other.newly_refused);
        self.newly_paid.merge(&other.newly_paid);
        for (month, sums) in other.months {
            let here = self.months.entry(month).or_default();
            here.now.merge(&sums.now);
            here.draft.merge(&sums.draft);
        }
        for (here, more) in [(&mut self.winners, other.winners), (&mut self.losers, other.losers)] {
            here.0 += more.0;
            here.1 += more.1;
        }
        for (here, more) in self.distribution.iter_mut().zip(other.distribution) {
            *here += more;
        }
        for (key, more) in other.clauses {
            match self.clauses.get_mut(&key) {
                None => {
                    self.clauses.insert(key, more);
                }
                Some(here) => {
                    here.bills += more.bills;
                    here.funds += more.funds;
                    here.person += more.person;
                    if more.seen < here.seen {
                        here.seen = more.seen;
                        here.bill = more.bill;
                    }
                }
            }
        }
        self.unattributed.bills += other.unattributed.bills;
        self.unattributed.funds += other.unattributed.funds;
        self.unattributed.person += other.unattributed.person;
    }

    /// Every month together.
    pub fn all_months(&self) -> MonthTally {
        let mut all = MonthTally::default();
        for sums in self.months.values() {
            all.now.merge(&sums.now);
            all.draft.merge(&sums.draft);
        }
        all
    }

    /// Bills, and what funds and people move by, that belong to no single clause; in fen.
    pub fn unattributed(&self) -> (u64, i128, i128) {
        (self.unattributed.bills, self.unattributed.funds, self.unattributed.person)
    }
}
