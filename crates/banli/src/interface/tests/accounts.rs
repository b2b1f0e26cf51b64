//! Personal accounts through the interface: used where the bill says so, told again the same, given back.

use super::*;
use agency::person_account::Command as Accounts;
use terms::{Fen, Month};

fn yuan(text: &str) -> Fen {
    text.parse().unwrap()
}

#[test]
fn a_bill_uses_the_account_where_it_says_so_and_gives_back_what_it_drew() {
    let stage = Stage::new();
    let person = agency::PersonId(1);
    let through = Month { year: 2026, month: 9 };
    let begin = Accounts::TakeOver { person, this_year: yuan("60.00"), past: yuan("20.00"), through };
    stage.app.desk.submit(&operator(), None, &Command::PersonAccount(begin)).unwrap();
    let client = stage.client(HOSPITAL);
    let held = |client: &Client<'_>| {
        let known = client.asks("1101", json!({ "data": super::person() }));
        number(&known["insuinfo"][0]["balc"])
    };
    assert_eq!(held(&client), 8_000);
    let visit = register(&client);
    let lines = [
        line(&visit, "1", "DEMO-S-0001", "10", "1", "10.00"),
        line(&visit, "2", "DEMO-X-0005", "100", "1", "100.00"),
    ];
    client.asks("2204", json!({ "feedetail": lines }));
    let with_account = |flag: &str| with(settle(&visit, "110.00"), json!({ "acct_used_flag": flag }));
    client.refused("2207", json!({ "data": with_account("2") }), "账户");
    // 105 in scope and 5 first own: 60 of this year, 20 of earlier years, 30 in cash; the same as it was seen before.
    let message = client.message("2207", &json!({ "data": with_account("1") }));
    let seen = client.asks("2206", json!({ "data": with_account("1") }));
    let (_, first) = client.post(&message);
    let (_, again) = client.post(&message);
    assert_eq!(first["output"], again["output"]);
    for info in [&seen["setlinfo"], &first["output"]["setlinfo"]] {
        let told = ["acct_pay", "acct_mulaid_pay", "psn_cash_pay", "psn_part_amt", "balc"];
        assert_eq!(told.map(|name| number(&info[name])), [8_000, 0, 3_000, 11_000, 0], "{info}");
    }
    assert_eq!(held(&client), 0);
    let settlement = first["output"]["setlinfo"]["setl_id"].clone();
    let void = json!({ "data": { "psn_no": "1", "mdtrt_id": visit, "setl_id": settlement } });
    client.asks("2208", void);
    assert_eq!(held(&client), 8_000);
}

#[test]
fn a_month_that_began_is_credited_once_however_often_the_day_is_told() {
    let stage = Stage::new();
    let person = agency::PersonId(1);
    let base = Accounts::SetBase { person, base: yuan("7500.00"), from: Month { year: 2026, month: 10 } };
    stage.app.desk.submit(&operator(), None, &Command::PersonAccount(base)).unwrap();
    assert_eq!(crate::passing::pass(&stage.app.desk).unwrap().credited, 1);
    assert_eq!(crate::passing::pass(&stage.app.desk).unwrap().credited, 0);
    let october = Month { year: 2026, month: 10 };
    let again = crate::crediting::credit_month(&stage.app.desk, &operator(), october).unwrap();
    assert_eq!((again.count, again.had), (0, 1));
    let account = stage.app.office.store.with_records(|records| records.person_account(person)).unwrap();
    // 7,500 x 2%
    assert_eq!((account.balance(), account.movements.len()), (yuan("150.00"), 1));
    let in_the_books = ledger::Account::new(ledger::AccountKind::PersonAccount, &[ledger::Word::known("1")]);
    let held =
        stage.app.office.store.read(|reader| reader.balance(&in_the_books.unwrap(), day("2026-10-31")));
    assert_eq!(held.unwrap(), yuan("-150.00"));
}
