//! Categories of people (离休干部, 统筹子女, 低保 …): which there are and what they are for is data.

use crate::person::Person;
use benefit::Code;
use policy::{Diagnostics, Law, say};
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Name};

/// What a category is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Served with certificates of its own (S0-2.1, S0-2.2).
    Served,
    /// Holds a hardship certificate (S0-3.7a).
    Hardship,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// What people call it.
    pub name: Name,
    /// What it is for.
    pub purpose: Purpose,
    /// The article that names it.
    pub article: ArticleId,
}

/// Every category of a law, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Categories(BTreeMap<String, Category>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    category: BTreeMap<String, policy::Spanned<Category>>,
}

impl Categories {
    /// Reads `categories/*.toml` of every layer.
    pub fn compile(law: &Law) -> Result<Categories, Diagnostics> {
        let (mut categories, mut faults) = (BTreeMap::new(), Diagnostics::new());
        for source in law.documents("categories") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            for (id, category) in document.category {
                if law.article(&category.get_ref().article.0).is_none() {
                    let what = say("rests-on").with("what", &id).with("article", &category.get_ref().article);
                    faults.push(source.at(category.span(), what, say("no-article-cure")));
                }
                categories.insert(id, category.into_inner());
            }
        }
        if faults.is_empty() { Ok(Categories(categories)) } else { Err(faults) }
    }

    /// The category with this id.
    pub fn get(&self, id: &str) -> Option<&Category> {
        self.0.get(id)
    }

    /// The ids of the categories that are served.
    pub fn served_ids(&self) -> Vec<&str> {
        let served = |(_, category): &(&str, &Category)| category.purpose == Purpose::Served;
        self.iter().filter(served).map(|(id, _)| id).collect()
    }

    /// Every category with its id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Category)> {
        self.0.iter().map(|(id, category)| (id.as_str(), category))
    }

    /// The served category the person belongs to on this day, as benefits know it.
    pub fn served(&self, person: &Person, day: Day) -> Code {
        self.of(person, day, Purpose::Served)
    }

    /// Whether the person belongs to any served category on this day.
    pub fn is_served(&self, person: &Person, day: Day) -> bool {
        let served = |id: &str| self.get(id).is_some_and(|category| category.purpose == Purpose::Served);
        person.categories_on(day).any(served)
    }

    /// The hardship certificate the person holds on this day, as benefits know it.
    pub fn hardship(&self, person: &Person, day: Day) -> Code {
        self.of(person, day, Purpose::Hardship)
    }

    fn of(&self, person: &Person, day: Day, purpose: Purpose) -> Code {
        let fits = |id: &&str| self.get(id).is_some_and(|category| category.purpose == purpose);
        person.categories_on(day).find(fits).and_then(|id| id.parse().ok()).unwrap_or(Code::NONE)
    }
}
