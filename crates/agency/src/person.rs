//! Insured people (参保人): who they are, how they are insured, which categories they belong to and when.

use crate::days::within;
use crate::declaration::{Declaration, DeclarationKind};
use crate::{Event, PersonId, ProviderId, UnitId, authority};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{CitizenId, Day, Fact, Facts, Sex};

/// An insurance relation: kind and class of person, as the national codes have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insurance {
    /// `insutype` (310 employees, 390 residents …).
    pub insutype: String,
    /// `psn_type` (1101 in post, 1201 retired, 1300 retired cadre, 1401 newborn …).
    pub psn_type: String,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
}

/// Belonging to a served category (S0-2.1, S0-2.2) for a time, with the proof that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// `retired-cadre`, `staff-child` …, by the packs' codes.
    pub category: String,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// What was shown as proof.
    pub proof: String,
}

/// What changes of a person's registered data; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Where they live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The region of insurance, of a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// The first event of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Who.
    pub person: PersonId,
    /// Full name.
    pub name: String,
    /// Identity number.
    pub citizen: CitizenId,
    /// Where they live.
    pub address: String,
    /// Their unit, where they have one.
    pub unit: Option<UnitId>,
    /// How they are insured.
    pub insurance: Vec<Insurance>,
    /// Categories they belong to.
    pub categories: Vec<Category>,
    /// The parent who is staff of a unit, for a child.
    pub parent: Option<PersonId>,
    /// Division code of the region of insurance.
    pub region: String,
}

/// The state of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What was registered, with later changes applied.
    pub registered: Registered,
    /// The day of death, once known.
    pub died: Option<Day>,
    /// Everybody who was let act for the person, in order.
    pub authorities: Vec<authority::Held>,
    /// What providers declared for the person, in order.
    pub declarations: Vec<Declaration>,
}

impl Person {
    /// Folds one event; events of other services change nothing.
    pub fn evolve(person: &mut Option<Person>, event: &Event) {
        match (person, event) {
            (slot @ None, Event::PersonRegistered(registered)) => {
                let (authorities, declarations) = (Vec::new(), Vec::new());
                let registered = registered.clone();
                *slot = Some(Person { registered, died: None, authorities, declarations });
            }
            (Some(person), Event::PersonInsured { insurance, .. }) => {
                for earlier in &mut person.registered.insurance {
                    if earlier.insutype == insurance.insutype && earlier.to.is_none() {
                        earlier.to = Some(insurance.from.previous());
                    }
                }
                person.registered.insurance.push(insurance.clone());
            }
            (Some(person), Event::PersonCategorized { category, .. }) => {
                person.registered.categories.retain(|known| known.category != category.category);
                person.registered.categories.push(category.clone());
            }
            (Some(person), Event::PersonChanged { change, .. }) => {
                let Registered { name, unit, address, region, .. } = &mut person.registered;
                if let Some(new) = &change.name {
                    name.clone_from(new);
                }
                if change.unit.is_some() {
                    *unit = change.unit;
                }
                if let Some(new) = &change.address {
                    address.clone_from(new);
                }
                if let Some(new) = &change.region {
                    region.clone_from(new);
                }
            }
            (Some(person), Event::PersonAuthorised { authority, .. }) => {
                person.authorities.push(authority::Held { authority: authority.clone(), revoked: None });
            }
            (Some(person), Event::PersonAuthorityRevoked { number, on, .. }) => {
                for held in person.authorities.iter_mut().filter(|held| held.authority.number == *number) {
                    held.revoked = Some(*on);
                }
            }
            (Some(person), Event::PersonDied { on, .. }) => person.died = Some(*on),
            (Some(person), Event::Declared { declared, .. }) => {
                person.declarations.push(Declaration { declared: (**declared).clone(), withdrawn: None });
            }
            (Some(person), Event::DeclarationWithdrawn { number, on, .. }) => {
                for one in &mut person.declarations {
                    if one.declared.number == *number {
                        one.withdrawn = Some(*on);
                    }
                }
            }
            _ => {}
        }
    }

    /// The insurance relations in force on this day.
    pub fn insured_on(&self, day: Day) -> impl Iterator<Item = &Insurance> {
        self.registered.insurance.iter().filter(move |insurance| within(day, insurance.from, insurance.to))
    }

    /// The categories in force on this day.
    pub fn categories_on(&self, day: Day) -> impl Iterator<Item = &str> {
        let on = move |category: &&Category| within(day, category.from, category.to);
        self.registered.categories.iter().filter(on).map(|category| category.category.as_str())
    }

    /// What conditions may ask of the person on this day, under `prefix` (`subject`, `parent`).
    pub fn facts(&self, prefix: &str, today: Day) -> Facts {
        let birth = self.registered.citizen.birth();
        let codes = |codes: BTreeMap<&str, ()>| Fact::Codes(codes.into_keys().map(str::to_owned).collect());
        let categories = codes(self.categories_on(today).map(|category| (category, ())).collect());
        let types =
            codes(self.insured_on(today).map(|insurance| (insurance.insutype.as_str(), ())).collect());
        let classes =
            codes(self.insured_on(today).map(|insurance| (insurance.psn_type.as_str(), ())).collect());
        let sex = match self.registered.citizen.sex() {
            Sex::Male => "male",
            Sex::Female => "female",
        };
        [
            ("name", Fact::Text(self.registered.name.clone())),
            ("birth", Fact::Day(birth)),
            ("age_years", Fact::Number(i64::from(today.age(birth)))),
            ("sex", Fact::Code(sex.to_owned())),
            ("categories", categories),
            ("insutypes", types),
            ("psn_types", classes),
            ("has_unit", Fact::Flag(self.registered.unit.is_some())),
            ("alive", Fact::Flag(self.died.is_none())),
            ("region", Fact::Code(self.registered.region.clone())),
        ]
        .into_iter()
        .map(|(name, fact)| (format!("{prefix}.{name}"), fact))
        .collect()
    }

    /// The declarations of this kind in force on this day.
    pub fn declared_on(&self, declaration: DeclarationKind, day: Day) -> impl Iterator<Item = &Declaration> {
        self.declarations
            .iter()
            .filter(move |one| one.declared.declaration == declaration && one.holds_on(day))
    }

    /// An illness of this code is declared on this day; any illness where the code is empty.
    pub fn has_illness(&self, code: &str, day: Day) -> bool {
        self.declared_on(DeclarationKind::Chronic, day)
            .any(|one| code.is_empty() || one.declared.code == code)
    }

    /// The place that the person contracted with, by one of these kinds of choice.
    pub fn contracted(&self, kinds: &[String], day: Day) -> Option<&Declaration> {
        self.declared_on(DeclarationKind::Place, day).find(|one| kinds.contains(&one.declared.code))
    }

    /// This provider is the place that the person contracted with, by one of these kinds of choice.
    pub fn contracted_with(&self, provider: ProviderId, kinds: &[String], day: Day) -> bool {
        self.declared_on(DeclarationKind::Place, day)
            .any(|one| one.declared.place == Some(provider) && kinds.contains(&one.declared.code))
    }
}
