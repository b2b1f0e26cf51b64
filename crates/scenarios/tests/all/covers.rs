//! Every sentence a procedure says it serves has a scenario that fails when the behaviour breaks.

use crate::procedures::laws;
use policy::Source;
use policy::scenario::Scenario;
use scenarios::disk;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_covered_sentence_has_a_scenario_of_its_procedure() {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in disk::packs().unwrap() {
        if path.contains("/scenarios/") && path.ends_with(".md") {
            let scenario = Scenario::read(&Source { path, text }).unwrap();
            let about = scenario.about.map(|cell| cell.text).unwrap_or_default();
            told.entry(about).or_default().extend(scenario.covers.into_iter().map(|cell| cell.text));
        }
    }
    let mut missing = Vec::new();
    let mut sentences = BTreeSet::new();
    for (_, procedures) in laws() {
        for procedure in procedures.iter() {
            for sentence in &procedure.covers {
                sentences.insert(sentence.clone());
                if !told.get(&procedure.id).is_some_and(|covered| covered.contains(sentence)) {
                    missing.push(format!(
                        "`{}` says it serves {sentence}, but no scenario of it does",
                        procedure.id
                    ));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(sentences.len() >= 48, "only {} sentences: {sentences:?}", sentences.len());
}
