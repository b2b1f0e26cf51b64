//! One file of a pack, and places in it.

use crate::{Diagnostic, Said, say};
use serde::de::DeserializeOwned;
use std::ops::Range;

/// A file of a pack: its path inside the packs and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `hangzhou/benefits/inpatient.toml`
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The file as TOML of this shape. A fault is pointed at where it stands.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Diagnostic> {
        toml::from_str(&self.text).map_err(|error| {
            let what = Said::Words(error.message().trim_end_matches('.').to_owned());
            self.at(error.span().unwrap_or(0..0), what, say("format-cure"))
        })
    }

    /// A fault at this span of bytes.
    pub fn at(&self, span: Range<usize>, what: Said, cure: Said) -> Diagnostic {
        let (line, column, excerpt) = self.place(span.start);
        Diagnostic { file: self.path.clone(), line, column, excerpt, what, cure, shown: None }
    }

    /// Line and column (both from 1, the column in characters) and the text of the line at this byte.
    pub fn place(&self, byte: usize) -> (usize, usize, String) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |position| position + 1);
        let line_end = self.text[byte..].find('\n').map_or(self.text.len(), |position| byte + position);
        let line = before.bytes().filter(|&letter| letter == b'\n').count() + 1;
        let column = self.text[line_start..byte].chars().count() + 1;
        (line, column, self.text[line_start..line_end].trim_end().to_owned())
    }
}
