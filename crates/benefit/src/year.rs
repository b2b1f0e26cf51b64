//! The settlement year: what a bill adds to it, and replaying it when a claim comes late, falls away or changes.

use crate::Order;
use crate::bill::{Bill, ProviderLevel, Year};
use crate::model::{Benefits, Counted, DimensionSource};
use crate::outcome::{Outcome, StepKind};
use std::collections::BTreeMap;
use terms::{Fen, MoneyError, Refusals};

/// A claim of one person in one settlement year. Of its bill, `year` and, for stays, `ordinal` and `highest` are
/// worked out anew by [`Benefits::replay`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The settlement's id, unique in the year.
    pub id: String,
    /// The bill as it was adjudicated.
    pub bill: Bill,
    /// Its place in the order of settling.
    pub settled: u64,
}

/// A claim with what became of it in the replayed year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// As in [`Claim`].
    pub id: String,
    /// The bill with the year as it stood before it.
    pub bill: Bill,
    /// What became of it.
    pub outcome: Result<Outcome, Refusals>,
}

/// An amount of a settlement that differs between two replays of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The settlement.
    pub id: String,
    /// National field name.
    pub field: &'static str,
    /// Before; zero where the claim was not there or was refused.
    pub before: Fen,
    /// After; zero where the claim is gone or is refused.
    pub after: Fen,
}

impl Benefits {
    /// In which order the bills of a year use it up; as settled, where the pack's settings do not say.
    pub fn order(&self) -> Order {
        self.order
    }

    /// What this outcome counts towards each accumulator. Add it to the year before the next bill; a void takes
    /// it away again.
    pub fn counted(&self, outcome: &Outcome) -> Result<Year, MoneyError> {
        let mut year = Year::default();
        for (place, accumulator) in self.accumulators().iter().enumerate() {
            let mut sum = Fen::ZERO;
            for &(counted, layer) in &accumulator.counts {
                for step in outcome.steps.iter().filter(|step| usize::from(step.layer) == layer) {
                    let amount = match (counted, step.kind) {
                        (Counted::Base, StepKind::Layer) => step.length,
                        (Counted::Paid, StepKind::Layer) | (Counted::Deductible, StepKind::Deductible) => {
                            step.amount
                        }
                        _ => continue,
                    };
                    sum = sum.plus(Fen::new(amount)?)?;
                }
            }
            year.set(place, sum);
        }
        Ok(year)
    }

    /// Whether a bill counts as a stay of the year.
    pub fn is_stay(&self, bill: &Bill) -> bool {
        self.stays.is_some_and(|masks| {
            (0..self.dimensions.len()).all(|place| {
                masks[place] == u64::MAX
                    || self.value(bill, place).is_some_and(|value| masks[place] >> value & 1 == 1)
            })
        })
    }

    /// Adjudicates the claims of one person and one year from its first day. With [`Order::ByService`] the result
    /// does not depend on the order in which the claims are given.
    pub fn replay(&self, claims: &[Claim], order: Order) -> Vec<Replayed> {
        let mut claims: Vec<&Claim> = claims.iter().collect();
        match order {
            Order::ByService => claims.sort_by_key(|claim| {
                (claim.bill.visit.enddate, claim.bill.visit.begndate, claim.id.as_str())
            }),
            Order::BySettlement => claims.sort_by_key(|claim| (claim.settled, claim.id.as_str())),
        }
        let mut year = Year::default();
        let mut stays = 0u8;
        let mut highest: Option<(u8, ProviderLevel)> = None;
        let mut replayed = Vec::with_capacity(claims.len());
        for claim in claims {
            let mut bill = claim.bill.clone();
            bill.year = year;
            let is_stay = self.is_stay(&bill);
            if is_stay {
                bill.visit.ordinal = stays.saturating_add(1);
                bill.visit.highest = highest.map(|(_, level)| level);
            }
            let mut outcome = Outcome::default();
            let outcome = match self.adjudicate(&bill, &mut outcome) {
                Ok(()) => match self.counted(&outcome).and_then(|counted| year.plus(counted)) {
                    Ok(after) => {
                        year = after;
                        Ok(outcome)
                    }
                    Err(_) => Err(vec![self.out_of_range()]),
                },
                Err(refusals) => Err(refusals),
            };
            if is_stay && outcome.is_ok() {
                stays = stays.saturating_add(1);
                let here = ProviderLevel { kind: bill.provider.kind, hosp_lv: bill.provider.hosp_lv };
                if let Some(rank) = self.rank(&bill)
                    && highest.is_none_or(|(known, _)| rank < known)
                {
                    highest = Some((rank, here));
                }
            }
            replayed.push(Replayed { id: claim.id.clone(), bill, outcome });
        }
        replayed
    }

    /// How high the provider stands on the list some dimension takes the highest of; 0 is the top.
    pub fn rank(&self, bill: &Bill) -> Option<u8> {
        self.dimensions.iter().find_map(|dimension| match dimension.source {
            DimensionSource::HighestOf { dimension } => self.value(bill, dimension),
            DimensionSource::Table { .. } => None,
        })
    }
}

impl Year {
    /// This year and what another bill counts.
    pub fn plus(self, counted: Year) -> Result<Year, MoneyError> {
        let mut year = self;
        for place in 0..crate::ACCUMULATORS_MAX {
            year.set(place, year.get(place).plus(counted.get(place))?);
        }
        Ok(year)
    }
}

/// Every amount that differs between two replays, by settlement, in the order of their ids.
pub fn differences(before: &[Replayed], after: &[Replayed]) -> Vec<Difference> {
    let amounts = |replayed: &[Replayed]| -> BTreeMap<String, Vec<(&'static str, Fen)>> {
        let named = |claim: &Replayed| match &claim.outcome {
            Ok(outcome) => outcome.amounts.named().to_vec(),
            Err(_) => Vec::new(),
        };
        replayed.iter().map(|claim| (claim.id.clone(), named(claim))).collect()
    };
    let (before, after) = (amounts(before), amounts(after));
    let mut ids: Vec<&String> = before.keys().chain(after.keys()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut differences = Vec::new();
    for id in ids {
        let of = |amounts: &BTreeMap<String, Vec<(&'static str, Fen)>>, field: &str| {
            let found = amounts.get(id)?.iter().find(|(name, _)| *name == field)?;
            Some(found.1)
        };
        for (field, _) in crate::Amounts::default().named() {
            let (was, is) = (of(&before, field).unwrap_or_default(), of(&after, field).unwrap_or_default());
            if was != is {
                differences.push(Difference { id: id.clone(), field, before: was, after: is });
            }
        }
    }
    differences
}

#[cfg(test)]
mod tests;
