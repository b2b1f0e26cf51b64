//! Measuring the store against bare SQLite, for `banli bench store`.
//!
//! The same settlements are kept twice in one run: by the store, asked by many callers, each answered once its request
//! is on the disk; and by plain prepared statements that insert the very same rows, in batches of the same size, with
//! nothing looked up, nothing checked and nobody answered. What callers do before asking (deciding, writing the JSON)
//! is done beforehand for both.

mod bare;
mod postgres;
mod work;

use crate::append::{AppendError, Receipt};
use crate::log_mover::LOG_MOVER_THREAD;
use crate::open::Store;
use crate::open_error::OpenError;
use crate::options::Options;
use crate::writer::WRITER_THREAD;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use work::Work;

/// What is to be measured.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Settlements in all.
    pub settlements: u64,
    /// People they are spread over, evenly and in no order.
    pub people: u64,
    /// Callers that wait for their answer before they ask again.
    pub callers: usize,
    /// A PostgreSQL server that keeps the same rows in the same run, as `psql` takes it; none where left away.
    pub postgres: Option<String>,
    /// Only the store, for runs that would fill the disk twice.
    pub alone: bool,
    /// How the store is to run. The bare batches are as large as the store's commits were on average.
    pub options: Options,
}

/// What was measured.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Settlements.
    pub settlements: u64,
    /// Time of the store.
    pub store: Duration,
    /// Time of bare SQLite.
    pub bare: Duration,
    /// Time on the processor of the store's writer and of what moves its log; nothing where the system does not tell.
    pub store_processor: Option<Duration>,
    /// Time of bare SQLite on the processor.
    pub bare_processor: Option<Duration>,
    /// Time of PostgreSQL, and bytes of its tables with their indexes.
    pub postgres: Option<(Duration, u64)>,
    /// Store's time for each tenth of the settlements, in order.
    pub tenths: Vec<Duration>,
    /// Time of the store's writer on the processor for each tenth; nothing where the system does not tell.
    pub tenths_processor: Vec<Duration>,
    /// Bare SQLite's time for each tenth.
    pub bare_tenths: Vec<Duration>,
    /// Commits of the store.
    pub commits: u64,
    /// From asking to the answer: half of the answers came within this.
    pub median: Duration,
    /// Ninety-nine of a hundred answers came within this.
    pub percentile_99: Duration,
    /// Times a caller heard `Busy` and asked again.
    pub busy: u64,
    /// Size of the store's file at the end, log included, in bytes.
    pub bytes: u64,
    /// Size of the bare file at the end, log included, in bytes.
    pub bare_bytes: u64,
    /// Time to open the store's file again.
    pub opening: Duration,
}

/// What the store took for the settlements since the mark before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mark {
    /// Settlements stored by now.
    pub stored: u64,
    /// How many of them since the mark before.
    pub since: u64,
    /// The writer's time on the processor for them.
    pub writer: Duration,
    /// The time of the thread that moves the log into the file.
    pub log_mover: Duration,
    /// Bytes they wrote for them, into log and file; no machine's speed is in this.
    pub written: u64,
}

/// Why a measurement failed.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The store could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store refused a settlement.
    #[error("the store refused a settlement: {0}")]
    Refused(#[from] AppendError),
    /// Bare SQLite failed.
    #[error("bare SQLite failed: {0}")]
    Bare(#[from] rusqlite::Error),
    /// The two files do not hold the same.
    #[error("the store and bare SQLite do not hold the same rows: {0}")]
    Different(String),
    /// The disk failed.
    #[error("the disk failed: {0}")]
    Disk(#[from] std::io::Error),
    /// Whoever heard of the progress wanted no more.
    #[error("stopped before its end; lines that were told stand")]
    Stopped,
}

/// Settlements that are made ready at once, so that memory stays bounded.
const PORTION: u64 = 10_000;

/// Measures both in `dir`, which must be empty; `progress` hears of settlements kept, of twice as many as planned, and
/// of marks: after 10, 20, 50, 100 thousand and so on. Where it breaks off, so does the measurement.
///
/// # Errors
/// [`BenchError`].
pub fn settlements(
    dir: &Path,
    plan: &Plan,
    progress: &mut dyn FnMut(u64, Option<Mark>) -> ControlFlow<()>,
) -> Result<Measured, BenchError> {
    let mut tell = |count, mark| match progress(count, mark) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(BenchError::Stopped),
    };
    let store_dir = dir.join("store");
    let store = Store::open(&store_dir, plan.options.clone())?;
    let mut work = Work::new(plan.people);
    let mut measured = Measured {
        settlements: plan.settlements,
        store: Duration::ZERO,
        bare: Duration::ZERO,
        store_processor: None,
        bare_processor: None,
        postgres: None,
        tenths: vec![Duration::ZERO; 10],
        tenths_processor: vec![Duration::ZERO; 10],
        bare_tenths: vec![Duration::ZERO; 10],
        commits: 0,
        median: Duration::ZERO,
        percentile_99: Duration::ZERO,
        busy: 0,
        bytes: 0,
        bare_bytes: 0,
        opening: Duration::ZERO,
    };
    let portion = PORTION.min(plan.settlements.div_ceil(10)).max(1);
    let tenth = |done: u64| usize::try_from(done * 10 / plan.settlements.max(1)).unwrap_or(9).min(9);
    let mut waits = Vec::new();
    let mut last = Mark::default();

    let mut done = 0;
    while done < plan.settlements {
        let count = portion.min(plan.settlements - done);
        let processor = writer_processor_time();
        let took = keep(&store, &mut work, count, plan.callers, &mut waits, &mut measured.busy)?;
        if let Some(after) = writer_processor_time() {
            // Before its first commit the thread has told nothing yet.
            measured.tenths_processor[tenth(done)] += after.saturating_sub(processor.unwrap_or_default());
        }
        measured.store += took;
        measured.tenths[tenth(done)] += took;
        done += count;
        let mark = is_marked(done).then(|| so_far(done)).flatten().map(|now| {
            let before = std::mem::replace(&mut last, now);
            Mark {
                since: done - before.stored,
                writer: now.writer.saturating_sub(before.writer),
                log_mover: now.log_mover.saturating_sub(before.log_mover),
                written: now.written.saturating_sub(before.written),
                ..now
            }
        });
        tell(count, mark)?;
    }
    measured.commits = store.commits();
    measured.store_processor = so_far(done).map(|now| now.writer + now.log_mover);
    measured.bytes = size(&store_dir)?;
    drop(store);
    waits.sort_unstable();
    let at = |percent: usize| {
        waits.get(waits.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
    };
    (measured.median, measured.percentile_99) = (at(50), at(99));

    if plan.alone {
        measured.opening = opened(&store_dir, plan.options.clone())?.1;
        return Ok(measured);
    }
    let bare_dir = dir.join("bare");
    // Few callers make small commits; bare SQLite then gets small batches too.
    let batch = plan.settlements / measured.commits.max(1);
    let batch = usize::try_from(batch).unwrap_or(usize::MAX).clamp(1, plan.options.batch_max.max(1));
    let mut bare = bare::Bare::open(&bare_dir, &plan.options)?;
    let mut work = Work::new(plan.people);
    let mut done = 0;
    while done < plan.settlements {
        let count = portion.min(plan.settlements - done);
        let took = bare.keep(&mut work, count, batch)?;
        measured.bare += took;
        measured.bare_tenths[tenth(done)] += took;
        done += count;
        tell(count, None)?;
    }
    measured.bare_bytes = size(&bare_dir)?;
    measured.bare_processor = bare.processor;
    if let Some(connection) = &plan.postgres {
        let mut postgres = postgres::Postgres::open(connection)?;
        let (mut work, mut took, mut done) = (Work::new(plan.people), Duration::ZERO, 0);
        while done < plan.settlements {
            let count = portion.min(plan.settlements - done);
            took += postgres.keep(&mut work, count, batch)?;
            done += count;
            tell(count, None)?;
        }
        measured.postgres = Some((took, postgres.size()?));
    }

    let (store, opening) = opened(&store_dir, plan.options.clone())?;
    measured.opening = opening;
    let kept = store.read(|reader| {
        let spans = crate::streams::digest(reader.connection())?;
        Ok(bare::digest(reader.connection(), spans)?)
    });
    let kept = kept.map_err(|error| BenchError::Different(error.to_string()))?;
    let inserted = bare.digest()?;
    if kept != inserted {
        return Err(BenchError::Different(format!("{kept:?} and {inserted:?}")));
    }
    Ok(measured)
}

/// Opens an office and says how long that took.
///
/// # Errors
/// [`OpenError`].
#[expect(clippy::disallowed_methods, reason = "measuring is what this is for")]
pub fn opened(dir: &Path, options: Options) -> Result<(Store, Duration), OpenError> {
    let start = Instant::now();
    let store = Store::open(dir, options)?;
    Ok((store, start.elapsed()))
}

/// Lets the callers keep so many settlements; the time from the first question to the last answer.
#[expect(clippy::disallowed_methods, reason = "measuring is what this is for")]
fn keep(
    store: &Store,
    work: &mut Work,
    count: u64,
    callers: usize,
    waits: &mut Vec<Duration>,
    busy: &mut u64,
) -> Result<Duration, BenchError> {
    let asked: Vec<_> = (0..count).map(|_| work.next()).collect::<Result<_, _>>()?;
    // Callers are places in this channel: whoever has its answer gives its place to the next.
    let (answered, answers) = crossbeam_channel::bounded::<(Instant, Result<Receipt, AppendError>)>(callers);
    let waiting = AtomicU64::new(0);
    let start = Instant::now();
    let mut last = start;
    let mut hear = |outcome: (Instant, Result<Receipt, AppendError>)| {
        waits.push(outcome.0.elapsed());
        waiting.fetch_sub(1, Ordering::Relaxed);
        outcome.1.map(drop)
    };
    for append in asked {
        while usize::try_from(waiting.load(Ordering::Relaxed)).unwrap_or(usize::MAX) >= callers {
            if let Ok(outcome) = answers.recv() {
                hear(outcome)?;
            }
        }
        // The queue is bounded too; a place in it comes free with every commit.
        while store.waiting() >= store.queue_max() {
            *busy += 1;
            std::thread::sleep(Duration::from_micros(200));
        }
        waiting.fetch_add(1, Ordering::Relaxed);
        let answered = answered.clone();
        let asked_at = Instant::now();
        store.submit(append, move |outcome| {
            // The one who listens is gone only after a failure that it has told.
            let _ = answered.send((asked_at, outcome));
        });
    }
    drop(answered);
    for outcome in &answers {
        last = Instant::now();
        hear(outcome)?;
    }
    Ok(last.duration_since(start))
}

/// Time that the thread with this folder of the system's has spent on the processor. On a busy machine this tells
/// more than the time that has passed.
fn processor_time(thread: &str) -> Option<Duration> {
    let told = std::fs::read_to_string(format!("{thread}/schedstat")).ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// Where the system tells about one of the store's threads, which is found by its name.
fn thread(name: &str) -> Option<String> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?.flatten();
    let mut threads = threads.map(|thread| thread.path().display().to_string());
    threads.find(|thread| {
        std::fs::read_to_string(format!("{thread}/comm")).is_ok_and(|found| found.trim() == name)
    })
}

fn writer_processor_time() -> Option<Duration> {
    processor_time(&thread(WRITER_THREAD)?)
}

/// What the store has taken since it began.
fn so_far(stored: u64) -> Option<Mark> {
    let (writer, log_mover) = (thread(WRITER_THREAD)?, thread(LOG_MOVER_THREAD)?);
    let written = |thread: &str| -> Option<u64> {
        let told = std::fs::read_to_string(format!("{thread}/io")).ok()?;
        told.lines().find_map(|line| line.strip_prefix("wchar:"))?.trim().parse().ok()
    };
    Some(Mark {
        stored,
        since: stored,
        writer: processor_time(&writer)?,
        log_mover: processor_time(&log_mover)?,
        written: written(&writer)? + written(&log_mover)?,
    })
}

/// 1, 2 or 5 with zeros.
fn is_marked(stored: u64) -> bool {
    let mut leading = stored;
    while leading >= 10 && leading.is_multiple_of(10) {
        leading /= 10;
    }
    matches!(leading, 1 | 2 | 5) && stored >= PORTION
}

/// Bytes of all files in a directory.
fn size(dir: &Path) -> std::io::Result<u64> {
    std::fs::read_dir(dir)?.map(|entry| entry?.metadata().map(|file| file.len())).sum()
}

#[cfg(test)]
mod tests;
