//! What the office's own registers say about a case: nobody is asked for what the office knows.

use super::file::CaseFile;
use super::{about, paid_first, recovery};
use crate::{
    CaseId, Event, PersonId, ProviderId, Records, Rulebook, StreamId, Unique, UnitId, certificate, filing,
    person,
};
use case::{CaseEvent, Ending, Position, Procedure};
use std::collections::BTreeMap;
use terms::{Day, Fact, Facts, UnitCode};

/// The place that somebody asks to contract with, by its code.
const CHOSEN_PLACE: &str = "choice.provider";
/// Providers that an applicant names by their codes, and the prefix of what the registers know of them.
const NAMED_PLACES: [(&str, &str); 2] = [(CHOSEN_PLACE, "chosen"), ("filing.provider", "target")];

/// The facts the registers give about the subject of a case, whatever it is: a person, a provider, or the person of
/// the case that this one is about (`decided.*`).
pub fn known_facts(
    records: &dyn Records,
    rules: &Rulebook,
    procedure: &Procedure,
    subject: &str,
    parties: &BTreeMap<String, String>,
    file: &CaseFile,
    today: Day,
) -> Facts {
    let mut facts = match subject.parse() {
        Ok(StreamId::Person(person)) => registry_facts(records, rules, procedure, person, file, today),
        Ok(StreamId::Provider(provider)) => {
            records.provider(provider).map(|provider| provider.facts("provider", today)).unwrap_or_default()
        }
        _ => Facts::new(),
    };
    if let Some(decided) = about::decided_case(parties) {
        facts.extend(decided_facts(records, rules, decided));
        facts.insert("plan.agreed".to_owned(), Fact::Flag(!file.instalments.is_empty()));
        if let Some(last) = file.instalments.last() {
            facts.insert("plan.last".to_owned(), Fact::Day(last.due));
        }
    }
    facts.retain(|name, _| procedure.fields().any(|field| field.id == *name));
    facts
}

/// The facts the registers give on `today`, under the names that forms use: `subject.*`, `unit.*`, `parent.*`,
/// `parent_unit.*`, `certificate.*`, `place.*`, `chosen.*`, `target.*`, `provider.*` (on the day of service), `claim.*`, `filing.*`. Only those a form
/// of the procedure declares are given.
pub fn registry_facts(
    records: &dyn Records,
    rules: &Rulebook,
    procedure: &Procedure,
    subject: PersonId,
    file: &CaseFile,
    today: Day,
) -> Facts {
    let mut facts = Facts::new();
    let Some(person) = records.person(subject) else { return facts };
    facts.extend(person.facts("subject", today));
    if let Some(unit) = person.registered.unit.and_then(|unit| records.unit(unit)) {
        facts.extend(unit.facts("unit"));
    }
    if let Some(parent) = person.registered.parent.and_then(|parent| records.person(parent)) {
        facts.extend(parent.facts("parent", today));
        if let Some(unit) = parent.registered.unit.and_then(|unit| records.unit(unit)) {
            facts.extend(unit.facts("parent_unit"));
        }
    }
    if let Some(Fact::Text(code)) = file.state.facts.get("change.unit_code")
        && let Some(unit) = unit_by_code(records, code).and_then(|unit| records.unit(unit))
    {
        facts.extend(unit.facts("new_unit"));
    }
    facts.extend(running_filing(records, rules, subject, today));
    facts.extend(contracted_place(records, rules, &person, file, today));
    for (named, prefix) in NAMED_PLACES {
        if let Some(Fact::Text(code)) = file.state.facts.get(named) {
            facts.extend(named_place(records, rules, code, prefix, today));
        }
    }
    facts.extend(certificate_facts(records, rules, subject, &person, today));
    if let Some(provider) = provider_of(file) {
        let served = file.claim.as_ref().map_or(today, |claim| claim.begndate);
        if let Some(provider) = records.provider(provider) {
            facts.extend(provider.facts("provider", served));
        }
    }
    if let Some(claim) = &file.claim {
        facts.insert("claim.begndate".into(), Fact::Day(claim.begndate));
        facts.insert("claim.enddate".into(), Fact::Day(claim.enddate));
        facts.insert("claim.med_type".into(), Fact::Code(claim.med_type.to_string()));
        if let Some(issued) = claim.receipts.iter().map(|receipt| receipt.issued).max() {
            facts.insert("claim.receipt_day".into(), Fact::Day(issued));
        }
        if let Some(total) = claim.receipts_total() {
            facts.insert("claim.total".into(), Fact::Fen(total));
        }
        let filed = filing::covering(records, subject, claim, rules);
        facts.insert("filing.kind".into(), Fact::Code(filed));
    }
    facts.retain(|name, _| procedure.fields().any(|field| field.id == *name));
    facts
}

/// The hospital a case is about: of its claim, or the one that refers.
fn provider_of(file: &CaseFile) -> Option<ProviderId> {
    if let Some(claim) = &file.claim {
        return Some(claim.provider);
    }
    match file.state.parties.get("referring-hospital")?.parse() {
        Ok(StreamId::Provider(provider)) => Some(provider),
        _ => None,
    }
}

/// The filing that runs on this day: `running.kind` (`none` where there is none), its region and days.
fn running_filing(records: &dyn Records, rules: &Rulebook, subject: PersonId, today: Day) -> Facts {
    let Some(running) = filing::running(records, rules, subject, today) else {
        return Facts::from([("running.kind".to_owned(), Fact::Code("none".to_owned()))]);
    };
    let registered = running.registered;
    let mut facts = Facts::from([
        ("running.kind".to_owned(), Fact::Code(registered.filing_kind)),
        ("running.region".to_owned(), Fact::Text(registered.region)),
        ("running.from".to_owned(), Fact::Day(registered.from)),
    ]);
    if let Some(to) = registered.to {
        facts.insert("running.to".to_owned(), Fact::Day(to));
    }
    facts
}

/// Whether a place is contracted on this day: `place.held`, `place.code`, and `place.same` where the one that is asked for
/// is it already.
fn contracted_place(
    records: &dyn Records,
    rules: &Rulebook,
    person: &person::Person,
    file: &CaseFile,
    today: Day,
) -> Facts {
    let held = person.contracted(rules.visits.contracting(), today);
    let place = held.and_then(|held| records.provider(held.declared.place?));
    let mut facts = Facts::from([("place.held".to_owned(), Fact::Flag(held.is_some()))]);
    let asked = match file.state.facts.get(CHOSEN_PLACE) {
        Some(Fact::Text(code)) => Some(code.trim()),
        _ => None,
    };
    let code = place.map(|place| place.registered.code);
    if asked.is_some() || code.is_none() {
        facts.insert("place.same".to_owned(), Fact::Flag(code.is_some() && asked == code.as_deref()));
    }
    if let Some(code) = code {
        facts.insert("place.code".to_owned(), Fact::Text(code));
    }
    facts
}

/// What the office knows of a provider that the applicant named by its code: kind, agreement on this day, whether it lies in
/// this pooling area. A code that nobody has is of no kind, without an agreement and not here.
fn named_place(records: &dyn Records, rules: &Rulebook, code: &str, prefix: &str, today: Day) -> Facts {
    let place = records.provider_by_code(code.trim()).and_then(|id| records.provider(id));
    let kind = place.as_ref().map_or("none", |place| place.registered.provider_kind.as_str());
    let designated = place.as_ref().is_some_and(|place| place.designated_on(today));
    let home = place.as_ref().is_some_and(|place| rules.is_at_home(&place.registered.region));
    Facts::from([
        (format!("{prefix}.kind"), Fact::Code(kind.to_owned())),
        (format!("{prefix}.designated"), Fact::Flag(designated)),
        (format!("{prefix}.at_home"), Fact::Flag(home)),
    ])
}

/// A certificate whose holder died or is no longer served has stopped, also where nobody has said so yet.
fn certificate_facts(
    records: &dyn Records,
    rules: &Rulebook,
    subject: PersonId,
    person: &person::Person,
    today: Day,
) -> Facts {
    let all: Vec<certificate::Certificate> =
        records.certificates_of(subject).into_iter().filter_map(|id| records.certificate(id)).collect();
    let has = |status| all.iter().any(|certificate| certificate.status == status);
    let entitled = person.died.is_none_or(|died| today < died) && rules.categories.is_served(person, today);
    let active = has(certificate::Status::Active);
    Facts::from([
        ("certificate.active".to_owned(), Fact::Flag(active && entitled)),
        ("certificate.lost".to_owned(), Fact::Flag(has(certificate::Status::Lost))),
        (
            "certificate.stopped".to_owned(),
            Fact::Flag(has(certificate::Status::Stopped) || active && !entitled),
        ),
    ])
}

/// The unit that answers for a person: their own, or the parent's for a child.
pub(super) fn unit_of(records: &dyn Records, subject: &person::Person) -> Option<UnitId> {
    subject
        .registered
        .unit
        .or_else(|| subject.registered.parent.and_then(|parent| records.person(parent))?.registered.unit)
}

/// The unit with this unified social credit code.
pub(super) fn unit_by_code(records: &dyn Records, code: &str) -> Option<UnitId> {
    let code: UnitCode = code.trim().parse().ok()?;
    let taken = records.events(&StreamId::Unique(Unique::UnitCode, code.as_str().to_owned()));
    match taken.first()? {
        Event::UniqueTaken { by, .. } => match by.parse() {
            Ok(StreamId::Unit(unit)) => Some(unit),
            _ => None,
        },
        _ => None,
    }
}

/// What conditions may ask of the case that was decided: `decided.ends` (`granted`, `refused`, `lapsed`, `withdrawn`,
/// `open`), `decided.on`, `decided.procedure`, `decided.overpaid` (what the person was paid beyond what stands),
/// `decided.advanced` (what a third party still owes of what was paid first).
pub fn decided_facts(records: &dyn Records, rules: &Rulebook, case: CaseId) -> Facts {
    let events = records.events(&StreamId::Case(case));
    let file = CaseFile::of(&events);
    let overpaid = recovery::sum(&recovery::overpaid(records, rules, case, &file));
    let advanced = recovery::sum(&paid_first::open(records, rules, case, &file));
    let state = file.state;
    let mut facts = Facts::from([("decided.procedure".to_owned(), Fact::Text(state.procedure.clone()))]);
    let ending = match &state.position {
        Position::Closed(outcome) => rules
            .procedures
            .get(&state.procedure)
            .and_then(|known| known.outcome(outcome))
            .map(|end| end.ends),
        Position::New | Position::Intake | Position::At(_) => None,
    };
    let word = match ending {
        Some(Ending::Granted) => "granted",
        Some(Ending::Refused) => "refused",
        Some(Ending::Lapsed) => "lapsed",
        Some(Ending::Withdrawn) => "withdrawn",
        None => "open",
    };
    facts.insert("decided.ends".into(), Fact::Code(word.into()));
    facts.insert("decided.overpaid".into(), Fact::Fen(overpaid));
    facts.insert("decided.advanced".into(), Fact::Fen(advanced));
    let closed = events.iter().rev().find_map(|event| match event {
        Event::Case { what, .. } => match what.as_ref() {
            CaseEvent::Closed { on, .. } => Some(*on),
            _ => None,
        },
        _ => None,
    });
    if let Some(on) = closed {
        facts.insert("decided.on".into(), Fact::Day(on));
    }
    facts
}
