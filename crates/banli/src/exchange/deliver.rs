//! What this office sends: until it is acknowledged, and until a bill is answered or given up.

use super::envelope::{Envelope, Reply};
use super::receive::{PATH, keep};
use super::{Pair, actor, home, wire};
use crate::app::App;
use crate::clock::Clock;
use crate::desk::{Declined, Done};
use agency::region::{self, Message, NewRemote, Remote, Standing};
use agency::{Actor, Command, StreamId};
use anyhow::Context as _;
use axum::http::StatusCode;
use ledger::{Parameter, Word};
use std::time::Duration;
use store::RequestKey;

/// How often an office looks for what it has to say.
pub(super) const LOOK: Duration = Duration::from_millis(200);
/// Messages to one office at once.
const BATCH: u32 = 200;

/// Sends what an office has not acknowledged, takes its answers, and sends again what it misses.
///
/// # Errors
/// Where the office cannot be reached or does not answer as one.
pub fn deliver(app: &App, pair: &Pair) -> anyhow::Result<usize> {
    let Some(home) = home(app.law()) else { return Ok(0) };
    let waiting = app.office.store.read(|reader| reader.unacknowledged(&pair.code, BATCH))?;
    let count = waiting.len();
    let mut missing = Vec::new();
    for (number, message) in waiting {
        missing = deliver_one(app, pair, home, number, &message)?;
    }
    // What was acknowledged and is missing all the same: the other office was restored from an older copy.
    for number in missing {
        if let Some((number, message)) = app.office.store.read(|reader| reader.sent(&pair.code, number))? {
            deliver_one(app, pair, home, number, &message)?;
        }
    }
    Ok(count)
}

fn deliver_one(
    app: &App,
    pair: &Pair,
    home: Word,
    number: u64,
    message: &Message,
) -> anyhow::Result<Vec<u64>> {
    let envelope = Envelope::sign(home, pair.code, number, message, &pair.secret);
    let (status, body) = wire::post(pair.address, PATH, &serde_json::to_vec(&envelope)?)?;
    if status == StatusCode::CONFLICT.as_u16() {
        return Ok(Vec::new());
    }
    anyhow::ensure!(status == 200, "the office of {} answered {status}", pair.code);
    let reply: Reply = serde_json::from_slice(&body).context("the answer is no answer")?;
    anyhow::ensure!(reply.is_signed(&envelope, &pair.secret), "the answer is not signed by {}", pair.code);
    let command = region::Command::Acknowledge { region: pair.code, number };
    match app.desk.submit(&actor(), None, &Command::Region(command)) {
        // Somebody else acknowledged it at the same moment.
        Ok(_) | Err(Declined::MovedOn) => {}
        Err(why) => return Err(why.into()),
    }
    for answer in &reply.messages {
        if answer.from == pair.code && answer.to == home && answer.is_signed(&pair.secret) {
            // What is not kept now is sent again by the other office.
            let _ = keep(app, answer);
        }
    }
    Ok(reply.missing)
}

/// Asks another region and waits for its answer, as a hospital does with the patient at its counter. Where none comes in
/// time the bill is given up and cancelled on both sides.
///
/// # Errors
/// Refusals of our own, and trouble; not the other region's no, which is part of the bill's state.
pub fn ask(
    app: &App,
    actor_: &Actor,
    key: Option<&RequestKey>,
    new: NewRemote,
) -> Result<(Word, Remote), Declined> {
    let command = Command::Region(region::Command::Ask(Box::new(new)));
    let done = app.desk.submit(actor_, key, &command)?;
    let name = done.streams().find_map(|stream| match stream {
        StreamId::Remote(name) => Some(name),
        _ => None,
    });
    let name = name.ok_or_else(|| Declined::Trouble("the bill was not kept".to_owned()))?;
    Ok((name, wait(app, name)?))
}

/// Waits for the answer to a bill; gives it up where none comes in time. One that was answered is told at once.
///
/// # Errors
/// Trouble.
pub fn wait(app: &App, name: Word) -> Result<Remote, Declined> {
    let state = || -> Result<Remote, Declined> {
        let found = app.office.store.with_records(|records| records.remote(name))?;
        found.ok_or_else(|| Declined::Trouble(format!("the bill {name} is not there")))
    };
    let begun = Clock::Real.now();
    let today = app.desk.now().day();
    let seconds = app.office.rules.parameters.count(Parameter::RemoteAnswerSeconds, today).unwrap_or(1);
    let end = begun.0.saturating_add(i64::from(seconds) * 1_000);
    loop {
        let now = state()?;
        if now.standing != Standing::Asked {
            return Ok(now);
        }
        if Clock::Real.now().0 > end {
            let _ = give_up(app, name);
            return state();
        }
        let reached = app.pairs.get(&now.partner).map(|pair| deliver(app, pair));
        if !matches!(reached, Some(Ok(_))) {
            std::thread::sleep(LOOK);
        } else {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Gives up a bill that was not answered.
pub(super) fn give_up(app: &App, remote: Word) -> Result<Done, Declined> {
    app.desk.submit(&actor(), None, &Command::Region(region::Command::TimeOut { remote }))
}
