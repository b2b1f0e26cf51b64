//! One bill between two regions, as each of them keeps it: on a stream of its own, with its entries.

use super::{Answer, Asked, Listed, Side};
use crate::{Event, PersonId, ProviderId, SettlementId, VisitId};
use ledger::{Entry, Word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fen, Moment, Refusals};

/// The visit whose lines a bill between regions settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForVisit {
    /// Which.
    pub visit: VisitId,
    /// The number of the settlement on the visit; no year of ours has it.
    pub settlement: SettlementId,
    /// Whose, as we registered them for it.
    pub person: PersonId,
}

/// Something that happened to a bill between regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum RemoteEvent {
    /// Here: a provider asked, and the question is on its way.
    Asked {
        /// Region of insurance.
        partner: Word,
        /// Where the person is treated.
        provider: ProviderId,
        /// The question.
        asked: Box<Asked>,
        /// When.
        at: Moment,
        /// The visit it settles; none where the bill came without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visit: Option<ForVisit>,
    },
    /// Here: the answer came in time.
    Answered(Box<Answer>),
    /// Here: the answer is no.
    Declined {
        /// Why.
        reasons: Refusals,
    },
    /// Here: it is to be taken back, or was not answered in time.
    CancelAsked {
        /// The day both count it for.
        day: Day,
        /// When.
        at: Moment,
        /// Nobody answered in time.
        timed_out: bool,
    },
    /// Here: the other region has taken it back.
    CancelHeard,
    /// There: settled by our policy.
    Settled {
        /// Region of treatment.
        partner: Word,
        /// The question.
        asked: Box<Asked>,
        /// The answer.
        answer: Box<Answer>,
        /// Whose.
        person: PersonId,
        /// Where, as we registered it.
        provider: ProviderId,
        /// The settlement on the person's year.
        settlement: SettlementId,
        /// Which year.
        year: i32,
    },
    /// There: refused by our policy.
    Refused {
        /// Region of treatment.
        partner: Word,
        /// The question.
        asked: Box<Asked>,
        /// Why.
        reasons: Refusals,
    },
    /// There: taken back, perhaps before the question came.
    Cancelled {
        /// Region of treatment.
        partner: Word,
        /// The day both count it for.
        day: Day,
    },
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// On its way.
    Asked,
    /// Settled, in the books of this side.
    Settled,
    /// Refused.
    Refused,
    /// To be taken back; the other side has not said so yet.
    Cancelling,
    /// Taken back, or never made.
    Cancelled,
}

impl Standing {
    /// `cancelling`, a key of the texts.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Asked => "asked",
            Standing::Settled => "settled",
            Standing::Refused => "refused",
            Standing::Cancelling => "cancelling",
            Standing::Cancelled => "cancelled",
        }
    }
}

/// A bill between regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The other region.
    pub partner: Word,
    /// Whether the person is treated here or insured here.
    pub side: Side,
    /// The question; none where it was cancelled before it came.
    pub asked: Option<Asked>,
    /// When it was asked, here.
    pub at: Option<Moment>,
    /// Where.
    pub provider: Option<ProviderId>,
    /// The visit it settles, where treated here.
    pub visit: Option<ForVisit>,
    /// Whose and which settlement, where insured here.
    pub settled: Option<(PersonId, i32, SettlementId)>,
    /// The answer that counts; on the side of treatment none that came too late.
    pub answer: Option<Answer>,
    /// Why not.
    pub reasons: Refusals,
    /// Where it stands.
    pub standing: Standing,
    /// Nobody answered in time.
    pub timed_out: bool,
    /// The day it is taken back for.
    pub back: Option<Day>,
    /// Its entry in our books.
    pub entry: Option<Entry>,
    /// The day its entry is undone for.
    pub undone: Option<Day>,
}

impl Remote {
    fn new(partner: Word, side: Side, standing: Standing) -> Remote {
        Remote {
            partner,
            side,
            asked: None,
            at: None,
            provider: None,
            visit: None,
            settled: None,
            answer: None,
            reasons: Refusals::new(),
            standing,
            timed_out: false,
            back: None,
            entry: None,
            undone: None,
        }
    }

    /// Folds one event; events of other services change nothing.
    pub fn evolve(state: &mut Option<Remote>, event: &Event) {
        match (state, event) {
            (slot @ None, Event::Remote { what, .. }) => *slot = Remote::first(what),
            (Some(remote), Event::Remote { what, .. }) => remote.apply(what),
            (Some(remote), Event::EntryPosted(entry)) => match entry.reverses {
                Some(_) => remote.undone = Some(entry.day),
                None => remote.entry = Some((**entry).clone()),
            },
            _ => {}
        }
    }

    fn first(what: &RemoteEvent) -> Option<Remote> {
        match what {
            RemoteEvent::Asked { partner, provider, asked, at, visit } => Some(Remote {
                asked: Some((**asked).clone()),
                visit: *visit,
                at: Some(*at),
                provider: Some(*provider),
                ..Remote::new(*partner, Side::Treating, Standing::Asked)
            }),
            RemoteEvent::Settled { partner, asked, answer, person, provider, settlement, year } => {
                Some(Remote {
                    asked: Some((**asked).clone()),
                    provider: Some(*provider),
                    settled: Some((*person, *year, *settlement)),
                    answer: Some((**answer).clone()),
                    ..Remote::new(*partner, Side::Insured, Standing::Settled)
                })
            }
            RemoteEvent::Refused { partner, asked, reasons } => Some(Remote {
                asked: Some((**asked).clone()),
                reasons: reasons.clone(),
                ..Remote::new(*partner, Side::Insured, Standing::Refused)
            }),
            RemoteEvent::Cancelled { partner, day } => {
                Some(Remote { back: Some(*day), ..Remote::new(*partner, Side::Insured, Standing::Cancelled) })
            }
            _ => None,
        }
    }

    fn apply(&mut self, what: &RemoteEvent) {
        match what {
            RemoteEvent::Answered(answer) => {
                self.answer = Some((**answer).clone());
                self.standing = Standing::Settled;
            }
            RemoteEvent::Declined { reasons } => {
                self.reasons.clone_from(reasons);
                self.standing = Standing::Refused;
            }
            RemoteEvent::CancelAsked { day, timed_out, .. } => {
                self.standing = Standing::Cancelling;
                self.timed_out = *timed_out;
                self.back = Some(*day);
            }
            RemoteEvent::CancelHeard => self.standing = Standing::Cancelled,
            RemoteEvent::Cancelled { day, .. } => {
                self.standing = Standing::Cancelled;
                self.back = Some(*day);
            }
            RemoteEvent::Asked { .. } | RemoteEvent::Settled { .. } | RemoteEvent::Refused { .. } => {}
        }
    }

    /// What our books say of it for this day: its entry, its undoing, or nothing where both count for one day.
    pub fn listed(&self, name: Word, home: Word, day: Day) -> Option<Listed> {
        let (entry, asked) = (self.entry.as_ref()?, self.asked.as_ref()?);
        // It counts for the day it was asked for; where that day's month was closed, the books have it later.
        let standing = asked.day == day && entry.day >= day;
        let taken_back = self.back == Some(day) && self.undone.is_some_and(|undone| undone >= day);
        let undone = match (standing, taken_back) {
            (true, false) => false,
            (false, true) => true,
            _ => return None,
        };
        // Amounts as they were posted: what the receivable or payable of each fund took.
        let mut funds = BTreeMap::new();
        for posting in &entry.postings {
            let fund = posting.account.fund().filter(|_| posting.account.kind() == self.side.account());
            if let Some(fund) = fund {
                let amount =
                    if posting.amount.is_negative() { posting.amount.negated() } else { posting.amount };
                funds.insert(fund, amount);
            }
        }
        let (treating, insured) = self.side.regions(home, self.partner);
        Some(Listed { remote: name, treating, insured, undone, funds })
    }

    /// What the messages exchanged about it say for this day.
    pub fn told(&self, name: Word, home: Word, day: Day, account_fund: Word) -> Option<Listed> {
        let (answer, asked) = (self.answer.as_ref()?, self.asked.as_ref()?);
        let undone = match (asked.day == day, self.back == Some(day)) {
            (true, false) => false,
            (false, true) => true,
            _ => return None,
        };
        let mut funds: BTreeMap<Word, Fen> =
            answer.funds.iter().map(|(fund, amount)| (*fund, *amount)).collect();
        let account = funds.entry(account_fund).or_default();
        // Bounded by numeric(16,2) at both ends; a bill that left it was not settled.
        *account = account.plus(answer.amounts.acct_pay).unwrap_or(Fen::MAX);
        funds.retain(|_, amount| *amount != Fen::ZERO);
        let (treating, insured) = self.side.regions(home, self.partner);
        (!funds.is_empty()).then_some(Listed { remote: name, treating, insured, undone, funds })
    }
}
