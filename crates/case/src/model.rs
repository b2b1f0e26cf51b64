//! The model check: before a procedure takes a single case, every path through it is walked.
//!
//! Held for every path: it ends; somebody owns each place on it and a clock runs there (the loader sees to that);
//! nobody does two things that must be apart (`apart.rs`); no wait waits for a step that was not done, nothing is
//! granted that nobody decided and nothing paid that nobody worked out (`paths.rs`); and what the pre-check calls
//! complete cannot come back for missing material (`promise.rs`).

mod apart;
mod paths;
mod promise;

use crate::clock::Start;
use crate::duty::Duty;
use crate::procedure::{Act, Ending, Procedure, State, Way, Work};
use crate::state::{APPLY, INTAKE};
use policy::{Diagnostics, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use terms::Span;

/// Where things stand in the procedure's file.
#[derive(Default)]
pub(crate) struct Places {
    pub(crate) head: Range<usize>,
    pub(crate) intake: Range<usize>,
    pub(crate) correction: Range<usize>,
    pub(crate) states: BTreeMap<String, Range<usize>>,
    pub(crate) steps: BTreeMap<String, Range<usize>>,
    pub(crate) materials: BTreeMap<String, Range<usize>>,
    pub(crate) outcomes: BTreeMap<String, Range<usize>>,
}

pub(crate) fn check(procedure: &Procedure, duties: &[Duty], places: &Places, source: &Source) -> Diagnostics {
    let mut model = Model { procedure, duties, places, source, faults: Diagnostics::new() };
    model.endings();
    model.ways();
    model.names();
    model.spans();
    model.promise();
    if model.faults.is_empty() {
        model.paths();
        model.apart();
    }
    model.faults
}

struct Model<'a> {
    procedure: &'a Procedure,
    /// What must not be done by one person, in any procedure.
    duties: &'a [Duty],
    places: &'a Places,
    source: &'a Source,
    faults: Diagnostics,
}

impl Model<'_> {
    fn fault(&mut self, place: Option<&Range<usize>>, what: String, cure: &str) {
        let place = place.unwrap_or(&self.places.head).clone();
        let fault = self.source.at(place, what, cure);
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Each kind of end that the engine needs is there, once.
    fn endings(&mut self) {
        let procedure = self.procedure;
        for ends in [Ending::Granted, Ending::Refused, Ending::Lapsed, Ending::Withdrawn] {
            if procedure.ending(ends).is_none() {
                let what = format!("no outcome ends as {ends:?}").to_lowercase();
                self.fault(
                    None,
                    what,
                    "every case can be granted, refused, lapse or be withdrawn: add the outcome",
                );
            }
        }
        if procedure.outcome(&procedure.correction.then).is_none_or(|end| end.ends != Ending::Lapsed) {
            let what = format!("a correction that is never made ends in `{}`", procedure.correction.then);
            self.fault(Some(&self.places.correction), what, "let it end in the outcome that ends as lapsed");
        }
        for outcome in &procedure.outcomes {
            if procedure.state(&outcome.id).is_some() {
                let what = format!("`{}` is a state and an outcome", outcome.id);
                self.fault(self.places.outcomes.get(&outcome.id), what, "give one of them another id");
            }
        }
    }

    /// Every result of every state leads somewhere, and no result is named that cannot come.
    fn ways(&mut self) {
        let procedure = self.procedure;
        let exists = |to: &str| procedure.state(to).is_some() || procedure.outcome(to).is_some();
        if !exists(&procedure.intake.to) {
            let what =
                format!("dead end: opened -> accepted -> `{}`, which is no state", procedure.intake.to);
            self.fault(Some(&self.places.intake), what, "name a state or an outcome");
        }
        for state in &procedure.states {
            let place = self.places.states.get(&state.id);
            let (needed, allowed) = ways_of(state);
            for way in &needed {
                if !state.on.contains_key(way) {
                    let what = format!("dead end: `{}` has nowhere to go when {}", state.id, word(*way));
                    self.fault(place, what, "say in `on` where it leads");
                }
            }
            for (way, to) in &state.on {
                if !needed.contains(way) && !allowed.contains(way) {
                    let what = format!("`{}` can never be {}", state.id, word(*way));
                    self.fault(place, what, "drop it from `on`");
                }
                if to == INTAKE {
                    let what = format!(
                        "an accepted case would come back to the counter: opened -> accepted -> … -> {} -> intake",
                        state.id
                    );
                    let cure =
                        "what the pre-check calls complete must not come back: send it to a state instead";
                    self.fault(place, what, cure);
                } else if !exists(to) {
                    let what =
                        format!("dead end: `{}` leads to `{to}`, which is no state and no outcome", state.id);
                    self.fault(place, what, "name a state or an outcome");
                }
            }
            self.deemed(state);
            if state.on.contains_key(&Way::Returned) && procedure.returns_max == 0 {
                let what = format!("endless round: `{}` can send the case back for ever", state.id);
                self.fault(place, what, "bound it with `returns_max`");
            }
        }
    }

    /// What the law takes as a result where nobody decides can never be money, a number or a filing, and never a
    /// round.
    fn deemed(&mut self, state: &State) {
        let Work::Steps { steps, deemed: Some(deemed), .. } = &state.work else { return };
        let place = self.places.states.get(&state.id);
        if !matches!(deemed.way, Way::Passed | Way::Rejected) || !state.on.contains_key(&deemed.way) {
            let what = format!("`{}` cannot be deemed {}", state.id, word(deemed.way));
            self.fault(place, what, "deem it `passed` or `rejected`, and say in `on` where that leads");
        }
        if deemed.way == Way::Passed
            && let Some(step) = steps.iter().find(|step| step.act == Act::Pay || !step.effects.is_empty())
        {
            let what = format!(
                "nobody would answer for `{}`: opened -> accepted -> … -> {} -> time passes -> deemed passed",
                step.id, state.id
            );
            self.fault(place, what, "what brings something about is done by a person: deem it `rejected`");
        }
    }

    /// Steps named elsewhere are there.
    fn names(&mut self) {
        let procedure = self.procedure;
        let steps: BTreeSet<&str> = procedure
            .states
            .iter()
            .flat_map(State::steps)
            .map(|step| step.id.as_str())
            .chain([APPLY, INTAKE])
            .collect();
        let notices = procedure.states.iter().filter(|state| matches!(state.work, Work::Notice(_)));
        let known: BTreeSet<&str> =
            steps.iter().copied().chain(notices.map(|state| state.id.as_str())).collect();
        for step in procedure.states.iter().flat_map(State::steps) {
            for apart in
                step.apart_from.iter().filter(|apart| !known.contains(apart.as_str()) || **apart == step.id)
            {
                let what =
                    format!("step `{}` is to be apart from `{apart}`, which is no other step", step.id);
                self.fault(self.places.steps.get(&step.id), what, "name a step, `intake` or `apply`");
            }
        }
        for material in &procedure.materials {
            let Some(at) = &material.at else { continue };
            let place = self.places.materials.get(&material.id);
            if !steps.contains(at.as_str()) {
                let what = format!("material `{}` is asked for at a step that is not there", material.id);
                self.fault(place, what, "name a step of this procedure");
            } else if at == APPLY || at == INTAKE {
                let what = format!(
                    "nobody would ask for `{}`: pre-check complete -> opened -> accepted without it",
                    material.id
                );
                self.fault(place, what, "leave `at` out: what the counter asks for has none");
            }
        }
        for clock in &procedure.clocks {
            if let Start::Step(step) = &clock.starts
                && !known.contains(step.as_str())
            {
                let what =
                    format!("clock `{}` would never begin: `{step}` is no step and no notice", clock.id);
                self.fault(None, what, "start it with a step of this procedure");
            }
        }
        if procedure.applicants.is_empty() {
            self.fault(None, "nobody may apply".into(), "add an `[[applicant]]`");
        }
    }

    /// No span is over before it began.
    fn spans(&mut self) {
        let procedure = self.procedure;
        let mut found: Vec<(&str, Span, Option<&Range<usize>>)> =
            vec![("the correction", procedure.correction.span, Some(&self.places.correction))];
        found.extend(procedure.clocks.iter().map(|clock| (clock.id.as_str(), clock.span, None)));
        for state in &procedure.states {
            let span = match &state.work {
                Work::Notice(notice) => notice.span,
                Work::Wait(wait) => wait.span,
                Work::Steps { .. } => continue,
            };
            found.push((&state.id, span, self.places.states.get(&state.id)));
        }
        for (id, span, place) in found {
            if span.count == 0 {
                let what = format!("the time of {id} is over before it begins");
                self.fault(place, what, "give it at least one day");
            }
        }
    }
}

/// The results a state must provide for, and those it may.
fn ways_of(state: &State) -> (Vec<Way>, Vec<Way>) {
    match &state.work {
        Work::Notice(_) => (vec![Way::Passed, Way::Upheld], Vec::new()),
        Work::Wait(_) => (vec![Way::Passed], Vec::new()),
        Work::Steps { steps, .. } => {
            let decides = steps
                .iter()
                .any(|step| matches!(step.act, Act::Decide | Act::Sign | Act::Consult | Act::Receive));
            if decides {
                (vec![Way::Passed, Way::Rejected], vec![Way::Returned])
            } else {
                (vec![Way::Passed], vec![Way::Rejected, Way::Returned])
            }
        }
    }
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Passed => "passed",
        Way::Rejected => "rejected",
        Way::Returned => "returned",
        Way::Upheld => "upheld",
    }
}
