//! The desk: every command of every face comes through here. Records of one moment are gathered, the agency decides,
//! the store keeps, and only then is the command answered.
//!
//! Deciding takes no lock on what is stored: where a stream has moved on meanwhile, the decision is thrown away and
//! made anew on the newer records.

use crate::clock::Clock;
use crate::rules::Rules;
use agency::{Actor, CaseId, Command, Context, IdKind, Ids, Rulebook, StreamId};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Append, AppendError, ReadError, Receipt, RequestHash, RequestKey, Store};
use terms::{Moment, Refusals};

/// How often a decision is made anew before the caller is told to look again.
const TRIES: usize = 4;

/// The desk of one office.
#[derive(Debug)]
pub struct Desk {
    store: Arc<Store>,
    rules: Arc<Rules>,
    clock: Clock,
    /// The next number of each kind that nobody has taken.
    ids: Mutex<Ids>,
}

/// A command that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Where it stands among all events, and the streams it brought forward.
    pub receipt: Receipt,
}

impl Done {
    /// The streams it brought forward, also where this very request had been kept before.
    pub fn streams(&self) -> impl Iterator<Item = StreamId> {
        self.receipt.versions.iter().filter_map(|(name, _)| name.parse().ok())
    }

    /// The case it opened or brought forward.
    pub fn case(&self) -> Option<CaseId> {
        self.streams().find_map(|stream| match stream {
            StreamId::Case(case) => Some(case),
            _ => None,
        })
    }
}

/// Why a command was not kept. Three kinds of no that are never mixed.
#[derive(Debug, thiserror::Error)]
pub enum Declined {
    /// An answer of the office, every reason at once.
    #[error("refused: {}", codes(.0))]
    Refused(Refusals),
    /// Others were quicker, several times; what the person sees is out of date.
    #[error("the matter has moved on meanwhile; look at it again and repeat what still applies")]
    MovedOn,
    /// The key was used for something else.
    #[error("this form was already used for something else; open it again")]
    KeyReused,
    /// More waits than the office can take; nothing was kept, asking again is safe.
    #[error("the office is busy; ask again in a moment")]
    Busy,
    /// Disk or program; nothing was kept, asking again is safe.
    #[error("{0}")]
    Trouble(String),
}

fn codes(refusals: &Refusals) -> String {
    let codes: Vec<&str> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
    codes.join(", ")
}

impl From<ReadError> for Declined {
    fn from(error: ReadError) -> Declined {
        Declined::Trouble(error.to_string())
    }
}

impl Desk {
    /// A desk over this office. Numbers go on after the highest ever given.
    ///
    /// # Errors
    /// Trouble reading the highest numbers.
    pub fn open(store: Arc<Store>, rules: Arc<Rules>, clock: Clock) -> Result<Desk, ReadError> {
        let ids = store.read(|reader| reader.next_ids())?;
        Ok(Desk { store, rules, clock, ids: Mutex::new(ids) })
    }

    /// What applies.
    pub fn rules(&self) -> &Rulebook {
        &self.rules
    }

    /// The office's file.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The office's now.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Decides and keeps a command at the office's now. The same key with the same command has one effect.
    ///
    /// # Errors
    /// [`Declined`]: a refusal, or trouble after which nothing was kept.
    pub fn submit(
        &self,
        actor: &Actor,
        key: Option<&RequestKey>,
        command: &Command,
    ) -> Result<Done, Declined> {
        self.submit_at(actor, key, command, self.now())
    }

    /// The same at a given moment, for stories and for time events that were due while nobody was there.
    ///
    /// # Errors
    /// As [`Desk::submit`].
    pub fn submit_at(
        &self,
        actor: &Actor,
        key: Option<&RequestKey>,
        command: &Command,
        now: Moment,
    ) -> Result<Done, Declined> {
        let asked = serde_json::to_vec(&(actor.account, command))
            .map_err(|error| Declined::Trouble(format!("the command cannot be written down: {error}")))?;
        let hash = RequestHash::of(&asked);
        for _ in 0..TRIES {
            // Providers' messages come by the thousand at once: each takes its numbers ahead, so that none is decided
            // anew only because another took the same. Numbers that a refusal leaves unused stay unused.
            let ahead = matches!(command, Command::Visit(_));
            let ids = if ahead { self.take_ahead() } else { self.snapshot() };
            let decide = |records: &dyn agency::Records| {
                let ids = ids.clone();
                let mut context = Context { rules: &self.rules, actor, now, ids };
                agency::decide(records, &mut context, command).map(|decision| (decision, context.ids))
            };
            let (decision, taken) = match self.store.with_records(decide)? {
                Ok(decided) => decided,
                // What was kept under this key earlier is answered as kept, also where it would be refused now.
                Err(refusals) => match self.kept_before(key, hash)? {
                    Some(receipt) => return Ok(Done { receipt }),
                    None => return Err(Declined::Refused(refusals)),
                },
            };
            if decision.appends.is_empty() {
                let receipt = Receipt { first_seq: 0, events: 0, versions: Vec::new(), repeated: false };
                return Ok(Done { receipt });
            }
            if !self.claim(&ids, &taken, ahead) {
                continue;
            }
            let actor_name = format!("account/{}", actor.account);
            let append = Append::decided(decision, key.cloned(), hash, now, actor_name)
                .map_err(|error| Declined::Trouble(error.to_string()))?;
            match self.store.append(append) {
                Ok(receipt) => return Ok(Done { receipt }),
                Err(AppendError::VersionConflict { .. }) => {}
                Err(AppendError::KeyReused { .. }) => return Err(Declined::KeyReused),
                Err(AppendError::Busy) => return Err(Declined::Busy),
                Err(error) => return Err(Declined::Trouble(error.to_string())),
            }
        }
        Err(Declined::MovedOn)
    }

    fn snapshot(&self) -> Ids {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Numbers with a visit and a settlement that nobody else gets.
    fn take_ahead(&self) -> Ids {
        let mut current = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let ahead = current.clone();
        current.take(IdKind::Visit);
        current.take(IdKind::Settlement);
        ahead
    }

    /// Takes the numbers a decision used, if nobody took one of them since. Numbers of a decision that is then not
    /// kept stay unused.
    fn claim(&self, before: &Ids, after: &Ids, ahead: bool) -> bool {
        let mut current = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = |kind: IdKind| ahead && matches!(kind, IdKind::Visit | IdKind::Settlement);
        let used = |kind: &IdKind| after.next(*kind) > before.next(*kind) && !taken(*kind);
        let used: Vec<IdKind> = IdKind::ALL.into_iter().filter(used).collect();
        if used.iter().any(|kind| current.next(*kind) != before.next(*kind)) {
            return false;
        }
        for kind in used {
            current.go_on_after(kind, after.next(kind) - 1);
        }
        true
    }

    fn kept_before(&self, key: Option<&RequestKey>, hash: RequestHash) -> Result<Option<Receipt>, Declined> {
        let Some(key) = key else { return Ok(None) };
        match self.store.read(|reader| reader.request(key))? {
            Some((receipt, kept)) if kept == hash => Ok(Some(receipt)),
            Some(_) => Err(Declined::KeyReused),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests;
