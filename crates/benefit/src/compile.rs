//! From a pack's `benefits/*.toml` to [`Benefits`]: every fault is found and pointed at, or nothing is compiled.

mod dense;
mod dimensions;
mod names;
mod questions;
mod row;
mod rows;
mod smallest;

pub(crate) use names::last_day;

use crate::document::{self, Document};
use crate::model::{
    Accumulator, Balance, Base, Benefits, Counted, DIMENSIONS_MAX, Dimension, Field, FieldClasses, LawDay,
    Layer, Pays,
};
use crate::{Catalogue, Order, YEAR_ORDER};
use policy::{Article, Diagnostic, Diagnostics, Law, Said, Source, Spanned, say};
use std::collections::BTreeMap;
use std::sync::Arc;
use terms::ArticleId;

/// Bits of values of every dimension; all bits where a row says nothing of a dimension.
pub(crate) type Masks = [u64; DIMENSIONS_MAX];
/// A row that looks at nothing.
pub(crate) const ANY: Masks = [u64::MAX; DIMENSIONS_MAX];

/// How many layers a pack may have; the trace numbers them in a byte.
const LAYERS_MAX: usize = 64;

/// What is known while compiling.
pub(crate) struct Compiler<'a> {
    pub law: &'a Law,
    pub sources: Vec<&'a Source>,
    pub faults: Diagnostics,
    pub articles: Vec<Article>,
    places: BTreeMap<ArticleId, u16>,
    pub dimensions: Vec<Dimension>,
    pub accumulators: Vec<Accumulator>,
}

/// A part of a document and the place of its file.
struct Part<T> {
    source: usize,
    part: T,
}

/// All documents of the pack and of those below it, part by part.
#[derive(Default)]
struct Draft {
    order: Option<Part<Spanned<Vec<Spanned<String>>>>>,
    lines: Option<Part<document::LinesRule>>,
    law_day: Option<Part<document::LawDayRule>>,
    stays: Option<Part<document::Stays>>,
    dimensions: Vec<Part<document::Dimension>>,
    accumulators: Vec<Part<document::Accumulator>>,
    layers: Vec<Part<document::Layer>>,
    gates: Vec<Part<document::Refuse>>,
    what_ifs: Vec<Part<document::WhatIf>>,
    questions: Vec<Part<document::Question>>,
}

impl Benefits {
    /// Compiles the benefits of a law. All faults at once.
    pub fn compile(law: &Law) -> Result<Benefits, Diagnostics> {
        let mut compiler = Compiler {
            law,
            sources: law.documents("benefits").collect(),
            faults: Diagnostics::new(),
            articles: Vec::new(),
            places: BTreeMap::new(),
            dimensions: Vec::new(),
            accumulators: Vec::new(),
        };
        let draft = compiler.read();
        let compiled = compiler.compile(draft);
        match compiled {
            Some(benefits) if compiler.faults.is_empty() => Ok(benefits),
            _ => Err(compiler.faults),
        }
    }
}

impl<'a> Compiler<'a> {
    /// Reads every file into one draft.
    fn read(&mut self) -> Draft {
        let mut draft = Draft::default();
        for source in 0..self.sources.len() {
            let document: Document = match self.sources[source].read() {
                Ok(document) => document,
                Err(fault) => {
                    self.faults.push(fault);
                    continue;
                }
            };
            // A city's order, line rule and law day replace those of the packs below it.
            if let Some(part) = document.layers {
                draft.order = Some(Part { source, part });
            }
            if let Some(part) = document.lines {
                draft.lines = Some(Part { source, part: part.into_inner() });
            }
            if let Some(part) = document.law_day {
                draft.law_day = Some(Part { source, part: part.into_inner() });
            }
            if let Some(part) = document.stays {
                draft.stays = Some(Part { source, part });
            }
            draft.dimensions.extend(document.dimension.into_iter().map(|part| Part { source, part }));
            draft.accumulators.extend(document.accumulator.into_iter().map(|part| Part { source, part }));
            draft.layers.extend(document.layer.into_iter().map(|part| Part { source, part }));
            draft.gates.extend(document.refuse.into_iter().map(|part| Part { source, part }));
            draft.what_ifs.extend(document.what_if.into_iter().map(|part| Part { source, part }));
            draft.questions.extend(document.question.into_iter().map(|part| Part { source, part }));
        }
        draft
    }

    fn compile(&mut self, draft: Draft) -> Option<Benefits> {
        let pack = self.law.pack().id.clone();
        let whole = |what: Said, cure: Said| Diagnostic::whole_file(&format!("{pack}/benefits"), what, cure);
        let (Some(layers), Some(lines)) = (draft.order, draft.lines) else {
            self.faults.push(whole(say("no-scheme"), say("no-scheme-cure")));
            return None;
        };
        let lines_article = self.article(lines.source, &lines.part.article, None);
        let law_day = self.law_day(draft.law_day.as_ref());
        let order = self.year_order();
        let fields = self.dimensions(&draft.dimensions)?;
        let ids: Vec<&str> = draft.layers.iter().map(|layer| layer.part.id.get_ref().as_str()).collect();
        let layer_places = self.order(&layers, &ids);
        if draft.layers.len() > LAYERS_MAX {
            self.faults.push(whole(say("layers-many"), say("layers-many-cure").with("most", LAYERS_MAX)));
            return None;
        }
        let mut layer_order: Vec<(usize, &Part<document::Layer>)> =
            layer_places.iter().filter_map(|place| draft.layers.get(*place)).enumerate().collect();
        layer_order.sort_by_key(|(position, _)| *position);
        let ordered_ids: Vec<&str> =
            layer_order.iter().map(|(_, layer)| layer.part.id.get_ref().as_str()).collect();
        self.accumulators(&draft.accumulators, &ordered_ids);

        let mut tables = Vec::new();
        for (_, layer) in &layer_order {
            if let Some(table) = self.layer(layer.source, &layer.part) {
                tables.push(table);
            }
        }
        let gates: Vec<dense::GateRows> =
            draft.gates.iter().filter_map(|gate| self.gate(gate.source, &gate.part)).collect();
        let what_ifs = draft.what_ifs.iter().filter_map(|one| self.what_if(one.source, &one.part)).collect();
        let questions = self.questions(&draft.questions);
        let stays = draft.stays.as_ref().map(|stays| self.when(stays.source, &stays.part.when));
        let catalogue = Catalogue::compile(self.law).map_err(|faults| self.faults.extend(faults));
        if let Ok(catalogue) = &catalogue {
            self.levels_of(catalogue, &fields);
        }
        if !self.faults.is_empty() {
            return None;
        }
        let periods = dense::periods(self.law.pack().answers_from, &tables, &gates);
        self.coverage(&periods, &tables, &gates);
        let layers: Vec<Layer> = tables.into_iter().map(|table| self.dense_layer(&periods, table)).collect();
        let gates = gates.into_iter().map(|gate| self.dense_gate(&periods, gate)).collect();
        let (law_day, law_day_article) = law_day?;
        Some(Benefits {
            pack: self.law.pack().id.clone(),
            hash: self.law.hash().to_owned(),
            region: self.law.pack().region.as_deref().and_then(|region| region.parse().ok()),
            law_day,
            law_day_article,
            order,
            lines_article: lines_article?,
            articles: std::mem::take(&mut self.articles),
            files: self.sources.iter().map(|source| source.path.clone()).collect(),
            fields,
            dimensions: std::mem::take(&mut self.dimensions),
            accumulators: std::mem::take(&mut self.accumulators),
            periods,
            gates,
            layers,
            what_ifs,
            questions,
            stays,
            catalogue: Arc::new(catalogue.ok()?),
        })
    }

    /// The order of a year that the law's setting chooses; as settled where the pack has no such setting.
    fn year_order(&mut self) -> Order {
        let chosen = Order::of(self.law).map(|(_, order)| order);
        if let (None, Some(setting)) = (chosen, self.law.setting(YEAR_ORDER)) {
            let what = say("year-order").with("reading", &setting.chosen).with("setting", YEAR_ORDER);
            let file = format!("{}/settings.toml", self.law.pack().id);
            self.faults.push(Diagnostic::whole_file(&file, what, say("year-order-cure")));
        }
        chosen.unwrap_or(Order::BySettlement)
    }

    /// Levels a catalogue names must be levels the dimensions know: another one is a slip that would never match.
    fn levels_of(&mut self, catalogue: &Catalogue, fields: &[FieldClasses]) {
        let Some(known) = fields.iter().find(|known| known.field == Field::HospLv) else { return };
        for item in catalogue.items() {
            let Some(level) = item.levels.named().iter().find(|level| !known.codes.contains(level)) else {
                continue;
            };
            let (file, line) = catalogue.written(item).unwrap_or_default();
            let what = say("item-level").with("level", level).with("item", &item.code);
            let known: Vec<String> = known.codes.iter().map(ToString::to_string).collect();
            let cure = say("known-ones").with("known", known.join(", "));
            let mut fault = Diagnostic::whole_file(file, what, cure);
            (fault.line, fault.column) = (line as usize, 1);
            self.faults.push(fault);
        }
    }

    fn law_day(&mut self, rule: Option<&Part<document::LawDayRule>>) -> Option<(LawDay, u16)> {
        let Some(Part { source, part }) = rule else {
            let file = format!("{}/benefits", self.law.pack().id);
            self.faults.push(Diagnostic::whole_file(&file, say("no-law-day"), say("no-law-day-cure")));
            return None;
        };
        let article = self.article(*source, &part.article, None)?;
        let day = match (&part.day, &part.setting) {
            (Some(day), None) => day.clone(),
            (None, Some(setting)) => match self.law.setting(setting) {
                Some(setting) => setting.chosen.clone(),
                None => {
                    let what = say("no-setting").with("word", setting);
                    self.fault(*source, part.article.span(), what, say("declare-setting-cure"));
                    return None;
                }
            },
            _ => String::new(),
        };
        let chosen = match day.as_str() {
            "discharge" => LawDay::Discharge,
            "admission" => LawDay::Admission,
            _ => {
                let what = say("law-day").with("day", day);
                self.fault(*source, part.article.span(), what, say("law-day-cure"));
                return None;
            }
        };
        Some((chosen, article))
    }

    /// The places of the layers in the order the pack gives; each exactly once.
    fn order(&mut self, order: &Part<Spanned<Vec<Spanned<String>>>>, ids: &[&str]) -> Vec<usize> {
        let mut places = Vec::new();
        for id in order.part.get_ref() {
            match ids.iter().position(|known| known == id.get_ref()) {
                Some(place) if places.contains(&place) => {
                    let what = say("order-twice").with("layer", id.get_ref());
                    self.fault(order.source, id.span(), what, say("keep-one-cure"));
                }
                Some(place) => places.push(place),
                None => self.unknown(order.source, id, say("no-layer"), ids),
            }
        }
        for (place, id) in ids.iter().enumerate() {
            if !places.contains(&place) {
                let what = say("order-missing").with("layer", id);
                self.fault(order.source, order.part.span(), what, say("order-missing-cure"));
            }
        }
        places
    }

    fn accumulators(&mut self, parts: &[Part<document::Accumulator>], layers: &[&str]) {
        if parts.len() > crate::ACCUMULATORS_MAX {
            let part = &parts[crate::ACCUMULATORS_MAX];
            let what = say("accumulators-many").with("most", crate::ACCUMULATORS_MAX);
            self.fault(part.source, part.part.id.span(), what, say("accumulators-many-cure"));
        }
        for Part { source, part } in parts {
            if self.accumulators.iter().any(|known| known.id == *part.id.get_ref()) {
                let what = say("accumulator-twice").with("id", part.id.get_ref());
                self.fault(*source, part.id.span(), what, say("twice-cure"));
            }
            let mut counts = Vec::new();
            for count in &part.counts {
                let (what, layer) = count.get_ref().split_once(':').unwrap_or((count.get_ref(), ""));
                let counted = match what {
                    "base" => Counted::Base,
                    "deductible" => Counted::Deductible,
                    "paid" => Counted::Paid,
                    _ => {
                        let known = ["base:LAYER", "deductible:LAYER", "paid:LAYER"];
                        self.unknown(*source, count, say("no-count"), &known);
                        continue;
                    }
                };
                match layers.iter().position(|known| *known == layer) {
                    Some(place) => counts.push((counted, place)),
                    None => self.unknown_at(*source, count.span(), layer, say("no-layer"), layers),
                }
            }
            let Part { part, .. } = Part { source: *source, part };
            self.accumulators.push(Accumulator {
                id: part.id.get_ref().clone(),
                name: part.name.clone(),
                counts,
            });
        }
    }

    /// Reads a layer and the rows of its parameters.
    fn layer(&mut self, source: usize, part: &document::Layer) -> Option<dense::LayerRows> {
        let answers_from = self.law.pack().answers_from;
        let from = part.from.unwrap_or(answers_from);
        let article = self.article(source, &part.article, Some((from, part.to)));
        let pays = self.word(source, &part.pays, say("no-pays"), &Pays::ALL);
        let base = self.word(source, &part.base, say("no-base"), &Base::ALL);
        let balances = [(Balance::ThisYear, "account"), (Balance::EarlierYears, "account_past")];
        let balance = match &part.balance {
            Some(word) => Some(self.word(source, word, say("no-balance"), &balances)?),
            None => None,
        };
        let begin = match &part.bands_begin {
            Some(word) => {
                self.word(source, word, say("no-beginning"), &[(false, "zero"), (true, "deductible")])?
            }
            None => false,
        };
        let (pays, base) = (pays?, base?);
        if pays == Pays::FirstOwn && base != Base::Scope {
            self.fault(source, part.base.span(), say("first-share-base"), say("first-share-base-cure"));
        }
        if (pays == Pays::Account) != balance.is_some() {
            self.fault(source, part.pays.span(), say("account-balance"), say("account-balance-cure"));
        }
        let when = self.when(source, &part.when);
        let position = self.accumulator(source, part.position.as_ref());
        let deductible_counts = self.accumulator(source, part.deductible_counts.as_ref());
        let days = (from, part.to);
        let deductible = self.amounts(source, &part.deductible, days, false);
        let bands = self.bands(source, &part.bands, days, part.rounding);
        let caps = self.caps(source, &part.cap, days);
        if part.bands.is_empty() {
            let what = say("layer-no-bands").with("layer", part.id.get_ref());
            self.fault(source, part.id.span(), what, say("layer-no-bands-cure"));
        }
        Some(dense::LayerRows {
            source,
            place: part.id.span(),
            layer: Layer {
                id: part.id.get_ref().clone(),
                name: part.name.clone(),
                article: article?,
                pays,
                fund: part.fund.clone(),
                base,
                position,
                deductible_counts,
                bands_begin_at_deductible: begin,
                balance,
                rounding: part.rounding,
                quick: false,
                grid: crate::model::Grid::single(),
                table: Vec::new(),
                rules: Vec::new(),
                bands: Vec::new(),
                caps: Vec::new(),
            },
            when,
            days,
            deductible,
            bands,
            caps,
        })
    }

    fn gate(&mut self, source: usize, part: &document::Refuse) -> Option<dense::GateRows> {
        let from = part.from.as_ref().map_or(self.law.pack().answers_from, |day| *day.get_ref());
        let to = part.to.as_ref().map(|day| *day.get_ref());
        if let (Some(last), Some(spanned)) = (to, &part.to)
            && last < from
        {
            self.fault(source, spanned.span(), say("ends-before"), say("days-mend"));
        }
        let article = self.article(source, &part.article, Some((from, to)))?;
        let when = self.when(source, &part.when);
        Some(dense::GateRows { code: part.code.get_ref().clone(), article, when, days: (from, to) })
    }
}

#[cfg(test)]
mod tests;
