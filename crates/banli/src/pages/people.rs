//! Finding people, certificates and cases; a person's page; who looked at it.

use super::access;
use super::cases::rows;
use super::parts::{Column, Page, Shape, Standing, day, empty, frame, money, pages, status, table};
use crate::ask::{Ask, Reply, encode};
use crate::errors::Problem;
use agency::certificate::Status;
use agency::person::Person;
use agency::{Capability, PersonId};
use maud::{Markup, html};
use store::{PersonRow, SettlementRow};
use terms::Fen;

const SHOWN_MAX: u32 = 50;
/// Rows of one page of a list that goes on.
const PAGE: u32 = 15;

/// People by name or number.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let sought: String = ask.query.get("q").chars().take(60).collect();
    people_found(ask, &sought)
}

/// The people whom these words or this number name; one exact number opens the record at once.
pub fn people_found(ask: &Ask<'_>, sought: &str) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let found = if sought.is_empty() {
        vec![]
    } else {
        ask.app.office.store.read(|reader| reader.find_people(sought, SHOWN_MAX))?
    };
    // Scanned numbers open the record at once.
    if let [only] = found.as_slice()
        && (only.citizen == sought || agency::certificate::is_number(sought))
    {
        return Ok(ask.see(&format!("/people/{}", only.id)));
    }
    let content = html! {
        form.filters method="get" action=(page.link("/people")) {
            div { label for="people-q" { (text.say("find-label")) } input id="people-q" name="q" type="search" maxlength="60" value=(sought); }
            button.quiet type="submit" { (text.say("find")) }
        }
        @if sought.is_empty() { (empty(&text.say("people-ask"), &text.say("people-ask.how"))) }
        @else if found.is_empty() { (empty(&text.say("people-none"), &text.say("people-none.how"))) }
        @else { (people_table(ask, &found, "nav-people")) }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say("nav-people"),
        &[("/home", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}

/// People as rows, numbers masked: a list is for choosing.
/// `title` is the key of what the table is called.
pub fn people_table(ask: &Ask<'_>, people: &[PersonRow], title: &str) -> Markup {
    let page = ask.page();
    let text = page.text;
    let columns = ["column-name", "column-citizen", "column-birth", "column-address"]
        .map(|key| Column::words(text.say(key)));
    let rows: Vec<Vec<Markup>> = people
        .iter()
        .map(|person| {
            let masked = person
                .citizen
                .parse::<terms::CitizenId>()
                .map(|citizen| citizen.masked())
                .unwrap_or_default();
            vec![
                html! { a href=(page.link(&format!("/people/{}", person.id))) { (person.name) } },
                html! { span.mono { (masked) } },
                html! { (person.birth) },
                html! { (person.address) },
            ]
        })
        .collect();
    table(&page, &text.say(title), &columns, &rows)
}

fn person_of(ask: &Ask<'_>) -> Result<Person, Problem> {
    let id: PersonId = ask.part(0)?;
    let person = ask.app.office.store.with_records(|records| records.person(id))?.ok_or(Problem::NotFound)?;
    if access::may_see_person(ask, &person) { Ok(person) } else { Err(Problem::NotFound) }
}

/// Everything the office knows of a person.
pub fn person(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let person = person_of(ask)?;
    let id = person.registered.person;
    access::note_look(ask, id, "person", "")?;
    let mut crumbs = vec![("/home", text.say("nav-home"))];
    if ask.app.may(ask.actor()?, Capability::LookUpPeople) {
        crumbs.push(("/people", text.say("nav-people")));
    }
    let store = &ask.app.office.store;
    let (certificates, filings, cases, settlements, children, year) = store.read(|reader| {
        Ok((
            reader.certificates_of(id)?,
            reader.filings_of(id)?,
            reader.cases_of(id)?,
            reader.settlements_of(id, i64::MAX, 12)?,
            reader.children_of(id)?,
            reader.year(id, page.today().year())?,
        ))
    })?;
    // A unit's liaison officer learns nothing of what its people are treated for.
    let cases: Vec<_> = cases.into_iter().filter(|row| access::may_open_case(ask, row.id)).collect();
    let registered = &person.registered;
    let served = ask.app.office.rules.categories.served(&person, page.today());
    let content = html! {
        div.two.lean {
            div.stack {
                section.box {
                    h2 { (text.say("person-certificates")) }
                    @if certificates.is_empty() { p.soft { (text.say("person-no-certificate")) } }
                    ul.tasks { @for certificate in &certificates { li {
                        div.grow { span.mono { (certificate.number) } p.hint { (text.say("person-issued")) " " (day(&page, certificate.issued_on)) " · " a href=(page.link(&format!("/cases/{}", certificate.case))) { (super::cases::number(certificate.case)) } } }
                        (certificate_status(&page, certificate.status))
                    } } }
                }
                section.stack-s {
                    h2 { (text.say("nav-cases")) }
                    @if cases.is_empty() { (empty(&text.say("cases-empty"), &text.say("person-cases.how"))) } @else { (rows(ask, &cases.iter().collect::<Vec<_>>())?) }
                }
                section.stack-s {
                    h2 { (text.say("nav-settlements")) }
                    @if year.settlements > 0 { p { (text.with("person-year", &[("year", page.today().year().to_string().into()), ("count", year.settlements.into()), ("total", text.yuan(year.medfee_sumamt).into()), ("funds", text.yuan(year.fund_pay_sumamt).into()), ("own", text.yuan(year.psn_cash_pay).into())])) " " @if access::may_see_settlements(ask, registered) { a href=(page.link(&format!("/people/{id}/years/{}", page.today().year()))) { (text.say("year-link")) } } } }
                    @if settlements.is_empty() { p.soft { (text.say("person-no-settlement")) } } @else { (settlement_rows(&page, &settlements, access::may_see_settlements(ask, registered))) }
                }
            }
            div.stack {
                div.box {
                    dl.facts {
                        dt { (text.say("column-citizen")) } dd.mono { (access::citizen(ask, registered.citizen.as_str())) }
                        dt { (text.say("column-birth")) } dd { (day(&page, registered.citizen.birth())) " (" (text.with("person-age", &[("age", page.today().age(registered.citizen.birth()).into())])) ")" }
                        @if let Some(died) = person.died { dt { (text.say("person-died")) } dd { (day(&page, died)) } }
                        dt { (text.say("column-address")) } dd { (registered.address) }
                        @if let Some(unit) = registered.unit { dt { (text.say("person-unit")) } dd { (access::party_name(ask, &format!("unit/{unit}"))) } }
                        @if let Some(parent) = registered.parent { dt { (text.say("person-parent")) } dd { a href=(page.link(&format!("/people/{parent}"))) { (access::party_name(ask, &format!("person/{parent}"))) } } }
                        @if !children.is_empty() { dt { (text.say("person-children")) } dd { ul { @for child in &children { li { a href=(page.link(&format!("/people/{}", child.id))) { (child.name) } } } } } }
                        dt { (text.say("person-insurance")) }
                        dd { ul { @for insurance in person.insured_on(page.today()) { li { (text.code(&format!("insutype-{}", insurance.insutype))) " · " (text.code(&format!("psn-type-{}", insurance.psn_type))) } } } }
                        dt { (text.say("person-categories")) }
                        dd { ul { @for category in person.categories_on(page.today()) { li { (ask.app.office.rules.categories.get(category).map_or_else(|| text.code(category), |known| text.name(&known.name).to_owned())) @if category == served.to_string() { " " (status(Standing::Mine, &text.say("person-served"))) } } } } }
                    }
                }
                div.box {
                    h2 { (text.say("person-filings")) }
                    @if filings.is_empty() { p.soft { (text.say("person-no-filing")) } }
                    ul.tasks { @for filing in &filings { li { div.grow { (text.code(&format!("filing-{}", filing.kind))) p.hint { (filing.region) " · " (filing.from) " – " (filing.to.map_or_else(String::new, |to| to.to_string())) } } } } }
                }
                div.box {
                    h2 { (text.say("person-place")) }
                    @match person.contracted(ask.app.office.rules.visits.contracting(), page.today()) {
                        Some(held) => {
                            p { @if let Some(place) = held.declared.place { (access::party_name(ask, &format!("provider/{place}"))) } }
                            p.hint {
                                (text.with("person-place-since", &[("from", text.day(held.declared.from).into())]))
                                @if let Some(to) = held.declared.to { " " (text.with("person-place-until", &[("to", text.day(to).into())])) }
                                @if let Some(case) = held.declared.case { " · " a href=(page.link(&format!("/cases/{case}"))) { (super::cases::number(case)) } }
                            }
                        }
                        None => { p.soft { (text.say("person-place-none")) } }
                    }
                }
                p.actions.no-print {
                    @if ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, Capability::OpenCases)) { a.button href=(page.link(&format!("/cases/new?person={id}"))) { (text.say("nav-new-case")) } }
                    @if access::may_see_authorities(ask, registered) { a.button.quiet href=(page.link(&format!("/people/{id}/authorities"))) { (text.say("nav-authorities")) } }
                    @if access::may_see_looks(ask, registered) { a.button.quiet href=(page.link(&format!("/people/{id}/looks"))) { (text.say("nav-looks")) } }
                    @if access::may_see_settlements(ask, registered) { a.button.quiet href=(page.link(&format!("/people/{id}/account"))) { (text.say("paccount-title")) } }
                    @if access::may_see_settlements(ask, registered) { a.button.quiet href=(page.link(&format!("/people/{id}/statement"))) { (text.say("nav-statement")) } }
                }
            }
        }
    };
    Ok(Reply::Page(frame(&page, Shape::Desk, &registered.name, &crumbs, &html! {}, &content)))
}

fn certificate_status(page: &Page<'_>, standing: Status) -> Markup {
    let (tone, key) = match standing {
        Status::Active => (Standing::Mine, "certificate-active"),
        Status::Lost => (Standing::Late, "certificate-lost"),
        Status::Stopped => (Standing::Late, "certificate-stopped"),
        Status::Surrendered => (Standing::Done, "certificate-surrendered"),
        Status::Cancelled => (Standing::Done, "certificate-cancelled"),
    };
    status(tone, &page.text.say(key))
}

/// Settlements as rows, with totals; `linked` where the reader may open them.
pub fn settlement_rows(page: &Page<'_>, settlements: &[SettlementRow], linked: bool) -> Markup {
    let text = page.text;
    let sum = |part: fn(&SettlementRow) -> Fen| {
        let standing = settlements.iter().filter(|row| row.voided_on.is_none());
        Fen::sum(standing.map(part)).unwrap_or(Fen::ZERO)
    };
    let columns = [
        Column::words(text.say("column-settlement")),
        Column::words(text.say("column-visit")),
        Column::words(text.say("column-made")),
        Column::money(text.say("column-total"), sum(|row| row.medfee_sumamt)),
        Column::money(text.say("column-funds"), sum(|row| row.fund_pay_sumamt)),
        Column::money(
            text.say("column-own"),
            sum(|row| row.acct_pay.plus(row.psn_cash_pay).unwrap_or(Fen::ZERO)),
        ),
    ];
    let rows: Vec<Vec<Markup>> = settlements
        .iter()
        .map(|row| {
            vec![
                html! { @if linked { a.nowrap href=(page.link(&format!("/settlements/{}", row.id))) { "S-" (row.id) } } @else { span.nowrap { "S-" (row.id) } } @if row.voided_on.is_some() { " " (status(Standing::Done, &text.say("settlement-voided"))) } },
                html! { (text.code(&format!("med-type-{}", row.med_type))) " " span.nowrap { (row.begndate) } },
                html! { span.nowrap { (row.made_on) } },
                money(row.medfee_sumamt),
                money(row.fund_pay_sumamt),
                money(row.acct_pay.plus(row.psn_cash_pay).unwrap_or(Fen::ZERO)),
            ]
        })
        .collect();
    table(page, &text.say("nav-settlements"), &columns, &rows)
}

/// Who looked at a person's data: for the person, and for who may read looks.
pub fn looks(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let person = person_of(ask)?;
    let id = person.registered.person;
    if !access::may_see_looks(ask, &person.registered) {
        return Err(Problem::Forbidden);
    }
    let before = ask.query.get("before").parse().unwrap_or(i64::MAX);
    let looks = ask.app.office.store.read(|reader| reader.looks_at(id, before, PAGE))?;
    let columns =
        ["column-when", "column-who", "column-what", "column-reason"].map(|key| Column::words(text.say(key)));
    let rows: Vec<Vec<Markup>> = looks
        .iter()
        .map(|row| {
            let look = &row.look;
            vec![
                html! { span.nowrap { (text.moment(look.at)) } },
                html! { (access::party_name(ask, &format!("account/{}", look.account))) },
                html! { (what_seen(&page, &look.what)) },
                html! { (look.reason) },
            ]
        })
        .collect();
    let content = html! {
        p.note { (text.say("looks-about")) }
        @if rows.is_empty() { (empty(&text.say("looks-empty"), &text.say("looks-empty.how"))) } @else { (table(&page, &text.say("nav-looks"), &columns, &rows)) }
        @if let Some(last) = looks.last().filter(|_| looks.len() == PAGE as usize) { nav.pages { a href=(page.link(&format!("/people/{id}/looks?before={}", last.number))) { (text.say("more")) } } }
    };
    let crumbs = [("/home", text.say("nav-home"))];
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &format!("{} · {}", text.say("nav-looks"), person.registered.name),
        &crumbs,
        &html! {},
        &content,
    )))
}

fn what_seen(page: &Page<'_>, what: &str) -> Markup {
    match what.split_once('/') {
        Some(("case", id)) => html! { a href=(page.link(&format!("/cases/{id}"))) { "C-" (id) } },
        Some(("settlement", id)) => html! { a href=(page.link(&format!("/settlements/{id}"))) { "S-" (id) } },
        _ => html! { (page.text.say("looks-person")) },
    }
}

/// The auditor's way to looks: through a person.
pub fn looks_ask(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let sought: String = ask.query.get("q").chars().take(60).collect();
    let found = if sought.is_empty() {
        vec![]
    } else {
        ask.app.office.store.read(|reader| reader.find_people(&sought, SHOWN_MAX))?
    };
    let content = html! {
        p.note { (text.say("looks-about")) }
        form.filters method="get" action=(page.link("/looks")) {
            div { label for="looks-q" { (text.say("find-label")) } input id="looks-q" name="q" type="search" maxlength="60" value=(sought); }
            button.quiet type="submit" { (text.say("find")) }
        }
        ul.tasks { @for person in &found { li { a href=(page.link(&format!("/people/{}/looks", person.id))) { (person.name) } span.soft { (person.birth) } } } }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say("nav-looks"),
        &[("/home", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}

/// The liaison officer's unit: its people, and the way to apply for each.
pub fn unit(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let actor = ask.actor()?;
    let skip: u32 = ask.query.get("skip").parse().unwrap_or(0).min(1_000_000);
    let (units, agency::Organisation::Unit(own)) = (
        ask.app.office.store.read(|reader| reader.units_of_liaison(actor.account, page.today()))?,
        &actor.organisation,
    ) else {
        return Err(Problem::Forbidden);
    };
    let unit = units.into_iter().find(|unit| unit.id == *own).ok_or(Problem::Forbidden)?;
    let sought: String = ask.query.get("q").chars().take(60).collect();
    let (count, people, children) = ask.app.office.store.read(|reader| {
        let (count, people) = reader.people_of_unit(unit.id, sought.trim(), skip, PAGE)?;
        let mut children = vec![];
        for person in &people {
            children.extend(reader.children_of(person.id)?);
        }
        Ok((count, people, children))
    })?;
    let content = html! {
        div.stack {
            dl.facts {
                dt { (text.say("unit-code")) } dd.mono { (unit.code) }
                dt { (text.say("unit-kind")) } dd { (text.code(&unit.kind)) }
                dt { (text.say("column-address")) } dd { (unit.address) }
            }
            p.actions { a.button href=(page.link("/cases/new")) { (text.say("do-open")) } a.button.quiet href=(page.link("/unit/batch")) { (text.say("batch-title")) } }
            h2 { (text.say("unit-people")) }
            form.filters method="get" action=(page.link("/unit")) {
                div { label for="unit-q" { (text.say("column-name")) } input id="unit-q" name="q" type="search" maxlength="60" value=(sought); }
                button.quiet type="submit" { (text.say("find")) }
            }
            @if people.is_empty() { (empty(&text.say("people-none"), &text.say("people-none.how"))) } @else { (people_table(ask, &people, "unit-people")) }
            (pages(&page, &format!("/unit?q={}&", encode(&sought)), skip, PAGE, count))
            @if !children.is_empty() { h2 { (text.say("unit-children")) } (people_table(ask, &children, "unit-children")) }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &unit.name,
        &[("/home", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}
