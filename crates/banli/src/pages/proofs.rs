//! What is proven of the law in force, for every bill, and the limits of that; the same as `banli check`, in the
//! words of docs/proofs.md.

use super::law_parts::{crumbs, parts_of_law, shape};
use super::pack_faults;
use super::parts::{Column, Page, Standing, frame, status, table};
use crate::ask::{Ask, Reply};
use crate::bills;
use crate::errors::Problem;
use crate::proven::PROVEN;
use benefit::{Benefits, Fault, Proofs, Property};
use maud::{Markup, html};
use terms::Fen;

/// What is not claimed.
const LIMITS: [&str; 5] = ["figures", "codes", "quantities", "year", "range"];

/// The page; while the proofs are worked out it says so and looks again.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let rules = &ask.app.office.rules;
    let content = html! {
        div.stack {
            (parts_of_law(&page, ask, "/law/proofs"))
            @match ask.app.proven.of(rules.now()) {
                Some(proofs) => (proven(&page, &rules.benefits, &proofs)),
                None => section.answer role="status" data-again="2" {
                    p.lead { (text.say("proofs-running")) }
                    p { a href=(page.link("/law/proofs")) { (text.say("look-again")) } }
                },
            }
        }
    };
    Ok(Reply::Page(frame(&page, shape(&page), &text.say("proofs-title"), &crumbs(text), &html! {}, &content)))
}

/// First whether it holds, then what, then how, then what is not claimed.
pub(super) fn proven(page: &Page<'_>, benefits: &Benefits, proofs: &Proofs) -> Markup {
    let text = page.text;
    let unproven = proofs.faults.iter().any(|fault| fault.property == Property::Unproven);
    let columns = [
        Column::words(text.say("proofs-property")),
        Column::words(text.say("proofs-range")),
        Column::words(text.say("proofs-standing")),
    ];
    let rows: Vec<Vec<Markup>> = PROVEN
        .iter()
        .map(|&(property, key)| {
            let broken = proofs.faults.iter().filter(|fault| fault.property == property).count();
            let standing = match (broken, unproven && is_about_bills(property)) {
                (0, false) => status(Standing::Done, &text.say("proofs-holds")),
                (0, true) => status(Standing::Soon, &text.say("proofs-partly")),
                _ => status(Standing::Late, &text.with("proofs-broken", &[("count", broken.into())])),
            };
            vec![
                html! { strong { (text.say(&format!("proofs-{key}"))) } p.hint { (text.say(&format!("proofs-{key}.about"))) } },
                html! { (range(page, proofs, property)) },
                standing,
            ]
        })
        .collect();
    html! {
        section.answer role="status" {
            @if proofs.faults.is_empty() { p.lead { strong { (text.say("proofs-sound")) } } }
            @else { p.lead { strong { (text.with("proofs-faults", &[("count", proofs.faults.len().into())])) } } }
            p { (text.with("proofs-when", &[("hash", benefits.hash().get(..12).unwrap_or_default().into())])) }
        }
        @for fault in &proofs.faults { (broken(page, benefits, fault)) }
        (table(page, &text.say("proofs-what"), &columns, &rows))
        section.box { h2 { (text.say("proofs-how")) }
            p { (text.say("proofs-how.about")) }
            dl.facts {
                dt { (text.say("proofs-combinations")) } dd { (grouped(proofs.combinations)) }
                dt { (text.say("proofs-refused")) } dd { (grouped(proofs.refused)) }
                dt { (text.say("proofs-plans")) } dd { (grouped(proofs.plans)) }
                dt { (text.say("proofs-figures")) } dd { (grouped(proofs.figures)) }
                dt { (text.say("proofs-scenarios")) } dd { (grouped(proofs.figures_with_scenario)) }
            }
            @for declared in &proofs.declared { p { (text.say("proofs-declared")) (text.colon()) (declared) } }
        }
        @if !proofs.without_scenario.is_empty() {
            details.box {
                summary { (text.with("proofs-without-scenario", &[("count", proofs.without_scenario.len().into())])) }
                ul { @for one in proofs.without_scenario.iter().take(200) { li { span.mono.small { (one.file) ":" (one.line) } " " code.mono.small { (one.excerpt.trim()) } } } }
            }
        }
        section.box { h2 { (text.say("proofs-limits")) }
            ul.stack-s { @for key in LIMITS { li { (text.say(&format!("proofs-limit-{key}"))) } } }
        }
    }
}

/// Properties that are shown for amounts, and not by looking at every figure or article.
fn is_about_bills(property: Property) -> bool {
    matches!(property, Property::Parts | Property::PaysLess | Property::PaysMore | Property::Cap)
}

/// For how much a property is shown.
fn range(page: &Page<'_>, proofs: &Proofs, property: Property) -> String {
    let text = page.text;
    match property {
        Property::Masked | Property::Gap => {
            text.with("proofs-range-figures", &[("figures", grouped(proofs.figures).into())])
        }
        Property::Article => {
            text.with("proofs-range-articles", &[("count", page.law.articles().count().into())])
        }
        _ => text.with(
            "proofs-range-bills",
            &[
                ("combinations", grouped(proofs.combinations).into()),
                ("plans", grouped(proofs.plans).into()),
                ("most", text.yuan(Fen::MAX).into()),
            ],
        ),
    }
}

/// A fault: what, where, the cure, and the two bills one fen apart that show it.
fn broken(page: &Page<'_>, benefits: &Benefits, fault: &Fault) -> Markup {
    let text = page.text;
    html! {
        section.faults {
            h2 { (text.say(&format!("proofs-{}", key_of(fault.property)))) }
            (pack_faults::diagnostic(page, &fault.diagnostic))
            @if let Some(witness) = &fault.witness {
                h3 { (text.say(if witness.smallest { "proofs-smallest" } else { "proofs-witness" })) }
                div.scroll tabindex="0" role="region" aria-label=(text.say("proofs-witness")) {
                    pre.mono.small { (bills::written(benefits, "lower", &witness.lower)) "\n" (bills::written(benefits, "higher", &witness.higher)) }
                }
            }
        }
    }
}

fn key_of(property: Property) -> &'static str {
    PROVEN.iter().find(|(known, _)| *known == property).map_or("unproven", |(_, key)| key)
}

/// `540,720`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests;
