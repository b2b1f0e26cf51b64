//! Speaking with the offices of other regions: over HTTP, signed, again and again until it is acknowledged.
//!
//! What a message does is decided at the [`Desk`](crate::desk::Desk) like every other command; here it is only carried.
//! A message is kept before it is sent and acknowledged after it is kept, so that either side may die at any moment.

mod envelope;
pub mod made_up;
mod pairs;
mod questions;
#[cfg(test)]
mod tests;
mod wire;

pub use pairs::{Pair, Pairs};
pub use questions::ask as question;

use crate::app::App;
use crate::clock::Clock;
use crate::desk::{Declined, Done};
use agency::region::{self, Message, NewRemote, Remote, Standing};
use agency::{AccountId, Actor, Command, Organisation, StreamId};
use anyhow::Context as _;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use envelope::{Envelope, Reply};
use ledger::{Parameter, Word};
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;
use store::RequestKey;
use terms::{Day, Moment};

/// Where offices send their messages.
pub const PATH: &str = "/region/messages";
/// A list of four thousand bills fits.
const BODY_MAX: usize = 4 << 20;
/// How often an office looks for what it has to say.
const LOOK: Duration = Duration::from_millis(200);
/// How long an office that could not be reached is left alone; doubled up to the second.
const WAIT: (u32, u32) = (1, 32);
/// Messages to one office at once.
const BATCH: u32 = 200;
/// Days back that are listed anew each day.
const DAYS_LISTED: i32 = 35;

/// The exchange acts under a role of its own.
pub fn actor() -> Actor {
    Actor {
        account: AccountId(0),
        name: "banli region".to_owned(),
        roles: ["region-link".to_owned()].into(),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}

/// The address to which other offices send.
pub fn router() -> Router<Arc<App>> {
    Router::new().route(PATH, post(receive)).route(questions::PATH, post(questions::receive))
}

async fn receive(State(app): State<Arc<App>>, body: Body) -> Response {
    let Ok(bytes) = to_bytes(body, BODY_MAX).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "the message is too large\n").into_response();
    };
    let task = tokio::task::spawn_blocking(move || take(&app, &bytes));
    let (status, body) = task.await.unwrap_or((StatusCode::INTERNAL_SERVER_ERROR, String::new()));
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// Takes one message: from bytes to a signed answer. Who is not known, or signs wrongly, learns nothing.
fn take(app: &App, bytes: &[u8]) -> (StatusCode, String) {
    let told = |status: StatusCode, what: &str| {
        tracing::warn!(what, "a message of another region was not taken");
        (status, format!("{what}\n"))
    };
    let Ok(envelope) = serde_json::from_slice::<Envelope>(bytes) else {
        return told(StatusCode::BAD_REQUEST, "this is no message");
    };
    let Some(pair) = app.pairs.get(&envelope.from) else {
        return told(StatusCode::UNAUTHORIZED, "not known here");
    };
    if !envelope.is_signed(&pair.secret) || Some(envelope.to) != home(app) {
        return told(StatusCode::UNAUTHORIZED, "not known here");
    }
    match keep(app, &envelope) {
        Ok(sent) => {
            let reply = app.office.store.read(|reader| {
                let missing = reader.missing_messages(&envelope.from, 100)?;
                let mut messages = Vec::new();
                for number in sent {
                    messages.extend(reader.sent(&envelope.from, number)?);
                }
                Ok((missing, messages))
            });
            let Ok((missing, messages)) = reply else {
                return told(StatusCode::SERVICE_UNAVAILABLE, "busy, send again");
            };
            let sign = |(number, message): (u64, Message)| {
                Envelope::sign(envelope.to, envelope.from, number, &message, &pair.secret)
            };
            let messages = messages.into_iter().map(sign).collect();
            let reply = Reply::sign(&envelope, missing, messages, &pair.secret);
            (StatusCode::OK, serde_json::to_string(&reply).unwrap_or_default())
        }
        Err(Unkept::NotYet) => told(StatusCode::CONFLICT, "not yet, send again"),
        Err(Unkept::Other) => told(StatusCode::CONFLICT, "this number had another message"),
        Err(Unkept::Unreadable) => told(StatusCode::BAD_REQUEST, "the message cannot be read here"),
        Err(Unkept::Trouble) => told(StatusCode::SERVICE_UNAVAILABLE, "busy, send again"),
    }
}

/// Why a message was not kept; it is sent again.
enum Unkept {
    /// Something before it has not come.
    NotYet,
    /// Its number had another message.
    Other,
    /// Written by a newer program.
    Unreadable,
    /// Disk, or too much at once.
    Trouble,
}

/// Decides and keeps a message; the numbers of those that answer it.
fn keep(app: &App, envelope: &Envelope) -> Result<Vec<u64>, Unkept> {
    let message: Message = serde_json::from_str(&envelope.body).map_err(|_| Unkept::Unreadable)?;
    let (from, number) = (envelope.from, envelope.number);
    let command = region::Command::Receive { from, number, message: Box::new(message) };
    let key = RequestKey::new(format!("message/{from}/{number}")).map_err(|_| Unkept::Unreadable)?;
    match app.desk.submit(&actor(), Some(&key), &Command::Region(command)) {
        Ok(done) => Ok(numbers(&done, from)),
        Err(Declined::Refused(reasons)) => {
            let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
            tracing::info!(%from, number, ?codes, "a message waits");
            Err(Unkept::NotYet)
        }
        Err(Declined::KeyReused) => {
            tracing::error!(%from, number, "two messages bear one number");
            Err(Unkept::Other)
        }
        Err(Declined::MovedOn | Declined::Busy) => Err(Unkept::Trouble),
        Err(Declined::Trouble(why)) => {
            tracing::error!(%from, number, why, "a message could not be kept");
            Err(Unkept::Trouble)
        }
    }
}

/// The numbers of messages to this region that a decision sent.
fn numbers(done: &Done, to: Word) -> Vec<u64> {
    let sent = done.streams().filter_map(|stream| match stream {
        StreamId::Sent(region, number) if region == to => Some(number),
        _ => None,
    });
    sent.collect()
}

fn home(app: &App) -> Option<Word> {
    app.law().pack().region.as_deref().and_then(|code| code.parse().ok())
}

/// Sends what an office has not acknowledged, takes its answers, and sends again what it misses.
///
/// # Errors
/// Where the office cannot be reached or does not answer as one.
pub fn deliver(app: &App, pair: &Pair) -> anyhow::Result<usize> {
    let Some(home) = home(app) else { return Ok(0) };
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

fn give_up(app: &App, remote: Word) -> Result<Done, Declined> {
    app.desk.submit(&actor(), None, &Command::Region(region::Command::TimeOut { remote }))
}

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
    let Some(home) = home(app) else { return };
    let from = today.plus(-DAYS_LISTED);
    for pair in app.pairs.iter() {
        let days = app.office.store.read(|reader| reader.remote_days(&pair.code, from)).unwrap_or_default();
        let link = app.office.store.with_records(|records| records.link(pair.code, home)).ok().flatten();
        let breaks = link.into_iter().flat_map(|link| link.days.into_values());
        let breaks = breaks.filter(|compared| !compared.breaks.is_empty()).map(|compared| compared.day);
        let days: std::collections::BTreeSet<Day> = days.into_iter().chain(breaks).collect();
        for day in days.into_iter().filter(|day| *day < today) {
            let command = region::Command::List { region: pair.code, day };
            if let Err(why) = app.desk.submit(&actor(), None, &Command::Region(command)) {
                tracing::warn!(region = %pair.code, %day, "not listed: {why}");
            }
        }
    }
}
