//! Certificates, to be found by number and by holder.

use super::{Happened, View, id, number};
use crate::read::{ReadError, Reader};
use agency::certificate::Status;
use agency::{CaseId, CertificateId, Event, PersonId};
use rusqlite::{Connection, OptionalExtension, Row};
use terms::Day;

pub(super) const VIEW: View = View {
    tables: &["view_certificate"],
    sql: "
CREATE TABLE view_certificate (
    id        INTEGER PRIMARY KEY,
    number    TEXT    NOT NULL UNIQUE,
    person    INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    issued_on INTEGER NOT NULL,
    case_id   INTEGER NOT NULL,
    status    TEXT    NOT NULL,
    status_on INTEGER NOT NULL,
    reason    TEXT    NOT NULL,
    seq       INTEGER NOT NULL
) STRICT;
CREATE INDEX view_certificate_by_person ON view_certificate (person);
",
    fold,
};

/// A certificate as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRow {
    /// Which.
    pub id: CertificateId,
    /// The printed number.
    pub number: String,
    /// The holder.
    pub person: PersonId,
    /// By the packs' codes.
    pub kind: String,
    /// The day it was handed out.
    pub issued_on: Day,
    /// The case it comes from.
    pub case: CaseId,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub status_on: Day,
    /// Why, by the packs' codes; empty while it is as issued.
    pub reason: String,
    /// The event that brought it there.
    pub seq: i64,
}

const STATUSES: [(Status, &str); 5] = [
    (Status::Active, "active"),
    (Status::Lost, "lost"),
    (Status::Stopped, "stopped"),
    (Status::Surrendered, "surrendered"),
    (Status::Cancelled, "cancelled"),
];

fn word(status: Status) -> &'static str {
    STATUSES.iter().find(|(known, _)| *known == status).map_or("", |(_, word)| word)
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    match happened.event {
        Event::CertificateIssued(issued) => connection
            .prepare_cached(
                "INSERT INTO view_certificate \
                 (id, number, person, kind, issued_on, case_id, status, status_on, reason, seq) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5, '', ?8)",
            )?
            .execute((
                number(issued.certificate.0),
                &issued.number,
                number(issued.person.0),
                &issued.certificate_kind,
                issued.on.number(),
                number(issued.case.0),
                word(Status::Active),
                happened.seq,
            ))
            .map(drop),
        Event::CertificateStatus { certificate, status, on, reason } => connection
            .prepare_cached(
                "UPDATE view_certificate SET status = ?2, status_on = ?3, reason = ?4, seq = ?5 WHERE id = ?1",
            )?
            .execute((number(certificate.0), word(*status), on.number(), reason, happened.seq))
            .map(drop),
        _ => Ok(()),
    }
}

const COLUMNS: &str = "id, number, person, kind, issued_on, case_id, status, status_on, reason, seq";

fn read(row: &Row<'_>) -> rusqlite::Result<CertificateRow> {
    let status: String = row.get(6)?;
    Ok(CertificateRow {
        id: CertificateId(id(row.get(0)?)),
        number: row.get(1)?,
        person: PersonId(id(row.get(2)?)),
        kind: row.get(3)?,
        issued_on: Day::from_number(row.get(4)?),
        case: CaseId(id(row.get(5)?)),
        // An unknown word cannot open a door: it counts as cancelled.
        status: STATUSES
            .iter()
            .find(|(_, word)| *word == status)
            .map_or(Status::Cancelled, |(known, _)| *known),
        status_on: Day::from_number(row.get(7)?),
        reason: row.get(8)?,
        seq: row.get(9)?,
    })
}

impl Reader<'_> {
    /// The certificate.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn certificate(&self, certificate: CertificateId) -> Result<Option<CertificateRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_certificate WHERE id = ?1"))?;
        Ok(query.query_row([number(certificate.0)], read).optional()?)
    }

    /// The certificate with this printed number.
    pub fn certificate_by_number(&self, printed: &str) -> Result<Option<CertificateRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_certificate WHERE number = ?1"))?;
        Ok(query.query_row([printed.trim()], read).optional()?)
    }

    /// Every certificate ever issued to the person, oldest first.
    pub fn certificates_of(&self, person: PersonId) -> Result<Vec<CertificateRow>, ReadError> {
        let mut query =
            self.prepare(&format!("SELECT {COLUMNS} FROM view_certificate WHERE person = ?1 ORDER BY id"))?;
        let rows = query.query_map([number(person.0)], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many certificates stand where, by the word of the status.
    pub fn count_certificates(&self) -> Result<Vec<(String, u64)>, ReadError> {
        let mut query =
            self.prepare("SELECT status, count(*) FROM view_certificate GROUP BY status ORDER BY status")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, id(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everybody who holds a certificate that is in use or reported lost, in order.
    pub fn certificate_holders(&self) -> Result<Vec<PersonId>, ReadError> {
        let mut query = self.prepare(
            "SELECT DISTINCT person FROM view_certificate WHERE status IN ('active', 'lost') ORDER BY person",
        )?;
        let rows = query.query_map([], |row| Ok(PersonId(id(row.get(0)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
