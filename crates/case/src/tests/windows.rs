use super::*;
use terms::Month;

/// The club rests on 1 to 3 May 2030 (Wednesday to Friday) and works on Saturday 11 May.
#[track_caller]
fn check(reading: &str, month: (i32, u8), expected: &[u8]) {
    let law = law().choosing("shift", reading).unwrap();
    let window = prize(&law).window.unwrap();
    let open = window.open_days(Month { year: month.0, month: month.1 }, law.calendar());
    let days: Vec<u8> = open.days.iter().map(|day| day.day_of_month()).collect();
    assert_eq!(days, expected, "{reading} {month:?}");
    assert_eq!(open.reading, Some(("shift".into(), reading.into())));
}

#[test]
fn a_month_whose_days_are_all_off() {
    check("each-rest-day-adds", (2030, 5), &[6, 7, 8]);
    check("first-open-days", (2030, 5), &[6, 7, 8]);
    check("last-day-rolls", (2030, 5), &[6]);
}

#[test]
fn weekends_tell_the_readings_apart() {
    // 1 June 2030 is a Saturday: 3 June is the only working day of the three.
    check("each-rest-day-adds", (2030, 6), &[3]);
    check("first-open-days", (2030, 6), &[3, 4, 5]);
    check("last-day-rolls", (2030, 6), &[3]);
    // 1 to 3 March 2030 is Friday to Sunday.
    check("each-rest-day-adds", (2030, 3), &[1]);
    check("first-open-days", (2030, 3), &[1, 4, 5]);
    check("last-day-rolls", (2030, 3), &[1, 4]);
}

#[test]
fn the_next_window_is_named_and_a_year_without_notice_is_provisional() {
    let law = law();
    let window = prize(&law).window.unwrap();
    let open = window.around(day("2030-05-09"), law.calendar());
    assert_eq!((open.month.month, open.days[0]), (6, day("2030-06-03")));
    assert_eq!(window.around(day("2030-05-08"), law.calendar()).month.month, 5);
    let later = window.open_days(Month { year: 2031, month: 1 }, law.calendar());
    assert_eq!(later.certainty, terms::Certainty::Provisional);
}

fn pre(capacity: &str, facts: &Facts, papers: Option<&[Presented]>, on: &str) -> Precheck {
    let law = law();
    precheck(&prize(&law), capacity, facts, papers, day(on), law.calendar())
}

#[test]
fn who_comes_on_an_open_day_with_every_paper_may_come() {
    let checked = pre("self", &senior(), Some(&papers()), "2030-05-06");
    assert_eq!(codes(&checked.refusals), [""; 0]);
    assert!(checked.complete && checked.may_come);
    let reasons: Vec<&str> = checked.reasons.iter().map(|reason| reason.id.as_str()).collect();
    assert_eq!(reasons, ["joined-before-match", "ten-days", "first-days"]);
    // The match was on 29 April; ten days later is 9 May.
    assert_eq!(checked.limits[0].by.day, day("2030-05-09"));
    assert_eq!(
        checked.how_long.iter().map(|promise| promise.id.as_str()).collect::<Vec<_>>(),
        ["whole", "pause", "notice"]
    );
}

#[test]
fn all_reasons_are_said_at_once() {
    let checked = pre("agent", &senior(), Some(&[]), "2030-05-10");
    let expected = [
        "case/wrong-applicant",
        "prize/too-late",
        "prize/outside-window",
        "prize/no-umpire-stamp",
        "material/missing",
        "material/missing",
    ];
    let mut found = codes(&checked.refusals);
    // Nothing is there, so the stamp cannot be wrong yet: three papers are missing.
    let mut expected = expected.to_vec();
    expected[3] = "material/missing";
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn every_piece_bears_the_stamp_and_the_form_is_filled_and_sealed() {
    let mut wrong = papers();
    wrong[0].pieces[1].stamps.clear();
    wrong[2].pieces[0].seals.clear();
    wrong[2].pieces[0].filled_by = Some("desk".into());
    let checked = pre("self", &senior(), Some(&wrong), "2030-05-06");
    assert_eq!(
        codes(&checked.refusals),
        ["prize/no-umpire-stamp", "material/not-filled", "material/not-sealed"]
    );
    assert!(checked.may_come && !checked.complete);
}

#[test]
fn what_is_not_known_is_asked_and_not_refused() {
    let mut facts = senior();
    facts.remove("member.level");
    facts.remove("match.day");
    let checked = pre("self", &facts, None, "2030-05-06");
    assert_eq!(codes(&checked.refusals), [""; 0]);
    let unanswered: Vec<&str> = checked.unanswered.iter().map(String::as_str).collect();
    assert_eq!(unanswered, ["match.day", "member.level"]);
    assert!(!checked.may_come);
}

#[test]
fn what_only_the_form_wants_is_asked_too() {
    let mut files = files();
    let form = files.get_mut("tennis-club/forms/member.toml").unwrap();
    *form = form.replacen("known = \"registry\"", "known = \"registry\"\nrequired = true", 1);
    let law = Law::load(&files, "tennis-club").unwrap();
    let mut facts = senior();
    facts.remove("member.name");
    let checked = precheck(&prize(&law), "self", &facts, None, day("2030-05-06"), law.calendar());
    assert_eq!(checked.unanswered, BTreeSet::from(["member.name".to_owned()]));
    assert!(!checked.may_come);
}

#[test]
fn exceptions_are_named_with_their_article() {
    let mut junior = senior();
    junior.insert("member.level".into(), Fact::Code("junior".into()));
    junior.insert("member.joined".into(), Fact::Day(day("2030-05-07")));
    junior.insert("match.day".into(), Fact::Day(day("2030-05-08")));
    let checked = pre("agent", &junior, None, "2030-05-14");
    assert!(checked.may_come, "{:?}", checked.refusals);
    let reasons: Vec<&str> = checked.reasons.iter().map(|reason| reason.id.as_str()).collect();
    assert!(reasons.contains(&"joined-this-month") && reasons.contains(&"junior-no-photo"), "{reasons:?}");
    let agent_card = checked.bring.iter().find(|bring| bring.material == "agent-card").unwrap();
    assert_eq!((&agent_card.need, agent_card.at.as_deref()), (&Need::Needed(Vec::new()), Some("pay")));
    // Any day is any day on which the club is open: 12 May 2030 is a Sunday.
    let sunday = pre("agent", &junior, None, "2030-05-12");
    assert_eq!(codes(&sunday.refusals), ["case/counter-closed"]);
}

/// What is wrong with a photo of this shape when it comes as this piece.
#[track_caller]
fn check_photo(shape: &str, original: bool, copies: u16, wrong: &[&str]) {
    let mut files = files();
    let file = files.get_mut("tennis-club/procedures/prize.toml").unwrap();
    *file = file.replacen("shape = \"copy\"", &format!("shape = \"{shape}\""), 1);
    let law = Law::load(&files, "tennis-club").unwrap();
    let mut papers = papers();
    papers[1].pieces = vec![Piece { original, copies, ..Piece::default() }];
    let day = day("2030-05-06");
    let checked = precheck(&prize(&law), "self", &senior(), Some(&papers), day, law.calendar());
    assert_eq!(codes(&checked.refusals), wrong, "{shape}, original {original}, copies {copies}");
}

#[test]
fn an_original_does_for_a_copy_and_a_copy_never_for_an_original() {
    check_photo("copy", true, 0, &[]);
    check_photo("copy", false, 1, &[]);
    check_photo("copy", false, 0, &["material/no-copy"]);
    check_photo("original", true, 0, &[]);
    check_photo("original", false, 1, &["material/no-original"]);
    check_photo("original-and-copy", true, 1, &[]);
    check_photo("original-and-copy", true, 0, &["material/no-copy"]);
    check_photo("original-and-copy", false, 1, &["material/no-original"]);
}

#[test]
fn another_paper_is_taken_in_its_place() {
    let mut with_card = papers();
    with_card[1] = Presented { material: "member-card".into(), pieces: vec![Piece::default()] };
    assert!(pre("self", &senior(), Some(&with_card), "2030-05-06").complete);
}
