//! Separation of duties that holds for every procedure: `duties/*.toml` names what one person must not do in one case.

use crate::procedure::Act;
use policy::{Diagnostics, Law, Spanned, say};
use serde::Deserialize;
use terms::ArticleId;

/// Two things that nobody does both of in one case. Two different steps where both are the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duty {
    /// The one.
    pub(crate) one: Doing,
    /// The other.
    pub(crate) other: Doing,
    /// What says so.
    pub(crate) article: ArticleId,
}

/// Something that somebody does in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Doing {
    /// Apply, or write down what the applicant says.
    Apply,
    /// Take the application.
    Intake,
    /// Put up a public notice.
    Notice,
    /// A step of this kind.
    #[serde(untagged)]
    Step(Act),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    apart: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    one: Doing,
    other: Doing,
    article: Spanned<String>,
}

/// Reads the rows of every layer; all of them hold together.
pub(crate) fn read(law: &Law, faults: &mut Diagnostics) -> Vec<Duty> {
    let mut duties = Vec::new();
    for source in law.documents("duties") {
        let document: Document = match source.read() {
            Ok(document) => document,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        for row in document.apart {
            if law.article(row.article.get_ref()).is_none() {
                let what = say("no-article").with("article", row.article.get_ref());
                faults.push(source.at(row.article.span(), what, say("no-article-cure")));
            }
            let article = ArticleId(row.article.into_inner());
            duties.push(Duty { one: row.one, other: row.other, article });
        }
    }
    duties
}
