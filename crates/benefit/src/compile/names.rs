//! Names that a document uses, each looked up or told with the nearest known one: articles, accumulators, values of
//! dimensions, words of closed lists.

use super::{ANY, Compiler, Masks};
use crate::model::Origin;
use policy::{Confidence, Diagnostic, Said, Spanned, say};
use std::collections::BTreeMap;
use std::ops::Range;
use terms::Day;

impl Compiler<'_> {
    /// Pushes a fault at a place of a file.
    pub fn fault(&mut self, source: usize, span: Range<usize>, what: Said, cure: Said) {
        self.faults.push(self.sources[source].at(span, what, cure));
    }

    /// The same with the smallest bill that shows it, where there is one.
    pub fn fault_shown(
        &mut self,
        source: usize,
        span: Range<usize>,
        what: Said,
        cure: Said,
        shown: Option<Said>,
    ) {
        self.faults.push(Diagnostic { shown, ..self.sources[source].at(span, what, cure) });
    }

    /// A fault for an unknown word, with the nearest known one; `what` is the sentence that holds the `word`.
    pub fn unknown(&mut self, source: usize, word: &Spanned<String>, what: Said, known: &[&str]) {
        self.unknown_at(source, word.span(), word.get_ref(), what, known);
    }

    /// The same for a word inside a table.
    pub fn unknown_at(&mut self, source: usize, span: Range<usize>, word: &str, what: Said, known: &[&str]) {
        self.fault(source, span, what.with("word", word), Said::nearest(word, known));
    }

    /// The place of an article that is in force on the days a figure holds.
    pub fn article(
        &mut self,
        source: usize,
        id: &Spanned<String>,
        days: Option<(Day, Option<Day>)>,
    ) -> Option<u16> {
        self.article_at(source, id.span(), id.get_ref(), days)
    }

    /// The same for an id inside a table.
    pub fn article_at(
        &mut self,
        source: usize,
        span: Range<usize>,
        id: &str,
        days: Option<(Day, Option<Day>)>,
    ) -> Option<u16> {
        let Some(article) = self.law.article(id) else {
            let known: Vec<&str> = self.law.articles().map(|article| article.id.0.as_str()).collect();
            self.unknown_at(source, span, id, say("no-article-here"), &known);
            return None;
        };
        if let Some((from, to)) = days {
            let ends_early = article.to.is_some_and(|last| to.is_none_or(|to| to > last));
            if article.from > from || ends_early {
                let what = say("article-days").with("article", id).with("from", article.from);
                let what = what.holding("to", last_day(article.to));
                self.fault(source, span, what, say("article-days-cure"));
                return None;
            }
        }
        if let Some(&place) = self.places.get(id) {
            return Some(place);
        }
        let place = u16::try_from(self.articles.len()).ok()?;
        self.articles.push(article.clone());
        self.places.insert(article.id.clone(), place);
        Some(place)
    }

    /// Where a figure stands.
    pub fn origin(&self, source: usize, byte: usize, article: u16) -> Origin {
        let illustrative = self
            .articles
            .get(usize::from(article))
            .is_some_and(|article| article.confidence == Confidence::Illustrative);
        let (line, column, _) = self.sources[source].place(byte);
        let small = |place: usize| u32::try_from(place).unwrap_or(0);
        Origin {
            file: u16::try_from(source).unwrap_or(u16::MAX),
            line: small(line),
            column: small(column),
            article,
            illustrative,
        }
    }

    /// The place of an accumulator that is named.
    pub fn accumulator(&mut self, source: usize, id: Option<&Spanned<String>>) -> Option<usize> {
        let id = id?;
        let known: Vec<String> = self.accumulators.iter().map(|known| known.id.clone()).collect();
        let found = known.iter().position(|known| known == id.get_ref());
        if found.is_none() {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown(source, id, say("no-accumulator"), &known);
        }
        found
    }

    /// The masks of a `when`.
    pub fn when(&mut self, source: usize, when: &BTreeMap<String, Spanned<Vec<Spanned<String>>>>) -> Masks {
        let mut masks = ANY;
        for (id, values) in when {
            let Some(place) = self.dimensions.iter().position(|dimension| dimension.id == *id) else {
                let known: Vec<String> = self.dimensions.iter().map(|known| known.id.clone()).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                self.unknown_at(source, values.span(), id, say("no-dimension"), &known);
                continue;
            };
            let mut mask = 0;
            for value in values.get_ref() {
                mask |= self.value_bit(source, value.span(), place, value.get_ref()).unwrap_or(0);
            }
            masks[place] = mask;
        }
        masks
    }

    /// The bit of a value of a dimension.
    pub fn value_bit(
        &mut self,
        source: usize,
        span: Range<usize>,
        dimension: usize,
        id: &str,
    ) -> Option<u64> {
        let values = &self.dimensions[dimension].values;
        if let Some(place) = values.iter().position(|value| value.id == id) {
            return Some(1 << place);
        }
        let known: Vec<String> = values.iter().map(|value| value.id.clone()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let what = say("no-dimension-value").with("dimension", &self.dimensions[dimension].id);
        self.unknown_at(source, span, id, what, &known);
        None
    }

    /// One of a closed list of words.
    pub fn word<T: Copy>(
        &mut self,
        source: usize,
        word: &Spanned<String>,
        what: Said,
        known: &[(T, &str)],
    ) -> Option<T> {
        if let Some((value, _)) = known.iter().find(|(_, name)| name == word.get_ref()) {
            return Some(*value);
        }
        let names: Vec<&str> = known.iter().map(|(_, name)| *name).collect();
        self.unknown(source, word, what, &names);
        None
    }
}

/// The last day something is in force, or that it still is.
pub(crate) fn last_day(to: Option<Day>) -> Said {
    to.map_or_else(|| say("still-in-force"), |last| Said::Words(last.to_string()))
}
