use super::*;
use policy::Law;

/// The reference pack against itself with a deductible of 900 yuan.
fn replay() -> Replay {
    let files = crate::packs::embedded().unwrap();
    let mut next = files.clone();
    let pooled = next.get_mut("reference/benefits/pooled.toml").unwrap();
    *pooled = pooled.replace("| tertiary  |  1,000 |", "| tertiary  |    900 |");
    let compiled = |files| Benefits::compile(&Law::load(files, "reference").unwrap()).unwrap();
    Replay::new(compiled(&files), compiled(&next))
}

fn bill(amount: &str) -> String {
    format!(
        "{{\"id\": \"1\", \"person\": {{\"insutype\": \"310\", \"psn_type\": \"11\"}}, \"provider\": {{\"hosp_lv\": \"2\"}}, \
         \"visit\": {{\"med_type\": \"21\", \"begndate\": \"2024-05-01\", \"enddate\": \"2024-05-02\"}}, \
         \"lines\": [{{\"pric\": \"{amount}\", \"cnt\": \"1\", \"chrgitm_lv\": \"01\"}}]}}\n"
    )
}

#[test]
fn bills_stream_through_both_laws() {
    let input = bill("5000") + "no bill\n\n" + &bill("800") + &bill("950");
    let replay = replay();
    let (tally, faulty) = streamed(&replay, input.as_bytes(), &Progress::silent()).unwrap();
    assert_eq!((tally.bills, faulty), (3, 1));
    let report = report::Report::new(&replay, &tally, faulty);
    let told = serde_json::to_value(&report).unwrap();
    // 100 x 85 %, nothing, 50 x 85 %.
    assert_eq!(told["months"][0]["needed"], "127.50");
    assert_eq!(told["months"][1]["month"], "2024-05");
    assert_eq!(told["winners"]["bills"], 2);
    assert_eq!(told["clauses"][0]["funds"], "127.50");
    assert_eq!(told["clauses"][0]["smallest"]["lines"][0]["pric"], "900.01");
    let printed = report.to_string();
    assert!(printed.contains("pooled, deductible: 1,000.00 -> 900.00"), "{printed}");
    assert!(printed.contains("2 people's bills cost them less, 127.50 in all"), "{printed}");
}

#[test]
fn made_up_bills_come_out_the_same_however_they_are_divided() {
    let replay = replay();
    let together = made_up(&replay, 40_000, &Progress::silent());
    let mut one_by_one = Tally::default();
    let mut bill = dice::blank();
    for number in 0..40_000 {
        dice::draw(number, &mut bill);
        replay.add(&mut one_by_one, number, &bill);
    }
    assert_eq!(together, one_by_one);
    assert_eq!(together.bills, 40_000);
    assert!(together.winners.0 > 1_000);
}

/// Hangzhou against itself with another catalogue: an item of class B goes into class A, one of class A becomes class B
/// with a first share of 10 %, a new code comes, and one goes.
fn other_catalogue() -> Replay {
    let files = crate::packs::embedded().unwrap();
    let mut next = files.clone();
    let rows = next.get_mut("hangzhou/catalogue/demonstration.csv").unwrap();
    let mut changed = String::new();
    for row in rows.lines() {
        match row.split(',').next() {
            Some("DEMO-X-0005") => changed += &row.replace(",02,0.05,", ",01,,"),
            Some("DEMO-X-0001") => changed += &row.replace(",01,,", ",02,0.1,"),
            Some("DEMO-X-0002") => changed += &row.replace("DEMO-X-0002", "DEMO-X-9999"),
            _ => changed += row,
        }
        changed.push('\n');
    }
    *rows = changed;
    let compiled = |files| Benefits::compile(&Law::load(files, "hangzhou").unwrap()).unwrap();
    Replay::new(compiled(&files), compiled(&next))
}

/// A stay at a tertiary hospital whose 800 of deductible a first line takes; then 82 % of the item's 1,000.
fn with_item(code: &str) -> String {
    bill("10000")
        .replace("\"hosp_lv\": \"2\"", "\"hosp_lv\": \"1\"")
        .replace("}]}", &format!("}}, {{\"code\": \"{code}\", \"pric\": \"1000\", \"cnt\": \"1\"}}]}}"))
}

#[test]
fn a_draft_s_catalogue_makes_winners_and_losers() {
    let replay = other_catalogue();
    assert!(!replay.one_catalogue());
    let codes = ["DEMO-X-0005", "DEMO-X-0001", "DEMO-X-9999", "DEMO-X-0002", "DEMO-S-0001"];
    let input: String = codes.iter().map(|code| with_item(code)).collect();
    let (tally, faulty) = streamed(&replay, input.as_bytes(), &Progress::silent()).unwrap();
    assert_eq!((tally.bills, faulty), (5, 0));
    let report = report::Report::new(&replay, &tally, faulty);
    let told = serde_json::to_value(&report).unwrap();
    // 82 % of the 50 that no longer stand first, less 82 % of the 100 that do; all 820 of the new code, and of the gone.
    let moved = |item: &str| {
        let clauses = told["clauses"].as_array().unwrap().iter();
        let of = |one: &&serde_json::Value| {
            one["clause"] == "catalogue" && one["smallest"]["lines"][0]["code"] == item
        };
        let found: Vec<_> = clauses.filter(of).collect();
        assert_eq!(found.len(), 1, "{item}: {told}");
        found[0].clone()
    };
    assert_eq!(moved("DEMO-X-0005")["funds"], "41.00");
    assert_eq!(moved("DEMO-X-0005")["from"], "DEMO-X-0005 02 0.05");
    assert_eq!(moved("DEMO-X-0005")["to"], "DEMO-X-0005 01");
    assert_eq!(moved("DEMO-X-0001")["funds"], "-82.00");
    assert_eq!(moved("DEMO-X-9999")["funds"], "820.00");
    assert_eq!(moved("DEMO-X-0002")["funds"], "-820.00");
    assert_eq!(told["clauses"].as_array().unwrap().len(), 4);
    assert_eq!(told["winners"], serde_json::json!({ "bills": 2, "amount": "861.00" }));
    assert_eq!(told["losers"], serde_json::json!({ "bills": 2, "amount": "902.00" }));
    assert_eq!(told["unattributed"]["bills"], 0);
    let printed = report.to_string();
    assert!(printed.contains("hangzhou/catalogue/demonstration.csv:"), "{printed}");
}
