//! Events that were read lately. Every message of a provider asks for the provider, the visit and the person again; what
//! happened is never changed, so an event that was read once holds for every later moment and need not be unpacked anew.

use agency::Event;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Characters of events kept in a generation; there are two, and in memory an event takes some times its text.
const GENERATION_BYTES: usize = 4 << 20;
/// A stream longer than this is read anew each time.
const STREAM_BYTES: usize = 128 << 10;

/// What is known of a stream.
#[derive(Debug)]
pub(crate) struct Known {
    /// Its events before `until`, each with its number, oldest first.
    pub(crate) events: Vec<(i64, Event)>,
    /// The stream has no other events with a number below this one.
    pub(crate) until: i64,
    /// Characters of the events as they are kept.
    pub(crate) bytes: usize,
}

/// Streams by name: those asked for since the generation began, and those of the one before.
#[derive(Debug, Default)]
struct Generations {
    young: BTreeMap<String, Arc<Known>>,
    young_bytes: usize,
    old: BTreeMap<String, Arc<Known>>,
}

/// Events that were read lately, bounded in size.
#[derive(Debug, Default)]
pub(crate) struct Lately(Mutex<Generations>);

impl Lately {
    /// What is known of a stream.
    pub(crate) fn get(&self, stream: &str) -> Option<Arc<Known>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.young.get(stream) {
            return Some(Arc::clone(known));
        }
        let (name, known) = kept.old.remove_entry(stream)?;
        kept.keep(name, Arc::clone(&known));
        Some(known)
    }

    /// Keeps what was read, unless somebody who saw a later moment was here first.
    pub(crate) fn put(&self, stream: &str, known: Known) {
        if known.bytes > STREAM_BYTES {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = |there: &Arc<Known>| there.until >= known.until;
        if !kept.young.get(stream).or_else(|| kept.old.get(stream)).is_some_and(newer) {
            kept.keep(stream.to_owned(), Arc::new(known));
        }
    }
}

impl Generations {
    fn keep(&mut self, stream: String, known: Arc<Known>) {
        if self.young_bytes + known.bytes > GENERATION_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += known.bytes;
        if let Some(before) = self.young.insert(stream, known) {
            self.young_bytes -= before.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(until: i64, bytes: usize) -> Known {
        Known { events: Vec::new(), until, bytes }
    }

    #[test]
    fn what_was_seen_later_is_not_replaced_by_what_was_seen_earlier() {
        let lately = Lately::default();
        lately.put("a", known(7, 10));
        lately.put("a", known(5, 10));
        assert_eq!(lately.get("a").unwrap().until, 7);
        lately.put("a", known(9, 10));
        assert_eq!(lately.get("a").unwrap().until, 9);
        assert_eq!(lately.0.lock().unwrap().young_bytes, 10);
    }

    #[test]
    fn it_stays_within_two_generations_and_keeps_what_is_asked_for() {
        let lately = Lately::default();
        let each = 100 << 10;
        for number in 0..400 {
            lately.put(&number.to_string(), known(1, each));
            assert!(lately.get("0").is_some(), "after {number}");
        }
        let kept = lately.0.lock().unwrap();
        assert!((kept.young.len() + kept.old.len()) * each <= 2 * GENERATION_BYTES);
        assert_eq!(kept.young_bytes, kept.young.len() * each);
        drop(kept);
        assert!(lately.get("1").is_none() && lately.get("399").is_some());
        lately.put("long", known(1, STREAM_BYTES + 1));
        assert!(lately.get("long").is_none());
    }
}
