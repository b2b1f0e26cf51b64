//! The order to pay back what was overpaid: how much, of which case, on what ground, by when.

use super::case_loaded::load;
use super::cases::number;
use super::parts::{Shape, article, frame};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::{CaseId, StreamId};
use maud::html;
use terms::Fact;

/// The step that orders it back; there is no letter before.
const ORDER: &str = "order";

/// The letter, to be printed.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let shown = load(ask)?;
    let page = ask.page();
    let text = page.text;
    let state = &shown.file.state;
    let decided = match state.parties.get("decided-case").map(|party| party.parse()) {
        Some(Ok(StreamId::Case(decided))) => decided,
        _ => return Err(Problem::NotFound),
    };
    let (Some(_), Some(Fact::Day(until))) = (state.done_on(ORDER), state.facts.get("recovery.until")) else {
        return Err(Problem::NotFound);
    };
    let amount = amount(ask, shown.case, decided)?;
    if let Some(subject) = shown.file.subject() {
        super::access::note_look(
            ask,
            subject,
            &format!("case/{}/order", shown.case),
            text.name(&shown.procedure.name),
        )?;
    }
    let name = super::access::party_name(ask, &state.subject);
    let says =
        [("name", name.into()), ("number", number(decided).into()), ("amount", text.yuan(amount).into())];
    let ground = match state.facts.get("recovery.ground") {
        Some(Fact::Code(code)) => {
            let field = shown.procedure.fields().find(|field| field.id == "recovery.ground");
            let known = field.and_then(|field| field.codes.iter().find(|(id, _)| id == code));
            known.map_or_else(|| text.code(code), |(_, name)| text.name(name).to_owned())
        }
        _ => String::new(),
    };
    let reason = state.marks.iter().rfind(|mark| mark.step == ORDER).map(|mark| mark.note.clone());
    let content = html! {
        article.slip {
            p { (text.with("recovery-letter-says", &says)) " " (article(&page, "sihr-2023/46")) }
            dl.facts {
                dt { (text.say("recovery-letter-ground")) } dd { (ground) @if let Some(reason) = &reason { p { "“" (reason) "”" } } }
                dt { (text.say("recovery-letter-until")) } dd { strong { (text.day(*until)) } }
            }
            @if !shown.file.instalments.is_empty() {
                p { (text.say("recovery-letter-parts")) (text.colon()) }
                ol { @for one in &shown.file.instalments { li { (text.day(one.due)) " " strong { (text.yuan(one.amount)) } } } }
            }
            @if state.facts.get("recovery.offset") == Some(&Fact::Flag(true)) { p { (text.say("recovery-letter-offset")) } }
            p { (text.say("recovery-letter-how")) }
            p { (text.say("after-appeal-right")) " " (article(&page, "sihr-2023/52")) }
            (super::case_papers::signed(ask)?)
        }
        p.actions.no-print { button type="button" data-print { (text.say("do-print")) } a.button.quiet href=(page.link(&format!("/cases/{}", shown.case))) { (text.say("do-back")) } }
    };
    let title = format!("{} {}", number(shown.case), text.say("recovery-letter"));
    let back = format!("/cases/{}", shown.case);
    let crumbs = [("/home", text.say("nav-home")), (back.as_str(), number(shown.case))];
    Ok(Reply::Page(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content)))
}

/// What is ordered back: what the books say now or, once it has come back, what came.
fn amount(ask: &Ask<'_>, because: CaseId, decided: CaseId) -> Result<terms::Fen, Problem> {
    let rules = &ask.app.office.rules;
    Ok(ask
        .app
        .office
        .store
        .with_records(|records| agency::casework::ordered_back(records, rules, because, decided))?)
}
