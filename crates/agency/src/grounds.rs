//! On which article each refusal of the program itself rests. The code is in Rust, its article is data.

use policy::{Diagnostics, Law, Spanned, say};
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::{ArticleId, Refusal};

/// Articles by refusal code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grounds(BTreeMap<String, ArticleId>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    ground: BTreeMap<String, Spanned<ArticleId>>,
}

impl Grounds {
    /// Reads `grounds/*.toml` of every layer; an upper layer's ground replaces a lower one's.
    pub fn compile(law: &Law) -> Result<Grounds, Diagnostics> {
        let (mut grounds, mut faults) = (BTreeMap::new(), Diagnostics::new());
        for source in law.documents("grounds") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            for (code, article) in document.ground {
                if law.article(&article.get_ref().0).is_none() {
                    let what = say("rests-on").with("what", &code).with("article", article.get_ref());
                    faults.push(source.at(article.span(), what, say("no-article-cure")));
                }
                grounds.insert(code, article.into_inner());
            }
        }
        if faults.is_empty() { Ok(Grounds(grounds)) } else { Err(faults) }
    }

    /// A refusal with the article the pack gives for its code. A pack that gives none is a fault of the pack;
    /// the refusal stands all the same and cites its own code, so that it is seen.
    pub fn refuse(&self, code: &str) -> Refusal {
        let article = self.0.get(code).cloned().unwrap_or_else(|| ArticleId(code.to_owned()));
        Refusal::new(code, article)
    }

    /// Every code with its article.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ArticleId)> {
        self.0.iter().map(|(code, article)| (code.as_str(), article))
    }
}

#[cfg(test)]
mod tests;
