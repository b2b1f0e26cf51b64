//! The counter's form on the page of a case: what the procedure asks, the claim, the papers in hand, what the check says.

use super::case_loaded::{Attempt, Shown};
use super::case_scans;
use super::claim_form;
use super::facts as fields;
use super::parts::{Page, field, reason};
use crate::ask::Ask;
use crate::errors::Problem;
use case::{Known, Next, What};
use maud::{Markup, html};

/// The window's form: facts, claim, papers, what the check says, and the decision.
pub(super) fn intake(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    next: &Next,
    attempt: &Attempt,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let procedure = shown.procedure;
    let state = &shown.file.state;
    let wanted = |field: &&case::Field| field.known == Known::Applicant && !field.id.starts_with("claim.");
    let with_claim = procedure.fields().any(|field| field.id.starts_with("claim."));
    let typed = |name: &str| -> Vec<String> {
        match (&attempt.typed, state.facts.get(name)) {
            (Some(typed), _) => typed.all(name).into_iter().map(str::to_owned).collect(),
            (None, Some(terms::Fact::Codes(codes))) => codes.clone(),
            (None, Some(fact)) => vec![fact.to_string()],
            (None, None) => vec![],
        }
    };
    let by_officer =
        ask.actor.as_ref().is_some_and(|actor| actor.roles.contains(&procedure.intake.owner.role));
    Ok(html! {
        @if with_claim {
            (claim_form::show(ask, shown.file.claim.as_ref(), attempt.typed.as_ref(), &attempt.faults))
            // What is typed off the papers ends with the papers.
            (paper_boxes(ask, shown, None, attempt)?)
        }
        @for asked in procedure.fields().filter(wanted) {
            @let typed = typed(&asked.id);
            (field(&page, &fields::field(&page, asked, false), &typed.iter().map(String::as_str).collect::<Vec<_>>(), &attempt.faults))
        }
        @if !with_claim { (paper_boxes(ask, shown, None, attempt)?) }
        @if by_officer && next.what == What::Intake {
            (check_now(&page, shown))
            div.actions {
                button type="submit" name="do" value="accept" { (text.say("do-accept")) }
                button.quiet type="submit" name="do" value="save" { (text.say("do-save")) }
                button.quiet type="submit" name="do" value="ask" { (text.say("do-ask")) }
                button.stop type="submit" name="do" value="decline" { (text.say("do-decline")) }
            }
        } @else {
            div.actions { button type="submit" name="do" value="save" { (text.say("do-hand-in")) } }
        }
    })
}

/// What the check says of the case as it is kept: everything at once, before anybody decides.
fn check_now(page: &Page<'_>, shown: &Shown<'_>) -> Markup {
    let text = page.text;
    let check = &shown.check;
    html! {
        @if check.complete { p.note { (text.say("case-complete")) } }
        @else {
            details.fold open {
                summary { (text.with("case-incomplete", &[("count", (check.refusals.len() + check.unanswered.len()).into())])) }
                ul.stack {
                    @for refusal in &check.refusals { li { (reason(page, refusal)) } }
                    @for name in &check.unanswered {
                        @let label = shown.procedure.fields().find(|field| field.id == *name).map_or(name.clone(), |field| text.name(&field.label).to_owned());
                        li { (text.with("case-unanswered", &[("what", label.into())])) }
                    }
                }
            }
        }
    }
}

/// One row of boxes for each paper asked for at this point: what is ticked is what was seen.
pub(super) fn paper_boxes(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    at: Option<&str>,
    attempt: &Attempt,
) -> Result<Markup, Problem> {
    let text = ask.text();
    let mut scans = vec![];
    let asked: Vec<&case::Bring> = shown
        .check
        .bring
        .iter()
        .filter(|bring| bring.at.as_deref() == at && !matches!(bring.need, case::Need::NotNeeded(_)))
        .collect();
    let tick = |bring: &case::Bring, what: &str, held: bool, label: String| {
        let name = format!("paper.{}.{what}", bring.material);
        let ticked = attempt.typed.as_ref().map_or(held, |typed| typed.get(&name) == "true");
        html! { label.tick { input type="checkbox" name=(name) value="true" checked[ticked]; " " (label) } }
    };
    for bring in &asked {
        let name = text.name(&bring.name);
        let list = case_scans::list(ask, shown, &bring.material, true)?;
        scans.push(html! { (list) (case_scans::input(ask, &bring.material, name, &attempt.faults)) });
    }
    Ok(html! {
        @if !asked.is_empty() {
            fieldset {
                legend { (text.say("case-papers-seen")) }
                // Shown by the script that makes it work.
                label.tick hidden { input type="checkbox" data-all; " " (text.say("case-papers-all")) }
                ul.tasks.entry { @for (bring, scans) in asked.iter().zip(&scans) { li {
                    @let piece = shown.file.state.materials.get(&bring.material).and_then(|held| held.pieces.first());
                    div.grow {
                        strong { (text.name(&bring.name)) }
                        div.ticks {
                            @if bring.shape != case::Shape::Copy { (tick(bring, "original", piece.is_some_and(|piece| piece.original), text.say("paper-original"))) }
                            @if bring.shape != case::Shape::Original { (tick(bring, "copy", piece.is_some_and(|piece| piece.copies > 0), text.say("paper-is-copy"))) }
                            @if let Some(role) = &bring.filled_by { (tick(bring, "filled", piece.is_some_and(|piece| piece.filled_by.is_some()), text.with("paper-filled-by", &[("role", text.code(role).into())]))) }
                            @if let Some(seal) = &bring.sealed_by { (tick(bring, "sealed", piece.is_some_and(|piece| piece.seals.contains(seal)), text.with("paper-sealed-by", &[("seal", text.code(seal).into())]))) }
                            @if let Some(stamp) = &bring.stamp { (tick(bring, "stamped", piece.is_some_and(|piece| piece.stamps.contains(stamp)), text.with("paper-stamp", &[("stamp", text.code(stamp).into())]))) }
                        }
                        (scans)
                    }
                } } }
            }
        }
    })
}
