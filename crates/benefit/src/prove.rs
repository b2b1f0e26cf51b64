//! What holds for every bill: proven on the compiled tables, or refused with the smallest bill that shows the
//! contrary.
//!
//! For each combination of rules that some bill can meet ([`plans`]) the calculus of one fen ([`step`]) shows that
//! parts sum to the whole, nothing is below zero, and a bill that is one fen higher costs the person nothing or
//! one fen more. Where a premise does not hold, [`search`] walks real bills. [`rows`] finds figures that can never
//! apply and limits that limit nothing. The theorems, their proofs and their limits: `docs/proofs.md`.

mod coverage;
mod declared;
mod export;
pub(crate) mod plans;
mod rows;
pub(crate) mod search;
mod step;

pub use export::export;
pub use search::Broken;

use crate::bill::Bill;
use crate::model::{Base, Benefits, Origin, Pays};
use crate::outcome::{Amounts, Outcome, StepKind};
use plans::Plan;
use policy::{Diagnostic, Law, Said, Source, say};
use rows::Figures;
use search::Found;
use std::collections::{BTreeMap, BTreeSet};
use step::Open;
use terms::Fen;

/// At most so many different failing combinations of rules are searched for a bill; a pack that has more is told
/// the first ones.
const SEARCHES_MAX: usize = 24;

/// What was proven of a pack, and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proofs {
    /// Combinations of period and values of the dimensions that some bill meets and a layer works on.
    pub combinations: u64,
    /// The same that an article refuses.
    pub refused: u64,
    /// Different combinations of rules behind them; each was proven for all amounts and states of the year.
    pub plans: u64,
    /// Figures: bands, deductibles and limits, each written in one cell of the pack.
    pub figures: u64,
    /// Figures that at least one scenario row applies.
    pub figures_with_scenario: u64,
    /// The others, each at its place. Nothing is wrong with them, but nobody has worked out by hand what they
    /// should come to.
    pub without_scenario: Vec<Diagnostic>,
    /// Breaks of a property that the pack declares with the article that makes them.
    pub declared: Vec<String>,
    /// Everything against the pack; nothing where all is proven.
    pub faults: Vec<Fault>,
}

/// A property that does not hold, or could not be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which.
    pub property: Property,
    /// The layer that breaks it, by its id; nothing where it is not one layer's.
    pub layer: Option<String>,
    /// Where, what, what to do.
    pub diagnostic: Diagnostic,
    /// A bill that shows it, where one does.
    pub witness: Option<Box<Witness>>,
}

impl Fault {
    /// A fault that no bill shows and that is not one layer's.
    fn new(property: Property, diagnostic: Diagnostic) -> Fault {
        Fault { property, layer: None, diagnostic, witness: None }
    }

    fn of(mut self, layer: &str) -> Fault {
        self.layer = Some(layer.to_owned());
        self
    }
}

/// What is proven of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// The parts sum to the total and nothing is below zero.
    Parts,
    /// A higher bill never costs the person less.
    PaysLess,
    /// Nor more than it rose by: there is no cliff.
    PaysMore,
    /// Each fund stays within its limits.
    Cap,
    /// Neither shown nor refuted.
    Unproven,
    /// Every figure can apply: no row is masked, no limit idle.
    Masked,
    /// Nothing is left out between bands that pay.
    Gap,
    /// Every article has a rule or a waiver.
    Article,
}

impl Property {
    /// Every property with its word.
    pub const ALL: [(Property, &'static str); 8] = [
        (Property::Parts, "parts"),
        (Property::PaysLess, "pays-less"),
        (Property::PaysMore, "pays-more"),
        (Property::Cap, "cap"),
        (Property::Unproven, "unproven"),
        (Property::Masked, "masked"),
        (Property::Gap, "gap"),
        (Property::Article, "article"),
    ];

    /// The word for packs and messages.
    pub fn word(self) -> &'static str {
        Property::ALL[self as usize].1
    }
}

/// Two bills one fen apart: the property breaks on the way from one to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The lower bill.
    pub lower: Bill,
    /// The same with one fen more.
    pub higher: Bill,
    /// No smaller bill of this kind in this state of the year shows it.
    pub smallest: bool,
}

/// Proves what can be proven of a pack's benefits.
pub fn prove(law: &Law, benefits: &Benefits) -> Proofs {
    let mut prover = Prover { benefits, sources: law.documents("benefits").collect(), faults: Vec::new() };
    let mut proofs = Proofs {
        combinations: 0,
        refused: 0,
        plans: 0,
        figures: 0,
        figures_with_scenario: 0,
        without_scenario: Vec::new(),
        declared: Vec::new(),
        faults: Vec::new(),
    };
    let Some(met) = plans::met(benefits) else {
        let file = format!("{}/benefits", benefits.pack());
        let diagnostic = Diagnostic::whole_file(&file, say("walk-large"), say("walk-large-cure"));
        proofs.faults.push(Fault::new(Property::Unproven, diagnostic));
        return proofs;
    };
    (proofs.combinations, proofs.refused) = (met.paid, met.refused);
    proofs.plans = met.plans.len() as u64;
    prover.plans(&met.plans);
    prover.shared_limits(&met.plans);
    let figures = rows::check(&mut prover, &met);
    proofs.figures = figures.len() as u64;
    proofs.faults = prover.faults;
    declared::accept(law, benefits, &mut proofs);
    coverage::check(law, benefits, &figures, &mut proofs);
    proofs
}

/// Plans that fail with the same rules: one of them, what stays open, and how many combinations meet them.
struct Failing<'a> {
    plan: &'a Plan,
    open: Open,
    combinations: u64,
}

/// What the parts of the prover share.
struct Prover<'a> {
    benefits: &'a Benefits,
    sources: Vec<&'a Source>,
    faults: Vec<Fault>,
}

impl Prover<'_> {
    /// A diagnostic at a figure, naming its article.
    fn at(&self, origin: Origin, what: Said, cure: Said) -> Diagnostic {
        let what = in_article(self.benefits, what, origin.article);
        at(&self.sources, origin, what, cure)
    }

    /// The layer's name in messages.
    fn layer(&self, number: usize) -> &str {
        self.benefits.layers.get(number).map_or("?", |layer| layer.id.as_str())
    }

    /// Runs the calculus on every plan and searches where it leaves something open. Plans that fail with the same
    /// rules fail alike and are searched once.
    fn plans(&mut self, plans: &[Plan]) {
        let mut failing: BTreeMap<Vec<(usize, usize)>, Failing<'_>> = BTreeMap::new();
        for plan in plans {
            for (open, moved) in step::open_questions(self.benefits, plan) {
                let rules = plan.rules.iter().enumerate().filter_map(|(layer, rule)| Some((layer, (*rule)?)));
                let rules = rules.filter(|(layer, _)| moved >> layer.min(&63) & 1 == 1).collect();
                let failing = failing.entry(rules).or_insert(Failing { plan, open, combinations: 0 });
                failing.combinations += plan.combinations;
            }
        }
        let mut told = BTreeSet::new();
        let count = failing.len();
        for (rules, Failing { plan, open, combinations }) in failing.into_iter().take(SEARCHES_MAX) {
            let fault = match search::search(self.benefits, plan) {
                Some(found) => self.shown(plan, found, combinations),
                None => self.unproven(open, &rules, combinations),
            };
            let Diagnostic { file, line, column, .. } = &fault.diagnostic;
            if told.insert((fault.property, file.clone(), *line, *column)) {
                self.faults.push(fault);
            }
        }
        if count > SEARCHES_MAX {
            let file = format!("{}/benefits", self.benefits.pack());
            let what = say("more-fail").with("count", count - SEARCHES_MAX);
            let diagnostic = Diagnostic::whole_file(&file, what, say("mend-named"));
            self.faults.push(Fault::new(Property::Unproven, diagnostic));
        }
    }

    /// A fault with the bill that shows it, pointed at the figure that makes it.
    fn shown(&self, plan: &Plan, found: Found, combinations: u64) -> Fault {
        let (mut lower, mut higher) = (Outcome::default(), Outcome::default());
        // Both were adjudicated while searching; a refusal cannot come now.
        let _ = self.benefits.trace(&found.lower, &mut lower);
        let _ = self.benefits.trace(&found.higher, &mut higher);
        let number = blamed(self.benefits, found.broken, &lower, &higher);
        let origin = blamed_origin(self.benefits, plan, number, &lower, &higher);
        let layer = self.layer(number);
        let (less, more) = (lower.amounts, higher.amounts);
        let (property, what, cure) = match found.broken {
            Broken::Parts => {
                let identity = more.broken_identity().unwrap_or_else(|| say("sum-none"));
                let what = say("identity").with("layer", layer).with("total", more.medfee_sumamt);
                (Property::Parts, what.holding("identity", identity), say("identity-cure"))
            }
            Broken::PaysLess => {
                (Property::PaysLess, two_bills(say("pays-less"), layer, &less, &more), say("pays-less-cure"))
            }
            Broken::PaysMore => {
                (Property::PaysMore, two_bills(say("cliff"), layer, &less, &more), say("cliff-cure"))
            }
            Broken::Cap => {
                let what = say("one-limit").with("layer", layer).with("total", more.medfee_sumamt);
                (Property::Cap, what, say("one-limit-cure"))
            }
        };
        let diagnostic = self.at(origin, met_by(what, combinations), cure);
        let witness = Witness { lower: found.lower, higher: found.higher, smallest: found.smallest };
        let layer = Some(layer.to_owned());
        Fault { property, layer, diagnostic, witness: Some(Box::new(witness)) }
    }

    /// A fault without a bill: the calculus leaves something open that no walked bill shows.
    fn unproven(&self, open: Open, rules: &[(usize, usize)], combinations: u64) -> Fault {
        let question = match open {
            Open::Person => say("unproven-person"),
            Open::Deductible => say("unproven-deductible"),
            Open::InScope => say("unproven-scope"),
        };
        let layers: Vec<&str> = rules.iter().map(|&(layer, _)| self.layer(layer)).collect();
        let what = say("unproven").holding("question", question).with("layers", layers.join(", "));
        let (what, cure) = (met_by(what, combinations), say("unproven-cure"));
        let last = rules.last().and_then(|&(layer, rule)| {
            let layer = self.benefits.layers.get(layer)?;
            layer.rules.get(rule).map(|rule| (layer, rule))
        });
        let diagnostic = match last.and_then(|(layer, rule)| layer.bands_of(rule).first()) {
            Some(band) => self.at(band.origin, what, cure),
            None => Diagnostic::whole_file(&format!("{}/benefits", self.benefits.pack()), what, cure),
        };
        Fault::new(Property::Unproven, diagnostic)
    }

    /// Two layers of one plan that are counted against one limit: each sees what the year had used before the
    /// bill and not what the other takes.
    fn shared_limits(&mut self, plans: &[Plan]) {
        let mut asked = BTreeSet::new();
        for plan in plans {
            for (number, layer) in self.benefits.layers.iter().enumerate() {
                let Some(rule) = plan.rules[number].and_then(|rule| layer.rules.get(rule)) else { continue };
                for cap in layer.caps_of(rule) {
                    let (Some(limit), Some(of)) = (cap.limit, cap.of) else { continue };
                    let drawing = self.drawing(plan, of);
                    if drawing.len() < 2 || !drawing.contains(&number) {
                        continue;
                    }
                    if !asked.insert((of, limit, drawing.clone())) {
                        continue;
                    }
                    let limit = limit.get();
                    if let Some(found) = search::search_cap(self.benefits, plan, of, limit, &drawing) {
                        let mut fault = self.shown(plan, found, plan.combinations);
                        fault.diagnostic = self.at(cap.origin, fault.diagnostic.what, fault.diagnostic.cure);
                        self.faults.push(fault);
                    } else {
                        let rules: Vec<(usize, usize)> =
                            drawing.iter().filter_map(|&layer| Some((layer, plan.rules[layer]?))).collect();
                        self.faults.push(self.unproven(Open::Person, &rules, plan.combinations));
                    }
                }
            }
        }
    }

    /// The layers of a plan that pay something and are counted in this accumulator.
    fn drawing(&self, plan: &Plan, of: usize) -> Vec<usize> {
        let Some(accumulator) = self.benefits.accumulators.get(of) else { return Vec::new() };
        let counted =
            accumulator.counts.iter().filter(|(counted, _)| *counted == crate::model::Counted::Paid);
        let pays = |layer: &usize| {
            let rule = plan.rules[*layer].and_then(|rule| self.benefits.layers[*layer].rules.get(rule));
            let bands = rule.map_or(&[][..], |rule| self.benefits.layers[*layer].bands_of(rule));
            bands.iter().any(|band| band.rate.num() > 0)
        };
        let mut layers: Vec<usize> = counted.map(|&(_, layer)| layer).filter(pays).collect();
        layers.sort_unstable();
        layers.dedup();
        layers
    }
}

/// A diagnostic at a figure.
fn at(sources: &[&Source], origin: Origin, what: Said, cure: Said) -> Diagnostic {
    let Some(source) = sources.get(usize::from(origin.file)) else {
        return Diagnostic::whole_file("", what, cure);
    };
    let line = origin.line as usize;
    let excerpt = source.text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim_end();
    Diagnostic {
        file: source.path.clone(),
        line,
        column: origin.column as usize,
        excerpt: excerpt.to_owned(),
        what,
        cure,
        shown: None,
    }
}

/// The same, said of a figure under this article.
fn in_article(benefits: &Benefits, said: Said, article: u16) -> Said {
    say("in-article").holding("said", said).with("article", benefits.article_id(article))
}

/// The same, with how many combinations meet it.
fn met_by(said: Said, combinations: u64) -> Said {
    say("met-by").holding("said", said).with("combinations", combinations)
}

/// What the person bears of two bills.
fn two_bills(said: Said, layer: &str, less: &Amounts, more: &Amounts) -> Said {
    said.with("layer", layer)
        .with("less", less.psn_part_amt)
        .with("lower", less.medfee_sumamt)
        .with("more", more.psn_part_amt)
        .with("higher", more.medfee_sumamt)
}

/// What each layer paid.
fn paid(outcome: &Outcome, layer: usize) -> i64 {
    let steps = outcome.steps.iter().filter(|step| usize::from(step.layer) == layer);
    steps.filter(|step| step.kind == StepKind::Layer).map(|step| step.amount).sum()
}

/// The last layer that moved in the wrong direction.
fn blamed(benefits: &Benefits, broken: Broken, lower: &Outcome, higher: &Outcome) -> usize {
    let layers = (0..benefits.layers.len()).rev();
    let rise = |layer: usize| paid(higher, layer) - paid(lower, layer);
    let bears = |layer: usize| {
        let mut steps = higher.steps.iter().filter(|step| usize::from(step.layer) == layer);
        benefits.layers[layer].base == Base::Scope
            && steps.any(|step| step.kind == StepKind::Deductible && step.amount > 0)
    };
    let deductible = higher.amounts.act_pay_dedc > higher.amounts.inscp_scp_amt;
    let guilty = |layer: &usize| match broken {
        Broken::Parts if deductible => {
            bears(*layer) || benefits.layers[*layer].pays == Pays::FirstOwn && rise(*layer) > 0
        }
        Broken::PaysMore => rise(*layer) < 0,
        Broken::Parts | Broken::PaysLess | Broken::Cap => rise(*layer) > 0,
    };
    layers.clone().find(guilty).or_else(|| layers.clone().find(|layer| paid(higher, *layer) > 0)).unwrap_or(0)
}

/// The band of that layer that moved; its deductible where no band did.
fn blamed_origin(
    benefits: &Benefits,
    plan: &Plan,
    layer: usize,
    lower: &Outcome,
    higher: &Outcome,
) -> Origin {
    let of = |outcome: &Outcome, row: u32| -> i64 {
        let steps = outcome.steps.iter().filter(|step| usize::from(step.layer) == layer);
        steps.filter(|step| step.kind == StepKind::Band && step.row == row).map(|step| step.amount).sum()
    };
    let rows: BTreeSet<u32> = [lower, higher]
        .into_iter()
        .flat_map(|outcome| &outcome.steps)
        .filter(|step| usize::from(step.layer) == layer && step.kind == StepKind::Band)
        .map(|step| step.row)
        .collect();
    let moved = rows.iter().rev().find(|&&row| of(lower, row) != of(higher, row));
    let model = &benefits.layers[layer];
    let band = moved.and_then(|&row| model.bands.get(row as usize)).map(|band| band.origin);
    let rule = plan.rules[layer].and_then(|rule| model.rules.get(rule));
    band.or(rule.map(|rule| rule.deductible_from)).unwrap_or(Origin {
        file: 0,
        line: 1,
        column: 1,
        article: 0,
        illustrative: false,
    })
}

/// Yuan for messages.
fn yuan(fen: i64) -> String {
    Fen::new(fen).unwrap_or(Fen::MAX).grouped()
}

#[cfg(test)]
mod tests;
