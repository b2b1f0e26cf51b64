//! Units and who may act for them.

use super::{Happened, View, id, number};
use crate::read::{ReadError, Reader};
use agency::{AccountId, Event, UnitId};
use rusqlite::{Connection, OptionalExtension, Row};
use terms::Day;

pub(super) const VIEW: View = View {
    tables: &["view_unit", "view_liaison"],
    sql: "
CREATE TABLE view_unit (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL,
    code     TEXT    NOT NULL UNIQUE,
    kind     TEXT    NOT NULL,
    district TEXT    NOT NULL,
    address  TEXT    NOT NULL
) STRICT;
CREATE TABLE view_liaison (
    account INTEGER NOT NULL,
    unit    INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    last    INTEGER,
    PRIMARY KEY (account, unit, first)
) STRICT, WITHOUT ROWID;
",
    fold,
};

/// A unit in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Which.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// Unified social credit code.
    pub code: String,
    /// `enterprise` …, by the packs' codes.
    pub kind: String,
    /// Division code of the district that administers it.
    pub district: String,
    /// Where it is.
    pub address: String,
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    match happened.event {
        Event::UnitRegistered(unit) => connection
            .prepare_cached(
                "INSERT INTO view_unit (id, name, code, kind, district, address) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((
                number(unit.unit.0),
                &unit.name,
                unit.code.to_string(),
                &unit.unit_kind,
                &unit.district,
                &unit.address,
            ))
            .map(drop),
        Event::LiaisonAppointed { unit, liaison } => connection
            .prepare_cached("INSERT OR REPLACE INTO view_liaison (account, unit, first, last) VALUES (?1, ?2, ?3, ?4)")?
            .execute((
                number(liaison.account.0),
                number(unit.0),
                liaison.from.number(),
                liaison.to.map(Day::number),
            ))
            .map(drop),
        Event::LiaisonEnded { unit, account, on } => connection
            .prepare_cached("UPDATE view_liaison SET last = ?3 WHERE account = ?1 AND unit = ?2")?
            .execute((number(account.0), number(unit.0), on.number()))
            .map(drop),
        _ => Ok(()),
    }
}

const COLUMNS: &str = "id, name, code, kind, district, address";

fn read(row: &Row<'_>) -> rusqlite::Result<UnitRow> {
    Ok(UnitRow {
        id: UnitId(id(row.get(0)?)),
        name: row.get(1)?,
        code: row.get(2)?,
        kind: row.get(3)?,
        district: row.get(4)?,
        address: row.get(5)?,
    })
}

impl Reader<'_> {
    /// The unit.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn unit(&self, unit: UnitId) -> Result<Option<UnitRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_unit WHERE id = ?1"))?;
        Ok(query.query_row([number(unit.0)], read).optional()?)
    }

    /// The unit with this unified social credit code.
    pub fn unit_by_code(&self, code: &str) -> Result<Option<UnitRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_unit WHERE code = ?1"))?;
        Ok(query.query_row([code], read).optional()?)
    }

    /// Units whose name contains `text` (all where it is empty) or whose code begins with it, by name.
    pub fn find_units(&self, text: &str, skip: u32, limit: u32) -> Result<Vec<UnitRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_unit WHERE ?1 = '' OR instr(name, ?1) > 0 OR instr(code, ?1) = 1 \
             ORDER BY name, id LIMIT ?3 OFFSET ?2"
        ))?;
        let rows = query.query_map((text.trim(), skip, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The units an account may act for on a day.
    pub fn units_of_liaison(&self, account: AccountId, on: Day) -> Result<Vec<UnitRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_unit WHERE id IN (SELECT unit FROM view_liaison \
             WHERE account = ?1 AND first <= ?2 AND (last IS NULL OR last >= ?2)) ORDER BY name, id"
        ))?;
        let rows = query.query_map((number(account.0), on.number()), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
