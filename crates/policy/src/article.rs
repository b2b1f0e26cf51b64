//! Articles: what every rule, refusal and fen points at.

use crate::{Diagnostic, Diagnostics, Source, say};
use serde::Deserialize;
use serde_spanned::Spanned;
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Name};

/// How sure we are that an article says what its gist says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Read in a source that is named.
    Verified,
    /// Filled in so that the system can be shown; not law. Every page and paper that uses it says so.
    Illustrative,
}

/// An article of an instrument, with its gist in our own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// `sihr-2023/20`
    pub id: ArticleId,
    /// The instrument's name (社会保险经办条例).
    pub instrument: Name,
    /// The place in it (第二十条).
    pub place: Name,
    /// What it says, restated.
    pub gist: Name,
    /// First day in force.
    pub from: Day,
    /// Last day in force; open where none.
    pub to: Option<Day>,
    /// Where it was read.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
    /// The day somebody last checked that it is still so.
    pub checked: Day,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    instrument: Name,
    source: Option<String>,
    confidence: Option<Confidence>,
    checked: Option<Day>,
    from: Option<Day>,
    to: Option<Day>,
    article: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    place: Name,
    gist: Name,
    from: Option<Day>,
    to: Option<Day>,
    source: Option<String>,
    confidence: Option<Confidence>,
    checked: Option<Day>,
}

/// Reads one `articles/*.toml` into `articles`. What the head of the file says holds for each article that
/// does not say otherwise.
pub(crate) fn read(source: &Source, articles: &mut BTreeMap<ArticleId, Article>, faults: &mut Diagnostics) {
    let document: Document = match source.read() {
        Ok(document) => document,
        Err(fault) => return faults.push(fault),
    };
    for spanned in document.article {
        let span = spanned.span();
        let entry = spanned.into_inner();
        let missing = |lacking: &'static str| -> Diagnostic {
            let what = say(lacking).with("article", entry.id.get_ref());
            source.at(span.clone(), what, say("article-lacks-cure"))
        };
        let from = entry.from.or(document.from);
        let origin = entry.source.clone().or_else(|| document.source.clone());
        let confidence = entry.confidence.or(document.confidence);
        let checked = entry.checked.or(document.checked);
        let (Some(from), Some(origin), Some(confidence), Some(checked)) = (from, origin, confidence, checked)
        else {
            for (absent, what) in [
                (from.is_none(), "article-without-from"),
                (entry.source.is_none() && document.source.is_none(), "article-without-source"),
                (confidence.is_none(), "article-without-confidence"),
                (checked.is_none(), "article-without-checked"),
            ] {
                if absent {
                    faults.push(missing(what));
                }
            }
            continue;
        };
        let to = entry.to.or(document.to);
        if to.is_some_and(|to| to < from) {
            faults.push(source.at(span.clone(), say("article-reversed"), say("days-mend")));
        }
        let id = ArticleId(entry.id.get_ref().clone());
        let article = Article {
            id: id.clone(),
            instrument: document.instrument.clone(),
            place: entry.place,
            gist: entry.gist,
            from,
            to,
            source: origin,
            confidence,
            checked,
        };
        if articles.insert(id, article).is_some() {
            let what = say("article-twice").with("article", entry.id.get_ref());
            faults.push(source.at(entry.id.span(), what, say("twice-cure")));
        }
    }
}
