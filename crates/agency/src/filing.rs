//! Filings (备案): entitlements to treatment elsewhere, and how they change the benefit.

use crate::VisitKinds;
use crate::claim::Claim;
use crate::days::within;
use crate::visit::Details;
use crate::{CaseId, Event, FilingId, PersonId, ProviderId, Records, Rulebook};
use benefit::Code;
use policy::Law;
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
    /// The case it comes from; none where a provider's message brought it.
    pub case: Option<CaseId>,
    /// The message that brought it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
}

/// A referral as a hospital sent it through the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Who sent it.
    pub provider: ProviderId,
    /// By the national field names.
    pub details: Details,
    /// The message.
    pub message: String,
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

    /// Whether it covers this treatment: it must stand on the day that `by` asks for, and the treatment must begin
    /// before it ends.
    pub fn covers(&self, treatment: &Treatment<'_>, by: FiledBy) -> bool {
        let registered = &self.registered;
        let stands = match by {
            FiledBy::Admission => registered.from <= treatment.begndate,
            FiledBy::Discharge => registered.from <= treatment.enddate,
        };
        stands
            && registered.to.is_none_or(|to| treatment.begndate <= to)
            && self.cancelled.is_none_or(|on| treatment.begndate < on)
            && registered.region == treatment.region
            && registered.provider.is_none_or(|named| Some(named) == treatment.provider)
    }
}

/// A treatment, as filings see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Treatment<'a> {
    /// Kind of visit; some are emergencies.
    pub med_type: Code,
    /// First day.
    pub begndate: Day,
    /// Last day; the discharge of a stay.
    pub enddate: Day,
    /// Division code of the place.
    pub region: &'a str,
    /// The hospital.
    pub provider: Option<ProviderId>,
}

/// By which day a filing must stand. An open reading of the packs (`filing-by`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FiledBy {
    /// The first day of the treatment.
    Admission,
    /// Its last day: who files before the discharge is settled as filed.
    Discharge,
}

impl FiledBy {
    /// The reading that the law chooses; the stricter one where it says nothing.
    pub fn of(law: &Law) -> FiledBy {
        match law.setting("filing-by").map(|setting| setting.chosen.as_str()) {
            Some("discharge") => FiledBy::Discharge,
            _ => FiledBy::Admission,
        }
    }
}

/// The word of the filing that covers a treatment (`referral`, `long-term`, `emergency`), or `none`. An emergency
/// counts as filed without any paper; which kinds of visit are emergencies is data.
pub fn word(
    filings: impl DoubleEndedIterator<Item = Filing>,
    treatment: &Treatment<'_>,
    visits: &VisitKinds,
    by: FiledBy,
) -> String {
    if visits.is_emergency(treatment.med_type) {
        return "emergency".to_owned();
    }
    let found = filings.rev().find(|filing| filing.covers(treatment, by));
    found.map_or_else(|| "none".to_owned(), |filing| filing.registered.filing_kind)
}

/// The word of the filing that covers a claim; see [`word`].
pub fn covering(records: &dyn Records, person: PersonId, claim: &Claim, rules: &Rulebook) -> String {
    let Claim { provider, med_type, begndate, enddate, .. } = *claim;
    covering_treatment(records, person, provider, med_type, (begndate, enddate), rules)
}

/// The word of the filing that covers a treatment from the first to the last of these days; see [`word`].
pub fn covering_treatment(
    records: &dyn Records,
    person: PersonId,
    provider: ProviderId,
    med_type: Code,
    (begndate, enddate): (Day, Day),
    rules: &Rulebook,
) -> String {
    let Some(place) = records.provider(provider) else { return "none".to_owned() };
    let region = place.registered.region.as_str();
    let treatment = Treatment { med_type, begndate, enddate, region, provider: Some(provider) };
    covering_place(records, person, &treatment, rules)
}

/// The word of the filing that covers a treatment at a place; see [`word`].
pub(crate) fn covering_place(
    records: &dyn Records,
    person: PersonId,
    treatment: &Treatment<'_>,
    rules: &Rulebook,
) -> String {
    let filings: Vec<Filing> =
        records.filings_of(person).into_iter().filter_map(|id| records.filing(id)).collect();
    word(filings.into_iter(), treatment, &rules.visits, FiledBy::of(&rules.law))
}

/// The person's latest filing for treatment elsewhere that can still cover one begun on this day. A referral at home by the
/// contracted community centre is none.
pub fn running(records: &dyn Records, rules: &Rulebook, person: PersonId, day: Day) -> Option<Filing> {
    let filings = records.filings_of(person).into_iter().rev().filter_map(|id| records.filing(id));
    filings.into_iter().find(|filing| {
        within(day, filing.registered.from, filing.registered.to)
            && filing.cancelled.is_none_or(|on| day < on)
            && !rules.is_at_home(&filing.registered.region)
    })
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
