//! Who acts: account, roles, organisation; and what a role may do.

use crate::{AccountId, PersonId, ProviderId, UnitId};
use policy::{Diagnostic, Diagnostics, Law};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Fact, Facts, Name};

/// The organisation somebody acts for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Organisation {
    /// The medical-insurance office itself.
    Agency,
    /// A unit in the district.
    Unit(UnitId),
    /// A hospital or pharmacy.
    Provider(ProviderId),
    /// Another department that decides with the office: street, civil affairs, finance; named by the packs.
    Department(String),
    /// Nobody's: an insured person or agent.
    Public,
}

impl Organisation {
    /// `agency`, `unit`, `provider`, `public`, or the department's own name: the word that procedures use.
    pub fn word(&self) -> &str {
        match self {
            Organisation::Agency => "agency",
            Organisation::Unit(_) => "unit",
            Organisation::Provider(_) => "provider",
            Organisation::Department(name) => name,
            Organisation::Public => "public",
        }
    }
}

/// Somebody signed in, as decisions see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The name shown and printed.
    pub name: String,
    /// Roles by the packs' ids.
    pub roles: BTreeSet<String>,
    /// For whom they act.
    pub organisation: Organisation,
    /// A doctor's professional title, by the packs' codes (`attending`).
    pub title: Option<String>,
    /// The insured person they are, where they are one.
    pub person: Option<PersonId>,
}

impl Actor {
    /// Time itself, in whose name the office does what a day has brought about. Nobody signs in as it.
    pub fn time() -> Actor {
        Actor {
            account: AccountId(0),
            name: "time".to_owned(),
            roles: BTreeSet::new(),
            organisation: Organisation::Agency,
            title: None,
            person: None,
        }
    }

    /// Whether this is [`Actor::time`].
    pub fn is_time(&self) -> bool {
        self.account == AccountId(0) && self.roles.is_empty()
    }

    /// What conditions may ask of the actor: `actor.organisation`, `actor.roles`, `actor.title`.
    pub fn facts(&self) -> Facts {
        let mut facts = Facts::from([
            ("actor.organisation".to_owned(), Fact::Code(self.organisation.word().to_owned())),
            ("actor.roles".to_owned(), Fact::Codes(self.roles.iter().cloned().collect())),
        ]);
        if let Some(title) = &self.title {
            facts.insert("actor.title".to_owned(), Fact::Code(title.clone()));
        }
        facts
    }
}

/// What the program can let somebody do apart from steps of procedures. A closed list: each is checked
/// somewhere in the code. Which role may do what is data (`roles.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Open cases at the counter for others.
    OpenCases,
    /// Open cases for oneself or somebody one acts for.
    ApplyOnline,
    /// See the queue of steps that wait for one's roles.
    WorkQueue,
    /// Find people, certificates and cases of the whole district.
    LookUpPeople,
    /// See identity numbers unmasked.
    SeeIdentity,
    /// See settlements of the whole district.
    LookUpSettlements,
    /// See the office's books: funds, payables, every entry.
    ReadBooks,
    /// Register and change people of one's own unit.
    ManageUnit,
    /// Apply for, answer about, or keep agreements: of one's own provider, or of all for the office.
    ManageAgreements,
    /// Pay out.
    Pay,
    /// Compare and clear with other regions, make statements, plan payments, close months.
    Clear,
    /// Propose deductions from what a provider is owed.
    Deduct,
    /// Answer statements and deductions for one's own provider.
    Reply,
    /// Take and acknowledge the messages of other offices.
    Exchange,
    /// Have bills settled.
    Settle,
    /// Keep the interface keys of one's own provider and see its messages.
    ManageKeys,
    /// See the law, its rules and scenarios, and try bills.
    ReadLaw,
    /// Try drafts of the law on the bills of the office, without names.
    TryDrafts,
    /// See clocks, delays and load of everybody.
    Supervise,
    /// Move running cases to another version of their procedure.
    MoveCases,
    /// Take in notices on holidays and put them into force.
    KeepCalendar,
    /// See who looked at whose data.
    ReadLooks,
    /// See the state of the machine.
    Operate,
}

/// A role of the packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// `window-officer`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// The word of the organisation it belongs to (`agency`, `unit`, `provider`, `street` …).
    pub organisation: String,
    /// What it may do apart from steps.
    pub may: BTreeSet<Capability>,
}

/// Every role of a law.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles(BTreeMap<String, Role>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    role: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Name,
    organisation: String,
    #[serde(default)]
    may: BTreeSet<Capability>,
}

impl Roles {
    /// Reads `roles/*.toml` of every layer; an upper layer's role replaces a lower one's of the same id.
    pub fn compile(law: &Law) -> Result<Roles, Diagnostics> {
        let mut roles = BTreeMap::new();
        let mut faults: Vec<Diagnostic> = Vec::new();
        for source in law.documents("roles") {
            match source.read::<Document>() {
                Ok(document) => roles.extend(document.role.into_iter().map(|(id, entry)| {
                    let Entry { name, organisation, may } = entry;
                    (id.clone(), Role { id, name, organisation, may })
                })),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Roles(roles)) } else { Err(faults) }
    }

    /// The role with this id.
    pub fn get(&self, id: &str) -> Option<&Role> {
        self.0.get(id)
    }

    /// Every role, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.0.values()
    }

    /// Whether one of the actor's roles may do this.
    pub fn allow(&self, actor: &Actor, capability: Capability) -> bool {
        actor.roles.iter().filter_map(|id| self.get(id)).any(|role| role.may.contains(&capability))
    }
}
