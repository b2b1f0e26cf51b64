//! The list of hospitals and pharmacies with their agreements, open to everybody as the law wants it, and one
//! provider's page: what its agreement says today, and how it came to that.

use super::about_new::{capacity_of, is_offered};
use super::cases::rows;
use super::parts::{
    Column, Moment, Page, Shape, Standing as Tone, article, empty, frame, status, table, timeline,
};
use super::practitioners::is_own;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::casework::{About, about};
use agency::provider::{Provider, Standing};
use agency::{Capability, Organisation, ProviderId, StreamId};
use case::Procedure;
use maud::{Markup, html};
use store::CaseFilter;
use terms::Day;

/// More than these are not listed at once; the search makes it less.
const SHOWN_MAX: u32 = 200;

/// Everybody the office has agreements with, and those it no longer has.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let sought: String = ask.query.get("q").chars().take(60).collect();
    let found =
        ask.app.office.store.read(|reader| reader.find_providers(&sought, page.today(), SHOWN_MAX))?;
    let known: Vec<Provider> = ask
        .app
        .office
        .store
        .with_records(|records| found.iter().filter_map(|row| records.provider(row.id)).collect())?;
    let columns =
        ["agreement-provider", "agreement-code", "agreement-kind", "agreement-level", "agreement-standing"]
            .map(|key| Column::words(text.say(key)));
    let rows: Vec<Vec<Markup>> = known
        .iter()
        .map(|provider| {
            let registered = &provider.registered;
            vec![
                html! { a href=(page.link(&format!("/providers/{}", registered.provider))) { (registered.name) } },
                html! { span.mono { (registered.code) } },
                html! { (text.code(&registered.provider_kind)) },
                html! { (text.code(&format!("hosp-lv-{}", registered.hosp_lv))) },
                standing(&page, &provider.standing_on(page.today())),
            ]
        })
        .collect();
    let own = own_provider(ask);
    let content = html! {
        div.stack {
            p.note { (text.say("agreement-list-about")) }
            @if let Some(own) = own { p.actions { a.button href=(page.link(&format!("/providers/{own}"))) { (text.say("agreement-own")) } } }
            form.filters method="get" action=(page.link("/providers")) {
                div { label for="providers-q" { (text.say("find-label")) } input id="providers-q" name="q" type="search" maxlength="60" value=(sought); }
                button.quiet type="submit" { (text.say("find")) }
            }
            @if rows.is_empty() { (empty(&text.say("agreement-none-found"), &text.say("agreement-none-found.how"))) }
            @else { (table(&page, &text.say("nav-providers"), &columns, &rows)) }
        }
    };
    let crumbs = [("/", text.say("nav-home"))];
    Ok(Reply::Page(frame(&page, shape(ask), &text.say("nav-providers"), &crumbs, &html! {}, &content)))
}

/// The provider the reader acts for, where they keep its agreement.
fn own_provider(ask: &Ask<'_>) -> Option<ProviderId> {
    let actor = ask.actor.as_ref()?;
    match actor.organisation {
        Organisation::Provider(own) if ask.app.may(actor, Capability::ManageAgreements) => Some(own),
        _ => None,
    }
}

fn shape(ask: &Ask<'_>) -> Shape {
    if ask.actor.is_some() { Shape::Desk } else { Shape::PublicWide }
}

/// One provider.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let id: ProviderId = ask.part(0)?;
    let provider =
        ask.app.office.store.with_records(|records| records.provider(id))?.ok_or(Problem::NotFound)?;
    let registered = &provider.registered;
    let manages = own_provider(ask) == Some(id)
        || ask.actor.as_ref().is_some_and(|actor| {
            actor.organisation == Organisation::Agency && ask.app.may(actor, Capability::ManageAgreements)
        });
    let today = provider.standing_on(page.today());
    let content = html! {
        div.stack {
            div.answer.no[today != Standing::Designated] {
                p.lead { strong { (sentence(&page, &provider, &today)) } }
                @match &today {
                    Standing::Suspended { article: id, .. } | Standing::Ended { article: id, .. } => { p { (article(&page, &id.0)) } }
                    _ => {}
                }
            }
            dl.facts {
                dt { (text.say("agreement-code")) } dd.mono { (registered.code) }
                dt { (text.say("agreement-kind")) } dd { (text.code(&registered.provider_kind)) }
                dt { (text.say("agreement-level")) } dd { (text.code(&format!("hosp-lv-{}", registered.hosp_lv))) }
                @if manages {
                    @for (what, value) in &provider.details { dt { (text.code(&format!("provider-{what}"))) } dd { (text.code(value)) } }
                }
            }
            section.box { h2 { (text.say("agreement-history")) } (history(ask, &provider)) }
            @if manages || is_own(ask, id) {
                p.actions {
                    a.button.quiet href=(page.link(&format!("/providers/{id}/practitioners"))) { (text.say("practitioners-title")) }
                    @if is_own(ask, id) { a.button.quiet href=(page.link(&format!("/providers/{id}/lists"))) { (text.say("lists-title")) } }
                }
            }
            @if manages { (own_matters(ask, &page, id)?) }
        }
    };
    let crumbs = [("/providers", text.say("nav-providers"))];
    Ok(Reply::Page(frame(&page, shape(ask), &registered.name, &crumbs, &html! {}, &content)))
}

/// What can be asked for, and what is under way.
fn own_matters(ask: &Ask<'_>, page: &Page<'_>, id: ProviderId) -> Result<Markup, Problem> {
    let text = page.text;
    let offered: Vec<&Procedure> = ask
        .app
        .office
        .rules
        .procedures
        .iter()
        .filter(|procedure| about(procedure) == Some(About::Provider) && procedure.in_force(page.today()))
        .filter(|procedure| is_offered(ask, procedure) && capacity_of(ask, procedure).is_some())
        .collect();
    let filter = CaseFilter { party: Some(StreamId::Provider(id).to_string()), ..CaseFilter::default() };
    let cases = ask
        .app
        .office
        .store
        .read(|reader| reader.find_cases(&filter, agency::CaseId(u64::MAX), SHOWN_MAX))?;
    let about_it = cases.iter().filter(|row| row.subject == format!("provider/{id}"));
    let cases: Vec<&store::CaseRow> = about_it.collect();
    Ok(html! {
        section {
            h2 { (text.say("agreement-ask")) }
            nav.cards aria-label=(text.say("agreement-ask")) {
                @for procedure in offered { a.box href=(page.link(&format!("/cases/new/{}?provider={id}", procedure.id))) { strong { (text.name(&procedure.name)) } (text.name(&procedure.gist)) } }
            }
        }
        section {
            h2 { (text.say("nav-cases")) }
            @if cases.is_empty() { (empty(&text.say("agreement-no-cases"), &text.say("agreement-no-cases.how"))) } @else { (rows(ask, &cases)?) }
        }
    })
}

/// A standing as a small word with its colour.
pub fn standing(page: &Page<'_>, standing: &Standing) -> Markup {
    let tone = match standing {
        Standing::Designated => Tone::Mine,
        Standing::Suspended { .. } => Tone::Late,
        Standing::Ended { .. } | Standing::Expired { .. } => Tone::Done,
        Standing::Never => Tone::Waiting,
    };
    status(tone, &page.text.say(&format!("agreement-{}", standing.word())))
}

/// What the agreement says today, in one sentence.
fn sentence(page: &Page<'_>, provider: &Provider, today: &Standing) -> String {
    let text = page.text;
    match today {
        Standing::Designated => match provider.agreed_to(page.today()) {
            Some(to) => text.with("agreement-today-to", &[("to", text.day(to).into())]),
            None => text.say("agreement-today"),
        },
        Standing::Suspended { from, .. } => {
            text.with("agreement-today-suspended", &[("from", text.day(*from).into())])
        }
        Standing::Ended { on, .. } => text.with("agreement-today-ended", &[("on", text.day(*on).into())]),
        Standing::Expired { on } => text.with("agreement-today-expired", &[("on", text.day(*on).into())]),
        Standing::Never => text.say("agreement-today-never"),
    }
}

/// Agreements, suspensions and ends by their days, what is still to come included.
fn history(ask: &Ask<'_>, provider: &Provider) -> Markup {
    let page = ask.page();
    let text = page.text;
    let mut moments: Vec<(Day, Markup)> = vec![];
    for one in &provider.designations {
        // Cut off before it began: it never was.
        if one.to.is_some_and(|to| to < one.from) {
            continue;
        }
        let ended = provider.ended.iter().any(|ended| Some(ended.on) == one.to);
        moments.push((one.from, html! { strong { (text.say("agreement-begins")) } " " @match one.to { Some(to) if !ended => { (text.say("agreement-until")) " " (text.day(to)) } _ => {} } " " (article(&page, &one.article.0)) }));
        if let Some(to) = one.to.filter(|_| !ended) {
            moments.push((to, html! { (text.say("agreement-runs-out")) }));
        }
    }
    for one in &provider.suspensions {
        let ground = ground(ask, &one.ground);
        moments.push((one.from, html! { strong { (text.say("agreement-suspended")) } (text.colon()) (ground) " " (text.say("agreement-until")) " " (text.day(one.to)) " " (article(&page, &one.article.0)) }));
        moments.push((one.to.plus(1), html! { (text.say("agreement-resumes")) }));
    }
    for one in &provider.ended {
        moments.push((
            one.on,
            html! { strong { (text.say("agreement-last-day")) } " " (article(&page, &one.article.0)) },
        ));
    }
    moments.sort_by_key(|(day, _)| *day);
    if moments.is_empty() {
        return empty(&text.say("agreement-no-history"), &text.say("agreement-no-history.how"));
    }
    let told: Vec<Moment> = moments
        .into_iter()
        .map(|(on, what)| Moment {
            when: text.day(on),
            what,
            standing: if on > page.today() { Tone::Waiting } else { Tone::Done },
        })
        .collect();
    timeline(&told)
}

/// A ground of a suspension by the name its form gives it.
fn ground(ask: &Ask<'_>, code: &str) -> String {
    let fields = ask.app.office.rules.procedures.iter().flat_map(Procedure::fields);
    let named = fields
        .filter(|field| field.id == "suspension.ground")
        .find_map(|field| field.codes.iter().find(|(id, _)| id == code));
    named.map_or_else(|| ask.text().code(code), |(_, name)| ask.text().name(name).to_owned())
}
