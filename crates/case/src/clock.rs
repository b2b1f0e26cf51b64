//! Clocks: spans that start with an event, stop while the applicant mends something, and end with a derivation.

use crate::owner::Owner;
use serde::{Deserialize, Serialize};
use terms::{ArticleId, Calendar, Dated, Day, Name, Span, Unit};

/// A span that runs over a whole case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseClock {
    /// `handling`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// What starts it.
    pub starts: Start,
    /// How long.
    pub span: Span,
    /// The article.
    pub article: ArticleId,
    /// Who is told before it is too late.
    pub warn: Option<Warn>,
}

/// An early warning: told to a role so many working days before the date, and again when the date has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warn {
    /// Working days before the date.
    pub days: u16,
    /// Who is told; not the owner, who sees the date anyway.
    pub tells: Owner,
}

/// What starts a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The application.
    Opened,
    /// The acceptance of the application.
    Accepted,
    /// The case coming to the state.
    Entered,
    /// A step being done.
    Step(String),
    /// The day of a fact.
    Fact(String),
}

/// Days on which the office did not have the case because a correction was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// The day the correction was asked.
    pub from: Day,
    /// The day it was made; still open where none.
    pub to: Option<Day>,
}

/// A date the office answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The clock, state or step it belongs to.
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// The article.
    pub article: ArticleId,
    /// The date with its derivation.
    pub by: Dated,
}

/// The end of a span that began on `start` and stood still during the suspensions. The days stood still are
/// added in the span's own unit, so that a case that waits for the applicant loses none of the office's days.
pub fn end(span: Span, start: Day, suspensions: &[Suspension], today: Day, calendar: &Calendar) -> Dated {
    let mut still: i32 = 0;
    for suspension in suspensions {
        let from = suspension.from.max(start);
        let to = suspension.to.unwrap_or(today).max(from);
        still += match span.unit {
            Unit::WorkingDays => calendar.working_days_between(from, to),
            Unit::CalendarDays | Unit::Months | Unit::Years => to.days_since(from),
        };
    }
    let still = u16::try_from(still).unwrap_or(u16::MAX);
    match span.unit {
        Unit::WorkingDays | Unit::CalendarDays => {
            Span { count: span.count.saturating_add(still), ..span }.end(start, calendar)
        }
        // A span in months is counted from a start moved by the days stood still.
        Unit::Months | Unit::Years => span.end(start.plus(i32::from(still)), calendar),
    }
}
