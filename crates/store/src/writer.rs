//! The one writer: takes all that waits, keeps it in one transaction, answers once it is on the disk.
//!
//! Whether a request can be kept is found out before its first event is written: is the key free, do the versions
//! hold. There is only one writer, so what was found stays true, and a refused request leaves nothing to undo in the
//! transaction it shares with others, which spares every request a savepoint. Should a row be refused all the same,
//! the whole transaction is undone and every request gets one of its own, so that only the faulty one fails.

use crate::append::{Append, AppendError, Receipt, Trouble};
use crate::log_mover::{self, LogMover, Rest};
use crate::options::Options;
use crate::place::{Next, Placing};
use crate::streams::Streams;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError};
use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Name of the writer's thread, as the system shows it.
pub(crate) const WRITER_THREAD: &str = "store-writer";

/// Spans of events that are moved into their tables in one commit at the end.
const CLOSING_SPANS: usize = 200_000;

/// Batches that wait for the sweeper at most. To give back the many small pieces of a request takes a quarter as long as
/// to keep it, so another thread than the one that everybody waits for does it.
const SWEEP_MAX: usize = 4;

type Reply<T> = Box<dyn FnOnce(T) + Send>;
type AppendReply = Reply<Result<Receipt, AppendError>>;

/// Why work on the tables beside the events was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Too much waits already.
    #[error("the store has as many requests waiting as it takes; nothing was done, ask again in a moment")]
    Busy,
    /// Disk or machine.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// A table refused the row, which is a fault of the program.
    #[error("a table refused the row, which is a fault of the program: {0}; nothing was kept")]
    Defect(String),
}

enum Job {
    Append(Append, AppendReply),
    Work(Box<dyn Work>),
    Stop,
}

/// Work on the tables beside the events; see [`Writer::write`].
trait Work: Send {
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()>;
    fn finish(self: Box<Self>, outcome: Result<(), WriteError>);
}

struct TypedWork<T, F> {
    work: F,
    value: Option<T>,
    reply: Sender<Result<T, WriteError>>,
}

impl<T: Send, F: FnMut(&Connection) -> rusqlite::Result<T> + Send> Work for TypedWork<T, F> {
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.value = Some((self.work)(connection)?);
        Ok(())
    }

    fn finish(self: Box<Self>, outcome: Result<(), WriteError>) {
        let TypedWork { value, reply, .. } = *self;
        let outcome = outcome.and_then(|()| value.ok_or(WriteError::Trouble(Trouble::Closed)));
        // Nobody hears this only if the waiting thread died.
        let _ = reply.send(outcome);
    }
}

/// The caller's side of the writer.
pub(crate) struct Writer {
    queue: Sender<Job>,
    thread: Option<JoinHandle<()>>,
    sweeper: Option<JoinHandle<()>>,
    stopped: Arc<Mutex<Option<String>>>,
}

impl Writer {
    pub(crate) fn start(
        mut connection: Connection,
        log_mover: Connection,
        streams: Arc<Streams>,
        options: &Options,
    ) -> rusqlite::Result<Writer> {
        let failed = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
        let (queue, jobs) = crossbeam_channel::bounded(options.queue_max.max(1));
        let (answered, sweep) = crossbeam_channel::bounded::<Vec<Append>>(SWEEP_MAX);
        let sweeper = std::thread::Builder::new()
            .name("store-sweeper".to_owned())
            .spawn(move || sweep.into_iter().for_each(drop))
            .map_err(failed)?;
        let stopped = Arc::new(Mutex::new(None));
        let log_pages = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&log_pages);
        // The hook takes the place of SQLite's own checkpoint, which would run before the answers are given.
        connection.wal_hook(Some(move |_: &mut Wal, pages: i32| {
            counter.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        let next = Next::read(&connection)?;
        let desk = Desk {
            connection,
            log_mover: LogMover::start(log_mover).map_err(failed)?,
            jobs,
            answered,
            batch_max: options.batch_max.max(1),
            checkpoint_pages: options.checkpoint_pages,
            quiet: options.quiet,
            log_pages,
            stopped: Arc::clone(&stopped),
            streams,
            next,
        };
        let thread = std::thread::Builder::new()
            .name(WRITER_THREAD.to_owned())
            .spawn(move || desk.run())
            .map_err(failed)?;
        Ok(Writer { queue, thread: Some(thread), sweeper: Some(sweeper), stopped })
    }

    pub(crate) fn submit(&self, append: Append, reply: AppendReply) {
        match self.queue.try_send(Job::Append(append, reply)) {
            Ok(()) => {}
            Err(TrySendError::Full(job)) => job.refuse(&WriteError::Busy),
            Err(TrySendError::Disconnected(job)) => job.refuse(&WriteError::Trouble(Trouble::Closed)),
        }
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, WriteError> {
        let (reply, wait) = crossbeam_channel::bounded(1);
        match self.queue.try_send(Job::Work(Box::new(TypedWork { work, value: None, reply }))) {
            Ok(()) => {}
            Err(TrySendError::Full(job)) => job.refuse(&WriteError::Busy),
            Err(TrySendError::Disconnected(job)) => job.refuse(&WriteError::Trouble(Trouble::Closed)),
        }
        wait.recv().unwrap_or(Err(WriteError::Trouble(Trouble::Closed)))
    }

    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn queue_max(&self) -> usize {
        self.queue.capacity().unwrap_or(usize::MAX)
    }

    pub(crate) fn stopped(&self) -> Option<String> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Whoever queued before this is still answered.
        let _ = self.queue.send(Job::Stop);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer died; the file is as of its last commit");
        }
        // It ends with the writer; nothing is in its hands that anybody waits for.
        if let Some(sweeper) = self.sweeper.take() {
            let _ = sweeper.join();
        }
    }
}

impl Job {
    fn refuse(self, why: &WriteError) {
        match self {
            Job::Append(_, reply) => reply(Err(match why {
                WriteError::Busy => AppendError::Busy,
                WriteError::Trouble(trouble) => AppendError::Trouble(trouble.clone()),
                WriteError::Defect(what) => AppendError::Defect(what.clone()),
            })),
            Job::Work(work) => work.finish(Err(why.clone())),
            Job::Stop => {}
        }
    }
}

/// The writer's side: connection, queue, and what it must remember.
struct Desk {
    connection: Connection,
    log_mover: LogMover,
    jobs: Receiver<Job>,
    /// Where requests go that were answered.
    answered: Sender<Vec<Append>>,
    batch_max: usize,
    checkpoint_pages: u32,
    quiet: Duration,
    log_pages: Arc<AtomicU32>,
    stopped: Arc<Mutex<Option<String>>>,
    streams: Arc<Streams>,
    next: Next,
}

/// What a job came to, inside a transaction that is not yet durable.
enum Answer {
    Append(Result<Receipt, AppendError>),
    Work,
}

impl Desk {
    fn run(mut self) {
        loop {
            let first = match self.jobs.recv_timeout(self.quiet) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => {
                    // A quiet moment is the cheapest one. Spans wait on: the more of them, the more share a page.
                    if self.log_pages.load(Ordering::Relaxed) > 0 && !self.log_mover.is_at_work() {
                        self.checkpoint();
                    }
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let mut batch = Vec::new();
            let mut last = false;
            // No waiting for more: while one batch is on its way to the disk the next gathers by itself.
            let mut job = Some(first);
            while let Some(one) = job {
                if matches!(one, Job::Stop) {
                    last = true;
                    break;
                }
                batch.push(one);
                job = if batch.len() < self.batch_max { self.jobs.try_recv().ok() } else { None };
            }
            self.keep(batch);
            if last {
                break;
            }
            match self.log_mover.rest(self.log_pages.load(Ordering::Relaxed), self.checkpoint_pages) {
                Rest::Wait => {}
                Rest::Beside => self.log_mover.begin(),
                Rest::Few => self.checkpoint(),
            }
        }
        self.close();
    }

    /// Keeps a batch and answers everybody in it.
    fn keep(&mut self, mut batch: Vec<Job>) {
        if batch.is_empty() {
            return;
        }
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(why) = stopped {
            let why = WriteError::Trouble(Trouble::Stopped(why));
            batch.into_iter().for_each(|job| job.refuse(&why));
            return;
        }
        match self.transact(&mut batch) {
            Ok(answers) => {
                let mut answered = Vec::with_capacity(batch.len());
                for (job, answer) in batch.into_iter().zip(answers) {
                    match (job, answer) {
                        (Job::Append(append, reply), Answer::Append(outcome)) => {
                            answered.push(append);
                            reply(outcome);
                        }
                        (Job::Work(work), _) => work.finish(Ok(())),
                        _ => {}
                    }
                }
                // Where the sweeper is behind, they are dropped here.
                let _ = self.answered.try_send(answered);
            }
            Err(error) => self.undo(batch, &error),
        }
    }

    /// One transaction over the whole batch. An error means that nothing of it was kept.
    fn transact(&mut self, batch: &mut [Job]) -> rusqlite::Result<Vec<Answer>> {
        let mut placing = Placing::begin(&self.connection, &self.streams, self.next.clone())?;
        let mut answers = Vec::with_capacity(batch.len());
        for job in batch {
            answers.push(match job {
                Job::Append(append, _) => Answer::Append(placing.place(append)?),
                Job::Work(work) => {
                    placing.settle_views()?;
                    work.run(&self.connection)?;
                    Answer::Work
                }
                Job::Stop => Answer::Work,
            });
        }
        self.next = placing.commit()?;
        Ok(answers)
    }

    /// Undoes a failed transaction and decides who hears what.
    fn undo(&mut self, batch: Vec<Job>, error: &rusqlite::Error) {
        if !self.connection.is_autocommit() {
            // A failed statement may have rolled back by itself; where this fails too, the next line finds out.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        let unreadable = Next::read(&self.connection).err().map(|error| Trouble::Stopped(error.to_string()));
        let trouble = unreadable.or_else(|| trouble_of(error));
        match trouble {
            Some(trouble) => {
                tracing::error!(%error, waiting = batch.len(), "a commit failed");
                if let Trouble::Stopped(why) = &trouble {
                    *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(why.clone());
                }
                let why = WriteError::Trouble(trouble);
                batch.into_iter().for_each(|job| job.refuse(&why));
            }
            None if batch.len() == 1 => {
                tracing::error!(%error, "a table refused a request");
                let why = WriteError::Defect(error.to_string());
                batch.into_iter().for_each(|job| job.refuse(&why));
            }
            // One of them is at fault: each gets a transaction of its own.
            None => batch.into_iter().for_each(|job| self.keep(vec![job])),
        }
    }

    /// Moves spans of events that wait in memory into their table. What fails here fails without loss: they wait on.
    fn move_spans(&mut self, count: usize) {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if stopped || self.streams.waiting() == 0 {
            return;
        }
        let moved = Placing::begin(&self.connection, &self.streams, self.next.clone())
            .and_then(|placing| placing.move_spans(count));
        if let Err(error) = moved {
            if !self.connection.is_autocommit() {
                // A failed statement may have rolled back by itself.
                let _ = self.connection.execute_batch("ROLLBACK");
            }
            tracing::warn!(%error, "spans of events could not be moved into their table; they wait on");
        }
    }

    /// Moves what the log still has into the main file, as far as readers allow.
    fn checkpoint(&mut self) {
        let mut mode = CheckpointMode::PASSIVE;
        if log_mover::is_endless(self.log_pages.load(Ordering::Relaxed), self.checkpoint_pages) {
            mode = CheckpointMode::RESTART;
        }
        match self.connection.wal_checkpoint_v2(None::<&str>, mode) {
            Ok((pages, moved)) if pages == moved => {
                self.log_pages.store(0, Ordering::Relaxed);
                self.log_mover.all_moved();
            }
            Ok(_) => {}
            // The log stays and is tried again; answered requests are safe in it.
            Err(error) => tracing::warn!(%error, "the log could not be moved into the main file"),
        }
    }

    fn close(mut self) {
        let mut before = usize::MAX;
        while self.streams.waiting() > 0 && self.streams.waiting() < before {
            before = self.streams.waiting();
            self.move_spans(CLOSING_SPANS);
        }
        self.log_mover.end();
        if let Err(error) = self.connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::TRUNCATE) {
            tracing::warn!(%error, "the log could not be emptied at the end; the next start reads it");
        }
    }
}

/// What the machine did, or `None` where a table refused a row.
fn trouble_of(error: &rusqlite::Error) -> Option<Trouble> {
    let what = error.to_string();
    match error.sqlite_error_code()? {
        ErrorCode::DiskFull => Some(Trouble::DiskFull(what)),
        ErrorCode::OperationInterrupted
        | ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::OutOfMemory => Some(Trouble::Interrupted(what)),
        ErrorCode::SystemIoFailure
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::PermissionDenied => Some(Trouble::Stopped(what)),
        _ => None,
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
pub(crate) mod tests;
