//! The days of a month on which a kind of application is taken.

use crate::material::Exception;
use serde::{Deserialize, Serialize};
use terms::{ArticleId, Calendar, Certainty, Day, DayKind, Month, Name};

/// A window of days that comes every month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// `monthly-days`
    pub id: String,
    /// First day of the month.
    pub first: u8,
    /// Last day of the month; a month without it ends earlier.
    pub last: u8,
    /// What days off inside it do.
    pub shift: Shift,
    /// The reading that chose the shift: setting and reading.
    pub reading: Option<(String, String)>,
    /// The code of the refusal outside it.
    pub refusal: String,
    /// The article.
    pub article: ArticleId,
    /// Those whom it does not bind.
    pub exceptions: Vec<Exception>,
}

/// What days off inside a window do (遇节假日顺延 has more than one reading).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shift {
    /// Each day off by notice inside the window adds a working day after it.
    EachHolidayAdds,
    /// As many working days as the window has days, from its first day on.
    FirstWorkingDays,
    /// Only the last day moves to the next working day.
    LastDayRolls,
    /// Days off are lost.
    NoShift,
}

/// The open days of one month, with their derivation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDays {
    /// The month.
    pub month: Month,
    /// Every open day, in order; some may lie in the next month.
    pub days: Vec<Day>,
    /// How they came about.
    pub steps: Vec<WindowStep>,
    /// Provisional where it rests on a year without a notice.
    pub certainty: Certainty,
    /// The article.
    pub article: ArticleId,
    /// The reading applied: setting and reading.
    pub reading: Option<(String, String)>,
}

/// One line of how open days came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowStep {
    /// The days the article states.
    Stated {
        /// From this day.
        first: Day,
        /// To this day.
        last: Day,
    },
    /// A day inside it is off.
    DayOff {
        /// The day.
        on: Day,
        /// The holiday; none for a plain weekend.
        holiday: Option<Name>,
    },
    /// A Saturday or Sunday that counts because it is worked.
    MakeUp {
        /// The day.
        on: Day,
        /// The holiday it makes up for.
        holiday: Name,
    },
    /// A working day after the stated days that is open in exchange.
    Added {
        /// The day.
        on: Day,
    },
    /// The last day moved on.
    Rolled {
        /// From the day off.
        from: Day,
        /// To the next working day.
        to: Day,
    },
}

impl Window {
    /// The open days that belong to this month.
    pub fn open_days(&self, month: Month, calendar: &Calendar) -> OpenDays {
        let first = month.first().plus(i32::from(self.first) - 1);
        let last = month.first().plus(i32::from(self.last.min(month.days())) - 1);
        let stated: Vec<Day> = (0..=last.days_since(first).max(0)).map(|offset| first.plus(offset)).collect();
        let mut steps = vec![WindowStep::Stated { first, last }];
        let mut days = Vec::new();
        let mut holidays = 0;
        for &day in &stated {
            match calendar.kind(day) {
                DayKind::Working => days.push(day),
                DayKind::MakeUp(holiday) => {
                    steps.push(WindowStep::MakeUp { on: day, holiday: holiday.name });
                    days.push(day);
                }
                DayKind::Weekend => steps.push(WindowStep::DayOff { on: day, holiday: None }),
                DayKind::Holiday(holiday) => {
                    holidays += 1;
                    steps.push(WindowStep::DayOff { on: day, holiday: Some(holiday.name) });
                }
            }
        }
        let added = match self.shift {
            Shift::EachHolidayAdds => holidays,
            Shift::FirstWorkingDays => stated.len() - days.len(),
            Shift::LastDayRolls | Shift::NoShift => 0,
        };
        let mut next = last;
        for _ in 0..added {
            next = calendar.working_on_or_after(next.next());
            if let DayKind::MakeUp(holiday) = calendar.kind(next) {
                steps.push(WindowStep::MakeUp { on: next, holiday: holiday.name });
            }
            steps.push(WindowStep::Added { on: next });
            days.push(next);
        }
        if self.shift == Shift::LastDayRolls && !calendar.is_working(last) {
            let to = calendar.working_on_or_after(last);
            steps.push(WindowStep::Rolled { from: last, to });
            days.push(to);
        }
        let end = days.last().copied().unwrap_or(last).max(last);
        let certainty = calendar.certainty(first).max(calendar.certainty(end));
        let (article, reading) = (self.article.clone(), self.reading.clone());
        OpenDays { month, days, steps, certainty, article, reading }
    }

    /// The window that `day` falls into or, where it is closed that day, the next one that opens after it.
    pub fn around(&self, day: Day, calendar: &Calendar) -> OpenDays {
        // A window can run over into the next month, so the month before is asked too.
        let mut month = day.month().first().previous().month();
        loop {
            let open = self.open_days(month, calendar);
            let reaches = open.days.last().is_some_and(|last| *last >= day);
            if reaches || month.first() > day.plus(MONTHS_AHEAD_DAYS) {
                return open;
            }
            month = month.next();
        }
    }
}

/// A window comes every month; looking further ahead than this means the calendar has no working day at all.
const MONTHS_AHEAD_DAYS: i32 = 120;
