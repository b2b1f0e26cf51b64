//! Visits to providers, by person and by who lies in which hospital. Their lines stay in the events.

use super::{Happened, View, id, number};
use crate::read::{ReadError, Reader};
use agency::visit::{Setting, VisitEvent};
use agency::{Event, PersonId, ProviderId, VisitId};
use rusqlite::{Connection, OptionalExtension, Row};
use terms::Moment;

pub(super) const VIEW: View = View {
    tables: &["view_visit"],
    sql: "
CREATE TABLE view_visit (
    id        INTEGER PRIMARY KEY,
    person    INTEGER NOT NULL,
    provider  INTEGER NOT NULL,
    setting   TEXT    NOT NULL,
    begntime  INTEGER NOT NULL,
    endtime   INTEGER,
    withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX view_visit_by_person ON view_visit (person);
CREATE INDEX view_visit_in_hospital ON view_visit (provider, begntime)
    WHERE setting = 'inpatient' AND endtime IS NULL AND withdrawn = 0;
",
    fold,
};

/// A visit in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Which.
    pub id: VisitId,
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub provider: ProviderId,
    /// `outpatient`, `inpatient`, `pharmacy`.
    pub setting: String,
    /// Registration, admission or purchase.
    pub begntime: Moment,
    /// Discharge.
    pub endtime: Option<Moment>,
    /// Registration or admission was taken back.
    pub withdrawn: bool,
}

fn word(setting: Setting) -> &'static str {
    match setting {
        Setting::Outpatient => "outpatient",
        Setting::Inpatient => "inpatient",
        Setting::Pharmacy => "pharmacy",
    }
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    let Event::Visit { visit, what } = happened.event else { return Ok(()) };
    let visit = number(visit.0);
    match what {
        VisitEvent::Opened(opened) => connection
            .prepare_cached(
                "INSERT INTO view_visit (id, person, provider, setting, begntime) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((
                visit,
                number(opened.person.0),
                number(opened.provider.0),
                word(opened.setting),
                opened.begntime.0,
            ))
            .map(drop),
        VisitEvent::Discharged { endtime, .. } => connection
            .prepare_cached("UPDATE view_visit SET endtime = ?2 WHERE id = ?1")?
            .execute((visit, endtime.0))
            .map(drop),
        VisitEvent::DischargeCancelled { .. } => connection
            .prepare_cached("UPDATE view_visit SET endtime = NULL WHERE id = ?1")?
            .execute([visit])
            .map(drop),
        VisitEvent::Withdrawn { .. } => connection
            .prepare_cached("UPDATE view_visit SET withdrawn = 1 WHERE id = ?1")?
            .execute([visit])
            .map(drop),
        _ => Ok(()),
    }
}

const COLUMNS: &str = "id, person, provider, setting, begntime, endtime, withdrawn";

fn read(row: &Row<'_>) -> rusqlite::Result<VisitRow> {
    Ok(VisitRow {
        id: VisitId(id(row.get(0)?)),
        person: PersonId(id(row.get(1)?)),
        provider: ProviderId(id(row.get(2)?)),
        setting: row.get(3)?,
        begntime: Moment(row.get(4)?),
        endtime: row.get::<_, Option<i64>>(5)?.map(Moment),
        withdrawn: row.get(6)?,
    })
}

impl Reader<'_> {
    /// The visit.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn visit(&self, visit: VisitId) -> Result<Option<VisitRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_visit WHERE id = ?1"))?;
        Ok(query.query_row([number(visit.0)], read).optional()?)
    }

    /// Every visit of the person that was not withdrawn, oldest first.
    pub fn visits_of(&self, person: PersonId) -> Result<Vec<VisitRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_visit WHERE person = ?1 AND withdrawn = 0 ORDER BY id"
        ))?;
        let rows = query.query_map([number(person.0)], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Who lies in this hospital, admitted in this span, at most `limit`, by admission.
    pub fn in_hospital(
        &self,
        provider: ProviderId,
        (from, to): (Moment, Moment),
        limit: u32,
    ) -> Result<Vec<VisitRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_visit WHERE provider = ?1 AND begntime BETWEEN ?2 AND ?3 \
             AND setting = 'inpatient' AND endtime IS NULL AND withdrawn = 0 ORDER BY begntime LIMIT ?4"
        ))?;
        let rows = query.query_map((number(provider.0), from.0, to.0, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
