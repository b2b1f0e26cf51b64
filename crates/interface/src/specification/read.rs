//! Reading the Markdown tables of `interface/*.md`.

use super::{CodeList, Field, HEAD, Kind, Node, Specification, Transaction};
use policy::{Diagnostic, Diagnostics, Said, Source, say};
use std::collections::BTreeMap;
use std::ops::Range;

/// Bounds, so that a wrong file ends with an answer. The published document has 211 transactions.
const TRANSACTIONS_MAX: usize = 500;
const FIELDS_MAX: usize = 20_000;
const CODES_MAX: usize = 50_000;
/// Longest text of a column; the document's longest is 4,000.
const TEXT_MAX: usize = 10_000;
/// Most digits of a number; the document's most is 30.
const DIGITS_MAX: u8 = 30;

/// A section of the second level.
enum Section {
    Transaction(Transaction),
    Codes(CodeList),
    File(Transaction),
    Messages,
}

/// Which table rows go to.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Input,
    Output,
    Inside,
}

#[derive(Default)]
struct Reading {
    transactions: BTreeMap<String, Transaction>,
    lists: BTreeMap<String, CodeList>,
    messages: BTreeMap<String, String>,
    files: BTreeMap<String, Node>,
    /// Where each name of a list and of an inner table was used, to be looked up at the end.
    uses: Vec<(Source, Range<usize>, Use)>,
    fields: usize,
    codes: usize,
    faults: Diagnostics,
}

enum Use {
    List(String),
    Inner(String, String),
}

pub(super) fn read<'a>(sources: impl Iterator<Item = &'a Source>) -> Result<Specification, Diagnostics> {
    let mut reading = Reading::default();
    for source in sources {
        reading.file(source);
    }
    let Reading { transactions, lists, messages, files, uses, mut faults, fields, codes } = reading;
    for (source, span, used) in uses {
        match used {
            Use::List(name) if !lists.contains_key(&name) => {
                faults.push(source.at(
                    span,
                    say("no-code-list").with("list", name),
                    say("no-code-list-cure"),
                ));
            }
            Use::Inner(infno, table)
                if transactions.get(&infno).is_none_or(|found| found.inner(&table).is_none()) =>
            {
                let what = say("no-inner-table").with("transaction", infno).with("table", table);
                faults.push(source.at(span, what, say("no-inner-table-cure")));
            }
            _ => {}
        }
    }
    let one_row = |nodes: &[Node]| matches!(nodes, [node] if node.name == Node::BARE && !node.many);
    if !transactions.get(HEAD).is_some_and(|head| one_row(&head.input) && one_row(&head.output)) {
        faults.push(Diagnostic::whole_file("interface/head.md", say("no-head"), say("no-head-cure")));
    }
    if transactions.len() > TRANSACTIONS_MAX || fields > FIELDS_MAX || codes > CODES_MAX {
        let counted = |said: Said, transactions: usize, columns: usize, codes: usize| {
            said.with("transactions", transactions).with("columns", columns).with("codes", codes)
        };
        let what = counted(say("interface-large"), transactions.len(), fields, codes);
        let cure = counted(say("interface-large-cure"), TRANSACTIONS_MAX, FIELDS_MAX, CODES_MAX);
        faults.push(Diagnostic::whole_file("interface", what, cure));
    }
    if faults.is_empty() { Ok(Specification { transactions, lists, messages, files }) } else { Err(faults) }
}

impl Reading {
    fn file(&mut self, source: &Source) {
        let mut section: Option<Section> = None;
        let mut side: Option<Side> = None;
        let mut at = 0;
        for line in source.text.split_inclusive('\n') {
            let span = at..at + line.trim_end().len();
            at += line.len();
            let line = line.trim_end();
            if let Some(heading) = line.strip_prefix("## ") {
                self.finish(source, &span, section.take());
                side = None;
                section = self.heading(source, &span, heading);
            } else if let Some(heading) = line.strip_prefix("### ") {
                side = match &mut section {
                    Some(Section::Transaction(transaction)) => {
                        self.table(source, &span, heading, transaction)
                    }
                    _ => {
                        self.fault(source, &span, say("outside-transaction"));
                        None
                    }
                };
            } else if line.starts_with('|') {
                let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
                if cells[0].starts_with("---") || matches!(cells[0], "field" | "code" | "rule") {
                    continue;
                }
                match (&mut section, side) {
                    (Some(Section::Transaction(transaction)), Some(side)) => {
                        self.field(source, &span, &cells, transaction, side);
                    }
                    (Some(Section::File(file)), _) => self.field(source, &span, &cells, file, Side::Inside),
                    (Some(Section::Codes(list)), _) => self.code(source, &span, &cells, list),
                    (Some(Section::Messages), _) if cells.len() == 2 => {
                        self.messages.insert(cells[0].to_owned(), cells[1].to_owned());
                    }
                    _ => self.fault(source, &span, say("outside-table")),
                }
            }
        }
        self.finish(source, &(at..at), section);
    }

    fn fault(&mut self, source: &Source, span: &Range<usize>, what: Said) {
        self.faults.push(source.at(span.clone(), what, say("interface-cure")));
    }

    fn heading(&mut self, source: &Source, span: &Range<usize>, heading: &str) -> Option<Section> {
        let (id, title) = heading.split_once(' ').unwrap_or((heading, ""));
        if id.is_empty() || title.is_empty() {
            self.fault(source, span, say("section-unnamed"));
            return None;
        }
        if id == "messages" {
            return Some(Section::Messages);
        }
        if id == "file" {
            let (name, title) = title.split_once(' ').unwrap_or((title, ""));
            let columns = Node { name: name.to_owned(), many: true, required: true, fields: Vec::new() };
            return Some(Section::File(Transaction {
                infno: name.to_owned(),
                title: title.to_owned(),
                input: Vec::new(),
                output: Vec::new(),
                inside: vec![columns],
            }));
        }
        let transaction =
            id == HEAD || (id.len() <= 6 && id.starts_with(|first: char| first.is_ascii_digit()));
        Some(if transaction {
            let (input, output, inside) = (Vec::new(), Vec::new(), Vec::new());
            Section::Transaction(Transaction {
                infno: id.to_owned(),
                title: title.to_owned(),
                input,
                output,
                inside,
            })
        } else {
            Section::Codes(CodeList {
                name: id.to_owned(),
                label: title.to_owned(),
                codes: BTreeMap::new(),
                marks: BTreeMap::new(),
            })
        })
    }

    fn finish(&mut self, source: &Source, span: &Range<usize>, section: Option<Section>) {
        let twice = match section {
            Some(Section::Transaction(transaction)) => {
                let infno = transaction.infno.clone();
                self.transactions.insert(infno.clone(), transaction).map(|_| infno)
            }
            Some(Section::File(file)) => {
                let name = file.infno;
                let columns = file.inside.into_iter().next();
                columns.and_then(|columns| self.files.insert(name.clone(), columns)).map(|_| name)
            }
            Some(Section::Codes(list)) => {
                let name = list.name.clone();
                self.lists.insert(name.clone(), list).map(|_| name)
            }
            _ => None,
        };
        if let Some(name) = twice {
            self.fault(source, span, say("section-twice").with("name", name));
        }
    }

    fn table(
        &mut self,
        source: &Source,
        span: &Range<usize>,
        heading: &str,
        transaction: &mut Transaction,
    ) -> Option<Side> {
        let words: Vec<&str> = heading.split(' ').collect();
        let (side, nodes) = match words.first() {
            Some(&"in") => (Side::Input, &mut transaction.input),
            Some(&"out") => (Side::Output, &mut transaction.output),
            Some(&"inside") => (Side::Inside, &mut transaction.inside),
            _ => {
                self.fault(source, span, say("no-table-side"));
                return None;
            }
        };
        let (many, required) = match words[1..] {
            [_, many @ ("one" | "many"), need @ ("must" | "may")] => (many == "many", need == "must"),
            _ => {
                self.fault(source, span, say("table-heading"));
                return None;
            }
        };
        if nodes.iter().any(|node| node.name == words[1]) {
            self.fault(source, span, say("table-twice").with("table", words[1]));
        }
        nodes.push(Node { name: words[1].to_owned(), many, required, fields: Vec::new() });
        Some(side)
    }

    fn field(
        &mut self,
        source: &Source,
        span: &Range<usize>,
        cells: &[&str],
        transaction: &mut Transaction,
        side: Side,
    ) {
        let &[name, kind, need, list, label] = cells else {
            self.fault(source, span, say("column-cells").with("cells", cells.len()));
            return;
        };
        self.fields += 1;
        let Some(kind) = read_kind(kind) else {
            self.fault(source, span, say("no-column-kind").with("word", kind));
            return;
        };
        if !matches!(need, "must" | "") {
            self.fault(source, span, say("no-need").with("word", need));
        }
        let list = match list {
            "" | "?" => None,
            list => {
                self.uses.push((source.clone(), span.clone(), Use::List(list.to_owned())));
                Some(list.to_owned())
            }
        };
        if let Kind::Rows { table, .. } = &kind {
            let used = Use::Inner(transaction.infno.clone(), table.clone());
            self.uses.push((source.clone(), span.clone(), used));
        }
        let nodes = match side {
            Side::Input => &mut transaction.input,
            Side::Output => &mut transaction.output,
            Side::Inside => &mut transaction.inside,
        };
        // The side was set by the heading that pushed the table.
        let Some(node) = nodes.last_mut() else { return };
        if node.column(name).is_some() {
            self.fault(source, span, say("interface-column-twice").with("column", name));
            return;
        }
        let (name, label) = (name.to_owned(), label.to_owned());
        node.fields.push(Field { name, label, kind, required: need == "must", list });
    }

    fn code(&mut self, source: &Source, span: &Range<usize>, cells: &[&str], list: &mut CodeList) {
        self.codes += 1;
        let (Some(&code), Some(&name)) = (cells.first(), cells.get(1)) else {
            self.fault(source, span, say("code-meaning"));
            return;
        };
        if let Some(mark) = cells.get(2).filter(|mark| !mark.is_empty()) {
            list.marks.insert(code.to_owned(), (*mark).to_owned());
        }
        if list.codes.insert(code.to_owned(), name.to_owned()).is_some() {
            self.fault(source, span, say("code-twice").with("code", code));
        }
    }
}

fn read_kind(text: &str) -> Option<Kind> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let length = || rest.parse::<usize>().ok().filter(|length| (1..=TEXT_MAX).contains(length));
    Some(match (word, rest) {
        ("text", _) => Kind::Text(length()?),
        ("texts", _) => Kind::Texts(length()?),
        ("number", _) => {
            let (digits, places) = rest.split_once(',').unwrap_or((rest, "0"));
            let (digits, places) = (digits.parse().ok()?, places.parse().ok()?);
            if digits == 0 || digits > DIGITS_MAX || places > digits {
                return None;
            }
            Kind::Number(digits, places)
        }
        ("date", "") => Kind::Date,
        ("time", "") => Kind::Time,
        ("flag", "") => Kind::Flag,
        ("bytes", "") => Kind::Bytes,
        ("rows", table) if !table.is_empty() => Kind::Rows { table: table.to_owned(), many: true },
        ("row", table) if !table.is_empty() => Kind::Rows { table: table.to_owned(), many: false },
        _ => return None,
    })
}
