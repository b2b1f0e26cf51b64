//! Cases wait where their steps are, and are filtered and counted.

use super::{BY, Office, dated, day};
use crate::{CaseFilter, Place, Stage};
use agency::{CaseId, IdKind, PersonId};

/// A place of the engine in short: procedure, state (none: the counter), step, party.
fn place(procedure: &str, state: Option<&str>, step: Option<&str>, party: Option<(&str, &str)>) -> Place {
    Place {
        procedure: procedure.to_owned(),
        state: state.map(str::to_owned),
        step: step.map(str::to_owned),
        party: party.map(|(relation, name)| (relation.to_owned(), name.to_owned())),
    }
}

#[test]
fn cases_wait_where_their_steps_are() {
    let office = Office::found();
    office.opens(1, "2026-10-08", "certificate-new", "\"persons-unit\":\"unit/3\"");
    office.opens(2, "2026-10-09", "referral", "\"referring-hospital\":\"provider/5\"");
    office.enters(2, "2026-10-09", "consultation", "2026-10-16");
    office.opens(3, "2026-10-09", "referral", "\"referring-hospital\":\"provider/6\"");
    office.enters(3, "2026-10-09", "consultation", "2026-10-12");
    office.opens(4, "2026-10-09", "certificate-new", "");
    let missing = "\"event\":\"correction-asked\",\"missing\":[{\"code\":\"x/y\",\"article\":\"s0/3.2\",\
        \"facts\":{}}]";
    office.case(4, "2026-10-09", &format!("{missing},\"until\":{},{BY}", dated("2026-10-13")));
    #[track_caller]
    fn check(office: &Office, places: &[Place], cases: &[u64]) {
        let found = office.store.read(|reader| reader.waiting_at(places, 10)).unwrap();
        assert_eq!(found.iter().map(|case| case.id.0).collect::<Vec<_>>(), cases);
    }
    let consultation = |step, party| place("referral", Some("consultation"), step, party);
    check(&office, &[], &[]);
    check(&office, &[place("certificate-new", None, None, None)], &[1]);
    check(&office, &[consultation(None, None)], &[3, 2]);
    check(&office, &[consultation(None, Some(("referring-hospital", "provider/5")))], &[2]);
    check(&office, &[consultation(None, Some(("receiving-hospital", "provider/5")))], &[]);
    check(&office, &[place("certificate-new", None, None, None), consultation(None, None)], &[1, 3, 2]);
    let step = "\"event\":\"step-done\",\"state\":\"consultation\",\"step\":\"first\",\"decision\":\"approved\",\
        \"note\":\"\",\"facts\":{}";
    office.case(3, "2026-10-10", &format!("{step},{BY}"));
    check(&office, &[consultation(Some("first"), None)], &[2]);
    check(&office, &[consultation(Some("second"), None)], &[3, 2]);
    office.enters(3, "2026-10-11", "consultation", "2026-10-30");
    check(&office, &[consultation(Some("first"), None)], &[2, 3]);
    office.case(4, "2026-10-12", &format!("\"event\":\"correction-made\",{BY}"));
    check(&office, &[place("certificate-new", None, None, None)], &[1, 4]);
    office.case(2, "2026-10-12", "\"event\":\"closed\",\"outcome\":\"refused\"");
    check(&office, &[consultation(None, None)], &[3]);
}

#[test]
fn cases_are_filtered_counted_and_late() {
    let office = Office::found();
    office.furnish();
    office.opens(42, "2026-10-12", "certificate-new", "\"persons-unit\":\"unit/4\"");
    office.opens(43, "2026-10-13", "referral", "");
    office.case(43, "2026-10-14", "\"event\":\"closed\",\"outcome\":\"withdrawn\"");
    #[track_caller]
    fn check(office: &Office, filter: &CaseFilter, cases: &[u64]) {
        let found = office.store.read(|reader| reader.find_cases(filter, CaseId(u64::MAX), 10)).unwrap();
        assert_eq!(found.iter().map(|case| case.id.0).collect::<Vec<_>>(), cases);
    }
    let all = CaseFilter::default;
    check(&office, &all(), &[43, 42, 40]);
    check(&office, &CaseFilter { procedure: Some("referral".to_owned()), ..all() }, &[43]);
    check(&office, &CaseFilter { stage: Some(Stage::Intake), ..all() }, &[42]);
    check(&office, &CaseFilter { party: Some("unit/3".to_owned()), ..all() }, &[40]);
    check(&office, &CaseFilter { opened_from: Some(day("2026-10-12")), ..all() }, &[43, 42]);
    check(&office, &CaseFilter { opened_to: Some(day("2026-10-12")), ..all() }, &[42, 40]);
    check(&office, &CaseFilter { state: Some("withdrawn".to_owned()), ..all() }, &[43]);
    check(&office, &CaseFilter { late_on: Some(day("2026-10-20")), ..all() }, &[]);
    check(&office, &CaseFilter { late_on: Some(day("2026-10-21")), ..all() }, &[40]);
    office
        .store
        .read(|reader| {
            let counts = reader.count_cases(&all(), day("2026-10-21"))?;
            let told: Vec<_> = counts
                .iter()
                .map(|one| (one.procedure.as_str(), one.stage, one.state.as_str(), one.count, one.late))
                .collect();
            assert_eq!(
                told,
                [
                    ("certificate-new", Stage::Intake, "", 1, 0),
                    ("certificate-new", Stage::Open, "review", 1, 1),
                    ("referral", Stage::Closed, "withdrawn", 1, 0),
                ]
            );
            assert_eq!(reader.cases_to_notice(day("2026-10-20"), 5)?, []);
            assert_eq!(reader.cases_to_notice(day("2026-10-21"), 5)?, [CaseId(40)]);
            assert_eq!(reader.count_article_uses()?, [("s0/3.1".into(), 1)]);
            let use_of = reader.uses_of_article(&"s0/3.1".into(), 5)?;
            assert_eq!(reader.event(use_of[0])?.unwrap().stream, "case/40");
            let file = reader.case_file(CaseId(40))?.unwrap();
            assert_eq!((file.state.procedure.as_str(), file.version), ("certificate-new", 5));
            assert_eq!(reader.case_file(CaseId(99))?, None);
            let ids = reader.next_ids()?;
            assert_eq!(
                (ids.next(IdKind::Case), ids.next(IdKind::Settlement), ids.next(IdKind::Person)),
                (44, 52, 19)
            );
            Ok(())
        })
        .unwrap();
    let open = office.store.with_records(|records| records.open_cases_of(PersonId(17))).unwrap();
    assert_eq!(open, [CaseId(40), CaseId(42)]);
    let folded = office.dump();
    office.store.rebuild_views(|_| {}).unwrap();
    assert_eq!(office.dump(), folded);
}
