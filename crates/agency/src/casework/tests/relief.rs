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
