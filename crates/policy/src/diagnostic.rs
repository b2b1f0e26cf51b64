//! What is wrong in a pack: where, excerpt, what, what to do.

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
    pub what: String,
    /// What to do about it.
    pub cure: String,
}

/// Every fault found, in the order of the files.
pub type Diagnostics = Vec<Diagnostic>;

impl Diagnostic {
    /// A fault of a whole file, or of a file that is not there.
    pub fn whole_file(file: &str, what: impl Into<String>, cure: impl Into<String>) -> Diagnostic {
        Diagnostic {
            file: file.to_owned(),
            line: 0,
            column: 0,
            excerpt: String::new(),
            what: what.into(),
            cure: cure.into(),
        }
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
        write!(f, "        = {}", self.cure)
    }
}

impl std::error::Error for Diagnostic {}
