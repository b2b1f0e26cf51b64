//! Providers (定点医药机构 and others): hospitals and pharmacies, and when they hold an agreement.

use crate::person::within;
use crate::{Event, ProviderId};
use serde::{Deserialize, Serialize};
use terms::{ArticleId, Day, Fact, Facts};

/// The first event of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Which.
    pub provider: ProviderId,
    /// `fixmedins_code`, 12 characters.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `hospital`, `community` (a community health centre), `pharmacy`.
    pub provider_kind: String,
    /// `hosp_lv`, `1` to `14` of the national list (1-4 and 12 tertiary, 5-7 and 13 secondary, others primary).
    pub hosp_lv: String,
    /// Division code of the region it lies in.
    pub region: String,
    /// Whether it undertakes referral business (S1-1).
    pub refers: bool,
}

/// An agreement's span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designation {
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// The article it rests on.
    pub article: ArticleId,
}

/// A key to the national interface. Its secret is not kept: the shell derives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The name under which messages are signed.
    pub access_key: String,
    /// First day.
    pub from: Day,
    /// The day it was revoked.
    pub revoked: Option<Day>,
}

/// The state of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// What was registered.
    pub registered: Registered,
    /// Every designation, in order.
    pub designations: Vec<Designation>,
    /// Every key, in order.
    pub keys: Vec<Key>,
}

impl Provider {
    /// Whether messages may be signed with this key.
    pub fn has_key(&self, access_key: &str) -> bool {
        self.keys.iter().any(|key| key.access_key == access_key && key.revoked.is_none())
    }

    /// Folds one event; events of other services change nothing.
    pub fn evolve(provider: &mut Option<Provider>, event: &Event) {
        match (provider, event) {
            (slot @ None, Event::ProviderRegistered(registered)) => {
                *slot = Some(Provider {
                    registered: registered.clone(),
                    designations: Vec::new(),
                    keys: Vec::new(),
                });
            }
            (Some(provider), Event::ProviderDesignated { designation, .. }) => {
                provider.designations.push(designation.clone());
            }
            (Some(provider), Event::ProviderKeyIssued { access_key, on, .. }) => {
                provider.keys.push(Key { access_key: access_key.clone(), from: *on, revoked: None });
            }
            (Some(provider), Event::ProviderKeyRevoked { access_key, on, .. }) => {
                for key in provider.keys.iter_mut().filter(|key| key.access_key == *access_key) {
                    key.revoked = Some(*on);
                }
            }
            (Some(provider), Event::ProviderDesignationEnded { on, .. }) => {
                if let Some(last) = provider.designations.last_mut() {
                    last.to = Some(*on);
                }
            }
            _ => {}
        }
    }

    /// Designated on the day of service (S0-3.5b: what counts is that day, not today).
    pub fn designated_on(&self, day: Day) -> bool {
        self.designations.iter().any(|designation| within(day, designation.from, designation.to))
    }

    /// What conditions may ask of the provider on the day of service, under `prefix` (`provider`).
    pub fn facts(&self, prefix: &str, day: Day) -> Facts {
        let registered = &self.registered;
        Facts::from([
            (format!("{prefix}.kind"), Fact::Code(registered.provider_kind.clone())),
            (format!("{prefix}.hosp_lv"), Fact::Code(registered.hosp_lv.clone())),
            (format!("{prefix}.region"), Fact::Code(registered.region.clone())),
            (format!("{prefix}.designated"), Fact::Flag(self.designated_on(day))),
            (format!("{prefix}.refers"), Fact::Flag(registered.refers)),
        ])
    }
}
