//! What a procedure is, once its pack has been read and checked.

use crate::clock::{CaseClock, Start, Warn};
use crate::form::Form;
use crate::material::Material;
use crate::office::Jurisdiction;
use crate::owner::Owner;
use crate::window::Window;
use policy::expr::Expr;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Fact, Facts, Name, Span};

/// How one kind of case runs. Immutable; the readings the pack has chosen are already worked in, so a case keeps
/// the law it was opened under by keeping the procedure compiled from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// `certificate-new`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// One sentence on what it is for.
    pub gist: Name,
    /// The article it rests on.
    pub article: ArticleId,
    /// First day on which such a case can be opened.
    pub from: Day,
    /// Last such day; open where none.
    pub to: Option<Day>,
    /// Sentences of the mission it serves (`S0-3.2a`).
    pub covers: Vec<String>,
    /// Relations that the application must fill with an organisation (`referring-hospital`).
    pub parties: Vec<String>,
    /// Who may apply.
    pub applicants: Vec<Applicant>,
    /// The forms whose fields are the case's facts.
    pub forms: Vec<Form>,
    /// Which office it belongs to; the one it comes to where none.
    pub jurisdiction: Option<Jurisdiction>,
    /// What must hold of the person and the matter.
    pub conditions: Vec<Condition>,
    /// Limits on how long after an event one may come.
    pub limits: Vec<Limit>,
    /// The days on which it is taken; every working day where none.
    pub window: Option<Window>,
    /// The papers, those for the counter and those for later steps.
    pub materials: Vec<Material>,
    /// Taking the application.
    pub intake: Intake,
    /// What happens while the applicant mends something.
    pub correction: Correction,
    /// Spans that run over the whole case.
    pub clocks: Vec<CaseClock>,
    /// How often a case may be sent back to an earlier state.
    pub returns_max: u16,
    /// Where a case can stand between intake and outcome.
    pub states: Vec<State>,
    /// How a case can end.
    pub outcomes: Vec<Outcome>,
    /// Chosen readings as facts (`setting.window_shift`), for conditions.
    pub settings: Facts,
}

/// A capacity in which somebody may apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// `self`, `guardian`, `agent`, `liaison`
    pub capacity: String,
    /// Only where this holds.
    pub when: Option<Expr>,
    /// The article that lets them.
    pub article: ArticleId,
}

/// Something that must hold, and the refusal where it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// `category-served`
    pub id: String,
    /// What must hold.
    pub when: Expr,
    /// The refusal's code.
    pub refusal: String,
    /// The refusal's article.
    pub article: ArticleId,
}

/// A span within which one must come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// `emergency-30-days`
    pub id: String,
    /// What people call its last day.
    pub name: Name,
    /// Where it applies at all.
    pub when: Option<Expr>,
    /// The fact whose day starts it.
    pub starts: String,
    /// How long.
    pub span: Span,
    /// The refusal's code.
    pub refusal: String,
    /// The refusal's article.
    pub article: ArticleId,
    /// The reading that chose its start, where the pack leaves one open: setting and reading.
    pub reading: Option<(String, String)>,
}

/// Taking the application at the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// Who takes it.
    pub owner: Owner,
    /// How long the counter has from the opening of the case.
    pub clock: Timing,
    /// What acceptance brings about.
    pub effects: Vec<Effect>,
    /// The first state.
    pub to: String,
    /// The article.
    pub article: ArticleId,
}

/// The one-time notice of everything that is missing, and the time to bring it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// How long the applicant has.
    pub span: Span,
    /// The outcome when the time passes.
    pub then: String,
    /// The article.
    pub article: ArticleId,
}

/// How long a state's owner has, from the day the case came to them, or from a day that the case names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// How long.
    pub span: Span,
    /// The fact whose day it runs from, where it is known; the day of entry otherwise.
    pub from: Option<String>,
    /// The article or house rule that says so.
    pub article: ArticleId,
    /// Who is told before it is too late.
    pub warn: Option<Warn>,
}

/// What the law takes as the result where a state's steps are not done in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deemed {
    /// The result.
    pub way: Way,
    /// The article.
    pub article: ArticleId,
}

/// A place where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// `review`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// What goes on there.
    pub work: Work,
    /// Only entered where this holds; otherwise the case passes on as if approved.
    pub when: Option<Expr>,
    /// Where each result leads: a state or an outcome.
    pub on: BTreeMap<Way, String>,
}

/// What goes on in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Steps, all of them at once; the state is passed when each is approved.
    Steps {
        /// At least one.
        steps: Vec<Step>,
        /// How long they have.
        clock: Timing,
        /// What counts as the result when that time has passed; nothing but a late case where none.
        deemed: Option<Deemed>,
    },
    /// Names are shown, and anybody may object.
    Notice(Notice),
    /// Nothing but time passes.
    Wait(Wait),
}

/// A result of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Every step approved; a notice or a wait passed.
    Passed,
    /// A step rejected.
    Rejected,
    /// A step sent it back.
    Returned,
    /// An objection was upheld.
    Upheld,
}

/// A sign or decision by a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `review`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// By whom.
    pub owner: Owner,
    /// What it is.
    pub act: Act,
    /// Several people do it, each for themselves, and the majority asked for decides.
    pub panel: Option<Panel>,
    /// Steps (or `intake`, `apply`) whose doer may not do this one.
    pub apart_from: Vec<String>,
    /// What must hold of the doer beyond the role (a doctor's title), with its refusal.
    pub requires: Option<Condition>,
    /// Fields that this step fills in; without them it cannot be approved.
    pub fills: Vec<String>,
    /// Fields that the applicant may correct while this step waits (the account a transfer came back from).
    pub mends: Vec<String>,
    /// Whether a note must be written.
    pub note: bool,
    /// What approval brings about.
    pub effects: Vec<Effect>,
    /// The article.
    pub article: ArticleId,
}

/// A panel: it has decided once `of` people have spoken, so that every dissent is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// How many people speak.
    pub of: u16,
    /// How many of them must approve.
    pub needs: u16,
}

/// What a step is to the person who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Decide: approve, reject or send back.
    Decide,
    /// Sign what is there; the same results, with a signature.
    Sign,
    /// Put the organisation's seal.
    Seal,
    /// Several experts give an opinion.
    Consult,
    /// Hand out a paper or booklet.
    Issue,
    /// Pay out, once.
    Pay,
    /// Confirm that money has come in.
    Receive,
    /// Answer to what was said of one: state one's case, defend oneself.
    Reply,
}

/// A public notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Who puts it up and hears objections.
    pub owner: Owner,
    /// How long it stays up.
    pub span: Span,
    /// How long the owner has to put it up, and afterwards to hear the objections.
    pub clock: Timing,
    /// The facts shown; each with how it is masked.
    pub shows: BTreeMap<String, Mask>,
    /// The article.
    pub article: ArticleId,
}

/// How a fact is shown in public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mask {
    /// As it is.
    Plain,
    /// The first character, the rest starred.
    FirstCharacter,
    /// The last four characters, the rest starred.
    LastFour,
}

/// A span that must pass before the case goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Who holds the case meanwhile.
    pub owner: Owner,
    /// What starts the span.
    pub starts: Start,
    /// How long.
    pub span: Span,
    /// The article.
    pub article: ArticleId,
    /// The readings that chose start and span, where the pack leaves them open.
    pub readings: Vec<(String, String)>,
}

/// An end of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `issued`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// What it is for the applicant.
    pub ends: Ending,
    /// What it brings about.
    pub effects: Vec<Effect>,
    /// The article.
    pub article: ArticleId,
}

/// What an end is for the applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// What was asked for is given.
    Granted,
    /// It is not given.
    Refused,
    /// The applicant let the time pass.
    Lapsed,
    /// The applicant took it back.
    Withdrawn,
}

/// What a procedure can bring about outside its case. A fixed list: packs compose these, code carries them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// A certificate with a new number comes into being.
    IssueCertificate,
    /// The old certificate number is cancelled for ever.
    CancelNumber,
    /// The certificate is lost: it may not be used from now on.
    MarkLost,
    /// The booklet is handed back and its certificate ends.
    SurrenderCertificate,
    /// The certificate may not be used any more; its booklet is still out.
    StopCertificate,
    /// Name, unit or address of the person change.
    ChangePerson,
    /// The person belongs to a category from a day on, for a time.
    GrantCategory,
    /// The person's served categories end; a death is recorded.
    EndEligibility,
    /// Somebody becomes the unit's liaison officer.
    AppointLiaison,
    /// A filing for treatment elsewhere takes effect.
    RegisterFiling,
    /// The running filing is continued after its last day.
    RenewFiling,
    /// A filing ends before its last day.
    CancelFiling,
    /// A community centre becomes the person's contracted place, instead of the one before.
    ChoosePlace,
    /// The person has no contracted place any more.
    LeavePlace,
    /// The claim of this case is worked out by the benefits.
    AdjudicateClaim,
    /// The amount worked out is due to be paid.
    Pay,
    /// An agreement with the provider is signed for a term.
    SignAgreement,
    /// The provider's agreement is suspended.
    SuspendAgreement,
    /// A suspended agreement is in force again.
    ResumeAgreement,
    /// The provider's agreement ends.
    EndAgreement,
    /// What is known of the provider changes.
    ChangeProvider,
    /// What was paid too much in the case that this one is about has come back.
    RecoverOverpaid,
    /// What is worked out is paid first for a third party: the books hold it as owed by them, not as spent.
    AdvanceClaim,
    /// A third party paid back what was paid first in the case that this one is about.
    RecoverAdvance,
    /// What they do not pay stays with the fund.
    BearAdvance,
    /// The case that this one is about is taken up again: its decision no longer stands.
    ReopenCase,
}

impl Procedure {
    /// The state with this id.
    pub fn state(&self, id: &str) -> Option<&State> {
        self.states.iter().find(|state| state.id == id)
    }

    /// The outcome with this id.
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id == id)
    }

    /// The outcome of this kind.
    pub fn ending(&self, ends: Ending) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.ends == ends)
    }

    /// The material with this id.
    pub fn material(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.id == id)
    }

    /// Every field of its forms.
    pub fn fields(&self) -> impl Iterator<Item = &crate::form::Field> {
        self.forms.iter().flat_map(|form| &form.fields)
    }

    /// What a refusal calls this fact: the label of its field, or the name itself.
    pub(crate) fn fact_label(&self, name: &str) -> Fact {
        let field = self.fields().find(|field| field.id == name);
        field.map_or_else(|| Fact::Text(name.to_owned()), |field| Fact::Name(field.label.clone()))
    }

    /// What a refusal calls this step; `intake` and `apply` go by the procedure's own name.
    pub(crate) fn step_label(&self, id: &str) -> Fact {
        let steps = self.states.iter().flat_map(State::steps).find(|step| step.id == id);
        let notice = || self.state(id).map(|state| &state.name);
        Fact::Name(steps.map(|step| &step.name).or_else(notice).unwrap_or(&self.name).clone())
    }

    /// The steps whose doer may not do this one. It holds both ways: the order in which two steps are done
    /// does not loosen it.
    pub fn apart<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a str> {
        let others = self.states.iter().flat_map(State::steps);
        let names_this =
            others.filter(|other| other.apart_from.contains(&step.id)).map(|other| other.id.as_str());
        step.apart_from.iter().map(String::as_str).chain(names_this)
    }

    /// Such cases can be opened on this day.
    pub fn in_force(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

impl State {
    /// Its steps; none for a notice or a wait.
    pub fn steps(&self) -> &[Step] {
        match &self.work {
            Work::Steps { steps, .. } => steps,
            Work::Notice(_) | Work::Wait(_) => &[],
        }
    }

    /// The step with this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps().iter().find(|step| step.id == id)
    }
}
