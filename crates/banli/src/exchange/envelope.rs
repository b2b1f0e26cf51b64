//! A message with who sends it, its number and a signature that only the two offices can make.

use agency::region::Message;
use hmac::{Hmac, KeyInit, Mac};
use ledger::Word;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt::Write;

/// A message on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Envelope {
    /// The sender's region.
    pub(super) from: Word,
    /// The receiver's.
    pub(super) to: Word,
    /// Counted by the sender for this receiver, from 1.
    pub(super) number: u64,
    /// The message as JSON, signed to the letter.
    pub(super) body: String,
    /// HMAC-SHA-256 in hexadecimal digits.
    signature: String,
}

/// The answer: the message is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reply {
    /// Numbers that have not come although later ones have.
    pub(super) missing: Vec<u64>,
    /// What answers it at once; sent again until acknowledged, like all messages.
    pub(super) messages: Vec<Envelope>,
    signature: String,
}

pub(super) fn mac(secret: &str, parts: &[&str]) -> Hmac<Sha256> {
    // Secrets have 64 digits; a longer one would be cut, a shorter one is filled up, as the standard does.
    let mut block = [0_u8; 64];
    block.iter_mut().zip(secret.bytes()).for_each(|(place, byte)| *place = byte);
    let mut mac = Hmac::<Sha256>::new((&block).into());
    for part in parts {
        // The length before each part: no two lists of parts have the same bytes.
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    (digits.len() == 64).then(|| digits.chunks(2).map(pair).collect()).flatten()
}

/// Compares in a time that says nothing about where the difference lies.
pub(super) fn holds(mac: Hmac<Sha256>, signature: &str) -> bool {
    unhex(signature).is_some_and(|signature| mac.verify_slice(&signature).is_ok())
}

impl Envelope {
    pub(super) fn sign(from: Word, to: Word, number: u64, message: &Message, secret: &str) -> Envelope {
        // Every message has JSON; an empty one would be refused as unreadable.
        let body = serde_json::to_string(message).unwrap_or_default();
        let signature = {
            let number = number.to_string();
            let parts = ["message", from.as_str(), to.as_str(), &number, &body];
            hex(&mac(secret, &parts).finalize().into_bytes())
        };
        Envelope { from, to, number, body, signature }
    }

    pub(super) fn is_signed(&self, secret: &str) -> bool {
        let number = self.number.to_string();
        let parts = ["message", self.from.as_str(), self.to.as_str(), &number, &self.body];
        holds(mac(secret, &parts), &self.signature)
    }
}

impl Reply {
    pub(super) fn sign(to: &Envelope, missing: Vec<u64>, messages: Vec<Envelope>, secret: &str) -> Reply {
        let signature = hex(&Reply::mac(to, &missing, secret).finalize().into_bytes());
        Reply { missing, messages, signature }
    }

    /// The reply was made for this message.
    pub(super) fn is_signed(&self, to: &Envelope, secret: &str) -> bool {
        holds(Reply::mac(to, &self.missing, secret), &self.signature)
    }

    fn mac(to: &Envelope, missing: &[u64], secret: &str) -> Hmac<Sha256> {
        let missing: Vec<String> = missing.iter().map(u64::to_string).collect();
        mac(secret, &["reply", &to.signature, &missing.join(",")])
    }
}
