//! Keys to the national interface: issued, shown once, changed with an overlap, revoked.

use super::parts::{
    Choice, Column, Faults, Field, FieldKind, Page, Shape, day, field, frame, hidden, refusals, table,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::interface::fresh;
use crate::session;
use agency::provider::{Key, Provider};
use agency::{Capability, Command, Organisation, ProviderId, registry};
use maud::{Markup, html};
use terms::{Day, Refusal};

/// Days for which the old key stays good beside the new one.
const OVERLAPS: [u16; 3] = [1, 7, 30];
/// Providers in the operator's list.
const LIST_MAX: u32 = 500;

/// Whose keys and messages these are: the reader's own provider, or for the operator the one named.
pub(super) fn provider(ask: &Ask<'_>) -> Result<Option<Provider>, Problem> {
    let actor = ask.actor()?;
    let named = || {
        let sent = ask.form.get("provider");
        if sent.is_empty() { ask.query.get("provider") } else { sent }.parse::<u64>().ok().map(ProviderId)
    };
    let id = match actor.organisation {
        Organisation::Provider(own) => Some(own),
        _ if ask.app.may(actor, Capability::Operate) => named(),
        _ => return Err(Problem::Forbidden),
    };
    let Some(id) = id else { return Ok(None) };
    let found = ask.app.office.store.with_records(|records| records.provider(id))?;
    found.map(Some).ok_or(Problem::NotFound)
}

/// The operator's choice of a provider, leading to this page.
pub(super) fn choose(ask: &Ask<'_>, path: &str, title: &str, about: &str) -> Result<Reply, Problem> {
    let page = ask.page();
    let rows = ask.app.office.store.read(|reader| reader.find_providers("", page.today(), LIST_MAX))?;
    let content = html! {
        p.lead { (about) }
        ul.plain {
            @for row in &rows { li { a href=(page.link(&format!("{path}?provider={}", row.id))) { (row.name) } " " span.soft { (row.code) } } }
        }
    };
    Ok(Reply::Page(shell(&page, title, &content)))
}

/// The frame of the pages about the interface.
pub(super) fn shell(page: &Page<'_>, title: &str, content: &Markup) -> Markup {
    frame(page, Shape::Desk, title, &[("/home", page.text.say("nav-home"))], &html! {}, content)
}

/// The keys of a provider.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    match provider(ask)? {
        Some(provider) => Ok(Reply::Page(page(ask, &provider, &html! {}, &[])?)),
        None => choose(ask, "/keys", &ask.text().say("keys-title"), &ask.text().say("keys-about")),
    }
}

/// Issues, changes or revokes a key.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let Some(state) = provider(ask)? else { return Err(Problem::NotFound) };
    let id = state.registered.provider;
    let old = ask.form.get("access_key").to_owned();
    let named: String = ask.form.get("fresh").chars().filter(char::is_ascii_hexdigit).take(16).collect();
    let new = format!("{}-{named}", state.registered.code);
    let command = match ask.form.get("do") {
        "issue" | "change" if named.len() == 16 => {
            registry::Command::IssueKey { provider: id, access_key: new.clone() }
        }
        "revoke" => registry::Command::RevokeKey { provider: id, access_key: old.clone() },
        _ => return Err(Problem::Unreadable(ask.text().say("form-without-key"))),
    };
    let issued = matches!(command, registry::Command::IssueKey { .. });
    // A name that stands already was shown when it was issued; its secret is not shown again.
    let shown_before = state.keys.iter().any(|key| key.access_key == new);
    if let Err(reasons) = send(ask, "key", &Command::Registry(command))? {
        return Ok(Reply::Refused(page(ask, &state, &html! {}, &reasons)?));
    }
    if ask.form.get("do") == "change" {
        let days = ask.form.get("overlap").parse().ok().filter(|days| OVERLAPS.contains(days)).unwrap_or(7);
        let on = ask.page().today().plus(i32::from(days));
        let retire = registry::Command::RetireKey { provider: id, access_key: old, on };
        if let Err(reasons) = send(ask, "retire", &Command::Registry(retire))? {
            return Ok(Reply::Refused(page(ask, &state, &html! {}, &reasons)?));
        }
    }
    let Some(state) = provider(ask)? else { return Err(Problem::NotFound) };
    let text = ask.text();
    let told = html! {
        @if issued && !shown_before {
            section.box role="status" {
                h2 { (text.say("keys-new")) }
                p { (text.say("keys-once")) }
                dl.facts {
                    dt { (text.say("keys-name")) } dd { code { (new) } }
                    dt { (text.say("keys-secret")) } dd { pre.copy tabindex="0" { (ask.app.interface.secrets.of(&new)) } }
                }
            }
        }
    };
    Ok(Reply::Page(page(ask, &state, &told, &[])?))
}

fn page(ask: &Ask<'_>, provider: &Provider, told: &Markup, reasons: &[Refusal]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let today = page.today();
    let registered = &provider.registered;
    let named = fresh(&registered.code)?;
    let fresh = named.rsplit('-').next().unwrap_or("").to_owned();
    let inner = |fresh: &str| -> Result<Markup, Problem> {
        Ok(html! {
            (hidden("key", &session::random_id()?)) (hidden("fresh", fresh)) (hidden("provider", &registered.provider.to_string()))
        })
    };
    let mut rows = Vec::new();
    for key in provider.keys.iter().rev() {
        let good = provider.has_key(&key.access_key, today);
        let acts = if good {
            acts(ask, key, &inner(&fresh)?)
        } else {
            html! {}
        };
        rows.push(vec![
            html! { code { (key.access_key) } },
            html! { (day(&page, key.from)) },
            standing(&page, key, today),
            acts,
        ]);
    }
    let columns = [
        Column::words(text.say("keys-name")),
        Column::words(text.say("keys-from")),
        Column::words(text.say("keys-standing")),
        Column::words(text.say("keys-acts")),
    ];
    let content = html! {
        div.stack {
            (refusals(&page, &Faults::new(), reasons))
            (told)
            p { (text.say("keys-about")) " " a href=(page.link(&format!("/sandbox?provider={}", registered.provider))) { (text.say("sandbox-title")) } }
            p.soft { (registered.name) " · " (registered.code) }
            @if rows.is_empty() { (super::parts::empty(&text.say("keys-none"), &text.say("keys-none.how"))) }
            @else { (table(&page, &text.say("keys-title"), &columns, &rows)) }
            form method="post" action=(page.link("/keys")) {
                (inner(&fresh)?)
                div.actions { button name="do" value="issue" type="submit" { (text.say("keys-issue")) } }
            }
        }
    };
    Ok(shell(&page, &text.say("keys-title"), &content))
}

fn standing(page: &Page<'_>, key: &Key, today: Day) -> Markup {
    let text = page.text;
    match key.revoked {
        None => html! { (text.say("keys-good")) },
        Some(on) if today < on => html! { (text.say("keys-good-until")) " " (day(page, on)) },
        Some(on) => html! { (text.say("keys-revoked")) " " (day(page, on)) },
    }
}

/// Changing a key with an overlap, and revoking it at once.
fn acts(ask: &Ask<'_>, key: &Key, inner: &Markup) -> Markup {
    let page = ask.page();
    let text = page.text;
    let choices = OVERLAPS.map(|days| Choice {
        value: days.to_string(),
        label: text.with("keys-days", &[("days", i64::from(days).into())]),
        hint: None,
    });
    let overlap = Field {
        name: "overlap".into(),
        label: text.say("keys-overlap"),
        hint: None,
        kind: FieldKind::Select(choices.into()),
        required: true,
    };
    html! {
        details.fold {
            summary { (text.say("keys-change")) }
            form method="post" action=(page.link("/keys")) {
                (inner) (hidden("access_key", &key.access_key))
                @if key.revoked.is_none() {
                    (field(&page, &overlap, &["7"], &Faults::new()))
                    div.actions { button name="do" value="change" type="submit" { (text.say("keys-change")) } }
                }
                div.actions { button.danger name="do" value="revoke" type="submit" { (text.say("keys-revoke")) } }
            }
        }
    }
}
