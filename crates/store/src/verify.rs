//! Looking through a whole file for faults.

use crate::{migrate, streams, witness};
use rusqlite::Connection;

/// Every fault of the file, as a sentence. The first hundred of each kind are enough for anybody.
pub(crate) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut pages = connection.prepare("PRAGMA integrity_check(100)")?;
    for fault in pages.query_map([], |row| row.get::<_, String>(0))? {
        let fault = fault?;
        if fault != "ok" {
            faults.push(format!("the file is damaged: {fault}"));
        }
    }
    let mut references = connection.prepare("PRAGMA foreign_key_check")?;
    let broken = |row: &rusqlite::Row<'_>| {
        let (table, number): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        Ok(format!("row {number:?} of {table} refers to a row that is not there"))
    };
    for fault in references.query_map([], broken)?.take(100) {
        faults.push(fault?);
    }
    for step in migrate::standing() {
        faults.extend(migrate::first_fault(connection, step)?);
    }
    faults.extend(streams::faults(connection)?);
    faults.extend(witness::faults(connection)?);
    Ok(faults)
}
