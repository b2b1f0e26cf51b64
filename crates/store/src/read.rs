//! Readers: a fixed number of read-only connections, each used by one caller at a time.

use crate::append::{Receipt, Recorded, RequestHash, RequestKey};
use crossbeam_channel::{Receiver, Sender};
use rusqlite::{CachedStatement, Connection, OpenFlags, OptionalExtension, Row};
use std::path::Path;
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

pub(crate) struct Readers {
    free: Receiver<Connection>,
    back: Sender<Connection>,
}

/// Gives the connection back however the look ends.
struct Taken<'p> {
    connection: Option<Connection>,
    back: &'p Sender<Connection>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // The channel has room for every connection there is.
            let _ = self.back.send(connection);
        }
    }
}

impl Readers {
    pub(crate) fn open(path: &Path, count: usize) -> rusqlite::Result<Readers> {
        let count = count.max(1);
        let (back, free) = crossbeam_channel::bounded(count);
        for _ in 0..count {
            let connection = Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?;
            connection.busy_timeout(Duration::from_secs(5))?;
            connection.pragma_update(None, "query_only", true)?;
            connection.pragma_update(None, "trusted_schema", false)?;
            connection.set_prepared_statement_cache_capacity(64);
            // The channel has room for every connection there is.
            let _ = back.send(connection);
        }
        Ok(Readers { free, back })
    }

    pub(crate) fn read<T>(
        &self,
        look: impl FnOnce(&Reader<'_>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let connection = self.free.recv_timeout(Duration::from_secs(5)).map_err(|_| ReadError::Busy)?;
        let taken = Taken { connection: Some(connection), back: &self.back };
        let Some(connection) = &taken.connection else { return Err(ReadError::Busy) };
        // One transaction, so that the writer's commits in between stay unseen. Dropping it ends it.
        let transaction = connection.unchecked_transaction()?;
        look(&Reader { connection: &transaction })
    }
}

/// One caller's steady picture of the office.
pub struct Reader<'c> {
    connection: &'c Connection,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

pub(crate) const RECORDED: &str =
    "event.seq, stream.name, event.version, event.at, event.actor, event.kind, event.body";

pub(crate) fn recorded(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    Ok(Recorded {
        seq: row.get(0)?,
        stream: row.get(1)?,
        version: row.get(2)?,
        at: Moment(row.get(3)?),
        actor: row.get(4)?,
        kind: row.get(5)?,
        body: row.get(6)?,
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
        let mut query = self.prepare(&format!(
            "SELECT {RECORDED} FROM stream JOIN event ON event.stream = stream.id WHERE stream.name = ?1 \
             ORDER BY event.version"
        ))?;
        let rows = query.query_map([name], recorded)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many events a stream has; 0 where there is no such stream.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn version(&self, name: &str) -> Result<u32, ReadError> {
        let mut query = self.prepare(
            "SELECT max(version) FROM event WHERE stream = (SELECT id FROM stream WHERE name = ?1)",
        )?;
        let version: Option<u32> = query.query_row([name], |row| row.get(0))?;
        Ok(version.unwrap_or(0))
    }

    /// The events after number `seq`, at most `limit`, oldest first.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn events_after(&self, seq: i64, limit: u32) -> Result<Vec<Recorded>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {RECORDED} FROM event JOIN stream ON stream.id = event.stream WHERE event.seq > ?1 \
             ORDER BY event.seq LIMIT ?2"
        ))?;
        let rows = query.query_map((seq, limit), recorded)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One event.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn event(&self, seq: i64) -> Result<Option<Recorded>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {RECORDED} FROM event JOIN stream ON stream.id = event.stream WHERE event.seq = ?1"
        ))?;
        Ok(query.query_row([seq], recorded).optional()?)
    }

    /// The receipt and the hash of the request that was kept under this key, if one was.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn request(&self, key: &RequestKey) -> Result<Option<(Receipt, RequestHash)>, ReadError> {
        let mut query = self.prepare("SELECT hash, first_seq, events FROM request WHERE key = ?1")?;
        let kept: Option<([u8; 32], i64, u32)> =
            query.query_row([key.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        let Some((hash, first_seq, events)) = kept else { return Ok(None) };
        let versions = versions(self.connection, first_seq, events)?;
        Ok(Some((Receipt { first_seq, events, versions, repeated: true }, RequestHash(hash))))
    }

    /// Number of the last event; 0 where there is none.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn last_seq(&self) -> Result<i64, ReadError> {
        let mut query = self.prepare("SELECT coalesce(max(seq), 0) FROM event")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }
}

/// The streams a request's events belong to, with the versions they brought them to. A request's events lie side by
/// side, so a receipt need not be stored.
pub(crate) fn versions(
    connection: &Connection,
    first_seq: i64,
    events: u32,
) -> rusqlite::Result<Vec<(String, u32)>> {
    let mut query = connection.prepare_cached(
        "SELECT stream.name, max(event.version) FROM event JOIN stream ON stream.id = event.stream \
         WHERE event.seq >= ?1 AND event.seq < ?1 + ?2 GROUP BY event.stream ORDER BY min(event.seq)",
    )?;
    query.query_map((first_seq, events), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
