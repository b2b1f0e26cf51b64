//! Drafts of the law tried on many bills, as long work beside the office: one replay at a time, on a thread of its
//! own, with its progress; the report is kept in the office's file under an address made from what was asked, so
//! that the same question has the same address and the same answer.

pub mod dice;
pub mod draft;
pub mod report;

use agency::settlement::BenefitYear;
use agency::{Event, PersonId, SettlementId, StreamId};
use benefit::{Benefits, Bill, Charge, Code, Line, Replay, Tally};
use report::Report;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::Store;
use terms::{Day, Moment};

/// Bills drawn by dice at most.
pub const MADE_UP_MAX: u64 = 10_000_000;
/// Reports that are kept. With the next one the oldest goes: each is some tens of kilobytes, and any of them can be made
/// again from the same question.
pub const REPORTS_MAX: usize = 60;
/// Rows read at a time.
const ROWS: u32 = 500;
/// Under these names the office's file keeps the list, and each report with its id behind.
const LIST: &str = "simulations";
const REPORT: &str = "simulation/";

/// Which bills are replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bills {
    /// The office's own settlements that ended in this span, up to an event, without those that were voided.
    Settled {
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
        /// The last event that was there when it was asked.
        seq: i64,
    },
    /// So many drawn by dice.
    MadeUp(u64),
}

/// What was asked, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The address of the report.
    pub id: String,
    /// The draft in words.
    pub draft: String,
    /// The bills.
    pub bills: Bills,
    /// When it was asked first.
    pub at: Moment,
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What was asked.
    pub asked: Asked,
    /// What came of it.
    pub report: Report,
}

/// How far a replay is.
#[derive(Debug)]
pub struct Running {
    /// What was asked.
    pub asked: Asked,
    /// Bills replayed.
    done: AtomicU64,
    /// Bills in all; 0 while they are counted.
    total: AtomicU64,
}

impl Running {
    /// Bills replayed, and bills in all (0 while they are counted).
    pub fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// Why a replay is not begun.
#[derive(Debug)]
pub enum NotBegun {
    /// Another one runs.
    Busy(Arc<Running>),
    /// The machine gives no thread.
    Trouble(anyhow::Error),
}

/// The replays of an office.
#[derive(Debug, Default)]
pub struct Simulations {
    /// Folders of drafts the server was started with.
    pub folders: Vec<String>,
    running: Arc<Mutex<Option<Arc<Running>>>>,
}

/// The address of what is asked: the same question has the same one.
pub fn id_of(now: &Benefits, draft: &Benefits, bills: &Bills) -> String {
    let asked = format!("{} {} {bills:?}", now.hash(), draft.hash());
    let mut id = String::new();
    for byte in &Sha256::digest(asked)[..8] {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

impl Simulations {
    /// The replay that runs now.
    pub fn running(&self) -> Option<Arc<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins a replay on a thread of its own. One runs at a time, so that the office keeps its cores.
    ///
    /// # Errors
    /// Another one runs, or the machine gives no thread.
    pub fn begin(&self, store: &Arc<Store>, replay: Replay, asked: Asked) -> Result<(), NotBegun> {
        let mut slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = slot.as_ref() {
            return Err(NotBegun::Busy(running.clone()));
        }
        let running = Arc::new(Running { asked, done: AtomicU64::new(0), total: AtomicU64::new(0) });
        let free = Free(self.running.clone());
        let (store, work) = (store.clone(), running.clone());
        let replayed = move || {
            // Whatever happens, the next one may begin.
            let _free = free;
            if let Err(error) = run(&store, &replay, &work) {
                tracing::error!(id = work.asked.id, "a simulation broke off: {error:#}");
            }
        };
        std::thread::Builder::new()
            .name("simulation".into())
            .spawn(replayed)
            .map_err(|error| NotBegun::Trouble(error.into()))?;
        *slot = Some(running);
        Ok(())
    }
}

/// Makes room for the next replay.
struct Free(Arc<Mutex<Option<Arc<Running>>>>);

impl Drop for Free {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Replays and keeps the report.
fn run(store: &Store, replay: &Replay, running: &Running) -> anyhow::Result<()> {
    let tally = match running.asked.bills {
        Bills::MadeUp(count) => made_up(replay, count, running),
        Bills::Settled { from, to, seq } => settled(store, replay, (from, to), seq, running)?,
    };
    let kept = Kept { asked: running.asked.clone(), report: Report::new(replay, &tally, 0) };
    keep(store, kept)
}

/// Keeps a report as the newest, and lets the oldest go.
fn keep(store: &Store, kept: Kept) -> anyhow::Result<()> {
    store.set_meta(&name(&kept.asked.id), &serde_json::to_string(&kept)?)?;
    let mut list = list(store)?;
    list.retain(|one| one.id != kept.asked.id);
    list.insert(0, kept.asked);
    list.truncate(REPORTS_MAX);
    let names = list.iter().map(|one| name(&one.id)).collect();
    Ok(store.set_meta_and_sweep((LIST, &serde_json::to_string(&list)?), REPORT, names)?)
}

/// The name under which the office's file keeps a report.
fn name(id: &str) -> String {
    format!("{REPORT}{id}")
}

/// What was asked before, newest first.
///
/// # Errors
/// Trouble reading the office's file.
pub fn list(store: &Store) -> anyhow::Result<Vec<Asked>> {
    let list = store.read(|reader| reader.meta(LIST))?;
    Ok(list.map_or(Ok(Vec::new()), |list| serde_json::from_str(&list))?)
}

/// The kept report at this address.
///
/// # Errors
/// Trouble reading the office's file.
pub fn kept(store: &Store, id: &str) -> anyhow::Result<Option<Kept>> {
    let kept = store.read(|reader| reader.meta(&name(id)))?;
    Ok(kept.map(|kept| serde_json::from_str(&kept)).transpose()?)
}

fn made_up(replay: &Replay, count: u64, running: &Running) -> Tally {
    running.total.store(count, Ordering::Relaxed);
    let (mut tally, mut bill) = (Tally::default(), dice::blank());
    for number in 0..count {
        dice::draw(number, &mut bill);
        replay.add(&mut tally, number, &bill);
        running.done.fetch_add(1, Ordering::Relaxed);
    }
    tally
}

/// The office's own settlements, each after the year that stood before it.
fn settled(
    store: &Store,
    replay: &Replay,
    (from, to): (Day, Day),
    seq: i64,
    running: &Running,
) -> anyhow::Result<Tally> {
    let mut years: BTreeMap<(PersonId, i32), Vec<SettlementId>> = BTreeMap::new();
    let mut before = seq.saturating_add(1);
    loop {
        let rows = store.read(|reader| reader.latest_settlements(before, ROWS))?;
        let Some(last) = rows.last() else { break };
        before = last.seq;
        for row in rows.iter().filter(|row| row.voided_on.is_none() && (from..=to).contains(&row.enddate)) {
            years.entry((row.person, row.year)).or_default().push(row.id);
            running.total.fetch_add(1, Ordering::Relaxed);
        }
    }
    let mut tally = Tally::default();
    for ((person, year), ids) in years {
        let events = store.with_records(|records| records.events(&StreamId::Year(person, year)))?;
        for id in ids {
            if let Some((bill, drafted)) = bills_of(&events, id, replay) {
                replay.add_looked_up(&mut tally, id.0, &bill, &drafted);
            }
            running.done.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(tally)
}

/// The bill of a settlement after the year before it: as it was settled, and as the draft's catalogue has its lines.
fn bills_of(events: &[Event], id: SettlementId, replay: &Replay) -> Option<(Bill, Bill)> {
    let made = events.iter().find_map(|event| match event {
        Event::SettlementMade(made) if made.settlement == id => Some(made),
        _ => None,
    })?;
    let bill = made.bill.after(&BenefitYear::before(events, id), replay.now());
    let mut drafted = bill.clone();
    if !replay.one_catalogue() {
        for (line, settled) in drafted.lines.iter_mut().zip(&made.bill.lines) {
            *line = under_draft(replay, line, &settled.item, bill.provider.hosp_lv);
        }
    }
    Some((bill, drafted))
}

/// A settled line as the draft's catalogue has it. Only where the catalogue in force says of the item what was settled:
/// what was found elsewhere, or refused by a reviewer, stays as it is.
fn under_draft(replay: &Replay, line: &Line, code: &str, level: Code) -> Line {
    let Line { price, quantity, day, .. } = *line;
    let says = |line: &Line| (line.class, line.first_own, line.ceiling);
    for approved in [false, true] {
        let charge = Charge { code, price, quantity, day, approved };
        if !code.is_empty() && says(&replay.now().catalogue().line(&charge, level)) == says(line) {
            return replay.draft().catalogue().line(&charge, level);
        }
    }
    *line
}

#[cfg(test)]
mod tests;
