use super::*;
use crate::testing::{compile, day, files, rules};
use crate::{Actor, Ids, Memory, provider};
use terms::Moment;

const HOSPITAL: ProviderId = ProviderId(1);

/// An office with one provider, whose agreements run over these days.
fn with_agreements(spans: &[(&str, Option<&str>)]) -> Memory {
    let registered = provider::Registered {
        provider: HOSPITAL,
        code: "H33010600001".into(),
        name: "某医院".into(),
        provider_kind: "hospital".into(),
        hosp_lv: "3".into(),
        region: "330100".into(),
        refers: false,
    };
    let (mut records, stream) = (Memory::default(), StreamId::Provider(HOSPITAL));
    let mut decision = Decision::default();
    decision.push(stream.clone(), 0, Event::ProviderRegistered(registered));
    for (from, to) in spans {
        let article = ArticleId("nhsa-order-2/term".into());
        let designation = provider::Designation { from: day(from), to: to.map(day), article };
        decision.push(stream.clone(), 0, Event::ProviderDesignated { provider: HOSPITAL, designation });
    }
    assert!(records.append(&decision.appends));
    records
}

fn on(records: &mut Memory, today: &str) -> Vec<(Day, bool)> {
    let (time, now) = (Actor::time(), Moment::at(day(today), 0, 1));
    let mut context = Context { rules: rules(), actor: &time, now, ids: Ids::default() };
    let asked = crate::Command::Motion(Command::Provider(HOSPITAL));
    let decision = crate::decide(records, &mut context, &asked).unwrap();
    assert!(records.append(&decision.appends));
    let told = decision.appends.iter().flat_map(|append| &append.events).map(|event| match event {
        Event::ProviderTold { last, over, .. } => (*last, *over),
        other => panic!("{other:?}"),
    });
    told.collect()
}

#[test]
fn both_sides_hear_once_that_an_agreement_ends_and_once_that_it_has() {
    let mut records = with_agreements(&[("2026-01-01", Some("2026-12-31"))]);
    // 120 days before the last of December is the second of September.
    assert_eq!(on(&mut records, "2026-09-01"), []);
    assert_eq!(on(&mut records, "2026-09-02"), [(day("2026-12-31"), false)]);
    assert_eq!(on(&mut records, "2026-09-02"), []);
    assert_eq!(on(&mut records, "2026-12-31"), []);
    assert_eq!(on(&mut records, "2027-01-01"), [(day("2026-12-31"), true)]);
    assert_eq!(on(&mut records, "2027-03-01"), []);
}

#[test]
fn an_agreement_that_goes_on_or_was_ended_calls_for_no_word() {
    let mut renewed =
        with_agreements(&[("2026-01-01", Some("2026-12-31")), ("2027-01-01", Some("2027-12-31"))]);
    assert_eq!(on(&mut renewed, "2026-12-01"), []);
    assert_eq!(on(&mut renewed, "2027-09-02"), [(day("2027-12-31"), false)]);
    let mut open = with_agreements(&[("2026-01-01", None)]);
    assert_eq!(on(&mut open, "2030-01-01"), []);
    let mut ended = with_agreements(&[("2026-01-01", Some("2026-12-31"))]);
    let stream = StreamId::Provider(HOSPITAL);
    let mut decision = Decision::default();
    let article = ArticleId("nhsa-order-2/43".into());
    let over = Event::ProviderDesignationEnded { provider: HOSPITAL, on: day("2026-10-31"), article };
    decision.push(stream, 2, over);
    assert!(ended.append(&decision.appends));
    assert_eq!(on(&mut ended, "2026-11-02"), []);
}

#[test]
fn nobody_but_time_is_answered() {
    let records = with_agreements(&[("2026-01-01", Some("2026-12-31"))]);
    let somebody = Actor { account: crate::AccountId(7), ..Actor::time() };
    let now = Moment::at(day("2026-12-01"), 9, 0);
    let mut context = Context { rules: rules(), actor: &somebody, now, ids: Ids::default() };
    let refusals = decide(&records, &mut context, &Command::Provider(HOSPITAL)).unwrap_err();
    assert_eq!(refusals[0].code, "case/not-that-way");
}

#[track_caller]
fn check_fault(change: (&str, &str), says: &str) {
    let mut files = files();
    let text = files.get_mut("hangzhou/motions/certificates.toml").unwrap();
    assert!(text.contains(change.0));
    *text = text.replace(change.0, change.1);
    let law = Law::load(&files, "hangzhou").unwrap();
    let faults = crate::Rulebook::compile(law).unwrap_err();
    let told: Vec<String> = faults.iter().map(|fault| fault.what.to_string()).collect();
    assert!(told.iter().any(|what| what.contains(says)), "{told:?}");
}

#[test]
fn an_motion_must_fit_what_it_opens() {
    compile(&files(), "hangzhou");
    check_fault(("\"certificate-stop\"", "\"no-such\""), "there is no procedure `no-such`");
    check_fault(("\"certificate-stop\"", "\"certificate-withdraw\""), "the office may not apply");
    check_fault(("\"no-longer-served\"", "\"no-such\""), "takes `stop.reason`");
    check_fault(("\"stop.on\"", "\"stop.when\""), "takes `stop.when`");
    check_fault(("\"xihu/stop\"", "\"xihu/none\""), "`xihu/none` is no article");
}
