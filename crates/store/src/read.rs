//! Readers: a fixed number of read-only connections, each used by one caller at a time.

use crate::append::{Receipt, RequestHash, RequestKey};
use crate::body;
use crate::lately::{Known, Lately};
use crate::streams::{Key, Request, Span, Streams};
use agency::{Event, PersonId, StreamId};
use crossbeam_channel::{Receiver, Sender};
use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, OpenFlags, OptionalExtension, Row};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use terms::Moment;

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// All readers stayed taken for five seconds.
    #[error("all readers are busy; ask again in a moment")]
    Busy,
    /// The database said no.
    #[error("reading failed: {0}")]
    Failed(String),
    /// An event or a view row does not say what this program expects.
    #[error("{place} cannot be read by this program: {what}")]
    Unreadable {
        /// Which row.
        place: String,
        /// What is wrong with it.
        what: String,
    },
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> ReadError {
        ReadError::Failed(error.to_string())
    }
}

/// An event as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Place among all events, from 1, without gaps.
    pub seq: i64,
    /// Name of the stream.
    pub stream: String,
    /// Place in the stream, from 1, without gaps.
    pub version: u32,
    /// When it was decided.
    pub at: Moment,
    /// Who asked.
    pub actor: String,
    /// What happened.
    pub kind: String,
    /// The event as JSON, with its kind.
    pub body: String,
}

impl Recorded {
    /// The event, read from its JSON.
    ///
    /// # Errors
    /// [`ReadError::Unreadable`] where this program does not know the event: it was written by a newer one.
    pub fn event(&self) -> Result<Event, ReadError> {
        serde_json::from_str(&self.body).map_err(|error| ReadError::Unreadable {
            place: format!("event {} ({})", self.seq, self.kind),
            what: error.to_string(),
        })
    }
}

pub(crate) struct Readers {
    /// Connections that nobody uses, each with its place in [`Streams`].
    free: Receiver<(usize, Connection)>,
    back: Sender<(usize, Connection)>,
    streams: Arc<Streams>,
    lately: Lately,
}

/// Gives the connection back however the look ends.
struct Taken<'p> {
    connection: Option<(usize, Connection)>,
    readers: &'p Readers,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some((place, connection)) = self.connection.take() {
            self.readers.streams.end(place);
            // The channel has room for every connection there is.
            let _ = self.readers.back.send((place, connection));
        }
    }
}

impl Readers {
    pub(crate) fn open(path: &Path, streams: Arc<Streams>, count: usize) -> rusqlite::Result<Readers> {
        let count = count.max(1);
        let (back, free) = crossbeam_channel::bounded(count);
        for place in 0..count {
            let connection = Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?;
            connection.busy_timeout(Duration::from_secs(5))?;
            plan_once(&connection)?;
            connection.pragma_update(None, "query_only", true)?;
            connection.pragma_update(None, "trusted_schema", false)?;
            connection.set_prepared_statement_cache_capacity(64);
            // The channel has room for every connection there is.
            let _ = back.send((place, connection));
        }
        Ok(Readers { free, back, streams, lately: Lately::default() })
    }

    pub(crate) fn read<T>(
        &self,
        look: impl FnOnce(&Reader<'_>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let free = self.free.recv_timeout(Duration::from_secs(5)).map_err(|_| ReadError::Busy)?;
        let taken = Taken { connection: Some(free), readers: self };
        let Some((place, connection)) = &taken.connection else { return Err(ReadError::Busy) };
        self.streams.begin(*place);
        // One transaction, so that the writer's commits in between stay unseen. Dropping it ends it. Its moment is
        // that of the first look, which is this one.
        let transaction = connection.unchecked_transaction()?;
        let last_seq = transaction
            .prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?
            .query_row([], |row| row.get(0))?;
        look(&Reader { connection: &transaction, streams: &self.streams, lately: &self.lately, last_seq })
    }
}

/// A statement is planned when it is prepared and not again for each new value of its parameters: nobody keeps statistics
/// of the tables that a value could be held against, and planning takes longer than the statement.
pub(crate) fn plan_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// One caller's steady picture of the office.
pub struct Reader<'c> {
    connection: &'c Connection,
    streams: &'c Streams,
    lately: &'c Lately,
    /// Number of the last event of this moment.
    last_seq: i64,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

pub(crate) const RECORDED: &str = "seq, stream, version, at, actor, kind, body";

pub(crate) fn recorded(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    Ok(Recorded {
        seq: row.get(0)?,
        stream: row.get(1)?,
        version: row.get(2)?,
        at: Moment(row.get(3)?),
        actor: row.get(4)?,
        kind: row.get(5)?,
        body: body::unpack(row.get_ref(6)?.as_blob()?)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?,
    })
}

impl Reader<'_> {
    pub(crate) fn connection(&self) -> &Connection {
        self.connection
    }

    pub(crate) fn prepare(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(sql)
    }

    /// Every event of a stream, oldest first; empty where there is no such stream.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn stream(&self, name: &str) -> Result<Vec<Recorded>, ReadError> {
        let spans = self.streams.spans(self.connection, Key::of(name), self.last_seq)?;
        let mut query = self.prepare(&format!(
            "SELECT {RECORDED} FROM event WHERE seq >= ?1 AND seq < ?1 + ?2 AND stream = ?3 ORDER BY seq"
        ))?;
        let mut events = Vec::new();
        for span in spans {
            for event in query.query_map((span.seq, span.events, name), recorded)? {
                events.push(event?);
            }
        }
        Ok(events)
    }

    /// The events of a stream without where and when they were written; those that were read lately are not unpacked.
    ///
    /// # Errors
    /// [`ReadError::Failed`], [`ReadError::Unreadable`].
    pub(crate) fn events(&self, name: &str) -> Result<Vec<Event>, ReadError> {
        let known = self.lately.get(name);
        let until = known.as_ref().map_or(0, |known| known.until);
        // Whoever read it saw a later moment, of which we see the beginning.
        let seen = known.iter().flat_map(|known| &known.events).filter(|(seq, _)| *seq <= self.last_seq);
        let mut events: Vec<(i64, Event)> = seen.cloned().collect();
        let mut bytes = known.as_ref().map_or(0, |known| known.bytes);
        let before = events.len();
        if until <= self.last_seq {
            let spans = self.streams.spans(self.connection, Key::of(name), self.last_seq)?;
            let mut query = self.prepare(&format!(
                "SELECT {RECORDED} FROM event WHERE seq >= max(?1, ?4) AND seq < ?1 + ?2 AND stream = ?3 ORDER BY seq"
            ))?;
            for span in spans.into_iter().filter(|span| span.seq + i64::from(span.events) > until) {
                for read in query.query_map((span.seq, span.events, name, until), recorded)? {
                    let read = read?;
                    bytes += read.body.len();
                    events.push((read.seq, read.event()?));
                }
            }
        }
        if events.len() > before {
            let known = Known { events: events.clone(), until: self.last_seq + 1, bytes };
            self.lately.put(name, known);
        }
        Ok(events.into_iter().map(|(_, event)| event).collect())
    }

    /// How many events a stream has; 0 where there is no such stream.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn version(&self, name: &str) -> Result<u32, ReadError> {
        Ok(self.streams.version(self.connection, name, self.last_seq)?)
    }

    /// Where the events of all the years of a person are, oldest first.
    pub(crate) fn years_of(&self, person: PersonId) -> Result<Vec<Span>, ReadError> {
        Ok(self.streams.spans_of_years(self.connection, person.0, self.last_seq)?)
    }

    /// Where the events of one year of a person are, oldest first.
    pub(crate) fn year_of(&self, person: PersonId, year: i32) -> Result<Vec<Span>, ReadError> {
        let name = StreamId::Year(person, year).to_string();
        Ok(self.streams.spans(self.connection, Key::of(&name), self.last_seq)?)
    }

    /// The events of one kind in a span, oldest first; the others are not unpacked.
    pub(crate) fn of_kind(&self, span: Span, kind: &str) -> Result<Vec<Recorded>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {RECORDED} FROM event WHERE seq >= ?1 AND seq < ?1 + ?2 AND kind = ?3 ORDER BY seq"
        ))?;
        let rows = query.query_map((span.seq, span.events, kind), recorded)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The events after number `seq`, at most `limit`, oldest first.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn events_after(&self, seq: i64, limit: u32) -> Result<Vec<Recorded>, ReadError> {
        let mut query =
            self.prepare(&format!("SELECT {RECORDED} FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2"))?;
        let rows = query.query_map((seq, limit), recorded)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One event.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn event(&self, seq: i64) -> Result<Option<Recorded>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {RECORDED} FROM event WHERE seq = ?1"))?;
        Ok(query.query_row([seq], recorded).optional()?)
    }

    /// The receipt and the hash of the request that was kept under this key, if one was.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn request(&self, key: &RequestKey) -> Result<Option<(Receipt, RequestHash)>, ReadError> {
        let Some((hash, first_seq, events)) = request(self.connection, self.streams, key)? else {
            return Ok(None);
        };
        let versions = versions(self.connection, first_seq, events)?;
        Ok(Some((Receipt { first_seq, events, versions, repeated: true }, hash)))
    }

    /// Number of the last event; 0 where there is none.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn last_seq(&self) -> Result<i64, ReadError> {
        Ok(self.last_seq)
    }
}

/// What was kept under this key: hash, first event, how many events.
pub(crate) fn request(
    connection: &Connection,
    streams: &Streams,
    key: &RequestKey,
) -> rusqlite::Result<Option<(RequestHash, i64, u32)>> {
    for first_seq in streams.requests(connection, Request::of(key.as_str()))? {
        let kept = connection
            .prepare_cached("SELECT hash, first_seq, events FROM request WHERE first_seq = ?1 AND key = ?2")?
            .query_row((first_seq, key.as_str()), |row| {
                Ok((RequestHash(row.get(0)?), row.get(1)?, row.get(2)?))
            })
            .optional()?;
        if kept.is_some() {
            return Ok(kept);
        }
    }
    Ok(None)
}

/// The streams a request's events belong to, with the versions they brought them to. A request's events lie side by
/// side, so a receipt need not be stored.
pub(crate) fn versions(
    connection: &Connection,
    first_seq: i64,
    events: u32,
) -> rusqlite::Result<Vec<(String, u32)>> {
    let mut query = connection.prepare_cached(
        "SELECT stream, max(version) FROM event WHERE seq >= ?1 AND seq < ?1 + ?2 GROUP BY stream ORDER BY min(seq)",
    )?;
    query.query_map((first_seq, events), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
