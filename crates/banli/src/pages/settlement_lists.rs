//! Settlement lists (结算清单) that a provider handed in: what the check of each found, and for the office its decision.
//! The provider sees where its own stand and why one came back; it hands in and corrects through its software.

use super::parts::{
    Column, Faults, Field, FieldKind, Page, Shape, Standing, empty, field, frame, hidden, refusals, status,
    table,
};
use super::practitioners::is_own;
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::interface::list_flaws;
use crate::session;
use agency::provider::Provider;
use agency::sheet::{self, Command, Filed, SENT_BACK, SheetKind};
use agency::{Capability, Organisation, ProviderId, SettlementId};
use maud::{Markup, html};
use terms::Refusals;

/// Rows of a page.
const PAGE: usize = 15;
/// Rows looked at for one page.
const LOOK_MAX: u32 = 200_000;
/// States a reader may choose; what waits for the office first.
const STATES: [&str; 4] = ["1", "3", "2", "0"];

/// The provider, and whether the reader may decide on its lists.
fn shown(ask: &Ask<'_>) -> Result<(Provider, bool), Problem> {
    let (id, actor): (ProviderId, _) = (ask.part(0)?, ask.actor()?);
    let ours = actor.organisation == Organisation::Agency;
    let decides = ours && ask.app.may(actor, Capability::Clear);
    let looks = ours && ask.app.may(actor, Capability::ReadBooks);
    if !(decides || looks || is_own(ask, id)) {
        return Err(Problem::Forbidden);
    }
    let provider = ask.app.office.store.with_records(|records| records.provider(id))?;
    Ok((provider.ok_or(Problem::NotFound)?, decides))
}

/// Lists in one state.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (provider, decides) = shown(ask)?;
    Ok(Reply::Page(page_of(ask, &provider, decides, &Refusals::new())?))
}

/// Audits a list, or sends it back.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (provider, decides) = shown(ask)?;
    let id = provider.registered.provider;
    let settlement: SettlementId = ask.form.get("settlement").parse().map_err(|_| Problem::NotFound)?;
    let passed = match ask.form.get("do") {
        "pass" => true,
        "back" => false,
        _ => return Err(Problem::NotFound),
    };
    let reason = ask.form.get(&reason_name(&settlement.to_string())).to_owned();
    let audit = Command::AuditList { provider: id, settlement, passed, reason };
    match send(ask, "list", &agency::Command::Sheet(audit))? {
        Ok(_) => Ok(ask.see(&format!("/providers/{id}/lists"))),
        Err(reasons) => Ok(Reply::Refused(page_of(ask, &provider, decides, &reasons)?)),
    }
}

/// Each list has a field of its own, so that labels lead to the right one.
fn reason_name(settlement: &str) -> String {
    format!("reason-{settlement}")
}

fn page_of(ask: &Ask<'_>, provider: &Provider, decides: bool, reasons: &Refusals) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let id = provider.registered.provider;
    let state = STATES.into_iter().find(|state| *state == ask.query.get("state")).unwrap_or(STATES[0]);
    let number: usize = ask.query.get("page").parse().unwrap_or(1).clamp(1, 1_000_000);
    let span = (PAGE.saturating_mul(number - 1), PAGE + 1, LOOK_MAX);
    let wanted = |filed: &Filed| sheet::status(filed) == state;
    let found = ask.app.office.store.read(|reader| reader.sheets((id, SheetKind::List), wanted, span))?;
    let more = found.len() > PAGE;
    let link =
        |state: &str, number: usize| page.link(&format!("/providers/{id}/lists?state={state}&page={number}"));
    let content = html! { div.stack {
        (refusals(&page, &Faults::new(), reasons))
        p.note { (text.say(if decides { "lists-about" } else { "lists-own" })) }
        nav.pages aria-label=(text.say("lists-state")) {
            @for one in STATES {
                @if one == state { strong aria-current="page" { (text.say(&format!("lists-state-{one}"))) } }
                @else { a href=(link(one, 1)) { (text.say(&format!("lists-state-{one}"))) } }
                " "
            }
        }
        @if found.is_empty() { (empty(&text.say("lists-none"), &text.say("lists-none.how"))) }
        @else { (lists(ask, &page, provider, &found[..found.len().min(PAGE)], decides)?) }
        @if number > 1 || more { nav.pages aria-label=(text.say("pages")) {
            @if number > 1 { a href=(link(state, number - 1)) { "← " (text.say("pages-before")) } }
            @if more { a href=(link(state, number + 1)) { (text.say("pages-after")) " →" } }
        } }
    } };
    let name = provider.registered.name.as_str();
    let crumbs = [("/providers", text.say("nav-providers")), (&*format!("/providers/{id}"), name.to_owned())];
    Ok(frame(&page, Shape::Desk, &text.say("lists-title"), &crumbs, &html! {}, &content))
}

fn lists(
    ask: &Ask<'_>,
    page: &Page<'_>,
    provider: &Provider,
    found: &[Filed],
    decides: bool,
) -> Result<Markup, Problem> {
    let text = page.text;
    let looks = ask.app.may(ask.actor()?, Capability::LookUpSettlements);
    let mut heads = vec!["lists-settlement", "lists-filed", "lists-check", "lists-state"];
    if decides {
        heads.push("lists-decide");
    }
    let columns: Vec<Column> = heads.into_iter().map(|key| Column::words(text.say(key))).collect();
    let mut rows = Vec::new();
    for list in found {
        let flaws = ask.app.office.store.with_records(|records| list_flaws(records, provider, list))?;
        let state = sheet::status(list);
        let tone = match state {
            "1" => Standing::Waiting,
            "3" => Standing::Late,
            "2" => Standing::Done,
            _ => Standing::Soon,
        };
        let mut row = vec![
            html! { @if looks { a href=(page.link(&format!("/settlements/{}", list.key))) { (list.key) } } @else { span.mono { (list.key) } } },
            html! { (text.day(list.at.day())) },
            html! {
                @if flaws.is_empty() { (text.say("lists-agrees")) }
                @else { ul.plain { @for flaw in &flaws { li { (text.with("lists-differs", &[("field", flaw.field.into()), ("sent", flaw.sent.as_str().into()), ("ours", flaw.ours.as_str().into())])) } } } }
            },
            html! { (status(tone, &text.say(&format!("lists-state-{state}")))) @if state == "3" { " " q { (list.detail(SENT_BACK)) } } },
        ];
        if decides {
            row.push(html! { @if state == "1" { (decide(ask, page, provider, list)?) } });
        }
        rows.push(row);
    }
    Ok(table(page, &text.say("lists-title"), &columns, &rows))
}

/// To audit a list, or to send it back with a reason.
fn decide(ask: &Ask<'_>, page: &Page<'_>, provider: &Provider, list: &Filed) -> Result<Markup, Problem> {
    let text = ask.text();
    let action = page.link(&format!("/providers/{}/lists", provider.registered.provider));
    let why = Field::needed(&reason_name(&list.key), text.say("lists-why"), FieldKind::Text(200));
    let inner = html! { (hidden("settlement", &list.key)) };
    Ok(html! {
        form method="post" action=(action) {
            (hidden("key", &session::random_id()?)) (inner)
            div.actions { button name="do" value="pass" type="submit" { (text.say("lists-pass")) } }
        }
        details.fold { summary { (text.say("lists-back")) }
            form.stack-s method="post" action=(action) {
                (hidden("key", &session::random_id()?)) (inner)
                (field(page, &why, &[], &Faults::new()))
                div.actions { button.danger name="do" value="back" type="submit" { (text.say("lists-back")) } }
            }
        }
    })
}
