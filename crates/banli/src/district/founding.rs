//! Founding the demo office: the district's registers, then its year of settlements through the real benefit
//! engine.

use super::bulk::{Bulk, Loaded};
use super::{ACCOUNTS_SINCE, District, OPENING, ReadyAccount, day};
use crate::progress::Progress;
use crate::trouble::Trouble;
use agency::settlement::{self, Command, ToSettle};
use agency::unit::Liaison;
use agency::{
    Actor, Context, Decision, Event, Ids, Memory, Organisation, Rulebook, StreamId, Unique, account,
    provider, unit,
};
use store::Store;
use terms::{ArticleId, Day, Moment, Refusals};

/// The article that agreements with providers rest on: Social Insurance Law, article 31.
pub(super) const AGREEMENT_ARTICLE: &str = "sil-2018/31-1";

/// Writes the district's registers into the office, or whatever of them is missing.
pub fn found(
    store: &Store,
    district: &District,
    ready: &[ReadyAccount],
    progress: &Progress,
) -> anyhow::Result<Loaded> {
    let opening: Day = day(OPENING);
    let mut bulk = Bulk::into(store, "founding", Moment::at(opening, 8, 30), progress);
    let accounts = district.accounts(ready)?;
    for opened in &accounts {
        bulk.add(account(opened))?;
    }
    for unit in &district.units {
        bulk.add(unit_with_liaison(unit, &accounts))?;
    }
    for provider in &district.providers {
        bulk.add(provider_with_designations(provider))?;
    }
    for person in &district.people {
        let stream = StreamId::Person(person.person);
        let mut decision = Decision::default();
        decision.take_once(Unique::Citizen, person.citizen.as_str(), &stream);
        decision.push(stream, 0, Event::PersonRegistered(person.clone()));
        bulk.add(decision)?;
    }
    bulk.finish()
}

fn account(opened: &account::Opened) -> Decision {
    let stream = StreamId::Account(opened.actor.account);
    let mut decision = Decision::default();
    decision.take_once(Unique::Login, &opened.login, &stream);
    decision.push(stream, 0, Event::AccountOpened(opened.clone()));
    decision
}

fn unit_with_liaison(unit: &unit::Registered, accounts: &[account::Opened]) -> Decision {
    let stream = StreamId::Unit(unit.unit);
    let mut decision = Decision::default();
    decision.take_once(Unique::UnitCode, unit.code.as_str(), &stream);
    decision.push(stream.clone(), 0, Event::UnitRegistered(unit.clone()));
    let own = Organisation::Unit(unit.unit);
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
    let ownership = if made.designations.is_empty() { "private" } else { "state-run" };
    let account = format!("6200 0000 0000 {provider:04}", provider = provider.0);
    let changes = [
        ("ownership".to_owned(), ownership.to_owned()),
        ("bank".to_owned(), "演示银行".to_owned()),
        ("bank-account".to_owned(), account),
    ];
    let changes = changes.into();
    decision.push(stream.clone(), 0, Event::ProviderChanged { provider, changes, on: day(OPENING) });
    for &(from, to) in &made.designations {
        let article = ArticleId::from(AGREEMENT_ARTICLE);
        let designation = provider::Designation { from, to, article };
        decision.push(stream.clone(), 0, Event::ProviderDesignated { provider, designation });
    }
    decision
}

/// Settles a year of visits in their order, each on the evening of the day it ended, in the name of the hospitals'
/// software.
pub fn settle_year(
    store: &Store,
    district: &District,
    visits: Vec<ToSettle>,
    rules: &Rulebook,
    (actor, operator): (&Actor, &Actor),
    progress: &Progress,
) -> anyhow::Result<Loaded> {
    let silent = Progress::silent();
    let mut bulk = Bulk::into(store, "visits", Moment::at(day(OPENING), 8, 30), &silent);
    let mut year = Memory::default();
    let mut ids = Ids::default();
    let mut accounts = Some(Moment::at(day(ACCOUNTS_SINCE), 8, 30));
    for visit in visits {
        let now = Moment::at(visit.bill.enddate, 17, 30);
        if let Some(since) = accounts.take_if(|since| *since < now) {
            bulk.at(since)?;
            take_over(district, rules, operator, since, &mut year, &mut bulk)?;
        }
        let mut context = Context { rules, actor, now, ids };
        let decided = settlement::decide(&year, &mut context, &Command::Settle(Box::new(visit)));
        ids = context.ids;
        let decision = decided.map_err(|refusals| refused(&refusals))?;
        // Nobody else writes to this memory, so a version cannot have moved on.
        let _ = year.append(&decision.appends);
        bulk.at(now)?;
        bulk.add(decision)?;
        progress.add(1);
    }
    let loaded = bulk.finish()?;
    progress.finish();
    Ok(loaded)
}

/// The accounts of everybody who has one, with their balances.
fn take_over(
    district: &District,
    rules: &Rulebook,
    operator: &Actor,
    since: Moment,
    year: &mut Memory,
    bulk: &mut Bulk<'_>,
) -> anyhow::Result<()> {
    let known = district.people.iter().map(|person| {
        let event = Event::PersonRegistered(person.clone());
        let mut decision = Decision::default();
        decision.push(StreamId::Person(person.person), 0, event);
        decision
    });
    known.for_each(|decision| {
        let _ = year.append(&decision.appends);
    });
    for command in district.accounts_taken_over(&rules.accounts) {
        let mut context = Context { rules, actor: operator, now: since, ids: Ids::default() };
        let decided = agency::person_account::decide(year, &mut context, &command);
        let decision = decided.map_err(|refusals| refused(&refusals))?;
        let _ = year.append(&decision.appends);
        bulk.add(decision)?;
    }
    Ok(())
}

/// The packs and the made-up visits do not fit together: a fault of one of them.
fn refused(refusals: &Refusals) -> anyhow::Error {
    let told: Vec<String> = refusals
        .iter()
        .map(|refusal| format!("{} ({}) {:?}", refusal.code, refusal.article, refusal.facts))
        .collect();
    let cure = "check the pack with `banli check`; the demo's visits need rules for every day of its year";
    Trouble::new("a visit of the demo cannot be settled", told.join("; "), cure).into()
}
