//! Which events a stream has, and which request came under a key.
//!
//! The events of one stream lie anywhere among all events, so something must say where. An index kept up with every
//! event writes a whole page somewhere in the middle of a large file for a dozen bytes, and the larger the office the
//! fewer of those pages are shared. So the newest spans of events wait in memory; with every commit a slice of
//! neighbours is moved from there into the table `span_young`, and where that has grown to several times what waits in
//! memory, a slice of it into `span_old` (`packed.rs`). Whatever is moved goes in the order of its keys into a table
//! only so many times as large, so that a page takes in many spans however large the office is. Nothing hangs on the
//! memory: it is what the events after `meta.spans_to` say, and is read from them again when the office is opened.
//!
//! A reader looks into the tables as of its moment and into the memory as of now, and leaves out what happened after
//! its moment. Spans that were moved stay in memory until every reader that began before is gone, so none is missed.

mod faults;
mod heads;
mod key;
mod packed;
mod senders;

pub(crate) use faults::faults;
pub(crate) use key::{Key, Request};

use heads::Heads;
use packed::{EVENTS_MAX, Keyed};
use rusqlite::{Connection, OptionalExtension};
use senders::Senders;
use std::collections::{BTreeMap, VecDeque};
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

/// A span in memory, by key and first event.
#[derive(Debug, Clone, Copy)]
struct Late {
    version: u32,
    events: u32,
    /// It is in the table too, or will be once the commit under way is durable.
    moved: bool,
}

/// Key and first event of a span.
type Place = (i64, i64);

#[derive(Debug, Default)]
struct Memory {
    spans: BTreeMap<Place, Late>,
    /// Spans that are not in the table.
    waiting: usize,
    /// Where the next slice begins.
    cursor: i64,
    /// The next event's number when the walk through the keys under way began.
    walk_began: i64,
    /// Where the next slice of the young table begins.
    young_cursor: i64,
    /// Moved spans by the commit that moved them.
    moved: VecDeque<(u64, Vec<Place>)>,
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
/// How many times as many spans as may wait in memory may be in the young table.
const YOUNG_TIMES: usize = 8;

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
    /// Reads from the events what the tables may lack, and brings it there where it is more than may wait in memory:
    /// so an office of an older shape is taken in.
    pub(crate) fn read(
        connection: &Connection,
        readers: usize,
        waiting_max: usize,
    ) -> rusqlite::Result<Streams> {
        let from = spans_to(connection)?;
        let streams = Streams {
            memory: RwLock::default(),
            commits: AtomicU64::new(0),
            began: (0..readers.max(1)).map(|_| AtomicU64::new(IDLE)).collect(),
            waiting_max,
            heads: Mutex::default(),
            senders: Mutex::default(),
        };
        let mut events =
            connection.prepare("SELECT seq, stream, version FROM event WHERE seq >= ?1 ORDER BY seq")?;
        let mut rows = events.query([from])?;
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
                        streams.memory_mut().add(Key::of(&last).at(span.version), span);
                    }
                    if streams.waiting() > waiting_max.saturating_mul(4).max(AT_ONCE) {
                        // What is moved must be all there is of the events before.
                        streams.read_requests(connection, (requests_from, seq))?;
                        requests_from = seq;
                        streams.move_at_opening(connection, seq)?;
                    }
                }
            }
        }
        if let Some((last, span)) = open {
            streams.memory_mut().add(Key::of(&last).at(span.version), span);
        }
        streams.read_requests(connection, (requests_from, i64::MAX))?;
        streams.memory_mut().walk_began = next_seq;
        Ok(streams)
    }

    /// Reads where the requests are that came with these events.
    fn read_requests(&self, connection: &Connection, (from, to): (i64, i64)) -> rusqlite::Result<()> {
        let mut requests = connection
            .prepare_cached("SELECT first_seq, key FROM request WHERE first_seq >= ?1 AND first_seq < ?2")?;
        let mut rows = requests.query([from, to])?;
        let mut memory = self.memory_mut();
        while let Some(row) = rows.next()? {
            memory.add(Request::of(row.get_ref(1)?.as_str()?).at(), Span::of_request(row.get(0)?));
        }
        Ok(())
    }

    /// Moves everything, before there is anybody who reads or writes.
    fn move_at_opening(&self, connection: &Connection, next_seq: i64) -> rusqlite::Result<()> {
        let transaction = connection.unchecked_transaction()?;
        let slice = self.move_all(&transaction, usize::MAX, next_seq)?;
        transaction.commit()?;
        self.committed(slice);
        Ok(())
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
        let mut spans: Vec<Keyed> = self
            .memory()
            .spans
            .range((from, 0)..=(to, last_seq))
            .map(|(place, late)| (place.0, late.at(*place)))
            .filter(|(_, span)| span.seq <= last_seq)
            .collect();
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
    pub(crate) fn add(&self, name: &str, span: Span) -> (i64, i64) {
        let key = Key::of(name);
        let place = (key.at(span.version), span.seq);
        self.memory_mut().add(place.0, span);
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).grown(key, span.last_version());
        place
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
        let late =
            self.memory().spans.range((from, 0)..=(to, i64::MAX)).next_back().map(|(place, _)| place.0);
        let young = packed::YOUNG.last(connection, (from, to))?;
        Ok(late.max(young).max(packed::OLD.last(connection, (from, to))?))
    }

    /// The writer kept a request under this key.
    pub(crate) fn add_request(&self, request: Request, first_seq: i64) -> (i64, i64) {
        self.memory_mut().add(request.at(), Span::of_request(first_seq));
        if let Some(sender) = request.sender() {
            self.senders().kept(sender, request.at());
        }
        (request.at(), first_seq)
    }

    /// The writer's transaction was undone: these spans never were.
    pub(crate) fn forget(&self, added: &[(i64, i64)]) {
        if added.is_empty() {
            return;
        }
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).forget();
        self.senders().forget();
        let mut memory = self.memory_mut();
        for place in added {
            memory.remove(*place);
        }
    }

    /// Writes the next slice into the tables, as part of the writer's transaction: nothing while few spans wait, and
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

    /// Writes every waiting span into the tables, at most `count` of them at once.
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
        slice.young_cursor = memory.young_cursor;
        for (place, late) in memory.spans.range((memory.cursor, 0)..) {
            if slice.spans.len() >= count && slice.spans.last().is_some_and(|(key, _)| *key != place.0) {
                slice.cursor = place.0;
                return slice;
            }
            if !late.moved {
                slice.spans.push((place.0, late.at(*place)));
            }
        }
        // The walk is over: with this slice the tables have everything that waited when it began.
        slice.spans_to = Some(memory.walk_began);
        slice.walk_began = next_seq;
        slice
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
        if let Some(spans_to) = slice.spans_to {
            set_meta(connection, SPANS_TO, spans_to)?;
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
            memory.young_cursor = slice.young_cursor;
        }
        for (key, span) in &slice.spans {
            memory.mark_moved((*key, span.seq));
        }
        if !slice.spans.is_empty() {
            let moved = slice.spans.into_iter().map(|(key, span)| (key, span.seq)).collect();
            memory.moved.push_back((commit, moved));
        }
        while memory.moved.front().is_some_and(|(moved_by, _)| *moved_by <= oldest) {
            let Some((_, moved)) = memory.moved.pop_front() else { break };
            for place in moved {
                memory.remove(place);
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
    /// Some of the walk was gone.
    walked: bool,
    spans: Vec<Keyed>,
    cursor: i64,
    walk_began: i64,
    young_cursor: i64,
    /// The tables have every event before this one.
    spans_to: Option<i64>,
}

impl Slice {
    /// Nothing was moved.
    pub(crate) fn none() -> Slice {
        Slice { walked: false, spans: Vec::new(), cursor: 0, walk_began: 0, young_cursor: 0, spans_to: None }
    }
}

impl Late {
    fn at(&self, (_, seq): Place) -> Span {
        Span { seq, version: self.version, events: self.events }
    }
}

impl Memory {
    fn add(&mut self, key: i64, span: Span) {
        let late = Late { version: span.version, events: span.events, moved: false };
        if self.spans.insert((key, span.seq), late).is_none() {
            self.waiting += 1;
        }
    }

    fn mark_moved(&mut self, place: Place) {
        if let Some(late) = self.spans.get_mut(&place)
            && !late.moved
        {
            late.moved = true;
            self.waiting = self.waiting.saturating_sub(1);
        }
    }

    fn remove(&mut self, place: Place) {
        if self.spans.remove(&place).is_some_and(|late| !late.moved) {
            self.waiting = self.waiting.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests;
