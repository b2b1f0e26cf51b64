//! Where a case stands, for the person it is about: who has it, what comes next, by when and why that day, what they must
//! do. Signed in on the case's own page; without an account by the case's number and the end of the identity number.

use super::access::{party_name, role_name};
use super::case_flow::flow;
use super::case_loaded::{Shown, loaded};
use super::cases::number;
use super::parts::{Faults, Field, FieldKind, Shape, article, day_why, field, frame, reason, refusals};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::{AccountId, CaseId};
use case::{Ending, Position, What, clocks, next_actions};
use maud::{Markup, html};
use store::Look;

/// Characters of the identity number that prove that one knows it.
const LAST: usize = 6;

/// The form.
pub fn ask(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(form(ask, &Faults::new())))
}

fn form(ask: &Ask<'_>, faults: &Faults) -> Markup {
    let page = ask.page();
    let text = page.text;
    let line = |name: &str, key: &str, most: u16| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: Some(text.say(&format!("{key}.hint"))),
        kind: FieldKind::Text(most),
        required: true,
    };
    let content = html! {
        (refusals(&page, faults, &[]))
        p.lead { (text.say("status-lead")) }
        form method="post" action=(page.link("/status")) {
            (field(&page, &line("case", "status-number", 20), &[ask.form.get("case")], faults))
            (field(&page, &line("last", "status-last", 6), &[ask.form.get("last")], faults))
            div.actions { button type="submit" { (text.say("status-see")) } }
        }
        p.note { (text.say("status-sign-in")) " " a href=(page.link("/sign-in")) { (text.say("sign-in")) } }
    };
    frame(&page, Shape::Public, &text.say("nav-status"), &[("/", text.say("nav-home"))], &html! {}, &content)
}

/// Answers who knows both. A wrong number and a wrong end are told alike, and who guesses has to wait.
pub fn answer(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let store = &ask.app.office.store;
    let typed = ask.form.get("case").trim_start_matches(['C', 'c', '-', ' ']);
    let about = format!("case {typed}").chars().take(40).collect::<String>();
    if let Some(seconds) = session::must_wait(store, &about, &ask.address, ask.now)? {
        return Err(Problem::Slow(seconds));
    }
    let found = match typed.parse::<CaseId>() {
        Ok(case) => loaded(ask, case).ok(),
        Err(_) => None,
    };
    let person = match found.as_ref().and_then(|shown| shown.file.subject()) {
        Some(subject) => store.with_records(|records| records.person(subject))?,
        None => None,
    };
    let last = ask.form.get("last").to_uppercase();
    let fits = person.as_ref().is_some_and(|person| {
        let citizen = person.registered.citizen.as_str().to_owned();
        last.len() == LAST && citizen.ends_with(&last)
    });
    let (Some(shown), Some(person), true) = (found, person, fits) else {
        session::note_wrong(store, &about, &ask.address, ask.now)?;
        let faults = Faults::from([("case".to_owned(), ask.text().say("status-wrong"))]);
        return Ok(Reply::Refused(form(ask, &faults)));
    };
    session::note_right(store, &about, &ask.address)?;
    let look = Look {
        person: person.registered.person,
        account: AccountId(0),
        at: ask.now,
        what: format!("case/{}/status", shown.case),
        reason: ask.text().say("nav-status"),
    };
    store.note_look(&look)?;
    let page = ask.page();
    let text = page.text;
    let title = format!("{} {}", number(shown.case), text.name(&shown.procedure.name));
    let crumbs = [("/status", text.say("nav-status"))];
    let content = html! { div.stack-l { (summary(ask, &shown)) (super::case_after::remedies(ask, &shown)?) (flow(&page, shown.procedure, &shown.file)) } };
    Ok(Reply::Page(frame(&page, Shape::PublicWide, &title, &crumbs, &html! {}, &content)))
}

/// Who has it, what comes next, by when, and what the applicant must do; nothing of what the case contains.
pub fn summary(ask: &Ask<'_>, shown: &Shown<'_>) -> Markup {
    let page = ask.page();
    let text = page.text;
    let state = &shown.file.state;
    let procedure = shown.procedure;
    let next = next_actions(procedure, state, page.today(), page.law.calendar());
    let running = clocks(procedure, state, page.today(), page.law.calendar());
    let whole = running.iter().filter(|clock| procedure.clocks.iter().any(|known| known.id == clock.id));
    let mine = next.iter().any(|next| next.what == What::Mend);
    html! {
        section.answer.no[mine] {
            @if let Position::Closed(outcome) = &state.position {
                @let outcome = procedure.outcome(outcome);
                p.lead { strong { (outcome.map_or("", |outcome| text.name(&outcome.name))) } }
                @if let Some(paid) = state.paid { p { (text.say("case-paid")) (text.colon()) (text.yuan(paid)) } }
                @for refusal in &state.declined { div { (reason(&page, refusal)) } }
                @if outcome.is_some_and(|outcome| outcome.ends != Ending::Granted) { p { (text.say("status-not-content")) } }
            }
            @for one in &next {
                @if one.what == What::Mend {
                    p.lead { strong { (text.say("status-you")) } }
                    @if let Some(correction) = &state.correction { ul.stack-s { @for refusal in &correction.missing { li { (reason(&page, refusal)) } } } }
                } @else {
                    @let who = one.owner.as_ref().map_or_else(|| text.say("case-applicant"), |owner| role_name(ask, &owner.role));
                    @let place = one.organisation.as_deref().map(|organisation| party_name(ask, organisation)).unwrap_or_default();
                    p.lead { strong { (text.name(&one.name)) } }
                    p { (text.with(if one.what == What::Wait { "status-waits" } else { "case-waits-for" }, &[("who", who.into()), ("where", place.into())])) }
                    @if one.what == What::Intake { p { (text.say("status-bring")) " " a href=(page.link(&format!("/precheck/{}", procedure.id))) { (text.say("nav-precheck")) } } }
                    @else if one.what != What::Wait { p.soft { (text.say("status-nothing")) } }
                }
                @if let Some(due) = &one.due { div { (text.say("clock-until")) " " (day_why(&page, due)) " " (article(&page, &one.article.0)) } }
            }
            @for clock in whole { div { (text.name(&clock.name)) (text.colon()) @if clock.stopped { (text.say("clock-suspended")) } @else { (day_why(&page, &clock.due)) } " " (article(&page, &clock.article.0)) } }
        }
    }
}
