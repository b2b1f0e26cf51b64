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
use policy::{Diagnostics, Said, Source, say};
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
    fn fault(&mut self, place: Option<&Range<usize>>, what: Said, cure: Said) {
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
                let what = say("no-ending").with("ends", format!("{ends:?}").to_lowercase());
                self.fault(None, what, say("no-ending-cure"));
            }
        }
        if procedure.outcome(&procedure.correction.then).is_none_or(|end| end.ends != Ending::Lapsed) {
            let what = say("correction-ends").with("outcome", &procedure.correction.then);
            self.fault(Some(&self.places.correction), what, say("correction-ends-cure"));
        }
        for outcome in &procedure.outcomes {
            if procedure.state(&outcome.id).is_some() {
                let what = say("state-and-outcome").with("id", &outcome.id);
                self.fault(self.places.outcomes.get(&outcome.id), what, say("twice-cure"));
            }
        }
    }

    /// Every result of every state leads somewhere, and no result is named that cannot come.
    fn ways(&mut self) {
        let procedure = self.procedure;
        let exists = |to: &str| procedure.state(to).is_some() || procedure.outcome(to).is_some();
        if !exists(&procedure.intake.to) {
            let what = say("intake-dead-end").with("to", &procedure.intake.to);
            self.fault(Some(&self.places.intake), what, say("dead-end-cure"));
        }
        for state in &procedure.states {
            let place = self.places.states.get(&state.id);
            let (needed, allowed) = ways_of(state);
            for way in &needed {
                if !state.on.contains_key(way) {
                    let what = say("nowhere-to-go").with("state", &state.id).with("way", word(*way));
                    self.fault(place, what, say("nowhere-to-go-cure"));
                }
            }
            for (way, to) in &state.on {
                if !needed.contains(way) && !allowed.contains(way) {
                    let what = say("way-never").with("state", &state.id).with("way", word(*way));
                    self.fault(place, what, say("way-never-cure"));
                }
                if to == INTAKE {
                    let what = say("back-to-counter").with("state", &state.id);
                    self.fault(place, what, say("back-to-counter-cure"));
                } else if !exists(to) {
                    let what = say("dead-end").with("state", &state.id).with("to", to);
                    self.fault(place, what, say("dead-end-cure"));
                }
            }
            self.deemed(state);
            if state.on.contains_key(&Way::Returned) && procedure.returns_max == 0 {
                let what = say("returns-for-ever").with("state", &state.id);
                self.fault(place, what, say("returns-for-ever-cure"));
            }
        }
    }

    /// What the law takes as a result where nobody decides can never be money, a number or a filing, and never a
    /// round.
    fn deemed(&mut self, state: &State) {
        let Work::Steps { steps, deemed: Some(deemed), .. } = &state.work else { return };
        let place = self.places.states.get(&state.id);
        if !matches!(deemed.way, Way::Passed | Way::Rejected) || !state.on.contains_key(&deemed.way) {
            let what = say("cannot-be-deemed").with("state", &state.id).with("way", word(deemed.way));
            self.fault(place, what, say("cannot-be-deemed-cure"));
        }
        if deemed.way == Way::Passed
            && let Some(step) = steps.iter().find(|step| step.act == Act::Pay || !step.effects.is_empty())
        {
            let what = say("deemed-effect").with("step", &step.id).with("state", &state.id);
            self.fault(place, what, say("deemed-effect-cure"));
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
                let what = say("apart-from-nothing").with("step", &step.id).with("apart", apart);
                self.fault(self.places.steps.get(&step.id), what, say("apart-from-nothing-cure"));
            }
        }
        for material in &procedure.materials {
            let Some(at) = &material.at else { continue };
            let place = self.places.materials.get(&material.id);
            if !steps.contains(at.as_str()) {
                let what = say("material-at-nothing").with("material", &material.id);
                self.fault(place, what, say("material-at-nothing-cure"));
            } else if at == APPLY || at == INTAKE {
                let what = say("material-at-counter").with("material", &material.id);
                self.fault(place, what, say("material-at-counter-cure"));
            }
        }
        for clock in &procedure.clocks {
            if let Start::Step(step) = &clock.starts
                && !known.contains(step.as_str())
            {
                let what = say("clock-never").with("clock", &clock.id).with("step", step);
                self.fault(None, what, say("clock-never-cure"));
            }
        }
        if procedure.applicants.is_empty() {
            self.fault(None, say("nobody-applies"), say("nobody-applies-cure"));
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
                let what = say("time-over").with("of", id);
                self.fault(place, what, say("time-over-cure"));
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
