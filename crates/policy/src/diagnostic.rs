//! What is wrong in a pack: where, excerpt, what, what to do.

use crate::Said;
use std::fmt;

/// One fault of a pack, at its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Path inside the packs (`hangzhou/benefits/inpatient.toml`).
    pub file: String,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The line itself.
    pub excerpt: String,
    /// What is wrong, in a sentence without a full stop.
    pub what: Said,
    /// What to do about it.
    pub cure: Said,
    /// The smallest example that shows it, where there is one.
    pub shown: Option<Said>,
}

/// Every fault found, in the order of the files.
pub type Diagnostics = Vec<Diagnostic>;

impl Diagnostic {
    /// A fault of a whole file, or of a file that is not there.
    pub fn whole_file(file: &str, what: Said, cure: Said) -> Diagnostic {
        Diagnostic {
            file: file.to_owned(),
            line: 0,
            column: 0,
            excerpt: String::new(),
            what,
            cure,
            shown: None,
        }
    }

    /// Its sentences in the order they are read: what is wrong, what to do, what shows it.
    pub fn sentences(&self) -> impl Iterator<Item = &Said> {
        [&self.what, &self.cure].into_iter().chain(&self.shown)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            writeln!(f, "{}: {}", self.file, self.what)?;
        } else {
            writeln!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.what)?;
            writeln!(f, "  {:>5} | {}", self.line, self.excerpt)?;
        }
        write!(f, "        = {}", self.cure)?;
        self.shown.iter().try_for_each(|shown| write!(f, "\n        = {shown}"))
    }
}

impl std::error::Error for Diagnostic {}
