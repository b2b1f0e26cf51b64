//! Which events a stream has.
//!
//! The events of one stream lie anywhere among all events, so something must say where. An index kept up with every
//! event writes a whole page somewhere in the middle of a large file for a dozen bytes, and the larger the office the
//! fewer of those pages are shared. So the writer keeps the newest spans of events in memory and moves them into the
//! table `stream_span` later, a slice of neighbouring keys with every commit: one walk through the table takes in
//! what hundreds of thousands of requests brought. Nothing hangs on the memory: it is what the events after
//! `meta.spans_to` say, and is read from them again when the office is opened after a crash.
//!
//! A reader looks into the table as of its moment and into the memory as of now, and leaves out what happened after
//! its moment. Spans that were moved stay in memory until every reader that began before is gone, so none is missed.

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

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
    /// The version its last event brought the stream to.
    pub(crate) fn last_version(&self) -> u32 {
        self.version.saturating_add(self.events).saturating_sub(1)
    }
}

/// The key of a stream in `stream_span`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    number: i64,
    /// No other name has this key; otherwise the events tell whose they are.
    exact: bool,
}

/// Keys of the streams that are asked for most, the years of persons, follow from their names and lie by person and
/// year. All other keys are hashes; they stay below this bit.
const YEARS: i64 = 1 << 62;
const YEAR_BITS: u32 = 14;

impl Key {
    pub(crate) fn of(name: &str) -> Key {
        if let Some(number) = year_key(name) {
            return Key { number, exact: true };
        }
        let hash = Sha256::digest(name.as_bytes());
        let first = hash.first_chunk::<8>().copied().unwrap_or_default();
        Key { number: i64::from_be_bytes(first) & (YEARS - 1), exact: false }
    }

    /// As the table has it.
    pub(crate) fn number(self) -> i64 {
        self.number
    }
}

/// `year/17/2026` and nothing that only looks like it.
fn year_key(name: &str) -> Option<i64> {
    let (person, year) = name.strip_prefix("year/")?.split_once('/')?;
    let plain =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if !plain(person) || !plain(year) {
        return None;
    }
    let (person, year) = (person.parse::<i64>().ok()?, year.parse::<i64>().ok()?);
    (person < 1 << (62 - YEAR_BITS) && year < 1 << YEAR_BITS).then_some(YEARS | person << YEAR_BITS | year)
}

/// A span in memory.
#[derive(Debug, Clone, Copy)]
struct Late {
    span: Span,
    /// It is in the table too, or will be once the commit under way is durable.
    moved: bool,
}

#[derive(Debug, Default)]
struct Memory {
    spans: BTreeMap<i64, Vec<Late>>,
    /// Spans that are not in the table.
    waiting: usize,
    /// Where the next slice begins.
    cursor: i64,
    /// The next event's number when the walk through the keys under way began.
    walk_began: i64,
    /// Moved spans by the commit that moved them.
    moved: VecDeque<(u64, Vec<(i64, i64)>)>,
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
}

const IDLE: u64 = u64::MAX;

/// Everything is in the table up to this event, as `meta` says.
const SPANS_TO: &str = "spans_to";

impl Streams {
    /// Reads from the events what the table may lack.
    pub(crate) fn read(
        connection: &Connection,
        readers: usize,
        waiting_max: usize,
    ) -> rusqlite::Result<Streams> {
        let from: Option<String> = connection
            .query_row("SELECT value FROM meta WHERE name = ?1", [SPANS_TO], |row| row.get(0))
            .optional()?;
        let from = from.and_then(|from| from.parse::<i64>().ok()).unwrap_or(1);
        let mut memory = Memory { cursor: i64::MIN, ..Memory::default() };
        let mut events =
            connection.prepare("SELECT seq, stream, version FROM event WHERE seq >= ?1 ORDER BY seq")?;
        let mut rows = events.query([from])?;
        // Requests are not told apart here, so a span may be longer than the one that is in the table already.
        let mut open: Option<(String, Span)> = None;
        while let Some(row) = rows.next()? {
            let (seq, name, version): (i64, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
            memory.walk_began = seq + 1;
            match &mut open {
                Some((last, span)) if *last == name => span.events += 1,
                _ => {
                    let span = Span { seq, version, events: 1 };
                    if let Some((last, span)) = open.replace((name, span)) {
                        memory.add(Key::of(&last), span);
                    }
                }
            }
        }
        if let Some((last, span)) = open {
            memory.add(Key::of(&last), span);
        }
        Ok(Streams {
            memory: RwLock::new(memory),
            commits: AtomicU64::new(0),
            began: (0..readers.max(1)).map(|_| AtomicU64::new(IDLE)).collect(),
            waiting_max,
        })
    }

    fn memory(&self) -> std::sync::RwLockReadGuard<'_, Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn memory_mut(&self) -> std::sync::RwLockWriteGuard<'_, Memory> {
        self.memory.write().unwrap_or_else(PoisonError::into_inner)
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
        self.spans_between(connection, key.number, key.number, last_seq)
    }

    /// The spans of all years of a person, oldest first.
    pub(crate) fn spans_of_years(
        &self,
        connection: &Connection,
        person: u64,
        last_seq: i64,
    ) -> rusqlite::Result<Vec<Span>> {
        let (from, to) = (format!("year/{person}/1"), format!("year/{person}/{}", (1 << YEAR_BITS) - 1));
        match (year_key(&from), year_key(&to)) {
            (Some(from), Some(to)) => self.spans_between(connection, from, to, last_seq),
            _ => Ok(Vec::new()),
        }
    }

    fn spans_between(
        &self,
        connection: &Connection,
        from: i64,
        to: i64,
        last_seq: i64,
    ) -> rusqlite::Result<Vec<Span>> {
        // The memory first: what leaves it between the two looks was in the table before the reader's moment.
        let mut spans: Vec<Span> = self
            .memory()
            .spans
            .range(from..=to)
            .flat_map(|(_, late)| late.iter().map(|late| late.span))
            .filter(|span| span.seq <= last_seq)
            .collect();
        let mut query = connection
            .prepare_cached("SELECT seq, version, events FROM stream_span WHERE key BETWEEN ?1 AND ?2")?;
        let mut rows = query.query([from, to])?;
        while let Some(row) = rows.next()? {
            spans.push(Span { seq: row.get(0)?, version: row.get(1)?, events: row.get(2)? });
        }
        Ok(without_overlaps(spans))
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
            if key.exact {
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

    /// The writer wrote these events; readers see them once their commit is durable.
    pub(crate) fn add(&self, name: &str, span: Span) -> (i64, i64) {
        let key = Key::of(name);
        self.memory_mut().add(key, span);
        (key.number, span.seq)
    }

    /// The writer's transaction was undone: these spans never were.
    pub(crate) fn forget(&self, added: &[(i64, i64)]) {
        let mut memory = self.memory_mut();
        for &(key, seq) in added {
            memory.remove(key, seq);
        }
    }

    /// Writes the next slice into the table, as part of the writer's transaction: nothing while few spans wait, and
    /// otherwise somewhat more than this transaction `added`, so that what waits stays bounded. `next_seq` is the
    /// number of the event after all that was placed.
    pub(crate) fn move_slice(
        &self,
        connection: &Connection,
        added: usize,
        next_seq: i64,
    ) -> rusqlite::Result<Slice> {
        let waiting = self.memory().waiting;
        let over = waiting.saturating_sub(self.waiting_max);
        if over == 0 {
            return Ok(Slice::none());
        }
        let slice = self.gather(over.min(added + added / 4 + 64), next_seq);
        self.write(connection, slice)
    }

    /// Writes every waiting span into the table, at most `count` of them at once.
    pub(crate) fn move_all(
        &self,
        connection: &Connection,
        count: usize,
        next_seq: i64,
    ) -> rusqlite::Result<Slice> {
        let mut slice = self.gather(count, next_seq);
        if slice.spans.len() == self.waiting() {
            slice.spans_to = Some(next_seq);
            slice.walk_began = next_seq;
        }
        self.write(connection, slice)
    }

    /// Up to `count` waiting spans from the cursor on, with where the walk goes on.
    fn gather(&self, count: usize, next_seq: i64) -> Slice {
        let memory = self.memory();
        let mut slice = Slice { walked: true, walk_began: memory.walk_began, ..Slice::none() };
        for (key, late) in memory.spans.range(memory.cursor..) {
            if slice.spans.len() >= count {
                slice.cursor = *key;
                return slice;
            }
            slice.spans.extend(late.iter().filter(|late| !late.moved).map(|late| (*key, late.span)));
        }
        // The walk is over: with this slice the table has everything that waited when it began.
        slice.spans_to = Some(memory.walk_began);
        slice.walk_began = next_seq;
        slice
    }

    fn write(&self, connection: &Connection, slice: Slice) -> rusqlite::Result<Slice> {
        let mut insert = connection.prepare_cached(
            "INSERT INTO stream_span (key, version, seq, events) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO UPDATE SET events = max(events, excluded.events)",
        )?;
        for (key, span) in &slice.spans {
            insert.execute((key, span.version, span.seq, span.events))?;
        }
        if let Some(spans_to) = slice.spans_to {
            connection
                .prepare_cached(
                    "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
                )?
                .execute((SPANS_TO, spans_to.to_string()))?;
        }
        Ok(slice)
    }

    /// The commit is durable. Takes note of what it moved, and lets go of what no reader needs any more.
    pub(crate) fn committed(&self, slice: Slice) {
        let commit = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        if !slice.walked && self.memory().moved.is_empty() {
            return;
        }
        let oldest = self.began.iter().map(|began| began.load(Ordering::SeqCst)).min().unwrap_or(IDLE);
        let mut memory = self.memory_mut();
        if slice.walked {
            memory.cursor = slice.cursor;
            memory.walk_began = slice.walk_began;
        }
        for (key, span) in &slice.spans {
            memory.mark_moved(*key, span.seq);
        }
        if !slice.spans.is_empty() {
            let moved = slice.spans.into_iter().map(|(key, span)| (key, span.seq)).collect();
            memory.moved.push_back((commit, moved));
        }
        while memory.moved.front().is_some_and(|(moved_by, _)| *moved_by <= oldest) {
            let Some((_, moved)) = memory.moved.pop_front() else { break };
            for (key, seq) in moved {
                memory.remove(key, seq);
            }
        }
    }

    /// Spans that are not in the table.
    pub(crate) fn waiting(&self) -> usize {
        self.memory().waiting
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

/// Every fault of the table: events before `spans_to` that are in no span, spans that name another stream's events.
pub(crate) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let to: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE name = ?1", [SPANS_TO], |row| row.get(0))
        .optional()?;
    let to = to.and_then(|to| to.parse::<i64>().ok()).unwrap_or(1);
    let mut faults = Vec::new();
    let mut spans = connection.prepare(
        "SELECT stream_span.key, stream_span.seq, stream_span.events, event.stream, \
         (SELECT count(DISTINCT stream) FROM event AS own WHERE own.seq >= stream_span.seq \
          AND own.seq < stream_span.seq + stream_span.events) \
         FROM stream_span JOIN event USING (seq) ORDER BY seq",
    )?;
    let mut rows = spans.query([])?;
    let mut end = 1;
    while let Some(row) = rows.next()? {
        let (key, seq, events, stream, streams): (i64, i64, i64, String, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        if seq > end && end < to {
            faults.push(format!("events {end} to {} are in no span", seq - 1));
        }
        if Key::of(&stream).number != key || streams != 1 {
            faults.push(format!("the span of event {seq} is not one of the stream `{stream}`"));
        }
        end = end.max(seq + events);
        if faults.len() >= 100 {
            return Ok(faults);
        }
    }
    if end < to {
        faults.push(format!("events {end} to {} are in no span", to - 1));
    }
    Ok(faults)
}

/// What a transaction moves into the table.
#[derive(Debug)]
pub(crate) struct Slice {
    /// Some of the walk was gone.
    walked: bool,
    spans: Vec<(i64, Span)>,
    cursor: i64,
    walk_began: i64,
    /// The table has every event before this one.
    spans_to: Option<i64>,
}

impl Slice {
    /// Nothing was moved.
    pub(crate) fn none() -> Slice {
        Slice { walked: false, spans: Vec::new(), cursor: i64::MIN, walk_began: 0, spans_to: None }
    }
}

impl Memory {
    fn add(&mut self, key: Key, span: Span) {
        self.spans.entry(key.number).or_default().push(Late { span, moved: false });
        self.waiting += 1;
    }

    fn mark_moved(&mut self, key: i64, seq: i64) {
        let late =
            self.spans.get_mut(&key).and_then(|late| late.iter_mut().find(|late| late.span.seq == seq));
        if let Some(late) = late
            && !late.moved
        {
            late.moved = true;
            self.waiting = self.waiting.saturating_sub(1);
        }
    }

    fn remove(&mut self, key: i64, seq: i64) {
        let Some(late) = self.spans.get_mut(&key) else { return };
        if let Some(place) = late.iter().position(|late| late.span.seq == seq) {
            if !late[place].moved {
                self.waiting = self.waiting.saturating_sub(1);
            }
            late.remove(place);
        }
        if late.is_empty() {
            self.spans.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests;
