use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(price: &str, quantity: &str, expected: &str) {
    let (price, quantity): (Price, Quantity) = (price.parse().unwrap(), quantity.parse().unwrap());
    assert_eq!(price.times(quantity).unwrap().to_string(), expected);
}

#[test]
fn a_line_amount_is_rounded_half_up_once() {
    check("1.005", "1", "1.01");
    check("1.004999", "1", "1.00");
    check("0.01", "0.5", "0.01");
    check("0.01", "0.4999", "0.00");
    check("111.22", "5", "556.10");
    // 9,999,999,999 x 9,999 = 99,989,999,990,001: beyond 64 bits on the way, in range at the end.
    check("9999999999", "9999", "99989999990001.00");
    let most: Price = "9999999999.999999".parse().unwrap();
    assert_eq!(most.times("999999999999".parse().unwrap()), Err(MoneyError::OutOfRange));
}

#[test]
fn a_share_is_rounded_half_up() {
    let share: Share = "0.15".parse().unwrap();
    assert_eq!(share.of(Fen::new(10).unwrap()).get(), 2);
    assert_eq!(share.of(Fen::new(9).unwrap()).get(), 1);
    assert_eq!(Share::ONE.of(Fen::MAX), Fen::MAX);
    assert_eq!("0.5".parse::<Share>().unwrap().of(Fen::MAX).get(), 5_000_000_000_000_000);
}

#[test]
fn texts_that_are_no_number() {
    for text in ["", ".5", "5.", "-1", "+1", "1e3", "1,000", "１", "0.0000001"] {
        assert!(matches!(text.parse::<Price>(), Err(QuantityError::Shape(..))), "{text}");
    }
    assert!("1.0001".parse::<Share>().is_err());
    assert!("10000000000".parse::<Price>().is_err());
    assert!("99999999999999999999999999".parse::<Quantity>().is_err());
    assert_eq!("1.50000000".parse::<Price>().unwrap().to_string(), "1.50");
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(number in 0..=DIGITS_MAX, share in 0..=10_000u16) {
        prop_assert_eq!(Price::from_micros(number).unwrap().to_string().parse::<Price>(), Ok(Price::from_micros(number).unwrap()));
        prop_assert_eq!(Quantity(number).to_string().parse::<Quantity>(), Ok(Quantity(number)));
        prop_assert_eq!(Share(share).to_string().parse::<Share>(), Ok(Share(share)));
    }

    #[test]
    fn the_quick_way_is_the_exact_way(price in 0..=DIGITS_MAX, quantity in 0..=DIGITS_MAX, shift in 0..50u32, share in 0..=10_000u16) {
        let (price, quantity) = (price >> shift, quantity >> (50 - shift));
        let exact = (u128::from(price) * u128::from(quantity) * 2 + u128::from(PER_FEN)) / (2 * u128::from(PER_FEN));
        let quick = Price::from_micros(price).unwrap().times(Quantity(quantity)).ok().map(|fen| u128::from(fen.get().unsigned_abs()));
        prop_assert_eq!(quick, (exact <= Fen::MAX.get().unsigned_abs().into()).then_some(exact));

        let exact = (u128::from(price) * u128::from(share) * 2 + 10_000) / 20_000;
        prop_assert_eq!(u128::from(Share(share).of(Fen::new(price.cast_signed()).unwrap()).get().unsigned_abs()), exact);
    }
}
