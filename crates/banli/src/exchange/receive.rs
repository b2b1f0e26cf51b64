//! What other offices send: read, checked for its signature, decided and answered.

use super::envelope::{Envelope, Reply};
use super::{actor, home, incoming, questions};
use crate::app::App;
use crate::desk::{Declined, Done};
use agency::region::{self, Message};
use agency::{Command, StreamId};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use ledger::Word;
use std::sync::Arc;
use store::RequestKey;

/// Where offices send their messages.
pub const PATH: &str = "/region/messages";

/// The address to which other offices send.
pub fn router() -> Router<Arc<App>> {
    Router::new().route(PATH, post(receive)).route(questions::PATH, post(questions::receive))
}

async fn receive(State(app): State<Arc<App>>, body: Body) -> Response {
    let bytes = match incoming::read(body).await {
        Ok(bytes) => bytes,
        Err(why) => return *why,
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
    if !envelope.is_signed(&pair.secret) || Some(envelope.to) != home(app.law()) {
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
pub(super) enum Unkept {
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
pub(super) fn keep(app: &App, envelope: &Envelope) -> Result<Vec<u64>, Unkept> {
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
