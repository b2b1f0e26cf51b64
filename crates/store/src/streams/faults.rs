//! Looking through the tables of spans for faults.

use super::packed::{Keyed, OLD, YOUNG};
use super::{Key, Request, Span, key, spans_to};
use rusqlite::Connection;

/// Events that are looked at in one walk through the tables, so that memory stays bounded.
const EVENTS: i64 = 4_000_000;

/// Every fault: events before `spans_to` that are in no span, spans that name other events than they say.
pub(crate) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let to = spans_to(connection)?;
    let mut faults = Vec::new();
    let mut begin = 1_i64;
    loop {
        let end = begin.saturating_add(EVENTS);
        let mut spans = Vec::new();
        for table in [&YOUNG, &OLD] {
            let touched = |span: &Span| span.seq < end && span.seq + i64::from(span.events) > begin;
            table.all(connection, |(key, span)| spans.extend(touched(&span).then_some((key, span))))?;
        }
        let (mut requests, mut spans): (Vec<_>, Vec<_>) =
            spans.into_iter().partition(|(key, _)| key::is_request(*key));
        requests.sort_unstable();
        lost_requests(connection, (begin, end.min(to)), &requests, &mut faults)?;
        spans.sort_unstable_by_key(|(_, span)| *span);
        let found = among(connection, (begin, end), to, &spans, &mut faults)?;
        begin = end;
        if !found && begin >= to || faults.len() >= 100 {
            return Ok(faults);
        }
    }
}

/// Requests that came with these events and are not found by their keys.
fn lost_requests(
    connection: &Connection,
    (begin, end): (i64, i64),
    found: &[Keyed],
    faults: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let mut requests = connection
        .prepare_cached("SELECT first_seq, key FROM request WHERE first_seq >= ?1 AND first_seq < ?2")?;
    let mut rows = requests.query((begin, end))?;
    while let Some(row) = rows.next()? {
        let (first_seq, key): (i64, String) = (row.get(0)?, row.get(1)?);
        let place = (Request::of(&key).at(), Span::of_request(first_seq));
        if found.binary_search(&place).is_err() && faults.len() < 100 {
            faults.push(format!("request {key} of event {first_seq} is in no span"));
        }
    }
    Ok(())
}

/// The faults among these events; false where there are no such events.
fn among(
    connection: &Connection,
    (begin, end): (i64, i64),
    to: i64,
    spans: &[Keyed],
    faults: &mut Vec<String>,
) -> rusqlite::Result<bool> {
    let mut events = connection
        .prepare_cached("SELECT seq, stream, version FROM event WHERE seq >= ?1 AND seq < ?2 ORDER BY seq")?;
    let mut rows = events.query((begin, end))?;
    let (mut next, mut last) = (0, 0);
    while let Some(row) = rows.next()? {
        let (seq, stream, version): (i64, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        last = seq;
        let mut named = false;
        // Spans may overlap, so all that reach this event are asked.
        while spans.get(next).is_some_and(|(_, span)| span.seq + i64::from(span.events) <= seq) {
            next += 1;
        }
        for (key, span) in spans[next..].iter().take_while(|(_, span)| span.seq <= seq) {
            if span.seq + i64::from(span.events) <= seq {
                continue;
            }
            named = true;
            let first = i64::from(version) - (seq - span.seq);
            if Key::of(&stream).at(span.version) != *key || first != i64::from(span.version) {
                faults
                    .push(format!("a span says otherwise than event {seq}, version {version} of `{stream}`"));
            }
        }
        if !named && seq < to {
            faults.push(format!("event {seq} of `{stream}` is in no span"));
        }
        if faults.len() >= 100 {
            return Ok(false);
        }
    }
    let beyond = spans.iter().map(|(_, span)| span.seq + i64::from(span.events) - 1).max().unwrap_or(0);
    if last > 0 && last < end - 1 && beyond > last {
        faults.push(format!("a span names event {beyond}, which is not there"));
    }
    Ok(last > 0)
}
