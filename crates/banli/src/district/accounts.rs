//! Accounts: one ready for each role of the packs, a few more where a procedure wants two people, and a liaison
//! officer for each unit.

use super::dice::Dice;
use super::{Cast, District, names};
use crate::password;
use agency::{AccountId, Actor, Organisation, ProviderId, Role, Roles, UnitId, account};
use std::collections::BTreeSet;
use terms::{Name, Sex};

/// An account somebody can sign in to, as `demo` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyAccount {
    /// As the office keeps it.
    pub opened: account::Opened,
    /// What its role is called; none of its roles is more than one.
    pub role: Name,
}

/// Where the demo's hospital roles work: a tertiary hospital that undertakes referrals.
const HOSPITAL: ProviderId = ProviderId(1);

/// Further accounts: sign-in name, role, title. Consultations want several experts, a wrong rank wants showing.
const FURTHER: [(&str, &str, Option<&str>); 3] = [
    ("consultant-2", "consultant", Some("associate-chief")),
    ("consultant-3", "consultant", Some("associate-chief")),
    ("resident-doctor", "doctor", Some("resident")),
];

/// A hash that fits no password.
const NOBODY: &str = "!";

/// Words of the password: short, apart from each other by ear and by eye.
const WORDS: [&str; 16] = [
    "tea", "bridge", "lotus", "willow", "pagoda", "silk", "bamboo", "lake", "plum", "lantern", "crane",
    "moss", "ferry", "ink", "cedar", "peony",
];

impl District {
    /// The password of every ready account of this district.
    pub fn password(&self) -> String {
        let mut dice = Dice::of(self.seed, "password", 0);
        let words: Vec<&str> = (0..3).map(|_| *dice.pick(&WORDS)).collect();
        format!("{}-{}", words.join("-"), dice.between(10, 99))
    }

    /// The accounts that can be signed in to: one for each role, then the further ones.
    pub fn ready_accounts(&self, roles: &Roles) -> anyhow::Result<Vec<ReadyAccount>> {
        let password = self.password();
        let cast = self.cast();
        let first = roles.iter().map(|role| (role.id.as_str(), role, title_of(&role.id)));
        let further =
            FURTHER.iter().filter_map(|&(login, role, title)| Some((login, roles.get(role)?, title)));
        let mut accounts = Vec::new();
        for ((login, role, title), number) in first.chain(further).zip(1..) {
            let actor = self.actor(number, role, title, &cast);
            let salt = u128::from(Dice::of(self.seed, "salt", number).bits()) << 64 | u128::from(number);
            let password_hash = password::hash(&password, salt.to_be_bytes())?;
            let opened = account::Opened { login: login.to_owned(), actor, password_hash };
            accounts.push(ReadyAccount { opened, role: role.name.clone() });
        }
        Ok(accounts)
    }

    /// Liaison officers of the units whose officer is not among the ready accounts. Nobody can sign in as one
    /// until an operator gives a password.
    pub fn liaison_accounts(&self, ready: &[ReadyAccount]) -> Vec<account::Opened> {
        let taken = |unit: UnitId| {
            ready.iter().any(|account| account.opened.actor.organisation == Organisation::Unit(unit))
        };
        let first = ready.len() as u64 + 1;
        let others = self.units.iter().filter(|unit| !taken(unit.unit));
        others
            .zip(first..)
            .map(|(unit, number)| account::Opened {
                login: format!("liaison-{}", unit.unit),
                actor: Actor {
                    account: AccountId(number),
                    name: self.name_of(number),
                    roles: BTreeSet::from(["liaison".to_owned()]),
                    organisation: Organisation::Unit(unit.unit),
                    title: None,
                    person: None,
                },
                password_hash: NOBODY.to_owned(),
            })
            .collect()
    }

    fn actor(&self, number: u64, role: &Role, title: Option<&str>, cast: &Cast) -> Actor {
        let person = (role.organisation == "public").then_some(cast.patient);
        let organisation = match role.organisation.as_str() {
            "agency" => Organisation::Agency,
            "public" => Organisation::Public,
            "provider" => Organisation::Provider(HOSPITAL),
            "unit" => Organisation::Unit(cast.unit),
            department => Organisation::Department(department.to_owned()),
        };
        let name = match person.and_then(|person| self.person(person)) {
            Some(person) => person.name.clone(),
            None => self.name_of(number),
        };
        Actor {
            account: AccountId(number),
            name,
            roles: BTreeSet::from([role.id.clone()]),
            organisation,
            title: title.map(str::to_owned),
            person,
        }
    }

    fn name_of(&self, account: u64) -> String {
        let mut dice = Dice::of(self.seed, "account", account);
        let sex = if dice.chance(500) { Sex::Male } else { Sex::Female };
        format!("{}{}", names::surname(&mut dice), names::given(&mut dice, sex, 1985))
    }
}

/// Professional titles of the hospital roles, by the packs' codes.
fn title_of(role: &str) -> Option<&'static str> {
    match role {
        "doctor" => Some("attending"),
        "department-director" | "consultant" | "director-in-charge" => Some("chief"),
        _ => None,
    }
}
