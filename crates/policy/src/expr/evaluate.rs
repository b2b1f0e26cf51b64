//! The answer, and which parts of the expression decided it.

use super::{Expr, Form, Function, Node, Op};
use std::collections::BTreeSet;
use terms::{Day, Fact, Facts, Fen};

/// The answer of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Yes, no, or what stands in the way of an answer.
    pub holds: Result<bool, Undecided>,
    /// The parts that decided, in the order they are written.
    pub parts: Vec<Part>,
}

impl Answer {
    /// The condition certainly holds.
    pub fn is_yes(&self) -> bool {
        self.holds == Ok(true)
    }

    /// The condition certainly does not hold.
    pub fn is_no(&self) -> bool {
        self.holds == Ok(false)
    }
}

/// A part of a condition that settled the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// As it is written.
    pub text: String,
    /// Whether it holds.
    pub holds: bool,
    /// The facts it looked at.
    pub facts: Facts,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undecided {
    /// Facts that are not known.
    pub missing: BTreeSet<String>,
    /// A sum or product left its range, or a fact has another kind than declared.
    pub out_of_range: bool,
}

impl Undecided {
    fn missing(name: &str) -> Undecided {
        Undecided { missing: BTreeSet::from([name.to_owned()]), out_of_range: false }
    }

    fn range() -> Undecided {
        Undecided { missing: BTreeSet::new(), out_of_range: true }
    }

    fn and(mut self, other: Undecided) -> Undecided {
        self.missing.extend(other.missing);
        self.out_of_range |= other.out_of_range;
        self
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Fact(Fact),
    Days(i32),
    Months(i32),
}

type Evaluated = Result<Value, Undecided>;

impl Expr {
    /// Whether the condition holds on these facts. Total: it never panics and always ends.
    pub fn holds(&self, facts: &Facts) -> Answer {
        let mut parts = Vec::new();
        let holds = self.flag(&self.node, facts, &mut parts);
        Answer { holds, parts }
    }

    /// The value of the expression on these facts; nothing comes of a span of time.
    pub fn value(&self, facts: &Facts) -> Result<Fact, Undecided> {
        match self.evaluate(&self.node, facts, &mut Vec::new())? {
            Value::Fact(fact) => Ok(fact),
            Value::Days(_) | Value::Months(_) => Err(Undecided::range()),
        }
    }

    /// A condition, noting in `parts` those leaves that decide it.
    fn flag(&self, node: &Node, facts: &Facts, parts: &mut Vec<Part>) -> Result<bool, Undecided> {
        match &node.form {
            Form::Binary(op @ (Op::And | Op::Or), left, right) => {
                // The value that settles the whole alone.
                let settling = *op == Op::Or;
                let start = parts.len();
                let first = self.flag(left, facts, parts);
                if first == Ok(settling) {
                    return first;
                }
                let middle = parts.len();
                let second = self.flag(right, facts, parts);
                match (first, second) {
                    (_, Ok(value)) if value == settling => {
                        parts.drain(start..middle);
                        Ok(settling)
                    }
                    (Ok(_), Ok(_)) => Ok(!settling),
                    (Err(first), Err(second)) => Err(first.and(second)),
                    (Err(undecided), _) | (_, Err(undecided)) => Err(undecided),
                }
            }
            Form::Not(inner) => self.flag(inner, facts, parts).map(|holds| !holds),
            Form::If(condition, then, other) => {
                let chosen = if self.flag(condition, facts, parts)? { then } else { other };
                self.flag(chosen, facts, parts)
            }
            _ => {
                let Value::Fact(Fact::Flag(holds)) = self.evaluate(node, facts, parts)? else {
                    return Err(Undecided::range());
                };
                let mut names = BTreeSet::new();
                node.names(&mut names);
                let known = |name: &&str| Some(((*name).to_owned(), facts.get(*name)?.clone()));
                parts.push(Part {
                    text: self.text[node.span.clone()].to_owned(),
                    holds,
                    facts: names.iter().filter_map(known).collect(),
                });
                Ok(holds)
            }
        }
    }

    fn evaluate(&self, node: &Node, facts: &Facts, parts: &mut Vec<Part>) -> Evaluated {
        match &node.form {
            Form::Literal(fact) => Ok(Value::Fact(fact.clone())),
            Form::Name(name) => {
                facts.get(name).cloned().map(Value::Fact).ok_or_else(|| Undecided::missing(name))
            }
            Form::Has(name) => Ok(Value::Fact(Fact::Flag(facts.contains_key(name)))),
            Form::List(items) => {
                let text = |item: &Node| match &item.form {
                    Form::Literal(Fact::Text(text)) => Some(text.clone()),
                    _ => None,
                };
                Ok(Value::Fact(Fact::Codes(items.iter().filter_map(text).collect())))
            }
            Form::Negate(inner) => match self.evaluate(inner, facts, parts)? {
                Value::Fact(Fact::Number(number)) => {
                    number.checked_neg().map(Fact::Number).ok_or_else(Undecided::range)
                }
                Value::Fact(Fact::Fen(fen)) => Ok(Fact::Fen(fen.negated())),
                _ => Err(Undecided::range()),
            }
            .map(Value::Fact),
            Form::Not(_) | Form::Binary(Op::And | Op::Or, ..) => {
                self.flag(node, facts, parts).map(|holds| Value::Fact(Fact::Flag(holds)))
            }
            Form::If(condition, then, other) => {
                let chosen = if self.flag(condition, facts, parts)? { then } else { other };
                self.evaluate(chosen, facts, parts)
            }
            Form::Call(function, arguments) => {
                let values: Result<Vec<Value>, Undecided> =
                    arguments.iter().map(|argument| self.evaluate(argument, facts, parts)).collect();
                call(*function, &values?).ok_or_else(Undecided::range)
            }
            Form::Binary(op, left, right) => {
                match (self.evaluate(left, facts, parts), self.evaluate(right, facts, parts)) {
                    (Ok(first), Ok(second)) => binary(*op, &first, &second).ok_or_else(Undecided::range),
                    (Err(first), Err(second)) => Err(first.and(second)),
                    (Err(undecided), Ok(_)) | (Ok(_), Err(undecided)) => Err(undecided),
                }
            }
        }
    }
}

fn call(function: Function, values: &[Value]) -> Option<Value> {
    let fact = match (function, values) {
        (Function::Date, [Value::Fact(Fact::Text(text))]) => Fact::Day(text.parse().ok()?),
        (Function::Yuan, [Value::Fact(Fact::Text(text))]) => Fact::Fen(text.parse().ok()?),
        (Function::Rate, [Value::Fact(Fact::Text(text))]) => Fact::Rate(text.parse().ok()?),
        (Function::Days, [Value::Fact(Fact::Number(count))]) => return Some(Value::Days(small(*count)?)),
        (Function::Months, [Value::Fact(Fact::Number(count))]) => return Some(Value::Months(small(*count)?)),
        (Function::Years, [Value::Fact(Fact::Number(count))]) => {
            return Some(Value::Months(small(count.checked_mul(12)?)?));
        }
        (Function::SameMonth, [Value::Fact(Fact::Day(first)), Value::Fact(Fact::Day(second))]) => {
            Fact::Flag(first.month() == second.month())
        }
        (Function::Age, [Value::Fact(Fact::Day(birth)), Value::Fact(Fact::Day(on))]) => {
            Fact::Number(i64::from(on.age(*birth)))
        }
        (Function::Size, [Value::Fact(Fact::Codes(codes))]) => Fact::Number(i64::try_from(codes.len()).ok()?),
        _ => return None,
    };
    Some(Value::Fact(fact))
}

/// A span of time longer than the days this program speaks of is out of range.
fn small(count: i64) -> Option<i32> {
    i32::try_from(count).ok().filter(|count| count.unsigned_abs() < 250_000)
}

fn binary(op: Op, first: &Value, second: &Value) -> Option<Value> {
    let (first, second) = match (first, second) {
        (Value::Fact(first), Value::Fact(second)) => (first, second),
        (Value::Fact(Fact::Day(day)), span) => {
            return shifted(op, *day, span).map(|day| Value::Fact(Fact::Day(day)));
        }
        _ => return None,
    };
    let fact = match (op, first, second) {
        (Op::In, Fact::Code(code) | Fact::Text(code), Fact::Codes(codes)) => Fact::Flag(codes.contains(code)),
        (Op::Equal, _, _) => Fact::Flag(equal(first, second)?),
        (Op::Unequal, _, _) => Fact::Flag(!equal(first, second)?),
        (Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual, _, _) => {
            if std::mem::discriminant(first) != std::mem::discriminant(second) {
                return None;
            }
            let order = first.cmp(second);
            Fact::Flag(match op {
                Op::Less => order.is_lt(),
                Op::LessEqual => order.is_le(),
                Op::Greater => order.is_gt(),
                _ => order.is_ge(),
            })
        }
        (Op::Minus, Fact::Day(later), Fact::Day(earlier)) => {
            Fact::Number(i64::from(later.days_since(*earlier)))
        }
        (Op::Plus, Fact::Fen(first), Fact::Fen(second)) => Fact::Fen(first.plus(*second).ok()?),
        (Op::Minus, Fact::Fen(first), Fact::Fen(second)) => Fact::Fen(first.minus(*second).ok()?),
        (Op::Times, Fact::Fen(fen), Fact::Number(count)) => {
            Fact::Fen(Fen::new(fen.get().checked_mul(*count)?).ok()?)
        }
        (Op::Plus, Fact::Number(first), Fact::Number(second)) => Fact::Number(first.checked_add(*second)?),
        (Op::Minus, Fact::Number(first), Fact::Number(second)) => Fact::Number(first.checked_sub(*second)?),
        (Op::Times, Fact::Number(first), Fact::Number(second)) => Fact::Number(first.checked_mul(*second)?),
        (Op::Divide, Fact::Number(first), Fact::Number(second)) => Fact::Number(first.checked_div(*second)?),
        (Op::Remainder, Fact::Number(first), Fact::Number(second)) => {
            Fact::Number(first.checked_rem(*second)?)
        }
        _ => return None,
    };
    Some(Value::Fact(fact))
}

/// A code and a written text are the same word.
fn equal(first: &Fact, second: &Fact) -> Option<bool> {
    match (first, second) {
        (Fact::Code(first) | Fact::Text(first), Fact::Code(second) | Fact::Text(second)) => {
            Some(first == second)
        }
        _ if std::mem::discriminant(first) == std::mem::discriminant(second) => Some(first == second),
        _ => None,
    }
}

/// A day so much later or earlier. Months end on the corresponding day or the month's last (Civil Code art. 202).
fn shifted(op: Op, day: Day, span: &Value) -> Option<Day> {
    let sign = match op {
        Op::Plus => 1,
        Op::Minus => -1,
        _ => return None,
    };
    match span {
        Value::Days(count) => Some(day.plus(sign * count)),
        Value::Months(count) => Some(day.plus_months(sign * count)),
        Value::Fact(_) => None,
    }
}
