//! What a message asks of the office, in the office's words.

mod declarations;
mod review;
mod sheets;

pub use review::warnings;

use super::details;
use crate::{Fault, Nodes, Request, Row, Rule};
use agency::visit::{Buy, Command, DECLARED, Details, NewLine, Open, Setting, Settle, Which};
use agency::{PersonId, SettlementId, VisitId};
use benefit::{Code, Price, Quantity};
use std::collections::BTreeMap;
use terms::Fen;

/// A batch or line number that means all of them.
const ALL: &str = "0000";

/// The command of a message that changes something; nothing for one that only asks.
///
/// # Errors
/// What the tables cannot say: a code or number that our words do not hold.
pub fn command(request: &Request) -> Result<Option<agency::Command>, Vec<Fault>> {
    if let Some(command) = visit_command(request)? {
        return Ok(Some(agency::Command::Visit(command)));
    }
    if let Some(command) = declarations::command(request)? {
        return Ok(Some(agency::Command::Declaration(command)));
    }
    Ok(sheets::command(request)?.map(agency::Command::Sheet))
}

fn visit_command(request: &Request) -> Result<Option<Command>, Vec<Fault>> {
    let (input, message) = (&request.input, request.msgid.clone());
    let data = || row(input, "data");
    Ok(Some(match request.infno.as_str() {
        "2201" => {
            let row = data()?;
            Command::Open(Box::new(open(row, "data", Setting::Outpatient, &message)?))
        }
        "2401" => {
            let row = row(input, "mdtrtinfo")?;
            let mut asked = open(row, "mdtrtinfo", Setting::Inpatient, &message)?;
            asked.diagnoses = diagnoses(input, "1");
            Command::Open(Box::new(asked))
        }
        "2203" | "2403" => {
            let node = if request.infno == "2203" { "mdtrtinfo" } else { "adminfo" };
            let row = row(input, node)?;
            Command::Describe {
                visit: visit(row),
                person: person(row),
                med_type: Some(code(row, node, "med_type")?),
                details: details(row, &["mdtrt_id", "psn_no", "med_type"]),
                diagnoses: diagnoses(input, "1"),
                message,
            }
        }
        "2204" | "2301" => {
            let rows = input.rows("feedetail");
            let first = one_visit(rows)?;
            let mut lines = Vec::with_capacity(rows.len());
            for (place, row) in rows.iter().enumerate() {
                lines.push(line(row, "feedetail", place + 1)?);
            }
            Command::AddLines { visit: visit(first), person: person(first), lines, message }
        }
        "2205" => {
            let row = data()?;
            let batch = row.text("chrg_bchno");
            let which = if batch == ALL { Which::All } else { Which::Batches(vec![batch.to_owned()]) };
            Command::WithdrawLines { visit: visit(row), person: person(row), which, message }
        }
        "2302" => {
            let rows = input.rows("data");
            let first = one_visit_of(rows, "data")?;
            let lines: Vec<String> = rows.iter().map(|row| row.text("feedetl_sn").to_owned()).collect();
            let which = if lines.iter().any(|sn| sn == ALL) { Which::All } else { Which::Lines(lines) };
            Command::WithdrawLines { visit: visit(first), person: person(first), which, message }
        }
        "2202" | "2404" => {
            let row = data()?;
            Command::Withdraw { visit: visit(row), person: person(row), message }
        }
        "2402" => {
            let row = row(input, "dscginfo")?;
            let Some(endtime) = row.moment("endtime") else {
                return Err(wrong("dscginfo", 0, "endtime", Rule::Required));
            };
            Command::Discharge {
                visit: visit(row),
                person: person(row),
                endtime,
                details: details(row, &["mdtrt_id", "psn_no", "insutype"]),
                diagnoses: diagnoses(input, "2"),
                message,
            }
        }
        "2405" => {
            let row = data()?;
            Command::CancelDischarge { visit: visit(row), person: person(row), message }
        }
        "2207" | "2304" => Command::Settle(Box::new(settle(request)?)),
        "2102" => Command::Buy(Box::new(purchase(request)?)),
        "2103" | "2208" | "2305" => {
            let row = data()?;
            let settlement = SettlementId(row.text("setl_id").parse().unwrap_or(0));
            Command::CancelSettlement { visit: visit(row), person: person(row), settlement, message }
        }
        "2601" => {
            let row = data()?;
            Command::Reverse { person: person(row), of: row.text("omsgid").to_owned(), message }
        }
        _ => return Ok(None),
    }))
}

/// The settlement that 2206, 2207, 2303 or 2304 asks for.
///
/// # Errors
/// As [`command`].
pub fn settle(request: &Request) -> Result<Settle, Vec<Fault>> {
    let row = row(&request.input, "data")?;
    let batch = row.text("chrg_bchno");
    let med_type = if row.text("med_type").is_empty() { None } else { Some(code(row, "data", "med_type")?) };
    Ok(Settle {
        visit: visit(row),
        person: person(row),
        batches: if batch.is_empty() || batch == ALL { Vec::new() } else { vec![batch.to_owned()] },
        med_type,
        declared: declared(row),
        mid_stay: row.text("mid_setl_flag") == "1",
        preview: matches!(request.infno.as_str(), "2206" | "2303"),
        invoice: row.text("invono").to_owned(),
        details: details(row, &["psn_no", "mdtrt_id", "certno", "psn_name", "mdtrt_cert_no"]),
        message: request.msgid.clone(),
    })
}

/// The purchase that 2101 or 2102 asks for.
///
/// # Errors
/// As [`command`].
pub fn purchase(request: &Request) -> Result<Buy, Vec<Fault>> {
    let row = row(&request.input, "druginfo")?;
    let mut asked = open(row, "druginfo", Setting::Pharmacy, &request.msgid)?;
    asked.med_type = Some(code(row, "druginfo", "med_type")?);
    let mut lines = Vec::new();
    for (place, row) in request.input.rows("drugdetail").iter().enumerate() {
        lines.push(line(row, "drugdetail", place + 1)?);
    }
    let settle = Settle {
        visit: VisitId(0),
        person: asked.person,
        batches: Vec::new(),
        med_type: asked.med_type,
        declared: declared(row),
        mid_stay: false,
        preview: request.infno == "2101",
        invoice: row.text("invono").to_owned(),
        details: Details::new(),
        message: request.msgid.clone(),
    };
    Ok(Buy { open: asked, lines, settle })
}

fn wrong(node: &str, row: usize, field: &str, rule: Rule) -> Vec<Fault> {
    vec![Fault { node: node.to_owned(), row, field: field.to_owned(), rule }]
}

fn row<'a>(input: &'a Nodes, node: &str) -> Result<&'a Row, Vec<Fault>> {
    input.row(node).ok_or_else(|| wrong(node, 0, "", Rule::NodeMissing))
}

/// Numbers of ours in the sender's text; nought, which nothing has, where it is none of ours.
pub fn person(row: &Row) -> PersonId {
    PersonId(row.text("psn_no").parse().unwrap_or(0))
}

/// As [`person`].
pub fn visit(row: &Row) -> VisitId {
    VisitId(row.text("mdtrt_id").parse().unwrap_or(0))
}

fn code(row: &Row, node: &str, field: &str) -> Result<Code, Vec<Fault>> {
    row.text(field).parse().map_err(|_| wrong(node, 0, field, Rule::NotInList(field.to_owned())))
}

fn one_visit(rows: &[Row]) -> Result<&Row, Vec<Fault>> {
    one_visit_of(rows, "feedetail")
}

/// The first row, where all rows are of one visit.
fn one_visit_of<'a>(rows: &'a [Row], node: &str) -> Result<&'a Row, Vec<Fault>> {
    let first = rows.first().ok_or_else(|| wrong(node, 0, "", Rule::NodeMissing))?;
    match rows.iter().position(|row| row.text("mdtrt_id") != first.text("mdtrt_id")) {
        Some(place) => Err(wrong(node, place + 1, "mdtrt_id", Rule::TwoRows)),
        None => Ok(first),
    }
}

fn declared(row: &Row) -> BTreeMap<String, Fen> {
    DECLARED.iter().filter_map(|name| Some(((*name).to_owned(), row.fen(name)?))).collect()
}

fn open(row: &Row, node: &str, setting: Setting, message: &str) -> Result<Open, Vec<Fault>> {
    let med_type = if row.text("med_type").is_empty() { None } else { Some(code(row, node, "med_type")?) };
    let Some(begntime) = row.moment("begntime") else {
        return Err(wrong(node, 0, "begntime", Rule::Required));
    };
    let number = if setting == Setting::Inpatient { "ipt_no" } else { "ipt_otp_no" };
    Ok(Open {
        person: person(row),
        certno: row.text("certno").to_owned(),
        name: row.text("psn_name").to_owned(),
        setting,
        insutype: code(row, node, "insutype")?,
        med_type,
        begntime,
        number: row.text(number).to_owned(),
        // Who it is stands in the register; a voucher's number is nobody's business afterwards.
        details: details(
            row,
            &["psn_no", "insutype", "begntime", "mdtrt_cert_no", "certno", "psn_name", "card_sn"],
        ),
        diagnoses: Vec::new(),
        message: message.to_owned(),
    })
}

/// `inout`: 1 on coming, 2 on leaving.
fn diagnoses(input: &Nodes, inout: &str) -> Vec<Details> {
    let told = |row: &Row| {
        let mut told = details(row, &["mdtrt_id", "psn_no"]);
        told.insert("inout_diag_type".to_owned(), inout.to_owned());
        told
    };
    input.rows("diseinfo").iter().map(told).collect()
}

fn line(row: &Row, node: &str, place: usize) -> Result<NewLine, Vec<Fault>> {
    let fault = |field: &str, rule: Rule| wrong(node, place, field, rule);
    let too_large = |field| fault(field, Rule::TooLarge(16, 6));
    let price =
        row.number("pric").and_then(|number| number.units(6)).and_then(|micros| u64::try_from(micros).ok());
    let price = price.and_then(Price::from_micros).ok_or_else(|| too_large("pric"))?;
    let count = row.number("cnt").ok_or_else(|| fault("cnt", Rule::Required))?;
    let parts = count.units(4).map(i64::unsigned_abs);
    let quantity = parts.and_then(Quantity::from_parts).ok_or_else(|| fault("cnt", Rule::TooLarge(16, 4)))?;
    let returns = row.text("init_feedetl_sn");
    // Below nought without the line it takes back, or the other way round: neither is a line nor a return.
    if count.is_negative() == returns.is_empty() {
        return Err(fault("init_feedetl_sn", Rule::Required));
    }
    let amount =
        row.fen("det_item_fee_sumamt").ok_or_else(|| fault("det_item_fee_sumamt", Rule::TooLarge(16, 2)))?;
    let at = row.moment("fee_ocur_time").ok_or_else(|| fault("fee_ocur_time", Rule::Required))?;
    let known = [
        "feedetl_sn",
        "chrg_bchno",
        "med_list_codg",
        "medins_list_codg",
        "det_item_fee_sumamt",
        "pric",
        "cnt",
        "fee_ocur_time",
        "init_feedetl_sn",
        "mdtrt_id",
        "psn_no",
    ];
    Ok(NewLine {
        sn: row.text("feedetl_sn").to_owned(),
        batch: row.text("chrg_bchno").to_owned(),
        item: row.text("med_list_codg").to_owned(),
        own_code: row.text("medins_list_codg").to_owned(),
        amount,
        price,
        quantity,
        at,
        returns: (!returns.is_empty()).then(|| returns.to_owned()),
        approved: match row.text("hosp_appr_flag") {
            "1" => Some(true),
            "2" => Some(false),
            _ => None,
        },
        details: details(row, &known),
    })
}
