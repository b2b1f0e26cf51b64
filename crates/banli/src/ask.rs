//! A request as handlers see it, and their answer. Handlers are plain functions: no waiting, no sockets.

pub use crate::fields::{Fields, encode};

use crate::app::App;
use crate::errors::Problem;
use crate::pages::parts::{Page, Reader, Theme};
use crate::text::{Lang, Text};
use crate::upload::Upload;
use agency::Actor;
use maud::Markup;
use std::str::FromStr;
use terms::Moment;

/// One request.
pub struct Ask<'a> {
    /// The office.
    pub app: &'a App,
    /// The language of the path.
    pub lang: Lang,
    /// Path after the language, with its query.
    pub path: String,
    /// What the route's pattern took from the path, in order.
    pub parts: Vec<String>,
    /// What stands after the question mark.
    pub query: Fields,
    /// What a form sent.
    pub form: Fields,
    /// The files that came with it.
    pub files: Vec<Upload>,
    /// Who asks.
    pub actor: Option<Actor>,
    /// The frame's view of who asks.
    pub reader: Option<Reader>,
    /// The session's secret, to end it.
    pub secret: String,
    /// The theme cookie.
    pub theme: Theme,
    /// The name the reader reached us under (`office.example:8080`); empty where their program did not say.
    pub host: String,
    /// Where the request came from, for the limit on sign-ins.
    pub address: String,
    /// The office's now, read once for the whole request.
    pub now: Moment,
}

impl Ask<'_> {
    /// What every page knows.
    pub fn page(&self) -> Page<'_> {
        Page {
            text: Text::of(self.lang),
            law: self.app.law(),
            now: self.now,
            path: &self.path,
            theme: self.theme,
            reader: self.reader.as_ref(),
            demo: self.app.office.demo.is_some(),
        }
    }

    /// The words.
    pub fn text(&self) -> &'static Text {
        Text::of(self.lang)
    }

    /// Part `index` of the path as this kind of id; a path that names none is not found.
    pub fn part<T: FromStr>(&self, index: usize) -> Result<T, Problem> {
        self.parts.get(index).and_then(|part| part.parse().ok()).ok_or(Problem::NotFound)
    }

    /// The actor; the routes let nobody here who is not signed in where a handler asks this.
    pub fn actor(&self) -> Result<&Actor, Problem> {
        self.actor.as_ref().ok_or(Problem::SignIn)
    }

    /// An answer that leads to this path in the same language.
    pub fn see(&self, path: &str) -> Reply {
        Reply::See { to: format!("/{}{path}", self.lang.code()), cookie: None }
    }
}

/// The answer of a handler.
#[derive(Debug)]
pub enum Reply {
    /// The page.
    Page(Markup),
    /// The form again, with everything that stands in the way: status 422.
    Refused(Markup),
    /// Another address to look at, with a cookie to set.
    See {
        /// The address.
        to: String,
        /// The whole `Set-Cookie` value.
        cookie: Option<String>,
    },
    /// A scanned paper: what it is by its contents, what it is called, and its bytes.
    File {
        /// The media type.
        media: String,
        /// The name.
        name: String,
        /// The contents.
        bytes: Vec<u8>,
    },
    /// Something that is no page: its type and text.
    Plain(&'static str, String),
}
