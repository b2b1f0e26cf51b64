//! Procedures as data: what to bring and when to come, who does what next and by when.
//!
//! A case is a fold of [`CaseEvent`]s. [`decide`] turns an [`Action`] into events or into every reason why not;
//! [`precheck`] is what a citizen asks before coming and what the window's check runs on the papers; the pack says
//! which steps, materials, windows and clocks there are. Nothing here knows a single procedure by name: what a pack
//! can say is fixed here, what it says is data.
//!
//! Pure: the day, the calendar, the actor and what the registers say come in as arguments.

mod action;
mod attach;
mod check;
mod clock;
mod decide;
mod document;
mod duty;
mod event;
mod form;
mod intake;
mod load;
mod material;
mod migrate;
mod model;
mod next;
mod notice;
mod office;
mod owner;
mod precheck;
mod procedure;
mod procedures;
mod role;
mod scan;
pub mod scenario;
mod seal;
mod state;
mod step;
mod time;
mod walk;
mod warning;
mod window;

pub use action::{Action, Actor, CaseContext, Completion, NOTE_CHARACTERS_MAX};
pub use check::check;
pub use clock::{CaseClock, Promise, Start, Suspension, Warn};
pub use decide::decide;
pub use event::{By, CaseEvent, Cause, Decided};
pub use form::{Field, Form, Known, TEXT_CHARACTERS_MAX};
pub use material::{Bring, Exception, Material, Need, PIECES_MAX, Piece, Presented, Reason, Shape, Wrong};
pub use migrate::{migrate, obstacles};
pub use next::{Next, What, granted, next_actions};
pub use office::{Jurisdiction, Office, Offices};
pub use owner::Owner;
pub use precheck::{Precheck, precheck};
pub use procedure::{
    Act, Applicant, Condition, Correction, Deemed, Effect, Ending, Intake, Limit, Mask, Notice, Outcome,
    Panel, Procedure, State, Step, Timing, Wait, Way, Work,
};
pub use procedures::Procedures;
pub use scan::{SCANS_MAX, Scan};
pub use seal::{Sealed, sealed};
pub use state::{
    APPLY, CORRECTION, CaseState, Correcting, INTAKE, Kept, Mark, NoticeUp, Objection, Position, Seal, evolve,
};
pub use time::{Running, clocks};
pub use window::{OpenDays, Shift, Window, WindowStep};

#[cfg(test)]
mod tests;
