use super::*;
use terms::Fen;

fn with_verdict() -> Completion {
    let facts = [("match.verdict".to_owned(), Fact::Text("good".into()))].into();
    Completion { facts, ..Completion::approve("coach") }
}

fn card() -> Vec<Presented> {
    vec![Presented { material: "payee-card".into(), pieces: vec![piece()] }]
}

fn pay(materials: Vec<Presented>) -> Action {
    let completion = Completion { materials, ..Completion::approve("pay") };
    Action::Pay { completion, amount: Fen::yuan(30), payee: "Wang Wei".into(), method: "window".into() }
}

#[test]
fn a_case_from_the_counter_to_the_prize() {
    let mut play = Play::accepted();
    assert_eq!(play.place(), "opinions");
    play.act(&coach(), &Action::Complete(with_verdict())).unwrap();
    assert_eq!(play.place(), "opinions");
    play.approve(&keeper(), "keeper").unwrap();
    assert_eq!(play.place(), "pause");
    // Four calendar days after 6 May is Friday the 10th.
    play.today = day("2030-05-09");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    assert_eq!(play.place(), "pause");
    play.today = day("2030-05-10");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    assert_eq!(play.place(), "notice");
    play.act(&keeper(), &Action::StartNotice).unwrap();
    let notice = play.state.notice.clone().unwrap();
    assert_eq!(notice.until.day, day("2030-05-17"));
    assert_eq!(notice.shown["member.name"], "W*******");
    play.today = day("2030-05-17");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    assert_eq!(play.place(), "notice");
    play.today = day("2030-05-18");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    assert_eq!(play.place(), "payment");
    let refused = play.act(&treasurer(), &pay(Vec::new())).unwrap_err();
    assert_eq!(codes(&refused), ["material/missing"]);
    play.act(&treasurer(), &pay(card())).unwrap();
    assert_eq!(play.place(), "closed: paid");
    assert_eq!(play.state.paid, Some(Fen::yuan(30)));
    assert!(granted(&play.procedure, &play.state));
    assert_eq!(codes(&play.act(&treasurer(), &pay(card())).unwrap_err()), ["case/closed"]);
    assert_eq!(CaseState::of(&play.events), play.state);
}

#[test]
fn the_wrong_person_is_told_why() {
    let mut play = Play::accepted();
    let refused = play.approve(&actor("account/9", "desk", "elsewhere"), "coach").unwrap_err();
    assert_eq!(codes(&refused), ["case/wrong-role", "case/wrong-organisation", "case/field-missing"]);
    let other_school = actor("account/9", "coach", "school/8");
    let refused = play.act(&other_school, &Action::Complete(with_verdict())).unwrap_err();
    assert_eq!(codes(&refused), ["case/wrong-organisation"]);
    let mut apprentice = coach();
    apprentice.facts.insert("actor.title".into(), Fact::Code("apprentice".into()));
    let refused = play.act(&apprentice, &Action::Complete(with_verdict())).unwrap_err();
    assert_eq!(codes(&refused), ["prize/not-a-master"]);
    assert_eq!(refused[0].facts["actor.title"], Fact::Code("apprentice".into()));
    // Who accepted may not decide; nor may who decided pay.
    let refused = play.approve(&actor("account/1", "keeper", "club"), "keeper").unwrap_err();
    assert_eq!(codes(&refused), ["case/same-person"]);
}

#[test]
fn separation_holds_after_a_return_too() {
    let mut play = Play::accepted();
    let back = Completion {
        decision: Decided::Returned,
        note: "look again".into(),
        ..Completion::approve("keeper")
    };
    play.act(&keeper(), &Action::Complete(back.clone())).unwrap();
    assert_eq!((play.place().as_str(), play.state.returns), ("opinions", 1));
    // Another keeper approves now, but the first one has had a hand in it.
    play.act(&coach(), &Action::Complete(with_verdict())).unwrap();
    let second = actor("account/5", "keeper", "club");
    let refused = play.act(&second, &Action::Complete(back)).unwrap_err();
    assert_eq!(codes(&refused), ["case/returned-too-often"]);
    play.approve(&second, "keeper").unwrap();
    play.today = day("2030-05-10");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    play.act(&keeper(), &Action::StartNotice).unwrap();
    play.today = day("2030-05-20");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    let mut first_as_treasurer = treasurer();
    first_as_treasurer.who = keeper().who;
    assert_eq!(codes(&play.act(&first_as_treasurer, &pay(card())).unwrap_err()), ["case/same-person"]);
    let next = next_actions(&play.procedure, &play.state, play.today, &play.calendar);
    assert_eq!(next[0].not, BTreeSet::from(["account/2".into(), "account/3".into(), "account/5".into()]));
}

#[test]
fn steps_out_of_order_and_half_said_are_refused() {
    let mut play = Play::accepted();
    assert_eq!(codes(&play.act(&treasurer(), &pay(card())).unwrap_err()), ["case/out-of-order"]);
    assert_eq!(codes(&play.approve(&keeper(), "dance").unwrap_err()), ["case/no-such-step"]);
    assert_eq!(
        codes(&play.act(&coach(), &Action::Complete(Completion::approve("coach"))).unwrap_err()),
        ["case/field-missing"]
    );
    let silent = Completion { decision: Decided::Rejected, ..Completion::approve("keeper") };
    assert_eq!(
        codes(&play.act(&keeper(), &Action::Complete(silent.clone())).unwrap_err()),
        ["case/note-missing"]
    );
    let rejected = Completion { note: "no such match".into(), ..silent };
    play.act(&keeper(), &Action::Complete(rejected)).unwrap();
    assert_eq!(play.place(), "closed: refused");
    let mut twice = Play::accepted();
    twice.approve(&keeper(), "keeper").unwrap();
    assert_eq!(codes(&twice.approve(&keeper(), "keeper").unwrap_err()), ["case/step-done"]);
}

#[test]
fn a_correction_is_asked_once_stops_the_clocks_and_lapses() {
    let mut play = Play::new("2030-05-06");
    play.open("self", senior()).unwrap();
    let mut unstamped = papers();
    unstamped[0].pieces[0].stamps.clear();
    unstamped.remove(1);
    play.act(&desk(), &Action::Receive(unstamped)).unwrap();
    assert_eq!(
        codes(&play.act(&desk(), &Action::Accept).unwrap_err()),
        ["prize/no-umpire-stamp", "material/missing"]
    );
    play.act(&desk(), &Action::AskCorrection).unwrap();
    assert_eq!(codes(&play.act(&desk(), &Action::AskCorrection).unwrap_err()), ["case/correction-asked"]);
    let correcting = play.state.correction.clone().unwrap();
    // Five working days after 6 May 2030, Saturday the 11th being worked: 7, 8, 9, 10, 11.
    assert_eq!(correcting.until.day, day("2030-05-11"));
    assert_eq!(codes(&correcting.missing), ["prize/no-umpire-stamp", "material/missing"]);
    assert_eq!(next_actions(&play.procedure, &play.state, play.today, &play.calendar)[0].what, What::Mend);

    let mut lapsed = Play::new("2030-05-12");
    lapsed.state = play.state.clone();
    lapsed.act(&desk(), &Action::TimePassed).unwrap();
    assert_eq!(lapsed.place(), "closed: lapsed");

    // Mended on the 9th, outside the window: the day of the application counts.
    play.today = day("2030-05-09");
    play.act(&actor("person/1", "member", "public"), &Action::Receive(papers())).unwrap();
    assert!(play.state.correction.is_none());
    play.act(&desk(), &Action::Accept).unwrap();
    assert_eq!(play.place(), "opinions");
    assert_eq!(play.state.suspensions, [Suspension { from: day("2030-05-06"), to: Some(day("2030-05-09")) }]);
    assert_eq!(
        codes(&play.act(&desk(), &Action::AskCorrection).unwrap_err()),
        ["case/not-at-intake", "case/nothing-missing"]
    );
}

#[test]
fn the_intake_clock_stands_still_while_a_correction_is_open() {
    let mut play = Play::new("2030-05-06");
    play.open("self", senior()).unwrap();
    play.act(&desk(), &Action::AskCorrection).unwrap();
    play.today = day("2030-05-09");
    // Two working days from the 6th would be the 8th; three days stood still make it the 11th (worked Saturday).
    let clock = clocks(&play.procedure, &play.state, play.today, &play.calendar).pop().unwrap();
    assert_eq!((clock.id.as_str(), clock.stopped, clock.due.day), ("intake", true, day("2030-05-11")));
    play.act(&desk(), &Action::TimePassed).unwrap();
    assert!(play.state.overdue.is_empty());
}

#[test]
fn an_objection_keeps_the_case_until_it_is_heard() {
    for (upheld, end) in [(false, "payment"), (true, "closed: refused")] {
        let mut play = Play::accepted();
        play.act(&coach(), &Action::Complete(with_verdict())).unwrap();
        play.approve(&keeper(), "keeper").unwrap();
        play.today = day("2030-05-10");
        play.act(&keeper(), &Action::TimePassed).unwrap();
        let neighbour = actor("person/8", "member", "public");
        let object = Action::Object { text: "he never played".into() };
        assert_eq!(codes(&play.act(&neighbour, &object).unwrap_err()), ["case/no-notice"]);
        play.act(&keeper(), &Action::StartNotice).unwrap();
        assert_eq!(codes(&play.act(&keeper(), &Action::StartNotice).unwrap_err()), ["case/notice-up"]);
        play.act(&neighbour, &object).unwrap();
        play.today = day("2030-05-18");
        play.act(&keeper(), &Action::TimePassed).unwrap();
        assert_eq!(play.place(), "notice");
        assert_eq!(codes(&play.act(&neighbour, &object).unwrap_err()), ["case/no-notice"]);
        let hear = Action::Hear { objection: 1, upheld, note: "heard both".into() };
        let mut objector_as_keeper = keeper();
        objector_as_keeper.who = neighbour.who.clone();
        assert_eq!(codes(&play.act(&objector_as_keeper, &hear).unwrap_err()), ["case/same-person"]);
        play.act(&keeper(), &hear).unwrap();
        assert_eq!(codes(&play.act(&keeper(), &hear).unwrap_err()), ["case/objection-heard"]);
        play.act(&keeper(), &Action::TimePassed).unwrap();
        assert_eq!(play.place(), end);
    }
}

#[test]
fn a_state_whose_condition_does_not_hold_is_passed_over() {
    let mut play = Play::new("2030-05-06");
    let mut junior = senior();
    junior.insert("member.level".into(), Fact::Code("junior".into()));
    play.open("agent", junior).unwrap();
    play.act(&desk(), &Action::Receive(papers())).unwrap();
    play.act(&desk(), &Action::Accept).unwrap();
    play.act(&coach(), &Action::Complete(with_verdict())).unwrap();
    play.approve(&keeper(), "keeper").unwrap();
    play.today = day("2030-05-10");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    assert_eq!(play.place(), "payment");
    // An agent collects with two originals.
    assert_eq!(codes(&play.act(&treasurer(), &pay(card())).unwrap_err()), ["material/missing"]);
}

#[test]
fn late_is_noted_once() {
    let mut play = Play::accepted();
    // Three working days after 6 May is the 9th, and the 9th itself is in time.
    play.today = day("2030-05-09");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    play.today = day("2030-05-10");
    play.act(&keeper(), &Action::TimePassed).unwrap();
    play.act(&keeper(), &Action::TimePassed).unwrap();
    let late: Vec<&CaseEvent> =
        play.events.iter().filter(|event| matches!(event, CaseEvent::Overdue { .. })).collect();
    let tells = Some(Owner { role: "coach".into(), organisation: "school/7".into() });
    let expected =
        CaseEvent::Overdue { clock: "opinions".into(), due: day("2030-05-09"), tells, on: day("2030-05-10") };
    assert_eq!(late, [&expected]);
}

#[test]
fn declining_says_every_reason_and_withdrawing_ends_it() {
    let mut play = Play::new("2030-05-13");
    play.open("self", senior()).unwrap();
    play.act(&desk(), &Action::Receive(papers())).unwrap();
    play.act(&desk(), &Action::Decline).unwrap();
    assert_eq!(codes(&play.state.declined), ["prize/too-late", "prize/outside-window"]);
    assert_eq!(play.place(), "closed: refused");

    let mut fine = Play::new("2030-05-06");
    fine.open("self", senior()).unwrap();
    fine.act(&desk(), &Action::Receive(papers())).unwrap();
    assert_eq!(codes(&fine.act(&desk(), &Action::Decline).unwrap_err()), ["case/nothing-missing"]);
    assert_eq!(codes(&fine.act(&coach(), &Action::Withdraw).unwrap_err()), ["case/not-applicant"]);
    fine.act(&actor("person/1", "member", "public"), &Action::Withdraw).unwrap();
    assert_eq!(fine.place(), "closed: withdrawn");
}

#[test]
fn applications_that_cannot_be_are_not_opened() {
    let mut play = Play::new("2030-05-06");
    assert_eq!(codes(&play.open("agent", senior()).unwrap_err()), ["case/wrong-applicant"]);
    let mut strange = senior();
    strange.insert("member.level".into(), Fact::Code("king".into()));
    strange.insert("member.name".into(), Fact::Text("x".repeat(TEXT_CHARACTERS_MAX + 1)));
    strange.insert("match.verdict".into(), Fact::Text("good".into()));
    let refused = play.open_saying("self", strange).unwrap_err();
    assert_eq!(codes(&refused), ["case/field-unfit", "case/field-unfit", "case/field-unfit"]);
    let open = Action::Open {
        law: String::new(),
        subject: "person/1".into(),
        capacity: "self".into(),
        parties: BTreeMap::new(),
        facts: senior(),
    };
    assert_eq!(codes(&play.act(&desk(), &open).unwrap_err()), ["case/party-unknown"]);
    assert_eq!(codes(&play.act(&desk(), &Action::Accept).unwrap_err()), ["case/not-open"]);
    let mut longest = senior();
    longest.insert("member.name".into(), Fact::Text("文".repeat(TEXT_CHARACTERS_MAX)));
    play.open("self", longest).unwrap();
    assert_eq!(codes(&play.open("self", senior()).unwrap_err()), ["case/already-open"]);
    let unasked = vec![Presented { material: "diary".into(), pieces: vec![piece()] }];
    assert_eq!(codes(&play.act(&desk(), &Action::Receive(unasked)).unwrap_err()), ["case/unknown-material"]);
}

#[test]
fn nobody_can_claim_what_a_register_keeps() {
    let mut play = Play::new("2030-05-06");
    play.open_saying("self", senior()).unwrap();
    play.act(&desk(), &Action::Receive(papers())).unwrap();
    let refused = play.act(&desk(), &Action::Accept).unwrap_err();
    assert!(refused.iter().all(|refusal| refusal.code == "case/fact-unknown"), "{refused:?}");
    let asked: Vec<String> = refused.iter().map(|refusal| refusal.facts["field"].to_string()).collect();
    assert_eq!(asked, ["入会日期", "级别"]);
    // The register's word goes over the member's.
    play.register = senior();
    play.register.insert("member.joined".into(), Fact::Day(day("2030-05-02")));
    assert_eq!(codes(&play.act(&desk(), &Action::Accept).unwrap_err()), ["prize/not-a-member"]);
}
