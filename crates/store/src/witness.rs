//! The witness log: a tree over all events, whose head is printed on every paper the office hands out. Whoever holds one
//! can show later that nothing before it was changed, put in or cut off.
//!
//! Only subtrees of 256, 65,536 … events are kept, each when it is whole. A head at any size is made from those and from
//! the events after them, 255 at most.

mod tree;

#[cfg(test)]
mod tests;

pub use tree::{Hash, Head, Leaf, Subtree, Tree};

use crate::read::{RECORDED, ReadError, Reader, Recorded, recorded};
use rusqlite::Connection;

/// Heights that are kept are multiples of this.
const STEP: u32 = 8;
/// Events under the lowest subtree that is kept.
const WHOLE: i64 = 1 << STEP;
/// Faults that are told of a file at most.
const FAULTS: usize = 100;

impl Recorded {
    /// The event as a leaf of the tree.
    pub fn leaf(&self) -> Hash {
        Leaf {
            seq: self.seq,
            at: self.at,
            stream: &self.stream,
            version: self.version,
            actor: &self.actor,
            body: Hash::of(self.body.as_bytes()),
        }
        .hash()
    }
}

impl Reader<'_> {
    /// The head of this moment.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn head(&self) -> Result<Head, ReadError> {
        Ok(tree_at(self.connection(), self.last_seq()?)?.head())
    }

    /// The head as it was after so many events; `None` where there are not so many.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn head_at(&self, size: u64) -> Result<Option<Head>, ReadError> {
        match i64::try_from(size) {
            Ok(seq) if seq <= self.last_seq()? => Ok(Some(tree_at(self.connection(), seq)?.head())),
            _ => Ok(None),
        }
    }
}

/// Adds a leaf and keeps the subtrees that it makes whole.
pub(crate) fn grow(connection: &Connection, tree: &mut Tree, leaf: Hash) -> rusqlite::Result<()> {
    tree.push(leaf, |subtree| {
        if subtree.height % STEP != 0 {
            return Ok(());
        }
        connection
            .prepare_cached("INSERT INTO witness (height, number, hash) VALUES (?1, ?2, ?3)")?
            .execute((subtree.height, signed(subtree.number), &subtree.hash.0[..]))
            .map(drop)
    })
}

/// The tree over the first `seq` events.
pub(crate) fn tree_at(connection: &Connection, seq: i64) -> rusqlite::Result<Tree> {
    Tree::of(u64::try_from(seq).unwrap_or(0), |height, number| {
        let kept = height - height % STEP;
        let count = 1_i64 << (height - kept);
        let first = signed(number) * count;
        let hashes = if kept == 0 {
            leaves(connection, first, count, |event| Ok(event.leaf()))?
        } else {
            connection
                .prepare_cached(
                    "SELECT hash FROM witness WHERE height = ?1 AND number >= ?2 AND number < ?2 + ?3 ORDER BY number",
                )?
                .query_map((kept, first, count), |row| row.get(0).map(Hash))?
                .collect::<Result<Vec<_>, _>>()?
        };
        let whole = i64::try_from(hashes.len()) == Ok(count);
        tree::fold(hashes).filter(|_| whole).ok_or(rusqlite::Error::QueryReturnedNoRows)
    })
}

/// Adds the subtrees that a file of an older shape lacks.
pub(crate) fn catch_up(connection: &Connection) -> rusqlite::Result<()> {
    let last: i64 = connection.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))?;
    let kept: i64 = connection.query_row(
        "SELECT coalesce(max(number) + 1, 0) FROM witness WHERE height = ?1",
        [STEP],
        |row| row.get(0),
    )?;
    if last / WHOLE <= kept {
        return Ok(());
    }
    tracing::info!(events = last - kept * WHOLE, "the witness log takes in events of an older file");
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = tree_at(connection, kept * WHOLE).and_then(|mut tree| {
        leaves(connection, kept * WHOLE, last - kept * WHOLE, |event| {
            grow(connection, &mut tree, event.leaf())
        })
    });
    // Where it failed the transaction may be gone already; then there is nothing left to undo.
    connection
        .execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })
        .or_else(|error| if done.is_ok() { Err(error) } else { Ok(()) })?;
    done.map(drop)
}

/// Every sum that is not what the events come to, as a sentence.
pub(crate) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let last: i64 = connection.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))?;
    let mut faults = Vec::new();
    let mut tree = Tree::default();
    let mut kept = connection.prepare("SELECT hash FROM witness WHERE height = ?1 AND number = ?2")?;
    leaves(connection, 0, last, |event| {
        tree.push(event.leaf(), |subtree| {
            if subtree.height % STEP != 0 || faults.len() == FAULTS {
                return Ok(());
            }
            let mut rows = kept.query((subtree.height, signed(subtree.number)))?;
            let found = rows.next()?.map(|row| row.get(0).map(Hash)).transpose()?;
            if found != Some(subtree.hash) {
                let first = (subtree.number << subtree.height) + 1;
                let to = (subtree.number + 1) << subtree.height;
                faults.push(format!("events {first} to {to} are not what the witness log says of them"));
            }
            Ok(())
        })
    })?;
    Ok(faults)
}

/// Something of each of `count` events after the first `skipped`.
fn leaves<T>(
    connection: &Connection,
    skipped: i64,
    count: i64,
    mut of: impl FnMut(&Recorded) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT {RECORDED} FROM event WHERE seq > ?1 AND seq <= ?1 + ?2 ORDER BY seq"
    ))?;
    query.query_map((skipped, count), recorded)?.map(|event| of(&event?)).collect()
}

/// Sizes and numbers come from the file's own numbers, which are signed.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
