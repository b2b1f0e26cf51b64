//! Cases: where each is, by when, whose it is; and which articles decisions rested on.
//!
//! Who may do what next is the engine's to say, from the procedure. This view only finds the cases that stand where
//! somebody's steps are, so that the engine is asked about few.

mod questions;

pub use questions::{CaseCount, CaseFilter, CaseRow, ClockRow, Place, Stage};

use super::{Happened, View, number};
use agency::{Event, StreamId};
use case::{CaseEvent, Owner};
use rusqlite::Connection;
use terms::{ArticleId, Day};

pub(super) const VIEW: View = View {
    tables: &[
        "view_case",
        "view_case_party",
        "view_case_done",
        "view_case_clock",
        "view_case_scan",
        "view_work",
        "view_article_use",
    ],
    sql: "
CREATE TABLE view_case (
    id             INTEGER PRIMARY KEY,
    procedure      TEXT    NOT NULL,
    law            TEXT    NOT NULL,
    person         INTEGER,
    subject        TEXT    NOT NULL,
    capacity       TEXT    NOT NULL,
    applicant      TEXT    NOT NULL,
    stage          TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    opened_on      INTEGER NOT NULL,
    accepted_on    INTEGER,
    entered_on     INTEGER NOT NULL,
    due            INTEGER,
    correcting_to  INTEGER,
    notice_to      INTEGER,
    objections     INTEGER NOT NULL,
    overdue        INTEGER NOT NULL,
    paid           INTEGER,
    closed_on      INTEGER,
    assignee       INTEGER,
    seq            INTEGER NOT NULL
) STRICT;
CREATE INDEX view_case_by_place ON view_case (stage, procedure, state, due);
CREATE INDEX view_case_by_assignee ON view_case (assignee, stage);
CREATE INDEX view_case_by_person ON view_case (person);
CREATE TABLE view_case_party (
    party    TEXT    NOT NULL,
    case_id  INTEGER NOT NULL,
    relation TEXT    NOT NULL,
    PRIMARY KEY (party, case_id, relation)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_case_done (
    case_id INTEGER NOT NULL,
    step    TEXT    NOT NULL,
    PRIMARY KEY (case_id, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_case_clock (
    case_id      INTEGER NOT NULL,
    clock        TEXT    NOT NULL,
    due          INTEGER NOT NULL,
    warned       INTEGER NOT NULL,
    late         INTEGER NOT NULL,
    tells        TEXT,
    organisation TEXT,
    PRIMARY KEY (case_id, clock)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_case_clock_by_tells ON view_case_clock (tells, organisation);
CREATE TABLE view_case_scan (
    hash     TEXT    NOT NULL,
    case_id  INTEGER NOT NULL,
    material TEXT    NOT NULL,
    PRIMARY KEY (hash, case_id, material)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_work (
    who  TEXT    NOT NULL,
    day  INTEGER NOT NULL,
    done INTEGER NOT NULL,
    late INTEGER NOT NULL,
    PRIMARY KEY (who, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_article_use (
    article TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (article, seq)
) STRICT, WITHOUT ROWID;
",
    fold,
};

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    if let Event::CaseAssigned { case, to, .. } = happened.event {
        return connection
            .prepare_cached("UPDATE view_case SET assignee = ?2, seq = ?3 WHERE id = ?1")?
            .execute((number(case.0), to.map(|to| number(to.0)), happened.seq))
            .map(drop);
    }
    let Event::Case { case, what } = happened.event else { return Ok(()) };
    let case = number(case.0);
    let seq = happened.seq;
    // Sets columns of the case; `?1` is the case, `?2` the event.
    let set = |columns: &str, values: &[&dyn rusqlite::ToSql]| {
        let sql = format!("UPDATE view_case SET seq = ?2, {columns} WHERE id = ?1");
        let mut all: Vec<&dyn rusqlite::ToSql> = vec![&case, &seq];
        all.extend(values);
        connection.prepare_cached(&sql)?.execute(&all[..]).map(drop)
    };
    let touch = || set("id = id", &[]);
    let rests_on = |article: &ArticleId| {
        connection
            .prepare_cached("INSERT OR IGNORE INTO view_article_use (article, seq) VALUES (?1, ?2)")?
            .execute((&article.0, seq))
            .map(drop)
    };
    if let CaseEvent::Accepted { by, on, .. }
    | CaseEvent::Declined { by, on, .. }
    | CaseEvent::StepDone { by, on, .. }
    | CaseEvent::NoticeStarted { by, on, .. }
    | CaseEvent::ObjectionHeard { by, on, .. } = what.as_ref()
    {
        worked(connection, case, &by.who, *on)?;
    }
    match what.as_ref() {
        CaseEvent::Opened { procedure, law, subject, capacity, parties, by, on, due, .. } => {
            let person = match subject.parse() {
                Ok(StreamId::Person(person)) => Some(number(person.0)),
                _ => None,
            };
            connection
                .prepare_cached(
                    "INSERT INTO view_case (id, procedure, law, person, capacity, applicant, stage, state, \
                     opened_on, entered_on, objections, overdue, seq, due, subject) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'intake', '', ?7, ?7, 0, 0, ?8, ?9, ?10)",
                )?
                .execute((
                    case,
                    procedure,
                    law,
                    person,
                    capacity,
                    &by.who,
                    on.number(),
                    seq,
                    due.as_ref().map(|due| due.day.number()),
                    subject,
                ))?;
            if let Some(due) = due {
                clock_runs(connection, case, case::INTAKE, due.day)?;
            }
            let mut party = connection.prepare_cached(
                "INSERT OR IGNORE INTO view_case_party (party, case_id, relation) VALUES (?1, ?2, ?3)",
            )?;
            parties.iter().try_for_each(|(relation, name)| party.execute((name, case, relation)).map(drop))
        }
        CaseEvent::CorrectionAsked { missing, until, .. } => {
            missing.iter().try_for_each(|refusal| rests_on(&refusal.article))?;
            set("correcting_to = ?3", &[&until.day.number()])
        }
        CaseEvent::CorrectionMade { .. } => set("correcting_to = NULL", &[]),
        CaseEvent::Accepted { reasons, promises, on, .. } => {
            reasons.iter().try_for_each(|reason| rests_on(&reason.article))?;
            promises.iter().try_for_each(|promise| rests_on(&promise.article))?;
            clock_ends(connection, case, case::INTAKE)?;
            promises
                .iter()
                .try_for_each(|promise| clock_runs(connection, case, &promise.id, promise.by.day))?;
            set("accepted_on = ?3, correcting_to = NULL", &[&on.number()])
        }
        CaseEvent::Declined { reasons, .. } => {
            reasons.iter().try_for_each(|refusal| rests_on(&refusal.article))?;
            set("correcting_to = NULL", &[])
        }
        CaseEvent::Entered { state, due, on, .. } => {
            connection.prepare_cached("DELETE FROM view_case_done WHERE case_id = ?1")?.execute([case])?;
            connection
                .prepare_cached(
                    "DELETE FROM view_case_clock WHERE case_id = ?1 AND clock = (SELECT state FROM view_case WHERE id = ?1)",
                )?
                .execute([case])?;
            clock_runs(connection, case, state, due.day)?;
            set(
                "stage = 'open', state = ?3, entered_on = ?4, due = ?5, notice_to = NULL, objections = 0, overdue = 0, \
                 assignee = NULL",
                &[state, &on.number(), &due.day.number()],
            )
        }
        CaseEvent::StepDone { step, .. } => {
            connection
                .prepare_cached("INSERT OR IGNORE INTO view_case_done (case_id, step) VALUES (?1, ?2)")?
                .execute((case, step))?;
            touch()
        }
        CaseEvent::NoticeStarted { state, until, .. } => {
            clock_runs(connection, case, state, until.day)?;
            set("notice_to = ?3", &[&until.day.number()])
        }
        CaseEvent::NoticeSealed { .. } => touch(),
        CaseEvent::NoticeEnded { .. } => set("notice_to = NULL", &[]),
        CaseEvent::Objected { .. } => set("objections = objections + 1", &[]),
        CaseEvent::ObjectionHeard { .. } => set("objections = max(objections - 1, 0)", &[]),
        CaseEvent::Warned { clock, tells, .. } => {
            tell(connection, case, clock, "warned", Some(tells))?;
            touch()
        }
        CaseEvent::Overdue { clock, tells, .. } => {
            tell(connection, case, clock, "late", tells.as_ref())?;
            set("overdue = 1", &[])
        }
        CaseEvent::Moved { clock, to, .. } => {
            if clock != case::CORRECTION {
                clock_runs(connection, case, clock, to.day)?;
            }
            // The date stands where it is shown: of the present state, of its notice, of what is to be mended.
            let day = to.day.number();
            set(
                "due = CASE WHEN state = ?3 OR (stage = 'intake' AND ?3 = 'intake') THEN ?4 ELSE due END, \
                 notice_to = CASE WHEN state = ?3 AND notice_to IS NOT NULL THEN ?4 ELSE notice_to END, \
                 correcting_to = CASE WHEN ?3 = 'correction' THEN ?4 ELSE correcting_to END, \
                 overdue = CASE WHEN state = ?3 THEN 0 ELSE overdue END",
                &[clock, &day],
            )
        }
        CaseEvent::Deemed { article, .. } => {
            rests_on(article)?;
            touch()
        }
        CaseEvent::Migrated { law, .. } => set("law = ?3", &[law]),
        CaseEvent::EffectDue { article, .. } => {
            rests_on(article)?;
            touch()
        }
        CaseEvent::Paid { amount, .. } => set("paid = ?3", &[&amount.get()]),
        CaseEvent::PaymentReturned { .. } => set("paid = NULL, closed_on = NULL", &[]),
        CaseEvent::Reopened { on, .. } => set(
            "stage = 'intake', state = '', entered_on = ?3, closed_on = NULL, paid = NULL, due = NULL",
            &[&on.number()],
        ),
        CaseEvent::Closed { outcome, on } => {
            connection.prepare_cached("DELETE FROM view_case_clock WHERE case_id = ?1")?.execute([case])?;
            set(
                "stage = 'closed', state = ?3, entered_on = ?4, closed_on = ?4, due = NULL, correcting_to = NULL, \
             notice_to = NULL, objections = 0, overdue = 0, assignee = NULL",
                &[outcome, &on.number()],
            )
        }
        CaseEvent::ScanAdded { material, scan, .. } => {
            connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO view_case_scan (hash, case_id, material) VALUES (?1, ?2, ?3)",
                )?
                .execute((&scan.hash, case, material))?;
            touch()
        }
        CaseEvent::ScanRemoved { material, hash, .. } => {
            connection
                .prepare_cached(
                    "DELETE FROM view_case_scan WHERE hash = ?1 AND case_id = ?2 AND material = ?3",
                )?
                .execute((hash, case, material))?;
            touch()
        }
        CaseEvent::FactsGiven { .. } | CaseEvent::MaterialReceived { .. } => touch(),
    }
}

/// A clock of the case has this date now.
fn clock_runs(connection: &Connection, case: i64, clock: &str, due: Day) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO view_case_clock (case_id, clock, due, warned, late) VALUES (?1, ?2, ?3, 0, 0) \
             ON CONFLICT DO UPDATE SET due = ?3, warned = 0, late = 0, tells = NULL, organisation = NULL",
        )?
        .execute((case, clock, due.number()))
        .map(drop)
}

fn clock_ends(connection: &Connection, case: i64, clock: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM view_case_clock WHERE case_id = ?1 AND clock = ?2")?
        .execute((case, clock))
        .map(drop)
}

/// Somebody did something that was theirs to do, in time or after the date they had.
fn worked(connection: &Connection, case: i64, who: &str, on: Day) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO view_work (who, day, done, late) \
             VALUES (?1, ?2, 1, coalesce((SELECT due < ?2 FROM view_case WHERE id = ?3), 0)) \
             ON CONFLICT DO UPDATE SET done = done + 1, late = late + excluded.late",
        )?
        .execute((who, on.number(), case))
        .map(drop)
}

/// Somebody beside the owner was told of this clock; `how` is a column.
fn tell(
    connection: &Connection,
    case: i64,
    clock: &str,
    how: &str,
    tells: Option<&Owner>,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(&format!(
            "UPDATE view_case_clock SET {how} = 1, tells = ?3, organisation = ?4 WHERE case_id = ?1 AND clock = ?2"
        ))?
        .execute((
            case,
            clock,
            tells.map(|tells| &tells.role),
            tells.map(|tells| &tells.organisation),
        ))
        .map(drop)
}
