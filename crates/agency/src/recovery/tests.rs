use super::*;
use crate::testing::day;

/// Three instalments of 100 yuan, due at the ends of three months; how they stand, as words.
#[track_caller]
fn check(brought: &str, today: &str, expected: &[&str]) {
    let due = ["2026-12-31", "2027-01-31", "2027-02-28"];
    let plan = due.map(|due| Instalment { due: day(due), amount: "100".parse().unwrap() });
    let said: Vec<String> = standings(&plan, brought.parse().unwrap(), day(today))
        .into_iter()
        .map(|standing| match standing {
            Standing::Paid => "paid".to_owned(),
            Standing::Open => "open".to_owned(),
            Standing::Late(open) => format!("late {open}"),
        })
        .collect();
    assert_eq!(said, expected, "{brought} on {today}");
}

#[test]
fn an_instalment_is_late_from_the_day_after_its_own() {
    check("0", "2026-12-31", &["open", "open", "open"]);
    check("0", "2027-01-01", &["late 100.00", "open", "open"]);
}

#[test]
fn what_comes_makes_good_the_earliest_first() {
    check("99.99", "2027-01-01", &["late 0.01", "open", "open"]);
    check("100", "2027-02-01", &["paid", "late 100.00", "open"]);
    check("150", "2027-03-01", &["paid", "late 50.00", "late 100.00"]);
    check("300", "2027-03-01", &["paid", "paid", "paid"]);
}
