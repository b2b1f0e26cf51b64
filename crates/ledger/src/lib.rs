//! Double entry: every fen has an address.
//!
//! Pure: no clock, disk, network or randomness; the same entries in the same order give the same books. Nothing
//! here knows which accounts an event touches ([`Templates`]) or which rates the law sets ([`Parameters`]): both are
//! data.
//!
//! Reading order: [`Account`], [`Entry`], [`Outcome`], [`Ledger`], the journal, then [`Templates`].

mod account;
mod document;
mod entry;
pub mod journal;
mod ledger;
mod occasion;
mod outcome;
mod parameter;
pub mod provider;
pub mod reconcile;
pub mod regions;
mod template;
#[cfg(test)]
mod testing;
mod trial;
mod word;

pub use account::{Account, AccountError, AccountKind, Side};
pub use entry::{Entry, EntryId, POSTINGS_MAX, Posting};
pub use ledger::{Ledger, Reversal, Turnover};
pub use occasion::{Figures, Occasion};
pub use outcome::Outcome;
pub use parameter::{NoValue, Parameter, Parameters, Valued};
pub use template::{PostingError, Slot, Template, TemplateRow, Templates, entry_for};
pub use trial::{Totals, Trial, TrialRow};
pub use word::{Word, WordError};
