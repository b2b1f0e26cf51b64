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
