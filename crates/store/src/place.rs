//! Placing requests into the transaction under way: a key is taken, versions are looked at, and only then are events
//! written.

use crate::append::{Append, AppendError, Receipt};
use crate::streams::{Keyed, Request, Slice, Span, Streams};
use crate::views::{Folding, Happened};
use crate::witness::{self, Leaf, Tree};
use rusqlite::{CachedStatement, Connection};

/// The numbers the next rows get. Kept beside the file so that nobody has to look them up; a transaction works on a
/// copy, which counts once it is durable.
#[derive(Debug, Clone)]
pub(crate) struct Next {
    /// Of the next event.
    pub(crate) seq: i64,
    /// The tree over all events before it.
    tree: Tree,
}

impl Next {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Next> {
        let last = connection
            .query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get::<_, i64>(0))?;
        Ok(Next { seq: last + 1, tree: witness::tree_at(connection, last)? })
    }
}

/// One transaction under way.
pub(crate) struct Placing<'c> {
    connection: &'c Connection,
    next: Next,
    folding: Folding<'c>,
    statements: Statements<'c>,
    streams: &'c Streams,
    /// What readers must not see should the transaction be undone.
    added: Vec<Keyed>,
}

/// What every request runs, found once a transaction.
struct Statements<'c> {
    event: CachedStatement<'c>,
    key: CachedStatement<'c>,
}

impl<'c> Statements<'c> {
    fn of(connection: &'c Connection) -> rusqlite::Result<Statements<'c>> {
        Ok(Statements {
            event: connection.prepare_cached(
                "INSERT INTO event (seq, stream, version, at, actor, kind, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            key: connection.prepare_cached(
                "INSERT INTO request (key, hash, first_seq, events) VALUES (?1, ?2, ?3, ?4)",
            )?,
        })
    }
}

impl<'c> Placing<'c> {
    pub(crate) fn begin(
        connection: &'c Connection,
        streams: &'c Streams,
        next: Next,
    ) -> rusqlite::Result<Placing<'c>> {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let statements = Statements::of(connection)?;
        let folding = Folding::new(connection);
        Ok(Placing { connection, next, folding, statements, streams, added: Vec::new() })
    }

    /// Writes what the views have gathered, so that whoever reads them next within the transaction sees all of it.
    pub(crate) fn settle_views(&mut self) -> rusqlite::Result<()> {
        std::mem::replace(&mut self.folding, Folding::new(self.connection)).finish()
    }

    /// Makes everything durable; the numbers that come next.
    pub(crate) fn commit(mut self) -> rusqlite::Result<Next> {
        self.settle_views()?;
        let slice = self.streams.move_slice(self.connection, &self.added, self.next.seq)?;
        self.finish(slice)
    }

    /// Moves up to `count` of the spans that wait into their table, durably, without any request.
    pub(crate) fn move_spans(self, count: usize) -> rusqlite::Result<Next> {
        let slice = self.streams.move_all(self.connection, count, self.next.seq)?;
        self.finish(slice)
    }

    fn finish(mut self, slice: Slice) -> rusqlite::Result<Next> {
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        self.added.clear();
        self.streams.committed(slice);
        // A copy, because what undoes itself when it is dropped cannot be taken apart.
        Ok(self.next.clone())
    }

    /// Writes a request's rows, or says why it cannot be kept; in the second case nothing of it stays.
    pub(crate) fn place(&mut self, append: &Append) -> rusqlite::Result<Result<Receipt, AppendError>> {
        let request = append.key.as_ref().map(|key| Request::of(key.as_str()));
        if let Some(request) = request
            && self.streams.may_be_kept(self.connection, request)?
            && let Some(answer) = self.seen_before(append)?
        {
            return Ok(answer);
        }
        let mut found_versions = Vec::with_capacity(append.streams.len());
        for write in &append.streams {
            let found = self.streams.head(self.connection, &write.stream)?;
            if let Some(expected) = write.expected_version
                && expected != found
            {
                let stream = write.stream.clone();
                return Ok(Err(AppendError::VersionConflict { stream, expected, found }));
            }
            found_versions.push(found);
        }

        let first_seq = self.next.seq;
        if let (Some(key), Some(request)) = (&append.key, request) {
            self.statements.key.execute((key.as_str(), &append.hash.0[..], first_seq, count(append)))?;
            self.added.push(self.streams.add_request(request, first_seq));
        }
        let mut versions = Vec::with_capacity(append.streams.len());
        for (write, found) in append.streams.iter().zip(found_versions) {
            if write.events.is_empty() {
                continue;
            }
            let mut version = found;
            let first = self.next.seq;
            for event in &write.events {
                version += 1;
                self.statements.event.execute((
                    self.next.seq,
                    &write.stream,
                    version,
                    append.at.0,
                    &append.actor,
                    event.event().kind(),
                    event.packed(),
                ))?;
                let (seq, stream) = (self.next.seq, write.stream.as_str());
                let (at, actor) = (append.at, append.actor.as_str());
                let leaf = Leaf { seq, at, stream, version, actor, body: event.hash() };
                witness::grow(self.connection, &mut self.next.tree, leaf.hash())?;
                let happened = Happened { seq, at: append.at, stream, event: event.event() };
                self.folding.fold(&happened)?;
                self.next.seq += 1;
            }
            let span = Span { seq: first, version: found + 1, events: version - found };
            self.added.push(self.streams.add(&write.stream, span));
            versions.push((write.stream.clone(), version));
        }
        Ok(Ok(Receipt { first_seq, events: count(append), versions, repeated: false }))
    }

    /// The answer to a request whose key is known.
    fn seen_before(&self, append: &Append) -> rusqlite::Result<Option<Result<Receipt, AppendError>>> {
        let Some(key) = &append.key else { return Ok(None) };
        let Some((hash, first_seq, events)) = crate::read::request(self.connection, self.streams, key)?
        else {
            return Ok(None);
        };
        if hash != append.hash {
            return Ok(Some(Err(AppendError::KeyReused { key: key.to_string(), first_seq })));
        }
        let versions = crate::read::versions(self.connection, first_seq, events)?;
        Ok(Some(Ok(Receipt { first_seq, events, versions, repeated: true })))
    }
}

impl Drop for Placing<'_> {
    fn drop(&mut self) {
        // After a commit there is nothing left here.
        self.streams.forget(&self.added);
    }
}

/// How many events a request brings. The limits keep this far below 2^32.
fn count(append: &Append) -> u32 {
    u32::try_from(append.streams.iter().map(|write| write.events.len()).sum::<usize>()).unwrap_or(u32::MAX)
}
