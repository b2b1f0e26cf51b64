//! A bill through the catalogue and the benefit layers of a pack.
//!
//! A pack's `benefits/*.toml` say, in tables, what each fund pays; [`Benefits`] is their compiled form: finite
//! tables and integer segments, so that adjudicating is looking up and integer arithmetic. The same segments are
//! what is explained, proven and simulated. Pure: no clock, disk, randomness or floating point.

mod bill;
mod code;
mod outcome;
mod quantity;

pub use bill::{ACCUMULATORS_MAX, Bill, Class, Filing, Line, Person, Provider, Visit, Year};
pub use code::{Code, CodeError};
pub use outcome::{Amounts, LineShare, Outcome, Step, StepKind};
pub use quantity::{Price, Quantity, QuantityError, Share};
