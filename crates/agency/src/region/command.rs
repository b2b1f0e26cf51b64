//! What can be asked between regions.

use super::Message;
use crate::ProviderId;
use crate::settlement::BillLine;
use benefit::Code;
use ledger::Word;
use serde::{Deserialize, Serialize};
use terms::{CitizenId, Day, Fen, Month};

/// What can be asked between regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// The office of another region becomes known.
    Join {
        /// Its region.
        region: Word,
        /// Its name.
        name: String,
    },
    /// Somebody insured there comes to one of our providers, and that office has said so.
    Welcome(Box<NewGuest>),
    /// A bill of somebody insured elsewhere is to be settled.
    Ask(Box<NewRemote>),
    /// A bill that was not answered in time is given up.
    TimeOut {
        /// Which.
        remote: Word,
    },
    /// A settled bill is taken back.
    Cancel {
        /// Which.
        remote: Word,
    },
    /// A message came, its signature was good.
    Receive {
        /// From which region.
        from: Word,
        /// The sender's number.
        number: u64,
        /// What.
        message: Box<Message>,
    },
    /// The other office has our message.
    Acknowledge {
        /// Which office.
        region: Word,
        /// Which message.
        number: u64,
    },
    /// Our list of a day goes to the other office, which compares.
    List {
        /// Which office.
        region: Word,
        /// Which day.
        day: Day,
    },
    /// A month's clearing is proposed to the other office.
    Clear {
        /// Which office.
        region: Word,
        /// Up to the end of which month.
        month: Month,
    },
    /// The rest of a clearing is paid.
    Pay {
        /// To which office.
        region: Word,
        /// Of which month.
        month: Month,
        /// Out of which fund.
        fund: Word,
    },
    /// A prepayment is lodged.
    Lodge {
        /// With which office.
        region: Word,
        /// Out of which fund.
        fund: Word,
        /// How much.
        amount: Fen,
    },
    /// The prepayments of a year are set to what the year before cost.
    Adjust {
        /// With which office.
        region: Word,
        /// The year they are for.
        year: i32,
    },
}

/// Somebody insured elsewhere, as that office named them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGuest {
    /// Region of insurance.
    pub region: Word,
    /// Who.
    pub citizen: CitizenId,
    /// Full name.
    pub name: String,
}

/// A bill of somebody insured elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRemote {
    /// Region of insurance.
    pub region: Word,
    /// Whose.
    pub citizen: CitizenId,
    /// Where.
    pub provider: ProviderId,
    /// Kind of visit.
    pub med_type: Code,
    /// First day.
    pub begndate: Day,
    /// Last day.
    pub enddate: Day,
    /// The lines, by our catalogue.
    pub lines: Vec<BillLine>,
    /// The person's own account may be used.
    #[serde(default)]
    pub account: bool,
}
