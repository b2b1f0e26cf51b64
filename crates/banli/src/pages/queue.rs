//! What needs me now: the cases that wait at this reader's steps, the most urgent first.

use super::access;
use super::case_story::clock_name;
use super::cases::{number, procedure_name, rows, standing, state_name};
use super::parts::{
    DayMark, Shape, Standing, Tally, day, empty, filters, frame, hidden, month, month_legend, pages_of,
    status, tallies,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::casework::Command as Casework;
use agency::{Capability, Command};
use case::Procedure;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use store::CaseRow;

/// So many waiting cases are counted and filtered, the most urgent of them.
const WAITING_MAX: u32 = 2_000;
/// Rows of one page of a list.
const PAGE: u32 = 15;
/// Where the page of the cases that wait begins, in the address.
const SKIP: &str = "skip";
/// Where the page of the dates that were told begins.
const TOLD: &str = "told";

/// The reader's home.
pub fn home(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let actor = ask.actor()?;
    let mine = actor.person.map_or(Ok(vec![]), |person| own_cases(ask, person))?;
    let waiting = if ask.app.may(actor, Capability::WorkQueue) {
        let places = access::places(&ask.app.office.rules, actor);
        ask.app.office.store.read(|reader| reader.waiting_at(&places, WAITING_MAX))?
    } else {
        vec![]
    };
    let public = actor.organisation == agency::Organisation::Public;
    let told = told(ask)?;
    let content = html! {
        div.stack {
            (told)
            (super::agreements_ending::told(ask)?)
            (super::recovery_plan::told(ask)?)
            (super::holidays::told(ask)?)
            @if !public { (queue(ask, &waiting)?) }
            @if public || !mine.is_empty() {
                @if !public { h2 { (text.say("nav-mine")) } }
                (own(ask, &mine)?)
            }
        }
    };
    let today = html! { p { (day(&page, page.today())) } };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say(if public { "nav-mine" } else { "nav-desk" }),
        &[],
        &today,
        &content,
    )))
}

fn queue(ask: &Ask<'_>, waiting: &[CaseRow]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let chosen = ask.query.get("standing");
    let kind = ask.query.get("procedure");
    let of = |wanted: Standing| waiting.iter().filter(|row| standing(&page, row) == wanted).count();
    let tally = |wanted: Standing, word: &str, key: &str| Tally {
        count: of(wanted),
        words: text.say(key),
        path: format!(
            "/home{}",
            ask.query.without(&[SKIP, TOLD]).query_with("standing", if chosen == word { "" } else { word })
        ),
        standing: wanted,
        chosen: chosen == word,
    };
    let me = ask.actor()?.account;
    let (place, desk) = (ask.query.get("state"), ask.query.get("desk"));
    let shown: Vec<&CaseRow> = waiting
        .iter()
        .filter(|row| kind.is_empty() || row.procedure == kind)
        .filter(|row| place.is_empty() || place_of(row) == place)
        .filter(|row| match desk {
            "mine" => row.assignee == Some(me),
            "nobody" => row.assignee.is_none(),
            _ => true,
        })
        .filter(|row| match chosen {
            "late" => standing(&page, row) == Standing::Late,
            "soon" => standing(&page, row) == Standing::Soon,
            "fine" => standing(&page, row) == Standing::Mine,
            _ => true,
        })
        .collect();
    let skip = skipped(ask, SKIP, shown.len());
    let kinds: BTreeSet<&str> = waiting.iter().map(|row| row.procedure.as_str()).collect();
    let kinds: Vec<(String, String)> =
        kinds.into_iter().map(|id| (id.to_owned(), procedure_name(ask, id))).collect();
    let places: BTreeMap<String, String> =
        waiting.iter().map(|row| (place_of(row).to_owned(), state_name(ask, row))).collect();
    let places: Vec<(String, String)> = places.into_iter().collect();
    let of_desk = |whose: &str| match whose {
        "mine" => waiting.iter().filter(|row| row.assignee == Some(me)).count(),
        _ => waiting.iter().filter(|row| row.assignee.is_none()).count(),
    };
    let desks = ["mine", "nobody"]
        .map(|whose| {
            let words = text.say(&format!("queue-desk-{whose}"));
            (whose.to_owned(), format!("{words} {}", of_desk(whose)))
        })
        .into();
    Ok(html! {
        (tallies(&page, &[tally(Standing::Late, "late", "queue-late"), tally(Standing::Soon, "soon", "queue-soon"), tally(Standing::Mine, "fine", "queue-fine")]))
        @if !waiting.is_empty() {
            form.actions.no-print method="post" action=(page.link("/home/next")) {
                (hidden("key", &session::random_id()?))
                button type="submit" data-next aria-keyshortcuts="n" { (text.say("queue-next")) " " kbd { "n" } }
            }
            (filters(&page, "/home", &[
                ("procedure", text.say("column-procedure"), kinds, kind.to_owned()),
                ("state", text.say("column-stage"), places, place.to_owned()),
                ("desk", text.say("column-desk"), desks, desk.to_owned()),
            ]))
        }
        @if shown.is_empty() { (empty(&text.say("queue-empty"), &text.say("queue-empty.how"))) }
        @else {
            (rows(ask, &of_page(&shown, skip))?)
            (pages_of(&page, &path_to(ask, SKIP), SKIP, skip, PAGE, count_of(&shown)))
        }
        (windows(ask))
    })
}

/// How many rows the address passes over; past the end, the list's last page.
fn skipped(ask: &Ask<'_>, name: &str, count: usize) -> u32 {
    let last = u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX) / PAGE * PAGE;
    ask.query.get(name).parse().unwrap_or(0).min(last)
}

/// The rows of the page that begins there.
fn of_page<T: Copy>(all: &[T], skip: u32) -> Vec<T> {
    let size = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    all.iter().copied().skip(size(skip)).take(size(PAGE)).collect()
}

fn count_of<T>(all: &[T]) -> u64 {
    u64::try_from(all.len()).unwrap_or(u64::MAX)
}

/// This page with its filters, up to where another place of the list called `name` is added.
fn path_to(ask: &Ask<'_>, name: &str) -> String {
    match ask.query.query_with(name, "").as_str() {
        "" => "/home?".to_owned(),
        query => format!("/home{query}&"),
    }
}

/// Where a case stands, as a word for the address.
fn place_of(row: &CaseRow) -> &str {
    if row.state.is_empty() { case::INTAKE } else { &row.state }
}

/// The dates the reader's roles were told about: near ones and late ones, of other people's work.
fn told(ask: &Ask<'_>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let actor = ask.actor()?;
    let organisation = agency::casework::engine_actor(actor).organisation;
    let mut clocks = vec![];
    for role in &actor.roles {
        clocks.extend(ask.app.office.store.read(|reader| reader.told_to(role, &organisation))?);
    }
    clocks.sort_by_key(|clock| (clock.due, clock.case));
    let late = clocks.iter().filter(|clock| clock.late).count();
    let mut items = vec![];
    let skip = skipped(ask, TOLD, clocks.len());
    for clock in of_page(&clocks.iter().collect::<Vec<_>>(), skip) {
        let Some(row) = ask.app.office.store.read(|reader| reader.case(clock.case))? else { continue };
        let procedure = ask.app.office.rules.procedure(&row.procedure, &row.law);
        let name = procedure.map_or_else(String::new, |procedure| clock_name(ask, procedure, &clock.clock));
        let holder = match row.assignee {
            Some(account) => access::party_name(ask, &format!("account/{account}")),
            None => text.say("queue-desk-nobody"),
        };
        let standing = if clock.late { Standing::Late } else { Standing::Soon };
        items.push(html! {
            li { a href=(page.link(&format!("/cases/{}", clock.case))) { (number(clock.case)) " " (procedure_name(ask, &row.procedure)) } span { (name) " · " (holder) } (status(standing, &text.day_short(clock.due))) }
        });
    }
    Ok(html! {
        @if !items.is_empty() {
            details.fold open[late > 0 || skip > 0] {
                summary { (text.with("queue-told", &[("count", clocks.len().into()), ("late", late.into())])) }
                ul.tasks.told { @for item in &items { (item) } }
                (pages_of(&page, &path_to(ask, TOLD), TOLD, skip, PAGE, count_of(&clocks)))
            }
        }
    })
}

/// The most urgent case that the reader can go on with and nobody else has: it is laid on their desk and shown.
pub fn next(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let actor = ask.actor()?;
    let office = &ask.app.office;
    let places = access::places(&office.rules, actor);
    let waiting = office.store.read(|reader| reader.waiting_at(&places, WAITING_MAX))?;
    let mine = waiting.iter().filter(|row| row.assignee == Some(actor.account));
    let free = waiting.iter().filter(|row| row.assignee.is_none());
    for row in mine.chain(free) {
        let Some(file) = office.store.read(|reader| reader.case_file(row.id))? else { continue };
        let context =
            agency::Context { rules: &office.rules, actor, now: ask.now, ids: agency::Ids::default() };
        if !agency::casework::can_do_next(&context, &file, actor) {
            continue;
        }
        let command = Command::Case(Casework::Assign { case: row.id, to: Some(actor.account) });
        // Somebody else was quicker with this one: the one after it.
        if send(ask, &format!("take-{}", row.id), &command)?.is_ok() {
            return Ok(ask.see(&format!("/cases/{}", row.id)));
        }
    }
    Ok(ask.see("/home"))
}

/// The open days of this month and the next, for each procedure that has a window: asked at every counter.
fn windows(ask: &Ask<'_>) -> Markup {
    let page = ask.page();
    let text = page.text;
    let with_window: Vec<&Procedure> = ask
        .app
        .office
        .rules
        .procedures
        .iter()
        .filter(|procedure| procedure.window.is_some() && procedure.in_force(page.today()))
        .collect();
    html! {
        @for procedure in with_window {
            @if let Some(window) = &procedure.window {
                @let open = window.around(page.today(), page.law.calendar());
                details.fold {
                    summary { (text.name(&procedure.name)) (text.colon()) (text.say("queue-window")) " " (text.list(open.days.iter().map(|day| text.day_short(*day)))) }
                    div.months { (month(&page, page.today().month(), &DayMark { open: open.days.iter().copied().collect(), today: Some(page.today()), small: false })) }
                    (month_legend(&page))
                    (super::parts::window_why(&page, &open))
                }
            }
        }
    }
}

fn own_cases(ask: &Ask<'_>, person: agency::PersonId) -> Result<Vec<CaseRow>, Problem> {
    Ok(ask.app.office.store.read(|reader| {
        let mut rows = reader.cases_of(person)?;
        for child in reader.children_of(person)? {
            rows.extend(reader.cases_of(child.id)?);
        }
        Ok(rows)
    })?)
}

fn own(ask: &Ask<'_>, cases: &[CaseRow]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    Ok(html! {
        @if cases.is_empty() { (empty(&text.say("own-empty"), &text.say("own-empty.how"))) }
        @else { (rows(ask, &cases.iter().collect::<Vec<_>>())?) }
        p.actions {
            a.button href=(page.link("/precheck")) { (text.say("nav-precheck")) }
            @if let Some(person) = ask.actor.as_ref().and_then(|actor| actor.person) {
                a.button.quiet href=(page.link(&format!("/people/{person}"))) { (text.say("own-data")) }
                a.button.quiet href=(page.link(&format!("/people/{person}/looks"))) { (text.say("nav-looks")) }
                a.button.quiet href=(page.link(&format!("/people/{person}/statement"))) { (text.say("nav-statement")) }
            }
        }
    })
}
