//! What cases change of people and of units' liaison officers.

use crate::casework::command::GRANT_CATEGORY;
use crate::casework::facts;
use crate::casework::file::CaseFile;
use crate::person::{Category, Change};
use crate::unit::Liaison;
use crate::{
    AccountId, CaseId, Context, Decision, Event, Organisation, PersonId, Records, StreamId, Unique, UnitId,
};
use terms::{Fact, Refusals};

/// Facts of a change of data.
const CHANGE_WHAT: &str = "change.what";
const CHANGE_NAME: &str = "change.name";
const CHANGE_UNIT: &str = "change.unit_code";
const CHANGE_ADDRESS: &str = "change.address";
const GRANT_FROM: &str = "grant.from";
const GRANT_TO: &str = "grant.to";
const GRANT_PROOF: &str = "grant.proof";
/// Why somebody is no longer served, and since when; of a withdrawal or of a report.
const END_REASON: [&str; 2] = ["stop.reason", "withdrawal.reason"];
const END_DAY: [&str; 2] = ["stop.on", "withdrawal.on"];
/// The word of both lists for a death.
const DEATH: &str = "death";
/// Facts of an appointment.
const LIAISON_LOGIN: &str = "liaison.login";
const LIAISON_FROM: &str = "liaison.from";
const LIAISON_REPLACES: &str = "liaison.replaces";
/// The relation under which a case keeps the person's unit.
const UNIT: &str = "persons-unit";

/// Changes what the application names, and nothing else.
pub(super) fn change(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let what = match file.state.facts.get(CHANGE_WHAT) {
        Some(Fact::Codes(what)) => what.as_slice(),
        _ => &[],
    };
    let asked = |part: &str| what.iter().any(|word| word == part);
    let unit =
        file.word(CHANGE_UNIT).filter(|_| asked("unit")).map(|code| facts::unit_by_code(records, &code));
    if unit == Some(None) {
        return Err(vec![context.refuse("unit/unknown")]);
    }
    let change = Change {
        name: file.word(CHANGE_NAME).filter(|_| asked("name")),
        unit: unit.flatten(),
        address: file.word(CHANGE_ADDRESS).filter(|_| asked("address")),
        region: None,
    };
    if change == Change::default() {
        // A new photo alone changes the booklet, not the register.
        return Ok(());
    }
    push(
        records,
        subject,
        decision,
        |on| Event::PersonChanged { person: subject, change, on, case: Some(case) },
        context,
    );
    Ok(())
}

/// The category as it was reviewed, with its validity and what was shown as proof.
pub(super) fn grant_category(
    records: &dyn Records,
    context: &Context<'_>,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(category) = file.word(GRANT_CATEGORY) else {
        return Err(vec![context.refuse("person/no-such-category")]);
    };
    if context.rules.categories.get(&category).is_none() {
        return Err(vec![context.refuse("person/no-such-category")]);
    }
    let category = Category {
        category,
        from: file.day(GRANT_FROM).unwrap_or_else(|| context.today()),
        to: file.day(GRANT_TO),
        proof: file.word(GRANT_PROOF).unwrap_or_default(),
    };
    push(records, subject, decision, |_| Event::PersonCategorized { person: subject, category }, context);
    Ok(())
}

/// Ends every served category with the day before, and records a death.
pub(super) fn end_eligibility(
    records: &dyn Records,
    context: &Context<'_>,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(person) = records.person(subject) else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    let on = END_DAY.iter().find_map(|name| file.day(name)).unwrap_or_else(|| context.today());
    let reason = END_REASON.iter().find_map(|name| file.word(name));
    if reason.as_deref() == Some(DEATH) && person.died.is_none() {
        push(records, subject, decision, |_| Event::PersonDied { person: subject, on }, context);
    }
    let served = context.rules.categories.served_ids();
    for known in &person.registered.categories {
        let runs = known.to.is_none_or(|to| to >= on);
        if runs && served.contains(&known.category.as_str()) {
            let category = Category { to: Some(on.previous()), ..known.clone() };
            push(
                records,
                subject,
                decision,
                |_| Event::PersonCategorized { person: subject, category },
                context,
            );
        }
    }
    Ok(())
}

/// Appoints the account as liaison officer of the case's unit; where it replaces the present ones, they end the day
/// before.
pub(super) fn appoint_liaison(
    records: &dyn Records,
    context: &Context<'_>,
    file: &CaseFile,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let unit = match file.state.parties.get(UNIT).map(|party| party.parse()) {
        Some(Ok(StreamId::Unit(unit))) => unit,
        _ => return Err(vec![context.refuse("unit/unknown")]),
    };
    let Some(state) = records.unit(unit) else {
        return Err(vec![context.refuse("unit/unknown")]);
    };
    let Some(account) = file.word(LIAISON_LOGIN).and_then(|login| account_of_unit(records, &login, unit))
    else {
        return Err(vec![context.refuse("unit/no-such-liaison")]);
    };
    let from = file.day(LIAISON_FROM).unwrap_or_else(|| context.today());
    if state.is_liaison(account, from) {
        return Err(vec![context.refuse("unit/already-liaison")]);
    }
    let stream = StreamId::Unit(unit);
    let version = records.version(&stream);
    if file.state.facts.get(LIAISON_REPLACES) == Some(&Fact::Flag(true)) {
        for other in state.liaisons.iter().filter(|other| other.to.is_none_or(|to| to >= from)) {
            let ended = Event::LiaisonEnded { unit, account: other.account, on: from.previous() };
            decision.push(stream.clone(), version, ended);
        }
    }
    let liaison = Liaison { account, from, to: None };
    decision.push(stream, version, Event::LiaisonAppointed { unit, liaison });
    Ok(())
}

/// The account with this sign-in name, where it acts for the unit.
fn account_of_unit(records: &dyn Records, login: &str, unit: UnitId) -> Option<AccountId> {
    let taken = records.events(&StreamId::Unique(Unique::Login, login.trim().to_owned()));
    let Event::UniqueTaken { by, .. } = taken.first()? else { return None };
    let Ok(StreamId::Account(account)) = by.parse() else { return None };
    let acts = records.account(account)?.opened.actor.organisation == Organisation::Unit(unit);
    acts.then_some(account)
}

fn push(
    records: &dyn Records,
    subject: PersonId,
    decision: &mut Decision,
    event: impl FnOnce(terms::Day) -> Event,
    context: &Context<'_>,
) {
    let stream = StreamId::Person(subject);
    decision.push(stream.clone(), records.version(&stream), event(context.today()));
}
