//! Reconciliation with a provider (对账): what 3202 found in a month, break by break, and the entry that mends one. Whoever
//! proposes the entry does not confirm it; it is made once, and entry and break name each other.
//!
//! Only a break that the office mends in its own books comes to an entry. What the provider has to put right is told to it,
//! and is gone with the next comparison that no longer finds it.

mod decide;

pub use decide::{Command, Wish, decide};

use crate::{AccountId, Event, ProviderId, StreamId};
use ledger::Word;
use ledger::reconcile::Proposal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fen, Month};

/// Breaks kept of one comparison, at most: the answer's file names them all, and a comparison after the first were mended
/// names the rest.
pub const BREAKS_MAX: usize = 500;

/// What one side has of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// `medfee_sumamt`
    pub medfee_sumamt: Fen,
    /// `fund_pay_sumamt`
    pub fund_pay_sumamt: Fen,
    /// `acct_pay`
    pub acct_pay: Fen,
}

/// A difference that a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// `lost-at-provider`, as the file that answers 3202 has it.
    pub kind: Word,
    /// Who mends it, and how.
    pub proposal: Proposal,
    /// `setl_id`; none where the provider has none.
    pub settlement: Option<Word>,
    /// `mdtrt_id`; 0 where the office settled the bill without a visit.
    pub visit: Word,
    /// `psn_no`; breaks kept before it was noted have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Word>,
    /// It is about the taking back of the settlement.
    pub refund: bool,
    /// What the office has.
    pub office: Option<Amounts>,
    /// What the provider has.
    pub provider: Option<Amounts>,
}

impl Break {
    /// It was kept before the person was noted and names no visit: nothing tells whose settlement it is about, until the
    /// next comparison does.
    fn is_nobodys(&self) -> bool {
        self.person.is_none() && self.visit.as_str() == "0"
    }

    /// The same difference, found again.
    fn is(&self, other: &Break) -> bool {
        (self.kind, self.settlement, self.visit, self.refund)
            == (other.kind, other.settlement, other.visit, other.refund)
    }
}

/// What was compared: from, to, and the kind of clearing (`clr_type`).
pub type Compared = (Day, Day, String);

/// Something that happened to the reconciliation of a provider's month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum ReconciliationEvent {
    /// The provider's list was compared with the office's.
    Compared {
        /// The days and the kind of clearing.
        of: Compared,
        /// The breaks that are kept.
        breaks: Vec<Break>,
        /// How many there are.
        found: u32,
        /// When.
        on: Day,
    },
    /// Somebody proposes to make the entry that mends a break.
    Proposed {
        /// Counted within the month, from 1.
        number: u32,
        /// What was looked into.
        reason: String,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// The proposal was not confirmed, or taken back.
    Declined {
        /// Which break.
        number: u32,
        /// Why.
        reason: String,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// Another person confirmed it: the settlement is taken back.
    Confirmed {
        /// Which break.
        number: u32,
        /// The entry; none where the settlement had none, or where another region has to take it back with us.
        entry: Option<Word>,
        /// The bill between regions that its place of insurance was asked to take back.
        remote: Option<Word>,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
}

/// Where a break stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was done about it.
    Open,
    /// An entry is proposed: what was looked into, when, by whom.
    Proposed(String, Day, AccountId),
    /// It was mended.
    Mended {
        /// By this entry.
        entry: Option<Word>,
        /// By taking back this bill between regions, whose entries come with the other side's answer.
        remote: Option<Word>,
        /// When.
        on: Day,
        /// Who proposed and who confirmed.
        by: [AccountId; 2],
    },
    /// A later comparison did not find it.
    Gone(Day),
}

/// A break with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The break.
    pub found: Break,
    /// In what.
    pub of: Compared,
    /// Since when.
    pub since: Day,
    /// Where it stands.
    pub standing: Standing,
    /// Proposals that came to nothing: why, when, by whom.
    pub declined: Vec<(String, Day, AccountId)>,
}

/// The state of the reconciliation of a provider's month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// The last comparison of each kind: when, the breaks that were kept, and how many there were.
    pub compared: BTreeMap<Compared, (Day, Vec<Break>, u32)>,
    /// Every break ever kept, numbered by its place.
    pub breaks: Vec<Known>,
}

/// The stream of a provider's month; a comparison belongs to the month of its last day.
pub fn stream(provider: ProviderId, month: Month) -> StreamId {
    StreamId::Reconciliation(provider, month)
}

/// The name of a break in the books: what the entry that mends it carries out.
pub fn name(provider: ProviderId, month: Month, number: u32) -> Word {
    Word::known(&format!("reconciliation/{provider}/{month}/{number}"))
}

impl Reconciliation {
    /// The month after these events of its stream.
    pub fn of(events: &[Event]) -> Reconciliation {
        let mut state = Reconciliation::default();
        for event in events {
            if let Event::Reconciliation { what, .. } = event {
                state.apply(what);
            }
        }
        state
    }

    /// A break by its number, from 1.
    pub fn known(&self, number: u32) -> Option<&Known> {
        self.breaks.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The break is about a settlement that was taken back in this month: the provider never had it, nor its taking back.
    fn mended(&self, found: &Break) -> bool {
        let same = |known: &&Known| {
            matches!(known.standing, Standing::Mended { .. })
                && known.found.settlement == found.settlement
                && found.office.is_some()
        };
        self.breaks.iter().any(|known| same(&known))
    }

    /// Breaks that wait for somebody.
    pub fn waiting(&self) -> usize {
        self.breaks
            .iter()
            .filter(|known| matches!(known.standing, Standing::Open | Standing::Proposed(..)))
            .count()
    }

    fn apply(&mut self, what: &ReconciliationEvent) {
        match what {
            ReconciliationEvent::Compared { of, breaks, found, on } => {
                self.compare(of, breaks, *on);
                self.compared.insert(of.clone(), (*on, breaks.clone(), *found));
            }
            ReconciliationEvent::Proposed { number, reason, on, by } => {
                self.change(*number, |known| known.standing = Standing::Proposed(reason.clone(), *on, *by));
            }
            ReconciliationEvent::Declined { number, reason, on, by } => self.change(*number, |known| {
                known.standing = Standing::Open;
                known.declined.push((reason.clone(), *on, *by));
            }),
            ReconciliationEvent::Confirmed { number, entry, remote, on, by } => {
                self.change(*number, |known| {
                    let proposed = if let Standing::Proposed(_, _, by) = known.standing { by } else { *by };
                    known.standing =
                        Standing::Mended { entry: *entry, remote: *remote, on: *on, by: [proposed, *by] };
                })
            }
        }
    }

    /// What the same days no longer show is gone; what is found anew gets a number.
    fn compare(&mut self, of: &Compared, breaks: &[Break], on: Day) {
        let mut new: Vec<&Break> = breaks.iter().collect();
        for known in self.breaks.iter_mut().filter(|known| known.of == *of) {
            let again = new.iter().position(|found| found.is(&known.found));
            match (again, &known.standing) {
                (Some(place), Standing::Open | Standing::Proposed(..)) => {
                    known.found = new.remove(place).clone();
                }
                (None, Standing::Open | Standing::Proposed(..)) => known.standing = Standing::Gone(on),
                _ => {}
            }
        }
        self.breaks.extend(new.into_iter().map(|found| Known {
            found: found.clone(),
            of: of.clone(),
            since: on,
            standing: Standing::Open,
            declined: Vec::new(),
        }));
    }

    fn change(&mut self, number: u32, change: impl FnOnce(&mut Known)) {
        let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        if let Some(known) = place.and_then(|place| self.breaks.get_mut(place)) {
            change(known);
        }
    }
}

#[cfg(test)]
mod tests;
