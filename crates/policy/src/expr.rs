//! Conditions: a typed subset of CEL, the Common Expression Language.
//!
//! `today <= subject.birth + months(3) && visit.kind in ['emergency', 'rescue']`
//!
//! Comparison, `&&`, `||`, `!`, `in`, `+ - * / %`, `?:`, `has(name)`, dotted names. Names are facts that are
//! declared with their kind, so a wrong word is found when the pack is loaded and not at the counter. Every
//! expression ends: there are no loops, and size and depth are bounded. Evaluation is total: a fact that is not
//! known makes the answer undecided and names itself, unless the rest decides without it.
//!
//! Days, money and spans of time are kinds of their own, written `date('2026-01-31')`, `yuan('100.50')`,
//! `rate('80%')`, `days(30)`, `months(3)`, `years(18)`. A day minus a day is a number of days.

mod check;
mod evaluate;
mod lexer;
mod parser;

pub use evaluate::{Answer, Part, Undecided};

use crate::{Diagnostic, Diagnostics, Said, Source, Spanned, say};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use terms::Fact;

/// What kind of value a fact or an expression has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// A whole number.
    Number,
    /// A day.
    Day,
    /// An amount of money.
    Fen,
    /// An exact fraction.
    Rate,
    /// One word of a closed list.
    Code(Vec<String>),
    /// Free text; it can only be compared.
    Text,
    /// Several words of a closed list.
    Codes(Vec<String>),
    /// A length of time; exists only inside expressions.
    Span,
}

impl Kind {
    fn said(&self) -> Said {
        say(match self {
            Kind::Flag => "kind-flag",
            Kind::Number => "kind-number",
            Kind::Day => "kind-day",
            Kind::Fen => "kind-amount",
            Kind::Rate => "kind-rate",
            Kind::Code(_) => "kind-code",
            Kind::Text => "kind-text",
            Kind::Codes(_) => "kind-codes",
            Kind::Span => "kind-span",
        })
    }
}

/// The facts an expression may speak of, with their kinds.
pub type Declared = BTreeMap<String, Kind>;

/// A checked expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    text: String,
    node: Node,
}

/// A fault in an expression: bytes of its text, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Bytes of the expression's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub what: Said,
    /// What to do about it.
    pub cure: Said,
}

/// Longer expressions are refused: a condition nobody can read is no law.
const BYTES_MAX: usize = 2000;
/// Deeper nesting is refused.
const DEPTH_MAX: usize = 24;
/// More parts are refused.
const NODES_MAX: usize = 300;

impl Expr {
    /// Reads an expression that must come out as `kind`.
    pub fn parse(text: &str, declared: &Declared, kind: &Kind) -> Result<Expr, Vec<Fault>> {
        if text.len() > BYTES_MAX {
            let what = say("expression-long").with("bytes", text.len()).with("most", BYTES_MAX);
            return Err(vec![Fault { span: 0..0, what, cure: say("expression-split-cure") }]);
        }
        let node = parser::parse(text).map_err(|fault| vec![fault])?;
        check::check(&node, declared, kind)?;
        Ok(Expr { text: text.to_owned(), node })
    }

    /// Reads an expression of a pack's file; faults point into the file.
    pub fn read(
        source: &Source,
        text: &Spanned<String>,
        declared: &Declared,
        kind: &Kind,
    ) -> Result<Expr, Diagnostics> {
        Expr::parse(text.get_ref(), declared, kind).map_err(|faults| {
            let span = text.span();
            let raw = source.text.get(span.clone()).unwrap_or_default();
            // Where the string is written with escapes, its start must do as the place.
            let offset = raw.find(text.get_ref().as_str()).map(|offset| span.start + offset);
            let place =
                |fault: &Fault| offset.map_or(span.clone(), |at| at + fault.span.start..at + fault.span.end);
            faults
                .into_iter()
                .map(|fault| source.at(place(&fault), fault.what, fault.cure))
                .collect::<Vec<Diagnostic>>()
        })
    }

    /// What was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The facts it speaks of.
    pub fn names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.node.names(&mut names);
        names
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    form: Form,
    span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// A literal; strings are `Fact::Text` until compared with a code.
    Literal(Fact),
    List(Vec<Node>),
    Name(String),
    Has(String),
    Not(Box<Node>),
    Negate(Box<Node>),
    Binary(Op, Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Date,
    Yuan,
    Rate,
    Days,
    Months,
    Years,
    SameMonth,
    Age,
    Size,
}

/// Every function with its spelling.
const FUNCTIONS: &[(&str, Function)] = &[
    ("date", Function::Date),
    ("yuan", Function::Yuan),
    ("rate", Function::Rate),
    ("days", Function::Days),
    ("months", Function::Months),
    ("years", Function::Years),
    ("same_month", Function::SameMonth),
    ("age", Function::Age),
    ("size", Function::Size),
];

impl Node {
    fn children(&self) -> Vec<&Node> {
        match &self.form {
            Form::Literal(_) | Form::Name(_) | Form::Has(_) => Vec::new(),
            Form::List(items) | Form::Call(_, items) => items.iter().collect(),
            Form::Not(inner) | Form::Negate(inner) => vec![inner],
            Form::Binary(_, left, right) => vec![left, right],
            Form::If(condition, then, other) => vec![condition, then, other],
        }
    }

    fn names<'a>(&'a self, names: &mut BTreeSet<&'a str>) {
        if let Form::Name(name) | Form::Has(name) = &self.form {
            names.insert(name);
        }
        for child in self.children() {
            child.names(names);
        }
    }
}

#[cfg(test)]
mod tests;
