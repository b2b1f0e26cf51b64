//! No fact that a procedure asks for is without a way to come to be.

use super::*;
use crate::claim::{Claim, Receipt};
use crate::provider::Designation;
use std::collections::BTreeSet;

/// Filled in by the step that pays, with the payment.
const WITH_THE_PAYMENT: &str = "payment.method";

/// Every name that the office's registers can give, in an office where everything is there.
fn given() -> BTreeSet<String> {
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CADRE);
    let article = terms::ArticleId("nhsa-order-2/term".into());
    let designation = Designation { from: day("2026-01-01"), to: Some(day("2026-12-31")), article };
    let stream = StreamId::Provider(SHANGHAI);
    office.happens(stream.clone(), Event::ProviderDesignated { provider: SHANGHAI, designation });
    let changes = BTreeMap::from([("ownership".to_owned(), "state-run".to_owned())]);
    let changed = Event::ProviderChanged { provider: SHANGHAI, changes, on: day("2026-01-01") };
    office.happens(stream, changed);
    filed(&mut office, "2026-01-01", Some("2026-12-01"), "referral");
    let declared = crate::declaration::Declared {
        number: 1,
        declaration: crate::declaration::DeclarationKind::Place,
        provider: Some(SHANGHAI),
        case: None,
        place: Some(SHANGHAI),
        code: rules().visits.contracting()[0].clone(),
        from: day("2026-01-01"),
        to: None,
        details: crate::visit::Details::new(),
        message: "m".into(),
    };
    let declared = Event::Declared { person: CADRE, declared: Box::new(declared) };
    office.happens(StreamId::Person(CADRE), declared);
    let claim = Claim {
        provider: SHANGHAI,
        med_type: "11".parse().unwrap(),
        begndate: day("2026-11-02"),
        enddate: day("2026-11-02"),
        receipts: vec![Receipt { number: "1".into(), amount: Fen::ZERO, issued: day("2026-11-02") }],
        lines: Vec::new(),
    };
    let code = UnitCode::compose("11330106000000001").unwrap();
    let mut state = case::CaseState::default();
    state.facts.insert("change.unit_code".into(), text(code.as_str()));
    let chosen = text(&format!("H310101{:05}", SHANGHAI.0));
    state.facts.insert("choice.provider".into(), chosen.clone());
    state.facts.insert("filing.provider".into(), chosen);
    let instalments = vec![crate::recovery::Instalment { due: day("2026-12-31"), amount: Fen::ZERO }];
    let file = CaseFile { instalments, state, claim: Some(claim), ..CaseFile::default() };
    let reason = [("exchange.reason", super::code("full"))];
    let closed = office.runs("certificate-exchange", CADRE, &reason, &[step("review"), step("exchange")]);
    let mut given = BTreeSet::new();
    for procedure in rules().procedures.iter() {
        for (subject, parties) in [
            (StreamId::Person(CADRE), BTreeMap::new()),
            (StreamId::Person(CHILD), BTreeMap::new()),
            (StreamId::Provider(SHANGHAI), BTreeMap::new()),
            (
                StreamId::Person(CADRE),
                BTreeMap::from([(about::DECIDED.to_owned(), format!("case/{closed}"))]),
            ),
        ] {
            let subject = subject.to_string();
            let records = office.records();
            let known = known_facts(records, rules(), procedure, &subject, &parties, &file, office.today);
            given.extend(known.into_keys());
        }
    }
    given
}

#[test]
fn every_fact_a_procedure_asks_for_can_come_to_be() {
    let given = given();
    for procedure in rules().procedures.iter() {
        let steps = procedure.states.iter().flat_map(case::State::steps);
        let filled: BTreeSet<&str> = steps.flat_map(|step| &step.fills).map(String::as_str).collect();
        for field in procedure.fields() {
            let comes = match field.known {
                // The form asks for it.
                case::Known::Applicant => true,
                case::Known::Registry => given.contains(&field.id),
                case::Known::Process => filled.contains(field.id.as_str()) || field.id == WITH_THE_PAYMENT,
            };
            assert!(comes, "nothing ever says `{}` in `{}`", field.id, procedure.id);
        }
    }
}

/// Categories are granted by cases alone: each that the law knows is granted by some procedure, and each that a
/// procedure names is known.
#[test]
fn every_category_can_be_granted_by_a_procedure() {
    let grants = |procedure: &&Procedure| {
        let states = procedure.states.iter().flat_map(case::State::steps);
        states.flat_map(|step| &step.effects).any(|effect| *effect == case::Effect::GrantCategory)
    };
    let granted: BTreeSet<&str> = rules()
        .procedures
        .iter()
        .filter(grants)
        .flat_map(Procedure::fields)
        .filter(|field| field.id == GRANT_CATEGORY)
        .flat_map(|field| field.codes.iter().map(|(id, _)| id.as_str()))
        .collect();
    let known: BTreeSet<&str> = rules().categories.iter().map(|(id, _)| id).collect();
    assert_eq!(granted, known);
    let fields = rules().procedures.iter().flat_map(Procedure::fields);
    for field in fields.filter(|field| field.id == "subject.categories") {
        for (id, _) in &field.codes {
            assert!(known.contains(id.as_str()), "{id}");
        }
    }
}
