//! Who may stand in for a person, and for how long.

use super::*;

fn grant(procedures: &[&str], from: &str, to: &str, seen: bool) -> crate::Command {
    crate::Command::Authority(authority::Command::Grant {
        person: CADRE,
        name: "某人2".into(),
        citizen: citizen("1965-03-02", 2),
        procedures: procedures.iter().map(|id| (*id).to_owned()).collect(),
        from: day(from),
        to: day(to),
        seen,
        collects: false,
    })
}

fn as_agent(procedure: &str) -> Open {
    Open { capacity: "agent".into(), ..asked(procedure, CADRE) }
}

#[test]
fn an_agent_needs_an_authorisation_for_the_procedure_and_the_day() {
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CADRE);
    let agent = citizen_signed_in(AGENT);
    check_refused(office.open(&agent, as_agent("certificate-exchange")), "authority/none");
    let given = grant(&["certificate-exchange"], "2026-11-18", "2026-11-20", false);
    office.decide(&citizen_signed_in(CADRE), &given).unwrap();
    check_refused(office.open(&agent, as_agent("certificate-exchange")), "authority/not-begun");
    office.today = day("2026-11-18");
    check_refused(office.open(&agent, as_agent("certificate-change")), "authority/other-procedures");
    let case = office.open(&agent, as_agent("certificate-exchange")).unwrap();
    office.today = day("2026-11-20");
    office.open(&agent, as_agent("certificate-exchange")).unwrap();
    office.today = day("2026-11-21");
    check_refused(office.open(&agent, as_agent("certificate-exchange")), "authority/expired");
    // What was begun in time cannot be gone on with either.
    let withdraw = Command::Act { case, action: Box::new(Action::Withdraw) };
    check_refused(office.decide(&agent, &crate::Command::Case(withdraw.clone())), "authority/expired");
    office.decide(&citizen_signed_in(CADRE), &crate::Command::Case(withdraw)).unwrap();
}

#[test]
fn a_revoked_authorisation_ends_the_same_day() {
    let mut office = Office::new("2026-11-17");
    let given = grant(&[], "2026-11-01", "2027-10-31", false);
    office.decide(&citizen_signed_in(CADRE), &given).unwrap();
    office.open(&citizen_signed_in(AGENT), as_agent("certificate-exchange")).unwrap();
    let revoke = crate::Command::Authority(authority::Command::Revoke { person: CADRE, number: 1 });
    check_refused(office.decide(&citizen_signed_in(AGENT), &revoke), "authority/not-yours");
    office.decide(&citizen_signed_in(CADRE), &revoke).unwrap();
    check_refused(
        office.open(&citizen_signed_in(AGENT), as_agent("certificate-exchange")),
        "authority/revoked",
    );
    check_refused(office.decide(&citizen_signed_in(CADRE), &revoke), "authority/unknown");
}

#[test]
fn the_counter_registers_an_authorisation_on_originals_and_checks_the_card() {
    let mut office = Office::new("2026-11-17");
    let here = Open { stand_in: Some(citizen("1965-03-02", 2)), ..as_agent("certificate-exchange") };
    check_refused(office.open(&window(), as_agent("certificate-exchange")), "authority/agent-unknown");
    check_refused(office.open(&window(), here.clone()), "authority/none");
    let unseen = grant(&[], "2026-11-17", "2026-11-17", false);
    check_refused(office.decide(&window(), &unseen), "authority/originals-not-shown");
    office.decide(&window(), &grant(&[], "2026-11-17", "2026-11-17", true)).unwrap();
    let case = office.open(&window(), here).unwrap();
    let file = CaseFile::of(&office.records().events(&StreamId::Case(case)));
    assert_eq!(file.state.parties["agent"], "person/2");
    // A procedure that takes no agents is not opened by one.
    let given = grant(&["certificate-replace"], "2026-11-17", "2026-11-17", true);
    check_refused(office.decide(&window(), &given), "authority/no-agents-there");
    let replace = Open { stand_in: Some(citizen("1965-03-02", 2)), ..as_agent("certificate-replace") };
    check_refused(office.open(&window(), replace), "case/wrong-applicant");
}

#[test]
fn a_parent_acts_and_authorises_for_a_child_and_nobody_else_does() {
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CHILD);
    let asked = Open { capacity: "guardian".into(), ..asked("certificate-exchange", CHILD) };
    office.open(&citizen_signed_in(PARENT), asked.clone()).unwrap();
    check_refused(office.open(&citizen_signed_in(AGENT), asked.clone()), "case/capacity-not-shown");
    let stranger = Open { stand_in: Some(citizen("1965-03-02", 2)), ..asked.clone() };
    check_refused(office.open(&window(), stranger), "case/capacity-not-shown");
    let parent = Open { stand_in: Some(citizen("1990-06-01", 4)), ..asked };
    office.open(&window(), parent).unwrap();
    let given = crate::Command::Authority(authority::Command::Grant {
        person: CHILD,
        name: "某人2".into(),
        citizen: citizen("1965-03-02", 2),
        procedures: Vec::new(),
        from: day("2026-11-17"),
        to: day("2026-12-17"),
        seen: false,
        collects: false,
    });
    check_refused(office.decide(&citizen_signed_in(AGENT), &given), "authority/not-yours");
    office.decide(&citizen_signed_in(PARENT), &given).unwrap();
    // Of full age the child decides alone.
    office.today = day("2036-09-09");
    check_refused(office.decide(&citizen_signed_in(PARENT), &given), "authority/not-yours");
}
