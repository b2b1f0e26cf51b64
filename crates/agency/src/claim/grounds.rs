//! On which grounds a single line of a claim is not reimbursed: data of the packs.

use policy::{Diagnostics, Law, Spanned, say};
use serde::Deserialize;
use terms::{ArticleId, Name};

/// A ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineGround {
    /// `not-treatment`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// What would cure it, in a sentence.
    pub cure: Name,
    /// The article.
    pub article: ArticleId,
}

/// Every ground of a law, in the order of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineGrounds(Vec<LineGround>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    ground: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: Name,
    cure: Name,
    article: Spanned<ArticleId>,
}

impl LineGrounds {
    /// Reads `line-grounds/*.toml` of every layer; an upper layer's ground replaces a lower one's of the same id.
    pub fn compile(law: &Law) -> Result<LineGrounds, Diagnostics> {
        let (mut grounds, mut faults): (Vec<LineGround>, Diagnostics) = (Vec::new(), Diagnostics::new());
        for source in law.documents("line-grounds") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            for Entry { id, name, cure, article } in document.ground {
                if law.article(&article.get_ref().0).is_none() {
                    let what = say("rests-on").with("what", &id).with("article", article.get_ref());
                    faults.push(source.at(article.span(), what, say("no-article-cure")));
                }
                grounds.retain(|known| known.id != id);
                grounds.push(LineGround { id, name, cure, article: article.into_inner() });
            }
        }
        if faults.is_empty() { Ok(LineGrounds(grounds)) } else { Err(faults) }
    }

    /// The ground with this id.
    pub fn get(&self, id: &str) -> Option<&LineGround> {
        self.0.iter().find(|ground| ground.id == id)
    }

    /// Every ground.
    pub fn iter(&self) -> impl Iterator<Item = &LineGround> {
        self.0.iter()
    }
}
