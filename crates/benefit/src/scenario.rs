//! `kind benefit` of scenario files: what a bill comes to, one row a bill.
//!
//! Columns and facts that describe the bill: `on` (first and last day), the fields of a bill under their national
//! names (`psn_type`, `hosp_lv`, `filing` …), `begndate`, `enddate`, `admdvs`, `account`, `account_past`, `highest`
//! (kind and level of the year's highest earlier stay), `year.` and an accumulator, and the lines as amounts in yuan:
//! `scope` (class A), `own` (outside the catalogue), `class-b` (amount@ratio), or looked up in the catalogue: `items`
//! (`CODE PRICE DAY`, more of them after `;`; without a day the last one of the visit).
//!
//! Columns that say what is expected: `answer` (paid, refused), `because` (the refusal's code, or an article that
//! some step rests on), `law-day` (whose law was applied), `illustrative` (yes, no), and every amount of the settlement
//! by its national name.
//!
//! `kind year`: the rows are the bills of one person and one year in the order they were settled, `voided` those that
//! were taken back at the end; what is expected is what each comes to when the year is worked out anew in the order
//! that the setting `year-order` chooses.

use crate::bill::{Bill, Class, Filing, Line, Person, Provider, ProviderLevel, Visit, Year};
use crate::catalogue::Charge;
use crate::code::Code;
use crate::explain::{Explained, Explanation};
use crate::model::{Benefits, Field};
use crate::outcome::{Amounts, Outcome};
use crate::quantity::{Price, Quantity, Share};
use crate::year::Claim;
use policy::scenario::Scenario;
use policy::{Cell, Diagnostic, Diagnostics, Law, say};
use std::borrow::Cow;
use terms::{Day, Fen, Refusals};

/// What a row of a scenario came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// Line of the row in its file, from 1.
    pub line: usize,
    /// Expected and got, by column, where they differ.
    pub differences: Vec<Difference>,
    /// How it came about; empty for a refusal.
    pub trace: Vec<Explained>,
    /// Why it was refused; empty where it was paid.
    pub refusals: Refusals,
}

/// A column whose expectation was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The head.
    pub column: String,
    /// What the row says.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// The scenarios of benefits that a pack keeps, each read or with what is wrong in it.
pub(crate) fn of_pack(law: &Law) -> Vec<Result<Scenario, Diagnostics>> {
    of_kinds(law, &["benefit"])
}

fn of_kinds(law: &Law, kinds: &[&str]) -> Vec<Result<Scenario, Diagnostics>> {
    let own = |scenario: &Scenario| {
        kinds.contains(&scenario.kind.text.as_str()) && scenario.pack.text == law.pack().id
    };
    let read = law.documents("scenarios").map(Scenario::read);
    read.filter(|read| read.as_ref().map_or(true, own)).collect()
}

/// The benefits under the readings a scenario chooses: another compilation where it chooses any.
pub(crate) fn under_its_readings<'b>(
    law: &Law,
    benefits: &'b Benefits,
    scenario: &Scenario,
) -> Result<Cow<'b, Benefits>, Diagnostics> {
    let mut chosen: Option<Law> = None;
    for pair in &scenario.settings {
        let other = chosen.as_ref().unwrap_or(law).choosing(&pair.key.text, &pair.value.text);
        let (what, cure) = (say("no-reading"), say("scenario-reading-cure"));
        chosen = Some(other.ok_or_else(|| vec![scenario.at(&pair.value, what, cure)])?);
    }
    match chosen {
        None => Ok(Cow::Borrowed(benefits)),
        Some(law) => Benefits::compile(&law).map(Cow::Owned),
    }
}

/// Runs every scenario of a pack's benefits: each row that comes to something else than it says, and each file that
/// cannot be read, at its place.
pub fn failures(law: &Law, benefits: &Benefits) -> Diagnostics {
    let mut faults = Diagnostics::new();
    for scenario in of_kinds(law, &["benefit", "year"]) {
        let failed = scenario.and_then(|scenario| {
            let benefits = under_its_readings(law, benefits, &scenario)?;
            let reports = run(&benefits, &scenario)?;
            Ok(scenario
                .table
                .rows
                .iter()
                .zip(reports)
                .flat_map(|(row, report)| told(&scenario, row, &report))
                .collect())
        });
        faults.extend(failed.unwrap_or_else(|faults: Diagnostics| faults));
    }
    faults
}

/// What is said against a row: one fault for each column that came to something else.
fn told(scenario: &Scenario, row: &policy::Row, report: &RowReport) -> Diagnostics {
    let at = |difference: &Difference| {
        let Difference { column, expected, got } = difference;
        let what = say("row-says").with("column", column).with("expected", expected).with("got", got);
        let cure = say("row-says-cure");
        let place = scenario.table.column(column).and_then(|place| row.cells.get(place));
        Some(scenario.at(place?, what, cure))
    };
    report.differences.iter().filter_map(at).collect()
}

const INPUTS: [&str; 10] =
    ["who", "on", "begndate", "enddate", "admdvs", "account", "account_past", "highest", "scope", "own"];

/// Runs every row of a scenario. Faults of the file itself come at once, with their places.
pub fn run(benefits: &Benefits, scenario: &Scenario) -> Result<Vec<RowReport>, Diagnostics> {
    let mut known: Vec<&str> = INPUTS.to_vec();
    known.extend(["class-b", "items", "answer", "because", "illustrative", "law-day"]);
    known.extend(Field::ALL.iter().map(|(_, name)| *name));
    known.extend(Amounts::default().named().iter().map(|(name, _)| *name));
    let years: Vec<String> = benefits.accumulators().iter().map(|one| format!("year.{}", one.id)).collect();
    known.extend(years.iter().map(String::as_str));
    let is_year = scenario.kind.text == "year";
    if is_year {
        known.push("voided");
    }
    let mut faults = scenario.only_columns(&known);
    let mut bills = Vec::new();
    for row in &scenario.table.rows {
        match bill(benefits, scenario, row) {
            Ok(bill) => bills.push(bill),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if is_year {
        in_the_year(benefits, scenario, &mut bills);
    }
    let rows = scenario.table.rows.iter().zip(&bills);
    Ok(rows.map(|(row, bill)| report(benefits, scenario, row, bill)).collect())
}

/// Puts each bill after those that come before it in the year worked out anew; what was voided stays alone.
fn in_the_year(benefits: &Benefits, scenario: &Scenario, bills: &mut [Bill]) {
    let stands = |row: &policy::Row| scenario.cell(row, "voided").is_none_or(|cell| cell.text != "yes");
    let rows = scenario.table.rows.iter().zip(bills.iter()).enumerate();
    let claim = |(place, bill): (usize, &Bill)| Claim {
        // Ids are the places of the rows, as wide as the longest, so that they sort alike.
        id: format!("{place:06}"),
        bill: bill.clone(),
        settled: place as u64,
    };
    let claims: Vec<Claim> =
        rows.filter(|(_, (row, _))| stands(row)).map(|(place, (_, bill))| claim((place, bill))).collect();
    for replayed in benefits.replay(&claims, benefits.order()) {
        if let Some(bill) = replayed.id.parse::<usize>().ok().and_then(|place| bills.get_mut(place)) {
            *bill = replayed.bill;
        }
    }
}

/// The bill of a row: what holds for every row, then the person's facts, then the row's own cells.
pub(crate) fn bill(benefits: &Benefits, scenario: &Scenario, row: &policy::Row) -> Result<Bill, Diagnostic> {
    let known = Code::known;
    let mut bill = Bill {
        person: Person {
            insutype: known("310"),
            psn_type: known("11"),
            category: Code::NONE,
            hardship: Code::NONE,
            account: Fen::ZERO,
            account_past: Fen::ZERO,
        },
        provider: Provider {
            kind: known("hospital"),
            hosp_lv: Code::NONE,
            admdvs: 0,
            designated: true,
            contracted: false,
        },
        visit: Visit {
            med_type: known("21"),
            begndate: Day::MIN,
            enddate: Day::MIN,
            filing: Filing::None,
            direct: true,
            ordinal: 1,
            highest: None,
        },
        year: Year::default(),
        lines: Vec::new(),
    };
    for pair in &scenario.given {
        set(benefits, scenario, &mut bill, &pair.key, &pair.value)?;
    }
    if let Some(who) = scenario.cell(row, "who") {
        for pair in &scenario.person(who)?.facts {
            set(benefits, scenario, &mut bill, &pair.key, &pair.value)?;
        }
    }
    for (head, cell) in scenario.table.columns.iter().zip(&row.cells) {
        let says_nothing = cell.text.is_empty() || ["who", "items", "voided"].contains(&head.text.as_str());
        if !says_nothing && !is_expectation(&head.text) {
            set(benefits, scenario, &mut bill, head, cell)?;
        }
    }
    for line in &mut bill.lines {
        line.day = bill.visit.enddate;
    }
    if let Some(place) = scenario.table.column("items") {
        items(benefits, scenario, &mut bill, &row.cells[place])?;
    }
    Ok(bill)
}

/// Adds lines that are looked up in the catalogue, one unit each, at their day and the hospital's level.
fn items(benefits: &Benefits, scenario: &Scenario, bill: &mut Bill, cell: &Cell) -> Result<(), Diagnostic> {
    for item in cell.text.split(';').map(str::trim).filter(|item| !item.is_empty()) {
        let mut words = item.split_whitespace();
        let code = words.next().unwrap_or_default();
        let price = words.next().and_then(|price| price.replace(',', "").parse().ok());
        let day = words.next().map_or(Ok(bill.visit.enddate), str::parse);
        let (Some(price), Ok(day), None) = (price, day, words.next()) else {
            let what = say("scenario-item").with("item", item);
            return Err(scenario.at(cell, what, say("scenario-item-cure")));
        };
        let charge = Charge { code, price, quantity: Quantity::ONE, day, approved: false };
        bill.lines.push(benefits.catalogue().line(&charge, bill.provider.hosp_lv));
    }
    Ok(())
}

fn is_expectation(head: &str) -> bool {
    ["answer", "because", "illustrative", "law-day"].contains(&head)
        || Amounts::default().named().iter().any(|(name, _)| *name == head)
}

/// Writes one named value into the bill.
fn set(
    benefits: &Benefits,
    scenario: &Scenario,
    bill: &mut Bill,
    key: &Cell,
    value: &Cell,
) -> Result<(), Diagnostic> {
    let wrong = |error: &dyn std::fmt::Display| {
        let what = say("cannot-read").with("written", &value.text).with("why", error);
        scenario.at(value, what, say("scenario-value-cure"))
    };
    let text = value.text.as_str();
    let plain = text.replace(',', "");
    let day = || text.parse::<Day>().map_err(|error| wrong(&error));
    let money = || plain.parse::<Fen>().map_err(|error| wrong(&error));
    let code = || text.parse::<Code>().map_err(|error| wrong(&error));
    let price = |text: &str| text.parse::<Price>().map_err(|error| wrong(&error));
    if let Some(field) = Field::named(&key.text) {
        if field == Field::Region {
            return Err(scenario.at(key, say("scenario-region"), say("scenario-region-cure")));
        }
        field.set(bill, code()?);
        return Ok(());
    }
    match key.text.as_str() {
        "on" => {
            bill.visit.begndate = day()?;
            bill.visit.enddate = bill.visit.begndate;
        }
        "begndate" => bill.visit.begndate = day()?,
        "enddate" => bill.visit.enddate = day()?,
        "admdvs" => bill.provider.admdvs = text.parse().map_err(|error| wrong(&error))?,
        "account" => bill.person.account = money()?,
        "account_past" => bill.person.account_past = money()?,
        "highest" => {
            let (kind, hosp_lv) = text.split_once(' ').unwrap_or((text, "none"));
            let part = |text: &str| text.parse::<Code>().map_err(|error| wrong(&error));
            bill.visit.highest = Some(ProviderLevel { kind: part(kind)?, hosp_lv: part(hosp_lv)? });
        }
        "scope" => bill.lines.push(line(price(&plain)?, Class::A, Share::ZERO)),
        "own" => bill.lines.push(line(price(&plain)?, Class::Own, Share::ONE)),
        "class-b" => {
            let (amount, ratio) = plain.split_once('@').unwrap_or((&plain, "0"));
            let ratio = ratio.parse().map_err(|error: crate::QuantityError| wrong(&error))?;
            bill.lines.push(line(price(amount)?, Class::B, ratio));
        }
        other => {
            let place = other.strip_prefix("year.").and_then(|id| benefits.accumulator(id));
            let Some(place) = place else {
                let years: Vec<String> =
                    benefits.accumulators().iter().map(|one| format!("year.{}", one.id)).collect();
                let mut known: Vec<&str> = years.iter().map(String::as_str).collect();
                known.extend(Field::ALL.iter().map(|(_, name)| *name));
                known.extend(INPUTS);
                return Err(scenario.unknown(key, say("no-bill-part"), &known));
            };
            bill.year.set(place, money()?);
        }
    }
    Ok(())
}

fn line(price: Price, class: Class, first_own: Share) -> Line {
    Line {
        price,
        quantity: Quantity::ONE,
        ceiling: None,
        first_own,
        class,
        day: Day::MIN,
        entry: None,
        illustrative: false,
    }
}

fn report(benefits: &Benefits, scenario: &Scenario, row: &policy::Row, bill: &Bill) -> RowReport {
    let mut outcome = Outcome::default();
    // Unasserted: the pack may be the one whose faults are being told.
    let answered = benefits.trace(bill, &mut outcome);
    let (trace, refusals) = match answered {
        Ok(()) => {
            let Explanation { mut steps, day, .. } = benefits.explain(bill, &outcome);
            steps.insert(0, day);
            (steps, Refusals::new())
        }
        Err(refusals) => {
            outcome = Outcome::default();
            (Vec::new(), refusals)
        }
    };
    let mut differences = Vec::new();
    for (head, cell) in scenario.table.columns.iter().zip(&row.cells) {
        if cell.text.is_empty() || !is_expectation(&head.text) {
            continue;
        }
        let expected = cell.text.clone();
        let (expected, got) = match head.text.as_str() {
            "answer" => (expected, if refusals.is_empty() { "paid" } else { "refused" }.to_owned()),
            "law-day" => (expected, outcome.law_day.to_string()),
            "illustrative" => (expected, if outcome.illustrative { "yes" } else { "no" }.to_owned()),
            "because" => {
                let codes: Vec<&str> = if refusals.is_empty() {
                    trace.iter().map(|step| step.article.0.as_str()).collect()
                } else {
                    refusals.iter().map(|refusal| refusal.code.as_str()).collect()
                };
                let met = codes.contains(&expected.as_str());
                let got = if met { expected.clone() } else { codes.join(", ") };
                (expected, got)
            }
            field => {
                let amounts = outcome.amounts.named();
                let found = amounts.iter().find(|(name, _)| *name == field);
                let got = found.map_or(Fen::ZERO, |(_, amount)| *amount);
                // `32,144` and `32144.00` say the same.
                let expected =
                    expected.replace(',', "").parse::<Fen>().map_or(expected, |fen| fen.to_string());
                (expected, got.to_string())
            }
        };
        if expected != got {
            differences.push(Difference { column: head.text.clone(), expected, got });
        }
    }
    let place = row.cells.first().map_or(0, |cell| cell.span.start);
    RowReport { line: scenario.source.place(place).0, differences, trace, refusals }
}

#[cfg(test)]
mod tests;
