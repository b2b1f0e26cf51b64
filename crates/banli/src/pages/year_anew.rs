//! A year worked out anew in the order of the law's setting: which settlements come to other amounts than were decided.

use super::parts::{Column, Page, article_short, money, table};
use agency::settlement::{Anew, BenefitYear};
use benefit::{Benefits, Order};
use maud::{Markup, html};
use policy::Law;
use terms::Fen;

/// Two of the amounts tell it: what the funds pay, and what the person does.
const TOLD: [(&str, &str); 2] = [("fund_pay_sumamt", "column-funds"), ("psn_part_amt", "column-own")];

/// The section of the year's page.
pub fn section(page: &Page<'_>, law: &Law, benefits: &Benefits, year: &BenefitYear) -> Markup {
    let text = page.text;
    let anew = year.anew(benefits);
    let moved: Vec<&Anew<'_>> = anew.iter().filter(|anew| is_moved(anew)).collect();
    html! {
        section.box id="anew" {
            header { h2 { (text.say("year-anew")) } }
            @if let Some((setting, _)) = Order::of(law) {
                p { (text.name(&setting.question)) }
                p { @if let Some(reading) = setting.readings.get(&setting.chosen) { strong { (text.name(reading)) } } " " (article_short(page, &setting.article.0)) }
            }
            @if moved.is_empty() { p { (text.say("year-anew-same")) } } @else {
                p { (text.with("year-anew-moved", &[("count", moved.len().into())])) }
                (table(page, &text.say("year-anew"), &columns(page), &moved.iter().flat_map(|anew| rows(page, anew)).collect::<Vec<_>>()))
                p.soft.small { (text.say("year-anew-cure")) }
            }
        }
    }
}

/// One of the told amounts is another, or the law at hand refuses the bill.
fn is_moved(anew: &Anew<'_>) -> bool {
    anew.outcome.is_err()
        || anew.differences().iter().any(|(field, ..)| TOLD.iter().any(|(told, _)| told == field))
}

fn columns(page: &Page<'_>) -> Vec<Column> {
    let text = page.text;
    vec![
        Column::words(text.say("column-settlement")),
        Column::words(text.say("year-anew-what")),
        Column::number(text.say("year-anew-made")),
        Column::number(text.say("year-anew-now")),
        Column::number(text.say("year-anew-difference")),
    ]
}

fn rows(page: &Page<'_>, anew: &Anew<'_>) -> Vec<Vec<Markup>> {
    let text = page.text;
    let id = anew.made.settlement;
    let link = html! { a href=(page.link(&format!("/settlements/{id}"))) { "S-" (id) } " " (text.day(anew.made.bill.enddate)) };
    if anew.outcome.is_err() {
        return vec![vec![link, html! { (text.say("year-anew-refused")) }, html! {}, html! {}, html! {}]];
    }
    let differences = anew.differences();
    let told = TOLD.iter().filter_map(|(field, words)| {
        let (_, was, is) = *differences.iter().find(|(name, ..)| name == field)?;
        let difference = is.minus(was).unwrap_or(Fen::ZERO);
        Some(vec![link.clone(), html! { (text.say(words)) }, money(was), money(is), money(difference)])
    });
    told.collect()
}
