//! The shape of `benefits/*.toml` as it is written; what it means is worked out in `compile`.

use policy::Spanned;
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::{Day, Name, Rounding};

/// One file. Every part may stand in any file; `layers` (their order), `lines` and `law_day` stand once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub layers: Option<Spanned<Vec<Spanned<String>>>>,
    pub lines: Option<Spanned<LinesRule>>,
    pub law_day: Option<Spanned<LawDayRule>>,
    pub stays: Option<Stays>,
    #[serde(default)]
    pub dimension: Vec<Dimension>,
    #[serde(default)]
    pub accumulator: Vec<Accumulator>,
    #[serde(default)]
    pub layer: Vec<Layer>,
    #[serde(default)]
    pub refuse: Vec<Refuse>,
    #[serde(default)]
    pub what_if: Vec<WhatIf>,
    #[serde(default)]
    pub question: Vec<Question>,
}

/// The article under which lines are split.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinesRule {
    pub article: Spanned<String>,
}

/// Which day of a stay decides the law that is applied: said here, or left to a setting.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LawDayRule {
    pub article: Spanned<String>,
    pub day: Option<String>,
    pub setting: Option<String>,
}

/// What counts as a stay, for the ordinal and the highest level of the year.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stays {
    pub when: BTreeMap<String, Spanned<Vec<Spanned<String>>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dimension {
    pub id: Spanned<String>,
    pub name: Name,
    pub article: Spanned<String>,
    /// `| id | zh | en |`, in order; for levels from the highest down.
    pub values: Option<Spanned<String>>,
    /// `| field… | value |`
    pub classes: Option<Spanned<String>>,
    /// The higher of this dimension's value now and that of the year's earlier stays.
    pub highest_of: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accumulator {
    pub id: Spanned<String>,
    pub name: Name,
    /// `base:`, `deductible:` or `paid:` and a layer.
    pub counts: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layer {
    pub id: Spanned<String>,
    pub name: Name,
    pub article: Spanned<String>,
    pub pays: Spanned<String>,
    pub fund: Option<String>,
    pub base: Spanned<String>,
    pub position: Option<Spanned<String>>,
    pub deductible_counts: Option<Spanned<String>>,
    #[serde(default)]
    pub bands_begin: Option<Spanned<String>>,
    pub balance: Option<Spanned<String>>,
    #[serde(default)]
    pub rounding: Rounding,
    pub from: Option<Day>,
    pub to: Option<Day>,
    #[serde(default)]
    pub when: BTreeMap<String, Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    pub deductible: Vec<Block>,
    #[serde(default)]
    pub bands: Vec<Block>,
    #[serde(default)]
    pub cap: Vec<Block>,
}

/// One table of a parameter with its days and article.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Block {
    pub article: Spanned<String>,
    pub from: Option<Spanned<Day>>,
    pub to: Option<Spanned<Day>>,
    /// Counts only where each of these settings is read so.
    #[serde(default)]
    pub reading: BTreeMap<String, Spanned<String>>,
    /// Of a cap: the accumulator it limits; of each bill alone where absent.
    pub of: Option<Spanned<String>>,
    pub table: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refuse {
    pub code: Spanned<String>,
    pub article: Spanned<String>,
    pub from: Option<Spanned<Day>>,
    pub to: Option<Spanned<Day>>,
    #[serde(default)]
    pub when: BTreeMap<String, Spanned<Vec<Spanned<String>>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhatIf {
    pub id: Spanned<String>,
    pub name: Name,
    pub set: BTreeMap<String, Spanned<String>>,
}

/// What a calculator asks, with what can be answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    pub id: Spanned<String>,
    pub name: Name,
    #[serde(default)]
    pub choice: Vec<WhatIf>,
}
