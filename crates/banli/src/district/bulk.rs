//! Many decisions into the store: gathered into requests as large as it takes, written while the next ones are
//! being decided.
//!
//! Every request carries a key of its own, so loading that broke off is taken up by loading again: what is there
//! already is answered as repeated and nothing is there twice.

use crate::progress::Progress;
use crate::trouble::Trouble;
use agency::Decision;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use store::{Append, AppendError, NewEvent, Receipt, RequestHash, RequestKey, Store, StreamWrite};
use terms::Moment;

/// Streams of one request; the store takes a thousand.
const STREAMS_MAX: usize = 1_000;
/// Requests on their way at once; enough to keep both threads busy, few enough to keep memory small.
const UNDERWAY_MAX: usize = 4;

/// What loading put into the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// Events, those that were there before included.
    pub events: u64,
    /// False where all of them were there before.
    pub anew: bool,
}

type Answer = Result<Receipt, AppendError>;

/// A load under way.
pub(super) struct Bulk<'a> {
    store: &'a Store,
    /// The first part of every key; different loads have different names.
    name: &'static str,
    progress: &'a Progress,
    at: Moment,
    batch: Vec<StreamWrite>,
    /// Where in the batch each stream is.
    places: BTreeMap<String, usize>,
    number: u32,
    underway: usize,
    answers: (Sender<Answer>, Receiver<Answer>),
    loaded: Loaded,
}

impl<'a> Bulk<'a> {
    pub(super) fn into(store: &'a Store, name: &'static str, at: Moment, progress: &'a Progress) -> Bulk<'a> {
        Bulk {
            store,
            name,
            progress,
            at,
            batch: Vec::new(),
            places: BTreeMap::new(),
            number: 0,
            underway: 0,
            answers: channel(),
            loaded: Loaded { events: 0, anew: false },
        }
    }

    /// What follows is decided at this moment; a request holds decisions of one moment only.
    pub(super) fn at(&mut self, at: Moment) -> anyhow::Result<()> {
        if at != self.at {
            self.flush()?;
            self.at = at;
        }
        Ok(())
    }

    /// Adds a decision.
    pub(super) fn add(&mut self, decision: Decision) -> anyhow::Result<()> {
        // A decision brings a few streams at most.
        if self.batch.len() + decision.appends.len() > STREAMS_MAX {
            self.flush()?;
        }
        for append in decision.appends {
            let events = append.events.into_iter().map(NewEvent::new).collect::<Result<Vec<_>, _>>()?;
            let stream = append.stream.to_string();
            if let Some(&place) = self.places.get(&stream) {
                self.batch[place].events.extend(events);
                continue;
            }
            self.places.insert(stream.clone(), self.batch.len());
            let expected_version = Some(u32::try_from(append.expected_version)?);
            self.batch.push(StreamWrite { stream, expected_version, events });
        }
        Ok(())
    }

    /// Waits until all is on the disk.
    pub(super) fn finish(mut self) -> anyhow::Result<Loaded> {
        self.flush()?;
        while self.underway > 0 {
            self.hear()?;
        }
        self.progress.finish();
        Ok(self.loaded)
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        self.places.clear();
        let streams = std::mem::take(&mut self.batch);
        let append = Append {
            key: Some(RequestKey::new(format!("{}/{}", self.name, self.number))?),
            hash: hash(&streams),
            at: self.at,
            actor: self.name.to_owned(),
            streams,
        };
        self.number += 1;
        self.underway += 1;
        let answers = self.answers.0.clone();
        self.store.submit(append, move |answer| {
            // Nobody hears this only where loading already failed.
            let _ = answers.send(answer);
        });
        if self.underway > UNDERWAY_MAX { self.hear() } else { Ok(()) }
    }

    /// Waits for one answer.
    fn hear(&mut self) -> anyhow::Result<()> {
        self.underway -= 1;
        let receipt = self.answers.1.recv()?.map_err(|error| self.told(error))?;
        self.loaded.events += u64::from(receipt.events);
        self.loaded.anew |= !receipt.repeated;
        self.progress.add(receipt.events.into());
        Ok(())
    }

    fn told(&self, error: AppendError) -> anyhow::Error {
        match error {
            AppendError::KeyReused { .. } | AppendError::VersionConflict { .. } => Trouble::new(
                format!("{} cannot be continued", self.store.path().display()),
                "it was begun by another version of this program, with other people or another law",
                "begin anew in another folder with --data, or remove this one",
            )
            .into(),
            other => other.into(),
        }
    }
}

/// The hash of a request: its streams and bodies, each after its length.
fn hash(streams: &[StreamWrite]) -> RequestHash {
    let mut text = String::new();
    for stream in streams {
        let bodies = stream.events.iter().map(|event| event.body());
        for part in std::iter::once(stream.stream.as_str()).chain(bodies) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{}:{part}", part.len());
        }
    }
    RequestHash::of(text.as_bytes())
}
