//! What is paid first for a third party: owed by them in the books until they pay, in parts too, or it stays with the fund.

use super::*;

fn asked() -> Command {
    let Command::Open(mut open) = open() else { unreachable!() };
    let paper = |(id, copies): (&str, u16)| Presented {
        material: id.to_owned(),
        pieces: vec![Piece { original: copies == 0, copies, ..Piece::default() }],
    };
    let papers = [("advance-request", 0), ("receipts", 0), ("expense-list", 0), ("records-copy", 1)];
    let facts = [
        ("advance.ground", Fact::Code("not-paying".to_owned())),
        ("advance.cause", Fact::Text("交通事故".to_owned())),
        ("advance.work_injury", Fact::Flag(false)),
    ];
    open.procedure = "advance".to_owned();
    open.materials = papers.map(paper).into();
    open.facts = facts.map(|(name, fact)| (name.to_owned(), fact)).into();
    Command::Open(open)
}

/// 230.50 are paid first.
fn paid_first() -> Office {
    let mut office = Office::new();
    office.does("2026-09-10", "window-officer", &asked());
    office.does("2026-09-10", "window-officer", &act(CASE, Action::Accept));
    office.does("2026-09-14", "reviewer", &step("review"));
    office.does("2026-09-15", "senior-reviewer", &step("re-review"));
    assert_eq!((office.owed(), office.advanced()), (fen("230.50"), fen("230.50")));
    office.does("2026-09-16", "window-officer", &account("王建国"));
    office.does("2026-09-16", "cashier", &pay());
    office.stands("paid");
    assert_eq!((office.owed(), office.advanced()), (Fen::ZERO, fen("230.50")));
    office
}

fn recovery() -> Command {
    let third_party = [("advance.party".to_owned(), Fact::Text("张某".to_owned()))].into();
    let open = OpenAbout {
        procedure: "advance-recovery".to_owned(),
        about: "case/1".to_owned(),
        capacity: "agency".to_owned(),
        facts: third_party,
        materials: vec![],
        stand_in: None,
    };
    Command::OpenAbout(Box::new(open))
}

fn done(case: u64, step: &str, fact: Option<(&str, Fact)>) -> Command {
    let facts = fact.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect();
    let completion = Completion { note: "核".to_owned(), facts, ..Completion::approve(step) };
    act(CaseId(case), Action::Complete(completion))
}

/// The claim on the third party, up to the day until which it is to be paid.
fn claimed(office: &mut Office, case: u64) {
    office.does("2026-09-17", "window-officer", &recovery());
    office.does("2026-09-17", "window-officer", &act(CaseId(case), Action::Accept));
    let until = ("advance.until", Fact::Day(day("2026-10-20")));
    office.does("2026-09-18", "senior-reviewer", &done(case, "claim", Some(until)));
}

fn receives(case: u64, amount: &str) -> Command {
    done(case, "receive", Some(("advance.received", Fact::Fen(fen(amount)))))
}

#[test]
fn what_a_third_party_pays_goes_back_to_the_fund_and_the_rest_is_claimed_again() {
    let mut office = paid_first();
    claimed(&mut office, 2);
    office.refused("2026-10-12", "cashier", &receives(2, "230.51"), "advance/amount");
    office.does("2026-10-12", "cashier", &receives(2, "200.00"));
    assert_eq!(office.advanced(), fen("30.50"));
    claimed(&mut office, 3);
    office.refused("2026-10-13", "cashier", &receives(3, "200.00"), "advance/amount");
    office.does("2026-10-13", "cashier", &receives(3, "30.50"));
    assert_eq!(office.advanced(), Fen::ZERO);
    office.does("2026-10-14", "window-officer", &recovery());
    let accept = act(CaseId(4), Action::Accept);
    office.refused("2026-10-14", "window-officer", &accept, "advance/nothing-open");
}

#[test]
fn what_never_comes_stays_with_the_fund_once_that_is_decided() {
    let mut office = paid_first();
    claimed(&mut office, 2);
    let nothing = Completion { note: "未付".to_owned(), ..Completion::approve("receive") };
    let nothing = Completion { decision: case::Decided::Rejected, ..nothing };
    office.does("2026-10-21", "cashier", &act(CaseId(2), Action::Complete(nothing)));
    assert_eq!(office.advanced(), fen("230.50"));
    office.does("2026-10-22", "auditor", &done(2, "bear", None));
    assert_eq!((office.advanced(), office.spent()), (Fen::ZERO, fen("230.50")));
}

#[test]
fn a_claim_that_nobody_else_owes_is_no_advance() {
    let office = reviewed();
    assert_eq!((office.advanced(), office.spent()), (Fen::ZERO, fen("150.00")));
}

#[test]
fn the_parts_of_a_persons_recovery_are_not_offered_to_a_third_party() {
    let mut office = paid_first();
    claimed(&mut office, 2);
    let part = Command::TakePart { case: CaseId(2), amount: fen("10.00") };
    office.refused("2026-10-12", "cashier", &part, "recovery/take-not-now");
}
