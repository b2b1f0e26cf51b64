//! Reading `catalogue/*.csv`: every bad row is told with its line, column, what is wrong and what to do.

use super::place::{Columns, Place, Placed, of};
use super::{COLUMNS, Catalogue, ITEMS_MAX, Item, Levels, cover};
use crate::bill::Class;
use crate::compile::last_day;
use crate::{Code, Price, Share};
use policy::{Confidence, Diagnostic, Diagnostics, Law, Said, Source, say};
use std::collections::BTreeMap;
use std::str::FromStr;
use terms::{ArticleId, Day};

/// Columns a table may do without; all their cells are then empty.
const OPTIONAL: [&str; 7] =
    ["hilist_code", "selfpay_prop", "pric_uplmt_amt", "hosp_lv", "lmt_used_flag", "prcunt", "enddate"];
/// Characters of a cell at most.
const CELL_MAX: usize = 500;

/// What is gathered while reading.
struct Reader<'a> {
    law: &'a Law,
    faults: Diagnostics,
    articles: Vec<ArticleId>,
    places: BTreeMap<ArticleId, u16>,
    count: usize,
}

pub(super) fn compile(law: &Law) -> Result<Catalogue, Diagnostics> {
    let mut reader =
        Reader { law, faults: Diagnostics::new(), articles: Vec::new(), places: BTreeMap::new(), count: 0 };
    let sources: Vec<&Source> = law.documents("catalogue").collect();
    let mut groups: BTreeMap<String, Vec<Placed<'_>>> = BTreeMap::new();
    for layer in law.layers() {
        let mut own: BTreeMap<String, Vec<Placed<'_>>> = BTreeMap::new();
        for (file, source) in sources.iter().enumerate() {
            if source.path.split('/').next() != Some(layer.id.as_str()) {
                continue;
            }
            if !source.path.ends_with(".csv") {
                let (what, cure) = (say("catalogue-csv"), say("catalogue-csv-cure"));
                reader.faults.push(Diagnostic::whole_file(&source.path, what, cure));
                continue;
            }
            for row in reader.file(source, u16::try_from(file).unwrap_or(u16::MAX)) {
                own.entry(row.item.code.clone()).or_default().push(row);
            }
        }
        groups.extend(own);
    }
    let Reader { mut faults, articles, count, .. } = reader;
    if count > ITEMS_MAX {
        let what = say("catalogue-long").with("rows", count).with("most", ITEMS_MAX);
        let file = format!("{}/catalogue", law.pack().id);
        faults.push(Diagnostic::whole_file(&file, what, say("catalogue-long-cure")));
    }
    faults.extend(groups.values().filter_map(|rows| cover::fault(rows)));
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut items: Vec<Item> = groups.into_values().flatten().map(|row| row.item).collect();
    items.sort_by(|one, other| (&one.code, one.from, one.line).cmp(&(&other.code, other.from, other.line)));
    let files = sources.iter().map(|source| source.path.clone()).collect();
    Ok(Catalogue { items, articles, files })
}

impl Reader<'_> {
    /// The good rows of a file; the bad ones become faults.
    fn file<'a>(&mut self, source: &'a Source, file: u16) -> Vec<Placed<'a>> {
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(source.text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut head: Option<(Columns, usize)> = None;
        let mut read = Vec::new();
        loop {
            match rows.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                // The text is UTF-8 and rows may be of any width, so that nothing is left to go wrong.
                Err(error) => {
                    let (what, cure) = (Said::Words(error.to_string()), say("csv-cure"));
                    self.faults.push(Diagnostic::whole_file(&source.path, what, cure));
                    break;
                }
            }
            let place = place_of(source, record.position());
            let Some((columns, width)) = head else {
                match self.head(place, &record) {
                    Some(columns) => head = Some((columns, record.len())),
                    None => return read,
                }
                continue;
            };
            self.count += 1;
            if self.count > ITEMS_MAX {
                continue;
            }
            if record.len() != width {
                let what = say("row-cells").with("cells", record.len()).with("columns", width);
                self.faults.push(place.fault(None, what, say("csv-cells-cure")));
                continue;
            }
            if let Some(item) = self.row(place, &columns, &record, file) {
                read.push(Placed { item, source, byte: place.byte, columns });
            }
        }
        if head.is_none() {
            let cure = say("csv-head-cure").with("columns", COLUMNS.join(","));
            self.faults.push(Diagnostic::whole_file(&source.path, say("csv-head"), cure));
        }
        read
    }

    /// Where each known column stands; nothing where the head is wrong.
    fn head(&mut self, place: Place<'_>, record: &csv::StringRecord) -> Option<Columns> {
        let before = self.faults.len();
        let mut columns = [None; COLUMNS.len()];
        for (cell, name) in record.iter().enumerate() {
            let fault = match COLUMNS.iter().position(|known| *known == name) {
                Some(known) if columns[known].is_none() => {
                    columns[known] = Some(cell);
                    continue;
                }
                Some(_) => {
                    let what = say("column-twice").with("column", name);
                    place.fault(Some(cell), what, say("keep-one-cure"))
                }
                None => {
                    let shown: String = name.chars().take(40).collect();
                    let cure = Said::nearest(&shown, &COLUMNS);
                    place.fault(Some(cell), say("no-catalogue-column").with("word", shown), cure)
                }
            };
            self.faults.push(fault);
        }
        for (known, name) in COLUMNS.iter().enumerate() {
            if columns[known].is_none() && !OPTIONAL.contains(name) {
                let what = say("column-missing").with("column", name);
                self.faults.push(place.fault(None, what, say("column-missing-cure")));
            }
        }
        (self.faults.len() == before).then_some(columns)
    }

    /// The item of a row; every cell that is wrong becomes a fault.
    fn row(
        &mut self,
        place: Place<'_>,
        columns: &Columns,
        record: &csv::StringRecord,
        file: u16,
    ) -> Option<Item> {
        let mut cells = Cells { place, columns, record, faults: Diagnostics::new() };
        let item = self.item(&mut cells, file);
        let whole = cells.faults.is_empty();
        self.faults.append(&mut cells.faults);
        item.filter(|_| whole)
    }

    fn item(&mut self, cells: &mut Cells<'_>, file: u16) -> Option<Item> {
        let code = cells.text("med_list_codg", true);
        let name = cells.text("hilist_name", true);
        let hilist_code = match cells.get("hilist_code") {
            "" => code.clone(),
            _ => cells.text("hilist_code", true),
        };
        let unit = cells.text("prcunt", false);
        let list_type = cells.parse::<Code>("list_type", say("cell-code-cure").with("example", "101"));
        let charge = cells.parse::<Code>("med_chrgitm_type", say("cell-code-cure").with("example", "09"));
        let class = Class::of_code(cells.get("chrgitm_lv"));
        if class.is_none() {
            cells.fault("chrgitm_lv", say("cell-class"), say("cell-class-cure"));
        }
        let first_own = cells.optional::<Share>("selfpay_prop", say("cell-share-cure"));
        let ceiling = cells.optional::<Price>("pric_uplmt_amt", say("cell-price-cure"));
        let levels = cells.levels();
        let restricted = match cells.get("lmt_used_flag") {
            "" | "0" => false,
            "1" => true,
            _ => {
                cells.fault("lmt_used_flag", say("cell-flag"), say("cell-flag-cure"));
                false
            }
        };
        let from = cells.parse::<Day>("begndate", say("cell-day-cure"));
        let to = cells.optional::<Day>("enddate", say("cell-day-or-empty-cure"));
        if let (Some(from), Some(Some(to))) = (from, to)
            && to < from
        {
            cells.fault("enddate", say("cell-before-first"), say("cell-before-first-cure"));
        }
        let first_own = first_share(cells, class, first_own);
        if let Some(Some(ceiling)) = ceiling {
            if class == Some(Class::Own) {
                cells.fault("pric_uplmt_amt", say("cell-price-own"), say("cell-leave-empty-cure"));
            } else if ceiling.micros() == 0 {
                cells.fault("pric_uplmt_amt", say("cell-price-nothing"), say("cell-price-nothing-cure"));
            }
        }
        let (article, illustrative) = self.article(cells, from, to)?;
        Some(Item {
            code,
            hilist_code,
            name,
            list_type: list_type?,
            med_chrgitm_type: charge?,
            class: class?,
            first_own: first_own?,
            ceiling: ceiling?,
            levels: levels?,
            restricted,
            unit,
            from: from?,
            to: to?,
            article,
            illustrative,
            file,
            line: cells.place.line,
        })
    }

    /// The article of a row, in force while the row is.
    fn article(
        &mut self,
        cells: &mut Cells<'_>,
        from: Option<Day>,
        to: Option<Option<Day>>,
    ) -> Option<(u16, bool)> {
        let id = cells.get("article");
        let Some(article) = self.law.article(id) else {
            let what = if id.is_empty() { say("cell-empty") } else { say("cell-article") };
            cells.fault("article", what, say("no-article-cure"));
            return None;
        };
        if let (Some(from), Some(to)) = (from, to) {
            let ends_early = article.to.is_some_and(|last| to.is_none_or(|to| to > last));
            if article.from > from || ends_early {
                let what = say("cell-article-days").with("from", article.from);
                let what = what.holding("to", last_day(article.to));
                cells.fault("article", what, say("cell-article-days-cure"));
            }
        }
        let illustrative = article.confidence == Confidence::Illustrative;
        if let Some(&place) = self.places.get(&article.id) {
            return Some((place, illustrative));
        }
        let place = u16::try_from(self.articles.len()).ok()?;
        self.articles.push(article.id.clone());
        self.places.insert(article.id.clone(), place);
        Some((place, illustrative))
    }
}

/// What the person bears first: all of class 03, nothing of class 01, of class 02 what the row says.
fn first_share(cells: &mut Cells<'_>, class: Option<Class>, said: Option<Option<Share>>) -> Option<Share> {
    let said = said?;
    let fits = |share: Share| said.is_none_or(|said| said == share).then_some(share);
    let (share, what, cure) = match class? {
        Class::A => {
            (fits(Share::ZERO), say("cell-share-class").with("class", "01"), say("cell-share-class-cure"))
        }
        Class::Own => {
            (fits(Share::ONE), say("cell-share-class").with("class", "03"), say("cell-share-class-cure"))
        }
        Class::B => (said, say("cell-share"), say("cell-share-cure")),
    };
    if share.is_none() {
        cells.fault("selfpay_prop", what, cure);
    }
    share
}

/// The line and byte a row begins at; empty lines before it are passed over.
fn place_of<'a>(source: &'a Source, position: Option<&csv::Position>) -> Place<'a> {
    let byte = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    let line = position.map_or(1, csv::Position::line);
    let rest = source.text.get(byte..).unwrap_or_default();
    let empty = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let lines = rest[..empty].bytes().filter(|&byte| byte == b'\n').count();
    let byte = (byte + empty).min(source.text.len());
    Place { source, byte, line: u32::try_from(line).unwrap_or(u32::MAX).saturating_add(lines as u32) }
}

/// The cells of a row by column.
struct Cells<'a> {
    place: Place<'a>,
    columns: &'a Columns,
    record: &'a csv::StringRecord,
    faults: Diagnostics,
}

impl<'a> Cells<'a> {
    /// The text of a cell; empty where the table has no such column.
    fn get(&self, column: &str) -> &'a str {
        of(self.columns, column).and_then(|cell| self.record.get(cell)).unwrap_or("")
    }

    fn fault(&mut self, column: &str, what: Said, cure: Said) {
        let cell = of(self.columns, column);
        let shown: String = self.get(column).chars().take(40).collect();
        let what = say("in-cell").with("column", column).with("shown", shown).holding("said", what);
        self.faults.push(self.place.fault(cell, what, cure));
    }

    /// A text of bounded length.
    fn text(&mut self, column: &str, needed: bool) -> String {
        let text = self.get(column);
        if text.is_empty() && needed {
            self.fault(column, say("cell-empty"), say("cell-empty-cure"));
        } else if text.len() > CELL_MAX {
            self.fault(column, say("cell-long"), say("cell-long-cure").with("most", CELL_MAX));
        } else if text.chars().any(char::is_control) {
            self.fault(column, say("cell-control"), say("cell-control-cure"));
        }
        text.to_owned()
    }

    fn parse<T: FromStr<Err: ToString>>(&mut self, column: &str, cure: Said) -> Option<T> {
        let parsed = self.get(column).parse();
        if parsed.is_err() {
            self.fault(column, say("cell-unread"), cure);
        }
        parsed.ok()
    }

    /// Nothing inside where the cell is empty, nothing at all where it is wrong.
    fn optional<T: FromStr<Err: ToString>>(&mut self, column: &str, cure: Said) -> Option<Option<T>> {
        if self.get(column).is_empty() { Some(None) } else { self.parse(column, cure).map(Some) }
    }

    fn levels(&mut self) -> Option<Levels> {
        let text = self.get("hosp_lv");
        if matches!(text, "" | "*") {
            return Some(Levels::All);
        }
        let (not, list) = text.strip_prefix("not ").map_or((false, text), |list| (true, list));
        let levels: Result<Vec<Code>, _> = list.split_whitespace().map(str::parse).collect();
        match levels {
            Ok(levels) if levels.is_empty() || text == "not" => None,
            Ok(levels) => Some(if not { Levels::Not(levels) } else { Levels::Only(levels) }),
            Err(_) => None,
        }
        .or_else(|| {
            self.fault("hosp_lv", say("cell-levels"), say("cell-levels-cure"));
            None
        })
    }
}
