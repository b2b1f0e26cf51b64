//! Whether the kinds fit, before anything is evaluated.

use super::{Declared, Fault, Form, Function, Kind, Node, Op};
use crate::scenario::nearest;
use crate::{Said, say};
use std::ops::Range;
use terms::{Day, Fact, Fen, Rate};

pub(super) fn check(node: &Node, declared: &Declared, expected: &Kind) -> Result<(), Vec<Fault>> {
    let mut checker = Checker { declared, faults: Vec::new() };
    if let Some(kind) = checker.kind(node).filter(|kind| !same(kind, expected)) {
        let what = say("kind-result").holding("found", kind.said()).holding("needed", expected.said());
        checker.fault(node.span.clone(), what, say("kind-result-cure"));
    }
    if checker.faults.is_empty() { Ok(()) } else { Err(checker.faults) }
}

struct Checker<'a> {
    declared: &'a Declared,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, span: Range<usize>, what: Said, cure: Said) {
        self.faults.push(Fault { span, what, cure });
    }

    /// The kind of a part; nothing where a fault below has been noted already.
    fn kind(&mut self, node: &Node) -> Option<Kind> {
        match &node.form {
            Form::Literal(Fact::Flag(_)) => Some(Kind::Flag),
            Form::Literal(Fact::Number(_)) => Some(Kind::Number),
            Form::Literal(_) => Some(Kind::Text),
            Form::Name(name) => self.declared_kind(name, &node.span),
            Form::Has(name) => self.declared_kind(name, &node.span).map(|_| Kind::Flag),
            Form::List(items) => {
                let mut codes = Vec::new();
                for item in items {
                    match &item.form {
                        Form::Literal(Fact::Text(code)) => codes.push(code.clone()),
                        _ => self.fault(item.span.clone(), say("list-texts"), say("list-texts-cure")),
                    }
                }
                Some(Kind::Codes(codes))
            }
            Form::Not(inner) => {
                self.want(inner, &Kind::Flag);
                Some(Kind::Flag)
            }
            Form::Negate(inner) => {
                let kind = self.kind(inner)?;
                if !matches!(kind, Kind::Number | Kind::Fen) {
                    let what = say("no-sign").holding("found", kind.said());
                    self.fault(inner.span.clone(), what, say("no-sign-cure"));
                }
                Some(kind)
            }
            Form::If(condition, then, other) => {
                self.want(condition, &Kind::Flag);
                let (first, second) = (self.kind(then)?, self.kind(other)?);
                if !same(&first, &second) {
                    let what = say("branches").holding("one", first.said()).holding("other", second.said());
                    self.fault(node.span.clone(), what, say("branches-cure"));
                }
                Some(first)
            }
            Form::Call(function, arguments) => self.call(*function, arguments, &node.span),
            Form::Binary(op, left, right) => self.binary(*op, left, right, &node.span),
        }
    }

    fn declared_kind(&mut self, name: &str, span: &Range<usize>) -> Option<Kind> {
        if let Some(kind) = self.declared.get(name) {
            return Some(kind.clone());
        }
        let known: Vec<&str> = self.declared.keys().map(String::as_str).collect();
        let cure = match nearest(name, &known) {
            Some(near) => say("did-you-mean").with("near", near),
            None => say("no-fact-cure"),
        };
        self.fault(span.clone(), say("no-fact").with("name", name), cure);
        None
    }

    fn want(&mut self, node: &Node, expected: &Kind) {
        if let Some(kind) = self.kind(node).filter(|kind| !same(kind, expected)) {
            let what = say("kind-needed").holding("found", kind.said()).holding("needed", expected.said());
            self.fault(node.span.clone(), what, say("kind-needed-cure"));
        }
    }

    fn call(&mut self, function: Function, arguments: &[Node], span: &Range<usize>) -> Option<Kind> {
        let (wanted, result) = match function {
            Function::Date => (vec![Kind::Text], Kind::Day),
            Function::Yuan => (vec![Kind::Text], Kind::Fen),
            Function::Rate => (vec![Kind::Text], Kind::Rate),
            Function::Days | Function::Months | Function::Years => (vec![Kind::Number], Kind::Span),
            Function::SameMonth => (vec![Kind::Day, Kind::Day], Kind::Flag),
            Function::Age => (vec![Kind::Day, Kind::Day], Kind::Number),
            Function::Size => (vec![Kind::Codes(Vec::new())], Kind::Number),
        };
        if arguments.len() != wanted.len() {
            let what = say("arguments").with("given", arguments.len()).with("needed", wanted.len());
            self.fault(span.clone(), what, say("arguments-cure"));
            return Some(result);
        }
        for (argument, kind) in arguments.iter().zip(&wanted) {
            self.want(argument, kind);
        }
        let wrong = match (function, &arguments[0].form) {
            (Function::Date, Form::Literal(Fact::Text(text))) => {
                text.parse::<Day>().err().map(|e| say("cannot-read").with("written", text).with("why", e))
            }
            (Function::Yuan, Form::Literal(Fact::Text(text))) => {
                text.parse::<Fen>().err().map(|e| say("cannot-read").with("written", text).with("why", e))
            }
            (Function::Rate, Form::Literal(Fact::Text(text))) => {
                text.parse::<Rate>().err().map(|e| say("cannot-read").with("written", text).with("why", e))
            }
            (Function::Date | Function::Yuan | Function::Rate, _) => Some(say("written-value")),
            _ => None,
        };
        if let Some(what) = wrong {
            self.fault(arguments[0].span.clone(), what, say("written-value-cure"));
        }
        Some(result)
    }

    fn binary(&mut self, op: Op, left: &Node, right: &Node, span: &Range<usize>) -> Option<Kind> {
        if matches!(op, Op::And | Op::Or) {
            self.want(left, &Kind::Flag);
            self.want(right, &Kind::Flag);
            return Some(Kind::Flag);
        }
        let (first, second) = (self.kind(left)?, self.kind(right)?);
        let result = match (op, &first, &second) {
            (Op::In, Kind::Code(known), Kind::Codes(_)) => {
                self.listed(right, known);
                Some(Kind::Flag)
            }
            (Op::In, Kind::Text, Kind::Codes(known)) => {
                // A literal in a fact of several codes; between two literals anything is said already.
                if !matches!(right.form, Form::List(_)) {
                    self.listed(left, known);
                }
                Some(Kind::Flag)
            }
            (Op::Equal | Op::Unequal, Kind::Code(known), Kind::Text) => {
                self.listed(right, known);
                Some(Kind::Flag)
            }
            (Op::Equal | Op::Unequal, Kind::Text, Kind::Code(known)) => {
                self.listed(left, known);
                Some(Kind::Flag)
            }
            (Op::Equal | Op::Unequal, Kind::Span, _) => None,
            (Op::Equal | Op::Unequal, _, _) if same(&first, &second) => Some(Kind::Flag),
            (
                Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual,
                Kind::Number | Kind::Day | Kind::Fen | Kind::Rate,
                _,
            ) if same(&first, &second) => Some(Kind::Flag),
            (Op::Plus | Op::Minus, Kind::Day, Kind::Span) => Some(Kind::Day),
            (Op::Minus, Kind::Day, Kind::Day) => Some(Kind::Number),
            (Op::Plus | Op::Minus, Kind::Number | Kind::Fen, _) if same(&first, &second) => {
                Some(first.clone())
            }
            (Op::Times | Op::Divide | Op::Remainder, Kind::Number, Kind::Number) => Some(Kind::Number),
            (Op::Times, Kind::Fen, Kind::Number) => Some(Kind::Fen),
            _ => None,
        };
        if result.is_none() {
            let what = say("unlike").holding("one", first.said()).holding("other", second.said());
            self.fault(span.clone(), what, say("unlike-cure"));
        }
        result
    }

    /// Every text literal of this part is on the closed list.
    fn listed(&mut self, node: &Node, known: &[String]) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        match &node.form {
            Form::Literal(Fact::Text(text)) if !known.contains(&text.as_str()) => {
                let cure = Said::nearest(text, &known);
                self.fault(node.span.clone(), say("none-of-codes").with("code", text), cure);
            }
            Form::List(items) => {
                for item in items {
                    self.listed(item, &known.iter().map(|code| (*code).to_owned()).collect::<Vec<String>>());
                }
            }
            _ => {}
        }
    }
}

fn same(first: &Kind, second: &Kind) -> bool {
    std::mem::discriminant(first) == std::mem::discriminant(second)
}
