//! What the running program holds: the office, its desk, and everybody who may speak to it.

use crate::desk::Desk;
use crate::exchange::Pairs;
use crate::interface::Interface;
use crate::office::Office;
use crate::proven::Proven;
use crate::session;
use crate::simulation::Simulations;
use crate::witness::Signer;
use agency::account::Account;
use agency::{Actor, Capability};
use policy::Law;
use std::sync::atomic::AtomicU64;
use terms::Moment;

/// The office as the server holds it.
pub struct App {
    /// File, law and clock.
    pub office: Office,
    /// Where every command goes.
    pub desk: Desk,
    /// What hospital software speaks to.
    pub interface: Interface,
    /// The offices of other regions.
    pub pairs: Pairs,
    /// The key that signs what papers are witnesses of.
    pub witness: Signer,
    /// What is proven of the law.
    pub proven: Proven,
    /// Drafts tried on many bills.
    pub simulations: Simulations,
    /// Counters for `/metrics`.
    pub(crate) counters: Counters,
}

/// What has been answered since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// By the first digit of the status: 2, 3, 4, 5.
    pub(crate) answers: [AtomicU64; 4],
    pub(crate) bugs: AtomicU64,
}

impl App {
    /// An office with its desk.
    ///
    /// # Errors
    /// Trouble reading the office's file.
    pub fn new(office: Office) -> anyhow::Result<App> {
        let desk = Desk::open(office.store.clone(), office.rules.clone(), office.clock)?;
        let folder =
            office.store.path().parent().map_or_else(std::path::PathBuf::new, std::path::Path::to_owned);
        let interface = Interface::open(&office.rules.law, &folder)?;
        let pairs = Pairs::open(&folder)?;
        let witness = Signer::open(&folder)?;
        Ok(App {
            office,
            desk,
            interface,
            pairs,
            witness,
            proven: Proven::default(),
            simulations: Simulations::default(),
            counters: Counters::default(),
        })
    }

    /// The law in force.
    pub fn law(&self) -> &Law {
        &self.office.rules.law
    }

    /// Whether one of the actor's roles may do this.
    pub fn may(&self, actor: &Actor, capability: Capability) -> bool {
        self.office.rules.roles.allow(actor, capability)
    }

    /// Whose session this is, where it runs and the account is open.
    pub(crate) fn account(&self, secret: &str, now: Moment) -> anyhow::Result<Option<Account>> {
        let Some(account) = session::account(&self.office.store, secret, now)? else { return Ok(None) };
        let account = self.office.store.with_records(|records| records.account(account))?;
        Ok(account.filter(|account| !account.closed))
    }
}
