//! Hospitals and pharmacies, and when they were designated.

use super::{Happened, View, id, number};
use crate::read::{ReadError, Reader};
use agency::{Event, ProviderId};
use rusqlite::{Connection, OptionalExtension, Row};
use terms::Day;

pub(super) const VIEW: View = View {
    tables: &["view_provider", "view_designation", "view_agreement_pause", "view_agreement_told"],
    sql: "
CREATE TABLE view_provider (
    id     INTEGER PRIMARY KEY,
    code   TEXT    NOT NULL UNIQUE,
    name   TEXT    NOT NULL,
    kind   TEXT    NOT NULL,
    hosp_lv TEXT    NOT NULL,
    region TEXT    NOT NULL,
    refers INTEGER NOT NULL
) STRICT;
CREATE TABLE view_designation (
    provider INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER,
    article  TEXT    NOT NULL,
    PRIMARY KEY (provider, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_agreement_pause (
    provider INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (provider, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_agreement_told (
    provider INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    over     INTEGER NOT NULL,
    PRIMARY KEY (provider, last)
) STRICT, WITHOUT ROWID;
",
    fold,
};

/// A hospital or pharmacy in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRow {
    /// Which.
    pub id: ProviderId,
    /// `fixmedins_code`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `hospital`, `pharmacy`, by the packs' codes.
    pub kind: String,
    /// `hosp_lv` of the national list.
    pub hosp_lv: String,
    /// Division code of the region it lies in.
    pub region: String,
    /// Whether it undertakes referral business.
    pub refers: bool,
    /// Designated on the day that was asked about.
    pub designated: bool,
}

/// Word that an agreement ends, as it stands on desks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementTold {
    /// Whose.
    pub provider: ProviderId,
    /// Its name.
    pub name: String,
    /// The agreement's last day.
    pub last: Day,
    /// It has passed.
    pub over: bool,
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    match happened.event {
        Event::ProviderRegistered(provider) => connection
            .prepare_cached(
                "INSERT INTO view_provider (id, code, name, kind, hosp_lv, region, refers) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                number(provider.provider.0),
                &provider.code,
                &provider.name,
                &provider.provider_kind,
                &provider.hosp_lv,
                &provider.region,
                provider.refers,
            ))
            .map(drop),
        Event::ProviderDesignated { provider, designation } => connection
            .prepare_cached(
                "INSERT INTO view_designation (provider, number, first, last, article) VALUES (?1, \
                 (SELECT coalesce(max(number), 0) + 1 FROM view_designation WHERE provider = ?1), ?2, ?3, ?4)",
            )?
            .execute((
                number(provider.0),
                designation.from.number(),
                designation.to.map(Day::number),
                designation.article.to_string(),
            ))
            .map(drop),
        // What ends are all agreements that would go on, as `agency::provider` folds it.
        Event::ProviderDesignationEnded { provider, on, .. } => connection
            .prepare_cached(
                "UPDATE view_designation SET last = ?2 WHERE provider = ?1 AND (last IS NULL OR last > ?2)",
            )?
            .execute((number(provider.0), on.number()))
            .map(drop),
        Event::ProviderSuspended { provider, suspension } => connection
            .prepare_cached(
                "INSERT INTO view_agreement_pause (provider, number, first, last) VALUES (?1, \
                 (SELECT coalesce(max(number), 0) + 1 FROM view_agreement_pause WHERE provider = ?1), ?2, ?3)",
            )?
            .execute((number(provider.0), suspension.from.number(), suspension.to.number()))
            .map(drop),
        Event::ProviderResumed { provider, on, .. } => connection
            .prepare_cached(
                "UPDATE view_agreement_pause SET last = ?2 - 1 WHERE provider = ?1 AND last >= ?2",
            )?
            .execute((number(provider.0), on.number()))
            .map(drop),
        Event::ProviderTold { provider, last, over, .. } => connection
            .prepare_cached(
                "INSERT INTO view_agreement_told (provider, last, over) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (provider, last) DO UPDATE SET over = excluded.over",
            )?
            .execute((number(provider.0), last.number(), over))
            .map(drop),
        Event::ProviderChanged { provider, changes, .. } => connection
            .prepare_cached(
                "UPDATE view_provider SET name = coalesce(?2, name), hosp_lv = coalesce(?3, hosp_lv) WHERE id = ?1",
            )?
            .execute((number(provider.0), changes.get("name"), changes.get("hosp_lv")))
            .map(drop),
        _ => Ok(()),
    }
}

const COLUMNS: &str = "id, code, name, kind, hosp_lv, region, refers, EXISTS (SELECT 1 FROM view_designation \
     WHERE provider = view_provider.id AND first <= ?1 AND (last IS NULL OR last >= ?1)) AND NOT EXISTS (SELECT 1 FROM \
     view_agreement_pause WHERE provider = view_provider.id AND first <= ?1 AND last >= ?1)";

fn read(row: &Row<'_>) -> rusqlite::Result<ProviderRow> {
    Ok(ProviderRow {
        id: ProviderId(id(row.get(0)?)),
        code: row.get(1)?,
        name: row.get(2)?,
        kind: row.get(3)?,
        hosp_lv: row.get(4)?,
        region: row.get(5)?,
        refers: row.get(6)?,
        designated: row.get(7)?,
    })
}

impl Reader<'_> {
    /// The provider, as it stood on this day.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn provider(&self, provider: ProviderId, on: Day) -> Result<Option<ProviderRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_provider WHERE id = ?2"))?;
        Ok(query.query_row((on.number(), number(provider.0)), read).optional()?)
    }

    /// The provider with this `fixmedins_code`, as it stood on this day.
    pub fn provider_by_code(&self, code: &str, on: Day) -> Result<Option<ProviderRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_provider WHERE code = ?2"))?;
        Ok(query.query_row((on.number(), code), read).optional()?)
    }

    /// Providers whose name contains `text` (all where it is empty) or whose code begins with it, by name, as they
    /// stood on this day.
    pub fn find_providers(&self, text: &str, on: Day, limit: u32) -> Result<Vec<ProviderRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_provider WHERE ?2 = '' OR instr(name, ?2) > 0 OR instr(code, ?2) = 1 \
             ORDER BY name, id LIMIT ?3"
        ))?;
        let rows = query.query_map((on.number(), text.trim(), limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Providers whose last agreement ends on or before this day.
    pub fn agreements_ending(&self, by: Day) -> Result<Vec<ProviderId>, ReadError> {
        let mut query = self.prepare(
            "SELECT provider FROM view_designation GROUP BY provider \
             HAVING count(*) = count(last) AND max(last) <= ?1 ORDER BY provider",
        )?;
        let rows = query.query_map([by.number()], |row| Ok(ProviderId(id(row.get(0)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What was told of agreements that end, or ended on or after this day, and that nothing follows; the first to end
    /// first. Of one provider, or of all.
    pub fn agreements_told(
        &self,
        of: Option<ProviderId>,
        since: Day,
    ) -> Result<Vec<AgreementTold>, ReadError> {
        let mut query = self.prepare(
            "SELECT told.provider, name, told.last, over FROM view_agreement_told AS told \
             JOIN view_provider ON view_provider.id = told.provider \
             WHERE told.last >= ?1 AND (?2 IS NULL OR told.provider = ?2) \
             AND EXISTS (SELECT 1 FROM view_designation AS own WHERE own.provider = told.provider AND own.last = told.last) \
             AND NOT EXISTS (SELECT 1 FROM view_designation AS later WHERE later.provider = told.provider \
             AND (later.last IS NULL OR later.last > told.last)) ORDER BY told.last, told.provider",
        )?;
        let rows = query.query_map((since.number(), of.map(|of| number(of.0))), |row| {
            Ok(AgreementTold {
                provider: ProviderId(id(row.get(0)?)),
                name: row.get(1)?,
                last: Day::from_number(row.get(2)?),
                over: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
