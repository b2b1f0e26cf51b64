//! Lines as nobody would send them: a sound bill with pieces cut out, doubled, or put in. Each is told or answered, and
//! what is paid of it adds up. As many as PROPTEST_CASES says.

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static HANGZHOU: LazyLock<Benefits> = LazyLock::new(|| benefits("hangzhou"));

const BILL: &str = r#"{"id":"7","person":{"insutype":"310","psn_type":"11","account":"120.50"},"provider":{"hosp_lv":"1","admdvs":330106},"visit":{"med_type":"21","begndate":"2023-12-30","enddate":"2024-01-02","ordinal":2},"year":{"inpatient-deductible":"300"},"lines":[{"pric":"100","cnt":"3","chrgitm_lv":"02","selfpay_prop":"0.1","pric_uplmt_amt":"90.5"},{"code":"DEMO-X-0005","pric":"32.40","cnt":"3","date":"2024-01-01"}]}"#;

const PIECES: [&str; 20] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "-",
    "0",
    "9999999999999999",
    "1e308",
    ".",
    "null",
    "true",
    "\\u0000",
    "💰",
    "\"chrgitm_lv\":\"01\",",
    "\"lines\":[],",
    "2024-02-30",
    "\"310\"",
];

fn hostile(changes: &[(usize, usize, usize)]) -> String {
    let mut letters: Vec<char> = BILL.chars().collect();
    for &(place, length, piece) in changes {
        let place = place % letters.len().max(1);
        let end = (place + length).min(letters.len());
        let put: Vec<char> = PIECES.get(piece).map_or_else(Vec::new, |piece| piece.chars().collect());
        letters.splice(place..end, put);
    }
    letters.into_iter().collect()
}

proptest! {
    #[test]
    fn any_line_is_told_or_answered(changes in prop::collection::vec((0usize..400, 0usize..12, 0usize..30), 1..4)) {
        let text = hostile(&changes);
        if let Ok(answer) = adjudicate(&HANGZHOU, &text, &mut Outcome::default()) {
            let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
            let amount = |field: &str| -> i64 {
                answer["setlinfo"][field].as_str().map_or(0, |text| text.parse::<Fen>().unwrap().get())
            };
            let parts = amount("fund_pay_sumamt") + amount("psn_part_amt") + amount("hosp_part_amt");
            prop_assert_eq!(amount("medfee_sumamt"), parts, "{}", text);
        }
    }
}

/// The bill itself is sound: what the changes begin with is paid.
#[test]
fn the_bill_before_any_change_is_paid() {
    let told = result(&HANGZHOU, BILL);
    assert!(told["setlinfo"]["fund_pay_sumamt"].is_string(), "{told}");
    assert_eq!(told["detlcutinfo"][1]["preselfpay_amt"], "4.86");
}
