//! Amounts of money in whole fen. Every operation is checked; nothing here is a float.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// An amount in fen (1/100 yuan). Field tables of the national platform call it numeric(16,2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(i64);

/// Why an amount cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not a decimal amount in yuan.
    #[error("`{0}` is not an amount in yuan: write digits with at most two decimals, for example 1234.50")]
    Shape(String),
    /// A sum, product or text left the span of numeric(16,2).
    #[error("amount out of range: at most 99,999,999,999,999.99 yuan either way")]
    OutOfRange,
}

impl Fen {
    /// No money.
    pub const ZERO: Fen = Fen(0);
    /// The largest amount of numeric(16,2).
    pub const MAX: Fen = Fen(9_999_999_999_999_999);
    /// The smallest amount of numeric(16,2).
    pub const MIN: Fen = Fen(-9_999_999_999_999_999);

    /// This many fen; out of range beyond numeric(16,2).
    #[inline]
    pub fn new(fen: i64) -> Result<Fen, MoneyError> {
        if (Fen::MIN.0..=Fen::MAX.0).contains(&fen) { Ok(Fen(fen)) } else { Err(MoneyError::OutOfRange) }
    }

    /// This many whole yuan, for amounts that are known to be small.
    pub const fn yuan(yuan: i32) -> Fen {
        // i32::MAX * 100 is far inside numeric(16,2).
        Fen(yuan as i64 * 100)
    }

    /// The number of fen.
    #[inline]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Sum, or out of range.
    #[inline]
    pub fn plus(self, other: Fen) -> Result<Fen, MoneyError> {
        // Both lie within numeric(16,2), so the i64 sum cannot wrap.
        Fen::new(self.0 + other.0)
    }

    /// Difference, or out of range.
    #[inline]
    pub fn minus(self, other: Fen) -> Result<Fen, MoneyError> {
        Fen::new(self.0 - other.0)
    }

    /// Sum of many, or out of range.
    pub fn sum(amounts: impl IntoIterator<Item = Fen>) -> Result<Fen, MoneyError> {
        amounts.into_iter().try_fold(Fen::ZERO, Fen::plus)
    }

    /// The same amount with its sign turned; numeric(16,2) is symmetric, so it always fits.
    #[must_use]
    pub const fn negated(self) -> Fen {
        Fen(-self.0)
    }

    /// Below zero.
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// `1,234.50`: grouped by thousands, for people.
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let point = digits.len() - 3;
        let mut grouped = String::from(sign);
        for (position, digit) in digits.char_indices() {
            if position > 0 && position < point && (point - position).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }
}

impl fmt::Display for Fen {
    /// `1234.50`, in yuan.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl fmt::Debug for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fen {
    type Err = MoneyError;

    /// Yuan with at most two decimals; no grouping, no plus sign, no exponent.
    fn from_str(text: &str) -> Result<Fen, MoneyError> {
        let wrong = || MoneyError::Shape(text.chars().take(40).collect());
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(cents) || cents.len() > 2 {
            return Err(wrong());
        }
        if whole.len() > 14 {
            return Err(MoneyError::OutOfRange);
        }
        let whole: i64 = whole.parse().map_err(|_| wrong())?;
        let mut fen: i64 = cents.parse().map_err(|_| wrong())?;
        if cents.len() == 1 {
            fen *= 10;
        }
        Fen::new(if negative { -(whole * 100 + fen) } else { whole * 100 + fen })
    }
}

impl Serialize for Fen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fen, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
