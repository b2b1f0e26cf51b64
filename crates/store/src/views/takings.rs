//! What each provider settled on each day, by insurance type and kind of visit: what 3201 compares. Settlements and
//! those taken back are kept apart, so that either can be asked for. Written once a commit, one row for each provider,
//! day and kind, however many settlements came; the rows of the newest day lie together.

use super::{Happened, View, number};
use crate::read::{RECORDED, ReadError, Reader, recorded};
use agency::settlement::{Code, Made};
use agency::{Event, ProviderId, SettlementId};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;
use terms::{Day, Fen};

/// Both tables have the same columns: rows move from one to the other.
macro_rules! table {
    ($name:literal) => {
        concat!(
            "CREATE TABLE ",
            $name,
            " (
    provider        INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    insutype        TEXT    NOT NULL,
    med_type        TEXT    NOT NULL,
    refund          INTEGER NOT NULL,
    settlements     INTEGER NOT NULL,
    medfee_sumamt   INTEGER NOT NULL,
    fund_pay_sumamt INTEGER NOT NULL,
    acct_pay        INTEGER NOT NULL,
    psn_cash_pay    INTEGER NOT NULL,
    first_seq       INTEGER NOT NULL,
    last_seq        INTEGER NOT NULL,
    PRIMARY KEY (provider, day, insutype, med_type, refund)
) STRICT, WITHOUT ROWID;
"
        )
    };
}

pub(super) const VIEW: View = View {
    tables: &["view_taking", "view_taking_newest"],
    sql: concat!("\n", table!("view_taking"), table!("view_taking_newest")),
    fold: |_, _| Ok(()),
};

/// The rows of all days, in place of a table.
const TAKING: &str = "(SELECT * FROM view_taking UNION ALL SELECT * FROM view_taking_newest)";

/// A row of the table but for its sums: provider, day, insurance type, kind of visit, taken back.
type Key = (i64, i32, Code, Code, bool);

/// What one transaction adds.
#[derive(Default)]
pub(super) struct Takings(BTreeMap<Key, Added>);

/// What is added to a row: how many and the four sums, and the first and last event of them.
#[derive(Default)]
struct Added {
    sums: [i64; 5],
    seqs: Option<(i64, i64)>,
}

impl Takings {
    /// Takes in one event.
    pub(super) fn add(&mut self, connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
        match happened.event {
            Event::SettlementMade(made) => self.count(happened.seq, made, made.on, false),
            Event::SettlementVoided { settlement, on, .. } => {
                if let Some(made) = made(connection, *settlement)? {
                    self.count(happened.seq, &made, *on, true);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn count(&mut self, seq: i64, made: &Made, on: Day, refund: bool) {
        // A counter reimbursement is the person's and no provider's taking.
        if made.case.is_some() {
            return;
        }
        let (bill, amounts) = (&made.bill, &made.amounts);
        let sign = if refund { -1 } else { 1 };
        let key = (number(made.provider.0), on.number(), bill.insutype, bill.med_type, refund);
        let added = [
            1,
            sign * amounts.medfee_sumamt.get(),
            sign * amounts.fund_pay_sumamt.get(),
            sign * amounts.acct_pay.get(),
            sign * amounts.psn_cash_pay.get(),
        ];
        let row = self.0.entry(key).or_default();
        row.seqs = Some(row.seqs.map_or((seq, seq), |(first, last)| (first.min(seq), last.max(seq))));
        for (sum, added) in row.sums.iter_mut().zip(added) {
            *sum = sum.saturating_add(added);
        }
    }

    /// Writes everything, in the order of the key.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let newest = self.0.keys().map(|key| key.1).max().unwrap_or_default();
        let newest = super::newest_day(connection, "view_taking", newest)?;
        let upsert = |table: &str| {
            connection.prepare_cached(&format!(
                "INSERT INTO {table} (provider, day, insutype, med_type, refund, settlements, medfee_sumamt, \
                 fund_pay_sumamt, acct_pay, psn_cash_pay, first_seq, last_seq) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
                 ON CONFLICT DO UPDATE SET settlements = settlements + ?6, medfee_sumamt = medfee_sumamt + ?7, \
                 fund_pay_sumamt = fund_pay_sumamt + ?8, acct_pay = acct_pay + ?9, psn_cash_pay = psn_cash_pay + ?10, \
                 first_seq = min(first_seq, ?11), last_seq = max(last_seq, ?12)"
            ))
        };
        let (mut on_newest, mut before) = (upsert("view_taking_newest")?, upsert("view_taking")?);
        for ((provider, day, insutype, med_type, refund), Added { sums, seqs }) in &self.0 {
            let ([count, medfee, fund, account, cash], (first, last)) = (sums, seqs.unwrap_or_default());
            let upsert = if *day == newest { &mut on_newest } else { &mut before };
            let (insutype, med_type) = (insutype.to_string(), med_type.to_string());
            upsert.execute(rusqlite::params![
                provider, day, insutype, med_type, refund, count, medfee, fund, account, cash, first, last
            ])?;
        }
        Ok(())
    }
}

/// The settlement as it was made. Settlements taken back are few, so its event is read again.
fn made(connection: &Connection, settlement: SettlementId) -> rusqlite::Result<Option<Made>> {
    let found = connection
        .prepare_cached(&format!(
            "SELECT {RECORDED} FROM event WHERE seq = (SELECT seq FROM view_settlement WHERE id = ?1)"
        ))?
        .query_row([number(settlement.0)], recorded)
        .optional()?;
    let event = found.map(|found| found.event()).transpose();
    match event.map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))? {
        Some(Event::SettlementMade(made)) => Ok(Some(*made)),
        _ => Ok(None),
    }
}

/// A provider's settlements of a span of days, of one insurance type and some kinds of visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taking {
    /// How many, those taken back counted besides.
    pub settlements: u32,
    /// Total of the bills.
    pub medfee_sumamt: Fen,
    /// All funds.
    pub fund_pay_sumamt: Fen,
    /// From personal accounts.
    pub acct_pay: Fen,
    /// Paid in cash.
    pub psn_cash_pay: Fen,
}

impl Reader<'_> {
    /// What a provider settled on these days. `refund` asks for what was taken back, for the rest, or for both
    /// together; what was taken back counts with its signs turned. `wanted` chooses the kinds of visit.
    ///
    /// # Errors
    /// [`ReadError::Failed`].
    pub fn takings(
        &self,
        provider: ProviderId,
        (from, to): (Day, Day),
        insutype: &str,
        refund: Option<bool>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Taking, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT med_type, refund, settlements, medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay \
             FROM {TAKING} WHERE provider = ?1 AND day BETWEEN ?2 AND ?3 AND insutype = ?4"
        ))?;
        let mut rows = query.query((number(provider.0), from.number(), to.number(), insutype))?;
        let (mut settlements, mut sums) = (0_u32, [0_i64; 4]);
        while let Some(row) = rows.next()? {
            let (med_type, taken_back): (String, bool) = (row.get(0)?, row.get(1)?);
            if !wanted(&med_type) || refund.is_some_and(|refund| refund != taken_back) {
                continue;
            }
            settlements = settlements.saturating_add(row.get(2)?);
            for (place, sum) in sums.iter_mut().enumerate() {
                *sum = sum.saturating_add(row.get(place + 3)?);
            }
        }
        let fen = |amount: i64| Fen::new(amount).map_err(|error| ReadError::Failed(error.to_string()));
        Ok(Taking {
            settlements,
            medfee_sumamt: fen(sums[0])?,
            fund_pay_sumamt: fen(sums[1])?,
            acct_pay: fen(sums[2])?,
            psn_cash_pay: fen(sums[3])?,
        })
    }

    /// The events among which a provider's settlements of these days are; nothing where it made none.
    pub(super) fn settled_among(
        &self,
        provider: ProviderId,
        (from, to): (Day, Day),
    ) -> Result<Option<(i64, i64)>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT min(first_seq), max(last_seq) FROM {TAKING} \
             WHERE provider = ?1 AND day BETWEEN ?2 AND ?3 AND refund = 0"
        ))?;
        let found: (Option<i64>, Option<i64>) = query
            .query_row((number(provider.0), from.number(), to.number()), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(found.0.zip(found.1))
    }
}
