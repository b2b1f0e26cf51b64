//! Bills as one JSON object each, under the field names of the national platform: what `banli adjudicate` reads and
//! writes. Amounts are decimal strings, so that no reader rounds them.

use crate::process::process_info;
use crate::text::{Lang, Text};
use benefit::{
    Amounts, Benefits, Bill, Charge, Class, Code, Filing, Line, LineShare, Outcome, Person, Price, Provider,
    ProviderLevel, Quantity, Share, Visit, Year,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Facts, Fen};

/// A line of input longer than this is no bill.
pub const LINE_BYTES_MAX: usize = 4 << 20;
/// A bill has at most so many fee lines.
const FEE_LINES_MAX: usize = 20_000;

/// A bill as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillIn {
    /// The sender's name for it; comes back with the result.
    pub id: String,
    person: PersonIn,
    provider: ProviderIn,
    visit: VisitIn,
    /// What the year has used up, by the pack's accumulators.
    #[serde(default)]
    year: BTreeMap<String, Fen>,
    lines: Vec<LineIn>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonIn {
    insutype: Code,
    psn_type: Code,
    #[serde(default = "none")]
    category: Code,
    #[serde(default = "none")]
    hardship: Code,
    /// Balances of the personal account, this year's and earlier years'.
    #[serde(default)]
    account: Fen,
    #[serde(default)]
    account_past: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderIn {
    #[serde(default = "hospital")]
    kind: Code,
    #[serde(default = "none")]
    hosp_lv: Code,
    /// 0 or nothing for the pack's own region.
    #[serde(default)]
    admdvs: u32,
    #[serde(default = "yes")]
    designated: bool,
    #[serde(default)]
    contracted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct VisitIn {
    med_type: Code,
    begndate: Day,
    enddate: Day,
    #[serde(default)]
    filing: Filing,
    #[serde(default = "yes")]
    direct: bool,
    /// Which stay of the year this is.
    #[serde(default = "first")]
    ordinal: u8,
    #[serde(default)]
    highest: Option<ProviderLevel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineIn {
    /// The item's national code, to be looked up in the catalogue; or `chrgitm_lv` and what belongs to it.
    #[serde(default)]
    code: Option<String>,
    /// The hospital approved the use of a restricted item.
    #[serde(default)]
    approved: Option<bool>,
    pric: Price,
    cnt: Quantity,
    #[serde(default)]
    chrgitm_lv: Option<Class>,
    /// First-own ratio; nothing for class 01, everything for class 03.
    #[serde(default)]
    selfpay_prop: Option<Share>,
    /// The most that counts of the price; empty or absent where there is no ceiling.
    #[serde(default, deserialize_with = "ceiling")]
    pric_uplmt_amt: Option<Price>,
    /// The last day of the visit where absent.
    #[serde(default)]
    date: Option<Day>,
}

fn none() -> Code {
    Code::NONE
}

fn hospital() -> Code {
    "hospital".parse().unwrap_or(Code::NONE)
}

fn yes() -> bool {
    true
}

fn first() -> u8 {
    1
}

/// An empty text means that there is no ceiling, as in tables.
fn ceiling<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Price>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

impl BillIn {
    /// The bill as the engine takes it; what is wrong with it in a sentence.
    pub fn bill(&self, benefits: &Benefits) -> Result<Bill, String> {
        if self.lines.len() > FEE_LINES_MAX {
            return Err(format!("it has {} fee lines, at most {FEE_LINES_MAX} are taken", self.lines.len()));
        }
        let mut year = Year::default();
        for (id, &amount) in &self.year {
            let Some(place) = benefits.accumulator(id) else {
                let known: Vec<&str> =
                    benefits.accumulators().iter().map(|known| known.id.as_str()).collect();
                return Err(format!("the pack has no accumulator `{id}`; it has {}", known.join(", ")));
            };
            year.set(place, amount);
        }
        Ok(Bill {
            person: Person {
                insutype: self.person.insutype,
                psn_type: self.person.psn_type,
                category: self.person.category,
                hardship: self.person.hardship,
                account: self.person.account,
                account_past: self.person.account_past,
            },
            provider: Provider {
                kind: self.provider.kind,
                hosp_lv: self.provider.hosp_lv,
                admdvs: self.provider.admdvs,
                designated: self.provider.designated,
                contracted: self.provider.contracted,
            },
            visit: Visit {
                med_type: self.visit.med_type,
                begndate: self.visit.begndate,
                enddate: self.visit.enddate,
                filing: self.visit.filing,
                direct: self.visit.direct,
                ordinal: self.visit.ordinal,
                highest: self.visit.highest,
            },
            year,
            lines: self.lines(benefits)?,
        })
    }

    /// Some line is to be looked up in a catalogue.
    pub fn has_codes(&self) -> bool {
        self.lines.iter().any(|line| line.code.is_some())
    }

    /// Its fee lines as the catalogue of this law has them.
    pub fn lines(&self, benefits: &Benefits) -> Result<Vec<Line>, String> {
        (1..).zip(&self.lines).map(|(number, line)| self.line(benefits, number, line)).collect()
    }

    /// A line looked up in the catalogue at its own day and the level of the hospital; as it is where the sender
    /// looked it up.
    fn line(&self, benefits: &Benefits, number: usize, line: &LineIn) -> Result<Line, String> {
        let day = line.date.unwrap_or(self.visit.enddate);
        match (&line.code, line.chrgitm_lv) {
            (Some(code), None) => {
                if line.selfpay_prop.is_some() || line.pric_uplmt_amt.is_some() {
                    let what = "selfpay_prop or pric_uplmt_amt beside a code: the catalogue says them";
                    return Err(format!("fee line {number} has {what}; leave them out, or send chrgitm_lv"));
                }
                let approved = line.approved.unwrap_or(false);
                let charge = Charge { code, price: line.pric, quantity: line.cnt, day, approved };
                Ok(benefits.catalogue().line(&charge, self.provider.hosp_lv))
            }
            (None, Some(class)) if line.approved.is_none() => {
                let default = if class == Class::Own { Share::ONE } else { Share::ZERO };
                Ok(Line {
                    price: line.pric,
                    quantity: line.cnt,
                    ceiling: line.pric_uplmt_amt,
                    first_own: line.selfpay_prop.unwrap_or(default),
                    class,
                    day,
                    entry: None,
                    illustrative: false,
                })
            }
            (None, Some(_)) => Err(format!("fee line {number} has `approved` without a code; leave it out")),
            (Some(_), Some(_)) => {
                Err(format!("fee line {number} has both code and chrgitm_lv: send one of them"))
            }
            (None, None) => {
                Err(format!("fee line {number} has neither code nor chrgitm_lv: send one of them"))
            }
        }
    }
}

impl BillIn {
    /// The lines as they were settled.
    fn told(&self, benefits: &Benefits, bill: &Bill, outcome: &Outcome) -> Vec<LineOut> {
        let lines = self.lines.iter().zip(&bill.lines).zip(&outcome.lines);
        let row = |((sent, line), share): ((&LineIn, &Line), &LineShare)| {
            let item = line.entry.and_then(|entry| benefits.catalogue().item(entry));
            let memo = match item {
                None => sent.code.is_some().then_some("not-in-catalogue"),
                Some(item) => (item.class != line.class).then_some("restricted"),
            };
            LineOut {
                med_list_codg: sent.code.clone(),
                chrgitm_lv: line.class,
                selfpay_prop: line.first_own,
                pric_uplmt_amt: line.ceiling,
                share: *share,
                memo,
            }
        };
        lines.map(row).collect()
    }
}

/// A bill as it is read, on one line; what a reader assumes anyway is left out.
pub fn written(benefits: &Benefits, id: &str, bill: &Bill) -> String {
    let Bill { person, provider, visit, year, lines } = bill;
    let mut sent = json!({
        "id": id,
        "person": { "insutype": person.insutype, "psn_type": person.psn_type },
        "provider": { "hosp_lv": provider.hosp_lv },
        "visit": { "med_type": visit.med_type, "begndate": visit.begndate, "enddate": visit.enddate },
    });
    let mut unless = |group: &str, name: &str, value: Value, assumed: Value| {
        if value != assumed {
            sent[group][name] = value;
        }
    };
    unless("person", "category", json!(person.category), json!("none"));
    unless("person", "hardship", json!(person.hardship), json!("none"));
    unless("person", "account", json!(person.account), json!(Fen::ZERO));
    unless("person", "account_past", json!(person.account_past), json!(Fen::ZERO));
    unless("provider", "kind", json!(provider.kind), json!("hospital"));
    unless("provider", "admdvs", json!(provider.admdvs), json!(0));
    unless("provider", "designated", json!(provider.designated), json!(true));
    unless("provider", "contracted", json!(provider.contracted), json!(false));
    unless("visit", "filing", json!(visit.filing), json!(Filing::None));
    unless("visit", "direct", json!(visit.direct), json!(true));
    unless("visit", "ordinal", json!(visit.ordinal), json!(1));
    unless("visit", "highest", json!(visit.highest), Value::Null);
    for (place, accumulator) in benefits.accumulators().iter().enumerate() {
        unless("year", &accumulator.id, json!(year.get(place)), json!(Fen::ZERO));
    }
    let lines = lines.iter().map(|line| {
        let mut sent = json!({ "pric": line.price, "cnt": line.quantity });
        if let Some(item) = line.entry.and_then(|entry| benefits.catalogue().item(entry)) {
            // Looked up: the code says the rest.
            sent["code"] = json!(item.code);
            if item.restricted && line.class != Class::Own {
                sent["approved"] = json!(true);
            }
        } else {
            sent["chrgitm_lv"] = json!(line.class);
            if line.class == Class::B {
                sent["selfpay_prop"] = json!(line.first_own);
            }
            if let Some(ceiling) = line.ceiling {
                sent["pric_uplmt_amt"] = json!(ceiling);
            }
        }
        if line.day != visit.enddate {
            sent["date"] = json!(line.day);
        }
        sent
    });
    sent["lines"] = lines.collect();
    sent.to_string()
}

/// What comes back for a bill.
#[derive(Debug, Serialize)]
pub struct ResultOut<'a> {
    /// The bill's own.
    pub id: &'a str,
    /// The settlement; none where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setlinfo: Option<SetlInfo>,
    /// What each fund and account paid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub setldetail: Vec<FundOut>,
    /// The shares of each fee line, in the bill's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detlcutinfo: Vec<LineOut>,
    /// The day whose law was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub law_day: Option<Day>,
    /// A figure was used that is not law but an illustration.
    pub illustrative: bool,
    /// Every reason why it was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusalOut>,
}

/// The head of a settlement: what was settled, and every amount.
#[derive(Debug, Serialize)]
pub struct SetlInfo {
    insutype: Code,
    psn_type: Code,
    med_type: Code,
    hosp_lv: Code,
    begndate: Day,
    enddate: Day,
    /// The settlement year it counts for.
    year: String,
    #[serde(flatten)]
    amounts: Amounts,
}

/// A fund's payment.
#[derive(Debug, Serialize)]
pub struct FundOut {
    fund_pay_type: String,
    fund_pay_type_name: String,
    inscp_scp_amt: Fen,
    /// What its limits left for this bill; nothing where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    crt_payb_lmt_amt: Option<Fen>,
    fund_payamt: Fen,
    setl_proc_info: String,
}

/// A fee line as it was settled.
#[derive(Debug, Serialize)]
pub struct LineOut {
    /// The code it was looked up by.
    #[serde(skip_serializing_if = "Option::is_none")]
    med_list_codg: Option<String>,
    chrgitm_lv: Class,
    selfpay_prop: Share,
    #[serde(skip_serializing_if = "Option::is_none")]
    pric_uplmt_amt: Option<Price>,
    #[serde(flatten)]
    share: LineShare,
    /// `not-in-catalogue` or `restricted`: why it is the person's own though nobody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    memo: Option<&'static str>,
}

/// A reason of a refusal.
#[derive(Debug, Serialize)]
pub struct RefusalOut {
    code: String,
    article: ArticleId,
    facts: Facts,
}

fn head(bill: &Bill, outcome: &Outcome) -> SetlInfo {
    let visit = &bill.visit;
    SetlInfo {
        insutype: bill.person.insutype,
        psn_type: bill.person.psn_type,
        med_type: visit.med_type,
        hosp_lv: bill.provider.hosp_lv,
        begndate: visit.begndate,
        enddate: visit.enddate,
        year: outcome.law_day.year().to_string(),
        amounts: outcome.amounts,
    }
}

fn funds(benefits: &Benefits, bill: &Bill, outcome: &Outcome) -> Vec<FundOut> {
    let (text, day) = (Text::of(Lang::Zh), benefits.explain_day(bill));
    let shares = benefits.fund_shares(bill, outcome).into_iter();
    let row = |share: benefit::FundShare| FundOut {
        setl_proc_info: process_info(text, &day, &share),
        fund_pay_type: share.fund,
        fund_pay_type_name: share.name.zh,
        inscp_scp_amt: outcome.amounts.inscp_scp_amt,
        crt_payb_lmt_amt: share.limit,
        fund_payamt: share.paid,
    };
    shares.map(row).collect()
}

/// Adjudicates one line of input into one line of output; what is wrong with the line in a sentence.
pub fn adjudicate(benefits: &Benefits, text: &str, outcome: &mut Outcome) -> Result<String, String> {
    if text.len() > LINE_BYTES_MAX {
        return Err(format!("it has {} bytes, at most {LINE_BYTES_MAX} are read", text.len()));
    }
    let sent: BillIn = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let bill = sent.bill(benefits)?;
    let result = match benefits.adjudicate(&bill, outcome) {
        Ok(()) => ResultOut {
            id: &sent.id,
            setlinfo: Some(head(&bill, outcome)),
            setldetail: funds(benefits, &bill, outcome),
            detlcutinfo: sent.told(benefits, &bill, outcome),
            law_day: Some(outcome.law_day),
            illustrative: outcome.illustrative,
            refused: Vec::new(),
        },
        Err(refusals) => ResultOut {
            id: &sent.id,
            setlinfo: None,
            setldetail: Vec::new(),
            detlcutinfo: Vec::new(),
            law_day: None,
            illustrative: false,
            refused: refusals
                .into_iter()
                .map(|refusal| RefusalOut {
                    code: refusal.code,
                    article: refusal.article,
                    facts: refusal.facts,
                })
                .collect(),
        },
    };
    serde_json::to_string(&result).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
