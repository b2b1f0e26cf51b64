//! Proof that a notice was up: day by day, chained, and only for days on which somebody looked.

use super::passing::time;
use super::*;

/// The notice of a senior's prize, up since 2030-05-10.
fn up() -> Play {
    let mut play = Play::accepted();
    let facts = [("match.verdict".to_owned(), Fact::Text("good".into()))].into();
    play.act(&coach(), &Action::Complete(Completion { facts, ..Completion::approve("coach") })).unwrap();
    play.approve(&keeper(), "keeper").unwrap();
    play.today = day("2030-05-10");
    time(&mut play);
    play.act(&keeper(), &Action::StartNotice).unwrap();
    play
}

fn days(play: &Play) -> Vec<(String, bool)> {
    sealed(&play.events).into_iter().map(|one| (one.seal.on.to_string(), one.holds)).collect()
}

#[test]
fn each_day_is_sealed_once_and_none_after_the_last() {
    let mut play = up();
    // Nobody looked on the 12th; on the 18th the notice has come down by itself.
    for text in ["2030-05-10", "2030-05-11", "2030-05-11", "2030-05-13", "2030-05-17", "2030-05-18"] {
        play.today = day(text);
        time(&mut play);
    }
    let told = ["2030-05-10", "2030-05-11", "2030-05-13", "2030-05-17"].map(|on| (on.to_owned(), true));
    assert_eq!(days(&play), told);
    assert_eq!(play.place(), "payment");
    let came_down = |event: &&CaseEvent| matches!(event, CaseEvent::NoticeEnded { .. });
    assert_eq!(play.events.iter().filter(came_down).count(), 1);
    assert_eq!(CaseState::of(&play.events), play.state);
}

#[test]
fn what_is_changed_or_dropped_afterwards_shows() {
    let mut play = up();
    for text in ["2030-05-11", "2030-05-12"] {
        play.today = day(text);
        time(&mut play);
    }
    assert_eq!(days(&play).len(), 3);
    let broken = |change: &dyn Fn(&mut Vec<CaseEvent>)| {
        let mut events = play.events.clone();
        change(&mut events);
        sealed(&events).iter().filter(|one| !one.holds).count()
    };
    assert_eq!(broken(&|_| {}), 0);
    // Another name shown: every day is wrong.
    assert_eq!(
        broken(&|events| {
            for event in events {
                if let CaseEvent::NoticeStarted { shown, .. } = event {
                    shown.insert("member.name".into(), "L***".into());
                }
            }
        }),
        3
    );
    // A day taken out: those after it are wrong.
    let second =
        |event: &CaseEvent| matches!(event, CaseEvent::NoticeSealed { on, .. } if *on == day("2030-05-11"));
    assert_eq!(broken(&|events| events.retain(|event| !second(event))), 1);
}
