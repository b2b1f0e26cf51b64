//! What time brings about: warnings, dates that a notice on holidays moves, results that the law deems.

use super::*;

/// The club's calendar with two more days off, announced while cases run: Thursday and Friday, 9 and 10 May 2030.
fn later_notice() -> Calendar {
    let mut files = files();
    let path = "tennis-club/calendar/made-up.toml";
    let more = "\n[[notice.holiday]]\nname = { zh = \"雨\", en = \"Rain\" }\nfrom = \"2030-05-09\"\nto = \"2030-05-10\"\n";
    files.get_mut(path).unwrap().push_str(more);
    Law::load(&files, "tennis-club").unwrap().calendar().clone()
}

fn moves(play: &Play) -> Vec<(String, Option<Day>, Day, Cause)> {
    let moved = |event: &CaseEvent| match event {
        CaseEvent::Moved { clock, from, to, cause, .. } => Some((clock.clone(), *from, to.day, *cause)),
        _ => None,
    };
    play.events.iter().filter_map(moved).collect()
}

pub(crate) fn time(play: &mut Play) {
    play.act(&desk(), &Action::TimePassed).unwrap();
}

#[test]
fn a_notice_on_holidays_moves_every_running_clock_once() {
    let mut play = Play::accepted();
    play.today = day("2030-05-08");
    play.calendar = later_notice();
    time(&mut play);
    // Opinions: three working days after Monday the 6th were 7, 8, 9; now 7, 8 and the worked Saturday, the 11th.
    // Whole: twenty working days after the 6th, the 11th worked, were the 1st of June rolled to none: 7-11 (5),
    // 13-17 (10), 20-24 (15), 27-31 (20): the 31st; two days off push it to Tuesday the 4th of June.
    let told = moves(&play);
    assert!(told.contains(&("opinions".into(), Some(day("2030-05-09")), day("2030-05-11"), Cause::Calendar)));
    assert!(told.contains(&("whole".into(), Some(day("2030-05-31")), day("2030-06-04"), Cause::Calendar)));
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(play.state.due.as_ref().map(|due| due.day), Some(day("2030-05-11")));
    // Said once: nothing more comes of looking again.
    let before = play.events.len();
    time(&mut play);
    assert_eq!(play.events.len(), before);
}

#[test]
fn what_an_applicant_was_given_is_never_made_shorter() {
    let mut play = Play::new("2030-05-06");
    play.calendar = later_notice();
    play.open("self", senior()).unwrap();
    play.act(&desk(), &Action::AskCorrection).unwrap();
    // Five working days after the 6th with the 9th and 10th off and the 11th worked: 7, 8, 11, 13, 14.
    assert_eq!(play.state.correction.as_ref().unwrap().until.day, day("2030-05-14"));
    // The notice is taken back: the time given stays.
    play.calendar = law().calendar().clone();
    time(&mut play);
    assert_eq!(play.state.correction.as_ref().unwrap().until.day, day("2030-05-14"));
    // The other way round it grows.
    let mut play = Play::new("2030-05-06");
    play.open("self", senior()).unwrap();
    play.act(&desk(), &Action::AskCorrection).unwrap();
    play.calendar = later_notice();
    time(&mut play);
    assert_eq!(
        moves(&play),
        [(CORRECTION.into(), Some(day("2030-05-11")), day("2030-05-14"), Cause::Calendar)]
    );
    play.today = day("2030-05-14");
    time(&mut play);
    assert_eq!(play.place(), "Intake");
    play.today = day("2030-05-15");
    time(&mut play);
    assert_eq!(play.place(), "closed: lapsed");
}

#[test]
fn a_clock_that_stood_still_says_its_new_date() {
    let mut play = Play::new("2030-05-06");
    play.open("self", senior()).unwrap();
    play.act(&desk(), &Action::AskCorrection).unwrap();
    play.today = day("2030-05-09");
    play.act(&actor("person/1", "member", "public"), &Action::Receive(papers())).unwrap();
    // Two working days from the 6th, and the three that stood still: 7, 8, 9, 10, 11.
    assert_eq!(
        moves(&play),
        [(INTAKE.into(), Some(day("2030-05-08")), day("2030-05-11"), Cause::Suspension)]
    );
}

#[test]
fn somebody_else_is_told_before_it_is_late_and_again_when_it_is() {
    let mut play = Play::accepted();
    let told = |play: &Play| {
        let tells = |event: &CaseEvent| match event {
            CaseEvent::Warned { clock, tells, on, .. } => {
                Some(format!("{clock} near {on} {}", tells.organisation))
            }
            CaseEvent::Overdue { clock, tells: Some(tells), on, .. } => {
                Some(format!("{clock} late {on} {}", tells.organisation))
            }
            _ => None,
        };
        play.events.iter().filter_map(tells).collect::<Vec<_>>()
    };
    play.today = day("2030-05-07");
    time(&mut play);
    assert!(told(&play).is_empty());
    // One working day before the 9th is the 8th.
    play.today = day("2030-05-08");
    time(&mut play);
    time(&mut play);
    assert_eq!(told(&play), ["opinions near 2030-05-08 school/7"]);
    play.today = day("2030-05-10");
    time(&mut play);
    assert_eq!(told(&play)[1..], ["opinions late 2030-05-10 school/7"]);
}

#[test]
fn the_law_can_take_silence_for_an_answer() {
    let mut files = files();
    let text = files.get_mut("tennis-club/procedures/prize.toml").unwrap();
    *text = text.replacen(
        "on = { passed = \"pause\", rejected",
        "deemed = { way = \"rejected\", article = \"statute/4\" }\non = { passed = \"pause\", rejected",
        1,
    );
    // What time may decide is not what a grant rests on: somebody signs for the money.
    *text = text.replacen("id = \"payment\"\nname", "id = \"consent\"\nname = { zh = \"同意\", en = \"Consent\" }\nclock = { span = { count = 3, unit = \"working-days\" }, article = \"statute/4\" }\non = { passed = \"payment\", rejected = \"refused\" }\n\n[[state.step]]\nid = \"consent\"\nname = { zh = \"同意\", en = \"Consent\" }\nrole = \"keeper\"\norganisation = \"club\"\nact = \"consult\"\narticle = \"statute/4\"\n\n[[state]]\nid = \"payment\"\nname", 1);
    *text = text.replacen("on = { passed = \"payment\", upheld", "on = { passed = \"consent\", upheld", 1);
    let law = Law::load(&files, "tennis-club").unwrap();
    let mut play = Play::accepted();
    play.procedure = prize(&law);
    play.today = day("2030-05-09");
    time(&mut play);
    assert_eq!(play.place(), "opinions");
    play.today = day("2030-05-10");
    time(&mut play);
    assert_eq!(play.place(), "closed: refused");
    assert!(play.events.iter().any(|event| matches!(event, CaseEvent::Deemed { way: Way::Rejected, .. })));
    assert_eq!(CaseState::of(&play.events), play.state);
}

#[test]
fn days_missed_are_made_up_for_at_once() {
    let mut daily = Play::accepted();
    let mut once = Play::accepted();
    for play in [&mut daily, &mut once] {
        let facts = [("match.verdict".to_owned(), Fact::Text("good".into()))].into();
        play.act(&coach(), &Action::Complete(Completion { facts, ..Completion::approve("coach") })).unwrap();
        play.approve(&keeper(), "keeper").unwrap();
    }
    for text in ["2030-05-07", "2030-05-08", "2030-05-09", "2030-05-10"] {
        daily.today = day(text);
        time(&mut daily);
    }
    once.today = day("2030-05-10");
    time(&mut once);
    assert_eq!((daily.place(), once.place()), ("notice".into(), "notice".into()));
}
