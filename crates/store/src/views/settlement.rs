//! Settlements and what each person's year comes to.
//!
//! The busiest view by far, so it writes at the end of its table only: settlements of a person, and what a year comes
//! to, are found through the person's year streams, whose places are known anyway.

use super::{Happened, View, id, number};
use crate::read::{ReadError, Reader};
use crate::streams::Span;
use agency::{CaseId, Event, PersonId, ProviderId, SettlementId};
use rusqlite::{Connection, OptionalExtension, Row};
use terms::{Day, Fen};

pub(super) const VIEW: View = View {
    tables: &["view_settlement"],
    sql: "
CREATE TABLE view_settlement (
    seq             INTEGER PRIMARY KEY,
    id              INTEGER NOT NULL UNIQUE,
    person          INTEGER NOT NULL,
    provider        INTEGER NOT NULL,
    year            INTEGER NOT NULL,
    med_type        TEXT    NOT NULL,
    begndate        INTEGER NOT NULL,
    enddate         INTEGER NOT NULL,
    made_on         INTEGER NOT NULL,
    medfee_sumamt   INTEGER NOT NULL,
    fund_pay_sumamt INTEGER NOT NULL,
    hosp_part_amt   INTEGER NOT NULL,
    acct_pay        INTEGER NOT NULL,
    psn_cash_pay    INTEGER NOT NULL,
    case_id         INTEGER,
    voided_on       INTEGER
) STRICT;
CREATE INDEX view_settlement_taken_back ON view_settlement (provider, voided_on) WHERE voided_on IS NOT NULL;
CREATE INDEX view_settlement_by_case ON view_settlement (case_id) WHERE case_id IS NOT NULL;
",
    fold,
};

/// A settlement in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementRow {
    /// The event that made it, where bill and amounts are.
    pub seq: i64,
    /// Which.
    pub id: SettlementId,
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub provider: ProviderId,
    /// The benefit year.
    pub year: i32,
    /// Kind of visit.
    pub med_type: String,
    /// First day of the visit.
    pub begndate: Day,
    /// Last day of the visit.
    pub enddate: Day,
    /// The day it was made.
    pub made_on: Day,
    /// Total of the bill.
    pub medfee_sumamt: Fen,
    /// All funds.
    pub fund_pay_sumamt: Fen,
    /// Borne by the hospital.
    pub hosp_part_amt: Fen,
    /// From the personal account.
    pub acct_pay: Fen,
    /// Paid by the person in cash.
    pub psn_cash_pay: Fen,
    /// The case it comes from, for a counter reimbursement.
    pub case: Option<CaseId>,
    /// The day it was voided.
    pub voided_on: Option<Day>,
}

/// What a person's standing settlements of a year come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct YearRow {
    /// How many stand.
    pub settlements: u32,
    /// Total of the bills.
    pub medfee_sumamt: Fen,
    /// All funds.
    pub fund_pay_sumamt: Fen,
    /// From the personal account.
    pub acct_pay: Fen,
    /// Paid in cash.
    pub psn_cash_pay: Fen,
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    match happened.event {
        Event::SettlementMade(made) => {
            let amounts = &made.amounts;
            connection
                .prepare_cached(
                    "INSERT INTO view_settlement \
                     (seq, id, person, provider, year, med_type, begndate, enddate, made_on, medfee_sumamt, \
                     fund_pay_sumamt, hosp_part_amt, acct_pay, psn_cash_pay, case_id) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                )?
                .execute((
                    happened.seq,
                    number(made.settlement.0),
                    number(made.person.0),
                    number(made.provider.0),
                    made.year,
                    made.bill.med_type.to_string(),
                    made.bill.begndate.number(),
                    made.bill.enddate.number(),
                    made.on.number(),
                    amounts.medfee_sumamt.get(),
                    amounts.fund_pay_sumamt.get(),
                    amounts.hosp_part_amt.get(),
                    amounts.acct_pay.get(),
                    amounts.psn_cash_pay.get(),
                    made.case.map(|case| number(case.0)),
                ))
                .map(drop)
        }
        Event::SettlementVoided { settlement, on, .. } => connection
            .prepare_cached("UPDATE view_settlement SET voided_on = ?2 WHERE id = ?1")?
            .execute((number(settlement.0), on.number()))
            .map(drop),
        _ => Ok(()),
    }
}

const COLUMNS: &str = "seq, id, person, provider, year, med_type, begndate, enddate, made_on, medfee_sumamt, \
     fund_pay_sumamt, hosp_part_amt, acct_pay, psn_cash_pay, case_id, voided_on";

fn fen(row: &Row<'_>, column: usize) -> rusqlite::Result<Fen> {
    Fen::new(row.get(column)?).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn read(row: &Row<'_>) -> rusqlite::Result<SettlementRow> {
    Ok(SettlementRow {
        seq: row.get(0)?,
        id: SettlementId(id(row.get(1)?)),
        person: PersonId(id(row.get(2)?)),
        provider: ProviderId(id(row.get(3)?)),
        year: row.get(4)?,
        med_type: row.get(5)?,
        begndate: Day::from_number(row.get(6)?),
        enddate: Day::from_number(row.get(7)?),
        made_on: Day::from_number(row.get(8)?),
        medfee_sumamt: fen(row, 9)?,
        fund_pay_sumamt: fen(row, 10)?,
        hosp_part_amt: fen(row, 11)?,
        acct_pay: fen(row, 12)?,
        psn_cash_pay: fen(row, 13)?,
        case: row.get::<_, Option<i64>>(14)?.map(|case| CaseId(id(case))),
        voided_on: row.get::<_, Option<i32>>(15)?.map(Day::from_number),
    })
}

impl Reader<'_> {
    /// The settlement; its bill and trace are in the event numbered [`SettlementRow::seq`].
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn settlement(&self, settlement: SettlementId) -> Result<Option<SettlementRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_settlement WHERE id = ?1"))?;
        Ok(query.query_row([number(settlement.0)], read).optional()?)
    }

    /// The settlements of a person, latest first, before the event numbered `before` (`i64::MAX` for the latest).
    pub fn settlements_of(
        &self,
        person: PersonId,
        before: i64,
        limit: u32,
    ) -> Result<Vec<SettlementRow>, ReadError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut rows = Vec::new();
        for span in self.years_of(person)?.into_iter().rev().filter(|span| span.seq < before) {
            let mut of_span = self.settlements_in(span)?;
            of_span.retain(|row| row.seq < before);
            rows.extend(of_span.into_iter().rev());
            if rows.len() >= limit {
                break;
            }
        }
        rows.truncate(limit);
        Ok(rows)
    }

    /// The settlements that these events made, oldest first.
    fn settlements_in(&self, span: Span) -> Result<Vec<SettlementRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_settlement WHERE seq >= ?1 AND seq < ?1 + ?2 ORDER BY seq"
        ))?;
        let rows = query.query_map((span.seq, span.events), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The settlements that came from a case, oldest first.
    pub fn settlements_of_case(&self, case: CaseId) -> Result<Vec<SettlementRow>, ReadError> {
        let mut query =
            self.prepare(&format!("SELECT {COLUMNS} FROM view_settlement WHERE case_id = ?1 ORDER BY seq"))?;
        let rows = query.query_map([number(case.0)], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The latest settlements of the whole office, before the event numbered `before`.
    pub fn latest_settlements(&self, before: i64, limit: u32) -> Result<Vec<SettlementRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_settlement WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2"
        ))?;
        let rows = query.query_map((before, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the person's standing settlements of a year come to.
    pub fn year(&self, person: PersonId, year: i32) -> Result<YearRow, ReadError> {
        let mut standing = Vec::new();
        for span in self.year_of(person, year)? {
            standing.extend(self.settlements_in(span)?.into_iter().filter(|row| row.voided_on.is_none()));
        }
        let sum = |part: fn(&SettlementRow) -> Fen| {
            Fen::sum(standing.iter().map(part)).map_err(|_| ReadError::Unreadable {
                place: format!("the year {year} of person {person}"),
                what: "its sum is beyond numeric(16,2)".to_owned(),
            })
        };
        Ok(YearRow {
            settlements: u32::try_from(standing.len()).unwrap_or(u32::MAX),
            medfee_sumamt: sum(|row| row.medfee_sumamt)?,
            fund_pay_sumamt: sum(|row| row.fund_pay_sumamt)?,
            acct_pay: sum(|row| row.acct_pay)?,
            psn_cash_pay: sum(|row| row.psn_cash_pay)?,
        })
    }

    /// A provider's settlements made on these days and those taken back on them, by number, at most `limit`.
    pub fn settlements_at(
        &self,
        provider: ProviderId,
        (from, to): (Day, Day),
        limit: u32,
    ) -> Result<Vec<SettlementRow>, ReadError> {
        // Settlements are found among the events of their days, so that none costs an index of its own.
        let (first, last) = self.settled_among(provider, (from, to))?.unwrap_or((1, 0));
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_settlement WHERE seq IN (\
             SELECT seq FROM view_settlement WHERE seq BETWEEN ?4 AND ?5 AND provider = ?1 \
             AND made_on BETWEEN ?2 AND ?3 \
             UNION SELECT seq FROM view_settlement WHERE provider = ?1 AND voided_on BETWEEN ?2 AND ?3) \
             AND case_id IS NULL ORDER BY seq LIMIT ?6"
        ))?;
        let asked = (number(provider.0), from.number(), to.number(), first, last, limit);
        let rows = query.query_map(asked, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many settlements were ever made.
    pub fn count_settlements(&self) -> Result<u64, ReadError> {
        let mut query = self.prepare("SELECT count(*) FROM view_settlement")?;
        Ok(query.query_row([], |row| row.get(0)).map(id)?)
    }
}
