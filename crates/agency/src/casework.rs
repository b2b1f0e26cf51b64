//! Cases (办件): the engine of `case` decides, this module brings in what the registers know and carries out what a
//! decision brings about.
//!
//! Each file stands on those above it: what is asked ([`Command`]) and what is kept ([`CaseFile`]); what the registers say
//! and what may be done; an action with all that follows from it; the ways to begin one; and [`decide`].

mod command;
mod file;

mod about;
mod actor;
mod assign;
mod claim;
mod facts;
mod instalments;
mod lines;
mod pay;
mod recovery;
mod reserve;
mod stand_in;

mod offset;
mod paid_first;

mod advance;
mod effect;

mod decide;
mod migrate;
mod open;
mod open_about;

pub use about::{About, about, decided_case as about_decided};
pub use actor::engine_actor;
pub use assign::can_do_next;
pub use command::{Command, GRANT_CATEGORY, OFFICE, Open, OpenAbout};
pub use decide::decide;
pub use facts::{decided_facts, known_facts, registry_facts};
pub use file::CaseFile;
pub use instalments::{may_plan, may_take, receives};
pub use lines::may_refuse;
pub use migrate::obstacles;
pub use offset::Offset;
pub(crate) use open::open_by_office;
pub use pay::{amount_due, kept_back};
pub use recovery::ordered_back;

#[cfg(test)]
mod tests;
