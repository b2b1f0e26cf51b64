//! For the developers of hospital software: a checker for messages, examples to copy with their signature, and the last
//! messages with what was wrong in them.

use super::keys::{choose, provider, shell};
use super::parts::{Faults, Field, FieldKind, field, hidden};
use super::sandbox_trial;
use crate::ask::{Ask, Reply};
use crate::clock::Clock;
use crate::errors::Problem;
use crate::interface::{PREFIXES, Seen, masked};
use ::interface::example::{self, About};
use ::interface::map::ask as message;
use ::interface::{Request, answer, signature};
use agency::provider::Provider;
use maud::{Markup, html};

/// Characters of a message that is checked.
const MESSAGE_MAX: u16 = 60_000;

/// What the checker found.
struct Checked {
    faults: Vec<String>,
    odd: Vec<String>,
}

/// The page.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    match provider(ask)? {
        Some(provider) => Ok(Reply::Page(page(ask, &provider, "", None))),
        None => choose(ask, "/sandbox", &ask.text().say("sandbox-title"), &ask.text().say("sandbox-about")),
    }
}

/// Checks a message that was pasted, without effect.
pub fn check(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let Some(provider) = provider(ask)? else { return Err(Problem::NotFound) };
    let sent: String = ask.form.get("message").chars().take(usize::from(MESSAGE_MAX)).collect();
    let specification = &ask.app.interface.specification;
    let told = |faults: &[::interface::Fault]| faults.iter().map(|fault| fault.told(specification)).collect();
    let checked = match Request::read(specification, sent.as_bytes(), None) {
        Err(refused) => Checked {
            faults: told(&refused.faults),
            odd: refused.remarks.iter().map(ToString::to_string).collect(),
        },
        Ok(request) => Checked {
            faults: message::command(&request).err().map(|faults| told(&faults)).unwrap_or_default(),
            odd: request.remarks.iter().map(ToString::to_string).collect(),
        },
    };
    Ok(Reply::Page(page(ask, &provider, &sent, Some(&checked))))
}

fn page(ask: &Ask<'_>, provider: &Provider, typed: &str, checked: Option<&Checked>) -> Markup {
    let page = ask.page();
    let text = page.text;
    let id = provider.registered.provider;
    let checker = Field {
        name: "message".into(),
        label: text.say("sandbox-message"),
        hint: Some(text.say("sandbox-check-about")),
        kind: FieldKind::Lines(MESSAGE_MAX),
        required: true,
    };
    let content = html! {
        div.stack {
            p { (text.say("sandbox-about")) " " a href=(page.link(&format!("/keys?provider={id}"))) { (text.say("keys-title")) } }
            p.soft { (provider.registered.name) " · " (provider.registered.code) }
            section {
                h2 { (text.say("sandbox-check")) }
                @if let Some(checked) = checked { (found(ask, checked)) }
                form method="post" action=(page.link("/sandbox")) {
                    (hidden("provider", &id.to_string()))
                    (field(&page, &checker, &[typed], &Faults::new()))
                    div.actions { button type="submit" { (text.say("sandbox-check")) } }
                }
            }
            section.stack-s { h2 { (text.say("sandbox-examples")) } (examples(ask, provider)) }
            section { h2 { (text.say("sandbox-recent")) } (recent(ask, provider)) }
        }
    };
    shell(&page, &text.say("sandbox-title"), &content)
}

fn found(ask: &Ask<'_>, checked: &Checked) -> Markup {
    let text = ask.text();
    html! {
        div.box role="status" {
            @if checked.faults.is_empty() { p { strong { (text.say("sandbox-fine")) } } }
            @else {
                p { strong { (text.with("sandbox-faults", &[("count", i64::try_from(checked.faults.len()).unwrap_or(0).into())])) } }
                ol { @for fault in &checked.faults { li { (fault) } } }
            }
            @if !checked.odd.is_empty() {
                p { (text.say("sandbox-odd")) }
                ul { @for odd in &checked.odd { li { code { (odd) } } } }
            }
        }
    }
}

/// An example of the transaction chosen, whole, with the signature that its key gives it now.
fn examples(ask: &Ask<'_>, provider: &Provider) -> Markup {
    let page = ask.page();
    let text = page.text;
    let specification = &ask.app.interface.specification;
    let chosen = ask.query.get("t");
    let chosen = specification.transaction(chosen).filter(|_| specification.is_served(chosen));
    let Some(transaction) = chosen.or_else(|| specification.transaction("9001")) else { return html! {} };
    let infno = transaction.infno.as_str();
    let registered = &provider.registered;
    let key = provider.keys.iter().rev().find(|key| provider.has_key(&key.access_key, page.today()));
    let time = &answer::compact(page.now)[..14];
    let known = sandbox_trial::known(ask, &page, provider);
    let about = About {
        provider: &registered.code,
        region: &registered.region,
        msgid: &format!("{}{time}0001", registered.code),
        sign_no: "",
        now: page.now,
        known: &known,
    };
    let body = example::message(specification, transaction, &about);
    // Freshness is measured on the machine's clock, which may stand elsewhere than the office's.
    let timestamp = Clock::Real.now().0.to_string();
    let base =
        if ask.host.is_empty() { "http://127.0.0.1:8210".to_owned() } else { format!("http://{}", ask.host) };
    html! {
        form method="get" action=(page.link("/sandbox")) {
            (hidden("provider", &registered.provider.to_string()))
            div.field {
                label for="f-t" { (text.say("sandbox-transaction")) }
                select id="f-t" name="t" {
                    @for one in specification.transactions() { option value=(one.infno) selected[one.infno == infno] { (one.infno) " " (one.title) } }
                }
            }
            div.actions { button type="submit" { (text.say("sandbox-choose")) } }
        }
        @match key {
            None => p.note { (text.say("sandbox-no-key")) },
            Some(key) => {
                @let secret = ask.app.interface.secrets.of(&key.access_key);
                @let signed = signature::sign(secret.as_bytes(), &key.access_key, infno, &timestamp, "1.0.0");
                p.soft { (text.say("sandbox-signed")) " " (text.say("sandbox-fill")) }
                @if !known.is_empty() { p.soft { (text.say("sandbox-trial")) } }
                h3 { "curl" }
                pre.copy tabindex="0" { (curl(&base, infno, (&key.access_key, &timestamp, &signed), &body)) }
                h3 { "Python" }
                pre.copy tabindex="0" { (python(&base, infno, &key.access_key, &body)) }
            },
        }
    }
}

fn curl(base: &str, infno: &str, (key, timestamp, signed): (&str, &str, &str), body: &str) -> String {
    // A quote within single quotes ends them, is escaped, and opens them again.
    let body = body.replace('\'', "'\\''");
    format!(
        "BASE={base}\n\
         curl -s \"$BASE{}/callService/{infno}\" \\\n  -H '_api_name: {infno}' -H '_api_version: 1.0.0' \\\n  \
         -H '_api_timestamp: {timestamp}' \\\n  -H '_api_access_key: {key}' \\\n  -H '_api_signature: {signed}' \\\n  \
         -H 'Content-Type: application/json' \\\n  -d '{body}'",
        PREFIXES[0]
    )
}

fn python(base: &str, infno: &str, key: &str, body: &str) -> String {
    format!(
        "import base64, hashlib, hmac, time, urllib.request\n\n\
         BASE, KEY, SECRET = \"{base}\", \"{key}\", \"...\"\n\
         body = r'''{body}'''\n\
         headers = {{\"_api_access_key\": KEY, \"_api_name\": \"{infno}\",\n           \
         \"_api_timestamp\": str(int(time.time() * 1000)), \"_api_version\": \"1.0.0\"}}\n\
         words = \"&\".join(f\"{{name}}={{headers[name]}}\" for name in sorted(headers))\n\
         proof = hmac.new(SECRET.encode(), words.encode(), hashlib.sha1).digest()\n\
         headers[\"_api_signature\"] = base64.b64encode(proof).decode()\n\
         headers[\"Content-Type\"] = \"application/json\"\n\
         request = urllib.request.Request(BASE + \"{}/callService/{infno}\", body.encode(), headers)\n\
         print(urllib.request.urlopen(request).read().decode())",
        PREFIXES[0]
    )
}

fn recent(ask: &Ask<'_>, provider: &Provider) -> Markup {
    let page = ask.page();
    let text = page.text;
    let seen = ask.app.interface.recent(&provider.registered.code);
    let specification = &ask.app.interface.specification;
    let title = |infno: &str| specification.transaction(infno).map_or("", |one| one.title.as_str());
    html! {
        p.soft { (text.say("sandbox-masked")) }
        @if seen.is_empty() { (super::parts::empty(&text.say("sandbox-none"), &text.say("sandbox-none.how"))) }
        @for one in &seen {
            details.fold {
                summary { (one.at) " · " (one.infno) " " (title(&one.infno)) " · " @if one.faults.is_empty() { (text.say("sandbox-served")) } @else { strong { (text.say("sandbox-refused")) } } }
                (detail(ask, one))
            }
        }
    }
}

fn detail(ask: &Ask<'_>, one: &Seen) -> Markup {
    let text = ask.text();
    html! {
        dl.facts {
            dt { "msgid" } dd { code { (one.msgid) } }
            dt { (text.say("keys-name")) } dd { code { (one.access_key) } }
        }
        @if !one.faults.is_empty() { ol { @for fault in &one.faults { li { (fault) } } } }
        @if !one.odd.is_empty() { p { (text.say("sandbox-odd")) } ul { @for odd in &one.odd { li { code { (odd) } } } } }
        h3 { (text.say("sandbox-message")) }
        pre.copy tabindex="0" { (masked(&one.body)) }
        h3 { (text.say("sandbox-answer")) }
        pre.copy tabindex="0" { (masked(&one.answer)) }
    }
}
