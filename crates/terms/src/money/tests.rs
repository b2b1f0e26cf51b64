use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_is_printed_is_read_back(fen in Fen::MIN.get()..=Fen::MAX.get()) {
        let amount = Fen::new(fen).unwrap();
        prop_assert_eq!(amount.to_string().parse::<Fen>(), Ok(amount));
        prop_assert_eq!(amount.grouped().replace(',', ""), amount.to_string());
    }

    #[test]
    fn taking_away_what_was_added_changes_nothing(a in Fen::MIN.get()..=Fen::MAX.get(), b in Fen::MIN.get()..=Fen::MAX.get()) {
        let (a, b) = (Fen(a), Fen(b));
        if let Ok(sum) = a.plus(b) {
            prop_assert_eq!(sum.minus(b), Ok(a));
        }
    }
}

#[test]
fn grouping_by_thousands() {
    let grouped = |text: &str| text.parse::<Fen>().unwrap().grouped();
    assert_eq!(grouped("0"), "0.00");
    assert_eq!(grouped("999.9"), "999.90");
    assert_eq!(grouped("1000"), "1,000.00");
    assert_eq!(grouped("-1234567.05"), "-1,234,567.05");
}

#[test]
fn a_wrap_is_an_error() {
    assert_eq!(Fen::MAX.plus(Fen(1)), Err(MoneyError::OutOfRange));
    assert_eq!(Fen::MIN.minus(Fen(1)), Err(MoneyError::OutOfRange));
    assert_eq!("100000000000000".parse::<Fen>(), Err(MoneyError::OutOfRange));
}

#[test]
fn texts_that_are_no_amount() {
    for text in ["", "-", ".5", "5.", "1.234", "1e3", "+1", "1,000", " 1", "１", "--1", "1.-1", "1.2.3"] {
        assert!(matches!(text.parse::<Fen>(), Err(MoneyError::Shape(_))), "{text}");
    }
}
