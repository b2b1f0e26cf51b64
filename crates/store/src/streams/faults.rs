//! Looking through the tables of spans for faults.

use super::packed::{Keyed, OLD, YOUNG};
use super::{Key, Request, Span, key, late, spans_to};
use rusqlite::Connection;

/// Events that are looked at in one walk through the tables, so that memory stays bounded.
const EVENTS: i64 = 4_000_000;

/// Events from the first to before the second.
type Range = (i64, i64);

/// Every fault: events before `spans_to`, or of a row of late spans, that are in no span; spans that name other events
/// than they say.
pub(crate) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let to = spans_to(connection)?;
    let mut known = vec![(1, to)];
    late::all(connection, |row, _| known.push(row))?;
    let mut faults = Vec::new();
    let mut begin = 1_i64;
    loop {
        let end = begin.saturating_add(EVENTS);
        let mut spans = Vec::new();
        let touched = |span: &Span| span.seq < end && span.seq + i64::from(span.events) > begin;
        for table in [&YOUNG, &OLD] {
            table.all(connection, |(key, span)| spans.extend(touched(&span).then_some((key, span))))?;
        }
        late::all(connection, |_, late| spans.extend(late.filter(|(_, span)| touched(span))))?;
        let (mut requests, mut spans): (Vec<_>, Vec<_>) =
            spans.into_iter().partition(|(key, _)| key::is_request(*key));
        requests.sort_unstable();
        for (from, to) in &known {
            lost_requests(connection, (begin.max(*from), end.min(*to)), &requests, &mut faults)?;
        }
        spans.sort_unstable_by_key(|(_, span)| *span);
        let found = among(connection, (begin, end), &known, &spans, &mut faults)?;
        begin = end;
        if !found && begin >= to || faults.len() >= 100 {
            return Ok(faults);
        }
    }
}

/// Requests that came with these events and are not found by their keys.
fn lost_requests(
    connection: &Connection,
    (begin, end): Range,
    found: &[Keyed],
    faults: &mut Vec<String>,
) -> rusqlite::Result<()> {
    // One that brought no event stands where the next one would be, so it may be of the row before.
    let mut requests = connection.prepare_cached(
        "SELECT first_seq, key FROM request WHERE first_seq >= ?1 AND first_seq < ?2 AND (events > 0 OR first_seq > ?1)",
    )?;
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
    (begin, end): Range,
    known: &[Range],
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
        if !named && known.iter().any(|(from, to)| (*from..*to).contains(&seq)) {
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
