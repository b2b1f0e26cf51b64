//! Between the nodes of messages and our words: what a message asks of the office, and how its outcome is told.

pub mod answer;
pub mod ask;

pub(crate) use answer::version as catalogue_version;

use crate::{Decimal, Field, Kind, Node, Row, Value, moment};
use agency::visit::Details;

/// The columns that stand in the message and are kept as they came, as text under their national names.
fn details(row: &Row, except: &[&str]) -> Details {
    let told = |(name, value): (&str, &Value)| {
        let text = match value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Day(day) => day.to_string(),
            Value::Moment(moment) => moment.to_string(),
            _ => return None,
        };
        (!except.contains(&name)).then(|| (name.to_owned(), text))
    };
    row.columns().filter_map(told).collect()
}

/// Fills the columns of a row with what was kept under their names; what does not fit the column stays empty.
fn fill(row: &mut Row, node: &Node, details: &Details) {
    for field in &node.fields {
        if row.is_empty(&field.name)
            && let Some(value) = details.get(&field.name).and_then(|text| value(field, text))
        {
            row.set(&field.name, value);
        }
    }
}

fn value(field: &Field, text: &str) -> Option<Value> {
    Some(match field.kind {
        Kind::Text(_) => Value::Text(text.to_owned()),
        Kind::Number(..) => Value::Number(text.parse::<Decimal>().ok()?),
        Kind::Date => Value::Day(text.get(..10)?.parse().ok()?),
        Kind::Time => Value::Moment(moment(text).or_else(|| moment(&format!("{text} 00:00:00")))?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
