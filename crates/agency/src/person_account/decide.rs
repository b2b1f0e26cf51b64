//! What can be asked about personal accounts.

use super::{AccountEvent, AccountLaw, CreditRow, PersonAccount};
use crate::person::Person;
use crate::{Capability, Context, Decision, Event, PersonId, Records, StreamId, books};
use ledger::{Figures, Occasion, Word};
use serde::{Deserialize, Serialize};
use terms::{Day, Fact, Fen, Month, Refusals};

/// What can be asked about personal accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Take over the balances of an account that was kept elsewhere, once.
    TakeOver {
        /// Whose.
        person: PersonId,
        /// Credited this year, and left.
        this_year: Fen,
        /// Left of earlier years.
        past: Fen,
        /// The last month that is credited in them.
        through: Month,
    },
    /// Note the base of contributions.
    SetBase {
        /// Whose.
        person: PersonId,
        /// Yuan a month.
        base: Fen,
        /// From which month on.
        from: Month,
    },
    /// Credit a month to whoever of these people is due it and has not had it. What is due follows from the law and
    /// the registers alone, so that anybody may say that the month has come; saying it twice changes nothing.
    Credit {
        /// Which month.
        month: Month,
        /// Whose; [`PEOPLE_MAX`] at most.
        people: Vec<PersonId>,
    },
    /// Let a relative use the account.
    Aid {
        /// Whose account.
        holder: PersonId,
        /// Who may use it.
        member: PersonId,
        /// What the member is to the holder.
        relation: String,
    },
    /// Let them no longer.
    EndAid {
        /// Whose account.
        holder: PersonId,
        /// Who might use it.
        member: PersonId,
    },
}

/// People of one command to credit, at most.
pub const PEOPLE_MAX: usize = 400;

/// Whether a month is due to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due<'a> {
    /// This much, on this base, by this row.
    Amount(Fen, Option<Fen>, &'a CreditRow),
    /// It was credited.
    Credited,
    /// It is a share of a base that nobody has told.
    NoBase,
    /// The person has no account then: not insured so, or no longer alive.
    NoAccount,
}

/// Whether this month is due: how the person is insured and how old they are on its first day decides.
pub fn due<'a>(law: &'a AccountLaw, person: &Person, account: &PersonAccount, month: Month) -> Due<'a> {
    if account.has_had(month) {
        return Due::Credited;
    }
    let first = month.first();
    if person.died.is_some_and(|died| died < first) {
        return Due::NoAccount;
    }
    let age = first.age(person.registered.citizen.birth());
    let row = person
        .insured_on(first)
        .find_map(|insurance| law.row(&insurance.insutype, &insurance.psn_type, age, first));
    let Some(row) = row else { return Due::NoAccount };
    let base = account.base_on(first);
    match row.amount(base) {
        Some(Ok(amount)) => Due::Amount(amount, base.filter(|_| is_share(row)), row),
        Some(Err(_)) | None => Due::NoBase,
    }
}

fn is_share(row: &CreditRow) -> bool {
    matches!(row.credit, super::law::Credit::Share(_))
}

/// Decides a command about personal accounts.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let mut decision = Decision::default();
    match command {
        Command::TakeOver { person, this_year, past, through } => {
            permit(context, &[Capability::Operate])?;
            take_over(records, context, *person, (*this_year, *past), *through, &mut decision)?;
        }
        Command::SetBase { person, base, from } => {
            permit(context, &[Capability::OpenCases, Capability::Operate])?;
            let account = known(records, context, *person)?;
            if *base <= Fen::ZERO {
                return Err(vec![context.refuse("person-account/no-amount")]);
            }
            let (base, from, on) = (*base, from.first(), context.today());
            push(&mut decision, &account, AccountEvent::BaseSet { base, from, on });
        }
        Command::Credit { month, people } => credit(records, context, *month, people, &mut decision)?,
        Command::Aid { holder, member, relation } => {
            permit_holder(context, *holder)?;
            aid(records, context, *holder, *member, relation, &mut decision)?;
        }
        Command::EndAid { holder, member } => {
            permit_holder(context, *holder)?;
            let (theirs, own) = (known(records, context, *holder)?, known(records, context, *member)?);
            let today = context.today();
            if !own.helpers(today).any(|helper| helper == *holder) {
                return Err(vec![context.refuse("person-account/no-aid")]);
            }
            let what = AccountEvent::AidEnded { holder: *holder, member: *member, on: today };
            push(&mut decision, &theirs, what.clone());
            push(&mut decision, &own, what);
        }
    }
    Ok(decision)
}

fn permit(context: &Context<'_>, capabilities: &[Capability]) -> Result<(), Refusals> {
    let allowed = capabilities.iter().any(|capability| context.may(*capability));
    if allowed { Ok(()) } else { Err(vec![context.refuse("registry/not-permitted")]) }
}

/// The holder gives leave: at the counter, or signed in.
fn permit_holder(context: &Context<'_>, holder: PersonId) -> Result<(), Refusals> {
    let own = context.actor.person == Some(holder) && context.may(Capability::ApplyOnline);
    if own { Ok(()) } else { permit(context, &[Capability::OpenCases]) }
}

fn known(records: &dyn Records, context: &Context<'_>, person: PersonId) -> Result<PersonAccount, Refusals> {
    if records.person(person).is_none() {
        return Err(vec![context.refuse("person/unknown")]);
    }
    Ok(records.person_account(person))
}

fn push(decision: &mut Decision, account: &PersonAccount, what: AccountEvent) {
    let person = account.person;
    let event = Event::PersonAccount { person, what: Box::new(what) };
    decision.push(StreamId::PersonAccount(person), account.version, event);
}

/// What came to the account, in the books.
fn post(
    context: &Context<'_>,
    account: &PersonAccount,
    name: &str,
    amount: Fen,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let name = Word::known(&format!("person-account/{}/{name}", account.person));
    let words = [("person", Word::known(&account.person.to_string()))];
    let figures = Figures { words: &words, amounts: &[("credited", amount)], items: &[] };
    let entry = books::post_on(context, Occasion::AccountCredited, name, context.today(), name, &figures)?;
    if let Some(entry) = entry {
        decision.push(StreamId::PersonAccount(account.person), account.version, entry);
    }
    Ok(())
}

fn take_over(
    records: &dyn Records,
    context: &Context<'_>,
    person: PersonId,
    (this_year, past): (Fen, Fen),
    through: Month,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let account = known(records, context, person)?;
    let mut refusals = Refusals::new();
    if account.taken_over.is_some() || !account.movements.is_empty() {
        refusals.push(context.refuse("person-account/begun"));
    }
    let sum = this_year.plus(past).ok();
    let sum = sum.filter(|_| !this_year.is_negative() && !past.is_negative());
    if sum.is_none() {
        refusals.push(context.refuse("person-account/no-amount"));
    }
    let (Some(sum), true) = (sum, refusals.is_empty()) else { return Err(refusals) };
    push(decision, &account, AccountEvent::TakenOver { this_year, past, through, on: context.today() });
    post(context, &account, "taken-over", sum, decision)
}

fn credit(
    records: &dyn Records,
    context: &Context<'_>,
    month: Month,
    people: &[PersonId],
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let first = month.first();
    if first > context.today() {
        return Err(vec![context.refuse("person-account/month-to-come").with("day", Fact::Day(first))]);
    }
    if people.len() > PEOPLE_MAX {
        let most = Fact::Number(PEOPLE_MAX as i64);
        return Err(vec![context.refuse("person-account/people-count").with("most", most)]);
    }
    let mut people = people.to_vec();
    people.sort_unstable();
    people.dedup();
    for id in people {
        let Some(person) = records.person(id) else { continue };
        let account = records.person_account(id);
        let Due::Amount(amount, base, row) = due(&context.rules.accounts, &person, &account, month) else {
            continue;
        };
        if account.balance().plus(amount).is_err() {
            return Err(vec![context.refuse("books/out-of-range")]);
        }
        let (article, on) = (row.article.clone(), context.today());
        push(decision, &account, AccountEvent::Credited { month, amount, base, article, on });
        post(context, &account, &month.to_string(), amount, decision)?;
    }
    Ok(())
}

/// Members in one family's use of an account, at most; more is nobody's family.
const MEMBERS_MAX: usize = 10;

fn aid(
    records: &dyn Records,
    context: &Context<'_>,
    holder: PersonId,
    member: PersonId,
    relation: &str,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let (theirs, own) = (known(records, context, holder)?, known(records, context, member)?);
    let from: Day = context.today();
    let family = context.rules.accounts.family.as_ref();
    let mut refusals = Refusals::new();
    if holder == member
        || !family.is_some_and(|family| family.relation.iter().any(|known| known.id == relation))
    {
        refusals.push(context.refuse("person-account/no-such-relation"));
    }
    if own.helpers(from).any(|helper| helper == holder) {
        refusals.push(context.refuse("person-account/aided-already"));
    }
    if theirs.members(from).count() >= MEMBERS_MAX {
        let most = Fact::Number(MEMBERS_MAX as i64);
        refusals.push(context.refuse("person-account/members-count").with("most", most));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let what = AccountEvent::AidGranted { holder, member, relation: relation.to_owned(), from };
    push(decision, &theirs, what.clone());
    push(decision, &own, what);
    Ok(())
}
