//! What a decision is made with, apart from the records: the law, who acts, when, and fresh names.

use crate::{Actor, Capability, Grounds, Offices, Roles};
use policy::{Diagnostics, Law};
use terms::{Day, Moment, Refusal};

/// A law with everything the office compiles from it. Built once for a pack, shared by all decisions.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// The law itself.
    pub law: Law,
    /// Roles and what they may do.
    pub roles: Roles,
    /// Articles of the program's own refusals.
    pub grounds: Grounds,
    /// Which office answers for which district.
    pub offices: Offices,
}

impl Rulebook {
    /// Compiles a law. Every fault of every part is reported at once.
    pub fn compile(law: Law) -> Result<Rulebook, Diagnostics> {
        let mut faults = Diagnostics::new();
        let roles = Roles::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let grounds = Grounds::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let offices = Offices::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        if faults.is_empty() { Ok(Rulebook { law, roles, grounds, offices }) } else { Err(faults) }
    }
}

fn note<T: Default>(faults: &mut Diagnostics, more: Diagnostics) -> T {
    faults.extend(more);
    T::default()
}

/// Fresh numbers for whatever a decision creates. The shell reserves them; a number that goes unused stays
/// unused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids {
    next: u64,
}

impl Ids {
    /// Numbers from here on.
    pub fn from(first: u64) -> Ids {
        Ids { next: first }
    }

    /// The next number.
    pub fn take(&mut self) -> u64 {
        let id = self.next;
        self.next += 1;
        id
    }
}

/// The circumstances of one decision.
#[derive(Debug)]
pub struct Context<'a> {
    /// What applies.
    pub rules: &'a Rulebook,
    /// Who acts.
    pub actor: &'a Actor,
    /// When.
    pub now: Moment,
    /// Fresh numbers.
    pub ids: Ids,
}

impl Context<'_> {
    /// The office's day.
    pub fn today(&self) -> Day {
        self.now.day()
    }

    /// Whether one of the actor's roles may do this.
    pub fn may(&self, capability: Capability) -> bool {
        self.rules.roles.allow(self.actor, capability)
    }

    /// A refusal of the program's own, with its article.
    pub fn refuse(&self, code: &str) -> Refusal {
        self.rules.grounds.refuse(code)
    }
}
