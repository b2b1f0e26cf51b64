//! The letter on refused lines: each with its amount, ground and cure, and sums that add up to the fen.

use super::case_loaded::load;
use super::cases::number;
use super::parts::{Column, Shape, article, frame, money, table};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::claim::Claim;
use maud::{Markup, html};
use terms::Fen;

/// The letter, to be printed.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let shown = load(ask)?;
    let page = ask.page();
    let text = page.text;
    if let Some(subject) = shown.file.subject() {
        let reason = text.name(&shown.procedure.name);
        super::access::note_look(ask, subject, &format!("case/{}", shown.case), reason)?;
    }
    let claim = shown.file.claim.as_ref().ok_or(Problem::NotFound)?;
    let refused = &shown.file.refused;
    // Nothing refused, nothing to write.
    if refused.is_empty() {
        return Err(Problem::NotFound);
    }
    let total = Claim::lines_total(claim).unwrap_or(Fen::ZERO);
    let not_paid = claim.total_of(refused).unwrap_or(Fen::ZERO);
    let settlements = ask.app.office.store.read(|reader| reader.settlements_of_case(shown.case))?;
    let grounds = &ask.app.office.rules.line_grounds;
    let columns = [
        Column::words(text.say("after-item")),
        Column::words(text.say("after-ground")),
        Column::words(text.say("after-cure")),
        Column::money(text.say("after-refused"), not_paid),
    ];
    let rows: Vec<Vec<Markup>> = refused
        .iter()
        .filter_map(|one| Some((one, claim.lines.get(one.line)?)))
        .map(|(one, line)| {
            let ground = grounds.get(&one.ground);
            vec![
                html! { (one.line + 1) ". " (line.name) },
                html! { @if let Some(ground) = ground { (text.name(&ground.name)) " " (article(&page, &ground.article.0)) } @else { (one.ground) } @if !one.note.is_empty() { p { "“" (one.note) "”" } } },
                html! { @if let Some(ground) = ground { (text.name(&ground.cure)) } },
                money(line.amount().unwrap_or(Fen::ZERO)),
            ]
        })
        .collect();
    let content = html! {
        div.stack {
            dl.facts {
                dt { (text.say("column-person")) } dd { (super::access::party_name(ask, &shown.file.state.subject)) }
                dt { (text.say("after-claimed")) } dd { (text.yuan(total)) }
                dt { (text.say("after-refused")) } dd { (text.yuan(not_paid)) }
                dt { (text.say("after-considered")) } dd { (text.yuan(total.minus(not_paid).unwrap_or(Fen::ZERO))) }
                @for row in settlements.iter().filter(|row| row.voided_on.is_none()) { dt { (text.say("column-funds")) } dd { (text.yuan(row.fund_pay_sumamt)) } }
            }
            (super::settlement::illustrative(ask, &settlements)?)
            (table(&page, &text.say("after-letter"), &columns, &rows))
            p { (text.say("after-appeal-right")) " " (article(&page, "sihr-2023/52")) }
            article.slip { (super::case_papers::signed(ask)?) }
        }
    };
    let title = format!("{} {}", number(shown.case), text.say("after-letter"));
    let back = format!("/cases/{}", shown.case);
    let crumbs = [("/home", text.say("nav-home")), (back.as_str(), number(shown.case))];
    Ok(Reply::Page(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content)))
}
