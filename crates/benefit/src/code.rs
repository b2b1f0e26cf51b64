//! Short codes of closed lists, compared without a heap.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A code of at most sixteen lower-case letters, digits and hyphens (`310`, `1403`, `retired-cadre`). The
/// national platform's codes and the categories of the packs all fit, so that a bill carries them in place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u128);

/// Why a text is not a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a code: write 1 to 16 lower-case letters, digits or hyphens")]
pub struct CodeError(String);

impl Code {
    /// Nothing of the kind applies: no category, no hardship certificate, no filing.
    pub const NONE: Code = Code::known("none");
    /// A question answered with yes.
    pub const YES: Code = Code::known("yes");
    /// A question answered with no.
    pub const NO: Code = Code::known("no");

    /// A code written in this crate; the first sixteen bytes count.
    pub(crate) const fn known(text: &str) -> Code {
        let bytes = text.as_bytes();
        let (mut packed, mut position) = (0u128, 0);
        while position < 16 {
            let byte = if position < bytes.len() { bytes[position] } else { 0 };
            packed = packed << 8 | byte as u128;
            position += 1;
        }
        Code(packed)
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Code, CodeError> {
        let well_formed = (1..=16).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if well_formed { Ok(Code::known(text)) } else { Err(CodeError(text.chars().take(40).collect())) }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.to_be_bytes().into_iter().take_while(|&byte| byte != 0) {
            write!(f, "{}", char::from(byte))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for text in ["1", "1403", "retired-cadre", "disabled-soldier"] {
            assert_eq!(text.parse::<Code>().unwrap().to_string(), text);
        }
        assert_eq!("none".parse(), Ok(Code::NONE));
    }

    #[test]
    fn texts_that_are_no_code() {
        for text in ["", "Retired", "a b", "离休", "seventeen-letters"] {
            assert!(text.parse::<Code>().is_err(), "{text}");
        }
    }
}
