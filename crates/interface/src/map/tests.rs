use super::answer::broken_identity;
use super::{details, fill};
use crate::conformance::{message, specification};
use crate::{Request, Row, Specification};
use agency::visit::{Command, Setting, Which};
use agency::{PersonId, VisitId};
use serde_json::{Value, json};
use std::sync::OnceLock;
use terms::Fen;

fn shared() -> &'static Specification {
    static SPECIFICATION: OnceLock<Specification> = OnceLock::new();
    SPECIFICATION.get_or_init(specification)
}

#[track_caller]
fn asked(infno: &str, input: Value) -> Command {
    let body = message(infno, input).to_string();
    let request = Request::read(shared(), body.as_bytes(), None)
        .unwrap_or_else(|refused| panic!("{:?}", refused.faults));
    match super::ask::command(&request).unwrap_or_else(|faults| panic!("{faults:?}")) {
        Some(agency::Command::Visit(command)) => command,
        other => panic!("{other:?}"),
    }
}

fn line() -> Value {
    json!({
        "feedetl_sn": "1", "mdtrt_id": "9", "psn_no": "17", "med_type": "21", "fee_ocur_time": "2026-11-22 08:30:00",
        "med_list_codg": "X", "medins_list_codg": "M", "det_item_fee_sumamt": "-12.30", "cnt": -1.5, "pric": "8.2",
        "bilg_dept_codg": "D", "bilg_dept_name": "内科", "bilg_dr_codg": "R", "bilg_dr_name": "李医生",
        "init_feedetl_sn": "0",
    })
}

#[test]
fn a_return_is_a_line_below_nought_with_the_line_it_takes_back() {
    let Command::AddLines { visit, person, lines, .. } = asked("2301", json!({ "feedetail": [line()] }))
    else {
        panic!("another command")
    };
    assert_eq!((visit, person), (VisitId(9), PersonId(17)));
    assert_eq!(lines[0].returns.as_deref(), Some("0"));
    assert_eq!(
        (lines[0].quantity.to_string().as_str(), lines[0].price.to_string().as_str()),
        ("1.5", "8.20")
    );
    assert_eq!(lines[0].details["bilg_dr_name"], "李医生");
    for (name, wrong) in [("init_feedetl_sn", json!("")), ("cnt", json!(1.5))] {
        let mut sent = line();
        sent[name] = wrong;
        let body = message("2301", json!({ "feedetail": [sent] })).to_string();
        let request = Request::read(shared(), body.as_bytes(), None).unwrap();
        let faults = super::ask::command(&request).unwrap_err();
        assert_eq!((faults[0].row, faults[0].field.as_str()), (1, "init_feedetl_sn"));
    }
}

#[test]
fn lines_of_two_visits_in_one_message_are_refused_at_the_second() {
    let mut other = line();
    other["mdtrt_id"] = json!("10");
    let body = message("2301", json!({ "feedetail": [line(), other] })).to_string();
    let request = Request::read(shared(), body.as_bytes(), None).unwrap();
    let faults = super::ask::command(&request).unwrap_err();
    assert_eq!((faults[0].row, faults[0].field.as_str()), (2, "mdtrt_id"));
}

#[test]
fn four_noughts_mean_all() {
    let data = json!({ "data": { "mdtrt_id": "9", "psn_no": "17", "chrg_bchno": "0000" } });
    let Command::WithdrawLines { which, .. } = asked("2205", data) else { panic!("another command") };
    assert_eq!(which, Which::All);
    let data = json!({ "data": [{ "mdtrt_id": "9", "psn_no": "17", "feedetl_sn": "3" }] });
    let Command::WithdrawLines { which, .. } = asked("2302", data) else { panic!("another command") };
    assert_eq!(which, Which::Lines(vec!["3".to_owned()]));
}

#[test]
fn a_registration_keeps_what_was_sent_but_no_voucher() {
    let data = json!({ "data": {
        "psn_no": "17", "insutype": "310", "begntime": "2026-11-22 08:00:00", "mdtrt_cert_type": "02",
        "mdtrt_cert_no": "330106197503020223", "psn_cert_type": "01", "certno": "330106197503020223", "psn_type": "11",
        "psn_name": "王芳", "ipt_otp_no": "M1", "dept_code": "D1", "dept_name": "内科", "caty": "A03",
    }});
    let Command::Open(open) = asked("2201", data) else { panic!("another command") };
    assert_eq!((open.setting, open.number.as_str(), open.name.as_str()), (Setting::Outpatient, "M1", "王芳"));
    assert_eq!(open.details["dept_name"], "内科");
    assert!(!open.details.values().any(|value| value.contains("33010619750302")));
}

#[test]
fn what_was_kept_as_text_fills_columns_of_their_kind() {
    let transaction = shared().transaction("5201").unwrap();
    let node = &transaction.output[0];
    let kept = [("birctrl_matn_date", "2026-11-22"), ("geso_val", "12"), ("adm_bed", "12"), ("age", "x")];
    let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let mut row = Row::of(node);
    row.set("adm_bed", "7");
    fill(&mut row, node, &kept);
    assert_eq!(row.day("birctrl_matn_date").unwrap().to_string(), "2026-11-22");
    assert_eq!((row.text("adm_bed"), row.is_empty("age")), ("7", true));
    assert_eq!(details(&row, &["adm_bed"]).len(), 2);
}

#[test]
fn a_broken_identity_is_named() {
    let node = &shared().transaction("2207").unwrap().output[0];
    let fen = |text: &str| text.parse::<Fen>().unwrap();
    let mut row = Row::of(node);
    for (name, amount) in [
        ("medfee_sumamt", "100"),
        ("inscp_scp_amt", "90"),
        ("preselfpay_amt", "10"),
        ("hifp_pay", "60"),
        ("hifmi_pay", "5"),
        ("fund_pay_sumamt", "65"),
        ("psn_part_amt", "35"),
        ("acct_pay", "5"),
        ("psn_cash_pay", "30"),
    ] {
        row.set(name, fen(amount));
    }
    assert_eq!(broken_identity(&row), None);
    for (name, word) in
        [("preselfpay_amt", "inscp"), ("hosp_part_amt", "hosp"), ("hifmi_pay", "funds"), ("acct_pay", "cash")]
    {
        let mut broken = row.clone();
        broken.set(name, fen("1"));
        assert!(broken_identity(&broken).unwrap().contains(word), "{name}");
    }
}
