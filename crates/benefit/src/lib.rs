//! A bill through the catalogue and the benefit layers of a pack.
//!
//! A pack's `benefits/*.toml` say, in tables, what each fund pays; [`Benefits`] is their compiled form: finite
//! tables and integer segments, so that adjudicating is looking up and integer arithmetic. The same segments are
//! what is explained, proven and simulated. Pure: no clock, disk, randomness or floating point.

mod adjudicate;
mod bill;
mod catalogue;
mod classify;
mod code;
mod compare;
mod compile;
mod document;
mod explain;
mod figures;
mod funds;
mod lines;
mod model;
mod order;
mod outcome;
mod prove;
mod quantity;
pub mod scenario;
mod simulate;
#[cfg(test)]
mod testing;
mod turns;
mod vary;
mod year;
mod year_limits;

pub use adjudicate::Totals;
pub use bill::{ACCUMULATORS_MAX, Bill, Class, Filing, Line, Person, Provider, ProviderLevel, Visit, Year};
pub use catalogue::{COLUMNS, Catalogue, Charge, ITEMS_MAX, Item, Levels};
pub use code::{Code, CodeError};
pub use compare::{Change, changes, changes_between};
pub use explain::{Counterfactual, Explained, Explanation, Section};
pub use figures::{Figure, Says};
pub use funds::FundShare;
pub use model::{
    Accumulator, Balance, Band, Base, Benefits, Cap, DIMENSIONS_MAX, Dimension, Field, LawDay, Layer, Origin,
    Pays, Question, Rule, Value, WhatIf,
};
pub use order::{Order, YEAR_ORDER};
pub use outcome::{Amounts, LineShare, Outcome, Step, StepKind};
pub use prove::{Broken, Fault, Proofs, Property, Witness, export, prove};
pub use quantity::{Price, Quantity, QuantityError, Share};
pub use simulate::{BUCKETS, Clause, ClauseTally, Funds, MonthTally, Part, Replay, Seen, Tally};
pub use turns::Turn;
pub use year::{Claim, Difference, Replayed, differences};
pub use year_limits::UsedUp;
