//! Figures that can never apply, and limits that limit nothing.

use super::plans::Met;
use super::{Fault, Property, Prover, in_article, yuan};
use crate::model::{Counted, Layer, Origin, Rule};
use policy::{Diagnostic, Said, say};
use std::collections::{BTreeMap, BTreeSet};

/// One cell of the pack that says a figure: its place.
pub(super) type Figures = BTreeMap<(u16, u32, u32), Origin>;

/// Checks rows, limits, gates and values against what can be met; gives back the figures that apply.
pub(super) fn check(prover: &mut Prover<'_>, met: &Met) -> Figures {
    let mut reached = Figures::new();
    let mut all: BTreeMap<(u16, u32, u32), (Origin, &str)> = BTreeMap::new();
    for (number, layer) in prover.benefits.layers.iter().enumerate() {
        let rules: BTreeSet<usize> = met.plans.iter().filter_map(|plan| plan.rules[number]).collect();
        for (place, rule) in layer.rules.iter().enumerate() {
            let met = rules.contains(&place);
            for origin in origins(layer, rule) {
                all.insert(key(origin), (origin, &layer.id));
                if met {
                    reached.insert(key(origin), origin);
                }
            }
        }
        for place in rules {
            rule(prover, number, &layer.rules[place]);
        }
    }
    for (place, (origin, layer)) in &all {
        if !reached.contains_key(place) {
            fault(prover, layer, *origin, say("never-met"), say("never-met-cure"));
        }
    }
    gates_and_values(prover, met);
    dedupe(prover);
    reached
}

/// The place of a figure.
pub(super) fn key(origin: Origin) -> (u16, u32, u32) {
    (origin.file, origin.line, origin.column)
}

/// Every figure of a rule.
fn origins(layer: &Layer, rule: &Rule) -> Vec<Origin> {
    let bands = layer.bands_of(rule).iter().map(|band| band.origin);
    let caps = layer.caps_of(rule).iter().map(|cap| cap.origin);
    std::iter::once(rule.deductible_from).chain(bands).chain(caps).collect()
}

/// What can be said against one rule that bills meet.
fn rule(prover: &mut Prover<'_>, number: usize, rule: &Rule) {
    let benefits = prover.benefits;
    let layer = &benefits.layers[number];
    let full = rule.deductible;
    let counts = |place: usize, what: &[Counted]| {
        let counts = benefits.accumulators.get(place).map_or(&[][..], |accumulator| &accumulator.counts);
        counts.iter().any(|(counted, of)| *of == number && what.contains(counted))
    };
    if full.get() > 0
        && let Some(place) = layer.deductible_counts
        && !counts(place, &[Counted::Base, Counted::Deductible])
    {
        let id = &benefits.accumulators[place].id;
        let what = say("deductible-count").with("accumulator", id).with("layer", &layer.id);
        fault(prover, &layer.id, rule.deductible_from, what, say("deductible-count-cure"));
    }
    for band in layer.bands_of(rule) {
        if band.rate.num() > 0 && band.upto <= full.get() && masks(prover, number) {
            let what = say("in-deductible").with("upto", yuan(band.upto)).with("deductible", full.grouped());
            fault(prover, &layer.id, band.origin, what, say("in-deductible-cure"));
        }
    }
    gaps(prover, number, rule);
    let pays = layer.bands_of(rule).iter().any(|band| band.rate.num() > 0);
    for cap in layer.caps_of(rule) {
        let Some(limit) = cap.limit else { continue };
        if pays && limit < full {
            let what = say("below-deductible").with("limit", limit.grouped());
            let what = what.with("deductible", full.grouped());
            fault(prover, &layer.id, cap.origin, what, say("below-deductible-cure"));
        } else if pays && limit.get() == 0 {
            fault(prover, &layer.id, cap.origin, say("limit-nothing"), say("limit-nothing-cure"));
        }
        if let Some(place) = cap.of
            && !counts(place, &[Counted::Paid])
        {
            let id = &benefits.accumulators[place].id;
            let what = say("limit-count").with("accumulator", id).with("layer", &layer.id);
            fault(prover, &layer.id, cap.origin, what, say("limit-count-cure"));
        }
    }
}

/// Bands at nothing between bands that pay: what a slipped bracket looks like.
fn gaps(prover: &mut Prover<'_>, number: usize, rule: &Rule) {
    let layer = &prover.benefits.layers[number];
    let (mut paid_below, mut lower) = (false, 0);
    let bands = layer.bands_of(rule);
    for (place, band) in bands.iter().enumerate() {
        let pays = band.rate.num() > 0;
        if !pays && paid_below && bands[place..].iter().any(|above| above.rate.num() > 0) {
            let what = say("unpaid-gap").with("layer", &layer.id).with("from", yuan(lower));
            let what = what.with("upto", yuan(band.upto));
            let diagnostic = prover.at(band.origin, what, say("unpaid-gap-cure"));
            prover.faults.push(Fault::new(Property::Gap, diagnostic).of(&layer.id));
        }
        paid_below |= pays;
        lower = band.upto;
    }
}

/// Whether bands below the deductible can never be reached: they begin at zero, and either each bill bears the
/// deductible anew or the position runs ahead of what was borne of it.
fn masks(prover: &Prover<'_>, number: usize) -> bool {
    let layer = &prover.benefits.layers[number];
    if layer.bands_begin_at_deductible {
        return false;
    }
    let (Some(borne), Some(position)) = (layer.deductible_counts, layer.position) else {
        return layer.deductible_counts.is_none();
    };
    let counts = |place: usize, what: Counted| -> BTreeSet<usize> {
        let counts = prover.benefits.accumulators.get(place).map_or(&[][..], |known| &known.counts);
        counts.iter().filter(|(counted, _)| *counted == what).map(|&(_, layer)| layer).collect()
    };
    // Of each layer the deductible is a part of the base.
    let borne: BTreeSet<usize> =
        counts(borne, Counted::Deductible).union(&counts(borne, Counted::Base)).copied().collect();
    borne.is_subset(&counts(position, Counted::Base))
}

fn fault(prover: &mut Prover<'_>, layer: &str, origin: Origin, what: Said, cure: Said) {
    let diagnostic = prover.at(origin, what, cure);
    prover.faults.push(Fault::new(Property::Masked, diagnostic).of(layer));
}

/// Refusals that never refuse and values that no code leads to.
fn gates_and_values(prover: &mut Prover<'_>, met: &Met) {
    for (gate, seen) in prover.benefits.gates.iter().zip(&met.gates) {
        if !seen {
            let what = say("never-refuses").with("code", &gate.code);
            let (what, cure) = (in_article(prover.benefits, what, gate.article), say("never-refuses-cure"));
            let diagnostic = mention(prover, &format!("code = \"{}\"", gate.code), None, what, cure);
            prover.faults.push(Fault::new(Property::Masked, diagnostic));
        }
    }
    for (dimension, seen) in prover.benefits.dimensions.iter().zip(&met.values) {
        for (value, _) in dimension.values.iter().zip(seen).filter(|(_, seen)| !**seen) {
            let what = say("no-codes").with("value", &value.id).with("dimension", &dimension.id);
            let (what, cure) = (in_article(prover.benefits, what, dimension.article), say("no-codes-cure"));
            let head = format!("id = \"{}\"", dimension.id);
            let diagnostic = mention(prover, &head, Some(&format!("| {} ", value.id)), what, cure);
            prover.faults.push(Fault::new(Property::Masked, diagnostic));
        }
    }
}

/// A diagnostic where a text is first written, or another text first below it.
fn mention(prover: &Prover<'_>, head: &str, below: Option<&str>, what: Said, cure: Said) -> Diagnostic {
    let found = prover.sources.iter().find_map(|source| {
        let head = source.text.find(head)?;
        let below = below.and_then(|below| source.text[head..].find(below));
        Some((source, head + below.unwrap_or(0)))
    });
    match found {
        Some((source, place)) => source.at(place..place, what, cure),
        None => Diagnostic::whole_file(&format!("{}/benefits", prover.benefits.pack()), what, cure),
    }
}

/// One fault for one cell and one thing, however many rules share the cell.
fn dedupe(prover: &mut Prover<'_>) {
    let mut seen = BTreeSet::new();
    prover.faults.retain(|fault| seen.insert((fault.property, fault.diagnostic.clone())));
}
