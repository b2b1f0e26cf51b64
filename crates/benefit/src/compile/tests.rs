mod hostile;

use super::*;
use crate::testing::files;

/// The reference pack with one text replaced in one of its benefit files must be refused with these words.
#[track_caller]
fn check(file: &str, from: &str, to: &str, expected: &str) {
    let mut files = files();
    let text = files.get_mut(&format!("reference/benefits/{file}.toml")).unwrap();
    assert!(text.contains(from), "`{from}` is not in {file}");
    *text = text.replacen(from, to, 1);
    let faults = Law::load(&files, "reference").and_then(|law| Benefits::compile(&law)).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|fault| fault.contains(expected)), "`{expected}` is not in\n{}", told.join("\n"));
}

#[test]
fn figures_that_cannot_be() {
    check("pooled", "90.5%", "190.5%", "a rate of 190.5% pays more than there is");
    check("pooled", "90.5%", "ninety", "`ninety` is not a rate");
    check(
        "pooled",
        "primary   |  40,000",
        "primary   |  20,000",
        "this band does not end above the one before it",
    );
    check(
        "pooled",
        "primary   |  20,000",
        "primary   |  50,000",
        "this band does not end above the one before it",
    );
    check("pooled", "1,000", "-1,000", "`-1,000` is not an amount here");
    check("serious", "| above  | 70%  |\n", "", "nothing is said above the last band");
    check("serious", "\"burden\"", "\"burdens\"", "did you mean `burden`?");
}

#[test]
fn gaps_overlaps_and_rows_that_never_hold() {
    check(
        "pooled",
        "| primary   |    300 |\n",
        "",
        "no row of the deductible holds on 2000-01-01 for person employee, level primary",
    );
    check(
        "pooled",
        "| primary   |    300 |",
        "| *         |    300 |",
        "both hold on 2000-01-01 for person employee, level tertiary",
    );
    check("pooled", "| level     | amount |", "| level     | amont  |", "`amont` is no column here");
    // The table ends, and nothing follows.
    let ends = "article = \"reference/deductible\"\nto = \"2020-12-31\"";
    check(
        "pooled",
        "article = \"reference/deductible\"",
        ends,
        "no row of the deductible holds on 2021-01-01",
    );
    let early = "article = \"reference/deductible\"\nfrom = \"1999-12-31\"";
    check(
        "pooled",
        "article = \"reference/deductible\"",
        early,
        "the figures hold on days the layer, or the pack, does not",
    );
    check(
        "scheme",
        "| 310      | 12       | retiree  |",
        "| 310      | 11 12    | retiree  |",
        "hold for the same codes",
    );
}

#[test]
fn names_that_nobody_knows() {
    check("scheme", "[\"pooled\", \"serious\"]", "[\"pooled\"]", "layer `serious` is missing from the order");
    check("scheme", "base:pooled", "base:pooles", "did you mean `pooled`?");
    check("pooled", "\"reference/bands\"", "\"reference/bonds\"", "did you mean `reference/bands`?");
    check("pooled", "| tertiary  |  1,000 |", "| teritary  |  1,000 |", "did you mean `tertiary`?");
    check("pooled", "\"hifp_pay\"", "\"hifp_pey\"", "did you mean `hifp_pay`?");
    check("pooled", "position = \"inscp_scp_amt\"", "position = \"scope\"", "`scope` is no accumulator");
}

#[test]
fn a_question_without_answers_and_a_question_asked_twice_are_told() {
    let mut files = files();
    let question = "[[question]]\nid = \"level\"\nname = { zh = \"级别\", en = \"level\" }\n";
    let told = |files: &policy::Files| {
        let law = policy::Law::load(files, "reference").unwrap();
        Benefits::compile(&law).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    files.insert("reference/benefits/questions.toml".into(), question.repeat(2));
    let faults = told(&files);
    assert!(faults.contains("questions.toml:2:6: question `level` has no answers"), "{faults}");
    assert!(faults.contains("questions.toml:5:6: question `level` is there twice"), "{faults}");
    let odd = format!(
        "{question}[[question.choice]]\nid = \"a\"\nname = {{ zh = \"甲\", en = \"a\" }}\nset = {{ hosp_level = \"1\" }}\n"
    );
    files.insert("reference/benefits/questions.toml".into(), odd);
    assert!(told(&files).contains("did you mean `hosp_lv`?"));
}
