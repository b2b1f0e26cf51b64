//! What the late table must not change: every reader sees every event of its moment, whenever spans are moved, and a
//! crash at any time leaves enough to go on.

use super::{Span, packed, without_overlaps};
use crate::writer::tests::request;
use crate::{Options, Store};
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
    let file = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
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
