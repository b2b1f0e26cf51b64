//! Chance that is the same on every machine: splitmix64 (Steele, Lea and Flood 2014), a few lines that will
//! never change under us as a library's generator may.
//!
//! Each thing has dice of its own, cast from the seed, a word and a number. So a field added to a person changes
//! nothing about units, and person 17 is the same whether 100 or 20,000 are made.

/// A stream of numbers that only its origin decides.
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
}

/// 2^64 divided by the golden ratio, odd: splitmix64's step.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Dice {
    /// The dice of the `index`-th thing called `word` in the district of `seed`.
    pub fn of(seed: u64, word: &str, index: u64) -> Dice {
        // FNV-1a spreads the word; two rounds of the mixer keep neighbouring seeds and indices apart.
        let spread = word.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Dice { state: mix(mix(seed.wrapping_add(STEP) ^ spread).wrapping_add(index)) }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// From 0 to below `end`; 0 where `end` is 0. The high half of a product, so that no remainder favours
    /// small numbers by more than one in 2^64 / `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// From `low` to `high`, both included; `low` where they are the wrong way round.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let count = high.saturating_sub(low).max(0) as u64 + 1;
        low + self.below(count) as i64
    }

    /// True `per_mille` times in a thousand.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of these, each as likely. The list must not be empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// One of these, as likely as its weight tells. The list must not be empty.
    pub fn weighted<'a, T>(&mut self, from: &'a [(T, u64)]) -> &'a T {
        let total = from.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(total);
        for (thing, weight) in from {
            if left < *weight {
                return thing;
            }
            left -= weight;
        }
        &from[0].0
    }
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix64_gives_its_published_numbers() {
        // The first outputs for the state 1234567, as the reference implementation prints them.
        let mut dice = Dice { state: 1_234_567 };
        let first: Vec<u64> = (0..3).map(|_| dice.bits()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn words_indices_and_seeds_are_kept_apart() {
        let first = |seed, word, index| Dice::of(seed, word, index).bits();
        assert_eq!(first(1, "person", 1), first(1, "person", 1));
        assert_ne!(first(1, "person", 1), first(1, "person", 2));
        assert_ne!(first(1, "person", 1), first(1, "unit", 1));
        assert_ne!(first(1, "person", 1), first(2, "person", 1));
    }

    #[test]
    fn casts_stay_within_bounds_and_reach_them() {
        let mut dice = Dice::of(7, "bounds", 0);
        let casts: Vec<i64> = (0..1000).map(|_| dice.between(-2, 2)).collect();
        assert_eq!((casts.iter().min(), casts.iter().max()), (Some(&-2), Some(&2)));
        assert_eq!(dice.between(5, 1), 5);
        let heavy = (0..1000).filter(|_| *dice.weighted(&[("a", 9), ("b", 1)]) == "a").count();
        assert!((850..950).contains(&heavy), "{heavy}");
    }
}
