//! Before you come: a few short questions, one a page, and then everything on one page. Nobody signs in; the
//! answers stand in the address, so that the result can be kept, sent and printed.

use super::access::role_name;
use super::facts;
use super::papers::to_bring;
use super::parts::{Choice, window_why};
use super::parts::{
    DayMark, Faults, Field, FieldKind, Shape, article, day_why, empty, field, fold, frame, hidden, month,
    month_legend, papers, promised, reason, refusals,
};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::casework::{About, about};
use case::{Need, Precheck, Procedure, precheck};
use maud::{Markup, html};
use std::collections::BTreeSet;
use terms::{Day, Fact, Refusal};

const CAPACITY: &str = "capacity";
/// The office, as packs name it among organisations and applicants.
const AGENCY: &str = "agency";
const DAY: &str = "day";

/// What one can come for.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    // Matters of providers are for their agreement officers, who come from their own page.
    let all = ask.app.office.rules.procedures.iter();
    let procedures = all
        .filter(|procedure| procedure.in_force(page.today()) && about(procedure) != Some(About::Provider))
        .filter(|procedure| offered(procedure).next().is_some());
    // What somebody may want to do about a case comes after what makes one.
    let (after, first): (Vec<&Procedure>, Vec<&Procedure>) =
        procedures.partition(|procedure| about(procedure).is_some());
    let cards = |procedures: &[&Procedure], named: &str| {
        html! {
            nav.cards aria-label=(text.say(named)) {
                @for procedure in procedures {
                    a.box href=(page.link(&format!("/precheck/{}", procedure.id))) {
                        strong { (text.name(&procedure.name)) } (text.name(&procedure.gist))
                    }
                }
            }
        }
    };
    let content = html! {
        div.stack-l {
            p.lead { (text.say("precheck-lead")) }
            @if first.is_empty() { (empty(&text.say("precheck-none"), &text.say("precheck-none.how"))) }
            (cards(&first, "precheck-which"))
            @if !after.is_empty() { (fold("after", &text.say("precheck-after"), &cards(&after, "precheck-after"))) }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::PublicWide,
        &text.say("precheck-title"),
        &[("/", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}

/// The next question, or the result once nothing is open.
pub fn walk(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let id: String = ask.part(0)?;
    let procedure = ask.app.office.rules.procedures.get(&id).ok_or(Problem::NotFound)?;
    let on = match ask.query.get(DAY).parse() {
        Ok(day) => day,
        Err(_) => page.today(),
    };
    let capacity = match ask.query.get(CAPACITY) {
        "" if procedure.applicants.len() == 1 => procedure.applicants[0].capacity.as_str(),
        "" => return Ok(Reply::Page(ask_capacity(ask, procedure))),
        given if offered(procedure).any(|applicant| applicant.capacity == given) => given,
        _ => return Err(Problem::NotFound),
    };
    let asked = decisive(procedure, capacity);
    let (facts, faults) = facts::read_all(
        &page,
        procedure.fields().filter(|field| asked.contains(field.id.as_str())),
        &ask.query,
    );
    let check = precheck(procedure, capacity, &facts, None, on, page.law.calendar());
    let open = |field: &&case::Field| {
        field.known != case::Known::Process
            // What is written in words is written at the counter, not into an address.
            && field.kind != policy::expr::Kind::Text
            && asked.contains(field.id.as_str())
            && (faults.contains_key(&field.id) || check.unanswered.contains(&field.id))
    };
    let open: Vec<&case::Field> = procedure.fields().filter(open).collect();
    // One question a page; only two dates that follow each other stand together, as those of a visit do.
    let of = |field: &case::Field| field.id.split('.').next().unwrap_or_default().to_owned();
    let days = open
        .iter()
        .take_while(|field| field.kind == policy::expr::Kind::Day && of(field) == of(open[0]))
        .take(2)
        .count();
    let now: Vec<Field> =
        open.iter().take(days.max(1)).map(|field| facts::field(&page, field, true)).collect();
    if now.is_empty() {
        return Ok(Reply::Page(result(ask, procedure, capacity, &check, on)));
    }
    let shown = question(ask, procedure, &now, &faults);
    Ok(if faults.is_empty() { Reply::Page(shown) } else { Reply::Refused(shown) })
}

/// The facts that something turns on before coming, for whoever comes in this capacity; what is merely written on a form
/// is not asked here.
fn decisive<'a>(procedure: &'a Procedure, capacity: &str) -> BTreeSet<&'a str> {
    let mut names: BTreeSet<&str> = procedure.limits.iter().map(|limit| limit.starts.as_str()).collect();
    let conditions = procedure.conditions.iter().map(|condition| &condition.when);
    let comes = procedure.applicants.iter().filter(|applicant| applicant.capacity == capacity);
    let applicants = comes.filter_map(|applicant| applicant.when.as_ref());
    let limits = procedure.limits.iter().filter_map(|limit| limit.when.as_ref());
    let window =
        procedure.window.iter().flat_map(|window| window.exceptions.iter().map(|exception| &exception.when));
    let at_counter = || procedure.materials.iter().filter(|material| material.at.is_none());
    let materials = at_counter().filter_map(|material| material.when.as_ref());
    let exceptions =
        at_counter().flat_map(|material| material.unless.iter().map(|exception| &exception.when));
    let district = procedure.jurisdiction.iter().map(|jurisdiction| &jurisdiction.district);
    for expr in conditions
        .chain(district)
        .chain(applicants)
        .chain(limits)
        .chain(window)
        .chain(materials)
        .chain(exceptions)
    {
        names.extend(expr.names());
    }
    names
}

fn question(ask: &Ask<'_>, procedure: &Procedure, asked: &[Field], faults: &Faults) -> Markup {
    let page = ask.page();
    let text = page.text;
    let given: Vec<(&str, &str)> = ask
        .query
        .iter()
        .filter(|(name, value)| asked.iter().all(|field| *name != field.name) && !value.is_empty())
        .collect();
    let number = given.iter().filter(|(name, _)| *name != DAY).count() + 1;
    let back = match given.iter().rfind(|(name, _)| *name != DAY) {
        Some((last, _)) => format!("/precheck/{}{}", procedure.id, ask.query.query_with(last, "")),
        None => "/precheck".to_owned(),
    };
    let content = html! {
        p.soft { a href=(page.link(&back)) { "← " (text.say("precheck-back")) } " · " (text.with("precheck-question", &[("number", number.into())])) }
        (refusals(&page, faults, &[]))
        form method="get" action=(page.link(&format!("/precheck/{}", procedure.id))) {
            @for (name, value) in &given { (hidden(name, value)) }
            @if !["", "self"].contains(&ask.query.get(CAPACITY)) { p.soft { (text.say("precheck-whose")) } }
            @for one in asked { (field(&page, one, &ask.query.all(&one.name), faults)) }
            div.actions { button type="submit" { (text.say("precheck-next")) } }
        }
    };
    frame(
        &page,
        Shape::Public,
        text.name(&procedure.name),
        &[("/precheck", text.say("precheck-title"))],
        &html! {},
        &content,
    )
}

/// The capacities in which people come; what the office begins by itself nobody asks about.
fn offered(procedure: &Procedure) -> impl Iterator<Item = &case::Applicant> {
    let ours = [agency::casework::OFFICE, AGENCY];
    procedure.applicants.iter().filter(move |applicant| !ours.contains(&applicant.capacity.as_str()))
}

fn ask_capacity(ask: &Ask<'_>, procedure: &Procedure) -> Markup {
    let text = ask.text();
    let choice = |applicant: &case::Applicant| Choice {
        value: applicant.capacity.clone(),
        label: text.code(&applicant.capacity),
        hint: text.find(&format!("code-{}.hint", applicant.capacity), &[]),
    };
    let asked = Field {
        name: CAPACITY.to_owned(),
        label: text.say("precheck-capacity"),
        hint: None,
        kind: FieldKind::Radio(offered(procedure).map(choice).collect()),
        required: true,
    };
    question(ask, procedure, &[asked], &Faults::new())
}

/// A refusal that only the day brings about: it names the next open one.
fn of_the_day(refusal: &Refusal) -> Option<Day> {
    match refusal.facts.get("next_open") {
        Some(Fact::Day(day)) => Some(*day),
        _ => None,
    }
}

fn result(ask: &Ask<'_>, procedure: &Procedure, capacity: &str, check: &Precheck, on: Day) -> Markup {
    let page = ask.page();
    let text = page.text;
    let (of_day, of_matter): (Vec<&Refusal>, Vec<&Refusal>) =
        check.refusals.iter().partition(|refusal| of_the_day(refusal).is_some());
    let next = of_day.iter().filter_map(|refusal| of_the_day(refusal)).max();
    let here = format!("/precheck/{}", procedure.id);
    let content = html! {
        div.stack-l {
            section.answer.no[!of_matter.is_empty()] role="status" {
                @if !of_matter.is_empty() {
                    p.lead { strong { (text.with("precheck-no", &[("count", of_matter.len().into())])) } }
                    ul.stack { @for refusal in &of_matter { li data-code=(refusal.code) { (reason(&page, refusal)) } } }
                } @else if let Some(next) = next {
                    p.lead { strong { (text.with("precheck-next-open", &[("day", text.day(next).into())])) } }
                    @for refusal in &of_day { div data-code=(refusal.code) { (reason(&page, refusal)) } }
                } @else {
                    p.lead { strong { (text.with("precheck-yes", &[("day", text.day(on).into())])) } }
                    @for limit in &check.limits { div { (text.name(&limit.name)) (text.colon()) (day_why(&page, &limit.by)) " " (article(&page, &limit.article.0)) } }
                }
            }
            section.stack {
                h2 { (text.say("precheck-days")) }
                @match &check.open_days {
                    Some(open) => {
                        @let marks = DayMark { open: open.days.iter().copied().collect(), today: Some(page.today()), small: false };
                        @let months: BTreeSet<_> = open.days.iter().chain([&on]).map(|day| (day.month().year, day.month().month)).collect();
                        ul.days { @for day in &open.days { li { (text.day(*day)) } } }
                        div.months { @for (year, number) in months { (month(&page, terms::Month { year, month: number }, &marks)) } }
                        (month_legend(&page))
                        (window_why(&page, open))
                    }
                    None => p { (text.say("precheck-any-day")) },
                }
                form.filters.no-print method="get" action=(page.link(&here)) {
                    @for (name, value) in ask.query.iter().filter(|(name, value)| *name != DAY && !value.is_empty()) { (hidden(name, value)) }
                    div { label for="day" { (text.say("precheck-other-day")) } input.day id="day" type="date" name=(DAY) value=(on) min=(page.today()) max="2399-12-31"; }
                    button.quiet type="submit" { (text.say("precheck-see")) }
                }
            }
            section.stack {
                h2 { (text.say("precheck-where")) }
                @let desk = &procedure.intake.owner;
                @if desk.organisation != AGENCY {
                    p { strong { (text.with("precheck-where-else", &[("whose", text.code(&desk.organisation).into()), ("desk", role_name(ask, &desk.role).into())])) } }
                } @else if let Some(office) = check.office.as_ref().or_else(|| ask.app.office.rules.offices.here(on)) {
                    p { strong { (text.name(&office.name)) } br; (text.name(&office.address)) br; (text.name(&office.hours)) br; (article(&page, &office.article.0)) }
                }
            }
            section.box {
                h2 { (text.say("precheck-bring")) }
                @if check.bring.is_empty() { p { (text.say("precheck-bring-none")) } }
                (papers(&page, &to_bring(&page, check.bring.iter().filter(|bring| bring.at.is_none()))))
                @let later: Vec<_> = check.bring.iter().filter(|bring| bring.at.is_some() && !matches!(bring.need, Need::NotNeeded(_))).collect();
                @let steps: BTreeSet<&str> = later.iter().filter_map(|bring| bring.at.as_deref()).collect();
                @for step in steps {
                    @let name = procedure.states.iter().find_map(|state| state.step(step)).map(|step| text.name(&step.name));
                    h3 { (text.with("precheck-bring-at", &[("step", name.unwrap_or_default().into())])) }
                    (papers(&page, &to_bring(&page, later.iter().copied().filter(|bring| bring.at.as_deref() == Some(step)))))
                }
            }
            section.stack {
                h2 { (text.say("precheck-how-long")) }
                @if check.how_long.is_empty() { p { (text.say(if procedure.states.is_empty() { "precheck-how-long-none" } else { "precheck-how-long-steps" })) } }
                dl.facts {
                    @for promise in &check.how_long {
                        dt { (text.name(&promise.name)) }
                        dd { (promised(&page, procedure, promise)) " " (day_why(&page, &promise.by)) " " (article(&page, &promise.article.0)) }
                    }
                }
            }
            section.stack {
                h2 { (text.say("precheck-answers")) }
                dl.facts {
                    @if procedure.applicants.len() > 1 { dt { (text.say("precheck-capacity")) } dd { (text.code(capacity)) " " a.small.no-print href=(page.link(&format!("{here}{}", ask.query.query_with(CAPACITY, "")))) { (text.say("precheck-change")) } } }
                    @for field in procedure.fields() {
                        @if let Ok(Some(fact)) = facts::read(&page, field, &ask.query) {
                            dt { (text.name(&field.label)) }
                            dd { (facts::said(&page, field, &fact)) " " a.small.no-print href=(page.link(&format!("{here}{}", ask.query.query_with(&field.id, "")))) { (text.say("precheck-change")) } }
                        }
                    }
                }
                @if check.reasons.iter().any(|reason| text.find(&format!("reason-{}", reason.id), &[]).is_some()) {
                    ul { @for reason in &check.reasons { @if let Some(words) = text.find(&format!("reason-{}", reason.id), &[]) { li { (words) " " (article(&page, &reason.article.0)) } } } }
                }
            }
            p.note { (text.say("precheck-promise")) }
            @if page.reader.is_some_and(|reader| reader.nav.iter().any(|item| item.path == "/cases/new")) {
                p.no-print { a.button href=(page.link(&format!("/cases/new/{}{}", procedure.id, ask.query.query_with("", "")))) { (text.say("precheck-open-case")) } }
            }
        }
    };
    frame(
        &page,
        Shape::Public,
        text.name(&procedure.name),
        &[("/precheck", text.say("precheck-title"))],
        &html! {},
        &content,
    )
}
