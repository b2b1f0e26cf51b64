//! The calendar's golden values, reckoned from the notices by hand or with other people's packages.

use policy::Law;
use scenarios::disk;
use terms::{Calendar, Certainty, Day, DayKind, Span};

fn calendar() -> Calendar {
    Law::load(&disk::packs().unwrap(), "national").unwrap().calendar().clone()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[track_caller]
fn check(span: Span, start: &str, end: &str) {
    assert_eq!(span.end(day(start), &calendar()).day, day(end), "{span:?} from {start}");
}

#[test]
fn spans_over_the_long_holidays() {
    check(Span::working_days(30), "2026-01-20", "2026-03-09");
    check(Span::working_days(30), "2026-09-15", "2026-11-02");
    check(Span::calendar_days(15), "2026-09-20", "2026-10-08");
}

#[test]
fn two_hundred_and_forty_eight_working_days() {
    let calendar = calendar();
    for year in [2025, 2026] {
        let first = Day::from_ymd(year, 1, 1).unwrap();
        let count = (0..365).filter(|offset| calendar.is_working(first.plus(*offset))).count();
        assert_eq!(count, 248, "{year}");
    }
}

#[test]
fn months_whose_first_five_days_are_all_off() {
    let calendar = calendar();
    let mut none = Vec::new();
    for year in [2025, 2026] {
        for month in 1..=12 {
            let first = Day::from_ymd(year, month, 1).unwrap();
            if (0..5).all(|offset| !calendar.is_working(first.plus(offset))) {
                none.push(format!("{year}-{month:02}"));
            }
        }
    }
    assert_eq!(none, ["2025-05", "2025-10", "2026-05", "2026-10"]);
}

#[test]
fn every_day_from_2007_to_2026_is_settled_and_names_its_notice() {
    let calendar = calendar();
    assert_eq!(calendar.years(), Some((2007, 2026)));
    let (mut today, mut days) = (day("2007-01-01"), 0);
    while today <= day("2026-12-31") {
        assert_eq!(calendar.certainty(today), Certainty::Settled);
        if let DayKind::MakeUp(holiday) | DayKind::Holiday(holiday) = calendar.kind(today) {
            assert!(!holiday.name.zh.is_empty() && holiday.source.contains("国务院办公厅"), "{today}");
        }
        (today, days) = (today.next(), days + 1);
    }
    assert_eq!(days, 7305);
    assert_eq!(calendar.certainty(day("2027-01-01")), Certainty::Provisional);
}

#[test]
fn days_that_notices_changed_afterwards() {
    let calendar = calendar();
    // The victory day of 2015, the longer Labour Day of 2019, the longer Spring Festival of 2020.
    for off in ["2015-09-03", "2015-09-04", "2019-05-02", "2019-05-03", "2020-01-31", "2020-02-01"] {
        assert!(!calendar.is_working(day(off)), "{off}");
    }
    for worked in ["2015-09-06", "2019-04-28", "2019-05-05", "2011-12-31", "2026-10-10"] {
        assert!(calendar.is_working(day(worked)), "{worked}");
    }
}
