//! Accounts, to be found by sign-in name. The password's hash stays in the event.

use super::{Happened, View, id, number};
use crate::read::{ReadError, Reader};
use agency::{AccountId, Event, PersonId};
use rusqlite::{Connection, OptionalExtension, Row};
use terms::Moment;

pub(super) const VIEW: View = View {
    tables: &["view_account"],
    sql: "
CREATE TABLE view_account (
    id           INTEGER PRIMARY KEY,
    login        TEXT    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    roles        TEXT    NOT NULL,
    organisation TEXT    NOT NULL,
    person       INTEGER,
    closed       INTEGER NOT NULL,
    opened_at    INTEGER NOT NULL
) STRICT;
",
    fold,
};

/// An account in a list; who exactly it acts for is folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Which.
    pub id: AccountId,
    /// The sign-in name.
    pub login: String,
    /// The name shown and printed.
    pub name: String,
    /// Roles by the packs' ids, in their order.
    pub roles: Vec<String>,
    /// The word of the organisation (`agency`, `unit`, `provider` …).
    pub organisation: String,
    /// The insured person they are, where they are one.
    pub person: Option<PersonId>,
    /// Closed accounts cannot sign in.
    pub closed: bool,
    /// When it was opened.
    pub opened_at: Moment,
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    match happened.event {
        Event::AccountOpened(opened) => {
            let actor = &opened.actor;
            // The packs' ids hold no spaces.
            let roles = actor.roles.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
            connection
                .prepare_cached(
                    "INSERT INTO view_account (id, login, name, roles, organisation, person, closed, opened_at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
                )?
                .execute((
                    number(actor.account.0),
                    &opened.login,
                    &actor.name,
                    roles,
                    actor.organisation.word(),
                    actor.person.map(|person| number(person.0)),
                    happened.at.0,
                ))
                .map(drop)
        }
        Event::AccountClosed { account } => connection
            .prepare_cached("UPDATE view_account SET closed = 1 WHERE id = ?1")?
            .execute([number(account.0)])
            .map(drop),
        _ => Ok(()),
    }
}

const COLUMNS: &str = "id, login, name, roles, organisation, person, closed, opened_at";

fn read(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    let roles: String = row.get(3)?;
    Ok(AccountRow {
        id: AccountId(id(row.get(0)?)),
        login: row.get(1)?,
        name: row.get(2)?,
        roles: roles.split_whitespace().map(str::to_owned).collect(),
        organisation: row.get(4)?,
        person: row.get::<_, Option<i64>>(5)?.map(|person| PersonId(id(person))),
        closed: row.get(6)?,
        opened_at: Moment(row.get(7)?),
    })
}

impl Reader<'_> {
    /// The account with this sign-in name.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn account_by_login(&self, login: &str) -> Result<Option<AccountRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_account WHERE login = ?1"))?;
        Ok(query.query_row([login], read).optional()?)
    }

    /// The account.
    pub fn account_row(&self, account: AccountId) -> Result<Option<AccountRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_account WHERE id = ?1"))?;
        Ok(query.query_row([number(account.0)], read).optional()?)
    }

    /// Accounts whose sign-in name or name holds these words and that have this role; empty asks for any. How many,
    /// and by sign-in name those from the `skip`-th.
    pub fn find_accounts(
        &self,
        words: &str,
        role: &str,
        skip: u32,
        limit: u32,
    ) -> Result<(u64, Vec<AccountRow>), ReadError> {
        const FOUND: &str = "(?1 = '' OR instr(login, ?1) > 0 OR instr(name, ?1) > 0) \
             AND (?2 = '' OR instr(' ' || roles || ' ', ' ' || ?2 || ' ') > 0)";
        let mut count = self.prepare(&format!("SELECT count(*) FROM view_account WHERE {FOUND}"))?;
        let count = count.query_row((words, role), |row| row.get::<_, i64>(0))?;
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_account WHERE {FOUND} ORDER BY login LIMIT ?4 OFFSET ?3"
        ))?;
        let rows = query.query_map((words, role, skip, limit), read)?;
        Ok((id(count), rows.collect::<Result<_, _>>()?))
    }

    /// Open accounts with a role, by id.
    pub fn accounts_with_role(&self, role: &str, limit: u32) -> Result<Vec<AccountRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_account WHERE closed = 0 AND instr(' ' || roles || ' ', ' ' || ?1 || ' ') > 0 \
             ORDER BY id LIMIT ?2"
        ))?;
        let rows = query.query_map((role, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
