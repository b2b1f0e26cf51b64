//! The bytes of what another office sends. Who signed stands in them, so they are read before it is known who sends:
//! a few large ones at once, and of no size that a message or question does not have.

use axum::body::{Body, HttpBody};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

/// A list of four thousand bills fits, and a bill of five thousand lines.
const BODY_MAX: usize = 4 << 20;
/// Above so many bytes it is a large one.
const SMALL_MAX: u64 = 64 << 10;

/// Large ones that are read at once.
static LARGE: Semaphore = Semaphore::const_new(16);

/// Reads a body, or says why not; the sender sends it again.
pub(super) async fn read(body: Body) -> Result<Vec<u8>, Box<Response>> {
    let told = |status: StatusCode, what: &'static str| Err(Box::new((status, what).into_response()));
    let large = body.size_hint().upper().is_none_or(|bytes| bytes > SMALL_MAX);
    let _room = match large.then(|| LARGE.try_acquire()) {
        Some(Err(_)) => return told(StatusCode::SERVICE_UNAVAILABLE, "busy, send again\n"),
        Some(Ok(room)) => Some(room),
        None => None,
    };
    match crate::upload::read(body, BODY_MAX).await {
        Ok(bytes) => Ok(bytes),
        Err(_) => told(StatusCode::PAYLOAD_TOO_LARGE, "it is too large or broke off\n"),
    }
}
