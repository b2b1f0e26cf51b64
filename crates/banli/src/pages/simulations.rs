//! Trying a draft of the law: which draft, on which bills; the reports made before, and how far one is that runs.

use super::law_words::{article, days, place, says, who};
use super::pack_faults;
use super::parts::{
    Choice, Faults, Field, FieldKind, Page, Shape, Standing, empty, field, frame, hidden, refusals, status,
};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::simulation::draft::Draft;
use crate::simulation::{self, Asked, Bills, MADE_UP_MAX, NotBegun, Running};
use benefit::{Figure, Replay};
use maud::{Markup, html};
use terms::Day;

/// So many bills are drawn where nobody says how many.
const MADE_UP: u64 = 100_000;

/// The form, what runs, and what was tried before.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(show(ask, &Faults::new(), None)?))
}

/// Begins what the form asks, or leads to the report where it was made before.
pub fn begin(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let text = ask.text();
    let app = ask.app;
    let mut faults = Faults::new();
    let bills = bills(ask, &mut faults)?;
    let draft = Draft::read(ask.form.get("draft"), ask.form.get("value"));
    if draft.is_none() {
        faults.insert("draft".into(), text.say("fault-choice"));
    }
    let (Some(draft), Some(bills)) = (draft, bills) else {
        return Ok(Reply::Refused(show(ask, &faults, None)?));
    };
    let now = &app.office.rules.benefits;
    let compiled = match draft.compile(app.law(), &app.simulations.folders) {
        Ok(compiled) => compiled,
        Err(why) => {
            let why = pack_faults::trouble(&ask.page(), &why);
            return Ok(Reply::Refused(show(ask, &faults, Some(&why))?));
        }
    };
    let id = simulation::id_of(now, &compiled, &bills);
    let there = format!("/simulations/{id}");
    if simulation::kept(&app.office.store, &id)?.is_some() {
        return Ok(ask.see(&there));
    }
    let asked = Asked { id, draft: told(ask, &draft), bills, at: ask.now };
    let replay = Replay::new(now.clone(), compiled);
    match app.simulations.begin(&app.office.store, replay, asked) {
        Ok(()) => Ok(ask.see(&there)),
        // The same question by somebody else leads to the same page.
        Err(NotBegun::Busy(running)) if there.ends_with(&running.asked.id) => Ok(ask.see(&there)),
        Err(NotBegun::Busy(_)) => {
            let why = html! { p { (text.say("simulation-busy")) } };
            Ok(Reply::Refused(show(ask, &faults, Some(&why))?))
        }
        Err(NotBegun::Trouble(error)) => Err(error.into()),
    }
}

/// What the chosen draft changes in the law in force, clause by clause; nothing is replayed.
pub fn changes(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let Some(draft) = Draft::read(ask.query.get("draft"), ask.query.get("value")) else {
        let faults = Faults::from([("draft".to_owned(), text.say("fault-choice"))]);
        return Ok(Reply::Refused(show(ask, &faults, None)?));
    };
    let told_changes = match super::law_changes::of_draft(ask, &draft) {
        Ok(changes) => changes,
        Err(why) => {
            let why = pack_faults::trouble(&page, &why);
            return Ok(Reply::Refused(show(ask, &Faults::new(), Some(&why))?));
        }
    };
    let content = html! { div.stack { p.lead { (told(ask, &draft)) } (told_changes) } };
    let crumbs = [("/law", text.say("nav-law")), ("/simulations", text.say("simulation"))];
    Ok(Reply::Page(frame(&page, Shape::Desk, &text.say("simulation-changes"), &crumbs, &html! {}, &content)))
}

/// The bills the form names.
fn bills(ask: &Ask<'_>, faults: &mut Faults) -> Result<Option<Bills>, Problem> {
    let text = ask.text();
    if ask.form.get("bills") == "made-up" {
        let count: Option<u64> = ask.form.get("count").parse().ok();
        let count = count.filter(|count| (1..=MADE_UP_MAX).contains(count));
        if count.is_none() {
            let most = MADE_UP_MAX.to_string();
            faults.insert("count".into(), text.with("simulation-count-wrong", &[("most", most.into())]));
        }
        return Ok(count.map(Bills::MadeUp));
    }
    let mut day = |name: &str| {
        let read: Option<Day> = ask.form.get(name).parse().ok();
        if read.is_none() {
            faults.insert(name.into(), text.say("fault-day"));
        }
        read
    };
    let (Some(from), Some(to)) = (day("from"), day("to")) else { return Ok(None) };
    if to < from {
        faults.insert("to".into(), text.say("simulation-span-wrong"));
        return Ok(None);
    }
    let seq = ask.app.office.store.read(|reader| reader.last_seq())?;
    Ok(Some(Bills::Settled { from, to, seq }))
}

/// The draft in words, as the report keeps them.
fn told(ask: &Ask<'_>, draft: &Draft) -> String {
    match draft {
        Draft::Folder(folder) => short(folder),
        Draft::Pack(id) => id.clone(),
        Draft::Reading(setting, reading) => format!("{setting} = {reading}"),
        Draft::Figure(file, line, _, value) => {
            let benefits = &ask.app.office.rules.benefits;
            let before = figure(ask, file, *line, draft).map_or_else(String::new, |figure| {
                let layer = &benefits.layers()[figure.layer];
                format!("{}: {} → ", layer.id, figure.says.value())
            });
            format!("{before}{value} ({file}:{line})")
        }
    }
}

/// `next/hangzhou`: the pack's folder and the one it lies in; where that is on this machine is nobody's business.
fn short(folder: &str) -> String {
    let parts: Vec<&str> = folder.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

/// The figure a draft changes.
fn figure(ask: &Ask<'_>, file: &str, line: u32, draft: &Draft) -> Option<Figure> {
    let Draft::Figure(_, _, column, _) = draft else { return None };
    let benefits = &ask.app.office.rules.benefits;
    let here = |figure: &Figure| {
        let known = benefits.files().get(usize::from(figure.origin.file)).map(String::as_str);
        known == Some(file) && (figure.origin.line, figure.origin.column) == (line, *column)
    };
    benefits.figures().into_iter().find(here)
}

/// The whole page, with what was typed and what stands in its way.
fn show(ask: &Ask<'_>, faults: &Faults, why: Option<&Markup>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let kept = simulation::list(&ask.app.office.store)?;
    let running = ask.app.simulations.running();
    let content = html! {
        div.two.lean {
            div.stack {
                p.lead { (text.say("simulation-lead")) }
                @if let Some(why) = why {
                    section.faults role="alert" tabindex="-1" id="faults" {
                        h2 { (text.say("simulation-not-begun")) }
                        (why)
                    }
                }
                (refusals(&page, faults, &[]))
                (form(ask, &page, faults))
            }
            div.stack {
                @if let Some(running) = &running { (under_way(&page, running)) }
                section.box {
                    h2 { (text.say("simulation-kept")) }
                    @if kept.is_empty() { (empty(&text.say("simulation-none"), &text.say("simulation-none.how"))) }
                    @else { p.soft.small { (text.with("simulation-kept-most", &[("count", simulation::REPORTS_MAX.into())])) } }
                    ul.tasks { @for asked in &kept {
                        li { div.grow {
                            a href=(page.link(&format!("/simulations/{}", asked.id))) { (asked.draft) }
                            p.hint { (bills_told(&page, &asked.bills)) " · " (text.moment(asked.at)) }
                        } }
                    } }
                }
            }
        }
    };
    Ok(frame(
        &page,
        Shape::Desk,
        &text.say("simulation"),
        &[("/law", text.say("nav-law"))],
        &html! {},
        &content,
    ))
}

/// The bills in words.
pub(super) fn bills_told(page: &Page<'_>, bills: &Bills) -> String {
    let text = page.text;
    match bills {
        Bills::MadeUp(count) => text.with("simulation-made-up", &[("count", count.to_string().into())]),
        Bills::Settled { from, to, .. } => text
            .with("simulation-settled", &[("from", from.to_string().into()), ("to", to.to_string().into())]),
    }
}

/// A replay that runs: what is done and what remains.
pub(super) fn under_way(page: &Page<'_>, running: &Running) -> Markup {
    let text = page.text;
    let (done, total) = running.progress();
    html! {
        section.answer role="status" data-again="2" {
            p { strong { (running.asked.draft) } }
            p { (bills_told(page, &running.asked.bills)) }
            @if total == 0 { p { (text.say("simulation-counting")) } } @else {
                progress aria-label=(text.say("simulation-running")) max=(total) value=(done) {}
                p { (text.with("simulation-progress", &[("done", done.to_string().into()), ("total", total.to_string().into())])) }
            }
            p.soft.small { (text.say("simulation-leave")) " " a href=(page.link(&format!("/simulations/{}", running.asked.id))) { (text.say("simulation-address")) } }
        }
    }
}

fn form(ask: &Ask<'_>, page: &Page<'_>, faults: &Faults) -> Markup {
    let text = page.text;
    // What was sent comes first, then what the address of a figure's link says.
    let said = |name: &str| {
        let sent = ask.form.get(name);
        if sent.is_empty() { ask.query.get(name) } else { sent }
    };
    let chosen = said("draft");
    let changed = Draft::read(chosen, "").and_then(|draft| match &draft {
        Draft::Figure(file, line, ..) => figure(ask, &file.clone(), *line, &draft),
        _ => None,
    });
    let asked = |name: &str, key: &str, kind: FieldKind| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: None,
        kind,
        required: true,
    };
    let choice = |value: String, label: String| Choice { value, label, hint: None };
    let folders = ask.app.simulations.folders.iter();
    let mut drafts: Vec<Choice> =
        folders.map(|folder| choice(format!("folder:{folder}"), short(folder))).collect();
    let built_in = crate::packs::embedded().unwrap_or_default();
    for id in built_in.keys().filter_map(|path| path.strip_suffix("/benefits/scheme.toml")) {
        if *id != page.law.pack().id {
            drafts.push(choice(format!("pack:{id}"), text.with("simulation-pack", &[("id", id.into())])));
        }
    }
    for setting in page.law.settings() {
        for (id, name) in setting.readings.iter().filter(|(id, _)| **id != setting.chosen) {
            let label = format!("{} {}", text.name(&setting.question), text.name(name));
            drafts.push(choice(format!("reading:{}={id}", setting.id), label));
        }
    }
    let kinds = vec![
        choice("settled".into(), text.say("simulation-of-settled")),
        choice("made-up".into(), text.say("simulation-of-made-up")),
    ];
    let today = page.today();
    let first = Day::from_ymd(today.year(), 1, 1).unwrap_or(today).to_string();
    let or = |name: &str, otherwise: &str| {
        let said = said(name);
        if said.is_empty() { otherwise.to_owned() } else { said.to_owned() }
    };
    let one = |asked: &Field, typed: &str| field(page, asked, &[typed], faults);
    html! {
        form.box.stack-s method="post" action=(page.link("/simulations")) {
            @if let Some(figure) = &changed {
                @let benefits = &ask.app.office.rules.benefits;
                (hidden("draft", chosen))
                h2 { (text.say("simulation-one-figure")) }
                dl.facts {
                    dt { (text.say("rule-layer")) } dd { (text.name(&benefits.layers()[figure.layer].name)) }
                    dt { (text.say("rule-figure")) } dd { (says(page, benefits, &figure.says)) }
                    dt { (text.say("rule-who")) } dd { (who(page, benefits, figure)) }
                    dt { (text.say("rule-days")) } dd { (days(page, figure)) }
                    dt { (text.say("rule-article")) } dd { (article(page, benefits, figure)) }
                    dt { (text.say("rule-place")) } dd.mono.small { (place(benefits, figure)) }
                }
                (one(&asked("value", "simulation-value", FieldKind::Text(24)), said("value")))
                p.small { a href=(page.link("/simulations")) { (text.say("simulation-other-draft")) } }
            } @else {
                (one(&asked("draft", "simulation-draft", FieldKind::Select(drafts)), chosen))
                p.hint { (text.say("simulation-figures")) " " a href=(page.link("/law/rules")) { (text.say("law-rules")) } }
            }
            (one(&asked("bills", "simulation-bills", FieldKind::Radio(kinds)), &or("bills", "settled")))
            div.filters {
                (one(&asked("from", "simulation-from", FieldKind::Day), &or("from", &first)))
                (one(&asked("to", "simulation-to", FieldKind::Day), &or("to", &today.to_string())))
                (one(&asked("count", "simulation-how-many", FieldKind::Number), &or("count", &MADE_UP.to_string())))
            }
            div.actions { button type="submit" { (text.say("simulation-go")) } button.quiet type="submit" formmethod="get" formaction=(page.link("/simulations/changes")) { (text.say("simulation-changes")) } (status(Standing::Waiting, &text.say("simulation-safe"))) }
        }
    }
}
