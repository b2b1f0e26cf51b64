//! The last messages of each provider, kept in memory for its developers to look at. Nothing of them is on the disk,
//! and who and what a message is about is masked before it is shown.

use super::handled::{Handled, Reply};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use terms::Moment;

/// Messages kept of each provider.
const KEPT: usize = 30;
/// Bytes kept of each message.
const BYTES_MAX: usize = 8 << 10;

/// A message that came, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When, by the office's clock.
    pub at: Moment,
    /// The key's name.
    pub access_key: String,
    /// The transaction, where it could be read.
    pub infno: String,
    /// The message id, where it could be read.
    pub msgid: String,
    /// What breaks a rule, or why else it was refused.
    pub faults: Vec<String>,
    /// What was read though it is specified otherwise.
    pub odd: Vec<String>,
    /// The beginning of the message, as it came.
    pub body: String,
    /// The beginning of the answer.
    pub answer: String,
}

impl Seen {
    pub(super) fn of(at: Moment, access_key: &str, handled: &Handled, body: &[u8]) -> Seen {
        let begin = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(BYTES_MAX)]).into_owned();
        let answer = match &handled.reply {
            Reply::Told(told) => begin(told.as_bytes()),
            Reply::File { name, bytes } => format!("{name}: {} bytes", bytes.len()),
        };
        Seen {
            at,
            access_key: access_key.to_owned(),
            infno: handled.infno.clone(),
            msgid: handled.msgid.clone(),
            faults: handled.faults.clone(),
            odd: handled.odd.clone(),
            body: begin(body),
            answer,
        }
    }
}

/// By provider, latest first.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<BTreeMap<String, VecDeque<Seen>>>);

impl Recent {
    /// Keeps a message of a provider and forgets its oldest.
    pub(super) fn keep(&self, provider: &str, seen: Seen) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = kept.entry(provider.to_owned()).or_default();
        of.push_front(seen);
        of.truncate(KEPT);
    }

    pub(super) fn of(&self, provider: &str) -> Vec<Seen> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(provider).map(|seen| seen.iter().cloned().collect()).unwrap_or_default()
    }
}

/// Fields that tell who or where somebody is.
const SECRET: [&str; 22] = [
    "psn_name",
    "certno",
    "cert_no",
    "mdtrt_cert_no",
    "card_sn",
    "tel",
    "addr",
    "brdy",
    "patn_name",
    "curr_addr",
    "coner_name",
    "coner_tel",
    "coner_addr",
    "agnter_name",
    "agnter_certno",
    "agnter_tel",
    "agnter_addr",
    "emp_tel",
    "emp_addr",
    "emp_name",
    "dept_resper_tel",
    "diag_name",
];

/// The message with every value of such a field put out of sight. Works on what is no JSON as well, since that is what
/// developers look for.
pub fn masked(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(open) = rest.find('"') {
        let (before, from) = rest.split_at(open + 1);
        out.push_str(before);
        let close = end_of_text(from);
        let name = &from[..close];
        out.push_str(name);
        rest = &from[close..];
        if !SECRET.contains(&name.to_ascii_lowercase().as_str()) {
            if let Some(after) = rest.strip_prefix('"') {
                out.push('"');
                rest = after;
            }
            continue;
        }
        // The value up to the next comma or bracket outside of quotes.
        let value = rest.strip_prefix('"').map(str::trim_start).and_then(|after| after.strip_prefix(':'));
        let Some(value) = value.map(str::trim_start) else { continue };
        let length = match value.strip_prefix('"') {
            Some(text) => (end_of_text(text) + 2).min(value.len()),
            None => value.find([',', '}', ']']).unwrap_or(value.len()),
        };
        out.push_str("\": \"***\"");
        rest = &value[length..];
    }
    out.push_str(rest);
    out
}

/// Where the text that begins here ends: at its closing quote, or with everything.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, shown: &str) {
        assert_eq!(masked(body), shown);
    }

    #[test]
    fn who_it_is_about_is_put_out_of_sight() {
        check(r#"{"psn_no":"1","psn_name":"王芳","cnt":2}"#, r#"{"psn_no":"1","psn_name": "***","cnt":2}"#);
        check(r#"{"PSN_NAME" : "a\"b" }"#, r#"{"PSN_NAME": "***" }"#);
        check(r#"{"certno":330106,"x":1}"#, r#"{"certno": "***","x":1}"#);
        check(r#"{"tel":null}"#, r#"{"tel": "***"}"#);
        check("no json", "no json");
        check(r#"{"certno":"3301"#, r#"{"certno": "***""#);
        check(r#"{"a":"certno"}"#, r#"{"a":"certno"}"#);
    }

    #[test]
    fn only_the_last_are_kept() {
        let recent = Recent::default();
        for number in 0..40 {
            let seen = Seen {
                at: Moment(number),
                access_key: String::new(),
                infno: String::new(),
                msgid: String::new(),
                faults: Vec::new(),
                odd: Vec::new(),
                body: String::new(),
                answer: String::new(),
            };
            recent.keep("H", seen);
        }
        let kept = recent.of("H");
        assert_eq!((kept.len(), kept[0].at, recent.of("P").len()), (KEPT, Moment(39), 0));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(body in r#"["\\:,{}\[\]a-c中 ]{0,40}(certno)?["\\:,{}0-9]{0,20}"#) {
            let _ = masked(&body);
        }
    }
}
