//! Many people at once (批量登记): a unit's list, read row by row, every fault of every field at once.

use crate::Categories;
use crate::casework::GRANT_CATEGORY;
use crate::registry::NewPerson;
use crate::{PersonId, UnitId};
use terms::{CitizenId, Day, Fact, Facts};

/// More rows than this are sent in parts.
pub const ROWS_MAX: usize = 200;
/// Longest list read, in characters.
pub const CHARS_MAX: usize = 40_000;
/// Longest name, address or proof, in characters.
const FIELD_CHARS_MAX: usize = 100;

/// The facts of an application that a row answers: the category applied for, and the proof that comes with it.
pub const ANSWERS: [&str; 2] = [GRANT_CATEGORY, "grant.shown"];

/// The columns, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Full name.
    Name,
    /// Identity number.
    Citizen,
    /// Where they live.
    Address,
    /// The served category, by its id or its name.
    Category,
    /// The identity number of the parent who is staff of the unit, for a child.
    Parent,
    /// What was shown as proof of the category.
    Proof,
}

impl Column {
    /// Every column, in order.
    pub const ALL: [Column; 6] =
        [Column::Name, Column::Citizen, Column::Address, Column::Category, Column::Parent, Column::Proof];

    /// The key of its words in the texts.
    pub fn key(self) -> &'static str {
        match self {
            Column::Name => "batch-name",
            Column::Citizen => "batch-citizen",
            Column::Address => "batch-address",
            Column::Category => "batch-category",
            Column::Parent => "batch-parent",
            Column::Proof => "batch-proof",
        }
    }
}

/// What is wrong with a field; the keys of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is empty and must not be.
    Empty,
    /// It is too long or cannot be printed.
    Text,
    /// It is no valid identity number.
    Number,
    /// The day of birth in the number has not come.
    NotBornYet,
    /// There is no such served category.
    NoCategory,
    /// The number stands in an earlier row too.
    Twice,
    /// The row has too many columns.
    TooMany,
}

impl Wrong {
    /// The key of its words in the texts.
    pub fn key(self) -> &'static str {
        match self {
            Wrong::Empty => "batch-wrong-empty",
            Wrong::Text => "batch-wrong-text",
            Wrong::Number => "batch-wrong-number",
            Wrong::NotBornYet => "batch-wrong-not-born",
            Wrong::NoCategory => "batch-wrong-category",
            Wrong::Twice => "batch-wrong-twice",
            Wrong::TooMany => "batch-wrong-columns",
        }
    }
}

/// A row that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the list, from 1.
    pub line: u64,
    /// Full name.
    pub name: String,
    /// Identity number.
    pub citizen: CitizenId,
    /// Where they live.
    pub address: String,
    /// The served category's id.
    pub category: String,
    /// The parent's identity number, for a child.
    pub parent: Option<CitizenId>,
    /// What was shown as proof.
    pub proof: String,
}

impl Row {
    /// The person to register, for this unit; a child belongs to the unit through the parent. Of no category: that is
    /// decided by a case, on proof.
    pub fn person(&self, unit: UnitId, parent: Option<PersonId>, region: &str) -> NewPerson {
        NewPerson {
            name: self.name.clone(),
            citizen: self.citizen.clone(),
            address: self.address.clone(),
            unit: parent.is_none().then_some(unit),
            insurance: Vec::new(),
            categories: Vec::new(),
            parent,
            region: region.to_owned(),
        }
    }

    /// What the row says towards a case, under the names of [`ANSWERS`]; a procedure takes those its forms have.
    pub fn facts(&self) -> Facts {
        [Fact::Code(self.category.clone()), Fact::Text(self.proof.clone())]
            .into_iter()
            .zip(ANSWERS)
            .map(|(fact, name)| (name.to_owned(), fact))
            .collect()
    }
}

/// A row that is given back, with everything wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// Its line in the list, from 1.
    pub line: u64,
    /// What it says, so that it is recognised.
    pub says: String,
    /// Every fault.
    pub wrong: Vec<(Column, Wrong)>,
}

/// A list as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// Rows that can be taken.
    pub good: Vec<Row>,
    /// Rows that are given back.
    pub bad: Vec<Bad>,
}

/// The list is longer than one that is read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

/// Reads a list with commas (also those of a Chinese keyboard) or tabs between its fields. A first line that holds no
/// identity number is a line of heads and passed over, as empty lines are.
///
/// # Errors
/// [`TooLong`] where it has more rows or characters than are read at once; nothing of it is read then.
pub fn read(list: &str, categories: &Categories, today: Day) -> Result<Read, TooLong> {
    if list.chars().count() > CHARS_MAX {
        return Err(TooLong);
    }
    let plain = list.trim_start_matches('\u{feff}').replace(['，', '\t'], ",");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(plain.as_bytes());
    let mut read = Read::default();
    let mut seen = std::collections::BTreeSet::new();
    for (index, record) in reader.records().enumerate() {
        let Ok(record) = record else { continue };
        let line = record.position().map_or(index as u64 + 1, csv::Position::line);
        let is_head =
            index == 0 && record.get(1).is_none_or(|cell| !cell.starts_with(|c: char| c.is_ascii_digit()));
        if is_head || record.iter().all(str::is_empty) {
            continue;
        }
        if read.good.len() + read.bad.len() == ROWS_MAX {
            return Err(TooLong);
        }
        match row(&record, line, categories, today, &mut seen) {
            Ok(row) => read.good.push(row),
            Err(wrong) => {
                let says = record.iter().take(3).collect::<Vec<&str>>().join("，").chars().take(80).collect();
                read.bad.push(Bad { line, says, wrong });
            }
        }
    }
    Ok(read)
}

fn row(
    record: &csv::StringRecord,
    line: u64,
    categories: &Categories,
    today: Day,
    seen: &mut std::collections::BTreeSet<String>,
) -> Result<Row, Vec<(Column, Wrong)>> {
    let cell = |column: Column| record.get(column as usize).unwrap_or_default();
    let mut wrong = Vec::new();
    for column in [Column::Name, Column::Address, Column::Proof] {
        let text = cell(column);
        if text.is_empty() {
            wrong.push((column, Wrong::Empty));
        } else if text.chars().count() > FIELD_CHARS_MAX || text.chars().any(char::is_control) {
            wrong.push((column, Wrong::Text));
        }
    }
    let citizen = cell(Column::Citizen).parse::<CitizenId>().ok();
    match &citizen {
        None => wrong.push((Column::Citizen, Wrong::Number)),
        Some(citizen) if citizen.birth() > today => wrong.push((Column::Citizen, Wrong::NotBornYet)),
        Some(citizen) if !seen.insert(citizen.as_str().to_owned()) => {
            wrong.push((Column::Citizen, Wrong::Twice));
        }
        Some(_) => {}
    }
    let said = cell(Column::Category);
    let named = |id: &str| {
        id == said || categories.get(id).is_some_and(|known| known.name.zh == said || known.name.en == said)
    };
    let category = categories.served_ids().into_iter().find(|id| named(id)).map(str::to_owned);
    if category.is_none() {
        wrong.push((Column::Category, Wrong::NoCategory));
    }
    let parent = cell(Column::Parent);
    let parent_number = parent.parse::<CitizenId>().ok();
    if !parent.is_empty() && parent_number.is_none() {
        wrong.push((Column::Parent, Wrong::Number));
    }
    if record.len() > Column::ALL.len() {
        wrong.push((Column::Proof, Wrong::TooMany));
    }
    match (citizen, category) {
        (Some(citizen), Some(category)) if wrong.is_empty() => Ok(Row {
            line,
            name: cell(Column::Name).to_owned(),
            citizen,
            address: cell(Column::Address).to_owned(),
            category,
            parent: parent_number,
            proof: cell(Column::Proof).to_owned(),
        }),
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests;
