//! What offices say to each other. Written to disk and sent: a variant is never renamed, a field only added with a
//! default.

use crate::settlement::{BillLine, BillRecord};
use benefit::{Amounts, Code, Filing};
use ledger::Word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{CitizenId, Day, Fen, Month, Refusals};

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "kebab-case")]
pub enum Message {
    /// To the place of insurance: settle this bill.
    Ask(Box<Asked>),
    /// To the place of treatment: it is settled, with what each pays.
    Settled(Box<Answer>),
    /// To the place of treatment: it is not, with every reason.
    Refused {
        /// Which.
        remote: Word,
        /// Why.
        reasons: Refusals,
    },
    /// To the place of insurance: take it back, or never make it.
    Cancel {
        /// Which.
        remote: Word,
        /// The day both count it for.
        day: Day,
    },
    /// To the place of treatment: it is taken back.
    Cancelled {
        /// Which.
        remote: Word,
    },
    /// What the sender's books have of a day, for the daily comparison.
    Listed {
        /// The day.
        day: Day,
        /// By name.
        remotes: Vec<Listed>,
    },
    /// To the region with the higher code: what the month's clearing comes to.
    Clear {
        /// Which month.
        month: Month,
        /// The day both post it for.
        day: Day,
        /// By fund.
        lines: Vec<ClearLine>,
    },
    /// The same figures were found and posted.
    ClearAgreed {
        /// Which month.
        month: Month,
    },
    /// Other figures were found; nothing was posted.
    ClearDeclined {
        /// Which month.
        month: Month,
        /// What was found.
        lines: Vec<ClearLine>,
    },
    /// The rest of a clearing was paid.
    Paid {
        /// Which month.
        month: Month,
        /// Which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// The day both post it for.
        day: Day,
    },
    /// A prepayment was lodged with the receiver, or is called back from it.
    Prepaid {
        /// The sender's name for it.
        reference: Word,
        /// Which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// The day both post it for.
        day: Day,
        /// It is called back.
        back: bool,
    },
}

impl Message {
    /// `ask`, as lists show it.
    pub fn word(&self) -> &'static str {
        match self {
            Message::Ask(_) => "ask",
            Message::Settled(_) => "settled",
            Message::Refused { .. } => "refused",
            Message::Cancel { .. } => "cancel",
            Message::Cancelled { .. } => "cancelled",
            Message::Listed { .. } => "listed",
            Message::Clear { .. } => "clear",
            Message::ClearAgreed { .. } => "clear-agreed",
            Message::ClearDeclined { .. } => "clear-declined",
            Message::Paid { .. } => "paid",
            Message::Prepaid { .. } => "prepaid",
        }
    }

    /// The remote settlement it speaks of.
    pub fn remote(&self) -> Option<Word> {
        match self {
            Message::Ask(asked) => Some(asked.remote),
            Message::Settled(answer) => Some(answer.remote),
            Message::Refused { remote, .. }
            | Message::Cancel { remote, .. }
            | Message::Cancelled { remote } => Some(*remote),
            _ => None,
        }
    }
}

/// Where somebody was treated, as the place of treatment knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hospital {
    /// `fixmedins_code`
    pub code: String,
    /// Its name.
    pub name: String,
    /// By the packs' codes.
    pub kind: String,
    /// National level code.
    pub hosp_lv: String,
    /// Division code of where it lies.
    pub admdvs: String,
}

/// A bill of the place of treatment for the policy of the place of insurance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its name, the same on both sides: the region of treatment and a number.
    pub remote: Word,
    /// Whose.
    pub citizen: CitizenId,
    /// Where.
    pub hospital: Hospital,
    /// Kind of visit.
    pub med_type: Code,
    /// First day.
    pub begndate: Day,
    /// Last day.
    pub enddate: Day,
    /// The day both post it for.
    pub day: Day,
    /// The lines, as the catalogue of the place of treatment has them.
    pub lines: Vec<BillLine>,
    /// The person's own account may be used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub account: bool,
}

/// What the place of insurance decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which.
    pub remote: Word,
    /// Every amount of the settlement.
    pub amounts: Amounts,
    /// What each fund pays, by `fund_pay_type`.
    pub funds: BTreeMap<Word, Fen>,
    /// The filing it was decided under, or `none`.
    pub filing: String,
    /// Hash of the law.
    pub law: String,
    /// Insurance type and person type it was decided for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insured: Option<(Code, Code)>,
    /// What is left on the person's account, as the place of insurance has it (`balc`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Fen>,
    /// The day the place of insurance posted it for, where the month it was asked for was closed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<Day>,
}

impl Asked {
    /// The bill as both sides have it: of somebody insured so, before the place of insurance adds what it knows of them.
    pub fn bill(&self, insutype: Code, psn_type: Code) -> BillRecord {
        let code = |text: &str| text.parse::<Code>().unwrap_or(Code::NONE);
        BillRecord {
            insutype,
            psn_type,
            category: Code::NONE,
            hardship: Code::NONE,
            // What the account holds is looked up when it is settled.
            account: Fen::ZERO,
            account_past: Fen::ZERO,
            provider_kind: code(&self.hospital.kind),
            hosp_lv: code(&self.hospital.hosp_lv),
            admdvs: self.hospital.admdvs.parse().unwrap_or(0),
            designated: true,
            contracted: false,
            med_type: self.med_type,
            begndate: self.begndate,
            enddate: self.enddate,
            filing: Filing::default(),
            direct: true,
            lines: self.lines.clone(),
        }
    }
}

/// One line of a day's list: an entry of the sender's books, or one undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Which.
    pub remote: Word,
    /// Region of treatment.
    pub treating: Word,
    /// Region of insurance.
    pub insured: Word,
    /// It is the undoing.
    pub undone: bool,
    /// What stands between the regions by it, by fund; the personal account's share under its fund. None below zero.
    pub funds: BTreeMap<Word, Fen>,
}

/// One fund of a month's clearing. `one` is the region with the lower code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearLine {
    /// Which fund.
    pub fund: Word,
    /// What `one` owes for its people treated in the other region.
    pub one_owes: Fen,
    /// What the other owes.
    pub other_owes: Fen,
}
