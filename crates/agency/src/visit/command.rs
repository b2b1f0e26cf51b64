//! What can be asked about a visit.

use super::{Details, Setting};
use crate::{PersonId, SettlementId, VisitId};
use benefit::{Code, Price, Quantity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Fen, Moment};

/// What can be asked about visits. Whoever asks acts for a provider; another provider's visit is an unknown one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Register (2201) or admit (2401).
    Open(Box<Open>),
    /// Tell more about the visit (2203, 2403).
    Describe {
        /// Which.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// Kind of visit.
        med_type: Option<Code>,
        /// By the national field names.
        details: Details,
        /// Each by the national field names.
        diagnoses: Vec<Details>,
        /// The message.
        message: String,
    },
    /// Send fee lines (2204, 2301).
    AddLines {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// The lines.
        lines: Vec<NewLine>,
        /// The message.
        message: String,
    },
    /// Take back lines that are not settled (2205, 2302).
    WithdrawLines {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// Which lines.
        which: Which,
        /// The message.
        message: String,
    },
    /// Leave hospital (2402).
    Discharge {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// When.
        endtime: Moment,
        /// By the national field names.
        details: Details,
        /// Each by the national field names.
        diagnoses: Vec<Details>,
        /// The message.
        message: String,
    },
    /// Take the discharge back (2405).
    CancelDischarge {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// The message.
        message: String,
    },
    /// Take registration or admission back (2202, 2404).
    Withdraw {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// The message.
        message: String,
    },
    /// Settle (2207, 2304).
    Settle(Box<Settle>),
    /// Buy at a pharmacy (2102): begins a visit, adds its lines and settles them.
    Buy(Box<Buy>),
    /// Take a settlement back (2208, 2305, 2103).
    CancelSettlement {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// Which settlement.
        settlement: SettlementId,
        /// The message.
        message: String,
    },
    /// Undo what an earlier message did, whether or not its answer arrived (2601).
    Reverse {
        /// Whose, as the sender believes.
        person: PersonId,
        /// The message to undo.
        of: String,
        /// This message.
        message: String,
    },
}

/// A visit to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Whose.
    pub person: PersonId,
    /// The identity number sent, to be sure of the person; empty where none was.
    pub certno: String,
    /// The name sent; empty where none was.
    pub name: String,
    /// Outpatient, inpatient or at a pharmacy.
    pub setting: Setting,
    /// Insurance type.
    pub insutype: Code,
    /// Kind of visit, where known.
    pub med_type: Option<Code>,
    /// Registration, admission or purchase.
    pub begntime: Moment,
    /// The provider's own number.
    pub number: String,
    /// By the national field names.
    pub details: Details,
    /// Each by the national field names.
    pub diagnoses: Vec<Details>,
    /// The message.
    pub message: String,
}

/// A fee line to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    /// `feedetl_sn`
    pub sn: String,
    /// `chrg_bchno`
    pub batch: String,
    /// `med_list_codg`
    pub item: String,
    /// `medins_list_codg`
    pub own_code: String,
    /// `det_item_fee_sumamt`; below zero for a return.
    pub amount: Fen,
    /// `pric`
    pub price: Price,
    /// `cnt`, without its sign.
    pub quantity: Quantity,
    /// When the fee arose.
    pub at: Moment,
    /// `init_feedetl_sn` of a return: the line taken back.
    pub returns: Option<String>,
    /// `hosp_appr_flag`: approved, refused, or nothing to approve.
    pub approved: Option<bool>,
    /// By the national field names.
    pub details: Details,
}

/// Which lines to take back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// Every line that is not settled (`0000`).
    All,
    /// Of these batches.
    Batches(Vec<String>),
    /// These lines.
    Lines(Vec<String>),
}

/// A settlement to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settle {
    /// Which visit.
    pub visit: VisitId,
    /// Whose, as the sender believes.
    pub person: PersonId,
    /// Only these batches; every open line where none is named.
    pub batches: Vec<String>,
    /// Kind of visit, where it is sent again.
    pub med_type: Option<Code>,
    /// Sums as the provider computed them, by national field name; see [`DECLARED`].
    pub declared: BTreeMap<String, Fen>,
    /// Before the end of a stay.
    pub mid_stay: bool,
    /// Only to see what it would be; a stay need not have ended.
    pub preview: bool,
    /// `invono`
    pub invoice: String,
    /// By the national field names.
    pub details: Details,
    /// The message.
    pub message: String,
}

/// The sums that a provider may send with a settlement, by national field name.
pub const DECLARED: [&str; 5] =
    ["medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"];

/// A purchase at a pharmacy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buy {
    /// Who buys.
    pub open: Open,
    /// What.
    pub lines: Vec<NewLine>,
    /// How it is settled; its visit is the one this purchase begins.
    pub settle: Settle,
}
