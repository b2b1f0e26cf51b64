//! Steps: signed, decided, sealed or paid by the right person, with what the step needs.

use crate::clock::{CaseClock, Start};
use crate::decide::Desk;
use crate::event::{CaseEvent, Cause, Decided};
use crate::form::unfit;
use crate::material::{Need, Presented};
use crate::precheck::with_facts;
use crate::procedure::{Act, Condition, State, Step};
use crate::state::{Position, evolve};
use crate::time::{clocks, moved_to};
use crate::walk::{effects, enter};
use crate::{CaseContext, Completion, NOTE_CHARACTERS_MAX};
use std::collections::BTreeSet;
use terms::{Fact, Facts, Fen, Refusal, Refusals};

/// How a payment is made, as conditions of papers ask (`payment.method`).
const METHOD: &str = "payment.method";

impl Desk<'_> {
    /// The state the case is in, where it is in one.
    pub(crate) fn here(&self) -> Result<&State, Refusals> {
        let Position::At(id) = &self.state.position else {
            return Err(vec![self.refusal("case/not-accepted")]);
        };
        self.procedure.state(id).ok_or_else(|| vec![self.refusal("case/not-accepted")])
    }

    pub(crate) fn complete(
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
            Decided::Returned => Some(crate::Way::Returned),
            // A panel decides once all have spoken.
            Decided::Approved | Decided::Rejected if step.panel.is_some() => {
                self.panel_way(here, step, done.decision, on, &mut events)
            }
            Decided::Rejected => Some(crate::Way::Rejected),
            Decided::Approved => {
                if let Some((amount, payee, method)) = payment {
                    let (payee, method) = (payee.to_owned(), method.to_owned());
                    events.push(CaseEvent::Paid { amount, payee, method, by, on });
                }
                events.extend(effects(&step.effects, &step.id, &step.article, on));
                self.is_last(here, step).then_some(crate::Way::Passed)
            }
        };
        // A clock of the whole case can begin with this step.
        let mut after = self.state.clone();
        events.iter().for_each(|event| evolve(&mut after, event));
        let begins = |clock: &&CaseClock| clock.starts == Start::Step(step.id.clone());
        let begins: BTreeSet<&str> =
            self.procedure.clocks.iter().filter(begins).map(|clock| clock.id.as_str()).collect();
        if !begins.is_empty() && done.decision == Decided::Approved {
            events.extend(
                clocks(self.procedure, &after, on, calendar)
                    .into_iter()
                    .filter(|clock| begins.contains(clock.id.as_str()))
                    .filter_map(|clock| moved_to(&after, clock, Cause::Start, on)),
            );
        }
        if let Some(way) = way {
            let to = here.on.get(&way).map_or("", String::as_str);
            enter(self.procedure, self.state, &mut events, to, Some(way), &facts, on, calendar);
        }
        Ok(events)
    }

    /// Whether every other step of the state is done.
    fn is_last(&self, here: &State, step: &Step) -> bool {
        here.steps().iter().all(|other| other.id == step.id || self.state.is_done_here(other))
    }

    /// Where a panel's state leads with this voice: nowhere before the last of them.
    fn panel_way(
        &self,
        here: &State,
        step: &Step,
        voice: Decided,
        on: terms::Day,
        events: &mut Vec<CaseEvent>,
    ) -> Option<crate::Way> {
        let panel = step.panel?;
        let before = self.state.votes(&step.id).map(|(_, decision)| decision);
        let voices: Vec<Decided> = before.filter(|one| *one != Decided::Returned).chain([voice]).collect();
        if voices.len() < usize::from(panel.of) {
            return None;
        }
        let approve = voices.iter().filter(|one| **one == Decided::Approved).count();
        if approve < usize::from(panel.needs) {
            return Some(crate::Way::Rejected);
        }
        events.extend(effects(&step.effects, &step.id, &step.article, on));
        self.is_last(here, step).then_some(crate::Way::Passed)
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
        let spoken =
            step.panel.is_some() && self.state.votes(&step.id).any(|(who, _)| who == self.context.actor.who);
        if spoken || self.state.is_done_here(step) {
            refusals.push(refuse("case/step-done"));
        }
        for apart in self.procedure.apart(step) {
            if self.state.doers(apart).any(|by| by.who == self.context.actor.who) {
                refusals.push(refuse("case/same-person").with("step", self.procedure.step_label(apart)));
            }
        }
        let mut facts = self.facts();
        facts.extend(done.facts.clone());
        if let Some((.., method)) = payment {
            facts.insert(METHOD.to_owned(), Fact::Code(method.to_owned()));
        }
        // Who says no need not fill in what a yes asks for.
        let asked = |required: &&Condition| {
            let of_a_yes =
                required.when.names().iter().any(|name| step.fills.iter().any(|field| field == name));
            done.decision == Decided::Approved || !of_a_yes
        };
        if let Some(required) =
            step.requires.as_ref().filter(asked).filter(|required| !required.when.holds(&facts).is_yes())
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
            // What a payment needs depends on how it is made.
            if (step.act == Act::Pay) == payment.is_some() {
                refusals.extend(self.against_approval(step, done, &facts));
            } else {
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
}
