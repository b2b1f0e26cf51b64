//! Spans of time as law counts them (Civil Code art. 201-203), each end with its derivation.

use crate::{Calendar, Certainty, Day, Name};
use serde::{Deserialize, Serialize};

/// What a span is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Days the office works (工作日).
    WorkingDays,
    /// Days of the calendar (自然日).
    CalendarDays,
    /// Months: ends on the corresponding day, or the month's last (art. 202).
    Months,
    /// Years: likewise.
    Years,
}

/// What happens when the last day is a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// It moves to the next working day (art. 203; 遇节假日顺延).
    #[default]
    Forward,
    /// It stays.
    Stay,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// How many.
    pub count: u16,
    /// Of what.
    pub unit: Unit,
    /// What a day off at the end does.
    #[serde(default)]
    pub roll: Roll,
}

/// One line of how a date came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateStep {
    /// The event that starts the span; the day itself is not counted (art. 201).
    Starts {
        /// The day of the event.
        on: Day,
    },
    /// The span was counted to this day.
    Counted {
        /// How many.
        count: u16,
        /// Of what.
        unit: Unit,
        /// Where the count ended.
        to: Day,
    },
    /// Weekdays off by notice that were passed over while counting working days, or that the end rolled over.
    DayOff {
        /// The day.
        on: Day,
        /// The holiday; none for a plain weekend.
        holiday: Option<Name>,
    },
    /// A Saturday or Sunday that counted because it is worked.
    MakeUp {
        /// The day.
        on: Day,
        /// The holiday it makes up for.
        holiday: Name,
    },
    /// The end moved on.
    Rolled {
        /// From the day off.
        from: Day,
        /// To the next working day.
        to: Day,
    },
}

/// A date with its derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// The date.
    pub day: Day,
    /// How it came about, in order.
    pub steps: Vec<DateStep>,
    /// Provisional where it rests on a year without a notice.
    pub certainty: Certainty,
}

impl Span {
    /// `count` working days.
    pub const fn working_days(count: u16) -> Span {
        Span { count, unit: Unit::WorkingDays, roll: Roll::Forward }
    }

    /// `count` calendar days, rolling forward at the end.
    pub const fn calendar_days(count: u16) -> Span {
        Span { count, unit: Unit::CalendarDays, roll: Roll::Forward }
    }

    /// The last day of this span when its event happens on `start`.
    pub fn end(self, start: Day, calendar: &Calendar) -> Dated {
        let mut steps = vec![DateStep::Starts { on: start }];
        let counted = match self.unit {
            Unit::WorkingDays => count_working(start, self.count, calendar, &mut steps),
            Unit::CalendarDays => start.plus(i32::from(self.count)),
            Unit::Months => start.plus_months(i32::from(self.count)),
            Unit::Years => start.plus_months(i32::from(self.count) * 12),
        };
        steps.push(DateStep::Counted { count: self.count, unit: self.unit, to: counted });
        let day = match self.roll {
            Roll::Stay => counted,
            Roll::Forward => roll_forward(counted, calendar, &mut steps),
        };
        let certainty = (start.year()..=day.year())
            .map(|year| calendar.certainty(Day::from_ymd(year, 1, 1).unwrap_or(Day::MAX)))
            .max()
            .unwrap_or(Certainty::Provisional);
        Dated { day, steps, certainty }
    }
}

fn count_working(start: Day, count: u16, calendar: &Calendar, steps: &mut Vec<DateStep>) -> Day {
    let mut day = start;
    let mut left = count;
    while left > 0 && day < Day::MAX {
        day = day.next();
        match calendar.kind(day) {
            crate::DayKind::Working => left -= 1,
            crate::DayKind::MakeUp(holiday) => {
                left -= 1;
                steps.push(DateStep::MakeUp { on: day, holiday: holiday.name });
            }
            crate::DayKind::Holiday(holiday) if !day.is_weekend() => {
                steps.push(DateStep::DayOff { on: day, holiday: Some(holiday.name) });
            }
            crate::DayKind::Holiday(_) | crate::DayKind::Weekend => {}
        }
    }
    day
}

/// Moves a day off to the next working day, noting each day passed over.
fn roll_forward(day: Day, calendar: &Calendar, steps: &mut Vec<DateStep>) -> Day {
    let to = calendar.working_on_or_after(day);
    let mut passed = day;
    while passed < to {
        let holiday = match calendar.kind(passed) {
            crate::DayKind::Holiday(holiday) => Some(holiday.name),
            _ => None,
        };
        steps.push(DateStep::DayOff { on: passed, holiday });
        passed = passed.next();
    }
    if to > day {
        steps.push(DateStep::Rolled { from: day, to });
    }
    to
}

#[cfg(test)]
mod tests;
