//! What became of a bill: every amount of the national `setlinfo`, each line's shares, and the trace.

use crate::model::Pays;
use policy::{Said, say};
use serde::{Deserialize, Serialize};
use terms::{Day, Fen};

/// The amounts of a settlement under the national field names. The identities hold on every outcome:
///
/// - `medfee_sumamt = fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_scp_amt`
/// - `medfee_sumamt = fund_pay_sumamt + psn_part_amt + hosp_part_amt`
/// - `fund_pay_sumamt` is the sum of the fund items, `psn_part_amt = acct_pay + psn_cash_pay`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Amounts {
    /// Total of the bill.
    pub medfee_sumamt: Fen,
    /// Outside the catalogue.
    pub fulamt_ownpay_amt: Fen,
    /// Above a price ceiling.
    pub overlmt_selfpay: Fen,
    /// First own: of class B items, and the first share of treatment elsewhere.
    pub preselfpay_amt: Fen,
    /// What the layers work on.
    pub inscp_scp_amt: Fen,
    /// Deductible actually borne.
    pub act_pay_dedc: Fen,
    /// Basic pooled fund.
    pub hifp_pay: Fen,
    /// Civil-servant subsidy.
    pub cvlserv_pay: Fen,
    /// Enterprise supplement.
    pub hifes_pay: Fen,
    /// Serious-illness insurance.
    pub hifmi_pay: Fen,
    /// Large-amount subsidy of employees.
    pub hifob_pay: Fen,
    /// Fund for disabled persons' medical security.
    pub hifdm_pay: Fen,
    /// Medical assistance.
    pub maf_pay: Fen,
    /// Other funds, the one of retired cadres among them.
    pub oth_pay: Fen,
    /// All funds.
    pub fund_pay_sumamt: Fen,
    /// Borne by the hospital.
    pub hosp_part_amt: Fen,
    /// Borne by the person: account and cash.
    pub psn_part_amt: Fen,
    /// From the personal account.
    pub acct_pay: Fen,
    /// The rest.
    pub psn_cash_pay: Fen,
}

/// The shares of one line; they add up to the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LineShare {
    /// Price times quantity.
    pub det_item_fee_sumamt: Fen,
    /// Outside the catalogue.
    pub fulamt_ownpay_amt: Fen,
    /// Above the price ceiling.
    pub overlmt_amt: Fen,
    /// First own.
    pub preselfpay_amt: Fen,
    /// In scope.
    pub inscp_scp_amt: Fen,
}

/// What a step of the trace records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// A layer was applied; it closes the layer's steps. `length` is its base, `from` what its accumulator held,
    /// `amount` what it paid.
    Layer,
    /// `amount` of `length` went into the deductible; `from` is what the year had borne of it before.
    Deductible,
    /// A band paid `amount` on the `length` from `from`.
    Band,
    /// A cap cut `amount` away; `from` is what the year had used of it, `length` what was to be paid.
    Cap,
    /// The account's balance cut `amount` away; `from` is the balance, `length` what was to be paid.
    Balance,
}

/// One step of the trace: fixed in size, so that a reused buffer takes it without allocating. The rule behind
/// it is found in [`crate::Benefits`] by `layer` and `row`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub kind: StepKind,
    /// Place of the layer in [`crate::Benefits::layers`].
    pub layer: u8,
    /// Place in [`crate::Layer::rules`] of a deductible's rule, in [`crate::Layer::bands`] of a band, in
    /// [`crate::Layer::caps`] of a cap; 0 for the other kinds.
    pub row: u32,
    /// Position, in fen; see [`StepKind`].
    pub from: i64,
    /// In fen; see [`StepKind`].
    pub length: i64,
    /// In fen; see [`StepKind`].
    pub amount: i64,
}

/// An adjudicated bill. Reuse one for many bills: its buffers grow once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The header amounts.
    pub amounts: Amounts,
    /// One for each line of the bill, in its order.
    pub lines: Vec<LineShare>,
    /// How the layers came about it.
    pub steps: Vec<Step>,
    /// The day whose law was applied.
    pub law_day: Day,
    /// A figure that is not law but an illustration had an effect on the amounts; every slip says so.
    pub illustrative: bool,
}

impl Default for Outcome {
    fn default() -> Outcome {
        Outcome {
            amounts: Amounts::default(),
            lines: Vec::new(),
            steps: Vec::new(),
            law_day: Day::MIN,
            illustrative: false,
        }
    }
}

impl Amounts {
    /// The item of a layer's payment.
    #[inline]
    pub(crate) fn item(&mut self, pays: Pays) -> &mut Fen {
        match pays {
            Pays::Pooled => &mut self.hifp_pay,
            Pays::CivilServant => &mut self.cvlserv_pay,
            Pays::Enterprise => &mut self.hifes_pay,
            Pays::SeriousIllness => &mut self.hifmi_pay,
            Pays::LargeAmount => &mut self.hifob_pay,
            Pays::Disabled => &mut self.hifdm_pay,
            Pays::Assistance => &mut self.maf_pay,
            Pays::Other => &mut self.oth_pay,
            Pays::Hospital => &mut self.hosp_part_amt,
            Pays::Account => &mut self.acct_pay,
            Pays::FirstOwn => &mut self.preselfpay_amt,
        }
    }

    /// What a kind of layer paid.
    pub fn of(&self, pays: Pays) -> Fen {
        *{ *self }.item(pays)
    }

    /// Every amount with its national field name, in the order of the record.
    pub fn named(&self) -> [(&'static str, Fen); 19] {
        [
            ("medfee_sumamt", self.medfee_sumamt),
            ("fulamt_ownpay_amt", self.fulamt_ownpay_amt),
            ("overlmt_selfpay", self.overlmt_selfpay),
            ("preselfpay_amt", self.preselfpay_amt),
            ("inscp_scp_amt", self.inscp_scp_amt),
            ("act_pay_dedc", self.act_pay_dedc),
            ("hifp_pay", self.hifp_pay),
            ("cvlserv_pay", self.cvlserv_pay),
            ("hifes_pay", self.hifes_pay),
            ("hifmi_pay", self.hifmi_pay),
            ("hifob_pay", self.hifob_pay),
            ("hifdm_pay", self.hifdm_pay),
            ("maf_pay", self.maf_pay),
            ("oth_pay", self.oth_pay),
            ("fund_pay_sumamt", self.fund_pay_sumamt),
            ("hosp_part_amt", self.hosp_part_amt),
            ("psn_part_amt", self.psn_part_amt),
            ("acct_pay", self.acct_pay),
            ("psn_cash_pay", self.psn_cash_pay),
        ]
    }

    /// The fund items, which add up to `fund_pay_sumamt`.
    pub fn funds(&self) -> [Fen; 8] {
        [
            self.hifp_pay,
            self.cvlserv_pay,
            self.hifes_pay,
            self.hifmi_pay,
            self.hifob_pay,
            self.hifdm_pay,
            self.maf_pay,
            self.oth_pay,
        ]
    }

    /// The first identity that does not hold, or the first amount below zero; nothing where all is well.
    pub fn broken_identity(&self) -> Option<Said> {
        let sum = |amounts: &[Fen]| amounts.iter().map(|amount| i128::from(amount.get())).sum::<i128>();
        let equal = |whole: Fen, parts: &[Fen]| i128::from(whole.get()) == sum(parts);
        let classes = [self.fulamt_ownpay_amt, self.overlmt_selfpay, self.preselfpay_amt, self.inscp_scp_amt];
        let payers = [self.fund_pay_sumamt, self.psn_part_amt, self.hosp_part_amt];
        let person = [self.acct_pay, self.psn_cash_pay];
        let negative = |amounts: &[Fen]| amounts.iter().any(|amount| amount.is_negative());
        if !equal(self.medfee_sumamt, &classes) {
            Some(say("sum-classes"))
        } else if !equal(self.medfee_sumamt, &payers) {
            Some(say("sum-payers"))
        } else if !equal(self.fund_pay_sumamt, &self.funds()) {
            Some(say("sum-funds"))
        } else if !equal(self.psn_part_amt, &person) {
            Some(say("sum-person"))
        } else if negative(&classes) || negative(&payers) || negative(&person) || negative(&self.funds()) {
            Some(say("sum-negative"))
        } else if self.act_pay_dedc > self.inscp_scp_amt || self.act_pay_dedc.is_negative() {
            Some(say("sum-deductible"))
        } else {
            None
        }
    }
}

impl Outcome {
    /// The first identity that does not hold between lines, header and trace; nothing where all is well.
    pub fn broken_identity(&self) -> Option<Said> {
        let total = |share: fn(&LineShare) -> Fen| {
            self.lines.iter().map(|line| i128::from(share(line).get())).sum::<i128>()
        };
        let is = |amount: Fen, sum: i128| i128::from(amount.get()) == sum;
        let amounts = &self.amounts;
        let whole = self.lines.iter().all(|line| {
            let parts = [line.fulamt_ownpay_amt, line.overlmt_amt, line.preselfpay_amt, line.inscp_scp_amt];
            is(line.det_item_fee_sumamt, parts.iter().map(|part| i128::from(part.get())).sum())
                && parts.iter().all(|part| !part.is_negative())
        });
        let lines_make_header = is(amounts.medfee_sumamt, total(|line| line.det_item_fee_sumamt))
            && is(amounts.fulamt_ownpay_amt, total(|line| line.fulamt_ownpay_amt))
            && is(amounts.overlmt_selfpay, total(|line| line.overlmt_amt));
        let paid = |kinds: &[StepKind]| {
            let steps = self.steps.iter().filter(|step| kinds.contains(&step.kind));
            steps.map(|step| i128::from(step.amount)).sum::<i128>()
        };
        let by_layers = paid(&[StepKind::Layer]);
        let first_share = i128::from(amounts.preselfpay_amt.get()) - total(|line| line.preselfpay_amt);
        let items = [amounts.fund_pay_sumamt, amounts.acct_pay, amounts.hosp_part_amt];
        let header: i128 = items.iter().map(|item| i128::from(item.get())).sum();
        if !whole {
            Some(say("sum-line"))
        } else if !lines_make_header {
            Some(say("sum-lines"))
        } else if by_layers != header + first_share {
            Some(say("sum-layers"))
        } else if paid(&[StepKind::Band]) - paid(&[StepKind::Cap, StepKind::Balance]) != by_layers {
            Some(say("sum-bands"))
        } else {
            amounts.broken_identity()
        }
    }
}
