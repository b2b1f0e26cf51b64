//! Civil days, months and moments. No time zone but China's, which has had no summer time since 1992.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A civil day, as days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Why a text or a triple of numbers is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// The text is not of the form `2026-10-08`.
    #[error("`{0}` is not a day: write year-month-day, for example 2026-10-08")]
    Shape(String),
    /// The numbers name no day of the calendar.
    #[error("{0:04}-{1:02}-{2:02} is no day of the calendar")]
    NoSuchDay(i32, u8, u8),
}

/// The seven days, Monday first as the field counts them (周一 is 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names of the days of the week")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    /// The first and last day this program speaks of: 1800-01-01 to 2399-12-31.
    pub const MIN: Day = Day(-62_091);
    /// See [`Day::MIN`].
    pub const MAX: Day = Day(157_053);

    /// The day with this year, month (1-12) and day of the month.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Result<Day, DayError> {
        let wrong = DayError::NoSuchDay(year, month, day);
        if !(1800..=2399).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return Err(wrong);
        }
        if day > (Month { year, month }).days() {
            return Err(wrong);
        }
        Ok(Day(days_from_civil(year, month, day)))
    }

    /// Days since 1970-01-01, for storage.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The day with this number, clamped to the span this program speaks of.
    pub fn from_number(number: i32) -> Day {
        Day(number.clamp(Day::MIN.0, Day::MAX.0))
    }

    /// Year, month and day of the month.
    pub fn ymd(self) -> (i32, u8, u8) {
        civil_from_days(self.0)
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month this day lies in.
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month { year, month }
    }

    /// The day of the month, from 1.
    pub fn day_of_month(self) -> u8 {
        self.ymd().2
    }

    /// `days` later, or earlier where negative; stops at the ends of the span this program speaks of.
    #[must_use]
    pub fn plus(self, days: i32) -> Day {
        Day::from_number(self.0.saturating_add(days))
    }

    /// The following day.
    #[must_use]
    pub fn next(self) -> Day {
        self.plus(1)
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Day {
        self.plus(-1)
    }

    /// Days from `earlier` to this one; negative where `earlier` is later.
    pub fn days_since(self, earlier: Day) -> i32 {
        self.0 - earlier.0
    }

    /// Which day of the week.
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match (self.0 + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// The same day of the month `months` later, or that month's last day where it has no such day
    /// (Civil Code art. 202).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Day {
        let (year, month, day) = self.ymd();
        let index = year * 12 + i32::from(month) - 1 + months;
        let target = Month::from_index(index);
        let last = target.days();
        Day(days_from_civil(target.year, target.month, day.min(last))).clamped()
    }

    /// Whole years of age on this day for somebody born on `birth`; negative before birth.
    pub fn age(self, birth: Day) -> i32 {
        let (year, month, day) = self.ymd();
        let (born_year, born_month, born_day) = birth.ymd();
        let not_yet = (month, day) < (born_month, born_day);
        year - born_year - i32::from(not_yet)
    }

    fn clamped(self) -> Day {
        Day::from_number(self.0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Day, DayError> {
        let wrong = || DayError::Shape(text.chars().take(40).collect());
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(wrong());
        }
        let number = |range: std::ops::Range<usize>| -> Result<u16, DayError> {
            let mut value = 0;
            for &byte in &bytes[range] {
                if !byte.is_ascii_digit() {
                    return Err(wrong());
                }
                value = value * 10 + u16::from(byte - b'0');
            }
            Ok(value)
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        // Two digits fit in a byte.
        Day::from_ymd(i32::from(year), month as u8, day as u8)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month {
    /// The calendar year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
}

impl Month {
    /// How many days the month has.
    pub fn days(self) -> u8 {
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            _ => 31,
        }
    }

    /// The first day.
    pub fn first(self) -> Day {
        Day(days_from_civil(self.year, self.month, 1)).clamped()
    }

    /// The last day.
    pub fn last(self) -> Day {
        Day(days_from_civil(self.year, self.month, self.days())).clamped()
    }

    /// The month after this one.
    #[must_use]
    pub fn next(self) -> Month {
        Month::from_index(self.year * 12 + i32::from(self.month))
    }

    fn from_index(index: i32) -> Month {
        // 1 to 12 fits in a byte.
        Month { year: index.div_euclid(12), month: (index.rem_euclid(12) + 1) as u8 }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A point in time, as milliseconds since 1970-01-01T00:00:00Z. The office's day is China Standard Time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

const CHINA_OFFSET_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 24 * 3_600_000;

impl Moment {
    /// The civil day in China at this moment.
    pub fn day(self) -> Day {
        let days = self.0.saturating_add(CHINA_OFFSET_MS).div_euclid(DAY_MS);
        Day::from_number(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// Midnight in China at the start of `day`, plus hours and minutes.
    pub fn at(day: Day, hour: u8, minute: u8) -> Moment {
        let minutes = i64::from(hour) * 60 + i64::from(minute);
        Moment(i64::from(day.number()) * DAY_MS - CHINA_OFFSET_MS + minutes * 60_000)
    }

    /// Hour, minute and second of the day in China.
    pub fn time_of_day(self) -> (u8, u8, u8) {
        let seconds = self.0.saturating_add(CHINA_OFFSET_MS).rem_euclid(DAY_MS) / 1000;
        // Each is below 60 or 24.
        ((seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.time_of_day();
        write!(f, "{} {hour:02}:{minute:02}:{second:02}", self.day())
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date (the usual era-of-400-years count, March first).
fn days_from_civil(year: i32, month: u8, day: u8) -> i32 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let month_from_march = (i32::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(number: i32) -> (i32, u8, u8) {
    let shifted = number + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month as u8, day as u8)
}

#[cfg(test)]
mod tests;
