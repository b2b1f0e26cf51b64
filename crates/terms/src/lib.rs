//! The words and numbers everyone shares.
//!
//! Pure: no clock, disk, network or randomness. Nothing here knows a rule of law; it only knows what a day,
//! a working day, an amount, a rate, an identity number, a citation and a refusal *are*.

mod calendar;
mod citizen;
mod day;
mod fact;
mod money;
mod rate;
mod refusal;
mod span;
mod unit_code;

pub use calendar::{Calendar, Certainty, DayKind, Holiday, Notice};
pub use citizen::{CitizenId, CitizenIdError, Sex};
pub use day::{Day, DayError, Moment, Month, Weekday};
pub use fact::{Fact, Facts};
pub use money::{Fen, MoneyError};
pub use rate::{Rate, RateError, Rounding};
pub use refusal::{ArticleId, Name, Refusal, Refusals};
pub use span::{DateStep, Dated, Roll, Span, Unit};
pub use unit_code::{UnitCode, UnitCodeError};
