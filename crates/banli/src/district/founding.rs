//! Founding the demo office: the district's registers as events, in batches large enough for the disk.
//!
//! Every batch carries a key of its own, so founding that broke off is taken up by founding again: what is there
//! already is answered as repeated and nothing is there twice.

use super::{District, OPENING, ReadyAccount, day};
use crate::progress::Progress;
use crate::trouble::Trouble;
use agency::unit::Liaison;
use agency::{Decision, Event, StreamId, Unique, account, provider};
use std::fmt::Write;
use store::{Append, AppendError, NewEvent, RequestHash, RequestKey, Store, StreamWrite};
use terms::{ArticleId, Day, Moment};

/// Streams of one batch; the store takes a thousand in one request.
const BATCH_STREAMS: usize = 1_000;

/// The article that agreements with providers rest on: Social Insurance Law, article 31.
const AGREEMENT_ARTICLE: &str = "sil-2018/31";

/// What founding put into the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Founded {
    /// Events of the registers.
    pub events: u64,
    /// False where all of them were there before.
    pub anew: bool,
}

/// Writes the district's registers into the office, or whatever of them is missing.
///
/// # Errors
/// Trouble of the store; another seed's office.
pub fn found(
    store: &Store,
    district: &District,
    ready: &[ReadyAccount],
    progress: &Progress,
) -> anyhow::Result<Founded> {
    let mut founding = Founding { store, district, progress, batch: Vec::new(), number: 0, founded: NONE };
    let accounts: Vec<account::Opened> =
        ready.iter().map(|account| account.opened.clone()).chain(district.liaison_accounts(ready)).collect();
    for opened in &accounts {
        founding.add(account(opened))?;
    }
    for unit in &district.units {
        founding.add(unit_with_liaison(unit, &accounts))?;
    }
    for provider in &district.providers {
        founding.add(provider_with_designations(provider))?;
    }
    for person in &district.people {
        let stream = StreamId::Person(person.person);
        let mut decision = Decision::default();
        decision.take_once(Unique::Citizen, person.citizen.as_str(), &stream);
        decision.push(stream, 0, Event::PersonRegistered(person.clone()));
        founding.add(decision)?;
    }
    founding.flush()?;
    progress.finish();
    Ok(founding.founded)
}

const NONE: Founded = Founded { events: 0, anew: false };

fn account(opened: &account::Opened) -> Decision {
    let stream = StreamId::Account(opened.actor.account);
    let mut decision = Decision::default();
    decision.take_once(Unique::Login, &opened.login, &stream);
    decision.push(stream, 0, Event::AccountOpened(opened.clone()));
    decision
}

fn unit_with_liaison(unit: &agency::unit::Registered, accounts: &[account::Opened]) -> Decision {
    let stream = StreamId::Unit(unit.unit);
    let mut decision = Decision::default();
    decision.take_once(Unique::UnitCode, unit.code.as_str(), &stream);
    decision.push(stream.clone(), 0, Event::UnitRegistered(unit.clone()));
    let own = agency::Organisation::Unit(unit.unit);
    for opened in accounts.iter().filter(|opened| opened.actor.organisation == own) {
        let liaison = Liaison { account: opened.actor.account, from: day("2024-01-01"), to: None };
        decision.push(stream.clone(), 0, Event::LiaisonAppointed { unit: unit.unit, liaison });
    }
    decision
}

fn provider_with_designations(made: &super::Provider) -> Decision {
    let provider = made.registered.provider;
    let stream = StreamId::Provider(provider);
    let mut decision = Decision::default();
    decision.take_once(Unique::ProviderCode, &made.registered.code, &stream);
    decision.push(stream.clone(), 0, Event::ProviderRegistered(made.registered.clone()));
    for &(from, to) in &made.designations {
        let article = ArticleId::from(AGREEMENT_ARTICLE);
        let designation = provider::Designation { from, to, article };
        decision.push(stream.clone(), 0, Event::ProviderDesignated { provider, designation });
    }
    decision
}

struct Founding<'a> {
    store: &'a Store,
    district: &'a District,
    progress: &'a Progress,
    batch: Vec<StreamWrite>,
    number: u32,
    founded: Founded,
}

impl Founding<'_> {
    fn add(&mut self, decision: Decision) -> anyhow::Result<()> {
        for append in decision.appends {
            let events = append.events.into_iter().map(NewEvent::new).collect::<Result<_, _>>()?;
            let stream = append.stream.to_string();
            self.batch.push(StreamWrite { stream, expected_version: Some(0), events });
        }
        // A decision brings a few streams at most, so that the batch stays within what the store takes.
        if self.batch.len() + 8 > BATCH_STREAMS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let streams = std::mem::take(&mut self.batch);
        let events: u64 = streams.iter().map(|stream| stream.events.len() as u64).sum();
        let opening: Day = day(OPENING);
        let append = Append {
            key: Some(RequestKey::new(format!("founding/{}", self.number))?),
            hash: hash(&streams),
            at: Moment::at(opening, 8, 30),
            actor: "founding".to_owned(),
            streams,
        };
        let receipt = self.store.append(append).map_err(|error| self.told(error))?;
        self.founded.events += events;
        self.founded.anew |= !receipt.repeated;
        self.number += 1;
        self.progress.add(events);
        Ok(())
    }

    fn told(&self, error: AppendError) -> anyhow::Error {
        match error {
            AppendError::KeyReused { .. } | AppendError::VersionConflict { .. } => Trouble::new(
                format!("{} is not the office of seed {}", self.store.path().display(), self.district.seed),
                "it was founded with another seed, size or version of the program",
                "leave --seed away, or choose another folder with --data",
            )
            .into(),
            other => other.into(),
        }
    }
}

/// The hash of a batch: its streams and bodies, each after its length.
fn hash(streams: &[StreamWrite]) -> RequestHash {
    let mut text = String::new();
    for stream in streams {
        for part in
            std::iter::once(stream.stream.as_str()).chain(stream.events.iter().map(|event| event.body()))
        {
            // Writing to a string cannot fail.
            let _ = write!(text, "{}:{part}", part.len());
        }
    }
    RequestHash::of(text.as_bytes())
}
