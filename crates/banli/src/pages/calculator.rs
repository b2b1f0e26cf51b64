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
    Bill, Class, Code, Filing, Line, Person, Price, Provider, Quantity, Question, Share, Totals, Visit,
    WhatIf, Year,
};
use maud::{Markup, html};
use terms::{Day, Fen};

/// More answers than this fold into a menu.
const LISTED_MAX: usize = 3;
/// Points of the curve.
const POINTS: i64 = 60;

/// The form, and below it what comes of it.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
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
    let amount_field = Field {
        name: "amount".to_owned(),
        label: text.say("calculator-amount"),
        hint: None,
        kind: FieldKind::Money,
        required: true,
    };
    let questions = ask.app.office.rules.benefits.questions();
    let content = html! {
        div.stack-l {
            p.lead { (text.say("calculator-lead")) }
            (refusals(&page, &faults, &[]))
            form method="get" action=(page.link("/calculator")) {
                @for question in questions { (asked(ask, question)) }
                (field(&page, &amount_field, &[ask.query.get("amount")], &faults))
                div.actions { button type="submit" { (text.say("calculator-go")) } }
            }
            @if let Some(amount) = amount { (result(ask, amount)) }
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
    let asked = Field {
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

fn result(ask: &Ask<'_>, amount: Fen) -> Markup {
    let page = ask.page();
    let text = page.text;
    let benefits = &ask.app.office.rules.benefits;
    let today = page.today();
    let one = |amount: Fen| {
        let bill = bill(ask, benefits.questions(), amount, today)?;
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

/// A first visit of the year with one line wholly in scope; nothing where an answer is none of the pack's.
fn bill(ask: &Ask<'_>, questions: &[Question], amount: Fen, today: Day) -> Option<Bill> {
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
    };
    for question in questions {
        chosen(ask, question)?.apply(&mut bill);
    }
    Some(bill)
}
