//! Unit prices, quantities and first-own ratios at the precision of the national field tables.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use terms::{Fen, MoneyError};

/// A unit price, numeric(16,6): millionths of a yuan. It is kept plus one, so that a line's optional ceiling takes
/// no more room than a price.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(NonZeroU64);

/// A quantity, numeric(16,4): ten-thousandths of a unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(u64);

/// A first-own ratio, numeric(5,4): ten-thousandths, from nothing to the whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Share(u16);

/// Why a text is not a price, a quantity or a share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not digits with at most that many decimals.
    #[error("`{0}` is no number here: write digits with at most {1} decimals and no sign")]
    Shape(String, usize),
    /// More than the field holds.
    #[error("`{0}` is more than the field holds: at most {1}")]
    TooLarge(String, &'static str),
}

/// sixteen digits in all: the largest number either field holds.
const DIGITS_MAX: u64 = 9_999_999_999_999_999;
/// Millionths of a yuan times ten-thousandths of a unit, for one fen.
pub(crate) const PER_FEN: u64 = 100_000_000;
/// The whole of a [`Share`].
pub(crate) const WHOLE: u64 = 10_000;

impl Default for Price {
    /// Free of charge.
    fn default() -> Price {
        Price(NonZeroU64::MIN)
    }
}

impl Price {
    /// This many millionths of a yuan; nothing beyond numeric(16,6).
    pub const fn from_micros(micros: u64) -> Option<Price> {
        match NonZeroU64::new(micros.wrapping_add(1)) {
            Some(above) if micros <= DIGITS_MAX => Some(Price(above)),
            _ => None,
        }
    }

    /// The price in millionths of a yuan.
    #[inline]
    pub const fn micros(self) -> u64 {
        self.0.get() - 1
    }

    /// Price times quantity, rounded half up to the fen.
    #[inline]
    pub fn times(self, quantity: Quantity) -> Result<Fen, MoneyError> {
        // Everyday amounts fit into 64 bits, where dividing by a constant is a multiplication.
        if let Some(exact) =
            self.micros().checked_mul(quantity.0).and_then(|exact| exact.checked_add(PER_FEN / 2))
        {
            return Fen::new((exact / PER_FEN).cast_signed());
        }
        let exact = u128::from(self.micros()) * u128::from(quantity.0) + u128::from(PER_FEN / 2);
        let fen = i64::try_from(exact / u128::from(PER_FEN)).map_err(|_| MoneyError::OutOfRange)?;
        Fen::new(fen)
    }
}

impl Quantity {
    /// One unit.
    pub const ONE: Quantity = Quantity(10_000);

    /// This many ten-thousandths of a unit; nothing beyond numeric(16,4).
    pub const fn from_parts(parts: u64) -> Option<Quantity> {
        if parts <= DIGITS_MAX { Some(Quantity(parts)) } else { None }
    }

    /// The quantity in ten-thousandths of a unit.
    #[inline]
    pub const fn parts(self) -> u64 {
        self.0
    }
}

impl Share {
    /// Nothing of it.
    pub const ZERO: Share = Share(0);
    /// All of it.
    pub const ONE: Share = Share(WHOLE as u16);

    /// This many ten-thousandths; nothing beyond the whole.
    pub const fn from_parts(parts: u16) -> Option<Share> {
        if parts as u64 <= WHOLE { Some(Share(parts)) } else { None }
    }

    /// In ten-thousandths.
    #[inline]
    pub const fn parts(self) -> u16 {
        self.0
    }

    /// This share of an amount that is not negative, rounded half up to the fen.
    #[inline]
    pub fn of(self, amount: Fen) -> Fen {
        let (amount, whole) = (amount.get().unsigned_abs(), WHOLE);
        let part = match amount.checked_mul(u64::from(self.0)) {
            Some(exact) if exact <= u64::MAX - whole => (exact + whole / 2) / whole,
            _ => {
                let exact = u128::from(amount) * u128::from(self.0) + u128::from(whole / 2);
                // The share is at most the whole, so the part is at most the amount.
                u64::try_from(exact / u128::from(whole)).unwrap_or(amount)
            }
        };
        Fen::new(part.cast_signed()).unwrap_or(Fen::MAX)
    }
}

/// Digits with at most `places` decimals, as a whole number of the last place.
fn read(text: &str, places: usize, most: u64, most_text: &'static str) -> Result<u64, QuantityError> {
    let shape = || QuantityError::Shape(text.chars().take(40).collect(), places);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let well_formed = !whole.is_empty()
        && (text.len() == whole.len() || !fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    // Decimals beyond the field's are accepted where they say nothing.
    let significant = fraction.trim_end_matches('0');
    if !well_formed || significant.len() > places {
        return Err(shape());
    }
    let too_large = || QuantityError::TooLarge(text.chars().take(40).collect(), most_text);
    let mut number: u64 = 0;
    let padding = std::iter::repeat_n(b'0', places - significant.len());
    for digit in whole.bytes().chain(significant.bytes()).chain(padding) {
        number = number
            .checked_mul(10)
            .and_then(|tens| tens.checked_add(u64::from(digit - b'0')))
            .ok_or_else(too_large)?;
    }
    if number > most { Err(too_large()) } else { Ok(number) }
}

impl FromStr for Price {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Price, QuantityError> {
        const MOST: &str = "9,999,999,999.999999";
        let micros = read(text, 6, DIGITS_MAX, MOST)?;
        Price::from_micros(micros).ok_or_else(|| QuantityError::TooLarge(text.to_owned(), MOST))
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Quantity, QuantityError> {
        read(text, 4, DIGITS_MAX, "999,999,999,999.9999").map(Quantity)
    }
}

impl FromStr for Share {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Share, QuantityError> {
        let parts = read(text, 4, WHOLE, "1")?;
        Ok(Share(u16::try_from(parts).unwrap_or_default()))
    }
}

/// `12.5`: at least `least` decimals, no more than it needs.
fn print(f: &mut fmt::Formatter<'_>, number: u64, places: usize, least: usize) -> fmt::Result {
    let unit = 10u64.pow(u32::try_from(places).unwrap_or(0));
    let fraction = format!("{:0places$}", number % unit);
    let needed = fraction.trim_end_matches('0').len().max(least);
    if needed == 0 {
        write!(f, "{}", number / unit)
    } else {
        write!(f, "{}.{}", number / unit, &fraction[..needed])
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, self.micros(), 6, 2)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, self.0, 4, 0)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, u64::from(self.0), 4, 2)
    }
}

macro_rules! text_on_the_wire {
    ($($kind:ty),*) => {$(
        impl fmt::Debug for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$kind, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

text_on_the_wire!(Price, Quantity, Share);

#[cfg(test)]
mod tests;
