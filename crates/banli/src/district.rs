//! The demo district: a synthetic office's world, the same for the same seed on every machine.
//!
//! Nobody in it exists. Identity numbers and unit codes are valid so that every check runs; where one is
//! somebody's, it is so by chance.

mod accounts;
mod bulk;
mod cast;
pub mod dice;
mod founding;
mod names;
mod people;
mod person_accounts;
mod providers;
mod shelf;
mod units;
mod visits;

pub use accounts::ReadyAccount;
pub use bulk::Loaded;
pub use cast::Cast;
pub use founding::{found, settle_year};
pub use providers::Provider;

use agency::{person, unit};
use terms::Day;

/// The seed where none is named.
pub const DEFAULT_SEED: u64 = 20_261_009;
/// How many people the demo district insures.
pub const PEOPLE: usize = 20_000;
/// The day the demo office opens: the second working day after the National Day holiday of 2026.
pub const OPENING: &str = "2026-10-09";
/// The day on which the personal accounts came to the office, with their balances.
const ACCOUNTS_SINCE: &str = "2026-01-01";
/// Division code of the district whose office is shown.
pub const DIVISION: u32 = 330_106;

/// Names of streets and quarters, made up.
const STREETS: [&str; 10] = ["翠微", "云栖", "松涛", "青芝", "桂坊", "明月", "江滨", "白石", "竹里", "枫林"];

/// Everything the office knows on its first morning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// What everything follows from.
    pub seed: u64,
    /// Units, by id from 1.
    pub units: Vec<unit::Registered>,
    /// Providers, by id from 1, with their designations.
    pub providers: Vec<Provider>,
    /// People, by id from 1.
    pub people: Vec<person::Registered>,
}

impl District {
    /// The district of this seed with this many people.
    pub fn generate(seed: u64, people: usize) -> District {
        let units = units::units(seed);
        let people = people::Population::of(seed, &units).people(people);
        let units = units.into_iter().map(|(unit, _)| unit).collect();
        District { seed, units, providers: providers::providers(), people }
    }
}

/// A name for a made-up person: the same for the same region and number.
pub fn name_of(region: &str, number: u64) -> String {
    let mut dice = dice::Dice::of(DEFAULT_SEED, region, number);
    let sex = if dice.chance(500) { terms::Sex::Male } else { terms::Sex::Female };
    format!("{}{}", names::surname(&mut dice), names::given(&mut dice, sex, 1960))
}

/// A day written in this crate.
fn day(text: &str) -> Day {
    text.parse().unwrap_or(Day::MIN)
}

#[cfg(test)]
mod tests;
