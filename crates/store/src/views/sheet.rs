//! Providers' sheets: which stand, by provider, kind and key. What stands in them stays in the events.

use super::{Happened, View, id, number};
use crate::read::{RECORDED, ReadError, Reader, recorded};
use agency::sheet::{Filed, SheetKind};
use agency::{Event, ProviderId};
use rusqlite::Connection;

pub(super) const VIEW: View = View {
    tables: &["view_sheet"],
    sql: "
CREATE TABLE view_sheet (
    provider INTEGER NOT NULL,
    sheet    TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (provider, sheet, key)
) STRICT, WITHOUT ROWID;
",
    fold,
};

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    match happened.event {
        Event::SheetFiled(filed) => connection
            .prepare_cached(
                "INSERT INTO view_sheet (provider, sheet, key, seq) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT DO UPDATE SET seq = ?4",
            )?
            .execute((number(filed.provider.0), filed.sheet.word(), &filed.key, happened.seq))
            .map(drop),
        Event::SheetWithdrawn { provider, sheet, key, .. } => connection
            .prepare_cached("DELETE FROM view_sheet WHERE provider = ?1 AND sheet = ?2 AND key = ?3")?
            .execute((number(provider.0), sheet.word(), key))
            .map(drop),
        _ => Ok(()),
    }
}

impl Reader<'_> {
    /// The provider's sheets of this kind that stand and that `wanted` holds for, by key, `skip` passed over, at most
    /// `limit`; `look` at most are looked at.
    ///
    /// # Errors
    /// [`ReadError::Failed`]; [`ReadError::Unreadable`] where an event is not what this program writes.
    pub fn sheets(
        &self,
        (provider, kind): (ProviderId, SheetKind),
        wanted: impl Fn(&Filed) -> bool,
        (skip, limit, look): (usize, usize, u32),
    ) -> Result<Vec<Filed>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {RECORDED} FROM event JOIN (SELECT seq AS filed, key FROM view_sheet \
             WHERE provider = ?1 AND sheet = ?2 ORDER BY key LIMIT ?3) ON filed = seq ORDER BY key"
        ))?;
        let mut rows = query.query((number(provider.0), kind.word(), look))?;
        let (mut passed, mut found) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            let Event::SheetFiled(filed) = recorded(row)?.event()? else { continue };
            if !wanted(&filed) {
                continue;
            }
            passed += 1;
            if passed > skip {
                found.push(*filed);
            }
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    /// How many sheets of each provider stand of this kind.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn count_sheets(&self, provider: ProviderId, kind: SheetKind) -> Result<u64, ReadError> {
        let mut query = self.prepare("SELECT count(*) FROM view_sheet WHERE provider = ?1 AND sheet = ?2")?;
        Ok(query.query_row((number(provider.0), kind.word()), |row| row.get(0)).map(id)?)
    }
}
