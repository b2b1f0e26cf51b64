//! Tests of the whole that are no scenario: the calendar, every rule on every day, the crates' directions, words,
//! and the tidiness of the sources.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; the lints know only functions marked as tests"
)]

mod breaks;
mod calendar;
mod checks;
mod covers;
mod days;
mod directions;
mod docs;
mod figures;
mod procedures;
mod sentences;
mod tidy;
mod words;
