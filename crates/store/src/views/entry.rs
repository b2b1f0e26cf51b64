//! Entries by name, day and account, and the trial balance of any span of days. What each account moved stands in
//! `books`.

use super::books::{TURNOVER, holder};
use super::{Happened, View};
use crate::read::{ReadError, Reader};
use agency::Event;
use ledger::{Account, AccountKind, Entry, Trial, TrialRow, Turnover};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;
use terms::{Day, Fen};

pub(super) const VIEW: View = View {
    tables: &["view_entry"],
    sql: "
CREATE TABLE view_entry (
    id       TEXT    NOT NULL PRIMARY KEY,
    seq      INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    reverses TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX view_entry_by_day ON view_entry (day, seq);
CREATE UNIQUE INDEX view_entry_undone ON view_entry (reverses) WHERE reverses IS NOT NULL;
",
    fold,
};

/// An entry that is there already, or that undoes what is undone already, is refused by the table; one that does not
/// balance is refused here. Nothing of such a decision is kept.
fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    let Event::EntryPosted(entry) = happened.event else { return Ok(()) };
    if let Some(fault) = entry.fault() {
        let what = format!("entry {} cannot come to the books: {fault}", entry.id);
        return Err(rusqlite::Error::ToSqlConversionFailure(what.into()));
    }
    let reverses = entry.reverses.as_ref().map(ledger::Word::as_str);
    connection
        .prepare_cached("INSERT INTO view_entry (id, seq, day, reverses) VALUES (?1, ?2, ?3, ?4)")?
        .execute((entry.id.as_str(), happened.seq, entry.day.number(), reverses))
        .map(drop)
}

/// An entry and the event that brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Number of the event.
    pub seq: i64,
    /// The stream of the decision it belongs to (`year/17/2026`).
    pub stream: String,
    /// The entry.
    pub entry: Entry,
}

/// A place between two entries in the order of day and posting; where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryPlace {
    /// Day of the entry before.
    pub day: Day,
    /// Number of its event.
    pub seq: i64,
}

impl EntryPlace {
    /// Before every entry of this day.
    pub fn before(day: Day) -> EntryPlace {
        EntryPlace { day, seq: 0 }
    }
}

impl EntryRow {
    /// The place after this entry.
    pub fn place(&self) -> EntryPlace {
        EntryPlace { day: self.entry.day, seq: self.seq }
    }
}

/// An account with what it holds and moved.
pub type BalanceRow = TrialRow;

/// All accounts of a kind together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRow {
    /// Which kind.
    pub kind: AccountKind,
    /// How many accounts ever moved; personal accounts are not counted and stand as one.
    pub accounts: u64,
    /// Held at the end of the day before the first; above zero a debit balance.
    pub opening: Fen,
    /// Moved in the span.
    pub turnover: Turnover,
    /// Held at the end of the last day.
    pub closing: Fen,
}

impl Reader<'_> {
    /// The entry with this name.
    ///
    /// # Errors
    /// [`ReadError`], here and in every question below.
    pub fn entry(&self, id: &str) -> Result<Option<EntryRow>, ReadError> {
        let mut query = self.prepare("SELECT seq FROM view_entry WHERE id = ?1")?;
        let seq: Option<i64> = query.query_row([id], |row| row.get(0)).optional()?;
        seq.map(|seq| self.entry_of(seq)).transpose()
    }

    /// The entry that undid this one.
    pub fn undoing(&self, id: &str) -> Result<Option<EntryRow>, ReadError> {
        let mut query = self.prepare("SELECT seq FROM view_entry WHERE reverses = ?1")?;
        let seq: Option<i64> = query.query_row([id], |row| row.get(0)).optional()?;
        seq.map(|seq| self.entry_of(seq)).transpose()
    }

    /// Entries that count for days up to `to`, in the order of day and posting, at most `limit` after this place.
    pub fn entries(&self, after: EntryPlace, to: Day, limit: u32) -> Result<Vec<EntryRow>, ReadError> {
        let mut query = self.prepare(
            "SELECT seq FROM view_entry WHERE (day, seq) > (?1, ?2) AND day <= ?3 ORDER BY day, seq LIMIT ?4",
        )?;
        let bounds = (after.day.number(), after.seq, to.number(), limit);
        let found: Vec<i64> = query.query_map(bounds, |row| row.get(0))?.collect::<Result<_, _>>()?;
        found.into_iter().map(|seq| self.entry_of(seq)).collect()
    }

    /// Entries that touch the account, otherwise as [`Reader::entries`].
    pub fn entries_on(
        &self,
        account: &Account,
        after: EntryPlace,
        to: Day,
        limit: u32,
    ) -> Result<Vec<EntryRow>, ReadError> {
        let (path, place) = (account.to_string(), (after.day.number(), after.seq));
        let found = if holder(account).is_none() {
            self.movements(&path, place, to.number(), limit)?
        } else {
            let mut query = self.prepare(
                "SELECT seq FROM view_posting WHERE account = ?1 AND (day, seq) > (?2, ?3) AND day <= ?4 \
                 ORDER BY day, seq LIMIT ?5",
            )?;
            let bounds = (path, place.0, place.1, to.number(), limit);
            query.query_map(bounds, |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        let mut rows = found.into_iter().map(|seq| self.entry_of(seq)).collect::<Result<Vec<_>, _>>()?;
        if let Some(person) = holder(account) {
            let own = self.own_entries(person, account)?.into_iter();
            let own = own.map(|(seq, stream, entry, _)| EntryRow { seq, stream, entry });
            let place = |row: &EntryRow| (row.entry.day, row.seq);
            rows.extend(own.filter(|row| place(row) > (after.day, after.seq) && row.entry.day <= to));
            rows.sort_by_key(place);
            rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(rows)
    }

    /// Every account of these kinds with what it held before, moved within and held after these days, in the order
    /// of the accounts. An account that neither held nor moved anything is left out. Personal accounts cost a look at
    /// every entry of the office; their sum is in [`Reader::totals`].
    pub fn balances(&self, kinds: &[AccountKind], from: Day, to: Day) -> Result<Vec<BalanceRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT account, sum(CASE WHEN day < ?2 THEN debit - credit ELSE 0 END), \
             sum(CASE WHEN day >= ?2 THEN debit ELSE 0 END), sum(CASE WHEN day >= ?2 THEN credit ELSE 0 END) \
             FROM {TURNOVER} \
             WHERE (account = ?1 OR (account >= ?1 || ':' AND account < ?1 || ';')) AND day <= ?3 GROUP BY account",
        ))?;
        let mut rows = Vec::new();
        for kind in kinds {
            if *kind == AccountKind::PersonAccount {
                rows.extend(self.personal(from, to)?);
                continue;
            }
            let found = query.query_map((kind.word(), from.number(), to.number()), |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, i64>(2)?,
                    row.get::<_, i64>(3)?,
                ))
            })?;
            for row in found {
                let (path, opening, debit, credit) = row?;
                let account = path.parse().map_err(|error: ledger::AccountError| ReadError::Unreadable {
                    place: format!("account {path}"),
                    what: error.to_string(),
                })?;
                let (opening, turnover) =
                    (fen(opening)?, Turnover { debit: fen(debit)?, credit: fen(credit)? });
                let closing = opening.plus(turnover.net()).map_err(|_| too_large())?;
                if opening != Fen::ZERO || turnover != Turnover::default() {
                    rows.push(TrialRow { account, opening, turnover, closing });
                }
            }
        }
        rows.sort_by_key(|row| row.account);
        Ok(rows)
    }

    /// Every personal account, from all entries up to the last of these days.
    fn personal(&self, from: Day, to: Day) -> Result<Vec<BalanceRow>, ReadError> {
        let mut sums: BTreeMap<Account, (Fen, Turnover)> = BTreeMap::new();
        let mut place = EntryPlace::before(Day::MIN);
        loop {
            let page = self.entries(place, to, 1_000)?;
            let Some(last) = page.last() else { break };
            place = last.place();
            let postings =
                page.iter().flat_map(|row| row.entry.postings.iter().map(|one| (row.entry.day, one)));
            for (day, posting) in postings.filter(|(_, one)| one.account.kind() == AccountKind::PersonAccount)
            {
                let (opening, turnover) = sums.entry(posting.account).or_default();
                let side = match (day < from, posting.amount > Fen::ZERO) {
                    (true, _) => opening,
                    (false, true) => &mut turnover.debit,
                    (false, false) => &mut turnover.credit,
                };
                let credit = day >= from && posting.amount.is_negative();
                let amount = if credit { posting.amount.negated() } else { posting.amount };
                *side = side.plus(amount).map_err(|_| too_large())?;
            }
        }
        let row = |(account, (opening, turnover)): (Account, (Fen, Turnover))| {
            let closing = opening.plus(turnover.net()).map_err(|_| too_large())?;
            Ok(TrialRow { account, opening, turnover, closing })
        };
        sums.into_iter().map(row).collect()
    }

    /// What all accounts of each of these kinds held before, moved within and held after these days, and how many
    /// they are: for kinds that have an account for every person.
    pub fn totals(&self, kinds: &[AccountKind], from: Day, to: Day) -> Result<Vec<KindRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT count(DISTINCT account), coalesce(sum(CASE WHEN day < ?2 THEN debit - credit ELSE 0 END), 0), \
             coalesce(sum(CASE WHEN day >= ?2 THEN debit ELSE 0 END), 0), \
             coalesce(sum(CASE WHEN day >= ?2 THEN credit ELSE 0 END), 0) FROM {TURNOVER} \
             WHERE (account = ?1 OR (account >= ?1 || ':' AND account < ?1 || ';')) AND day <= ?3",
        ))?;
        let mut rows = Vec::new();
        for kind in kinds {
            let (accounts, opening, debit, credit): (i64, i64, i64, i64) = query
                .query_row((kind.word(), from.number(), to.number()), |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })?;
            let (opening, turnover) = (fen(opening)?, Turnover { debit: fen(debit)?, credit: fen(credit)? });
            let closing = opening.plus(turnover.net()).map_err(|_| too_large())?;
            rows.push(KindRow { kind: *kind, accounts: super::id(accounts), opening, turnover, closing });
        }
        Ok(rows)
    }

    /// The trial balance over these days.
    pub fn trial(&self, from: Day, to: Day) -> Result<Trial, ReadError> {
        let kinds: Vec<AccountKind> = AccountKind::all().collect();
        Ok(Trial { from, to, rows: self.balances(&kinds, from, to)? })
    }

    fn entry_of(&self, seq: i64) -> Result<EntryRow, ReadError> {
        let unreadable = |what: String| ReadError::Unreadable { place: format!("event {seq}"), what };
        let recorded = self.event(seq)?.ok_or_else(|| unreadable("it is not there".to_owned()))?;
        match recorded.event().map_err(|error| unreadable(error.to_string()))? {
            Event::EntryPosted(entry) => Ok(EntryRow { seq, stream: recorded.stream, entry: *entry }),
            other => Err(unreadable(format!("it is {} and no entry", other.kind()))),
        }
    }
}

fn fen(amount: i64) -> Result<Fen, ReadError> {
    Fen::new(amount).map_err(|_| too_large())
}

fn too_large() -> ReadError {
    ReadError::Unreadable { place: "a balance".to_owned(), what: "it is beyond numeric(16,2)".to_owned() }
}
