//! The model check: before a procedure takes a single case, every path through it is walked.
//!
//! Held for every path: it ends; somebody owns each place on it and a clock runs there (the loader sees to that);
//! nobody decides what money is due and pays it as well; no wait waits for a step that was not done; and what the
//! pre-check calls complete cannot come back for missing material, because everything the counter may ask depends
//! only on what can be known before coming, and no result leads back to the counter.

use crate::clock::Start;
use crate::form::Known;
use crate::procedure::{Act, Effect, Ending, Procedure, State, Way, Work};
use crate::state::{APPLY, INTAKE};
use policy::expr::Expr;
use policy::{Diagnostics, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

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

/// More paths than this are a tangle that nobody can answer for.
const PATHS_MAX: usize = 20_000;

pub(crate) fn check(procedure: &Procedure, places: &Places, source: &Source) -> Diagnostics {
    let mut model = Model { procedure, places, source, faults: Diagnostics::new() };
    model.endings();
    model.ways();
    model.names();
    model.promise();
    if model.faults.is_empty() {
        model.paths();
    }
    model.faults
}

struct Model<'a> {
    procedure: &'a Procedure,
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
            if material.at.as_ref().is_some_and(|at| !steps.contains(at.as_str())) {
                let what = format!("material `{}` is asked for at a step that is not there", material.id);
                self.fault(self.places.materials.get(&material.id), what, "name a step of this procedure");
            }
        }
    }

    /// Pre-check complete means accepted and never sent back for papers: whatever the counter may ask depends
    /// only on what can be known before coming.
    fn promise(&mut self) {
        let procedure = self.procedure;
        let late: BTreeSet<&str> = procedure
            .fields()
            .filter(|field| field.known == Known::Process)
            .map(|field| field.id.as_str())
            .chain(["actor.title", "actor.organisation", "actor.decided_before"])
            .collect();
        let first_late =
            |when: &Expr| when.names().into_iter().find(|name| late.contains(name)).map(str::to_owned);
        for material in procedure.materials.iter().filter(|material| material.at.is_none()) {
            let conditions =
                material.when.iter().chain(material.unless.iter().map(|exception| &exception.when));
            if let Some(name) = conditions.filter_map(first_late).next() {
                let what = format!(
                    "the pre-check cannot know whether `{}` is needed: pre-check complete -> opened -> accepted -> … \
                     -> `{name}` becomes known -> the paper is missing",
                    material.id
                );
                let cure =
                    "let it depend on what the applicant or the registers know, or ask for it `at` a step";
                self.fault(self.places.materials.get(&material.id), what, cure);
            }
        }
        let mut others: Vec<(&str, &Expr)> = Vec::new();
        others.extend(procedure.conditions.iter().map(|condition| (condition.id.as_str(), &condition.when)));
        others.extend(
            procedure.limits.iter().filter_map(|limit| Some((limit.id.as_str(), limit.when.as_ref()?))),
        );
        others.extend(
            procedure.applicants.iter().filter_map(|one| Some((one.capacity.as_str(), one.when.as_ref()?))),
        );
        others.extend(procedure.jurisdiction.iter().map(|one| (one.id.as_str(), &one.district)));
        let exceptions = procedure.window.iter().flat_map(|window| &window.exceptions);
        others.extend(exceptions.map(|exception| (exception.id.as_str(), &exception.when)));
        for (id, when) in others {
            if let Some(name) = first_late(when) {
                let what =
                    format!("the pre-check cannot answer `{id}`: `{name}` becomes known in the process only");
                self.fault(None, what, "let it depend on what the applicant or the registers know");
            }
        }
        for limit in procedure.limits.iter().filter(|limit| late.contains(limit.starts.as_str())) {
            let what = format!(
                "the pre-check cannot count `{}`: `{}` becomes known in the process only",
                limit.id, limit.starts
            );
            self.fault(None, what, "start it with a day the applicant or the registers know");
        }
    }

    /// Walks every path once.
    fn paths(&mut self) {
        let mut walk = Walk { reached: BTreeSet::new(), paths: 0 };
        let mut path = Vec::new();
        let start = self.procedure.intake.to.clone();
        self.walk(&start, &mut path, &mut BTreeSet::new(), &mut walk);
        if walk.paths > PATHS_MAX {
            self.fault(None, "the procedure is a tangle: too many paths to check".into(), "split it in two");
            return;
        }
        for state in self.procedure.states.iter().filter(|state| !walk.reached.contains(state.id.as_str())) {
            let what = format!("no path leads to state `{}`", state.id);
            self.fault(self.places.states.get(&state.id), what, "lead a result to it or drop it");
        }
        let granted = |outcome: &&crate::Outcome| outcome.ends == Ending::Granted;
        for outcome in self.procedure.outcomes.iter().filter(granted) {
            if !walk.reached.contains(outcome.id.as_str()) {
                let what = format!("no path leads to outcome `{}`", outcome.id);
                self.fault(self.places.outcomes.get(&outcome.id), what, "lead a result to it or drop it");
            }
        }
    }

    /// `path` is the states so far, `done` the steps approved on it.
    fn walk(&mut self, to: &str, path: &mut Vec<String>, done: &mut BTreeSet<String>, walk: &mut Walk) {
        walk.paths += 1;
        walk.reached.insert(to.to_owned());
        let procedure = self.procedure;
        let Some(state) = procedure.state(to) else {
            return;
        };
        if walk.paths > PATHS_MAX {
            return;
        }
        if path.iter().any(|before| before == to) {
            let what = format!("endless round: opened -> accepted -> {} -> {to}", path.join(" -> "));
            self.fault(
                self.places.states.get(to),
                what,
                "only `returned` may lead back, because returns are counted",
            );
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

    /// A wait that starts with a step needs the step done on every path to it.
    fn wait(&mut self, state: &State, path: &[String], done: &BTreeSet<String>) {
        let Work::Wait(wait) = &state.work else {
            return;
        };
        let Start::Step(step) = &wait.starts else {
            return;
        };
        if !done.contains(step) {
            let what = format!(
                "endless wait: opened -> accepted -> {} waits for `{step}`, which is not done",
                path.join(" -> ")
            );
            self.fault(
                self.places.states.get(&state.id),
                what,
                "start it with a step that every path here does",
            );
        }
    }

    /// Whoever worked out or approved a claim must not pay it.
    fn money(&mut self, state: &State, path: &[String], done: &BTreeSet<String>) {
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
                    let what = format!(
                        "one person could do `{}` and `{}`: opened -> accepted -> {}",
                        decider.id,
                        payer.id,
                        path.join(" -> ")
                    );
                    let cure = "add the one to `apart_from` of the other";
                    self.fault(self.places.steps.get(&payer.id), what, cure);
                }
            }
            if payer.effects.contains(&Effect::AdjudicateClaim) {
                let what = format!("one person works out and pays in `{}`: {}", payer.id, path.join(" -> "));
                self.fault(
                    self.places.steps.get(&payer.id),
                    what,
                    "make two steps of it, apart from each other",
                );
            }
        }
    }
}

struct Walk {
    reached: BTreeSet<String>,
    paths: usize,
}

/// The results a state must provide for, and those it may.
fn ways_of(state: &State) -> (Vec<Way>, Vec<Way>) {
    match &state.work {
        Work::Notice(_) => (vec![Way::Passed, Way::Upheld], Vec::new()),
        Work::Wait(_) => (vec![Way::Passed], Vec::new()),
        Work::Steps { steps, .. } => {
            let decides = steps.iter().any(|step| matches!(step.act, Act::Decide | Act::Sign | Act::Consult));
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
