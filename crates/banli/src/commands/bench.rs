//! `banli bench`: how fast this machine carries the office, always beside something else in the same run.

use crate::machine::memory_kib;
use crate::office;
use crate::out;
use crate::progress::Progress;
use anyhow::Context;
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::Options;
use store::bench::{Mark, Measured, Plan};

/// Measure parts of the program on this machine, side by side with something else
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Store(StoreArguments),
    Open(OpenArguments),
    Interface(crate::interface::bench::Arguments),
}

/// Durable settlements through the store, beside bare SQLite inserts of the same rows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Both sides keep the same settlements of twelve lines, with event, entry, view rows, year totals and turnovers, in batches as
large as the commits of the store were on average, every batch synced to the disk. The store looks up keys and versions and
answers every caller; bare SQLite only inserts. Deciding and writing the JSON is done beforehand for both.

A line is printed after 10, 20, 50, 100 thousand and so on: the time on the processor of the writer, for which everybody
waits, and of the thread beside it that moves the log into the file, which other programs disturb little; and what both
wrote. The number of people is the same throughout, but every run founds a new office: up to 400,000 settlements the memory
for places of events fills and nothing has to be packed.

Examples:
  banli bench store                              200,000 settlements
  banli bench store --postgres 'host=/tmp dbname=postgres'
  banli bench store --settlements 20000000 --people 10000000 --alone --keep
  banli bench open banli-bench/store             how long the large file takes to open, and how much memory")]
struct StoreArguments {
    /// How many settlements
    #[arg(long, default_value_t = 200_000, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(10..=100_000_000))]
    settlements: u64,
    /// How many people they are spread over
    #[arg(long, default_value_t = 100_000, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    people: u64,
    /// How many callers wait for an answer at the same time
    #[arg(long, default_value_t = 4_000, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    callers: u16,
    /// The most settlements in one commit
    #[arg(long, default_value_t = 1_000, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    batch: u16,
    /// Memory for pages, for both sides, in MiB
    #[arg(long, default_value_t = Options::default().cache_mib, value_name = "MIB")]
    cache_mib: u32,
    /// A PostgreSQL database for the same rows in the same run, as psql takes it; its schema `banli_bench` is made anew
    #[arg(long, value_name = "CONNECTION")]
    postgres: Option<String>,
    /// Only the store, without the others beside it
    #[arg(long, conflicts_with = "postgres")]
    alone: bool,
    /// A folder that does not exist yet; made for the run
    #[arg(long, default_value = "banli-bench", value_name = "DIR")]
    data: PathBuf,
    /// Leave the folder behind
    #[arg(long)]
    keep: bool,
    /// Print the figures as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Time and memory to open an office that is there
#[derive(Debug, clap::Args)]
struct OpenArguments {
    /// The folder of the office
    #[arg(value_name = "DIR")]
    data: PathBuf,
}

/// What `--json` prints; names are kept from version to version. Times in microseconds.
#[derive(Debug, Serialize)]
struct Figures {
    settlements: u64,
    store_us: u128,
    bare_us: u128,
    store_per_second: u128,
    bare_per_second: u128,
    /// Time of the store's writer, and of what moves its log, on the processor.
    store_processor_us: Option<u128>,
    bare_processor_us: Option<u128>,
    postgres_per_second: Option<u128>,
    /// Time of the store's writer on the processor for one settlement in the first and in the last tenth, in ns.
    first_tenth_ns: u128,
    last_tenth_ns: u128,
    /// Store's speed in hundredths of bare SQLite's.
    ratio_percent: u128,
    commits: u64,
    median_us: u128,
    percentile_99_us: u128,
    store_bytes: u64,
    bare_bytes: u64,
    opening_us: u128,
    memory_max_kib: Option<u64>,
}

/// Measures what was asked for.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.what {
        What::Store(arguments) => measure_store(arguments),
        What::Open(arguments) => measure_open(arguments),
        What::Interface(arguments) => crate::interface::bench::run(arguments),
    }
}

fn measure_store(arguments: &StoreArguments) -> anyhow::Result<ExitCode> {
    let dir = &arguments.data;
    anyhow::ensure!(
        !dir.exists(),
        "{}: is there already; remove it or name another folder with --data",
        dir.display()
    );
    let options = Options {
        batch_max: usize::from(arguments.batch),
        cache_mib: arguments.cache_mib,
        // Callers are counted, not turned away: each of them has a place in the queue.
        queue_max: usize::from(arguments.callers),
        ..Options::default()
    };
    let plan = Plan {
        settlements: arguments.settlements,
        people: arguments.people,
        callers: usize::from(arguments.callers),
        postgres: arguments.postgres.clone(),
        alone: arguments.alone,
        options,
    };
    let folder = Folder { path: dir, keep: arguments.keep };
    let asked_to_stop = listen_for_stop();
    let sides = if plan.alone { 1 } else { 2 + u64::from(plan.postgres.is_some()) };
    let progress = Progress::of("settlements, on every side", sides * plan.settlements);
    if !arguments.json {
        let sides = if plan.alone { 1 } else { 2 };
        let mib = (sides * plan.settlements * BYTES_EACH).div_ceil(1 << 20) + LOG_MIB;
        let after = if arguments.keep { "kept" } else { "removed at the end" };
        out::line!("{}: will take about {mib} MiB of the disk, {after}", dir.display())?;
        let heads = ["stored", "writer µs", "log µs", "KiB written", "memory MiB"];
        out::line!("{:>10} {:>10} {:>8} {:>12} {:>11}", heads[0], heads[1], heads[2], heads[3], heads[4])?;
    }
    let mut told = Ok(());
    let measured = store::bench::settlements(dir, &plan, &mut |count, mark| {
        progress.add(count);
        if let Some(mark) = mark.filter(|_| !arguments.json && told.is_ok()) {
            told = tell_mark(mark);
        }
        if asked_to_stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    told?;
    progress.finish();
    folder.remove()?;
    let figures = figures(&measured);
    if arguments.json {
        out::line!("{}", serde_json::to_string(&figures)?)?;
    } else {
        tell(&measured, &figures)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a settlement takes of the disk, roughly, and the logs besides: to be told before the run, not a limit.
const BYTES_EACH: u64 = 1_650;
const LOG_MIB: u64 = 40;

/// The folder of a run, which goes when the run ends, also by a failure or by Ctrl-C.
struct Folder<'a> {
    path: &'a Path,
    keep: bool,
}

impl Folder<'_> {
    /// Removes it and says so where that fails.
    fn remove(mut self) -> anyhow::Result<()> {
        if !std::mem::replace(&mut self.keep, true) {
            std::fs::remove_dir_all(self.path)
                .with_context(|| format!("{}: cannot be removed; remove it yourself", self.path.display()))?;
        }
        Ok(())
    }
}

impl Drop for Folder<'_> {
    fn drop(&mut self) {
        if !self.keep {
            // What went wrong before is told; a folder that was never made is no fault.
            let _ = std::fs::remove_dir_all(self.path);
        }
    }
}

/// True once Ctrl-C or SIGTERM came. Where signals cannot be heard they end the process as ever.
fn listen_for_stop() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
        let heard = Arc::clone(&stop);
        std::thread::spawn(move || {
            runtime.block_on(crate::server::asked_to_stop());
            heard.store(true, Ordering::Relaxed);
        });
    }
    stop
}

/// One line while the run goes on, so that a run that is broken off has told something.
fn tell_mark(mark: Mark) -> anyhow::Result<()> {
    let each = |hundredths: u128| {
        let each = hundredths / u128::from(mark.since).max(1);
        format!("{}.{:02}", each / 100, each % 100)
    };
    let micros = |time: Duration| each(time.as_nanos() / 10);
    out::line!(
        "{:>10} {:>10} {:>8} {:>12} {:>11}",
        mark.stored,
        micros(mark.writer),
        micros(mark.log_mover),
        each(u128::from(mark.written) * 100 / 1_024),
        memory_kib("VmRSS:").unwrap_or(0) / 1_024
    )
}

fn per_second(count: u64, time: Duration) -> u128 {
    u128::from(count) * 1_000_000 / time.as_micros().max(1)
}

fn figures(measured: &Measured) -> Figures {
    let count = measured.settlements;
    Figures {
        settlements: count,
        store_us: measured.store.as_micros(),
        bare_us: measured.bare.as_micros(),
        store_per_second: per_second(count, measured.store),
        bare_per_second: per_second(count, measured.bare),
        store_processor_us: measured.store_processor.map(|time| time.as_micros()),
        bare_processor_us: measured.bare_processor.map(|time| time.as_micros()),
        postgres_per_second: measured.postgres.map(|(time, _)| per_second(count, time)),
        first_tenth_ns: tenth_ns(measured, 0),
        last_tenth_ns: tenth_ns(measured, 9),
        ratio_percent: 100 * measured.bare.as_micros() / measured.store.as_micros().max(1),
        commits: measured.commits,
        median_us: measured.median.as_micros(),
        percentile_99_us: measured.percentile_99.as_micros(),
        store_bytes: measured.bytes,
        bare_bytes: measured.bare_bytes,
        opening_us: measured.opening.as_micros(),
        memory_max_kib: memory_kib("VmHWM:"),
    }
}

/// Time of the writer on the processor for one settlement of this tenth.
fn tenth_ns(measured: &Measured, tenth: usize) -> u128 {
    let spent = measured.tenths_processor.get(tenth).map_or(0, Duration::as_nanos);
    spent / u128::from(measured.settlements / 10).max(1)
}

fn tell(measured: &Measured, figures: &Figures) -> anyhow::Result<()> {
    let count = figures.settlements;
    out::line!("durable settlements of 12 lines, {count} of them")?;
    out::line!("  store        {:>8} a second", figures.store_per_second)?;
    if measured.bare > Duration::ZERO {
        out::line!("  bare SQLite  {:>8} a second", figures.bare_per_second)?;
        out::line!("  ratio        {:>8}.{:02}", figures.ratio_percent / 100, figures.ratio_percent % 100)?;
    }
    if let (Some(rate), Some((_, bytes))) = (figures.postgres_per_second, measured.postgres) {
        out::line!(
            "  PostgreSQL   {rate:>8} a second, COPY through psql, {} bytes a settlement",
            bytes / count
        )?;
    }
    if let (Some(store), Some(bare)) = (measured.store_processor, measured.bare_processor) {
        let (store, bare) = (per_second(count, store), per_second(count, bare));
        out::line!("  on the processor alone, a second of its time: store {store}, bare SQLite {bare}")?;
    }
    out::line!("  in one commit {:>7} on average", count / figures.commits.max(1))?;
    out::line!(
        "  answers      half within {:?}, 99 of 100 within {:?}",
        measured.median,
        measured.percentile_99
    )?;
    out::line!(
        "  file         {} bytes a settlement, with its log (bare {})",
        figures.store_bytes / count,
        figures.bare_bytes / count
    )?;
    out::line!("  opening it   {:?}", measured.opening)?;
    if let Some(kib) = figures.memory_max_kib {
        out::line!("  memory       {} MiB at most, with everything the callers had made ready", kib / 1_024)?;
    }
    out::line!("  by tenth of the run, a second, and the writer's time on the processor for one:")?;
    for (tenth, (store, bare)) in measured.tenths.iter().zip(&measured.bare_tenths).enumerate() {
        let part = count / 10;
        let micros = tenth_ns(measured, tenth) / 100;
        out::text!(
            "    {:>2}  store {:>8}, {:>3}.{} µs",
            tenth + 1,
            per_second(part, *store),
            micros / 10,
            micros % 10
        )?;
        if *bare > Duration::ZERO {
            out::text!("  bare {:>8}", per_second(part, *bare))?;
        }
        out::line!("")?;
    }
    Ok(())
}

fn measure_open(arguments: &OpenArguments) -> anyhow::Result<ExitCode> {
    let dir = &arguments.data;
    office::must_be_in(dir)?;
    let before = memory_kib("VmRSS:");
    let (store, took) = store::bench::opened(dir, Options::default())?;
    let events = store.opening().last_seq;
    out::line!("{}: {events} events, open in {took:?}", store.path().display())?;
    if let (Some(before), Some(after)) = (before, memory_kib("VmRSS:")) {
        out::line!(
            "memory: {} MiB, of which {} MiB for the store",
            after / 1_024,
            after.saturating_sub(before) / 1_024
        )?;
    }
    Ok(ExitCode::SUCCESS)
}
