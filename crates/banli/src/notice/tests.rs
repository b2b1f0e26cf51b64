use super::*;
use crate::app::App;
use crate::office::Office;
use crate::passing::tests::{NOTICE, day, desk, found, hand_back, packs};
use crate::passing::{Passed, pass};

#[test]
fn lines_become_a_notice_of_the_packs() {
    let text =
        written(2027, " 国办\"1\"号 ", "元旦，New Year,2027-01-01,2027-01-03,2027-01-09 2027-01-10\n\n")
            .unwrap();
    let expected = "[[notice]]\nyear = 2027\nsource = \"国办\\\"1\\\"号\"\n\n[[notice.holiday]]\n\
        name = { zh = \"元旦\", en = \"New Year\" }\nfrom = \"2027-01-01\"\nto = \"2027-01-03\"\n\
        make_up = [\"2027-01-09\", \"2027-01-10\"]\n";
    assert_eq!(text, expected);
    let text = written(2027, "x", "元旦,New Year,2027-01-01,2027-01-01").unwrap();
    assert!(text.ends_with("make_up = []\n"), "{text}");
}

#[track_caller]
fn check_bad(rows: &str, expected: &[BadLine]) {
    assert_eq!(written(2027, "x", rows).unwrap_err(), expected);
}

#[test]
fn every_line_that_is_none_is_told() {
    check_bad("", &[(0, "holidays-wrong-count")]);
    check_bad(&"a,b,2027-01-01,2027-01-01\n".repeat(ROWS_MAX + 1), &[(41, "holidays-wrong-count")]);
    check_bad(
        "元旦,2027-01-01\n\n,x,2027-01-01,2027-02-30\n春节,Spring,2027-02-05,2027-02-11,sunday",
        &[
            (1, "holidays-wrong-columns"),
            (3, "holidays-wrong-name"),
            (3, "holidays-wrong-day"),
            (4, "holidays-wrong-day"),
        ],
    );
}

#[test]
fn a_notice_moves_running_clocks_at_once_and_holds_after_a_restart() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    found(data.path());
    let built_in = packs(folder.path(), |_| {});
    let app = App::new(Office::open(data.path(), &built_in).unwrap()).unwrap();
    let case = hand_back(&app.desk);
    let due = |app: &App| app.office.store.read(|reader| reader.case(case)).unwrap().unwrap().due;
    // Five working days, 2027 being without a notice: 31 December, 1, 4, 5, 6 January.
    assert_eq!(due(&app), Some(day("2027-01-06")));

    let mut book = amended(&app.office.rules, &BTreeMap::from([(2027, NOTICE)])).unwrap();
    crate::archive::add_earlier(&app.office.store, &mut book).unwrap();
    let told = moves(&app.office.store, &book, app.office.clock.now()).unwrap();
    let review = told.iter().find(|one| one.clock == "review").unwrap();
    assert_eq!((review.case, review.from, review.to.day), (case, Some(day("2027-01-06")), day("2027-01-07")));
    assert_eq!(due(&app), Some(day("2027-01-06")), "looking keeps nothing");

    // Kept by two people, put in force, and the day told.
    let who = |account: u64, role: &str| Actor {
        account: agency::AccountId(account),
        roles: [role.to_owned()].into(),
        ..Actor::time()
    };
    let propose = holidays::Command::Propose { year: 2027, text: NOTICE.to_owned() };
    let confirm = holidays::Command::Answer { number: 1, confirmed: true };
    app.desk.submit(&who(2, "policy-officer"), None, &Command::Holidays(propose)).unwrap();
    app.desk.submit(&who(3, "operator"), None, &Command::Holidays(confirm)).unwrap();
    app.office.rules.supersede(book);
    let passed = pass(&app.desk).unwrap();
    assert!(matches!(passed, Passed { cases: 1, failed: 0, .. }) && passed.events > 0, "{passed:?}");
    assert_eq!(due(&app), Some(day("2027-01-07")));
    let hash = app.office.rules.law.hash().to_owned();
    drop(app);

    let office = Office::open(data.path(), &built_in).unwrap();
    assert_eq!(office.rules.law.hash(), hash);
    assert!(!office.rules.law.calendar().is_working(day("2027-01-01")));
    assert_eq!(pass(&desk(&office)).unwrap().events, 0);
}

#[test]
fn a_notice_that_cannot_be_is_told_with_its_line() {
    let book = crate::office::rulebook(&crate::packs::PacksArgs::default(), crate::packs::PACK).unwrap();
    let text = written(2027, "x", "元旦,New Year,2027-01-03,2027-01-01").unwrap();
    let faults = amended(&book, &BTreeMap::from([(2027, text.as_str())])).unwrap_err();
    assert_eq!((faults[0].file.as_str(), faults.len()), ("national/calendar/2027.toml", 1));
    let text = written(2027, "x", "元旦,New Year,2027-01-01,2027-01-01,2027-01-06").unwrap();
    assert_eq!(amended(&book, &BTreeMap::from([(2027, text.as_str())])).unwrap_err().len(), 1);
}
