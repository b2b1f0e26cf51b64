use super::*;
use crate::testing::national;
use crate::{Account, Entry, Ledger, Outcome, Parameters, Templates, Word, journal};
use expect_test::expect;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use terms::{Calendar, Day, Fen, Month};

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn fen(text: &str) -> Fen {
    text.parse().unwrap()
}

const OCTOBER: Month = Month { year: 2026, month: 10 };

/// September left 100.00 owed; in October one of September's settlements was taken back.
const BOOKS: &str = "\
2026-09-20 (s1) settlement  ; decision: s1
    fund:310100        80.00
    payable:H1:310100 -80.00
2026-09-21 (s2) settlement  ; decision: s2
    fund:310100        20.00
    payable:H1:310100 -20.00
2026-10-01 (s3) settlement  ; decision: s3
    fund:310100         1000.00
    person-account:17     50.00
    payable:H1:310100  -1000.00
    payable:H1:310200    -50.00
2026-10-02 (v2) settlement  ; decision: v2, reverses: s2
    fund:310100       -20.00
    payable:H1:310100  20.00
2026-10-15 (p9) payment  ; decision: p9
    payable:H1:310100   80.00
    cash               -80.00
2026-10-20 (s4) remote-treated  ; decision: s4
    receivable:330200:310100   7.77
    payable:H1:310100         -7.77
2026-10-31 (s5) settlement  ; decision: s5
    fund:310100        3.00
    payable:H2:310100 -3.00
2026-11-01 (s6) settlement  ; decision: s6
    fund:310100        999.00
    payable:H2:310100 -999.00
";

/// The books above with the person's account filled first.
fn books() -> Ledger {
    let filled =
        "2026-01-01 (a1) account-credited  ; decision: a1\n  fund:310200  90\n  person-account:17  -90\n";
    let entries = journal::read(&format!("{filled}{BOOKS}")).unwrap();
    Ledger::of(entries).unwrap()
}

fn law() -> (Templates, Parameters) {
    let law = national();
    (Templates::compile(&law).unwrap(), Parameters::compile(&law).unwrap())
}

#[test]
fn a_month_by_hand() {
    let found = statements(&books(), OCTOBER).unwrap();
    let printed: Vec<String> = found
        .iter()
        .map(|s| {
            format!(
                "{} {} opening {} settled {}x{} back {}x{} paid {} closing {} earned {}",
                s.provider,
                s.fund,
                s.opening,
                s.settled.count,
                s.settled.amount,
                s.taken_back.count,
                s.taken_back.amount,
                s.paid.amount,
                s.closing,
                s.earned().unwrap()
            )
        })
        .collect();
    assert_eq!(
        printed,
        [
            "H1 310100 opening 100.00 settled 2x1007.77 back 1x-20.00 paid -80.00 closing 1007.77 earned 987.77",
            "H1 310200 opening 0.00 settled 1x50.00 back 0x0.00 paid 0.00 closing 50.00 earned 50.00",
            "H2 310100 opening 0.00 settled 1x3.00 back 0x0.00 paid 0.00 closing 3.00 earned 3.00",
        ]
    );
}

/// A bill of somebody insured elsewhere is settled for the hospital like any other, and taken back like any other.
#[test]
fn a_bill_of_another_region_that_is_taken_back_is_told_as_taken_back() {
    let text = "2026-10-05 (R1) remote-treated  ; decision: d\n receivable:310000:310100 7.00\n payable:H1:310100 -7.00\n";
    let mut entries = journal::read(text).unwrap();
    let (id, of) = (word("R1/void"), entries[0].id);
    entries.push(entries[0].undone_by(crate::Reversal { id, of, day: day("2026-10-06"), decision: id }));
    let statements = statements(&Ledger::of(entries).unwrap(), OCTOBER).unwrap();
    let [one] = statements.as_slice() else { panic!("{statements:?}") };
    assert_eq!((one.settled.count, one.settled.amount), (1, fen("7.00")));
    assert_eq!((one.taken_back.count, one.taken_back.amount), (1, fen("-7.00")));
    assert_eq!(one.closing, Fen::ZERO);
}

fn deduction(id: &str, amount: &str, noticed: Day) -> Deduction {
    let (_, parameters) = law();
    Deduction {
        id: word(id),
        provider: word("H1"),
        fund: word("310100"),
        settlement: word("s3"),
        amount: fen(amount),
        reason: "重复收费".into(),
        article: "sihr-2023/42-44".into(),
        noticed,
        reply_until: Deduction::reply_until(noticed, &parameters, &Calendar::default()).unwrap(),
        reply: None,
        withdrawn: None,
    }
}

/// Told on Friday 9 October, five working days to reply without a holiday in between: until Friday the 16th.
#[test]
fn nothing_is_taken_before_the_provider_could_speak() {
    let mut silent = deduction("d1", "100.00", day("2026-10-09"));
    assert_eq!(silent.reply_until.day, day("2026-10-16"));
    assert_eq!(silent.standing(day("2026-10-16")), Standing::Open);
    assert_eq!(silent.standing(day("2026-10-17")), Standing::Final);

    let mut late = silent.clone();
    assert!(!late.replied(day("2026-10-17"), "too late"));
    assert_eq!(late, silent);

    let mut heard = silent.clone();
    assert!(heard.replied(day("2026-10-16"), "两次检查，部位不同"));
    assert_eq!(heard.standing(day("2026-10-15")), Standing::Open);
    assert_eq!(heard.standing(day("2027-10-16")), Standing::Replied);
    assert!(!heard.replied(day("2026-10-16"), "again"));
    let mut at_once = heard.clone();
    assert!(at_once.clone().upheld(day("2026-10-16")), "a reply may be answered on its day");
    assert!(!at_once.upheld(day("2026-10-15")), "not before it came");
    let mut withdrawn = heard.clone();
    assert!(heard.upheld(day("2026-10-20")));
    assert_eq!(heard.standing(day("2026-10-19")), Standing::Replied);
    assert_eq!(heard.standing(day("2026-10-20")), Standing::Final);
    withdrawn.withdrawn = Some(day("2026-10-20"));
    assert!(!withdrawn.upheld(day("2026-10-21")));
    assert_eq!(withdrawn.standing(day("2026-10-21")), Standing::Withdrawn);
    assert!(!silent.upheld(day("2026-10-20")), "there is no reply to consider");
}

fn plan(ledger: &Ledger, deductions: &[Deduction]) -> PaymentPlan {
    let (_, parameters) = law();
    let statements = statements(ledger, OCTOBER).unwrap();
    PaymentPlan::new(OCTOBER, &statements, deductions, &parameters, day("2026-11-20")).unwrap()
}

/// Earned 987.77, deducted 100.00: 5 % of 887.77 is 44.3885, so 44.39 is kept back; owed 1007.77 less 100.00 less
/// 44.39 leaves 863.38.
#[test]
fn a_payment_by_hand_posts_once() {
    let mut ledger = books();
    let open = deduction("d2", "5.00", day("2026-11-19"));
    let plan = plan(&ledger, &[deduction("d1", "100.00", day("2026-10-09")), open]);
    let line = &plan.lines[0];
    assert_eq!((line.owed, line.withheld, line.paid), (fen("1007.77"), fen("44.39"), fen("863.38")));
    assert_eq!(line.deductions, [(word("d1"), fen("100.00"))]);
    let (templates, _) = law();
    let entries = plan.entries(&templates).unwrap();
    let outcomes = |ledger: &mut Ledger| -> BTreeSet<Outcome> {
        entries.iter().map(|entry| ledger.post(entry)).collect()
    };
    assert_eq!(outcomes(&mut ledger), [Outcome::Posted].into());
    let once = ledger.clone();
    assert_eq!(outcomes(&mut ledger), [Outcome::AlreadyPosted].into());
    assert_eq!(ledger, once);
    let held = |account: &str| ledger.balance(&account.parse().unwrap());
    assert_eq!(held("payable:H1:310100"), Fen::ZERO);
    assert_eq!(held("deposit:H1:310100"), fen("-44.39"));
    // H1's 50.00 keep back 2.50, H2's 3.00 keep back 0.15; 80.00 had been paid before.
    assert_eq!(held("cash"), fen("-993.73"));
    assert_eq!(ledger.entry(&word("d1")).unwrap().on(&"fund:310100".parse().unwrap()), fen("-100.00"));
}

/// More is taken back than the month brought: nothing is kept back, nothing is paid, the rest is carried over.
#[test]
fn a_provider_that_owes_carries_over() {
    let plan = plan(&books(), &[deduction("d1", "2000.00", day("2026-10-09"))]);
    let line = &plan.lines[0];
    assert_eq!((line.withheld, line.paid, line.carried_over), (Fen::ZERO, Fen::ZERO, fen("992.23")));
}

fn payees() -> BTreeMap<Word, Payee> {
    let payee = |name: &str, account: &str| Payee {
        name: name.into(),
        bank: "某银行西湖支行".into(),
        account: account.into(),
    };
    [
        (word("H1"), payee("某医院, \"本部\"", "6222000000000001")),
        (word("H2"), payee("=某药店", "6222000000000002")),
    ]
    .into()
}

#[test]
fn the_payment_file() {
    let plan = plan(&books(), &[]);
    expect![[r#"
        reference,provider,name,bank,account,amount,purpose
        pay/2026-10/H1/310100,H1,"某医院, ""本部""",某银行西湖支行,6222000000000001,958.38,2026-10 310100
        pay/2026-10/H1/310200,H1,"某医院, ""本部""",某银行西湖支行,6222000000000001,47.50,2026-10 310200
        pay/2026-10/H2/310100,H2, =某药店,某银行西湖支行,6222000000000002,2.85,2026-10 310100
    "#]]
    .assert_eq(&payment_file(&plan, &payees()).unwrap().replace("\r\n", "\n"));
    let mut unknown = payees();
    unknown.remove(&word("H2"));
    assert_eq!(payment_file(&plan, &unknown), Err([word("H2")].into()));
}

#[test]
fn what_the_bank_gives_back_is_owed_again() {
    let (mut ledger, (templates, _)) = (books(), law());
    for entry in plan(&ledger, &[]).entries(&templates).unwrap() {
        assert_eq!(ledger.post(&entry), Outcome::Posted);
    }
    let file = "reference,amount,day,reason\n\
                pay/2026-10/H2/310100,2.85,2026-11-24,户名不符, 退回\n\
                pay/2026-10/H2/310100,2.85,2026-11-24,again\n\
                pay/2026-10/H9/310100,1.00,2026-11-24,x\n\
                s3,1.00,2026-11-24,no payment\n\
                pay/2026-10/H1/310200,47.51,2026-11-24,x\n\
                pay/2026-10/H1/310100,958.38,2026-11-19,x\n";
    let returned = read_returned(file).unwrap();
    assert_eq!(returned[0].reason, "户名不符, 退回");
    let found = returns(&ledger, &templates, &returned).unwrap();
    let faults: Vec<ReturnedBreak> = found.breaks.iter().map(|(_, fault)| *fault).collect();
    assert_eq!(
        faults,
        [
            ReturnedBreak::ReturnedBefore,
            ReturnedBreak::NoSuchPayment,
            ReturnedBreak::NoSuchPayment,
            ReturnedBreak::OtherAmount(fen("47.50")),
            ReturnedBreak::BeforePayment,
        ]
    );
    assert_eq!(found.entries.len(), 1);
    assert_eq!(ledger.post(&found.entries[0]), Outcome::Posted);
    assert_eq!(ledger.balance(&"payable:H2:310100".parse().unwrap()), fen("-1001.85"));
    let again = returns(&ledger, &templates, &returned[..1]).unwrap();
    assert_eq!(again.breaks[0].1, ReturnedBreak::ReturnedBefore);
}

#[test]
fn bank_files_that_cannot_be_read() {
    let read = |lines: &str| {
        read_returned(&format!("reference,amount,day,reason\n{lines}")).unwrap_err().to_string()
    };
    assert_eq!(
        read_returned("a,b").unwrap_err().to_string(),
        "line 1: the heads are missing; write reference,amount,day,reason"
    );
    assert!(read("x,1.00\n").starts_with("line 2: there is no day"));
    assert!(read("\nx,1.005,2026-10-01,y\n").starts_with("line 3: `1.005` is not an amount"));
    assert!(read("x,-1,2026-10-01,y\n").contains("not above zero"));
    assert!(read("x y,1,2026-10-01,y\n").contains("is not a word"));
    assert!(read("x,1,2026-02-30,y\n").contains("no day of the calendar"));
}

#[test]
fn the_deposit_ends_with_the_assessment() {
    let (templates, _) = law();
    let mut ledger = books();
    for entry in plan(&ledger, &[]).entries(&templates).unwrap() {
        ledger.post(&entry);
    }
    // 5 % of 987.77 is 49.3885.
    let deposit: Account = "deposit:H1:310100".parse().unwrap();
    assert_eq!(ledger.balance(&deposit), fen("-49.39"));
    let who = (word("H1"), word("310100"));
    let entries = assess(&ledger, &templates, who, (2026, day("2027-04-20")), fen("9.39")).unwrap();
    assert_eq!(entries.len(), 2);
    for entry in &entries {
        assert_eq!(ledger.post(entry), Outcome::Posted);
    }
    assert_eq!(ledger.balance(&deposit), Fen::ZERO);
    assert_eq!(ledger.balance(&"payable:H1:310100".parse().unwrap()), fen("-40.00"));
    assert_eq!(assess(&ledger, &templates, who, (2026, day("2027-04-20")), fen("9.39")), Ok(vec![]));
}

/// A year of settlements, voids and payments of two providers.
fn histories() -> impl Strategy<Value = Vec<Entry>> {
    let row = (0usize..2, 1i64..10_000_000, 0i32..90, 0usize..4);
    proptest::collection::vec(row, 1..80).prop_map(|rows| {
        let mut entries: Vec<Entry> = Vec::new();
        for (number, (provider, amount, after, kind)) in rows.into_iter().enumerate() {
            let payable = format!("payable:H{provider}:310100");
            let amount = Fen::new(amount).unwrap();
            let (occasion, debited, credited) = match kind {
                0 => ("payment", payable.as_str(), "cash"),
                1 => ("deposit-withheld", payable.as_str(), "deposit:H1:310100"),
                _ => ("settlement", "fund:310100", payable.as_str()),
            };
            let day = day("2026-09-01").plus(after);
            let text = format!(
                "{day} (E{number}) {occasion}  ; decision: d\n {debited} {amount}\n {credited} -{amount}\n"
            );
            entries.extend(journal::read(&text).unwrap());
            if kind == 3 {
                let id = word(&format!("V{number}"));
                let of = entries[entries.len() - 1].id;
                let reversal = crate::Reversal { id, of, day: day.plus(after), decision: id };
                entries.push(entries[entries.len() - 1].undone_by(reversal));
            }
        }
        entries
    })
}

proptest! {
    /// Every statement goes from its opening to its closing, the closing is the balance, months follow each other.
    #[test]
    fn statements_follow_the_books(entries in histories()) {
        let ledger = Ledger::of(entries).unwrap();
        let mut before: BTreeMap<Word, Fen> = BTreeMap::new();
        for month in [9, 10, 11, 12].map(|month| Month { year: 2026, month }) {
            for statement in statements(&ledger, month).unwrap() {
                let moved = Fen::sum(
                    [
                        statement.settled, statement.taken_back, statement.deducted, statement.withheld,
                        statement.released, statement.paid, statement.returned, statement.other,
                    ]
                    .map(|line| line.amount),
                ).unwrap();
                prop_assert_eq!(statement.opening.plus(moved), Ok(statement.closing));
                prop_assert_eq!(statement.other, Counted::default());
                let account = Account::payable(statement.provider, statement.fund);
                prop_assert_eq!(statement.closing.negated(), ledger.balance_on(&account, month.last()));
                let carried = before.insert(statement.provider, statement.closing).unwrap_or_default();
                prop_assert_eq!(statement.opening, carried);
            }
        }
    }

    /// The bank's file comes from outside: it never panics the reader.
    #[test]
    fn any_file_of_the_bank(text in "(reference,amount,day,reason\n)?(\\PC|\n|,){0,200}") {
        let _ = read_returned(&text);
    }
}
