//! The state of a case, folded from its events.

use crate::clock::Suspension;
use crate::event::{By, CaseEvent, Decided};
use crate::material::Presented;
use crate::procedure::{Effect, Step, Way};
use crate::scan::Scan;
use std::collections::{BTreeMap, BTreeSet};
use terms::{Dated, Day, Facts, Fen, Refusals};

/// A scan in a case: with who added it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The scan.
    pub scan: Scan,
    /// Who added it.
    pub by: By,
    /// When.
    pub on: Day,
}

/// The hash of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// The day.
    pub on: Day,
    /// SHA-256, as 64 hexadecimal digits.
    pub hash: String,
}

/// Where a case stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseState {
    /// The procedure's id; empty before the case is opened.
    pub procedure: String,
    /// Hash of the law it runs under.
    pub law: String,
    /// Whom it is about.
    pub subject: String,
    /// The capacity of the applicant.
    pub capacity: String,
    /// The applicant.
    pub applicant: Option<By>,
    /// Organisations by relation.
    pub parties: BTreeMap<String, String>,
    /// What is known.
    pub facts: Facts,
    /// The papers held, by material.
    pub materials: BTreeMap<String, Presented>,
    /// Scans of papers, by material.
    pub scans: BTreeMap<String, Vec<Kept>>,
    /// The day of the application.
    pub opened: Option<Day>,
    /// The day of acceptance.
    pub accepted: Option<Day>,
    /// Where it is.
    pub position: Position,
    /// The day it came there.
    pub entered: Option<Day>,
    /// The date given when it came there.
    pub due: Option<Dated>,
    /// Everything done, in order.
    pub marks: Vec<Mark>,
    /// Steps done in the present state since it was entered.
    pub done_here: BTreeSet<String>,
    /// What each member of a panel said in the present state since it was entered: step, person, result.
    pub votes_here: Vec<(String, String, Decided)>,
    /// Times the clocks stood still.
    pub suspensions: Vec<Suspension>,
    /// How often it was sent back.
    pub returns: u16,
    /// The correction asked for and not yet made.
    pub correction: Option<Correcting>,
    /// The public notice that is up or was last up.
    pub notice: Option<NoticeUp>,
    /// Objections by number.
    pub objections: BTreeMap<u32, Objection>,
    /// The date last told for each clock that runs, by the clock's or state's id.
    pub told: BTreeMap<String, Dated>,
    /// Clocks whose date comes near and was told ahead.
    pub warned: BTreeSet<String>,
    /// Clocks whose date has passed and was noticed.
    pub overdue: BTreeSet<String>,
    /// What was brought about.
    pub effects: BTreeSet<Effect>,
    /// What was paid by the present decision and did not come back.
    pub paid: Option<Fen>,
    /// What had been paid when the case was taken up again.
    pub paid_before: Fen,
    /// How many payments there were, those that came back included.
    pub payments: u32,
    /// Why the last payment came back, until it is made again.
    pub payment_returned: Option<String>,
    /// Why it was not taken, where it was declined.
    pub declined: Refusals,
    /// How many events there were.
    pub version: u64,
}

/// Where a case is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Position {
    /// It does not exist yet.
    #[default]
    New,
    /// At the counter, not accepted yet.
    Intake,
    /// In this state.
    At(String),
    /// Ended, with this outcome.
    Closed(String),
}

/// Something that was done: by whom, when, how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The step's id; `apply` for the application, `intake` for the acceptance.
    pub step: String,
    /// The result.
    pub decision: Decided,
    /// What was written.
    pub note: String,
    /// By whom.
    pub by: By,
    /// The day.
    pub on: Day,
}

/// A correction that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correcting {
    /// Everything that was missing.
    pub missing: Refusals,
    /// Until when.
    pub until: Dated,
}

/// A public notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeUp {
    /// The state it belongs to.
    pub state: String,
    /// The day it went up.
    pub from: Day,
    /// The last day.
    pub until: Dated,
    /// What is shown, masked.
    pub shown: BTreeMap<String, String>,
    /// The days on which it was up, each with its hash.
    pub seals: Vec<Seal>,
    /// It has come down.
    pub ended: bool,
}

/// An objection to a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// What they say.
    pub text: String,
    /// By whom.
    pub by: By,
    /// The day.
    pub on: Day,
    /// Heard: whether it stands.
    pub upheld: Option<bool>,
}

/// The step name of the application in separation of duties.
pub const APPLY: &str = "apply";
/// The step name of the acceptance.
pub const INTAKE: &str = "intake";
/// The clock of what the applicant has to mend.
pub const CORRECTION: &str = "correction";

impl CaseState {
    /// Every scan of the case, by material.
    pub fn all_scans(&self) -> impl Iterator<Item = (&str, &Kept)> {
        self.scans.iter().flat_map(|(material, kept)| kept.iter().map(move |one| (material.as_str(), one)))
    }

    /// The state after these events.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a CaseEvent>) -> CaseState {
        let mut state = CaseState::default();
        for event in events {
            evolve(&mut state, event);
        }
        state
    }

    /// The case has ended.
    pub fn is_closed(&self) -> bool {
        matches!(self.position, Position::Closed(_))
    }

    /// Everybody who ever did this step in this case, also before it was sent back.
    pub fn doers<'a>(&'a self, step: &'a str) -> impl Iterator<Item = &'a By> {
        self.marks.iter().filter(move |mark| mark.step == step).map(|mark| &mark.by)
    }

    /// Whether nobody need do this step any more in the present state; a panel's only once all have spoken.
    pub fn is_done_here(&self, step: &Step) -> bool {
        match step.panel {
            None => self.done_here.contains(&step.id),
            Some(panel) => self.votes(&step.id).count() >= usize::from(panel.of),
        }
    }

    /// What has been said in the present state on this step: by whom, with which result.
    pub fn votes<'a>(&'a self, step: &'a str) -> impl Iterator<Item = (&'a str, Decided)> {
        let on_step = move |vote: &&(String, String, Decided)| vote.0 == step;
        self.votes_here.iter().filter(on_step).map(|(_, who, decision)| (who.as_str(), *decision))
    }

    /// The day this step was last approved.
    pub fn done_on(&self, step: &str) -> Option<Day> {
        let approved = |mark: &&Mark| mark.step == step && mark.decision == Decided::Approved;
        self.marks.iter().rev().find(approved).map(|mark| mark.on)
    }

    fn mark(&mut self, step: &str, decision: Decided, note: &str, by: &By, on: Day) {
        let (step, note, by) = (step.to_owned(), note.to_owned(), by.clone());
        self.marks.push(Mark { step, decision, note, by, on });
    }
}

/// Folds one event into the state. Total: a sequence that no decision produces gives some state, never a panic.
pub fn evolve(state: &mut CaseState, event: &CaseEvent) {
    state.version += 1;
    match event {
        CaseEvent::Opened { procedure, law, subject, capacity, parties, facts, by, on, due } => {
            state.procedure = procedure.clone();
            state.law = law.clone();
            state.subject = subject.clone();
            state.capacity = capacity.clone();
            state.parties = parties.clone();
            state.facts = facts.clone();
            state.applicant = Some(by.clone());
            state.opened = Some(*on);
            state.entered = Some(*on);
            state.position = Position::Intake;
            state.due.clone_from(due);
            state.told.extend(due.iter().map(|due| (INTAKE.to_owned(), due.clone())));
            state.mark(APPLY, Decided::Approved, "", by, *on);
        }
        CaseEvent::FactsGiven { facts, .. } => state.facts.extend(facts.clone()),
        CaseEvent::MaterialReceived { material, .. } => {
            state.materials.insert(material.material.clone(), material.clone());
        }
        CaseEvent::ScanAdded { material, scan, by, on } => {
            let kept = Kept { scan: scan.clone(), by: by.clone(), on: *on };
            state.scans.entry(material.clone()).or_default().push(kept);
        }
        CaseEvent::ScanRemoved { material, hash, .. } => {
            if let Some(kept) = state.scans.get_mut(material) {
                kept.retain(|kept| kept.scan.hash != *hash);
            }
        }
        CaseEvent::CorrectionAsked { missing, until, on, .. } => {
            state.correction = Some(Correcting { missing: missing.clone(), until: until.clone() });
            state.suspensions.push(Suspension { from: *on, to: None });
        }
        CaseEvent::CorrectionMade { on, .. } => state.resume(*on),
        CaseEvent::Accepted { promises, by, on, .. } => {
            state.accepted = Some(*on);
            state.forget(INTAKE);
            state.told.extend(promises.iter().map(|promise| (promise.id.clone(), promise.by.clone())));
            state.mark(INTAKE, Decided::Approved, "", by, *on);
        }
        CaseEvent::Declined { reasons, by, on } => {
            state.declined.clone_from(reasons);
            state.mark(INTAKE, Decided::Rejected, "", by, *on);
        }
        CaseEvent::Entered { state: entered, way, due, on } => {
            if *way == Some(Way::Returned) {
                state.returns += 1;
            }
            if let Position::At(left) = std::mem::replace(&mut state.position, Position::At(entered.clone()))
            {
                state.forget(&left);
            }
            state.forget(entered);
            state.told.insert(entered.clone(), due.clone());
            state.entered = Some(*on);
            state.due = Some(due.clone());
            state.done_here.clear();
            state.votes_here.clear();
            // A state entered again starts afresh, its notice and objections too.
            state.notice = None;
            state.objections.clear();
        }
        CaseEvent::StepDone { step, decision, note, facts, by, on, .. } => {
            state.facts.extend(facts.clone());
            state.done_here.insert(step.clone());
            state.votes_here.push((step.clone(), by.who.clone(), *decision));
            state.mark(step, *decision, note, by, *on);
        }
        CaseEvent::NoticeStarted { state: place, until, shown, by, on } => {
            state.told.insert(place.clone(), until.clone());
            let (until, shown) = (until.clone(), shown.clone());
            let (state_of, seals) = (place.clone(), Vec::new());
            state.notice = Some(NoticeUp { state: state_of, from: *on, until, shown, seals, ended: false });
            state.mark(place, Decided::Approved, "", by, *on);
        }
        CaseEvent::Objected { objection, text, by, on } => {
            let objected = Objection { text: text.clone(), by: by.clone(), on: *on, upheld: None };
            state.objections.insert(*objection, objected);
        }
        CaseEvent::ObjectionHeard { objection, upheld, .. } => {
            if let Some(heard) = state.objections.get_mut(objection) {
                heard.upheld = Some(*upheld);
            }
        }
        CaseEvent::NoticeSealed { hash, on, .. } => {
            if let Some(notice) = &mut state.notice {
                notice.seals.push(Seal { on: *on, hash: hash.clone() });
            }
        }
        CaseEvent::NoticeEnded { .. } => {
            if let Some(notice) = &mut state.notice {
                notice.ended = true;
            }
        }
        CaseEvent::Warned { clock, .. } => {
            state.warned.insert(clock.clone());
        }
        CaseEvent::Overdue { clock, .. } => {
            state.overdue.insert(clock.clone());
        }
        CaseEvent::Moved { clock, to, .. } => state.moved(clock, to),
        CaseEvent::Deemed { state: place, way, on, .. } => {
            let decision = if *way == Way::Rejected { Decided::Rejected } else { Decided::Approved };
            state.mark(place, decision, "", &By::time(), *on);
        }
        CaseEvent::Migrated { law, .. } => state.law.clone_from(law),
        CaseEvent::EffectDue { effect, .. } => {
            state.effects.insert(*effect);
        }
        CaseEvent::Paid { amount, .. } => {
            state.paid = Some(*amount);
            state.payments += 1;
            state.payment_returned = None;
        }
        CaseEvent::PaymentReturned { reason, .. } => {
            state.paid = None;
            state.payment_returned = Some(reason.clone());
        }
        CaseEvent::Reopened { .. } => {
            // Beyond what money can be, nothing was ever paid.
            state.paid_before =
                state.paid_before.plus(state.paid.take().unwrap_or_default()).unwrap_or_default();
            state.effects.clear();
            state.declined.clear();
            state.overdue.clear();
            state.position = Position::Intake;
        }
        CaseEvent::Closed { outcome, on } => {
            state.resume(*on);
            state.position = Position::Closed(outcome.clone());
            state.due = None;
            state.told.clear();
        }
    }
}

impl CaseState {
    /// This clock runs no more; should it begin again, it begins afresh.
    fn forget(&mut self, clock: &str) {
        self.told.remove(clock);
        self.warned.remove(clock);
        self.overdue.remove(clock);
    }

    /// A date moved, wherever it is kept. A date that moved away is warned of again.
    fn moved(&mut self, clock: &str, to: &Dated) {
        self.forget(clock);
        if clock == CORRECTION {
            if let Some(correction) = &mut self.correction {
                correction.until = to.clone();
            }
            return;
        }
        self.told.insert(clock.to_owned(), to.clone());
        let here = match &self.position {
            Position::At(here) => here == clock,
            Position::Intake => clock == INTAKE,
            Position::New | Position::Closed(_) => false,
        };
        if here {
            self.due = Some(to.clone());
        }
        if let Some(up) = self.notice.as_mut().filter(|up| up.state == clock && !up.ended) {
            up.until = to.clone();
        }
    }

    /// The clocks run again.
    fn resume(&mut self, on: Day) {
        self.correction = None;
        if let Some(open) = self.suspensions.last_mut().filter(|suspension| suspension.to.is_none()) {
            open.to = Some(on);
        }
    }
}
