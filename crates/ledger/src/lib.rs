//! Double entry: every fen has an address.
//!
//! Pure: no clock, disk, network or randomness; the same entries in the same order give the same books. Nothing
//! here knows which accounts an event touches or which rates the law sets: both are data.
//!
//! Reading order: [`Account`], [`Entry`], [`Outcome`], [`Ledger`], then the journal.

mod account;
mod entry;
pub mod journal;
mod ledger;
mod outcome;
mod trial;
mod word;

pub use account::{Account, AccountError, AccountKind, Side};
pub use entry::{Entry, EntryId, POSTINGS_MAX, Posting};
pub use ledger::{Ledger, Reversal, Turnover};
pub use outcome::Outcome;
pub use trial::{Totals, Trial, TrialRow};
pub use word::{Word, WordError};
