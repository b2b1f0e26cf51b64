//! Every path, walked once.

use super::Model;
use crate::clock::Start;
use crate::procedure::{Act, Effect, Ending, Procedure, State, Step, Way, Work};
use policy::expr::Kind;
use policy::say;
use std::collections::BTreeSet;

/// More paths than this are a tangle that nobody can answer for.
const PATHS_MAX: usize = 20_000;

struct Walk {
    reached: BTreeSet<String>,
    paths: usize,
}

impl Model<'_> {
    /// Walks every path once.
    pub(super) fn paths(&mut self) {
        for state in &self.procedure.states {
            self.against(state);
            self.back(state);
        }
        let mut walk = Walk { reached: BTreeSet::new(), paths: 0 };
        let mut path = Vec::new();
        let start = self.procedure.intake.to.clone();
        self.walk(&start, &mut path, &mut BTreeSet::new(), &mut walk);
        if walk.paths > PATHS_MAX {
            self.fault(None, say("tangle"), say("split-cure"));
            return;
        }
        for state in self.procedure.states.iter().filter(|state| !walk.reached.contains(state.id.as_str())) {
            let what = say("state-unreached").with("state", &state.id);
            self.fault(self.places.states.get(&state.id), what, say("unreached-cure"));
        }
        let granted = |outcome: &&crate::Outcome| outcome.ends == Ending::Granted;
        for outcome in self.procedure.outcomes.iter().filter(granted) {
            if !walk.reached.contains(outcome.id.as_str()) {
                let what = say("outcome-unreached").with("outcome", &outcome.id);
                self.fault(self.places.outcomes.get(&outcome.id), what, say("unreached-cure"));
            }
        }
    }

    /// A no is a no: it leads to a refusal, or to an end that a yes does not lead to as well.
    fn against(&mut self, state: &State) {
        let yes = state.on.get(&Way::Passed).map(|to| onward(self.procedure, to)).unwrap_or_default();
        for way in [Way::Rejected, Way::Upheld] {
            let Some(to) = state.on.get(&way) else { continue };
            let ends = self.procedure.outcome(to).map(|outcome| outcome.ends);
            let (no, place) = (super::word(way), self.places.states.get(&state.id));
            let path = format!("opened -> accepted -> … -> {} -> {no} -> {to}", state.id);
            if matches!(ends, Some(Ending::Lapsed | Ending::Withdrawn)) {
                let what = say("looks-like-lapse").with("path", path);
                self.fault(place, what, say("ends-refused-cure"));
            } else if ends != Some(Ending::Refused) && yes.contains(to.as_str()) {
                let what = say("no-leads-to-yes").with("way", no).with("path", path);
                self.fault(place, what, say("ends-refused-cure"));
            }
        }
    }

    /// What is sent back goes to a step before, where what was wrong can be mended.
    fn back(&mut self, state: &State) {
        let Some(to) = state.on.get(&Way::Returned) else { return };
        let before =
            self.procedure.state(to).is_some() && onward(self.procedure, to).contains(state.id.as_str());
        // Where several people decide side by side, each may ask the others to look again.
        let again = *to == state.id && state.steps().len() > 1;
        let place = self.places.states.get(&state.id);
        let path = format!("opened -> accepted -> … -> {} -> returned -> {to}", state.id);
        if !before || *to == state.id && !again {
            self.fault(place, say("nothing-mended").with("path", path), say("nothing-mended-cure"));
        } else if self.procedure.state(to).is_some_and(|back| back.when.is_some() && back.when != state.when)
        {
            self.fault(place, say("passed-over").with("path", path), say("passed-over-cure"));
        }
    }

    /// `path` is the states so far, `done` the steps approved on it.
    fn walk(&mut self, to: &str, path: &mut Vec<String>, done: &mut BTreeSet<String>, walk: &mut Walk) {
        walk.paths += 1;
        walk.reached.insert(to.to_owned());
        let procedure = self.procedure;
        let Some(state) = procedure.state(to) else {
            self.answered_for(to, path, done);
            return;
        };
        if walk.paths > PATHS_MAX {
            return;
        }
        if path.iter().any(|before| before == to) {
            let what = say("endless-round").with("path", path.join(" -> ")).with("to", to);
            self.fault(self.places.states.get(to), what, say("endless-round-cure"));
            return;
        }
        path.push(to.to_owned());
        self.wait(state, path, done);
        self.money(state, path, done);
        let added: Vec<String> =
            state.steps().iter().map(|step| step.id.clone()).filter(|step| !done.contains(step)).collect();
        for (way, next) in &state.on {
            match way {
                // Coming back is bounded by the count of returns; where it leads has its own paths.
                Way::Returned => {
                    walk.reached.insert(next.clone());
                }
                Way::Passed => {
                    if state.when.is_some() {
                        self.walk(next, path, done, walk);
                    }
                    done.extend(added.iter().cloned());
                    self.walk(next, path, done, walk);
                    added.iter().for_each(|step| {
                        done.remove(step);
                    });
                }
                Way::Rejected | Way::Upheld => self.walk(next, path, done, walk),
            }
        }
        path.pop();
    }

    /// Nothing is granted that nobody answered for, and what was worked out is paid.
    fn answered_for(&mut self, to: &str, path: &[String], done: &BTreeSet<String>) {
        let granted = |outcome: &&crate::Outcome| outcome.ends == Ending::Granted;
        let Some(outcome) = self.procedure.outcome(to).filter(granted) else { return };
        let was_done = |what: &dyn Fn(&Step) -> bool| {
            let decided_by_people =
                |state: &&State| !matches!(state.work, Work::Steps { deemed: Some(_), .. });
            let states = self.procedure.states.iter().filter(decided_by_people);
            states.flat_map(State::steps).any(|step| done.contains(&step.id) && what(step))
        };
        let answers = |step: &Step| {
            matches!(step.act, Act::Decide | Act::Sign | Act::Consult | Act::Receive | Act::Reply)
        };
        let whole = format!("opened -> accepted -> {} -> {to}", path.join(" -> "));
        let what = if !was_done(&answers) {
            Some(say("nobody-decided").with("path", whole))
        } else if was_done(&|step| step.effects.contains(&Effect::AdjudicateClaim))
            && !was_done(&|step| step.act == Act::Pay)
        {
            Some(say("never-paid").with("path", whole))
        } else {
            None
        };
        if let Some(what) = what {
            self.fault(self.places.outcomes.get(&outcome.id), what, say("through-step-cure"));
        }
    }

    /// A wait that starts with a step needs the step done on every path to it.
    fn wait(&mut self, state: &State, path: &[String], done: &BTreeSet<String>) {
        let Work::Wait(wait) = &state.work else {
            return;
        };
        let Start::Step(step) = &wait.starts else {
            return;
        };
        if !done.contains(step) {
            let what = say("endless-wait").with("path", path.join(" -> ")).with("step", step);
            self.fault(self.places.states.get(&state.id), what, say("endless-wait-cure"));
        }
    }

    /// Whoever worked out or approved a claim must not pay it, and nothing is paid that nobody worked out.
    fn money(&mut self, state: &State, path: &[String], done: &BTreeSet<String>) {
        if let Some(payer) = state.steps().iter().find(|step| step.act == Act::Pay) {
            let amount = |field: &str| {
                let known = self.procedure.fields().find(|known| known.id == field);
                known.is_some_and(|known| known.kind == Kind::Fen)
            };
            let steps = self.procedure.states.iter().flat_map(State::steps);
            let mut before = steps.filter(|step| done.contains(&step.id));
            let worked_out = before.any(|step| {
                step.effects.contains(&Effect::AdjudicateClaim)
                    || step.fills.iter().any(|field| amount(field))
            });
            if !worked_out {
                let what = say("pays-unknown").with("step", &payer.id).with("path", path.join(" -> "));
                self.fault(self.places.steps.get(&payer.id), what, say("pays-unknown-cure"));
            }
        }
        for payer in
            state.steps().iter().filter(|step| step.act == Act::Pay || step.effects.contains(&Effect::Pay))
        {
            let all = self.procedure.states.iter().flat_map(State::steps);
            let deciders =
                all.filter(|step| step.effects.contains(&Effect::AdjudicateClaim) && step.id != payer.id);
            let apart: BTreeSet<&str> = self.procedure.apart(payer).collect();
            let here = |step: &str| state.step(step).is_some();
            for decider in deciders.filter(|step| done.contains(&step.id) || here(&step.id)) {
                if !apart.contains(decider.id.as_str()) {
                    let what = say("one-person").with("one", &decider.id).with("other", &payer.id);
                    let what = what.with("path", format!("opened -> accepted -> {}", path.join(" -> ")));
                    self.fault(self.places.steps.get(&payer.id), what, say("one-person-cure"));
                }
            }
            if payer.effects.contains(&Effect::AdjudicateClaim) {
                let what = say("works-out-and-pays").with("step", &payer.id);
                let what = what.with("path", path.join(" -> "));
                self.fault(self.places.steps.get(&payer.id), what, say("works-out-and-pays-cure"));
            }
        }
    }
}

/// Every state and outcome that passing leads to from here on, this place included.
fn onward<'p>(procedure: &'p Procedure, from: &str) -> BTreeSet<&'p str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = procedure.state(from).map(|state| state.id.as_str()).into_iter().collect();
    open.extend(procedure.outcome(from).map(|outcome| outcome.id.as_str()));
    while let Some(here) = open.pop() {
        if found.insert(here) {
            open.extend(
                procedure.state(here).and_then(|state| state.on.get(&Way::Passed)).map(String::as_str),
            );
        }
    }
    found
}
