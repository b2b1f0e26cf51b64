//! Budget is kept for a relief from the decision on its amount until it is paid, and for nothing else.

use super::*;
use ledger::{AccountKind, Word};

const POOR: PersonId = PersonId(7);

pub(super) fn senior() -> Actor {
    somebody(5, "senior-reviewer", Organisation::Agency, None)
}

pub(super) fn cashier() -> Actor {
    somebody(6, "cashier", Organisation::Agency, None)
}

fn yuan(text: &str) -> Fact {
    Fact::Fen(text.parse().unwrap())
}

/// A relief of somebody destitute, up to the step that decides the amount.
pub(super) fn relief(office: &mut Office, person: PersonId) -> CaseId {
    let facts = [("relief.own_cost", yuan("8000.00"))];
    office.runs("relief", person, &facts, &[step("verify")])
}

pub(super) fn approve(office: &mut Office, case: CaseId, amount: &str) {
    let facts = [("relief.amount".to_owned(), yuan(amount))].into();
    office.act(&senior(), case, Action::Complete(Completion { facts, ..Completion::approve("approve") }));
}

pub(super) fn pay(office: &mut Office, case: CaseId) {
    let rule = rules().procedures.get("relief").unwrap();
    let completion = Completion {
        facts: [("collection.by_agent".to_owned(), Fact::Flag(false))].into(),
        materials: papers(rule, Some("pay")),
        ..Completion::approve("pay")
    };
    let person = CaseFile::of(&office.records.events(&StreamId::Case(case))).subject().unwrap();
    let pay = Command::Pay {
        case,
        completion: Box::new(completion),
        payee: format!("某人{person}"),
        method: "cash".to_owned(),
    };
    office.decide(&cashier(), &crate::Command::Case(pay)).unwrap_or_else(|reasons| panic!("{reasons:?}"));
}

/// What every account of this kind comes to.
fn held(office: &Office, kind: AccountKind) -> Fen {
    let postings = office.records.entries().flat_map(|entry| &entry.postings);
    Fen::sum(postings.filter(|posting| posting.account.kind() == kind).map(|posting| posting.amount)).unwrap()
}

/// What is granted and not paid, told from the cases alone.
fn waiting(office: &Office) -> Fen {
    let files = office
        .records
        .streams()
        .filter(|(stream, _)| matches!(stream, StreamId::Case(_)))
        .map(|(_, events)| CaseFile::of(events));
    let due = files.filter(|file| file.state.position == case::Position::At("collection".to_owned()));
    Fen::sum(due.map(|file| match file.state.facts.get("relief.amount") {
        Some(Fact::Fen(amount)) => *amount,
        _ => Fen::ZERO,
    }))
    .unwrap()
}

#[track_caller]
fn check(office: &Office, reserved: &str, spent: &str) {
    assert_eq!(held(office, AccountKind::Reserve), reserved.parse::<Fen>().unwrap().negated());
    assert_eq!(held(office, AccountKind::Unreserved), reserved.parse().unwrap());
    assert_eq!(held(office, AccountKind::Fund), spent.parse().unwrap());
    assert_eq!(waiting(office), reserved.parse().unwrap(), "what is kept is what waits");
}

#[test]
fn budget_is_kept_while_a_relief_waits_for_its_payment() {
    let mut office = Office::new("2026-11-17");
    office.person(POOR, citizen("1975-05-01", 7), None, None, &["destitute"]);
    let first = relief(&mut office, POOR);
    check(&office, "0.00", "0.00");
    approve(&mut office, first, "4000.00");
    check(&office, "4000.00", "0.00");
    let entry =
        office.records.entries().find(|entry| entry.decision == Word::known(&format!("case/{first}")));
    let of_case =
        |posting: &ledger::Posting| posting.account.party() == Some(Word::known(&first.to_string()));
    assert!(entry.unwrap().postings.iter().any(of_case));
    pay(&mut office, first);
    check(&office, "0.00", "4000.00");
    // The bank gives it back: it waits again, and is paid again.
    office.act(&cashier(), first, Action::PaymentReturned { reason: "户名不符".to_owned() });
    check(&office, "4000.00", "0.00");
    pay(&mut office, first);
    check(&office, "0.00", "4000.00");
    // A refusal keeps nothing.
    let second = relief(&mut office, POOR);
    let reject = Completion {
        decision: Decided::Rejected,
        note: "不符合".to_owned(),
        ..Completion::approve("approve")
    };
    office.act(&senior(), second, Action::Complete(reject));
    check(&office, "0.00", "4000.00");
}

/// A relief of 4,000.00 is paid, taken up again and decided anew with 2,500.00.
fn overpaid() -> (Office, CaseId) {
    let mut office = Office::new("2026-11-17");
    office.person(POOR, citizen("1975-05-01", 7), None, None, &["destitute"]);
    let relief = relief(&mut office, POOR);
    approve(&mut office, relief, "4000.00");
    pay(&mut office, relief);
    let what = [("appeal.what".to_owned(), text("个人负担费用计算有误"))].into();
    let case = about(&mut office, "rectification", relief, "self", what);
    office.act(&window(), case, Action::Accept);
    let other = somebody(8, "senior-reviewer", Organisation::Agency, None);
    office.act(&other, case, noted("check", Facts::new()));
    office.act(&reviewer(), relief, Action::Complete(Completion::approve("verify")));
    approve(&mut office, relief, "2500.00");
    pay(&mut office, relief);
    (office, relief)
}

fn about(office: &mut Office, procedure: &str, decided: CaseId, capacity: &str, facts: Facts) -> CaseId {
    let open = OpenAbout {
        procedure: procedure.to_owned(),
        about: format!("case/{decided}"),
        capacity: capacity.to_owned(),
        facts,
        materials: vec![],
        stand_in: None,
    };
    let command = crate::Command::Case(Command::OpenAbout(Box::new(open)));
    let decision = office.decide(&window(), &command).unwrap_or_else(|refusals| panic!("{refusals:?}"));
    match decision.appends[0].stream {
        StreamId::Case(case) => case,
        ref other => panic!("{other}"),
    }
}

fn noted(step: &str, facts: Facts) -> Action {
    Action::Complete(Completion { note: "核".to_owned(), facts, ..Completion::approve(step) })
}

/// What is overpaid of a relief, ordered back.
fn ordered(office: &mut Office, relief: CaseId, offset: bool) -> CaseId {
    let ground = [("recovery.ground".to_owned(), code("calculation"))].into();
    let case = about(office, "recovery", relief, "agency", ground);
    office.act(&window(), case, Action::Accept);
    office.act(&reviewer(), case, noted("review", Facts::new()));
    let facts =
        [("recovery.until".to_owned(), on("2027-01-31")), ("recovery.offset".to_owned(), Fact::Flag(offset))];
    office.act(&senior(), case, noted("order", facts.into()));
    case
}

#[test]
fn a_relief_that_was_overpaid_comes_back_to_its_fund() {
    let (mut office, relief) = overpaid();
    check(&office, "0.00", "4000.00");
    let case = ordered(&mut office, relief, false);
    assert_eq!(ordered_back(office.records(), rules(), case, relief), "1500.00".parse().unwrap());
    let part = Command::TakePart { case, amount: "500.00".parse().unwrap() };
    office.decide(&cashier(), &crate::Command::Case(part)).unwrap();
    check(&office, "0.00", "3500.00");
    office.act(&cashier(), case, Action::Complete(Completion::approve("receive")));
    check(&office, "0.00", "2500.00");
    assert_eq!(ordered_back(office.records(), rules(), case, relief), "1500.00".parse().unwrap());
    assert_eq!(held(&office, AccountKind::Cash), "-2500.00".parse().unwrap());
}

#[test]
fn a_relief_that_was_overpaid_is_kept_of_the_next_one() {
    let (mut office, first) = overpaid();
    let case = ordered(&mut office, first, true);
    let second = relief(&mut office, POOR);
    approve(&mut office, second, "2000.00");
    pay(&mut office, second);
    // 4,500.00 stand granted, and so much the fund has spent: 4,000.00 and 500.00 in cash.
    check(&office, "0.00", "4500.00");
    assert_eq!(held(&office, AccountKind::Cash), "-4500.00".parse().unwrap());
    assert_eq!(held(&office, AccountKind::Offset), Fen::ZERO);
    assert_eq!(ordered_back(office.records(), rules(), case, first), "1500.00".parse().unwrap());
}
