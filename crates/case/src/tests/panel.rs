//! A panel decides once all have spoken; dissent is kept and does not stop it.

use super::*;

fn club() -> Procedure {
    let mut files = files();
    let path = "tennis-club/procedures/prize.toml";
    let whole = files.remove(path).unwrap();
    // The coach becomes a panel of three, two of whom must approve.
    let panel = whole.replacen(
        "role = \"coach\"\norganisation = \"training-school\"\nact = \"sign\"",
        "role = \"coach\"\norganisation = \"training-school\"\nact = \"consult\"\npanel = { of = 3, needs = 2 }",
        1,
    );
    assert_ne!(panel, whole);
    files.insert(path.into(), panel);
    prize(&Law::load(&files, "tennis-club").unwrap())
}

fn say(play: &mut Play, who: &str, decision: Decided) -> Result<(), Refusals> {
    let mut opinion = Completion::approve("coach");
    opinion.decision = decision;
    opinion.note = "seen".into();
    opinion.facts = [("match.verdict".to_owned(), Fact::Text("fair".into()))].into();
    let voice = Actor { who: who.into(), ..coach() };
    play.act(&voice, &Action::Complete(opinion))
}

fn at_opinions() -> Play {
    let mut play = Play::accepted();
    play.procedure = club();
    play
}

#[track_caller]
fn check(voices: &[Decided], passes: bool) {
    let mut play = at_opinions();
    play.approve(&keeper(), "keeper").unwrap();
    for (number, voice) in voices.iter().enumerate() {
        assert_eq!(play.state.position, Position::At("opinions".into()), "before voice {number}");
        say(&mut play, &format!("coach-{number}"), *voice).unwrap();
    }
    let expected = if passes { Position::At("pause".into()) } else { Position::Closed("refused".into()) };
    assert_eq!(play.state.position, expected);
}

#[test]
fn the_majority_asked_for_decides_in_any_order() {
    use Decided::{Approved, Rejected};
    check(&[Approved, Approved, Approved], true);
    check(&[Rejected, Approved, Approved], true);
    check(&[Approved, Approved, Rejected], true);
    check(&[Approved, Rejected, Rejected], false);
    check(&[Rejected, Rejected, Approved], false);
}

#[test]
fn nobody_speaks_twice_and_nobody_after_the_last() {
    let mut play = at_opinions();
    say(&mut play, "one", Decided::Rejected).unwrap();
    assert_eq!(codes(&say(&mut play, "one", Decided::Approved).unwrap_err()), ["case/step-done"]);
    let next = next_actions(&play.procedure, &play.state, play.today, &play.calendar);
    assert!(next.iter().any(|next| next.not.contains("one")));
    say(&mut play, "two", Decided::Approved).unwrap();
    say(&mut play, "three", Decided::Approved).unwrap();
    assert_eq!(codes(&say(&mut play, "four", Decided::Approved).unwrap_err()), ["case/step-done"]);
}
