//! The store against the simplest thing that could be it: a map of streams and a map of keys. Whatever is asked in
//! whatever order, with closing and folding anew in between, both must answer the same.

use super::tests::{request, taken};
use crate::{Append, AppendError, Options, Receipt, Store};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One step of a run.
#[derive(Debug, Clone)]
enum Step {
    /// These requests at once, so that they may share commits.
    Ask(Vec<Asked>),
    CloseAndOpen,
    FoldAnew,
}

#[derive(Debug, Clone)]
struct Asked {
    /// 0 is no key.
    key: u8,
    contents: u8,
    /// Stream, error of the expected version (`None`: none expected), number of events.
    writes: Vec<(u8, Option<i8>, u8)>,
}

#[derive(Default)]
struct Model {
    streams: BTreeMap<String, Vec<String>>,
    keys: BTreeMap<String, (u8, Receipt)>,
    last_seq: i64,
}

impl Model {
    fn version(&self, stream: &str) -> u32 {
        u32::try_from(self.streams.get(stream).map_or(0, Vec::len)).unwrap()
    }

    /// The request for this version of the world, and what must be answered.
    fn ask(&mut self, asked: &Asked, run: usize) -> (Append, Result<Receipt, AppendError>) {
        let key = if asked.key == 0 { String::new() } else { format!("key-{}", asked.key) };
        let mut writes = Vec::new();
        for (stream, error, events) in &asked.writes {
            let stream = format!("s/{stream}");
            if writes.iter().any(|(named, _, _)| *named == stream) {
                continue;
            }
            let expected = error.map(|error| self.version(&stream).saturating_add_signed(i32::from(error)));
            let bodies = (0..*events).map(|index| format!("{run}-{index}")).collect::<Vec<_>>();
            writes.push((stream, expected, bodies));
        }
        let borrowed: Vec<Vec<&str>> =
            writes.iter().map(|(_, _, bodies)| bodies.iter().map(String::as_str).collect()).collect();
        let parts: Vec<(&str, Option<u32>, &[&str])> = writes
            .iter()
            .zip(&borrowed)
            .map(|((stream, expected, _), bodies)| (stream.as_str(), *expected, &bodies[..]))
            .collect();
        let append = request(&key, &asked.contents.to_string(), &parts);

        if let Some((contents, receipt)) = self.keys.get(&key) {
            let answer = if *contents == asked.contents {
                Ok(Receipt { repeated: true, ..receipt.clone() })
            } else {
                Err(AppendError::KeyReused { key, first_seq: receipt.first_seq })
            };
            return (append, answer);
        }
        for (stream, expected, _) in &writes {
            let found = self.version(stream);
            if let Some(expected) = *expected
                && expected != found
            {
                let stream = stream.clone();
                return (append, Err(AppendError::VersionConflict { stream, expected, found }));
            }
        }
        let first_seq = self.last_seq + 1;
        let mut versions = Vec::new();
        for (stream, _, bodies) in writes {
            if bodies.is_empty() {
                continue;
            }
            self.last_seq += i64::try_from(bodies.len()).unwrap();
            self.streams.entry(stream.clone()).or_default().extend(bodies);
            let version = self.version(&stream);
            versions.push((stream, version));
        }
        let events = u32::try_from(self.last_seq + 1 - first_seq).unwrap();
        let receipt = Receipt { first_seq, events, versions, repeated: false };
        if !key.is_empty() {
            self.keys.insert(key, (asked.contents, receipt.clone()));
        }
        (append, Ok(receipt))
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Mostly right versions, so that streams grow.
    let error = prop_oneof![6 => Just(Some(0i8)), 2 => Just(None), 1 => Just(Some(1)), 1 => Just(Some(-1))];
    let writes = prop::collection::vec((0u8..6, error, 0u8..4), 1..4);
    let asked = (0u8..12, 0u8..3, writes).prop_map(|(key, contents, writes)| Asked { key, contents, writes });
    let step = prop_oneof![
        10 => prop::collection::vec(asked, 1..12).prop_map(Step::Ask),
        1 => Just(Step::CloseAndOpen),
        1 => Just(Step::FoldAnew),
    ];
    prop::collection::vec(step, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_store_answers_as_the_simplest_store_would(steps in steps()) {
        let dir = tempfile::tempdir().unwrap();
        let open = || Store::open(dir.path(), Options { batch_max: 5, spans_waiting_max: 3, ..Options::default() }).unwrap();
        let mut store = open();
        let mut model = Model::default();
        for (run, step) in steps.iter().enumerate() {
            match step {
                Step::Ask(all) => {
                    let (tell, told) = std::sync::mpsc::channel();
                    let mut expected = Vec::new();
                    for (place, asked) in all.iter().enumerate() {
                        let (append, answer) = model.ask(asked, run * 100 + place);
                        expected.push(answer);
                        let tell = tell.clone();
                        store.submit(append, move |outcome| tell.send((place, outcome)).unwrap());
                    }
                    drop(tell);
                    let mut answers: Vec<_> = told.into_iter().collect();
                    answers.sort_by_key(|(place, _)| *place);
                    let answers: Vec<_> = answers.into_iter().map(|(_, outcome)| outcome).collect();
                    prop_assert_eq!(answers, expected);
                }
                Step::CloseAndOpen => {
                    drop(store);
                    store = open();
                }
                Step::FoldAnew => store.rebuild_views(|_| {}).unwrap(),
            }
        }
        drop(store);
        let store = open();
        prop_assert_eq!(store.verify().unwrap(), Vec::<String>::new());
        for (stream, bodies) in &model.streams {
            let events = store.read(|reader| reader.stream(stream)).unwrap();
            let events: Vec<_> = events.iter().map(|event| event.event().unwrap()).collect();
            prop_assert_eq!(events, bodies.iter().map(|body| taken(body)).collect::<Vec<_>>());
        }
        prop_assert_eq!(store.read(|reader| reader.last_seq()).unwrap(), model.last_seq);
    }
}
