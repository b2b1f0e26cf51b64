//! The page of a case: the papers at the left, the present step in the middle, clock, people and timeline at the
//! right, the flow chart below. It reads from top to bottom like a story.

use super::access::{self, party_name};
use super::case_applicant::Application;
use super::case_desk;
use super::case_flow::flow;
use super::case_loaded::{Attempt, Shown};
use super::case_scans;
use super::case_status;
use super::case_step::{act, is_mine, withdraw};
use super::case_story::story;
use super::cases::number;
use super::facts as fields;
use super::parts::{ClockView, Page, Shape, article, clock, fold, frame, papers, reason, refusals, timeline};
use crate::ask::Ask;
use crate::errors::Problem;
use agency::StreamId;
use case::{Position, Procedure, clocks, next_actions};
use maud::{Markup, html};
use terms::{Fact, Facts};

/// The page.
pub fn page(ask: &Ask<'_>, shown: &Shown<'_>, attempt: &Attempt) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let Shown { case, procedure, file, check, .. } = shown;
    let state = &file.state;
    if let Some(subject) = file.subject() {
        access::note_look(ask, subject, &format!("case/{case}"), text.name(&procedure.name))?;
    }
    let person = party_name(ask, &state.subject);
    let registered = match file.subject() {
        Some(subject) => ask.app.office.store.with_records(|records| records.person(subject))?,
        None => None,
    };
    let may_open = registered.is_some_and(|person| access::may_see_settlements(ask, &person.registered));
    let next = next_actions(procedure, state, page.today(), page.law.calendar());
    let running = clocks(procedure, state, page.today(), page.law.calendar());
    let events = ask.app.office.store.read(|reader| reader.stream(&StreamId::Case(*case).to_string()))?;
    let settlements = ask.app.office.store.read(|reader| reader.settlements_of_case(*case))?;
    let at_counter = check.bring.iter().filter(|bring| bring.at.is_none());
    let later = check.bring.iter().filter(|bring| bring.at.is_some());
    let scans = all_scans(ask, shown)?;
    let desk = case_desk::show(ask, shown)?;
    let public = ask.actor.as_ref().is_some_and(|actor| actor.organisation == agency::Organisation::Public);
    // The counter's form is long; after it there is room in the middle for the story.
    let in_middle = state.position != Position::Intake;
    let moments = story(ask, procedure, &events)?;
    let title = format!("{} ({})", text.say("case-story"), moments.len());
    let told = html! { section.box { (fold("story", &title, &timeline(&moments))) } };
    let content = html! {
        div.stack {
            (refusals(&page, &attempt.faults, &attempt.refusals))
            @if !attempt.meanwhile.is_empty() {
                section.faults role="alert" tabindex="-1" id="faults" aria-labelledby="faults-title" {
                    h2 id="faults-title" { (text.say("case-meanwhile")) }
                    (timeline(&attempt.meanwhile))
                    p.cure { (text.say("case-meanwhile.cure")) }
                }
            }
            div.columns {
                section.box aria-labelledby="papers" {
                    (fold("papers", &text.say("case-papers"), &html! {
                        (papers(&page, &super::papers::of_case(&page, state, at_counter)))
                        @let later = super::papers::of_case(&page, state, later);
                        @if !later.is_empty() { h3 { (text.say("precheck-bring-later")) } (papers(&page, &later)) }
                        (scans)
                    }))
                }
                section.stack.act id="act" aria-label=(text.say("case-act")) {
                    @if public { (case_status::summary(ask, shown)) } @else { (answer(&page, shown)) }
                    (to_print(&page, shown))
                    @for one in next.iter().filter(|next| !public || is_mine(ask, shown, next)) { (act(ask, shown, one, attempt)?) }
                    (case_scans::to_add(ask, shown, attempt)?)
                    (super::case_after::sections(ask, shown, attempt)?)
                    (withdraw(ask, shown)?)
                    @for row in &settlements { p.answer { @if may_open { a href=(page.link(&format!("/settlements/{}", row.id))) { (text.with("settlement-sentence", &[("own", text.yuan(row.psn_cash_pay).into()), ("funds", text.yuan(row.fund_pay_sumamt).into())])) } } @else { (text.with("settlement-sentence", &[("own", text.yuan(row.psn_cash_pay).into()), ("funds", text.yuan(row.fund_pay_sumamt).into())])) } } }
                    @if in_middle { (told) }
                    @if !state.facts.is_empty() {
                        details.box open[matches!(state.position, Position::At(_))] { summary { (text.say("case-facts")) } (facts_list(ask, procedure, &state.facts)) }
                    }
                }
                div.stack.aside {
                    (desk)
                    @for running in &running {
                        section.box { (clock(&page, &ClockView {
                            name: text.name(&running.name).to_owned(),
                            start: state.entered.or(state.opened).unwrap_or(page.today()),
                            end: running.due.clone(),
                            suspended: running.stopped,
                            article: running.article.0.clone(),
                        })) }
                    }
                    section.box {
                        h2 { (text.say("case-people")) }
                        dl.facts {
                            dt { (text.say("column-person")) } dd { (person) }
                            @if let Some(application) = Application::of(state) {
                                dt { (text.say("case-capacity")) } dd { (application.told(ask)) }
                                @if let Some(by) = application.entered_by(ask) { dt { (text.say("applicant-entered")) } dd { (by) } }
                            }
                            @for (relation, party) in state.parties.iter().filter(|(relation, _)| *relation != agency::authority::AGENT) { dt { (text.code(relation)) } dd { (party_name(ask, party)) } }
                        }
                    }
                    @if !in_middle { (told) }
                }
            }
            section.box { (fold("flow", &text.say("case-flow"), &flow(&page, procedure, file))) }
        }
    };
    let title = format!("{} {}", number(*case), text.name(&procedure.name));
    let crumbs = [("/home", text.say("nav-home"))];
    let beside = html! { p { (person) " · " (article(&page, &procedure.article.0)) } };
    Ok(frame(&page, Shape::Desk, &title, &crumbs, &beside, &content))
}

/// The papers that can be printed for the applicant now.
fn to_print(page: &Page<'_>, shown: &Shown<'_>) -> Markup {
    let text = page.text;
    let state = &shown.file.state;
    let link = |what: &str| page.link(&format!("/cases/{}/{what}", shown.case));
    html! {
        p.actions {
            @if state.correction.is_some() { a.button.quiet href=(link("one-time-notice")) { (text.say("do-print-notice")) } }
            @else if !matches!(state.position, Position::Closed(_)) { a.button.quiet href=(link("receipt")) { (text.say("do-print-receipt")) } }
        }
    }
}

/// The scans of every paper, for whoever works on the case.
fn all_scans(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let text = ask.text();
    let mut parts = vec![];
    for (material, _) in shown.file.state.scans.iter().filter(|(_, kept)| !kept.is_empty()) {
        let known = shown.procedure.material(material);
        let name = known.map_or_else(|| text.code(material), |known| text.name(&known.name).to_owned());
        let list = case_scans::list(ask, shown, material, false)?;
        parts.push(html! { p { (name) } (list) });
    }
    Ok(html! { @if !parts.is_empty() { h3 { (text.say("scans")) } @for part in &parts { (part) } } })
}

/// First the answer: where the case stands, in one sentence.
fn answer(page: &Page<'_>, shown: &Shown<'_>) -> Markup {
    let text = page.text;
    let state = &shown.file.state;
    match &state.position {
        Position::Closed(outcome) => {
            let outcome = shown.procedure.outcome(outcome);
            let granted = outcome.is_some_and(|outcome| outcome.ends == case::Ending::Granted);
            html! {
                div.answer.no[!granted] {
                    p.lead { strong { (outcome.map_or("", |outcome| text.name(&outcome.name))) } }
                    @if let Some(paid) = state.paid { p { (text.say("case-paid")) (text.colon()) (text.yuan(paid)) } }
                    @for (kept, because) in &shown.file.kept { p { (text.with("kept-was", &[("kept", text.yuan(*kept).into()), ("because", number(*because).into())])) } }
                    @for refusal in &state.declined { div { (reason(page, refusal)) } }
                    @if let Some(outcome) = outcome { p { (article(page, &outcome.article.0)) } }
                }
            }
        }
        Position::Intake if state.correction.is_some() => html! {
            @if let Some(correction) = &state.correction {
                div.answer.no {
                    p.lead { strong { (text.with("case-missing", &[("count", correction.missing.len().into())])) } }
                    ul.stack { @for refusal in &correction.missing { li { (reason(page, refusal)) } } }
                    div { (text.say("case-missing-until")) " " (super::parts::day_why(page, &correction.until)) }
                }
            }
        },
        _ => html! {},
    }
}

fn facts_list(ask: &Ask<'_>, procedure: &Procedure, facts: &Facts) -> Markup {
    let page = &ask.page();
    // A provider is known by its name.
    let named = |fact: &Fact| match fact {
        Fact::Text(code) => {
            let found = super::access::provider_by_code(ask, code).ok().flatten();
            found.map(|id| party_name(ask, &format!("provider/{id}")))
        }
        _ => None,
    };
    html! {
        dl.facts {
            @for field in procedure.fields() {
                @if let Some(fact) = facts.get(&field.id) { dt { (page.text.name(&field.label)) } dd { (fields::said(page, field, fact)) @if super::provider_field::is_one(&field.id) { @if let Some(name) = named(fact) { " · " (name) } } } }
            }
        }
    }
}
