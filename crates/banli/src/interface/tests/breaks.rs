//! A settlement that the hospital does not know, from 3202 to the entry that takes it back.

use super::files::send;
use super::*;
use crate::pages::{finance_entry, finance_provider, reconciliation, statement};
use agency::settlement::{BillLine, BillRecord, Draw, ToSettle};
use benefit::Code;

fn ask<'a>(stage: &'a Stage, who: (u64, &str), part: &str, query: &str, form: &[(&str, &str)]) -> Ask<'a> {
    let (account, role) = who;
    let hospital = role == "hospital-insurance-office";
    let actor = Actor {
        account: AccountId(account),
        name: role.to_owned(),
        roles: [role.to_owned()].into(),
        organisation: if hospital { Organisation::Provider(ProviderId(1)) } else { Organisation::Agency },
        title: None,
        person: None,
    };
    let (parts, query) = (vec![part.to_owned()], typed(&[("from", query)]));
    Ask { path: "/finance".into(), parts, query, form: typed(form), ..reader(stage, actor) }
}

const OFFICER: (u64, &str) = (5, "settlement-officer");
const AUDITOR: (u64, &str) = (6, "auditor");

#[test]
fn a_break_is_mended_by_two_people_once() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let visit = register(&client);
    client.asks("2204", json!({ "feedetail": [line(&visit, "1", "DEMO-S-0001", "10", "300", "3000.00")] }));
    let bill = with(settle(&visit, "3000.00"), json!({ "preselfpay_amt": 0, "inscp_scp_amt": 3000 }));
    let id = client.asks("2207", json!({ "data": bill }))["setlinfo"]["setl_id"].as_str().unwrap().to_owned();
    let reconcile = || {
        let number = client.asks("9101", send("d.txt", ""))["file_qury_no"].clone();
        client.message(
            "3202",
            &json!({ "data": {
                "setl_optins": "330106", "file_qury_no": number, "stmt_begndate": "2026-10-09",
                "stmt_enddate": "2026-10-09", "medfee_sumamt": 0, "fund_pay_sumamt": 0, "cash_payamt": 0,
                "fixmedins_setl_cnt": 0, "clr_type": "11", "fixmedins_refd_setl_flag": "0",
            }}),
        )
    };
    let told = |message: &Value| {
        let (_, answer) = client.post(message);
        assert_eq!(answer["infcode"], json!(0), "{answer}");
        answer["output"].clone()
    };
    let first = reconcile();
    let before = told(&first);
    let month = || shown(finance_provider::statement(&ask(&stage, OFFICER, "1", "2026-10-01", &[])));
    assert!(month().contains("定点机构缺失") && month().contains("提出更正"), "{}", month());
    let own = shown(statement::desk(&ask(&stage, (9, "hospital-insurance-office"), "", "", &[])));
    assert!(own.contains("定点机构缺失") && !own.contains("提出更正"), "{own}");

    let key = Cell::new(0);
    let number = Cell::new("1");
    let act = |who, wish: &str| {
        key.set(key.get() + 1);
        let key = format!("{:032}", key.get());
        let form = [
            ("key", key.as_str()),
            ("month", "2026-10"),
            ("number", number.get()),
            ("do", wish),
            ("text", "医院查无此笔"),
        ];
        reconciliation::act(&ask(&stage, who, "1", "", &form))
    };
    assert!(shown(act(OFFICER, "confirm")).contains("现在不能办理"));
    assert!(matches!(act(OFFICER, "propose"), Ok(Shown::See { .. })));
    assert!(shown(act(OFFICER, "confirm")).contains("经手人不得办理下一环节"));
    assert!(matches!(act(AUDITOR, "confirm"), Ok(Shown::See { .. })));
    assert!(shown(act(AUDITOR, "confirm")).contains("现在不能办理"));

    // Both ways: from the break to the entry, from the entry to the break.
    let entry = format!("settlement/{id}/void");
    assert!(month().contains(&format!("/finance/entries/{entry}")), "{}", month());
    let entered = shown(finance_entry::entry(&ask(&stage, OFFICER, &entry, "", &[])));
    assert!(entered.contains("/finance/providers/1?from=2026-10-01#breaks"), "{entered}");
    let owed = "payable:1:310200".parse().unwrap();
    let moved = stage.app.desk.store().with_records(|records| {
        let funds = records.accounts_of(ledger::AccountKind::Payable, &ledger::Word::known("1"));
        funds
            .iter()
            .chain([&owed])
            .map(|fund| records.moved(fund, Day::MIN, Day::MAX).net())
            .collect::<Vec<_>>()
    });
    assert!(moved.unwrap().iter().all(|net| *net == terms::Fen::ZERO));
    // Whoever lost the answer to the first comparison gets that one again, though the books have moved on.
    assert_eq!(told(&first), before);
    let mut other = first;
    other["input"]["data"]["stmt_enddate"] = json!("2026-10-10");
    assert_eq!(client.post(&other).1["infcode"], json!(-1));
    // The hospital still knows nothing of it, which is right now: no break is left, and it cannot cancel it once more.
    told(&reconcile());
    assert!(month().contains("没有差异"), "{}", month());
    client.refused("2208", json!({ "data": { "setl_id": id, "mdtrt_id": visit, "psn_no": "1" } }), "结算");

    // A bill that the office settled without a visit is taken back the same way.
    let bill = BillRecord {
        insutype: "310".parse().unwrap(),
        psn_type: "11".parse().unwrap(),
        category: Code::NONE,
        hardship: Code::NONE,
        account: terms::Fen::ZERO,
        account_past: terms::Fen::ZERO,
        provider_kind: "hospital".parse().unwrap(),
        hosp_lv: "2".parse().unwrap(),
        admdvs: 330_106,
        designated: true,
        contracted: false,
        med_type: "11".parse().unwrap(),
        begndate: day("2026-10-09"),
        enddate: day("2026-10-09"),
        filing: benefit::Filing::default(),
        direct: true,
        lines: vec![BillLine {
            item: "DEMO-S-0001".into(),
            name: "诊查费".into(),
            price: "3000".parse().unwrap(),
            quantity: "1".parse().unwrap(),
            day: day("2026-10-09"),
            class: benefit::Class::A,
            ceiling: None,
            first_own: benefit::Share::default(),
            illustrative: true,
        }],
    };
    let (person, provider) = (agency::PersonId(1), ProviderId(1));
    let asked = ToSettle { person, provider, bill, case: None, draw: Draw::Nothing };
    let system = Actor { roles: ["provider-system".to_owned()].into(), ..operator() };
    let settle = agency::settlement::Command::Settle(Box::new(asked));
    stage.app.desk.submit(&system, None, &Command::Settlement(settle)).unwrap();
    let owed = || {
        let told = stage.app.desk.store().with_records(|records| {
            let funds = records.accounts_of(ledger::AccountKind::Payable, &ledger::Word::known("1"));
            funds.iter().map(|fund| records.moved(fund, Day::MIN, Day::MAX).net().get()).sum::<i64>()
        });
        told.unwrap()
    };
    assert!(owed() < 0);
    told(&reconcile());
    number.set("2");
    assert!(matches!(act(AUDITOR, "propose"), Ok(Shown::See { .. })));
    assert!(matches!(act(OFFICER, "confirm"), Ok(Shown::See { .. })));
    assert_eq!(owed(), 0);
    told(&reconcile());
    assert!(month().contains("没有差异"), "{}", month());
}
