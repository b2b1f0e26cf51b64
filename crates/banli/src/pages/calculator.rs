//! "What will I pay": one bill through today's benefits, with the curve over the bill. For everybody; nothing is
//! kept, and nobody is named.

use super::facts::fen;
use super::parts::{
    Bar, Choice, Curve, Faults, Field, FieldKind, Page, Point, Shape, Tone, curve, field, frame, reason,
    refusals, waterfall,
};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use benefit::{
    Bill, Class, Code, Filing, Line, Person, Price, Provider, Quantity, Share, Totals, Visit, Year,
};
use maud::{Markup, html};
use terms::{Day, Fen};

/// What can be chosen, by the national codes: who, where, what for.
const PERSONS: [(&str, &str); 4] = [("310", "1101"), ("310", "1201"), ("390", "1501"), ("390", "1403")];
const LEVELS: [&str; 3] = ["2", "5", "8"];
const VISITS: [&str; 2] = ["21", "11"];
/// Points of the curve.
const POINTS: i64 = 60;

/// The form, and below it what comes of it.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let (person, level, visit) = (ask.query.get("person"), ask.query.get("level"), ask.query.get("visit"));
    let mut faults = Faults::new();
    let amount = match ask.query.get("amount") {
        "" => None,
        typed => match fen(&page, typed) {
            Ok(amount) if amount > Fen::ZERO && amount <= Fen::yuan(10_000_000) => Some(amount),
            _ => {
                faults.insert("amount".into(), text.say("fault-money"));
                None
            }
        },
    };
    let choices = |values: Vec<(String, String)>| {
        FieldKind::Radio(
            values.into_iter().map(|(value, label)| Choice { value, label, hint: None }).collect(),
        )
    };
    let persons = PERSONS
        .map(|(insutype, psn_type)| {
            (
                format!("{insutype}-{psn_type}"),
                format!(
                    "{} · {}",
                    text.code(&format!("insutype-{insutype}")),
                    text.code(&format!("psn-type-{psn_type}"))
                ),
            )
        })
        .into();
    let levels = LEVELS.map(|level| (level.to_owned(), text.code(&format!("hosp-lv-{level}")))).into();
    let visits = VISITS.map(|visit| (visit.to_owned(), text.code(&format!("med-type-{visit}")))).into();
    let line = |name: &str, key: &str, kind: FieldKind| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: None,
        kind,
        required: true,
    };
    let content = html! {
        div.stack-l {
            p.lead { (text.say("calculator-lead")) }
            (refusals(&page, &faults, &[]))
            form method="get" action=(page.link("/calculator")) {
                (field(&page, &line("person", "calculator-person", choices(persons)), &[if person.is_empty() { "310-1101" } else { person }], &faults))
                (field(&page, &line("visit", "column-visit", choices(visits)), &[if visit.is_empty() { "21" } else { visit }], &faults))
                (field(&page, &line("level", "settlement-level", choices(levels)), &[if level.is_empty() { "2" } else { level }], &faults))
                (field(&page, &line("amount", "calculator-amount", FieldKind::Money), &[ask.query.get("amount")], &faults))
                div.actions { button type="submit" { (text.say("calculator-go")) } }
            }
            @if let Some(amount) = amount { (result(ask, amount, person, level, visit)) }
            p.note { (text.say("calculator-note")) }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Public,
        &text.say("calculator"),
        &[("/", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}

fn result(ask: &Ask<'_>, amount: Fen, person: &str, level: &str, visit: &str) -> Markup {
    let page = ask.page();
    let text = page.text;
    let benefits = &ask.app.office.rules.benefits;
    let today = page.today();
    let one = |amount: Fen| {
        let bill = bill(person, level, visit, amount, today)?;
        let mut totals = Totals::default();
        Some(benefits.totals(&bill, &mut totals).map(|()| totals))
    };
    match one(amount) {
        None => html! { p.fault { (text.say("fault-choice")) } },
        Some(Err(refused)) => {
            html! { div.answer.no { @for refusal in &refused { (reason(&page, refusal)) } } }
        }
        Some(Ok(totals)) => {
            let amounts = totals.amounts;
            let point = |bill: Fen, own: Fen, funds: Fen| Point { bill, own, funds };
            // Twice the bill, so that it is seen what more would cost.
            let step = (amount.get() * 2 / POINTS).max(1);
            let points: Vec<Point> = (0..=POINTS)
                .filter_map(|part| {
                    let bill = Fen::new(part * step).ok()?;
                    if bill == Fen::ZERO {
                        return Some(point(bill, Fen::ZERO, Fen::ZERO));
                    }
                    let totals = one(bill)?.ok()?.amounts;
                    Some(point(bill, totals.psn_part_amt, totals.fund_pay_sumamt))
                })
                .collect();
            html! {
                section.stack {
                    div.answer role="status" {
                        p.lead { strong { (text.with("settlement-sentence", &[("own", text.yuan(amounts.psn_part_amt).into()), ("funds", text.yuan(amounts.fund_pay_sumamt).into())])) } }
                        @if totals.illustrative { p { span.illustrative { (text.say("settlement-illustrative")) } } }
                    }
                    (waterfall(&page, &text.say("settlement-waterfall"), &bars(&page, &amounts)))
                    (curve(&page, &Curve { caption: text.say("calculator-curve"), points: &points, marked: Some(point(amount, amounts.psn_part_amt, amounts.fund_pay_sumamt)) }))
                }
            }
        }
    }
}

fn bars(page: &Page<'_>, amounts: &benefit::Amounts) -> Vec<Bar> {
    let text = page.text;
    let total = |label: &str, amount: Fen| Bar {
        label: text.say(label),
        tone: Tone::Total,
        amount,
        from: Fen::ZERO,
        steps: None,
    };
    let rest = amounts.psn_part_amt.minus(amounts.act_pay_dedc).unwrap_or(Fen::ZERO);
    let parts = [
        ("part-deductible", Tone::Own, amounts.act_pay_dedc),
        ("column-funds", Tone::Fund, amounts.fund_pay_sumamt),
        ("part-rest", Tone::Own, if rest.is_negative() { Fen::ZERO } else { rest }),
    ];
    let mut left = amounts.medfee_sumamt;
    let mut bars = vec![total("part-total", amounts.medfee_sumamt)];
    for (label, tone, amount) in parts.into_iter().filter(|(_, _, amount)| *amount != Fen::ZERO) {
        left = left.minus(amount).ok().filter(|left| !left.is_negative()).unwrap_or(Fen::ZERO);
        bars.push(Bar { label: text.say(label), tone, amount, from: left, steps: None });
    }
    bars.push(total("part-person", amounts.psn_part_amt));
    bars
}

/// A first visit of the year with one line wholly in scope; nothing where a choice is none of ours.
fn bill(person: &str, level: &str, visit: &str, amount: Fen, today: Day) -> Option<Bill> {
    let person = if person.is_empty() { "310-1101" } else { person };
    let (insutype, psn_type) =
        *PERSONS.iter().find(|(insutype, psn_type)| person == format!("{insutype}-{psn_type}"))?;
    let level = LEVELS.into_iter().find(|known| *known == level || (level.is_empty() && *known == "2"))?;
    let visit = VISITS.into_iter().find(|known| *known == visit || (visit.is_empty() && *known == "21"))?;
    let code = |text: &str| text.parse::<Code>().ok();
    Some(Bill {
        person: Person {
            insutype: code(insutype)?,
            psn_type: code(psn_type)?,
            category: Code::NONE,
            hardship: Code::NONE,
            account: Fen::ZERO,
            account_past: Fen::ZERO,
        },
        provider: Provider {
            kind: code("hospital")?,
            hosp_lv: code(level)?,
            admdvs: 0,
            designated: true,
            contracted: false,
        },
        visit: Visit {
            med_type: code(visit)?,
            begndate: today,
            enddate: today,
            filing: Filing::None,
            direct: true,
            ordinal: 1,
            highest: None,
        },
        year: Year::default(),
        lines: vec![Line {
            price: Price::from_micros(u64::try_from(amount.get()).ok()?.checked_mul(10_000)?)?,
            quantity: Quantity::ONE,
            ceiling: None,
            first_own: Share::ZERO,
            class: Class::A,
            day: today,
            entry: None,
            illustrative: false,
        }],
    })
}
