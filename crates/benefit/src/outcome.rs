//! What became of a bill: every amount of the national `setlinfo`, each line's shares, and the trace.

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
    /// A layer was applied: `length` is its base, `from` what its accumulator held, `amount` what it paid.
    Layer,
    /// `amount` of `length` went into the deductible; `from` is what the year had borne of it before.
    Deductible,
    /// A band paid `amount` on the `length` from `from`.
    Band,
    /// A cap cut `amount` away; `from` is what the year had used of it, `length` what was to be paid.
    Cap,
}

/// One step of the trace: fixed in size, so that a reused buffer takes it without allocating. The rule behind
/// it is found in [`crate::Benefits`] by `layer` and `row`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub kind: StepKind,
    /// Place of the layer in [`crate::Benefits::layers`].
    pub layer: u8,
    /// Place of the rule, band or cap among those of the layer.
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
    /// A figure was used that is not law but an illustration; every slip says so.
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
