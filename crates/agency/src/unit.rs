//! Units (单位) and their liaison officers (单位联络员).

use crate::days::within;
use crate::{AccountId, Event, UnitId};
use serde::{Deserialize, Serialize};
use terms::{Day, Fact, Facts, UnitCode};

/// The first event of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Which.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Unified social credit code.
    pub code: UnitCode,
    /// `government-agency`, `public-institution`, `enterprise` …, by the packs' codes (S0-3.6a asks).
    pub unit_kind: String,
    /// Division code of the district that administers it.
    pub district: String,
    /// Where it is.
    pub address: String,
}

/// A liaison officer's appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Liaison {
    /// The account that acts.
    pub account: AccountId,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
}

/// The state of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// What was registered.
    pub registered: Registered,
    /// Every appointment, in order.
    pub liaisons: Vec<Liaison>,
}

impl Unit {
    /// Folds one event; events of other services change nothing.
    pub fn evolve(unit: &mut Option<Unit>, event: &Event) {
        match (unit, event) {
            (slot @ None, Event::UnitRegistered(registered)) => {
                *slot = Some(Unit { registered: registered.clone(), liaisons: Vec::new() });
            }
            (Some(unit), Event::LiaisonAppointed { liaison, .. }) => unit.liaisons.push(liaison.clone()),
            (Some(unit), Event::LiaisonEnded { account, on, .. }) => {
                for liaison in unit.liaisons.iter_mut().filter(|liaison| liaison.account == *account) {
                    liaison.to = Some(*on);
                }
            }
            _ => {}
        }
    }

    /// Only the registered liaison officer may fill the unit's forms (S0-3.2d).
    pub fn is_liaison(&self, account: AccountId, day: Day) -> bool {
        let holds = |liaison: &Liaison| liaison.account == account && within(day, liaison.from, liaison.to);
        self.liaisons.iter().any(holds)
    }

    /// What conditions may ask of the unit, under `prefix` (`unit`, `parent_unit`).
    pub fn facts(&self, prefix: &str) -> Facts {
        Facts::from([
            (format!("{prefix}.kind"), Fact::Code(self.registered.unit_kind.clone())),
            (format!("{prefix}.district"), Fact::Code(self.registered.district.clone())),
        ])
    }
}
