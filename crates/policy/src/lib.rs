//! Packs of law, as data.
//!
//! A pack is a folder of plain text. It arrives here as a map from path to text (the shell reads the disk), is
//! layered over the packs it stands under, checked, and becomes an immutable [`Law`] named by its content hash.
//! What a benefit or a procedure *is* belongs to `benefit` and `case`; they read their own documents out of a
//! [`Law`] with the tools of this crate: [`Source`], [`Table`], [`Diagnostic`].

mod article;
mod calendar;
mod diagnostic;
pub mod expr;
mod law;
mod said;
pub mod scenario;
mod setting;
mod source;
mod table;

pub use article::{Article, Confidence};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use law::{Files, Law, PackInfo};
pub use said::{Said, say};
pub use serde_spanned::Spanned;
pub use setting::Setting;
pub use source::Source;
pub use table::{Cell, Row, Table};
