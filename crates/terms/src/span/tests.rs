use super::*;
use crate::Notice;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn named(zh: &str) -> Name {
    Name { zh: zh.into(), en: zh.into() }
}

/// The parts of the 2026 notice that the dates below touch.
fn calendar() -> Calendar {
    let days = |from: &str, count: i32, name: &str| -> Vec<(Day, Name)> {
        (0..count).map(|index| (day(from).plus(index), named(name))).collect()
    };
    let mut off = days("2026-02-15", 9, "春节");
    off.extend(days("2026-09-25", 3, "中秋节"));
    off.extend(days("2026-10-01", 7, "国庆节"));
    let make_up = ["2026-02-14", "2026-02-28"].map(|text| (day(text), named("春节"))).into_iter();
    let make_up =
        make_up.chain(["2026-09-20", "2026-10-10"].map(|text| (day(text), named("国庆节")))).collect();
    Calendar::new([Notice { year: 2026, source: "notice".into(), off, make_up }])
}

#[track_caller]
fn check(span: Span, start: &str, end: &str) {
    assert_eq!(span.end(day(start), &calendar()).day, day(end));
}

#[test]
fn thirty_working_days_around_the_spring_festival_and_the_national_day() {
    check(Span::working_days(30), "2026-01-20", "2026-03-09");
    check(Span::working_days(30), "2026-09-15", "2026-11-02");
}

#[test]
fn fifteen_days_that_end_in_a_holiday_roll_to_the_day_after() {
    let dated = Span::calendar_days(15).end(day("2026-09-20"), &calendar());
    assert_eq!(dated.day, day("2026-10-08"));
    assert_eq!(dated.steps.first(), Some(&DateStep::Starts { on: day("2026-09-20") }));
    assert_eq!(
        dated.steps.last(),
        Some(&DateStep::Rolled { from: day("2026-10-05"), to: day("2026-10-08") })
    );
    assert_eq!(dated.certainty, Certainty::Settled);
    let stays = Span { roll: Roll::Stay, ..Span::calendar_days(15) };
    check(stays, "2026-09-20", "2026-10-05");
}

#[test]
fn months_end_on_the_corresponding_day() {
    let month = |count| Span { count, unit: Unit::Months, roll: Roll::Stay };
    check(month(3), "2026-11-30", "2027-02-28");
    check(Span { unit: Unit::Years, ..month(1) }, "2026-03-01", "2027-03-01");
}

#[test]
fn a_date_past_the_last_notice_is_provisional() {
    let dated = Span::working_days(10).end(day("2026-12-25"), &calendar());
    assert_eq!(dated.certainty, Certainty::Provisional);
}

#[test]
fn counting_forward_and_back_agree_on_every_day_of_a_year() {
    let calendar = calendar();
    for offset in 0..365 {
        let start = day("2026-01-01").plus(offset);
        for count in [0, 1, 5, 30] {
            let end = Span::working_days(count).end(start, &calendar).day;
            // A span of no days rolls to a working day; otherwise the count back is exact.
            let expected = if count == 0 { i32::from(end > start) } else { i32::from(count) };
            assert_eq!(calendar.working_days_between(start, end), expected, "{start} {count}");
            assert!(calendar.is_working(end));
        }
    }
}
