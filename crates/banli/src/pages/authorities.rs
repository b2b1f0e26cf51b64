//! Who may act for a person: the person's own page, a parent's for a child, and the counter's.

use super::access;
use super::parts::{
    Choice, Faults, Field, FieldKind, Page, Shape, Standing, day, empty, field, frame, hidden, refusals,
    status,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::authority::{AGENT, Command as Wish, Held};
use agency::person::Person;
use agency::{Capability, Command, Organisation, PersonId};
use case::Procedure;
use maud::{Markup, html};
use terms::{CitizenId, Day, Refusals};

/// One's own page.
pub fn own(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let me = ask.actor()?.person.ok_or(Problem::Forbidden)?;
    Ok(ask.see(&format!("/people/{me}/authorities")))
}

/// What is registered, and the form for another.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let person = person_of(ask)?;
    access::note_look(ask, person.registered.person, "person", "")?;
    Ok(Reply::Page(page_of(ask, &person, &Faults::new(), &Refusals::new())?))
}

/// Registers or revokes.
pub fn submit(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let person = person_of(ask)?;
    let id = person.registered.person;
    let wish = match ask.form.get("do") {
        "revoke" => {
            let number = ask.form.get("number").parse().map_err(|_| Problem::NotFound)?;
            Wish::Revoke { person: id, number }
        }
        _ => match grant(ask, id) {
            Ok(wish) => wish,
            Err(faults) => return Ok(Reply::Refused(page_of(ask, &person, &faults, &Refusals::new())?)),
        },
    };
    match send(ask, "authority", &Command::Authority(wish))? {
        Ok(_) => Ok(ask.see(&format!("/people/{id}/authorities"))),
        Err(refusals) => Ok(Reply::Refused(page_of(ask, &person, &Faults::new(), &refusals)?)),
    }
}

/// The person, a minor's parent, or the counter; nobody else learns who acts for whom.
fn person_of(ask: &Ask<'_>) -> Result<Person, Problem> {
    let id: PersonId = ask.part(0)?;
    let person = ask.app.office.store.with_records(|records| records.person(id))?.ok_or(Problem::NotFound)?;
    if access::may_see_authorities(ask, &person.registered) { Ok(person) } else { Err(Problem::NotFound) }
}

fn is_counter(ask: &Ask<'_>) -> bool {
    ask.actor.as_ref().is_some_and(|actor| {
        actor.organisation == Organisation::Agency && ask.app.may(actor, Capability::OpenCases)
    })
}

/// Every field that is wrong, at once.
fn grant(ask: &Ask<'_>, person: PersonId) -> Result<Wish, Faults> {
    let text = ask.text();
    let mut faults = Faults::new();
    let mut day = |name: &str| match ask.form.get(name).parse::<Day>() {
        Ok(day) => day,
        Err(_) => {
            faults.insert(name.to_owned(), text.say("fault-day"));
            Day::MIN
        }
    };
    let (from, to) = (day("from"), day("to"));
    let citizen = ask.form.get("citizen").parse::<CitizenId>();
    if citizen.is_err() {
        faults.insert("citizen".to_owned(), text.say("fault-citizen"));
    }
    match citizen {
        Ok(citizen) if faults.is_empty() => Ok(Wish::Grant {
            person,
            name: ask.form.get("name").to_owned(),
            citizen,
            procedures: ask.form.all("procedures").into_iter().map(str::to_owned).collect(),
            from,
            to,
            seen: ask.form.get("seen") == "true",
            collects: ask.form.get("collects") == "true",
        }),
        _ => Err(faults),
    }
}

fn page_of(ask: &Ask<'_>, person: &Person, faults: &Faults, refused: &Refusals) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let id = person.registered.person;
    let here = format!("/people/{id}/authorities");
    let takes = |procedure: &&Procedure| {
        procedure.in_force(page.today()) && procedure.applicants.iter().any(|one| one.capacity == AGENT)
    };
    let procedures: Vec<Choice> = ask
        .app
        .office
        .rules
        .procedures
        .iter()
        .filter(takes)
        .map(|one| Choice { value: one.id.clone(), label: text.name(&one.name).to_owned(), hint: None })
        .collect();
    let line = |name: &str, key: &str, kind: FieldKind, required: bool| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: text.find(&format!("{key}.hint"), &[]),
        kind,
        required,
    };
    let typed = |name: &str| ask.form.all(name);
    let content = html! {
        (refusals(&page, faults, refused))
        div.stack-l {
        p.lead { (text.say("authority-lead")) }
        section.stack {
            h2 { (text.say("authority-mine")) }
            @if person.authorities.is_empty() { (empty(&text.say("authority-none-yet"), &text.say("authority-none-yet.how"))) }
            ul.tasks { @for held in &person.authorities { li { (registered(ask, &page, held, &here)?) } } }
        }
        form.stack method="post" action=(page.link(&here)) {
            h2 { (text.say("authority-grant")) }
            (hidden("key", &session::random_id()?))
            (field(&page, &line("name", "authority-agent", FieldKind::Text(60), true), &typed("name"), faults))
            (field(&page, &line("citizen", "authority-citizen", FieldKind::Text(18), true), &typed("citizen"), faults))
            (field(&page, &line("procedures", "authority-procedures", FieldKind::Boxes(procedures), false), &typed("procedures"), faults))
            (field(&page, &line("from", "authority-from", FieldKind::Day, true), &typed("from"), faults))
            (field(&page, &line("to", "authority-to", FieldKind::Day, true), &typed("to"), faults))
            (field(&page, &line("collects", "authority-collects", FieldKind::Flag, false), &typed("collects"), faults))
            @if is_counter(ask) { (field(&page, &line("seen", "authority-seen", FieldKind::Flag, true), &typed("seen"), faults)) }
            (hidden("do", "grant"))
            div.actions { button type="submit" { (text.say("authority-grant")) } }
        }
        }
    };
    let crumbs = [("/home", text.say("nav-home"))];
    let title = format!("{} · {}", text.say("nav-authorities"), person.registered.name);
    Ok(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content))
}

fn registered(ask: &Ask<'_>, page: &Page<'_>, held: &Held, here: &str) -> Result<Markup, Problem> {
    let text = page.text;
    let authority = &held.authority;
    let (tone, key) = match held.revoked {
        Some(_) => (Standing::Done, "authority-revoked"),
        None if held.holds_on(page.today()) => (Standing::Mine, "authority-standing"),
        None if page.today() < authority.from => (Standing::Waiting, "authority-later"),
        None => (Standing::Done, "authority-over"),
    };
    let named = |id: &String| {
        let known = ask.app.office.rules.procedures.get(id);
        known.map_or_else(|| id.clone(), |known| text.name(&known.name).to_owned())
    };
    let scope = if authority.procedures.is_empty() {
        text.say("authority-every")
    } else {
        text.list(authority.procedures.iter().map(named))
    };
    let by = if authority.seen { "authority-by-counter" } else { "authority-by-self" };
    Ok(html! {
        div.grow {
            strong { (authority.name) } " " span.mono.soft { (authority.citizen.masked()) }
            p.hint { (scope) }
            p.hint { (day(page, authority.from)) " – " (day(page, authority.to)) " · " (text.say(by)) @if authority.collects { " · " (text.say("authority-collects-too")) } }
        }
        (status(tone, &text.say(key)))
        @if held.revoked.is_none() && page.today() <= authority.to {
            form method="post" action=(page.link(here)) {
                (hidden("key", &session::random_id()?))
                (hidden("do", "revoke"))
                (hidden("number", &authority.number.to_string()))
                button.quiet type="submit" aria-label=(text.with("authority-revoke-of", &[("name", authority.name.as_str().into())])) { (text.say("authority-revoke")) }
            }
        }
    })
}
