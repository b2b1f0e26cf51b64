//! A request: its head and its nodes.

use crate::json::Json;
use crate::record::{self, Reading, Row};
use crate::{Fault, Nodes, Remark, Rule, Specification, Transaction};
use terms::{Day, Moment};

/// Bytes of a request at most.
pub const BODY_MAX: usize = 8 << 20;

/// A request that can be served: every rule of the tables holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `infno`
    pub infno: String,
    /// `msgid`: provider code, time, sequence.
    pub msgid: String,
    /// `mdtrtarea_admvs`: region of treatment.
    pub mdtrtarea_admvs: String,
    /// `insuplc_admdvs`: region of insurance; may be empty for local work.
    pub insuplc_admdvs: String,
    /// `opter`: who works at the provider.
    pub opter: String,
    /// `opter_name`
    pub opter_name: String,
    /// `inf_time`: when it was sent, by the provider's clock.
    pub inf_time: Moment,
    /// `fixmedins_code`: the provider.
    pub fixmedins_code: String,
    /// `sign_no`, from signing in; may be empty.
    pub sign_no: String,
    /// The nodes of `input`.
    pub input: Nodes,
    /// What was read though it is specified otherwise.
    pub remarks: Vec<Remark>,
}

/// A request that cannot, and as much of its head as could be read, to answer with and to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// `infno`, where it could be read.
    pub infno: String,
    /// `msgid`, where it could be read.
    pub msgid: String,
    /// Every rule broken, in the order of the tables; never empty.
    pub faults: Vec<Fault>,
    /// What was read though it is specified otherwise.
    pub remarks: Vec<Remark>,
}

impl Request {
    /// Reads a request. `named` is the transaction in the address, where the address has one.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn read(specification: &Specification, body: &[u8], named: Option<&str>) -> Result<Request, Refused> {
        let refused = |rule: Rule| Refused {
            infno: String::new(),
            msgid: String::new(),
            faults: vec![Fault::whole(rule)],
            remarks: Vec::new(),
        };
        if body.len() > BODY_MAX {
            return Err(refused(Rule::TooBig(BODY_MAX)));
        }
        let text = std::str::from_utf8(body)
            .map_err(|error| refused(Rule::NotJson(format!("UTF-8 ({})", error.valid_up_to()))))?;
        let json = Json::read(text).map_err(|error| refused(Rule::NotJson(error.to_string())))?;
        let Reading { nodes, mut faults, mut remarks } =
            record::read(specification, specification.head(), &json);
        let empty = Row::of(&specification.head().input[0]);
        let head = nodes.row(crate::Node::BARE).unwrap_or(&empty);
        let (infno, msgid) = (head.text("infno").to_owned(), head.text("msgid").to_owned());
        if !msgid.is_empty() && !is_message_id(&msgid, head.text("fixmedins_code")) {
            faults.push(head_fault("msgid", Rule::MessageId));
        }
        if let Some(named) = named
            && !infno.is_empty()
            && named != infno
        {
            faults.push(head_fault("infno", Rule::NumberDiffers(infno.clone())));
        }
        let transaction = specification.transaction(&infno).filter(|_| specification.is_served(&infno));
        let mut input = Nodes::default();
        match transaction {
            Some(transaction) => {
                let reading = read_input(specification, transaction, json.get("input"));
                input = reading.nodes;
                faults.extend(reading.faults);
                remarks.extend(reading.remarks);
            }
            None if !infno.is_empty() => faults.push(head_fault("infno", Rule::NotOffered(infno.clone()))),
            None => {}
        }
        if !faults.is_empty() {
            return Err(Refused { infno, msgid, faults, remarks });
        }
        let text = |name: &str| head.text(name).to_owned();
        Ok(Request {
            mdtrtarea_admvs: text("mdtrtarea_admvs"),
            insuplc_admdvs: text("insuplc_admdvs"),
            opter: text("opter"),
            opter_name: text("opter_name"),
            inf_time: head.moment("inf_time").unwrap_or(Moment(0)),
            fixmedins_code: text("fixmedins_code"),
            sign_no: text("sign_no"),
            infno,
            msgid,
            input,
            remarks,
        })
    }
}

fn head_fault(field: &str, rule: Rule) -> Fault {
    Fault { node: String::new(), row: 0, field: field.to_owned(), rule }
}

fn read_input(specification: &Specification, transaction: &Transaction, input: Option<&Json<'_>>) -> Reading {
    match input {
        Some(input @ Json::Object(_)) => record::read(specification, transaction, input),
        // A transaction without input may leave it out.
        None | Some(Json::Null) => record::read(specification, transaction, &Json::Object(Vec::new())),
        Some(Json::Text(text)) if text.trim().is_empty() => {
            record::read(specification, transaction, &Json::Object(Vec::new()))
        }
        Some(_) => {
            let fault =
                Fault { node: "input".to_owned(), row: 0, field: String::new(), rule: Rule::WrongShape };
            Reading { faults: vec![fault], ..Reading::default() }
        }
    }
}

/// Provider code (12), time (14 digits), sequence (4). Codes shorter than twelve are not padded by every client, so
/// the time is looked for behind the code that the head names.
fn is_message_id(msgid: &str, provider: &str) -> bool {
    let Some(rest) = msgid.strip_prefix(provider) else { return false };
    if provider.is_empty() || !rest.is_ascii() || rest.len() < 18 {
        return false;
    }
    let padding = rest.len() - 18;
    let (time, sequence) = (&rest[padding..padding + 14], &rest[padding + 14..]);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| text.parse::<u8>().unwrap_or(u8::MAX);
    digits(time)
        && sequence.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && time[..4]
            .parse()
            .is_ok_and(|year| Day::from_ymd(year, number(&time[4..6]), number(&time[6..8])).is_ok())
        && number(&time[8..10]) < 24
        && number(&time[10..12]) < 60
        && number(&time[12..14]) < 60
}

#[cfg(test)]
mod tests;
