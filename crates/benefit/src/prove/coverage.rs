//! Every figure has a scenario, every article a rule or a waiver.

use super::rows::key;
use super::{Fault, Figures, Proofs, Property, at, declared, in_article};
use crate::model::{Benefits, DIMENSIONS_MAX};
use crate::outcome::{Outcome, StepKind};
use crate::scenario;
use policy::scenario::Scenario;
use policy::{Diagnostic, Law, Source, say};
use std::collections::BTreeSet;

/// Checks figures against scenarios and articles against rules.
pub(super) fn check(law: &Law, benefits: &Benefits, figures: &Figures, proofs: &mut Proofs) {
    figures_have_scenarios(law, benefits, figures, proofs);
    articles_have_rules(law, proofs);
}

fn figures_have_scenarios(law: &Law, benefits: &Benefits, figures: &Figures, proofs: &mut Proofs) {
    let mut applied = BTreeSet::new();
    for scenario in scenario::of_pack(law).into_iter().flatten() {
        // Under another reading figures stand at the same places.
        if let Ok(benefits) = scenario::under_its_readings(law, benefits, &scenario) {
            figures_of(&benefits, &scenario, &mut applied);
        }
    }
    proofs.figures_with_scenario = figures.keys().filter(|figure| applied.contains(*figure)).count() as u64;
    let sources: Vec<&Source> = law.documents("benefits").collect();
    for (_, origin) in figures.iter().filter(|(place, _)| !applied.contains(place)) {
        let what = in_article(benefits, say("no-scenario"), origin.article);
        let diagnostic = at(&sources, *origin, what, say("no-scenario-cure"));
        proofs.without_scenario.push(diagnostic);
    }
}

/// The figures that the rows of a scenario apply.
fn figures_of(benefits: &Benefits, scenario: &Scenario, applied: &mut BTreeSet<(u16, u32, u32)>) {
    let (mut outcome, mut values) = (Outcome::default(), [0; DIMENSIONS_MAX]);
    for row in &scenario.table.rows {
        let Ok(bill) = scenario::bill(benefits, scenario, row) else { continue };
        let Some(period) = benefits.classify(&bill, &mut values) else { continue };
        if benefits.trace(&bill, &mut outcome).is_err() {
            continue;
        }
        for step in &outcome.steps {
            let layer = &benefits.layers[usize::from(step.layer)];
            let Some(rule) = layer.rule(&values, period) else { continue };
            let figure = match step.kind {
                StepKind::Deductible => Some(rule.deductible_from),
                StepKind::Band => layer.bands.get(step.row as usize).map(|band| band.origin),
                StepKind::Cap => layer.caps.get(step.row as usize).map(|cap| cap.origin),
                StepKind::Layer | StepKind::Balance => None,
            };
            applied.extend(figure.map(key));
            if step.kind == StepKind::Layer {
                // No limit and no deductible decide by not being there.
                let unlimited = layer.caps_of(rule).iter().filter(|cap| cap.limit.is_none());
                applied.extend(unlimited.map(|cap| key(cap.origin)));
                if rule.deductible.get() == 0 {
                    applied.insert(key(rule.deductible_from));
                }
            }
        }
    }
}

fn articles_have_rules(law: &Law, proofs: &mut Proofs) {
    let waived = declared::waived(law, proofs);
    for article in law.articles() {
        let id = article.id.0.as_str();
        if waived.contains(id) || law.sources().iter().any(|source| cites(source, id)) {
            continue;
        }
        let (what, cure) = (say("no-rule").with("article", id), say("no-rule-cure"));
        let written =
            law.sources().iter().filter(|source| in_folder(source, "articles")).find_map(|source| {
                let quoted = format!("\"{id}\"");
                let place = source.text.find(&quoted)?;
                Some(source.at(place..place + quoted.len(), what.clone(), cure.clone()))
            });
        let diagnostic =
            written.unwrap_or_else(|| Diagnostic::whole_file(law.pack().id.as_str(), what, cure));
        proofs.faults.push(Fault::new(Property::Article, diagnostic));
    }
}

fn in_folder(source: &Source, folder: &str) -> bool {
    source.path.split('/').nth(1) == Some(folder)
}

/// Whether a file other than the articles themselves names the article as a whole word.
fn cites(source: &Source, id: &str) -> bool {
    if in_folder(source, "articles") || in_folder(source, "proofs") || in_folder(source, "scenarios") {
        return false;
    }
    let part = |letter: char| letter.is_alphanumeric() || "/-._".contains(letter);
    source.text.match_indices(id).any(|(place, _)| {
        let before = source.text[..place].chars().next_back();
        let after = source.text[place + id.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}
