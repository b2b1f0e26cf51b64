use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn every_day_of_six_centuries_round_trips_and_follows_the_one_before() {
    let mut expected = (1800, 1, 1);
    let mut current = Day::MIN;
    loop {
        assert_eq!(current.ymd(), expected);
        let (year, month, date) = expected;
        assert_eq!(Day::from_ymd(year, month, date), Ok(current));
        if current == Day::MAX {
            break;
        }
        let length = Month { year, month }.days();
        expected = match (date < length, month < 12) {
            (true, _) => (year, month, date + 1),
            (false, true) => (year, month + 1, 1),
            (false, false) => (year + 1, 1, 1),
        };
        current = current.next();
    }
    assert_eq!(expected, (2399, 12, 31));
}

#[test]
fn weekdays_of_known_days() {
    assert_eq!(day("1970-01-01").weekday(), Weekday::Thursday);
    assert_eq!(day("2026-10-09").weekday(), Weekday::Friday);
    assert_eq!(day("1900-01-01").weekday(), Weekday::Monday);
}

#[test]
fn a_month_later_is_the_same_day_or_the_last() {
    assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
    assert_eq!(day("2028-01-31").plus_months(1), day("2028-02-29"));
    assert_eq!(day("2026-11-15").plus_months(3), day("2027-02-15"));
    assert_eq!(day("2026-03-31").plus_months(-1), day("2026-02-28"));
}

#[test]
fn nonsense_is_refused_with_what_to_write() {
    for text in [
        "",
        "2026-2-1",
        "2026/02/01",
        "2026-02-30",
        "2026-13-01",
        "abcd-ef-gh",
        "２０２６-01-01",
        "9999-01-01",
    ] {
        assert!(text.parse::<Day>().is_err(), "{text}");
    }
    assert!("x".parse::<Day>().unwrap_err().to_string().contains("2026-10-08"));
}

#[test]
fn the_office_day_turns_at_midnight_in_china() {
    // 2026-01-01T15:59:59.999Z is still the first in Hangzhou; a millisecond later it is the second.
    let last = Moment(1_767_283_199_999);
    assert_eq!(last.day(), day("2026-01-01"));
    assert_eq!(Moment(last.0 + 1).day(), day("2026-01-02"));
    assert_eq!(Moment::at(day("2026-01-02"), 9, 30).to_string(), "2026-01-02 09:30:00");
}

#[test]
fn age_turns_on_the_birthday() {
    let birth = day("2008-02-29");
    assert_eq!(day("2026-02-28").age(birth), 17);
    assert_eq!(day("2026-03-01").age(birth), 18);
}
