//! Citizen identity numbers (公民身份号码, GB 11643-1999): 6 region, 8 birth, 3 serial, 1 check.

use crate::Day;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A citizen number whose shape, birth day and check character are right. The region is not looked up:
/// regions merge and vanish, and old numbers stay.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId([u8; 18]);

/// Why a text is not a citizen number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CitizenIdError {
    /// Not 17 digits and a digit or X.
    #[error("a citizen number has 17 digits and a last digit or X")]
    Shape,
    /// The eight digits of the birth day name no day.
    #[error("digits 7 to 14 of the citizen number name no day")]
    Birth,
    /// The last character does not fit the others: most likely a digit was mistyped.
    #[error("the check character does not fit: a digit was probably mistyped")]
    Check,
}

/// Sex as the number's serial tells it (odd male, even female).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the two values of the field `gend` that a number can carry")]
pub enum Sex {
    Male,
    Female,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

impl CitizenId {
    /// The number with this region (6 digits), birth day and serial (below 1000); its check character is
    /// computed. Nothing where a part is out of range.
    pub fn compose(region: u32, birth: Day, serial: u16) -> Option<CitizenId> {
        if !(100_000..=999_999).contains(&region) || serial > 999 {
            return None;
        }
        let (year, month, day) = birth.ymd();
        let digits = format!("{region:06}{year:04}{month:02}{day:02}{serial:03}");
        let mut id = [0; 18];
        id[..17].copy_from_slice(digits.as_bytes());
        id[17] = check_character(&id);
        Some(CitizenId(id))
    }

    /// All eighteen characters. Personal data: pages show [`CitizenId::masked`] unless the work needs it.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The day of birth.
    pub fn birth(&self) -> Day {
        birth_of(&self.0).unwrap_or(Day::MIN)
    }

    /// Sex as the serial tells it.
    pub fn sex(&self) -> Sex {
        if self.0[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// The first three and last four characters, the rest starred.
    pub fn masked(&self) -> String {
        let text = self.as_str();
        format!("{}***********{}", &text[..3], &text[14..])
    }
}

fn check_character(id: &[u8; 18]) -> u8 {
    let sum: u32 = WEIGHTS.iter().zip(id).map(|(weight, digit)| weight * u32::from(digit - b'0')).sum();
    CHECKS[(sum % 11) as usize]
}

fn birth_of(id: &[u8; 18]) -> Option<Day> {
    let number = |range: std::ops::Range<usize>| {
        id[range].iter().fold(0i32, |value, digit| value * 10 + i32::from(digit - b'0'))
    };
    let (month, day) = (u8::try_from(number(10..12)).ok()?, u8::try_from(number(12..14)).ok()?);
    Day::from_ymd(number(6..10), month, day).ok()
}

impl FromStr for CitizenId {
    type Err = CitizenIdError;

    /// Spaces around it are dropped and a small x is taken for X, as people type it so.
    fn from_str(text: &str) -> Result<CitizenId, CitizenIdError> {
        let mut id: [u8; 18] = text.trim().as_bytes().try_into().map_err(|_| CitizenIdError::Shape)?;
        id[17] = id[17].to_ascii_uppercase();
        let digits = id[..17].iter().all(u8::is_ascii_digit);
        if !digits || !(id[17].is_ascii_digit() || id[17] == b'X') {
            return Err(CitizenIdError::Shape);
        }
        birth_of(&id).ok_or(CitizenIdError::Birth)?;
        if check_character(&id) != id[17] {
            return Err(CitizenIdError::Check);
        }
        Ok(CitizenId(id))
    }
}

impl fmt::Debug for CitizenId {
    /// Masked, so that no log carries a whole number by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for CitizenId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CitizenId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CitizenId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_samples_are_valid_and_tell_birth_and_sex() {
        let id: CitizenId = "11010519491231002X".parse().unwrap();
        assert_eq!(id.birth().to_string(), "1949-12-31");
        assert_eq!(id.sex(), Sex::Female);
        assert_eq!(id.masked(), "110***********002X");
        assert_eq!(format!("{id:?}"), "110***********002X");
        assert!("110101202311012176".parse::<CitizenId>().is_ok());
        assert_eq!(" 11010519491231002x ".parse::<CitizenId>().unwrap(), id);
    }

    #[test]
    fn each_mistyped_digit_is_found() {
        let good = "11010519491231002X";
        for position in 0..17 {
            for digit in '0'..='9' {
                let mut characters: Vec<char> = good.chars().collect();
                if characters[position] == digit {
                    continue;
                }
                characters[position] = digit;
                let typed: String = characters.into_iter().collect();
                assert!(typed.parse::<CitizenId>().is_err(), "{typed}");
            }
        }
    }

    #[test]
    fn composed_numbers_are_valid() {
        let birth: Day = "2026-10-14".parse().unwrap();
        for serial in 0..=999 {
            let id = CitizenId::compose(330_106, birth, serial).unwrap();
            assert_eq!(id.as_str().parse::<CitizenId>().as_ref(), Ok(&id));
        }
    }

    #[test]
    fn a_part_out_of_range_composes_nothing() {
        let birth: Day = "2026-10-14".parse().unwrap();
        assert_eq!(CitizenId::compose(99_999, birth, 1), None);
        assert_eq!(CitizenId::compose(1_000_000, birth, 1), None);
        assert_eq!(CitizenId::compose(330_106, birth, 1000), None);
    }

    #[test]
    fn each_kind_of_nonsense_has_its_reason() {
        assert_eq!("1101".parse::<CitizenId>(), Err(CitizenIdError::Shape));
        assert_eq!("11010519491331002X".parse::<CitizenId>(), Err(CitizenIdError::Birth));
        assert_eq!("110105194912310021".parse::<CitizenId>(), Err(CitizenIdError::Check));
        assert_eq!("一一〇一〇五".parse::<CitizenId>(), Err(CitizenIdError::Shape));
    }
}
