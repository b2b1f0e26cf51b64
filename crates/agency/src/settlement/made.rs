//! A settlement that was made, as it stands on the year's stream.

use super::BillRecord;
use crate::person_account::Drawn;
use crate::{CaseId, PersonId, ProviderId, SettlementId};
use benefit::Amounts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fen};

/// A settlement that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Which.
    pub settlement: SettlementId,
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub provider: ProviderId,
    /// The benefit year.
    pub year: i32,
    /// What was charged.
    pub bill: BillRecord,
    /// What became of it.
    pub amounts: Amounts,
    /// What it counts towards the accumulators of the year, by their ids.
    pub counted: BTreeMap<String, Fen>,
    /// Hash of the law.
    pub law: String,
    /// A figure was used that is not law but an illustration.
    pub illustrative: bool,
    /// The case it comes from, for a counter reimbursement.
    pub case: Option<CaseId>,
    /// The day it was made.
    pub on: Day,
    /// What it drew from a personal account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
    /// What was left on the person's own account after it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub balance: Fen,
}

fn is_zero(amount: &Fen) -> bool {
    *amount == Fen::ZERO
}
