//! What a replay came to, for people, as JSON and as it is kept. Amounts are in yuan.

use crate::bills;
use benefit::{BUCKETS, Benefits, Bill, Clause, ClauseTally, Funds, Replay, Tally, Totals};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The report; names are kept from version to version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The pack both laws belong to.
    pub pack: String,
    /// Hash of the law in force.
    pub now: String,
    /// Hash of the draft.
    pub draft: String,
    /// Bills replayed.
    pub bills: u64,
    /// Lines of the input that were no bill.
    pub faulty: u64,
    /// Refused by both.
    pub refused: u64,
    /// Bills with an illustrative figure on either side.
    pub illustrative: u64,
    /// Paid now, refused under the draft; what they come to now.
    pub newly_refused: Side,
    /// Refused now, paid under the draft; what they come to then.
    pub newly_paid: Side,
    /// The whole, then month by month.
    pub months: Vec<Month>,
    /// Bills whose person pays less.
    pub winners: Group,
    /// Bills whose person pays more.
    pub losers: Group,
    /// How many bills change by how much for the person.
    pub distribution: Vec<Bucket>,
    /// The changed clauses, each with what it moved.
    pub clauses: Vec<Moved>,
    /// Differences that belong to no single clause.
    pub unattributed: Group,
}

/// Sums under one law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// How many bills.
    pub bills: u64,
    /// Total of the bills.
    pub medfee_sumamt: Yuan,
    /// Every fund that paid, under its national field.
    pub funds: Vec<(String, Yuan)>,
    /// All funds.
    pub fund_pay_sumamt: Yuan,
    /// Borne by hospitals.
    pub hosp_part_amt: Yuan,
    /// From personal accounts.
    pub acct_pay: Yuan,
    /// In cash.
    pub psn_cash_pay: Yuan,
}

/// A month under both laws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// `all`, or `2024-05`.
    pub month: String,
    /// Under the law in force.
    pub now: Side,
    /// Under the draft.
    pub draft: Side,
    /// What the funds need more; below zero: less.
    pub needed: Yuan,
}

/// Bills that move the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// How many bills.
    pub bills: u64,
    /// By how much together.
    pub amount: Yuan,
}

/// Bills whose person pays more by up to this; below zero: less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Above this, in yuan; none for the first.
    pub above: Option<Yuan>,
    /// Up to this; none for the last.
    pub to: Option<Yuan>,
    /// How many bills.
    pub bills: u64,
}

/// A changed clause with what it moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Which part of a rule.
    pub clause: String,
    /// The layer's id.
    pub layer: Option<String>,
    /// Where it is written now: `file:line (article)`.
    pub now: Option<String>,
    /// Where it is written in the draft.
    pub draft: Option<String>,
    /// The figure now.
    pub from: String,
    /// The figure in the draft.
    pub to: String,
    /// How many bills.
    pub bills: u64,
    /// What the funds pay more because of it.
    pub funds: Yuan,
    /// What people pay more because of it.
    pub person: Yuan,
    /// As small as can be, as `banli adjudicate` takes it.
    pub smallest: Option<serde_json::Value>,
    /// What the person pays of it now and under the draft.
    pub smallest_own: Option<(Yuan, Yuan)>,
}

/// Fen, written in yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Yuan(pub i128);

impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let whole = (fen / 100).to_string();
        let mut grouped = if self.0 < 0 { "-".to_owned() } else { String::new() };
        for (place, digit) in whole.char_indices() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        f.pad(&format!("{grouped}.{:02}", fen % 100))
    }
}

impl Serialize for Yuan {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.to_string().replace(',', ""))
    }
}

impl<'de> Deserialize<'de> for Yuan {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Yuan, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom(format!("`{text}` is no amount in yuan"));
        let (negative, plain) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
        let (whole, part) = plain.split_once('.').ok_or_else(wrong)?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if part.len() != 2 || !digits(whole) || !digits(part) {
            return Err(wrong());
        }
        let fen: i128 = format!("{whole}{part}").parse().map_err(|_| wrong())?;
        Ok(Yuan(if negative { -fen } else { fen }))
    }
}

impl Side {
    fn new(sums: &Funds) -> Side {
        let funds = Funds::FIELDS.into_iter().zip(sums.funds).filter(|(_, sum)| *sum != 0);
        Side {
            bills: sums.bills,
            medfee_sumamt: Yuan(sums.total),
            funds: funds.map(|(field, sum)| (field.to_owned(), Yuan(sum))).collect(),
            fund_pay_sumamt: Yuan(sums.all()),
            hosp_part_amt: Yuan(sums.hospital),
            acct_pay: Yuan(sums.account),
            psn_cash_pay: Yuan(sums.cash),
        }
    }

    /// What one fund paid, by its national field; in fen.
    pub fn fund(&self, field: &str) -> i128 {
        self.funds.iter().find(|(known, _)| *known == field).map_or(0, |(_, sum)| sum.0)
    }
}

impl Report {
    /// Puts the sums into words; makes the smallest bill of each clause.
    pub fn new(replay: &Replay, tally: &Tally, faulty: u64) -> Report {
        let month = |name: String, sums: &benefit::MonthTally| Month {
            month: name,
            now: Side::new(&sums.now),
            draft: Side::new(&sums.draft),
            needed: Yuan(sums.draft.all() - sums.now.all()),
        };
        let mut months = vec![month("all".to_owned(), &tally.all_months())];
        months.extend(
            tally.months.iter().map(|(of, sums)| month(format!("{}-{:02}", of.year, of.month), sums)),
        );
        let distribution = (0..=BUCKETS.len()).map(|place| Bucket {
            above: place.checked_sub(1).map(|below| Yuan(i128::from(BUCKETS[below]))),
            to: BUCKETS.get(place).map(|&end| Yuan(i128::from(end))),
            bills: tally.distribution[place],
        });
        let (bills, funds, _) = tally.unattributed();
        Report {
            pack: replay.now().pack().to_owned(),
            now: replay.now().hash().to_owned(),
            draft: replay.draft().hash().to_owned(),
            bills: tally.bills,
            faulty,
            refused: tally.refused,
            illustrative: tally.illustrative,
            newly_refused: Side::new(&tally.newly_refused),
            newly_paid: Side::new(&tally.newly_paid),
            months,
            winners: Group { bills: tally.winners.0, amount: Yuan(tally.winners.1) },
            losers: Group { bills: tally.losers.0, amount: Yuan(tally.losers.1) },
            distribution: distribution.collect(),
            clauses: replay.clauses(tally).map(|(clause, moved)| Moved::new(replay, clause, moved)).collect(),
            unattributed: Group { bills, amount: Yuan(funds) },
        }
    }
}

impl Moved {
    fn new(replay: &Replay, clause: Clause, moved: &ClauseTally) -> Moved {
        let place = |place: Option<(String, u32, String)>| {
            place.map(|(file, line, article)| format!("{file}:{line} ({article})"))
        };
        let pair = replay.smallest(&clause, moved);
        let own = |benefits: &Benefits, bill: &Bill| {
            let mut totals = Totals::default();
            benefits.totals(bill, &mut totals).ok()?;
            Some(Yuan(i128::from(totals.amounts.psn_part_amt.get())))
        };
        let smallest_own = pair
            .as_ref()
            .and_then(|(now, draft)| Some((own(replay.now(), now)?, own(replay.draft(), draft)?)));
        let smallest = pair.as_ref().and_then(|(now, draft)| {
            // An item that is new in the draft has its code there.
            let known = clause.item.is_none() || clause.now.is_some();
            let (law, bill) = if known { (replay.now(), now) } else { (replay.draft(), draft) };
            serde_json::from_str(&bills::written(law, "smallest", bill)).ok()
        });
        Moved {
            clause: format!("{:?}", clause.part).to_lowercase(),
            layer: clause.layer.map(|(id, _)| id),
            now: place(clause.now),
            draft: place(clause.draft),
            from: clause.from,
            to: clause.to,
            bills: moved.bills,
            funds: Yuan(moved.funds),
            person: Yuan(moved.person),
            smallest,
            smallest_own,
        }
    }
}

/// Widest bar of the distribution, in letters.
const BAR: u64 = 40;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} as in force {} against draft {}", self.pack, &self.now[..8], &self.draft[..8])?;
        writeln!(f, "{} bills; {} refused by both, {} no bill", self.bills, self.refused, self.faulty)?;
        for (side, what) in [(&self.newly_refused, "newly refused"), (&self.newly_paid, "newly paid")] {
            if side.bills > 0 {
                writeln!(f, "{} {what}: {} from the funds", side.bills, side.fund_pay_sumamt)?;
            }
        }
        if self.illustrative > 0 {
            writeln!(f, "{} bills use an illustrative figure: it is not law", self.illustrative)?;
        }
        if let Some(all) = self.months.first() {
            writeln!(f, "\nWhat is paid (yuan){:>22}{:>22}{:>20}", "now", "draft", "difference")?;
            let mut row = |name: &str, now: i128, draft: i128| {
                writeln!(f, "  {name:<17}{:>22}{:>22}{:>20}", Yuan(now), Yuan(draft), Yuan(draft - now))
            };
            for field in Funds::FIELDS {
                if all.now.fund(field) != 0 || all.draft.fund(field) != 0 {
                    row(field, all.now.fund(field), all.draft.fund(field))?;
                }
            }
            row("all funds", all.now.fund_pay_sumamt.0, all.draft.fund_pay_sumamt.0)?;
            row("hosp_part_amt", all.now.hosp_part_amt.0, all.draft.hosp_part_amt.0)?;
            row("acct_pay", all.now.acct_pay.0, all.draft.acct_pay.0)?;
            row("psn_cash_pay", all.now.psn_cash_pay.0, all.draft.psn_cash_pay.0)?;
            writeln!(f, "\nWhat the funds need more, by month")?;
            for month in self.months.iter().skip(1) {
                writeln!(f, "  {:<17}{:>22}", month.month, month.needed)?;
            }
        }
        writeln!(
            f,
            "\n{} people's bills cost them less, {} in all",
            self.winners.bills, self.winners.amount
        )?;
        writeln!(f, "{} cost them more, {} in all", self.losers.bills, self.losers.amount)?;
        let most = self.distribution.iter().map(|bucket| bucket.bills).max().unwrap_or(0).max(1);
        writeln!(f, "\nWhat a bill costs the person more (below zero: less)")?;
        for bucket in &self.distribution {
            let range = match (bucket.above, bucket.to) {
                (Some(above), Some(to)) if above.0 == -1 && to.0 == 0 => "the same".to_owned(),
                (Some(above), Some(to)) => format!("{} to {to}", Yuan(above.0 + 1)),
                (Some(above), None) => format!("above {above}"),
                (None, to) => format!("to {}", to.unwrap_or(Yuan(0))),
            };
            let bar = "#".repeat(usize::try_from(bucket.bills * BAR / most).unwrap_or(0));
            writeln!(f, "  {range:<26}{:>12} {bar}", bucket.bills)?;
        }
        writeln!(f, "\nWhich clause moved how much")?;
        for moved in &self.clauses {
            let layer = moved.layer.as_deref().unwrap_or("the whole");
            writeln!(f, "  {layer}, {}: {} -> {}", moved.clause, moved.from, moved.to)?;
            for (name, place) in [("now", &moved.now), ("draft", &moved.draft)] {
                if let Some(place) = place {
                    writeln!(f, "    {name:<6} {place}")?;
                }
            }
            writeln!(f, "    {} bills, funds {:+}, people {:+}", moved.bills, moved.funds, moved.person)?;
            if let Some(smallest) = &moved.smallest {
                writeln!(f, "    {smallest}")?;
            }
        }
        if self.unattributed.bills > 0 {
            let Group { bills, amount } = &self.unattributed;
            writeln!(f, "  no single clause: {bills} bills, funds {amount}")?;
        }
        Ok(())
    }
}
