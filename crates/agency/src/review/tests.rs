use super::*;

fn limit(item: &str, charge: &str, most: u64) -> DailyLimit {
    let most = Quantity::from_parts(most).unwrap();
    DailyLimit { item: item.to_owned(), charge: charge.to_owned(), most, article: "a".into() }
}

#[test]
fn an_items_own_limit_goes_before_that_of_its_charge() {
    let limits = vec![limit("", "01", 10_000), limit("X", "", 25_000)];
    let reviews = Reviews { rules: BTreeMap::new(), limits };
    let quantity = |parts| Quantity::from_parts(parts).unwrap();
    // In parts of a ten-thousandth: 2.5 of X are fine, a ten-thousandth more is not.
    assert_eq!(reviews.above_daily(("X", "01"), quantity(25_000), 0), None);
    assert_eq!(reviews.above_daily(("X", "01"), quantity(25_000), 1), Some(quantity(25_000)));
    assert_eq!(reviews.above_daily(("Y", "01"), quantity(10_001), 0), Some(quantity(10_000)));
    assert_eq!(reviews.above_daily(("Y", "02"), quantity(99_000), 0), None);
}
