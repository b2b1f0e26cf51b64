//! The catalogue as the CSV text it is read from.

use super::{Catalogue, Item, Levels};
use crate::bill::Class;
use terms::Day;

/// The columns, in the order they are written; they are read in any order.
pub const COLUMNS: [&str; 14] = [
    "med_list_codg",
    "hilist_code",
    "hilist_name",
    "list_type",
    "med_chrgitm_type",
    "chrgitm_lv",
    "selfpay_prop",
    "pric_uplmt_amt",
    "hosp_lv",
    "lmt_used_flag",
    "prcunt",
    "begndate",
    "enddate",
    "article",
];

impl Catalogue {
    /// Every row as CSV, or those in force on a day; reading it gives the same rows. Nothing but memory can fail.
    pub fn csv(&self, on: Option<Day>) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS)?;
        for item in self.items.iter().filter(|item| on.is_none_or(|day| item.holds_on(day))) {
            writer.write_record(self.record(item))?;
        }
        let bytes = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn record(&self, item: &Item) -> [String; COLUMNS.len()] {
        // What follows from the class stays empty.
        let first_own = if item.class == Class::B { item.first_own.to_string() } else { String::new() };
        [
            item.code.clone(),
            item.hilist_code.clone(),
            item.name.clone(),
            item.list_type.to_string(),
            item.med_chrgitm_type.to_string(),
            item.class.code().to_owned(),
            first_own,
            item.ceiling.map_or_else(String::new, |ceiling| ceiling.to_string()),
            item.levels.to_string(),
            if item.restricted { "1" } else { "0" }.to_owned(),
            item.unit.clone(),
            item.from.to_string(),
            item.to.map_or_else(String::new, |to| to.to_string()),
            self.article(item).map_or_else(String::new, |article| article.0.clone()),
        ]
    }
}

impl std::fmt::Display for Levels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let told: Vec<String> = self.named().iter().map(ToString::to_string).collect();
        match self {
            Levels::All => Ok(()),
            Levels::Only(_) => f.write_str(&told.join(" ")),
            Levels::Not(_) => write!(f, "not {}", told.join(" ")),
        }
    }
}
