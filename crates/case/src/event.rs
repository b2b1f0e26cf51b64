//! What happens to a case. Stored for decades: a kind is never renamed or removed, a field is only ever added with
//! a default, and each carries the day and the person, so that it can be read without what surrounds it.

use crate::clock::Promise;
use crate::material::{Presented, Reason};
use crate::owner::Owner;
use crate::procedure::{Effect, Way};
use crate::scan::Scan;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{ArticleId, Dated, Day, Facts, Fen, Refusals};

/// Who did something, as it was when it was done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct By {
    /// The account or person, as the office writes it (`account/7`, `person/12`). The same person is the same
    /// text, whatever role they act in: separation of duties rests on it.
    pub who: String,
    /// The role or capacity acted in (`reviewer`, `guardian`).
    pub role: String,
    /// The organisation acted for (`agency`, `provider/3`).
    pub organisation: String,
}

impl By {
    /// Nobody: the law itself, once a date has passed.
    pub fn time() -> By {
        By { who: "time".to_owned(), role: "time".to_owned(), organisation: "agency".to_owned() }
    }
}

/// One event of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum CaseEvent {
    /// An application was made.
    Opened {
        /// The procedure's id.
        procedure: String,
        /// Hash of the law it runs under to its end.
        law: String,
        /// Whom it is about, as the office writes it.
        subject: String,
        /// The capacity of the applicant (`self`, `liaison`).
        capacity: String,
        /// The organisations that relations name (`referring-hospital`: `provider/3`).
        parties: BTreeMap<String, String>,
        /// What is known.
        facts: Facts,
        /// The applicant.
        by: By,
        /// The day.
        on: Day,
        /// The date the counter has; none in cases opened before it was written down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Dated>,
    },
    /// Facts were given or corrected.
    FactsGiven {
        /// Those given; others stay.
        facts: Facts,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// A paper was taken in; it replaces an earlier one of its kind.
    MaterialReceived {
        /// The paper.
        material: Presented,
        /// Who took it in.
        by: By,
        /// The day.
        on: Day,
    },
    /// A scan of a paper was added.
    ScanAdded {
        /// The material.
        material: String,
        /// The scan.
        scan: Scan,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// A scan was taken away: it was the wrong picture.
    ScanRemoved {
        /// The material.
        material: String,
        /// The scan's hash.
        hash: String,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// Everything that is missing was said at once, and the clocks stand still.
    CorrectionAsked {
        /// Everything that is missing.
        missing: Refusals,
        /// Until when it can be brought.
        until: Dated,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// What was missing is there; the clocks run again.
    CorrectionMade {
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// The application is taken: nothing is missing.
    Accepted {
        /// What it rests on: the window, exceptions, papers not needed and why.
        reasons: Vec<Reason>,
        /// The dates given to the applicant.
        promises: Vec<Promise>,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// The application is not taken, for these reasons.
    Declined {
        /// All reasons.
        reasons: Refusals,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// The case came to a state.
    Entered {
        /// The state.
        state: String,
        /// How the state before ended; none after acceptance.
        way: Option<Way>,
        /// The date its owner has, with its derivation.
        due: Dated,
        /// The day.
        on: Day,
    },
    /// A step was done.
    StepDone {
        /// The state.
        state: String,
        /// The step.
        step: String,
        /// Approved, rejected or sent back.
        decision: Decided,
        /// What was written.
        note: String,
        /// Facts the step found out.
        facts: Facts,
        /// Reference of signature or seal, where the step has one.
        #[serde(default)]
        signature: Option<String>,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// A public notice went up.
    NoticeStarted {
        /// The state.
        state: String,
        /// The last day it stays up.
        until: Dated,
        /// What is shown, already masked.
        shown: BTreeMap<String, String>,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// Somebody objected to a notice.
    Objected {
        /// Number within the case, from 1.
        objection: u32,
        /// What they say.
        text: String,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// An objection was heard.
    ObjectionHeard {
        /// Which.
        objection: u32,
        /// The objection stands, and the case does not go on.
        upheld: bool,
        /// Why.
        note: String,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// The notice was up on this day.
    NoticeSealed {
        /// The state.
        state: String,
        /// Hash over what was shown and the day before.
        hash: String,
        /// The day.
        on: Day,
    },
    /// The notice came down.
    NoticeEnded {
        /// The state.
        state: String,
        /// The day.
        on: Day,
    },
    /// A date comes near, and somebody beside the owner is told. Said once for each clock.
    Warned {
        /// The clock's or state's id.
        clock: String,
        /// The date.
        due: Day,
        /// The role and organisation told.
        tells: Owner,
        /// The day.
        on: Day,
    },
    /// A date passed without what it was for. Said once for each clock.
    Overdue {
        /// The clock's or state's id.
        clock: String,
        /// The date that passed.
        due: Day,
        /// The role and organisation told, where the pack names one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tells: Option<Owner>,
        /// The day it was noticed.
        on: Day,
    },
    /// A date moved: everybody who was told the old one is told the new one.
    Moved {
        /// The clock's or state's id.
        clock: String,
        /// The date that was told before; none for a clock that begins.
        from: Option<Day>,
        /// The date that holds, with its derivation.
        to: Dated,
        /// Why.
        cause: Cause,
        /// The day.
        on: Day,
    },
    /// The steps of a state were not done in time, and the law takes that as a result.
    Deemed {
        /// The state.
        state: String,
        /// The result.
        way: Way,
        /// The article.
        article: ArticleId,
        /// The day.
        on: Day,
    },
    /// The case goes on under another version of its procedure.
    Migrated {
        /// Hash of the law it runs under from now on.
        law: String,
        /// Who moved it.
        by: By,
        /// The day.
        on: Day,
    },
    /// Something is to be brought about outside the case.
    EffectDue {
        /// What.
        effect: Effect,
        /// The step, outcome or `intake` that brings it about.
        cause: String,
        /// Its article.
        article: ArticleId,
        /// The day.
        on: Day,
    },
    /// Money was paid out.
    Paid {
        /// How much.
        amount: Fen,
        /// To whom, as shown by the original identity card.
        payee: String,
        /// By transfer or at the window, by the packs' codes.
        method: String,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// What was paid came back from the bank; the case stands where it is paid from again.
    PaymentReturned {
        /// How much.
        amount: Fen,
        /// Why, as the bank says.
        reason: String,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// The decision no longer stands, and the case is taken up again.
    Reopened {
        /// The case that decided so.
        because: String,
        /// By whom.
        by: By,
        /// The day.
        on: Day,
    },
    /// The case ended.
    Closed {
        /// The outcome.
        outcome: String,
        /// The day.
        on: Day,
    },
}

/// Why a date moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A notice on holidays came out.
    Calendar,
    /// The clocks stood still while the applicant mended something.
    Suspension,
    /// What starts the clock has happened.
    Start,
    /// The case goes on under another version of its procedure.
    Version,
}

/// The result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decided {
    /// Yes.
    Approved,
    /// No, and the case ends or goes where the pack says.
    Rejected,
    /// Back to an earlier state.
    Returned,
}
