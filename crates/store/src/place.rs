//! Placing requests into the transaction under way: a key is taken, versions are looked at, and only then are events
//! written.

use crate::append::{Append, AppendError, Receipt};
use crate::views::{Folding, Happened};
use rusqlite::{CachedStatement, Connection, OptionalExtension};

/// The numbers the next rows get. Kept beside the file so that nobody has to look them up; a transaction works on a
/// copy, which counts once it is durable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Next {
    seq: i64,
    stream: i64,
}

impl Next {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Next> {
        let sql = "SELECT coalesce((SELECT max(seq) FROM event), 0) + 1, coalesce((SELECT max(id) FROM stream), 0) + 1";
        connection.query_row(sql, [], |row| Ok(Next { seq: row.get(0)?, stream: row.get(1)? }))
    }
}

/// One transaction under way.
pub(crate) struct Placing<'c> {
    connection: &'c Connection,
    next: Next,
    folding: Folding<'c>,
    statements: Statements<'c>,
}

/// What every request runs, found once a transaction.
struct Statements<'c> {
    version: CachedStatement<'c>,
    new_stream: CachedStatement<'c>,
    event: CachedStatement<'c>,
    key: CachedStatement<'c>,
    forget_key: CachedStatement<'c>,
}

impl<'c> Statements<'c> {
    fn of(connection: &'c Connection) -> rusqlite::Result<Statements<'c>> {
        Ok(Statements {
            version: connection.prepare_cached(
                "SELECT id, (SELECT max(version) FROM event WHERE stream = stream.id) FROM stream WHERE name = ?1",
            )?,
            new_stream: connection.prepare_cached("INSERT INTO stream (id, name) VALUES (?1, ?2)")?,
            event: connection.prepare_cached(
                "INSERT INTO event (seq, stream, version, at, actor, kind, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            key: connection.prepare_cached(
                "INSERT INTO request (key, hash, first_seq, events) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?,
            forget_key: connection.prepare_cached("DELETE FROM request WHERE key = ?1")?,
        })
    }
}

impl<'c> Placing<'c> {
    pub(crate) fn begin(connection: &'c Connection, next: Next) -> rusqlite::Result<Placing<'c>> {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let statements = Statements::of(connection)?;
        Ok(Placing { connection, next, folding: Folding::new(connection), statements })
    }

    /// Writes what the views have gathered, so that whoever reads them next within the transaction sees all of it.
    pub(crate) fn settle_views(&mut self) -> rusqlite::Result<()> {
        std::mem::replace(&mut self.folding, Folding::new(self.connection)).finish()
    }

    /// Makes everything durable; the numbers that come next.
    pub(crate) fn commit(self) -> rusqlite::Result<Next> {
        self.folding.finish()?;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(self.next)
    }

    /// Writes a request's rows, or says why it cannot be kept; in the second case nothing of it stays.
    pub(crate) fn place(&mut self, append: &Append) -> rusqlite::Result<Result<Receipt, AppendError>> {
        if let Some(answer) = self.take_key(append)? {
            return Ok(answer);
        }
        let mut streams = Vec::with_capacity(append.streams.len());
        for write in &append.streams {
            let (id, found) = self.stream(&write.stream)?;
            if let Some(expected) = write.expected_version
                && expected != found
            {
                // A request that is not kept does not use up its key.
                if let Some(key) = &append.key {
                    self.statements.forget_key.execute([key.as_str()])?;
                }
                let stream = write.stream.clone();
                return Ok(Err(AppendError::VersionConflict { stream, expected, found }));
            }
            streams.push((id, found));
        }

        let first_seq = self.next.seq;
        let mut versions = Vec::with_capacity(append.streams.len());
        for (write, (id, found)) in append.streams.iter().zip(streams) {
            if write.events.is_empty() {
                continue;
            }
            let id = match id {
                Some(id) => id,
                None => self.name_stream(&write.stream)?,
            };
            let mut version = found;
            for event in &write.events {
                version += 1;
                self.statements.event.execute((
                    self.next.seq,
                    id,
                    version,
                    append.at.0,
                    &append.actor,
                    event.event().kind(),
                    event.body(),
                ))?;
                let happened = Happened { seq: self.next.seq, at: append.at, event: event.event() };
                self.folding.fold(&happened)?;
                self.next.seq += 1;
            }
            versions.push((write.stream.clone(), version));
        }
        Ok(Ok(Receipt { first_seq, events: count(append), versions, repeated: false }))
    }

    /// Takes the request's key, or gives the answer to a key that is taken. Taking is looking and writing in one
    /// step, which saves the most common request a walk through the largest index.
    fn take_key(&mut self, append: &Append) -> rusqlite::Result<Option<Result<Receipt, AppendError>>> {
        let Some(key) = &append.key else { return Ok(None) };
        let row = (key.as_str(), &append.hash.0[..], self.next.seq, count(append));
        if self.statements.key.execute(row)? == 1 {
            return Ok(None);
        }
        self.seen_before(append)
    }

    /// The answer to a request whose key is known.
    fn seen_before(&self, append: &Append) -> rusqlite::Result<Option<Result<Receipt, AppendError>>> {
        let Some(key) = &append.key else { return Ok(None) };
        let seen: Option<(Vec<u8>, i64, u32)> = self
            .connection
            .prepare_cached("SELECT hash, first_seq, events FROM request WHERE key = ?1")?
            .query_row([key.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((hash, first_seq, events)) = seen else { return Ok(None) };
        if hash != append.hash.0 {
            return Ok(Some(Err(AppendError::KeyReused { key: key.to_string(), first_seq })));
        }
        let versions = crate::read::versions(self.connection, first_seq, events)?;
        Ok(Some(Ok(Receipt { first_seq, events, versions, repeated: true })))
    }

    /// A stream's number, where it has one, and its version.
    fn stream(&mut self, name: &str) -> rusqlite::Result<(Option<i64>, u32)> {
        let found = self.statements.version.query_row([name], |row| {
            let version: Option<u32> = row.get(1)?;
            Ok((Some(row.get(0)?), version.unwrap_or(0)))
        });
        Ok(found.optional()?.unwrap_or((None, 0)))
    }

    fn name_stream(&mut self, name: &str) -> rusqlite::Result<i64> {
        let id = self.next.stream;
        self.statements.new_stream.execute((id, name))?;
        self.next.stream += 1;
        Ok(id)
    }
}

/// How many events a request brings. The limits keep this far below 2^32.
fn count(append: &Append) -> u32 {
    u32::try_from(append.streams.iter().map(|write| write.events.len()).sum::<usize>()).unwrap_or(u32::MAX)
}
