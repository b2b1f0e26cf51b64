//! Failed attempts, counted so that guessing is slow. What they are counted by lies in the file only as a hash.

use super::hidden;
use crate::open::Store;
use crate::read::{ReadError, Reader};
use crate::writer::WriteError;
use rusqlite::OptionalExtension;
use terms::Moment;

/// Failures since a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// When the first of them was.
    pub since: Moment,
    /// How many.
    pub failures: u32,
}

impl Reader<'_> {
    /// Failures by this name or address within the last `window_ms`.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn attempts(
        &self,
        subject: &str,
        now: Moment,
        window_ms: i64,
    ) -> Result<Option<Attempts>, ReadError> {
        let mut query =
            self.prepare("SELECT since, failures FROM attempt WHERE subject = ?1 AND since > ?2")?;
        let subject = hidden(subject);
        let row = query.query_row((&subject[..16], now.0 - window_ms), |row| {
            Ok(Attempts { since: Moment(row.get(0)?), failures: row.get(1)? })
        });
        Ok(row.optional()?)
    }
}

impl Store {
    /// Counts a failure and says how many there are within the last `window_ms`.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn count_failure(&self, subject: &str, now: Moment, window_ms: i64) -> Result<u32, WriteError> {
        let subject = hidden(subject);
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO attempt (subject, since, failures) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET \
                     failures = CASE WHEN since > ?3 THEN failures + 1 ELSE 1 END, \
                     since = CASE WHEN since > ?3 THEN since ELSE ?2 END RETURNING failures",
                )?
                .query_row((&subject[..16], now.0, now.0 - window_ms), |row| row.get(0))
        })
    }

    /// Forgets the failures, after a success.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn forget_failures(&self, subject: &str) -> Result<(), WriteError> {
        let subject = hidden(subject);
        self.write(move |connection| {
            connection
                .prepare_cached("DELETE FROM attempt WHERE subject = ?1")?
                .execute([&subject[..16]])
                .map(drop)
        })
    }
}
