//! The catalogue of the place of treatment: what may stand on a bill, its class, what the person bears first, the most
//! that counts of its price. Data of the packs, by day.

use crate::settlement::BillLine;
use benefit::{Class, Code, Price, Quantity, Share};
use policy::{Confidence, Diagnostic, Diagnostics, Law, Source, Spanned, Table};
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::{ArticleId, Day};

/// A row of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// National code of the drug, service or consumable; `med_list_codg`.
    pub code: String,
    /// Its code in the insurance catalogue; `hilist_code`.
    pub hilist_code: String,
    /// Its name.
    pub name: String,
    /// `list_type` (101 western drugs …).
    pub list_type: String,
    /// `med_chrgitm_type` (09 western drugs …).
    pub med_chrgitm_type: String,
    /// Inside, inside after a first share, or the person's own.
    pub class: Class,
    /// What the person bears first of a class B item.
    pub first_own: Share,
    /// The most that counts of the price.
    pub ceiling: Option<Price>,
    /// Paid only where the hospital has approved the use; `lmt_used_flag`.
    pub restricted: bool,
    /// Levels of hospital the row is for; all where there is none.
    pub levels: Vec<Code>,
    /// `prcunt`
    pub unit: String,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// The article it rests on.
    pub article: ArticleId,
    /// A figure filled in to be shown, not law.
    pub illustrative: bool,
}

/// Every row, by code and in the order of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue(BTreeMap<String, Vec<Item>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    article: Spanned<String>,
    items: Spanned<String>,
}

/// Rows of all files at most.
const ITEMS_MAX: usize = 500_000;

/// The columns of a table of items, in any order.
const COLUMNS: [&str; 12] = [
    "code",
    "hilist_code",
    "name",
    "list_type",
    "charge",
    "class",
    "first-own",
    "ceiling",
    "restricted",
    "levels",
    "unit",
    "from",
];

impl Catalogue {
    /// Reads `catalogue/*.toml` of every layer of the law. Every fault is told at once.
    pub fn compile(law: &Law) -> Result<Catalogue, Diagnostics> {
        let (mut catalogue, mut faults, mut count) = (Catalogue::default(), Diagnostics::new(), 0);
        for source in law.documents("catalogue") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            let Some(article) = law.article(document.article.get_ref()) else {
                let what = format!("`{}` is no article", document.article.get_ref());
                faults.push(source.at(document.article.span(), what, "add the article or cite another"));
                continue;
            };
            let illustrative = article.confidence == Confidence::Illustrative;
            match read(source, &document, &article.id, illustrative) {
                Ok(items) => {
                    count += items.len();
                    for item in items {
                        catalogue.0.entry(item.code.clone()).or_default().push(item);
                    }
                }
                Err(more) => faults.extend(more),
            }
            if count > ITEMS_MAX {
                let what = format!("the catalogue has more than {ITEMS_MAX} rows");
                faults.push(Diagnostic::whole_file(&source.path, what, "keep to what the region pays for"));
                break;
            }
        }
        if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
    }

    /// The row in force for this code on this day at a hospital of this level.
    pub fn find(&self, code: &str, day: Day, hosp_lv: Code) -> Option<&Item> {
        let fits = |item: &&Item| {
            item.from <= day
                && item.to.is_none_or(|to| day <= to)
                && (item.levels.is_empty() || item.levels.contains(&hosp_lv))
        };
        self.0.get(code)?.iter().find(fits)
    }

    /// The row in force for this code on this day, whatever the hospital's level: for its name and kind.
    pub fn named(&self, code: &str, day: Day) -> Option<&Item> {
        self.0.get(code)?.iter().find(|item| item.from <= day && item.to.is_none_or(|to| day <= to))
    }

    /// Every row, by code.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.0.values().flatten()
    }
}

impl Item {
    /// A line for so many of it at this price. `approved`: the hospital approved a restricted use.
    pub fn line(&self, price: Price, quantity: Quantity, day: Day, approved: bool) -> BillLine {
        let class = if self.restricted && !approved { Class::Own } else { self.class };
        BillLine {
            item: self.code.clone(),
            name: self.name.clone(),
            price,
            quantity,
            day,
            class,
            ceiling: self.ceiling,
            first_own: self.first_own,
            illustrative: self.illustrative,
        }
    }
}

fn read(
    source: &Source,
    document: &Document,
    article: &ArticleId,
    illustrative: bool,
) -> Result<Vec<Item>, Diagnostics> {
    let table = Table::inside(source, &document.items)?;
    let mut faults = Diagnostics::new();
    let mut places = BTreeMap::new();
    for name in COLUMNS.into_iter().chain(["to"]) {
        match table.column(name) {
            Some(place) => {
                places.insert(name, place);
            }
            None => {
                let what = format!("the table has no column `{name}`");
                faults.push(source.at(document.items.span(), what, "add it; cells may stay empty"));
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut items = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let cell = |name: &str| &row.cells[places[name]];
        let mut wrong = |name: &str, what: &str| {
            faults.push(source.at(
                cell(name).span.clone(),
                format!("`{}` is no {what}", cell(name).text),
                "mend the cell",
            ));
        };
        let text = |name: &str| cell(name).text.clone();
        let class = match text("class").as_str() {
            "01" => Some(Class::A),
            "02" => Some(Class::B),
            "03" => Some(Class::Own),
            _ => None,
        };
        if class.is_none() {
            wrong("class", "class: 01, 02 or 03");
        }
        let first_own =
            if text("first-own").is_empty() { Ok(Share::ZERO) } else { text("first-own").parse() };
        if first_own.is_err() {
            wrong("first-own", "share");
        }
        let ceiling = if text("ceiling").is_empty() { Ok(None) } else { text("ceiling").parse().map(Some) };
        if ceiling.is_err() {
            wrong("ceiling", "price");
        }
        let levels: Result<Vec<Code>, _> = text("levels").split_whitespace().map(str::parse).collect();
        if levels.is_err() {
            wrong("levels", "list of levels");
        }
        let from = text("from").parse();
        if from.is_err() {
            wrong("from", "day");
        }
        let to = if text("to").is_empty() { Ok(None) } else { text("to").parse().map(Some) };
        if to.is_err() {
            wrong("to", "day");
        }
        if text("code").is_empty() {
            wrong("code", "code");
        }
        let (Some(class), Ok(first_own), Ok(ceiling), Ok(levels), Ok(from), Ok(to)) =
            (class, first_own, ceiling, levels, from, to)
        else {
            continue;
        };
        items.push(Item {
            code: text("code"),
            hilist_code: text("hilist_code"),
            name: text("name"),
            list_type: text("list_type"),
            med_chrgitm_type: text("charge"),
            class,
            first_own,
            ceiling,
            restricted: text("restricted") == "yes",
            levels,
            unit: text("unit"),
            from,
            to,
            article: article.clone(),
            illustrative,
        });
    }
    if faults.is_empty() { Ok(items) } else { Err(faults) }
}
