//! Departments, mappings, settlement lists, warnings and their answers.

use super::super::details;
use super::{row, wrong};
use crate::{Fault, Request, Row, Rule, Value};
use agency::sheet::{Command, NewSheet, SheetKind, mapping_key};
use agency::visit::Details;
use std::collections::BTreeMap;

/// The command of 33xx, 34xx, 4101, 4102, 3103; nothing for any other.
pub(super) fn command(request: &Request) -> Result<Option<Command>, Vec<Fault>> {
    let (input, message) = (&request.input, request.msgid.clone());
    let file = |sheet, sheets, known| Command::File { sheet, sheets, known, message: message.clone() };
    Ok(Some(match request.infno.as_str() {
        "3301" => {
            let sheets = input.rows("data").iter().map(|row| NewSheet {
                key: mapping_key(row.text("list_type"), row.text("fixmedins_hilist_id")),
                details: details(row, &[]),
                tables: BTreeMap::new(),
            });
            file(SheetKind::Mapping, sheets.collect(), None)
        }
        "3302" => {
            let row = row(input, "data")?;
            if row.text("fixmedins_code") != request.fixmedins_code {
                return Err(wrong("data", 0, "fixmedins_code", Rule::NotOwn));
            }
            Command::Withdraw {
                sheet: SheetKind::Mapping,
                key: mapping_key(row.text("list_type"), row.text("fixmedins_hilist_id")),
                matching: details(row, &["fixmedins_code"]),
                message,
            }
        }
        "3401" | "3402" => {
            let row = row(input, "deptinfo")?;
            let sheet = NewSheet {
                key: row.text("hosp_dept_codg").to_owned(),
                details: details(row, &[]),
                tables: BTreeMap::new(),
            };
            file(SheetKind::Department, vec![sheet], Some(request.infno == "3402"))
        }
        "3403" => {
            let row = row(input, "data")?;
            let key = row.text("hosp_dept_codg").to_owned();
            Command::Withdraw { sheet: SheetKind::Department, key, matching: details(row, &[]), message }
        }
        "4101" => {
            let row = row(input, "setlinfo")?;
            let mut told = details(row, &[]);
            told.entry("stas_type".to_owned()).or_insert_with(|| "0".to_owned());
            let tables = ["opspdiseinfo", "diseinfo", "oprninfo", "icuinfo", "payinfo", "bldinfo"];
            let sheet = NewSheet {
                key: row.text("setl_id").to_owned(),
                details: told,
                tables: tables
                    .into_iter()
                    .filter(|name| !input.rows(name).is_empty())
                    .map(|name| {
                        let rows = input.rows(name).iter().map(|row| details(row, &[])).collect();
                        (name.to_owned(), rows)
                    })
                    .collect(),
            };
            file(SheetKind::List, vec![sheet], None)
        }
        "4102" => {
            let mut changes = BTreeMap::new();
            for (place, row) in input.rows("stastinfo").iter().enumerate() {
                if row.is_empty("setl_id") {
                    return Err(wrong("stastinfo", place + 1, "setl_id", Rule::Required));
                }
                let told = Details::from([("stas_type".to_owned(), row.text("stas_type").to_owned())]);
                changes.insert(row.text("setl_id").to_owned(), told);
            }
            Command::Amend { sheet: SheetKind::List, changes, message }
        }
        "3103" => {
            let data = row(input, "data")?;
            let mut changes = BTreeMap::new();
            for (place, row) in data.rows("warns").iter().enumerate() {
                // Who goes on in spite of a warning says why (1: the order is carried out).
                if row.text("dspo_way") == "1" && row.is_empty("dspo_way_rea") {
                    return Err(wrong("warns", place + 1, "dspo_way_rea", Rule::Required));
                }
                let mut told = details(row, &["warn_rslt_id"]);
                told.insert("warn_type".to_owned(), data.text("warn_type").to_owned());
                changes.insert(row.text("warn_rslt_id").to_owned(), told);
            }
            Command::Amend { sheet: SheetKind::Warning, changes, message }
        }
        _ => return Ok(None),
    }))
}

/// Rows inside a column.
pub(super) fn inside<'r>(row: &'r Row, name: &str) -> &'r [Row] {
    match row.value(name) {
        Value::Rows(rows) => rows,
        _ => &[],
    }
}
