//! Events are read for decades.

use super::*;
use expect_test::expect;
use proptest::prelude::*;
use terms::Fen;

#[test]
fn a_stored_event_says_what_it_is() {
    let event = CaseEvent::StepDone {
        state: "payment".into(),
        step: "pay".into(),
        decision: Decided::Approved,
        note: "paid at the window".into(),
        facts: Facts::new(),
        signature: None,
        by: By { who: "account/4".into(), role: "treasurer".into(), organisation: "club".into() },
        on: day("2030-05-18"),
    };
    let stored = serde_json::to_string(&event).unwrap();
    expect![[r#"{"event":"step-done","state":"payment","step":"pay","decision":"approved","note":"paid at the window","facts":{},"signature":null,"by":{"who":"account/4","role":"treasurer","organisation":"club"},"on":"2030-05-18"}"#]]
        .assert_eq(&stored);
    assert_eq!(serde_json::from_str::<CaseEvent>(&stored).unwrap(), event);
}

#[test]
fn a_whole_case_survives_storage() {
    let mut play = Play::accepted();
    play.act(&keeper(), &Action::Complete(Completion::approve("keeper"))).unwrap();
    play.today = day("2030-06-20");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    let stored = serde_json::to_string(&play.events).unwrap();
    let read: Vec<CaseEvent> = serde_json::from_str(&stored).unwrap();
    assert_eq!(CaseState::of(&read), play.state);
}

proptest! {
    /// Whatever anybody tries in whatever order, nothing panics, a refusal changes nothing, and no case pays twice.
    #[test]
    fn any_sequence_of_acts_is_answered(acts in prop::collection::vec((0usize..16, 0i32..6), 1..60)) {
        let mut play = Play::new("2030-05-06");
        play.register = senior();
        let people = [desk(), coach(), keeper(), treasurer(), actor("person/1", "member", "public")];
        for (act, days) in acts {
            play.today = play.today.plus(days / 3);
            let verdict = [("match.verdict".to_owned(), Fact::Text("good".into()))].into();
            let card = vec![Presented { material: "payee-card".into(), pieces: vec![piece()] }];
            let parties = BTreeMap::from([("training-school".to_owned(), "school/7".to_owned())]);
            let action = match act {
                0 => Action::Open { law: "h".into(), subject: "person/1".into(), capacity: "self".into(), parties, facts: Facts::new() },
                1 | 2 => Action::Receive(papers()),
                3 => Action::AskCorrection,
                4 | 5 => Action::Accept,
                6 => Action::Complete(Completion { facts: verdict, ..Completion::approve("coach") }),
                7 => Action::Complete(Completion::approve("keeper")),
                8 => Action::StartNotice,
                9 => Action::Object { text: "no".into() },
                10 => Action::Hear { objection: 1, upheld: false, note: "heard".into() },
                11 | 12 => Action::Pay {
                    completion: Completion { materials: card, ..Completion::approve("pay") },
                    amount: Fen::yuan(1), payee: "W".into(), method: "window".into(),
                },
                13 => Action::Complete(Completion { decision: Decided::Returned, note: "again".into(), ..Completion::approve("keeper") }),
                _ => Action::TimePassed,
            };
            for person in &people {
                let before = play.state.clone();
                if play.act(person, &action).is_err() {
                    prop_assert_eq!(&play.state, &before);
                }
                let next = next_actions(&play.procedure, &play.state, play.today, &play.calendar);
                let open = !matches!(play.state.position, Position::New | Position::Closed(_));
                prop_assert_eq!(open, !next.is_empty());
            }
        }
        let paid = play.events.iter().filter(|event| matches!(event, CaseEvent::Paid { .. })).count();
        prop_assert!(paid <= 1);
        // What was accepted was complete: no correction is ever asked after acceptance.
        let accepted = play.events.iter().position(|event| matches!(event, CaseEvent::Accepted { .. }));
        if let Some(accepted) = accepted {
            let late = play.events[accepted..].iter().any(|event| matches!(event, CaseEvent::CorrectionAsked { .. }));
            prop_assert!(!late);
        }
    }
}
