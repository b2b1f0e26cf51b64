//! One request after the other; crashes and crowds are in `tests/faults`.

use crate::{Append, AppendError, NewEvent, Options, Receipt, RequestHash, RequestKey, Store, StreamWrite};
use agency::{Event, Unique};
use terms::Moment;

/// An event that no view folds, to tell requests apart.
pub(crate) fn taken(text: &str) -> Event {
    Event::UniqueTaken { unique: Unique::Login, value: text.to_owned(), by: String::new() }
}

/// A request in short: key, what was asked, and streams as `(name, expected version, bodies)`.
pub(crate) fn request(key: &str, asked: &str, streams: &[(&str, Option<u32>, &[&str])]) -> Append {
    let key = (!key.is_empty()).then(|| RequestKey::new(key).unwrap());
    let streams = streams.iter().map(|(stream, expected_version, bodies)| StreamWrite {
        stream: (*stream).to_owned(),
        expected_version: *expected_version,
        events: bodies.iter().map(|text| NewEvent::new(taken(text)).unwrap()).collect(),
    });
    Append {
        key,
        hash: RequestHash::of(asked.as_bytes()),
        at: Moment(1_000),
        actor: "account/1".to_owned(),
        streams: streams.collect(),
    }
}

fn open() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    (dir, store)
}

fn version(store: &Store, stream: &str) -> u32 {
    store.read(|reader| reader.version(stream)).unwrap()
}

#[test]
fn events_come_back_in_order_and_survive_reopening() {
    let (dir, store) = open();
    let receipt = store
        .append(request("", "", &[("case/1", Some(0), &["a", "b"]), ("person/1", Some(0), &["c"])]))
        .unwrap();
    assert_eq!(
        receipt,
        Receipt {
            first_seq: 1,
            events: 3,
            versions: vec![("case/1".to_owned(), 2), ("person/1".to_owned(), 1)],
            repeated: false
        }
    );
    let second = store.append(request("", "", &[("case/1", Some(2), &["d"])])).unwrap();
    assert_eq!(second.first_seq, 4);
    drop(store);

    let store = Store::open(dir.path(), Options::default()).unwrap();
    let case: Vec<_> = store.read(|reader| reader.stream("case/1")).unwrap();
    let told: Vec<_> = case.iter().map(|event| (event.seq, event.version, event.event().unwrap())).collect();
    assert_eq!(told, [(1, 1, taken("a")), (2, 2, taken("b")), (4, 3, taken("d"))]);
    let later = store.read(|reader| reader.events_after(2, 1)).unwrap();
    assert_eq!((later.len(), later[0].seq, later[0].stream.as_str()), (1, 3, "person/1"));
    assert_eq!(later[0].at, Moment(1_000));
    assert_eq!(later[0].actor, "account/1");
    assert!(store.opening().recovered.is_none(), "it was closed in order");
}

#[test]
fn what_was_read_lately_is_told_as_of_the_moment_of_whoever_asks() {
    let (_dir, store) = open();
    let case = agency::StreamId::Case(agency::CaseId(1));
    let name = case.to_string();
    let told = |records: &dyn agency::Records| records.events(&case);
    let add = |version: u32, text: &str| {
        store.append(request("", "", &[(&name, Some(version), &[text]), ("other", None, &["x"])])).unwrap()
    };
    assert_eq!(store.with_records(told).unwrap(), []);
    add(0, "a");
    let first = vec![taken("a")];
    // Nothing kept, then kept.
    assert_eq!(store.with_records(told).unwrap(), first);
    assert_eq!(store.with_records(told).unwrap(), first);
    let seen = store.with_records(|before| {
        add(1, "b");
        let after = store.with_records(told).unwrap();
        // The later moment is kept by now; this one has not come so far.
        (told(before), after)
    });
    assert_eq!(seen.unwrap(), (first, vec![taken("a"), taken("b")]));
    add(2, "c");
    assert_eq!(store.with_records(told).unwrap(), [taken("a"), taken("b"), taken("c")]);
}

#[test]
fn statements_are_planned_once_whatever_values_they_get() {
    let (_dir, store) = open();
    store.append(request("", "", &[("a", None, &["x", "y", "z"])])).unwrap();
    let planned = store.read(|reader| {
        let mut statement =
            reader.prepare("SELECT seq FROM event WHERE seq > ?1 AND stream = ?2 LIMIT ?3")?;
        for most in 1..5_i64 {
            let rows = statement.query_map((most - 1, "a", most), |row| row.get::<_, i64>(0))?;
            assert!(rows.count() <= 3);
        }
        Ok(statement.get_status(rusqlite::StatementStatus::RePrepare))
    });
    assert_eq!(planned.unwrap(), 0);
}

#[test]
fn the_same_key_has_one_effect_and_the_same_answer() {
    let (dir, store) = open();
    let asked = || request("msg-1", "pay 5", &[("a", Some(0), &["x", "y"]), ("b", None, &["z"])]);
    let first = store.append(asked()).unwrap();
    // The versions have moved on since, which must not matter.
    store.append(request("", "", &[("a", Some(2), &["later"])])).unwrap();
    let again = store.append(asked()).unwrap();
    assert_eq!(again, Receipt { repeated: true, ..first.clone() });
    drop(store);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    assert_eq!(store.append(asked()).unwrap(), Receipt { repeated: true, ..first });
    assert_eq!(version(&store, "a"), 3);
    assert_eq!(version(&store, "b"), 1);
}

#[test]
fn the_same_key_for_something_else_is_refused() {
    let (_dir, store) = open();
    store.append(request("msg-1", "pay 5", &[("a", None, &["x"])])).unwrap();
    let other = store.append(request("msg-1", "pay 6", &[("a", None, &["y"])]));
    assert_eq!(other, Err(AppendError::KeyReused { key: "msg-1".to_owned(), first_seq: 1 }));
    assert_eq!(version(&store, "a"), 1);
}

#[test]
fn a_conflict_names_the_stream_and_keeps_nothing() {
    let (_dir, store) = open();
    store.append(request("", "", &[("a", Some(0), &["x"])])).unwrap();
    let late = store.append(request("k", "", &[("new", Some(0), &["n"]), ("a", Some(0), &["y"])]));
    assert_eq!(late, Err(AppendError::VersionConflict { stream: "a".to_owned(), expected: 0, found: 1 }));
    assert_eq!(version(&store, "new"), 0);
    // A refused request does not use up its key.
    store.append(request("k", "", &[("a", Some(1), &["y"])])).unwrap();
}

#[test]
fn one_conflict_does_not_spoil_the_others_of_its_commit() {
    let (_dir, store) = open();
    let (answer, answers) = std::sync::mpsc::channel();
    for number in 0..200 {
        let answer = answer.clone();
        // Every tenth is decided on a version that never was.
        let expected = if number % 10 == 0 { 9_999 } else { 0 };
        let stream = format!("s/{number}");
        store.submit(request("", "", &[(&stream, Some(expected), &["x"])]), move |outcome| {
            answer.send((number, outcome)).unwrap();
        });
    }
    drop(answer);
    let mut seqs = Vec::new();
    for (number, outcome) in answers {
        assert_eq!(outcome.is_err(), number % 10 == 0, "{number}: {outcome:?}");
        seqs.extend(outcome.ok().map(|receipt| receipt.first_seq));
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=180).collect::<Vec<_>>(), "numbers have no gap");
}

#[test]
fn work_that_a_table_refuses_fails_alone() {
    let (_dir, store) = open();
    let (answer, answers) = std::sync::mpsc::channel();
    // A slow piece of work lets the next three gather into one commit.
    std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || {
            store.write(|_| {
                std::thread::sleep(std::time::Duration::from_millis(100));
                Ok(())
            })
        });
        std::thread::sleep(std::time::Duration::from_millis(30));
        store.submit(request("", "", &[("a", Some(0), &["x"])]), {
            let answer = answer.clone();
            move |outcome| answer.send(outcome).unwrap()
        });
        let refused = scope.spawn(move || {
            store.write(|connection| {
                connection.execute("INSERT INTO event VALUES (77, 77, 1, 0, 'a', 'k', '{}')", []).map(drop)
            })
        });
        std::thread::sleep(std::time::Duration::from_millis(20));
        store
            .submit(request("", "", &[("b", Some(0), &["y"])]), move |outcome| answer.send(outcome).unwrap());
        assert!(matches!(refused.join().unwrap(), Err(crate::WriteError::Defect(_))));
    });
    let kept: Vec<i64> = answers.into_iter().map(|outcome| outcome.unwrap().first_seq).collect();
    assert_eq!(kept, [1, 2]);
}

#[test]
fn too_much_at_once_is_answered_with_busy() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { queue_max: 4, ..Options::default() };
    let store = Store::open(dir.path(), options).unwrap();
    let (answer, answers) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || {
            store.write(|_| {
                std::thread::sleep(std::time::Duration::from_millis(150));
                Ok(())
            })
        });
        std::thread::sleep(std::time::Duration::from_millis(50));
        for number in 0..10 {
            let answer = answer.clone();
            let stream = format!("s/{number}");
            store.submit(request("", "", &[(&stream, None, &["x"])]), move |outcome| {
                answer.send(outcome).unwrap();
            });
        }
    });
    drop(answer);
    let outcomes: Vec<_> = answers.into_iter().collect();
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(AppendError::Busy))).count(), 6);
    assert_eq!(store.read(|reader| reader.last_seq()).unwrap(), 4);
}

#[test]
fn a_request_past_the_limits_is_malformed() {
    let (_dir, store) = open();
    #[track_caller]
    fn refused(store: &Store, append: Append, because: &str) {
        match store.append(append) {
            Err(AppendError::Malformed(what)) => assert!(what.contains(because), "{what}"),
            other => panic!("{other:?}"),
        }
    }
    refused(&store, request("", "", &[]), "0 streams");
    refused(&store, request("", "", &[("a", None, &["x"]), ("a", None, &["y"])]), "`a` twice");
    refused(&store, request("", "", &[("a\u{1}", None, &["x"])]), "stream's name");
    let huge = "x".repeat(crate::LIMITS.body_bytes_max);
    refused(&store, request("", "", &[("a", None, &[&huge])]), "bytes");
    assert!(RequestKey::new("").is_err());
    assert!(RequestKey::new("k".repeat(201)).is_err());
    assert_eq!(store.read(|reader| reader.last_seq()).unwrap(), 0);
}

#[test]
fn the_log_is_moved_under_load_and_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    // Never in a quiet moment.
    let quiet = std::time::Duration::from_secs(3_600);
    let options = Options { checkpoint_pages: 20, quiet, ..Options::default() };
    let store = Store::open(dir.path(), options.clone()).unwrap();
    let keep = |number: usize| {
        let case = format!("case/{}", number % 50);
        store.append(request(&format!("m{number}"), "", &[(&case, None, &["x", "y"])])).unwrap();
    };
    (0..2_000).for_each(keep);
    let pages = std::fs::metadata(dir.path().join("office.db-wal")).unwrap().len() / 8_192;
    // Eight times as long at most, and the commit on top of it.
    assert!(pages < 8 * 20 + 40, "{pages} pages for some twenty thousand");
    // Somebody who reads for long keeps it from beginning anew; nobody waits for that before it is eight times as long.
    store
        .read(|reader| {
            let before = reader.version("case/1")?;
            (2_000..2_010).for_each(keep);
            assert_eq!(reader.version("case/1")?, before);
            Ok(())
        })
        .unwrap();
    drop(store);
    let again = Store::open(dir.path(), options).unwrap();
    assert_eq!((version(&again, "case/9"), again.opening().recovered), (82, None));
    assert_eq!(again.verify().unwrap(), Vec::<String>::new());
}
