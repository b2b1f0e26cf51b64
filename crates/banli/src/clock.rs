//! The only reader of the system's clock.
//!
//! Everything below the shell is given the moment; nothing reads it. A real office runs on China time. The demo
//! office has a day of its own: it opens at a fixed moment and runs on from there at ordinary speed, so that the
//! stories fall on the days the law speaks of, whenever they are played.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};
use terms::{Day, Moment};

/// What tells the time to everything that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock.
    Real,
    /// A clock that is this many milliseconds ahead of the system's (behind where negative).
    Shifted(i64),
}

/// Why a stored clock could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockError(String);

impl Clock {
    /// The clock of a demo office that opens now: its now is 09:00 on `day`.
    pub fn opening_on(day: Day) -> Clock {
        Clock::Shifted(Moment::at(day, 9, 0).0 - system_now().0)
    }

    /// The moment it is.
    pub fn now(self) -> Moment {
        match self {
            Clock::Real => system_now(),
            Clock::Shifted(ahead) => Moment(system_now().0.saturating_add(ahead)),
        }
    }

    /// This clock so many days further on.
    pub fn days_later(self, days: u16) -> Clock {
        let ahead = match self {
            Clock::Real => 0,
            Clock::Shifted(ahead) => ahead,
        };
        Clock::Shifted(ahead.saturating_add(i64::from(days) * 86_400_000))
    }

    /// The office's day it is, in China.
    pub fn today(self) -> Day {
        self.now().day()
    }
}

/// As it is kept with the office's data, so that a second start continues the same day: `real` or `shifted MS`.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Clock::Real => f.write_str("real"),
            Clock::Shifted(ahead) => write!(f, "shifted {ahead}"),
        }
    }
}

impl FromStr for Clock {
    type Err = ClockError;

    fn from_str(text: &str) -> Result<Clock, ClockError> {
        if text == "real" {
            return Ok(Clock::Real);
        }
        let ahead = text.strip_prefix("shifted ").and_then(|number| number.parse().ok());
        ahead.map(Clock::Shifted).ok_or_else(|| ClockError(text.chars().take(40).collect()))
    }
}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a clock: it is `real` or `shifted` and milliseconds", self.0)
    }
}

impl std::error::Error for ClockError {}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn system_now() -> Moment {
    // A system clock before 1970 is broken; its office stands at 1970 and every date shows it.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_office_opens_at_nine_and_its_clock_survives_storage() {
        let day: Day = "2026-10-09".parse().unwrap();
        let clock = Clock::opening_on(day);
        assert_eq!(clock.today(), day);
        assert_eq!(clock.now().time_of_day().0, 9);
        assert_eq!(clock.to_string().parse(), Ok(clock));
        assert_eq!(clock.days_later(17).today(), day.plus(17));
        assert_eq!("real".parse(), Ok(Clock::Real));
    }

    #[test]
    fn a_damaged_clock_is_named() {
        let error = "shifted soon".parse::<Clock>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`shifted soon` is not a clock: it is `real` or `shifted` and milliseconds"
        );
    }
}
