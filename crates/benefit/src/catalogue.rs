//! The catalogue of the place of treatment: what may stand on a bill, its class, what the person bears first, the
//! most that counts of its price at this level of hospital, on this day. Data of the packs (`catalogue/*.csv`).

mod cover;
mod place;
mod read;
mod write;

pub use write::COLUMNS;

use crate::bill::{Bill, Class, Line};
use crate::{Code, Price, Quantity, Share};
use policy::{Diagnostics, Law};
use std::num::NonZeroU32;
use terms::{ArticleId, Day};

/// Rows of all files at most.
pub const ITEMS_MAX: usize = 500_000;

/// A row of the catalogue: one item, at some levels of hospital, over some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// National code of the drug, service or consumable; `med_list_codg`.
    pub code: String,
    /// Its code in the insurance catalogue; `hilist_code`.
    pub hilist_code: String,
    /// Its name; `hilist_name`.
    pub name: String,
    /// `list_type` (101 western drugs …).
    pub list_type: Code,
    /// `med_chrgitm_type` (09 western drugs …).
    pub med_chrgitm_type: Code,
    /// Inside, inside after a first share, or the person's own; `chrgitm_lv`.
    pub class: Class,
    /// What the person bears first of a class B item; `selfpay_prop`.
    pub first_own: Share,
    /// The most that counts of the price; `pric_uplmt_amt`.
    pub ceiling: Option<Price>,
    /// The levels of hospital the row is for; `hosp_lv`.
    pub levels: Levels,
    /// Paid only where the hospital has approved the use; `lmt_used_flag`.
    pub restricted: bool,
    /// What is counted; `prcunt`.
    pub unit: String,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// Place of its article in [`Catalogue::article`].
    pub(crate) article: u16,
    /// The article is illustrative and not law.
    pub illustrative: bool,
    /// Place of its file in [`Catalogue::written`].
    pub(crate) file: u16,
    /// Its line in the file, from 1.
    pub(crate) line: u32,
}

/// The levels of hospital a row is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Levels {
    /// Every level.
    All,
    /// These.
    Only(Vec<Code>),
    /// Every level but these.
    Not(Vec<Code>),
}

impl Levels {
    /// A hospital of this level is meant.
    pub fn cover(&self, level: Code) -> bool {
        match self {
            Levels::All => true,
            Levels::Only(levels) => levels.contains(&level),
            Levels::Not(levels) => !levels.contains(&level),
        }
    }

    /// The levels it names.
    pub fn named(&self) -> &[Code] {
        match self {
            Levels::All => &[],
            Levels::Only(levels) | Levels::Not(levels) => levels,
        }
    }
}

/// Every row, by code; for each code, level and day at most one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    items: Vec<Item>,
    articles: Vec<ArticleId>,
    files: Vec<String>,
}

/// An item on a fee line, as a provider charges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge<'a> {
    /// National code of the item.
    pub code: &'a str,
    /// Price of a unit.
    pub price: Price,
    /// How many units.
    pub quantity: Quantity,
    /// The day of the item.
    pub day: Day,
    /// The hospital approved a restricted use.
    pub approved: bool,
}

impl Catalogue {
    /// Reads `catalogue/*.csv` of every layer of the law; what an upper layer says of a code replaces what a lower
    /// one says of it. Every fault is told at once.
    pub fn compile(law: &Law) -> Result<Catalogue, Diagnostics> {
        read::compile(law)
    }

    /// The row for this code on this day at a hospital of this level, with its number.
    pub fn find(&self, code: &str, day: Day, level: Code) -> Option<(NonZeroU32, &Item)> {
        let (first, rows) = self.of_code(code);
        let place = rows.iter().position(|item| item.holds_on(day) && item.levels.cover(level))?;
        let number = u32::try_from(first + place + 1).ok().and_then(NonZeroU32::new)?;
        Some((number, &rows[place]))
    }

    /// A row in force for this code on this day, whatever the hospital's level: for its name and kind.
    pub fn named(&self, code: &str, day: Day) -> Option<&Item> {
        self.of_code(code).1.iter().find(|item| item.holds_on(day))
    }

    /// The rows of one code, and the place of the first among all.
    fn of_code(&self, code: &str) -> (usize, &[Item]) {
        let first = self.items.partition_point(|item| item.code.as_str() < code);
        let rows = &self.items[first..];
        (first, &rows[..rows.partition_point(|item| item.code == code)])
    }

    /// The row of this number; see [`Line::entry`].
    pub fn item(&self, entry: NonZeroU32) -> Option<&Item> {
        self.items.get(entry.get() as usize - 1)
    }

    /// Every row, by code.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The article a row rests on.
    pub fn article(&self, item: &Item) -> Option<&ArticleId> {
        self.articles.get(usize::from(item.article))
    }

    /// File and line of a row.
    pub fn written(&self, item: &Item) -> Option<(&str, u32)> {
        Some((self.files.get(usize::from(item.file))?, item.line))
    }

    /// The fee line the catalogue makes of a charge at a hospital of this level: the person's own where it has no
    /// row for it, or where the use is restricted and not approved.
    pub fn line(&self, charge: &Charge<'_>, level: Code) -> Line {
        let Charge { code, price, quantity, day, approved } = *charge;
        let mut line = Line {
            price,
            quantity,
            ceiling: None,
            first_own: Share::ONE,
            class: Class::Own,
            day,
            entry: None,
            illustrative: false,
        };
        let Some((entry, item)) = self.find(code, day, level) else { return line };
        (line.entry, line.illustrative) = (Some(entry), item.illustrative);
        (line.ceiling, line.first_own) = (item.ceiling, item.first_own);
        line.class = if item.restricted && !approved { Class::Own } else { item.class };
        line
    }

    /// A bill as this catalogue has its lines, where another one was looked up for them; lines that were looked up
    /// in none stay as they are. For replaying a bill under a draft.
    pub fn resolve(&self, other: &Catalogue, bill: &mut Bill) {
        for line in &mut bill.lines {
            let Some(item) = line.entry.and_then(|entry| other.item(entry)) else { continue };
            let approved = !item.restricted || line.class != Class::Own;
            let Line { price, quantity, day, .. } = *line;
            let charge = Charge { code: &item.code, price, quantity, day, approved };
            *line = self.line(&charge, bill.provider.hosp_lv);
        }
    }
}

impl Item {
    /// The row is in force on this day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests;
