//! `banli bank` as an operator runs it: what waits is written once, printed again, and answered whole or not at all.

#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "a test of a program")]

use agency::statement::{self, Wish};
use agency::{AccountId, Actor, Command as Asked, Organisation, ProviderId};
use banli::app::App;
use banli::office::Office;
use banli::packs::PacksArgs;
use std::path::Path;
use std::process::Command;

/// What a command says, and its exit code.
fn banli(rest: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_banli")).args(rest).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (told.into_owned(), output.status.code().unwrap())
}

fn somebody(role: &str, account: u64, organisation: Organisation) -> Actor {
    let (account, name, roles) = (AccountId(account), role.to_owned(), [role.to_owned()].into());
    Actor { account, name, roles, organisation, title: None, person: None }
}

/// Last month is stated, agreed and paid to three providers: their payments wait for the bank.
fn pay_three(data: &Path) {
    let app = App::new(Office::open(data, &PacksArgs::default()).unwrap()).unwrap();
    let month = app.desk.now().day().month().first().previous().month();
    let mut paid = 0;
    for provider in (1..=12).map(ProviderId) {
        let steps = [
            (somebody("settlement-officer", 905, Organisation::Agency), Wish::Issue),
            (
                somebody("hospital-insurance-office", 909, Organisation::Provider(provider)),
                Wish::Answer { agrees: true, text: String::new() },
            ),
            (somebody("cashier", 907, Organisation::Agency), Wish::Pay),
        ];
        let does = |(actor, what): (Actor, Wish)| {
            let command = Asked::Statement(statement::Command { provider, month, what });
            app.desk.submit(&actor, None, &command).is_ok()
        };
        paid += u32::from(steps.into_iter().all(does));
        if paid == 3 {
            return;
        }
    }
    panic!("only {paid} providers were owed anything");
}

#[test]
fn payments_are_written_once_and_answered_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    let (told, code) = banli(&["demo", "--once", "--data", data.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    pay_three(&data);
    let bank = |rest: &[&str]| banli(&[&["bank", "--data", data.to_str().unwrap()], rest].concat());

    let (file, code) = bank(&["write"]);
    assert_eq!(code, 0, "{file}");
    let lines: Vec<Vec<&str>> = file.lines().map(|line| line.split(',').collect()).collect();
    let (sum, payments) = (lines.last().unwrap(), &lines[1..lines.len() - 1]);
    assert!(payments.len() >= 3 && sum[0] == "sum", "{file}");
    let number = *sum.last().unwrap();
    let (again, code) = bank(&["write"]);
    assert!(code == 1 && again.contains("refused: bank/lines-count"), "nothing waits any more: {again}");
    assert_eq!(bank(&["print", number]), (file.clone(), 0));
    assert_eq!(bank(&["print", "2001-01-01-1"]).1, 2);

    // The first came back; everything else was paid. References and amounts stand at the same places as they were written.
    let day = &number[..10];
    let total = sum[4];
    let answer = |first: &str, total: &str| {
        let mut text = String::from("reference,amount,day,result,reason\n");
        for (place, line) in payments.iter().enumerate() {
            let amount = if place == 0 { first } else { line[4] };
            let result = if place == 0 { "returned,户名不符" } else { "paid," };
            text.push_str(&format!("{},{amount},{day},{result}\n", line[0]));
        }
        let path = folder.path().join("answer.csv");
        std::fs::write(&path, format!("{text}sum,{total}\n")).unwrap();
        bank(&["answer", number, path.to_str().unwrap()])
    };
    let (told, code) = answer(payments[0][4], "0.01");
    assert!(code == 1 && told.contains("answer.csv:"), "the sum does not agree: {told}");
    let first: terms::Fen = payments[0][4].parse().unwrap();
    let fen = "0.01".parse().unwrap();
    let more = first.plus(fen).unwrap().to_string();
    let all: terms::Fen = total.parse().unwrap();
    let (told, code) = answer(&more, &all.plus(fen).unwrap().to_string());
    assert!(code == 1 && told.contains("refused: bank/other-amount"), "{told}");
    assert_eq!(answer(payments[0][4], total), (String::new(), 0));
    assert_eq!(answer(payments[0][4], total), (String::new(), 0), "the same answer twice has one effect");
    let paid = format!(
        "reference,amount,day,result,reason\n{},{},{day},paid,\nsum,{}\n",
        payments[0][0], payments[0][4], payments[0][4]
    );
    let path = folder.path().join("other.csv");
    std::fs::write(&path, paid).unwrap();
    let (told, code) = bank(&["answer", number, path.to_str().unwrap()]);
    assert!(code == 1 && told.contains("refused: bank/answered"), "{told}");
    assert_eq!(bank(&["answer", number, folder.path().join("nowhere").to_str().unwrap()]).1, 2);
}
