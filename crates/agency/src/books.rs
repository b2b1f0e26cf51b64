//! The office's books: which entry follows from which decision. The entry is an event of its own, on the stream of
//! the decision and in the same transaction, so that the books can be folded from the events without any law at
//! hand, for decades.

use crate::casework::CaseFile;
use crate::region::Answer;
use crate::settlement::{BenefitYear, Made};
use crate::{CaseId, Context, Event, PersonId, ProviderId, Records, SettlementId, StreamId};
use benefit::{Outcome, StepKind};
use ledger::{AccountKind, Entry, Figures, Occasion, PostingError, Reversal, Word};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fact, Fen, Refusals};

/// The name of a settlement's entry and decision.
fn settlement_word(settlement: SettlementId) -> Word {
    Word::known(&format!("settlement/{settlement}"))
}

/// The name of the entry that undoes it.
fn void_word(settlement: SettlementId) -> Word {
    Word::known(&format!("settlement/{settlement}/void"))
}

/// The entry of a settlement that was just made: to a provider here, to another region, or to the person.
/// Nothing where no fund and no account pays.
pub(crate) fn settled(
    context: &Context<'_>,
    made: &Made,
    outcome: &Outcome,
) -> Result<Option<Event>, Refusals> {
    let items = items(context, outcome)?;
    let name = settlement_word(made.settlement);
    // Apart from what is paid out to the person, an entry names a person for the account that was used.
    let person =
        number(made.drawn.filter(|_| made.case.is_none()).map_or(made.person, |drawn| drawn.holder).0);
    let elsewhere = pooling_area(made.bill.admdvs) != home(context);
    let (occasion, words): (Occasion, &[(&str, Word)]) = if made.case.is_some() {
        (Occasion::Reimbursement, &[("person", person)])
    } else if elsewhere {
        let region = Word::known(&made.bill.admdvs.to_string());
        (Occasion::RemoteInsured, &[("person", person), ("region", region)])
    } else {
        (Occasion::Settlement, &[("person", person), ("provider", number(made.provider.0))])
    };
    let amounts = [("acct_pay", made.amounts.acct_pay)];
    let figures = Figures { words, amounts: &amounts, items: &items };
    post(context, occasion, name, name, &figures)
}

/// The entry of a claim that is paid first for a third party: owed to the person, and by the third party to each fund.
pub(crate) fn paid_first(
    context: &Context<'_>,
    made: &Made,
    outcome: &Outcome,
    case: CaseId,
) -> Result<Option<Event>, Refusals> {
    let items = items(context, outcome)?;
    let name = settlement_word(made.settlement);
    let words = [("person", number(made.person.0)), ("case", Word::known(&format!("case-{case}")))];
    let figures = Figures { words: &words, amounts: &[], items: &items };
    post(context, Occasion::Advance, name, name, &figures)
}

/// The entry of what a third party paid back of one fund, or of what stays with the fund, for the case it was paid in and
/// the one that claimed it back.
pub(crate) fn of_advance(
    context: &Context<'_>,
    occasion: Occasion,
    (advanced_in, because): (CaseId, CaseId),
    fund: Word,
    amount: Fen,
) -> Result<Option<Event>, Refusals> {
    let id = Word::known(&format!("case/{advanced_in}/{occasion}/{because}/{fund}"));
    let decision = Word::known(&format!("case/{because}"));
    let words = [("case", Word::known(&format!("case-{advanced_in}"))), ("fund", fund)];
    let amount = [(if occasion == Occasion::Recovery { "recovered" } else { "borne" }, amount)];
    post(context, occasion, id, decision, &Figures { words: &words, amounts: &amount, items: &[] })
}

/// The entry of a bill settled here for a person insured elsewhere.
pub(crate) fn remote_treated(
    context: &Context<'_>,
    region: Word,
    provider: ProviderId,
    day: Day,
    answer: &Answer,
) -> Result<Option<Event>, Refusals> {
    let words = [("provider", number(provider.0)), ("region", region)];
    remote(context, Occasion::RemoteTreated, &words, day, answer)
}

/// The entry of a bill settled elsewhere for a person insured here.
pub(crate) fn remote_insured(
    context: &Context<'_>,
    region: Word,
    person: PersonId,
    day: Day,
    answer: &Answer,
) -> Result<Option<Event>, Refusals> {
    let words = [("person", number(person.0)), ("region", region)];
    remote(context, Occasion::RemoteInsured, &words, day, answer)
}

fn remote(
    context: &Context<'_>,
    occasion: Occasion,
    words: &[(&str, Word)],
    day: Day,
    answer: &Answer,
) -> Result<Option<Event>, Refusals> {
    let name = Word::known(&format!("remote/{}", answer.remote));
    let items: Vec<(Word, Fen)> = answer.funds.iter().map(|(fund, amount)| (*fund, *amount)).collect();
    let amounts = [("acct_pay", answer.amounts.acct_pay)];
    post_on(context, occasion, name, day, name, &Figures { words, amounts: &amounts, items: &items })
}

/// The entry that undoes the one of a bill between regions, for the day both count it for.
pub(crate) fn remote_undone(entry: &Entry, remote: Word, day: Day) -> Event {
    let id = Word::known(&format!("remote/{remote}/void"));
    Event::EntryPosted(Box::new(entry.undone_by(Reversal {
        id,
        of: entry.id,
        day,
        decision: entry.decision,
    })))
}

/// What each fund pays of a settlement, by `fund_pay_type`, as its entry has it.
pub(crate) fn funds_of(year: &[Event], settlement: SettlementId) -> Vec<(String, Fen)> {
    let entry = entry_of(year, settlement);
    let debits = entry
        .iter()
        .flat_map(|entry| &entry.postings)
        .filter(|posting| posting.account.kind() == AccountKind::Fund);
    debits.filter_map(|posting| Some((posting.account.fund()?.to_string(), posting.amount))).collect()
}

/// The entry that undoes the one of a settlement, for the decision it carries out, where that is another than the taking
/// back itself; nothing where the settlement had no entry.
pub(crate) fn settlement_undone(
    year: &[Event],
    settlement: SettlementId,
    on: Day,
    because: Option<Word>,
) -> Option<Event> {
    let entry = entry_of(year, settlement)?;
    let id = void_word(settlement);
    let decision = because.unwrap_or(id);
    let undone = entry.undone_by(Reversal { id, of: entry.id, day: on, decision });
    Some(Event::EntryPosted(Box::new(undone)))
}

/// The entry of a payment to a person at the end of a case: of what its settlement left payable, or of relief.
pub(crate) fn paid(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    file: &CaseFile,
    amount: Fen,
) -> Result<Option<Event>, Refusals> {
    let Some(person) = file.subject() else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    let name = payment_word(case, file.state.payments);
    let words = [("person", number(person.0))];
    let Some(claim) = &file.claim else {
        let figures = Figures { words: &words, amounts: &[("paid", amount)], items: &[] };
        return post(context, Occasion::ReliefPaid, name, name, &figures);
    };
    let year = context.rules.benefits.law_day(claim.begndate, claim.enddate).year();
    let year = records.events(&StreamId::Year(person, year));
    let items = payable_to_person(&year, case, file.kept_sum(), amount);
    let figures = Figures { words: &words, amounts: &[], items: &items };
    post(context, Occasion::ReimbursementPaid, name, name, &figures)
}

/// The entry of a part of a payment that is kept for the case `because`, which orders money back.
pub(crate) fn kept(
    records: &dyn Records,
    context: &Context<'_>,
    (paying, because): (CaseId, CaseId),
    file: &CaseFile,
    amount: Fen,
) -> Result<Option<Event>, Refusals> {
    let Some(person) = file.subject() else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    let name = Word::known(&format!("case/{paying}/kept/{because}/{}", file.kept.len() + 1));
    let decision = Word::known(&format!("case/{because}"));
    let words = [("person", number(person.0))];
    let Some(claim) = &file.claim else {
        let figures = Figures { words: &words, amounts: &[("kept", amount)], items: &[] };
        return post(context, Occasion::ReliefKept, name, decision, &figures);
    };
    let year = context.rules.benefits.law_day(claim.begndate, claim.enddate).year();
    let year = records.events(&StreamId::Year(person, year));
    let items = payable_to_person(&year, paying, file.kept_sum(), amount);
    let figures = Figures { words: &words, amounts: &[], items: &items };
    post(context, Occasion::ReimbursementKept, name, decision, &figures)
}

/// The name of a case's payment: each has its own, since one that came back is made again.
fn payment_word(case: CaseId, number: u32) -> Word {
    match number {
        0 | 1 => Word::known(&format!("case/{case}/paid")),
        again => Word::known(&format!("case/{case}/paid/{again}")),
    }
}

/// The entry that undoes a payment that came back from the bank: what was paid is owed again.
pub(crate) fn payment_returned(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    file: &CaseFile,
) -> Option<Event> {
    let name = payment_word(case, file.state.payments);
    let events = records.events(&StreamId::Case(case));
    let entry = events.iter().find_map(|event| match event {
        Event::EntryPosted(entry) if entry.id == name => Some(entry),
        _ => None,
    })?;
    let id = Word::known(&format!("{name}/returned"));
    let undone = entry.undone_by(Reversal { id, of: name, day: context.today(), decision: id });
    Some(Event::EntryPosted(Box::new(undone)))
}

/// The shares of `amount` by fund, as the entry of the case's settlement left them payable; the first `before` of it went
/// another way.
fn payable_to_person(year: &[Event], case: CaseId, before: Fen, amount: Fen) -> Vec<(Word, Fen)> {
    let made = BenefitYear::of(year);
    let Some(made) = made.standing().find(|made| made.case == Some(case)) else { return Vec::new() };
    let Some(entry) = entry_of(year, made.settlement) else { return Vec::new() };
    let (mut gone, mut left) = (before, amount);
    let mut items = Vec::new();
    for posting in &entry.postings {
        let (AccountKind::PayablePerson, Some(fund)) = (posting.account.kind(), posting.account.fund())
        else {
            continue;
        };
        let owed = posting.amount.negated();
        // Each is at most what it is taken from, so that these cannot fail.
        let passed = owed.min(gone);
        gone = gone.minus(passed).unwrap_or_default();
        let share = owed.minus(passed).unwrap_or_default().min(left);
        left = left.minus(share).unwrap_or_default();
        items.push((fund, share));
    }
    items
}

/// What the books say a person holds of a case beyond what is owed to them, by fund: its settlements, payments, payments
/// that came back and what was recovered, all together.
pub(crate) fn held_by_person(of_case: &[Event], year: &[Event], case: CaseId) -> Vec<(Word, Fen)> {
    held(of_case, year, case, AccountKind::PayablePerson)
}

/// What stands on the accounts of this kind from a case, by fund, above nothing: its settlements and what it was paid, what
/// came back, all together.
pub(crate) fn held(of_case: &[Event], year: &[Event], case: CaseId, kind: AccountKind) -> Vec<(Word, Fen)> {
    let names: BTreeSet<Word> = year
        .iter()
        .filter_map(|event| match event {
            Event::SettlementMade(made) if made.case == Some(case) => Some(made.settlement),
            _ => None,
        })
        .flat_map(|settlement| [settlement_word(settlement), void_word(settlement)])
        .collect();
    let entry = |event: &'_ Event| match event {
        Event::EntryPosted(entry) => Some((**entry).clone()),
        _ => None,
    };
    let settled = year.iter().filter_map(entry).filter(|entry| names.contains(&entry.id));
    let mut held: BTreeMap<Word, Fen> = BTreeMap::new();
    for posting in of_case.iter().filter_map(entry).chain(settled).flat_map(|entry| entry.postings) {
        if let Some(fund) = posting.account.fund().filter(|_| posting.account.kind() == kind) {
            let sum = held.entry(fund).or_default();
            // The ledger took these entries, so that their sums are money.
            *sum = sum.plus(posting.amount).unwrap_or_default();
        }
    }
    held.into_iter().filter(|(_, amount)| *amount > Fen::ZERO).collect()
}

/// What the books say a person holds of a relief beyond what stands granted, by fund: its payments, what was kept of them,
/// payments that came back and what was recovered, all together.
pub(crate) fn held_of_relief(of_case: &[Event], granted: Fen) -> Vec<(Word, Fen)> {
    let mut spent: BTreeMap<Word, Fen> = BTreeMap::new();
    let entries = of_case.iter().filter_map(|event| match event {
        Event::EntryPosted(entry) => Some(entry),
        _ => None,
    });
    for posting in entries.flat_map(|entry| &entry.postings) {
        if let (AccountKind::Fund, Some(fund)) = (posting.account.kind(), posting.account.fund()) {
            let sum = spent.entry(fund).or_default();
            // The ledger took these entries, so that their sums are money.
            *sum = sum.plus(posting.amount).unwrap_or_default();
        }
    }
    let mut left = granted;
    spent
        .into_iter()
        .map(|(fund, spent)| {
            let stands = left.min(spent);
            left = left.minus(stands).unwrap_or_default();
            (fund, spent.minus(stands).unwrap_or_default())
        })
        .filter(|(_, amount)| *amount > Fen::ZERO)
        .collect()
}

/// Money that comes back from a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Back {
    /// The case it was paid in.
    pub(crate) paid_in: CaseId,
    /// The case that orders it back.
    pub(crate) because: CaseId,
    /// The number of the part, from 1.
    pub(crate) number: usize,
    /// It was paid as relief; else as a reimbursement.
    pub(crate) relief: bool,
    /// It was kept of a payment; else it was paid in.
    pub(crate) kept: bool,
}

/// The entry of what a person gave back of one fund, for the case it was paid in and the one that recovered it.
pub(crate) fn recovered(
    context: &Context<'_>,
    back: Back,
    person: PersonId,
    fund: Word,
    amount: Fen,
) -> Result<Option<Event>, Refusals> {
    let Back { paid_in, because, number: part, relief, kept } = back;
    let id = match part {
        1 => Word::known(&format!("case/{paid_in}/back/{because}/{fund}")),
        part => Word::known(&format!("case/{paid_in}/back/{because}/{fund}/{part}")),
    };
    let (occasion, words): (Occasion, &[(&str, Word)]) = match (relief, kept) {
        (false, false) => (Occasion::ReimbursementReturned, &[("person", number(person.0)), ("fund", fund)]),
        (false, true) => (Occasion::ReimbursementOffset, &[("person", number(person.0)), ("fund", fund)]),
        (true, false) => (Occasion::ReliefReturned, &[("person", number(person.0))]),
        (true, true) => (Occasion::ReliefOffset, &[("person", number(person.0))]),
    };
    let figures = Figures { words, amounts: &[("returned", amount)], items: &[] };
    let decision = Word::known(&format!("case/{because}"));
    post(context, occasion, id, decision, &figures)
}

/// What this case brought back of what was paid in the one whose events these are.
pub(crate) fn recovered_by(of_case: &[Event], because: CaseId) -> Fen {
    let decision = Word::known(&format!("case/{because}"));
    let cash = of_case
        .iter()
        .filter_map(|event| match event {
            Event::EntryPosted(entry) if entry.decision == decision => Some(&entry.postings),
            _ => None,
        })
        .flatten()
        .filter(|posting| matches!(posting.account.kind(), AccountKind::Cash | AccountKind::Offset));
    Fen::sum(cash.map(|posting| posting.amount)).unwrap_or_default()
}

fn entry_of(year: &[Event], settlement: SettlementId) -> Option<&Entry> {
    let name = settlement_word(settlement);
    year.iter().find_map(|event| match event {
        Event::EntryPosted(entry) if entry.id == name => Some(entry.as_ref()),
        _ => None,
    })
}

/// What each fund pays, by `fund_pay_type`.
pub(crate) fn items(context: &Context<'_>, outcome: &Outcome) -> Result<Vec<(Word, Fen)>, Refusals> {
    let layers = context.rules.benefits.layers();
    let mut items: Vec<(Word, Fen)> = Vec::new();
    for step in outcome.steps.iter().filter(|step| step.kind == StepKind::Layer && step.amount != 0) {
        let Some(layer) = layers.get(usize::from(step.layer)) else { continue };
        if !layer.pays.is_fund() {
            continue;
        }
        let fund: Option<Word> = layer.fund.as_deref().and_then(|fund| fund.parse().ok());
        let (Some(fund), Ok(amount)) = (fund, Fen::new(step.amount)) else {
            return Err(vec![context.refuse("books/no-fund").with("layer", Fact::Text(layer.id.clone()))]);
        };
        match items.iter_mut().find(|(known, _)| *known == fund) {
            Some((_, sum)) => *sum = sum.plus(amount).map_err(|_| out_of_range(context))?,
            None => items.push((fund, amount)),
        }
    }
    Ok(items)
}

fn post(
    context: &Context<'_>,
    occasion: Occasion,
    id: Word,
    decision: Word,
    figures: &Figures<'_>,
) -> Result<Option<Event>, Refusals> {
    post_on(context, occasion, id, context.today(), decision, figures)
}

/// An entry that counts for another day than today: both regions post for one day.
pub(crate) fn post_on(
    context: &Context<'_>,
    occasion: Occasion,
    id: Word,
    day: Day,
    decision: Word,
    figures: &Figures<'_>,
) -> Result<Option<Event>, Refusals> {
    match context.rules.templates.entry(occasion, id, day, decision, figures) {
        Ok(entry) => Ok(entry.map(|entry| Event::EntryPosted(Box::new(entry)))),
        Err(PostingError::OutOfRange(_)) => Err(out_of_range(context)),
        Err(_) => {
            let occasion = Fact::Text(occasion.name().to_owned());
            Err(vec![context.refuse("books/no-template").with("occasion", occasion)])
        }
    }
}

fn out_of_range(context: &Context<'_>) -> Refusals {
    vec![context.refuse("books/out-of-range")]
}

fn number(id: u64) -> Word {
    Word::known(&id.to_string())
}

/// The pooling area a division code lies in: its first four digits (GB/T 2260: province and city).
fn pooling_area(admdvs: u32) -> u32 {
    admdvs / 100
}

/// The pooling area whose policy this is; nothing known counts as here.
fn home(context: &Context<'_>) -> u32 {
    let region = context.rules.law.pack().region.as_deref().and_then(|region| region.parse().ok());
    region.map_or(0, pooling_area)
}
