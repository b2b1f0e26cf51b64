//! Scenario files: what the law promises, written by hand, one test per row of a table.
//!
//! ```text
//! # A newborn may apply on any day of the month of birth
//! # 出生当月的新生儿任何一天都可以办证
//!
//! covers     S0-3.1c
//! kind       precheck
//! law        xihu/3.1c
//! pack       hangzhou
//! procedure  certificate-new
//! person     baby  subject.birth 2026-03-14  subject.category staff-child
//!
//! | who  | on         | answer   | because         |
//! |------|------------|----------|-----------------|
//! | baby | 2026-03-31 | accepted | newborn-any-day |
//! | baby | 2026-04-08 | refused  | certificate/outside-window |
//!
//! question   Does "same month" mean the month of birth or of registration?
//! ```
//!
//! The vocabulary is closed: an unknown word is a fault that suggests the nearest one. No tool rewrites these
//! files; what a `kind` makes of its columns is for the crate that knows the kind.

use crate::table::{Cell, Row, Table};
use crate::{Diagnostic, Diagnostics, Said, Source, say};
use std::ops::Range;

/// A scenario file, every word with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The file, for pointing at its words.
    pub source: Source,
    /// The title lines, without their `#`.
    pub title: Vec<String>,
    /// Ids of the sentences of the mission this file stands for (`S0-3.1b`).
    pub covers: Vec<Cell>,
    /// What the rows ask (`window`, `precheck`, `case`, `benefit`).
    pub kind: Cell,
    /// The article it rests on, where one is named.
    pub law: Option<Cell>,
    /// The pack it runs in.
    pub pack: Cell,
    /// The procedure or rule it is about, where one is named.
    pub about: Option<Cell>,
    /// Readings chosen otherwise than in the pack: setting and reading.
    pub settings: Vec<Pair>,
    /// The people (or visits, or bills) rows speak of by name.
    pub people: Vec<Person>,
    /// What holds for every row.
    pub given: Vec<Pair>,
    /// The rows.
    pub table: Table,
    /// A reading of the law that nobody has answered yet.
    pub question: Option<Cell>,
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// `subject.birth`
    pub key: Cell,
    /// `2026-03-14`
    pub value: Cell,
}

/// Somebody a row can speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// `baby`
    pub name: Cell,
    /// What is known of them.
    pub facts: Vec<Pair>,
}

/// The words a line may begin with. Chinese and English mean the same.
const KEYWORDS: &[(&str, &str)] = &[
    ("covers", "对应"),
    ("kind", "类别"),
    ("law", "法条"),
    ("pack", "政策包"),
    ("procedure", "事项"),
    ("rule", "规则"),
    ("setting", "口径"),
    ("person", "人员"),
    ("given", "已知"),
    ("question", "疑问"),
];

/// Heads of columns that have a Chinese spelling too; others stand as they are written.
const HEADS: &[(&str, &str)] =
    &[("who", "谁"), ("on", "日期"), ("brings", "携带"), ("answer", "答复"), ("because", "依据")];

/// More than this is no scenario that a person reads.
const ROWS_MAX: usize = 400;

impl Scenario {
    /// Reads a scenario file; all faults at once.
    pub fn read(source: &Source) -> Result<Scenario, Diagnostics> {
        let (title, body) = title(source);
        let mut faults = Diagnostics::new();
        let mut draft = Draft::default();
        let mut table_span: Option<Range<usize>> = None;
        for line in logical_lines(source, body) {
            if line.is_table {
                match &mut table_span {
                    None => table_span = Some(line.span),
                    Some(span) if source.text[span.end..line.span.start].trim().is_empty() => {
                        span.end = line.span.end;
                    }
                    Some(_) => {
                        faults.push(source.at(line.span, say("second-table"), say("second-table-cure")));
                    }
                }
            } else if let Err(fault) = draft.take(source, &line.words, line.span) {
                faults.push(fault);
            }
        }
        let mut table = match table_span.map(|span| Table::read(source, span)) {
            Some(Ok(table)) => table,
            Some(Err(wrong)) => {
                faults.extend(wrong);
                return Err(faults);
            }
            None => {
                let (what, cure) = (say("scenario-no-table"), say("scenario-no-table-cure"));
                faults.push(Diagnostic::whole_file(&source.path, what, cure));
                return Err(faults);
            }
        };
        for head in &mut table.columns {
            if let Some((english, _)) = HEADS.iter().find(|(_, chinese)| *chinese == head.text) {
                head.text = (*english).to_owned();
            }
        }
        if table.rows.is_empty() || table.rows.len() > ROWS_MAX {
            let what = say("scenario-rows").with("rows", table.rows.len()).with("most", ROWS_MAX);
            faults.push(Diagnostic::whole_file(&source.path, what, say("scenario-rows-cure")));
        }
        if title.is_empty() {
            let (what, cure) = (say("scenario-no-title"), say("scenario-no-title-cure"));
            faults.push(Diagnostic::whole_file(&source.path, what, cure));
        }
        draft.finish(source, title, table, faults)
    }

    /// The person with this name; the fault suggests the nearest.
    pub fn person(&self, name: &Cell) -> Result<&Person, Diagnostic> {
        self.people.iter().find(|person| person.name.text == name.text).ok_or_else(|| {
            let known: Vec<&str> = self.people.iter().map(|person| person.name.text.as_str()).collect();
            self.unknown(name, say("no-person"), &known)
        })
    }

    /// The cell of this row under this head; nothing where there is no such column or the cell is empty.
    pub fn cell<'a>(&self, row: &'a Row, head: &str) -> Option<&'a Cell> {
        row.cells.get(self.table.column(head)?).filter(|cell| !cell.text.is_empty())
    }

    /// Faults of columns outside this list, so that a mistyped head is not passed over in silence.
    pub fn only_columns(&self, known: &[&str]) -> Diagnostics {
        let strange = |head: &&Cell| !known.contains(&head.text.as_str());
        self.table
            .columns
            .iter()
            .filter(strange)
            .map(|head| self.unknown(head, say("no-column"), known))
            .collect()
    }

    /// A fault at this cell.
    pub fn at(&self, cell: &Cell, what: Said, cure: Said) -> Diagnostic {
        self.source.at(cell.span.clone(), what, cure)
    }

    /// A fault for a word that is not on the list, with the nearest that is. `what` says of which list, of the `word`.
    pub fn unknown(&self, cell: &Cell, what: Said, known: &[&str]) -> Diagnostic {
        unknown(&self.source, cell, what, known)
    }

    /// What a row's test is called: its first cells, joined.
    pub fn row_name(&self, row: &Row) -> String {
        let cells: Vec<&str> =
            row.cells.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty()).take(3).collect();
        cells.join("_").replace(' ', "-")
    }
}

/// The known word nearest to `word` by single-letter edits, where it is near enough to be a slip.
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = known.iter().map(|candidate| (edits(word, candidate), *candidate)).min()?;
    (best.0 <= 2.max(word.chars().count() / 3)).then_some(best.1)
}

/// Levenshtein distance in characters.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut previous: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let replaced = previous[column] + usize::from(letter != *other);
            current.push(replaced.min(previous[column + 1] + 1).min(current[column] + 1));
        }
        previous = current;
    }
    previous[to.len()]
}

fn unknown(source: &Source, cell: &Cell, what: Said, known: &[&str]) -> Diagnostic {
    source.at(cell.span.clone(), what.with("word", &cell.text), Said::nearest(&cell.text, known))
}

/// The lines at the top that begin with `#`, and where the rest begins.
fn title(source: &Source) -> (Vec<String>, usize) {
    let mut lines = Vec::new();
    let mut position = 0;
    for line in source.text.split_inclusive('\n') {
        match line.trim().strip_prefix('#') {
            Some(text) => lines.push(text.trim().to_owned()),
            None if line.trim().is_empty() && lines.is_empty() => {}
            None => break,
        }
        position += line.len();
    }
    (lines, position)
}

struct Line {
    words: Vec<Cell>,
    span: Range<usize>,
    is_table: bool,
}

/// Lines after the title. A line that begins with a space goes on with the line above.
fn logical_lines(source: &Source, body: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut start = body;
    for line in source.text[body..].split_inclusive('\n') {
        let span = start..start + line.len();
        start = span.end;
        let is_table = line.trim_start().starts_with('|');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let words = if is_table { Vec::new() } else { words(line, span.start) };
        match lines.last_mut() {
            Some(above) if !is_table && !above.is_table && line.starts_with([' ', '\t']) => {
                above.words.extend(words);
                above.span.end = span.end;
            }
            _ => lines.push(Line { words, span, is_table }),
        }
    }
    lines
}

/// Words between spaces; `"…"` holds one together; a word that begins with `#` starts a comment.
fn words(line: &str, start: usize) -> Vec<Cell> {
    let mut found = Vec::new();
    let mut rest = line.trim_end();
    loop {
        rest = rest.trim_start();
        let at = start + line.trim_end().len() - rest.len();
        if rest.is_empty() || rest.starts_with('#') {
            return found;
        }
        if let Some(quoted) = rest.strip_prefix('"') {
            let length = quoted.find('"').unwrap_or(quoted.len());
            found.push(Cell { text: quoted[..length].to_owned(), span: at + 1..at + 1 + length });
            rest = quoted[length..].strip_prefix('"').unwrap_or_default();
        } else {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            found.push(Cell { text: rest[..length].to_owned(), span: at..at + length });
            rest = &rest[length..];
        }
    }
}

#[derive(Default)]
struct Draft {
    covers: Vec<Cell>,
    kind: Option<Cell>,
    law: Option<Cell>,
    pack: Option<Cell>,
    about: Option<Cell>,
    settings: Vec<Pair>,
    people: Vec<Person>,
    given: Vec<Pair>,
    question: Option<Cell>,
}

impl Draft {
    fn take(&mut self, source: &Source, words: &[Cell], span: Range<usize>) -> Result<(), Diagnostic> {
        let Some((keyword, values)) = words.split_first() else {
            return Ok(());
        };
        let english =
            KEYWORDS.iter().find(|(english, chinese)| [english, chinese].contains(&&&*keyword.text));
        let Some((english, _)) = english else {
            let known: Vec<&str> = KEYWORDS.iter().map(|(english, _)| *english).collect();
            return Err(unknown(source, keyword, say("no-keyword"), &known));
        };
        let Some(first) = values.first().cloned() else {
            let what = say("keyword-empty").with("word", &keyword.text);
            return Err(source.at(keyword.span.clone(), what, say("keyword-empty-cure")));
        };
        // Law and question are sentences; the rest of the line as it stands.
        let whole = || {
            let end = span.start + source.text[span.clone()].trim_end().len();
            Cell { text: source.text[first.span.start..end].to_owned(), span: first.span.start..end }
        };
        let slot = match *english {
            "covers" => {
                self.covers.extend_from_slice(values);
                return Ok(());
            }
            "person" => {
                self.people.push(Person { name: first, facts: pairs(source, &values[1..])? });
                return Ok(());
            }
            "given" => {
                self.given.extend(pairs(source, values)?);
                return Ok(());
            }
            "setting" => {
                self.settings.extend(pairs(source, values)?);
                return Ok(());
            }
            "question" => {
                self.question = Some(whole());
                return Ok(());
            }
            "law" => {
                self.law = Some(whole());
                return Ok(());
            }
            "kind" => &mut self.kind,
            "pack" => &mut self.pack,
            // "procedure" and "rule": what it is about.
            _ => &mut self.about,
        };
        if slot.is_some() {
            let what = say("keyword-twice").with("word", &keyword.text);
            return Err(source.at(keyword.span.clone(), what, say("keyword-twice-cure")));
        }
        *slot = Some(first);
        Ok(())
    }

    fn finish(
        self,
        source: &Source,
        title: Vec<String>,
        table: Table,
        mut faults: Diagnostics,
    ) -> Result<Scenario, Diagnostics> {
        for (missing, keyword) in [(self.kind.is_none(), "kind"), (self.pack.is_none(), "pack")] {
            if missing {
                let what = say("keyword-missing").with("word", keyword);
                let cure = say("keyword-missing-cure").with("word", keyword);
                faults.push(Diagnostic::whole_file(&source.path, what, cure));
            }
        }
        match (self.kind, self.pack) {
            (Some(kind), Some(pack)) if faults.is_empty() => Ok(Scenario {
                source: source.clone(),
                title,
                covers: self.covers,
                kind,
                law: self.law,
                pack,
                about: self.about,
                settings: self.settings,
                people: self.people,
                given: self.given,
                table,
                question: self.question,
            }),
            _ => Err(faults),
        }
    }
}

/// Words two by two.
fn pairs(source: &Source, words: &[Cell]) -> Result<Vec<Pair>, Diagnostic> {
    words
        .chunks(2)
        .map(|chunk| match chunk {
            [key, value] => Ok(Pair { key: key.clone(), value: value.clone() }),
            _ => {
                let what = say("no-value").with("word", &chunk[0].text);
                Err(source.at(chunk[0].span.clone(), what, say("no-value-cure")))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
