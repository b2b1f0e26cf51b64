//! The answer to "what will I pay": the sentence, who pays what over the bill and why the curve turns, the steps,
//! what would be otherwise elsewhere, and two places or days side by side. The same adjudication as a settlement.

use super::calculator_items::{self, Typed};
use super::facts;
use super::parts::{
    Column, Line as Curve, Mark, Page, Part, Stack, Tone, article_short, fold, money, reason, stack, table,
    two_lines, waterfall,
};
use super::settlement::{bars, steps, tone};
use crate::ask::Ask;
use crate::bills;
use benefit::{Amounts, Benefits, Bill, Field, Line, Outcome, Pays, Totals, Turn};
use maud::{Markup, html};
use terms::{Day, Fen};

/// A way to be treated: the place and filing as a value of the pack's dimension, and the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Way {
    /// The value of the dimension over the level of the provider; as in the form where none.
    pub level: Option<usize>,
    /// The value of the dimension over the region; at home where none.
    pub place: Option<usize>,
    /// The day; today where none.
    pub day: Option<Day>,
}

/// What is on the bill in question.
#[derive(Debug, Clone, Copy)]
pub struct Charged<'a> {
    /// An amount wholly in scope.
    pub amount: Option<Fen>,
    /// Items with their codes, which stand after it.
    pub items: &'a [Typed],
}

impl Charged<'_> {
    /// The amount, where it is all there is: only then is there one curve over the bill.
    fn alone(&self) -> Option<Fen> {
        self.amount.filter(|_| self.items.is_empty())
    }
}

impl Way {
    /// The bill, moved to this place and day; nothing where no codes lead there.
    pub fn taken(&self, benefits: &Benefits, bill: &Bill) -> Option<Bill> {
        let mut bill = bill.clone();
        for (field, value) in [(Field::HospLv, self.level), (Field::Region, self.place)] {
            if let (Some(dimension), Some(value)) = (benefits.dimension_over(field), value) {
                bill = benefits.varied(&bill, dimension, value)?;
            }
        }
        if let Some(day) = self.day {
            (bill.visit.begndate, bill.visit.enddate) = (day, day);
            bill.lines.iter_mut().for_each(|line| line.day = day);
        }
        calculator_items::look_up(benefits, &mut bill);
        Some(bill)
    }
}

/// Reads a value of the dimension over this field from the address.
pub fn value(ask: &Ask<'_>, benefits: &Benefits, field: Field, name: &str) -> Option<usize> {
    let dimension = benefits.dimensions().get(benefits.dimension_over(field)?)?;
    let said = ask.query.get(name);
    dimension.values.iter().position(|value| value.id == said)
}

/// Reads a day from the address; `Err` with the fault where it is none.
pub fn day(ask: &Ask<'_>, name: &str) -> Result<Option<Day>, String> {
    match ask.query.get(name) {
        "" => Ok(None),
        typed => typed.parse().map(Some).map_err(|_| ask.text().say("fault-day")),
    }
}

/// Everything that comes of a bill; `other` is the way it is compared with.
pub fn answer(ask: &Ask<'_>, bill: &Bill, charged: &Charged<'_>, other: Option<&Way>) -> Markup {
    let page = ask.page();
    let text = page.text;
    let benefits = &ask.app.office.rules.benefits;
    let mut outcome = Outcome::default();
    if let Err(refused) = benefits.adjudicate(bill, &mut outcome) {
        return html! {
            section.answer.no role="status" {
                p.lead { strong { (text.say("calculator-refused")) } }
                @for refusal in &refused { (reason(&page, refusal)) }
            }
        };
    }
    let amounts = &outcome.amounts;
    html! {
        section.stack-l {
            div.answer role="status" {
                p.lead { strong { (text.with("settlement-sentence", &[("own", text.yuan(amounts.psn_part_amt).into()), ("funds", text.yuan(amounts.fund_pay_sumamt).into())])) } }
                p { (text.with("calculator-law-day", &[("day", text.day(outcome.law_day).into())])) }
                @if outcome.illustrative { p { span.illustrative { (text.say("settlement-illustrative")) } } }
            }
            @if let Some(amount) = charged.alone() { (over_the_bill(&page, benefits, bill, amount)) }
            @if !charged.items.is_empty() { (calculator_items::shown(&page, benefits, charged.items, bill, &outcome)) }
            (waterfall(&page, &text.say("settlement-waterfall"), &bars(&page, benefits, amounts, Some(&outcome))))
            section.box { (fold("steps", &text.say("settlement-steps"), &steps(&page, &benefits.explain(bill, &outcome)))) }
            (otherwise(&page, benefits, bill, &outcome))
            details.fold.no-print {
                summary { (text.say("calculator-bill")) }
                pre.small { (bills::written(benefits, "calculator", bill)) }
            }
            @if let Some(other) = other { (compared(&page, benefits, bill, charged.alone(), other)) }
        }
    }
}

/// The same bill with another amount.
fn with_amount(bill: &Bill, amount: Fen) -> Option<Bill> {
    let mut bill = bill.clone();
    bill.lines = vec![Line::in_scope(amount, bill.visit.enddate)?];
    Some(bill)
}

/// What is paid at an amount; nothing where it is refused.
fn amounts_at(benefits: &Benefits, bill: &Bill, amount: Fen) -> Option<Amounts> {
    if amount == Fen::ZERO {
        return Some(Amounts::default());
    }
    let mut totals = Totals::default();
    benefits.totals(&with_amount(bill, amount)?, &mut totals).ok()?;
    Some(totals.amounts)
}

/// The amounts between which everything is a straight line, up to twice the amount in question.
fn bends(turns: &[Turn], amount: Fen, top: Fen) -> Vec<Fen> {
    let mut bills = vec![Fen::ZERO, amount, top];
    for turn in turns {
        bills.push(turn.at);
        bills.extend(Fen::new(turn.at.get() - 1));
    }
    bills.sort_unstable();
    bills.dedup();
    bills
}

/// Twice the bill, so that it is seen what more would cost.
fn top(amount: Fen) -> Fen {
    amount.plus(amount).unwrap_or(amount).max(Fen::yuan(2_000))
}

/// Who pays what from nothing to twice the bill, and the article at every turn.
fn over_the_bill(page: &Page<'_>, benefits: &Benefits, bill: &Bill, amount: Fen) -> Markup {
    let text = page.text;
    let top = top(amount);
    let turns = benefits.turns(bill, top);
    let known: Vec<(Fen, Amounts)> = bends(&turns, amount, top)
        .into_iter()
        .filter_map(|at| Some((at, amounts_at(benefits, bill, at)?)))
        .collect();
    let bills: Vec<Fen> = known.iter().map(|(at, _)| *at).collect();
    let part = |label: String, tone: Tone, of: &dyn Fn(&Amounts) -> Fen| Part {
        label,
        tone,
        amounts: known.iter().map(|(_, amounts)| of(amounts)).collect(),
    };
    let mut parts = vec![part(text.say("curve-person"), Tone::Own, &|amounts| amounts.psn_part_amt)];
    for (pays, field) in Pays::ALL.iter().filter(|(pays, _)| pays.is_fund() || *pays == Pays::Hospital) {
        let label = text.say(&format!("field-{}", field.replace('_', "-")));
        parts.push(part(label, tone(*pays), &|amounts| amounts.of(*pays)));
    }
    parts.retain(|part| part.tone == Tone::Own || part.amounts.iter().any(|amount| *amount != Fen::ZERO));
    let marks: Vec<Mark> = turns.iter().map(|turn| Mark { at: turn.at, words: turned(page, turn) }).collect();
    stack(
        page,
        &Stack {
            caption: text.say("calculator-curve"),
            bills: &bills,
            parts: &parts,
            marks: &marks,
            here: Some(amount),
        },
    )
}

/// What begins at a turn, with its article.
fn turned(page: &Page<'_>, turn: &Turn) -> Markup {
    let text = page.text;
    // Up to the fen before, the old piece holds.
    let end = Fen::new(turn.at.get() - 1).unwrap_or(turn.at);
    html! {
        strong { (text.with("turn-above", &[("amount", text.yuan(end).into())])) }
        ul { @for step in &turn.steps {
            li { (text.filled(&step.key.replacen("explain", "turn", 1), &step.facts)) " " (article_short(page, &step.article.0)) }
        } }
    }
}

/// What people pay in other hospitals, and what the pack's what-ifs would change.
fn otherwise(page: &Page<'_>, benefits: &Benefits, bill: &Bill, outcome: &Outcome) -> Markup {
    let text = page.text;
    let own = outcome.amounts.psn_part_amt;
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for field in [Field::HospLv, Field::Region] {
        let Some(place) = benefits.dimension_over(field) else { continue };
        let now = benefits.value_of(bill, place);
        for (value, named) in benefits.dimensions()[place].values.iter().enumerate() {
            let name = text.name(&named.name);
            if Some(value) == now {
                rows.push(vec![
                    html! { strong { (name) } " " span.soft { (text.say("calculator-chosen")) } },
                    money(own),
                    money(outcome.amounts.fund_pay_sumamt),
                    html! {},
                ]);
                continue;
            }
            let Some(mut there) = benefits.varied(bill, place, value) else { continue };
            calculator_items::look_up(benefits, &mut there);
            let mut totals = Totals::default();
            rows.push(match benefits.totals(&there, &mut totals) {
                Ok(()) => {
                    let more = totals.amounts.psn_part_amt.minus(own).unwrap_or(Fen::ZERO);
                    vec![
                        html! { (name) @if totals.illustrative { " " span.illustrative title=(text.say("illustrative")) { (text.say("illustrative-short")) } } },
                        money(totals.amounts.psn_part_amt),
                        money(totals.amounts.fund_pay_sumamt),
                        signed(more),
                    ]
                }
                Err(refused) => vec![
                    html! { (name) },
                    html! { span.soft { (text.say("calculator-not-paid")) } @for refusal in refused.iter().take(1) { " " (article_short(page, &refusal.article.0)) } },
                    html! {},
                    html! {},
                ],
            });
        }
    }
    let columns = [
        Column::words(text.say("calculator-where")),
        Column::number(text.say("calculator-own")),
        Column::number(text.say("calculator-funds")),
        Column::number(text.say("calculator-difference")),
    ];
    html! {
        section.stack-s {
            (fold("otherwise", &text.say("calculator-otherwise"), &table(page, &text.say("calculator-otherwise"), &columns, &rows)))
            @let what_ifs = benefits.counterfactuals(bill, outcome);
            @if !what_ifs.is_empty() {
                ul.stack-s { @for what_if in &what_ifs { li { (text.name(&what_if.name)) (text.colon()) @match &what_if.difference {
                    Ok(more) if more.is_negative() => (text.with("what-if-less", &[("amount", text.yuan(more.negated()).into())])),
                    Ok(more) => (text.with("what-if-more", &[("amount", text.yuan(*more).into())])),
                    Err(refusals) => { @for refusal in refusals { (reason(page, refusal)) } }
                } } } }
            }
        }
    }
}

/// A difference with its sign.
fn signed(amount: Fen) -> Markup {
    html! { span.nowrap { @if amount > Fen::ZERO { "+" } (amount.grouped()) } }
}

/// The bill here and there, amount by amount, and both curves of what the person pays.
fn compared(page: &Page<'_>, benefits: &Benefits, bill: &Bill, alone: Option<Fen>, way: &Way) -> Markup {
    let text = page.text;
    let Some(other) = way.taken(benefits, bill) else {
        return html! { section.box { h2 { (text.say("calculator-compared")) } p.fault { (text.say("calculator-impossible")) } } };
    };
    let (mut here, mut there) = (Totals::default(), Outcome::default());
    // The bill was paid here, or it would not be compared.
    let here = benefits.totals(bill, &mut here).map_or_else(|_| Amounts::default(), |()| here.amounts);
    if let Err(refused) = benefits.adjudicate(&other, &mut there) {
        return html! {
            section.box { h2 { (text.say("calculator-compared")) }
                p { strong { (label(page, benefits, &other)) } }
                @for refusal in &refused { (reason(page, refusal)) }
            }
        };
    }
    let there_amounts = there.amounts;
    let rows: Vec<Vec<Markup>> = here
        .named()
        .into_iter()
        .zip(there_amounts.named())
        .filter(|((_, a), (_, b))| *a != Fen::ZERO || *b != Fen::ZERO)
        .map(|((field, a), (_, b))| {
            let key = match field {
                "preselfpay_amt" => "part-first-own".to_owned(),
                other => format!("field-{}", other.replace('_', "-")),
            };
            vec![html! { (text.say(&key)) }, money(a), money(b), signed(b.minus(a).unwrap_or(Fen::ZERO))]
        })
        .collect();
    let labels = [label(page, benefits, bill), label(page, benefits, &other)];
    let columns = [
        Column::words(text.say("waterfall-part")),
        Column::number(text.say("calculator-this")),
        Column::number(text.say("calculator-that")),
        Column::number(text.say("calculator-difference")),
    ];
    let line = |bill: &Bill, label: &str, amount: Fen| {
        let top = top(amount);
        let points = bends(&benefits.turns(bill, top), amount, top);
        let own =
            points.into_iter().filter_map(|at| Some((at, amounts_at(benefits, bill, at)?.psn_part_amt)));
        Curve { label: label.to_owned(), points: own.collect() }
    };
    let curves = alone.map(|amount| (line(bill, &labels[0], amount), line(&other, &labels[1], amount)));
    html! {
        section.stack-s id="compared" {
            h2 { (text.say("calculator-compared")) }
            ul { li { (text.say("calculator-this")) (text.colon()) (labels[0]) } li { (text.say("calculator-that")) (text.colon()) (labels[1]) } }
            @if there.illustrative { p { span.illustrative { (text.say("settlement-illustrative")) } } }
            (table(page, &text.say("calculator-compared"), &columns, &rows))
            @if let Some((a, b)) = &curves { (two_lines(page, &text.say("calculator-two-curves"), [a, b], alone)) }
        }
    }
}

/// Where and when a bill is: level, place, day.
fn label(page: &Page<'_>, benefits: &Benefits, bill: &Bill) -> String {
    let text = page.text;
    let named = |field: Field| {
        let place = benefits.dimension_over(field)?;
        let value = benefits.value_of(bill, place)?;
        Some(text.name(&benefits.dimensions().get(place)?.values.get(value)?.name).to_owned())
    };
    let parts = [named(Field::HospLv), named(Field::Region), Some(bill.visit.enddate.to_string())];
    text.list(parts.into_iter().flatten())
}

/// An amount from the address within what is asked about; nothing where none was typed.
pub fn amount(ask: &Ask<'_>, most: Fen) -> Result<Option<Fen>, String> {
    match ask.query.get("amount") {
        "" => Ok(None),
        typed => match facts::fen(&ask.page(), typed) {
            Ok(amount) if amount > Fen::ZERO && amount <= most => Ok(Some(amount)),
            _ => Err(ask.text().say("fault-money")),
        },
    }
}

#[cfg(test)]
mod tests;
