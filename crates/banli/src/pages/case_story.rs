//! What happened to a case, event by event, in words.

use super::access::{party_name, role_name};
use super::case_applicant::Application;
use super::cases::number;
use super::parts::{Moment, Standing, article_short as article, day_why, promised, reason};
use crate::ask::Ask;
use crate::errors::Problem;
use agency::Event;
use case::{By, CaseEvent, Cause, Decided, Procedure, Way};
use maud::{Markup, html};
use store::Recorded;

/// The timeline.
pub fn story(ask: &Ask<'_>, procedure: &Procedure, events: &[Recorded]) -> Result<Vec<Moment>, Problem> {
    let mut moments = vec![];
    for recorded in events {
        let what = match recorded.event()? {
            Event::Case { what, .. } => told(ask, procedure, &what),
            Event::ClaimEntered { claim, .. } => {
                let total = claim.receipts_total().map(|total| ask.text().yuan(total)).unwrap_or_default();
                Some((
                    Standing::Done,
                    html! { (ask.text().with("event-claim", &[("count", claim.receipts.len().into()), ("total", total.into())])) },
                ))
            }
            Event::RecoveryPlanned { instalments, .. } => {
                let text = ask.text();
                let said = match instalments.len() {
                    0 => text.say("event-planned-none"),
                    count => text.with("event-planned", &[("count", count.into())]),
                };
                Some((Standing::Done, html! { (said) }))
            }
            Event::RecoveryBrought { amount, from, .. } => {
                let text = ask.text();
                let amount = ("amount", text.yuan(amount).into());
                let said = match from {
                    Some(from) => text.with("event-brought-kept", &[amount, ("from", number(from).into())]),
                    None => text.with("event-brought", &[amount]),
                };
                Some((Standing::Done, html! { (said) }))
            }
            Event::PaymentKept { amount, because, .. } => {
                let text = ask.text();
                let values = [("amount", text.yuan(amount).into()), ("because", number(because).into())];
                Some((Standing::Done, html! { (text.with("event-kept", &values)) }))
            }
            Event::CaseAssigned { to: Some(to), .. } => {
                let who = party_name(ask, &format!("account/{to}"));
                Some((Standing::Done, html! { (ask.text().with("event-assigned", &[("who", who.into())])) }))
            }
            Event::CaseAssigned { to: None, .. } => {
                Some((Standing::Done, html! { (ask.text().say("event-laid-back")) }))
            }
            _ => None,
        };
        if let Some((standing, what)) = what {
            moments.push(Moment { when: ask.text().moment(recorded.at), what, standing });
        }
    }
    Ok(moments)
}

/// What a paper is called.
fn material_name(ask: &Ask<'_>, procedure: &Procedure, id: &str) -> String {
    let known = procedure.material(id);
    known.map_or_else(|| ask.text().code(id), |known| ask.text().name(&known.name).to_owned())
}

fn who(ask: &Ask<'_>, by: &By) -> Markup {
    html! { span.soft { (party_name(ask, &by.who)) " · " (role_name(ask, &by.role)) } }
}

fn told(ask: &Ask<'_>, procedure: &Procedure, event: &CaseEvent) -> Option<(Standing, Markup)> {
    let page = ask.page();
    let text = page.text;
    let state_name = |id: &str| {
        procedure.state(id).map_or_else(|| id.to_owned(), |state| text.name(&state.name).to_owned())
    };
    let said = match event {
        CaseEvent::Opened { procedure, subject, capacity, parties, by, on, .. } => {
            let application = Application { procedure, subject, capacity, parties, by, on: *on };
            html! {
                (text.say("event-opened")) " " span.soft { (application.told(ask)) }
                @if let Some(by) = application.entered_by(ask) { div.small { (text.with("event-entered-by", &[("who", by.into())])) } }
            }
        }
        // Facts can be read in the case; the story would only get longer.
        CaseEvent::FactsGiven { .. } => return None,
        CaseEvent::MaterialReceived { material, by, .. } => {
            let name = material_name(ask, procedure, &material.material);
            html! { (text.with("event-received", &[("paper", name.into())])) " " (who(ask, by)) }
        }
        CaseEvent::ScanAdded { material, scan, by, .. } => {
            let name = material_name(ask, procedure, material);
            let values = [("paper", name.into()), ("name", scan.name.as_str().into())];
            html! { (text.with("event-scan", &values)) " " (who(ask, by)) }
        }
        CaseEvent::ScanRemoved { material, by, .. } => {
            let name = material_name(ask, procedure, material);
            html! { (text.with("event-scan-removed", &[("paper", name.into())])) " " (who(ask, by)) }
        }
        CaseEvent::CorrectionAsked { missing, until, by, .. } => html! {
            (text.with("event-correction-asked", &[("count", missing.len().into())])) " " (who(ask, by))
            div { (text.say("case-missing-until")) " " (day_why(&page, until)) }
        },
        CaseEvent::CorrectionMade { by, .. } => {
            html! { (text.say("event-correction-made")) " " (who(ask, by)) }
        }
        CaseEvent::Accepted { by, promises, .. } => html! {
            strong { (text.say("event-accepted")) } " " (who(ask, by))
            @for promise in promises { div.small { (text.name(&promise.name)) (text.colon()) (promised(&page, procedure, promise)) " " (day_why(&page, &promise.by)) " " (article(&page, &promise.article.0)) } }
        },
        CaseEvent::Declined { reasons, by, .. } => html! {
            strong { (text.say("event-declined")) } " " (who(ask, by))
            @for refusal in reasons { div.small { (reason(&page, refusal)) } }
        },
        CaseEvent::Entered { state, way, due, .. } => html! {
            (text.with(match way { Some(Way::Returned) => "event-returned-to", _ => "event-entered" }, &[("state", state_name(state).into())]))
            " " span.soft { (text.say("clock-until")) " " (day_why(&page, due)) }
        },
        CaseEvent::StepDone { step, decision, note, by, .. } => {
            let known = procedure.states.iter().find_map(|state| state.step(step));
            let name = known.map_or_else(|| step.clone(), |step| text.name(&step.name).to_owned());
            html! {
                strong { (name) } (text.colon()) (text.say(match decision { Decided::Approved => "decided-approved", Decided::Rejected => "decided-rejected", Decided::Returned => "decided-returned" })) " " (who(ask, by))
                @if !note.is_empty() { p { "“" (note) "”" } }
                @if let Some(known) = known { p { (article(&page, &known.article.0)) } }
            }
        }
        CaseEvent::NoticeStarted { until, by, .. } => {
            html! { (text.say("event-notice")) " " (day_why(&page, until)) " " (who(ask, by)) }
        }
        CaseEvent::Objected { text: said, .. } => html! { (text.say("event-objected")) p { "“" (said) "”" } },
        CaseEvent::ObjectionHeard { upheld, note, by, .. } => {
            html! { (text.say(if *upheld { "hear-upheld" } else { "hear-dismissed" })) " " (who(ask, by)) p { "“" (note) "”" } }
        }
        CaseEvent::NoticeSealed { hash, .. } => {
            html! { (text.say("event-notice-sealed")) " " span.mono.small { (hash.get(..16).unwrap_or(hash)) } }
        }
        CaseEvent::NoticeEnded { .. } => html! { (text.say("event-notice-ended")) },
        CaseEvent::Warned { due, tells, .. } => {
            let told = role_name(ask, &tells.role);
            let values = [("due", text.day(*due).into()), ("who", told.into())];
            return Some((Standing::Soon, html! { (text.with("event-warned", &values)) }));
        }
        CaseEvent::Overdue { due, tells, .. } => {
            let told = tells.as_ref().map(|tells| role_name(ask, &tells.role));
            return Some((
                Standing::Late,
                html! {
                    strong { (text.with("event-overdue", &[("due", text.day(*due).into())])) }
                    @if let Some(told) = told { " " span.soft { (text.with("event-told", &[("who", told.into())])) } }
                },
            ));
        }
        CaseEvent::Moved { clock, from, to, cause, .. } => html! {
            (text.with(cause_key(*cause), &[("clock", clock_name(ask, procedure, clock).into())]))
            " " @if let Some(from) = from { del { (text.day(*from)) } " → " } (day_why(&page, to))
        },
        CaseEvent::Deemed { state, way, article: id, .. } => {
            let key = if *way == Way::Rejected { "event-deemed-rejected" } else { "event-deemed-passed" };
            html! { strong { (text.with(key, &[("state", state_name(state).into())])) } " " (article(&page, &id.0)) }
        }
        CaseEvent::Migrated { by, .. } => html! { (text.say("event-migrated")) " " (who(ask, by)) },
        CaseEvent::EffectDue { effect, article: id, .. } => {
            html! { (text.say(effect_key(*effect))) " " (article(&page, &id.0)) }
        }
        CaseEvent::Paid { amount, payee, method, by, .. } => {
            html! { strong { (text.with("event-paid", &[("amount", text.yuan(*amount).into()), ("payee", payee.as_str().into()), ("method", text.code(method).into())])) } " " (who(ask, by)) }
        }
        CaseEvent::PaymentReturned { amount, reason, by, .. } => {
            html! { strong { (text.with("event-payment-returned", &[("amount", text.yuan(*amount).into())])) } " " (who(ask, by)) p { "“" (reason) "”" } }
        }
        CaseEvent::Reopened { because, .. } => {
            html! { strong { (text.say("event-reopened")) } " " @if let Some(("case", id)) = because.split_once('/') { a href=(page.link(&format!("/cases/{id}"))) { "C-" (id) } } }
        }
        CaseEvent::Closed { outcome, .. } => {
            html! { strong { (procedure.outcome(outcome).map_or("", |outcome| text.name(&outcome.name))) } }
        }
    };
    Some((Standing::Done, said))
}

/// What a clock is called: a clock of the whole case, a state, the counter's, or what is to be mended.
pub fn clock_name(ask: &Ask<'_>, procedure: &Procedure, clock: &str) -> String {
    let text = ask.text();
    let whole = procedure.clocks.iter().find(|known| known.id == clock).map(|known| &known.name);
    let name = whole.or_else(|| procedure.state(clock).map(|state| &state.name));
    match (name, clock) {
        (Some(name), _) => text.name(name).to_owned(),
        (None, case::CORRECTION) => text.say("case-missing-until"),
        (None, _) => text.say("case-intake"),
    }
}

fn cause_key(cause: Cause) -> &'static str {
    match cause {
        Cause::Calendar => "event-moved-calendar",
        Cause::Suspension => "event-moved-suspension",
        Cause::Start => "event-moved-start",
        Cause::Version => "event-moved-version",
    }
}

fn effect_key(effect: case::Effect) -> &'static str {
    use case::Effect;
    match effect {
        Effect::IssueCertificate => "effect-issue",
        Effect::CancelNumber => "effect-cancel",
        Effect::MarkLost => "effect-lost",
        Effect::SurrenderCertificate => "effect-surrender",
        Effect::StopCertificate => "effect-stop",
        Effect::ChangePerson => "effect-change",
        Effect::GrantCategory => "effect-category",
        Effect::EndEligibility => "effect-end",
        Effect::AppointLiaison => "effect-liaison",
        Effect::RenewFiling => "effect-filing-renewed",
        Effect::CancelFiling => "effect-filing-cancelled",
        Effect::RegisterFiling => "effect-filing",
        Effect::ChoosePlace => "effect-place",
        Effect::LeavePlace => "effect-place-left",
        Effect::AdjudicateClaim => "effect-adjudicate",
        Effect::Pay => "effect-pay",
        Effect::SignAgreement => "effect-agreement-signed",
        Effect::SuspendAgreement => "effect-agreement-suspended",
        Effect::ResumeAgreement => "effect-agreement-resumed",
        Effect::EndAgreement => "effect-agreement-ended",
        Effect::ChangeProvider => "effect-provider-changed",
        Effect::RecoverOverpaid => "effect-recovered",
        Effect::AdvanceClaim => "effect-advance",
        Effect::RecoverAdvance => "effect-advance-recovered",
        Effect::BearAdvance => "effect-advance-borne",
        Effect::ReopenCase => "effect-case-reopened",
    }
}
