//! People, to be found by name, citizen number, certificate or unit.

use super::{Happened, View, id, number};
use crate::read::{ReadError, Reader};
use agency::{Event, PersonId, UnitId};
use rusqlite::{Connection, OptionalExtension, Row};
use terms::{Day, Sex};

pub(super) const VIEW: View = View {
    tables: &["view_person", "view_person_category"],
    sql: "
CREATE TABLE view_person (
    id      INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    citizen TEXT    NOT NULL UNIQUE,
    birth   INTEGER NOT NULL,
    female  INTEGER NOT NULL,
    address TEXT    NOT NULL,
    unit    INTEGER,
    parent  INTEGER,
    region  TEXT    NOT NULL,
    died    INTEGER
) STRICT;
CREATE INDEX view_person_by_name ON view_person (name);
CREATE INDEX view_person_by_unit ON view_person (unit) WHERE unit IS NOT NULL;
CREATE INDEX view_person_by_parent ON view_person (parent) WHERE parent IS NOT NULL;
CREATE TABLE view_person_category (
    category TEXT    NOT NULL,
    person   INTEGER NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER,
    PRIMARY KEY (category, person)
) STRICT, WITHOUT ROWID;
",
    fold,
};

/// A person in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub id: PersonId,
    /// Full name.
    pub name: String,
    /// Citizen number, unmasked; the page masks it for whoever may not see it.
    pub citizen: String,
    /// Day of birth.
    pub birth: Day,
    /// As the citizen number says.
    pub sex: Sex,
    /// Where they live.
    pub address: String,
    /// Their unit, where they have one.
    pub unit: Option<UnitId>,
    /// The parent who is staff of a unit, for a child.
    pub parent: Option<PersonId>,
    /// Division code of the region of insurance.
    pub region: String,
    /// Day of death.
    pub died: Option<Day>,
}

fn fold(connection: &Connection, happened: &Happened<'_>) -> rusqlite::Result<()> {
    let category = |person: &PersonId, category: &agency::person::Category| {
        connection
            .prepare_cached("INSERT OR REPLACE INTO view_person_category VALUES (?1, ?2, ?3, ?4)")?
            .execute((
                &category.category,
                number(person.0),
                category.from.number(),
                category.to.map(Day::number),
            ))
            .map(drop)
    };
    match happened.event {
        Event::PersonRegistered(person) => {
            connection
                .prepare_cached(
                    "INSERT INTO view_person (id, name, citizen, birth, female, address, unit, parent, region) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute((
                    number(person.person.0),
                    &person.name,
                    person.citizen.as_str(),
                    person.citizen.birth().number(),
                    person.citizen.sex() == Sex::Female,
                    &person.address,
                    person.unit.map(|unit| number(unit.0)),
                    person.parent.map(|parent| number(parent.0)),
                    &person.region,
                ))?;
            person.categories.iter().try_for_each(|granted| category(&person.person, granted))
        }
        Event::PersonCategorized { person, category: granted } => category(person, granted),
        Event::PersonChanged { person, change, .. } => connection
            .prepare_cached(
                "UPDATE view_person SET name = coalesce(?2, name), unit = coalesce(?3, unit), \
                 address = coalesce(?4, address), region = coalesce(?5, region) WHERE id = ?1",
            )?
            .execute((
                number(person.0),
                &change.name,
                change.unit.map(|unit| number(unit.0)),
                &change.address,
                &change.region,
            ))
            .map(drop),
        Event::PersonDied { person, on } => connection
            .prepare_cached("UPDATE view_person SET died = ?2 WHERE id = ?1")?
            .execute((number(person.0), on.number()))
            .map(drop),
        _ => Ok(()),
    }
}

const COLUMNS: &str = "id, name, citizen, birth, female, address, unit, parent, region, died";

fn read(row: &Row<'_>) -> rusqlite::Result<PersonRow> {
    Ok(PersonRow {
        id: PersonId(id(row.get(0)?)),
        name: row.get(1)?,
        citizen: row.get(2)?,
        birth: Day::from_number(row.get(3)?),
        sex: if row.get(4)? { Sex::Female } else { Sex::Male },
        address: row.get(5)?,
        unit: row.get::<_, Option<i64>>(6)?.map(|unit| UnitId(id(unit))),
        parent: row.get::<_, Option<i64>>(7)?.map(|parent| PersonId(id(parent))),
        region: row.get(8)?,
        died: row.get::<_, Option<i32>>(9)?.map(Day::from_number),
    })
}

impl Reader<'_> {
    /// The person.
    ///
    /// # Errors
    /// [`ReadError::Failed`], here and in every question below.
    pub fn person(&self, person: PersonId) -> Result<Option<PersonRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_person WHERE id = ?1"))?;
        Ok(query.query_row([number(person.0)], read).optional()?)
    }

    /// Who has this citizen number.
    pub fn person_by_citizen(&self, citizen: &str) -> Result<Option<PersonRow>, ReadError> {
        let mut query = self.prepare(&format!("SELECT {COLUMNS} FROM view_person WHERE citizen = ?1"))?;
        Ok(query.query_row([citizen], read).optional()?)
    }

    /// What somebody typed or scanned into the search box: the start of a citizen number, a certificate's number,
    /// or a part of a name. Names that begin with it come first.
    pub fn find_people(&self, text: &str, limit: u32) -> Result<Vec<PersonRow>, ReadError> {
        let text = text.trim();
        if text.is_empty() || text.len() > 100 {
            return Ok(Vec::new());
        }
        if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X' || byte == b'x') {
            let mut query = self.prepare(&format!(
                "SELECT {COLUMNS} FROM view_person WHERE citizen >= ?1 AND citizen < ?1 || ':' \
                 OR id IN (SELECT person FROM view_certificate WHERE number = ?1) ORDER BY citizen LIMIT ?2"
            ))?;
            let rows = query.query_map((text.to_ascii_uppercase(), limit), read)?;
            return Ok(rows.collect::<Result<_, _>>()?);
        }
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_person WHERE name >= ?1 AND name < ?1 || char(1114111) \
             ORDER BY name, id LIMIT ?2"
        ))?;
        let mut found: Vec<PersonRow> = query.query_map((text, limit), read)?.collect::<Result<_, _>>()?;
        let room = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
        if room > 0 {
            let mut query = self.prepare(&format!(
                "SELECT {COLUMNS} FROM view_person WHERE instr(name, ?1) > 1 ORDER BY name, id LIMIT ?2"
            ))?;
            let inside = query.query_map((text, room), read)?;
            found.extend(inside.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(found)
    }

    /// The people of a unit whose name holds these words: how many, and by name those from the `skip`-th.
    pub fn people_of_unit(
        &self,
        unit: UnitId,
        words: &str,
        skip: u32,
        limit: u32,
    ) -> Result<(u64, Vec<PersonRow>), ReadError> {
        const FOUND: &str = "unit = ?1 AND (?2 = '' OR instr(name, ?2) > 0)";
        let mut count = self.prepare(&format!("SELECT count(*) FROM view_person WHERE {FOUND}"))?;
        let count = count.query_row((number(unit.0), words), |row| row.get::<_, i64>(0))?;
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_person WHERE {FOUND} ORDER BY name, id LIMIT ?4 OFFSET ?3"
        ))?;
        let rows = query.query_map((number(unit.0), words, skip, limit), read)?;
        Ok((id(count), rows.collect::<Result<_, _>>()?))
    }

    /// The children registered under a parent, oldest first.
    pub fn children_of(&self, parent: PersonId) -> Result<Vec<PersonRow>, ReadError> {
        let mut query = self.prepare(&format!(
            "SELECT {COLUMNS} FROM view_person WHERE parent = ?1 ORDER BY birth, id LIMIT 50"
        ))?;
        let rows = query.query_map([number(parent.0)], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Numbers of people after this one who were not known to be dead before this day, in order, at most `limit`.
    pub fn people_after(&self, after: u64, alive_on: Day, limit: u32) -> Result<Vec<PersonId>, ReadError> {
        let mut query = self.prepare(
            "SELECT id FROM view_person WHERE id > ?1 AND (died IS NULL OR died >= ?2) ORDER BY id LIMIT ?3",
        )?;
        let found = query.query_map((number(after), alive_on.number(), limit), |row| row.get::<_, i64>(0))?;
        Ok(found.map(|found| found.map(|found| PersonId(id(found)))).collect::<Result<_, _>>()?)
    }

    /// How many people are known.
    pub fn count_people(&self) -> Result<u64, ReadError> {
        let mut query = self.prepare("SELECT count(*) FROM view_person")?;
        Ok(query.query_row([], |row| row.get(0)).map(id)?)
    }

    /// How many people belong to each category on a day, by category.
    pub fn count_categories(&self, on: Day) -> Result<Vec<(String, u64)>, ReadError> {
        let mut query = self.prepare(
            "SELECT category, count(*) FROM view_person_category \
             WHERE first <= ?1 AND (last IS NULL OR last >= ?1) GROUP BY category ORDER BY category",
        )?;
        let rows = query.query_map([on.number()], |row| Ok((row.get(0)?, id(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
