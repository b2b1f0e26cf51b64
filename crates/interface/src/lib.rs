//! The national interface: what a hospital's or pharmacy's existing software speaks.
//!
//! Pure: bytes in, words out, and back. The tables of the specification are data of the packs
//! (`packs/national/interface/`); this crate reads them ([`Specification`]), reads a message by them ([`Request`]),
//! answers by them ([`answer`]) and checks the gateway's [`signature`]. It knows no transaction by name except in
//! [`map`], where nodes become our words and outcomes become nodes.
//! Money never passes through a float.

pub mod answer;
pub mod archive;
mod decimal;
pub mod example;
pub mod fault;
pub mod files;
pub mod json;
pub mod map;
mod message;
mod record;
pub mod signature;
mod specification;

pub use decimal::{Decimal, NotANumber};
pub use fault::{Fault, Oddity, Remark, Rule};
pub use message::{BODY_MAX, Refused, Request};
pub use record::{Nodes, ROWS_MAX, Reading, Row, Value, moment, read};
pub use specification::{CodeList, Field, Kind, Node, Specification, Transaction};

#[cfg(test)]
mod conformance;
