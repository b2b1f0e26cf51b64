//! A guest's bill in 3201 and 3202: as the office of their region settled it, found missing like any other, and taken back
//! on both sides by two people.

use super::files::{fetch, send};
use super::*;
use crate::pages::finance_regions;
use agency::region::{self, Answer, Message, NewGuest};
use agency::{reconciliation, visit};
use ledger::Word;
use terms::{Fen, Month};

const HAIQU: Word = Word::known("990100");

fn actor(role: &str, account: u64, organisation: Organisation) -> Actor {
    Actor {
        account: AccountId(account),
        name: role.into(),
        roles: [role.into()].into(),
        organisation,
        title: None,
        person: None,
    }
}

impl Stage {
    fn does(&self, actor: &Actor, command: &Command) {
        self.app.desk.submit(actor, None, command).unwrap();
    }

    fn between(&self, command: region::Command) {
        self.does(&crate::exchange::actor(), &Command::Region(command));
    }

    fn mends(&self, account: u64, role: &str, what: reconciliation::Wish) {
        let month = Month { year: 2026, month: 10 };
        let command = reconciliation::Command { provider: ProviderId(1), month, what };
        self.does(&actor(role, account, Organisation::Agency), &Command::Reconciliation(command));
    }
}

/// The bill of 600.00 that Haiqu settles: 240.00 are its fund's, 60.00 the person's account's.
fn answer(remote: Word, asked: &region::Asked) -> Answer {
    let fen = |text: &str| text.parse::<Fen>().unwrap();
    let amounts = benefit::Amounts {
        medfee_sumamt: fen("600.00"),
        inscp_scp_amt: fen("600.00"),
        fund_pay_sumamt: fen("240.00"),
        hifp_pay: fen("240.00"),
        psn_part_amt: fen("360.00"),
        acct_pay: fen("60.00"),
        psn_cash_pay: fen("300.00"),
        ..benefit::Amounts::default()
    };
    assert_eq!(asked.remote, remote);
    Answer {
        remote,
        amounts,
        funds: [(Word::known("310100"), fen("240.00"))].into(),
        filing: "none".into(),
        law: "haiqu".into(),
        insured: Some(("310".parse().unwrap(), "1101".parse().unwrap())),
        balance: Some(fen("512.50")),
        posted: None,
    }
}

#[test]
fn a_guests_bill_is_reconciled_like_the_others() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    stage.does(&operator(), &Command::Region(region::Command::Join { region: HAIQU, name: "海曲".into() }));
    let citizen = CitizenId::compose(990_106, day("1970-01-01"), 17).unwrap();
    let new = NewGuest { region: HAIQU, citizen: citizen.clone(), name: "来客".into() };
    stage.between(region::Command::Welcome(Box::new(new)));
    let who = json!({ "psn_no": "2", "certno": citizen.as_str(), "mdtrt_cert_no": citizen.as_str(), "psn_name": "来客" });
    let visit = register_as(&client, &with(person(), who));
    let fee = with(line(&visit, "1", "DEMO-S-0021", "60", "10", "600.00"), json!({ "psn_no": "2" }));
    client.asks("2204", json!({ "feedetail": [fee] }));

    // The hospital's message would wait for Haiqu's answer; here the answer is written by hand.
    let settle = visit::Settle {
        visit: agency::VisitId(visit.parse().unwrap()),
        person: agency::PersonId(2),
        batches: Vec::new(),
        med_type: Some("11".parse().unwrap()),
        declared: std::collections::BTreeMap::new(),
        mid_stay: false,
        preview: false,
        invoice: String::new(),
        details: [("acct_used_flag".to_owned(), "1".to_owned())].into(),
        message: "H3301060000120261009120000999".into(),
    };
    let hospital = actor("provider-system", 0, Organisation::Provider(ProviderId(1)));
    stage.does(&hospital, &Command::Visit(visit::Command::Settle(Box::new(settle))));
    let state = || {
        let find = |records: &dyn agency::Records| {
            let visit = records.visit(agency::VisitId(visit.parse().unwrap())).unwrap();
            let remote = visit.settlements[0].remote.unwrap();
            (visit.settlements[0].settlement, remote, records.remote(remote).unwrap())
        };
        stage.app.desk.store().with_records(find).unwrap()
    };
    let (settlement, remote, bill) = state();
    let asked = bill.asked.unwrap();
    assert!(asked.account, "whoever wants to use the account is asked about as one");
    let message = Box::new(Message::Settled(Box::new(answer(remote, &asked))));
    stage.between(region::Command::Receive { from: HAIQU, number: 1, message });

    // Told again as Haiqu said it, with what is left on the account there.
    let found = client.asks(
        "5203",
        json!({ "data": { "psn_no": "2", "mdtrt_id": visit, "setl_id": settlement.to_string() } }),
    );
    let info = &found["setlinfo"];
    assert_eq!((&info["acct_pay"], &info["balc"]), (&json!(60.0), &json!(512.5)), "{info}");

    let totals = |fund: &str| {
        client.asks("3201", json!({ "data": {
            "insutype": "310", "clr_type": "11", "setl_optins": "330106", "stmt_begndate": "2026-10-09",
            "stmt_enddate": "2026-10-09", "medfee_sumamt": "600.00", "fund_pay_sumamt": fund, "acct_pay": "60.00",
            "fixmedins_setl_cnt": 1, "refd_setl_flag": "0", "fixmedins_refd_setl_flag": "0",
        }}))
    };
    assert_eq!(totals("240.00")["stmtinfo"]["stmt_rslt"], json!("0"), "{}", totals("240.00"));
    assert_eq!(totals("239.00")["stmtinfo"]["stmt_rslt"], json!("1"));
    let reconcile = |text: &str| {
        let number = client.asks("9101", send("d.txt", text))["file_qury_no"].clone();
        let asked = json!({ "data": {
            "setl_optins": "330106", "file_qury_no": number, "stmt_begndate": "2026-10-09",
            "stmt_enddate": "2026-10-09", "medfee_sumamt": 600, "fund_pay_sumamt": 240, "cash_payamt": 300,
            "fixmedins_setl_cnt": 1, "clr_type": "11", "fixmedins_refd_setl_flag": "0",
        }});
        let file = client.asks("3202", asked)["fileinfo"]["file_qury_no"].clone();
        ::interface::archive::unpack(&fetch(&client, &file, HOSPITAL)).unwrap()
    };
    assert_eq!(reconcile(&format!("{settlement}\t{visit}\t2\t600.00\t240.00\t60.00\t0\n")), "");
    assert!(reconcile("").contains("lost-at-provider"));

    // By the end of March the year has to be cleared; until then the page says what is open of it.
    let year_end = |on: &str| {
        let officer = actor("settlement-officer", 5, Organisation::Agency);
        let now = terms::Moment::at(day(on), 9, 0);
        let asked = Ask { parts: vec![HAIQU.to_string()], now, ..reader(&stage, officer) };
        let page = shown(finance_regions::region(&asked));
        page.split_once("年度清算").map(|(_, rest)| rest.split("</section>").next().unwrap().to_owned())
    };
    assert_eq!(year_end("2026-12-31"), None);
    let due = year_end("2027-03-31").unwrap();
    assert!(["2026", "240.00", "60.00"].iter().all(|said| due.contains(said)), "{due}");
    assert!(due.contains("2027年3月31日") && !due.contains("已逾期"), "{due}");
    assert!(year_end("2027-04-01").unwrap().contains("已逾期"));

    // Two people take it back: our entry is undone, and Haiqu is asked to do the same.
    stage.mends(
        5,
        "settlement-officer",
        reconciliation::Wish::Propose { number: 1, reason: "医院查无此笔".into() },
    );
    stage.mends(6, "auditor", reconciliation::Wish::Confirm { number: 1 });
    let (.., bill) = state();
    assert_eq!((bill.standing, bill.undone), (region::Standing::Cancelling, Some(day("2026-10-09"))));
    assert_eq!(reconcile("").lines().count(), 2, "the file still names the settlement and its taking back");
    let open = stage.app.desk.store().with_records(|records| {
        let month = Month { year: 2026, month: 10 };
        let events = records.events(&reconciliation::stream(ProviderId(1), month));
        reconciliation::Reconciliation::of(&events).waiting()
    });
    assert_eq!(open.unwrap(), 0, "and nothing is left to do about them");
}
