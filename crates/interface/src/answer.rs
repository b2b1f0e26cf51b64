//! Answering exactly as the tables say: every declared field, an empty number as 0, anything else empty as `""`.

use crate::json::write_text;
use crate::{Fault, fault};
use crate::{Field, Kind, Node, Nodes, Row, Rule, Specification, Transaction, Value};
use base64ct::{Base64, Encoding};
use std::fmt::Write as _;
use terms::Moment;

/// What an answer carries in its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// `inf_refmsgid`: region 6, time 14, sequence 10.
    pub refmsgid: String,
    /// When the message came.
    pub received: Moment,
    /// When it was answered.
    pub answered: Moment,
}

impl Stamp {
    /// A stamp of this region, numbered; of the number the last ten digits count.
    pub fn new(region: &str, received: Moment, answered: Moment, sequence: u64) -> Stamp {
        let region: String = region.chars().chain(std::iter::repeat('0')).take(6).collect();
        let time = &compact(answered)[..14];
        Stamp { refmsgid: format!("{region}{time}{:010}", sequence % 10_000_000_000), received, answered }
    }
}

/// `yyyyMMddHHmmssSSS`
pub fn compact(moment: Moment) -> String {
    let (year, month, day) = moment.day().ymd();
    let (hour, minute, second) = moment.time_of_day();
    let milli = moment.0.rem_euclid(1_000);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}{milli:03}")
}

/// A successful answer's `output`, as JSON.
pub fn output(transaction: &Transaction, nodes: &Nodes) -> String {
    let mut out = String::new();
    if let [node] = transaction.output.as_slice()
        && (node.name == Node::BARE || node.name == Node::WHOLE)
    {
        write_node(&mut out, transaction, node, nodes.rows(&node.name));
        return out;
    }
    out.push('{');
    for (place, node) in transaction.output.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write_text(&mut out, &node.name);
        out.push(':');
        write_node(&mut out, transaction, node, nodes.rows(&node.name));
    }
    out.push('}');
    out
}

/// The whole answer to a message that was served; `output` as [`output`] writes it.
pub fn success(stamp: &Stamp, output: &str) -> String {
    whole(stamp, "0", "", output)
}

/// The whole answer to a message that was not; cut to the length of `err_msg`.
pub fn failure(stamp: &Stamp, why: &str) -> String {
    whole(stamp, "-1", why, "{}")
}

/// The whole answer to a message with faults.
pub fn faulty(stamp: &Stamp, faults: &[Fault], specification: &Specification) -> String {
    failure(stamp, &fault::tell(faults, specification))
}

fn whole(stamp: &Stamp, infcode: &str, why: &str, output: &str) -> String {
    let mut out = String::with_capacity(output.len() + 200);
    // Writing to a string cannot fail.
    let _ = write!(out, "{{\"infcode\":{infcode},\"inf_refmsgid\":");
    write_text(&mut out, &stamp.refmsgid);
    let (received, answered) = (compact(stamp.received), compact(stamp.answered));
    let _ = write!(out, ",\"refmsg_time\":\"{received}\",\"respond_time\":\"{answered}\",\"err_msg\":");
    write_text(&mut out, &why.chars().take(200).collect::<String>());
    let _ = write!(out, ",\"output\":{output}}}");
    out
}

fn write_node(out: &mut String, transaction: &Transaction, node: &Node, rows: &[Row]) {
    if !node.many {
        match rows.first() {
            Some(row) => write_row(out, transaction, node, row),
            None => write_row(out, transaction, node, &Row::of(node)),
        }
        return;
    }
    out.push('[');
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write_row(out, transaction, node, row);
    }
    out.push(']');
}

fn write_row(out: &mut String, transaction: &Transaction, node: &Node, row: &Row) {
    out.push('{');
    for (place, field) in node.fields.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write_text(out, &field.name);
        out.push(':');
        write_value(out, transaction, field, row.value(&field.name));
    }
    out.push('}');
}

fn write_value(out: &mut String, transaction: &Transaction, field: &Field, value: &Value) {
    match (&field.kind, value) {
        (Kind::Number(_, places), Value::Number(number)) => out.push_str(&number.with_places(*places)),
        (Kind::Number(..), _) => out.push('0'),
        (Kind::Text(most), Value::Text(text)) => {
            // What is too long is cut, as the receiver's column would; `check` tells of it before.
            write_text(out, &text.chars().take(*most).collect::<String>());
        }
        (Kind::Date, Value::Day(day)) => write_text(out, &day.to_string()),
        (Kind::Date, Value::Moment(moment)) => write_text(out, &moment.day().to_string()),
        (Kind::Time, Value::Moment(moment)) => write_text(out, &moment.to_string()),
        (Kind::Time, Value::Day(day)) => write_text(out, &Moment::at(*day, 0, 0).to_string()),
        (Kind::Flag, Value::Flag(flag)) => out.push_str(if *flag { "true" } else { "false" }),
        (Kind::Bytes, Value::Bytes(bytes)) => write_text(out, &Base64::encode_string(bytes)),
        (Kind::Texts(_), Value::Texts(texts)) => {
            out.push('[');
            for (place, text) in texts.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(out, text);
            }
            out.push(']');
        }
        (Kind::Texts(_), _) => out.push_str("[]"),
        (Kind::Rows { table, .. }, value) => {
            let rows = if let Value::Rows(rows) = value { rows.as_slice() } else { &[] };
            match transaction.inner(table) {
                Some(inner) => write_node(out, transaction, inner, rows),
                None => out.push_str("[]"),
            }
        }
        _ => out.push_str("\"\""),
    }
}

/// What of an answer the tables would not have: a required field empty, a text too long, a code not in its list, a
/// value of another kind. Our own faults; the answer is given all the same.
pub fn check(specification: &Specification, transaction: &Transaction, nodes: &Nodes) -> Vec<Fault> {
    let mut faults = Vec::new();
    for node in &transaction.output {
        let rows = nodes.rows(&node.name);
        if rows.is_empty() && !node.many {
            faults.push(Fault {
                node: node.name.clone(),
                row: 0,
                field: String::new(),
                rule: Rule::NodeMissing,
            });
        }
        check_rows(specification, transaction, node, rows, &mut faults);
    }
    faults
}

fn check_rows(
    specification: &Specification,
    transaction: &Transaction,
    node: &Node,
    rows: &[Row],
    faults: &mut Vec<Fault>,
) {
    for (place, row) in rows.iter().enumerate() {
        for field in &node.fields {
            let rule = match (&field.kind, row.value(&field.name)) {
                (Kind::Number(..) | Kind::Texts(_) | Kind::Rows { .. }, Value::Empty) => None,
                (_, Value::Empty) => field.required.then_some(Rule::Required),
                (Kind::Text(most), Value::Text(text)) => {
                    if text.chars().count() > *most {
                        Some(Rule::TooLong(*most))
                    } else {
                        let list = field.list.as_deref().and_then(|list| specification.list(list));
                        list.filter(|list| !text.is_empty() && !list.codes.contains_key(text))
                            .map(|list| Rule::NotInList(list.name.clone()))
                    }
                }
                (Kind::Number(digits, places), Value::Number(number)) => {
                    let fits =
                        number.places() <= *places && number.whole_digits() <= u32::from(digits - places);
                    (!fits).then_some(Rule::TooLarge(*digits, *places))
                }
                (Kind::Date | Kind::Time, Value::Day(_) | Value::Moment(_))
                | (Kind::Flag, Value::Flag(_))
                | (Kind::Bytes, Value::Bytes(_))
                | (Kind::Texts(_), Value::Texts(_)) => None,
                (Kind::Rows { table, .. }, Value::Rows(rows)) => {
                    if let Some(inner) = transaction.inner(table) {
                        check_rows(specification, transaction, inner, rows, faults);
                    }
                    None
                }
                _ => Some(Rule::WrongShape),
            };
            if let Some(rule) = rule {
                faults.push(Fault {
                    node: node.name.clone(),
                    row: place + 1,
                    field: field.name.clone(),
                    rule,
                });
            }
        }
    }
}
