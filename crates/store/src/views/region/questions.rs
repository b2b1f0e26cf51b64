//! What is asked about other regions.

use crate::read::{ReadError, Reader};
use crate::views::TURNOVER;
use crate::views::{id, number};
use agency::region::{Message, RegionEvent};
use agency::{Event, PersonId, ProviderId, SettlementId, Way};
use ledger::Word;
use rusqlite::Row;
use rusqlite::types::Type;
use terms::{Day, Fen, Moment};

/// Another region whose office is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRow {
    /// Its code.
    pub region: Word,
    /// Its office's name.
    pub name: String,
    /// Since when.
    pub joined: Day,
}

/// A message in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// To or from which region.
    pub region: Word,
    /// Which way.
    pub way: Way,
    /// The sender's number.
    pub number: u64,
    /// Number of its event.
    pub seq: i64,
    /// When it was sent or taken.
    pub at: Moment,
    /// `ask`, `settled` …
    pub message: String,
    /// The bill it speaks of.
    pub remote: Option<String>,
    /// The receiver has it; always false of those received.
    pub acknowledged: bool,
    /// The first number that had not come, where a gap was noticed.
    pub missing_from: Option<u64>,
}

/// A bill between regions in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteRow {
    /// Its name on both sides.
    pub remote: Word,
    /// The event that began it here.
    pub seq: i64,
    /// `treating`: treated here; `insured`: insured here.
    pub side: String,
    /// The other region.
    pub region: Word,
    /// The hospital's name.
    pub hospital: String,
    /// The hospital as we have it.
    pub provider: Option<ProviderId>,
    /// Whose, where insured here or treated here in a visit.
    pub person: Option<PersonId>,
    /// Which settlement, where insured here; its number on the visit, where treated here in one.
    pub settlement: Option<SettlementId>,
    /// The day both count it for.
    pub day: Option<Day>,
    /// The day its taking back counts for.
    pub back: Option<Day>,
    /// `asked`, `settled`, `refused`, `cancelling`, `cancelled`.
    pub standing: String,
    /// Total of the bill.
    pub total: Fen,
    /// What the funds and the personal account pay.
    pub funds: Fen,
}

fn word(row: &Row<'_>, place: usize) -> rusqlite::Result<Word> {
    let text: String = row.get(place)?;
    text.parse().map_err(|error: ledger::WordError| {
        rusqlite::Error::FromSqlConversionFailure(place, Type::Text, Box::new(error))
    })
}

fn amount(row: &Row<'_>, place: usize) -> rusqlite::Result<Fen> {
    Fen::new(row.get(place)?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(place, Type::Integer, Box::new(error)))
}

fn message(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    let way: String = row.get(1)?;
    Ok(MessageRow {
        region: word(row, 0)?,
        way: if way == Way::Sent.word() { Way::Sent } else { Way::Received },
        number: id(row.get(2)?),
        seq: row.get(3)?,
        at: Moment(row.get(4)?),
        message: row.get(5)?,
        remote: row.get(6)?,
        acknowledged: row.get(7)?,
        missing_from: row.get::<_, Option<i64>>(8)?.map(id),
    })
}

const MESSAGE: &str = "region, way, number, seq, at, message, remote, acknowledged, missing_from";
const REMOTE: &str =
    "remote, seq, side, region, hospital, provider, person, settlement, day, back, standing, total, funds";

fn remote(row: &Row<'_>) -> rusqlite::Result<RemoteRow> {
    Ok(RemoteRow {
        remote: word(row, 0)?,
        seq: row.get(1)?,
        side: row.get(2)?,
        region: word(row, 3)?,
        hospital: row.get(4)?,
        provider: row.get::<_, Option<i64>>(5)?.map(|provider| ProviderId(id(provider))),
        person: row.get::<_, Option<i64>>(6)?.map(|person| PersonId(id(person))),
        settlement: row.get::<_, Option<i64>>(7)?.map(|settlement| SettlementId(id(settlement))),
        day: row.get::<_, Option<i32>>(8)?.map(Day::from_number),
        back: row.get::<_, Option<i32>>(9)?.map(Day::from_number),
        standing: row.get(10)?,
        total: amount(row, 11)?,
        funds: amount(row, 12)?,
    })
}

impl Reader<'_> {
    /// Every other region whose office is known, by code.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn regions(&self) -> Result<Vec<RegionRow>, ReadError> {
        let mut query = self.prepare("SELECT region, name, joined FROM view_region ORDER BY region")?;
        let rows = query.query_map([], |row| {
            Ok(RegionRow { region: word(row, 0)?, name: row.get(1)?, joined: Day::from_number(row.get(2)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The highest number of a message to or from a region; 0 where there is none.
    pub fn last_message(&self, region: &Word, way: Way) -> Result<u64, ReadError> {
        let mut query =
            self.prepare("SELECT coalesce(max(number), 0) FROM view_message WHERE region = ?1 AND way = ?2")?;
        Ok(query.query_row((region.as_str(), way.word()), |row| row.get(0)).map(id)?)
    }

    /// Messages to a region that it has not acknowledged, in the order of their numbers, at most `limit`.
    pub fn unacknowledged(&self, region: &Word, limit: u32) -> Result<Vec<(u64, Message)>, ReadError> {
        let mut query = self.prepare(
            "SELECT seq FROM view_message WHERE region = ?1 AND way = 'sent' AND acknowledged = 0 \
             ORDER BY number LIMIT ?2",
        )?;
        let seqs: Vec<i64> =
            query.query_map((region.as_str(), limit), |row| row.get(0))?.collect::<Result<_, _>>()?;
        seqs.into_iter().map(|seq| self.message_at(seq)).collect()
    }

    /// The message to a region with this number, where there is one.
    pub fn sent(&self, region: &Word, number: u64) -> Result<Option<(u64, Message)>, ReadError> {
        let mut query =
            self.prepare("SELECT seq FROM view_message WHERE region = ?1 AND way = 'sent' AND number = ?2")?;
        let seq = rusqlite::OptionalExtension::optional(
            query.query_row((region.as_str(), crate::views::number(number)), |row| row.get(0)),
        )?;
        seq.map(|seq| self.message_at(seq)).transpose()
    }

    fn message_at(&self, seq: i64) -> Result<(u64, Message), ReadError> {
        let unreadable =
            |what: &str| ReadError::Unreadable { place: format!("event {seq}"), what: what.into() };
        let recorded = self.event(seq)?.ok_or_else(|| unreadable("it is not there"))?;
        match recorded.event()? {
            Event::Region { what, .. } => match *what {
                RegionEvent::Sent { number, message } => Ok((number, *message)),
                _ => Err(unreadable("it is no message")),
            },
            _ => Err(unreadable("it is no message")),
        }
    }

    /// Messages to and from a region, the last first, at most `limit`.
    pub fn messages(&self, region: &Word, limit: u32) -> Result<Vec<MessageRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {MESSAGE} FROM view_message WHERE region = ?1 ORDER BY at DESC, seq DESC LIMIT ?2"
        ))?;
        let rows = query.query_map((region.as_str(), limit), message)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Numbers of messages from a region that have not come although later ones have, at most `limit`.
    pub fn missing_messages(&self, region: &Word, limit: usize) -> Result<Vec<u64>, ReadError> {
        let mut gaps = self.prepare(
            "SELECT missing_from, number FROM view_message WHERE region = ?1 AND missing_from IS NOT NULL \
             ORDER BY number",
        )?;
        let gaps: Vec<(i64, i64)> = gaps
            .query_map([region.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let mut there = self.prepare(
            "SELECT number FROM view_message WHERE region = ?1 AND way = 'received' AND number >= ?2 \
             AND number < ?3 ORDER BY number",
        )?;
        let mut missing = Vec::new();
        for (from, to) in gaps {
            let found: Vec<i64> =
                there.query_map((region.as_str(), from, to), |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut found = found.into_iter().peekable();
            for wanted in from..to {
                if found.next_if_eq(&wanted).is_none() {
                    missing.push(id(wanted));
                    if missing.len() == limit {
                        return Ok(missing);
                    }
                }
            }
        }
        Ok(missing)
    }

    /// Bills with a region that count, or are taken back, for a day; by name.
    pub fn remotes_on(&self, region: &Word, day: Day) -> Result<Vec<Word>, ReadError> {
        let mut query = self.prepare(
            "SELECT remote FROM view_remote WHERE region = ?1 AND day = ?2 \
             UNION SELECT remote FROM view_remote WHERE region = ?1 AND back = ?2 ORDER BY remote",
        )?;
        let rows = query.query_map((region.as_str(), day.number()), |row| word(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Bills asked before this moment that nobody answered, the oldest first.
    pub fn remotes_waiting(&self, before: Moment) -> Result<Vec<Word>, ReadError> {
        let mut query = self.prepare(
            "SELECT remote FROM view_remote WHERE standing = 'asked' AND side = 'treating' AND at <= ?1 \
             ORDER BY at",
        )?;
        let rows = query.query_map([before.0], |row| word(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Bills between regions, the last first, before the event numbered `before`.
    pub fn remotes(&self, before: i64, limit: u32) -> Result<Vec<RemoteRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {REMOTE} FROM view_remote WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2"
        ))?;
        Ok(query.query_map((before, limit), remote)?.collect::<Result<_, _>>()?)
    }

    /// Bills of a provider of ours for people insured elsewhere, the last first.
    pub fn remotes_at(&self, provider: ProviderId, limit: u32) -> Result<Vec<RemoteRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {REMOTE} FROM view_remote WHERE provider = ?1 AND side = 'treating' ORDER BY seq DESC LIMIT ?2"
        ))?;
        Ok(query.query_map((number(provider.0), limit), remote)?.collect::<Result<_, _>>()?)
    }

    /// The bill between regions with this name.
    pub fn remote(&self, name: &str) -> Result<Option<RemoteRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {REMOTE} FROM view_remote WHERE remote = ?1"))?;
        Ok(rusqlite::OptionalExtension::optional(query.query_row([name], remote))?)
    }

    /// The bill between regions that this settlement answers.
    pub fn remote_of(&self, settlement: SettlementId) -> Result<Option<RemoteRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {REMOTE} FROM view_remote WHERE settlement = ?1"))?;
        Ok(rusqlite::OptionalExtension::optional(query.query_row([number(settlement.0)], remote))?)
    }

    /// Days on which something counts with a region, from one day on, in order.
    pub fn remote_days(&self, region: &Word, from: Day) -> Result<Vec<Day>, ReadError> {
        let mut query = self.prepare(
            "SELECT day FROM view_remote WHERE region = ?1 AND day >= ?2 \
             UNION SELECT back FROM view_remote WHERE region = ?1 AND back >= ?2 ORDER BY 1",
        )?;
        let rows =
            query.query_map((region.as_str(), from.number()), |row| Ok(Day::from_number(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every account of this kind and party that was ever posted to, in order.
    pub fn accounts_of(
        &self,
        kind: ledger::AccountKind,
        party: &Word,
    ) -> Result<Vec<ledger::Account>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT DISTINCT account FROM {TURNOVER} \
             WHERE account = ?1 OR (account > ?1 || ':' AND account < ?1 || ';') ORDER BY account"
        ))?;
        let rows = query.query_map([format!("{}:{party}", kind.word())], |row| row.get::<_, String>(0))?;
        let mut accounts = Vec::new();
        for path in rows {
            let path = path?;
            accounts.push(path.parse().map_err(|error: ledger::AccountError| ReadError::Unreadable {
                place: format!("account {path}"),
                what: error.to_string(),
            })?);
        }
        Ok(accounts)
    }
}
