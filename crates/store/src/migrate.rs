//! The file's shape, one numbered folder a step: what to do, what must hold afterwards, and a note.

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::{Connection, Error};

/// `BNLI` in the file's header says that it is ours.
pub(crate) const APPLICATION_ID: u32 = 0x424E_4C49;

/// One step of the file's shape.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// From 1; the file's `user_version` afterwards.
    pub number: u32,
    /// Name of the folder.
    pub name: &'static str,
    /// What it does.
    pub up: &'static str,
    /// Queries whose every row is a fault, separated by `;`.
    pub check: &'static str,
    /// Why, for whoever reads it in twenty years.
    pub note: &'static str,
}

macro_rules! migration {
    ($number:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            up: include_str!(concat!("../migrations/", $name, "/up.sql")),
            check: include_str!(concat!("../migrations/", $name, "/check.sql")),
            note: include_str!(concat!("../migrations/", $name, "/note.md")),
        }
    };
}

/// Every step ever shipped. Steps are added at the end and never changed.
pub(crate) const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001-events"),
    migration!(2, "0002-beside-the-events"),
    migration!(3, "0003-small-events"),
    migration!(4, "0004-packed-spans"),
    migration!(5, "0005-requests-in-order"),
    migration!(6, "0006-witness"),
    migration!(7, "0007-late-spans"),
];

/// The steps whose checks hold in the newest shape; a later step's check takes the place of the others'.
const STANDING: [u32; 5] = [2, 4, 5, 6, 7];

/// The checks of the newest shape.
pub(crate) fn standing() -> impl Iterator<Item = &'static Migration> {
    MIGRATIONS.iter().filter(|step| STANDING.contains(&step.number))
}

/// The newest shape this program knows.
pub(crate) fn newest() -> u32 {
    MIGRATIONS.last().map_or(0, |step| step.number)
}

/// Why the file could not be brought to the newest shape.
#[derive(Debug)]
pub(crate) enum MigrateError {
    /// The database said no.
    Sql(Error),
    /// A step ran but what it promised does not hold.
    Check {
        /// The step.
        step: &'static str,
        /// The first fault.
        fault: String,
    },
}

impl From<Error> for MigrateError {
    fn from(error: Error) -> MigrateError {
        MigrateError::Sql(error)
    }
}

/// Runs the missing steps in one transaction each, so that a step is there whole or not at all.
pub(crate) fn migrate(connection: &Connection) -> Result<u32, MigrateError> {
    let from: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for step in MIGRATIONS.iter().filter(|step| step.number > from) {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = run(connection, step);
        match done {
            Ok(()) => connection.execute_batch("COMMIT")?,
            Err(error) => {
                // A failed statement may have rolled back by itself; then there is nothing left to undo.
                let _ = connection.execute_batch("ROLLBACK");
                return Err(error);
            }
        }
    }
    if from < newest() {
        // The header in the main file must tell the truth before anything else is written, because a later start
        // looks there first.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(from)
}

fn run(connection: &Connection, step: &Migration) -> Result<(), MigrateError> {
    connection.execute_batch(step.up)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", step.number)?;
    match first_fault(connection, step)? {
        None => Ok(()),
        Some(fault) => Err(MigrateError::Check { step: step.name, fault }),
    }
}

/// The first row that a step's check finds.
pub(crate) fn first_fault(connection: &Connection, step: &Migration) -> rusqlite::Result<Option<String>> {
    let mut batch = rusqlite::Batch::new(connection, step.check);
    while let Some(mut query) = batch.next()? {
        let mut rows = query.query([])?;
        if let Some(row) = rows.next()? {
            return row.get(0).map(Some);
        }
    }
    Ok(None)
}
