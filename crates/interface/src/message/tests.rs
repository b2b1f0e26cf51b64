use super::*;
use crate::conformance::{message, specification};
use crate::{Decimal, Oddity, fault};
use proptest::prelude::*;
use serde_json::json;
use std::sync::OnceLock;
use terms::Fen;

fn shared() -> &'static Specification {
    static SPECIFICATION: OnceLock<Specification> = OnceLock::new();
    SPECIFICATION.get_or_init(specification)
}

fn read(body: &str) -> Result<Request, Refused> {
    Request::read(shared(), body.as_bytes(), None)
}

#[expect(clippy::needless_pass_by_value, reason = "values are written where messages are")]
fn line(sn: serde_json::Value) -> serde_json::Value {
    json!({
        "feedetl_sn": sn, "mdtrt_id": "1", "psn_no": "17", "chrg_bchno": "B1", "rx_circ_flag": "0",
        "fee_ocur_time": "2026-11-22 08:30:00", "med_list_codg": "X", "medins_list_codg": "M",
        "det_item_fee_sumamt": "12.30", "cnt": 1.5, "pric": "8.2", "bilg_dept_codg": "D", "bilg_dept_name": "内科",
        "bilg_dr_codg": "R", "bilg_dr_name": "李医生", "hosp_appr_flag": "0",
    })
}

#[test]
fn small_differences_are_read_and_remarked() {
    let mut sent = line(json!(1));
    sent["his_extra"] = json!("x");
    sent["memo"] = json!(null);
    let request = read(&message("2204", json!({ "feedetail": sent })).to_string()).unwrap();
    let row = request.input.row("feedetail").unwrap();
    assert_eq!(row.text("feedetl_sn"), "1");
    assert_eq!(row.fen("det_item_fee_sumamt"), Some(Fen::new(1230).unwrap()));
    assert_eq!(row.number("cnt"), Some(Decimal::new(15, 1)));
    assert_eq!(row.text("memo"), "");
    let met: Vec<(&str, Oddity)> =
        request.remarks.iter().map(|remark| (remark.field.as_str(), remark.oddity)).collect();
    assert_eq!(
        met,
        [
            ("", Oddity::ObjectAsList),
            ("feedetl_sn", Oddity::NumberAsText),
            ("det_item_fee_sumamt", Oddity::TextAsNumber),
            ("pric", Oddity::TextAsNumber),
            ("his_extra", Oddity::Unknown),
        ]
    );
}

#[test]
fn a_list_of_one_is_read_where_an_object_is_specified_and_days_and_times_for_each_other() {
    let data = json!([{ "psn_no": "17", "begntime": "2026-11-22", "endtime": "2026-11-22 01:02:03", "med_type": "11" }]);
    let request = read(&message("5201", json!({ "DATA": data })).to_string()).unwrap();
    let row = request.input.row("data").unwrap();
    assert_eq!(row.moment("begntime").unwrap().to_string(), "2026-11-22 00:00:00");
    assert_eq!(row.moment("endtime").unwrap().to_string(), "2026-11-22 01:02:03");
    let met: Vec<Oddity> = request.remarks.iter().map(|remark| remark.oddity).collect();
    assert_eq!(met, [Oddity::Capitals, Oddity::ListAsObject, Oddity::DateAsTime]);
}

#[test]
fn money_keeps_every_digit() {
    let body = message("2204", json!({ "feedetail": [line(json!("1"))] })).to_string();
    let body = body.replace("\"12.30\"", "12345678901234.56");
    let request = read(&body).unwrap();
    let amount = request.input.row("feedetail").unwrap().fen("det_item_fee_sumamt");
    assert_eq!(amount, Some(Fen::new(1_234_567_890_123_456).unwrap()));
}

#[test]
fn faults_name_node_row_field_and_rule_within_the_length_of_err_msg() {
    let mut second = line(json!("2"));
    second["cnt"] = json!("两");
    second["hosp_appr_flag"] = json!("7");
    second["psn_no"] = json!("");
    let body = message("2204", json!({ "feedetail": [line(json!("1")), second] }));
    let refused = read(&body.to_string()).unwrap_err();
    assert_eq!((refused.infno.as_str(), refused.faults.len()), ("2204", 3));
    expect_test::expect![[r#"
        节点[feedetail]第2行字段[psn_no]必填项为空；节点[feedetail]第2行字段[cnt]不是数值；节点[feedetail]第2行字段[hosp_appr_flag]不在代码表hosp_appr_flag内"#]]
    .assert_eq(&fault::tell(&refused.faults, shared()));
    let many = read(&message("2204", json!({ "feedetail": vec![json!({}); 50] })).to_string()).unwrap_err();
    let told = fault::tell(&many.faults, shared());
    assert!(told.chars().count() <= 200 && told.contains("另有"), "{told}");
}

#[test]
fn what_is_not_offered_is_answered_so() {
    for infno in ["7101", "9999", "head", "abc"] {
        let refused = read(&message(infno, json!({})).to_string()).unwrap_err();
        assert_eq!(
            refused.faults,
            [Fault {
                node: String::new(),
                row: 0,
                field: "infno".to_owned(),
                rule: Rule::NotOffered(infno.to_owned())
            }]
        );
    }
}

#[test]
fn the_address_and_the_body_name_one_transaction() {
    let body = message("5206", json!({ "data": { "psn_no": "17" } })).to_string();
    assert!(Request::read(shared(), body.as_bytes(), Some("5206")).is_ok());
    let refused = Request::read(shared(), body.as_bytes(), Some("5201")).unwrap_err();
    assert_eq!(refused.faults[0].rule, Rule::NumberDiffers("5206".to_owned()));
}

#[test]
fn a_message_id_is_provider_time_and_sequence() {
    let with = |msgid: &str| {
        let mut body = message("5206", json!({ "data": { "psn_no": "17" } }));
        body["msgid"] = json!(msgid);
        read(&body.to_string()).map_err(|refused| refused.faults)
    };
    assert!(with("H33010600001202611221200000001").is_ok());
    for wrong in [
        "H33010600002202611221200000001",
        "H33010600001202611321200000001",
        "H33010600001202611222400000001",
        "H3301060000120261122120000",
        "0001",
        "H33010600001中中中中中中",
    ] {
        assert!(with(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn what_is_no_message_is_answered() {
    for body in [&b""[..], b"{", b"[]", b"\xff\xfe", b"{\"input\":1}", b"null"] {
        assert!(!Request::read(shared(), body, None).unwrap_err().faults.is_empty());
    }
    let big = vec![b' '; BODY_MAX + 1];
    assert_eq!(Request::read(shared(), &big, None).unwrap_err().faults[0].rule, Rule::TooBig(BODY_MAX));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Request::read(shared(), &body, None);
    }

    #[test]
    fn no_change_of_a_message_makes_it_panic(at in 0usize..900, with in prop::collection::vec(any::<u8>(), 0..6), cut in 0usize..6) {
        let mut body = message("2204", json!({ "feedetail": [line(json!(1)), line(json!("中"))] })).to_string().into_bytes();
        let at = at.min(body.len());
        let end = (at + cut).min(body.len());
        body.splice(at..end, with);
        if let Err(refused) = Request::read(shared(), &body, None) {
            prop_assert!(!refused.faults.is_empty());
            prop_assert!(fault::tell(&refused.faults, shared()).chars().count() <= 220);
        }
    }
}
