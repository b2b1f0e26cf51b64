//! Time as a command: once a day, and at each start, every open case is told what day it is, what the day calls for by
//! itself is begun, and a month that began is credited to personal accounts. What fell due while nobody was there happens
//! then; telling it twice changes nothing.

use crate::app::App;
use crate::desk::{Declined, Desk};
use agency::casework::Command as Casework;
use agency::motion::Command as Motion;
use agency::{Actor, Command};
use case::Action;
use std::sync::Arc;
use std::time::Duration;
use terms::Day;

/// How often the clock is looked at. Dates are days, so that half a minute after midnight is soon enough.
const LOOK: Duration = Duration::from_secs(20);

/// What telling the day brought about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    /// Open cases that were told.
    pub cases: usize,
    /// Events that came of it.
    pub events: u64,
    /// People whose account was credited for a month that began.
    pub credited: usize,
    /// Cases and words that the day called for and that nobody had begun.
    pub begun: usize,
    /// Cases that could not be told; they are told again with the next look.
    pub failed: usize,
}

/// Tells every open case what day it is.
///
/// # Errors
/// Trouble reading which cases there are.
pub fn pass(desk: &Desk) -> anyhow::Result<Passed> {
    let time = Actor::time();
    let mut passed = Passed::default();
    for case in desk.store().read(|reader| reader.open_cases())? {
        passed.cases += 1;
        let command = Command::Case(Casework::Act { case, action: Box::new(Action::TimePassed) });
        match desk.submit(&time, None, &command) {
            Ok(done) => passed.events += u64::from(done.receipt.events),
            // Somebody works on the case: that looked at the day too.
            Err(Declined::MovedOn) => {}
            Err(why) => {
                passed.failed += 1;
                tracing::warn!(case = case.0, "time could not pass over a case: {why}");
            }
        }
    }
    begin(desk, &time, &mut passed)?;
    passed.credited = crate::crediting::credit_due(desk, &time)?;
    Ok(passed)
}

/// Begins what the day calls for by itself: cases about certificates whose holder is no longer served, and word that
/// agreements end.
fn begin(desk: &Desk, time: &Actor, passed: &mut Passed) -> anyhow::Result<()> {
    let today = desk.now().day();
    let ahead = desk.rules().motions.agreement_ends().map_or(0, |telling| i32::from(telling.ahead));
    let (holders, ending) = desk
        .store()
        .read(|reader| Ok((reader.certificate_holders()?, reader.agreements_ending(today.plus(ahead))?)))?;
    let people = holders.into_iter().map(Motion::Person);
    for asked in people.chain(ending.into_iter().map(Motion::Provider)) {
        match desk.submit(time, None, &Command::Motion(asked.clone())) {
            Ok(done) => passed.begun += usize::from(done.receipt.events > 0),
            // Somebody works on the same: the next look finds what is left to do.
            Err(Declined::MovedOn) => {}
            Err(why) => {
                passed.failed += 1;
                tracing::warn!(?asked, "what the day calls for could not be begun: {why}");
            }
        }
    }
    Ok(())
}

/// Goes on telling the day for as long as the office is open.
pub async fn keep_passing(app: Arc<App>) {
    let mut told: Option<Day> = None;
    loop {
        let today = app.office.clock.today();
        if told != Some(today) {
            let app = app.clone();
            let passed = tokio::task::spawn_blocking(move || pass(&app.desk)).await;
            match passed {
                Ok(Ok(Passed { cases, events, credited, begun, failed: 0 })) => {
                    tracing::info!(%today, cases, events, credited, begun, "time has passed");
                    told = Some(today);
                }
                // Not everybody was told: again in a moment.
                Ok(Ok(Passed { failed, .. })) => {
                    tracing::warn!(%today, failed, "time has passed over some only")
                }
                Ok(Err(error)) => tracing::error!("time could not pass: {error:#}"),
                Err(error) => tracing::error!("time could not pass: {error}"),
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(test)]
pub(crate) mod tests;
