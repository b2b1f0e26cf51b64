//! Review (智能审核): what is noticed about a fee line or an order before, during and after treatment. Noticed and told,
//! never a change: nothing here refuses, cuts or drops anything. Which things are noticed, how grave they are and the
//! most of an item in a day are data of the packs.

use benefit::Quantity;
use policy::{Diagnostics, Law, Spanned, say};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use terms::{ArticleId, Day, Name};

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

/// How often an item may come within some days before it is noticed, at whichever provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrequencyLimit {
    /// The item's national code.
    pub item: String,
    /// The most days with it within `days`; at least 1.
    pub most: usize,
    /// Days that follow each other, the first and the last counted; at least 1, at most [`WITHIN_MAX`].
    pub days: i32,
    /// What it rests on.
    pub article: ArticleId,
}

/// A span of a frequency is at most a year long: no more of a person's years are read for it than two.
pub const WITHIN_MAX: i32 = 366;

/// Everything a review goes by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviews {
    rules: BTreeMap<String, ReviewRule>,
    limits: Vec<DailyLimit>,
    frequencies: Vec<FrequencyLimit>,
}

/// The checks of the program, by word; a rule for any other is a fault of the pack.
pub const CHECKS: [&str; 9] = [
    "not-in-catalogue",
    "restricted",
    "duplicate",
    "outside-stay",
    "over-price",
    "quantity",
    "amount",
    "mapping",
    "frequency",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    rule: Vec<Spanned<ReviewRule>>,
    #[serde(default)]
    limit: Vec<Spanned<DailyLimit>>,
    #[serde(default)]
    frequency: Vec<Spanned<FrequencyLimit>>,
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
                    let what = say("no-article").with("article", article);
                    faults.push(source.at(span, what, say("no-article-cure")));
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
            for often in &document.frequency {
                cited(&often.get_ref().article, often.span());
            }
            for often in document.frequency {
                let (span, often) = (often.span(), often.into_inner());
                if often.most == 0 || !(1..=WITHIN_MAX).contains(&often.days) {
                    let what = say("frequency").with("most", often.most).with("days", often.days);
                    let cure = say("frequency-cure").with("most", WITHIN_MAX);
                    faults.push(source.at(span, what, cure));
                }
                reviews.frequencies.push(often);
            }
        }
        if let Some(unknown) = reviews.rules.keys().find(|note| !CHECKS.contains(&note.as_str())) {
            let what = say("no-check").with("check", unknown);
            let cure = say("known-ones").with("known", CHECKS.join(", "));
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

    /// How often this item may come; nothing where nobody counts it.
    pub fn frequency(&self, item: &str) -> Option<&FrequencyLimit> {
        self.frequencies.iter().find(|often| often.item == item)
    }
}

impl FrequencyLimit {
    /// The nearest of the other days with this item by which it comes too often on this day. Days may be sent in any
    /// order, so every run of days with this one in it counts; twice on one day is another check's.
    pub fn exceeded(&self, day: Day, others: &BTreeSet<Day>) -> Option<Day> {
        let run = |ahead: i32| {
            let (from, to) = (day.plus(ahead + 1 - self.days), day.plus(ahead));
            others.range(from..=to).copied().filter(move |other| *other != day)
        };
        let too_many = (0..self.days).filter(|ahead| run(*ahead).count() >= self.most);
        too_many.flat_map(run).min_by_key(|other| (day.days_since(*other).abs(), *other))
    }
}

#[cfg(test)]
mod tests;
