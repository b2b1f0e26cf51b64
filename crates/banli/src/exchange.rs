//! Speaking with the offices of other regions: over HTTP, signed, again and again until it is acknowledged.
//!
//! What a message does is decided at the [`Desk`](crate::desk::Desk) like every other command; here it is only carried.
//! A message is kept before it is sent and acknowledged after it is kept, so that either side may die at any moment.

mod deliver;
mod envelope;
mod going;
mod incoming;
pub mod made_up;
mod pairs;
mod questions;
mod receive;
#[cfg(test)]
mod tests;
mod wire;

pub use deliver::{ask, deliver, wait};
pub use going::keep_going;
pub use pairs::{Pair, Pairs};
pub use questions::ask as question;
pub use receive::{PATH, router};

use agency::{AccountId, Actor, Organisation};
use ledger::Word;
use policy::Law;

/// The exchange acts under a role of its own.
pub fn actor() -> Actor {
    Actor {
        account: AccountId(0),
        name: "banli region".to_owned(),
        roles: ["region-link".to_owned()].into(),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}

/// Our own region, where the pack names one.
fn home(law: &Law) -> Option<Word> {
    law.pack().region.as_deref().and_then(|code| code.parse().ok())
}
