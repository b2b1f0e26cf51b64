//! Filings (备案): entitlements to treatment elsewhere, and how they change the benefit.

use crate::claim::Claim;
use crate::person::within;
use crate::{CaseId, Event, FilingId, PersonId, ProviderId, Records, Rulebook};
use benefit::Code;
use serde::{Deserialize, Serialize};
use terms::Day;

/// The first event of a filing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Which.
    pub filing: FilingId,
    /// Whose.
    pub person: PersonId,
    /// `referral`, `long-term` …, by the packs' codes; decides the benefit's column.
    pub filing_kind: String,
    /// Division code of the region it is for.
    pub region: String,
    /// The hospital it is for; any of the region where none.
    pub provider: Option<ProviderId>,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// The case it comes from.
    pub case: CaseId,
}

/// The state of a filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// What was registered.
    pub registered: Registered,
    /// The day it was cancelled.
    pub cancelled: Option<Day>,
}

impl Filing {
    /// Folds one event; events of other services change nothing.
    pub fn evolve(filing: &mut Option<Filing>, event: &Event) {
        match (filing, event) {
            (slot @ None, Event::FilingRegistered(registered)) => {
                *slot = Some(Filing { registered: registered.clone(), cancelled: None });
            }
            (Some(filing), Event::FilingCancelled { on, .. }) => filing.cancelled = Some(*on),
            _ => {}
        }
    }

    /// Whether it still covers a day after this one.
    pub fn runs_after(&self, day: Day) -> bool {
        self.registered.to.is_none_or(|to| to > day) && self.cancelled.is_none()
    }

    /// Whether treatment begun on this day at this place is covered.
    pub fn covers(&self, day: Day, region: &str, provider: Option<ProviderId>) -> bool {
        let registered = &self.registered;
        within(day, registered.from, registered.to)
            && self.cancelled.is_none_or(|on| day < on)
            && registered.region == region
            && registered.provider.is_none_or(|named| Some(named) == provider)
    }
}

/// The word of the filing that covers a claim; see [`covering_treatment`].
pub fn covering(records: &dyn Records, person: PersonId, claim: &Claim, rules: &Rulebook) -> String {
    covering_treatment(records, person, claim.provider, claim.med_type, claim.begndate, rules)
}

/// The word of the filing that covers a treatment begun on `begndate` (`referral`, `long-term`, `emergency`), or
/// `none`. An emergency counts as filed without any paper; which kinds of visit are emergencies is data.
pub fn covering_treatment(
    records: &dyn Records,
    person: PersonId,
    provider: ProviderId,
    med_type: Code,
    begndate: Day,
    rules: &Rulebook,
) -> String {
    if rules.visits.is_emergency(med_type) {
        return "emergency".to_owned();
    }
    let Some(place) = records.provider(provider) else { return "none".to_owned() };
    covering_place(records, person, &place.registered.region, Some(provider), begndate)
}

/// The word of the filing that covers a treatment begun on this day at a place, or `none`.
pub(crate) fn covering_place(
    records: &dyn Records,
    person: PersonId,
    region: &str,
    provider: Option<ProviderId>,
    begndate: Day,
) -> String {
    let filings = records.filings_of(person).into_iter().rev().filter_map(|id| records.filing(id));
    let covers = |filing: &Filing| filing.covers(begndate, region, provider);
    filings.into_iter().find(covers).map_or_else(|| "none".to_owned(), |filing| filing.registered.filing_kind)
}

/// The word as benefits know it.
pub fn benefit_of(word: &str) -> benefit::Filing {
    match word {
        "long-term" => benefit::Filing::LongTerm,
        "referral" => benefit::Filing::Referral,
        "emergency" => benefit::Filing::Emergency,
        _ => benefit::Filing::None,
    }
}
