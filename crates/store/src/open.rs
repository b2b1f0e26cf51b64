//! Opening: whose file is this, is it whole, is it ours to write?
//!
//! Everything that can be wrong is looked at before anything is written, so a file that is refused is left as it was.

use crate::append::{Append, AppendError, Receipt, Trouble};
use crate::lock::{self, OfficeLock};
use crate::migrate::{self, APPLICATION_ID, MigrateError};
use crate::open_error::OpenError;
use crate::options::Options;
use crate::read::{ReadError, Reader, Readers};
use crate::streams::Streams;
use crate::verify;
use crate::views::{self, Progress};
use crate::wal::{self, WalSurvey};
use crate::witness;
use crate::writer::{WriteError, Writer};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Name of the one file inside the office's directory.
pub(crate) const FILE: &str = "office.db";
const WAL_FILE: &str = "office.db-wal";

/// What opening found and did, for the log and the first page.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// True where there was no office in the directory before.
    pub created: bool,
    /// The shape the file had, where it was brought to a newer one.
    pub migrated_from: Option<u32>,
    /// What the log held, where the last process did not close.
    pub recovered: Option<WalSurvey>,
    /// Where a damaged log was copied to before SQLite wrote over it.
    pub damaged_log: Option<PathBuf>,
    /// True where the views were of another shape and were folded anew from the events.
    pub refolded: bool,
    /// Number of the last event.
    pub last_seq: i64,
}

/// An open office.
///
/// Clones of an `Arc<Store>` are what threads share. Dropping the last one answers whoever still waits, empties the
/// log and lets go of the file.
pub struct Store {
    // Dropped in this order: readers must be gone before the writer empties the log, the lock goes last.
    readers: Readers,
    writer: Writer,
    streams: Arc<Streams>,
    opening: Opening,
    path: PathBuf,
    _lock: OfficeLock,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the office in `dir`, or founds one where there is none.
    ///
    /// # Errors
    /// Every [`OpenError`]; the file is then as it was.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "options are written where the store is opened and used up"
    )]
    pub fn open(dir: &Path, options: Options) -> Result<Store, OpenError> {
        std::fs::create_dir_all(dir).map_err(|source| OpenError::directory(dir, &source))?;
        let lock = lock::take(dir)?;
        let path = dir.join(FILE);
        let created = look_at_header(dir, &path)?;
        let wal_path = dir.join(WAL_FILE);
        let recovered = wal::survey(&wal_path).map_err(|source| OpenError::directory(dir, &source))?;
        let damaged_log = match recovered {
            Some(survey) if survey.is_loss() => Some(keep_damaged_log(dir, &wal_path)?),
            _ => None,
        };

        let failed = |error: rusqlite::Error| sql_failed(&path, &error);
        if !created {
            look_inside(&path, recovered.is_some())?;
        }
        let connect = || -> rusqlite::Result<Connection> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags)?;
            prepare_writer(&connection, &options)?;
            Ok(connection)
        };
        let connection = connect().map_err(failed)?;
        let from = migrate::migrate(&connection).map_err(|error| match error {
            MigrateError::Sql(error) => sql_failed(&path, &error),
            MigrateError::Check { step, fault } => {
                OpenError::Migration { path: path.clone(), step: step.to_owned(), what: fault }
            }
        })?;
        witness::catch_up(&connection).map_err(failed)?;
        let refolded = fold_anew_if_needed(&connection).map_err(failed)? && !created;
        let last_seq = connection
            .query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))
            .map_err(failed)?;
        let streams =
            Streams::read(&connection, options.readers, options.spans_waiting_max).map_err(failed)?;
        let streams = Arc::new(streams);
        let readers = Readers::open(&path, Arc::clone(&streams), options.readers).map_err(failed)?;
        let log_mover = connect().map_err(failed)?;
        let writer = Writer::start(connection, log_mover, Arc::clone(&streams), &options).map_err(failed)?;
        let migrated_from = (!created && from < migrate::newest()).then_some(from);
        let opening = Opening { created, migrated_from, recovered, damaged_log, refolded, last_seq };
        Ok(Store { readers, writer, streams, opening, path, _lock: lock })
    }

    /// What opening found and did.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The one file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a request and waits until it is on the disk.
    ///
    /// # Errors
    /// Every [`AppendError`]; only after [`AppendError::Trouble`] is it uncertain whether the request was kept.
    pub fn append(&self, append: Append) -> Result<Receipt, AppendError> {
        let (answer, wait) = crossbeam_channel::bounded(1);
        self.submit(append, move |outcome| {
            // Nobody hears this only if the waiting thread died.
            let _ = answer.send(outcome);
        });
        wait.recv().unwrap_or(Err(AppendError::Trouble(Trouble::Closed)))
    }

    /// Keeps a request and calls `reply` once it is on the disk or refused; never waits.
    ///
    /// The reply runs on the writer's thread (or at once on this one, where the request is refused unread), so it
    /// must only hand the outcome on.
    pub fn submit(&self, append: Append, reply: impl FnOnce(Result<Receipt, AppendError>) + Send + 'static) {
        match append.check_limits() {
            Ok(()) => self.writer.submit(append, Box::new(reply)),
            Err(error) => reply(Err(error)),
        }
    }

    /// Reads at one moment: everything `look` sees belongs together.
    ///
    /// # Errors
    /// [`ReadError::Busy`] where all readers stay taken for five seconds, and whatever `look` returns.
    pub fn read<T>(&self, look: impl FnOnce(&Reader<'_>) -> Result<T, ReadError>) -> Result<T, ReadError> {
        self.readers.read(look)
    }

    /// Drops the views and folds them anew from the events, in one transaction. `progress` is told now and then.
    ///
    /// # Errors
    /// [`WriteError`]; the views are then as they were.
    pub fn rebuild_views(
        &self,
        mut progress: impl FnMut(Progress) + Send + 'static,
    ) -> Result<(), WriteError> {
        self.write(move |connection| views::rebuild(connection, &mut progress))
    }

    /// Looks through the whole file: pages, references, numbering of the events. Every fault as a sentence; none
    /// where all is well. Reads the whole file once.
    ///
    /// # Errors
    /// [`ReadError`], where looking itself failed.
    pub fn verify(&self) -> Result<Vec<String>, ReadError> {
        self.read(|reader| Ok(verify::faults(reader.connection())?))
    }

    /// Requests waiting for the writer, for the metrics.
    pub fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// Requests that may wait.
    pub fn queue_max(&self) -> usize {
        self.writer.queue_max()
    }

    /// Commits since opening, for the metrics: requests kept divided by this is how many shared one.
    pub fn commits(&self) -> u64 {
        self.streams.commits()
    }

    /// What is known of the events' places, for tests of what a crash leaves.
    #[cfg(test)]
    pub(crate) fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Why nothing more is written, where that is so.
    pub fn stopped(&self) -> Option<String> {
        self.writer.stopped()
    }

    /// Runs work on the writer's connection, in the same transactions as the events. `work` may run twice, where the
    /// commit it was first part of was spoiled by somebody else; only the last run counts.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, WriteError> {
        self.writer.write(work)
    }
}

/// Looks at the first bytes without SQLite; true where there is no file yet.
fn look_at_header(dir: &Path, path: &Path) -> Result<bool, OpenError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(OpenError::directory(dir, &error)),
    };
    let failed = |source: io::Error| OpenError::directory(dir, &source);
    let length = file.metadata().map_err(failed)?.len();
    if length == 0 {
        return Ok(true);
    }
    let mut header = Vec::new();
    Read::by_ref(&mut file).take(100).read_to_end(&mut header).map_err(failed)?;
    let not_a_database =
        |what: &str| OpenError::NotADatabase { path: path.to_owned(), what: what.to_owned() };
    if header.len() < 100 {
        return Err(not_a_database("it is shorter than a database's header"));
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(not_a_database("its first bytes are not those of a database"));
    }
    let word = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    // A process that died while founding the office leaves an empty database that belongs to nobody yet.
    let blank = word(68) == 0 && word(60) == 0 && word(40) == 0;
    let application_id = word(68);
    if application_id != APPLICATION_ID && !blank {
        return Err(OpenError::Foreign { path: path.to_owned(), application_id });
    }
    let found = word(60);
    if found > migrate::newest() {
        return Err(OpenError::Future { path: path.to_owned(), found, known: migrate::newest() });
    }
    let page_size = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        size => size,
    };
    let damaged = |what: String| Err(OpenError::Damaged { path: path.to_owned(), what });
    if page_size < 512 || !page_size.is_power_of_two() {
        return damaged(format!("its header names pages of {page_size} bytes"));
    }
    let pages = u64::from(word(28));
    if length < pages * page_size && !dir.join(WAL_FILE).exists() {
        return damaged(format!("it should have {} bytes and has {length}", pages * page_size));
    }
    Ok(blank)
}

/// Looks through SQLite, read-only, at what every office has, so that damage there is found before the first write.
fn look_inside(path: &Path, has_log: bool) -> Result<(), OpenError> {
    let failed = |error: rusqlite::Error| sql_failed(path, &error);
    // Without a log nobody changes the file while we hold the lock. Saying so keeps SQLite from laying its own
    // helper files beside it. Such a name is an address, in which three characters mean something.
    let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let name = format!("file:{name}{}", if has_log { "" } else { "?immutable=1" });
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(name, flags).map_err(failed)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    if found > migrate::newest() {
        return Err(OpenError::Future { path: path.to_owned(), found, known: migrate::newest() });
    }
    // The ends of the three tables that every request touches: cheap on any size of file.
    // A file of an older shape has no spans yet.
    let spans = if found == migrate::newest() { "(SELECT max(first) FROM span_old)" } else { "NULL" };
    let ends = format!(
        "SELECT (SELECT max(seq) FROM event), (SELECT body FROM event ORDER BY seq DESC LIMIT 1), {spans}, \
         (SELECT max(first_seq) FROM request), (SELECT count(*) FROM meta)"
    );
    connection.query_row(&ends, [], |_| Ok(())).map_err(failed)
}

/// Views of another shape are folded anew before anybody reads them.
fn fold_anew_if_needed(connection: &Connection) -> rusqlite::Result<bool> {
    if views::are_current(connection)? {
        return Ok(false);
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let folded = views::rebuild(connection, &mut |progress| {
        if progress.done % 100_000 == 0 {
            tracing::info!(done = progress.done, total = progress.total, "views are folded anew");
        }
    });
    // Where folding failed the transaction may be gone already; then there is nothing left to undo.
    connection
        .execute_batch(if folded.is_ok() { "COMMIT" } else { "ROLLBACK" })
        .or_else(|error| if folded.is_ok() { Err(error) } else { Ok(()) })?;
    folded.map(|()| true)
}

/// Copies a log that lost something, once, before SQLite writes over it.
fn keep_damaged_log(dir: &Path, wal_path: &Path) -> Result<PathBuf, OpenError> {
    let failed = |source: io::Error| OpenError::directory(dir, &source);
    let mut number = 1;
    loop {
        let copy = dir.join(format!("damaged-log-{number}"));
        if !copy.exists() {
            std::fs::copy(wal_path, &copy).map_err(failed)?;
            return Ok(copy);
        }
        number += 1;
    }
}

pub(crate) fn prepare_writer(connection: &Connection, options: &Options) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    crate::read::plan_once(connection)?;
    // Two settlements of twelve lines fit in 4 KiB, five in 8 KiB. Only a new file takes this.
    connection.pragma_update(None, "page_size", 8_192)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // FULL: an answer is on the disk, not on its way there.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -i64::from(options.cache_mib) * 1_024)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    if let Some(pages) = options.pages_max {
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    connection.set_prepared_statement_cache_capacity(256);
    Ok(())
}

fn sql_failed(path: &Path, error: &rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    let what = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => OpenError::DiskFull { path },
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path, what },
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            OpenError::Directory { dir: path, what }
        }
        _ => OpenError::Damaged { path, what },
    }
}

#[cfg(test)]
mod tests;
