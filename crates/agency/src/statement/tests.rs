use super::*;
use crate::region::tests::world::{World, day, fen, rules};
use crate::testing::acting;
use crate::{AccountId, Context, Organisation, ProviderId};
use ledger::{Account, Word};
use std::collections::BTreeSet;
use terms::{Fen, Month, Refusals};

const HOSPITAL: ProviderId = ProviderId(1);
const OCTOBER: Month = Month { year: 2026, month: 10 };

/// The office of Yanyuan, whose hospital treated two people of Haiqu in October: 500.00 and 200.00 are owed to it.
struct Stage {
    world: World,
}

impl Stage {
    fn new() -> Stage {
        let mut world = World::new(1, false);
        world.ask(1, 0, 0, 100_000);
        world.ask(1, 0, 1, 40_000);
        world.settle_down();
        world.until(day("2026-11-02"));
        Stage { world }
    }

    /// Somebody of this role asks; `who` is their account.
    fn asks(&mut self, role: &str, who: u64, what: Wish) -> Result<(), Refusals> {
        let provider = role == "hospital-insurance-office";
        let organisation = if provider { Organisation::Provider(HOSPITAL) } else { Organisation::Agency };
        let actor = acting(who, role, organisation);
        let (now, office) = (self.world.moment(1), &self.world.offices[1]);
        let mut context = Context { rules: &rules()[1], actor: &actor, now, ids: office.ids.clone() };
        let command = Command { provider: HOSPITAL, month: OCTOBER, what };
        let decision = decide(&office.memory, &mut context, &command)?;
        assert!(self.world.offices[1].memory.append(&decision.appends));
        Ok(())
    }

    #[track_caller]
    fn does(&mut self, role: &str, who: u64, what: Wish) {
        if let Err(reasons) = self.asks(role, who, what) {
            panic!("refused: {reasons:?}");
        }
    }

    #[track_caller]
    fn refused(&mut self, role: &str, who: u64, what: Wish) -> BTreeSet<String> {
        self.asks(role, who, what).unwrap_err().into_iter().map(|reason| reason.code).collect()
    }

    fn held(&self, account: &str) -> Fen {
        let account: Account = account.parse().unwrap();
        self.world.balance(1, account)
    }

    fn state(&self) -> MonthStatement {
        self.world.records(1).statement(HOSPITAL, OCTOBER)
    }
}

#[track_caller]
fn only(codes: &BTreeSet<String>, expected: &[&str]) {
    assert_eq!(codes.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

fn deduction(amount: &str) -> Wish {
    Wish::Deduct {
        fund: Word::known("310100"),
        settlement: Word::known("remote/980100-1"),
        amount: fen(amount),
        reason: "重复收费".to_owned(),
        article: "sihr-2023/42-44".into(),
    }
}

const OFFICER: &str = "settlement-officer";
const DESK: &str = "hospital-insurance-office";
const YES: Wish = Wish::Answer { agrees: true, text: String::new() };

/// 700.00 owed, 100.00 deducted after a hearing, 5 % of 600.00 kept back: 570.00 are paid.
#[test]
fn a_month_from_statement_to_payment_by_hand() {
    let mut stage = Stage::new();
    stage.does(OFFICER, 5, Wish::Issue);
    let (lines, ..) = stage.state().issued.unwrap();
    assert_eq!((lines.len(), lines[0].count, lines[0].closing), (1, 2, fen("700.00")));
    stage.does("auditor", 6, deduction("100.00"));
    stage.does(DESK, 9, YES);
    only(&stage.refused("cashier", 7, Wish::Pay), &["statement/deduction-open"]);
    stage.does(DESK, 9, Wish::Reply { number: 1, text: "两次检查，部位不同".to_owned() });
    only(
        &stage.refused(DESK, 9, Wish::Reply { number: 1, text: "again".to_owned() }),
        &["statement/no-reply-now"],
    );
    only(&stage.refused("cashier", 7, Wish::Pay), &["statement/deduction-open"]);
    only(&stage.refused(OFFICER, 6, Wish::Decide { number: 1, upheld: true }), &["statement/same-person"]);
    stage.does(OFFICER, 5, Wish::Decide { number: 1, upheld: true });
    only(&stage.refused(OFFICER, 5, Wish::Pay), &["statement/not-permitted"]);
    only(&stage.refused("cashier", 5, Wish::Pay), &["statement/same-person"]);
    stage.does("cashier", 7, Wish::Pay);
    assert_eq!(stage.held("payable:1:310100"), Fen::ZERO);
    assert_eq!(stage.held("deposit:1:310100"), fen("-30.00"));
    assert_eq!(stage.held("cash"), fen("-570.00"));
    assert_eq!(stage.held("fund:310100"), fen("-100.00"));
    let reference = Word::known("pay/2026-10/1/310100");
    assert_eq!(pay_file_lines(&stage.state()), [(reference, Word::known("310100"), fen("570.00"))]);
    only(&stage.refused("cashier", 7, Wish::Pay), &["statement/paid-already"]);
    only(&stage.refused(OFFICER, 5, Wish::Issue), &["statement/paid-already"]);
    stage.world.check_books();
}

/// The bank gives the payment back: it is owed again, once, and paid again, once.
#[test]
fn what_comes_back_is_owed_and_paid_again() {
    let mut stage = Stage::new();
    stage.does(OFFICER, 5, Wish::Issue);
    stage.does(DESK, 9, YES);
    stage.does("cashier", 7, Wish::Pay);
    // 5 % of 700.00 are kept back.
    assert_eq!(stage.held("cash"), fen("-665.00"));
    let reference = Word::known("pay/2026-10/1/310100");
    let back = |amount: &str, on: &str| Wish::Return {
        reference,
        amount: fen(amount),
        on: day(on),
        reason: "户名不符".to_owned(),
    };
    only(
        &stage.refused("cashier", 7, back("665.01", "2026-11-01")),
        &["statement/day-of-return", "statement/other-amount"],
    );
    stage.does("cashier", 7, back("665.00", "2026-11-02"));
    only(&stage.refused("cashier", 7, back("665.00", "2026-11-02")), &["statement/returned-already"]);
    assert_eq!((stage.held("cash"), stage.held("payable:1:310100")), (Fen::ZERO, fen("-665.00")));
    stage.does("cashier", 7, Wish::PayAgain { reference });
    only(&stage.refused("cashier", 7, Wish::PayAgain { reference }), &["statement/no-such-payment"]);
    assert_eq!((stage.held("cash"), stage.held("payable:1:310100")), (fen("-665.00"), Fen::ZERO));
    stage.world.check_books();
}

/// 5 % of 700.00 are kept back in 2026: nothing of it is free before 2027, then all of it, once, to whom it is due.
#[test]
fn a_deposit_is_let_go_after_its_year_and_never_twice() {
    let mut stage = Stage::new();
    stage.does(OFFICER, 5, Wish::Issue);
    stage.does(DESK, 9, YES);
    stage.does("cashier", 7, Wish::Pay);
    let release = |amount: &str, forfeited: bool, reason: &str| Wish::Release {
        fund: Word::known("310100"),
        amount: fen(amount),
        forfeited,
        reason: reason.to_owned(),
    };
    only(&stage.refused(OFFICER, 5, release("35.00", false, "考核合格")), &["statement/deposit-less"]);
    stage.world.until(day("2027-03-01"));
    only(&stage.refused("cashier", 7, release("35.00", false, "考核合格")), &["statement/not-permitted"]);
    only(
        &stage.refused(OFFICER, 5, release("35.01", false, "")),
        &["statement/deposit-less", "statement/text-length"],
    );
    stage.does(OFFICER, 5, release("25.00", false, "考核合格"));
    stage.does(OFFICER, 5, release("10.00", true, "一项不合格"));
    only(&stage.refused(OFFICER, 5, release("0.01", false, "考核合格")), &["statement/deposit-less"]);
    assert_eq!((stage.held("deposit:1:310100"), stage.held("payable:1:310100")), (Fen::ZERO, fen("-25.00")));
    assert_eq!(stage.held("fund:310100"), fen("-10.00"));
    stage.world.check_books();
}

/// What the bank gives back on a day of a closed month is posted in the open one and keeps its day.
#[test]
fn a_closed_month_takes_nothing_more() {
    let mut stage = Stage::new();
    stage.does(OFFICER, 5, Wish::Issue);
    stage.does(DESK, 9, YES);
    stage.does("cashier", 7, Wish::Pay);
    stage.world.until(day("2026-12-02"));
    let closed = crate::book_year::BookYearEvent::MonthClosed {
        month: Month { year: 2026, month: 11 },
        on: day("2026-12-01"),
        by: AccountId(5),
    };
    let mut decision = crate::Decision::default();
    let event = crate::Event::BookYear { year: 2026, what: Box::new(closed) };
    decision.push(crate::StreamId::Books(2026), 0, event);
    assert!(stage.world.offices[1].memory.append(&decision.appends));
    let (reference, reason) = (Word::known("pay/2026-10/1/310100"), "户名不符".to_owned());
    let back = Wish::Return { reference, amount: fen("665.00"), on: day("2026-11-20"), reason };
    stage.does("cashier", 7, back);
    assert_eq!(stage.state().returned[0].2, day("2026-11-20"));
    let cash = Account::CASH;
    let november = stage.world.records(1).moved(&cash, day("2026-11-03"), day("2026-11-30"));
    assert_eq!((november.net(), stage.held("cash")), (Fen::ZERO, Fen::ZERO));
}

/// Monday the 2nd, five working days: silence counts as no objection from Tuesday the 10th on.
#[test]
fn a_provider_is_heard_before_it_is_paid() {
    let mut stage = Stage::new();
    only(&stage.refused("cashier", 7, Wish::Pay), &["statement/not-issued"]);
    only(&stage.refused(DESK, 9, YES), &["statement/nothing-to-answer"]);
    stage.does(OFFICER, 5, Wish::Issue);
    only(&stage.refused("cashier", 7, Wish::Pay), &["statement/not-answered"]);
    stage.world.until(day("2026-11-09"));
    only(&stage.refused("cashier", 7, Wish::Pay), &["statement/not-answered"]);
    stage.world.until(day("2026-11-10"));
    let no = Wish::Answer { agrees: false, text: "两笔未列入".to_owned() };
    stage.does(DESK, 9, no);
    only(&stage.refused("cashier", 7, Wish::Pay), &["statement/disputed"]);
    stage.does(OFFICER, 5, Wish::Issue);
    assert_eq!(stage.state().answered, None);
    stage.does(DESK, 9, YES);
    stage.does("cashier", 7, Wish::Pay);
}

/// Without a reply a deduction is taken after its term; one given up is not taken.
#[test]
fn deductions_wait_for_their_term() {
    let mut stage = Stage::new();
    stage.does(OFFICER, 5, Wish::Issue);
    stage.does(DESK, 9, YES);
    stage.does("auditor", 6, deduction("100.00"));
    stage.does("auditor", 6, deduction("60.00"));
    stage.does(OFFICER, 5, Wish::Decide { number: 2, upheld: false });
    only(
        &stage.refused(OFFICER, 5, Wish::Decide { number: 1, upheld: true }),
        &["statement/nothing-to-decide"],
    );
    stage.world.until(day("2026-11-09"));
    only(&stage.refused("cashier", 7, Wish::Pay), &["statement/deduction-open"]);
    stage.world.until(day("2026-11-10"));
    stage.does("cashier", 7, Wish::Pay);
    assert_eq!(stage.held("fund:310100"), fen("-100.00"));
    let (lines, ..) = stage.state().paid.unwrap();
    assert_eq!(
        (lines[0].deducted, lines[0].withheld, lines[0].paid),
        (fen("100.00"), fen("30.00"), fen("570.00"))
    );
}

#[test]
fn nonsense_is_refused_with_every_reason() {
    let mut stage = Stage::new();
    let nothing = Wish::Deduct {
        fund: Word::known("310100"),
        settlement: Word::known("x"),
        amount: Fen::ZERO,
        reason: " ".to_owned(),
        article: "no/such".into(),
    };
    only(
        &stage.refused("auditor", 6, nothing),
        &["statement/no-amount", "statement/no-such-article", "statement/text-length"],
    );
    only(&stage.refused("auditor", 6, Wish::Issue), &["statement/not-permitted"]);
    only(&stage.refused("cashier", 6, deduction("1.00")), &["statement/not-permitted"]);
    only(&stage.refused(OFFICER, 6, YES), &["statement/not-permitted"]);
    stage.world.until(day("2026-10-31"));
    only(&stage.refused(OFFICER, 5, Wish::Issue), &["statement/month-runs"]);
}
