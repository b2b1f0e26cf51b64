//! Proof that a notice was up: on each day a hash over what is shown and over the hash of the day before. Who changes or
//! drops a day afterwards changes every hash after it.

use crate::event::CaseEvent;
use crate::state::{CaseState, NoticeUp, Seal, evolve};
use sha2::{Digest, Sha256};
use terms::Day;

/// A seal as it was written, and whether what was shown still gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The state of the notice.
    pub state: String,
    /// As written.
    pub seal: Seal,
    /// It is the hash of what was shown, after the days before.
    pub holds: bool,
}

/// The hash of this day of a notice: procedure, subject, state, first day, each fact as shown, the day, the hash before.
pub(crate) fn hash(state: &CaseState, up: &NoticeUp, on: Day) -> String {
    let before = up.seals.last().map_or("", |seal| seal.hash.as_str());
    let mut digest = Sha256::new();
    // Each part with its length, so that no two notices give the same text.
    let mut part = |text: &str| digest.update(format!("{}:{text}\n", text.len()));
    for text in [&state.procedure, &state.subject, &up.state, &up.from.to_string()] {
        part(text);
    }
    for (name, shown) in &up.shown {
        part(name);
        part(shown);
    }
    part(&on.to_string());
    part(before);
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// That the notice was up today, where it is and nobody said so yet.
pub(crate) fn seal(state: &CaseState, on: Day) -> Option<CaseEvent> {
    let up = state.notice.as_ref().filter(|up| !up.ended && on <= up.until.day)?;
    let said = up.seals.last().is_some_and(|last| last.on >= on);
    (!said).then(|| CaseEvent::NoticeSealed { state: up.state.clone(), hash: hash(state, up, on), on })
}

/// Every day on which a notice of this case was up, each worked out anew from the case's events.
pub fn sealed<'a>(events: impl IntoIterator<Item = &'a CaseEvent>) -> Vec<Sealed> {
    let mut state = CaseState::default();
    let mut found = Vec::new();
    for event in events {
        if let CaseEvent::NoticeSealed { state: place, hash: written, on } = event {
            let anew = state.notice.as_ref().map(|up| hash(&state, up, *on));
            let seal = Seal { on: *on, hash: written.clone() };
            found.push(Sealed { state: place.clone(), holds: anew.as_ref() == Some(written), seal });
        }
        evolve(&mut state, event);
    }
    found
}
