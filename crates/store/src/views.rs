//! Views: what pages ask for, folded from the events in the transaction that keeps them.
//!
//! Views are caches. They may be dropped and folded again at any time and are then the same to the byte, so their
//! shape is no migration: where the program's shape or folding differs from what the file was folded with, opening
//! folds anew. One module a service; each has its tables, its fold and its questions.

mod account;
mod books;
mod case;
mod certificate;
mod entry;
mod filing;
mod payment;
mod person;
mod provider;
mod region;
mod settlement;
mod sheet;
mod takings;
mod unit;
mod visit;

pub use account::AccountRow;
pub(crate) use books::TURNOVER;
pub use case::{CaseCount, CaseFilter, CaseRow, ClockRow, Place, Stage};
pub use certificate::CertificateRow;
pub use entry::{BalanceRow, EntryPlace, EntryRow, KindRow};
pub use filing::FilingRow;
pub use payment::{BankFileRow, PaymentRow};
pub use person::PersonRow;
pub use provider::{AgreementTold, ProviderRow};
pub use region::{MessageRow, RegionRow, RemoteRow};
pub use settlement::{SettlementRow, YearRow};
pub use takings::Taking;
pub use unit::UnitRow;
pub use visit::VisitRow;

use crate::read::{RECORDED, ReadError, Reader};
use agency::{Event, IdKind, Ids};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use terms::Moment;

/// Raised whenever a fold changes without its tables changing, so that files are folded anew.
const FOLD: u32 = 3;

/// One service's part of the views.
struct View {
    /// Its tables, children before parents.
    tables: &'static [&'static str],
    /// Makes them.
    sql: &'static str,
    /// Folds one event; other services' events change nothing.
    fold: fn(&Connection, &Happened<'_>) -> rusqlite::Result<()>,
}

const VIEWS: &[View] = &[
    person::VIEW,
    unit::VIEW,
    provider::VIEW,
    certificate::VIEW,
    filing::VIEW,
    account::VIEW,
    case::VIEW,
    settlement::VIEW,
    books::VIEW,
    entry::VIEW,
    visit::VIEW,
    region::VIEW,
    sheet::VIEW,
    takings::VIEW,
    payment::VIEW,
];

/// An event as the folds see it.
pub(crate) struct Happened<'a> {
    /// Its number.
    pub(crate) seq: i64,
    /// When it was decided.
    pub(crate) at: Moment,
    /// The stream it belongs to.
    pub(crate) stream: &'a str,
    /// What happened.
    pub(crate) event: &'a Event,
}

/// Folds the events of one transaction. What many of them add to the same few rows is gathered and written once, in
/// the order of its key, by [`Folding::finish`]: random writes are what a large office pays for.
pub(crate) struct Folding<'c> {
    connection: &'c Connection,
    books: books::Books,
    takings: takings::Takings,
}

impl<'c> Folding<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Folding<'c> {
        Folding { connection, books: books::Books::default(), takings: takings::Takings::default() }
    }

    /// Folds one event into every view.
    pub(crate) fn fold(&mut self, happened: &Happened<'_>) -> rusqlite::Result<()> {
        self.books.add(happened);
        self.takings.add(self.connection, happened)?;
        VIEWS.iter().try_for_each(|view| (view.fold)(self.connection, happened))
    }

    /// Writes what was gathered.
    pub(crate) fn finish(self) -> rusqlite::Result<()> {
        self.books.write(self.connection)?;
        self.takings.write(self.connection)
    }
}

/// Sums by day lie in two tables: those of the newest day together in `<table>_newest`, all others by whom they belong
/// to. Where the day that comes is newer, the newest go to the others. The newest day from now on.
fn newest_day(connection: &Connection, table: &str, coming: i32) -> rusqlite::Result<i32> {
    let newest: Option<i32> = connection
        .prepare_cached(&format!("SELECT day FROM {table}_newest LIMIT 1"))?
        .query_row([], |row| row.get(0))
        .optional()?;
    if newest.is_some_and(|newest| newest < coming) {
        // The columns of both have the same order.
        connection
            .prepare_cached(&format!("INSERT INTO {table} SELECT * FROM {table}_newest"))?
            .execute([])?;
        connection.prepare_cached(&format!("DELETE FROM {table}_newest"))?.execute([])?;
    }
    Ok(newest.map_or(coming, |newest| newest.max(coming)))
}

/// Names the shape and the folding of all views.
fn fingerprint() -> String {
    let mut hash = Sha256::new();
    hash.update(FOLD.to_be_bytes());
    for view in VIEWS {
        hash.update(view.sql.as_bytes());
    }
    let mut text = String::new();
    for byte in &hash.finalize()[..8] {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether the file's views were folded by this program's folds.
pub(crate) fn are_current(connection: &Connection) -> rusqlite::Result<bool> {
    let folded: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE name = 'views'", [], |row| row.get(0))
        .optional()?;
    Ok(folded.is_some_and(|folded| folded == fingerprint()))
}

/// How far folding anew has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Events folded.
    pub done: i64,
    /// Events there are.
    pub total: i64,
}

/// Drops every view and folds all events anew. Belongs into one transaction: whoever reads meanwhile sees the old
/// views, and after a crash they are still there.
pub(crate) fn rebuild(connection: &Connection, progress: &mut dyn FnMut(Progress)) -> rusqlite::Result<()> {
    // Tables of shapes long gone go too: everything that no migration made is a view.
    let mut gone = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name LIKE 'view\\_%' \
         ESCAPE '\\'",
    )?;
    let gone: Vec<String> = gone.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for table in gone {
        connection.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    for view in VIEWS {
        connection.execute_batch(view.sql)?;
    }
    let total = connection.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))?;
    let mut events = connection.prepare(&format!("SELECT {RECORDED} FROM event ORDER BY seq"))?;
    let mut rows = events.query([])?;
    let mut folding = Folding::new(connection);
    while let Some(row) = rows.next()? {
        let recorded = crate::read::recorded(row)?;
        let event = recorded.event().map_err(|error| {
            let what = format!("event {} cannot be read: {error}", recorded.seq);
            rusqlite::Error::ToSqlConversionFailure(what.into())
        })?;
        let (seq, stream) = (recorded.seq, recorded.stream.as_str());
        folding.fold(&Happened { seq, at: recorded.at, stream, event: &event })?;
        if recorded.seq % 1_000 == 0 || recorded.seq == total {
            std::mem::replace(&mut folding, Folding::new(connection)).finish()?;
            progress(Progress { done: recorded.seq, total });
        }
    }
    connection
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES ('views', ?1) ON CONFLICT DO UPDATE SET value = ?1",
        )?
        .execute([fingerprint()])?;
    Ok(())
}

impl Reader<'_> {
    /// The next numbers of everything, as a decision made now would take them. Another decision may take the same
    /// before it is kept; the loser meets a version conflict and decides again.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn next_ids(&self) -> Result<Ids, ReadError> {
        let mut ids = Ids::default();
        for kind in IdKind::ALL {
            let table = match kind {
                IdKind::Person => "view_person",
                IdKind::Unit => "view_unit",
                IdKind::Provider => "view_provider",
                IdKind::Certificate => "view_certificate",
                IdKind::Case => "view_case",
                IdKind::Filing => "view_filing",
                IdKind::Settlement => "view_settlement",
                IdKind::Account => "view_account",
                IdKind::Visit => "view_visit",
                IdKind::Remote => "view_remote",
            };
            let highest = |column: &str, table: &str| -> Result<u64, ReadError> {
                let mut query = self.prepare(&format!("SELECT coalesce(max({column}), 0) FROM {table}"))?;
                Ok(query.query_row([], |row| row.get(0)).map(id)?)
            };
            let mut last = highest("id", table)?;
            if kind == IdKind::Settlement {
                // Bills that another region settles have numbers of ours on their visits.
                last = last.max(highest("settlement", "view_remote")?);
            }
            ids.go_on_after(kind, last);
        }
        Ok(ids)
    }

    /// Every row of every view as text, in a fixed order: what two folds of the same events must agree on. For tests
    /// and for comparing a restored office; as large as the views are.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn views_as_text(&self) -> Result<String, ReadError> {
        Ok(dump(self.connection())?)
    }
}

fn dump(connection: &Connection) -> rusqlite::Result<String> {
    let mut text = String::new();
    for table in VIEWS.iter().flat_map(|view| view.tables) {
        let mut query = connection.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = query.column_count();
        let order = (1..=columns).map(|column| column.to_string()).collect::<Vec<_>>().join(", ");
        query = connection.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            text.push_str(table);
            for column in 0..columns {
                // Writing to a String cannot fail.
                let _ = match row.get_ref(column)? {
                    ValueRef::Null => write!(text, "|"),
                    ValueRef::Integer(number) => write!(text, "|{number}"),
                    ValueRef::Real(number) => write!(text, "|{number}"),
                    ValueRef::Text(bytes) => write!(text, "|{}", String::from_utf8_lossy(bytes)),
                    ValueRef::Blob(bytes) => write!(text, "|{bytes:02x?}"),
                };
            }
            text.push('\n');
        }
    }
    Ok(text)
}

/// Ids are counted from one and never come near the end of an `i64`, which is what the file stores.
pub(crate) fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// The id a stored number stands for.
pub(crate) fn id(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests;
