//! What the command line says when something outside goes wrong: where, why, what to do.

use policy::{Diagnostics, Said};
use std::fmt;

/// One trouble, told so that the reader can help himself. Not a refusal: the office did not decide anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What could not be done and with which file, port or pack; no full stop.
    pub what: Said,
    /// The reason as the system or the check gives it.
    pub why: Said,
    /// What to do about it.
    pub cure: Said,
    /// The faults of a pack, where it is about one; `why` tells them too.
    pub faults: Diagnostics,
}

impl Trouble {
    /// See the fields.
    pub fn new(what: impl Into<Said>, why: impl fmt::Display, cure: impl Into<Said>) -> Trouble {
        let why = Said::Words(why.to_string());
        Trouble { what: what.into(), why, cure: cure.into(), faults: Diagnostics::new() }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        writeln!(f, "  because {}", self.why)?;
        write!(f, "  do this: {}", self.cure)
    }
}

impl std::error::Error for Trouble {}
