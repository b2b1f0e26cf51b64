//! Stays: from admission to settlement, in parts, one after another, over the end of a year.

use super::*;

#[test]
fn a_stay_is_admitted_billed_discharged_and_settled_in_that_order() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Inpatient, "m-admit"))));
    let bed = NewLine { at: at("2026-10-03 08:00"), ..line("1", "DEMO-S-0021", "60", "4", "240") };
    stage.does(&add(vec![bed, line("2", "DEMO-X-0001", "12.8", "10", "128")]));
    let returned =
        NewLine { returns: Some("2".to_owned()), ..line("3", "DEMO-X-0001", "12.8", "4", "-51.20") };
    stage.does(&add(vec![returned.clone()]));
    let again = NewLine {
        sn: "4".to_owned(),
        quantity: "7".parse().unwrap(),
        amount: "-89.60".parse().unwrap(),
        ..returned
    };
    stage.refused(&add(vec![again]), "visit/returned-too-much");

    stage.refused(&Command::Settle(Box::new(settle("m-1", "316.80"))), "visit/not-discharged");
    let visit = stage.visit(1);
    let asked = Settle { preview: true, ..settle("m-1", "316.80") };
    // Bed ceiling 45: 60 over the limit on four days.
    let seen = preview(&stage.records, &mut stage.context(), &visit, &asked).unwrap();
    assert_eq!(seen.made.amounts.overlmt_selfpay, "60".parse().unwrap());
    let discharge = |endtime: &str| Command::Discharge {
        visit: VisitId(1),
        person: PERSON,
        endtime: at(endtime),
        details: Details::new(),
        diagnoses: Vec::new(),
        message: "m-discharge".to_owned(),
    };
    stage.refused(&discharge("2026-09-30 10:00"), "visit/days");
    stage.refused(&discharge("2026-10-10 10:00"), "visit/days");
    stage.does(&discharge("2026-10-05 10:00"));
    stage.refused(&withdraw(), "visit/discharged");
    stage.does(&Command::Settle(Box::new(settle("m-settle", "316.80"))));
    let undo = Command::CancelDischarge { visit: VisitId(1), person: PERSON, message: "m-back".to_owned() };
    stage.refused(&undo, "visit/settled");
    stage.does(&cancel(1));
    stage.does(&undo);
    assert!(stage.visit(1).in_hospital());
    stage.does(&Command::WithdrawLines {
        visit: VisitId(1),
        person: PERSON,
        which: Which::All,
        message: "m-none".to_owned(),
    });
    stage.does(&withdraw());
    assert!(stage.visit(1).withdrawn);
    stage.refused(&add(vec![line("9", "DEMO-X-0001", "1", "1", "1")]), "visit/withdrawn");
}

#[test]
fn mid_stay_settlement_leaves_the_rest_for_the_end() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Inpatient, "m-admit"))));
    stage.does(&add(vec![line("1", "DEMO-X-0001", "12.8", "10", "128")]));
    stage.does(&Command::Settle(Box::new(Settle { mid_stay: true, ..settle("m-mid", "128") })));
    stage.does(&add(vec![line("2", "DEMO-X-0001", "12.8", "1", "12.80")]));
    assert_eq!(stage.visit(1).open_lines().count(), 1);
    // What is settled is not returned any more, but by taking the settlement back.
    let returned =
        NewLine { returns: Some("1".to_owned()), ..line("3", "DEMO-X-0001", "12.8", "1", "-12.80") };
    stage.refused(&add(vec![returned]), "visit/line-settled");
}

/// Every day of a stay counts, though the provider was designated on the first and the last.
#[test]
fn a_stay_across_a_suspension_is_not_settled() {
    let mut stage = Stage::new();
    stage.does(&Command::Open(Box::new(open(Setting::Inpatient, "m-admit"))));
    stage.does(&add(vec![line("1", "DEMO-X-0001", "12.8", "10", "128")]));
    stage.does(&Command::Discharge {
        visit: VisitId(1),
        person: PERSON,
        endtime: at("2026-10-05 10:00"),
        details: Details::new(),
        diagnoses: Vec::new(),
        message: "m-out".to_owned(),
    });
    let suspension = provider::Suspension {
        from: day("2026-10-02"),
        to: day("2026-10-03"),
        article: "nhsa-order-2/43".into(),
        ground: "overcharging".to_owned(),
        case: crate::CaseId(1),
    };
    let stream = StreamId::Provider(HOSPITAL);
    let mut decision = Decision::default();
    let version = (&stage.records as &dyn Records).version(&stream);
    decision.push(stream, version, Event::ProviderSuspended { provider: HOSPITAL, suspension });
    assert!(stage.records.append(&decision.appends));
    let refusals = stage.decide(&Command::Settle(Box::new(settle("m-1", "128")))).map(|_| ()).unwrap_err();
    let told: Vec<(&str, &str)> =
        refusals.iter().map(|refusal| (refusal.code.as_str(), refusal.article.0.as_str())).collect();
    assert_eq!(told, [("agreement/suspended", "nhsa-order-2/43")]);
    assert_eq!(refusals[0].facts["day"], terms::Fact::Day(day("2026-10-02")));
}

#[test]
fn stays_that_only_touch_do_not_overlap() {
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
    let mut admitted = |visit: u64, begntime: &str| {
        let begntime = at(begntime);
        let message = format!("m-{begntime}");
        stage.does(&Command::Open(Box::new(Open { begntime, ..open(Setting::Inpatient, &message) })));
        let notes = stage.visit(visit).opened.notes;
        notes.into_iter().map(|note| (note.code, note.about)).collect::<Vec<_>>()
    };
    assert_eq!(admitted(2, "2026-10-05 10:00"), []);
    let across = |visit: &str| ("overlap".to_owned(), visit.to_owned());
    assert_eq!(admitted(3, "2026-10-05 09:59"), [across("1"), across("2")]);
}

/// The whole stay counts for the year of the day that decides: of discharge, or of admission.
#[test]
fn a_stay_over_new_year_counts_for_the_year_the_setting_names() {
    let mut stage = Stage::new();
    stage.now = at("2027-01-04 12:00");
    let admitted = Open { begntime: at("2026-12-30 09:00"), ..open(Setting::Inpatient, "m-admit") };
    stage.does(&Command::Open(Box::new(admitted)));
    let bed = NewLine { at: at("2026-12-31 08:00"), ..line("1", "DEMO-S-0021", "60", "1", "60") };
    stage.does(&add(vec![bed]));
    stage.does(&Command::Discharge {
        visit: VisitId(1),
        person: PERSON,
        endtime: at("2027-01-03 10:00"),
        details: Details::new(),
        diagnoses: Vec::new(),
        message: "m-discharge".to_owned(),
    });
    let asked = Command::Settle(Box::new(settle("m-settle", "60")));
    let year = |rules: &Rulebook| {
        let mut context = Context { rules, ..stage.context() };
        let decision = decide(&stage.records, &mut context, &asked).unwrap();
        let years: Vec<i32> = decision
            .appends
            .iter()
            .filter_map(|append| match append.stream {
                StreamId::Year(_, year) => Some(year),
                _ => None,
            })
            .collect();
        years
    };
    assert_eq!(year(rules()), [2027]);
    assert_eq!(year(&by_admission()), [2026]);
}
