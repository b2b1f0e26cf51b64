//! At the counter: applying, handing in, asking once for what is missing, accepting, declining.

use crate::CaseContext;
use crate::check::check;
use crate::decide::Desk;
use crate::event::{CaseEvent, Cause};
use crate::form::{Known, unfit};
use crate::material::{PIECES_MAX, Presented};
use crate::precheck::{Precheck, precheck, promises};
use crate::procedure::Ending;
use crate::state::{INTAKE, Position, evolve};
use crate::time::moved;
use crate::walk::{effects, enter};
use std::collections::BTreeMap;
use terms::{Fact, Facts, Refusals};

impl Desk<'_> {
    pub(crate) fn open(
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
        let due = Some(self.procedure.intake.clock.span.end(on, self.context.calendar));
        Ok(vec![CaseEvent::Opened {
            procedure: self.procedure.id.clone(),
            law: law.to_owned(),
            subject: subject.to_owned(),
            capacity: capacity.to_owned(),
            parties: parties.clone(),
            facts: facts.clone(),
            by,
            on,
            due,
        }])
    }

    /// Fields an applicant may fill in; what a step finds out is for that step.
    pub(crate) fn sayable(&self) -> impl Iterator<Item = &crate::Field> {
        self.procedure.fields().filter(|field| field.known != Known::Process)
    }

    pub(crate) fn at_intake(&self) -> Refusals {
        if self.state.position == Position::Intake {
            Refusals::new()
        } else {
            vec![self.refusal("case/not-at-intake")]
        }
    }

    /// The applicant, or the counter that writes down what the applicant says.
    pub(crate) fn applicant_or_counter(&self) -> Refusals {
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

    pub(crate) fn give_facts(&self, facts: &Facts) -> Result<Vec<CaseEvent>, Refusals> {
        // While a step waits that lets it, the applicant corrects what that step needs; everything else is settled.
        let mut refusals = Refusals::new();
        if facts.is_empty() || !facts.keys().all(|name| self.mendable().any(|known| known == name)) {
            refusals.extend(self.at_intake());
        }
        refusals.extend(self.applicant_or_counter());
        refusals.extend(unfit(self.sayable(), facts, &self.procedure.article.0));
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (by, on) = (self.by(&self.state.capacity), self.context.today);
        Ok(self.mended(vec![CaseEvent::FactsGiven { facts: facts.clone(), by, on }]))
    }

    /// Fields that the applicant may correct now, after the counter took the case.
    fn mendable(&self) -> impl Iterator<Item = &String> {
        let here = match &self.state.position {
            Position::At(id) => self.procedure.state(id),
            Position::New | Position::Intake | Position::Closed(_) => None,
        };
        here.into_iter().flat_map(|state| state.steps()).flat_map(|step| &step.mends)
    }

    pub(crate) fn receive(&self, materials: &[Presented]) -> Result<Vec<CaseEvent>, Refusals> {
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
    pub(crate) fn takes(&self, paper: &Presented) -> Refusals {
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
    pub(crate) fn mended(&self, mut events: Vec<CaseEvent>) -> Vec<CaseEvent> {
        if self.state.correction.is_some() {
            let mut after = self.state.clone();
            events.iter().for_each(|event| evolve(&mut after, event));
            let CaseContext { today, calendar, facts, .. } = *self.context;
            if check(self.procedure, &after, facts, today, calendar).complete {
                let made = CaseEvent::CorrectionMade { by: self.by(&self.state.capacity), on: today };
                evolve(&mut after, &made);
                events.push(made);
                events.extend(moved(self.procedure, &after, today, calendar, Cause::Suspension));
            }
        }
        events
    }

    /// Everything that stands against acceptance: refusals, and questions nobody has answered.
    pub(crate) fn against(&self) -> (Refusals, Precheck) {
        let CaseContext { today, calendar, facts, .. } = *self.context;
        let mut checked = check(self.procedure, self.state, facts, today, calendar);
        let mut refusals = std::mem::take(&mut checked.refusals);
        for name in &checked.unanswered {
            refusals.push(self.refusal("case/fact-unknown").with("field", self.procedure.fact_label(name)));
        }
        (refusals, checked)
    }

    pub(crate) fn ask_correction(&self) -> Result<Vec<CaseEvent>, Refusals> {
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

    pub(crate) fn accept(&self) -> Result<Vec<CaseEvent>, Refusals> {
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

    pub(crate) fn decline(&self) -> Result<Vec<CaseEvent>, Refusals> {
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
}
