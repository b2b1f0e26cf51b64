//! Payments that go through the bank, from the moment they are decided to what the bank says of them: what waits for a
//! file, and which file holds what.

use super::{Happened, View};
use crate::read::{ReadError, Reader};
use agency::Event;
use agency::bank::BankEvent;
use agency::statement::StatementEvent;
use case::CaseEvent;
use ledger::Word;
use rusqlite::Connection;
use terms::{Day, Fen};

pub(super) const VIEW: View = View {
    tables: &["view_payment", "view_bank_file"],
    sql: "
CREATE TABLE view_payment (
    reference TEXT    NOT NULL PRIMARY KEY,
    stream    TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    amount    INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    transfer  INTEGER NOT NULL,
    back      INTEGER NOT NULL DEFAULT 0,
    file      TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX view_payment_open ON view_payment (seq) WHERE transfer = 1 AND back = 0 AND file IS NULL;
CREATE INDEX view_payment_stream ON view_payment (stream, seq);
CREATE TABLE view_bank_file (
    number      TEXT    NOT NULL PRIMARY KEY,
    seq         INTEGER NOT NULL,
    written_on  INTEGER NOT NULL,
    payments    INTEGER NOT NULL,
    sum         INTEGER NOT NULL,
    answered_on INTEGER,
    returned    INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX view_bank_file_seq ON view_bank_file (seq);
",
    fold,
};

/// A payment that waits for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRow {
    /// Its name in the books.
    pub reference: Word,
    /// The stream that decided it.
    pub stream: String,
    /// How much.
    pub amount: Fen,
    /// When it was decided.
    pub day: Day,
}

/// A bank file in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFileRow {
    /// Its number.
    pub number: Word,
    /// Number of its event; where the next page goes on.
    pub seq: i64,
    /// When it was written.
    pub written_on: Day,
    /// How many payments.
    pub payments: u64,
    /// What they come to.
    pub sum: Fen,
    /// When the bank's answer was taken in, and how many came back.
    pub answered: Option<(Day, u64)>,
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    let stream = happened.stream;
    let pay = |reference: &str, amount: Fen, on: Day, transfer: bool| {
        connection
            .prepare_cached(
                "INSERT INTO view_payment (reference, stream, seq, amount, day, transfer) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((reference, stream, happened.seq, amount.get(), on.number(), transfer))
            .map(drop)
    };
    let back = |reference: &str| {
        connection
            .prepare_cached("UPDATE view_payment SET back = 1 WHERE reference = ?1")?
            .execute([reference])
            .map(drop)
    };
    match happened.event {
        Event::Case { what, .. } => match &**what {
            CaseEvent::Paid { amount, method, on, .. } => {
                let before: i64 = connection
                    .prepare_cached("SELECT count(*) FROM view_payment WHERE stream = ?1")?
                    .query_row([stream], |row| row.get(0))?;
                // As the books name it: each payment of a case has a name of its own.
                let number = if before == 0 { String::new() } else { format!("/{}", before + 1) };
                pay(&format!("{stream}/paid{number}"), *amount, *on, method == "transfer")
            }
            // The last payment is the one that can come back.
            CaseEvent::PaymentReturned { .. } => connection
                .prepare_cached(
                    "UPDATE view_payment SET back = 1 WHERE reference = \
                     (SELECT reference FROM view_payment WHERE stream = ?1 ORDER BY seq DESC LIMIT 1)",
                )?
                .execute([stream])
                .map(drop),
            _ => Ok(()),
        },
        Event::Statement { what, .. } => match &**what {
            StatementEvent::Paid { lines, on, .. } => {
                let mut due = lines.iter().filter(|line| line.paid > Fen::ZERO);
                due.try_for_each(|line| pay(line.reference.as_str(), line.paid, *on, true))
            }
            StatementEvent::PaidAgain { reference, amount, on, .. } => {
                pay(reference.as_str(), *amount, *on, true)
            }
            StatementEvent::Returned { reference, .. } => back(reference.as_str()),
            _ => Ok(()),
        },
        Event::BankFile { file, what } => match &**what {
            BankEvent::Written { lines, on, .. } => {
                let mut filed =
                    connection.prepare_cached("UPDATE view_payment SET file = ?2 WHERE reference = ?1")?;
                for line in lines {
                    filed.execute((line.reference.as_str(), file.as_str()))?;
                }
                let sum = lines.iter().map(|line| line.amount.get()).sum::<i64>();
                let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
                connection
                    .prepare_cached(
                        "INSERT INTO view_bank_file (number, seq, written_on, payments, sum) \
                         VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute((file.as_str(), happened.seq, on.number(), count, sum))
                    .map(drop)
            }
            BankEvent::Answered { results, on, .. } => {
                let returned = results.iter().filter(|result| result.returned.is_some()).count();
                connection
                    .prepare_cached(
                        "UPDATE view_bank_file SET answered_on = ?2, returned = ?3 WHERE number = ?1",
                    )?
                    .execute((file.as_str(), on.number(), i64::try_from(returned).unwrap_or(i64::MAX)))
                    .map(drop)
            }
        },
        _ => Ok(()),
    }
}

fn fen(amount: i64) -> rusqlite::Result<Fen> {
    Fen::new(amount).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

impl Reader<'_> {
    /// Transfers that are in no file, the oldest first, at most `limit`; and how many there are with what they come to.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and below.
    pub fn open_payments(&self, limit: usize) -> Result<(Vec<PaymentRow>, u64, Fen), ReadError> {
        const OPEN: &str = "FROM view_payment WHERE transfer = 1 AND back = 0 AND file IS NULL";
        let (count, sum) = self
            .prepare(&format!("SELECT count(*), coalesce(sum(amount), 0) {OPEN}"))?
            .query_row([], |row| Ok((row.get::<_, u32>(0)?, fen(row.get(1)?)?)))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut query = self.prepare(&format!(
            "SELECT reference, stream, amount, day {OPEN} ORDER BY seq, reference LIMIT ?1"
        ))?;
        let rows = query.query_map([limit], |row| {
            Ok(PaymentRow {
                reference: Word::known(&row.get::<_, String>(0)?),
                stream: row.get(1)?,
                amount: fen(row.get(2)?)?,
                day: Day::from_number(row.get(3)?),
            })
        })?;
        Ok((rows.collect::<Result<_, _>>()?, count.into(), sum))
    }

    /// Bank files before this event, the latest first, at most `limit`.
    pub fn bank_files(&self, before: i64, limit: u32) -> Result<Vec<BankFileRow>, ReadError> {
        let mut query = self.prepare(
            "SELECT number, seq, written_on, payments, sum, answered_on, returned FROM view_bank_file \
             WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
        )?;
        let rows = query.query_map((before, limit), |row| {
            let answered = row.get::<_, Option<i32>>(5)?.map(Day::from_number);
            Ok(BankFileRow {
                number: Word::known(&row.get::<_, String>(0)?),
                seq: row.get(1)?,
                written_on: Day::from_number(row.get(2)?),
                payments: row.get::<_, u32>(3)?.into(),
                sum: fen(row.get(4)?)?,
                answered: answered.zip(row.get::<_, Option<u32>>(6)?.map(u64::from)),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
