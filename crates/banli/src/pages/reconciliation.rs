//! What comparing with a provider found in a month: every break with what both sides have, who mends it, and the correcting
//! entry that one person proposes and another confirms.

use super::parts::{
    Choice, Column, Faults, Field, FieldKind, Page, Shape, field, frame, hidden, refusals, table,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::reconciliation::{Amounts, Command, Known, Reconciliation, Standing, Wish, stream};
use agency::{Capability, Organisation, ProviderId};
use ledger::reconcile::Proposal;
use maud::{Markup, html};
use terms::{Day, Month};

/// The breaks of a provider's month, with the forms for whoever may use them; nothing where nothing was compared.
pub fn section(ask: &Ask<'_>, provider: ProviderId, month: Month) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let state = ask
        .app
        .office
        .store
        .with_records(|records| Reconciliation::of(&records.events(&stream(provider, month))))?;
    if state.compared.is_empty() {
        return Ok(html! {});
    }
    let own = ask.actor.as_ref().is_some_and(|actor| actor.organisation == Organisation::Provider(provider));
    let columns = [
        Column::words(text.say("reconciliation-number")),
        Column::words(text.say("reconciliation-kind")),
        Column::words(text.say("reconciliation-settlement")),
        Column::words(text.say("reconciliation-office")),
        Column::words(text.say("reconciliation-provider")),
        Column::words(text.say("reconciliation-mend")),
        Column::words(text.say("reconciliation-state")),
    ];
    let rows: Vec<Vec<Markup>> =
        (1_u32..).zip(&state.breaks).map(|(number, known)| row(ask, number, known, own)).collect();
    let forms: Vec<Markup> = (1_u32..)
        .zip(&state.breaks)
        .map(|(number, known)| form(ask, (provider, month), number, known))
        .collect::<Result<_, _>>()?;
    let lead = if own { "reconciliation-own-lead" } else { "reconciliation-lead" };
    Ok(html! { section.stack-s id="breaks" { h2 { (text.say("reconciliation-title")) }
        p.soft { (text.say(lead)) }
        @for ((from, to, kind), (on, kept, found)) in &state.compared {
            p { (text.with("reconciliation-compared", &[("from", text.day(*from).into()), ("to", text.day(*to).into()), ("type", kind.clone().into()), ("day", text.day(*on).into()), ("found", (*found).into())]))
                @if usize::try_from(*found).is_ok_and(|found| found > kept.len()) { " " (text.with("reconciliation-more", &[("kept", kept.len().into())])) } }
        }
        @if !rows.is_empty() { (table(&page, &text.say("reconciliation-title"), &columns, &rows)) }
        @for form in &forms { (form) }
        (propose(ask, (provider, month), &state)?)
    } })
}

/// The form that proposes a correcting entry for one of the breaks that the office mends.
fn propose(
    ask: &Ask<'_>,
    (provider, month): (ProviderId, Month),
    state: &Reconciliation,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let open: Vec<Choice> = (1_u32..)
        .zip(&state.breaks)
        .filter(|(_, known)| {
            known.standing == Standing::Open && known.found.proposal == Proposal::OfficeReverses
        })
        .map(|(number, known)| Choice {
            value: number.to_string(),
            label: format!(
                "{} · {}",
                title(&page, number, known),
                known.found.settlement.map_or(String::new(), |settlement| settlement.to_string())
            ),
            hint: None,
        })
        .collect();
    if open.is_empty() || !mends(ask) {
        return Ok(html! {});
    }
    let line = |name: &str, label: &str, kind: FieldKind| Field::needed(name, text.say(label), kind);
    let none = Faults::new();
    Ok(html! { details.fold { summary { (text.say("reconciliation-propose")) }
        form.stack-s method="post" action=(page.link(&format!("/finance/providers/{provider}/breaks"))) {
            (hidden("key", &session::random_id()?)) (hidden("month", &month.to_string())) (hidden("do", "propose"))
            (field(&page, &line("number", "reconciliation-kind", FieldKind::Select(open)), &[], &none))
            (field(&page, &line("text", "reconciliation-reason", FieldKind::Lines(2_000)), &[], &none))
            div.actions { button type="submit" { (text.say("reconciliation-propose")) } }
        }
    } })
}

/// The reader may propose and confirm.
fn mends(ask: &Ask<'_>) -> bool {
    let may = |capability| ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, capability));
    may(Capability::Clear) || may(Capability::Deduct)
}

fn title(page: &Page<'_>, number: u32, known: &Known) -> String {
    let kind = page.text.say(&format!("reconciliation-{}", known.found.kind));
    page.text.with("reconciliation-break", &[("number", number.to_string().into()), ("kind", kind.into())])
}

fn row(ask: &Ask<'_>, number: u32, known: &Known, own: bool) -> Vec<Markup> {
    let page = ask.page();
    let text = page.text;
    let found = &known.found;
    let amounts = |amounts: &Option<Amounts>| match amounts {
        Some(Amounts { medfee_sumamt, fund_pay_sumamt, acct_pay }) => {
            html! { span.nowrap { (medfee_sumamt) " / " (fund_pay_sumamt) " / " (acct_pay) } }
        }
        None => html! { "—" },
    };
    let settlement = match found.settlement {
        Some(id) if !own && found.office.is_some() => {
            html! { a href=(page.link(&format!("/settlements/{id}"))) { (id) } }
        }
        Some(id) => html! { (id) },
        None => html! { (text.say("reconciliation-visit")) " " (found.visit) },
    };
    vec![
        html! { (number) },
        html! { (text.say(&format!("reconciliation-{}", found.kind))) @if found.refund { " " (text.say("reconciliation-refund")) } },
        settlement,
        amounts(&found.office),
        amounts(&found.provider),
        html! { (text.say(&format!("reconciliation-{}", found.proposal.word()))) },
        standing(&page, known, own),
    ]
}

fn standing(page: &Page<'_>, known: &Known, own: bool) -> Markup {
    let text = page.text;
    let told = |key: &str, on: Day| text.with(key, &[("day", text.day(on).into())]);
    html! {
        @match &known.standing {
            Standing::Open => (text.say("reconciliation-is-open")),
            Standing::Proposed(reason, on, _) => { (told("reconciliation-is-proposed", *on)) @if !own { " " q { (reason) } } }
            Standing::Mended { entry, remote, on, .. } => {
                (told("reconciliation-is-mended", *on))
                @if let Some(entry) = entry && !own { " · " a href=(page.link(&format!("/finance/entries/{entry}"))) { (text.say("reconciliation-entry")) } }
                @if let Some(remote) = remote && !own { " · " (text.say("reconciliation-elsewhere")) " " a href=(page.link(&format!("/finance/bills/{remote}"))) { (remote) } }
            }
            Standing::Gone(on) => (told("reconciliation-is-gone", *on)),
        }
        @if !own { @for (reason, on, _) in &known.declined { br; (told("reconciliation-was-declined", *on)) " " q { (reason) } } }
    }
}

/// What the reader may do about a proposal.
fn form(
    ask: &Ask<'_>,
    (provider, month): (ProviderId, Month),
    number: u32,
    known: &Known,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let Some(actor) = ask.actor.as_ref() else { return Ok(html! {}) };
    if !mends(ask) {
        return Ok(html! {});
    }
    let lines = |label: &str| Field {
        name: "text".into(),
        label: text.say(label),
        hint: None,
        kind: FieldKind::Lines(2_000),
        required: true,
    };
    let none = Faults::new();
    let form = |wish: &str, inner: Markup| -> Result<Markup, Problem> {
        Ok(
            html! { form.stack-s method="post" action=(page.link(&format!("/finance/providers/{provider}/breaks"))) {
                (hidden("key", &session::random_id()?)) (hidden("month", &month.to_string()))
                (hidden("number", &number.to_string())) (hidden("do", wish)) (inner)
                div.actions { button type="submit" { (text.say(&format!("reconciliation-{wish}"))) } }
            } },
        )
    };
    let title = title(&page, number, known);
    Ok(match &known.standing {
        Standing::Proposed(reason, _, by) => html! {
            div.box.stack-s { p { strong { (title) } " " q { (reason) } }
                @if *by != actor.account { (form("confirm", html! {})?) }
                details.fold { summary { (text.say("reconciliation-decline")) }
                    (form("decline", field(&page, &lines("reconciliation-why-not"), &[], &none))?) }
            }
        },
        _ => html! {},
    })
}

/// A form of the office.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let provider: ProviderId = ask.part(0)?;
    let form = &ask.form;
    let unreadable = || Problem::Unreadable(ask.text().say("statement-unreadable"));
    let month: Day = format!("{}-01", form.get("month")).parse().map_err(|_| unreadable())?;
    let number = form.get("number").parse::<u32>().map_err(|_| unreadable())?;
    let reason = form.get("text").to_owned();
    let what = match form.get("do") {
        "propose" => Wish::Propose { number, reason },
        "decline" => Wish::Decline { number, reason },
        "confirm" => Wish::Confirm { number },
        _ => return Err(unreadable()),
    };
    let back = format!("/finance/providers/{provider}?from={month}");
    let command = agency::Command::Reconciliation(Command { provider, month: month.month(), what });
    match send(ask, "reconciliation", &command)? {
        Ok(_) => Ok(ask.see(&back)),
        Err(reasons) => {
            let page = ask.page();
            let content = refusals(&page, &Faults::new(), &reasons);
            let title = page.text.say("reconciliation-title");
            let crumbs = [(back.as_str(), title.clone())];
            Ok(Reply::Refused(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content)))
        }
    }
}
