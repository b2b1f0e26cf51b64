//! A case with what the office keeps beside the engine's state.

use crate::claim::{Claim, RefusedLine};
use crate::recovery::{Brought, Instalment};
use crate::{AccountId, CaseId, Decision, Event, PersonId, StreamId};
use case::{CaseEvent, CaseState};
use ledger::{AccountKind, Entry, Word};
use std::collections::BTreeMap;
use terms::{Day, Fact, Fen};

/// A case with what the office keeps beside the engine's state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFile {
    /// The engine's state.
    pub state: CaseState,
    /// The claim, for a reimbursement.
    pub claim: Option<Claim>,
    /// Lines of the claim that are not reimbursed.
    pub refused: Vec<RefusedLine>,
    /// The parts in which the money that this case orders back may come; none where it comes at once.
    pub instalments: Vec<Instalment>,
    /// What of it has come, but for the last part.
    pub brought: Vec<Brought>,
    /// What was kept of the payment of this case, because another one ordered money back: how much, and which.
    pub kept: Vec<(Fen, CaseId)>,
    /// Whose desk it lies on.
    pub assigned: Option<AccountId>,
    /// Budget kept for it, by fund: what is granted and not in the fund's books yet.
    pub reserved: BTreeMap<Word, Fen>,
    /// How many events the stream has.
    pub version: u64,
}

impl CaseFile {
    /// The file after these events.
    pub fn of(events: &[Event]) -> CaseFile {
        let mut file = CaseFile::default();
        for event in events {
            file.evolve(event);
        }
        file
    }

    /// Folds one event; events of other services change nothing.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Case { what, .. } => {
                if matches!(**what, CaseEvent::Entered { .. } | CaseEvent::Closed { .. }) {
                    self.assigned = None;
                }
                case::evolve(&mut self.state, what);
            }
            Event::CaseAssigned { to, .. } => self.assigned = *to,
            Event::ClaimEntered { claim, .. } => {
                self.claim = Some((**claim).clone());
                self.refused.clear();
            }
            Event::LinesRefused { lines, .. } => self.refused.clone_from(lines),
            Event::RecoveryPlanned { instalments, .. } => self.instalments.clone_from(instalments),
            Event::RecoveryBrought { amount, from, on, .. } => {
                self.brought.push(Brought { amount: *amount, from: *from, on: *on });
            }
            Event::PaymentKept { amount, because, .. } => self.kept.push((*amount, *because)),
            Event::EntryPosted(entry) => self.reserve(entry),
            _ => return,
        }
        self.version += 1;
    }

    fn reserve(&mut self, entry: &Entry) {
        for posting in &entry.postings {
            if let (AccountKind::Reserve, Some(fund)) = (posting.account.kind(), posting.account.fund()) {
                let kept = self.reserved.entry(fund).or_default();
                // The ledger took the entry, so that the sum is money.
                *kept = kept.minus(posting.amount).unwrap_or(*kept);
            }
        }
        self.reserved.retain(|_, kept| *kept != Fen::ZERO);
    }

    /// The sum of what was kept of the payment of this case.
    pub fn kept_sum(&self) -> Fen {
        Fen::sum(self.kept.iter().map(|(amount, _)| *amount)).unwrap_or_default()
    }

    /// The sum of what has come of the money that this case orders back, but for the last part.
    pub fn brought_sum(&self) -> Fen {
        Fen::sum(self.brought.iter().map(|part| part.amount)).unwrap_or_default()
    }

    /// Whom the case is about.
    pub fn subject(&self) -> Option<PersonId> {
        match self.state.subject.parse() {
            Ok(StreamId::Person(person)) => Some(person),
            _ => None,
        }
    }

    /// A word or text of the case.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        match self.state.facts.get(name) {
            Some(Fact::Code(word) | Fact::Text(word)) => Some(word.clone()),
            _ => None,
        }
    }

    /// A day of the case.
    pub(super) fn day(&self, name: &str) -> Option<Day> {
        match self.state.facts.get(name) {
            Some(Fact::Day(day)) => Some(*day),
            _ => None,
        }
    }
}

/// Appends an event to the case and folds it, so that what follows in the same decision sees it.
pub(super) fn keep(case: CaseId, file: &mut CaseFile, event: Event, decision: &mut Decision) {
    let version = file.version;
    file.evolve(&event);
    decision.push(StreamId::Case(case), version, event);
}
