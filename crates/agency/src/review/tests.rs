use super::*;

fn limit(item: &str, charge: &str, most: u64) -> DailyLimit {
    let most = Quantity::from_parts(most).unwrap();
    DailyLimit { item: item.to_owned(), charge: charge.to_owned(), most, article: "a".into() }
}

#[test]
fn an_items_own_limit_goes_before_that_of_its_charge() {
    let limits = vec![limit("", "01", 10_000), limit("X", "", 25_000)];
    let reviews = Reviews { limits, ..Reviews::default() };
    let quantity = |parts| Quantity::from_parts(parts).unwrap();
    // In parts of a ten-thousandth: 2.5 of X are fine, a ten-thousandth more is not.
    assert_eq!(reviews.above_daily(("X", "01"), quantity(25_000), 0), None);
    assert_eq!(reviews.above_daily(("X", "01"), quantity(25_000), 1), Some(quantity(25_000)));
    assert_eq!(reviews.above_daily(("Y", "01"), quantity(10_001), 0), Some(quantity(10_000)));
    assert_eq!(reviews.above_daily(("Y", "02"), quantity(99_000), 0), None);
}

/// A day of October 2026 against others of it: which of them makes it too often, at most `most` in any seven days.
#[track_caller]
fn check_often(most: usize, day: u8, others: &[u8], nearest: Option<u8>) {
    let october = |day: u8| format!("2026-10-{day:02}").parse::<Day>().unwrap();
    let often = FrequencyLimit { item: "X".to_owned(), most, days: 7, article: "a".into() };
    let others: BTreeSet<Day> = others.iter().map(|other| october(*other)).collect();
    assert_eq!(often.exceeded(october(day), &others), nearest.map(october));
}

#[test]
fn seven_days_that_follow_each_other_are_counted_with_the_first_and_the_last() {
    check_often(1, 10, &[], None);
    check_often(1, 10, &[4], Some(4));
    check_often(1, 10, &[3], None);
    // Sent first, done later.
    check_often(1, 10, &[16], Some(16));
    check_often(1, 10, &[17], None);
    check_often(1, 10, &[10], None);
    check_often(1, 10, &[4, 15], Some(15));
}

#[test]
fn more_than_once_counts_within_one_run_of_days() {
    check_often(2, 10, &[4, 16], None);
    check_often(2, 10, &[4, 8], Some(8));
    check_often(2, 10, &[9, 15], Some(9));
}
