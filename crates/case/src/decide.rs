//! Deciding: an action on a case becomes events, or every reason why not.
//!
//! [`decide`] reads top to bottom like a counter: is there a case, is it still open, is it this person's turn, is
//! everything there. It changes nothing; [`crate::evolve`] folds what it answers.

use crate::event::{By, CaseEvent, Decided};
use crate::form::{Known, unfit};
use crate::material::{Need, PIECES_MAX, Presented};
use crate::precheck::{Precheck, known, precheck, promises, with_facts};
use crate::procedure::{Act, Effect, Ending, Owner, Procedure, State, Step};
use crate::state::{CaseState, INTAKE, Position, evolve};
use crate::time;
use crate::walk::enter;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use terms::{ArticleId, Calendar, Day, Fact, Facts, Fen, Refusal, Refusals};

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

/// The events of an action, or every reason why not. Pure: the same arguments give the same answer for ever.
pub fn decide(
    procedure: &Procedure,
    state: &CaseState,
    action: &Action,
    context: &CaseContext<'_>,
) -> Result<Vec<CaseEvent>, Refusals> {
    let desk = Desk { procedure, state, context };
    if let Action::Open { law, subject, capacity, parties, facts } = action {
        return desk.open(law, subject, capacity, parties, facts);
    }
    if state.position == Position::New || state.procedure != procedure.id {
        return Err(vec![desk.refusal("case/not-open")]);
    }
    if let Position::Closed(outcome) = &state.position {
        // Time may pass over a closed case; nothing comes of it.
        let closed = desk.refusal("case/closed").with("outcome", Fact::Code(outcome.clone()));
        return if *action == Action::TimePassed { Ok(Vec::new()) } else { Err(vec![closed]) };
    }
    match action {
        Action::Open { .. } => Err(vec![desk.refusal("case/already-open")]),
        Action::GiveFacts(facts) => desk.give_facts(facts),
        Action::Receive(materials) => desk.receive(materials),
        Action::AskCorrection => desk.ask_correction(),
        Action::Accept => desk.accept(),
        Action::Decline => desk.decline(),
        Action::Complete(completion) => desk.complete(completion, None),
        Action::Pay { completion, amount, payee, method } => {
            desk.complete(completion, Some((*amount, payee.as_str(), method.as_str())))
        }
        Action::StartNotice => desk.start_notice(),
        Action::Object { text } => desk.object(text),
        Action::Hear { objection, upheld, note } => desk.hear(*objection, *upheld, note),
        Action::Withdraw => desk.withdraw(),
        Action::TimePassed => Ok(time::passed(procedure, state, context)),
    }
}

/// The check the window runs on an open case: the pre-check, on what the case holds and the registers say.
pub fn check(
    procedure: &Procedure,
    state: &CaseState,
    facts: &Facts,
    today: Day,
    calendar: &Calendar,
) -> Precheck {
    let held: Vec<Presented> = state.materials.values().cloned().collect();
    let known = believed(procedure, state, facts);
    // The day that counts is the day of the application: what is mended later was still asked in time.
    precheck(procedure, &state.capacity, &known, Some(&held), state.opened.unwrap_or(today), calendar)
}

/// What a case is decided on: what the registers say, and beside it what applicant and steps said. What a register
/// keeps is never taken from the applicant, so that nobody can claim a category or a unit.
fn believed(procedure: &Procedure, state: &CaseState, registers: &Facts) -> Facts {
    let kept =
        |name: &str| procedure.fields().any(|field| field.id == name && field.known == Known::Registry);
    let said = state.facts.iter().filter(|(name, _)| !kept(name));
    let mut facts: Facts = said.map(|(name, fact)| (name.clone(), fact.clone())).collect();
    facts.extend(registers.clone());
    facts
}

/// Everything known of a case today, chosen readings included.
pub(crate) fn facts(procedure: &Procedure, state: &CaseState, context: &CaseContext<'_>) -> Facts {
    known(procedure, &state.capacity, &believed(procedure, state, context.facts), context.today)
}

pub(crate) struct Desk<'a> {
    pub(crate) procedure: &'a Procedure,
    pub(crate) state: &'a CaseState,
    pub(crate) context: &'a CaseContext<'a>,
}

impl Desk<'_> {
    pub(crate) fn refusal(&self, code: &str) -> Refusal {
        Refusal::new(code, self.procedure.article.clone())
    }

    pub(crate) fn by(&self, role: &str) -> By {
        let Actor { who, organisation, .. } = self.context.actor;
        By { who: who.clone(), role: role.to_owned(), organisation: organisation.clone() }
    }

    /// Facts that conditions after acceptance may ask, those of the actor included.
    pub(crate) fn facts(&self) -> Facts {
        let mut facts = facts(self.procedure, self.state, self.context);
        facts.extend(self.context.actor.facts.clone());
        facts
    }

    /// Refusals unless the actor has this role in this organisation.
    pub(crate) fn owns(&self, owner: &Owner, article: &ArticleId) -> Refusals {
        let Actor { roles, organisation, .. } = self.context.actor;
        let mut refusals = Refusals::new();
        if !roles.contains(&owner.role) {
            refusals.push(
                Refusal::new("case/wrong-role", article.clone()).with("role", Fact::Code(owner.role.clone())),
            );
        }
        let wanted = self.state.parties.get(&owner.organisation).unwrap_or(&owner.organisation);
        if wanted != organisation {
            let relation = Fact::Code(owner.organisation.clone());
            refusals.push(
                Refusal::new("case/wrong-organisation", article.clone()).with("organisation", relation),
            );
        }
        refusals
    }

    fn open(
        &self,
        law: &str,
        subject: &str,
        capacity: &str,
        parties: &BTreeMap<String, String>,
        facts: &Facts,
    ) -> Result<Vec<CaseEvent>, Refusals> {
        if self.state.position != Position::New {
            return Err(vec![self.refusal("case/already-open")]);
        }
        let today = self.context.today;
        let mut known = facts.clone();
        known.extend(self.context.facts.clone());
        let checked = precheck(self.procedure, capacity, &known, None, today, self.context.calendar);
        // A wrong day or a late claim is answered at the intake, in writing; who may not apply at all is told now.
        let fatal = ["case/wrong-applicant", "case/procedure-not-in-force"];
        let mut refusals: Refusals =
            checked.refusals.into_iter().filter(|refusal| fatal.contains(&refusal.code.as_str())).collect();
        for relation in self.procedure.parties.iter().filter(|relation| !parties.contains_key(*relation)) {
            refusals.push(self.refusal("case/party-unknown").with("relation", Fact::Code(relation.clone())));
        }
        refusals.extend(unfit(self.sayable(), facts, &self.procedure.article.0));
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (by, on) = (self.by(capacity), today);
        Ok(vec![CaseEvent::Opened {
            procedure: self.procedure.id.clone(),
            law: law.to_owned(),
            subject: subject.to_owned(),
            capacity: capacity.to_owned(),
            parties: parties.clone(),
            facts: facts.clone(),
            by,
            on,
        }])
    }

    /// Fields an applicant may fill in; what a step finds out is for that step.
    fn sayable(&self) -> impl Iterator<Item = &crate::Field> {
        self.procedure.fields().filter(|field| field.known != Known::Process)
    }

    fn at_intake(&self) -> Refusals {
        if self.state.position == Position::Intake {
            Refusals::new()
        } else {
            vec![self.refusal("case/not-at-intake")]
        }
    }

    /// The applicant, or the counter that writes down what the applicant says.
    fn applicant_or_counter(&self) -> Refusals {
        let who = &self.context.actor.who;
        let applicant =
            self.state.applicant.as_ref().is_some_and(|by| by.who == *who) || self.state.subject == *who;
        let intake = &self.procedure.intake;
        if applicant || self.owns(&intake.owner, &intake.article).is_empty() {
            Refusals::new()
        } else {
            vec![self.refusal("case/not-applicant")]
        }
    }

    fn give_facts(&self, facts: &Facts) -> Result<Vec<CaseEvent>, Refusals> {
        let mut refusals = self.at_intake();
        refusals.extend(self.applicant_or_counter());
        refusals.extend(unfit(self.sayable(), facts, &self.procedure.article.0));
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (by, on) = (self.by(&self.state.capacity), self.context.today);
        Ok(self.mended(vec![CaseEvent::FactsGiven { facts: facts.clone(), by, on }]))
    }

    fn receive(&self, materials: &[Presented]) -> Result<Vec<CaseEvent>, Refusals> {
        let mut refusals = self.at_intake();
        refusals.extend(self.applicant_or_counter());
        for paper in materials {
            refusals.extend(self.takes(paper));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let on = self.context.today;
        let taken = materials.iter().map(|material| CaseEvent::MaterialReceived {
            material: material.clone(),
            by: self.by(INTAKE),
            on,
        });
        Ok(self.mended(taken.collect()))
    }

    /// Refuses papers that no one asked for: the office may not hold what it has no basis to ask.
    fn takes(&self, paper: &Presented) -> Refusals {
        let asked = |material: &crate::Material| {
            material.id == paper.material || material.accepts.contains(&paper.material)
        };
        let mut refusals = Refusals::new();
        if !self.procedure.materials.iter().any(asked) {
            refusals.push(
                self.refusal("case/unknown-material").with("material", Fact::Text(paper.material.clone())),
            );
        }
        if paper.pieces.is_empty() || paper.pieces.len() > PIECES_MAX {
            let most = Fact::Number(i64::try_from(PIECES_MAX).unwrap_or(i64::MAX));
            refusals.push(self.refusal("case/pieces").with("most", most));
        }
        refusals
    }

    /// Adds that the correction is made, where one was asked and these events complete it.
    fn mended(&self, mut events: Vec<CaseEvent>) -> Vec<CaseEvent> {
        if self.state.correction.is_some() {
            let mut after = self.state.clone();
            events.iter().for_each(|event| evolve(&mut after, event));
            let CaseContext { today, calendar, facts, .. } = *self.context;
            if check(self.procedure, &after, facts, today, calendar).complete {
                events.push(CaseEvent::CorrectionMade { by: self.by(&self.state.capacity), on: today });
            }
        }
        events
    }

    /// Everything that stands against acceptance: refusals, and questions nobody has answered.
    fn against(&self) -> (Refusals, Precheck) {
        let CaseContext { today, calendar, facts, .. } = *self.context;
        let mut checked = check(self.procedure, self.state, facts, today, calendar);
        let mut refusals = std::mem::take(&mut checked.refusals);
        for name in &checked.unanswered {
            refusals.push(self.refusal("case/fact-unknown").with("field", self.procedure.fact_label(name)));
        }
        (refusals, checked)
    }

    fn ask_correction(&self) -> Result<Vec<CaseEvent>, Refusals> {
        let intake = &self.procedure.intake;
        let mut refusals = self.at_intake();
        refusals.extend(self.owns(&intake.owner, &intake.article));
        if self.state.correction.is_some() {
            refusals.push(self.refusal("case/correction-asked"));
        }
        let (missing, _) = self.against();
        if missing.is_empty() {
            refusals.push(self.refusal("case/nothing-missing"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let on = self.context.today;
        let until = self.procedure.correction.span.end(on, self.context.calendar);
        Ok(vec![CaseEvent::CorrectionAsked { missing, until, by: self.by(&intake.owner.role), on }])
    }

    fn accept(&self) -> Result<Vec<CaseEvent>, Refusals> {
        let intake = &self.procedure.intake;
        let mut refusals = self.at_intake();
        refusals.extend(self.owns(&intake.owner, &intake.article));
        let (against, checked) = self.against();
        refusals.extend(against);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let CaseContext { today: on, calendar, .. } = *self.context;
        let by = self.by(&intake.owner.role);
        let mut events = Vec::new();
        if self.state.correction.is_some() {
            events.push(CaseEvent::CorrectionMade { by: by.clone(), on });
        }
        let opened = self.state.opened.unwrap_or(on);
        let promises = promises(self.procedure, opened, on, &self.state.suspensions, &self.facts(), calendar);
        events.push(CaseEvent::Accepted { reasons: checked.reasons, promises, by, on });
        events.extend(effects(&intake.effects, INTAKE, &intake.article, on));
        enter(self.procedure, self.state, &mut events, &intake.to, None, &self.facts(), on, calendar);
        Ok(events)
    }

    fn decline(&self) -> Result<Vec<CaseEvent>, Refusals> {
        let intake = &self.procedure.intake;
        let mut refusals = self.at_intake();
        refusals.extend(self.owns(&intake.owner, &intake.article));
        let (reasons, _) = self.against();
        if reasons.is_empty() {
            refusals.push(self.refusal("case/nothing-missing"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let on = self.context.today;
        let mut events = vec![CaseEvent::Declined { reasons, by: self.by(&intake.owner.role), on }];
        if let Some(outcome) = self.procedure.ending(Ending::Refused) {
            events.push(CaseEvent::Closed { outcome: outcome.id.clone(), on });
        }
        Ok(events)
    }

    /// The state the case is in, where it is in one.
    pub(crate) fn here(&self) -> Result<&State, Refusals> {
        let Position::At(id) = &self.state.position else {
            return Err(vec![self.refusal("case/not-accepted")]);
        };
        self.procedure.state(id).ok_or_else(|| vec![self.refusal("case/not-accepted")])
    }

    fn complete(
        &self,
        done: &Completion,
        payment: Option<(Fen, &str, &str)>,
    ) -> Result<Vec<CaseEvent>, Refusals> {
        let here = self.here()?;
        let Some(step) = here.step(&done.step) else {
            let known = self.procedure.states.iter().flat_map(State::steps).find(|step| step.id == done.step);
            let code = if known.is_some() { "case/out-of-order" } else { "case/no-such-step" };
            let article = known.map_or(&self.procedure.article, |step| &step.article).clone();
            let place = Fact::Name(here.name.clone());
            return Err(vec![
                Refusal::new(code, article)
                    .with("step", self.procedure.step_label(&done.step))
                    .with("state", place),
            ]);
        };
        let refusals = self.against_step(here, step, done, payment);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let CaseContext { today: on, calendar, .. } = *self.context;
        let by = self.by(&step.owner.role);
        let mut events: Vec<CaseEvent> = done
            .materials
            .iter()
            .map(|material| CaseEvent::MaterialReceived { material: material.clone(), by: by.clone(), on })
            .collect();
        events.push(CaseEvent::StepDone {
            state: here.id.clone(),
            step: step.id.clone(),
            decision: done.decision,
            note: done.note.clone(),
            facts: done.facts.clone(),
            signature: done.signature.clone(),
            by: by.clone(),
            on,
        });
        let mut facts = self.facts();
        facts.extend(done.facts.clone());
        let way = match done.decision {
            Decided::Rejected => Some(crate::Way::Rejected),
            Decided::Returned => Some(crate::Way::Returned),
            Decided::Approved => {
                if let Some((amount, payee, method)) = payment {
                    let (payee, method) = (payee.to_owned(), method.to_owned());
                    events.push(CaseEvent::Paid { amount, payee, method, by, on });
                }
                events.extend(effects(&step.effects, &step.id, &step.article, on));
                let others = |other: &&Step| other.id != step.id && !self.state.done_here.contains(&other.id);
                here.steps().iter().find(others).is_none().then_some(crate::Way::Passed)
            }
        };
        if let Some(way) = way {
            let to = here.on.get(&way).map_or("", String::as_str);
            enter(self.procedure, self.state, &mut events, to, Some(way), &facts, on, calendar);
        }
        Ok(events)
    }

    fn against_step(
        &self,
        here: &State,
        step: &Step,
        done: &Completion,
        payment: Option<(Fen, &str, &str)>,
    ) -> Refusals {
        let refuse = |code: &str| Refusal::new(code, step.article.clone());
        let mut refusals = self.owns(&step.owner, &step.article);
        if self.state.done_here.contains(&step.id) {
            refusals.push(refuse("case/step-done"));
        }
        for apart in self.procedure.apart(step) {
            if self.state.doers(apart).any(|by| by.who == self.context.actor.who) {
                refusals.push(refuse("case/same-person").with("step", self.procedure.step_label(apart)));
            }
        }
        let mut facts = self.facts();
        facts.extend(done.facts.clone());
        if let Some(required) =
            step.requires.as_ref().filter(|required| !required.when.holds(&facts).is_yes())
        {
            let refusal = Refusal::new(&required.refusal, required.article.clone());
            refusals.push(with_facts(refusal, &required.when, &facts));
        }
        if done.note.chars().count() > NOTE_CHARACTERS_MAX {
            refusals.push(refuse("case/note-too-long"));
        }
        if done.note.trim().is_empty() && (step.note || done.decision != Decided::Approved) {
            refusals.push(refuse("case/note-missing"));
        }
        let way = match done.decision {
            Decided::Approved => crate::Way::Passed,
            Decided::Rejected => crate::Way::Rejected,
            Decided::Returned => crate::Way::Returned,
        };
        if !here.on.contains_key(&way) {
            refusals.push(refuse("case/no-such-decision"));
        }
        if way == crate::Way::Returned && self.state.returns >= self.procedure.returns_max {
            refusals.push(refuse("case/returned-too-often"));
        }
        let fields = self.procedure.fields().filter(|field| step.fills.contains(&field.id));
        refusals.extend(unfit(fields, &done.facts, &step.article.0));
        if done.decision == Decided::Approved {
            refusals.extend(self.against_approval(step, done, &facts));
            if (step.act == Act::Pay) != payment.is_some() {
                refusals.push(refuse("case/payment-unsaid"));
            }
            if payment.is_some_and(|(amount, ..)| amount.is_negative()) {
                refusals.push(refuse("case/amount-negative"));
            }
            if payment.is_some() && self.state.paid.is_some() {
                refusals.push(refuse("case/paid-already"));
            }
        }
        refusals
    }

    /// What an approval needs beyond the right person: the fields it fills in and the papers it asks for.
    fn against_approval(&self, step: &Step, done: &Completion, facts: &Facts) -> Refusals {
        let mut refusals = Refusals::new();
        for field in step.fills.iter().filter(|field| !facts.contains_key(*field)) {
            let refusal = Refusal::new("case/field-missing", step.article.clone());
            refusals.push(refusal.with("field", self.procedure.fact_label(field)));
        }
        for paper in &done.materials {
            refusals.extend(self.takes(paper));
        }
        let mut held: Vec<Presented> = done.materials.clone();
        held.extend(
            self.state
                .materials
                .values()
                .filter(|paper| !done.materials.iter().any(|new| new.material == paper.material))
                .cloned(),
        );
        for material in
            self.procedure.materials.iter().filter(|material| material.at.as_deref() == Some(&step.id))
        {
            match material.bring(facts, Some(&held)).need {
                Need::Needed(wrong) => refusals.extend(wrong),
                Need::NotNeeded(_) => {}
                Need::Unknown(names) => refusals.extend(names.into_iter().map(|name| {
                    Refusal::new("case/fact-unknown", step.article.clone())
                        .with("field", self.procedure.fact_label(&name))
                })),
            }
        }
        refusals
    }

    fn withdraw(&self) -> Result<Vec<CaseEvent>, Refusals> {
        let mut refusals = self.applicant_or_counter();
        let lasting = [
            Effect::IssueCertificate,
            Effect::RegisterFiling,
            Effect::CancelNumber,
            Effect::SurrenderCertificate,
        ];
        if self.state.paid.is_some() || lasting.iter().any(|effect| self.state.effects.contains(effect)) {
            refusals.push(self.refusal("case/too-late-to-withdraw"));
        }
        let Some(outcome) = self.procedure.ending(Ending::Withdrawn) else {
            return Err(vec![self.refusal("case/too-late-to-withdraw")]);
        };
        if refusals.is_empty() {
            let on = self.context.today;
            let mut events = vec![CaseEvent::Closed { outcome: outcome.id.clone(), on }];
            events.extend(effects(&outcome.effects, &outcome.id, &outcome.article, on));
            Ok(events)
        } else {
            Err(refusals)
        }
    }
}

/// The effects of a step or outcome as events.
pub(crate) fn effects<'a>(
    effects: &'a [Effect],
    cause: &'a str,
    article: &'a ArticleId,
    on: Day,
) -> impl Iterator<Item = CaseEvent> + 'a {
    effects.iter().map(move |effect| CaseEvent::EffectDue {
        effect: *effect,
        cause: cause.to_owned(),
        article: article.clone(),
        on,
    })
}
