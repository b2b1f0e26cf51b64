//! The daily comparison of three lists: place of treatment, national exchange, place of insurance. Only what all
//! three agree on is cleared.

use super::Remote;
use crate::Word;
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fen};

/// One of the three sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Where the person was treated.
    Treating,
    /// The national platform between them.
    Exchange,
    /// Where the person is insured.
    Insured,
}

const PLACES: [Place; 3] = [Place::Treating, Place::Exchange, Place::Insured];

/// What the comparison comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThreeWay {
    /// What may be cleared.
    pub agreed: Agreed,
    /// What may not, and why, by name.
    pub mismatches: Vec<(Word, Mismatch)>,
}

/// Records on which all three agree, by name.
pub type Agreed = Vec<Remote>;

/// Why a record is not agreed. Where several apply, the first of this list is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// These sides list it more than once.
    Doubled(BTreeSet<Place>),
    /// These sides do not have it.
    Missing(BTreeSet<Place>),
    /// The sides name other regions.
    OtherRegions,
    /// The sides have other days.
    OtherDay(BTreeMap<Place, Day>),
    /// The sides have other amounts for a fund, or for the personal account where the fund is none.
    OtherAmount {
        /// Which fund.
        fund: Option<Word>,
        /// What each side has.
        has: BTreeMap<Place, Fen>,
    },
}

/// What would mend a mismatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// These sides post what the two others have.
    Post(BTreeSet<Place>),
    /// These sides take back what nobody else has.
    Reverse(BTreeSet<Place>),
    /// This side takes over what the two others agree on.
    Correct(Place),
    /// All three differ: the bill itself has to be looked at.
    Ask,
}

impl Mend {
    /// `post`, a key of the texts.
    pub fn word(&self) -> &'static str {
        match self {
            Mend::Post(_) => "post",
            Mend::Reverse(_) => "reverse",
            Mend::Correct(_) => "correct",
            Mend::Ask => "ask",
        }
    }
}

/// Compares three lists.
pub fn three_way(treating: &[Remote], exchange: &[Remote], insured: &[Remote]) -> ThreeWay {
    let mut by_id: BTreeMap<Word, [Vec<&Remote>; 3]> = BTreeMap::new();
    for (side, list) in [treating, exchange, insured].into_iter().enumerate() {
        for remote in list {
            by_id.entry(remote.id).or_default()[side].push(remote);
        }
    }
    let mut found = ThreeWay::default();
    for (id, sides) in by_id {
        match mismatch(&sides) {
            Some(mismatch) => found.mismatches.push((id, mismatch)),
            None => found.agreed.extend(sides[0].first().map(|remote| (*remote).clone())),
        }
    }
    found
}

fn mismatch(sides: &[Vec<&Remote>; 3]) -> Option<Mismatch> {
    let places = |wanted: &dyn Fn(usize) -> bool| -> BTreeSet<Place> {
        PLACES.iter().enumerate().filter(|(side, _)| wanted(sides[*side].len())).map(|(_, p)| *p).collect()
    };
    let doubled = places(&|count| count > 1);
    if !doubled.is_empty() {
        return Some(Mismatch::Doubled(doubled));
    }
    let missing = places(&|count| count == 0);
    let [Some(one), Some(two), Some(three)] = sides.each_ref().map(|side| side.first().copied()) else {
        return Some(Mismatch::Missing(missing));
    };
    let all = [one, two, three];
    if all.iter().any(|remote| (remote.treating, remote.insured) != (one.treating, one.insured)) {
        return Some(Mismatch::OtherRegions);
    }
    if all.iter().any(|remote| remote.day != one.day) {
        return Some(Mismatch::OtherDay(PLACES.into_iter().zip(all.map(|remote| remote.day)).collect()));
    }
    let funds: BTreeSet<Word> = all.iter().flat_map(|remote| remote.funds.keys().copied()).collect();
    let accounts = [(None, all.map(|remote| remote.acct_pay))];
    let amounts = funds
        .into_iter()
        .map(|fund| (Some(fund), all.map(|remote| remote.funds.get(&fund).copied().unwrap_or(Fen::ZERO))));
    amounts
        .chain(accounts)
        .find(|(_, has)| has.iter().any(|amount| *amount != has[0]))
        .map(|(fund, has)| Mismatch::OtherAmount { fund, has: PLACES.into_iter().zip(has).collect() })
}

impl Mismatch {
    /// `missing`, a key of the texts.
    pub fn word(&self) -> &'static str {
        match self {
            Mismatch::Doubled(_) => "doubled",
            Mismatch::Missing(_) => "missing",
            Mismatch::OtherRegions => "other-regions",
            Mismatch::OtherDay(_) => "other-day",
            Mismatch::OtherAmount { .. } => "other-amount",
        }
    }

    /// What would mend it: two sides that agree are believed.
    pub fn mend(&self) -> Mend {
        match self {
            Mismatch::Doubled(places) => Mend::Reverse(places.clone()),
            Mismatch::Missing(places) if places.len() == 1 => Mend::Post(places.clone()),
            Mismatch::Missing(places) => {
                Mend::Reverse(PLACES.into_iter().filter(|place| !places.contains(place)).collect())
            }
            Mismatch::OtherRegions => Mend::Ask,
            Mismatch::OtherDay(has) => outvoted(has),
            Mismatch::OtherAmount { has, .. } => outvoted(has),
        }
    }
}

/// The side that differs from the two others.
fn outvoted<T: PartialEq>(has: &BTreeMap<Place, T>) -> Mend {
    let alone = has.iter().find(|(place, value)| {
        has.iter().filter(|(other, _)| other != place).all(|(_, held)| held != *value)
    });
    let split = has
        .values()
        .enumerate()
        .all(|(place, value)| has.values().enumerate().all(|(other, held)| other == place || held != value));
    match alone {
        Some((place, _)) if !split => Mend::Correct(*place),
        _ => Mend::Ask,
    }
}
