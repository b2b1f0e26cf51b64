//! The gateway's signature: who sends, and is it fresh?
//!
//! `_api_signature` is Base64 of HMAC-SHA1 over the other four headers, sorted by name. It covers no byte of the body;
//! that is the specification's choice, so the office asks for TLS in front of it.

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use terms::Moment;

/// A message is fresh for so long, either way: half an hour.
pub const WINDOW_MS: i64 = 30 * 60 * 1000;
/// Characters of a header at most.
const HEADER_MAX: usize = 128;

/// The five headers, as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Headers<'a> {
    /// `_api_name`: the transaction.
    pub name: Option<&'a str>,
    /// `_api_version`
    pub version: Option<&'a str>,
    /// `_api_timestamp`: milliseconds since 1970, thirteen digits.
    pub timestamp: Option<&'a str>,
    /// `_api_access_key`
    pub access_key: Option<&'a str>,
    /// `_api_signature`
    pub signature: Option<&'a str>,
}

/// What a gateway refuses with 401, before anything is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsigned {
    /// A header is not there.
    Missing(&'static str),
    /// The timestamp is not thirteen digits.
    Timestamp,
    /// The timestamp is more than half an hour off.
    Stale,
    /// Nobody has this key, or it was revoked.
    UnknownKey,
    /// The signature is another.
    Signature,
}

impl Unsigned {
    /// What is said, in the body of the 401.
    pub fn message(self) -> String {
        match self {
            Unsigned::Missing(header) => format!("missing header {header}"),
            Unsigned::Timestamp => "_api_timestamp must be 13 digits".to_owned(),
            Unsigned::Stale => "_api_timestamp is more than 30 minutes off".to_owned(),
            Unsigned::UnknownKey => "_api_access_key is unknown or revoked".to_owned(),
            Unsigned::Signature => "_api_signature is wrong".to_owned(),
        }
    }

    /// The whole body of the 401.
    pub fn body(self) -> String {
        format!("{{\"code\":401,\"message\":\"{}\"}}", self.message())
    }
}

fn header<'a>(value: Option<&'a str>, name: &'static str) -> Result<&'a str, Unsigned> {
    let value = value.map(str::trim).filter(|value| !value.is_empty() && value.len() <= HEADER_MAX);
    value.ok_or(Unsigned::Missing(name))
}

/// What is signed: the headers by name, sorted.
pub fn signed_text(access_key: &str, name: &str, timestamp: &str, version: &str) -> String {
    format!("_api_access_key={access_key}&_api_name={name}&_api_timestamp={timestamp}&_api_version={version}")
}

/// The signature a client sends.
pub fn sign(secret: &[u8], access_key: &str, name: &str, timestamp: &str, version: &str) -> String {
    Base64::encode_string(&mac(secret, access_key, name, timestamp, version).finalize().into_bytes())
}

/// Checks the headers at this moment. `secret` finds a key's secret; a key may have two while it is being rotated.
///
/// # Errors
/// The first thing that is wrong. Comparing takes the same time wherever two signatures differ.
pub fn check(
    headers: &Headers<'_>,
    now: Moment,
    secrets: impl FnOnce(&str) -> Vec<Vec<u8>>,
) -> Result<(), Unsigned> {
    let name = header(headers.name, "_api_name")?;
    let version = header(headers.version, "_api_version")?;
    let timestamp = header(headers.timestamp, "_api_timestamp")?;
    let access_key = header(headers.access_key, "_api_access_key")?;
    let signature = header(headers.signature, "_api_signature")?;
    if timestamp.len() != 13 || !timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unsigned::Timestamp);
    }
    let sent: i64 = timestamp.parse().map_err(|_| Unsigned::Timestamp)?;
    if now.0.abs_diff(sent) > WINDOW_MS.unsigned_abs() {
        return Err(Unsigned::Stale);
    }
    let secrets = secrets(access_key);
    if secrets.is_empty() {
        return Err(Unsigned::UnknownKey);
    }
    let signature = Base64::decode_vec(signature).map_err(|_| Unsigned::Signature)?;
    let mut right = false;
    for secret in &secrets {
        // `verify_slice` compares in constant time; no early end, so that it does not tell which secret it was.
        right |= mac(secret, access_key, name, timestamp, version).verify_slice(&signature).is_ok();
    }
    if right { Ok(()) } else { Err(Unsigned::Signature) }
}

fn mac(secret: &[u8], access_key: &str, name: &str, timestamp: &str, version: &str) -> Hmac<Sha1> {
    // HMAC takes a key of one block: a shorter one is filled with noughts, a longer one is hashed first (RFC 2104).
    let mut block = [0u8; 64];
    if secret.len() > block.len() {
        let hashed = Sha1::digest(secret);
        block[..hashed.len()].copy_from_slice(&hashed);
    } else {
        block[..secret.len()].copy_from_slice(secret);
    }
    let mut mac = Hmac::<Sha1>::new((&block).into());
    mac.update(signed_text(access_key, name, timestamp, version).as_bytes());
    mac
}

#[cfg(test)]
mod tests;
