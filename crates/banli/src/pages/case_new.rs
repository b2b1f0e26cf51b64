//! Opening a case: which matter, whom it is about, who applies.

use super::about_new;
use super::access::party_name;
use super::case_act::open;
use super::case_applicant;
use super::case_loaded::{Attempt, loaded};
use super::case_scans;
use super::case_show::page;
use super::facts as fields;
use super::parts::{Choice, Field, FieldKind, Shape, empty, field, frame, hidden, refusals};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::casework::OFFICE;
use agency::{Capability, CaseId};
use case::{Known, Procedure};
use maud::{Markup, html};
use std::cmp::Reverse;
use store::CaseFilter;

/// So many cases back tell which matters are asked for most.
const LATELY: u32 = 300;

/// Which matter.
pub fn choose(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let mut procedures: Vec<&Procedure> = ask
        .app
        .office
        .rules
        .procedures
        .iter()
        .filter(|procedure| procedure.in_force(page.today()) && about_new::is_offered(ask, procedure))
        .collect();
    // What is asked for most stands first and has a key of its own.
    let lately = ask
        .app
        .office
        .store
        .read(|reader| reader.find_cases(&CaseFilter::default(), CaseId(u64::MAX), LATELY))?;
    let asked = |procedure: &Procedure| lately.iter().filter(|row| row.procedure == procedure.id).count();
    procedures.sort_by_key(|procedure| Reverse(asked(procedure)));
    let content = html! {
        @if procedures.is_empty() { (empty(&text.say("precheck-none"), &text.say("precheck-none.how"))) }
        nav.cards aria-label=(text.say("precheck-which")) {
            @for (place, procedure) in procedures.iter().enumerate() { a.box data-pick=[(place < 9).then_some(place + 1)] href=(page.link(&format!("/cases/new/{}{}", procedure.id, ask.query.query_with("", "")))) { strong { (text.name(&procedure.name)) @if place < 9 { " " kbd aria-hidden="true" { (place + 1) } } } (text.name(&procedure.gist)) } }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say(word(ask)),
        &[("/home", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}

/// The form of one matter.
pub fn ask(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(form(ask, procedure(ask)?, &Attempt::default())?))
}

/// Opens the case.
pub fn submit(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let procedure = procedure(ask)?;
    match open(ask, procedure)? {
        // The application stands; a picture that is not taken is told on its page, the good ones are kept.
        Ok(case) => {
            let scans = case_scans::take(ask, case)?;
            if scans.faults.is_empty() && scans.refusals.is_empty() {
                return Ok(ask.see(&format!("/cases/{case}")));
            }
            let shown = loaded(ask, case)?;
            let attempt = Attempt { faults: scans.faults, refusals: scans.refusals, ..Attempt::default() };
            Ok(Reply::Refused(page(ask, &shown, &attempt)?))
        }
        Err(attempt) => {
            Ok(Reply::Refused(form(ask, procedure, &Attempt { typed: Some(ask.form.clone()), ..attempt })?))
        }
    }
}

/// What opening a case is called: the office takes in, everybody else applies.
fn word(ask: &Ask<'_>) -> &'static str {
    let ours = ask.actor.as_ref().is_some_and(|actor| actor.organisation == agency::Organisation::Agency);
    if ours { "nav-new-case" } else { "do-open" }
}

fn procedure<'a>(ask: &'a Ask<'_>) -> Result<&'a Procedure, Problem> {
    let id: String = ask.part(0)?;
    ask.app.office.rules.procedures.get(&id).ok_or(Problem::NotFound)
}

fn form(ask: &Ask<'_>, procedure: &Procedure, attempt: &Attempt) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    // What the pre-check was told arrives in the address under the same names.
    let typed = attempt.typed.as_ref().unwrap_or(&ask.query);
    let line = |name: &str, label: String, hint: Option<String>, kind: FieldKind, required: bool| Field {
        name: name.to_owned(),
        label,
        hint,
        kind,
        required,
    };
    // “Myself” is the word of whoever signs in as a person; at a counter it is the person before it.
    let own = ask.actor.as_ref().and_then(|actor| actor.person);
    let applies_themselves = own.is_some();
    let capacities: Vec<Choice> = procedure
        .applicants
        .iter()
        .filter(|applicant| applicant.capacity != OFFICE)
        .map(|applicant| Choice {
            value: applicant.capacity.clone(),
            label: if applies_themselves {
                text.code(&applicant.capacity)
            } else {
                case_applicant::capacity(ask, &applicant.capacity)
            },
            hint: None,
        })
        .collect();
    let person = if typed.get("person").is_empty() {
        own.map(|person| person.to_string()).unwrap_or_default()
    } else {
        typed.get("person").to_owned()
    };
    let named =
        person.parse::<agency::PersonId>().ok().map(|person| party_name(ask, &format!("person/{person}")));
    let only = capacities.len() == 1;
    // The person's unit is known to the registers, the actor's own hospital to the office.
    let asked_parties: Vec<&String> = procedure
        .parties
        .iter()
        .filter(|relation| {
            *relation != "persons-unit"
                && !matches!(
                    (relation.as_str(), ask.actor.as_ref().map(|actor| &actor.organisation)),
                    ("referring-hospital", Some(agency::Organisation::Provider(_)))
                )
        })
        .collect();
    let about = about_new::head(ask, procedure, typed, &attempt.faults)?;
    // At a counter somebody else's original card is looked at; online everybody is who they are.
    let stands_in = |one: &case::Applicant| ["agent", "guardian"].contains(&one.capacity.as_str());
    let at_counter = procedure.applicants.iter().any(stands_in)
        && ask.actor.as_ref().is_some_and(|actor| {
            matches!(actor.organisation, agency::Organisation::Agency | agency::Organisation::Provider(_))
        });
    // Who applies from home photographs the papers at once; at a counter they are seen on the next page.
    let online = !procedure.materials.is_empty()
        && ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, Capability::ApplyOnline));
    let content = html! {
        (refusals(&page, &attempt.faults, &attempt.refusals))
        @if let Some(running) = attempt.running {
            section.faults role="alert" tabindex="-1" id="faults" aria-labelledby="faults-title" {
                h2 id="faults-title" { (text.with("open-running", &[("case", super::cases::number(running).into())])) }
                p.cure { (text.say("open-running.cure")) }
                p { a.button href=(page.link(&format!("/cases/{running}"))) { (text.with("open-running-go", &[("case", super::cases::number(running).into())])) } }
            }
        }
        p.lead { (text.name(&procedure.gist)) }
        form data-begin method="post" enctype=[online.then_some("multipart/form-data")] action=(page.link(&format!("/cases/new/{}", procedure.id))) {
            (hidden("key", &session::random_id()?))
            @if attempt.running.is_some() { (hidden("another", "true")) }
            @if let Some(about) = &about { (about) } @else {
            @if let Some(named) = &named { (hidden("person", &person)) p { (text.say("column-person")) (text.colon()) strong { (named) } } }
            (field(&page, &line("citizen", text.say(if named.is_some() { "open-other-person" } else { "column-citizen" }), Some(text.say("open-citizen-hint")), FieldKind::Text(18), named.is_none()), &[typed.get("citizen")], &attempt.faults))
            @if only { (hidden("capacity", &capacities[0].value)) } @else { (field(&page, &line("capacity", text.say("precheck-capacity"), None, FieldKind::Radio(capacities), true), &[typed.get("capacity")], &attempt.faults)) }
            @if at_counter { (field(&page, &line("stand_in", text.say("authority-stand-in"), Some(text.say("authority-stand-in.hint")), FieldKind::Text(18), false), &[typed.get("stand_in")], &attempt.faults)) }
            @for relation in asked_parties { @let name = format!("party.{relation}"); (field(&page, &line(&name, text.code(relation), Some(text.say("open-provider-hint")), FieldKind::Provider, true), &[typed.get(&name)], &attempt.faults)) }
            }
            @for asked in procedure.fields().filter(|field| field.known == Known::Applicant && !field.id.starts_with("claim.")) { (field(&page, &fields::field(&page, asked, about.is_some() && asked.required), &typed.all(&asked.id), &attempt.faults)) }
            (super::provider_field::list(ask, procedure)?)
            @if online {
                fieldset.no-print {
                    legend { (text.say("open-photos")) }
                    p.hint { (text.say("open-photos.hint")) }
                    @for material in procedure.materials.iter().filter(|material| material.at.is_none()) {
                        div.field { strong { (text.name(&material.name)) } (case_scans::input(ask, &material.id, text.name(&material.name), &attempt.faults)) }
                    }
                }
            }
            div.actions { button type="submit" { (text.say(if attempt.running.is_some() { "open-another" } else { "do-open" })) } a.button.quiet href=(page.link(&format!("/precheck/{}", procedure.id))) { (text.say("nav-precheck")) } }
        }
    };
    let crumbs = [("/home", text.say("nav-home")), ("/cases/new", text.say(word(ask)))];
    Ok(frame(&page, Shape::Desk, text.name(&procedure.name), &crumbs, &html! {}, &content))
}
