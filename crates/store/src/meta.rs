//! What the file says about itself.

use crate::open::Store;
use crate::read::{ReadError, Reader};
use crate::writer::WriteError;
use rusqlite::OptionalExtension;
use terms::Moment;

/// One pack the office worked under, from this moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackChange {
    /// Id of the pack.
    pub pack: String,
    /// Its content hash.
    pub hash: String,
    /// Since when.
    pub at: Moment,
}

impl Reader<'_> {
    /// A value the office wrote about itself, such as `office` or `demo-start`.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn meta(&self, name: &str) -> Result<Option<String>, ReadError> {
        let mut query = self.prepare("SELECT value FROM meta WHERE name = ?1")?;
        Ok(query.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Every pack the office worked under, oldest first.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn pack_changes(&self) -> Result<Vec<PackChange>, ReadError> {
        let mut query = self.prepare("SELECT pack, hash, at FROM pack_change ORDER BY id")?;
        let rows = query.query_map([], |row| {
            Ok(PackChange { pack: row.get(0)?, hash: row.get(1)?, at: Moment(row.get(2)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Store {
    /// Writes a value about the office, over the one it had.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn set_meta(&self, name: &str, value: &str) -> Result<(), WriteError> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
                )?
                .execute([&name, &value])
                .map(drop)
        })
    }

    /// Writes a value and drops every other value whose name begins with `prefix` and is not among `kept`.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn set_meta_and_sweep(
        &self,
        (name, value): (&str, &str),
        prefix: &str,
        kept: Vec<String>,
    ) -> Result<(), WriteError> {
        let (name, value, prefix) = (name.to_owned(), value.to_owned(), prefix.to_owned());
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
                )?
                .execute([&name, &value])?;
            let mut named =
                connection.prepare_cached("SELECT name FROM meta WHERE substr(name, 1, length(?1)) = ?1")?;
            let named: Vec<String> =
                named.query_map([&prefix], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut drop_one = connection.prepare_cached("DELETE FROM meta WHERE name = ?1")?;
            for gone in named.iter().filter(|known| !kept.contains(known)) {
                drop_one.execute([gone])?;
            }
            Ok(())
        })
    }

    /// Notes the pack the office works under; a row is added only where pack or hash differ from the last one.
    /// True where a row was added.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn note_pack(&self, pack: &str, hash: &str, at: Moment) -> Result<bool, WriteError> {
        let (pack, hash) = (pack.to_owned(), hash.to_owned());
        self.write(move |connection| {
            let last: Option<(String, String)> = connection
                .prepare_cached("SELECT pack, hash FROM pack_change ORDER BY id DESC LIMIT 1")?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if last.is_some_and(|(last_pack, last_hash)| last_pack == pack && last_hash == hash) {
                return Ok(false);
            }
            connection
                .prepare_cached("INSERT INTO pack_change (pack, hash, at) VALUES (?1, ?2, ?3)")?
                .execute((&pack, &hash, at.0))?;
            Ok(true)
        })
    }
}
