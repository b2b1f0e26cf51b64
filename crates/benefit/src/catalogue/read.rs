//! Reading `catalogue/*.csv`: every bad row is told with its line, column, what is wrong and what to do.

use super::place::{Columns, Place, Placed, of};
use super::{COLUMNS, Catalogue, ITEMS_MAX, Item, Levels, cover};
use crate::bill::Class;
use crate::{Code, Price, Share};
use policy::{Confidence, Diagnostic, Diagnostics, Law, Source};
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
                let cure = "write the items as catalogue/NAME.csv; docs/packs.md names the columns";
                reader.faults.push(Diagnostic::whole_file(&source.path, "the catalogue is CSV", cure));
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
        let what = format!("the catalogue has {count} rows, at most {ITEMS_MAX} are read");
        let file = format!("{}/catalogue", law.pack().id);
        faults.push(Diagnostic::whole_file(&file, what, "keep to what the region pays for"));
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
                    let cure = "save the table as CSV in UTF-8";
                    self.faults.push(Diagnostic::whole_file(&source.path, error.to_string(), cure));
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
                let what = format!("the row has {} cells, the table has {width} columns", record.len());
                let cure = "give every column a cell; put a text with commas between double quotes";
                self.faults.push(place.fault(None, what, cure));
                continue;
            }
            if let Some(item) = self.row(place, &columns, &record, file) {
                read.push(Placed { item, source, byte: place.byte, columns });
            }
        }
        if head.is_none() {
            let cure = format!("begin with a line of columns: {}", COLUMNS.join(","));
            self.faults.push(Diagnostic::whole_file(&source.path, "the table has no columns", cure));
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
                Some(_) => place.fault(Some(cell), format!("column `{name}` is there twice"), "keep one"),
                None => {
                    let shown: String = name.chars().take(40).collect();
                    let cure = match policy::scenario::nearest(&shown, &COLUMNS) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the columns are {}", COLUMNS.join(", ")),
                    };
                    place.fault(Some(cell), format!("`{shown}` is no column of the catalogue"), cure)
                }
            };
            self.faults.push(fault);
        }
        for (known, name) in COLUMNS.iter().enumerate() {
            if columns[known].is_none() && !OPTIONAL.contains(name) {
                self.faults.push(place.fault(None, format!("column `{name}` is missing"), "add it"));
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
        let list_type = cells.parse::<Code>("list_type", "write the national code, such as 101");
        let charge = cells.parse::<Code>("med_chrgitm_type", "write the national code, such as 09");
        let class = Class::of_code(cells.get("chrgitm_lv"));
        if class.is_none() {
            cells.fault("chrgitm_lv", "is no class", "write 01, 02 or 03");
        }
        let first_own = cells.optional::<Share>("selfpay_prop", "write a share from 0 to 1, such as 0.05");
        let ceiling =
            cells.optional::<Price>("pric_uplmt_amt", "write yuan, such as 45.50, or leave it empty");
        let levels = cells.levels();
        let restricted = match cells.get("lmt_used_flag") {
            "" | "0" => false,
            "1" => true,
            _ => {
                cells.fault("lmt_used_flag", "is no flag", "write 1 where the use is restricted, else 0");
                false
            }
        };
        let from = cells.parse::<Day>("begndate", "write the day as 2026-01-31");
        let to = cells.optional::<Day>("enddate", "write the day as 2026-01-31, or leave it empty");
        if let (Some(from), Some(Some(to))) = (from, to)
            && to < from
        {
            cells.fault("enddate", "is before the first day", "mend `begndate` or `enddate`");
        }
        let first_own = first_share(cells, class, first_own);
        if let Some(Some(ceiling)) = ceiling {
            if class == Some(Class::Own) {
                cells.fault(
                    "pric_uplmt_amt",
                    "can never apply: class 03 is the person's own",
                    "leave it empty",
                );
            } else if ceiling.micros() == 0 {
                let cure = "leave it empty for no limit; write class 03 for what is not paid for";
                cells.fault("pric_uplmt_amt", "would count nothing", cure);
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
            let what = if id.is_empty() { "names no article" } else { "is no article of this pack" };
            cells.fault("article", what, "add it to articles/, or cite another");
            return None;
        };
        if let (Some(from), Some(to)) = (from, to) {
            let ends_early = article.to.is_some_and(|last| to.is_none_or(|to| to > last));
            if article.from > from || ends_early {
                let last = article.to.map_or_else(|| "now".to_owned(), |last| last.to_string());
                let what = format!("is in force from {} to {last}, the row is not", article.from);
                cells.fault("article", &what, "cite the article in force on these days, or mend the days");
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
        Class::A => (fits(Share::ZERO), "contradicts class 01", "leave it empty, or write class 02"),
        Class::Own => (fits(Share::ONE), "contradicts class 03", "leave it empty, or write class 02"),
        Class::B => (said, "is no share of class 02", "write a share from 0 to 1, such as 0.05"),
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

    fn fault(&mut self, column: &str, what: &str, cure: &str) {
        let cell = of(self.columns, column);
        let shown: String = self.get(column).chars().take(40).collect();
        self.faults.push(self.place.fault(cell, format!("{column}: `{shown}` {what}"), cure));
    }

    /// A text of bounded length.
    fn text(&mut self, column: &str, needed: bool) -> String {
        let text = self.get(column);
        if text.is_empty() && needed {
            self.fault(column, "is empty", "fill it in");
        } else if text.len() > CELL_MAX {
            self.fault(column, "is too long", "at most 500 bytes are kept");
        } else if text.chars().any(char::is_control) {
            self.fault(column, "holds a line break or another control character", "write it on one line");
        }
        text.to_owned()
    }

    fn parse<T: FromStr<Err: ToString>>(&mut self, column: &str, cure: &str) -> Option<T> {
        let parsed = self.get(column).parse();
        if parsed.is_err() {
            self.fault(column, "cannot be read", cure);
        }
        parsed.ok()
    }

    /// Nothing inside where the cell is empty, nothing at all where it is wrong.
    fn optional<T: FromStr<Err: ToString>>(&mut self, column: &str, cure: &str) -> Option<Option<T>> {
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
            let cure = "write codes with spaces between, `not` and codes, or leave it empty for every level";
            self.fault("hosp_lv", "is no list of levels", cure);
            None
        })
    }
}
