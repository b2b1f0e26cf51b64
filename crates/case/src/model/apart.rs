//! Separation of duties over every path: whatever the pack says must be apart is apart wherever both can happen.

use super::Model;
use crate::duty::{Doing, Duty};
use crate::owner::Owner;
use crate::procedure::{State, Step, Work};
use crate::state::{APPLY, INTAKE};
use policy::{Said, say};
use std::collections::{BTreeMap, VecDeque};

/// Something done in the procedure: its id, the state it is done in, and the step where it is one.
struct Done<'a> {
    id: &'a str,
    state: Option<&'a State>,
    step: Option<&'a Step>,
}

impl<'a> Model<'a> {
    /// For each duty of the pack, each pair of things that some path has both of.
    pub(super) fn apart(&mut self) {
        for duty in self.duties {
            let (ones, others) = (self.doings(duty.one), self.doings(duty.other));
            for (place, one) in ones.iter().enumerate() {
                let from = if duty.one == duty.other { place + 1 } else { 0 };
                for other in others.iter().skip(from).filter(|other| other.id != one.id) {
                    let Some(path) = self.together(one, other) else { continue };
                    let same = self.owner(one).is_some_and(|owner| Some(owner) == self.owner(other));
                    if same && !exclusive(one.state, other.state) {
                        let what = under(duty, say("one-role"), one.id, other.id, &path);
                        let place = other.step.or(one.step).and_then(|step| self.places.steps.get(&step.id));
                        self.fault(place, what, say("one-role-cure"));
                    }
                    if !self.are_apart(one, other) {
                        let what = under(duty, say("one-person"), one.id, other.id, &path);
                        let place = other.step.or(one.step).and_then(|step| self.places.steps.get(&step.id));
                        self.fault(place, what, say("one-person-cure"));
                    }
                }
            }
        }
    }

    /// Whatever is such a thing in this procedure.
    fn doings(&self, doing: Doing) -> Vec<Done<'a>> {
        let states = self.procedure.states.iter();
        match doing {
            Doing::Apply => vec![Done { id: APPLY, state: None, step: None }],
            Doing::Intake => vec![Done { id: INTAKE, state: None, step: None }],
            Doing::Notice => states
                .filter(|state| matches!(state.work, Work::Notice(_)))
                .map(|state| Done { id: &state.id, state: Some(state), step: None })
                .collect(),
            Doing::Step(act) => states
                .flat_map(|state| state.steps().iter().map(move |step| (state, step)))
                .filter(|(_, step)| step.act == act)
                .map(|(state, step)| Done { id: &step.id, state: Some(state), step: Some(step) })
                .collect(),
        }
    }

    /// The role that does it; nobody's where people apply.
    fn owner(&self, done: &Done<'a>) -> Option<&'a Owner> {
        match (done.step, done.state.map(|state| &state.work)) {
            (Some(step), _) => Some(&step.owner),
            (None, Some(Work::Notice(notice))) => Some(&notice.owner),
            (None, _) => (done.id == INTAKE).then_some(&self.procedure.intake.owner),
        }
    }

    fn are_apart(&self, one: &Done<'_>, other: &Done<'_>) -> bool {
        let keeps_from = |step: Option<&Step>, id: &str| {
            step.is_some_and(|step| self.procedure.apart(step).any(|apart| apart == id))
        };
        // Neither is a step: who applies and who takes the application are told apart by nobody.
        one.step.is_none() && other.step.is_none()
            || keeps_from(one.step, other.id)
            || keeps_from(other.step, one.id)
    }

    /// The shortest path on which both are done; none where no case ever has both.
    fn together(&self, one: &Done<'a>, other: &Done<'a>) -> Option<String> {
        let start = self.procedure.intake.to.as_str();
        let through = |first: &'a str, second: &'a str| {
            let mut path = self.way(start, first)?;
            path.extend(self.way(first, second)?.into_iter().skip(1));
            Some(path)
        };
        let path = match (one.state, other.state) {
            (None, None) => Vec::new(),
            (Some(state), None) | (None, Some(state)) => self.way(start, &state.id)?,
            (Some(one), Some(other)) => {
                through(&one.id, &other.id).or_else(|| through(&other.id, &one.id))?
            }
        };
        let words: Vec<&str> = ["opened", "accepted"].into_iter().chain(path).collect();
        Some(words.join(" -> "))
    }

    /// The shortest way between two states, whatever leads from one to the next.
    fn way(&self, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let mut before: BTreeMap<&str, Option<&str>> = BTreeMap::from([(from, None)]);
        let mut open = VecDeque::from([from]);
        while let Some(here) = open.pop_front() {
            if here == to {
                let mut way = vec![here];
                let mut at = here;
                while let Some(Some(earlier)) = before.get(at) {
                    way.push(earlier);
                    at = earlier;
                }
                way.reverse();
                return Some(way);
            }
            for next in self.procedure.state(here).iter().flat_map(|state| state.on.values()) {
                if !before.contains_key(next.as_str()) {
                    before.insert(next, Some(here));
                    open.push_back(next);
                }
            }
        }
        None
    }
}

/// What two doings come to on a path, with the article of the duty.
fn under(duty: &Duty, said: Said, one: &str, other: &str, path: &str) -> Said {
    let said = said.with("one", one).with("other", other).with("path", path);
    say("in-article").holding("said", said).with("article", &duty.article)
}

/// Where the condition of one is the other's negation, a case comes into one of them only.
fn exclusive(one: Option<&State>, other: Option<&State>) -> bool {
    let when = |state: Option<&State>| state?.when.as_ref().map(|when| when.text().to_owned());
    let (Some(one), Some(other)) = (when(one), when(other)) else { return false };
    one == format!("!({other})") || other == format!("!({one})")
}
