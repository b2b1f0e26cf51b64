//! `postings/*.toml` as written: templates of entries, and the parameters of payment and clearing beside them.

use policy::{Diagnostics, Law, Source, Spanned, say};
use serde::Deserialize;
use terms::{Day, Name};

/// `postings/*.toml`, as written. Parameters stand in the same folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    #[serde(default)]
    pub(crate) template: Vec<TemplateDraft>,
    #[serde(default)]
    pub(crate) parameter: Vec<ParameterDraft>,
}

/// One template, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateDraft {
    pub(crate) occasion: Spanned<String>,
    pub(crate) name: Name,
    pub(crate) article: Spanned<String>,
    pub(crate) from: Day,
    pub(crate) to: Option<Day>,
    pub(crate) posts: Spanned<String>,
}

/// One parameter, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParameterDraft {
    pub(crate) id: Spanned<String>,
    pub(crate) name: Name,
    pub(crate) values: Spanned<String>,
}

/// The article is there, and in force on the first day.
pub(crate) fn cited(
    law: &Law,
    source: &Source,
    cited: &Spanned<String>,
    from: Day,
    faults: &mut Diagnostics,
) {
    let id = cited.get_ref();
    match law.article(id) {
        None => {
            let what = say("no-article").with("article", id);
            faults.push(source.at(cited.span(), what, say("no-article-cure")));
        }
        Some(article) if from < article.from || article.to.is_some_and(|to| to < from) => {
            let what = say("not-in-force").with("article", id).with("day", from);
            faults.push(source.at(cited.span(), what, say("not-in-force-cure")));
        }
        Some(_) => {}
    }
}
