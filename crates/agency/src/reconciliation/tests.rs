use super::*;
use crate::testing::{acting, day, fen, rules};
use crate::{Context, Ids, Memory, Organisation};
use ledger::reconcile::Proposal;
use terms::{Moment, Refusals};

const HOSPITAL: ProviderId = ProviderId(1);
const OCTOBER: Month = Month { year: 2026, month: 10 };

fn found(kind: &str, proposal: Proposal, settlement: &str) -> Break {
    let amounts =
        Amounts { medfee_sumamt: fen("100.00"), fund_pay_sumamt: fen("80.00"), acct_pay: Fen::ZERO };
    Break {
        kind: Word::known(kind),
        proposal,
        settlement: Some(Word::known(settlement)),
        visit: Word::known("7"),
        person: None,
        refund: false,
        office: Some(amounts),
        provider: None,
    }
}

fn lost(settlement: &str) -> Break {
    found("lost-at-provider", Proposal::OfficeReverses, settlement)
}

fn compare(breaks: &[Break]) -> Wish {
    let of = (day("2026-10-01"), day("2026-10-09"), "11".to_owned());
    Wish::Compare { of, breaks: breaks.to_vec() }
}

fn asks(records: &mut Memory, role: &str, who: u64, what: Wish) -> Result<(), Refusals> {
    let provider = role == "provider-system";
    let actor =
        acting(who, role, if provider { Organisation::Provider(HOSPITAL) } else { Organisation::Agency });
    let now = Moment::at(day("2026-10-10"), 9, 0);
    let mut context = Context { rules: rules(), actor: &actor, now, ids: Ids::default() };
    let command = Command { provider: HOSPITAL, month: OCTOBER, what };
    let decision = decide(&*records, &mut context, &command)?;
    assert!(records.append(&decision.appends));
    Ok(())
}

#[track_caller]
fn refused(records: &mut Memory, role: &str, who: u64, what: Wish, code: &str) {
    let refusals = asks(records, role, who, what).unwrap_err();
    assert_eq!(refusals.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), [code]);
}

fn state(records: &Memory) -> Reconciliation {
    Reconciliation::of(&(records as &dyn crate::Records).events(&stream(HOSPITAL, OCTOBER)))
}

#[test]
fn a_break_keeps_its_number_until_it_is_no_longer_found() {
    let mut records = Memory::default();
    let system = "provider-system";
    asks(&mut records, system, 0, compare(&[lost("S1"), lost("S2")])).unwrap();
    let events = || (&records as &dyn crate::Records).version(&stream(HOSPITAL, OCTOBER));
    assert_eq!(events(), 1);
    // The same found again is nothing new.
    asks(&mut records, system, 0, compare(&[lost("S1"), lost("S2")])).unwrap();
    assert_eq!((&records as &dyn crate::Records).version(&stream(HOSPITAL, OCTOBER)), 1);
    asks(&mut records, system, 0, compare(&[lost("S3"), lost("S2")])).unwrap();
    let now = state(&records);
    let settlements: Vec<&str> =
        now.breaks.iter().filter_map(|known| known.found.settlement.as_ref()).map(Word::as_str).collect();
    assert_eq!(settlements, ["S1", "S2", "S3"]);
    assert_eq!(now.breaks[0].standing, Standing::Gone(day("2026-10-10")));
    assert_eq!((now.waiting(), &now.breaks[1].standing), (2, &Standing::Open));
}

#[test]
fn more_breaks_than_are_kept_are_counted() {
    let mut records = Memory::default();
    let many: Vec<Break> = (0..600).map(|number| lost(&format!("S{number}"))).collect();
    asks(&mut records, "provider-system", 0, compare(&many)).unwrap();
    let (_, kept, found) = state(&records).compared.into_values().next().unwrap();
    assert_eq!((kept.len(), found), (BREAKS_MAX, 600));
}

#[test]
fn one_person_proposes_and_another_confirms() {
    let (officer, auditor) = ("settlement-officer", "auditor");
    let mut records = Memory::default();
    let altered = found("altered", Proposal::ProviderCorrects, "S2");
    asks(&mut records, "provider-system", 0, compare(&[lost("S1"), altered])).unwrap();
    let propose = |number, reason: &str| Wish::Propose { number, reason: reason.to_owned() };
    refused(&mut records, "cashier", 7, propose(1, "查无此人"), "statement/not-permitted");
    refused(&mut records, officer, 5, propose(1, "  "), "statement/text-length");
    refused(&mut records, officer, 5, propose(2, "金额"), "reconciliation/provider-mends");
    refused(&mut records, officer, 5, propose(3, "没有"), "reconciliation/nothing-to-do");
    refused(&mut records, auditor, 6, Wish::Confirm { number: 1 }, "reconciliation/nothing-to-do");
    asks(&mut records, officer, 5, propose(1, "医院系统故障，重复上传")).unwrap();
    refused(&mut records, auditor, 6, propose(1, "再提"), "reconciliation/nothing-to-do");
    refused(&mut records, officer, 5, Wish::Confirm { number: 1 }, "statement/same-person");
    asks(&mut records, auditor, 6, Wish::Decline { number: 1, reason: "先问医院".to_owned() }).unwrap();
    let now = state(&records);
    assert_eq!((&now.breaks[0].standing, now.breaks[0].declined.len()), (&Standing::Open, 1));
    // Only the provider's own system tells what was compared.
    refused(&mut records, officer, 5, compare(&[]), "statement/other-provider");
    let other = acting(0, "provider-system", Organisation::Provider(ProviderId(2)));
    let now = Moment::at(day("2026-10-10"), 9, 0);
    let mut context = Context { rules: rules(), actor: &other, now, ids: Ids::default() };
    let command = Command { provider: HOSPITAL, month: OCTOBER, what: compare(&[]) };
    let refusals = decide(&records, &mut context, &command).map(drop).unwrap_err();
    assert_eq!(refusals[0].code, "statement/other-provider");
}

/// A break that was kept before the person was noted: found again it names the person, under the same number.
#[test]
fn a_break_of_nobody_is_compared_again_first() {
    let (system, officer, auditor) = ("provider-system", "settlement-officer", "auditor");
    let mut records = Memory::default();
    let old = Break { visit: Word::known("0"), ..lost("S1") };
    let propose = || Wish::Propose { number: 1, reason: "医院系统故障".to_owned() };
    asks(&mut records, system, 0, compare(std::slice::from_ref(&old))).unwrap();
    refused(&mut records, officer, 5, propose(), "reconciliation/compare-again");
    // One that was proposed before this was asked cannot be confirmed either.
    let proposed = ReconciliationEvent::Proposed {
        number: 1,
        reason: "医院系统故障".to_owned(),
        on: day("2026-10-10"),
        by: AccountId(5),
    };
    let event = Event::Reconciliation { provider: HOSPITAL, month: OCTOBER, what: Box::new(proposed) };
    let mut decision = crate::Decision::default();
    decision.push(stream(HOSPITAL, OCTOBER), 1, event);
    assert!(records.append(&decision.appends));
    refused(&mut records, auditor, 6, Wish::Confirm { number: 1 }, "reconciliation/compare-again");
    let now = Break { person: Some(Word::known("3")), ..old };
    asks(&mut records, system, 0, compare(&[now])).unwrap();
    let known = state(&records);
    assert_eq!((known.breaks.len(), &known.breaks[0].found.person), (1, &Some(Word::known("3"))));
    assert!(matches!(known.breaks[0].standing, Standing::Proposed(..)));
}
