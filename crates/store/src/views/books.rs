//! The books: what stands on each account, day by day, and which entries put it there.
//!
//! Personal accounts are as many as people, so they are kept apart: day sums are those of all personal accounts
//! together, and a posting on a person's account that belongs to that person's own year is found through the year's
//! stream, like the settlement it comes with.
//!
//! Accounts of providers are many too, and each of them would have a page of its own in every commit. So the sums of
//! the newest day lie together in a table of their own, until the next day begins; and which entries move an account
//! is written in the order of the entries, to be found among those of its days.

use super::{Happened, View};
use crate::read::{ReadError, Reader};
use agency::{Event, PersonId};
use ledger::{Account, AccountKind, Entry, Turnover};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fmt::Write;
use terms::{Day, Fen};

pub(super) const VIEW: View = View {
    tables: &["view_turnover", "view_turnover_newest", "view_movement", "view_posting"],
    sql: "
CREATE TABLE view_turnover (
    account   TEXT    NOT NULL,
    day       INTEGER NOT NULL,
    debit     INTEGER NOT NULL,
    credit    INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_turnover_newest (
    account   TEXT    NOT NULL PRIMARY KEY,
    day       INTEGER NOT NULL,
    debit     INTEGER NOT NULL,
    credit    INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE view_movement (
    seq     INTEGER NOT NULL,
    account TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    PRIMARY KEY (seq, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_posting (
    account TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    PRIMARY KEY (account, day, seq)
) STRICT, WITHOUT ROWID;
",
    // Everything is gathered by `Books` and written once a transaction.
    fold: |_, _| Ok(()),
};

/// The sums of all days, in place of a table.
pub(crate) const TURNOVER: &str = "(SELECT account, day, debit, credit, first_seq, last_seq FROM view_turnover \
     UNION ALL SELECT account, day, debit, credit, first_seq, last_seq FROM view_turnover_newest)";

/// What one transaction posts. Accounts are written as text once a row, not once a posting.
#[derive(Default)]
pub(super) struct Books {
    /// The sums of each account, and of all personal accounts together.
    sums: BTreeMap<(AccountKind, Option<Account>), Days>,
    /// Event, account and day of what moves an account that is no person's, in the order of the events.
    movements: Vec<(i64, Account, i32)>,
    /// Amount by account, day and event, where the account is a person's and the entry is not of the person's own year.
    postings: BTreeMap<(String, i32, i64), i64>,
}

/// Debit and credit in fen, first and last event, by day.
type Days = BTreeMap<i32, ([i64; 2], (i64, i64))>;

impl Books {
    pub(super) fn add(&mut self, happened: &Happened<'_>) {
        let Event::EntryPosted(entry) = happened.event else { return };
        let day = entry.day.number();
        for posting in &entry.postings {
            let (account, amount) = (posting.account, posting.amount.get());
            let of_person = account.kind() == AccountKind::PersonAccount;
            let days = self.sums.entry((account.kind(), (!of_person).then_some(account))).or_default();
            let (sums, seqs) = days.entry(day).or_insert(([0; 2], (happened.seq, happened.seq)));
            // Amounts are bounded by numeric(16,2); a day cannot come near the end of an i64.
            let side = &mut sums[usize::from(amount < 0)];
            *side = side.saturating_add(amount.abs());
            *seqs = (seqs.0.min(happened.seq), seqs.1.max(happened.seq));
            // An entry names an account once at most.
            if !of_person {
                self.movements.push((happened.seq, account, day));
                continue;
            }
            if !is_on_own_year(&account, happened.stream) {
                self.postings.insert((account.to_string(), day, happened.seq), amount);
            }
        }
    }

    /// Writes everything, nearly in the order of the keys.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let Some(last) = self.sums.values().filter_map(|days| days.keys().max().copied()).max() else {
            return Ok(());
        };
        let newest = super::newest_day(connection, "view_turnover", last)?;
        let mut upsert = connection.prepare_cached(
            "INSERT INTO view_turnover (account, day, debit, credit, first_seq, last_seq) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET debit = debit + ?3, credit = credit + ?4, \
             first_seq = min(first_seq, ?5), last_seq = max(last_seq, ?6)",
        )?;
        let mut upsert_newest = connection.prepare_cached(
            "INSERT INTO view_turnover_newest (account, day, debit, credit, first_seq, last_seq) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET debit = debit + ?3, credit = credit + ?4, \
             first_seq = min(first_seq, ?5), last_seq = max(last_seq, ?6)",
        )?;
        for ((kind, account), days) in &self.sums {
            let path = account.map_or_else(|| kind.word().to_owned(), |account| account.to_string());
            for (day, ([debit, credit], (first, last))) in days {
                let upsert = if *day == newest { &mut upsert_newest } else { &mut upsert };
                upsert.execute((&path, day, debit, credit, first, last))?;
            }
        }
        let mut insert =
            connection.prepare_cached("INSERT INTO view_movement (seq, account, day) VALUES (?1, ?2, ?3)")?;
        let mut path = String::new();
        for (seq, account, day) in &self.movements {
            path.clear();
            // Writing to a String cannot fail.
            let _ = write!(path, "{account}");
            insert.execute((seq, &path, day))?;
        }
        let mut insert = connection
            .prepare_cached("INSERT INTO view_posting (account, day, seq, amount) VALUES (?1, ?2, ?3, ?4)")?;
        for ((account, day, seq), amount) in &self.postings {
            insert.execute((account, day, seq, amount))?;
        }
        Ok(())
    }
}

/// `person-account:17` on `year/17/2026`.
fn is_on_own_year(account: &Account, stream: &str) -> bool {
    let year_of = stream.strip_prefix("year/").and_then(|rest| rest.split_once('/'));
    account.party().is_some_and(|person| year_of.is_some_and(|(year_of, _)| year_of == person.as_str()))
}

/// Whose account it is, where the postings of that person's years are not in `view_posting`.
pub(super) fn holder(account: &Account) -> Option<PersonId> {
    if account.kind() != AccountKind::PersonAccount {
        return None;
    }
    account.party()?.as_str().parse().ok().map(PersonId)
}

/// What the entry moves on the account.
fn moved(entry: &Entry, account: &Account) -> Option<Fen> {
    entry.postings.iter().find(|posting| posting.account == *account).map(|posting| posting.amount)
}

fn fen(amount: i64) -> rusqlite::Result<Fen> {
    Fen::new(amount).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

impl Reader<'_> {
    /// The entries of the person's own years that move the person's account, with what they move, in no order.
    pub(super) fn own_entries(
        &self,
        person: PersonId,
        account: &Account,
    ) -> Result<Vec<(i64, String, Entry, Fen)>, ReadError> {
        let mut found = Vec::new();
        for span in self.years_of(person)? {
            for recorded in self.of_kind(span, "entry.posted")? {
                if let Event::EntryPosted(entry) = recorded.event()?
                    && let Some(amount) = moved(&entry, account)
                {
                    found.push((recorded.seq, recorded.stream, *entry, amount));
                }
            }
        }
        Ok(found)
    }

    /// Events with entries that move the account, which is no person's, in the order of day and posting, at most
    /// `limit` after this place.
    pub(super) fn movements(
        &self,
        account: &str,
        after: (i32, i64),
        to: i32,
        limit: u32,
    ) -> Result<Vec<i64>, ReadError> {
        let mut days = self.prepare(&format!(
            "SELECT day, first_seq, last_seq FROM {TURNOVER} WHERE account = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day"
        ))?;
        let mut on_day = self.prepare(
            "SELECT seq FROM view_movement WHERE seq BETWEEN ?3 AND ?4 AND account = ?1 AND day = ?2 \
             ORDER BY seq LIMIT ?5",
        )?;
        let mut found: Vec<i64> = Vec::new();
        let mut days = days.query((account, after.0, to))?;
        while let Some(row) = days.next()? {
            let (day, first, last): (i32, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let first = if day == after.0 { first.max(after.1.saturating_add(1)) } else { first };
            let open = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
            if open == 0 {
                break;
            }
            for seq in on_day.query_map((account, day, first, last, open), |row| row.get(0))? {
                found.push(seq?);
            }
        }
        Ok(found)
    }

    /// What stands on the account at the end of a day: above zero a debit.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn balance(&self, account: &Account, on: Day) -> Result<Fen, ReadError> {
        let days = self.days_of(account, Day::MIN, on)?;
        Fen::sum(days.iter().map(|(_, turnover)| turnover.net())).map_err(|_| ReadError::Unreadable {
            place: format!("account {account}"),
            what: "its balance is beyond numeric(16,2)".to_owned(),
        })
    }

    /// Debits and credits of the account, day by day, for a curve.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn days_of(&self, account: &Account, from: Day, to: Day) -> Result<Vec<(Day, Turnover)>, ReadError> {
        let holder = holder(account);
        let sql = match holder {
            None => format!(
                "SELECT day, debit, credit FROM {TURNOVER} WHERE account = ?1 AND day BETWEEN ?2 AND ?3"
            ),
            Some(_) => "SELECT day, max(amount, 0), max(-amount, 0) FROM view_posting \
                 WHERE account = ?1 AND day BETWEEN ?2 AND ?3"
                .to_owned(),
        };
        let mut query = self.prepare(&sql)?;
        let days = query.query_map((account.to_string(), from.number(), to.number()), |row| {
            Ok((Day::from_number(row.get(0)?), [row.get::<_, i64>(1)?, row.get::<_, i64>(2)?]))
        })?;
        let mut sums: BTreeMap<Day, [i64; 2]> = BTreeMap::new();
        let mut count = |day: Day, sides: [i64; 2]| {
            let sums = sums.entry(day).or_default();
            for (sum, side) in sums.iter_mut().zip(sides) {
                *sum = sum.saturating_add(side);
            }
        };
        for day in days {
            let (day, sides) = day?;
            count(day, sides);
        }
        if let Some(person) = holder {
            for (_, _, entry, amount) in self.own_entries(person, account)? {
                if (from..=to).contains(&entry.day) {
                    count(entry.day, [amount.get().max(0), amount.get().saturating_neg().max(0)]);
                }
            }
        }
        let turnover = |(day, [debit, credit]): (Day, [i64; 2])| {
            Ok((day, Turnover { debit: fen(debit)?, credit: fen(credit)? }))
        };
        Ok(sums.into_iter().map(turnover).collect::<rusqlite::Result<_>>()?)
    }
}
