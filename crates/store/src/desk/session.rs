//! Sessions: opaque secrets, of which the file knows only the hash.

use super::hidden;
use crate::open::Store;
use crate::read::{ReadError, Reader};
use crate::views::{id, number};
use crate::writer::WriteError;
use agency::AccountId;
use rusqlite::OptionalExtension;
use terms::Moment;

/// Somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub account: AccountId,
    /// Since when.
    pub opened_at: Moment,
    /// When the session was last used, to the minute.
    pub seen_at: Moment,
    /// How long it may lie unused, in milliseconds.
    pub idle_ms: i64,
    /// When it ends in any case.
    pub expires_at: Moment,
}

impl Session {
    /// Whether it still holds at this moment.
    pub fn holds(&self, now: Moment) -> bool {
        now < self.expires_at && now.0 - self.seen_at.0 < self.idle_ms
    }
}

/// Use is noted once a minute at most: a page view must not cost a write.
const TOUCH_MS: i64 = 60_000;

impl Reader<'_> {
    /// The session with this secret, where it holds at this moment.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn session(&self, secret: &str, now: Moment) -> Result<Option<Session>, ReadError> {
        let mut query = self.prepare(
            "SELECT account, opened_at, seen_at, idle_ms, expires_at FROM session WHERE hash = ?1",
        )?;
        let session = query
            .query_row([&hidden(secret)[..]], |row| {
                Ok(Session {
                    account: AccountId(id(row.get(0)?)),
                    opened_at: Moment(row.get(1)?),
                    seen_at: Moment(row.get(2)?),
                    idle_ms: row.get(3)?,
                    expires_at: Moment(row.get(4)?),
                })
            })
            .optional()?;
        Ok(session.filter(|session| session.holds(now)))
    }
}

impl Store {
    /// Begins a session. `secret` must have at least 128 bits of chance in it.
    ///
    /// # Errors
    /// [`WriteError`], here and below.
    pub fn open_session(&self, secret: &str, session: Session) -> Result<(), WriteError> {
        let hash = hidden(secret);
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO session (hash, account, opened_at, seen_at, idle_ms, expires_at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute((
                    &hash[..],
                    number(session.account.0),
                    session.opened_at.0,
                    session.seen_at.0,
                    session.idle_ms,
                    session.expires_at.0,
                ))
                .map(drop)
        })
    }

    /// Notes that a session was used; writes only where the last note is older than a minute.
    pub fn touch_session(&self, secret: &str, session: &Session, now: Moment) -> Result<(), WriteError> {
        if now.0 - session.seen_at.0 < TOUCH_MS {
            return Ok(());
        }
        let hash = hidden(secret);
        self.write(move |connection| {
            // Never backwards: two tabs may arrive in either order.
            connection
                .prepare_cached("UPDATE session SET seen_at = max(seen_at, ?2) WHERE hash = ?1")?
                .execute((&hash[..], now.0))
                .map(drop)
        })
    }

    /// Ends a session; one that is not there is as good as ended.
    pub fn close_session(&self, secret: &str) -> Result<(), WriteError> {
        let hash = hidden(secret);
        self.write(move |connection| {
            connection.prepare_cached("DELETE FROM session WHERE hash = ?1")?.execute([&hash[..]]).map(drop)
        })
    }

    /// Ends every session of an account, because it was closed or its password changed. How many there were.
    pub fn close_sessions_of(&self, account: AccountId) -> Result<usize, WriteError> {
        self.write(move |connection| {
            connection.prepare_cached("DELETE FROM session WHERE account = ?1")?.execute([number(account.0)])
        })
    }

    /// Clears sessions that hold no longer and attempts of more than a day ago. How many rows went.
    pub fn sweep(&self, now: Moment) -> Result<usize, WriteError> {
        self.write(move |connection| {
            let sessions = connection
                .prepare_cached("DELETE FROM session WHERE expires_at <= ?1 OR ?1 - seen_at >= idle_ms")?
                .execute([now.0])?;
            let attempts = connection
                .prepare_cached("DELETE FROM attempt WHERE since < ?1")?
                .execute([now.0 - 86_400_000])?;
            Ok(sessions + attempts)
        })
    }
}
