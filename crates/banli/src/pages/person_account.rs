//! A person's own account: what is on it, every movement with what it paid, the base of contributions, and who of the
//! family may use it. And the month's credits, for people who came late.

use super::access;
use super::parts::{
    Choice, Column, Faults, Field, FieldKind, Page, Shape, article_short, day, empty, field, frame, hidden,
    money, refusals, table,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::crediting::{self, Credited};
use crate::desk::Declined;
use crate::errors::Problem;
use crate::session;
use agency::person::Person;
use agency::person_account::{AccountEvent, Command, Movement, PersonAccount};
use agency::{Capability, PersonId};
use maud::{Markup, html};
use terms::{CitizenId, Day, Fen, Month, Refusals};

/// Movements on a page, the latest first.
const PAGE: usize = 60;

/// The account.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let person = person_of(ask)?;
    access::note_look(ask, person.registered.person, "person", "")?;
    Ok(Reply::Page(page_of(ask, &person, &Faults::new(), &Refusals::new())?))
}

/// The base, or leave for a relative.
pub fn submit(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let person = person_of(ask)?;
    let holder = person.registered.person;
    let mut faults = Faults::new();
    let command = match ask.form.get("do") {
        "base" => {
            let base = ask.form.get("base").replace(',', "").parse::<Fen>();
            let from = month(ask.form.get("from"));
            if base.is_err() {
                faults.insert("base".into(), ask.text().say("fault-money"));
            }
            if from.is_none() {
                faults.insert("from".into(), ask.text().say("fault-month"));
            }
            base.ok().zip(from).map(|(base, from)| Command::SetBase { person: holder, base, from })
        }
        "end" => {
            let member = ask.form.get("member").parse().map_err(|_| Problem::NotFound)?;
            Some(Command::EndAid { holder, member })
        }
        _ => {
            let known = ask.form.get("citizen").parse::<CitizenId>().ok();
            let store = &ask.app.office.store;
            let member = match &known {
                Some(citizen) => store.with_records(|records| records.person_by_citizen(citizen))?,
                None => None,
            };
            if member.is_none() {
                faults.insert("citizen".into(), ask.text().say("fault-citizen"));
            }
            let relation = ask.form.get("relation").to_owned();
            member.map(|member| Command::Aid { holder, member, relation })
        }
    };
    let Some(command) = command else {
        return Ok(Reply::Refused(page_of(ask, &person, &faults, &Refusals::new())?));
    };
    match send(ask, "paccount", &agency::Command::PersonAccount(command))? {
        Ok(_) => Ok(ask.see(&format!("/people/{holder}/account"))),
        Err(reasons) => Ok(Reply::Refused(page_of(ask, &person, &Faults::new(), &reasons)?)),
    }
}

/// `2026-10`
fn month(text: &str) -> Option<Month> {
    format!("{text}-01").parse::<Day>().ok().map(Day::month)
}

/// The person, a minor's parent, or whose work it is.
fn person_of(ask: &Ask<'_>) -> Result<Person, Problem> {
    let id: PersonId = ask.part(0)?;
    let person = ask.app.office.store.with_records(|records| records.person(id))?.ok_or(Problem::NotFound)?;
    if access::may_see_settlements(ask, &person.registered) { Ok(person) } else { Err(Problem::NotFound) }
}

fn page_of(ask: &Ask<'_>, person: &Person, faults: &Faults, reasons: &Refusals) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let id = person.registered.person;
    let account = ask.app.office.store.with_records(|records| records.person_account(id))?;
    let (this_year, past) = account.parts_on(page.today());
    let skip = ask.query.get("skip").parse::<usize>().unwrap_or(0).min(account.movements.len());
    let shown: Vec<&Movement> = account.movements.iter().rev().skip(skip).take(PAGE).collect();
    let here = format!("/people/{id}/account");
    let content = html! {
        (refusals(&page, faults, reasons))
        div.two.lean {
            div.stack {
                section.answer { p.lead { (text.with("paccount-lead", &[("balance", text.yuan(account.balance()).into()), ("this_year", text.yuan(this_year).into()), ("past", text.yuan(past).into())])) } p.soft { (text.say("paccount-about")) } }
                @if shown.is_empty() { (empty(&text.say("paccount-none"), &text.say("paccount-none.how"))) } @else { (movements(&page, &shown)) }
                nav.pages aria-label=(text.say("paccount-movements")) {
                    @if skip > 0 { a href=(page.link(&format!("{here}?skip={}", skip.saturating_sub(PAGE)))) { "← " (text.say("back")) } }
                    @if skip + PAGE < account.movements.len() { a href=(page.link(&format!("{here}?skip={}", skip + PAGE))) { (text.say("more")) } }
                }
            }
            div.stack { (base(ask, &account, faults)?) (family(ask, &account, faults)?) }
        }
    };
    let path = format!("/people/{id}");
    let mut crumbs = vec![("/home", text.say("nav-home"))];
    if access::may_see_person(ask, person) {
        crumbs.push((path.as_str(), person.registered.name.clone()));
    }
    Ok(frame(&page, Shape::Desk, &text.say("paccount-title"), &crumbs, &html! {}, &content))
}

fn movements(page: &Page<'_>, shown: &[&Movement]) -> Markup {
    let text = page.text;
    let columns = [
        Column::words(text.say("paccount-what")),
        Column::words(text.say("finance-day")),
        Column::number(text.say("paccount-amount")),
        Column::number(text.say("paccount-balance")),
    ];
    let rows: Vec<Vec<Markup>> = shown
        .iter()
        .map(|movement| {
            let (what, on) = told(page, &movement.what);
            vec![
                what,
                on.map_or_else(|| html! {}, |on| day(page, on)),
                money(movement.amount),
                money(movement.balance),
            ]
        })
        .collect();
    table(page, &text.say("paccount-movements"), &columns, &rows)
}

/// A movement in words, with its day.
fn told(page: &Page<'_>, what: &AccountEvent) -> (Markup, Option<Day>) {
    let text = page.text;
    match what {
        AccountEvent::TakenOver { on, .. } => (html! { (text.say("paccount-taken-over")) }, Some(*on)),
        AccountEvent::Credited { month, base, article, on, .. } => {
            let credited = text.with("paccount-credited", &[("month", text.month(*month).into())]);
            let of = base.map(|base| text.with("paccount-credited-on", &[("base", text.yuan(base).into())]));
            (
                html! { (credited) " " (article_short(page, &article.0)) @if let Some(of) = of { p.hint { (of) } } },
                Some(*on),
            )
        }
        AccountEvent::Drawn { settlement, on, .. } => {
            let link = page.link(&format!("/settlements/{settlement}"));
            (html! { (text.say("paccount-drawn")) " " a.nowrap href=(link) { "S-" (settlement) } }, Some(*on))
        }
        AccountEvent::Returned { settlement, on } => {
            let link = page.link(&format!("/settlements/{settlement}"));
            (
                html! { (text.say("paccount-returned")) " " a.nowrap href=(link) { "S-" (settlement) } },
                Some(*on),
            )
        }
        AccountEvent::BaseSet { .. } | AccountEvent::AidGranted { .. } | AccountEvent::AidEnded { .. } => {
            (html! {}, None)
        }
    }
}

fn base(ask: &Ask<'_>, account: &PersonAccount, faults: &Faults) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let may = ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, Capability::OpenCases));
    let line = |name: &str, label: &str, hint: Option<&str>, kind: FieldKind| Field {
        name: name.into(),
        label: text.say(label),
        hint: hint.map(|hint| text.say(hint)),
        kind,
        required: true,
    };
    Ok(html! { section.box {
        h2 { (text.say("paccount-base")) }
        @match account.base_on(page.today()) {
            Some(base) => p { (text.with("paccount-base-is", &[("base", text.yuan(base).into())])) },
            None => p.soft { (text.say("paccount-base-none")) },
        }
        @if may { form.stack-s method="post" action=(page.link(&format!("/people/{}/account", account.person))) {
            (hidden("key", &session::random_id()?)) (hidden("do", "base"))
            (field(&page, &line("base", "paccount-base", None, FieldKind::Money), &[ask.form.get("base")], faults))
            (field(&page, &line("from", "paccount-base-from", Some("paccount-base-from.hint"), FieldKind::Text(7)), &[ask.form.get("from")], faults))
            div.actions { button.quiet type="submit" { (text.say("paccount-base-set")) } }
        } }
    } })
}

fn family(ask: &Ask<'_>, account: &PersonAccount, faults: &Faults) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let Some(family) = &ask.app.office.rules.accounts.family else { return Ok(html! {}) };
    let may = ask.actor.as_ref().is_some_and(|actor| {
        let own = actor.person == Some(account.person) && ask.app.may(actor, Capability::ApplyOnline);
        own || ask.app.may(actor, Capability::OpenCases)
    });
    let name = |person: PersonId| access::party_name(ask, &format!("person/{person}"));
    let relation = |id: &str| {
        let known = family.relation.iter().find(|known| known.id == id);
        known.map_or_else(|| id.to_owned(), |known| text.name(&known.name).to_owned())
    };
    let choices = family.relation.iter().map(|known| Choice {
        value: known.id.clone(),
        label: text.name(&known.name).to_owned(),
        hint: None,
    });
    let line = |name: &str, label: &str, kind: FieldKind| Field::needed(name, text.say(label), kind);
    let here = page.link(&format!("/people/{}/account", account.person));
    let members: Vec<_> = account.members(page.today()).collect();
    let helpers: Vec<PersonId> = account.helpers(page.today()).collect();
    let mine = name(account.person);
    Ok(html! { section.box {
        h2 { (text.say("paccount-family")) }
        p.soft { (text.say("paccount-family-about")) " " (article_short(&page, &family.article.0)) }
        @if !members.is_empty() { h3 { (text.say("paccount-may-use")) } ul.tasks { @for aid in &members { li {
            div.grow { (name(aid.member)) " (" (relation(&aid.relation)) ")" p.hint { (text.with("paccount-since", &[("day", text.day(aid.from).into())])) } }
            @if may { form method="post" action=(here) {
                (hidden("key", &session::random_id()?)) (hidden("do", "end")) (hidden("member", &aid.member.to_string()))
                button.quiet type="submit" aria-label=(text.with("paccount-end-of", &[("name", name(aid.member).into())])) { (text.say("paccount-end")) }
            } }
        } } } }
        @if !helpers.is_empty() { h3 { (text.with("paccount-uses", &[("name", mine.into())])) } ul { @for helper in &helpers { li { (name(*helper)) } } } }
        @if may { form.stack-s method="post" action=(here) {
            (hidden("key", &session::random_id()?)) (hidden("do", "aid"))
            (field(&page, &line("citizen", "paccount-member", FieldKind::Text(18)), &[ask.form.get("citizen")], faults))
            (field(&page, &line("relation", "paccount-relation", FieldKind::Select(choices.collect())), &[ask.form.get("relation")], faults))
            div.actions { button.quiet type="submit" { (text.say("paccount-grant")) } }
        } }
    } })
}

/// The form for a month's credits.
pub fn month_form(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(month_page(ask, &Faults::new(), &Refusals::new(), None)?))
}

/// Credits a month to whoever is due it and has not had it, and tells what it came to.
pub fn month_credit(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let Some(month) = month(ask.form.get("month")) else {
        let faults = Faults::from([("month".to_owned(), ask.text().say("fault-month"))]);
        return Ok(Reply::Refused(month_page(ask, &faults, &Refusals::new(), None)?));
    };
    match crediting::credit_month(&ask.app.desk, ask.actor()?, month) {
        Ok(done) => Ok(Reply::Page(month_page(ask, &Faults::new(), &Refusals::new(), Some((month, &done)))?)),
        Err(Declined::Refused(reasons)) => {
            Ok(Reply::Refused(month_page(ask, &Faults::new(), &reasons, None)?))
        }
        Err(Declined::MovedOn) => Err(Problem::Unreadable(ask.text().say("form-moved-on"))),
        Err(declined) => Err(Problem::Trouble(declined.into())),
    }
}

fn month_page(
    ask: &Ask<'_>,
    faults: &Faults,
    reasons: &Refusals,
    done: Option<(Month, &Credited)>,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let may = ask.app.may(ask.actor()?, Capability::Clear);
    let asked = Field {
        name: "month".into(),
        label: text.say("paccount-month"),
        hint: Some(text.say("paccount-base-from.hint")),
        kind: FieldKind::Text(7),
        required: true,
    };
    let content = html! { div.stack {
        (refusals(&page, faults, reasons))
        p.note { (text.say("paccount-month-about")) }
        @if let Some((month, done)) = done { section.answer {
            p.lead { (text.with("paccount-month-done", &[("month", text.month(month).into()), ("count", done.count.into()), ("amount", text.yuan(done.amount).into()), ("had", done.had.into()), ("none", done.none.into())])) }
            @if done.no_base > 0 {
                p { (text.with("paccount-month-base", &[("count", done.no_base.into())])) }
                p { @for person in &done.named { a.nowrap href=(page.link(&format!("/people/{person}/account"))) { (access::party_name(ask, &format!("person/{person}"))) } " " } @if done.no_base > done.named.len() { "…" } }
            }
        } }
        @if may { form.stack-s method="post" action=(page.link("/finance/person-accounts")) {
            (field(&page, &asked, &[ask.form.get("month")], faults))
            div.actions { button type="submit" { (text.say("paccount-month-do")) } }
        } }
    } };
    let crumbs = [("/home", text.say("nav-home")), ("/finance", text.say("nav-finance"))];
    Ok(frame(&page, Shape::Desk, &text.say("paccount-month-title"), &crumbs, &html! {}, &content))
}
