//! Accounts: who may sign in. There is no open registration.

use crate::{AccountId, Actor, Event};
use serde::{Deserialize, Serialize};

/// The first event of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The sign-in name.
    pub login: String,
    /// Who they are and for whom they act.
    pub actor: Actor,
    /// The password's hash in PHC form; never the password.
    pub password_hash: String,
}

/// The state of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What was opened, with later changes applied.
    pub opened: Opened,
    /// Closed accounts cannot sign in.
    pub closed: bool,
}

impl Account {
    /// Folds one event; events of other services change nothing.
    pub fn evolve(account: &mut Option<Account>, event: &Event) {
        match (account, event) {
            (slot @ None, Event::AccountOpened(opened)) => {
                *slot = Some(Account { opened: opened.clone(), closed: false });
            }
            (Some(account), Event::AccountClosed { .. }) => account.closed = true,
            _ => {}
        }
    }

    /// The account's id.
    pub fn id(&self) -> AccountId {
        self.opened.actor.account
    }
}
