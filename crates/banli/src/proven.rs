//! The proofs of the law this office applies: worked out once, on a thread of their own when somebody first asks, so
//! that no other request waits for them.

use agency::Rulebook;
use benefit::{Proofs, Property};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What is proven, in the order of docs/proofs.md, with the texts' key of each.
pub const PROVEN: [(Property, &str); 7] = [
    (Property::Parts, "parts"),
    (Property::PaysLess, "less"),
    (Property::PaysMore, "more"),
    (Property::Cap, "cap"),
    (Property::Masked, "masked"),
    (Property::Gap, "gap"),
    (Property::Article, "article"),
];

/// Who asks waits so long before being told that it takes longer.
const PATIENCE: Duration = Duration::from_millis(600);

/// The proofs, once they are there.
#[derive(Debug, Default)]
pub struct Proven(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Unasked,
    Running,
    Done(Arc<Proofs>),
}

impl Proven {
    /// The proofs of these rules; nothing while they are worked out.
    pub fn of(&self, rules: &Arc<Rulebook>) -> Option<Arc<Proofs>> {
        let shared = &self.0;
        let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Unasked) {
            let (rules, theirs) = (rules.clone(), shared.clone());
            let worked_out = move || {
                // Should the prover fail an assertion, the next one to ask begins anew.
                let _again = Again(&theirs);
                let proofs = Arc::new(benefit::prove(&rules.law, &rules.benefits));
                theirs.set(State::Done(proofs));
            };
            *state = State::Running;
            if std::thread::Builder::new().name("proofs".into()).spawn(worked_out).is_err() {
                *state = State::Unasked;
                return None;
            }
        }
        let running = |state: &mut State| matches!(state, State::Running);
        let (state, _) = shared
            .changed
            .wait_timeout_while(state, PATIENCE, running)
            .unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Done(proofs) => Some(proofs.clone()),
            State::Unasked | State::Running => None,
        }
    }
}

impl Shared {
    fn set(&self, to: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = to;
        self.changed.notify_all();
    }
}

/// Puts the question back where nobody answered it.
struct Again<'s>(&'s Shared);

impl Drop for Again<'_> {
    fn drop(&mut self) {
        let running = matches!(*self.0.state.lock().unwrap_or_else(PoisonError::into_inner), State::Running);
        if running {
            self.0.set(State::Unasked);
        }
    }
}
