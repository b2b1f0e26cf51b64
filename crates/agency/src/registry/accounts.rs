//! Who may sign in: accounts are opened and closed by an operator, never by whoever asks for one.

use super::{Command, is_text, permit};
use crate::account::Account;
use crate::{
    AccountId, Actor, Capability, Context, Decision, Event, IdKind, Records, StreamId, Unique, account,
};
use terms::{Fact, Refusals};

/// An account with its roles and a password for once.
pub(super) fn open(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let Command::OpenAccount { login, name, roles, organisation, title, person, password_hash } = command
    else {
        return Ok(Decision::default());
    };
    permit(context, Capability::Operate)?;
    let mut refusals = Refusals::new();
    if !is_text(login) || login.contains(char::is_whitespace) || !is_text(name) || roles.is_empty() {
        refusals.push(context.refuse("account/incomplete"));
    }
    if records.version(&StreamId::Unique(Unique::Login, login.clone())) > 0 {
        refusals.push(context.refuse("account/login-taken"));
    }
    let fits = |id: &String| {
        context.rules.roles.get(id).is_some_and(|role| role.organisation == organisation.word())
    };
    for role in roles.iter().filter(|id| !fits(id)) {
        refusals.push(context.refuse("account/role-does-not-fit").with("role", Fact::Code(role.clone())));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let account = AccountId(context.ids.take(IdKind::Account));
    let stream = StreamId::Account(account);
    let actor = Actor {
        account,
        name: name.clone(),
        roles: roles.iter().cloned().collect(),
        organisation: organisation.clone(),
        title: title.clone(),
        person: *person,
    };
    let mut decision = Decision::default();
    decision.take_once(Unique::Login, login, &stream);
    let opened = account::Opened { login: login.clone(), actor, password_hash: password_hash.clone() };
    decision.push(stream.clone(), 0, Event::AccountOpened(opened));
    let given = Event::AccountPasswordSet { account, password_hash: password_hash.clone(), once: true };
    decision.push(stream, 0, given);
    Ok(decision)
}

/// The owner's own choice stays; what the operator gives opens only the page on which another is chosen.
pub(super) fn set_password(
    records: &dyn Records,
    context: &Context<'_>,
    account: AccountId,
    password_hash: &str,
) -> Result<Decision, Refusals> {
    let own = context.actor.account == account;
    if !own {
        permit(context, Capability::Operate)?;
    }
    let known = open_one(records, context, account)?;
    let password_hash = password_hash.to_owned();
    append(records, known.id(), Event::AccountPasswordSet { account, password_hash, once: !own })
}

/// Nobody closes the account they act with: an office without an operator could not be opened again.
pub(super) fn close(
    records: &dyn Records,
    context: &Context<'_>,
    account: AccountId,
) -> Result<Decision, Refusals> {
    permit(context, Capability::Operate)?;
    let known = open_one(records, context, account)?;
    if context.actor.account == account {
        return Err(vec![context.refuse("account/own")]);
    }
    append(records, known.id(), Event::AccountClosed { account })
}

fn open_one(records: &dyn Records, context: &Context<'_>, account: AccountId) -> Result<Account, Refusals> {
    let known = records.account(account).filter(|account| !account.closed);
    known.ok_or_else(|| vec![context.refuse("account/unknown")])
}

fn append(records: &dyn Records, account: AccountId, event: Event) -> Result<Decision, Refusals> {
    let stream = StreamId::Account(account);
    let version = records.version(&stream);
    let mut decision = Decision::default();
    decision.push(stream, version, event);
    Ok(decision)
}
