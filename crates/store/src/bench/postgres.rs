//! The same rows into a PostgreSQL server, in batches of the same size, by the way that is quickest there: `COPY` for
//! what is new, one statement for the sums. It goes through `psql`, so no driver is needed.

use super::bare::{Bound, ENTRY, EVENT, MOVEMENT, REQUEST, Rows, SETTLEMENT, SPAN, TURNOVER};
use super::work::Work;
use super::{BenchError, Duration, Instant};
use rusqlite::types::Value;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The tables as the office's file has them, with the same keys.
const TABLES: &str = "
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS banli_bench CASCADE; CREATE SCHEMA banli_bench; SET search_path = banli_bench;
CREATE TABLE event (seq bigint PRIMARY KEY, stream text NOT NULL, version int NOT NULL, at bigint NOT NULL,
  actor text NOT NULL, kind text NOT NULL, body bytea NOT NULL);
CREATE TABLE stream_span (key bigint NOT NULL, version int NOT NULL, seq bigint NOT NULL, events int NOT NULL,
  PRIMARY KEY (key, version, seq));
CREATE TABLE request (key text PRIMARY KEY, hash bytea NOT NULL, first_seq bigint NOT NULL, events int NOT NULL);
CREATE TABLE view_settlement (seq bigint PRIMARY KEY, id bigint NOT NULL UNIQUE, person bigint NOT NULL,
  provider bigint NOT NULL, year int NOT NULL, med_type text NOT NULL, begndate int NOT NULL, enddate int NOT NULL,
  made_on int NOT NULL, medfee_sumamt bigint NOT NULL, fund_pay_sumamt bigint NOT NULL, hosp_part_amt bigint NOT NULL,
  acct_pay bigint NOT NULL, psn_cash_pay bigint NOT NULL);
CREATE TABLE view_turnover (account text NOT NULL, day int NOT NULL, debit bigint NOT NULL, credit bigint NOT NULL,
  first_seq bigint NOT NULL, last_seq bigint NOT NULL, PRIMARY KEY (account, day));
CREATE TABLE view_movement (seq bigint NOT NULL, account text NOT NULL, day int NOT NULL, PRIMARY KEY (seq, account));
CREATE TABLE view_entry (id text PRIMARY KEY, seq bigint NOT NULL, day int NOT NULL, UNIQUE (day, seq));
";

/// Statements of the bare side, and the table each is copied into.
const COPIED: [(&str, &str); 6] = [
    (EVENT, "event"),
    (SPAN, "stream_span"),
    (REQUEST, "request"),
    (SETTLEMENT, "view_settlement"),
    (MOVEMENT, "view_movement"),
    (ENTRY, "view_entry"),
];

/// What is said once everything before it is done.
const DONE: &str = "batches-are-done";

pub(super) struct Postgres {
    psql: Child,
    stdin: ChildStdin,
    answers: BufReader<ChildStdout>,
    rows: Rows,
}

impl Postgres {
    /// Makes the tables anew in the schema `banli_bench` of this database.
    pub(super) fn open(connection: &str) -> Result<Postgres, BenchError> {
        let mut psql = Command::new("psql")
            .args([
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set=ON_ERROR_STOP=1",
                connection,
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(stdin), Some(stdout)) = (psql.stdin.take(), psql.stdout.take()) else {
            return Err(BenchError::Different("psql has no pipes".to_owned()));
        };
        let mut postgres = Postgres { psql, stdin, answers: BufReader::new(stdout), rows: Rows::default() };
        postgres.run(TABLES.as_bytes())?;
        Ok(postgres)
    }

    /// Inserts the rows of so many settlements; the time from the first byte to the last commit.
    #[expect(clippy::disallowed_methods, reason = "measuring is what this is for")]
    pub(super) fn keep(&mut self, work: &mut Work, count: u64, batch: usize) -> Result<Duration, BenchError> {
        let batches = self.rows.batches(work, count, batch)?;
        let script = batches.iter().map(|rows| script(rows)).collect::<String>();
        let start = Instant::now();
        self.run(script.as_bytes())?;
        Ok(start.elapsed())
    }

    fn run(&mut self, script: &[u8]) -> Result<(), BenchError> {
        self.stdin.write_all(script)?;
        self.stdin.write_all(format!("\\echo {DONE}\n").as_bytes())?;
        self.stdin.flush()?;
        let mut line = String::new();
        while line.trim() != DONE {
            line.clear();
            if self.answers.read_line(&mut line)? == 0 {
                return Err(BenchError::Different("psql ended early; its reason is above".to_owned()));
            }
        }
        Ok(())
    }

    /// Bytes of the tables and their indexes.
    pub(super) fn size(&mut self) -> Result<u64, BenchError> {
        self.stdin.write_all(
            b"SELECT 'size', sum(pg_total_relation_size(oid)) FROM pg_class \
              WHERE relnamespace = 'banli_bench'::regnamespace AND relkind = 'r';\n",
        )?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let size = line.trim().strip_prefix("size|").and_then(|size| size.parse().ok());
        size.ok_or_else(|| BenchError::Different(format!("psql said {line}")))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.psql.kill();
        let _ = self.psql.wait();
    }
}

/// One batch as one transaction.
fn script(rows: &[Bound]) -> String {
    let mut script = String::from("BEGIN;\n");
    for (sql, table) in COPIED {
        let mut rows = rows.iter().filter(|(row, _)| *row == sql).peekable();
        if rows.peek().is_none() {
            continue;
        }
        let columns =
            sql.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(names, _)| names);
        let columns = columns.replace(", case_id", "").replace(", reverses", "");
        // Writing to a String cannot fail.
        let _ = writeln!(script, "COPY {table} ({columns}) FROM stdin;");
        for (_, values) in rows {
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    script.push('\t');
                }
                push(&mut script, value);
            }
            script.push('\n');
        }
        script.push_str("\\.\n");
    }
    let sums: Vec<String> = rows
        .iter()
        .filter(|(row, _)| *row == TURNOVER)
        .map(|(_, values)| {
            let values: Vec<String> = values.iter().map(quoted).collect();
            format!("({})", values.join(","))
        })
        .collect();
    if !sums.is_empty() {
        let _ = writeln!(
            script,
            "INSERT INTO view_turnover (account, day, debit, credit, first_seq, last_seq) VALUES {} \
             ON CONFLICT (account, day) DO UPDATE SET debit = view_turnover.debit + excluded.debit, \
             credit = view_turnover.credit + excluded.credit, last_seq = excluded.last_seq;",
            sums.join(",")
        );
    }
    script.push_str("COMMIT;\n");
    script
}

/// A value in the text form of `COPY`.
fn push(script: &mut String, value: &Value) {
    match value {
        Value::Null => script.push_str("\\N"),
        Value::Integer(number) => {
            let _ = write!(script, "{number}");
        }
        Value::Real(number) => {
            let _ = write!(script, "{number}");
        }
        Value::Text(text) => {
            for letter in text.chars() {
                match letter {
                    '\\' => script.push_str("\\\\"),
                    '\t' => script.push_str("\\t"),
                    '\n' => script.push_str("\\n"),
                    letter => script.push(letter),
                }
            }
        }
        Value::Blob(bytes) => {
            script.push_str("\\\\x");
            for byte in bytes {
                let _ = write!(script, "{byte:02x}");
            }
        }
    }
}

/// A value in a statement. Only accounts and sums come here.
fn quoted(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Integer(number) => number.to_string(),
        _ => "NULL".to_owned(),
    }
}
