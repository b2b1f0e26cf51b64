//! The prover against packs that are sound, and against the same packs with one thing wrong.

use super::*;
use crate::testing;
use policy::Files;

mod enumeration;
mod mutations;

fn proofs(files: &Files, id: &str) -> Proofs {
    let law = Law::load(files, id).unwrap_or_else(|faults| panic!("{}", faults[0]));
    let benefits = Benefits::compile(&law).unwrap_or_else(|faults| panic!("{}", faults[0]));
    prove(&law, &benefits)
}

/// The header of a bill that is not refused.
fn amounts(benefits: &Benefits, bill: &Bill) -> crate::Amounts {
    let mut totals = crate::Totals::default();
    benefits.totals(bill, &mut totals).unwrap();
    totals.amounts
}

#[test]
fn the_reference_policy_is_proven() {
    let proofs = proofs(&testing::files(), "reference");
    assert_eq!(proofs.faults, []);
    // Three kinds of people at three levels of hospital.
    assert_eq!((proofs.combinations, proofs.plans), (9, 9));
    // 36 cells of the pooled fund's bands, three of serious illness, three deductibles.
    assert_eq!(proofs.figures, 36 + 3 + 3);
}

#[test]
fn hangzhou_is_proven() {
    let mut proofs = proofs(&testing::files(), "hangzhou");
    // Articles are cited from every part of a pack; `banli check` asks for their rules.
    proofs.faults.retain(|fault| fault.property != Property::Article);
    assert_eq!(proofs.faults, []);
    assert!(proofs.plans > 1_000);
    assert_eq!(proofs.without_scenario, []);
    assert!(proofs.figures_with_scenario == proofs.figures && proofs.figures > 250);
}

#[test]
fn a_figure_without_a_scenario_is_named() {
    let mut files = testing::files();
    files.retain(|path, _| !path.starts_with("reference/scenarios/"));
    assert_eq!(proofs(&files, "reference").without_scenario.len(), 42);
    let scenario = "# One stay of an employee\n\nkind benefit\npack reference\n\n\
                    | on         | psn_type | hosp_lv | scope | hifp_pay |\n\
                    |------------|----------|---------|-------|----------|\n\
                    | 2024-05-01 | 11       | 9       | 400   | 90.50    |\n";
    files.insert("reference/scenarios/benefit/one.md".into(), scenario.into());
    let proofs = proofs(&files, "reference");
    // The deductible and the first band of a primary hospital, and the first of serious illness.
    assert_eq!(proofs.figures_with_scenario, 3);
    let named: Vec<usize> = proofs.without_scenario.iter().map(|figure| figure.line).take(2).collect();
    assert_eq!(named, [16, 17]);
}

/// docs/proofs.md names what is proven in a table, by the words of [`Property`]; `unproven` is told apart.
#[test]
fn the_page_of_proofs_names_every_property_and_no_other() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/proofs.md");
    let page = std::fs::read_to_string(page).unwrap();
    let table = page.split("## What is proven").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let named: BTreeSet<&str> = rows.map(|(word, _)| word).collect();
    let known = Property::ALL.iter().filter(|(property, _)| *property != Property::Unproven);
    assert_eq!(named, known.map(|(_, word)| *word).collect());
    assert!(page.contains("refused as `unproven`"));
}
