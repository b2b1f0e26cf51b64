//! Exact fractions and the one rounding step.

use crate::{Fen, MoneyError};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A non-negative exact fraction in lowest terms: a coinsurance rate, a first-own ratio, a share.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    num: u32,
    den: u32,
}

/// How a fraction of a fen becomes a fen. The rule that pays names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// Half a fen goes up (四舍五入).
    #[default]
    HalfUp,
    /// Any fraction is dropped (去尾).
    Down,
    /// Any fraction becomes a fen (进位).
    Up,
}

/// Why a text is not a rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rate: write a percentage (82%), a decimal (0.82) or a fraction (7/8)")]
pub struct RateError(String);

impl Rate {
    /// Nothing of it.
    pub const ZERO: Rate = Rate { num: 0, den: 1 };
    /// All of it.
    pub const ONE: Rate = Rate { num: 1, den: 1 };

    /// `num / den` in lowest terms; nothing where `den` is zero.
    pub fn new(num: u32, den: u32) -> Option<Rate> {
        if den == 0 {
            return None;
        }
        let divisor = gcd(num, den);
        Some(Rate { num: num / divisor, den: den / divisor })
    }

    /// Numerator in lowest terms.
    #[inline]
    pub const fn num(self) -> u32 {
        self.num
    }

    /// Denominator in lowest terms, never zero.
    #[inline]
    pub const fn den(self) -> u32 {
        self.den
    }

    /// Larger than the whole.
    pub const fn exceeds_one(self) -> bool {
        self.num > self.den
    }

    /// One minus this; nothing where this exceeds one.
    pub fn complement(self) -> Option<Rate> {
        let rest = self.den.checked_sub(self.num)?;
        Rate::new(rest, self.den)
    }

    /// This share of `amount`, rounded once. For a negative amount the rounding mirrors the positive one, so
    /// that a reversal gives back exactly what was taken.
    #[inline]
    pub fn of(self, amount: Fen, rounding: Rounding) -> Result<Fen, MoneyError> {
        let exact = i128::from(amount.get().unsigned_abs()) * i128::from(self.num);
        let den = i128::from(self.den);
        let rounded = match rounding {
            Rounding::HalfUp => (2 * exact + den) / (2 * den),
            Rounding::Down => exact / den,
            Rounding::Up => (exact + den - 1) / den,
        };
        let rounded = i64::try_from(rounded).map_err(|_| MoneyError::OutOfRange)?;
        Fen::new(if amount.is_negative() { -rounded } else { rounded })
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Rate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Rate) -> Ordering {
        (u64::from(self.num) * u64::from(other.den)).cmp(&(u64::from(other.num) * u64::from(self.den)))
    }
}

impl fmt::Display for Rate {
    /// A percentage where it is one to at most three decimals (82%, 91.5%), otherwise the fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scaled = u64::from(self.num) * 100_000;
        if !scaled.is_multiple_of(u64::from(self.den)) {
            return write!(f, "{}/{}", self.num, self.den);
        }
        let milli_percent = scaled / u64::from(self.den);
        let (whole, fraction) = (milli_percent / 1000, milli_percent % 1000);
        if fraction == 0 {
            write!(f, "{whole}%")
        } else {
            write!(f, "{whole}.{}%", format!("{fraction:03}").trim_end_matches('0'))
        }
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Rate, RateError> {
        let wrong = || RateError(text.chars().take(40).collect());
        let parsed = if let Some((num, den)) = text.split_once('/') {
            Rate::new(decimal(num, 0).ok_or_else(wrong)?.0, decimal(den, 0).ok_or_else(wrong)?.0)
        } else if let Some(percent) = text.strip_suffix('%') {
            let (num, den) = decimal(percent, 4).ok_or_else(wrong)?;
            // At most 4 decimals: den is at most 10^4, so times 100 fits.
            Rate::new(num, den * 100)
        } else {
            let (num, den) = decimal(text, 6).ok_or_else(wrong)?;
            Rate::new(num, den)
        };
        parsed.ok_or_else(wrong)
    }
}

/// Reads digits with at most `places` decimals as a numerator over a power of ten.
fn decimal(text: &str, places: usize) -> Option<(u32, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let well_formed = !whole.is_empty()
        && fraction.len() <= places
        && (text.len() == whole.len() || !fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !well_formed {
        return None;
    }
    let den = 10u32.pow(u32::try_from(fraction.len()).ok()?);
    Some((format!("{whole}{fraction}").parse().ok()?, den))
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
