//! Sessions and sign-in attempts.
//!
//! The browser holds 256 random bits; we keep only their hash, so that whoever reads our memory or file cannot
//! sign in with what is there. A session ends after some idle time and, whatever happens, after a working day.

use agency::AccountId;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use terms::Moment;

/// Ends after so long without a request.
pub const IDLE_MS: i64 = 2 * 3_600_000;
/// Ends after so long in any case.
pub const LIFETIME_MS: i64 = 12 * 3_600_000;
/// More than these at once are not kept; the oldest goes.
const SESSIONS_MAX: usize = 20_000;
/// Wrong passwords that are free of waiting, and for how long they are remembered.
const ATTEMPTS_FREE: u32 = 5;
const ATTEMPTS_MEMORY_MS: i64 = 15 * 60_000;
const ATTEMPTS_MAX: usize = 50_000;

/// The name of the cookie.
pub const COOKIE: &str = "banli_session";

#[derive(Debug, Clone, Copy)]
struct Session {
    account: AccountId,
    opened: Moment,
    seen: Moment,
}

#[derive(Debug, Clone, Copy)]
struct Attempts {
    wrong: u32,
    last: Moment,
}

/// Who is signed in, and who tried too often.
#[derive(Debug, Default)]
pub struct Sessions {
    open: Mutex<BTreeMap<[u8; 32], Session>>,
    attempts: Mutex<BTreeMap<String, Attempts>>,
}

/// No randomness could be had from the system; nobody can sign in safely.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random numbers")]
pub struct NoRandomness;

/// 256 random bits as 64 hexadecimal digits.
pub fn random_id() -> Result<String, NoRandomness> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What was locked when a thread died is still whole: each change is one insertion or removal.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sessions {
    /// Opens a session for this account and gives the secret that goes into the cookie.
    pub fn open(&self, account: AccountId, now: Moment) -> Result<String, NoRandomness> {
        let secret = random_id()?;
        let mut open = lock(&self.open);
        open.retain(|_, session| alive(session, now));
        if open.len() >= SESSIONS_MAX
            && let Some(oldest) = open.iter().min_by_key(|(_, session)| session.seen).map(|(key, _)| *key)
        {
            open.remove(&oldest);
        }
        open.insert(key(&secret), Session { account, opened: now, seen: now });
        Ok(secret)
    }

    /// The account behind this secret, where its session still runs; the idle time starts again.
    pub fn account(&self, secret: &str, now: Moment) -> Option<AccountId> {
        let mut open = lock(&self.open);
        let key = key(secret);
        let session = open.get_mut(&key)?;
        if !alive(session, now) {
            open.remove(&key);
            return None;
        }
        session.seen = now;
        Some(session.account)
    }

    /// Ends a session.
    pub fn close(&self, secret: &str) {
        lock(&self.open).remove(&key(secret));
    }

    /// How many run.
    pub fn count(&self) -> usize {
        lock(&self.open).len()
    }

    /// Seconds this name must wait at this address before the next attempt; nothing where it need not.
    pub fn must_wait(&self, login: &str, address: &str, now: Moment) -> Option<u32> {
        let attempts = lock(&self.attempts);
        let tried = attempts.get(&attempt_key(login, address))?;
        // 2, 4, 8 … seconds, at most five minutes.
        let wait_ms = 1_000 * (1_i64 << tried.wrong.saturating_sub(ATTEMPTS_FREE).min(9)).min(300);
        let left = tried.last.0 + wait_ms - now.0;
        (tried.wrong > ATTEMPTS_FREE && left > 0)
            .then(|| u32::try_from(left.div_euclid(1_000) + 1).unwrap_or(300))
    }

    /// Notes a wrong password.
    pub fn note_wrong(&self, login: &str, address: &str, now: Moment) {
        let mut attempts = lock(&self.attempts);
        if attempts.len() >= ATTEMPTS_MAX {
            attempts.retain(|_, tried| now.0 - tried.last.0 < ATTEMPTS_MEMORY_MS);
        }
        let tried = attempts.entry(attempt_key(login, address)).or_insert(Attempts { wrong: 0, last: now });
        if now.0 - tried.last.0 > ATTEMPTS_MEMORY_MS {
            tried.wrong = 0;
        }
        *tried = Attempts { wrong: tried.wrong.saturating_add(1), last: now };
    }

    /// Forgets the attempts after a right password.
    pub fn note_right(&self, login: &str, address: &str) {
        lock(&self.attempts).remove(&attempt_key(login, address));
    }
}

fn alive(session: &Session, now: Moment) -> bool {
    now.0 - session.seen.0 < IDLE_MS && now.0 - session.opened.0 < LIFETIME_MS
}

fn key(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn attempt_key(login: &str, address: &str) -> String {
    format!("{} {address}", login.chars().take(60).collect::<String>().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_790_000_000_000);

    fn later(ms: i64) -> Moment {
        Moment(NOW.0 + ms)
    }

    #[test]
    fn a_session_runs_until_it_is_idle_too_long_or_a_working_day_is_over() {
        let sessions = Sessions::default();
        let secret = sessions.open(AccountId(7), NOW).unwrap();
        assert_eq!(secret.len(), 64);
        assert_eq!(sessions.account(&secret, later(IDLE_MS - 1)), Some(AccountId(7)));
        assert_eq!(sessions.account("guess", NOW), None);
        // The request above started the idle time again.
        assert_eq!(sessions.account(&secret, later(2 * IDLE_MS - 2)), Some(AccountId(7)));
        assert_eq!(sessions.account(&secret, later(3 * IDLE_MS)), None);

        let secret = sessions.open(AccountId(8), NOW).unwrap();
        for hour in 1..12 {
            assert_eq!(sessions.account(&secret, later(hour * 3_600_000)), Some(AccountId(8)), "{hour}");
        }
        assert_eq!(sessions.account(&secret, later(LIFETIME_MS)), None);
    }

    #[test]
    fn signing_out_ends_it_and_the_secret_is_not_kept() {
        let sessions = Sessions::default();
        let secret = sessions.open(AccountId(7), NOW).unwrap();
        assert!(!format!("{sessions:?}").contains(&secret));
        sessions.close(&secret);
        assert_eq!(sessions.account(&secret, NOW), None);
    }

    #[test]
    fn the_sixth_wrong_password_has_to_wait_and_others_do_not() {
        let sessions = Sessions::default();
        for _ in 0..5 {
            assert_eq!(sessions.must_wait("li", "10.0.0.1", NOW), None);
            sessions.note_wrong("li", "10.0.0.1", NOW);
        }
        sessions.note_wrong("Li", "10.0.0.1", NOW);
        assert!(sessions.must_wait("li", "10.0.0.1", NOW).is_some());
        assert_eq!(sessions.must_wait("wang", "10.0.0.1", NOW), None);
        assert_eq!(sessions.must_wait("li", "10.0.0.2", NOW), None);
        assert_eq!(sessions.must_wait("li", "10.0.0.1", later(3_000)), None);
        sessions.note_right("li", "10.0.0.1");
        assert_eq!(sessions.must_wait("li", "10.0.0.1", NOW), None);
    }
}
