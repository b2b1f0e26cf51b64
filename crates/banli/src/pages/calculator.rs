//! "What will I pay": one bill through today's benefits, with the curve over the bill. For everybody; nothing is
//! kept, and nobody is named.

use super::calculator_answer::{Charged, Way, amount, answer, day, value};
use super::calculator_items::{self, LETTERS_MAX, Typed};
use super::parts::{Choice, Faults, Field as Asked, FieldKind, Shape, field, fold, frame, refusals};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use benefit::{Benefits, Bill, Code, Field, Filing, Line, Person, Provider, Question, Visit, WhatIf, Year};
use maud::{Markup, html};
use terms::{Day, Fen};

/// More answers than this fold into a menu.
const LISTED_MAX: usize = 3;
/// No bill above this is asked about.
const AMOUNT_MAX: Fen = Fen::yuan(10_000_000);

/// The form, and below it what comes of it.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let mut faults = Faults::new();
    let benefits = &ask.app.office.rules.benefits;
    let mut kept = |name: &str, fault: String| drop(faults.insert(name.to_owned(), fault));
    let amount = amount(ask, AMOUNT_MAX).unwrap_or_else(|fault| {
        kept("amount", fault);
        None
    });
    let items = calculator_items::read(ask.query.get("items")).unwrap_or_else(|line| {
        kept("items", text.with("calculator-items-fault", &[("line", line.into())]));
        Vec::new()
    });
    let mut on = |name: &str| {
        day(ask, name).unwrap_or_else(|fault| {
            kept(name, fault);
            None
        })
    };
    let place = |name| value(ask, benefits, Field::Region, name);
    let way = Way { level: None, place: place("where"), day: on("day") };
    let level = value(ask, benefits, Field::HospLv, "other-level");
    let other = Way { level, place: place("other-where"), day: on("other-day") };
    let amount_field = Asked {
        name: "amount".to_owned(),
        label: text.say("calculator-amount"),
        hint: None,
        kind: FieldKind::Money,
        required: false,
    };
    let items_field = Asked {
        name: "items".to_owned(),
        label: text.say("calculator-items"),
        hint: Some(text.say("calculator-items.how")),
        kind: FieldKind::Lines(LETTERS_MAX),
        required: false,
    };
    let asked_anything = amount.is_some() || !items.is_empty();
    let open = |name: &str, key: &str, kind: FieldKind| {
        let asked = Asked { name: name.to_owned(), label: text.say(key), hint: None, kind, required: false };
        field(&page, &asked, &[ask.query.get(name)], &faults)
    };
    let questions = benefits.questions();
    let form = html! {
        form method="get" action=(page.link("/calculator")) {
            @for question in questions { (asked(ask, question)) }
            (field(&page, &amount_field, &[ask.query.get("amount")], &faults))
            details.fold open[!ask.query.get("items").is_empty()] {
                summary { (text.say("calculator-by-items")) }
                (field(&page, &items_field, &[ask.query.get("items")], &faults))
            }
            details.fold open[way != Way::default()] {
                summary { (text.say("calculator-elsewhere")) }
                (open("where", "calculator-place", values(ask, Field::Region)))
                (open("day", "calculator-day", FieldKind::Day))
            }
            details.fold open[other != Way::default()] {
                summary { (text.say("calculator-compare")) }
                (open("other-level", "settlement-level", values(ask, Field::HospLv)))
                (open("other-where", "calculator-place", values(ask, Field::Region)))
                (open("other-day", "calculator-day", FieldKind::Day))
            }
            div.actions { button type="submit" { (text.say("calculator-go")) } }
        }
    };
    let content = html! {
        div.stack-l {
            p.lead { (text.say("calculator-lead")) }
            (refusals(&page, &faults, &[]))
            // Once there is an answer, it comes before the questions where there is little room.
            @if asked_anything && faults.is_empty() { (fold("asked", &text.say("calculator-asked"), &form)) } @else { (form) }
            @if asked_anything && faults.is_empty() { (result(ask, &Charged { amount, items: &items }, &way, &other)) }
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

/// One question of the pack, with the answer that was chosen.
fn asked(ask: &Ask<'_>, question: &Question) -> Markup {
    let page = ask.page();
    let text = page.text;
    let choices = question.choices.iter().map(|choice| Choice {
        value: choice.id.clone(),
        label: text.name(&choice.name).to_owned(),
        hint: None,
    });
    let choices: Vec<Choice> = choices.collect();
    let asked = Asked {
        name: question.id.clone(),
        label: text.name(&question.name).to_owned(),
        hint: None,
        kind: if choices.len() > LISTED_MAX { FieldKind::Select(choices) } else { FieldKind::Radio(choices) },
        required: true,
    };
    let chosen = chosen(ask, question).map_or("", |choice| choice.id.as_str());
    field(&page, &asked, &[chosen], &Faults::new())
}

/// The answer that was chosen, the first where none was; nothing where it is none of the question's.
fn chosen<'q>(ask: &Ask<'_>, question: &'q Question) -> Option<&'q WhatIf> {
    match ask.query.get(&question.id) {
        "" => question.choices.first(),
        id => question.choices.iter().find(|choice| choice.id == id),
    }
}

/// The answer, and the comparison where one is asked for.
fn result(ask: &Ask<'_>, charged: &Charged<'_>, way: &Way, other: &Way) -> Markup {
    let text = ask.text();
    let benefits = &ask.app.office.rules.benefits;
    let Some(bill) = bill(ask, benefits, charged, ask.now.day()) else {
        return html! { p.fault { (text.say("fault-choice")) } };
    };
    match way.taken(benefits, &bill) {
        Some(bill) => answer(ask, &bill, charged, (*other != Way::default()).then_some(other)),
        None => html! { section.answer.no { p.lead { strong { (text.say("calculator-impossible")) } } } },
    }
}

/// The values of the dimension over a field, as a choice that may be left open.
fn values(ask: &Ask<'_>, field: Field) -> FieldKind {
    let benefits = &ask.app.office.rules.benefits;
    let dimension = benefits.dimension_over(field).and_then(|place| benefits.dimensions().get(place));
    let choice = |value: &benefit::Value| Choice {
        value: value.id.clone(),
        label: ask.text().name(&value.name).to_owned(),
        hint: None,
    };
    FieldKind::Select(dimension.map_or_else(Vec::new, |known| known.values.iter().map(choice).collect()))
}

/// A first visit of the year with the amount as a line wholly in scope, and the items as the catalogue has them; nothing
/// where an answer is none of the pack's.
fn bill(ask: &Ask<'_>, benefits: &Benefits, charged: &Charged<'_>, today: Day) -> Option<Bill> {
    let mut bill = Bill {
        person: Person {
            insutype: Code::NONE,
            psn_type: Code::NONE,
            category: Code::NONE,
            hardship: Code::NONE,
            account: Fen::ZERO,
            account_past: Fen::ZERO,
        },
        provider: Provider {
            kind: Code::NONE,
            hosp_lv: Code::NONE,
            admdvs: 0,
            designated: true,
            contracted: false,
        },
        visit: Visit {
            med_type: Code::NONE,
            begndate: today,
            enddate: today,
            filing: Filing::None,
            direct: true,
            ordinal: 1,
            highest: None,
        },
        year: Year::default(),
        lines: Vec::new(),
    };
    for question in benefits.questions() {
        chosen(ask, question)?.apply(&mut bill);
    }
    if let Some(amount) = charged.amount {
        bill.lines.push(Line::in_scope(amount, today)?);
    }
    let looked_up = |item: &Typed| calculator_items::line(benefits, &bill, item, today);
    let items: Vec<Line> = charged.items.iter().map(looked_up).collect();
    bill.lines.extend(items);
    Some(bill)
}
