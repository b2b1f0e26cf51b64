//! Cases that the office opens by itself when a category is over or a holder has died.

use super::*;

impl Office {
    /// Time passes over this person; the case that comes of it, where one does.
    fn time_passes(&mut self, person: PersonId) -> Option<CaseId> {
        let command = crate::Command::Motion(crate::motion::Command::Person(person));
        let decision = self.decide(&Actor::time(), &command).unwrap();
        decision.appends.iter().find_map(|append| match append.stream {
            StreamId::Case(case) => Some(case),
            _ => None,
        })
    }

    fn state(&self, case: CaseId) -> case::CaseState {
        CaseFile::of(&self.records().events(&StreamId::Case(case))).state
    }
}

/// An office whose cadre's category runs to Friday, the sixth of November.
fn until_friday() -> Office {
    let mut office = Office::new("2026-11-06");
    office.certificate(1, CADRE);
    let category = Category {
        category: "retired-cadre".into(),
        from: day("2020-01-01"),
        to: Some(day("2026-11-06")),
        proof: "证明".into(),
    };
    let event = Event::PersonCategorized { person: CADRE, category };
    office.happens(StreamId::Person(CADRE), event);
    office
}

#[test]
fn a_category_that_is_over_opens_the_case_that_stops_the_certificate_once() {
    let mut office = until_friday();
    assert_eq!(office.time_passes(CADRE), None, "its last day still counts");
    office.today = day("2026-11-07");
    assert_eq!(office.time_passes(CADRE), None, "a Saturday: the counter it comes to is closed");
    office.today = day("2026-11-09");
    let case = office.time_passes(CADRE).unwrap();
    assert_eq!(office.time_passes(CADRE), None, "twice");
    let state = office.state(case);
    assert_eq!(state.procedure, "certificate-stop");
    assert_eq!(state.facts.get("stop.reason"), Some(&code("no-longer-served")));
    assert_eq!(state.facts.get("stop.on"), Some(&on("2026-11-07")));
    // No report is asked for; people decide all the same.
    office.act(&window(), case, Action::Accept);
    assert_eq!(statuses(&office, CADRE), [Status::Active]);
    office.act(&reviewer(), case, Action::Complete(Completion::approve("review")));
    assert_eq!(statuses(&office, CADRE), [Status::Stopped]);
    assert_eq!(office.time_passes(CADRE), None, "what is stopped is not stopped again");
}

#[test]
fn a_no_of_the_reviewer_lasts_until_the_day_is_over() {
    let mut office = until_friday();
    office.today = day("2026-11-09");
    let case = office.time_passes(CADRE).unwrap();
    office.act(&window(), case, Action::Accept);
    let no = Completion {
        decision: Decided::Rejected,
        note: "续期材料已到".into(),
        ..Completion::approve("review")
    };
    office.act(&reviewer(), case, Action::Complete(no));
    // Still not served: it is asked again; served again, it is not.
    assert!(office.time_passes(CADRE).is_some());
}

#[test]
fn a_death_in_the_register_opens_the_case_with_its_day() {
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CADRE);
    assert_eq!(office.time_passes(CADRE), None);
    let event = Event::PersonDied { person: CADRE, on: day("2026-11-15") };
    office.happens(StreamId::Person(CADRE), event);
    let state = office.time_passes(CADRE).map(|case| office.state(case)).unwrap();
    assert_eq!(state.facts.get("stop.reason"), Some(&code("death")));
    assert_eq!(state.facts.get("stop.on"), Some(&on("2026-11-15")));
}

#[test]
fn who_holds_no_certificate_calls_for_nothing_and_nobody_applies_as_the_office() {
    let mut office = Office::new("2026-11-17");
    assert_eq!(office.time_passes(AGENT), None);
    office.certificate(1, CADRE);
    let facts = [("stop.reason", code("death")), ("stop.on", on("2026-11-15"))]
        .map(|(name, fact)| (name.to_owned(), fact));
    let asked = Open { capacity: "office".into(), facts: facts.into(), ..asked("certificate-stop", CADRE) };
    check_refused(office.open(&window(), asked.clone()), "case/capacity-not-shown");
    check_refused(office.open(&citizen_signed_in(CADRE), asked), "case/capacity-not-shown");
}
