//! What the command line says when something outside goes wrong: where, why, what to do.

use policy::Diagnostics;
use std::fmt;

/// One trouble, told so that the reader can help himself. Not a refusal: the office did not decide anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What could not be done and with which file, port or pack; no full stop.
    pub what: String,
    /// The reason as the system or the check gives it.
    pub why: String,
    /// What to do about it.
    pub cure: String,
    /// The faults of a pack, where it is about one; `why` tells them too.
    pub faults: Diagnostics,
}

impl Trouble {
    /// See the fields.
    pub fn new(what: impl Into<String>, why: impl fmt::Display, cure: impl Into<String>) -> Trouble {
        Trouble { what: what.into(), why: why.to_string(), cure: cure.into(), faults: Diagnostics::new() }
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
