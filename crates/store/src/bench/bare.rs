//! The same rows by plain prepared statements.

use super::work::Work;
use super::{BenchError, Duration, Instant, processor_time};
use crate::append::Append;
use crate::migrate;
use crate::open::{FILE, prepare_writer};
use crate::options::Options;
use crate::streams;
use crate::views;
use agency::Event;
use rusqlite::types::Value;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;
use std::path::Path;

/// Which events a stream has, as a plain table says it; the store packs the same.
const SPANS: &str = "CREATE TABLE stream_span (key INTEGER NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, \
     events INTEGER NOT NULL, PRIMARY KEY (key, version, seq)) STRICT, WITHOUT ROWID";
pub(super) const SPAN: &str = "INSERT INTO stream_span (key, version, seq, events) VALUES (?1, ?2, ?3, ?4)";
pub(super) const EVENT: &str =
    "INSERT INTO event (seq, stream, version, at, actor, kind, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
pub(super) const REQUEST: &str = "INSERT INTO request (key, hash, first_seq, events) VALUES (?1, ?2, ?3, ?4)";
pub(super) const SETTLEMENT: &str = "INSERT INTO view_settlement (seq, id, person, provider, year, med_type, begndate, enddate, \
     made_on, medfee_sumamt, fund_pay_sumamt, hosp_part_amt, acct_pay, psn_cash_pay, case_id) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, NULL)";
pub(super) const TURNOVER: &str = "INSERT INTO view_turnover (account, day, debit, credit, first_seq, last_seq) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET debit = debit + ?3, credit = credit + ?4, last_seq = ?6";
pub(super) const MOVEMENT: &str = "INSERT INTO view_movement (seq, account, day) VALUES (?1, ?2, ?3)";

pub(super) const ENTRY: &str = "INSERT INTO view_entry (id, seq, day, reverses) VALUES (?1, ?2, ?3, NULL)";

/// One row: statement and values, bound beforehand.
pub(super) type Bound = (&'static str, Vec<Value>);

/// A file of the store's shape, without the store.
pub(super) struct Bare {
    connection: Connection,
    rows: Rows,
    checkpoint_pages: i32,
    /// Time on the processor, without what is done beforehand.
    pub(super) processor: Option<Duration>,
}

impl Bare {
    pub(super) fn open(dir: &Path, options: &Options) -> Result<Bare, BenchError> {
        std::fs::create_dir_all(dir)?;
        let connection = Connection::open(dir.join(FILE))?;
        prepare_writer(&connection, options)?;
        migrate::migrate(&connection).map_err(|error| BenchError::Different(format!("{error:?}")))?;
        views::rebuild(&connection, &mut |_| {})?;
        connection.execute_batch(SPANS)?;
        connection.execute_batch("CREATE UNIQUE INDEX request_by_key ON request (key)")?;
        // The store checkpoints after its answers; here it is done between batches, within the time measured.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        let checkpoint_pages = i32::try_from(options.checkpoint_pages).unwrap_or(i32::MAX);
        Ok(Bare { connection, rows: Rows::default(), checkpoint_pages, processor: None })
    }

    /// Inserts the rows of so many settlements; the time that statements, commits and checkpoints took.
    #[expect(clippy::disallowed_methods, reason = "measuring is what this is for")]
    pub(super) fn keep(&mut self, work: &mut Work, count: u64, batch: usize) -> Result<Duration, BenchError> {
        let batches = self.rows.batches(work, count, batch)?;
        let (start, processor) = (Instant::now(), processor_time("/proc/thread-self"));
        for rows in &batches {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            for (sql, values) in rows {
                self.connection.prepare_cached(sql)?.execute(params_from_iter(values))?;
            }
            self.connection.execute_batch("COMMIT")?;
            let (pages, _) = self.connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::NOOP)?;
            if pages >= self.checkpoint_pages {
                self.connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE)?;
            }
        }
        let took = start.elapsed();
        if let (Some(before), Some(after)) = (processor, processor_time("/proc/thread-self")) {
            *self.processor.get_or_insert_default() += after.saturating_sub(before);
        }
        Ok(took)
    }

    pub(super) fn digest(&self) -> Result<Vec<(String, i64, i64)>, BenchError> {
        let sql = "SELECT count(*), coalesce(sum(version + seq), 0) FROM stream_span";
        let spans = self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(digest(&self.connection, spans)?)
    }
}

/// What the rows of the next requests are.
#[derive(Default)]
pub(super) struct Rows {
    seq: i64,
    /// The version of every stream, so that nothing must be looked up.
    streams: BTreeMap<String, u32>,
}

impl Rows {
    /// The rows of the next `count` requests, in batches.
    pub(super) fn batches(
        &mut self,
        work: &mut Work,
        count: u64,
        batch: usize,
    ) -> Result<Vec<Vec<Bound>>, BenchError> {
        let asked: Vec<Append> = (0..count).map(|_| work.next()).collect::<Result<_, _>>()?;
        Ok(asked.chunks(batch.max(1)).map(|batch| self.bind(batch)).collect())
    }

    /// The rows of a batch, with what is added to the same row added up beforehand and in the order of the key.
    fn bind(&mut self, batch: &[Append]) -> Vec<Bound> {
        let mut rows: Vec<Bound> = Vec::new();
        let mut turnovers: BTreeMap<(String, i32), ([i64; 2], i64, i64)> = BTreeMap::new();
        for append in batch {
            let first_seq = self.seq + 1;
            for write in &append.streams {
                let version = self.streams.entry(write.stream.clone()).or_default();
                let key = streams::Key::of(&write.stream).at(*version + 1);
                let span = [Value::from(key), (*version + 1).into()];
                let place =
                    [Value::from(self.seq + 1), i64::try_from(write.events.len()).unwrap_or(0).into()];
                rows.push((SPAN, span.into_iter().chain(place).collect()));
                for event in &write.events {
                    self.seq += 1;
                    *version += 1;
                    rows.push((
                        EVENT,
                        vec![
                            self.seq.into(),
                            write.stream.clone().into(),
                            (*version).into(),
                            append.at.0.into(),
                            append.actor.clone().into(),
                            event.event().kind().to_owned().into(),
                            event.packed().to_vec().into(),
                        ],
                    ));
                    match event.event() {
                        Event::SettlementMade(made) => {
                            let person = views::number(made.person.0);
                            let amounts = &made.amounts;
                            let sums = [
                                amounts.medfee_sumamt.get(),
                                amounts.fund_pay_sumamt.get(),
                                amounts.acct_pay.get(),
                                amounts.psn_cash_pay.get(),
                            ];
                            rows.push((
                                SETTLEMENT,
                                vec![
                                    self.seq.into(),
                                    views::number(made.settlement.0).into(),
                                    person.into(),
                                    views::number(made.provider.0).into(),
                                    made.year.into(),
                                    made.bill.med_type.to_string().into(),
                                    made.bill.begndate.number().into(),
                                    made.bill.enddate.number().into(),
                                    made.on.number().into(),
                                    sums[0].into(),
                                    sums[1].into(),
                                    amounts.hosp_part_amt.get().into(),
                                    sums[2].into(),
                                    sums[3].into(),
                                ],
                            ));
                        }
                        Event::EntryPosted(entry) => {
                            let (id, day) = (entry.id.as_str().to_owned(), entry.day.number());
                            rows.push((ENTRY, vec![id.into(), self.seq.into(), day.into()]));
                            for posting in &entry.postings {
                                let (account, amount) = (posting.account.to_string(), posting.amount.get());
                                let own = account.starts_with("person-account:");
                                let sums = if own { "person-account".to_owned() } else { account.clone() };
                                let sums = turnovers.entry((sums, day)).or_insert(([0; 2], self.seq, 0));
                                sums.0[usize::from(amount < 0)] += amount.abs();
                                sums.2 = self.seq;
                                if !own {
                                    rows.push((MOVEMENT, vec![self.seq.into(), account.into(), day.into()]));
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
            let events = self.seq + 1 - first_seq;
            if let Some(key) = &append.key {
                let (key, hash) = (key.to_string(), append.hash.0.to_vec());
                rows.push((REQUEST, vec![key.into(), hash.into(), first_seq.into(), events.into()]));
            }
        }
        for ((account, day), ([debit, credit], first, last)) in turnovers {
            let sums = [debit, credit, first, last].map(Value::from);
            rows.push((TURNOVER, [account.into(), day.into()].into_iter().chain(sums).collect()));
        }
        rows
    }
}

/// Rows of each table and the sum of one column that differs from row to row: enough to notice a missing row.
/// The spans are counted by whoever knows how they are kept.
pub(super) fn digest(
    connection: &Connection,
    spans: (i64, i64),
) -> rusqlite::Result<Vec<(String, i64, i64)>> {
    let tables = [
        ("event", "length(body) * version"),
        ("request", "first_seq"),
        ("view_settlement", "person + psn_cash_pay"),
        (views::TURNOVER, "debit - credit + day + first_seq + last_seq"),
        ("view_movement", "seq + day"),
        ("view_entry", "seq + day"),
    ];
    let digest = |(table, sum): &(&str, &str)| {
        let sql = format!("SELECT count(*), coalesce(sum({sum}), 0) FROM {table}");
        connection.query_row(&sql, [], |row| Ok(((*table).to_owned(), row.get(0)?, row.get(1)?)))
    };
    let spans = Ok(("spans".to_owned(), spans.0, spans.1));
    std::iter::once(spans).chain(tables.iter().map(digest)).collect()
}
