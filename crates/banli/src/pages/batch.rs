//! Many people at once: a unit's list is checked, good rows are taken, the others come back with every fault; then one
//! case a person, and the registration form to be sealed.

use super::access;
use super::parts::{
    Choice, Column as Head, Faults, Field, FieldKind, Page, Shape, empty, field, frame, reason, refusals,
    table,
};
use crate::ask::{Ask, Reply};
use crate::desk::Declined;
use crate::errors::Problem;
use agency::batch::{self, ANSWERS, Bad, CHARS_MAX, ROWS_MAX, Read, Row};
use agency::casework::{CaseFile, Command as Casework, GRANT_CATEGORY, Open};
use agency::registry::Command as Registry;
use agency::{Actor, Capability, CaseId, Command, Organisation, PersonId, StreamId, UnitId};
use case::{Field as Asked, Known, Procedure};
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::RequestKey;
use terms::{CitizenId, Fact, Refusals};

/// The capacity in which a unit's list applies.
const LIAISON: &str = "liaison";

/// What became of a row.
struct Taken {
    row: Row,
    outcome: Result<CaseId, Refusals>,
}

/// The list to be filled in.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    unit_of(ask)?;
    Ok(Reply::Page(page_of(ask, "", None, &[], &Faults::new())?))
}

/// Checks the list, or takes its good rows.
pub fn submit(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let unit = unit_of(ask)?;
    let text = ask.text();
    let mut faults = Faults::new();
    let procedure = procedures(ask).into_iter().find(|one| one.id == ask.form.get("procedure"));
    if procedure.is_none() {
        faults.insert("procedure".into(), text.say("fault-choice"));
    }
    let unit = match unit {
        Some(unit) => Some(unit),
        None => {
            let code: String = ask.form.get("unit").chars().take(40).collect();
            let found = ask.app.office.store.read(|reader| reader.unit_by_code(&code))?.map(|unit| unit.id);
            if found.is_none() {
                faults.insert("unit".into(), text.say("batch-no-unit"));
            }
            found
        }
    };
    let list = match list_of(ask) {
        Ok(list) => list,
        Err(key) => {
            faults.insert("file".into(), text.say(key));
            String::new()
        }
    };
    let read = batch::read(&list, &ask.app.office.rules.categories, ask.page().today());
    if read.is_err() {
        let most = [("rows", ROWS_MAX.into()), ("chars", CHARS_MAX.into())];
        faults.insert("list".into(), text.with("batch-too-long", &most));
    }
    let (Some(procedure), Some(unit), Ok(read), true) = (procedure, unit, read, faults.is_empty()) else {
        return Ok(Reply::Refused(page_of(ask, &list, None, &[], &faults)?));
    };
    let mut taken = Vec::new();
    if ask.form.get("do") == "take" {
        for row in &read.good {
            taken.push(Taken { row: row.clone(), outcome: take(ask, unit, procedure, row)? });
        }
    }
    Ok(Reply::Page(page_of(ask, &list, Some(&read), &taken, &faults)?))
}

/// The list as text: the file where one came, else what was typed or pasted. Tables are saved as UTF-8, and in China as
/// often as GB 18030; what is neither is no list.
///
/// # Errors
/// The key of what is wrong with the file.
fn list_of(ask: &Ask<'_>) -> Result<String, &'static str> {
    let Some(file) = ask.files.iter().find(|file| file.field == "file") else {
        return Ok(ask.form.get("list").to_owned());
    };
    if file.bytes.len() > CHARS_MAX * 4 {
        return Err("batch-file-large");
    }
    let (text, _, damaged) = match std::str::from_utf8(&file.bytes) {
        Ok(_) => encoding_rs::UTF_8.decode(&file.bytes),
        Err(_) => encoding_rs::GB18030.decode(&file.bytes),
    };
    // A workbook or a picture is full of characters that no table of text has.
    let printed = |sign: char| !sign.is_control() || matches!(sign, '\n' | '\r' | '\t');
    if damaged || !text.chars().all(printed) { Err("batch-file-kind") } else { Ok(text.replace('\r', "")) }
}

/// The liaison officer's own unit, or none for the office's counter, which names one; nobody else.
fn unit_of(ask: &Ask<'_>) -> Result<Option<UnitId>, Problem> {
    let actor = ask.actor()?;
    match &actor.organisation {
        Organisation::Unit(own) if ask.app.may(actor, Capability::ManageUnit) => {
            let today = ask.page().today();
            let units = ask.app.office.store.read(|reader| reader.units_of_liaison(actor.account, today))?;
            let own = units.into_iter().find(|unit| unit.id == *own).ok_or(Problem::Forbidden)?;
            Ok(Some(own.id))
        }
        Organisation::Agency if ask.app.may(actor, Capability::OpenCases) => Ok(None),
        _ => Err(Problem::Forbidden),
    }
}

/// Procedures that a unit applies in for its people without asking more of each than a row says; the recognition of the
/// category first, on which the others rest.
fn procedures<'a>(ask: &'a Ask<'_>) -> Vec<&'a Procedure> {
    let today = ask.page().today();
    let fits = |procedure: &&Procedure| {
        let by_unit = procedure.applicants.iter().any(|one| one.capacity == LIAISON);
        let sealed =
            procedure.materials.iter().any(|material| material.filled_by.as_deref() == Some(LIAISON));
        let asked = |field: &&Asked| field.required && field.known == Known::Applicant;
        let asks = procedure.fields().filter(asked).any(|field| !ANSWERS.contains(&field.id.as_str()));
        procedure.in_force(today) && by_unit && sealed && !asks
    };
    let mut found: Vec<&Procedure> = ask.app.office.rules.procedures.iter().filter(fits).collect();
    found.sort_by_key(|procedure| !recognises(procedure));
    found
}

/// Registers the person where they are new, and opens the case where none is open.
fn take(
    ask: &Ask<'_>,
    unit: UnitId,
    procedure: &Procedure,
    row: &Row,
) -> Result<Result<CaseId, Refusals>, Problem> {
    let store = &ask.app.office.store;
    let today = ask.page().today();
    let known = store.with_records(|records| records.person_by_citizen(&row.citizen))?;
    let parent = match &row.parent {
        Some(parent) => store.with_records(|records| records.person_by_citizen(parent))?,
        None => None,
    };
    if row.parent.is_some() && parent.is_none() {
        return Ok(Err(vec![ask.app.office.rules.grounds.refuse("person/parent-unknown")]));
    }
    let person = match known {
        Some(person) => person,
        None => {
            let region = ask.app.office.rules.law.pack().region.clone().unwrap_or_default();
            let new = row.person(unit, parent, &region);
            let command = Command::Registry(Registry::RegisterPerson(new));
            match keep(ask, &format!("{unit}-{}-{today}", row.citizen.as_str()), &command)? {
                Err(refusals) => return Ok(Err(refusals)),
                Ok(streams) => match streams.iter().find_map(person_stream) {
                    Some(person) => person,
                    None => return Err(Problem::NotFound),
                },
            }
        }
    };
    let (known, recognised) = store.with_records(|records| {
        let known = records.person(person);
        let recognised = known.iter().any(|known| known.categories_on(today).any(|id| id == row.category));
        (known, recognised)
    })?;
    if known.is_some() && recognised == recognises(procedure) {
        let code = if recognised { "person/recognised-already" } else { "person/not-recognised" };
        return Ok(Err(vec![ask.app.office.rules.grounds.refuse(code)]));
    }
    let open = store.with_records(|records| {
        let of_procedure = |case: &CaseId| {
            CaseFile::of(&records.events(&StreamId::Case(*case))).state.procedure == procedure.id
        };
        records.open_cases_of(person).into_iter().find(of_procedure)
    })?;
    if let Some(case) = open {
        return Ok(Ok(case));
    }
    let asked = Open {
        procedure: procedure.id.clone(),
        subject: person,
        capacity: LIAISON.to_owned(),
        parties: BTreeMap::new(),
        facts: row
            .facts()
            .into_iter()
            .filter(|(name, _)| procedure.fields().any(|field| field.id == *name))
            .collect(),
        materials: vec![],
        claim: None,
        stand_in: None,
    };
    let command = Command::Case(Casework::Open(Box::new(asked)));
    let part = format!("{unit}-{person}-{}-{today}", procedure.id);
    Ok(keep(ask, &part, &command)?.map(|streams| {
        let case = |stream| if let StreamId::Case(case) = stream { Some(case) } else { None };
        streams.into_iter().find_map(case).unwrap_or(CaseId(0))
    }))
}

/// Whether a case of this procedure is about belonging to the category.
fn recognises(procedure: &Procedure) -> bool {
    procedure.fields().any(|field| field.id == GRANT_CATEGORY)
}

fn person_stream(stream: &StreamId) -> Option<PersonId> {
    if let StreamId::Person(person) = stream { Some(*person) } else { None }
}

/// Keeps a command under a key made of what it is about: the same list sent twice has one effect.
fn keep(ask: &Ask<'_>, about: &str, command: &Command) -> Result<Result<Vec<StreamId>, Refusals>, Problem> {
    let actor: &Actor = ask.actor()?;
    let key = RequestKey::new(format!("batch-{}-{about}", actor.account))
        .map_err(|error| Problem::Unreadable(error.to_string()))?;
    match ask.app.desk.submit(actor, Some(&key), command) {
        Ok(done) => Ok(Ok(done.streams().collect())),
        Err(Declined::Refused(refusals)) => Ok(Err(refusals)),
        Err(Declined::MovedOn) => Err(Problem::Unreadable(ask.text().say("form-moved-on"))),
        Err(Declined::KeyReused) => {
            Ok(Err(vec![ask.app.office.rules.grounds.refuse("person/already-registered")]))
        }
        Err(declined @ (Declined::Busy | Declined::Trouble(_))) => Err(Problem::Trouble(declined.into())),
    }
}

fn page_of(
    ask: &Ask<'_>,
    list: &str,
    read: Option<&Read>,
    taken: &[Taken],
    faults: &Faults,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let choices: Vec<Choice> = procedures(ask)
        .into_iter()
        .map(|one| Choice { value: one.id.clone(), label: text.name(&one.name).to_owned(), hint: None })
        .collect();
    let chosen = match ask.form.get("procedure") {
        "" => choices.first().map(|first| first.value.clone()).unwrap_or_default(),
        typed => typed.to_owned(),
    };
    let line = |name: &str, key: &str, kind: FieldKind| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: text.find(&format!("{key}.hint"), &[]),
        kind,
        required: true,
    };
    let at_counter = ask.actor.as_ref().is_some_and(|actor| actor.organisation == Organisation::Agency);
    let ready = read.filter(|read| taken.is_empty() && !read.good.is_empty());
    let content = html! {
        (refusals(&page, faults, &[]))
        div.stack-l {
        p.lead { (text.say("batch-lead")) }
        @if let Some(read) = read {
            @if !taken.is_empty() { (taken_rows(&page, taken)) }
            @else if !read.good.is_empty() { (good_rows(ask, &page, &read.good)) }
            @if !read.bad.is_empty() { (bad_rows(&page, &read.bad)) }
            @if read.good.is_empty() && read.bad.is_empty() { (empty(&text.say("batch-empty"), &text.say("batch-empty.how"))) }
        }
        form.stack method="post" enctype="multipart/form-data" action=(page.link("/unit/batch")) {
            @if at_counter { (field(&page, &line("unit", "unit-code", FieldKind::Text(18)), &[ask.form.get("unit")], faults)) }
            (field(&page, &line("procedure", "batch-procedure", FieldKind::Radio(choices)), &[&chosen], faults))
            div.field.wrong[faults.contains_key("file")] {
                label for="f-file" { (text.say("batch-file")) " " span.soft.small { (text.say("optional")) } }
                p.hint id="f-file-hint" { (text.say("batch-file.hint")) }
                @if let Some(fault) = faults.get("file") { p.fault id="f-file-fault" { (fault) } }
                input id="f-file" type="file" name="file" accept=".csv,.txt,text/csv,text/plain" aria-describedby="f-file-hint";
            }
            (field(&page, &Field { required: false, ..line("list", "batch-list", FieldKind::Lines(40_000)) }, &[list], faults))
            div.actions {
                button.quiet[ready.is_some()] type="submit" name="do" value="check" { (text.say("batch-check")) }
                @if let Some(read) = ready { button type="submit" name="do" value="take" { (text.with("batch-take", &[("count", read.good.len().into())])) } }
            }
        }
        }
    };
    let crumbs = [("/home", text.say("nav-home"))];
    Ok(frame(&page, Shape::Desk, &text.say("batch-title"), &crumbs, &html! {}, &content))
}

fn masked(citizen: &CitizenId) -> Markup {
    html! { span.mono { (citizen.masked()) } }
}

fn good_rows(ask: &Ask<'_>, page: &Page<'_>, good: &[Row]) -> Markup {
    let text = page.text;
    let heads = ["batch-line", "batch-name", "batch-citizen", "batch-category", "batch-proof"]
        .map(|key| Head::words(text.say(key)));
    let rows: Vec<Vec<Markup>> = good
        .iter()
        .map(|row| {
            let known = ask.app.office.rules.categories.get(&row.category);
            let category = known.map_or(row.category.as_str(), |known| text.name(&known.name));
            vec![
                html! { (row.line) },
                html! { (row.name) },
                masked(&row.citizen),
                html! { (category) },
                html! { (row.proof) },
            ]
        })
        .collect();
    let title = text.with("batch-good", &[("count", good.len().into())]);
    html! { section.stack-s { h2 { (title) } (table(page, &title, &heads, &rows)) } }
}

fn bad_rows(page: &Page<'_>, bad: &[Bad]) -> Markup {
    let text = page.text;
    let heads = ["batch-line", "batch-says", "batch-faults"].map(|key| Head::words(text.say(key)));
    let rows: Vec<Vec<Markup>> = bad
        .iter()
        .map(|row| {
            let faults = row.wrong.iter().map(|(column, wrong)| {
                format!("{}{}{}", text.say(column.key()), text.colon(), text.say(wrong.key()))
            });
            vec![
                html! { (row.line) },
                html! { (row.says) },
                html! { ul { @for fault in faults { li { (fault) } } } },
            ]
        })
        .collect();
    let title = text.with("batch-bad", &[("count", bad.len().into())]);
    html! { section.stack-s { h2 { (title) } (table(page, &title, &heads, &rows)) } }
}

fn taken_rows(page: &Page<'_>, taken: &[Taken]) -> Markup {
    let text = page.text;
    let heads =
        ["batch-line", "batch-name", "batch-citizen", "batch-outcome"].map(|key| Head::words(text.say(key)));
    let rows: Vec<Vec<Markup>> = taken
        .iter()
        .map(|one| {
            let outcome = match &one.outcome {
                Ok(case) => html! {
                    a href=(page.link(&format!("/cases/{case}"))) { (super::cases::number(*case)) } " · "
                    a href=(page.link(&format!("/cases/{case}/registration-form"))) { (text.say("batch-form")) }
                },
                Err(refusals) => html! { @for refusal in refusals { div data-code=(refusal.code) { (reason(page, refusal)) } } },
            };
            vec![html! { (one.row.line) }, html! { (one.row.name) }, masked(&one.row.citizen), outcome]
        })
        .collect();
    let title = text.say("batch-taken");
    html! { section.stack-s { h2 { (title) } (table(page, &title, &heads, &rows)) } }
}

/// The registration form of a case, to be printed, filled and sealed by the unit: 信息登记表.
pub fn registration_form(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let case: CaseId = ask.part(0)?;
    let store = &ask.app.office.store;
    let file = store.with_records(|records| CaseFile::of(&records.events(&StreamId::Case(case))))?;
    let procedure = ask.app.office.rules.procedure_of(&file.state).ok_or(Problem::NotFound)?;
    let person = file.subject().ok_or(Problem::NotFound)?;
    if !access::may_see_case(ask, procedure, &file) {
        return Err(Problem::NotFound);
    }
    let form = procedure.materials.iter().find(|one| one.filled_by.as_deref() == Some(LIAISON));
    let form = form.ok_or(Problem::NotFound)?;
    let person = store.with_records(|records| records.person(person))?.ok_or(Problem::NotFound)?;
    access::note_look(ask, person.registered.person, &format!("case/{case}"), "")?;
    let registered = &person.registered;
    let unit = file.state.parties.get("persons-unit").map(|party| access::party_name(ask, party));
    let parent = registered.parent.map(|parent| access::party_name(ask, &format!("person/{parent}")));
    let name = |id: &str| {
        let known = ask.app.office.rules.categories.get(id);
        known.map_or_else(|| text.code(id), |known| text.name(&known.name).to_owned())
    };
    let said = |name: &str| file.state.facts.get(name).map(Fact::to_string);
    // What is applied for, in a recognition; what is held, in everything else.
    let (categories, proofs): (Vec<String>, Vec<String>) = match said(ANSWERS[0]) {
        Some(category) => (vec![name(&category)], said(ANSWERS[1]).into_iter().collect()),
        None => (
            person.categories_on(page.today()).map(name).collect(),
            registered.categories.iter().map(|category| category.proof.clone()).collect(),
        ),
    };
    let blank = "________________";
    let content = html! {
        div.stack {
            p.soft { (super::cases::number(case)) " · " (text.say("batch-form-hint")) }
            dl.facts {
                dt { (text.say("column-name")) } dd { (registered.name) }
                dt { (text.say("column-citizen")) } dd.mono { (registered.citizen.as_str()) }
                dt { (text.say("column-birth")) } dd { (text.day(registered.citizen.birth())) }
                dt { (text.say("column-address")) } dd { (registered.address) }
                @if let Some(parent) = parent { dt { (text.say("person-parent")) } dd { (parent) } }
                dt { (text.say("person-unit")) } dd { (unit.unwrap_or_default()) }
                dt { (text.say("person-categories")) } dd { (text.list(categories)) }
                dt { (text.say("batch-proof")) } dd { (text.list(proofs)) }
                dt { (text.say("batch-form-photo")) } dd { (blank) }
                dt { (text.say("batch-form-filled")) } dd { (blank) }
                dt { (text.say("batch-form-seal")) } dd { (blank) }
                dt { (text.say("batch-form-day")) } dd { (blank) }
            }
        }
    };
    let case_path = format!("/cases/{case}");
    let crumbs = [("/home", text.say("nav-home")), (case_path.as_str(), super::cases::number(case))];
    Ok(Reply::Page(frame(&page, Shape::Public, text.name(&form.name), &crumbs, &html! {}, &content)))
}
