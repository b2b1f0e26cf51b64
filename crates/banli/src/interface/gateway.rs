//! The addresses of the interface, with its limits and signatures: one message from bytes to answer.

use super::dispatch::{answer, too_large};
use super::handled::Reply;
use super::recent::Seen;
use crate::app::App;
use crate::clock::Clock;
use crate::errors::Problem;
use ::interface::signature::{self, Headers, Unsigned};
use agency::provider::Provider;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use std::sync::Arc;
use store::ReadError;

/// Where clients call when nobody configured anything else.
pub const PREFIXES: [&str; 2] = ["/fsi/api/rsfComIfsService", "/mbs/fmi/fsi/api/callFsiService"];

/// The addresses of the interface.
pub fn router(app: &App) -> Router<Arc<App>> {
    let mut router = Router::new();
    let named = app.interface.prefix.as_deref().into_iter();
    for prefix in PREFIXES.into_iter().chain(named.filter(|prefix| !PREFIXES.contains(prefix))) {
        router = router
            .route(&format!("{prefix}/callService"), post(one_path))
            .route(&format!("{prefix}/callService/{{infno}}"), post(own_path));
    }
    router
}

async fn one_path(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    receive(app, None, headers, body).await
}

async fn own_path(
    State(app): State<Arc<App>>,
    Path(infno): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    receive(app, Some(infno), headers, body).await
}

/// Bytes of a message that are read before it is known who sends it; a bill of a hundred lines is as long.
const UNKNOWN_MAX: u64 = 64 << 10;

async fn receive(app: Arc<App>, named: Option<String>, headers: HeaderMap, body: Body) -> Response {
    // Room for the eight megabytes that a message may have is kept for who may send one.
    let large = body.size_hint().upper().is_none_or(|bytes| bytes > UNKNOWN_MAX);
    let _large = if large {
        let (asking, signed) = (Arc::clone(&app), headers.clone());
        match tokio::task::spawn_blocking(move || sender(&asking, &signed)).await {
            Ok(Ok(_)) => {}
            Ok(Err(unsigned)) => return json(StatusCode::UNAUTHORIZED, unsigned.body()),
            Err(_) => return fault(),
        }
        let Ok(room) = app.interface.large.try_acquire() else { return busy() };
        Some(room)
    } else {
        None
    };
    // Who sends slowly takes nobody's room: that of messages under way begins with the last byte.
    let bytes = match crate::upload::read(body, ::interface::BODY_MAX).await {
        Ok(bytes) => Some(bytes),
        Err(Problem::TooLarge) => None,
        Err(_) => return told(400, "the message broke off; nothing was done, send it again"),
    };
    // Nobody waits in a queue that has no end: who finds no room asks again, and nothing was done.
    let Ok(_room) = app.interface.under_way.try_acquire() else { return busy() };
    let task_app = Arc::clone(&app);
    let task =
        tokio::task::spawn_blocking(move || handle(&task_app, named.as_deref(), &headers, bytes.as_deref()));
    task.await.unwrap_or_else(|_| fault())
}

fn busy() -> Response {
    told(503, "busy, send the same message again")
}

fn fault() -> Response {
    tracing::error!("a message failed an assertion");
    told(500, "a fault of the program; nothing was answered, send the same message again")
}

/// From headers and bytes to the answer; tests call it without a socket. No bytes: there were too many.
pub(super) fn handle(app: &App, named: Option<&str>, headers: &HeaderMap, body: Option<&[u8]>) -> Response {
    let provider = match sender(app, headers) {
        Ok(provider) => provider,
        Err(unsigned) => return json(StatusCode::UNAUTHORIZED, unsigned.body()),
    };
    if !app.interface.limits.allows(&provider.registered.code, Clock::Real.now()) {
        return told(429, "more messages than agreed; wait a moment");
    }
    let handled = match body {
        Some(body) => answer(app, &provider, named, body),
        None => too_large(app, &provider),
    };
    let key = header(headers, "_api_access_key").unwrap_or("");
    let seen = Seen::of(app.desk.now(), key, &handled, body.unwrap_or_default());
    app.interface.recent.keep(&provider.registered.code, seen);
    match handled.reply {
        Reply::Told(told) => json(StatusCode::OK, told),
        Reply::File { name, bytes } => file(&name, bytes),
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Who signed. Freshness is measured on the machine's clock, which clients share; everything else on the office's, which
/// in a demo stands elsewhere.
fn sender(app: &App, headers: &HeaderMap) -> Result<Provider, Unsigned> {
    let signed = Headers {
        name: header(headers, "_api_name"),
        version: header(headers, "_api_version"),
        timestamp: header(headers, "_api_timestamp"),
        access_key: header(headers, "_api_access_key"),
        signature: header(headers, "_api_signature"),
    };
    let mut provider = Err(Unsigned::UnknownKey);
    let checked = signature::check(&signed, Clock::Real.now(), |key| match provider_of(app, key) {
        Ok(Some(found)) => {
            provider = Ok(found);
            vec![app.interface.secrets.of(key).into_bytes()]
        }
        Ok(None) => Vec::new(),
        Err(error) => {
            tracing::error!(%error, "keys cannot be read");
            Vec::new()
        }
    });
    checked.and(provider)
}

/// A file of 9102. Its name is the sender's, so only plain letters of it go into the header.
fn file(name: &str, bytes: Vec<u8>) -> Response {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let name: String = name.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (StatusCode::OK, headers, bytes).into_response()
}

/// A refusal before the protocol begins, in the gateway's form.
fn told(code: u16, message: &str) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json(status, format!("{{\"code\":{code},\"message\":\"{message}\"}}"))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

/// Whose key this is, where it is good.
fn provider_of(app: &App, access_key: &str) -> Result<Option<Provider>, ReadError> {
    let Some((code, _)) = access_key.rsplit_once('-') else { return Ok(None) };
    let today = app.desk.now().day();
    let find = |records: &dyn agency::Records| {
        let provider = records.provider_by_code(code).and_then(|id| records.provider(id));
        provider.filter(|provider| provider.has_key(access_key, today))
    };
    app.desk.store().with_records(find)
}
