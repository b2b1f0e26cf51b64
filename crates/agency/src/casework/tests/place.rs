//! The contracted community centre and referral by it, through the counter.

use super::*;
use crate::provider::Designation;

const CENTRE: ProviderId = ProviderId(11);
const OTHER: ProviderId = ProviderId(12);
const HOSPITAL: ProviderId = ProviderId(13);

/// An office with two community centres and a hospital at home, all designated.
fn office() -> Office {
    let mut office = Office::new("2026-11-17");
    for (provider, kind) in [(CENTRE, "community"), (OTHER, "community"), (HOSPITAL, "hospital")] {
        let registered = provider::Registered {
            provider,
            code: code_of(provider),
            name: format!("演示机构{provider}"),
            provider_kind: kind.into(),
            hosp_lv: "2".into(),
            region: "330106".into(),
            refers: false,
        };
        let stream = StreamId::Provider(provider);
        office.happens(stream.clone(), Event::ProviderRegistered(registered));
        let article = terms::ArticleId("nhsa-order-2/term".into());
        let designation = Designation { from: day("2020-01-01"), to: None, article };
        office.happens(stream, Event::ProviderDesignated { provider, designation });
    }
    office
}

fn code_of(provider: ProviderId) -> String {
    format!("H330106{:05}", provider.0)
}

fn choose(office: &mut Office, place: ProviderId) {
    let facts = [("choice.provider", text(&code_of(place)))];
    office.runs("place-choose", PARENT, &facts, &[step("register")]);
}

#[track_caller]
fn check_contracted(office: &Office, on: &str, with: Option<ProviderId>) {
    let person = office.records().person(PARENT).unwrap();
    let kinds = rules().visits.contracting();
    for place in [CENTRE, OTHER] {
        assert_eq!(person.contracted_with(place, kinds, day(on)), with == Some(place), "{place} on {on}");
    }
}

#[test]
fn a_contract_holds_from_its_review_and_another_one_ends_it() {
    let mut office = office();
    choose(&mut office, CENTRE);
    check_contracted(&office, "2026-11-16", None);
    check_contracted(&office, "2026-11-17", Some(CENTRE));
    office.today = day("2026-12-01");
    choose(&mut office, OTHER);
    check_contracted(&office, "2026-11-30", Some(CENTRE));
    check_contracted(&office, "2026-12-01", Some(OTHER));
    office.today = day("2026-12-15");
    office.runs("place-leave", PARENT, &[], &[step("leave")]);
    check_contracted(&office, "2026-12-14", Some(OTHER));
    check_contracted(&office, "2026-12-15", None);
    assert_eq!(office.facts("place-leave", PARENT, "2026-12-15")["place.held"], Fact::Flag(false));
}

#[test]
fn a_contract_with_a_last_day_ends_by_itself() {
    let mut office = office();
    let facts = [("choice.provider", text(&code_of(CENTRE))), ("choice.to", on("2027-11-16"))];
    office.runs("place-choose", PARENT, &facts, &[step("register")]);
    check_contracted(&office, "2027-11-16", Some(CENTRE));
    check_contracted(&office, "2027-11-17", None);
}

#[test]
fn what_is_chosen_is_looked_up_and_not_believed() {
    let mut office = office();
    choose(&mut office, CENTRE);
    for (place, refusal) in [
        (code_of(CENTRE), "place/same"),
        (code_of(HOSPITAL), "place/not-community"),
        ("H31010100001".to_owned(), "place/elsewhere"),
        ("H00000000000".to_owned(), "place/not-designated"),
    ] {
        let facts = Facts::from([
            ("choice.provider".to_owned(), text(&place)),
            ("chosen.kind".to_owned(), code("community")),
            ("chosen.at_home".to_owned(), Fact::Flag(true)),
            ("place.same".to_owned(), Fact::Flag(false)),
        ]);
        let rule = rules().procedures.get("place-choose").unwrap();
        let asked = Open { facts, materials: papers(rule, None), ..asked("place-choose", PARENT) };
        let answer = office.open(&window(), asked).and_then(|case| {
            let action = Box::new(Action::Accept);
            office.decide(&window(), &crate::Command::Case(Command::Act { case, action })).map(drop)
        });
        check_refused(answer, refusal);
    }
}

#[test]
fn a_message_cannot_take_back_or_stand_beside_what_the_counter_registered() {
    use crate::declaration::{self, DeclarationKind, Declare};
    let mut office = office();
    choose(&mut office, CENTRE);
    let centre = somebody(50, "provider-system", Organisation::Provider(CENTRE), None);
    let withdraw = declaration::Command::Withdraw {
        person: PARENT,
        declaration: DeclarationKind::Place,
        number: 1,
        message: "m1".into(),
    };
    check_refused(office.decide(&centre, &crate::Command::Declaration(withdraw)), "declaration/unknown");
    let declare = declaration::Command::Declare(Box::new(Declare {
        person: PARENT,
        declaration: DeclarationKind::Place,
        certno: String::new(),
        code: rules().visits.contracting()[0].clone(),
        place_code: code_of(OTHER),
        from: day("2026-11-17"),
        to: None,
        details: crate::visit::Details::from([("fix_srt_no".to_owned(), "1".to_owned())]),
        message: "m2".into(),
    }));
    check_refused(office.decide(&centre, &crate::Command::Declaration(declare)), "declaration/standing");
}

#[test]
fn a_referral_at_home_covers_the_hospital_and_is_no_filing_elsewhere() {
    let mut office = office();
    choose(&mut office, CENTRE);
    let asked = [("filing.provider", text(&code_of(HOSPITAL)))];
    let said = [
        ("filing.kind", code("referral")),
        ("filing.from", on("2026-11-17")),
        ("filing.to", on("2026-12-16")),
    ];
    office.runs("referral-community", PARENT, &asked, &[Done { step: "file", facts: &said }]);
    let covers = |provider, date| {
        let (kind, on) = ("11".parse().unwrap(), day(date));
        filing::covering_treatment(office.records(), PARENT, provider, kind, (on, on), rules())
    };
    assert_eq!(covers(HOSPITAL, "2026-11-16"), "none");
    assert_eq!(covers(HOSPITAL, "2026-11-17"), "referral");
    assert_eq!(covers(HOSPITAL, "2026-12-16"), "referral");
    assert_eq!(covers(HOSPITAL, "2026-12-17"), "none");
    assert_eq!(covers(OTHER, "2026-11-17"), "none");
    // It is nothing that could be renewed or cancelled as one for treatment elsewhere, and hinders none.
    let running = filing::running(office.records(), rules(), PARENT, day("2026-11-18"));
    assert_eq!(running, None);
}
