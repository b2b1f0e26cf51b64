//! A running case under another version of its procedure.

use super::*;

const PATH: &str = "tennis-club/procedures/prize.toml";

/// The procedure with these words exchanged.
fn version(changes: &[(&str, &str)]) -> Procedure {
    let mut files = files();
    let text = files.get_mut(PATH).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
    }
    prize(&Law::load(&files, "tennis-club").unwrap())
}

/// What stands in the way of moving this case to the changed version.
#[track_caller]
fn check(play: &Play, changes: &[(&str, &str)], expected: &[&str]) {
    let officer = actor("account/7", "keeper", "club");
    let context =
        CaseContext { actor: &officer, today: play.today, calendar: &play.calendar, facts: &play.register };
    assert_eq!(codes(&obstacles(&version(changes), "newer", &play.state, &context)), expected);
}

#[test]
fn what_stands_in_the_way() {
    let mut play = Play::accepted();
    check(&play, &[], &[]);
    check(&play, &[("count = 3, unit = \"working-days\" }", "count = 5, unit = \"working-days\" }")], &[]);
    check(
        &play,
        &[
            ("id = \"opinions\"", "id = \"votes\""),
            ("to = \"opinions\"", "to = \"votes\""),
            ("returned = \"opinions\"", "returned = \"votes\""),
        ],
        &["case/version-state-gone"],
    );
    check(
        &play,
        &[("parties = [\"training-school\"]", "parties = [\"training-school\", \"umpire\"]")],
        &["case/party-unknown"],
    );
    check(
        &play,
        &[("[[applicant]]\ncapacity = \"self\"", "[[applicant]]\ncapacity = \"guardian\"")],
        &["case/version-capacity"],
    );
    // A paper that nobody was asked for when the case came: it must not come back for it.
    let paper = "[[material]]\nid = \"oath\"\nname = { zh = \"誓\", en = \"Oath\" }\nshape = \"original\"\nbasis = \"statute/3\"\n\n[intake]";
    check(&play, &[("[intake]", paper)], &["case/version-papers"]);
    play.approve(&keeper(), "keeper").unwrap();
    check(
        &play,
        &[
            ("id = \"keeper\"\nname", "id = \"warden\"\nname"),
            ("starts = \"step keeper\"", "starts = \"step warden\""),
            ("apart_from = [\"keeper\", \"coach\"]", "apart_from = [\"warden\", \"coach\"]"),
        ],
        &["case/version-step-gone"],
    );
}

#[test]
fn a_step_put_in_before_where_the_case_stands_was_never_done() {
    let mut play = Play::accepted();
    let facts = [("match.verdict".to_owned(), Fact::Text("good".into()))].into();
    play.act(&coach(), &Action::Complete(Completion { facts, ..Completion::approve("coach") })).unwrap();
    play.approve(&keeper(), "keeper").unwrap();
    assert_eq!(play.place(), "pause");
    check(&play, &[], &[]);
    let first = "[[state]]\nid = \"count\"\nname = { zh = \"核分\", en = \"Count\" }\nclock = { span = { count = 1, unit = \"working-days\" }, article = \"statute/4\" }\non = { passed = \"opinions\" }\n\n[[state.step]]\nid = \"count-points\"\nname = { zh = \"核分\", en = \"Count\" }\nrole = \"keeper\"\norganisation = \"club\"\nact = \"seal\"\narticle = \"statute/4\"\n\n[[state]]\nid = \"opinions\"";
    check(
        &play,
        &[("to = \"opinions\"", "to = \"count\""), ("[[state]]\nid = \"opinions\"", first)],
        &["case/version-step-undone"],
    );
}

#[test]
fn a_case_that_moves_is_told_its_new_dates() {
    let mut play = Play::accepted();
    let newer = version(&[("count = 3, unit = \"working-days\" }", "count = 5, unit = \"working-days\" }")]);
    let officer = actor("account/7", "keeper", "club");
    let by = By { who: "account/7".into(), role: "keeper".into(), organisation: "club".into() };
    let context =
        CaseContext { actor: &officer, today: play.today, calendar: &play.calendar, facts: &play.register };
    let events = migrate(&newer, "newer", &play.state, by.clone(), &context).unwrap();
    // Five working days after the 6th, the 11th being worked.
    assert!(events.iter().any(|event| matches!(event, CaseEvent::Moved { clock, to, cause: Cause::Version, .. } if clock == "opinions" && to.day == day("2030-05-11"))));
    events.iter().for_each(|event| evolve(&mut play.state, event));
    assert_eq!(play.state.law, "newer");
    let context =
        CaseContext { actor: &officer, today: play.today, calendar: &play.calendar, facts: &play.register };
    assert_eq!(
        codes(&migrate(&newer, "newer", &play.state, by, &context).unwrap_err()),
        ["case/version-same"]
    );
}
