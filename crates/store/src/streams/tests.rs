//! What the late table must not change: every reader sees every event of its moment, whenever spans are moved, and a
//! crash at any time leaves enough to go on.

use super::{Span, Streams, packed, without_overlaps};
use crate::writer::tests::request;
use crate::{Options, RequestKey, Store};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// Moves spans with every commit, never in quiet moments.
fn eager() -> Options {
    Options { spans_waiting_max: 2, quiet: Duration::from_secs(3_600), ..Options::default() }
}

#[track_caller]
fn ask(store: &Store, stream: &str, body: &str) {
    store.append(request("", "", &[(stream, None, &[body, body])])).unwrap();
}

#[track_caller]
fn check(store: &Store, stream: &str, bodies: usize) {
    let (events, version) =
        store.read(|reader| Ok((reader.stream(stream)?, reader.version(stream)?))).unwrap();
    assert_eq!(events.len(), bodies, "{stream}");
    let versions: Vec<u32> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=u32::try_from(bodies).unwrap()).collect::<Vec<_>>(), "{stream}");
    assert_eq!(version, u32::try_from(bodies).unwrap(), "{stream}");
}

/// The files as a process that dies now would leave them.
fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for name in ["office.db", "office.db-wal"] {
        std::fs::copy(from.join(name), to.path().join(name)).unwrap();
    }
    to
}

#[test]
fn spans_that_were_moved_and_spans_that_wait_make_one_stream() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), eager()).unwrap();
    for round in 0..9 {
        for person in 0..7 {
            ask(&store, &format!("year/{}/2026", 1 + person), &format!("{round}"));
            ask(&store, &format!("case/{person}"), &format!("{round}"));
        }
        (1..8).for_each(|person| check(&store, &format!("year/{person}/2026"), 2 * (round + 1)));
        (0..7).for_each(|case| check(&store, &format!("case/{case}"), 2 * (round + 1)));
        check(&store, "case/99", 0);
        let crashed = copy(dir.path());
        let again = Store::open(crashed.path(), eager()).unwrap();
        assert_eq!(again.verify().unwrap(), Vec::<String>::new());
        ask(&again, "case/3", "after");
        (1..8).for_each(|person| check(&again, &format!("year/{person}/2026"), 2 * (round + 1)));
        check(&again, "case/3", 2 * (round + 1) + 2);
        drop(again);
        let again = Store::open(crashed.path(), eager()).unwrap();
        assert_eq!(again.verify().unwrap(), Vec::<String>::new());
        check(&again, "case/3", 2 * (round + 1) + 2);
    }
    drop(store);
    let file = Connection::open(dir.path().join("office.db")).unwrap();
    let mut events = 0;
    for table in [&packed::YOUNG, &packed::OLD] {
        table.all(&file, |(_, span)| events += span.events).unwrap();
    }
    let told = (events, super::spans_to(&file).unwrap());
    assert_eq!(told, (9 * 14 * 2, 9 * 14 * 2 + 1), "closing moves everything");
}

#[test]
fn a_reader_keeps_its_moment_while_spans_are_moved() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), eager()).unwrap();
    ask(&store, "year/1/2026", "before");
    ask(&store, "year/2/2026", "before");
    store
        .read(|reader| {
            for round in 0..20 {
                ask(&store, "year/1/2026", "later");
                ask(&store, &format!("year/{}/2026", 3 + round), "later");
            }
            // Everything was moved meanwhile, after this reader's moment.
            assert_eq!(reader.stream("year/1/2026")?.len(), 2);
            assert_eq!(reader.version("year/1/2026")?, 2);
            assert_eq!(reader.stream("year/2/2026")?.len(), 2);
            assert_eq!(reader.version("year/3/2026")?, 0);
            Ok(())
        })
        .unwrap();
    check(&store, "year/1/2026", 42);
}

#[test]
fn what_was_undone_never_was() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), eager()).unwrap();
    ask(&store, "case/1", "kept");
    // The second event of this request is refused by its table, after the first was placed.
    let spoiled =
        store.write(|connection| connection.execute("INSERT INTO event VALUES (1,'',1,0,'','',x'')", []));
    assert!(spoiled.is_err());
    ask(&store, "case/2", "kept");
    check(&store, "case/1", 2);
    check(&store, "case/2", 2);
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn overlaps_are_counted_once() {
    let span = |seq, version, events| Span { seq, version, events };
    assert_eq!(
        without_overlaps(vec![span(9, 5, 2), span(1, 1, 2), span(1, 1, 4), span(3, 3, 1), span(10, 6, 3)]),
        [span(1, 1, 2), span(3, 3, 2), span(9, 5, 2), span(11, 7, 2)]
    );
}

const WAITING: usize = 200;

/// Keeps a walk under way: some spans moved, some waiting, some of streams that come again, requests with a key and
/// without an event.
fn under_load(dir: &Path) -> Store {
    let store = Store::open(dir, Options { spans_waiting_max: WAITING, ..eager() }).unwrap();
    for number in 0..100 {
        let (year, case) = (format!("year/{}/2026", 1 + number * 7 % 13), format!("case/{}", number % 3));
        let key = format!("H330100000012026{number:010}");
        store.append(request(&key, "", &[(&year, None, &["a"]), (&case, None, &["b", "c"])])).unwrap();
        store.append(request(&format!("nothing-{number}"), "", &[(&case, None, &[])])).unwrap();
    }
    // In the middle of a walk: a generation takes several commits.
    for person in 1..=WAITING {
        if store.streams().memory().walk.cursor > 0 {
            break;
        }
        ask(&store, &format!("year/{person}/2027"), "a");
    }
    assert!(store.streams().memory().walk.cursor > 0);
    store
}

/// What waits in memory once the office is opened.
fn read_again(dir: &Path) -> Streams {
    let file = Connection::open(dir.join("office.db")).unwrap();
    Streams::read(&file, 1, WAITING).unwrap()
}

#[test]
fn what_waited_is_the_same_after_a_crash_whether_read_from_rows_or_from_events() {
    let dir = tempfile::tempdir().unwrap();
    let store = under_load(dir.path());
    let waiting = |streams: &Streams| streams.memory().waits();
    let before = waiting(store.streams());
    assert!(before.len() >= 50, "something waits");
    let crashed = copy(dir.path());
    let after = read_again(crashed.path());
    let again = waiting(&after);
    assert!(before.iter().all(|span| again.contains(span)), "nothing that waited is lost");
    assert!(again.len() <= 4 * before.len(), "{} waited, {} were read", before.len(), again.len());
    assert_eq!(after.memory().walk, store.streams().memory().walk, "the walk goes on where it was");

    // Without some of the rows, and without any, the events say the same.
    for gone in ["rowid % 3 = 1", "rowid % 3 = 2", "true"] {
        let crashed = copy(dir.path());
        let file = Connection::open(crashed.path().join("office.db")).unwrap();
        assert!(file.execute(&format!("DELETE FROM span_late WHERE {gone}"), []).unwrap() > 0);
        drop(file);
        let again = Store::open(crashed.path(), eager()).unwrap();
        (1..14).for_each(|person| check_same(&store, &again, &format!("year/{person}/2026")));
        (0..3).for_each(|case| check_same(&store, &again, &format!("case/{case}")));
        for number in 0..100 {
            for key in [format!("H330100000012026{number:010}"), format!("nothing-{number}")] {
                let key = RequestKey::new(key).unwrap();
                let kept = |store: &Store| store.read(|reader| reader.request(&key)).unwrap();
                assert!(kept(&again).is_some(), "{key}");
                assert_eq!(kept(&again), kept(&store), "{key}");
            }
        }
        assert_eq!(again.verify().unwrap(), Vec::<String>::new());
    }
}

#[track_caller]
fn check_same(one: &Store, other: &Store, stream: &str) {
    let told =
        |store: &Store| store.read(|reader| Ok((reader.stream(stream)?, reader.version(stream)?))).unwrap();
    assert!(told(one).1 > 0, "{stream}");
    assert_eq!(told(one), told(other), "{stream}");
}

#[test]
fn rows_of_late_spans_are_few_and_believed_only_where_they_are_right() {
    let dir = tempfile::tempdir().unwrap();
    let store = under_load(dir.path());
    let crashed = copy(dir.path());
    let file = Connection::open(crashed.path().join("office.db")).unwrap();
    let count = |file: &Connection| -> i64 {
        file.query_row("SELECT count(*) FROM span_late", [], |row| row.get(0)).unwrap()
    };
    // Two walks at most, and each moves twice what may wait.
    assert!((1..=100).contains(&count(&file)), "{} rows", count(&file));
    file.execute("UPDATE span_late SET spans = x''", []).unwrap();
    let faults = super::faults(&file).unwrap();
    assert!(faults.iter().any(|fault| fault.contains("is in no span")), "{faults:?}");
    drop(store);
    assert_eq!(
        count(&Connection::open(dir.path().join("office.db")).unwrap()),
        0,
        "closing moves everything"
    );
}
