//! The doctors and pharmacists of a hospital or pharmacy, as the office keeps them; 5102 tells the same to its software.
//! The provider sees its own and changes nothing.

use super::parts::{
    Choice, Column, Faults, Field, FieldKind, Page, Shape, Standing, day, empty, field, frame, hidden,
    refusals, status, table,
};
use super::send::send;
use crate::ask::{Ask, Reply, encode};
use crate::errors::Problem;
use crate::session;
use ::interface::{Kind, Node};
use agency::provider::Provider;
use agency::sheet::{Command, Filed, NewSheet, Sheet, SheetKind};
use agency::{Capability, Organisation, ProviderId};
use maud::{Markup, html};
use std::collections::BTreeMap;
use terms::{Day, Refusal};

/// Rows of a page.
const PAGE: usize = 20;
/// Rows looked at for one page.
const LOOK_MAX: u32 = 100_000;
/// Columns that are never told to anybody who only looks.
const HIDDEN: &str = "certno";

/// The provider, and whether the reader may write; who is neither of the office nor of the provider may not see it.
fn shown(ask: &Ask<'_>) -> Result<(Provider, bool), Problem> {
    let (id, actor): (ProviderId, _) = (ask.part(0)?, ask.actor()?);
    let may = |capabilities: &[Capability]| capabilities.iter().any(|one| ask.app.may(actor, *one));
    let writes = match actor.organisation {
        Organisation::Agency => may(&[Capability::Operate, Capability::ManageAgreements]),
        _ => false,
    };
    if !writes && !is_own(ask, id) {
        return Err(Problem::Forbidden);
    }
    let provider = ask.app.office.store.with_records(|records| records.provider(id))?;
    Ok((provider.ok_or(Problem::NotFound)?, writes))
}

/// The reader keeps this provider's dealings with the office.
pub fn is_own(ask: &Ask<'_>, id: ProviderId) -> bool {
    let Some(actor) = &ask.actor else { return false };
    let keeps = [Capability::Reply, Capability::ManageAgreements, Capability::ManageKeys];
    actor.organisation == Organisation::Provider(id) && keeps.iter().any(|one| ask.app.may(actor, *one))
}

/// The list, and for the office the form.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (provider, writes) = shown(ask)?;
    let edited = ask.query.get("edit");
    let known = if writes && !edited.is_empty() {
        let id = provider.registered.provider;
        let find = |records: &dyn agency::Records| Sheet::find(records, id, SheetKind::Practitioner, edited);
        ask.app.office.store.with_records(find)?.filed
    } else {
        None
    };
    let typed = known.map(|known| typed_of(&known)).unwrap_or_default();
    Ok(Reply::Page(page_of(ask, &provider, writes, (&typed, &Faults::new(), &[]))?))
}

/// Writes a practitioner down, or anew.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (provider, writes) = shown(ask)?;
    let id = provider.registered.provider;
    let columns = columns(ask)?;
    let sent =
        columns.fields.iter().map(|column| (column.name.clone(), ask.form.get(&column.name).to_owned()));
    let typed: BTreeMap<String, String> = sent.collect();
    let code = typed.get("prac_psn_code").map_or("", |code| code.trim());
    let find = |records: &dyn agency::Records| Sheet::find(records, id, SheetKind::Practitioner, code);
    let known = ask.app.office.store.with_records(find)?.filed;
    let mut faults = Faults::new();
    let details = details(ask, columns, &typed, known.as_ref(), &mut faults);
    let reasons = if faults.is_empty() {
        let sheet = NewSheet { key: code.to_owned(), details, tables: BTreeMap::new() };
        let keep = Command::KeepPractitioner { provider: id, sheet };
        match send(ask, "practitioner", &agency::Command::Sheet(keep))? {
            Ok(_) => return Ok(ask.see(&format!("/providers/{id}/practitioners"))),
            Err(reasons) => reasons,
        }
    } else {
        Vec::new()
    };
    Ok(Reply::Refused(page_of(ask, &provider, writes, (&typed, &faults, &reasons))?))
}

/// The columns of a practitioner, as 5102 answers with them.
fn columns<'a>(ask: &'a Ask<'_>) -> Result<&'a Node, Problem> {
    let transaction = ask.app.interface.specification.transaction("5102");
    transaction.and_then(|told| told.output.first()).ok_or(Problem::NotFound)
}

/// What was typed, held to the table of 5102; a number of a document that is left empty stays what it was.
fn details(
    ask: &Ask<'_>,
    columns: &Node,
    typed: &BTreeMap<String, String>,
    known: Option<&Filed>,
    faults: &mut Faults,
) -> BTreeMap<String, String> {
    let text = ask.text();
    let mut details = BTreeMap::new();
    for column in &columns.fields {
        let name = column.name.as_str();
        let said = typed.get(name).map_or("", |said| said.trim());
        let kept = known.map_or("", |known| known.detail(name));
        let mut value = if said.is_empty() && name == HIDDEN { kept } else { said }.to_owned();
        if value.is_empty() {
            if column.required {
                faults.insert(name.to_owned(), text.say("practitioner-missing"));
            }
            continue;
        }
        let known_code = |list: &String| {
            let list = ask.app.interface.specification.list(list);
            list.is_none_or(|list| list.codes.contains_key(&value))
        };
        match column.kind {
            Kind::Time => match value.get(..10).unwrap_or_default().parse::<Day>() {
                Ok(day) => value = format!("{day} 00:00:00"),
                Err(_) => drop(faults.insert(name.to_owned(), text.say("fault-day"))),
            },
            Kind::Text(most) if value.chars().count() > most => {
                faults.insert(name.to_owned(), text.with("practitioner-long", &[("most", most.into())]));
            }
            _ if !column.list.as_ref().is_none_or(known_code) => {
                faults.insert(name.to_owned(), text.say("fault-choice"));
            }
            _ => {}
        }
        details.insert(name.to_owned(), value);
    }
    details
}

/// What stands of a practitioner, as the form has it.
fn typed_of(known: &Filed) -> BTreeMap<String, String> {
    let plain = |(name, value): (&String, &String)| {
        let day = value.strip_suffix(" 00:00:00").unwrap_or(value);
        (name != HIDDEN).then(|| (name.clone(), day.to_owned()))
    };
    known.details.iter().filter_map(plain).collect()
}

type Typed<'a> = (&'a BTreeMap<String, String>, &'a Faults, &'a [Refusal]);

fn page_of(
    ask: &Ask<'_>,
    provider: &Provider,
    writes: bool,
    (typed, faults, reasons): Typed<'_>,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let id = provider.registered.provider;
    let path = format!("/providers/{id}/practitioners");
    let sought: String = ask.query.get("q").chars().take(60).collect();
    let number: usize = ask.query.get("page").parse().unwrap_or(1).clamp(1, 1_000_000);
    let called = |filed: &Filed| {
        ["prac_psn_name", "prac_psn_code"].iter().any(|name| filed.detail(name).contains(sought.as_str()))
    };
    let span = (PAGE.saturating_mul(number - 1), PAGE + 1, LOOK_MAX);
    let found =
        ask.app.office.store.read(|reader| reader.sheets((id, SheetKind::Practitioner), called, span))?;
    let more = found.len() > PAGE;
    let turn = |number: usize| page.link(&format!("{path}?page={number}&q={}", encode(&sought)));
    let content = html! { div.stack {
        (refusals(&page, faults, reasons))
        p.note { (text.say(if writes { "practitioners-about" } else { "practitioners-own" })) }
        form.filters method="get" action=(page.link(&path)) {
            div { label for="practitioners-q" { (text.say("practitioners-find")) } input id="practitioners-q" name="q" type="search" maxlength="60" value=(sought); }
            button.quiet type="submit" { (text.say("find")) }
        }
        @if found.is_empty() { (empty(&text.say("practitioners-none"), &text.say("practitioners-none.how"))) }
        @else { (people(&page, ask, &path, &found[..found.len().min(PAGE)], writes)) }
        @if number > 1 || more { nav.pages aria-label=(text.say("pages")) {
            @if number > 1 { a href=(turn(number - 1)) { "← " (text.say("pages-before")) } }
            @if more { a href=(turn(number + 1)) { (text.say("pages-after")) " →" } }
        } }
        @if writes { (form(ask, &path, typed, faults)?) }
    } };
    let name = provider.registered.name.as_str();
    let crumbs = [("/providers", text.say("nav-providers")), (&*format!("/providers/{id}"), name.to_owned())];
    Ok(frame(&page, Shape::Desk, &text.say("practitioners-title"), &crumbs, &html! {}, &content))
}

fn people(page: &Page<'_>, ask: &Ask<'_>, path: &str, found: &[Filed], writes: bool) -> Markup {
    let text = page.text;
    let heads = ["prac_psn_name", "prac_psn_code", "prac_psn_type", "hi_dr_flag", "begntime", "endtime"];
    let mut columns: Vec<Column> = heads.iter().map(|name| Column::words(label(ask, name))).collect();
    columns.push(Column::words(text.say("practitioners-standing")));
    let on = |filed: &Filed, name: &str| filed.detail(name).get(..10).and_then(|day| day.parse::<Day>().ok());
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|one| {
            let (from, to) = (on(one, "begntime"), on(one, "endtime"));
            let name = one.detail("prac_psn_name");
            let standing = match (from, to) {
                (Some(from), _) if page.today() < from => (Standing::Waiting, "practitioners-to-come"),
                (_, Some(to)) if to < page.today() => (Standing::Done, "practitioners-left"),
                _ => (Standing::Mine, "practitioners-works"),
            };
            let edit = format!("{path}?edit={}#write", encode(&one.key));
            vec![
                html! { @if writes { a href=(page.link(&edit)) { (name) } } @else { (name) } },
                html! { span.mono { (one.key) } },
                html! { (one.detail("prac_psn_type")) },
                html! { (text.say(if one.detail("hi_dr_flag") == "1" { "practitioner-yes" } else { "practitioner-no" })) },
                html! { @if let Some(from) = from { (day(page, from)) } },
                html! { @if let Some(to) = to { (day(page, to)) } },
                status(standing.0, &text.say(standing.1)),
            ]
        })
        .collect();
    table(page, &text.say("practitioners-title"), &columns, &rows)
}

/// A column by its name in the reader's language.
fn label(ask: &Ask<'_>, name: &str) -> String {
    ask.text().say(&format!("practitioner-{}", name.replace('_', "-")))
}

fn form(
    ask: &Ask<'_>,
    path: &str,
    typed: &BTreeMap<String, String>,
    faults: &Faults,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let known = !typed.is_empty() && faults.is_empty();
    let fields: Vec<Field> = columns(ask)?
        .fields
        .iter()
        .map(|column| {
            let list = column.list.as_ref().and_then(|list| ask.app.interface.specification.list(list));
            let kind = match (&column.kind, list) {
                (_, Some(list)) => {
                    let choice = |(value, label): (&String, &String)| Choice {
                        value: value.clone(),
                        label: format!("{value} {label}"),
                        hint: None,
                    };
                    FieldKind::Select(list.codes.iter().map(choice).collect())
                }
                (Kind::Time, None) => FieldKind::Day,
                (Kind::Text(most), None) => FieldKind::Text(u16::try_from(*most).unwrap_or(u16::MAX)),
                _ => FieldKind::Text(200),
            };
            let keeps = known && column.name == HIDDEN;
            let hint = keeps.then(|| text.say("practitioner-certno-kept"));
            let required = column.required && !keeps;
            Field { name: column.name.clone(), label: label(ask, &column.name), hint, kind, required }
        })
        .collect();
    let value = |name: &str| typed.get(name).map_or("", String::as_str).to_owned();
    Ok(html! { section.stack-s id="write" { h2 { (text.say("practitioners-write")) }
        p.soft { (text.say("practitioners-write-about")) }
        form.stack-s method="post" action=(page.link(path)) {
            (hidden("key", &session::random_id()?))
            @for one in &fields { (field(&page, one, &[&value(&one.name)], faults)) }
            div.actions { button type="submit" { (text.say("practitioners-keep")) } }
        }
    } })
}
