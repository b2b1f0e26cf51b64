use super::*;
use crate::{Posting, Trial};
use proptest::prelude::*;

/// Runs a table: one action and its expected answer a line.
///
/// ```text
/// entry ID DEBITED -> CREDITED FEN [on DAY]    outcome     (several legs with `,` between them)
/// reverse ID OF [on DAY]                       outcome
/// close MONTH-LAST-DAY
/// balance ACCOUNT [on DAY]                     FEN         (above zero a debit)
/// ```
#[track_caller]
fn check(table: &str) -> Ledger {
    let mut ledger = Ledger::new();
    for line in table.lines().map(|line| line.split('#').next().unwrap().trim()).filter(|l| !l.is_empty()) {
        let (action, expected) = line.rsplit_once(char::is_whitespace).unwrap();
        let (action, day) = action.trim().split_once(" on ").unwrap_or((action.trim(), "2026-10-09"));
        let day = day.trim().parse::<Day>().unwrap();
        let words: Vec<&str> = action.split_whitespace().collect();
        let got = match words[0] {
            "entry" => ledger.post(&entry(words[1], day, &words[2..].join(" "))).to_string(),
            "reverse" => {
                let (id, of) = (words[1].parse().unwrap(), words[2].parse().unwrap());
                ledger.reverse(Reversal { id, of, day, decision: id }).to_string()
            }
            "close" => {
                ledger.close(expected.parse::<Day>().unwrap().month());
                expected.to_owned()
            }
            "balance" if line.contains(" on ") => {
                ledger.balance_on(&words[1].parse().unwrap(), day).get().to_string()
            }
            "balance" => ledger.balance(&words[1].parse().unwrap()).get().to_string(),
            other => panic!("no action `{other}`"),
        };
        assert_eq!(got, expected, "{line}");
        assert!(Trial::of(&ledger, Day::MIN, Day::MAX).is_sound(), "after {line}");
    }
    ledger
}

/// `fund:310100 -> payable:H1:310100 100, …`: the left account is debited, the right one credited; `~` is no
/// account.
fn entry(id: &str, day: Day, legs: &str) -> Entry {
    let mut postings = Vec::new();
    for leg in legs.split(',') {
        let words: Vec<&str> = leg.split_whitespace().collect();
        let [debited, "->", credited, fen] = words[..] else { continue };
        let fen = Fen::new(fen.parse().unwrap()).unwrap();
        for (account, amount) in [(debited, fen), (credited, fen.negated())] {
            if account != "~" {
                postings.push(Posting { account: account.parse().unwrap(), amount });
            }
        }
    }
    let id = id.parse().unwrap();
    Entry { id, day, occasion: "test".parse().unwrap(), decision: id, reverses: None, postings }
}

/// Every outcome, in the order of the enum.
#[test]
fn outcomes_in_order() {
    check(
        "
        # 0 posted, 1 already_posted, 2 same_id_other_contents
        entry E1  fund:310100 -> payable:H1:310100   12000                        posted
        entry E1  fund:310100 -> payable:H1:310100   12000                        already_posted
        entry E1  fund:310100 -> payable:H1:310100   12001                        same_id_other_contents
        entry E1  fund:310100 -> payable:H1:310100   12000   on 2026-10-10        same_id_other_contents
        entry E1  none                                                            same_id_other_contents
        balance payable:H1:310100                                                 -12000

        # 3 no_postings
        entry E2  none                                                            no_postings

        # 5 zero_amount before 6 accounts_must_differ
        entry E2  fund:310100 -> fund:310100         0                            zero_amount
        entry E2  fund:310100 -> fund:310100         100                          accounts_must_differ

        # 6 accounts_must_differ before 7 unbalanced
        entry E2  fund:310100 -> ~ 100, fund:310100 -> ~ 100                      accounts_must_differ
        entry E2  fund:310100 -> ~ 100, ~ -> cash 99                              unbalanced
        entry E2  fund:310100 -> ~ 100                                            unbalanced

        # 8 mixes_budget_and_money before 9 period_closed
        close                                                                     2026-08-31
        entry E2  fund:310100 -> unreserved:310100   100     on 2026-08-31        mixes_budget_and_money
        entry E2  fund:310100 -> payable:H1:310100   100     on 2026-08-31        period_closed
        entry E2  fund:310100 -> payable:H1:310100   100     on 2026-09-01        posted
        reverse R2 E2 on 2026-08-31                                               period_closed

        # 10 nothing_to_reverse
        reverse R9 E9                                                             nothing_to_reverse

        # 11 reverses_a_reversal, 12 already_reversed
        reverse R1 E1                                                             posted
        reverse R1 E1                                                             already_posted
        reverse R1 E2                                                             same_id_other_contents
        reverse R3 R1                                                             reverses_a_reversal
        reverse R3 E1                                                             already_reversed
        balance payable:H1:310100                                                 -100
        balance fund:310100                                                       100

        # 14 reserve_exceeded before 15 exceeds_budget
        entry B1  budget:340100 -> unreserved:340100         1000                 posted
        entry B2  unreserved:340100 -> reserve:c1:340100     600                  posted
        entry B3  reserve:c1:340100 -> unreserved:340100     601                  reserve_exceeded
        entry B3  unreserved:340100 -> reserve:c1:340100     401                  exceeds_budget
        entry B4  reserve:c1:340100 -> budget:340100  601, unreserved:340100 -> reserve:c2:340100 401   reserve_exceeded
        entry B5  reserve:c1:340100 -> unreserved:340100     600                  posted
        entry B3  unreserved:340100 -> reserve:c1:340100     401                  posted

        # 16 exceeds_account
        entry A1  fund:310200 -> person-account:17   500                          posted
        entry A2  person-account:17 -> payable:H1:310200     501                  exceeds_account
        entry A2  person-account:17 -> payable:H1:310200     500                  posted
        reverse R4 A1                                                             exceeds_account

        # 17 overflow
        entry O1  fund:390100 -> cash    9999999999999999                         posted
        entry O2  fund:390100 -> payable:H1:390100   1                            overflow
        entry O2  fund:390200 -> payable:H1:390100   1                            posted
        ",
    );
}

/// What the table cannot write: 4 too_many_postings and 13 not_the_reverse.
#[test]
fn outcomes_of_entries_made_by_hand() {
    let day = "2026-10-09".parse().unwrap();
    let mut wide = entry("E1", day, "none");
    for number in 0..=crate::POSTINGS_MAX {
        let account = format!("fund:{number}").parse().unwrap();
        wide.postings.push(Posting { account, amount: Fen::yuan(1) });
    }
    assert_eq!(Ledger::new().post(&wide), Outcome::TooManyPostings);

    let mut ledger = check("entry E1  fund:310100 -> payable:H1:310100   12000   posted");
    let mut half = entry("R1", day, "payable:H1:310100 -> fund:310100 6000");
    half.reverses = Some("E1".parse().unwrap());
    assert_eq!(ledger.post(&half), Outcome::NotTheReverse);
}

#[test]
fn balances_of_past_days() {
    check(
        "
        entry E1  fund:310100 -> payable:H1:310100   100   on 2026-09-30   posted
        entry E2  fund:310100 -> payable:H1:310100   20    on 2026-10-01   posted
        entry E3  payable:H1:310100 -> cash          70    on 2026-12-31   posted
        entry E4  fund:310100 -> payable:H1:310100   3     on 2026-10-01   posted   # told later, counts then
        balance payable:H1:310100   on 2026-09-29   0
        balance payable:H1:310100   on 2026-09-30   -100
        balance payable:H1:310100   on 2026-10-01   -123
        balance payable:H1:310100   on 2026-12-30   -123
        balance payable:H1:310100   on 2026-12-31   -53
        balance payable:H1:310100                   -53
        ",
    );
}

#[test]
fn a_trial_balance_in_words() {
    let ledger = check(
        "
        entry E1  fund:310100 -> payable:H1:310100   10000   on 2026-09-30   posted
        entry E2  fund:310100 -> payable:H1:310100   2050    on 2026-10-01   posted
        entry E3  payable:H1:310100 -> cash          9500    on 2026-10-20   posted
        ",
    );
    let trial = Trial::of(&ledger, "2026-10-01".parse().unwrap(), "2026-10-31".parse().unwrap());
    expect_test::expect![[r#"
        trial balance 2026-10-01 to 2026-10-31
        account                           opening                debit               credit              closing
        cash                                 0.00                 0.00                95.00               -95.00
        fund:310100                        100.00                20.50                 0.00               120.50
        payable:H1:310100                 -100.00                95.00                20.50               -25.50
        total                                0.00               115.50               115.50                 0.00
    "#]]
    .assert_eq(&trial.to_string());
    assert!(trial.is_sound());
}

/// Entries that are well made, some of them against the floors of the accounts; and some reversals.
fn history() -> impl Strategy<Value = Vec<Entry>> {
    let accounts = [
        "cash",
        "fund:310100",
        "payable:H1:310100",
        "payable:H2:310100",
        "person-account:17",
        "receivable:330200:310100",
    ];
    let one = (0..accounts.len(), 1..accounts.len(), 1i64..1_000_000, 0i32..400, 0u32..40);
    proptest::collection::vec((one, any::<bool>()), 1..60).prop_map(move |rows| {
        let mut entries: Vec<Entry> = Vec::new();
        for (number, ((from, step, fen, day, of), reverse)) in rows.into_iter().enumerate() {
            let day = Day::from_number(20_500 + day);
            let id = format!("E{number}");
            let undone = entries.get(of as usize).filter(|undone| reverse && undone.reverses.is_none());
            let entry = match undone {
                Some(undone) => Entry {
                    id: id.parse().unwrap(),
                    day,
                    reverses: Some(undone.id),
                    postings: undone.undone(),
                    ..undone.clone()
                },
                None => {
                    let to = (from + step) % accounts.len();
                    entry(&id, day, &format!("{} -> {} {fen}", accounts[from], accounts[to]))
                }
            };
            entries.push(entry);
        }
        entries
    })
}

proptest! {
    /// Debits and credits are equal on every day, whatever came in.
    #[test]
    fn the_books_add_up_to_nothing(history in history()) {
        let mut ledger = Ledger::new();
        for entry in &history {
            ledger.post(entry);
        }
        for day in [20_400, 20_500, 20_620, 20_777, 20_899, 21_000].map(Day::from_number) {
            let sum: i128 =
                ledger.balances().map(|(account, _)| i128::from(ledger.balance_on(&account, day).get())).sum();
            prop_assert_eq!(sum, 0);
            prop_assert!(Trial::of(&ledger, day, day.plus(45)).is_sound());
        }
    }

    /// An entry and its reversal leave every balance as it was.
    #[test]
    fn a_reversal_restores(history in history()) {
        let mut ledger = Ledger::new();
        for entry in &history {
            let before: Vec<_> = ledger.balances().filter(|(_, held)| *held != Fen::ZERO).collect();
            if ledger.post(entry) != Outcome::Posted || entry.reverses.is_some() {
                continue;
            }
            let mut undone = ledger.clone();
            let id = format!("{}-undone", entry.id).parse().unwrap();
            let reversal = Reversal { id, of: entry.id, day: entry.day, decision: id };
            let outcome = undone.reverse(reversal);
            prop_assert_eq!(outcome, Outcome::Posted);
            let after: Vec<_> = undone.balances().filter(|(_, held)| *held != Fen::ZERO).collect();
            prop_assert_eq!(before, after);
        }
    }

    /// The entries alone give the same books again, and posting twice equals posting once.
    #[test]
    fn replay_gives_the_same(history in history()) {
        let mut ledger = Ledger::new();
        for entry in &history {
            let first = ledger.post(entry);
            let before = ledger.clone();
            let second = ledger.post(entry);
            prop_assert_eq!(second, if first.stands() { Outcome::AlreadyPosted } else { first });
            prop_assert_eq!(&before, &ledger);
        }
        prop_assert_eq!(Ledger::of(ledger.entries().to_vec()).unwrap(), ledger);
    }

    /// The balance of a past day is what an honest clerk would add up by hand.
    #[test]
    fn past_balances_are_the_sums_of_their_postings(history in history(), day in 20_480i32..20_920) {
        let mut ledger = Ledger::new();
        for entry in &history {
            ledger.post(entry);
        }
        let day = Day::from_number(day);
        for (account, _) in ledger.balances() {
            let by_hand: i64 = ledger
                .entries()
                .iter()
                .filter(|entry| entry.day <= day)
                .flat_map(|entry| &entry.postings)
                .filter(|posting| posting.account == account)
                .map(|posting| posting.amount.get())
                .sum();
            prop_assert_eq!(ledger.balance_on(&account, day).get(), by_hand);
        }
    }
}
