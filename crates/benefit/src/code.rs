//! Short codes of closed lists, compared without a heap.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt::{self, Write};
use std::str::FromStr;

/// A code of at most 21 lower-case letters, digits and hyphens (`310`, `1403`, `retired-cadre`). The
/// national platform's codes and the categories of the packs all fit, so that a bill carries them in place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u128);

/// Why a text is not a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a code: write 1 to 21 lower-case letters, digits or hyphens")]
pub struct CodeError(String);

impl Code {
    /// Nothing of the kind applies: no category, no hardship certificate, no filing.
    pub const NONE: Code = Code::known("none");
    /// A question answered with yes.
    pub const YES: Code = Code::known("yes");
    /// A question answered with no.
    pub const NO: Code = Code::known("no");

    /// A code written in this crate: six bits a letter, the first letter highest; the first 21 count.
    pub(crate) const fn known(text: &str) -> Code {
        let bytes = text.as_bytes();
        let (mut packed, mut position) = (0u128, 0);
        while position < LETTERS_MAX {
            let symbol = if position < bytes.len() { symbol(bytes[position]) } else { 0 };
            packed = packed << 6 | symbol as u128;
            position += 1;
        }
        Code(packed)
    }
}

impl Code {
    /// A number spread over all its bits, for small tables.
    #[inline(always)]
    pub(crate) fn scatter(self) -> usize {
        let folded = (self.0 >> 64) as u64 ^ self.0 as u64;
        (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
    }
}

/// As many letters of six bits as 128 bits hold.
const LETTERS_MAX: usize = 21;

/// A letter's number: 1 to 26 letters, 27 to 36 digits, 37 the hyphen; 0 for every other byte.
const fn symbol(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a' + 1,
        b'0'..=b'9' => byte - b'0' + 27,
        b'-' => 37,
        _ => 0,
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Code, CodeError> {
        let well_formed =
            (1..=LETTERS_MAX).contains(&text.len()) && text.bytes().all(|byte| symbol(byte) > 0);
        if well_formed { Ok(Code::known(text)) } else { Err(CodeError(text.chars().take(40).collect())) }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for position in (0..LETTERS_MAX).rev() {
            let letter = match (self.0 >> (6 * position) & 63) as u8 {
                0 => break,
                letter @ 1..=26 => b'a' + letter - 1,
                digit @ 27..=36 => b'0' + digit - 27,
                _ => b'-',
            };
            f.write_char(char::from(letter))?;
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
        for text in ["1", "1403", "retired-cadre", "health-care-cadre"] {
            assert_eq!(text.parse::<Code>().unwrap().to_string(), text);
        }
        assert_eq!("none".parse(), Ok(Code::NONE));
    }

    #[test]
    fn texts_that_are_no_code() {
        for text in ["", "Retired", "a b", "离休", "more-than-21-letters-x"] {
            assert!(text.parse::<Code>().is_err(), "{text}");
        }
    }
}
