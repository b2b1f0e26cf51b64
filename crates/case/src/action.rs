//! What can be done to a case, by whom, and with what a decision is made.

use crate::event::Decided;
use crate::material::Presented;
use crate::scan::Scan;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Calendar, Day, Facts, Fen};

/// What can be done to a case. A fixed list; which role may do what and when is data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Apply.
    Open {
        /// Hash of the law.
        law: String,
        /// Whom it is about, as the office writes it.
        subject: String,
        /// In which capacity the applicant acts; the caller has checked that they may.
        capacity: String,
        /// Organisations by relation.
        parties: BTreeMap<String, String>,
        /// What is known.
        facts: Facts,
    },
    /// Give or correct facts at the counter.
    GiveFacts(Facts),
    /// Hand in papers.
    Receive(Vec<Presented>),
    /// Add scans of a paper.
    Attach {
        /// The material's id.
        material: String,
        /// The scans; the caller has kept their contents.
        scans: Vec<Scan>,
    },
    /// Take a scan away again.
    Detach {
        /// The material's id.
        material: String,
        /// The scan's hash.
        hash: String,
    },
    /// Say everything that is missing, once.
    AskCorrection,
    /// Take the application.
    Accept,
    /// Refuse to take it, for all the reasons the check finds.
    Decline,
    /// Do a step.
    Complete(Completion),
    /// Do a step that pays.
    Pay {
        /// The step, with what was shown.
        completion: Completion,
        /// How much; the caller has worked it out.
        amount: Fen,
        /// To whom, as their original card shows.
        payee: String,
        /// How, by the packs' codes.
        method: String,
    },
    /// Put up the notice of the present state.
    StartNotice,
    /// Object to the notice that is up.
    Object {
        /// What they say.
        text: String,
    },
    /// Hear an objection.
    Hear {
        /// Its number.
        objection: u32,
        /// Whether it stands.
        upheld: bool,
        /// Why.
        note: String,
    },
    /// The bank sent the payment back.
    PaymentReturned {
        /// Why, as the bank says.
        reason: String,
    },
    /// Take the case up again, because another case decided so; the caller has checked that it did.
    Reopen {
        /// That case.
        because: String,
    },
    /// Take the application back.
    Withdraw,
    /// The day has come to `today`: whatever falls due happens.
    TimePassed,
}

/// A step as it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The step's id.
    pub step: String,
    /// The result.
    pub decision: Decided,
    /// What was written.
    pub note: String,
    /// Facts the step found out.
    pub facts: Facts,
    /// Papers shown at this step.
    pub materials: Vec<Presented>,
    /// Reference of signature or seal.
    pub signature: Option<String>,
}

impl Completion {
    /// The step approved, with nothing further.
    pub fn approve(step: &str) -> Completion {
        Completion {
            step: step.to_owned(),
            decision: Decided::Approved,
            note: String::new(),
            facts: Facts::new(),
            materials: Vec::new(),
            signature: None,
        }
    }
}

/// Somebody who acts on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The same person is the same text, whatever role they act in.
    pub who: String,
    /// Their roles.
    pub roles: BTreeSet<String>,
    /// The organisation they act for, as the office writes it (`agency`, `street`, `provider/3`, `public`).
    pub organisation: String,
    /// What conditions may ask (`actor.title`).
    pub facts: Facts,
}

/// What a decision is made with beside the case itself.
#[derive(Debug, Clone, Copy)]
pub struct CaseContext<'a> {
    /// Who acts.
    pub actor: &'a Actor,
    /// The office's day.
    pub today: Day,
    /// The calendar of the law.
    pub calendar: &'a Calendar,
    /// What the office's registers say now; it goes over what the applicant said.
    pub facts: &'a Facts,
}

/// Longest note or objection, in characters.
pub const NOTE_CHARACTERS_MAX: usize = 4000;
