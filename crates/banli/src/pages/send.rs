//! Sending what a form asks for to the desk, once.

use crate::ask::Ask;
use crate::desk::Declined;
use crate::errors::Problem;
use agency::{CaseId, Command};
use store::RequestKey;
use terms::Refusals;

/// What came of a command: kept, or the office's reasons against it.
type Answer = Result<Option<CaseId>, Refusals>;

/// Sends a command under a part of the form's key, so that the same form sent twice has one effect.
pub fn send(ask: &Ask<'_>, part: &str, command: &Command) -> Result<Answer, Problem> {
    let key = part_key(ask, part).ok_or_else(|| Problem::Unreadable(ask.text().say("form-without-key")))?;
    match ask.app.desk.submit(ask.actor()?, Some(&key), command) {
        Ok(done) => Ok(Ok(done.case())),
        Err(Declined::Refused(refusals)) => Ok(Err(refusals)),
        Err(Declined::MovedOn) => Err(Problem::Unreadable(ask.text().say("form-moved-on"))),
        Err(Declined::KeyReused) => Err(Problem::Unreadable(ask.text().say("form-key-reused"))),
        Err(declined @ (Declined::Busy | Declined::Trouble(_))) => Err(Problem::Trouble(declined.into())),
    }
}

/// The key under which a part of the form is kept; nothing where the form carries none.
pub fn part_key(ask: &Ask<'_>, part: &str) -> Option<RequestKey> {
    let key: String = ask.form.get("key").chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    if key.len() < 32 { None } else { RequestKey::new(format!("{key}-{part}")).ok() }
}
