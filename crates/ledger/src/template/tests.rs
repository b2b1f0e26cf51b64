use super::*;
use crate::testing::{club, national};
use crate::{Ledger, Outcome, journal};
use expect_test::expect;
use proptest::prelude::*;

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

const DAY: &str = "2026-10-09";

fn figures_of(words: &'static [&'static str]) -> Vec<(&'static str, Word)> {
    words.iter().map(|name| (*name, word(if *name == "fund" { "310100" } else { name }))).collect()
}

#[test]
fn a_settlement_of_two_funds_and_the_account() {
    let templates = Templates::compile(&national()).unwrap();
    let entry = templates
        .entry(
            Occasion::Settlement,
            word("E1"),
            DAY.parse().unwrap(),
            word("settlement/17"),
            &Figures {
                words: &[("provider", word("H33010600001")), ("person", word("17"))],
                amounts: &[("acct_pay", "80.50".parse().unwrap())],
                items: &[
                    (word("310100"), "1200.00".parse().unwrap()),
                    (word("330100"), Fen::ZERO),
                    (word("320100"), "44.10".parse().unwrap()),
                ],
            },
        )
        .unwrap()
        .unwrap();
    expect![[r#"
        2026-10-09 (E1) settlement  ; decision: settlement/17
            fund:310100                   1200.00
            fund:320100                     44.10
            payable:H33010600001:310100  -1200.00
            payable:H33010600001:320100    -44.10
            person-account:17               80.50
            payable:H33010600001:310200    -80.50
    "#]]
    .assert_eq(&journal::write([&entry]));
}

#[test]
fn the_nation_posts_every_occasion() {
    let templates = Templates::compile(&national()).unwrap_or_else(|faults| panic!("{}", faults[0]));
    for occasion in Occasion::all() {
        let template = templates.on(occasion, DAY.parse().unwrap());
        assert!(template.is_some(), "{occasion} has no template");
    }
    let silent = templates.entry(
        Occasion::Payment,
        word("E1"),
        "2010-01-01".parse().unwrap(),
        word("d"),
        &Figures::default(),
    );
    assert_eq!(
        silent.unwrap_err().to_string(),
        "no posting template for `payment` on 2010-01-01: add one to the pack's postings"
    );
}

proptest! {
    /// Whatever the figures, an entry made by a template that was loaded is well made.
    #[test]
    fn entries_of_templates_balance(
        amount in 0i64..1_000_000_000_000,
        items in proptest::collection::vec((0usize..4, 0i64..1_000_000_000_000), 0..6),
    ) {
        let templates = Templates::compile(&national()).unwrap();
        let funds = ["310100", "310200", "330100", "390100"];
        let items: Vec<(Word, Fen)> =
            items.into_iter().map(|(fund, fen)| (word(funds[fund]), Fen::new(fen).unwrap())).collect();
        for template in templates.all() {
            let words = figures_of(template.occasion.words());
            let amounts: Vec<(&str, Fen)> =
                template.occasion.amounts().iter().map(|name| (*name, Fen::new(amount).unwrap())).collect();
            let figures = Figures { words: &words, amounts: &amounts, items: &items };
            let entry = entry_for(template, word("E1"), DAY.parse().unwrap(), word("d"), &figures).unwrap();
            if let Some(entry) = entry {
                prop_assert_eq!(entry.fault(), None, "{}", journal::write([&entry]));
            } else {
                prop_assert!(amount == 0 || template.occasion.has_items());
            }
        }
    }
}

#[test]
fn what_is_not_money_is_refused() {
    let templates = Templates::compile(&national()).unwrap();
    let post = |words: &[(&str, Word)], fen: i64| {
        let amounts = [("paid", Fen::new(fen).unwrap())];
        let figures = Figures { words, amounts: &amounts, items: &[] };
        templates.entry(Occasion::Payment, word("E1"), DAY.parse().unwrap(), word("d"), &figures)
    };
    let words = figures_of(Occasion::Payment.words());
    assert_eq!(post(&words, -1), Err(PostingError::Negative(Occasion::Payment, "paid".into())));
    assert_eq!(post(&words[..1], 1), Err(PostingError::Missing(Occasion::Payment, "fund".into())));
    assert_eq!(post(&words, 0), Ok(None));
    let entry = post(&words, 1).unwrap().unwrap();
    assert_eq!(Ledger::new().post(&entry), Outcome::Posted);
}

#[track_caller]
fn check_fault(occasion: &str, rows: &str, expected: &str) {
    let head = format!("[[template]]\noccasion = \"{occasion}\"\n");
    let tail = "name = { zh = \"x\", en = \"x\" }\narticle = \"statute/1\"\nfrom = \"2020-01-01\"\n";
    let table = format!("posts = '''\n| side | account | amount |\n{rows}'''\n");
    let faults = Templates::compile(&club(&format!("{head}{tail}{table}"))).unwrap_err();
    let printed: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(
        printed.iter().any(|fault| fault.contains(expected)),
        "{expected}\nnot in\n{}",
        printed.join("\n")
    );
}

const PAID: &str = "| debit | payable:{provider}:{fund} | paid |\n";

#[test]
fn faults_are_pointed_at() {
    check_fault("fees", PAID, "club/postings/fees.toml:2:12: `fees` is no occasion for an entry");
    check_fault("payment", PAID, "`paid` is debited 1 and credited 0 times to accounts of money");
    check_fault("payment", &format!("{PAID}| credit | unreserved:{{fund}} | paid |\n"), "budget accounts");
    check_fault("payment", "| left | cash | paid |\n", "fees.toml:8:3: `left` is no side");
    check_fault("payment", "| debit | purse | paid |\n", "fees.toml:8:11: `purse` is no kind of account");
    check_fault("payment", "| debit | payable:{person} | paid |\n", "`payment` has no `person`");
    check_fault("payment", "| debit | payable:{fund} | paid |\n", "write it as payable:PROVIDER:FUND");
    check_fault("payment", "| debit | cash | owed |\n", "fees.toml:8:18: `payment` brings no `owed`");
    check_fault("payment", "| debit | fund:{x y} | paid |\n", "has no `x y`");
    check_fault("payment", "", "brings `paid`, which is posted nowhere");
    check_fault("payment", "| debit | cash | paid |\n| credit | cash | paid |\n", "to the same account");
    check_fault("settlement", "| debit | fund:{fund} | acct_pay |\n", "`acct_pay` belongs to no item");
    check_fault("settlement", "| debit | cash | acct_pay |\n", "`fund_payamt`, which is posted nowhere");
}

#[test]
fn one_template_a_day() {
    let one = |from: &str, article: &str| {
        format!(
            "[[template]]\noccasion = \"payment\"\nname = {{ zh = \"x\", en = \"x\" }}\narticle = \"{article}\"\n\
             from = \"{from}\"\nposts = '''\n| side | account | amount |\n{PAID}| credit | cash | paid |\n'''\n"
        )
    };
    let says = |text: &str| Templates::compile(&club(text)).unwrap_err()[0].to_string();
    let twice = format!("{}{}", one("2020-01-01", "statute/1"), one("2021-01-01", "statute/1"));
    assert!(says(&twice).contains("two templates of `payment` are in force on 2021-01-01"));
    assert!(says(&one("2020-01-01", "statute/2")).contains("`statute/2` is no article"));
    assert!(says(&one("1999-12-31", "statute/1")).contains("not in force on 1999-12-31"));
}
