//! The first page, and the choice of theme.

use super::parts::{Page, Shape, frame};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use maud::{Markup, html};

/// The first page.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(markup(&ask.page())))
}

fn markup(page: &Page<'_>) -> Markup {
    let text = page.text;
    let cards = [
        ("/precheck", "front-precheck"),
        ("/calculator", "front-calculator"),
        ("/status", "front-status"),
        ("/notices", "front-notices"),
        ("/providers", "front-providers"),
        ("/law", "front-law"),
        ("/witness", "front-witness"),
        ("/sign-in", "front-sign-in"),
    ];
    let content = html! {
        div.stack-l {
            p.lead { (text.say("front-lead")) }
            nav.cards aria-label=(text.say("front-what")) {
                @for (path, key) in cards {
                    a.box href=(page.link(path)) { strong { (text.say(key)) } (text.say(&format!("{key}.about"))) }
                }
            }
        }
    };
    frame(page, Shape::PublicWide, &text.say("front-title"), &[], &html! {}, &content)
}

/// Keeps the chosen theme in a cookie and goes back to where it was chosen.
pub fn theme(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let theme = super::parts::Theme::from_word(ask.form.get("theme"));
    let to = format!("/{}{}", ask.lang.code(), inside(ask.form.get("back")));
    let cookie = format!("banli_theme={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", theme.word());
    Ok(Reply::See { to, cookie: Some(cookie) })
}

/// A path of ours to go back to; the first page where it is none, so that nobody is led to another host.
pub fn inside(path: &str) -> &str {
    let ours = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours { path } else { "/" }
}
