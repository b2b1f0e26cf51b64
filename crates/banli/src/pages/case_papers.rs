//! Papers the counter hands over: the receipt of an application (受理回执) and the one-time notice of everything that is
//! missing (一次性告知书). What is printed carries number, time, who signed for it, and how each date came about.

use super::access::{self, party_name, role_name};
use super::case_applicant::{Application, first_character};
use super::case_loaded::{Shown, load};
use super::cases::number;
use super::parts::{Page, Shape, article_short, derivation, frame, promised};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use case::{CaseEvent, Position, Promise, next_actions};
use maud::{Markup, html};
use terms::{Dated, Day};

/// The receipt: what was taken in, when, who has it, and the dates the office answers for.
pub fn receipt(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let shown = load(ask)?;
    let page = ask.page();
    let text = page.text;
    let state = &shown.file.state;
    let promises = promises(ask, &shown)?;
    let next = next_actions(shown.procedure, state, page.today(), page.law.calendar());
    let papers = state.materials.values().map(|paper| {
        let known = shown.procedure.material(&paper.material);
        let name =
            known.map_or_else(|| text.code(&paper.material), |known| text.name(&known.name).to_owned());
        let original = paper.pieces.iter().filter(|piece| piece.original).count();
        let copies: u32 = paper.pieces.iter().map(|piece| u32::from(piece.copies)).sum();
        (name, original, copies)
    });
    let papers: Vec<(String, usize, u32)> = papers.collect();
    let taken = state.doers(case::INTAKE).last();
    let content = html! {
        (head(ask, &shown, "receipt-says"))
        dl.facts {
            dt { (text.say("receipt-applied")) } dd { (day(&page, state.opened)) }
            @if let Some(application) = Application::of(state) {
                dt { (text.say("case-capacity")) } dd { (application.masked(ask)) }
                @if let Some(by) = application.entered_by(ask) { dt { (text.say("applicant-entered")) } dd { (by) } }
            }
            dt { (text.say("receipt-accepted")) } dd { @if let Some(on) = state.accepted { (text.day(on)) } @else { (text.say("receipt-not-yet")) } }
            @if let Some(by) = taken { dt { (text.say("receipt-by")) } dd { (party_name(ask, &by.who)) } }
            @for one in &next {
                dt { (text.say("receipt-holds")) }
                dd { @if let Some(owner) = &one.owner { (one.organisation.as_deref().map(|organisation| party_name(ask, organisation)).unwrap_or_default()) " " (role_name(ask, &owner.role)) } @else { (text.say("case-applicant")) } (text.colon()) (text.name(&one.name)) }
            }
        }
        @if !papers.is_empty() {
            h2 { (text.say("receipt-papers")) }
            table { thead { tr { th { (text.say("receipt-paper")) } th.num { (text.say("paper-original")) } th.num { (text.say("paper-is-copy")) } } }
                tbody { @for (name, original, copies) in &papers { tr { td { (name) } td.num { (original) } td.num { (copies) } } } } }
        }
        @if !promises.is_empty() {
            h2 { (text.say("receipt-dates")) }
            @for promise in &promises {
                p { strong { (text.name(&promise.name)) (text.colon()) (promised(&page, shown.procedure, promise)) " " (text.day(promise.by.day)) } " " (article_short(&page, &promise.article.0)) }
                (why(&page, &promise.by))
            }
        }
        (foot(ask, &shown)?)
    };
    noted(ask, &shown, "receipt")?;
    Ok(Reply::Page(paper(ask, &shown, "receipt", &content)))
}

/// The one-time notice: everything that is missing, each with its article and what cures it, and until when.
pub fn notice(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let shown = load(ask)?;
    let page = ask.page();
    let text = page.text;
    let state = &shown.file.state;
    let asked = match &state.correction {
        Some(correction) => Some((correction.missing.clone(), correction.until.clone())),
        None => last_asked(ask, &shown)?,
    };
    let Some((missing, until)) = asked else { return Err(Problem::NotFound) };
    let content = html! {
        (head(ask, &shown, "notice-says"))
        ol.missing {
            @for refusal in &missing {
                @let (what, cure) = text.refusal(refusal);
                li { p { strong { (what) } } @if let Some(cure) = cure { p { (cure) } } p.small { (article_short(&page, &refusal.article.0)) } }
            }
        }
        p.lead { (text.say("case-missing-until")) (text.colon()) strong { (text.day(until.day)) } }
        (why(&page, &until))
        p { (text.say("notice-once")) }
        p { (text.say("notice-clock")) }
        (foot(ask, &shown)?)
    };
    noted(ask, &shown, "one-time-notice")?;
    Ok(Reply::Page(paper(ask, &shown, "one-time-notice", &content)))
}

fn noted(ask: &Ask<'_>, shown: &Shown<'_>, what: &str) -> Result<(), Problem> {
    let Some(subject) = shown.file.subject() else { return Ok(()) };
    access::note_look(
        ask,
        subject,
        &format!("case/{}/{what}", shown.case),
        ask.text().name(&shown.procedure.name),
    )
}

/// The dates given at acceptance; before it, the counter's own.
fn promises(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Vec<Promise>, Problem> {
    let stream = agency::StreamId::Case(shown.case).to_string();
    let events = ask.app.office.store.read(|reader| reader.stream(&stream))?;
    let mut promises = vec![];
    for recorded in events {
        if let agency::Event::Case { what, .. } = recorded.event()?
            && let CaseEvent::Accepted { promises: given, .. } = *what
        {
            promises = given;
        }
    }
    // A date that moved since is printed as it holds now.
    for promise in &mut promises {
        if let Some(told) = shown.file.state.told.get(&promise.id) {
            promise.by = told.clone();
        }
    }
    if promises.is_empty()
        && shown.file.state.position == Position::Intake
        && let Some(due) = &shown.file.state.due
    {
        let (id, article) = (case::INTAKE.to_owned(), shown.procedure.intake.clock.article.clone());
        promises.push(Promise { id, name: shown.procedure.name.clone(), article, by: due.clone() });
    }
    Ok(promises)
}

/// The notice that was given before, where nothing is asked any more.
fn last_asked(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Option<(terms::Refusals, Dated)>, Problem> {
    let stream = agency::StreamId::Case(shown.case).to_string();
    let events = ask.app.office.store.read(|reader| reader.stream(&stream))?;
    let mut asked = None;
    for recorded in events {
        if let agency::Event::Case { what, .. } = recorded.event()?
            && let CaseEvent::CorrectionAsked { missing, until, .. } = *what
        {
            asked = Some((missing, until));
        }
    }
    Ok(asked)
}

fn head(ask: &Ask<'_>, shown: &Shown<'_>, says: &str) -> Markup {
    let text = ask.text();
    let state = &shown.file.state;
    let masked = first_character(&party_name(ask, &state.subject));
    html! {
        p.paper-number { strong.mono { (number(shown.case)) } " " (text.name(&shown.procedure.name)) }
        p { (text.with(says, &[("name", masked.into()), ("procedure", text.name(&shown.procedure.name).into())])) }
    }
}

fn foot(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    Ok(html! {
        p.small { (text.with("receipt-ask", &[("number", number(shown.case).into()), ("address", format!("{}{}", ask.host, page.link("/status")).into())])) }
        (signed(ask)?)
    })
}

/// Who answers for a paper: the office, where and when it is open, when it was printed, the place of its seal, and what
/// the paper is a witness of.
pub(super) fn signed(ask: &Ask<'_>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let today = page.today();
    Ok(html! {
        @for office in ask.app.office.rules.offices.iter().filter(|office| office.from <= today && office.to.is_none_or(|to| today <= to)).take(1) {
            div.signed { p { (text.name(&office.name)) } p { (text.name(&office.address)) } p { (text.name(&office.hours)) } p { (text.moment(page.now)) } div.seal-place { (text.say("receipt-seal")) } }
        }
        (super::witness::mark(ask)?)
    })
}

fn day(page: &Page<'_>, on: Option<Day>) -> String {
    on.map(|on| page.text.day(on)).unwrap_or_default()
}

/// How a date came about, in small print: a paper cannot be unfolded.
fn why(page: &Page<'_>, dated: &Dated) -> Markup {
    html! { p.small.soft { (derivation(page, dated).join(if page.text.lang() == crate::text::Lang::Zh { "" } else { " " })) } }
}

/// The page around a paper: `what` names its kind, and with it the sheet it is printed on.
fn paper(ask: &Ask<'_>, shown: &Shown<'_>, what: &str, content: &Markup) -> Markup {
    let page = ask.page();
    let text = page.text;
    let back = format!("/cases/{}", shown.case);
    let content = html! {
        article.slip class=(format!("sheet-{what}")) { (content) }
        p.actions.no-print { button type="button" data-print { (text.say("do-print")) } a.button.quiet href=(page.link(&back)) { (text.say("do-back")) } }
    };
    let crumbs = [(back.as_str(), number(shown.case))];
    frame(&page, Shape::Public, &text.say(what), &crumbs, &html! {}, &content)
}
