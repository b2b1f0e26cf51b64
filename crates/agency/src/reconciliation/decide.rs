//! What can be asked about the reconciliation of a provider's month.

use super::{
    BREAKS_MAX, Break, Compared, Known, Reconciliation, ReconciliationEvent, Standing, name, stream,
};
use crate::settlement::{self, BenefitYear, Made};
use crate::statement::text;
use crate::{
    Capability, Context, Decision, Event, Organisation, PersonId, ProviderId, Records, SettlementId,
    StreamId, VisitId, visit,
};
use ledger::Word;
use ledger::reconcile::Proposal;
use serde::{Deserialize, Serialize};
use terms::{Fact, Month, Refusals};

/// What can be asked about the reconciliation of a provider's month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Whose.
    pub provider: ProviderId,
    /// Which month.
    pub month: Month,
    /// What.
    pub what: Wish,
}

/// One wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Keep what a comparison of the provider's list with the office's found (3202).
    Compare {
        /// The days and the kind of clearing.
        of: Compared,
        /// Every break.
        breaks: Vec<Break>,
    },
    /// Propose the entry that mends a break.
    Propose {
        /// Which.
        number: u32,
        /// What was looked into.
        reason: String,
    },
    /// Do not confirm a proposal, or take one's own back.
    Decline {
        /// Of which break.
        number: u32,
        /// Why.
        reason: String,
    },
    /// Confirm another person's proposal: the settlement is taken back, in the books too.
    Confirm {
        /// Of which break.
        number: u32,
    },
}

/// Decides a command about the reconciliation of a provider's month.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let events = records.events(&stream(command.provider, command.month));
    let state = Reconciliation::of(&events);
    let mut decision = Decision::default();
    let what = match &command.what {
        Wish::Compare { of, breaks } => compare(records, context, command, &state, (of, breaks))?,
        Wish::Propose { number, reason } => {
            permit(context)?;
            let open = |known: &&Known| known.standing == Standing::Open;
            let known = state.known(*number).filter(open);
            let Some(known) = known else { return Err(vec![nothing(context, *number)]) };
            if known.found.proposal != Proposal::OfficeReverses {
                return Err(vec![context.refuse("reconciliation/provider-mends")]);
            }
            if known.found.is_nobodys() {
                return Err(vec![context.refuse("reconciliation/compare-again")]);
            }
            let (on, by) = (context.today(), context.actor.account);
            Some(ReconciliationEvent::Proposed { number: *number, reason: text(context, reason)?, on, by })
        }
        Wish::Decline { number, reason } => {
            permit(context)?;
            proposed(context, &state, *number)?;
            let (on, by) = (context.today(), context.actor.account);
            Some(ReconciliationEvent::Declined { number: *number, reason: text(context, reason)?, on, by })
        }
        Wish::Confirm { number } => {
            permit(context)?;
            Some(confirm(records, context, command, (&state, *number), &mut decision)?)
        }
    };
    if let Some(what) = what {
        let (provider, month) = (command.provider, command.month);
        let event = Event::Reconciliation { provider, month, what: Box::new(what) };
        decision.push(stream(provider, month), events.len() as u64, event);
    }
    Ok(decision)
}

/// Who makes statements and who proposes deductions: either proposes, the other, or a colleague, confirms.
fn permit(context: &Context<'_>) -> Result<(), Refusals> {
    let may = context.may(Capability::Clear) || context.may(Capability::Deduct);
    if may { Ok(()) } else { Err(vec![context.refuse("statement/not-permitted")]) }
}

fn nothing(context: &Context<'_>, number: u32) -> terms::Refusal {
    context.refuse("reconciliation/nothing-to-do").with("number", Fact::Number(number.into()))
}

/// A break with a proposal, and who made it.
fn proposed<'a>(
    context: &Context<'_>,
    state: &'a Reconciliation,
    number: u32,
) -> Result<(&'a Known, crate::AccountId), Refusals> {
    match state.known(number) {
        Some(known @ Known { standing: Standing::Proposed(_, _, by), .. }) => Ok((known, *by)),
        _ => Err(vec![nothing(context, number)]),
    }
}

/// What a comparison found, less what a correction made itself; nothing where the last one of the same days found the
/// same.
fn compare(
    records: &dyn Records,
    context: &Context<'_>,
    command: &Command,
    state: &Reconciliation,
    (of, breaks): (&Compared, &[Break]),
) -> Result<Option<ReconciliationEvent>, Refusals> {
    if !context.may(Capability::Settle)
        || context.actor.organisation != Organisation::Provider(command.provider)
    {
        return Err(vec![context.refuse("statement/other-provider")]);
    }
    let left: Vec<&Break> =
        breaks.iter().filter(|found| !is_corrected(records, found) && !state.mended(found)).collect();
    let found = u32::try_from(left.len()).unwrap_or(u32::MAX);
    let kept: Vec<Break> = left.into_iter().take(BREAKS_MAX).cloned().collect();
    let same = |(_, last, count): &(_, Vec<Break>, u32)| *last == kept && *count == found;
    if state.compared.get(of).is_some_and(same) {
        return Ok(None);
    }
    Ok(Some(ReconciliationEvent::Compared { of: of.clone(), breaks: kept, found, on: context.today() }))
}

/// The break is about a settlement that a correction took back: the provider never had it, so that nothing is left to do.
fn is_corrected(records: &dyn Records, found: &Break) -> bool {
    let visit = found.visit.as_str().parse().ok().and_then(|visit| records.visit(VisitId(visit)));
    visit.is_some_and(|visit| {
        visit.cancelled.iter().any(|(settlement, _, by)| {
            found.settlement.is_some_and(|word| word.as_str() == settlement.to_string())
                && by.starts_with("reconciliation/")
        })
    })
}

fn confirm(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
    (state, number): (&Reconciliation, u32),
    decision: &mut Decision,
) -> Result<ReconciliationEvent, Refusals> {
    let (known, by) = proposed(context, state, number)?;
    if by == context.actor.account {
        return Err(vec![context.refuse("statement/same-person")]);
    }
    // Proposed before this was asked.
    if known.found.is_nobodys() {
        return Err(vec![context.refuse("reconciliation/compare-again")]);
    }
    let settlement = known.found.settlement.and_then(|word| word.as_str().parse().ok());
    let of_visit = known.found.visit.as_str().parse().ok();
    let (Some(settlement), Some(of_visit)) = (settlement, of_visit) else {
        return Err(vec![nothing(context, number)]);
    };
    let because = name(command.provider, command.month, number);
    let settlement = SettlementId(settlement);
    if records.version(&StreamId::Visit(VisitId(of_visit))) == 0 {
        without_visit(records, context, command.provider, (known, settlement), because, decision)?;
    } else {
        let which = (command.provider, VisitId(of_visit), settlement);
        visit::take_back(records, context, which, because, decision)?;
    }
    let entry = decision.appends.iter().flat_map(|append| &append.events).find_map(entry_name);
    let remote = decision.appends.iter().find_map(|append| match append.stream {
        StreamId::Remote(remote) => Some(remote),
        _ => None,
    });
    let (on, by) = (context.today(), context.actor.account);
    Ok(ReconciliationEvent::Confirmed { number, entry, remote, on, by })
}

/// Takes back a settlement that no visit stands behind.
fn without_visit(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    (known, settlement): (&Known, SettlementId),
    because: Word,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let unknown = || vec![context.refuse("visit/settlement-unknown")];
    let person = known.found.person.and_then(|person| person.as_str().parse().ok()).map(PersonId);
    let person = person.ok_or_else(unknown)?;
    // A bill counts for a year near the days it was settled in.
    for year in known.of.0.year() - 1..=known.of.1.year() + 1 {
        let events = records.events(&StreamId::Year(person, year));
        let benefits = BenefitYear::of(&events);
        let ours =
            |made: &&Made| made.settlement == settlement && made.provider == provider && made.case.is_none();
        if let Some(made) = benefits.standing().find(ours) {
            let why = (context.today(), because.as_str(), Some(because));
            settlement::void(records, &events, made, why, decision);
            return Ok(());
        }
    }
    Err(unknown())
}

fn entry_name(event: &Event) -> Option<Word> {
    if let Event::EntryPosted(entry) = event { Some(entry.id) } else { None }
}
