//! What the office promises: one module a service, each with its events and state, and one door, [`decide`].
//!
//! Pure: a decision is a function of the records, the command, the law, the actor and the day. Nothing here
//! reads a clock or a disk, draws a number or waits.

pub mod account;
pub mod actor;
pub mod authority;
pub mod bank;
pub mod batch;
pub mod book_year;
pub mod books;
pub mod casework;
pub mod category;
pub mod certificate;
pub mod claim;
mod command;
mod context;
mod days;
mod decision;
pub mod declaration;
mod event;
pub mod filing;
mod grounds;
pub mod holidays;
mod id;
pub mod motion;
pub mod person;
pub mod person_account;
pub mod provider;
pub mod reconciliation;
mod records;
pub mod recovery;
pub mod region;
pub mod registry;
mod review;
pub mod settlement;
pub mod sheet;
pub mod statement;
#[cfg(test)]
mod testing;
pub mod unit;
pub mod visit;
mod visit_kinds;

pub use actor::{Actor, Capability, Organisation, Role, Roles};
pub use category::Categories;
pub use command::{Command, decide};
pub use context::{Context, IdKind, Ids, Rulebook};
pub use decision::{Decision, StreamAppend};
pub use event::Event;
pub use grounds::Grounds;
pub use id::{
    AccountId, CaseId, CertificateId, FilingId, NoSuchStream, PersonId, ProviderId, SettlementId, StreamId,
    Unique, UnitId, VisitId,
};
pub use records::{Memory, Records, Way};
pub use review::{DailyLimit, FrequencyLimit, ReviewRule, Reviews};
pub use visit_kinds::{Illness, VisitKinds};
