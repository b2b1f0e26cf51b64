//! Unified social credit codes of units (统一社会信用代码, GB 32100-2015): 17 characters and a check.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A unit's code whose characters and check are right.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode(String);

/// Why a text is not a unit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnitCodeError {
    /// Not 18 of the 31 characters in use.
    #[error("a unit code has 18 characters: digits and capital letters without I, O, S, V and Z")]
    Shape,
    /// The last character does not fit the others.
    #[error("the check character of the unit code does not fit: a character was probably mistyped")]
    Check,
}

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl UnitCode {
    /// The code whose first seventeen characters are `body`; its check character is computed.
    pub fn compose(body: &str) -> Result<UnitCode, UnitCodeError> {
        if body.len() != 17 {
            return Err(UnitCodeError::Shape);
        }
        let check = ALPHABET[check_value(body.as_bytes())?];
        Ok(UnitCode(format!("{body}{}", char::from(check))))
    }

    /// All eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_value(body: &[u8]) -> Result<usize, UnitCodeError> {
    let mut weight = 1;
    let mut sum = 0;
    for byte in body {
        let value = ALPHABET.iter().position(|known| known == byte).ok_or(UnitCodeError::Shape)?;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    Ok((31 - sum % 31) % 31)
}

impl FromStr for UnitCode {
    type Err = UnitCodeError;

    fn from_str(text: &str) -> Result<UnitCode, UnitCodeError> {
        let code = text.trim().to_ascii_uppercase();
        let (body, last) = code.split_at_checked(17).ok_or(UnitCodeError::Shape)?;
        let expected = UnitCode::compose(body)?;
        if last.len() != 1 || !ALPHABET.contains(&last.as_bytes()[0]) {
            return Err(UnitCodeError::Shape);
        }
        if expected.0 == code { Ok(expected) } else { Err(UnitCodeError::Check) }
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for UnitCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for UnitCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UnitCode, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_sample_is_valid_and_every_mistyped_character_is_found() {
        let good = "12100000400009880K";
        assert_eq!(good.parse::<UnitCode>().unwrap().as_str(), good);
        for position in 0..18 {
            for &letter in ALPHABET {
                let mut typed = good.as_bytes().to_vec();
                if typed[position] == letter {
                    continue;
                }
                typed[position] = letter;
                let typed = String::from_utf8(typed).unwrap();
                assert_eq!(typed.parse::<UnitCode>(), Err(UnitCodeError::Check), "{typed}");
            }
        }
    }

    #[test]
    fn shapes_that_are_no_code() {
        for text in [
            "",
            "12100000400009880",
            "12100000400009880KK",
            "I2100000400009880K",
            "统一社会信用代码统一社会信用代码统一",
        ] {
            assert_eq!(text.parse::<UnitCode>(), Err(UnitCodeError::Shape), "{text}");
        }
    }
}
