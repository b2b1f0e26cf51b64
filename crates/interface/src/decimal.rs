//! Numbers of the field tables: exact, with as many decimals as were sent.

use std::fmt;
use std::str::FromStr;
use terms::Fen;

/// A decimal number: `mantissa` divided by ten `scale` times. No trailing noughts after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    mantissa: i128,
    scale: u8,
}

/// A text that is no number of at most thirty digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

/// Digits read at most; the largest field has as many.
const DIGITS_MAX: usize = 30;

impl Decimal {
    /// This many units of ten to the power of minus `scale`.
    pub fn new(mantissa: i64, scale: u8) -> Decimal {
        Decimal { mantissa: i128::from(mantissa), scale: scale.min(18) }.trimmed()
    }

    fn trimmed(mut self) -> Decimal {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale -= 1;
        }
        self
    }

    /// How many digits stand before the point, a single nought not counted.
    pub fn whole_digits(self) -> u32 {
        let whole = self.mantissa.unsigned_abs() / 10u128.pow(u32::from(self.scale));
        if whole == 0 { 0 } else { whole.ilog10() + 1 }
    }

    /// How many digits stand after the point.
    pub fn places(self) -> u8 {
        self.scale
    }

    /// Below nought.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// As units of ten to the power of minus `places`, where it has no more places and fits.
    pub fn units(self, places: u8) -> Option<i64> {
        let shift = places.checked_sub(self.scale)?;
        let units = self.mantissa.checked_mul(10i128.checked_pow(u32::from(shift))?)?;
        i64::try_from(units).ok()
    }

    /// The amount in yuan, where it has at most two decimals and fits.
    pub fn fen(self) -> Option<Fen> {
        self.units(2).and_then(|fen| Fen::new(fen).ok())
    }

    /// Written with at least this many decimals, as answers are.
    pub fn with_places(self, places: u8) -> String {
        let scale = self.scale.max(places);
        let shift = 10u128.pow(u32::from(scale - self.scale));
        let digits = self.mantissa.unsigned_abs() * shift;
        let unit = 10u128.pow(u32::from(scale));
        let sign = if self.mantissa < 0 { "-" } else { "" };
        if scale == 0 {
            return format!("{sign}{digits}");
        }
        format!("{sign}{}.{:0width$}", digits / unit, digits % unit, width = usize::from(scale))
    }
}

impl From<Fen> for Decimal {
    fn from(fen: Fen) -> Decimal {
        Decimal::new(fen.get(), 2)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_places(0))
    }
}

impl FromStr for Decimal {
    type Err = NotANumber;

    /// Digits with at most one point, a sign and, as JSON has it, a power of ten.
    fn from_str(text: &str) -> Result<Decimal, NotANumber> {
        let (text, power) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().map_err(|_| NotANumber)?),
            None => (text, 0),
        };
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        let mut mantissa: i128 = 0;
        let mut significant = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(NotANumber);
            }
            if mantissa != 0 || byte != b'0' {
                significant += 1;
            }
            if significant > DIGITS_MAX {
                return Err(NotANumber);
            }
            mantissa = mantissa * 10 + i128::from(byte - b'0');
        }
        let fraction_len = i32::try_from(fraction.len()).map_err(|_| NotANumber)?;
        let scale = fraction_len.checked_sub(power).ok_or(NotANumber)?;
        if mantissa == 0 {
            return Ok(Decimal::default());
        }
        if scale < 0 {
            let shift = 10i128.checked_pow(scale.unsigned_abs()).ok_or(NotANumber)?;
            mantissa = mantissa.checked_mul(shift).ok_or(NotANumber)?;
        }
        let scale = u8::try_from(scale.max(0)).map_err(|_| NotANumber)?;
        if usize::from(scale) > DIGITS_MAX {
            return Err(NotANumber);
        }
        Ok(Decimal { mantissa: if negative { -mantissa } else { mantissa }, scale }.trimmed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, printed: &str) {
        assert_eq!(text.parse::<Decimal>().unwrap().to_string(), printed);
    }

    #[test]
    fn numbers_are_read_as_they_stand() {
        check("0", "0");
        check("-0.00", "0");
        check("12.340", "12.34");
        check("+7", "7");
        check(".5", "0.5");
        check("5.", "5");
        check("1E+2", "100");
        check("15e-1", "1.5");
        check("99999999999999.99", "99999999999999.99");
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "",
            "-",
            ".",
            "1.2.3",
            "1,000",
            "１",
            "1e",
            "1e99",
            "NaN",
            "1e-99",
            "9999999999999999999999999999999",
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn amounts_and_digits() {
        let number: Decimal = "1234.5".parse().unwrap();
        assert_eq!(number.fen(), Some(Fen::new(123_450).unwrap()));
        assert_eq!((number.whole_digits(), number.places()), (4, 1));
        assert_eq!(number.with_places(2), "1234.50");
        assert_eq!("0.001".parse::<Decimal>().unwrap().fen(), None);
        assert_eq!("0.001".parse::<Decimal>().unwrap().whole_digits(), 0);
        assert_eq!("-2".parse::<Decimal>().unwrap().units(4), Some(-20_000));
    }

    proptest! {
        #[test]
        fn amounts_come_back_as_they_were(fen in -9_999_999_999_999_999i64..=9_999_999_999_999_999) {
            let fen = Fen::new(fen).unwrap();
            let text = Decimal::from(fen).with_places(2);
            prop_assert_eq!(&text, &fen.to_string());
            prop_assert_eq!(text.parse::<Decimal>().unwrap().fen(), Some(fen));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9.eE]{0,44}") {
            let _ = text.parse::<Decimal>();
        }
    }
}
