use super::*;
use crate::packs;
use policy::Law;

fn benefits(pack: &str) -> Benefits {
    Benefits::compile(&Law::load(&packs::embedded().unwrap(), pack).unwrap()).unwrap()
}

fn result(benefits: &Benefits, text: &str) -> serde_json::Value {
    serde_json::from_str(&adjudicate(benefits, text, &mut Outcome::default()).unwrap()).unwrap()
}

/// Example E5 of the field's reference: an employee in post, tertiary, 100,000 yuan in scope, first stay of 2020:
/// (40,000 − 800) × 82 % + 60,000 × 88 %.
const E5: &str = r#"{"id": "E5", "person": {"insutype": "310", "psn_type": "11"},
    "provider": {"hosp_lv": "2"}, "visit": {"med_type": "21", "begndate": "2021-03-01", "enddate": "2021-03-12"},
    "lines": [{"pric": "100000", "cnt": "1", "chrgitm_lv": "01"}]}"#;

#[test]
fn a_bill_of_2021_comes_out_as_by_hand() {
    let told = result(&benefits("hangzhou"), E5);
    assert_eq!(told["setlinfo"]["hifp_pay"], "84944.00");
    assert_eq!(told["setlinfo"]["psn_part_amt"], "15056.00");
    assert_eq!(told["setldetail"][0]["inscp_scp_amt"], "100000.00");
    assert_eq!(told["law_day"], "2021-03-12");
}

#[test]
fn a_refused_bill_comes_back_with_its_reasons() {
    let told = result(&benefits("hangzhou"), &E5.replace("\"310\"", "\"999\""));
    assert!(told["refused"][0]["code"].is_string(), "{told}");
    assert!(told.get("setlinfo").is_none());
}

#[test]
fn what_is_no_bill_is_told_with_its_place() {
    let told = |text: &str| adjudicate(&benefits("reference"), text, &mut Outcome::default()).unwrap_err();
    assert!(told("{").contains("line 1 column 1"), "{}", told("{"));
    assert!(told(&E5.replace("\"100000\"", "\"1e5\"")).contains("is no number here"));
    assert!(told(&E5.replace("\"lines\"", "\"zeilen\"")).contains("unknown field `zeilen`"));
    let year = E5.replace("\"lines\"", "\"year\": {\"all\": \"1.00\"}, \"lines\"");
    assert!(told(&year).contains("the pack has no accumulator `all`"));
}
