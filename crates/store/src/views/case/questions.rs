//! What is asked about cases.

use crate::read::{ReadError, Reader};
use crate::views::{id, number};
use agency::casework::CaseFile;
use agency::{AccountId, CaseId, PersonId, StreamId};
use rusqlite::{OptionalExtension, Row};
use terms::{ArticleId, Day, Fen};

/// Where a case stands, coarsely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// At the counter, not accepted yet.
    Intake,
    /// In a state of its procedure.
    Open,
    /// Ended.
    Closed,
}

impl Stage {
    const ALL: [(Stage, &'static str); 3] =
        [(Stage::Intake, "intake"), (Stage::Open, "open"), (Stage::Closed, "closed")];

    pub(super) fn word(self) -> &'static str {
        Stage::ALL.iter().find(|(stage, _)| *stage == self).map_or("", |(_, word)| word)
    }

    fn read(word: &str) -> Stage {
        Stage::ALL.iter().find(|(_, known)| *known == word).map_or(Stage::Closed, |(stage, _)| *stage)
    }
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Which.
    pub id: CaseId,
    /// The procedure's id.
    pub procedure: String,
    /// Hash of the law it runs under.
    pub law: String,
    /// Whom it is about.
    pub person: Option<PersonId>,
    /// What it is about, as the office writes it (`person/17`, `provider/3`).
    pub subject: String,
    /// In which capacity the applicant acts.
    pub capacity: String,
    /// The applicant, as the office writes it (`account/7`).
    pub applicant: String,
    /// Where it stands.
    pub stage: Stage,
    /// The state it is in, or the outcome it ended with; empty at the counter.
    pub state: String,
    /// The day of the application.
    pub opened_on: Day,
    /// The day of acceptance.
    pub accepted_on: Option<Day>,
    /// The day it came where it stands.
    pub entered_on: Day,
    /// The date given when it came there.
    pub due: Option<Day>,
    /// Until when the applicant may bring what is missing, while that is asked for.
    pub correcting_to: Option<Day>,
    /// The last day of the public notice that is up.
    pub notice_to: Option<Day>,
    /// Objections that were not heard yet.
    pub objections: u32,
    /// A date of the present state has passed and was noticed.
    pub overdue: bool,
    /// What was paid.
    pub paid: Option<Fen>,
    /// The day it ended.
    pub closed_on: Option<Day>,
    /// Whose desk it lies on.
    pub assignee: Option<AccountId>,
    /// The last thing that happened to it.
    pub seq: i64,
}

/// A clock that somebody was told about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// Of which case.
    pub case: CaseId,
    /// The clock's or state's id.
    pub clock: String,
    /// Its date.
    pub due: Day,
    /// The date has passed; it comes near otherwise.
    pub late: bool,
}

/// A place where cases wait, as the engine names the steps of a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The procedure's id.
    pub procedure: String,
    /// The state; `None` for the counter.
    pub state: Option<String>,
    /// A step that must not have been done there yet, where the state has several.
    pub step: Option<String>,
    /// Only cases in which this relation stands for this organisation (`referring-hospital`, `provider/3`).
    pub party: Option<(String, String)>,
}

/// Which cases are asked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// The procedure's id.
    pub procedure: Option<String>,
    /// Where it stands.
    pub stage: Option<Stage>,
    /// The state or outcome.
    pub state: Option<String>,
    /// An organisation that takes part (`unit/3`).
    pub party: Option<String>,
    /// Opened on this day or later.
    pub opened_from: Option<Day>,
    /// Opened on this day or earlier.
    pub opened_to: Option<Day>,
    /// Due before this day and not closed: late on it.
    pub late_on: Option<Day>,
}

/// How many cases stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCount {
    /// The procedure's id.
    pub procedure: String,
    /// Where they stand.
    pub stage: Stage,
    /// The state or outcome; empty at the counter.
    pub state: String,
    /// How many.
    pub count: u64,
    /// How many of them are late.
    pub late: u64,
}

const COLUMNS: &str = "id, procedure, law, person, capacity, applicant, stage, state, opened_on, accepted_on, \
     entered_on, due, correcting_to, notice_to, objections, overdue, paid, closed_on, seq, subject, assignee";

fn read(row: &Row<'_>) -> rusqlite::Result<CaseRow> {
    let day = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i32>>(column)?.map(Day::from_number));
    let paid = row.get::<_, Option<i64>>(16)?.map(Fen::new).transpose();
    Ok(CaseRow {
        id: CaseId(id(row.get(0)?)),
        procedure: row.get(1)?,
        law: row.get(2)?,
        person: row.get::<_, Option<i64>>(3)?.map(|person| PersonId(id(person))),
        capacity: row.get(4)?,
        applicant: row.get(5)?,
        stage: Stage::read(&row.get::<_, String>(6)?),
        state: row.get(7)?,
        opened_on: Day::from_number(row.get(8)?),
        accepted_on: day(9)?,
        entered_on: Day::from_number(row.get(10)?),
        due: day(11)?,
        correcting_to: day(12)?,
        notice_to: day(13)?,
        objections: row.get(14)?,
        overdue: row.get(15)?,
        paid: paid.map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?,
        closed_on: day(17)?,
        seq: row.get(18)?,
        subject: row.get(19)?,
        assignee: row.get::<_, Option<i64>>(20)?.map(|account| AccountId(id(account))),
    })
}

/// Cases by [`CaseFilter`]; parameters 1 to 7 are its fields.
const MATCHES: &str = "(?1 IS NULL OR procedure = ?1) AND (?2 IS NULL OR stage = ?2) AND (?3 IS NULL OR state = ?3) \
     AND (?4 IS NULL OR id IN (SELECT case_id FROM view_case_party WHERE party = ?4)) \
     AND (?5 IS NULL OR opened_on >= ?5) AND (?6 IS NULL OR opened_on <= ?6) \
     AND (?7 IS NULL OR (stage <> 'closed' AND due < ?7))";

impl Reader<'_> {
    /// The case's row.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn case(&self, case: CaseId) -> Result<Option<CaseRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_case WHERE id = ?1"))?;
        Ok(query.query_row([number(case.0)], read).optional()?)
    }

    /// The case with everything in it, folded from its events; `None` where there is no such case. Its timeline is
    /// its stream.
    ///
    /// # Errors
    /// [`ReadError::Unreadable`] where an event is from a newer program.
    pub fn case_file(&self, case: CaseId) -> Result<Option<CaseFile>, ReadError> {
        let events = self.stream(&StreamId::Case(case).to_string())?;
        if events.is_empty() {
            return Ok(None);
        }
        let mut file = CaseFile::default();
        for event in events {
            file.evolve(&event.event()?);
        }
        Ok(Some(file))
    }

    /// Every case about a person, latest first.
    pub fn cases_of(&self, person: PersonId) -> Result<Vec<CaseRow>, ReadError> {
        let mut query =
            self.prepare(&format!("SELECT {COLUMNS} FROM view_case WHERE person = ?1 ORDER BY id DESC"))?;
        let rows = query.query_map([number(person.0)], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The cases that wait at any of these places, the most urgent first, at most `limit`. A case that waits for its
    /// applicant is left out.
    pub fn waiting_at(&self, places: &[Place], limit: u32) -> Result<Vec<CaseRow>, ReadError> {
        let places = places.iter().map(|place| {
            let (relation, party) = place.party.clone().unzip();
            serde_json::json!({
                "procedure": place.procedure, "state": place.state.as_deref().unwrap_or(""),
                "stage": if place.state.is_some() { "open" } else { "intake" },
                "step": place.step, "relation": relation, "party": party,
            })
        });
        let places = serde_json::Value::Array(places.collect()).to_string();
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_case WHERE correcting_to IS NULL AND id IN (\
             SELECT view_case.id FROM json_each(?1) AS place CROSS JOIN view_case \
             ON stage = place.value ->> 'stage' AND procedure = place.value ->> 'procedure' \
             AND state = place.value ->> 'state' \
             WHERE (place.value ->> 'party' IS NULL OR EXISTS (SELECT 1 FROM view_case_party \
             WHERE party = place.value ->> 'party' AND case_id = view_case.id \
             AND relation = place.value ->> 'relation')) \
             AND (place.value ->> 'step' IS NULL OR NOT EXISTS (SELECT 1 FROM view_case_done \
             WHERE case_id = view_case.id AND step = place.value ->> 'step'))) \
             ORDER BY coalesce(due, opened_on), id LIMIT ?2"
        ))?;
        let rows = query.query_map((places, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every case that has not ended, oldest first: what the passing of time is asked about.
    pub fn open_cases(&self) -> Result<Vec<CaseId>, ReadError> {
        let mut query = self.prepare("SELECT id FROM view_case WHERE stage <> 'closed' ORDER BY id")?;
        let rows = query.query_map([], |row| Ok(CaseId(id(row.get(0)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The laws that cases run under which have not ended, by hash, with how many run under each.
    pub fn laws_of_open_cases(&self) -> Result<Vec<(String, u64)>, ReadError> {
        let mut query = self.prepare(
            "SELECT law, count(*) FROM view_case WHERE stage <> 'closed' GROUP BY law ORDER BY min(id)",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, id(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Cases that have not ended and run under another law than this, oldest first.
    pub fn cases_under_earlier_laws(&self, law: &str, limit: u32) -> Result<Vec<CaseRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_case WHERE stage <> 'closed' AND law <> ?1 ORDER BY id LIMIT ?2"
        ))?;
        let rows = query.query_map((law, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The cases that hold this very picture, oldest first: the same receipt may not be paid twice.
    pub fn cases_with_scan(&self, hash: &str) -> Result<Vec<CaseId>, ReadError> {
        let mut query = self.prepare(
            "SELECT DISTINCT case_id FROM view_case_scan WHERE hash = ?1 ORDER BY case_id LIMIT 20",
        )?;
        let rows = query.query_map([hash], |row| Ok(CaseId(id(row.get(0)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What everybody did from this day to that: who (`account/9`), how much, and how much of it after its date; those
    /// who did most first.
    pub fn work_done(&self, from: Day, to: Day) -> Result<Vec<(String, u64, u64)>, ReadError> {
        let mut query = self.prepare(
            "SELECT who, sum(done), sum(late) FROM view_work WHERE day BETWEEN ?1 AND ?2 GROUP BY who \
             ORDER BY 2 DESC, who LIMIT 500",
        )?;
        let rows = query.query_map((from.number(), to.number()), |row| {
            Ok((row.get(0)?, id(row.get(1)?), id(row.get(2)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The clocks this role of this organisation was told about, the earliest date first.
    pub fn told_to(&self, role: &str, organisation: &str) -> Result<Vec<ClockRow>, ReadError> {
        let mut query = self.prepare(
            "SELECT case_id, clock, due, late FROM view_case_clock WHERE tells = ?1 AND organisation = ?2 \
             ORDER BY due, case_id, clock",
        )?;
        let rows = query.query_map((role, organisation), |row| {
            Ok(ClockRow {
                case: CaseId(id(row.get(0)?)),
                clock: row.get(1)?,
                due: Day::from_number(row.get(2)?),
                late: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Cases, latest first, before the case numbered `before` (`CaseId(u64::MAX)` for the latest).
    pub fn find_cases(
        &self,
        filter: &CaseFilter,
        before: CaseId,
        limit: u32,
    ) -> Result<Vec<CaseRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_case WHERE {MATCHES} AND id < ?8 ORDER BY id DESC LIMIT ?9"
        ))?;
        let rows = query.query_map(
            (
                &filter.procedure,
                filter.stage.map(Stage::word),
                &filter.state,
                &filter.party,
                filter.opened_from.map(Day::number),
                filter.opened_to.map(Day::number),
                filter.late_on.map(Day::number),
                number(before.0),
                limit,
            ),
            read,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many cases match, and where they stand; `today` says which are late.
    pub fn count_cases(&self, filter: &CaseFilter, today: Day) -> Result<Vec<CaseCount>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT procedure, stage, state, count(*), sum(stage <> 'closed' AND due IS NOT NULL AND due < ?8) \
             FROM view_case WHERE {MATCHES} GROUP BY procedure, stage, state ORDER BY procedure, stage, state"
        ))?;
        let rows = query.query_map(
            (
                &filter.procedure,
                filter.stage.map(Stage::word),
                &filter.state,
                &filter.party,
                filter.opened_from.map(Day::number),
                filter.opened_to.map(Day::number),
                filter.late_on.map(Day::number),
                today.number(),
            ),
            |row| {
                Ok(CaseCount {
                    procedure: row.get(0)?,
                    stage: Stage::read(&row.get::<_, String>(1)?),
                    state: row.get(2)?,
                    count: id(row.get(3)?),
                    late: id(row.get(4)?),
                })
            },
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Open cases whose date has passed before `today` and was not noticed yet, for the clock's worker.
    pub fn cases_to_notice(&self, today: Day, limit: u32) -> Result<Vec<CaseId>, ReadError> {
        let mut query = self.prepare(
            "SELECT id FROM view_case WHERE stage <> 'closed' AND (due < ?1 AND overdue = 0 OR correcting_to < ?1 \
             OR notice_to < ?1) ORDER BY id LIMIT ?2",
        )?;
        let rows = query.query_map((today.number(), limit), |row| Ok(CaseId(id(row.get(0)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The latest events of cases that rest on an article, latest first, as their numbers.
    pub fn uses_of_article(&self, article: &ArticleId, limit: u32) -> Result<Vec<i64>, ReadError> {
        let mut query =
            self.prepare("SELECT seq FROM view_article_use WHERE article = ?1 ORDER BY seq DESC LIMIT ?2")?;
        let rows = query.query_map((&article.0, limit), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How often each article was rested on, by article.
    pub fn count_article_uses(&self) -> Result<Vec<(ArticleId, u64)>, ReadError> {
        let mut query =
            self.prepare("SELECT article, count(*) FROM view_article_use GROUP BY article ORDER BY article")?;
        let rows = query.query_map([], |row| Ok((ArticleId(row.get(0)?), id(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
