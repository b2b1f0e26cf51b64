//! The explanation of a settlement as a letter in plain words, to print and to read without help; every sentence is
//! a step of the trace and has its article.

use super::parts::{Page, Shape, frame};
use super::settlement::{Opened, opened};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use benefit::{Explained, Section};
use maud::{Markup, html};
use policy::Confidence;
use std::collections::BTreeSet;
use terms::{ArticleId, Fact, Fen};

/// The letter.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let opened = opened(ask)?;
    let Opened { id, made, person, outcome, bill, .. } = &opened;
    let benefits = &ask.app.office.rules.benefits;
    let amounts = &made.amounts;
    let yuan = |amount: Fen| text.yuan(amount);
    let steps: Vec<Explained> = outcome
        .as_ref()
        .map_or_else(Vec::new, |outcome| worth_telling(benefits.explain(bill, outcome).steps));
    // The mark stands where an illustrative figure moved money, of the funds or of a line; where the steps cannot be
    // shown any more, what was noted then counts.
    let marked = steps.iter().any(|step| step.illustrative)
        || made.bill.lines.iter().any(|line| line.illustrative)
        || outcome.is_none() && made.illustrative;
    let split = [
        ("letter-full-own", amounts.fulamt_ownpay_amt),
        ("letter-over-limit", amounts.overlmt_selfpay),
        ("letter-first-own", amounts.preselfpay_amt),
        ("letter-in-scope", amounts.inscp_scp_amt),
    ];
    let provider = super::access::party_name(ask, &format!("provider/{}", made.provider));
    let mut articles: Vec<&ArticleId> = steps.iter().map(|step| &step.article).collect();
    let mut seen = BTreeSet::new();
    articles.retain(|article| seen.insert(*article));
    let content = html! {
        article.letter {
            p { (text.with("letter-to", &[("name", person.name.as_str().into())])) }
            p { (text.with("letter-visit", &[
                ("provider", provider.as_str().into()), ("from", text.day(made.bill.begndate).into()), ("to", text.day(made.bill.enddate).into()),
                ("visit", text.code(&format!("med-type-{}", made.bill.med_type)).into()), ("total", yuan(amounts.medfee_sumamt).into()),
            ])) }
            p.lead { strong { (text.with("letter-answer", &[("own", yuan(amounts.psn_part_amt).into()), ("funds", yuan(amounts.fund_pay_sumamt).into())])) }
                @if amounts.acct_pay > Fen::ZERO { " " (text.with("letter-account", &[("account", yuan(amounts.acct_pay).into()), ("cash", yuan(amounts.psn_cash_pay).into())])) }
                @if amounts.hosp_part_amt > Fen::ZERO { " " (text.with("letter-hospital", &[("amount", yuan(amounts.hosp_part_amt).into())])) }
            }
            @if let Some(on) = opened.row.voided_on { p { strong { (text.with("letter-voided", &[("on", text.day(on).into())])) } } }
            h2 { (text.say("letter-split")) }
            ul { @for (key, amount) in split.iter().filter(|(_, amount)| *amount != Fen::ZERO) { li { (text.with(key, &[("amount", yuan(*amount).into())])) } } }
            h2 { (text.say("letter-pays")) }
            @if outcome.is_none() { p { (text.say("settlement-law-changed")) } } @else {
                ol { @for step in &steps { li { (sentence(&page, step)) } } }
                p { (text.with("letter-rest", &[("own", yuan(amounts.psn_part_amt).into())])) }
            }
            @if marked { p.note { (text.say("letter-illustrative")) } }
            @if !articles.is_empty() {
                h2 { (text.say("letter-articles")) }
                dl.sources { @for id in articles { (article(&page, id)) } }
            }
            p.small { (text.with("letter-foot", &[("number", format!("S-{id}").into()), ("law", made.law.get(..12).unwrap_or_default().into()), ("on", text.day(made.on).into())])) }
            (super::witness::mark(ask)?)
        }
        p.actions.no-print { a.button.quiet href=(page.link(&format!("/settlements/{id}"))) { (text.say("letter-back")) } span.soft { (text.say("letter-print")) } }
    };
    let title = text.with("letter-title", &[("number", format!("S-{id}").into())]);
    let crumbs = [(format!("/settlements/{id}"), format!("S-{id}"))];
    let crumbs: Vec<(&str, String)> =
        crumbs.iter().map(|(path, words)| (path.as_str(), words.clone())).collect();
    Ok(Reply::Page(frame(&page, Shape::Public, &title, &crumbs, &html! {}, &content)))
}

/// The steps that moved money, in order: of layers that paid or bore a first share, and the first deductible, which
/// says why nothing was paid where the whole bill lies in it. What later layers would have paid is for the officer.
fn worth_telling(steps: Vec<Explained>) -> Vec<Explained> {
    let (mut told, mut layer): (Vec<Explained>, Vec<Explained>) = (Vec::new(), Vec::new());
    for step in steps.into_iter().filter(|step| step.section != Section::Split) {
        let paid = step.amount != Fen::ZERO;
        if step.key != "explain-layer" {
            layer.push(step);
            continue;
        }
        // A layer's last step closes it and says what it paid.
        let borne = told.iter().any(|step: &Explained| step.key == "explain-deductible");
        let first =
            !borne && layer.iter().any(|step| step.key == "explain-deductible" && says_something(step));
        if paid || first {
            told.extend(layer.drain(..).filter(says_something));
        }
        layer.clear();
    }
    told
}

/// Steps that moved no money are for the officer's page; that a layer closes is said by its bands.
fn says_something(step: &Explained) -> bool {
    step.amount != Fen::ZERO && !matches!(step.key, "explain-layer" | "explain-cash")
}

/// A step as a sentence, with the place of its article and its mark.
fn sentence(page: &Page<'_>, step: &Explained) -> Markup {
    let text = page.text;
    let mut facts = step.facts.clone();
    let amount = if step.amount.is_negative() { step.amount.negated() } else { step.amount };
    facts.insert("amount".to_owned(), Fact::Fen(amount));
    // A first share is a layer's band too, and yet the person's own.
    let own = step.key == "explain-band" && step.section == Section::Base;
    let key = if own { "letter-first-share".to_owned() } else { step.key.replacen("explain", "letter", 1) };
    let place = page.law.article(&step.article.0).map(|article| text.name(&article.place));
    let words = text.filled(&key, &facts);
    // Packs name layers in small letters; a sentence begins with a large one.
    let mut letters = words.chars();
    let words: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    html! {
        (words)
        @if let Some(place) = place { " " a.law href=(page.link(&format!("/law/articles/{}", step.article))) { (place) } }
        @if step.illustrative { " " span.illustrative { (text.say("illustrative-short")) } }
    }
}

/// An article with what it says in our own words.
fn article(page: &Page<'_>, id: &ArticleId) -> Markup {
    let text = page.text;
    html! {
        @if let Some(article) = page.law.article(&id.0) {
            dt { a href=(page.link(&format!("/law/articles/{id}"))) { (text.name(&article.instrument)) " " (text.name(&article.place)) } @if article.confidence == Confidence::Illustrative { " " span.illustrative { (text.say("illustrative")) } } }
            dd { (text.name(&article.gist)) }
        }
    }
}

#[cfg(test)]
mod tests;
