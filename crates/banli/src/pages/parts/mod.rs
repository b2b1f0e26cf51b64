//! The components every page is made of.

mod bars;
mod flow;
mod form;
mod month;
mod progress;
mod shell;
mod stack;
mod table;
mod words;

pub use bars::{Bar, Tone, waterfall};
pub use flow::{Arrow, Box, Place, flow_chart};
pub use form::{Choice, Faults, Field, FieldKind, PROVIDERS, field, hidden, refusals};
pub use month::{DayMark, month, month_legend};
pub use progress::{ClockView, Moment, Paper, PaperState, clock, papers, timeline};
pub use shell::{Crumb, NavItem, Page, Reader, Shape, Theme, frame};
pub use stack::{Line, Mark, Part, Stack, stack, two_lines};
pub use table::{Column, Filter, Tally, filters, fold, pages, pages_of, table, tallies};
pub use words::{
    Standing, article, article_short, day, day_why, derivation, empty, fact_list, fund_name, money, promised,
    reason, status, window_why,
};

#[cfg(test)]
mod tests;
