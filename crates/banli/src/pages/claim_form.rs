//! The claim of a reimbursement on a page: where and when, the original receipts, the expense list.

use super::access::provider_by_code;
use super::facts::fen;
use super::parts::{Choice, Faults, Field, FieldKind, Page, field};
use crate::ask::{Ask, Fields};
use crate::errors::Problem;
use agency::claim::{Claim, Receipt, list};
use agency::settlement::BillLine;
use benefit::Class;
use maud::{Markup, html};
use terms::Day;

/// Empty rows offered beyond what is there.
const SPARE: usize = 1;
/// Rows of one form; a longer list is pasted as text.
const ROWS_MAX: usize = 60;
/// The field for an expense list as text.
const LIST: &str = "lines.list";
/// So many lines of a list are told to be wrong at once.
const WRONG_MAX: usize = 20;

fn class_code(line: &BillLine) -> &'static str {
    match line.class {
        Class::A => "01",
        Class::B => "02",
        Class::Own => "03",
    }
}

/// A line as a list has it, in the order of the form's columns.
fn as_text(line: &BillLine) -> String {
    let BillLine { name, price, quantity, first_own, day, .. } = line;
    format!(
        "{}\t{price}\t{quantity}\t{}\t{first_own}\t{day}\n",
        name.replace(['\t', '\n'], " "),
        class_code(line)
    )
}

/// The claim as fields, for typing in and for showing again.
fn typed_of(ask: &Ask<'_>, claim: &Claim) -> Fields {
    let provider =
        ask.app.office.store.with_records(|records| records.provider(claim.provider)).ok().flatten();
    let mut pairs = vec![
        ("claim.provider".to_owned(), provider.map(|provider| provider.registered.code).unwrap_or_default()),
        ("claim.med_type".to_owned(), claim.med_type.to_string()),
        ("claim.begndate".to_owned(), claim.begndate.to_string()),
        ("claim.enddate".to_owned(), claim.enddate.to_string()),
    ];
    for (row, receipt) in claim.receipts.iter().enumerate() {
        pairs.push((format!("receipt.{row}.number"), receipt.number.clone()));
        pairs.push((format!("receipt.{row}.amount"), receipt.amount.to_string()));
        pairs.push((format!("receipt.{row}.issued"), receipt.issued.to_string()));
    }
    // What does not fit into rows is a list again.
    if claim.lines.len() >= ROWS_MAX {
        pairs.push((LIST.to_owned(), claim.lines.iter().map(as_text).collect()));
    }
    for (row, line) in claim.lines.iter().enumerate().filter(|_| claim.lines.len() < ROWS_MAX) {
        let class = class_code(line);
        pairs.push((format!("line.{row}.name"), line.name.clone()));
        pairs.push((format!("line.{row}.class"), class.to_owned()));
        pairs.push((format!("line.{row}.day"), line.day.to_string()));
        pairs.push((format!("line.{row}.price"), line.price.to_string()));
        pairs.push((format!("line.{row}.quantity"), line.quantity.to_string()));
        pairs.push((format!("line.{row}.first_own"), line.first_own.to_string()));
    }
    Fields::of(pairs)
}

/// The form, filled with what was typed or else with the claim that is there.
pub fn show(ask: &Ask<'_>, claim: Option<&Claim>, typed: Option<&Fields>, faults: &Faults) -> Markup {
    let page = ask.page();
    let text = page.text;
    let from_claim = claim.map(|claim| typed_of(ask, claim)).unwrap_or_default();
    let values = typed.unwrap_or(&from_claim);
    let rows = |kind: &str, cell: &str| {
        let used = (0..ROWS_MAX)
            .rfind(|row| !values.get(&format!("{kind}.{row}.{cell}")).is_empty())
            .map_or(0, |row| row + 1);
        (used + SPARE).min(ROWS_MAX)
    };
    let line = |name: &str, key: &str, kind: FieldKind| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: (name == "claim.enddate").then(|| text.say("claim-same-day")),
        kind,
        required: name != "claim.enddate",
    };
    let kinds = ask.app.office.rules.visits.at_counter().iter();
    let med_types = kinds
        .map(|code| Choice {
            value: code.to_string(),
            label: text.code(&format!("med-type-{code}")),
            hint: None,
        })
        .collect();
    let cell = |name: String, label: &str, kind: &str, class: &str| {
        let day = kind == "date";
        // The bounds give a year four digits, so that a day is typed through.
        html! { td data-head=(label) class=(class) { input class=(class) type=(kind) name=(name) value=(values.get(&name)) aria-label=(label) maxlength=[(!day).then_some("100")] min=[day.then_some("1900-01-01")] max=[day.then_some("2399-12-31")]; } }
    };
    let list = Field {
        name: LIST.to_owned(),
        label: text.say("claim-list-label"),
        hint: Some(text.say("claim-list-hint")),
        // Longer than one is read, so that the office says so and no browser cuts it off.
        kind: FieldKind::Lines(u16::MAX),
        required: false,
    };
    let classes = [("01", "class-a"), ("02", "class-b"), ("03", "class-own")];
    html! {
        fieldset {
            legend { (text.say("claim")) }
            (field(&page, &line("claim.provider", "claim-provider", FieldKind::Provider), &[values.get("claim.provider")], faults))
            (field(&page, &line("claim.med_type", "column-visit", FieldKind::Select(med_types)), &[values.get("claim.med_type")], faults))
            div.filters {
                (field(&page, &line("claim.begndate", "claim-from", FieldKind::Day), &[values.get("claim.begndate")], faults))
                (field(&page, &line("claim.enddate", "claim-to", FieldKind::Day), &[values.get("claim.enddate")], faults))
            }
            div.scroll tabindex="0" role="region" aria-label=(text.say("claim-receipts")) { table.entry data-most=(ROWS_MAX) {
                caption { (text.say("claim-receipts")) }
                thead { tr { th { (text.say("claim-receipt-number")) } th { (text.say("line-amount")) } th { (text.say("line-day")) } } }
                tbody { @for row in 0..rows("receipt", "number") { tr {
                    (cell(format!("receipt.{row}.number"), &text.say("claim-receipt-number"), "text", "wide"))
                    (cell(format!("receipt.{row}.amount"), &text.say("line-amount"), "text", "money"))
                    (cell(format!("receipt.{row}.issued"), &text.say("line-day"), "date", "day"))
                } } }
            } }
            div.scroll tabindex="0" role="region" aria-label=(text.say("claim-lines")) { table.entry data-most=(ROWS_MAX) data-list {
                caption { (text.say("claim-lines")) }
                thead { tr { th { (text.say("line-item")) } th { (text.say("line-price")) } th { (text.say("line-count")) } th { (text.say("line-class")) } th { (text.say("part-first-own")) } th { (text.say("line-day")) } } }
                tbody { @for row in 0..rows("line", "name") { tr {
                    (cell(format!("line.{row}.name"), &text.say("line-item"), "text", "wide"))
                    (cell(format!("line.{row}.price"), &text.say("line-price"), "text", "money"))
                    (cell(format!("line.{row}.quantity"), &text.say("line-count"), "text", "count"))
                    td data-head=(text.say("line-class")) { select name=(format!("line.{row}.class")) aria-label=(text.say("line-class")) { @for (value, key) in classes { option value=(value) selected[values.get(&format!("line.{row}.class")) == value] { (text.say(key)) } } } }
                    (cell(format!("line.{row}.first_own"), &text.say("part-first-own"), "text", "count"))
                    (cell(format!("line.{row}.day"), &text.say("line-day"), "date", "day"))
                } } }
            } }
            noscript { p.soft.small { (text.say("claim-more")) } }
            details.fold open[!values.get(LIST).is_empty()] {
                summary { (text.say("claim-list")) }
                (field(&page, &list, &[values.get(LIST)], faults))
            }
        }
    }
}

/// The claim that was typed; nothing where the form had none or nothing was typed, every fault where it is wrong.
pub fn read(ask: &Ask<'_>, typed: &Fields) -> Result<Result<Option<Claim>, Faults>, Problem> {
    let page = ask.page();
    let text = page.text;
    let touched = typed.iter().any(|(name, value)| {
        !value.is_empty()
            && !name.ends_with(".class")
            && ["claim.", "receipt.", "line.", "lines."].iter().any(|start| name.starts_with(start))
    });
    if !touched {
        return Ok(Ok(None));
    }
    let mut faults = Faults::new();
    let day = |name: &str, key: &str, faults: &mut Faults| -> Day {
        typed.get(name).parse().unwrap_or_else(|_| {
            faults.insert(
                name.to_owned(),
                format!("{}{}{}", text.say(key), text.colon(), text.say("fault-day")),
            );
            Day::MIN
        })
    };
    let begndate = day("claim.begndate", "claim-from", &mut faults);
    // A day that is left open is the one before it: most visits begin, end and are paid on one day.
    let open = |name: &str| typed.get(name).is_empty();
    let enddate =
        if open("claim.enddate") { begndate } else { day("claim.enddate", "claim-to", &mut faults) };
    let kinds = ask.app.office.rules.visits.at_counter();
    let med_type = kinds.iter().find(|code| code.to_string() == typed.get("claim.med_type"));
    if med_type.is_none() {
        faults.insert(
            "claim.med_type".into(),
            format!("{}{}{}", text.say("column-visit"), text.colon(), text.say("fault-choice")),
        );
    }
    let provider = provider_by_code(ask, typed.get("claim.provider"))?;
    if provider.is_none() {
        faults.insert("claim.provider".into(), text.say("claim-no-provider"));
    }
    let (mut receipts, mut lines) = (vec![], vec![]);
    for row in 0..ROWS_MAX {
        let get = |cell: &str| typed.get(&format!("receipt.{row}.{cell}"));
        if get("number").is_empty() && get("amount").is_empty() {
            continue;
        }
        let issued = if get("issued").is_empty() { Ok(enddate) } else { get("issued").parse() };
        match (fen(&page, get("amount")), issued) {
            (Ok(amount), Ok(issued)) => {
                receipts.push(Receipt { number: get("number").to_owned(), amount, issued })
            }
            _ => drop(faults.insert(
                "claim.provider".into(),
                text.with("claim-receipt-wrong", &[("row", (row + 1).into())]),
            )),
        }
    }
    for row in 0..ROWS_MAX {
        let get = |cell: &str| typed.get(&format!("line.{row}.{cell}"));
        if get("name").is_empty() && get("price").is_empty() {
            continue;
        }
        match bill_line(get, begndate) {
            Some(line) => lines.push(line),
            None => drop(faults.insert(
                "claim.provider".into(),
                text.with("claim-line-wrong", &[("row", (row + 1).into())]),
            )),
        }
    }
    match list::read(typed.get(LIST), begndate) {
        Ok(pasted) => lines.extend(pasted),
        Err(fault) => faults.extend(list_faults(&page, &fault)),
    }
    Ok(match (provider, med_type) {
        (Some(provider), Some(&med_type)) if faults.is_empty() => {
            Ok(Some(Claim { provider, med_type, begndate, enddate, receipts, lines }))
        }
        _ => Err(faults),
    })
}

/// What is wrong with a list, one fault for each of its lines; the first of them leads to the field.
fn list_faults(page: &Page<'_>, fault: &list::Fault) -> Faults {
    let text = page.text;
    let bad = match fault {
        list::Fault::TooLong => {
            let most = [("lines", list::LINES_MAX.into()), ("chars", list::CHARS_MAX.into())];
            return Faults::from([(LIST.to_owned(), text.with("claim-list-too-long", &most))]);
        }
        list::Fault::Lines(bad) => bad,
    };
    let said = |bad: &list::Bad| {
        let wrong = bad.wrong.iter().map(|(column, wrong)| {
            format!("{}{}{}", text.say(column.key()), text.colon(), text.say(wrong.key()))
        });
        let (line, says) = (bad.line.into(), bad.says.clone().into());
        text.with("claim-list-line", &[("line", line), ("says", says), ("wrong", text.list(wrong).into())])
    };
    let mut faults = Faults::new();
    for (place, bad) in bad.iter().take(WRONG_MAX).enumerate() {
        let name = if place == 0 { LIST.to_owned() } else { format!("{LIST}.{place:02}") };
        faults.insert(name, said(bad));
    }
    if let Some(more) = bad.len().checked_sub(WRONG_MAX).filter(|more| *more > 0) {
        faults.insert(format!("{LIST}.more"), text.with("claim-list-more", &[("count", more.into())]));
    }
    faults
}

fn bill_line<'t>(get: impl Fn(&str) -> &'t str, begndate: Day) -> Option<BillLine> {
    let or = |cell: &str, instead: &'static str| if get(cell).is_empty() { instead } else { "" };
    let quantity = format!("{}{}", get("quantity"), or("quantity", "1"));
    let first_own = format!("{}{}", get("first_own"), or("first_own", "0"));
    Some(BillLine {
        item: String::new(),
        name: get("name").chars().take(100).collect(),
        price: get("price").replace(',', "").parse().ok()?,
        quantity: quantity.parse().ok()?,
        day: if get("day").is_empty() { begndate } else { get("day").parse().ok()? },
        class: match get("class") {
            "01" | "" => Class::A,
            "02" => Class::B,
            "03" => Class::Own,
            _ => return None,
        },
        ceiling: None,
        first_own: first_own.parse().ok()?,
        illustrative: false,
    })
}
