//! Which days the office works: weekdays, public holidays, and the make-up days of the yearly notices.

use crate::{Day, Name};
use std::collections::BTreeMap;

/// A public holiday or make-up day of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Its name (国庆节).
    pub name: Name,
    /// The notice that sets it.
    pub source: String,
}

/// One year's notice of the State Council on holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The calendar year it settles.
    pub year: i32,
    /// Number or title of the notice.
    pub source: String,
    /// Days off, in the order of the calendar; weekends that merely adjoin need not be named.
    pub off: Vec<(Day, Name)>,
    /// Saturdays and Sundays worked instead, with the holiday they make up for.
    pub make_up: Vec<(Day, Name)>,
}

/// What kind of day it is at the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayKind {
    /// An ordinary working day.
    Working,
    /// A Saturday or Sunday worked in exchange for a holiday.
    MakeUp(Holiday),
    /// An ordinary Saturday or Sunday.
    Weekend,
    /// A day off by notice.
    Holiday(Holiday),
}

impl DayKind {
    /// The counter is open.
    pub fn is_working(&self) -> bool {
        matches!(self, DayKind::Working | DayKind::MakeUp(_))
    }
}

/// Whether a date rests on published notices only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Every year it touches has its notice.
    Settled,
    /// It touches a year whose notice is not in the pack: Saturdays and Sundays are taken as off, all else
    /// as working, and the date must be shown as provisional.
    Provisional,
}

/// All notices of a pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, String>,
    special: BTreeMap<Day, (bool, Name)>,
}

impl Calendar {
    /// A calendar of these notices. A later notice for the same year adds to and overrides an earlier one, as
    /// the State Council itself has done.
    pub fn new(notices: impl IntoIterator<Item = Notice>) -> Calendar {
        let mut calendar = Calendar::default();
        for notice in notices {
            calendar.years.insert(notice.year, notice.source);
            for (day, name) in notice.off {
                calendar.special.insert(day, (false, name));
            }
            for (day, name) in notice.make_up {
                calendar.special.insert(day, (true, name));
            }
        }
        calendar
    }

    /// First and last year with a notice.
    pub fn years(&self) -> Option<(i32, i32)> {
        Some((*self.years.keys().next()?, *self.years.keys().next_back()?))
    }

    /// The notice that settles this year.
    pub fn source(&self, year: i32) -> Option<&str> {
        self.years.get(&year).map(String::as_str)
    }

    /// Whether the day lies in a year with a notice.
    pub fn certainty(&self, day: Day) -> Certainty {
        if self.years.contains_key(&day.year()) { Certainty::Settled } else { Certainty::Provisional }
    }

    /// What kind of day it is.
    pub fn kind(&self, day: Day) -> DayKind {
        let Some((works, name)) = self.special.get(&day) else {
            return if day.is_weekend() { DayKind::Weekend } else { DayKind::Working };
        };
        let source = self.source(day.year()).unwrap_or_default().to_owned();
        let holiday = Holiday { name: name.clone(), source };
        if *works { DayKind::MakeUp(holiday) } else { DayKind::Holiday(holiday) }
    }

    /// The counter is open on this day.
    pub fn is_working(&self, day: Day) -> bool {
        self.special.get(&day).map_or(!day.is_weekend(), |(works, _)| *works)
    }

    /// The first working day on or after `day`.
    pub fn working_on_or_after(&self, day: Day) -> Day {
        let mut day = day;
        while !self.is_working(day) && day < Day::MAX {
            day = day.next();
        }
        day
    }

    /// Working days after `from` up to and including `to`; negative where `to` is earlier. What a clock shows
    /// as remaining.
    pub fn working_days_between(&self, from: Day, to: Day) -> i32 {
        let (low, high, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let mut count = 0;
        let mut day = low;
        while day < high {
            day = day.next();
            count += i32::from(self.is_working(day));
        }
        sign * count
    }
}
