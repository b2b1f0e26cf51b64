//! Which events a stream has, and which request came under a key.
//!
//! The events of one stream lie anywhere among all events, so something must say where. An index kept up with every
//! event writes a whole page somewhere in the middle of a large file for a dozen bytes, and the larger the office the
//! fewer of those pages are shared. So the newest spans of events wait in memory; with every commit a slice of
//! neighbours is moved from there into the table `span_young`, and where that has grown to several times what waits in
//! memory, a slice of it into `span_old` (`packed.rs`). Whatever is moved goes in the order of its keys into a table
//! only so many times as large, so that a page takes in many spans however large the office is. Nothing hangs on the
//! memory: it is what the events after `meta.spans_to` say, and is read again, mostly from `span_late`, when the office
//! is opened (`late.rs`).
//!
//! A reader looks into the tables as of its moment and into the memory as of now, and leaves out what happened after
//! its moment. Spans that were moved stay in memory until every reader that began before is gone, so none is missed.

mod faults;
mod heads;
mod key;
mod late;
mod memory;
mod packed;
mod row;
mod senders;

pub(crate) use faults::faults;
pub(crate) use key::{Key, Request};
pub(crate) use packed::Keyed;

use heads::Heads;
use late::Walk;
use memory::Memory;
use rusqlite::{Connection, OptionalExtension};
use senders::Senders;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

/// Consecutive events of one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Number of the first event.
    pub(crate) seq: i64,
    /// Its version.
    pub(crate) version: u32,
    /// How many events.
    pub(crate) events: u32,
}

impl Span {
    /// Where a request with a key was kept: as its first event, or as the next one would be.
    fn of_request(first_seq: i64) -> Span {
        Span { seq: first_seq, version: 0, events: 1 }
    }

    /// The version its last event brought the stream to.
    pub(crate) fn last_version(&self) -> u32 {
        self.version.saturating_add(self.events).saturating_sub(1)
    }
}

/// What writer and readers share.
#[derive(Debug)]
pub(crate) struct Streams {
    memory: RwLock<Memory>,
    /// Commits since opening.
    commits: AtomicU64,
    /// For each reader the commits there were when it began; `IDLE` while it has nobody.
    began: Vec<AtomicU64>,
    /// Spans that may wait in memory.
    waiting_max: usize,
    /// What the writer knows of versions; nobody else asks it.
    heads: Mutex<Heads>,
    /// What the writer knows of requests; nobody else asks it.
    senders: Mutex<Senders>,
}

const IDLE: u64 = u64::MAX;

/// Spans that are moved at once while opening, at least.
const AT_ONCE: usize = 100_000;

/// In `meta`: every event before this one is in the tables.
const SPANS_TO: &str = "spans_to";
/// In `meta`: how many spans are in the young table.
const SPANS_YOUNG: &str = "spans_young";
/// Spans in a row of `span_late`: so many share its page and its place in a commit.
const LATE_ROW: usize = 4_000;
/// How many times as many spans as may wait in memory may be in the young table.
const YOUNG_TIMES: usize = 4;

fn meta(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    let value: Option<String> = connection
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(value.and_then(|value| value.parse().ok()))
}

fn set_meta(connection: &Connection, name: &str, value: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
        )?
        .execute((name, value.to_string()))
        .map(drop)
}

fn spans_to(connection: &Connection) -> rusqlite::Result<i64> {
    Ok(meta(connection, SPANS_TO)?.unwrap_or(1))
}

impl Streams {
    /// Reads what the tables may lack.
    pub(crate) fn read(
        connection: &Connection,
        readers: usize,
        waiting_max: usize,
    ) -> rusqlite::Result<Streams> {
        let streams = Streams {
            memory: RwLock::default(),
            commits: AtomicU64::new(0),
            began: (0..readers.max(1)).map(|_| AtomicU64::new(IDLE)).collect(),
            waiting_max,
            heads: Mutex::default(),
            senders: Mutex::default(),
        };
        streams.read_late(connection)?;
        Ok(streams)
    }

    fn memory(&self) -> std::sync::RwLockReadGuard<'_, Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn memory_mut(&self) -> std::sync::RwLockWriteGuard<'_, Memory> {
        self.memory.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn senders(&self) -> std::sync::MutexGuard<'_, Senders> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits since opening.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    /// A reader says that its moment comes after this call.
    pub(crate) fn begin(&self, reader: usize) {
        if let Some(began) = self.began.get(reader) {
            began.store(self.commits(), Ordering::SeqCst);
        }
    }

    /// A reader's moment is over.
    pub(crate) fn end(&self, reader: usize) {
        if let Some(began) = self.began.get(reader) {
            began.store(IDLE, Ordering::SeqCst);
        }
    }

    /// The spans of a stream, oldest first, of events up to `last_seq`. Where the key is not exact a span may be
    /// another stream's.
    pub(crate) fn spans(
        &self,
        connection: &Connection,
        key: Key,
        last_seq: i64,
    ) -> rusqlite::Result<Vec<Span>> {
        let spans = self.spans_between(connection, key.range(), last_seq)?;
        Ok(without_overlaps(spans.into_iter().map(|(_, span)| span).collect()))
    }

    /// The spans of all years of a person, oldest first.
    pub(crate) fn spans_of_years(
        &self,
        connection: &Connection,
        person: u64,
        last_seq: i64,
    ) -> rusqlite::Result<Vec<Span>> {
        let Some(years) = key::years_of(person) else { return Ok(Vec::new()) };
        let spans = self.spans_between(connection, years, last_seq)?;
        Ok(without_overlaps(spans.into_iter().map(|(_, span)| span).collect()))
    }

    /// All spans with keys between these, in no order, some twice.
    fn spans_between(
        &self,
        connection: &Connection,
        (from, to): (i64, i64),
        last_seq: i64,
    ) -> rusqlite::Result<Vec<Keyed>> {
        // The memory first: what leaves it between the two looks was in the tables before the reader's moment.
        let mut spans: Vec<Keyed> =
            self.memory().between((from, to)).filter(|(_, span)| span.seq <= last_seq).collect();
        for table in [&packed::YOUNG, &packed::OLD] {
            table.find(connection, (from, to), |span| spans.push(span))?;
        }
        Ok(spans)
    }

    /// How many events the stream has, up to `last_seq`.
    pub(crate) fn version(
        &self,
        connection: &Connection,
        name: &str,
        last_seq: i64,
    ) -> rusqlite::Result<u32> {
        let key = Key::of(name);
        for span in self.spans(connection, key, last_seq)?.iter().rev() {
            if key.is_exact() {
                return Ok(span.last_version());
            }
            let mut query =
                connection.prepare_cached("SELECT 1 FROM event WHERE seq = ?1 AND stream = ?2")?;
            if query.exists((span.seq, name))? {
                return Ok(span.last_version());
            }
        }
        Ok(0)
    }

    /// How many events the stream has, for the writer.
    pub(crate) fn head(&self, connection: &Connection, name: &str) -> rusqlite::Result<u32> {
        if let Some(place) = Key::of(name).in_block() {
            let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
            if !heads.knows(place.0) {
                let spans = self.spans_between(connection, place.0.range(), i64::MAX)?;
                heads.learn(place.0, spans.iter().map(|(key, span)| (*key, span.last_version())));
            }
            if let Some(version) = heads.version(place) {
                return Ok(version);
            }
        }
        self.version(connection, name, i64::MAX)
    }

    /// The writer wrote these events; readers see them once their commit is durable.
    pub(crate) fn add(&self, name: &str, span: Span) -> Keyed {
        let key = Key::of(name);
        let at = key.at(span.version);
        self.memory_mut().add(at, span);
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).grown(key, span.last_version());
        (at, span)
    }

    /// The first events of requests that may have this key.
    pub(crate) fn requests(&self, connection: &Connection, request: Request) -> rusqlite::Result<Vec<i64>> {
        let spans = self.spans_between(connection, (request.at(), request.at()), i64::MAX)?;
        Ok(spans.into_iter().map(|(_, span)| span.seq).collect())
    }

    /// Whether a request with this key may have been kept, for the writer.
    pub(crate) fn may_be_kept(&self, connection: &Connection, request: Request) -> rusqlite::Result<bool> {
        let Some(sender) = request.sender() else { return Ok(true) };
        let mut senders = self.senders();
        let highest = match senders.highest(sender) {
            Some(highest) => highest,
            None => {
                let highest = self.last_between(connection, sender.range())?.unwrap_or(i64::MIN);
                senders.learn(sender, highest);
                highest
            }
        };
        Ok(request.at() <= highest)
    }

    /// The last key between these that any span has.
    fn last_between(&self, connection: &Connection, (from, to): (i64, i64)) -> rusqlite::Result<Option<i64>> {
        let late = self.memory().last_between((from, to));
        let young = packed::YOUNG.last(connection, (from, to))?;
        Ok(late.max(young).max(packed::OLD.last(connection, (from, to))?))
    }

    /// The writer kept a request under this key.
    pub(crate) fn add_request(&self, request: Request, first_seq: i64) -> Keyed {
        let span = Span::of_request(first_seq);
        self.memory_mut().add(request.at(), span);
        if let Some(sender) = request.sender() {
            self.senders().kept(sender, request.at());
        }
        (request.at(), span)
    }

    /// The writer's transaction was undone: these spans never were.
    pub(crate) fn forget(&self, added: &[Keyed]) {
        if added.is_empty() {
            return;
        }
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).forget();
        self.senders().forget();
        let mut memory = self.memory_mut();
        added.iter().for_each(|span| memory.remove(span));
    }

    /// Writes the next slice into the tables, as part of the writer's transaction: nothing while few spans wait, and
    /// otherwise somewhat more than this transaction `added`, so that what waits stays bounded. What was added is
    /// noted. `next_seq` is the number of the event after all that was placed.
    pub(crate) fn move_slice(
        &self,
        connection: &Connection,
        added: &[Keyed],
        next_seq: i64,
    ) -> rusqlite::Result<Slice> {
        let late = self.write_late(connection, added, next_seq)?;
        if self.memory().left_to_move() == 0 {
            return Ok(Slice { late, ..Slice::none(next_seq) });
        }
        let slice = self.gather(added.len() + added.len() / 4 + 64, next_seq);
        self.write(connection, Slice { late, ..slice })
    }

    /// Adds a row to `span_late`, where enough has gathered for one.
    fn write_late(
        &self,
        connection: &Connection,
        added: &[Keyed],
        next_seq: i64,
    ) -> rusqlite::Result<LateSpans> {
        let memory = self.memory();
        let row = (self.waiting_max / 100).clamp(1, LATE_ROW);
        if memory.unwritten.len() + added.len() < row {
            return Ok(LateSpans::Gathered(added.to_vec()));
        }
        let spans = [&memory.unwritten, added].concat();
        late::write(connection, (memory.unwritten_from, next_seq), spans)?;
        Ok(LateSpans::Written { next_seq })
    }

    /// Writes every waiting span into the tables, at most `count` of them at once.
    pub(crate) fn move_all(
        &self,
        connection: &Connection,
        count: usize,
        next_seq: i64,
    ) -> rusqlite::Result<Slice> {
        self.memory_mut().begin_walk(next_seq);
        let mut slice = self.gather(count.min(self.waiting()), next_seq);
        if slice.spans.len() == self.waiting() {
            slice.moved_all = Some((next_seq, next_seq + 1));
        }
        self.write(connection, slice)
    }

    /// The next `count` spans of the generation under way.
    fn gather(&self, count: usize, next_seq: i64) -> Slice {
        let memory = self.memory();
        let taken = memory.take(count);
        let began = memory.walk.began;
        Slice {
            spans: taken.spans,
            places: Some(taken.places),
            walk: Walk { cursor: taken.cursor.unwrap_or(0), began },
            young_cursor: memory.young_cursor,
            // With its last the tables have everything that waited when the walk began. A request that brought no
            // event may have come after that under the same number.
            moved_all: taken.cursor.is_none().then_some((began, began)),
            ..Slice::none(next_seq)
        }
    }

    fn write(&self, connection: &Connection, mut slice: Slice) -> rusqlite::Result<Slice> {
        packed::YOUNG.merge(connection, &slice.spans)?;
        let count = |spans: usize| i64::try_from(spans).unwrap_or(i64::MAX);
        let mut young = meta(connection, SPANS_YOUNG)?.unwrap_or(0) + count(slice.spans.len());
        let over = young - count(self.waiting_max.saturating_mul(YOUNG_TIMES));
        if over > 0 {
            // As for the memory: somewhat more than came.
            let most = slice.spans.len() + slice.spans.len() / 4 + 64;
            let most = most.min(usize::try_from(over).unwrap_or(usize::MAX));
            let (spans, cursor) = packed::YOUNG.take(connection, slice.young_cursor, most)?;
            packed::OLD.merge(connection, &spans)?;
            // Spans that came twice were counted twice; an empty table puts that right.
            let empty = spans.is_empty() && slice.young_cursor == 0;
            young = if empty { 0 } else { young - count(spans.len()) };
            slice.young_cursor = cursor;
        }
        set_meta(connection, SPANS_YOUNG, young.max(0))?;
        slice.walk.write(connection)?;
        if let Some((spans_to, late_before)) = slice.moved_all {
            set_meta(connection, SPANS_TO, spans_to)?;
            late::delete(connection, late_before)?;
        }
        Ok(slice)
    }

    /// The commit is durable. Takes note of what it moved, and lets go of what no reader needs any more.
    pub(crate) fn committed(&self, slice: Slice) {
        let commit = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        let oldest = self.began.iter().map(|began| began.load(Ordering::SeqCst)).min().unwrap_or(IDLE);
        let mut memory = self.memory_mut();
        match slice.late {
            LateSpans::Gathered(mut added) => memory.unwritten.append(&mut added),
            LateSpans::Written { next_seq } => {
                memory.unwritten.clear();
                memory.unwritten_from = next_seq;
            }
        }
        if let Some(places) = slice.places {
            memory.walk = slice.walk;
            memory.young_cursor = slice.young_cursor;
            memory.moved(places, commit);
        }
        memory.settle();
        if memory.waiting() >= self.waiting_max {
            memory.begin_walk(slice.next_seq);
        }
        memory.let_go(oldest);
    }

    /// Spans that are not in the table.
    pub(crate) fn waiting(&self) -> usize {
        self.memory().waiting()
    }
}

/// The same events in the order they happened, each once. What was read again after a crash may overlap what was in
/// the table before; events of different streams never do.
fn without_overlaps(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut end = 0;
    spans.retain_mut(|span| {
        let known = u32::try_from(end - span.seq).unwrap_or(0);
        if known >= span.events {
            return false;
        }
        span.seq += i64::from(known);
        span.version += known;
        span.events -= known;
        end = span.seq + i64::from(span.events);
        true
    });
    spans
}

/// Every span of events that is in the tables, as the bench counts them: how many, and the sum of what differs.
pub(crate) fn digest(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let mut digest = (0, 0);
    for table in [&packed::YOUNG, &packed::OLD] {
        table.all(connection, |(key, span)| {
            if !key::is_request(key) {
                digest = (digest.0 + 1, digest.1 + i64::from(span.version) + span.seq);
            }
        })?;
    }
    Ok(digest)
}

/// What a transaction moves into the tables.
#[derive(Debug)]
pub(crate) struct Slice {
    /// Number of the event after all that was placed.
    next_seq: i64,
    spans: Vec<Keyed>,
    /// Where the generation under way was come to in memory, where some of it was moved, and in the tables.
    places: Option<Vec<usize>>,
    walk: Walk,
    young_cursor: i64,
    /// The tables have every event before the first, and what the rows of `span_late` say that end before the second.
    moved_all: Option<(i64, i64)>,
    late: LateSpans,
}

/// What became of the spans that the transaction added.
#[derive(Debug)]
enum LateSpans {
    /// They are too few for a row of `span_late`.
    Gathered(Vec<Keyed>),
    /// They, and all that had gathered before them, are in it; the next event's number.
    Written { next_seq: i64 },
}

impl Slice {
    /// Nothing was moved.
    fn none(next_seq: i64) -> Slice {
        Slice {
            next_seq,
            spans: Vec::new(),
            places: None,
            walk: Walk::default(),
            young_cursor: 0,
            moved_all: None,
            late: LateSpans::Gathered(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests;
