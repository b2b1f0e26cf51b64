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
    /// The password was given by the operator and opens nothing but the page on which another is chosen.
    pub once: bool,
}

impl Account {
    /// Folds one event; events of other services change nothing.
    pub fn evolve(account: &mut Option<Account>, event: &Event) {
        match (account, event) {
            (slot @ None, Event::AccountOpened(opened)) => {
                *slot = Some(Account { opened: opened.clone(), closed: false, once: false });
            }
            (Some(account), Event::AccountClosed { .. }) => account.closed = true,
            (Some(account), Event::AccountPasswordSet { password_hash, once, .. }) => {
                account.opened.password_hash.clone_from(password_hash);
                account.once = *once;
            }
            _ => {}
        }
    }

    /// The account's id.
    pub fn id(&self) -> AccountId {
        self.opened.actor.account
    }
}
