//! What is noticed about lines and visits, and changes nothing.

use super::*;

#[test]
fn what_is_odd_is_noted_and_changes_nothing() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Inpatient, "m-1"))));
    stage.does(&add(vec![
        line("1", "DEMO-X-0001", "12.8", "1", "12.80"),
        line("2", "DEMO-X-0001", "12.8", "1", "12.80"),
    ]));
    let early = NewLine { at: at("2026-09-30 09:00"), ..line("3", "DEMO-X-0009", "400", "1", "400") };
    stage.does(&add(vec![early]));
    let visit = stage.visit(1);
    let notes: Vec<Vec<(&str, &str)>> = visit
        .lines
        .iter()
        .map(|kept| kept.line.notes.iter().map(|note| (note.code.as_str(), note.about.as_str())).collect())
        .collect();
    assert_eq!(
        notes,
        [
            vec![],
            vec![("duplicate", "1")],
            vec![("restricted", "DEMO-X-0009"), ("outside-stay", "2026-09-30")]
        ]
    );
    // A restricted use that was not approved is the person's own.
    assert_eq!(visit.lines[2].line.share().fulamt_ownpay_amt, "400".parse().unwrap());
    stage.actor.organisation = Organisation::Provider(OTHER);
    stage.does(&Command::Open(Box::new(open(Setting::Inpatient, "m-2"))));
    assert_eq!(stage.visit(2).opened.notes, [Note { code: "overlap".to_owned(), about: "1".to_owned() }]);
}

#[test]
fn an_examination_again_within_its_days_is_noted_wherever_the_first_was() {
    let mut stage = Stage::new();
    let scan = |sn: &str, day: &str| NewLine {
        at: at(&format!("{day} 09:00")),
        ..line(sn, "DEMO-S-0017", "500", "1", "500")
    };
    stage.does(&Command::Open(Box::new(open(Setting::Outpatient, "m-1"))));
    stage.does(&add(vec![scan("1", "2026-10-01")]));
    stage.does(&Command::Settle(Box::new(settle("m-settled", "500"))));
    stage.actor.organisation = Organisation::Provider(OTHER);
    stage.now = at("2026-11-03 12:00");
    stage.does(&Command::Open(Box::new(Open {
        begntime: at("2026-10-29 08:00"),
        ..open(Setting::Outpatient, "m-2")
    })));
    let lines = vec![scan("1", "2026-10-31"), scan("2", "2026-10-30"), scan("3", "2026-11-02")];
    stage.does(&Command::AddLines { visit: VisitId(2), person: PERSON, lines, message: "m-3".to_owned() });
    // At another provider, the thirtieth day from the first: nothing but that bill is there to notice.
    stage.does(&Command::Open(Box::new(Open {
        begntime: at("2026-10-29 08:00"),
        ..open(Setting::Outpatient, "m-other")
    })));
    let lines = vec![scan("1", "2026-10-30")];
    stage.does(&Command::AddLines { visit: VisitId(3), person: PERSON, lines, message: "m-o".to_owned() });
    let often = |kept: &KeptLine| {
        let notes = kept.line.notes.iter().filter(|note| note.code == "frequency");
        notes.map(|note| note.about.clone()).collect::<Vec<String>>()
    };
    let visit = stage.visit(2);
    let notes: Vec<Vec<String>> = visit.lines.iter().map(often).collect();
    // Once within thirty days: the 30th of October is the thirtieth from the 1st, the 31st the next.
    assert_eq!(notes, [vec![], vec!["2026-10-31".to_owned()], vec!["2026-10-31".to_owned()]]);
    assert_eq!(often(&stage.visit(3).lines[0]), ["2026-10-01"]);
    // A bill that was taken back counts no more.
    stage.actor.organisation = Organisation::Provider(HOSPITAL);
    stage.does(&cancel(1));
    stage.does(&Command::Open(Box::new(Open {
        begntime: at("2026-10-02 08:00"),
        ..open(Setting::Outpatient, "m-4")
    })));
    let lines = vec![scan("1", "2026-10-02")];
    stage.does(&Command::AddLines { visit: VisitId(4), person: PERSON, lines, message: "m-5".to_owned() });
    assert_eq!(often(&stage.visit(4).lines[0]), [] as [String; 0]);
}

/// The kind of an outpatient visit comes with 2203: its first lines say that nobody declared the accident, once.
#[test]
fn an_accident_nobody_declared_is_told_with_the_first_lines() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(Open { med_type: None, ..open(Setting::Outpatient, "m-1") })));
    stage.does(&Command::Describe {
        visit: VisitId(1),
        person: PERSON,
        med_type: Some("19".parse().unwrap()),
        details: Details::new(),
        diagnoses: Vec::new(),
        message: "m-2".to_owned(),
    });
    let lines =
        vec![line("1", "DEMO-X-0001", "12.8", "1", "12.80"), line("2", "DEMO-S-0001", "10", "1", "10")];
    stage.does(&add(lines));
    stage.does(&add(vec![line("3", "DEMO-X-0002", "9.9", "1", "9.90")]));
    let told = |stage: &Stage| -> Vec<(String, String)> {
        let lines = stage.visit(1).lines.into_iter();
        let notes = lines
            .flat_map(|kept| kept.line.notes.into_iter().map(move |note| (kept.line.sn.clone(), note.code)));
        notes.filter(|(_, code)| code == "accident-undeclared").collect()
    };
    assert_eq!(told(&stage), [("1".to_owned(), "accident-undeclared".to_owned())]);
}

/// Ten infusion sets a day are usual: those of earlier lines and earlier messages count, those of another day do not.
#[test]
fn more_in_a_day_than_usual_is_noted_over_lines_and_messages() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Inpatient, "m-1"))));
    let sets = |sn: &str, at: Moment, count: &str, amount: &str| NewLine {
        at,
        ..line(sn, "DEMO-C-0001", "2", count, amount)
    };
    let (morning, evening, next) = (at("2026-10-02 08:00"), at("2026-10-02 20:00"), at("2026-10-03 08:00"));
    stage.does(&add(vec![sets("1", morning, "6", "12"), sets("2", evening, "4", "8")]));
    stage.does(&add(vec![sets("3", next, "10", "20"), sets("4", evening, "1", "2")]));
    let visit = stage.visit(1);
    let noted: Vec<(&str, &str)> = visit
        .lines
        .iter()
        .flat_map(|kept| kept.line.notes.iter().map(move |note| (kept.line.sn.as_str(), note)))
        .filter(|(_, note)| note.code == "quantity")
        .map(|(sn, note)| (sn, note.about.as_str()))
        .collect();
    assert_eq!(noted, [("4", "2026-10-02>10")]);
    assert_eq!(visit.lines[3].line.bill.quantity, "1".parse().unwrap());
}

/// The day of admission and that of discharge belong to a stay, the days beside them do not.
#[test]
fn a_fee_on_the_day_of_discharge_is_of_the_stay() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Inpatient, "m-1"))));
    stage.does(&Command::Discharge {
        visit: VisitId(1),
        person: PERSON,
        endtime: at("2026-10-05 10:00"),
        details: Details::new(),
        diagnoses: Vec::new(),
        message: "m-out".to_owned(),
    });
    let on = |sn: &str, time: &str| NewLine { at: at(time), ..line(sn, "DEMO-X-0001", "12.8", "1", "12.80") };
    stage.does(&add(vec![
        on("1", "2026-09-30 23:59"),
        on("2", "2026-10-01 00:00"),
        on("3", "2026-10-05 23:59"),
        on("4", "2026-10-06 00:00"),
    ]));
    let outside = |kept: &&KeptLine| kept.line.notes.iter().any(|note| note.code == "outside-stay");
    let visit = stage.visit(1);
    let noted: Vec<&str> = visit.lines.iter().filter(outside).map(|kept| kept.line.sn.as_str()).collect();
    assert_eq!(noted, ["1", "4"]);
}
