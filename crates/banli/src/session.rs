//! Sessions and sign-in attempts.
//!
//! The browser holds 256 random bits; the store keeps only their hash, so that whoever reads the file cannot sign
//! in with what is there. A session ends after some idle time and, whatever happens, after a working day.

use agency::AccountId;
use store::{Session, Store};
use terms::Moment;

/// Ends after so long without a request.
pub const IDLE_MS: i64 = 2 * 3_600_000;
/// Ends after so long in any case.
pub const LIFETIME_MS: i64 = 12 * 3_600_000;
/// Wrong passwords are remembered this long, and so long must be waited after too many.
const WINDOW_MS: i64 = 15 * 60_000;
/// Wrong passwords for one name from one address, and for all names from one address.
const FAILURES_MAX: u32 = 6;
const FAILURES_OF_ADDRESS_MAX: u32 = 60;

/// The name of the cookie.
pub const COOKIE: &str = "banli_session";

/// 256 random bits as 64 hexadecimal digits.
///
/// # Errors
/// Where the system gives no random numbers; nobody can sign in safely then.
pub fn random_id() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system gave no random numbers: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Opens a session for this account and gives the secret that goes into the cookie.
pub fn open(store: &Store, account: AccountId, now: Moment) -> anyhow::Result<String> {
    let secret = random_id()?;
    let expires_at = Moment(now.0.saturating_add(LIFETIME_MS));
    store.open_session(
        &secret,
        Session { account, opened_at: now, seen_at: now, idle_ms: IDLE_MS, expires_at },
    )?;
    Ok(secret)
}

/// The account behind this secret, where its session still runs; the idle time starts again.
pub fn account(store: &Store, secret: &str, now: Moment) -> anyhow::Result<Option<AccountId>> {
    if secret.len() != 64 {
        return Ok(None);
    }
    let Some(session) = store.read(|reader| reader.session(secret, now))? else { return Ok(None) };
    store.touch_session(secret, &session, now)?;
    Ok(Some(session.account))
}

/// What wrong passwords are counted by: this name from this address, and the address.
fn subjects(login: &str, address: &str) -> [(String, u32); 2] {
    let login: String = login.chars().take(60).collect::<String>().to_lowercase();
    [
        (format!("login {login} {address}"), FAILURES_MAX),
        (format!("address {address}"), FAILURES_OF_ADDRESS_MAX),
    ]
}

/// Seconds this name must wait at this address before the next attempt; nothing where it need not.
pub fn must_wait(store: &Store, login: &str, address: &str, now: Moment) -> anyhow::Result<Option<u32>> {
    for (subject, most) in subjects(login, address) {
        let attempts = store.read(|reader| reader.attempts(&subject, now, WINDOW_MS))?;
        if let Some(attempts) = attempts.filter(|attempts| attempts.failures >= most) {
            let left = attempts.since.0.saturating_add(WINDOW_MS).saturating_sub(now.0);
            return Ok(Some(u32::try_from(left.div_euclid(1_000)).unwrap_or(0) + 1));
        }
    }
    Ok(None)
}

/// Notes a wrong password.
pub fn note_wrong(store: &Store, login: &str, address: &str, now: Moment) -> anyhow::Result<()> {
    for (subject, _) in subjects(login, address) {
        store.count_failure(&subject, now, WINDOW_MS)?;
    }
    Ok(())
}

/// Forgets this name's attempts after a right password.
pub fn note_right(store: &Store, login: &str, address: &str) -> anyhow::Result<()> {
    let [(subject, _), _] = subjects(login, address);
    Ok(store.forget_failures(&subject)?)
}
