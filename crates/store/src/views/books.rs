//! The books: what stands on each account, day by day, and which entries put it there.

use super::{View, id};
use crate::read::{ReadError, Reader};
use agency::Event;
use ledger::{Account, Turnover};
use rusqlite::Connection;
use std::collections::BTreeMap;
use terms::{Day, Fen};

pub(super) const VIEW: View = View {
    tables: &["view_turnover", "view_posting"],
    sql: "
CREATE TABLE view_turnover (
    account  TEXT    NOT NULL,
    day      INTEGER NOT NULL,
    debit    INTEGER NOT NULL,
    credit   INTEGER NOT NULL,
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_posting (
    account TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;
",
    // Everything is gathered by `Books` and written once a transaction.
    fold: |_, _| Ok(()),
};

/// One posting, with the event whose entry it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingRow {
    /// The event that posted the entry.
    pub seq: i64,
    /// Above zero a debit, below zero a credit.
    pub amount: Fen,
}

/// What one transaction posts, by account.
#[derive(Default)]
pub(super) struct Books(BTreeMap<String, OnAccount>);

#[derive(Default)]
struct OnAccount {
    /// Debit and credit in fen, by day.
    days: BTreeMap<i32, [i64; 2]>,
    /// Event and amount.
    postings: Vec<(i64, i64)>,
}

impl Books {
    pub(super) fn add(&mut self, seq: i64, event: &Event) {
        let Event::EntryPosted(entry) = event else { return };
        for posting in &entry.postings {
            let account = self.0.entry(posting.account.to_string()).or_default();
            let amount = posting.amount.get();
            let side = usize::from(amount < 0);
            let sums = account.days.entry(entry.day.number()).or_default();
            // Amounts are bounded by numeric(16,2); a day cannot come near the end of an i64.
            sums[side] = sums[side].saturating_add(amount.abs());
            account.postings.push((seq, amount));
        }
    }

    /// Writes everything, in the order of the keys.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut upsert = connection.prepare_cached(
            "INSERT INTO view_turnover (account, day, debit, credit) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO UPDATE SET debit = debit + ?3, credit = credit + ?4",
        )?;
        for (account, on) in &self.0 {
            for (day, [debit, credit]) in &on.days {
                upsert.execute((account, day, debit, credit))?;
            }
        }
        let mut insert = connection
            .prepare_cached("INSERT INTO view_posting (account, seq, amount) VALUES (?1, ?2, ?3)")?;
        for (account, on) in &self.0 {
            for (seq, amount) in &on.postings {
                insert.execute((account, seq, amount))?;
            }
        }
        Ok(())
    }
}

fn fen(amount: i64) -> rusqlite::Result<Fen> {
    Fen::new(amount).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

impl Reader<'_> {
    /// Debits and credits of every account whose path begins with `prefix` (all where it is empty), from one day to
    /// another, both included; by path. The trial balance of any span, and from the first day the balance on any day.
    ///
    /// # Errors
    /// [`ReadError::Unreadable`] where a path is no account.
    pub fn turnovers(&self, prefix: &str, from: Day, to: Day) -> Result<Vec<(Account, Turnover)>, ReadError> {
        let mut query = self.prepare(
            "SELECT account, sum(debit), sum(credit) FROM view_turnover WHERE account >= ?1 \
             AND account < ?1 || char(1114111) AND day >= ?2 AND day <= ?3 GROUP BY account ORDER BY account",
        )?;
        let rows = query.query_map((prefix, from.number(), to.number()), |row| {
            Ok((row.get::<_, String>(0)?, Turnover { debit: fen(row.get(1)?)?, credit: fen(row.get(2)?)? }))
        })?;
        let mut turnovers = Vec::new();
        for row in rows {
            let (path, turnover) = row?;
            let account = path.parse::<Account>().map_err(|error| ReadError::Unreadable {
                place: format!("account {path}"),
                what: error.to_string(),
            })?;
            turnovers.push((account, turnover));
        }
        Ok(turnovers)
    }

    /// What stands on the account at the end of a day: above zero a debit.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn balance(&self, account: &Account, on: Day) -> Result<Fen, ReadError> {
        let mut query = self.prepare(
            "SELECT coalesce(sum(debit - credit), 0) FROM view_turnover WHERE account = ?1 AND day <= ?2",
        )?;
        Ok(query.query_row((account.to_string(), on.number()), |row| fen(row.get(0)?))?)
    }

    /// The latest postings on an account, latest first, before the event numbered `before` (`i64::MAX` for the
    /// latest).
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn postings_on(
        &self,
        account: &Account,
        before: i64,
        limit: u32,
    ) -> Result<Vec<PostingRow>, ReadError> {
        let mut query = self.prepare(
            "SELECT seq, amount FROM view_posting WHERE account = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
        )?;
        let rows = query.query_map((account.to_string(), before, limit), |row| {
            Ok(PostingRow { seq: row.get(0)?, amount: fen(row.get(1)?)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many postings there are.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn count_postings(&self) -> Result<u64, ReadError> {
        let mut query = self.prepare("SELECT count(*) FROM view_posting")?;
        Ok(query.query_row([], |row| row.get(0)).map(id)?)
    }
}
