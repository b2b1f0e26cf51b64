//! Why a request got no ordinary answer, and the page that says so.
//!
//! Three kinds of no are never mixed: a *refusal* is an answer of the office and belongs to the page that asked;
//! *trouble* (disk, database) is safe to try again; a *bug* has a number to quote.

use crate::pages::parts::{Page, Shape, frame};
use maud::{Markup, html};

/// A request that is not answered with its page.
#[derive(Debug)]
pub enum Problem {
    /// No such page or record, or one the reader may not know of.
    NotFound,
    /// The reader is not signed in.
    SignIn,
    /// The reader's roles do not allow it.
    Forbidden,
    /// The request came from another site's page.
    CrossSite,
    /// The request is larger than any form of ours.
    TooLarge,
    /// The request cannot be read: what is wrong with it.
    Unreadable(String),
    /// Too many attempts; seconds to wait.
    Slow(u32),
    /// Disk, database, network: logged here, safe to try again.
    Trouble(anyhow::Error),
    /// Something that should not happen, with a number that the log has too.
    Bug(String),
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Problem {
        Problem::Trouble(error)
    }
}

impl From<store::ReadError> for Problem {
    fn from(error: store::ReadError) -> Problem {
        Problem::Trouble(error.into())
    }
}

impl From<store::WriteError> for Problem {
    fn from(error: store::WriteError) -> Problem {
        Problem::Trouble(error.into())
    }
}

impl Problem {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Problem::NotFound => 404,
            Problem::SignIn => 401,
            Problem::Forbidden | Problem::CrossSite => 403,
            Problem::TooLarge => 413,
            Problem::Unreadable(_) => 400,
            Problem::Slow(_) => 429,
            Problem::Trouble(_) => 503,
            Problem::Bug(_) => 500,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Problem::NotFound => "problem-not-found",
            Problem::SignIn => "problem-sign-in",
            Problem::Forbidden => "problem-forbidden",
            Problem::CrossSite => "problem-cross-site",
            Problem::TooLarge => "problem-too-large",
            Problem::Unreadable(_) => "problem-unreadable",
            Problem::Slow(_) => "problem-slow",
            Problem::Trouble(_) => "problem-trouble",
            Problem::Bug(_) => "problem-bug",
        }
    }
}

/// What happened, what is safe, what to do.
pub fn show(page: &Page<'_>, problem: &Problem) -> Markup {
    let text = page.text;
    let key = problem.key();
    let detail = match problem {
        Problem::Unreadable(what) => Some(what.clone()),
        Problem::Slow(seconds) => Some(text.with("problem-wait", &[("seconds", (*seconds).into())])),
        Problem::Bug(number) => Some(text.with("problem-number", &[("number", number.as_str().into())])),
        _ => None,
    };
    let content = html! {
        div.stack {
            p.lead { (text.say(&format!("{key}.safe"))) }
            @if let Some(detail) = detail { p.mono { (detail) } }
            p { (text.say(&format!("{key}.do"))) }
            p { a.button href=(page.link(if page.reader.is_some() { "/home" } else { "/" })) { (text.say("nav-home")) } }
        }
    };
    frame(page, Shape::Public, &text.say(key), &[], &html! {}, &content)
}
