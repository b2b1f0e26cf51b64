//! Figures that can never apply, and limits that limit nothing.

use super::plans::Met;
use super::{Fault, Property, Prover, amount};
use crate::model::{Counted, Layer, Origin, Rule};
use policy::Diagnostic;
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
            let what =
                "no bill can meet this figure: its codes never come together, or an article refuses first";
            fault(
                prover,
                layer,
                *origin,
                what.to_owned(),
                "take it away, or mend the classes or the refusal that mask it",
            );
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
        let what = format!(
            "the deductible is used up by `{id}`, which counts neither base nor deductible of `{}`: it would be \
             borne with every bill",
            layer.id
        );
        fault(
            prover,
            &layer.id,
            rule.deductible_from,
            what,
            "let the accumulator count `deductible:` this layer",
        );
    }
    for band in layer.bands_of(rule) {
        if band.rate.num() > 0 && band.upto <= full.get() && masks(prover, number) {
            let what = format!(
                "this band pays up to {} yuan, all of which lies in the deductible of {}",
                amount(terms::Fen::new(band.upto).ok()),
                full.grouped()
            );
            fault(
                prover,
                &layer.id,
                band.origin,
                what,
                "raise the band's end above the deductible, or take the band away",
            );
        }
    }
    gaps(prover, number, rule);
    let pays = layer.bands_of(rule).iter().any(|band| band.rate.num() > 0);
    for cap in layer.caps_of(rule) {
        let Some(limit) = cap.limit else { continue };
        if pays && limit < full {
            let what = format!(
                "the most that is paid, {} yuan, is less than the deductible of {} before it",
                limit.grouped(),
                full.grouped()
            );
            fault(
                prover,
                &layer.id,
                cap.origin,
                what,
                "mend the limit or the deductible; they may be exchanged",
            );
        } else if pays && limit.get() == 0 {
            let what = "a limit of nothing: the rates of this layer never pay".to_owned();
            fault(prover, &layer.id, cap.origin, what, "mend the limit, or write `none` for no limit");
        }
        if let Some(place) = cap.of
            && !counts(place, &[Counted::Paid])
        {
            let id = &benefits.accumulators[place].id;
            let what = format!(
                "the limit is used up by `{id}`, which does not count what `{}` pays: the year could exceed it",
                layer.id
            );
            fault(prover, &layer.id, cap.origin, what, "let the accumulator count `paid:` this layer");
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
            let fen = |fen: i64| amount(terms::Fen::new(fen).ok());
            let what = format!(
                "in layer `{}` from {} to {} nothing is paid, though below and above it is",
                layer.id,
                fen(lower),
                fen(band.upto)
            );
            let diagnostic = prover.at(
                band.origin,
                what,
                "close the gap, or declare it in proofs/ with the article that makes it",
            );
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

fn fault(prover: &mut Prover<'_>, layer: &str, origin: Origin, what: String, cure: &str) {
    let diagnostic = prover.at(origin, what, cure);
    prover.faults.push(Fault::new(Property::Masked, diagnostic).of(layer));
}

/// Refusals that never refuse and values that no code leads to.
fn gates_and_values(prover: &mut Prover<'_>, met: &Met) {
    for (gate, seen) in prover.benefits.gates.iter().zip(&met.gates) {
        if !seen {
            let article = prover.benefits.article_id(gate.article);
            let what = format!("the refusal `{}` never refuses any bill (article {article})", gate.code);
            let cure = "take it away, or mend its `when`, `from` or `to`";
            let diagnostic = mention(prover, &format!("code = \"{}\"", gate.code), None, what, cure);
            prover.faults.push(Fault::new(Property::Masked, diagnostic));
        }
    }
    for (dimension, seen) in prover.benefits.dimensions.iter().zip(&met.values) {
        for (value, _) in dimension.values.iter().zip(seen).filter(|(_, seen)| !**seen) {
            let article = prover.benefits.article_id(dimension.article);
            let what = format!(
                "no codes of a bill lead to `{}` of `{}` (article {article})",
                value.id, dimension.id
            );
            let cure = "add the row of its codes to `classes`, or take the value away";
            let head = format!("id = \"{}\"", dimension.id);
            let diagnostic = mention(prover, &head, Some(&format!("| {} ", value.id)), what, cure);
            prover.faults.push(Fault::new(Property::Masked, diagnostic));
        }
    }
}

/// A diagnostic where a text is first written, or another text first below it.
fn mention(prover: &Prover<'_>, head: &str, below: Option<&str>, what: String, cure: &str) -> Diagnostic {
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
