//! Somebody insured elsewhere at one of our providers: who they are and what would be paid, asked of the place of
//! insurance. Questions have no effect there and are not numbered; asking again is harmless.

use super::ask::asked;
use super::command::{NewGuest, NewRemote};
use super::desk::{Desk, permit};
use super::settle::settle;
use super::{Answer, Asked, home};
use crate::person::{Change, Insurance, Registered};
use crate::{Capability, Context, Event, IdKind, PersonId, Records, StreamId, Unique};
use ledger::Word;
use serde::{Deserialize, Serialize};
use terms::{CitizenId, Day, Fact, Fen, Refusals};

/// What an office asks another without any effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "question", rename_all = "kebab-case")]
pub enum Question {
    /// Is this person insured with you?
    Person {
        /// Who.
        citizen: CitizenId,
        /// Full name, which must be the registered one.
        name: String,
        /// On which day.
        day: Day,
    },
    /// What would you pay of this bill?
    Bill(Box<Asked>),
}

/// What the other office knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "known", rename_all = "kebab-case")]
pub enum Known {
    /// The person is insured there.
    Person {
        /// The relations in force on that day; never empty.
        insurance: Vec<Insurance>,
        /// What their personal account holds (`balc`).
        #[serde(default)]
        balance: Fen,
    },
    /// The bill as it would be settled now.
    Bill(Box<Answer>),
}

/// Answers a question of the office of region `from`. Nothing is kept.
///
/// # Errors
/// Why not: not insured here, another name, or what the policy has against the bill.
pub fn answer(
    records: &dyn Records,
    context: &mut Context<'_>,
    from: Word,
    question: &Question,
) -> Result<Known, Refusals> {
    permit(context, Capability::Exchange)?;
    let mut desk = Desk::open(records, context)?;
    desk.known(context, from)?;
    match question {
        Question::Person { citizen, name, day } => {
            let found = records.person_by_citizen(citizen).and_then(|id| records.person(id));
            let Some(person) = found else { return Err(vec![context.refuse("region/not-insured-here")]) };
            if person.registered.name != *name {
                return Err(vec![context.refuse("visit/person-differs")]);
            }
            let insurance: Vec<Insurance> = person.insured_on(*day).cloned().collect();
            if insurance.is_empty() {
                return Err(vec![context.refuse("visit/not-insured").with("day", Fact::Day(*day))]);
            }
            let balance = records.person_account(person.registered.person).balance();
            Ok(Known::Person { insurance, balance })
        }
        Question::Bill(asked) => {
            settle(&mut desk, context, from, asked).map(|answer| Known::Bill(Box::new(answer)))
        }
    }
}

/// The region where this person is insured, where it is another whose office we know.
pub fn partner_of(records: &dyn Records, context: &Context<'_>, person: PersonId) -> Option<Word> {
    let home = home(context)?;
    let region: Word = records.person(person)?.registered.region.parse().ok()?;
    (region != home && records.link(region, home).is_some()).then_some(region)
}

/// The question that a bill would be, under a name that no bill has.
pub(crate) fn question_of(
    records: &dyn Records,
    context: &Context<'_>,
    new: &NewRemote,
) -> Result<Question, Refusals> {
    let desk = Desk::open(records, context)?;
    let asked = asked(&desk, context, new, Word::known(&format!("{}-0", desk.home)))?;
    Ok(Question::Bill(Box::new(asked)))
}

/// Enters somebody insured elsewhere, so that a visit has whose it is. They are insured in nothing here. The office there
/// has just said who they are: a guest with another name, or insured in another region than before, is changed.
pub(super) fn welcome(
    desk: &mut Desk<'_>,
    context: &mut Context<'_>,
    new: &NewGuest,
) -> Result<(), Refusals> {
    permit(context, Capability::Exchange)?;
    desk.known(context, new.region)?;
    if let Some(known) = desk.records.person_by_citizen(&new.citizen).and_then(|id| desk.records.person(id)) {
        let registered = &known.registered;
        if registered.region == desk.home.as_str() || !registered.insurance.is_empty() {
            return Err(vec![context.refuse("region/insured-here")]);
        }
        let change = Change {
            name: (registered.name != new.name).then(|| new.name.clone()),
            region: (registered.region != new.region.as_str()).then(|| new.region.to_string()),
            ..Change::default()
        };
        if change != Change::default() {
            let (person, on) = (registered.person, context.today());
            let stream = StreamId::Person(person);
            let version = desk.records.version(&stream);
            desk.decision.push(stream, version, Event::PersonChanged { person, change, on, case: None });
        }
        return Ok(());
    }
    let person = PersonId(context.ids.take(IdKind::Person));
    let stream = StreamId::Person(person);
    desk.decision.take_once(Unique::Citizen, new.citizen.as_str(), &stream);
    let registered = Registered {
        person,
        name: new.name.clone(),
        citizen: new.citizen.clone(),
        address: String::new(),
        unit: None,
        insurance: Vec::new(),
        categories: Vec::new(),
        parent: None,
        region: new.region.to_string(),
    };
    desk.decision.push(stream, 0, Event::PersonRegistered(registered));
    Ok(())
}
