//! Referrals, illnesses, chosen places, accidents.

use super::super::details;
use super::{person, row, wrong};
use crate::{Fault, Request, Row, Rule};
use agency::FilingId;
use agency::declaration::{Command, DeclarationKind, Declare, Referral};
use terms::Day;

/// Who it is stands in the register.
const KNOWN: [&str; 6] = ["psn_no", "certno", "psn_name", "psn_cert_type", "begndate", "enddate"];

/// The command of 2501 to 2507; nothing for any other.
pub(super) fn command(request: &Request) -> Result<Option<Command>, Vec<Fault>> {
    let (input, message) = (&request.input, request.msgid.clone());
    let data = || row(input, "data");
    let declare = |row: &Row, declaration, code: &str, place: &str| -> Result<Command, Vec<Fault>> {
        Ok(Command::Declare(Box::new(Declare {
            person: person(row),
            declaration,
            certno: row.text("certno").to_owned(),
            code: row.text(code).to_owned(),
            place_code: row.text(place).to_owned(),
            from: first(row, "data", "begndate")?,
            to: row.day("enddate"),
            details: details(row, &KNOWN),
            message: message.clone(),
        })))
    };
    let withdraw = |row: &Row, declaration| {
        let number =
            row.text("trt_dcla_detl_sn").rsplit_once('-').and_then(|(_, number)| number.parse().ok());
        Command::Withdraw {
            person: person(row),
            declaration,
            number: number.unwrap_or(0),
            message: message.clone(),
        }
    };
    Ok(Some(match request.infno.as_str() {
        "2501" => {
            let row = row(input, "refmedin")?;
            let from = row.day("begndate").map_or_else(|| first(row, "refmedin", "refl_date"), Ok)?;
            Command::Refer(Box::new(Referral {
                person: person(row),
                to_code: row.text("reflin_medins_no").to_owned(),
                region: row.text("mdtrtarea_admdvs").to_owned(),
                opposed: row.text("hosp_agre_refl_flag") == "0",
                from,
                to: row.day("enddate"),
                details: details(row, &KNOWN),
                message: message.clone(),
            }))
        }
        "2502" => {
            let row = data()?;
            let filing = FilingId(row.text("trt_dcla_detl_sn").parse().unwrap_or(0));
            Command::CancelReferral { filing, person: person(row) }
        }
        "2503" => declare(data()?, DeclarationKind::Chronic, "opsp_dise_code", "ide_fixmedins_no")?,
        "2504" => withdraw(data()?, DeclarationKind::Chronic),
        "2505" => declare(data()?, DeclarationKind::Place, "biz_appy_type", "fixmedins_code")?,
        "2506" => withdraw(data()?, DeclarationKind::Place),
        "2507" => declare(data()?, DeclarationKind::Accident, "", "fixmedins_code")?,
        _ => return Ok(None),
    }))
}

fn first(row: &Row, node: &str, field: &str) -> Result<Day, Vec<Fault>> {
    row.day(field).ok_or_else(|| wrong(node, 0, field, Rule::Required))
}
