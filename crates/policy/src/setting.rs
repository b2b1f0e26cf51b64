//! Settings: where the law leaves a reading open, the pack chooses one by name.

use crate::{Diagnostics, Source, say};
use serde::Deserialize;
use serde_spanned::Spanned;
use std::collections::BTreeMap;
use terms::{ArticleId, Name};

/// An open reading and the choice made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// `window-shift`
    pub id: String,
    /// What is open, as a question.
    pub question: Name,
    /// The article that leaves it open.
    pub article: ArticleId,
    /// Every reading that may be chosen, by id, with what it means.
    pub readings: BTreeMap<String, Name>,
    /// The one chosen.
    pub chosen: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    setting: BTreeMap<String, Declared>,
    /// An upper layer chooses without declaring again.
    #[serde(default)]
    choose: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    question: Name,
    article: ArticleId,
    readings: BTreeMap<String, Name>,
    chosen: Spanned<String>,
}

/// Reads one `settings.toml` over the settings of the layers below.
pub(crate) fn read(source: &Source, settings: &mut BTreeMap<String, Setting>, faults: &mut Diagnostics) {
    let document: Document = match source.read() {
        Ok(document) => document,
        Err(fault) => return faults.push(fault),
    };
    let mut chosen = document.choose;
    for (id, declared) in document.setting {
        chosen.entry(id.clone()).or_insert(declared.chosen.clone());
        let Declared { question, article, readings, chosen } = declared;
        settings.insert(id.clone(), Setting { id, question, article, readings, chosen: chosen.into_inner() });
    }
    for (id, choice) in chosen {
        let Some(setting) = settings.get_mut(&id) else {
            let what = say("choose-nothing").with("setting", &id);
            faults.push(source.at(choice.span(), what, say("choose-nothing-cure")));
            continue;
        };
        if setting.readings.contains_key(choice.get_ref()) {
            setting.chosen = choice.into_inner();
        } else {
            let known: Vec<&str> = setting.readings.keys().map(String::as_str).collect();
            let what = say("reading").with("reading", choice.get_ref()).with("setting", &id);
            faults.push(source.at(choice.span(), what, say("choose-of").with("known", known.join(", "))));
        }
    }
}
