//! What can be declared, and on what conditions.

use super::{DeclarationKind, Declared};
use crate::days::within;
use crate::visit::Details;
use crate::{
    Capability, Context, Decision, Event, FilingId, IdKind, Organisation, PersonId, ProviderId, Records,
    StreamId, filing,
};
use serde::{Deserialize, Serialize};
use terms::{Day, Fact, Refusals};

/// What can be asked about declarations. Whoever asks acts for a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Refer somebody to a hospital elsewhere (2501).
    Refer(Box<Referral>),
    /// Take a referral back (2502).
    CancelReferral {
        /// Which.
        filing: FilingId,
        /// Whose, as the sender believes.
        person: PersonId,
    },
    /// Declare an illness, a place or an accident (2503, 2505, 2507).
    Declare(Box<Declare>),
    /// Take a declaration back (2504, 2506).
    Withdraw {
        /// Whose.
        person: PersonId,
        /// What kind.
        declaration: DeclarationKind,
        /// Of the person's declarations.
        number: u32,
        /// The message.
        message: String,
    },
}

/// A referral to file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Whose.
    pub person: PersonId,
    /// `reflin_medins_no`: the hospital referred to.
    pub to_code: String,
    /// `mdtrtarea_admdvs`: where it lies.
    pub region: String,
    /// The hospital did not agree (`hosp_agre_refl_flag` 0).
    pub opposed: bool,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// By the national field names.
    pub details: Details,
    /// The message.
    pub message: String,
}

/// Something to declare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declare {
    /// Whose.
    pub person: PersonId,
    /// What kind.
    pub declaration: DeclarationKind,
    /// The identity number sent, to be sure of the person; empty where none was.
    pub certno: String,
    /// The illness or the kind of choice.
    pub code: String,
    /// The code of the chosen place, or of the hospital that identified the illness; may be empty for an accident.
    pub place_code: String,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// By the national field names.
    pub details: Details,
    /// The message.
    pub message: String,
}

/// Decides a command about declarations.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let provider = match context.actor.organisation {
        Organisation::Provider(provider) if context.may(Capability::Settle) => provider,
        _ => return Err(vec![context.refuse("visit/not-permitted")]),
    };
    match command {
        Command::Refer(asked) => refer(records, context, provider, asked),
        Command::CancelReferral { filing, person } => {
            let unknown = || vec![context.refuse("declaration/unknown")];
            let state = records.filing(*filing).ok_or_else(unknown)?;
            let sent = state.registered.sent.as_ref().is_some_and(|sent| sent.provider == provider);
            if !sent || state.registered.person != *person || state.cancelled.is_some() {
                return Err(unknown());
            }
            let mut decision = Decision::default();
            let stream = StreamId::Filing(*filing);
            let version = records.version(&stream);
            decision.push(stream, version, Event::FilingCancelled { filing: *filing, on: context.today() });
            Ok(decision)
        }
        Command::Declare(asked) => declare(records, context, provider, asked),
        Command::Withdraw { person, declaration, number, message } => {
            let state = records.person(*person);
            let found = state.iter().flat_map(|state| &state.declarations).find(|one| {
                one.declared.number == *number
                    && one.declared.declaration == *declaration
                    && one.declared.provider == Some(provider)
                    && one.withdrawn.is_none()
            });
            if found.is_none() {
                return Err(vec![context.refuse("declaration/unknown")]);
            }
            let mut decision = Decision::default();
            let stream = StreamId::Person(*person);
            let version = records.version(&stream);
            let (on, message) = (context.today(), message.clone());
            let event = Event::DeclarationWithdrawn { person: *person, number: *number, on, message };
            decision.push(stream, version, event);
            Ok(decision)
        }
    }
}

fn refer(
    records: &dyn Records,
    context: &mut Context<'_>,
    provider: ProviderId,
    asked: &Referral,
) -> Result<Decision, Refusals> {
    let Some(person) = records.person(asked.person) else {
        return Err(vec![context.refuse("visit/person-unknown")]);
    };
    let mut refusals = Refusals::new();
    if !records.provider(provider).is_some_and(|place| place.registered.refers) {
        refusals.push(context.refuse("declaration/may-not-refer"));
    }
    if asked.opposed {
        refusals.push(context.refuse("declaration/not-agreed"));
    }
    if person.insured_on(asked.from).next().is_none() {
        refusals.push(context.refuse("visit/not-insured").with("day", Fact::Day(asked.from)));
    }
    if asked.to.is_some_and(|to| to < asked.from) {
        refusals.push(context.refuse("sheet/days"));
    }
    // A hospital of another region need not be in this office's register; one that is must lie where it is said to.
    let target = records.provider_by_code(&asked.to_code);
    let place = target.and_then(|id| records.provider(id));
    if target == Some(provider) || place.is_some_and(|place| place.registered.region != asked.region) {
        refusals.push(context.refuse("declaration/place-unknown"));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let id = FilingId(context.ids.take(IdKind::Filing));
    let registered = filing::Registered {
        filing: id,
        person: asked.person,
        filing_kind: "referral".to_owned(),
        region: asked.region.clone(),
        provider: target,
        from: asked.from,
        to: asked.to,
        case: None,
        sent: Some(filing::Sent { provider, details: asked.details.clone(), message: asked.message.clone() }),
    };
    let mut decision = Decision::default();
    decision.push(StreamId::Filing(id), 0, Event::FilingRegistered(registered));
    Ok(decision)
}

fn declare(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    asked: &Declare,
) -> Result<Decision, Refusals> {
    let Some(person) = records.person(asked.person) else {
        return Err(vec![context.refuse("visit/person-unknown")]);
    };
    let mut refusals = Refusals::new();
    if !asked.certno.is_empty() && !asked.certno.eq_ignore_ascii_case(person.registered.citizen.as_str()) {
        refusals.push(context.refuse("visit/person-differs"));
    }
    if person.insured_on(asked.from).next().is_none() {
        refusals.push(context.refuse("visit/not-insured").with("day", Fact::Day(asked.from)));
    }
    if asked.to.is_some_and(|to| to < asked.from) {
        refusals.push(context.refuse("sheet/days"));
    }
    let place = records.provider_by_code(&asked.place_code);
    match asked.declaration {
        DeclarationKind::Chronic => {
            if context.rules.visits.illness(&asked.code).is_none() {
                refusals.push(
                    context.refuse("declaration/no-illness").with("code", Fact::Code(asked.code.clone())),
                );
            }
        }
        DeclarationKind::Place => {
            let known = place.and_then(|id| records.provider(id));
            if !known.is_some_and(|place| place.designated_on(asked.from)) {
                refusals.push(context.refuse("declaration/place-unknown"));
            }
        }
        DeclarationKind::Accident => {}
    }
    // One place of a kind at a time, in each rank; an illness once.
    let rank = |details: &Details| details.get("fix_srt_no").cloned();
    let clash = person.declarations.iter().any(|one| {
        let known = &one.declared;
        known.declaration == asked.declaration
            && asked.declaration != DeclarationKind::Accident
            && known.code == asked.code
            && one.withdrawn.is_none()
            && rank(&known.details) == rank(&asked.details)
            && (within(asked.from, known.from, known.to) || within(known.from, asked.from, asked.to))
    });
    if clash {
        refusals.push(context.refuse("declaration/standing"));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let number = u32::try_from(person.declarations.len() + 1).unwrap_or(u32::MAX);
    let declared = Declared {
        number,
        declaration: asked.declaration,
        provider: Some(provider),
        case: None,
        place,
        code: asked.code.clone(),
        from: asked.from,
        to: asked.to,
        details: asked.details.clone(),
        message: asked.message.clone(),
    };
    let mut decision = Decision::default();
    let stream = StreamId::Person(asked.person);
    let version = records.version(&stream);
    let event = Event::Declared { person: asked.person, declared: Box::new(declared) };
    decision.push(stream, version, event);
    Ok(decision)
}
