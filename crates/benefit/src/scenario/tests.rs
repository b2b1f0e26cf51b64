use super::*;
use crate::testing::{files, pack};
use policy::Source;

/// Runs the benefit scenarios of every pack; what differs, with the trace, is printed.
#[test]
fn every_benefit_scenario_of_every_pack() {
    let files = files();
    let mut rows = 0;
    let mut told = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.contains("/scenarios/benefit/")) {
        let scenario = Scenario::read(&Source { path: path.clone(), text: text.clone() }).unwrap();
        let mut law = policy::Law::load(&files, &scenario.pack.text).unwrap();
        for pair in &scenario.settings {
            law = law.choosing(&pair.key.text, &pair.value.text).unwrap();
        }
        let benefits = Benefits::compile(&law).unwrap();
        match run(&benefits, &scenario) {
            Ok(reports) => {
                rows += reports.len();
                let differs = reports.iter().filter(|report| !report.differences.is_empty());
                told.extend(
                    differs.map(|report| format!("{path}:{} {:#?}", report.line, report.differences)),
                );
            }
            Err(faults) => told.extend(faults.iter().map(ToString::to_string)),
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(rows > 60, "only {rows} rows were found");
}

#[test]
fn a_wrong_expectation_and_a_mistyped_column_are_told() {
    let text = "# One bill\nkind benefit\npack reference\n\n\
        | on         | hosp_lv | scope  | hifp_pay  |\n\
        | 2024-01-01 | 1       | 11,000 | 8,500.00  |\n\
        | 2024-01-01 | 1       | 11,000 | 8,500.01  |\n";
    let scenario = Scenario::read(&Source { path: "x.md".into(), text: text.into() }).unwrap();
    let reports = run(&pack("reference"), &scenario).unwrap();
    assert!(reports[0].differences.is_empty());
    let expected =
        Difference { column: "hifp_pay".into(), expected: "8500.01".into(), got: "8500.00".into() };
    assert_eq!((reports[1].line, &reports[1].differences), (7, &vec![expected]));

    let mistyped = text.replace("hifp_pay", "hifp_pey");
    let scenario = Scenario::read(&Source { path: "x.md".into(), text: mistyped }).unwrap();
    let faults = run(&pack("reference"), &scenario).unwrap_err();
    assert!(faults[0].to_string().contains("did you mean `hifp_pay`?"), "{}", faults[0]);
}
