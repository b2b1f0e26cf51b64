//! Every rule on every day it claims: exactly one answer, no gap, nothing left to chance.

use crate::procedures::laws;
use case::{Procedure, precheck};
use terms::{Certainty, Day, Fact, Facts, Month};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn every_month_has_open_days_in_every_reading() {
    for (law, procedures) in laws() {
        for window in procedures.iter().filter_map(|procedure| procedure.window.as_ref()) {
            let (setting, _) = window.reading.clone().unwrap_or_default();
            let readings =
                law.setting(&setting).map(|setting| setting.readings.keys().cloned().collect::<Vec<_>>());
            for reading in readings.unwrap_or_default() {
                let other = law.choosing(&setting, &reading).unwrap();
                let compiled = case::Procedures::compile(&other).unwrap();
                let window = compiled.iter().find_map(|procedure| procedure.window.clone()).unwrap();
                for index in 2007 * 12..2028 * 12 {
                    let month = Month { year: index / 12, month: (index % 12 + 1) as u8 };
                    let open = window.open_days(month, law.calendar());
                    assert!(
                        !open.days.is_empty(),
                        "{} {month} {reading}: nobody could ever come",
                        law.pack().id
                    );
                    let sorted = open.days.windows(2).all(|pair| pair[0] < pair[1]);
                    assert!(
                        sorted && open.days.iter().all(|day| law.calendar().is_working(*day)),
                        "{month} {reading}"
                    );
                    let settled = law.calendar().source(month.year).is_some();
                    assert_eq!(open.certainty == Certainty::Settled, settled, "{month} {reading}");
                }
            }
        }
    }
}

#[test]
fn every_day_is_either_open_or_told_the_next_open_day() {
    for (law, procedures) in laws() {
        for window in procedures.iter().filter_map(|procedure| procedure.window.as_ref()) {
            let (mut today, end) = (day("2024-01-01"), day("2027-12-31"));
            while today <= end {
                let open = window.around(today, law.calendar());
                let next = open.days.iter().find(|open| **open >= today);
                assert!(next.is_some_and(|next| next.days_since(today) < 62), "{today}: no next open day");
                // Nothing open lies between today and the day that is named.
                let skipped = (0..next.unwrap().days_since(today)).map(|offset| today.plus(offset));
                let own = |day: Day| window.open_days(day.month(), law.calendar()).days.contains(&day);
                assert!(
                    skipped.into_iter().all(|day| !own(day)),
                    "{today}: an earlier open day was passed over"
                );
                today = today.next();
            }
        }
    }
}

/// A limit's last day is open, and the next day is refused: for every start in four years.
#[test]
fn every_limit_has_one_last_day() {
    for (law, procedures) in laws() {
        for procedure in procedures.iter() {
            for limit in &procedure.limits {
                let mut start = day("2023-12-01");
                while start < day("2026-10-01") {
                    let last = limit.span.end(start, law.calendar()).day;
                    let late = |on: Day| {
                        refused(procedure, &limit.starts, start, on, &limit.refusal, law.calendar())
                    };
                    assert!(
                        !late(last) && late(last.next()),
                        "{} {}: {start} to {last}",
                        procedure.id,
                        limit.id
                    );
                    start = start.next();
                }
            }
        }
    }
}

fn refused(
    procedure: &Procedure,
    name: &str,
    start: Day,
    on: Day,
    code: &str,
    calendar: &terms::Calendar,
) -> bool {
    let facts = Facts::from([(name.to_owned(), Fact::Day(start))]);
    let capacity = &procedure.applicants[0].capacity;
    let checked = precheck(procedure, capacity, &facts, None, on, calendar);
    checked.refusals.iter().any(|refusal| refusal.code == code)
}
