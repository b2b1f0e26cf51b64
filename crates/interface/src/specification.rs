//! The field tables of the specification, read from `interface/*.md` of the packs.

mod read;

use policy::{Diagnostics, Law, Source};
use std::collections::BTreeMap;

/// What the office serves and how each message looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specification {
    transactions: BTreeMap<String, Transaction>,
    lists: BTreeMap<String, CodeList>,
    messages: BTreeMap<String, String>,
    /// Columns of the files that transactions make and take, by a name of their own (`1301`, `3202-sent`).
    files: BTreeMap<String, Node>,
}

/// One transaction: what is sent and what is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// `2207`
    pub infno: String,
    /// `门诊结算`
    pub title: String,
    /// What stands in `input`.
    pub input: Vec<Node>,
    /// What stands in `output`.
    pub output: Vec<Node>,
    /// Tables inside other tables, of both ways.
    pub inside: Vec<Node>,
}

/// A table of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `setlinfo`; [`Node::BARE`] where the columns stand in `input` or `output` itself, [`Node::WHOLE`] where
    /// `output` is the list.
    pub name: String,
    /// A list of rows instead of one.
    pub many: bool,
    /// Must be sent.
    pub required: bool,
    /// The columns, in the document's order.
    pub fields: Vec<Field>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `psn_no`
    pub name: String,
    /// `人员编号`
    pub label: String,
    /// What it holds.
    pub kind: Kind,
    /// May not be empty.
    pub required: bool,
    /// The code list it is from, where that is published.
    pub list: Option<String>,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// At most so many characters.
    Text(usize),
    /// At most so many digits, so many of them after the point.
    Number(u8, u8),
    /// `yyyy-MM-dd`
    Date,
    /// `yyyy-MM-dd HH:mm:ss`
    Time,
    /// True or false.
    Flag,
    /// The bytes of a file.
    Bytes,
    /// Several texts of at most so many characters.
    Texts(usize),
    /// Rows of the table inside with this name; only one where `many` is false.
    Rows {
        /// The table's name.
        table: String,
        /// Several rows.
        many: bool,
    },
}

/// A closed list of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    /// `gend`
    pub name: String,
    /// `性别`
    pub label: String,
    /// Code to meaning.
    pub codes: BTreeMap<String, String>,
    /// Code to what stands in the third column, where something does.
    pub marks: BTreeMap<String, String>,
}

impl Node {
    /// The columns stand in `input` or `output` itself.
    pub const BARE: &str = "-";
    /// `output` is the list of rows.
    pub const WHOLE: &str = "*";

    /// The place of the column with this name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

impl Transaction {
    /// The table inside with this name.
    pub fn inner(&self, name: &str) -> Option<&Node> {
        self.inside.iter().find(|node| node.name == name)
    }
}

impl Specification {
    /// Reads `interface/*.md` of every layer of the law. All faults are told at once.
    pub fn compile(law: &Law) -> Result<Specification, Diagnostics> {
        Specification::read(law.documents("interface"))
    }

    /// Reads these files; those not in Markdown and the folder's README are passed over.
    pub fn read<'a>(sources: impl Iterator<Item = &'a Source>) -> Result<Specification, Diagnostics> {
        read::read(
            sources.filter(|source| source.path.ends_with(".md") && !source.path.ends_with("/README.md")),
        )
    }

    /// The transaction with this number.
    pub fn transaction(&self, infno: &str) -> Option<&Transaction> {
        self.transactions.get(infno)
    }

    /// Every transaction, by number; the head of messages is not one.
    pub fn transactions(&self) -> impl Iterator<Item = &Transaction> {
        self.transactions.values().filter(|transaction| transaction.infno != HEAD)
    }

    /// The columns of a file, in their order.
    pub fn file(&self, name: &str) -> Option<&Node> {
        self.files.get(name)
    }

    /// Every file with its columns, by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.files.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// The code list with this name.
    pub fn list(&self, name: &str) -> Option<&CodeList> {
        self.lists.get(name)
    }

    /// What a code of a list means; empty where it is unknown.
    pub fn meaning(&self, list: &str, code: &str) -> &str {
        self.list(list).and_then(|list| list.codes.get(code)).map_or("", String::as_str)
    }

    /// Whether messages with this number are served; the head itself is no transaction.
    pub fn is_served(&self, infno: &str) -> bool {
        infno != HEAD && self.transactions.contains_key(infno)
    }

    /// The head of every message.
    pub fn head(&self) -> &Transaction {
        // Reading refuses a specification without it.
        &self.transactions[HEAD]
    }

    /// The words of a rule, with `{}` filled in.
    pub fn words(&self, rule: &str, filling: &str) -> String {
        self.messages.get(rule).map_or(rule, String::as_str).replacen("{}", filling, 1)
    }
}

const HEAD: &str = "head";
