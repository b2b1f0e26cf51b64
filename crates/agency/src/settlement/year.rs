//! One person's settlement year: what was settled in it, and in which order it is used up.
//!
//! The order is the law's setting `year-order`. What was decided is never changed: where a late bill, a void or another
//! reading moves it, [`BenefitYear::anew`] names what it would come to.

use super::{BillRecord, Made};
use crate::{Event, SettlementId};
use benefit::{Benefits, Bill, Claim, Order, Outcome, ProviderLevel, Year};
use terms::{Day, Fen, Refusals};

/// Everything settled for one person in one year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BenefitYear {
    /// In the order they were made.
    pub settlements: Vec<Made>,
    /// Settlements that were voided, with the day.
    pub voided: Vec<(SettlementId, Day)>,
}

impl BenefitYear {
    /// Folds one event; events of other services change nothing.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::SettlementMade(made) => self.settlements.push((**made).clone()),
            Event::SettlementVoided { settlement, on, .. } => self.voided.push((*settlement, *on)),
            _ => {}
        }
    }

    /// The year after these events.
    pub fn of(events: &[Event]) -> BenefitYear {
        let mut year = BenefitYear::default();
        for event in events {
            year.evolve(event);
        }
        year
    }

    /// The year as it stood before this settlement was made: later settlements and later voids left out.
    pub fn before(events: &[Event], settlement: SettlementId) -> BenefitYear {
        let made =
            |event: &Event| matches!(event, Event::SettlementMade(made) if made.settlement == settlement);
        let earlier = events.iter().position(made).unwrap_or(events.len());
        BenefitYear::of(&events[..earlier])
    }

    /// Settlements that were not voided.
    pub fn standing(&self) -> impl Iterator<Item = &Made> {
        self.settlements.iter().filter(|made| !self.is_voided(made.settlement))
    }

    /// The settlement was voided.
    pub fn is_voided(&self, settlement: SettlementId) -> bool {
        self.voided.iter().any(|(voided, _)| *voided == settlement)
    }

    /// What the standing settlements have used up of each accumulator: what was counted when they were made, or, by
    /// day of service, what they count worked out anew.
    pub fn so_far(&self, benefits: &Benefits) -> Year {
        let mut year = Year::default();
        match benefits.order() {
            Order::BySettlement => {
                for made in self.standing() {
                    for (id, amount) in &made.counted {
                        if let Some(place) = benefits.accumulator(id) {
                            // Bounded by numeric(16,2) at both ends; a year that left it could not have been settled.
                            year.set(place, year.get(place).plus(*amount).unwrap_or(Fen::MAX));
                        }
                    }
                }
            }
            Order::ByService => {
                for anew in self.anew(benefits) {
                    let counted = anew.outcome.ok().and_then(|outcome| benefits.counted(&outcome).ok());
                    year = counted.and_then(|counted| year.plus(counted).ok()).unwrap_or(year);
                }
            }
        }
        year
    }

    /// A bill after what comes before it in the year.
    ///
    /// As settled, that is whatever was settled before, as it was counted. By day of service it is what was served
    /// before, worked out anew, so that the order of arriving leaves no trace.
    fn before_bill(&self, record: &BillRecord, benefits: &Benefits) -> Bill {
        let bill = record.alone();
        match benefits.order() {
            Order::BySettlement => self.as_settled(bill, benefits),
            Order::ByService => {
                let mut made: Vec<&BillRecord> = self.standing().map(|made| &made.bill).collect();
                made.retain(|made| place(made) <= place(record));
                made.sort_by_key(|made| place(made));
                let bills = made.into_iter().map(BillRecord::alone).chain([bill.clone()]);
                benefits.replay(&claims(bills), Order::BySettlement).pop().map_or(bill, |last| last.bill)
            }
        }
    }

    fn as_settled(&self, mut bill: Bill, benefits: &Benefits) -> Bill {
        bill.year = self.so_far(benefits);
        if benefits.is_stay(&bill) {
            let stays = self.standing().map(|made| made.bill.alone()).filter(|bill| benefits.is_stay(bill));
            let stays: Vec<Bill> = stays.collect();
            bill.visit.ordinal = u8::try_from(stays.len() + 1).unwrap_or(u8::MAX);
            let ranked = stays.iter().filter_map(|bill| Some((benefits.rank(bill)?, bill.provider)));
            let highest = ranked.min_by_key(|(rank, _)| *rank);
            bill.visit.highest =
                highest.map(|(_, provider)| ProviderLevel { kind: provider.kind, hosp_lv: provider.hosp_lv });
        }
        bill
    }

    /// The standing settlements worked out anew from the first, in the order that the law's setting chooses.
    pub fn anew(&self, benefits: &Benefits) -> Vec<Anew<'_>> {
        let mut made: Vec<&Made> = self.standing().collect();
        if benefits.order() == Order::ByService {
            made.sort_by_key(|made| (place(&made.bill), made.settlement));
        }
        let bills = made.iter().map(|made| made.bill.alone());
        let replayed = benefits.replay(&claims(bills), Order::BySettlement);
        made.into_iter()
            .zip(replayed)
            .map(|(made, replayed)| Anew { made, outcome: replayed.outcome })
            .collect()
    }
}

impl BillRecord {
    /// The bill as it comes before the benefits, after what the law's order of the year puts before it.
    pub fn after(&self, year: &BenefitYear, benefits: &Benefits) -> Bill {
        year.before_bill(self, benefits)
    }
}

/// A settlement, and what it comes to when its year is worked out anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anew<'a> {
    /// As it was made.
    pub made: &'a Made,
    /// What it comes to now.
    pub outcome: Result<Outcome, Refusals>,
}

impl Anew<'_> {
    /// The amounts that are others than those made, by national field name: then, and now. Nothing where the law at
    /// hand refuses the bill.
    pub fn differences(&self) -> Vec<(&'static str, Fen, Fen)> {
        let Ok(outcome) = &self.outcome else { return Vec::new() };
        let pairs = self.made.amounts.named().into_iter().zip(outcome.amounts.named());
        pairs.filter(|((_, was), (_, is))| was != is).map(|((name, was), (_, is))| (name, was, is)).collect()
    }
}

/// Makes a settlement anew from its own bill and the year's events before it, with its trace; where its law is
/// the one at hand, the amounts are the same to the fen.
pub fn recompute(
    events: &[Event],
    settlement: SettlementId,
    benefits: &Benefits,
) -> Option<(Bill, Result<Outcome, Refusals>)> {
    let made = events.iter().find_map(|event| match event {
        Event::SettlementMade(made) if made.settlement == settlement => Some(made),
        _ => None,
    })?;
    let bill = made.bill.after(&BenefitYear::before(events, settlement), benefits);
    let mut outcome = Outcome::default();
    let result = benefits.adjudicate(&bill, &mut outcome).map(|()| outcome);
    Some((bill, result))
}

/// A bill's place in a year by day of service. Bills of one day are told apart by where and what they are, so that even
/// their order does not depend on which came first; what is left on an account does, and counts for nothing here.
fn place(bill: &BillRecord) -> impl Ord + use<'_> {
    let at = (bill.provider_kind, bill.hosp_lv, bill.admdvs, bill.designated, bill.contracted);
    (bill.enddate, bill.begndate, bill.med_type, at, bill.filing, bill.direct, &bill.lines)
}

/// Bills in the order they are to use up the year.
fn claims(bills: impl Iterator<Item = Bill>) -> Vec<Claim> {
    (0..).zip(bills).map(|(settled, bill)| Claim { id: String::new(), bill, settled }).collect()
}

#[cfg(test)]
mod tests;
