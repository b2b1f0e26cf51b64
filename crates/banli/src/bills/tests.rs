use super::*;
use crate::packs;
use policy::Law;

mod hostile;

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
    assert_eq!(told["detlcutinfo"][0]["inscp_scp_amt"], "100000.00");
    assert_eq!(told["law_day"], "2021-03-12");
    assert_eq!(told["setlinfo"]["year"], "2021");
    let fund = &told["setldetail"][0];
    assert_eq!((&fund["fund_pay_type"], &fund["fund_payamt"]), (&"310100".into(), &"84944.00".into()));
    assert!(fund["setl_proc_info"].as_str().unwrap().contains("60,000.00 元 × 88%"), "{fund}");
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

#[test]
fn a_written_bill_is_read_back_as_it_was() {
    let benefits = benefits("hangzhou");
    let all = r#"{"id": "1", "person": {"insutype": "390", "psn_type": "1403", "category": "staff-child",
        "hardship": "low-edge", "account": "1.20", "account_past": "3.00"},
        "provider": {"kind": "community", "hosp_lv": "5", "admdvs": 310000, "designated": false, "contracted": true},
        "visit": {"med_type": "13", "begndate": "2024-05-01", "enddate": "2024-05-02", "filing": "referral",
        "direct": false, "ordinal": 3, "highest": {"kind": "hospital", "hosp_lv": "2"}},
        "year": {"inpatient-scope": "12.34", "assistance": "5.00"},
        "lines": [{"pric": "1.234567", "cnt": "1.5", "chrgitm_lv": "02", "selfpay_prop": "0.1", "pric_uplmt_amt": "1"},
        {"pric": "5", "cnt": "1", "chrgitm_lv": "03", "date": "2024-05-01"}]}"#;
    for text in [all, E5] {
        let bill = serde_json::from_str::<BillIn>(text).unwrap().bill(&benefits).unwrap();
        let written = written(&benefits, "1", &bill);
        assert_eq!(
            serde_json::from_str::<BillIn>(&written).unwrap().bill(&benefits).unwrap(),
            bill,
            "{written}"
        );
        assert!(!written.contains('\n'));
    }
}

/// The bed's ceiling is 45 yuan at tertiary hospitals and 35 elsewhere; the first share of the tablets falls from 10 %
/// to 5 % with the year 2024. Both are rows of the demonstration.
#[test]
fn lines_with_a_code_are_looked_up_at_their_day_and_level() {
    let benefits = benefits("hangzhou");
    let shares = |level: &str, line: &str| {
        let text = E5
            .replace("\"2\"}", &format!("\"{level}\"}}"))
            .replace("2021-03-01", "2023-12-30")
            .replace("2021-03-12", "2024-01-02")
            .replace(r#"{"pric": "100000", "cnt": "1", "chrgitm_lv": "01"}"#, line);
        let bill = serde_json::from_str::<BillIn>(&text).unwrap().bill(&benefits)?;
        let share = bill.lines[0].share().unwrap();
        Ok::<_, String>([
            share.fulamt_ownpay_amt,
            share.overlmt_amt,
            share.preselfpay_amt,
            share.inscp_scp_amt,
        ])
    };
    let split = |level: &str, line: &str| shares(level, line).unwrap().map(|amount| amount.to_string());
    let bed = r#"{"code": "DEMO-S-0021", "pric": "60", "cnt": "2"}"#;
    assert_eq!(split("2", bed), ["0.00", "30.00", "0.00", "90.00"]);
    assert_eq!(split("5", bed), ["0.00", "50.00", "0.00", "70.00"]);
    let tablets = r#"{"code": "DEMO-Z-0002", "pric": "100", "cnt": "1", "date": "2023-12-31"}"#;
    assert_eq!(split("2", tablets), ["0.00", "0.00", "10.00", "90.00"]);
    assert_eq!(split("2", &tablets.replace("2023-12-31", "2024-01-01")), ["0.00", "0.00", "5.00", "95.00"]);
    let restricted = r#"{"code": "DEMO-X-0009", "pric": "100", "cnt": "1"}"#;
    assert_eq!(split("2", restricted), ["100.00", "0.00", "0.00", "0.00"]);
    let approved = restricted.replace('}', r#", "approved": true}"#);
    assert_eq!(split("2", &approved), ["0.00", "0.00", "10.00", "90.00"]);
    assert_eq!(split("2", &bed.replace("DEMO-S-0021", "NOBODY")), ["120.00", "0.00", "0.00", "0.00"]);
    let told = |line: &str| shares("2", line).unwrap_err();
    assert!(told(&bed.replace('}', r#", "chrgitm_lv": "01"}"#)).contains("fee line 1 has both"));
    assert!(told(&bed.replace('}', r#", "selfpay_prop": "0.1"}"#)).contains("the catalogue says them"));
    assert!(told(r#"{"pric": "1", "cnt": "1"}"#).contains("has neither code nor chrgitm_lv"));
}

/// A bill with one piece of its text replaced, cut or doubled: a settlement or a sentence, never a panic.
#[test]
fn bills_with_pieces_changed_are_answered_or_told() {
    let benefits = benefits("hangzhou");
    let all = r#"{"id": "1", "person": {"insutype": "310", "psn_type": "11", "account": "1.20"}, "provider": {"hosp_lv": "5"},
        "visit": {"med_type": "21", "begndate": "2024-05-01", "enddate": "2024-05-02", "ordinal": 3},
        "year": {"inpatient-scope": "12.34"}, "lines": [{"code": "DEMO-S-0021", "pric": "9999999999.999999", "cnt": "1.5"},
        {"pric": "5", "cnt": "1", "chrgitm_lv": "02", "selfpay_prop": "0.1", "date": "2024-05-01"}]}"#;
    let pieces = [
        "",
        "-1",
        "1e400",
        "\"\"",
        "null",
        "[]",
        "{}",
        "\\u0000",
        "9999-12-31",
        "0000-00-00",
        "255",
        "256",
        "\u{feff}",
        "99999999999999.99",
        "999999999999.9999",
        "💰",
        "true",
        "\"lines\"",
    ];
    let mut outcome = Outcome::default();
    let mut answered = 0;
    for (place, _) in all.char_indices().step_by(3) {
        for (number, piece) in pieces.iter().enumerate() {
            let end = all.len().min(place + number);
            let text = format!("{}{piece}{}", &all[..place], &all[end..]);
            match adjudicate(&benefits, &text, &mut outcome) {
                Ok(_) => answered += 1,
                Err(why) => assert!(!why.is_empty() && why.len() < 2_000, "{why}"),
            }
        }
    }
    assert!(answered > 0);
}
