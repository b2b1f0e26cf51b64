//! The text files that transactions make and take: one record a line, items between tabs in the order of the packs'
//! tables (`## file 1301`), `null` for nothing.

use crate::map::catalogue_version;
use crate::{Kind, Node, Row, Specification, Value};
use agency::Rulebook;
use benefit::Item;

/// The lists of drugs, services and consumables, by the transaction that downloads them: which `list_type` each has.
const LISTS: [(&str, &str); 7] = [
    ("1301", "101"),
    ("1302", "102"),
    ("1303", "103"),
    ("1305", "201"),
    ("1306", "301"),
    ("1320", "106"),
    ("1304", "104"),
];

/// A catalogue as a file: the text and how many records it has. Records newer than `version`, the highest that the
/// provider has. A catalogue that this office does not keep is a file without records.
pub fn catalogue(
    specification: &Specification,
    rules: &Rulebook,
    infno: &str,
    version: &str,
) -> Option<(String, usize)> {
    let columns = specification.file(infno)?;
    let (mut text, mut count) = (String::new(), 0);
    let mut write = |row: &Row| {
        text.push_str(&line(columns, row));
        count += 1;
    };
    if infno == "1309" {
        for illness in rules.visits.illnesses() {
            let mut row = Row::of(columns);
            row.set("opsp_dise_code", illness.code.as_str());
            row.set("opsp_dise_name", illness.name.as_str());
            row.set("vali_flag", "1");
            row.set("ver", "0");
            // A list without days of its own is sent whole.
            write(&row);
        }
        return Some((text, count));
    }
    let list = LISTS.iter().find(|(known, _)| *known == infno).map(|(_, list)| *list);
    let since = digits(version);
    let newer = |item: &&Item| {
        list.is_some_and(|list| item.list_type.to_string() == list) && catalogue_version(item.from) > since
    };
    for item in rules.benefits.catalogue().items().iter().filter(newer) {
        let mut row = Row::of(columns);
        row.set("med_list_codg", item.code.as_str());
        row.set("hilist_code", item.hilist_code.as_str());
        row.set("hilist_name", item.name.as_str());
        row.set("med_chrgitm_type", item.med_chrgitm_type.to_string());
        row.set("prcunt", item.unit.as_str());
        row.set("lmt_used_flag", if item.restricted { "1" } else { "0" });
        row.set("begndate", item.from);
        row.set("enddate", item.to);
        row.set("vali_flag", "1");
        row.set("ver", catalogue_version(item.from));
        write(&row);
    }
    Some((text, count))
}

/// The digits of a version as the provider has it, whatever stands before them, as many as ours have.
fn digits(version: &str) -> String {
    let tail = version.rsplit('_').next().unwrap_or("");
    tail.chars().filter(char::is_ascii_digit).take(8).collect()
}

/// A line of a file, with its end.
fn line(columns: &Node, row: &Row) -> String {
    let cells = columns.fields.iter().map(|field| match (&field.kind, row.value(&field.name)) {
        (_, Value::Text(text)) if !text.is_empty() => text.replace(['\t', '\n', '\r'], " "),
        (Kind::Number(_, places), Value::Number(number)) => number.with_places(*places),
        (_, Value::Day(day)) => day.to_string(),
        (_, Value::Moment(moment)) => moment.to_string(),
        _ => "null".to_owned(),
    });
    let mut line = cells.collect::<Vec<_>>().join("\t");
    line.push('\n');
    line
}

#[cfg(test)]
mod tests;
