//! Looks: who saw whose data, when and why. Appended, never changed; the person may read them.

use crate::open::Store;
use crate::read::{ReadError, Reader};
use crate::views::{id, number};
use crate::writer::WriteError;
use agency::{AccountId, PersonId};
use rusqlite::Row;
use terms::Moment;

/// One look at one person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Whose data.
    pub person: PersonId,
    /// Who looked.
    pub account: AccountId,
    /// When.
    pub at: Moment,
    /// What was seen (`person`, `case/40`, `settlement/7`).
    pub what: String,
    /// Why, as the looker said or the step implies. At most 400 characters are kept.
    pub reason: String,
}

/// A look with its number, for paging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRow {
    /// Later looks have higher numbers.
    pub number: i64,
    /// The look.
    pub look: Look,
}

impl Store {
    /// Notes a look. Show the data only after this has answered.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn note_look(&self, look: &Look) -> Result<(), WriteError> {
        let short = |text: &str| text.chars().take(400).collect::<String>();
        let (person, account, at) = (number(look.person.0), number(look.account.0), look.at.0);
        let (what, reason) = (short(&look.what), short(&look.reason));
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO look (person, account, at, what, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((person, account, at, &what, &reason))
                .map(drop)
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<LookRow> {
    Ok(LookRow {
        number: row.get(0)?,
        look: Look {
            person: PersonId(id(row.get(1)?)),
            account: AccountId(id(row.get(2)?)),
            at: Moment(row.get(3)?),
            what: row.get(4)?,
            reason: row.get(5)?,
        },
    })
}

impl Reader<'_> {
    /// Who looked at a person's data, latest first, before the look numbered `before` (`i64::MAX` for the latest).
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn looks_at(&self, person: PersonId, before: i64, limit: u32) -> Result<Vec<LookRow>, ReadError> {
        let mut query = self.prepare(
            "SELECT id, person, account, at, what, reason FROM look WHERE person = ?1 AND id < ?2 \
             ORDER BY id DESC LIMIT ?3",
        )?;
        let rows = query.query_map((number(person.0), before, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What an account looked at, latest first.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn looks_by(&self, account: AccountId, before: i64, limit: u32) -> Result<Vec<LookRow>, ReadError> {
        let mut query = self.prepare(
            "SELECT id, person, account, at, what, reason FROM look WHERE account = ?1 AND id < ?2 \
             ORDER BY id DESC LIMIT ?3",
        )?;
        let rows = query.query_map((number(account.0), before, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
