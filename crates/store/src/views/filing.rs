//! Filings for treatment elsewhere, by person.

use super::{Happened, View, id, number};
use crate::read::{ReadError, Reader};
use agency::{CaseId, Event, FilingId, PersonId, ProviderId};
use rusqlite::{Connection, OptionalExtension, Row};
use terms::Day;

pub(super) const VIEW: View = View {
    tables: &["view_filing"],
    sql: "
CREATE TABLE view_filing (
    id        INTEGER PRIMARY KEY,
    person    INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    region    TEXT    NOT NULL,
    provider  INTEGER,
    first     INTEGER NOT NULL,
    last      INTEGER,
    case_id   INTEGER,
    cancelled INTEGER
) STRICT;
CREATE INDEX view_filing_by_person ON view_filing (person);
",
    fold,
};

/// A filing as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingRow {
    /// Which.
    pub id: FilingId,
    /// Whose.
    pub person: PersonId,
    /// `referral` …, by the packs' codes.
    pub kind: String,
    /// Division code of the region it is for.
    pub region: String,
    /// The hospital it is for; any of the region where none.
    pub provider: Option<ProviderId>,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// The case it comes from; none where a provider sent it.
    pub case: Option<CaseId>,
    /// The day it was cancelled.
    pub cancelled: Option<Day>,
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    match happened.event {
        Event::FilingRegistered(filing) => connection
            .prepare_cached(
                "INSERT INTO view_filing (id, person, kind, region, provider, first, last, case_id) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute((
                number(filing.filing.0),
                number(filing.person.0),
                &filing.filing_kind,
                &filing.region,
                filing.provider.map(|provider| number(provider.0)),
                filing.from.number(),
                filing.to.map(Day::number),
                filing.case.map(|case| number(case.0)),
            ))
            .map(drop),
        Event::FilingCancelled { filing, on } => connection
            .prepare_cached("UPDATE view_filing SET cancelled = ?2 WHERE id = ?1")?
            .execute((number(filing.0), on.number()))
            .map(drop),
        _ => Ok(()),
    }
}

const COLUMNS: &str = "id, person, kind, region, provider, first, last, case_id, cancelled";

fn read(row: &Row<'_>) -> rusqlite::Result<FilingRow> {
    Ok(FilingRow {
        id: FilingId(id(row.get(0)?)),
        person: PersonId(id(row.get(1)?)),
        kind: row.get(2)?,
        region: row.get(3)?,
        provider: row.get::<_, Option<i64>>(4)?.map(|provider| ProviderId(id(provider))),
        from: Day::from_number(row.get(5)?),
        to: row.get::<_, Option<i32>>(6)?.map(Day::from_number),
        case: row.get::<_, Option<i64>>(7)?.map(|case| CaseId(id(case))),
        cancelled: row.get::<_, Option<i32>>(8)?.map(Day::from_number),
    })
}

impl Reader<'_> {
    /// The filing.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn filing(&self, filing: FilingId) -> Result<Option<FilingRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_filing WHERE id = ?1"))?;
        Ok(query.query_row([number(filing.0)], read).optional()?)
    }

    /// Every filing of the person, oldest first.
    pub fn filings_of(&self, person: PersonId) -> Result<Vec<FilingRow>, ReadError> {
        let mut query =
            self.prepare(&format!("SELECT {COLUMNS} FROM view_filing WHERE person = ?1 ORDER BY id"))?;
        let rows = query.query_map([number(person.0)], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
