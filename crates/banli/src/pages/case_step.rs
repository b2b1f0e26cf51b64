//! What is next on the page of a case: the reader's form, or who has it and until when; and taking an application back.

use super::access::{party_name, role_name};
use super::case_intake::{intake, paper_boxes};
use super::case_loaded::{Attempt, Shown};
use super::cases::number;
use super::facts as fields;
use super::parts::{Choice, Field, FieldKind, Page, Standing, article, field, hidden, status};
use crate::ask::Ask;
use crate::errors::Problem;
use crate::session;
use agency::Organisation;
use agency::casework::engine_actor;
use case::{Act, Next, Owner, Position, Way, What};
use maud::{Markup, html};

/// Whether what is next is the reader's, by role or as the applicant; the engine decides when it is sent.
pub(super) fn is_mine(ask: &Ask<'_>, shown: &Shown<'_>, next: &Next) -> bool {
    let is_applicant = ask.actor.as_ref().is_some_and(|actor| {
        shown.file.state.applicant.as_ref().is_some_and(|by| by.who == engine_actor(actor).who)
    });
    let at_counter =
        ask.actor.as_ref().is_some_and(|actor| actor.roles.contains(&shown.procedure.intake.owner.role));
    // An organisation hands its papers in itself; a person's originals are seen at the counter.
    let hands_in = is_applicant
        && ask.actor.as_ref().is_some_and(|actor| matches!(actor.organisation, Organisation::Provider(_)));
    by_role(ask, next)
        || (next.what == What::Mend && (is_applicant || at_counter))
        || (next.what == What::Intake && hands_in)
}

fn by_role(ask: &Ask<'_>, next: &Next) -> bool {
    let Some(actor) = &ask.actor else { return false };
    let me = engine_actor(actor);
    let owner = |owner: &Owner| {
        actor.roles.contains(&owner.role) && next.organisation.as_deref() == Some(me.organisation.as_str())
    };
    next.owner.as_ref().is_some_and(owner) && !next.not.contains(&me.who)
}

/// What is next: the reader's form, or who has it and until when.
pub(super) fn act(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    next: &Next,
    attempt: &Attempt,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    if !is_mine(ask, shown, next) || next.what == What::Wait {
        let who = next
            .owner
            .as_ref()
            .map_or_else(|| text.say("case-applicant"), |owner| role_name(ask, &owner.role));
        let organisation = next
            .organisation
            .as_deref()
            .map(|organisation| party_name(ask, organisation))
            .unwrap_or_default();
        return Ok(html! {
            div.box {
                header { h2 { (text.name(&next.name)) } (status(Standing::Waiting, &text.say("case-waiting"))) }
                p { (text.with("case-waits-for", &[("who", who.into()), ("where", organisation.into())])) }
                @if let Some(due) = &next.due { div { (text.say("clock-until")) " " (super::parts::day_why(&page, due)) } }
                p { (article(&page, &next.article.0)) }
            }
        });
    }
    let key = session::random_id()?;
    let inner = match &next.what {
        What::Intake | What::Mend => intake(ask, shown, next, attempt)?,
        What::Step { step, act } => step_form(ask, shown, step, *act, attempt)?,
        What::StartNotice => {
            html! { (hidden("do", "notice")) div.actions { button type="submit" { (text.say("do-notice")) } } }
        }
        What::Hear { objection } => hear(&page, shown, *objection, attempt),
        What::Wait => html! {},
    };
    Ok(html! {
        form.box data-begin[matches!(next.what, What::Intake | What::Mend)] method="post" novalidate enctype="multipart/form-data" action=(page.link(&format!("/cases/{}/act", shown.case))) {
            header { h2 { (text.name(&next.name)) } (status(Standing::Mine, &text.say("case-mine"))) }
            (hidden("key", &key))
            (hidden("version", &shown.file.version.to_string()))
            (inner)
            (super::provider_field::list(ask, shown.procedure)?)
            p { (article(&page, &next.article.0)) }
        }
    })
}

/// A step: what it fills in, what was shown, the decision, the note.
fn step_form(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    id: &str,
    act: Act,
    attempt: &Attempt,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let here = match &shown.file.state.position {
        Position::At(state) => shown.procedure.state(state),
        _ => None,
    };
    let Some((here, step)) = here.and_then(|state| Some((state, state.step(id)?))) else {
        return Ok(html! {});
    };
    let typed = |name: &str| attempt.typed.as_ref().map_or("", |typed| typed.get(name)).to_owned();
    let mut decisions = vec![(
        "approved",
        if matches!(act, Act::Decide | Act::Consult) { "decide-approve" } else { "decide-done" },
    )];
    if here.on.contains_key(&Way::Rejected) {
        decisions.push(("rejected", "decide-reject"));
    }
    if here.on.contains_key(&Way::Returned) {
        decisions.push(("returned", "decide-return"));
    }
    let only = decisions.len() == 1;
    let choices = decisions
        .into_iter()
        .map(|(value, key)| Choice { value: value.into(), label: text.say(key), hint: None })
        .collect();
    let line = |name: &str, key: &str, kind: FieldKind, required: bool| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: None,
        kind,
        required,
    };
    Ok(html! {
        (hidden("step", id))
        @if let Some(panel) = step.panel { p.note { (text.with("panel-so-far", &[("of", panel.of.into()), ("needs", panel.needs.into()), ("spoken", shown.file.state.votes(id).count().into())])) } }
        @for name in &step.fills {
            @if let Some(asked) = shown.procedure.fields().find(|field| field.id == *name) {
                @let kept = shown.facts.get(name).map(ToString::to_string).unwrap_or_default();
                @let value = if attempt.typed.is_some() { typed(name) } else { kept };
                (field(&page, &fields::field(&page, asked, false), &[&value], &attempt.faults))
            }
        }
        (paper_boxes(ask, shown, Some(id), attempt)?)
        @if act == Act::Pay {
            (amount_due(ask, shown))
            (field(&page, &line("payee", "pay-payee", FieldKind::Text(60), true), &[&typed("payee")], &attempt.faults))
            (field(&page, &line("method", "pay-method", FieldKind::Radio(["transfer", "window"].map(|value| Choice { value: value.into(), label: text.code(value), hint: None }).into()), true), &[&typed("method")], &attempt.faults))
        }
        @if only { (hidden("decision", "approved")) }
        @else { (field(&page, &line("decision", "decide", FieldKind::Radio(choices), true), &[&typed("decision")], &attempt.faults)) }
        (field(&page, &line("note", "note", FieldKind::Lines(1000), step.note), &[&typed("note")], &attempt.faults))
        (hidden("do", if act == Act::Pay { "pay" } else { "step" }))
        div.actions { button type="submit" { (text.say(match act { Act::Sign => "do-sign", Act::Seal => "do-seal", Act::Issue => "do-issue", Act::Pay => "do-pay", Act::Receive => "do-receive", Act::Reply => "do-reply", Act::Decide | Act::Consult => "do-decide" })) } }
    })
}

fn amount_due(ask: &Ask<'_>, shown: &Shown<'_>) -> Markup {
    let Some(actor) = &ask.actor else { return html! {} };
    let found = ask.app.office.store.with_records(|records| {
        let context = agency::Context {
            rules: &ask.app.office.rules,
            actor,
            now: ask.now,
            ids: agency::Ids::default(),
        };
        let due = agency::casework::amount_due(records, &context, shown.case)?;
        Some((due, agency::casework::kept_back(records, &context, shown.case)))
    });
    let Ok(Some((due, kept))) = found else { return html! {} };
    let text = ask.text();
    let mut left = due;
    let mut said = vec![];
    for one in kept {
        let values = [
            ("due", text.yuan(left).into()),
            ("kept", text.yuan(one.amount).into()),
            ("overpaid", number(one.overpaid).into()),
            ("because", number(one.because).into()),
        ];
        said.push(text.with("kept-back", &values));
        // At most what is left of the payment.
        left = left.minus(one.amount).unwrap_or_default();
    }
    html! {
        @for one in &said { p.note { (one) } }
        p.amount { @if said.is_empty() { (text.yuan(left)) } @else { (text.with("kept-rest", &[("amount", text.yuan(left).into())])) } }
    }
}

fn hear(page: &Page<'_>, shown: &Shown<'_>, objection: u32, attempt: &Attempt) -> Markup {
    let text = page.text;
    let said = shown
        .file
        .state
        .objections
        .get(&objection)
        .map(|objection| objection.text.as_str())
        .unwrap_or_default();
    let choices = [("true", "hear-upheld"), ("false", "hear-dismissed")]
        .map(|(value, key)| Choice { value: value.into(), label: text.say(key), hint: None })
        .into();
    let upheld = Field {
        name: "upheld".into(),
        label: text.say("hear"),
        hint: Some(said.to_owned()),
        kind: FieldKind::Radio(choices),
        required: true,
    };
    let note = Field {
        name: "note".into(),
        label: text.say("note"),
        hint: None,
        kind: FieldKind::Lines(1000),
        required: true,
    };
    html! {
        (hidden("do", "hear")) (hidden("objection", &objection.to_string()))
        (field(page, &upheld, &[], &attempt.faults))
        (field(page, &note, &[], &attempt.faults))
        div.actions { button type="submit" { (text.say("do-decide")) } }
    }
}

/// The applicant may take an open application back.
pub(super) fn withdraw(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let state = &shown.file.state;
    let open = !matches!(state.position, Position::Closed(_) | Position::New);
    let mine = ask
        .actor
        .as_ref()
        .is_some_and(|actor| state.applicant.as_ref().is_some_and(|by| by.who == engine_actor(actor).who));
    if !open || !mine {
        return Ok(html! {});
    }
    let page = ask.page();
    Ok(html! {
        details.fold {
            summary { (page.text.say("do-withdraw")) }
            form method="post" action=(page.link(&format!("/cases/{}/act", shown.case))) {
                (hidden("key", &session::random_id()?)) (hidden("do", "withdraw"))
                p { (page.text.say("withdraw-about")) }
                div.actions { button.stop type="submit" { (page.text.say("do-withdraw")) } }
            }
        }
    })
}
