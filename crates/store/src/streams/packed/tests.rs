//! The packed tables against the simplest thing that could be them: a sorted map.

use super::{Keyed, OLD, Packed, YOUNG};
use crate::migrate::MIGRATIONS;
use crate::streams::Span;
use proptest::prelude::*;
use rusqlite::Connection;
use std::collections::BTreeMap;

fn tables() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for step in MIGRATIONS {
        connection.execute_batch(step.up).unwrap();
    }
    connection
}

fn span(key: i64, seq: i64, events: u32) -> Keyed {
    (key, Span { seq, version: u32::try_from(seq % 7).unwrap(), events })
}

fn found(table: &Packed, connection: &Connection, range: (i64, i64)) -> Vec<Keyed> {
    let mut found = Vec::new();
    table.find(connection, range, |span| found.push(span)).unwrap();
    found.sort_unstable();
    found
}

/// Rows with the smallest keys they may hold, and how many spans they do.
fn rows(connection: &Connection) -> Vec<(i64, i64)> {
    let mut rows =
        connection.prepare("SELECT first, length(spans) / 20 FROM span_young ORDER BY first").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_full_row_is_torn_apart_and_never_within_a_key() {
    let connection = tables();
    let all: Vec<Keyed> = (0..1_000).map(|seq| span(50 + seq / 450, 1 + seq, 2)).collect();
    for chunk in all.chunks(37) {
        YOUNG.merge(&connection, chunk).unwrap();
    }
    assert_eq!(found(&YOUNG, &connection, (0, i64::MAX)), all);
    assert_eq!(found(&YOUNG, &connection, (51, 51)), all[450..900]);
    assert_eq!(rows(&connection), [(0, 450), (51, 450), (52, 100)]);
    YOUNG
        .merge(&connection, &(0..500).map(|key| span(1_000 + key, 5_000 + key, 1)).collect::<Vec<_>>())
        .unwrap();
    assert!(rows(&connection).iter().all(|(_, spans)| *spans <= 450));
}

#[test]
fn what_is_taken_out_is_gone_and_its_place_can_be_filled_again() {
    let connection = tables();
    let all: Vec<Keyed> = (1..2_000).map(|seq| span(seq, seq, 1)).collect();
    YOUNG.merge(&connection, &all).unwrap();
    let (taken, next) = YOUNG.take(&connection, 700, 500).unwrap();
    assert!(taken.len() >= 500 && taken[0].0 >= 700 && next > taken[taken.len() - 1].0);
    OLD.merge(&connection, &taken).unwrap();
    assert_eq!(found(&OLD, &connection, (0, i64::MAX)), taken);
    assert_eq!(found(&YOUNG, &connection, (taken[0].0, taken[taken.len() - 1].0)), []);
    YOUNG.merge(&connection, &taken).unwrap();
    assert_eq!(found(&YOUNG, &connection, (0, i64::MAX)), all);
    let (taken, next) = YOUNG.take(&connection, 0, usize::MAX).unwrap();
    assert_eq!((taken, next), (all, 0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_table_has_what_was_merged(
        slices in prop::collection::vec(prop::collection::vec((0i64..200, 1i64..40, 1u32..5), 0..600), 1..6),
        from in 0i64..200,
        width in 0i64..200,
    ) {
        let connection = tables();
        let mut map: BTreeMap<(i64, i64), u32> = BTreeMap::new();
        for slice in slices {
            let mut slice: Vec<Keyed> = slice.into_iter().map(|(key, seq, events)| span(key, seq, events)).collect();
            slice.sort_unstable();
            for (key, span) in &slice {
                let known = map.entry((*key, span.seq)).or_default();
                *known = span.events.max(*known);
            }
            YOUNG.merge(&connection, &slice).unwrap();
        }
        let within = map.range((from, 0)..(from + width + 1, 0));
        let expected: Vec<Keyed> = within.map(|(&(key, seq), &events)| span(key, seq, events)).collect();
        let last = YOUNG.last(&connection, (from, from + width)).unwrap();
        prop_assert_eq!(last, expected.last().map(|(key, _)| *key));
        prop_assert_eq!(found(&YOUNG, &connection, (from, from + width)), expected);
    }
}
