//! Review (智能审核): what is noticed about a fee line or an order before, during and after treatment. Noticed and told,
//! never a change: nothing here refuses, cuts or drops anything. Which things are noticed, how grave they are and the
//! most of an item in a day are data of the packs.

use benefit::Quantity;
use policy::{Diagnostics, Law, Spanned};
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::{ArticleId, Name};

/// Something that is noticed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRule {
    /// The word of the check in the program (`duplicate`, `quantity` …).
    pub note: String,
    /// Its number to the outside; `rule_id`.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// `sev_deg`: 1 a hint, 2 doubtful, 3 against a rule.
    pub severity: String,
    /// What it rests on.
    pub article: ArticleId,
}

/// The most of an item or of a kind of charge in one day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DailyLimit {
    /// The item's national code; empty for every item of the charge.
    #[serde(default)]
    pub item: String,
    /// The kind of charge, `med_chrgitm_type`; empty where an item is named.
    #[serde(default)]
    pub charge: String,
    /// The most in one day.
    pub most: Quantity,
    /// What it rests on.
    pub article: ArticleId,
}

/// Everything a review goes by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviews {
    rules: BTreeMap<String, ReviewRule>,
    limits: Vec<DailyLimit>,
}

/// The checks of the program, by word; a rule for any other is a fault of the pack.
pub const CHECKS: [&str; 8] = [
    "not-in-catalogue",
    "restricted",
    "duplicate",
    "outside-stay",
    "over-price",
    "quantity",
    "amount",
    "mapping",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    rule: Vec<Spanned<ReviewRule>>,
    #[serde(default)]
    limit: Vec<Spanned<DailyLimit>>,
}

impl Reviews {
    /// Reads `review/*.toml`; a rule of an upper layer replaces the lower one's of the same check.
    pub fn compile(law: &Law) -> Result<Reviews, Diagnostics> {
        let (mut reviews, mut faults) = (Reviews::default(), Diagnostics::new());
        for source in law.documents("review") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            let mut cited = |article: &ArticleId, span| {
                if law.article(&article.0).is_none() {
                    let what = format!("`{article}` is no article");
                    faults.push(source.at(span, what, "add the article or cite another"));
                }
            };
            for rule in document.rule {
                cited(&rule.get_ref().article, rule.span());
                reviews.rules.insert(rule.get_ref().note.clone(), rule.into_inner());
            }
            for limit in document.limit {
                cited(&limit.get_ref().article, limit.span());
                reviews.limits.push(limit.into_inner());
            }
        }
        if let Some(unknown) = reviews.rules.keys().find(|note| !CHECKS.contains(&note.as_str())) {
            let what = format!("there is no check `{unknown}`");
            let cure = format!("the checks are {}", CHECKS.join(", "));
            faults.push(policy::Diagnostic::whole_file("review", what, cure));
        }
        if faults.is_empty() { Ok(reviews) } else { Err(faults) }
    }

    /// The rule of a check; nothing where the packs do not look for it.
    pub fn rule(&self, note: &str) -> Option<&ReviewRule> {
        self.rules.get(note)
    }

    /// The most of this item in one day.
    pub fn daily(&self, item: &str, charge: &str) -> Option<&DailyLimit> {
        let named = self.limits.iter().find(|limit| !limit.item.is_empty() && limit.item == item);
        named.or_else(|| self.limits.iter().find(|limit| limit.item.is_empty() && limit.charge == charge))
    }

    /// More of the item than the most of a day, with what was ordered on that day before: the most.
    pub fn above_daily(
        &self,
        (item, charge): (&str, &str),
        quantity: Quantity,
        before: u64,
    ) -> Option<Quantity> {
        let limit = self.daily(item, charge)?;
        (before.saturating_add(quantity.parts()) > limit.most.parts()).then_some(limit.most)
    }
}

#[cfg(test)]
mod tests;
