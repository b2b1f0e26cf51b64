//! Other regions, the messages to and from them, and the bills between us.

mod questions;

pub use questions::{MessageRow, RegionRow, RemoteRow};

use super::{Happened, View, number};
use agency::region::{RegionEvent, RemoteEvent, Standing};
use agency::{Event, PersonId, ProviderId, SettlementId, Way};
use ledger::Word;
use rusqlite::Connection;
use terms::{Day, Fen, Moment};

pub(super) const VIEW: View = View {
    tables: &["view_region", "view_message", "view_remote"],
    sql: "
CREATE TABLE view_region (
    region TEXT    NOT NULL PRIMARY KEY,
    name   TEXT    NOT NULL,
    joined INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE view_message (
    region       TEXT    NOT NULL,
    way          TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    message      TEXT    NOT NULL,
    remote       TEXT,
    acknowledged INTEGER NOT NULL DEFAULT 0,
    missing_from INTEGER,
    PRIMARY KEY (region, way, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_message_waiting ON view_message (region, number) WHERE way = 'sent' AND acknowledged = 0;
CREATE INDEX view_message_late ON view_message (region, number) WHERE missing_from IS NOT NULL;
CREATE INDEX view_message_by_time ON view_message (at, seq);
CREATE TABLE view_remote (
    remote     TEXT    NOT NULL PRIMARY KEY,
    id         INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    side       TEXT    NOT NULL,
    region     TEXT    NOT NULL,
    hospital   TEXT    NOT NULL,
    provider   INTEGER,
    person     INTEGER,
    settlement INTEGER,
    day        INTEGER,
    back       INTEGER,
    at         INTEGER,
    standing   TEXT    NOT NULL,
    total      INTEGER NOT NULL,
    funds      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX view_remote_by_day ON view_remote (region, day);
CREATE INDEX view_remote_by_back ON view_remote (region, back) WHERE back IS NOT NULL;
CREATE INDEX view_remote_waiting ON view_remote (at) WHERE standing = 'asked' AND side = 'treating';
CREATE INDEX view_remote_by_seq ON view_remote (seq);
CREATE INDEX view_remote_by_provider ON view_remote (provider, seq);
CREATE INDEX view_remote_by_settlement ON view_remote (settlement) WHERE settlement IS NOT NULL;
",
    fold,
};

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    match happened.event {
        Event::Region { region, what } => fold_region(connection, happened, region.as_str(), what),
        Event::Remote { remote, what } => fold_remote(connection, happened, remote, what),
        _ => Ok(()),
    }
}

fn fold_region(
    connection: &Connection,
    happened: &Happened<'_>,
    region: &str,
    what: &RegionEvent,
) -> rusqlite::Result<()> {
    let message = "INSERT INTO view_message (region, way, number, seq, at, message, remote, missing_from) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    match what {
        RegionEvent::Joined { name, on } => connection
            .prepare_cached("INSERT INTO view_region (region, name, joined) VALUES (?1, ?2, ?3)")?
            .execute((region, name, on.number()))
            .map(drop),
        RegionEvent::Sent { number: sent, message: told } => connection
            .prepare_cached(message)?
            .execute((
                region,
                Way::Sent.word(),
                number(*sent),
                happened.seq,
                happened.at.0,
                told.word(),
                told.remote().map(|remote| remote.to_string()),
                None::<i64>,
            ))
            .map(drop),
        RegionEvent::Received { number: taken, message: told, missing_from } => connection
            .prepare_cached(message)?
            .execute((
                region,
                Way::Received.word(),
                number(*taken),
                happened.seq,
                happened.at.0,
                told,
                None::<String>,
                missing_from.map(number),
            ))
            .map(drop),
        RegionEvent::Acknowledged { number: sent } => connection
            .prepare_cached(
                "UPDATE view_message SET acknowledged = 1 WHERE region = ?1 AND way = 'sent' AND number = ?2",
            )?
            .execute((region, number(*sent)))
            .map(drop),
        _ => Ok(()),
    }
}

fn fold_remote(
    connection: &Connection,
    happened: &Happened<'_>,
    remote: &Word,
    what: &RemoteEvent,
) -> rusqlite::Result<()> {
    let stands = |standing: Standing| {
        connection
            .prepare_cached("UPDATE view_remote SET standing = ?2 WHERE remote = ?1")?
            .execute((remote.as_str(), standing.word()))
            .map(drop)
    };
    let back = |day: Day, standing: Standing| {
        connection
            .prepare_cached("UPDATE view_remote SET standing = ?2, back = ?3 WHERE remote = ?1")?
            .execute((remote.as_str(), standing.word(), day.number()))
    };
    let insert = |new: New<'_>| {
        // Our own bills are counted; those of others keep their names.
        let own = remote.as_str().rsplit('-').next().and_then(|last| last.parse::<i64>().ok());
        connection
            .prepare_cached(
                "INSERT INTO view_remote (remote, id, seq, side, region, hospital, provider, person, settlement, day, \
                 back, at, standing, total, funds) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, \
                 ?15)",
            )?
            .execute((
                remote.as_str(),
                own.filter(|_| new.side == "treating").unwrap_or(0),
                happened.seq,
                new.side,
                new.region.as_str(),
                new.hospital,
                new.provider.map(|provider| number(provider.0)),
                new.person.map(|person| number(person.0)),
                new.settlement.map(|settlement| number(settlement.0)),
                new.day.map(Day::number),
                new.back.map(Day::number),
                new.at.map(|at| at.0),
                new.standing.word(),
                new.total.get(),
                new.funds.get(),
            ))
            .map(drop)
    };
    match what {
        RemoteEvent::Asked { partner, provider, asked, at, visit } => insert(New {
            side: "treating",
            region: *partner,
            hospital: &asked.hospital.name,
            provider: Some(*provider),
            person: visit.map(|held| held.person),
            settlement: visit.map(|held| held.settlement),
            day: Some(asked.day),
            at: Some(*at),
            standing: Standing::Asked,
            ..New::default()
        }),
        RemoteEvent::Settled { partner, asked, answer, person, provider, settlement, .. } => insert(New {
            side: "insured",
            region: *partner,
            hospital: &asked.hospital.name,
            provider: Some(*provider),
            person: Some(*person),
            settlement: Some(*settlement),
            day: Some(asked.day),
            standing: Standing::Settled,
            total: answer.amounts.medfee_sumamt,
            funds: paid(answer),
            ..New::default()
        }),
        RemoteEvent::Refused { partner, asked, .. } => insert(New {
            side: "insured",
            region: *partner,
            hospital: &asked.hospital.name,
            day: Some(asked.day),
            standing: Standing::Refused,
            ..New::default()
        }),
        RemoteEvent::Answered(answer) => connection
            .prepare_cached(
                "UPDATE view_remote SET standing = 'settled', total = ?2, funds = ?3 WHERE remote = ?1",
            )?
            .execute((remote.as_str(), answer.amounts.medfee_sumamt.get(), paid(answer).get()))
            .map(drop),
        RemoteEvent::Declined { .. } => stands(Standing::Refused),
        RemoteEvent::CancelAsked { day, .. } => back(*day, Standing::Cancelling).map(drop),
        RemoteEvent::CancelHeard => stands(Standing::Cancelled),
        RemoteEvent::Cancelled { partner, day } => {
            if back(*day, Standing::Cancelled)? == 1 {
                return Ok(());
            }
            // Taken back before it came.
            insert(New {
                side: "insured",
                region: *partner,
                back: Some(*day),
                standing: Standing::Cancelled,
                ..New::default()
            })
        }
    }
}

/// What stands between the regions by an answer.
fn paid(answer: &agency::region::Answer) -> Fen {
    let amounts = &answer.amounts;
    amounts.fund_pay_sumamt.plus(amounts.acct_pay).unwrap_or(Fen::MAX)
}

/// A row to write.
struct New<'a> {
    side: &'static str,
    region: Word,
    hospital: &'a str,
    provider: Option<ProviderId>,
    person: Option<PersonId>,
    settlement: Option<SettlementId>,
    day: Option<Day>,
    back: Option<Day>,
    at: Option<Moment>,
    standing: Standing,
    total: Fen,
    funds: Fen,
}

impl Default for New<'_> {
    fn default() -> Self {
        New {
            side: "",
            region: Word::known(""),
            hospital: "",
            provider: None,
            person: None,
            settlement: None,
            day: None,
            back: None,
            at: None,
            standing: Standing::Asked,
            total: Fen::ZERO,
            funds: Fen::ZERO,
        }
    }
}
