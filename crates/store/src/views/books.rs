//! The books: what stands on each account, day by day, and which entries put it there.
//!
//! Personal accounts are as many as people, so they are kept apart: day sums are those of all personal accounts
//! together, and a posting on a person's account that belongs to that person's own year is found through the year's
//! stream, like the settlement it comes with. A page in the middle of a large table for every settlement is spared.

use super::{Happened, View};
use crate::read::{ReadError, Reader};
use agency::{Event, PersonId};
use ledger::{Account, AccountKind, Entry, Turnover};
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
    day     INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    PRIMARY KEY (account, day, seq)
) STRICT, WITHOUT ROWID;
",
    // Everything is gathered by `Books` and written once a transaction.
    fold: |_, _| Ok(()),
};

/// What one transaction posts, by account; all personal accounts have their day sums under the word of their kind.
#[derive(Default)]
pub(super) struct Books(BTreeMap<String, OnAccount>);

#[derive(Default)]
struct OnAccount {
    /// Debit and credit in fen, by day.
    days: BTreeMap<i32, [i64; 2]>,
    /// Amount by day and event.
    postings: BTreeMap<(i32, i64), i64>,
}

impl Books {
    pub(super) fn add(&mut self, happened: &Happened<'_>) {
        let Event::EntryPosted(entry) = happened.event else { return };
        let day = entry.day.number();
        for posting in &entry.postings {
            let path = posting.account.to_string();
            let amount = posting.amount.get();
            let of_person = posting.account.kind() == AccountKind::PersonAccount;
            let sums = if of_person { AccountKind::PersonAccount.word().to_owned() } else { path.clone() };
            let sums = self.0.entry(sums).or_default().days.entry(day).or_default();
            // Amounts are bounded by numeric(16,2); a day cannot come near the end of an i64.
            let side = &mut sums[usize::from(amount < 0)];
            *side = side.saturating_add(amount.abs());
            if !on_own_year(&path, happened.stream) {
                // An entry names an account once at most.
                self.0.entry(path).or_default().postings.insert((day, happened.seq), amount);
            }
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
            .prepare_cached("INSERT INTO view_posting (account, day, seq, amount) VALUES (?1, ?2, ?3, ?4)")?;
        for (account, on) in &self.0 {
            for ((day, seq), amount) in &on.postings {
                insert.execute((account, day, seq, amount))?;
            }
        }
        Ok(())
    }
}

/// `person-account:17` on `year/17/2026`.
fn on_own_year(account: &str, stream: &str) -> bool {
    let person = account.strip_prefix("person-account:");
    let year_of = stream.strip_prefix("year/").and_then(|rest| rest.split_once('/'));
    person.is_some_and(|person| year_of.is_some_and(|(year_of, _)| year_of == person))
}

/// Whose account it is, where the postings of that person's years are not in `view_posting`.
pub(super) fn holder(account: &Account) -> Option<PersonId> {
    if account.kind() != AccountKind::PersonAccount {
        return None;
    }
    account.to_string().strip_prefix("person-account:")?.parse().ok().map(PersonId)
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
            None => {
                "SELECT day, debit, credit FROM view_turnover WHERE account = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day"
            }
            Some(_) => {
                "SELECT day, max(amount, 0), max(-amount, 0) FROM view_posting \
                 WHERE account = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day"
            }
        };
        let mut query = self.prepare(sql)?;
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
