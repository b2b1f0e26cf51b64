//! What can be asked about cases.

use crate::claim::{Claim, RefusedLine};
use crate::recovery::Instalment;
use crate::{AccountId, CaseId, PersonId};
use case::{Action, Completion, Presented};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{CitizenId, Facts, Fen};

/// The field under which an application names the category it asks for.
pub const GRANT_CATEGORY: &str = "grant.category";

/// The capacity in which the office applies by itself; nobody at a counter can choose it.
pub const OFFICE: &str = "office";

/// What can be asked about cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Apply.
    Open(Box<Open>),
    /// Apply in a matter of a provider, or against what was decided in a case.
    OpenAbout(Box<OpenAbout>),
    /// Enter or correct the claim of a reimbursement case.
    EnterClaim {
        /// Which case.
        case: CaseId,
        /// The claim.
        claim: Box<Claim>,
    },
    /// Say which lines of the claim are not reimbursed, each with its ground; the list replaces an earlier one.
    RefuseLines {
        /// Which case.
        case: CaseId,
        /// The lines; none takes all refusals back.
        lines: Vec<RefusedLine>,
    },
    /// Say in which parts what a case orders back may come; the plan replaces an earlier one.
    PlanRecovery {
        /// Which case.
        case: CaseId,
        /// The parts; none takes the plan back.
        instalments: Vec<Instalment>,
    },
    /// Take in a part of what a case orders back.
    TakePart {
        /// Which case.
        case: CaseId,
        /// How much; less than is still owed.
        amount: Fen,
    },
    /// Anything else that can be done to a case, but paying.
    Act {
        /// Which case.
        case: CaseId,
        /// What.
        action: Box<Action>,
    },
    /// Say whose desk a case lies on.
    Assign {
        /// Which case.
        case: CaseId,
        /// Who has it from now on; nobody where none.
        to: Option<AccountId>,
    },
    /// Move a running case to the procedure as the law in force has it.
    Migrate {
        /// Which case.
        case: CaseId,
    },
    /// Do a step that pays. The amount is worked out here, never typed in.
    Pay {
        /// Which case.
        case: CaseId,
        /// The step, with what was shown.
        completion: Box<Completion>,
        /// To whom, as their original card shows.
        payee: String,
        /// How, by the packs' codes.
        method: String,
    },
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The procedure's id.
    pub procedure: String,
    /// Whom it is about.
    pub subject: PersonId,
    /// In which capacity the applicant acts (`self`, `guardian`, `agent`, `liaison`).
    pub capacity: String,
    /// Organisations that only the applicant can name, by relation (`referring-hospital`: `provider/3`).
    #[serde(default)]
    pub parties: BTreeMap<String, String>,
    /// What the applicant says.
    #[serde(default)]
    pub facts: Facts,
    /// Papers handed in at once.
    #[serde(default)]
    pub materials: Vec<Presented>,
    /// The claim, for a reimbursement.
    #[serde(default)]
    pub claim: Option<Claim>,
    /// Who stands at the counter for the person, by the original identity card shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<CitizenId>,
}

/// An application about a provider or another case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAbout {
    /// The procedure's id.
    pub procedure: String,
    /// What it is about: `provider/3` or `case/17`.
    pub about: String,
    /// In which capacity the applicant acts (`provider`, `agency`, `self`, `guardian` …).
    pub capacity: String,
    /// What the applicant says.
    #[serde(default)]
    pub facts: Facts,
    /// Papers handed in at once.
    #[serde(default)]
    pub materials: Vec<Presented>,
    /// Who stands at the counter for the person, by the original identity card shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<CitizenId>,
}
