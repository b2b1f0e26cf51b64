//! The national interface over HTTP: addresses, signature, limits, and one message from bytes to answer.
//!
//! Two addresses are common among clients and both are served, as is any prefix the operator names: one path for all
//! transactions with `infno` in the body, and one path for each transaction. What a message means is `interface`'s; what
//! it does is decided at the [`Desk`](crate::desk::Desk) like every other command.

pub mod bench;
mod dispatch;
mod gateway;
mod handled;
mod held;
mod keys;
mod limit;
mod recent;
#[cfg(test)]
mod tests;

pub use dispatch::{SERVED, answer, list_flaws};
pub use gateway::{PREFIXES, router};
pub use handled::{Handled, Reply};
pub use held::Interface;
pub use keys::{Secrets, fresh};
pub use recent::{Seen, masked};
