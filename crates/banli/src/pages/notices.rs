//! Names on public notice, as the rule lets them be shown, and objections.

use super::cases::number;
use super::parts::{Faults, Field, FieldKind, Page, Shape, day_why, empty, field, frame, hidden};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::casework::Command as Casework;
use agency::{CaseId, Command};
use case::{Action, NoticeUp};
use maud::html;
use policy::expr::Kind;
use store::{CaseFilter, Stage};
use terms::Fen;

/// Open cases looked through for notices that are up; relief is rare, so that this is far beyond any day's number.
const LOOKED_THROUGH: u32 = 2_000;

/// Every notice that is up today.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let filter = CaseFilter { stage: Some(Stage::Open), ..CaseFilter::default() };
    let today = page.today();
    let up: Vec<(CaseId, String, NoticeUp)> = ask.app.office.store.read(|reader| {
        let mut up = vec![];
        for row in reader.find_cases(&filter, CaseId(u64::MAX), LOOKED_THROUGH)? {
            if row.notice_to.is_none_or(|to| to < today) {
                continue;
            }
            let notice =
                reader.case_file(row.id)?.and_then(|file| file.state.notice).filter(|notice| !notice.ended);
            up.extend(notice.map(|notice| (row.id, row.procedure, notice)));
        }
        Ok(up)
    })?;
    let objection = Field {
        name: "text".into(),
        label: text.say("notices-object"),
        hint: None,
        kind: FieldKind::Lines(1000),
        required: true,
    };
    let key = session::random_id()?;
    let content = html! {
        div.stack {
            p.note { (text.say("notices-about")) }
            @if up.is_empty() { (empty(&text.say("notices-none"), &text.say("notices-none.how"))) }
            @for (case, procedure, notice) in &up {
                section.box {
                    header { h2 { (super::cases::procedure_name(ask, procedure)) } span.soft { (number(*case)) } }
                    dl.facts {
                        @for (name, shown) in &notice.shown {
                            @let known = ask.app.office.rules.procedures.get(procedure).and_then(|procedure| procedure.fields().find(|field| field.id == *name));
                            dt { (known.map_or_else(|| text.fact_name(name), |field| text.name(&field.label).to_owned())) } dd { (readable(&page, known, shown)) }
                        }
                        dt { (text.say("notices-until")) } dd { (day_why(&page, &notice.until)) }
                        @if let Some(last) = notice.seals.last() {
                            dt { (text.say("notices-proof")) }
                            dd { details.fold {
                                summary { (text.with("notices-proof-days", &[("days", notice.seals.len().into())])) " " span.mono { (last.hash.get(..16).unwrap_or(&last.hash)) } }
                                p.small { (text.say("notices-proof-how")) }
                                ul { @for seal in &notice.seals { li { (text.day(seal.on)) (text.colon()) span.mono.small.breaks { (seal.hash) } } } }
                            } }
                        }
                    }
                    @if ask.actor.is_some() {
                        details.fold {
                            summary { (text.say("notices-object")) }
                            form method="post" action=(page.link(&format!("/notices/{case}/object"))) {
                                (hidden("key", &key))
                                (field(&page, &objection, &[], &Faults::new()))
                                div.actions { button type="submit" { (text.say("notices-object")) } }
                            }
                        }
                    } @else { p.soft { (text.say("notices-object-sign-in")) } }
                }
            }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::PublicWide,
        &text.say("nav-notices"),
        &[("/", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}

/// What is shown, as people read it: amounts in groups of three. The day's proof is over the text as the rule has it.
fn readable(page: &Page<'_>, field: Option<&case::Field>, shown: &str) -> String {
    match shown.parse::<Fen>() {
        Ok(amount) if field.is_some_and(|field| field.kind == Kind::Fen) => page.text.yuan(amount),
        _ => shown.to_owned(),
    }
}

/// An objection to a notice that is up.
pub fn object(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let case: CaseId = ask.part(0)?;
    let action = Action::Object { text: ask.form.get("text").to_owned() };
    match send(ask, "object", &Command::Case(Casework::Act { case, action: Box::new(action) }))? {
        Ok(_) => Ok(ask.see("/notices")),
        Err(refusals) => {
            let page = ask.page();
            let content = super::parts::refusals(&page, &Faults::new(), &refusals);
            Ok(Reply::Refused(frame(
                &page,
                Shape::PublicWide,
                &page.text.say("notices-object"),
                &[("/notices", page.text.say("nav-notices"))],
                &html! {},
                &content,
            )))
        }
    }
}
