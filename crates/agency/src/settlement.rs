//! Settlements (结算): a bill split into what the funds and the person pay, on the year's stream of the person.
//!
//! A settlement keeps its bill and the hash of the law, not its trace: with the year before it, the same law gives
//! the same trace bit for bit, whenever it is asked for.

mod bill;
mod made;
mod year;

mod decide;

pub use benefit::Code;
pub use bill::{BillLine, BillRecord};
pub use decide::{Command, Draw, ToSettle, decide, funds_of};
pub(crate) use decide::{give_back, make, settle, void};
pub use made::Made;
pub use year::{Anew, BenefitYear, recompute};
