//! The exchange as it goes on by itself for as long as the office is open.

use super::deliver::{LOOK, deliver, give_up};
use super::{actor, home};
use crate::app::App;
use agency::{Command, region};
use ledger::{Parameter, Word};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};
use terms::{Day, Moment};

/// How long an office that could not be reached is left alone; doubled up to the second.
const WAIT: (u32, u32) = (1, 32);

/// Days back that are listed anew each day.
const DAYS_LISTED: i32 = 35;

/// Keeps the exchange going for as long as the office is open, on a thread of its own.
pub fn keep_going(app: &Arc<App>) -> std::io::Result<()> {
    let app = Arc::downgrade(app);
    std::thread::Builder::new().name("exchange".to_owned()).spawn(move || go_on(&app)).map(drop)
}

fn go_on(app: &Weak<App>) {
    // For each region: rounds still to wait, and how many to wait after the next failure.
    let mut waits: BTreeMap<Word, (u32, u32)> = BTreeMap::new();
    let mut listed: Option<Day> = None;
    loop {
        {
            let Some(app) = app.upgrade() else { return };
            let today = app.desk.now().day();
            if listed != Some(today) {
                list_days(&app, today);
                listed = Some(today);
            }
            time_out(&app);
            for pair in app.pairs.iter() {
                let wait = waits.entry(pair.code).or_insert((0, WAIT.0));
                if wait.0 > 0 {
                    wait.0 -= 1;
                    continue;
                }
                match deliver(&app, pair) {
                    Ok(_) => *wait = (0, WAIT.0),
                    Err(why) => {
                        tracing::info!(region = %pair.code, "not reached: {why:#}");
                        *wait = (wait.1, (wait.1 * 2).min(WAIT.1));
                    }
                }
            }
        }
        std::thread::sleep(LOOK);
    }
}

/// Gives up what waited too long.
fn time_out(app: &App) {
    let now = app.desk.now();
    let seconds = app.office.rules.parameters.count(Parameter::RemoteAnswerSeconds, now.day()).unwrap_or(0);
    let before = Moment(now.0 - i64::from(seconds) * 1_000);
    let Ok(waiting) = app.office.store.read(|reader| reader.remotes_waiting(before)) else { return };
    for remote in waiting {
        if let Err(why) = give_up(app, remote) {
            tracing::warn!(%remote, "not given up: {why}");
        }
    }
}

/// Lists the days that are over to every office: those with bills, and those on which something differed.
fn list_days(app: &App, today: Day) {
    let Some(home) = home(app.law()) else { return };
    let from = today.plus(-DAYS_LISTED);
    for pair in app.pairs.iter() {
        let days = app.office.store.read(|reader| reader.remote_days(&pair.code, from)).unwrap_or_default();
        let link = app.office.store.with_records(|records| records.link(pair.code, home)).ok().flatten();
        let breaks = link.into_iter().flat_map(|link| link.days.into_values());
        let breaks = breaks.filter(|compared| !compared.breaks.is_empty()).map(|compared| compared.day);
        let days: BTreeSet<Day> = days.into_iter().chain(breaks).collect();
        for day in days.into_iter().filter(|day| *day < today) {
            let command = region::Command::List { region: pair.code, day };
            if let Err(why) = app.desk.submit(&actor(), None, &Command::Region(command)) {
                tracing::warn!(region = %pair.code, %day, "not listed: {why}");
            }
        }
    }
}
