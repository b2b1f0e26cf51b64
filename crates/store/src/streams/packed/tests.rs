//! The packed tables against the simplest thing that could be them: a sorted map.

use super::{Keyed, OLD, Packed, ROW_MAX, YOUNG, unpack};
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

/// Rows with the smallest keys they may hold, how many spans they do, and in how many bytes.
fn rows(connection: &Connection) -> Vec<(i64, usize, usize)> {
    let mut rows = connection.prepare("SELECT first, spans FROM span_young ORDER BY first").unwrap();
    let rows = rows.query_map([], |row| {
        let spans: Vec<u8> = row.get(1)?;
        Ok((row.get(0)?, unpack(&spans).count(), spans.len()))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_full_row_is_torn_apart_and_never_within_a_key() {
    let connection = tables();
    // Some five bytes each, so that two keys are too much for a row, and one is too, but stays whole.
    let all: Vec<Keyed> = (0..5_000).map(|seq| span(50 + seq / 2_250, 1 + seq * 70, 2)).collect();
    for chunk in all.chunks(370) {
        YOUNG.merge(&connection, chunk).unwrap();
    }
    assert_eq!(found(&YOUNG, &connection, (0, i64::MAX)), all);
    assert_eq!(found(&YOUNG, &connection, (51, 51)), all[2_250..4_500]);
    let told: Vec<_> = rows(&connection).into_iter().map(|(first, spans, _)| (first, spans)).collect();
    assert_eq!(told, [(0, 2_250), (51, 2_250), (52, 500)]);
    YOUNG
        .merge(
            &connection,
            &(0..5_000).map(|key| span(1_000 + key, 500_000 + key * 90, 1)).collect::<Vec<_>>(),
        )
        .unwrap();
    assert!(rows(&connection)[2..].iter().all(|(_, _, bytes)| *bytes <= ROW_MAX));
    assert!(rows(&connection).len() > 5);
}

#[test]
fn what_is_taken_out_is_gone_and_its_place_can_be_filled_again() {
    let connection = tables();
    let all: Vec<Keyed> = (1..8_000).map(|seq| span(seq, seq, 1)).collect();
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
