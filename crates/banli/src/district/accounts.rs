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
    /// The sign-in name.
    pub login: String,
    /// Who they are and for whom they act.
    pub actor: Actor,
    /// What its role is called; none of them has more than one.
    pub role: Name,
}

/// Where the demo's hospital roles work: a tertiary hospital that undertakes referrals.
const HOSPITAL: ProviderId = ProviderId(1);

/// Where the provider's agreement officer works: a clinic that never had an agreement.
const CLINIC: ProviderId = ProviderId(7);

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
    pub fn ready_accounts(&self, roles: &Roles) -> Vec<ReadyAccount> {
        let cast = self.cast();
        let first = roles.iter().map(|role| (role.id.as_str(), role, title_of(&role.id)));
        let further =
            FURTHER.iter().filter_map(|&(login, role, title)| Some((login, roles.get(role)?, title)));
        let ready = |((login, role, title), number): ((&str, &Role, Option<&str>), u64)| ReadyAccount {
            login: login.to_owned(),
            actor: self.actor(number, role, title, &cast),
            role: role.name.clone(),
        };
        first.chain(further).zip(1..).map(ready).collect()
    }

    /// Every account of the district as the office keeps it: the ready ones, each with its own hash of the
    /// password, then a liaison officer for each other unit, as whom nobody can sign in until an operator gives a
    /// password.
    pub(super) fn accounts(&self, ready: &[ReadyAccount]) -> anyhow::Result<Vec<account::Opened>> {
        let password = self.password();
        let mut accounts = Vec::new();
        for ready in ready {
            let number = ready.actor.account.0;
            let salt = u128::from(Dice::of(self.seed, "salt", number).bits()) << 64 | u128::from(number);
            let password_hash = password::hash(&password, salt.to_be_bytes())?;
            let (login, actor) = (ready.login.clone(), ready.actor.clone());
            accounts.push(account::Opened { login, actor, password_hash });
        }
        let taken =
            |unit: UnitId| ready.iter().any(|ready| ready.actor.organisation == Organisation::Unit(unit));
        let others = self.units.iter().filter(|unit| !taken(unit.unit));
        let liaisons = others.zip(ready.len() as u64 + 1..);
        accounts.extend(liaisons.map(|(unit, number)| self.liaison(unit.unit, number)));
        Ok(accounts)
    }

    fn liaison(&self, unit: UnitId, number: u64) -> account::Opened {
        account::Opened {
            login: format!("liaison-{unit}"),
            actor: Actor {
                account: AccountId(number),
                name: self.name_of(number),
                roles: BTreeSet::from(["liaison".to_owned()]),
                organisation: Organisation::Unit(unit),
                title: None,
                person: None,
            },
            password_hash: NOBODY.to_owned(),
        }
    }

    fn actor(&self, number: u64, role: &Role, title: Option<&str>, cast: &Cast) -> Actor {
        let person = (role.organisation == "public").then_some(cast.patient);
        let organisation = match role.organisation.as_str() {
            "agency" => Organisation::Agency,
            "public" => Organisation::Public,
            "provider" if role.id == "agreement-officer" => Organisation::Provider(CLINIC),
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
