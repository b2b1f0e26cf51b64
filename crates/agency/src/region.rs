//! Between regions (异地): a person insured in one region is treated in another. The place of treatment prices the bill
//! by its catalogue, the place of insurance decides it by its policy, and both post it for the same day.
//!
//! Offices speak in numbered messages. A message is kept in the same transaction as what it tells, and sent again until
//! it is acknowledged; taking one twice has one effect, and the order in which they arrive does not matter. What is
//! asked and not answered in time is cancelled for the day it was asked for, so that on no day anything is left over.

mod command;
mod link;
mod message;
mod remote;
mod side;

mod desk;

mod ask;
mod clear;
mod compare;
mod prepay;
mod settle;

mod decide;
mod receive;
mod welcome;

pub(crate) use ask::{ask_for_visit, cancel_for_visit};
pub use clear::amounts_open;
pub use command::{Command, NewGuest, NewRemote};
pub use decide::decide;
pub use link::{Cleared, Compared, Link, Open, RegionEvent};
pub use message::{Answer, Asked, ClearLine, Hospital, Listed, Message};
pub use remote::{ForVisit, Remote, RemoteEvent, Standing};
pub use side::Side;
pub(crate) use welcome::question_of;
pub use welcome::{Known, Question, answer, partner_of};

use crate::Context;
use ledger::Word;

/// Our own region, by the code of the pack.
pub fn home(context: &Context<'_>) -> Option<Word> {
    context.rules.law.pack().region.as_deref().and_then(|code| code.parse().ok())
}

#[cfg(test)]
pub(crate) mod tests;
