use super::*;
use proptest::prelude::*;

fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

#[test]
fn three_spellings_of_one_rate() {
    assert_eq!(rate("82%"), rate("0.82"));
    assert_eq!(rate("82%"), rate("41/50"));
    assert_eq!(rate("91.5%").to_string(), "91.5%");
    assert_eq!(rate("1/3").to_string(), "1/3");
    assert_eq!(rate("0.905"), Rate::new(905, 1000).unwrap());
}

#[test]
fn texts_that_are_no_rate() {
    for text in ["", "%", "-1%", "1/0", "0.", ".5", "8 2%", "1e2", "99999999999", "1/2/3", "0.1234567"] {
        assert!(text.parse::<Rate>().is_err(), "{text}");
    }
}

#[test]
fn the_platform_sample_and_its_neighbours() {
    let base: Fen = "12028.48".parse().unwrap();
    assert_eq!(rate("0.84").of(base, Rounding::HalfUp).unwrap().to_string(), "10103.92");
    let one = |fen, rounding| rate("50%").of(Fen::new(fen).unwrap(), rounding).unwrap().get();
    assert_eq!((one(1, Rounding::HalfUp), one(1, Rounding::Down), one(1, Rounding::Up)), (1, 0, 1));
    assert_eq!(one(-1, Rounding::HalfUp), -1);
}

proptest! {
    #[test]
    fn a_share_at_most_one_grows_by_at_most_one_fen_per_fen(num in 0u32..=1000, extra in 0u32..=1000, fen in 0i64..=1_000_000_000) {
        let share = Rate::new(num, (num + extra).max(1)).unwrap();
        for rounding in [Rounding::HalfUp, Rounding::Down, Rounding::Up] {
            let here = share.of(Fen::new(fen).unwrap(), rounding).unwrap().get();
            let next = share.of(Fen::new(fen + 1).unwrap(), rounding).unwrap().get();
            prop_assert!((0..=1).contains(&(next - here)));
        }
    }

    #[test]
    fn printed_rates_are_read_back(num in 0u32..=100_000, den in 1u32..=100_000) {
        let written = Rate::new(num, den).unwrap();
        prop_assert_eq!(written.to_string().parse::<Rate>(), Ok(written));
    }
}
