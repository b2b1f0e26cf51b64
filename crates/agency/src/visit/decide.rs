//! What can be asked about a visit, and in which order it is lawful.

use super::cancel::{cancel, reverse};
use super::lines::{accident_note, add, withdraw};
use super::{Details, Note, Opened, Setting, Visit, VisitEvent};
use super::{elsewhere, settle};
use crate::{
    Capability, Context, Decision, Event, IdKind, Organisation, PersonId, ProviderId, Records, SettlementId,
    StreamId, Unique, VisitId, region,
};
use benefit::{Code, Price, Quantity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Fact, Fen, Moment, Refusals};

/// What can be asked about visits. Whoever asks acts for a provider; another provider's visit is an unknown one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Register (2201) or admit (2401).
    Open(Box<Open>),
    /// Tell more about the visit (2203, 2403).
    Describe {
        /// Which.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// Kind of visit.
        med_type: Option<Code>,
        /// By the national field names.
        details: Details,
        /// Each by the national field names.
        diagnoses: Vec<Details>,
        /// The message.
        message: String,
    },
    /// Send fee lines (2204, 2301).
    AddLines {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// The lines.
        lines: Vec<NewLine>,
        /// The message.
        message: String,
    },
    /// Take back lines that are not settled (2205, 2302).
    WithdrawLines {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// Which lines.
        which: Which,
        /// The message.
        message: String,
    },
    /// Leave hospital (2402).
    Discharge {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// When.
        endtime: Moment,
        /// By the national field names.
        details: Details,
        /// Each by the national field names.
        diagnoses: Vec<Details>,
        /// The message.
        message: String,
    },
    /// Take the discharge back (2405).
    CancelDischarge {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// The message.
        message: String,
    },
    /// Take registration or admission back (2202, 2404).
    Withdraw {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// The message.
        message: String,
    },
    /// Settle (2207, 2304).
    Settle(Box<Settle>),
    /// Buy at a pharmacy (2102): begins a visit, adds its lines and settles them.
    Buy(Box<Buy>),
    /// Take a settlement back (2208, 2305, 2103).
    CancelSettlement {
        /// Which visit.
        visit: VisitId,
        /// Whose, as the sender believes.
        person: PersonId,
        /// Which settlement.
        settlement: SettlementId,
        /// The message.
        message: String,
    },
    /// Undo what an earlier message did, whether or not its answer arrived (2601).
    Reverse {
        /// Whose, as the sender believes.
        person: PersonId,
        /// The message to undo.
        of: String,
        /// This message.
        message: String,
    },
}

/// A visit to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Whose.
    pub person: PersonId,
    /// The identity number sent, to be sure of the person; empty where none was.
    pub certno: String,
    /// The name sent; empty where none was.
    pub name: String,
    /// Outpatient, inpatient or at a pharmacy.
    pub setting: Setting,
    /// Insurance type.
    pub insutype: Code,
    /// Kind of visit, where known.
    pub med_type: Option<Code>,
    /// Registration, admission or purchase.
    pub begntime: Moment,
    /// The provider's own number.
    pub number: String,
    /// By the national field names.
    pub details: Details,
    /// Each by the national field names.
    pub diagnoses: Vec<Details>,
    /// The message.
    pub message: String,
}

/// A fee line to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    /// `feedetl_sn`
    pub sn: String,
    /// `chrg_bchno`
    pub batch: String,
    /// `med_list_codg`
    pub item: String,
    /// `medins_list_codg`
    pub own_code: String,
    /// `det_item_fee_sumamt`; below zero for a return.
    pub amount: Fen,
    /// `pric`
    pub price: Price,
    /// `cnt`, without its sign.
    pub quantity: Quantity,
    /// When the fee arose.
    pub at: Moment,
    /// `init_feedetl_sn` of a return: the line taken back.
    pub returns: Option<String>,
    /// `hosp_appr_flag`: approved, refused, or nothing to approve.
    pub approved: Option<bool>,
    /// By the national field names.
    pub details: Details,
}

/// Which lines to take back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// Every line that is not settled (`0000`).
    All,
    /// Of these batches.
    Batches(Vec<String>),
    /// These lines.
    Lines(Vec<String>),
}

/// A settlement to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settle {
    /// Which visit.
    pub visit: VisitId,
    /// Whose, as the sender believes.
    pub person: PersonId,
    /// Only these batches; every open line where none is named.
    pub batches: Vec<String>,
    /// Kind of visit, where it is sent again.
    pub med_type: Option<Code>,
    /// Sums as the provider computed them, by national field name; see [`DECLARED`].
    pub declared: BTreeMap<String, Fen>,
    /// Before the end of a stay.
    pub mid_stay: bool,
    /// Only to see what it would be; a stay need not have ended.
    pub preview: bool,
    /// `invono`
    pub invoice: String,
    /// By the national field names.
    pub details: Details,
    /// The message.
    pub message: String,
}

/// The sums that a provider may send with a settlement, by national field name.
pub const DECLARED: [&str; 5] =
    ["medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"];

/// A purchase at a pharmacy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buy {
    /// Who buys.
    pub open: Open,
    /// What.
    pub lines: Vec<NewLine>,
    /// How it is settled; its visit is the one this purchase begins.
    pub settle: Settle,
}

/// Decides a command about visits.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let provider = acting(context)?;
    let mut decision = Decision::default();
    match command {
        Command::Open(asked) => {
            open(records, context, provider, asked, &mut decision)?;
        }
        Command::Describe { visit, person, med_type, details, diagnoses, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            allow(
                context,
                &[(state.withdrawn, "visit/withdrawn"), (state.standing().next().is_some(), "visit/settled")],
            )?;
            let (details, diagnoses, message) = (details.clone(), diagnoses.clone(), message.clone());
            let what = VisitEvent::Described { med_type: *med_type, details, diagnoses, message };
            push(&mut decision, *visit, version, what);
        }
        Command::AddLines { visit, person, lines, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            let what = VisitEvent::LinesAdded {
                lines: add(records, context, &state, lines)?,
                message: message.clone(),
            };
            push(&mut decision, *visit, version, what);
        }
        Command::WithdrawLines { visit, person, which, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            let lines = withdraw(context, &state, which)?;
            push(
                &mut decision,
                *visit,
                version,
                VisitEvent::LinesWithdrawn { lines, message: message.clone() },
            );
        }
        Command::Discharge { visit, person, endtime, details, diagnoses, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            allow(
                context,
                &[
                    (state.opened.setting != Setting::Inpatient, "visit/not-a-stay"),
                    (state.withdrawn, "visit/withdrawn"),
                    (state.endtime.is_some(), "visit/discharged"),
                    (*endtime < state.opened.begntime || *endtime > context.now, "visit/days"),
                ],
            )?;
            let (details, diagnoses, message) = (details.clone(), diagnoses.clone(), message.clone());
            let what = VisitEvent::Discharged { endtime: *endtime, details, diagnoses, message };
            push(&mut decision, *visit, version, what);
        }
        Command::CancelDischarge { visit, person, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            let settled = state.standing().any(|settled| !settled.mid_stay);
            allow(context, &[(state.endtime.is_none(), "visit/not-discharged"), (settled, "visit/settled")])?;
            push(&mut decision, *visit, version, VisitEvent::DischargeCancelled { message: message.clone() });
        }
        Command::Withdraw { visit, person, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            withdrawable(context, &state)?;
            push(&mut decision, *visit, version, VisitEvent::Withdrawn { message: message.clone() });
        }
        Command::Settle(asked) => {
            let (state, version) = known(records, context, provider, asked.visit, asked.person)?;
            unused(records, context, &asked.message)?;
            if let Some(partner) = region::partner_of(records, context, asked.person) {
                elsewhere::settle(records, context, (&state, version), asked, partner, &mut decision)?;
                return Ok(decision);
            }
            let settling = settle::settle(records, context, &state, asked, &mut decision)?;
            settle::record(&mut decision, &state, version, &settling);
        }
        Command::Buy(asked) => {
            let visit = open(records, context, provider, &asked.open, &mut decision)?;
            if let Some(partner) = region::partner_of(records, context, asked.open.person) {
                elsewhere::buy(records, context, visit, asked, partner, &mut decision)?;
                return Ok(decision);
            }
            buy(records, context, visit, asked, &mut decision)?;
        }
        Command::CancelSettlement { visit, person, settlement, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            cancel(records, context, &state, version, *settlement, (message, false), &mut decision)?;
        }
        Command::Reverse { person, of, message } => {
            reverse(records, context, provider, *person, of, message, &mut decision)?;
        }
    }
    Ok(decision)
}

/// The purchase as it would be settled, with no effect (2101): the lines as split, and the settlement.
pub fn preview_purchase(
    records: &dyn Records,
    context: &mut Context<'_>,
    asked: &Buy,
) -> Result<(Visit, super::Settling), Refusals> {
    let provider = acting(context)?;
    let mut decision = Decision::default();
    let visit = open(records, context, provider, &asked.open, &mut decision)?;
    buy(records, context, visit, asked, &mut decision)
}

/// What the place of insurance is asked for a purchase (2101), with the purchase as it would be; nothing where the person
/// is insured here.
///
/// # Errors
/// Whatever bars the purchase on our side.
pub fn purchase_question(
    records: &dyn Records,
    context: &mut Context<'_>,
    asked: &Buy,
) -> Result<Option<(Visit, ledger::Word, region::Question)>, Refusals> {
    if region::partner_of(records, context, asked.open.person).is_none() {
        return Ok(None);
    }
    let provider = acting(context)?;
    let mut decision = Decision::default();
    let mut visit = open(records, context, provider, &asked.open, &mut decision)?;
    let settle = fill(records, context, &mut visit, asked, &mut decision)?;
    let question = elsewhere::question(records, context, &visit, &settle)?;
    Ok(question.map(|(partner, question)| (visit, partner, question)))
}

/// The provider that the actor speaks for.
fn acting(context: &Context<'_>) -> Result<ProviderId, Refusals> {
    match context.actor.organisation {
        Organisation::Provider(provider) if context.may(Capability::Settle) => Ok(provider),
        _ => Err(vec![context.refuse("visit/not-permitted")]),
    }
}

pub(super) fn allow(context: &Context<'_>, bars: &[(bool, &str)]) -> Result<(), Refusals> {
    let refusals: Refusals =
        bars.iter().filter(|(bar, _)| *bar).map(|(_, code)| context.refuse(code)).collect();
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

pub(super) fn push(decision: &mut Decision, visit: VisitId, version: u64, what: VisitEvent) {
    decision.push(StreamId::Visit(visit), version, Event::Visit { visit, what });
}

/// The visit, where it is this provider's and this person's, and how many events it has.
pub(super) fn known(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    visit: VisitId,
    person: PersonId,
) -> Result<(Visit, u64), Refusals> {
    let events = records.events(&StreamId::Visit(visit));
    let mut state = None;
    events.iter().for_each(|event| Visit::evolve(&mut state, event));
    match state {
        // Somebody else's visit is answered like one that never was.
        Some(state) if state.opened.provider == provider && state.opened.person == person => {
            Ok((state, events.len() as u64))
        }
        _ => Err(vec![context.refuse("visit/unknown")]),
    }
}

/// A message that can be reversed is known by its id once.
fn unused(records: &dyn Records, context: &Context<'_>, message: &str) -> Result<(), Refusals> {
    let taken = records.events(&StreamId::Unique(Unique::Message, message.to_owned()));
    if taken.is_empty() { Ok(()) } else { Err(vec![context.refuse("visit/message-used")]) }
}

fn open(
    records: &dyn Records,
    context: &mut Context<'_>,
    provider: ProviderId,
    asked: &Open,
    decision: &mut Decision,
) -> Result<Visit, Refusals> {
    let (Some(person), Some(place)) = (records.person(asked.person), records.provider(provider)) else {
        return Err(vec![context.refuse("visit/person-unknown")]);
    };
    let mut refusals = Refusals::new();
    let registered = &person.registered;
    let other_number =
        !asked.certno.is_empty() && !asked.certno.eq_ignore_ascii_case(registered.citizen.as_str());
    if other_number || (!asked.name.is_empty() && asked.name != registered.name) {
        refusals.push(context.refuse("visit/person-differs"));
    }
    let day = asked.begntime.day();
    if asked.begntime > context.now {
        refusals.push(context.refuse("visit/days").with("day", Fact::Day(day)));
    }
    if person.died.is_some_and(|died| died < day) {
        refusals.push(context.refuse("visit/person-died"));
    }
    let insutype = asked.insutype.to_string();
    // Whether somebody insured elsewhere is insured there, the office there says with every bill.
    let guest = region::partner_of(records, context, asked.person).is_some();
    if !guest && !person.insured_on(day).any(|insurance| insurance.insutype == insutype) {
        refusals.push(context.refuse("visit/not-insured").with("day", Fact::Day(day)));
    }
    refusals.extend(place.against_service(context, day, day));
    if asked.setting != Setting::Outpatient {
        // Only these two can be reversed by their message; a registration is withdrawn by its number.
        refusals.extend(unused(records, context, &asked.message).err().into_iter().flatten());
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let visit = VisitId(context.ids.take(IdKind::Visit));
    let opened = Opened {
        person: asked.person,
        provider,
        setting: asked.setting,
        insutype: asked.insutype,
        med_type: asked.med_type,
        begntime: asked.begntime,
        number: asked.number.clone(),
        details: asked.details.clone(),
        diagnoses: asked.diagnoses.clone(),
        notes: opening_notes(records, context, asked, &person),
        message: asked.message.clone(),
    };
    let what = VisitEvent::Opened(Box::new(opened));
    if asked.setting == Setting::Inpatient {
        decision.take_once(Unique::Message, &asked.message, &StreamId::Visit(visit));
    }
    let event = Event::Visit { visit, what };
    let mut state = None;
    Visit::evolve(&mut state, &event);
    decision.push(StreamId::Visit(visit), 0, event);
    // The event just folded opens it.
    state.ok_or_else(|| vec![context.refuse("visit/unknown")])
}

/// What is noticed on opening: stays that this one lies across, an accident that nobody declared.
fn opening_notes(
    records: &dyn Records,
    context: &Context<'_>,
    asked: &Open,
    person: &crate::person::Person,
) -> Vec<Note> {
    let mut notes = if asked.setting == Setting::Inpatient { overlaps(records, asked) } else { Vec::new() };
    let day = asked.begntime.day();
    notes.extend(asked.med_type.and_then(|kind| accident_note(context, person, kind, day)));
    notes
}

/// Stays that this one lies across: reported, for the hospital to clear up.
fn overlaps(records: &dyn Records, asked: &Open) -> Vec<Note> {
    let across = |visit: &Visit| {
        visit.opened.setting == Setting::Inpatient
            && !visit.withdrawn
            && visit.endtime.is_none_or(|endtime| endtime > asked.begntime)
    };
    let stays = records.visits_of(asked.person).into_iter().filter_map(|id| records.visit(id));
    stays
        .filter(across)
        .map(|visit| Note { code: "overlap".to_owned(), about: visit.visit.to_string() })
        .collect()
}

pub(super) fn withdrawable(context: &Context<'_>, visit: &Visit) -> Result<(), Refusals> {
    allow(
        context,
        &[
            (visit.withdrawn, "visit/withdrawn"),
            (visit.endtime.is_some(), "visit/discharged"),
            (!visit.lines.is_empty(), "visit/has-lines"),
            (visit.standing().next().is_some(), "visit/settled"),
        ],
    )
}

/// The lines of a purchase, put on the visit it begins; what is to be settled then.
pub(super) fn fill(
    records: &dyn Records,
    context: &Context<'_>,
    visit: &mut Visit,
    asked: &Buy,
    decision: &mut Decision,
) -> Result<Settle, Refusals> {
    let message = asked.open.message.clone();
    let lines = add(records, context, visit, &asked.lines)?;
    let what = VisitEvent::LinesAdded { lines, message };
    visit.apply(&what);
    push(decision, visit.visit, 0, what);
    Ok(Settle { visit: visit.visit, ..asked.settle.clone() })
}

fn buy(
    records: &dyn Records,
    context: &mut Context<'_>,
    mut visit: Visit,
    asked: &Buy,
    decision: &mut Decision,
) -> Result<(Visit, super::Settling), Refusals> {
    let settle = fill(records, context, &mut visit, asked, decision)?;
    let settling = settle::settle(records, context, &visit, &settle, decision)?;
    settle::record(decision, &visit, 0, &settling);
    visit.apply(&VisitEvent::Settled(Box::new(settling.settled.clone())));
    Ok((visit, settling))
}
