//! Citations and refusals: an answer of the office is never without its article.

use crate::{Fact, Facts};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;

/// Words in both languages, as packs carry them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// Chinese; the one that counts.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The id of an article in the packs (`sihr-2023/20`, `hz-2020/inpatient`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(pub String);

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for ArticleId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ArticleId {
    fn from(id: &str) -> ArticleId {
        ArticleId(id.to_owned())
    }
}

/// A refusal of the office: what is wrong, under which article, on which facts. What would cure it is the
/// text kept under the same code; a test holds that every code has message and cure in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// `certificate/outside-window`: service and reason, a key of the text files.
    pub code: String,
    /// The article the refusal rests on.
    pub article: ArticleId,
    /// What was found, for the message and the cure.
    pub facts: Facts,
}

/// Every reason at once; never empty where it is an error.
pub type Refusals = Vec<Refusal>;

impl Refusal {
    /// A refusal without facts yet.
    pub fn new(code: &str, article: impl Into<ArticleId>) -> Refusal {
        Refusal { code: code.to_owned(), article: article.into(), facts: Facts::new() }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, name: &str, fact: Fact) -> Refusal {
        self.facts.insert(name.to_owned(), fact);
        self
    }
}
