//! Accounts: opened by the operator with a password for once, given a new one, closed. Every act is an event with who did
//! it; a password is shown a single time and kept only as its hash.

use super::parts::{
    Choice, Column, Faults, Field, FieldKind, Page, Shape, empty, field, frame, hidden, pages, refusals,
    table,
};
use super::send::send;
use crate::ask::{Ask, Reply, encode};
use crate::errors::Problem;
use crate::{password, session};
use agency::{AccountId, Command, Organisation, registry};
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::AccountRow;
use terms::{CitizenId, Refusal};

/// Rows of one page of the list.
const SHOWN_MAX: u32 = 20;
/// Letters of a password for once: none that is taken for another when it is read out.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789+";
/// Letters in it: sixty random bits.
const LENGTH: usize = 12;
/// A chosen password has at least so many characters.
const CHOSEN_MIN: usize = 10;
/// Titles of doctors, as the procedures know them.
const TITLES: [&str; 4] = ["resident", "attending", "associate-chief", "chief"];

/// The list, and the form for a new one.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(page(ask, &html! {}, &Faults::new(), &[])?))
}

/// Opens an account, gives a new password, closes one.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (secret, salt) = once(ask.form.get("key"));
    let password_hash = || password::hash(&secret, salt).map_err(|fault| anyhow::anyhow!("{fault}"));
    let account = ask.form.get("account").parse().map(AccountId);
    let command = match (ask.form.get("do"), account) {
        ("open", _) => match new_account(ask, password_hash()?)? {
            Ok(command) => command,
            Err(faults) => return Ok(Reply::Refused(page(ask, &html! {}, &faults, &[])?)),
        },
        ("password", Ok(account)) => {
            registry::Command::SetPassword { account, password_hash: password_hash()? }
        }
        ("close", Ok(account)) => registry::Command::CloseAccount { account },
        _ => return Err(Problem::Unreadable(ask.text().say("form-without-key"))),
    };
    if let Err(reasons) = send(ask, "account", &Command::Registry(command))? {
        return Ok(Reply::Refused(page(ask, &html! {}, &Faults::new(), &reasons)?));
    }
    let text = ask.text();
    let told = html! {
        section.box role="status" {
            @if ask.form.get("do") == "close" { p { (text.say("accounts-closed-now")) } }
            @else {
                h2 { (text.say("accounts-once")) }
                p { (text.say("accounts-once.how")) }
                pre.copy tabindex="0" { (secret) }
            }
        }
    };
    Ok(Reply::Page(page(ask, &told, &Faults::new(), &[])?))
}

/// The password and salt of a form: worked out of its random key, so that a form sent twice shows the same.
fn once(key: &str) -> (String, [u8; 16]) {
    let digit =
        |at: usize| key.as_bytes().get(at).map_or(0, |byte| char::from(*byte).to_digit(16).unwrap_or(0));
    let letter = |at: usize| {
        let number = (digit(2 * at) * 16 + digit(2 * at + 1)) % 32;
        char::from(LETTERS[number as usize])
    };
    let salt = std::array::from_fn(|at| (digit(32 + 2 * at) * 16 + digit(33 + 2 * at)) as u8);
    ((0..LENGTH).map(letter).collect(), salt)
}

/// The form as a command, or what is wrong with it.
fn new_account(ask: &Ask<'_>, password_hash: String) -> Result<Result<registry::Command, Faults>, Problem> {
    let (form, text) = (&ask.form, ask.text());
    let store = &ask.app.office.store;
    let mut faults = Faults::new();
    let role = ask.app.office.rules.roles.get(form.get("role"));
    let code = form.get("organisation");
    let mut person = None;
    let organisation = match role.map(|role| role.organisation.as_str()) {
        Some("agency") => Some(Organisation::Agency),
        Some("unit") => {
            store.read(|reader| reader.unit_by_code(code))?.map(|unit| Organisation::Unit(unit.id))
        }
        Some("provider") => super::access::provider_by_code(ask, code)?.map(Organisation::Provider),
        Some("public") => {
            let citizen = code.parse::<CitizenId>().ok();
            person = match citizen {
                Some(citizen) => store.with_records(|records| records.person_by_citizen(&citizen))?,
                None => None,
            };
            person.map(|_| Organisation::Public)
        }
        Some(department) => Some(Organisation::Department(department.to_owned())),
        None => {
            faults.insert("role".into(), text.say("accounts-no-role"));
            Some(Organisation::Public)
        }
    };
    let Some(organisation) = organisation.filter(|_| faults.is_empty()) else {
        if faults.is_empty() {
            faults.insert("organisation".into(), text.say("accounts-no-organisation"));
        }
        return Ok(Err(faults));
    };
    let title = TITLES.iter().find(|title| **title == form.get("title")).map(|title| (*title).to_owned());
    Ok(Ok(registry::Command::OpenAccount {
        login: form.get("login").to_owned(),
        name: form.get("name").to_owned(),
        roles: role.map(|role| role.id.clone()).into_iter().collect(),
        organisation,
        title,
        person,
        password_hash,
    }))
}

fn page(ask: &Ask<'_>, told: &Markup, faults: &Faults, reasons: &[Refusal]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let sought: String = ask.query.get("q").chars().take(60).collect();
    let (role, skip) = (ask.query.get("of"), ask.query.get("skip").parse().unwrap_or(0));
    let (count, rows) =
        ask.app.office.store.read(|reader| reader.find_accounts(sought.trim(), role, skip, SHOWN_MAX))?;
    let columns = ["sign-login", "column-name", "accounts-role", "accounts-state", "accounts-acts"]
        .map(|key| Column::words(text.say(key)));
    let cells = rows.iter().map(|row| cells(ask, row)).collect::<Result<Vec<_>, _>>()?;
    let path = format!("/accounts?q={}&of={}&", encode(&sought), encode(role));
    let content = html! {
        div.stack {
            (refusals(&page, faults, reasons))
            (told)
            p.lead { (text.say("accounts-lead")) }
            details.box open[!faults.is_empty() || !reasons.is_empty()] {
                summary { (text.say("accounts-new")) }
                (form(ask, &page, faults)?)
            }
            section {
                form.filters method="get" action=(page.link("/accounts")) {
                    div { label for="accounts-q" { (text.say("accounts-find")) } input id="accounts-q" name="q" type="search" maxlength="60" value=(sought); }
                    div {
                        label for="accounts-of" { (text.say("accounts-role")) }
                        select id="accounts-of" name="of" {
                            option value="" { (text.say("filter-all")) }
                            @for known in roles(ask) { option value=(known.value) selected[known.value == role] { (known.label) } }
                        }
                    }
                    button.quiet type="submit" { (text.say("filter")) }
                }
                @if rows.is_empty() { (empty(&text.say("accounts-none"), &text.say("accounts-none.how"))) }
                @else { (table(&page, &text.say("nav-accounts"), &columns, &cells)) }
                (pages(&page, &path, skip, SHOWN_MAX, count))
            }
        }
    };
    let crumbs = [("/home", text.say("nav-home"))];
    Ok(frame(&page, Shape::Desk, &text.say("nav-accounts"), &crumbs, &html! {}, &content))
}

/// Every role of the packs, to choose from.
fn roles(ask: &Ask<'_>) -> Vec<Choice> {
    let roles: BTreeMap<&str, &agency::Role> =
        ask.app.office.rules.roles.iter().map(|role| (role.id.as_str(), role)).collect();
    let choice = |role: &agency::Role| {
        let label = ask.text().name(&role.name).to_owned();
        Choice { value: role.id.clone(), label, hint: None }
    };
    roles.into_values().map(choice).collect()
}

fn cells(ask: &Ask<'_>, row: &AccountRow) -> Result<Vec<Markup>, Problem> {
    let page = ask.page();
    let text = page.text;
    let roles = row.roles.iter().map(|role| super::access::role_name(ask, role));
    let acts = html! {
        @if !row.closed {
            details.fold {
                summary { (text.say("accounts-change")) }
                form.actions method="post" action=(page.link("/accounts")) {
                    (hidden("key", &session::random_id()?)) (hidden("account", &row.id.to_string()))
                    button.quiet name="do" value="password" type="submit" { (text.say("accounts-new-password")) }
                    button.stop name="do" value="close" type="submit" { (text.say("accounts-close")) }
                }
            }
        }
    };
    Ok(vec![
        html! { (row.login) },
        html! { (row.name) },
        html! { (text.list(roles)) },
        html! { (text.say(if row.closed { "accounts-closed" } else { "accounts-open" })) },
        acts,
    ])
}

fn form(ask: &Ask<'_>, page: &Page<'_>, faults: &Faults) -> Result<Markup, Problem> {
    let text = page.text;
    let line = |name: &str, key: &str, hint: bool, kind: FieldKind, required: bool| {
        let asked = Field {
            name: name.to_owned(),
            label: text.say(key),
            hint: hint.then(|| text.say(&format!("{key}.hint"))),
            kind,
            required,
        };
        field(page, &asked, &[ask.form.get(name)], faults)
    };
    let titles = TITLES.map(|title| Choice {
        value: title.to_owned(),
        label: text.say(&format!("title-{title}")),
        hint: None,
    });
    Ok(html! {
        form method="post" action=(page.link("/accounts")) {
            (hidden("key", &session::random_id()?))
            (line("login", "sign-login", false, FieldKind::Text(60), true))
            (line("name", "column-name", false, FieldKind::Text(60), true))
            (line("role", "accounts-role", false, FieldKind::Select(roles(ask)), true))
            (line("organisation", "accounts-organisation", true, FieldKind::Text(20), false))
            (line("title", "accounts-title", false, FieldKind::Select(titles.into()), false))
            div.actions { button type="submit" name="do" value="open" { (text.say("accounts-open-one")) } }
        }
    })
}

/// The form in which somebody chooses their own password.
pub fn own(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(own_page(ask, &Faults::new())?))
}

/// Changes it, where the old one is known and the new one was typed alike twice.
pub fn change(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let account = ask.actor()?.account;
    let text = ask.text();
    let (old, new, again) = (ask.form.get("old"), ask.form.get("new"), ask.form.get("again"));
    let mut faults = Faults::new();
    let known = ask.app.office.store.with_records(|records| records.account(account))?;
    if !known.is_some_and(|known| password::fits(old, &known.opened.password_hash)) {
        faults.insert("old".into(), text.say("password-wrong"));
    }
    if new.chars().count() < CHOSEN_MIN || new.len() > password::BYTES_MAX || new == old {
        faults.insert("new".into(), text.say("password-short"));
    }
    if new != again {
        faults.insert("again".into(), text.say("password-differs"));
    }
    if faults.is_empty() {
        let (_, salt) = once(ask.form.get("key"));
        let password_hash = password::hash(new, salt).map_err(|fault| anyhow::anyhow!("{fault}"))?;
        let command = registry::Command::SetPassword { account, password_hash };
        match send(ask, "password", &Command::Registry(command))? {
            Ok(_) => return Ok(ask.see("/home")),
            Err(_) => faults.insert("old".into(), text.say("password-wrong")),
        };
    }
    Ok(Reply::Refused(own_page(ask, &faults)?))
}

fn own_page(ask: &Ask<'_>, faults: &Faults) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let line = |name: &str, key: &str| {
        let kind = FieldKind::Password;
        field(
            &page,
            &Field { name: name.into(), label: text.say(key), hint: None, kind, required: true },
            &[],
            faults,
        )
    };
    let content = html! {
        (refusals(&page, faults, &[]))
        p.lead { (text.say("password-lead")) }
        form method="post" action=(page.link("/password")) {
            (hidden("key", &session::random_id()?))
            (line("old", "password-old"))
            (line("new", "password-new"))
            (line("again", "password-again"))
            div.actions { button type="submit" { (text.say("password-set")) } }
        }
    };
    Ok(frame(&page, Shape::Public, &text.say("nav-password"), &[], &html! {}, &content))
}
