//! What was overpaid comes back: at once, in the parts that were agreed, or out of later payments.

use super::*;
use crate::recovery::Instalment;

/// The case that orders it back, after the one that was overpaid and the one that had it decided anew.
const ORDER: CaseId = CaseId(4);

fn about(procedure: &str, capacity: &str, facts: Facts) -> Command {
    let open = OpenAbout {
        procedure: procedure.to_owned(),
        about: "case/1".to_owned(),
        capacity: capacity.to_owned(),
        facts,
        materials: vec![],
        stand_in: None,
    };
    Command::OpenAbout(Box::new(open))
}

fn ground() -> Facts {
    [("recovery.ground".to_owned(), Fact::Code("calculation".to_owned()))].into()
}

fn step(case: u64, step: &str, facts: Facts) -> Command {
    let done = Completion { note: "核".to_owned(), facts, ..Completion::approve(step) };
    act(CaseId(case), Action::Complete(done))
}

fn order(until: &str, offset: bool) -> Command {
    let facts = [
        ("recovery.until".to_owned(), Fact::Day(day(until))),
        ("recovery.offset".to_owned(), Fact::Flag(offset)),
    ];
    step(ORDER.0, "order", facts.into())
}

fn plan(parts: &[(&str, &str)]) -> Command {
    let part = |(due, amount): &(&str, &str)| Instalment { due: day(due), amount: fen(amount) };
    Command::PlanRecovery { case: ORDER, instalments: parts.iter().map(part).collect() }
}

fn take(amount: &str) -> Command {
    Command::TakePart { case: ORDER, amount: fen(amount) }
}

fn ordered(office: &Office) -> Fen {
    crate::casework::ordered_back(&office.records, rules(), ORDER, CASE)
}

fn paid(office: &Office, case: u64) -> Option<Fen> {
    CaseFile::of(&office.records.events(&StreamId::Case(CaseId(case)))).state.paid
}

/// 150.00 were paid, of which a new decision leaves 50.00.
fn overpaid() -> Office {
    let mut office = reviewed();
    office.does("2026-09-16", "window-officer", &account("王建国"));
    office.does("2026-09-16", "cashier", &pay());
    // Nothing is overpaid yet: the counter does not take it.
    office.does("2026-09-17", "window-officer", &about("recovery", "agency", ground()));
    let accept = act(CaseId(2), Action::Accept);
    office.refused("2026-09-17", "window-officer", &accept, "recovery/nothing-overpaid");
    office.does("2026-09-17", "window-officer", &act(CaseId(2), Action::Withdraw));
    // The examination of 100.00 was not treatment after all.
    let wrong = [("appeal.what".to_owned(), Fact::Text("检查费不属于治疗".to_owned()))].into();
    office.does("2026-09-18", "window-officer", &about("rectification", "self", wrong));
    office.does("2026-09-18", "window-officer", &act(CaseId(3), Action::Accept));
    office.does("2026-09-18", "senior-reviewer", &step(3, "check", Facts::new()));
    office.does("2026-09-21", "reviewer", &lines(&[(1, "not-treatment"), (2, "not-treatment")]));
    office.does("2026-09-21", "reviewer", &step(1, "review", Facts::new()));
    office.does("2026-09-22", "senior-reviewer", &step(1, "re-review", Facts::new()));
    office.does("2026-09-23", "cashier", &pay());
    office.stands("paid");
    assert_eq!(office.owed(), fen("-100.00"));
    office
}

/// The same, up to the step that orders it back.
fn before_the_order() -> Office {
    let mut office = overpaid();
    office.does("2026-09-24", "window-officer", &about("recovery", "agency", ground()));
    office.does("2026-09-24", "window-officer", &act(ORDER, Action::Accept));
    office.does("2026-09-25", "reviewer", &step(ORDER.0, "review", Facts::new()));
    office
}

/// A later claim of this sum, up to its payment.
fn claims(office: &mut Office, case: u64, receipt: &str, amount: &str) {
    let Command::Open(mut open) = open() else { unreachable!() };
    let claim = open.claim.as_mut().unwrap();
    claim.receipts[0] =
        Receipt { number: receipt.to_owned(), amount: fen(amount), ..claim.receipts[0].clone() };
    claim.lines.truncate(1);
    claim.lines[0].price = amount.parse().unwrap();
    office.does("2026-10-09", "window-officer", &Command::Open(open));
    office.does("2026-10-09", "window-officer", &act(CaseId(case), Action::Accept));
    office.does("2026-10-12", "reviewer", &step(case, "review", Facts::new()));
    office.does("2026-10-13", "senior-reviewer", &step(case, "re-review", Facts::new()));
}

fn at_the_window(case: u64) -> Command {
    let shown = Piece { original: true, ..Piece::default() };
    let card = Presented { material: "payee-id".to_owned(), pieces: vec![shown] };
    let completion = Box::new(Completion { materials: vec![card], ..Completion::approve("pay") });
    let method = "window".to_owned();
    Command::Pay { case: CaseId(case), completion, payee: "王建国".to_owned(), method }
}

#[test]
fn what_a_new_decision_leaves_overpaid_is_ordered_back_and_comes_back_once() {
    let mut office = before_the_order();
    office.does("2026-09-28", "senior-reviewer", &order("2026-10-30", false));
    assert_eq!(ordered(&office), fen("100.00"));
    office.does("2026-10-09", "cashier", &step(ORDER.0, "receive", Facts::new()));
    assert_eq!((office.owed(), ordered(&office)), (Fen::ZERO, fen("100.00")));
    // It has come back: nothing is left to order.
    office.does("2026-10-12", "window-officer", &about("recovery", "agency", ground()));
    let accept = act(CaseId(5), Action::Accept);
    office.refused("2026-10-12", "window-officer", &accept, "recovery/nothing-overpaid");
}

#[test]
fn instalments_add_up_follow_each_other_and_are_agreed_before_the_order() {
    let mut office = before_the_order();
    let on = "2026-09-28";
    let whole: &[(&str, &str)] = &[("2026-10-31", "40.00"), ("2026-11-30", "60.00")];
    office.refused(on, "reviewer", &plan(whole), "recovery/plan-not-now");
    let refused = |office: &mut Office, parts: &[(&str, &str)], code: &str| {
        office.refused(on, "senior-reviewer", &plan(parts), code);
    };
    refused(&mut office, &[("2026-10-31", "100.00")], "recovery/plan-count");
    refused(&mut office, &[("2026-10-31", "40.00"), ("2026-11-30", "59.99")], "recovery/plan-sum");
    refused(&mut office, &[("2026-10-31", "0.00"), ("2026-11-30", "100.00")], "recovery/plan-sum");
    refused(&mut office, &[("2026-11-30", "40.00"), ("2026-11-30", "60.00")], "recovery/plan-days");
    refused(&mut office, &[("2026-09-28", "40.00"), ("2026-11-30", "60.00")], "recovery/plan-days");
    office.does(on, "senior-reviewer", &plan(whole));
    // The order ends with the last part.
    office.refused(on, "senior-reviewer", &order("2026-10-31", false), "recovery/too-soon");
    office.does(on, "senior-reviewer", &order("2026-11-30", false));
    office.refused(on, "senior-reviewer", &plan(&[]), "recovery/plan-not-now");
}

#[test]
fn each_part_is_posted_as_it_comes_and_the_rest_ends_the_case() {
    let mut office = before_the_order();
    office.does("2026-09-28", "senior-reviewer", &plan(&[("2026-10-31", "40.00"), ("2026-11-30", "60.00")]));
    office.refused("2026-09-28", "cashier", &take("40.00"), "recovery/take-not-now");
    office.does("2026-09-28", "senior-reviewer", &order("2026-11-30", false));
    office.refused("2026-10-12", "senior-reviewer", &take("40.00"), "recovery/take-not-now");
    for amount in ["0.00", "-1.00", "100.00", "100.01"] {
        office.refused("2026-10-12", "cashier", &take(amount), "recovery/take-amount");
    }
    office.does("2026-10-12", "cashier", &take("40.00"));
    assert_eq!((office.owed(), ordered(&office)), (fen("-60.00"), fen("100.00")));
    office.refused("2026-10-12", "cashier", &take("60.00"), "recovery/take-amount");
    office.does("2026-10-13", "cashier", &take("0.01"));
    assert_eq!(office.owed(), fen("-59.99"));
    office.does("2026-11-16", "cashier", &step(ORDER.0, "receive", Facts::new()));
    assert_eq!((office.owed(), ordered(&office)), (Fen::ZERO, fen("100.00")));
}

#[test]
fn later_payments_make_good_what_is_open_where_it_was_ordered_so() {
    let mut office = before_the_order();
    office.does("2026-09-28", "senior-reviewer", &order("2026-12-31", true));
    // 30.00 are due and all of it is kept: 70.00 stay open.
    claims(&mut office, 5, "C-5", "30.00");
    office.does("2026-10-14", "cashier", &at_the_window(5));
    assert_eq!(
        (paid(&office, 5), office.owed(), ordered(&office)),
        (Some(Fen::ZERO), fen("-70.00"), fen("100.00"))
    );
    // Of 120.00 the open 70.00 are kept and 50.00 paid.
    claims(&mut office, 6, "C-6", "120.00");
    office.does("2026-10-14", "cashier", &at_the_window(6));
    assert_eq!(
        (paid(&office, 6), office.owed(), ordered(&office)),
        (Some(fen("50.00")), Fen::ZERO, fen("100.00"))
    );
    // A payment that comes back is made again, without what was kept.
    office.does(
        "2026-10-15",
        "cashier",
        &act(CaseId(6), Action::PaymentReturned { reason: "退回".to_owned() }),
    );
    assert_eq!(office.owed(), fen("50.00"));
    office.does("2026-10-15", "cashier", &at_the_window(6));
    assert_eq!((paid(&office, 6), office.owed()), (Some(fen("50.00")), Fen::ZERO));
    // Nothing stays between the two, and the entries name the case that ordered it.
    let kept: Vec<_> =
        office.records.entries().filter(|entry| entry.id.as_str().contains("/kept/")).collect();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|entry| entry.decision.as_str() == "case/4"));
    let between = office.records.entries().flat_map(|entry| &entry.postings);
    let between = between.filter(|posting| posting.account.kind() == AccountKind::Offset);
    assert_eq!(Fen::sum(between.map(|posting| posting.amount)), Ok(Fen::ZERO));
    // The cashier says that all of it has come, and nothing is posted twice.
    office.does("2026-10-16", "cashier", &step(ORDER.0, "receive", Facts::new()));
    assert_eq!((office.owed(), ordered(&office)), (Fen::ZERO, fen("100.00")));
}

#[test]
fn nothing_is_kept_of_a_payment_where_it_was_not_ordered_so() {
    let mut office = before_the_order();
    claims(&mut office, 5, "C-5", "30.00");
    office.does("2026-10-14", "senior-reviewer", &order("2026-12-31", false));
    office.does("2026-10-14", "cashier", &at_the_window(5));
    assert_eq!((paid(&office, 5), office.owed()), (Some(fen("30.00")), fen("-100.00")));
}
