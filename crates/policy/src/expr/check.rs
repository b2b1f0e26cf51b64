//! Whether the kinds fit, before anything is evaluated.

use super::{Declared, Fault, Form, Function, Kind, Node, Op};
use crate::scenario::nearest;
use std::ops::Range;
use terms::{Day, Fact, Fen, Rate};

pub(super) fn check(node: &Node, declared: &Declared, expected: &Kind) -> Result<(), Vec<Fault>> {
    let mut checker = Checker { declared, faults: Vec::new() };
    if let Some(kind) = checker.kind(node).filter(|kind| !same(kind, expected)) {
        let what = format!("this comes out as {}, not as {}", kind.word(), expected.word());
        checker.fault(node.span.clone(), what, "compare it with something");
    }
    if checker.faults.is_empty() { Ok(()) } else { Err(checker.faults) }
}

struct Checker<'a> {
    declared: &'a Declared,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, span: Range<usize>, what: impl Into<String>, cure: impl Into<String>) {
        self.faults.push(Fault { span, what: what.into(), cure: cure.into() });
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
                        _ => self.fault(item.span.clone(), "a list holds texts only", "write ['one', 'two']"),
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
                    self.fault(inner.span.clone(), format!("{} has no sign", kind.word()), "drop the minus");
                }
                Some(kind)
            }
            Form::If(condition, then, other) => {
                self.want(condition, &Kind::Flag);
                let (first, second) = (self.kind(then)?, self.kind(other)?);
                if !same(&first, &second) {
                    let what = format!("one branch is {}, the other {}", first.word(), second.word());
                    self.fault(node.span.clone(), what, "give both branches one kind");
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
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it as a field of a form of this procedure".to_owned(),
        };
        self.fault(span.clone(), format!("no fact is called `{name}`"), cure);
        None
    }

    fn want(&mut self, node: &Node, expected: &Kind) {
        if let Some(kind) = self.kind(node).filter(|kind| !same(kind, expected)) {
            let what = format!("this is {}, {} is needed", kind.word(), expected.word());
            self.fault(node.span.clone(), what, "compare it with something, or take another fact");
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
            let what = format!("{} values are given, {} are needed", arguments.len(), wanted.len());
            self.fault(span.clone(), what, "compare with the list of functions in docs/packs.md");
            return Some(result);
        }
        for (argument, kind) in arguments.iter().zip(&wanted) {
            self.want(argument, kind);
        }
        let wrong = match (function, &arguments[0].form) {
            (Function::Date, Form::Literal(Fact::Text(text))) => {
                text.parse::<Day>().err().map(|e| e.to_string())
            }
            (Function::Yuan, Form::Literal(Fact::Text(text))) => {
                text.parse::<Fen>().err().map(|e| e.to_string())
            }
            (Function::Rate, Form::Literal(Fact::Text(text))) => {
                text.parse::<Rate>().err().map(|e| e.to_string())
            }
            (Function::Date | Function::Yuan | Function::Rate, _) => {
                Some("a written value is needed here".into())
            }
            _ => None,
        };
        if let Some(what) = wrong {
            self.fault(
                arguments[0].span.clone(),
                what,
                "write date('2026-01-31'), yuan('100.50') or rate('80%')",
            );
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
            let what = format!("{} and {} do not go together here", first.word(), second.word());
            self.fault(span.clone(), what, "compare like with like");
        }
        result
    }

    /// Every text literal of this part is on the closed list.
    fn listed(&mut self, node: &Node, known: &[String]) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        match &node.form {
            Form::Literal(Fact::Text(text)) if !known.contains(&text.as_str()) => {
                let cure = match nearest(text, &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the known ones are: {}", known.join(", ")),
                };
                self.fault(node.span.clone(), format!("`{text}` is none of its codes"), cure);
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
