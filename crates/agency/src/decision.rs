//! What deciding gives back.

use crate::{Event, StreamId, Unique};

/// Events to append to one stream, if it is still where the decision saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamAppend {
    /// Where.
    pub stream: StreamId,
    /// How many events it had when the decision was made.
    pub expected_version: u64,
    /// What happens, in order; never empty.
    pub events: Vec<Event>,
}

/// A decision: everything it appends, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// By stream; no stream twice.
    pub appends: Vec<StreamAppend>,
}

impl Decision {
    /// Adds one event to a stream that had `version` events before this decision.
    pub fn push(&mut self, stream: StreamId, version: u64, event: Event) {
        if let Some(append) = self.appends.iter_mut().find(|append| append.stream == stream) {
            append.events.push(event);
        } else {
            self.appends.push(StreamAppend { stream, expected_version: version, events: vec![event] });
        }
    }

    /// Takes a thing there is only once. Whoever comes second meets a version conflict on its stream.
    pub fn take_once(&mut self, unique: Unique, value: &str, by: &StreamId) {
        let event = Event::UniqueTaken { unique, value: value.to_owned(), by: by.to_string() };
        self.push(StreamId::Unique(unique, value.to_owned()), 0, event);
    }
}
