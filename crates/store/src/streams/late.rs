//! What waits in memory, written down, so that an office whose process died need not read its events again.
//!
//! Every few thousand spans one row is added at the end of `span_late`, within the commit that brought the last of
//! them; rows whose spans are all in the packed tables are deleted. What came after the last row, or where a row is
//! missing, is read from the events. Where the walk through the keys had come to is in `meta` (see [`Walk`]), so that
//! of what is read again nothing is taken that was moved already.

use super::packed::{EVENTS_MAX, Keyed};
use super::row::{pack, unpack};
use super::{AT_ONCE, Key, Request, Span, Streams, meta, set_meta, spans_to};
use rusqlite::Connection;

/// In `meta`: the key before which the walk under way has moved everything that waited when it began.
const WALK_CURSOR: &str = "spans_walk_cursor";
/// In `meta`: the next event's number when the walk under way began.
const WALK_BEGAN: &str = "spans_walk_began";

/// The way through the keys, again and again, on which spans are moved from memory into the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Walk {
    /// Where the next slice begins.
    pub(super) cursor: i64,
    /// The next event's number when it began: whatever was there then and lies before the cursor is in the tables.
    pub(super) began: i64,
}

impl Walk {
    pub(super) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        set_meta(connection, WALK_CURSOR, self.cursor)?;
        set_meta(connection, WALK_BEGAN, self.began)
    }

    fn read(connection: &Connection) -> rusqlite::Result<Option<Walk>> {
        let (cursor, began) = (meta(connection, WALK_CURSOR)?, meta(connection, WALK_BEGAN)?);
        Ok(cursor.zip(began).map(|(cursor, began)| Walk { cursor, began }))
    }

    /// Whether a span of one request is in the tables for certain.
    fn has_moved(self, (key, span): &Keyed) -> bool {
        *key < self.cursor && span.seq < self.began
    }
}

/// Adds a row: the spans of the events from `first` to before `behind`.
pub(super) fn write(
    connection: &Connection,
    (first, behind): (i64, i64),
    mut spans: Vec<Keyed>,
) -> rusqlite::Result<()> {
    spans.sort_unstable();
    connection
        .prepare_cached("INSERT INTO span_late (first, behind, spans) VALUES (?1, ?2, ?3)")?
        .execute((first, behind, pack(&spans)))
        .map(drop)
}

/// Deletes the rows that end before this event, because the tables have what they say.
pub(super) fn delete(connection: &Connection, before: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM span_late WHERE behind < ?1")?.execute([before]).map(drop)
}

/// Calls `take` with the events of every row, from the first to before the other, and its spans, oldest first.
pub(super) fn all(
    connection: &Connection,
    mut take: impl FnMut((i64, i64), &mut dyn Iterator<Item = Keyed>),
) -> rusqlite::Result<()> {
    let mut rows = connection.prepare("SELECT first, behind, spans FROM span_late ORDER BY rowid")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        take((row.get(0)?, row.get(1)?), &mut unpack(row.get_ref(2)?.as_blob()?));
    }
    Ok(())
}

impl Streams {
    /// Reads again what waited in memory, and moves it where it is more than may wait: so an office of an older shape
    /// is taken in.
    pub(super) fn read_late(&self, connection: &Connection) -> rusqlite::Result<()> {
        let walk = Walk::read(connection)?;
        self.memory_mut().walk = walk.unwrap_or_default();
        let mut next = spans_to(connection)?;
        let rows = "SELECT rowid, first, behind FROM span_late WHERE behind >= ?1 ORDER BY rowid";
        let mut rows = connection.prepare(rows)?;
        let rows = rows.query_map([next], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let rows: Vec<(i64, i64, i64)> = rows?.collect::<Result<_, _>>()?;
        let mut late: Vec<Keyed> = Vec::new();
        for (row, first, behind) in rows {
            if first > next {
                // Reading events may move what waits, which must then be all.
                self.memory_mut().take_in(std::mem::take(&mut late));
            }
            // Where no event is missing there may be requests that brought none.
            self.read_events(connection, (next, first.max(next)))?;
            connection.prepare_cached("SELECT spans FROM span_late WHERE rowid = ?1")?.query_row(
                [row],
                |row| {
                    let spans = unpack(row.get_ref(0)?.as_blob()?);
                    late.extend(spans.filter(|span| !walk.is_some_and(|walk| walk.has_moved(span))));
                    Ok(())
                },
            )?;
            next = next.max(behind);
        }
        self.memory_mut().take_in(late);
        let next_seq = self.read_events(connection, (next, i64::MAX))?;
        self.memory_mut().unwritten_from = next_seq;
        Ok(())
    }

    /// Reads the spans of these events from the events themselves; the number of the event after the last.
    fn read_events(&self, connection: &Connection, (from, to): (i64, i64)) -> rusqlite::Result<i64> {
        let mut events = connection.prepare_cached(
            "SELECT seq, stream, version FROM event WHERE seq >= ?1 AND seq < ?2 ORDER BY seq",
        )?;
        let mut rows = events.query([from, to])?;
        // Requests are not told apart here, so a span may be longer than the one that is in the table already.
        let mut open: Option<(String, Span)> = None;
        let (mut next_seq, mut requests_from) = (from, from);
        while let Some(row) = rows.next()? {
            let (seq, name, version): (i64, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
            next_seq = seq + 1;
            match &mut open {
                Some((last, span)) if *last == name && span.events < EVENTS_MAX => span.events += 1,
                _ => {
                    let span = Span { seq, version, events: 1 };
                    if let Some((last, span)) = open.replace((name, span)) {
                        self.memory_mut().add(Key::of(&last).at(span.version), span);
                    }
                    self.memory_mut().settle();
                    if self.waiting() > self.waiting_max.saturating_mul(4).max(AT_ONCE) {
                        // What is moved must be all there is of the events before.
                        self.read_requests(connection, (requests_from, seq))?;
                        requests_from = seq;
                        self.move_at_opening(connection, seq)?;
                    }
                }
            }
        }
        if let Some((last, span)) = open {
            self.memory_mut().add(Key::of(&last).at(span.version), span);
        }
        self.read_requests(connection, (requests_from, to))?;
        Ok(next_seq)
    }

    /// Reads where the requests are that came with these events, and with the one after them: one that brought no
    /// event stands where the next one would be.
    fn read_requests(&self, connection: &Connection, (from, to): (i64, i64)) -> rusqlite::Result<()> {
        let mut requests = connection
            .prepare_cached("SELECT first_seq, key FROM request WHERE first_seq BETWEEN ?1 AND ?2")?;
        let mut rows = requests.query([from, to])?;
        let mut memory = self.memory_mut();
        while let Some(row) = rows.next()? {
            memory.add(Request::of(row.get_ref(1)?.as_str()?).at(), Span::of_request(row.get(0)?));
        }
        Ok(())
    }

    /// Moves everything, before there is anybody who reads or writes.
    fn move_at_opening(&self, connection: &Connection, next_seq: i64) -> rusqlite::Result<()> {
        // First what is left of a generation, then the rest.
        while self.waiting() > 0 {
            let transaction = connection.unchecked_transaction()?;
            let slice = self.move_all(&transaction, usize::MAX, next_seq)?;
            transaction.commit()?;
            self.committed(slice);
        }
        Ok(())
    }
}
