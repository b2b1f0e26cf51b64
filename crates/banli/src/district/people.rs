//! People, household by household: names, ages, work, insurance, categories.

use super::dice::Dice;
use super::names;
use super::{OPENING, STREETS, day};
use agency::person::{Category, Insurance, Registered};
use agency::{PersonId, UnitId, unit};
use std::collections::BTreeSet;
use terms::{CitizenId, Day, Sex};

/// Where identity numbers were given: division codes and their weight. Children's are the district's own.
const BIRTHPLACES: &[(u32, u64)] = &[
    (330_106, 380),
    (330_102, 70),
    (330_105, 50),
    (330_108, 25),
    (330_109, 60),
    (330_110, 60),
    (330_122, 25),
    (330_127, 25),
    (330_182, 25),
    (330_203, 15),
    (330_302, 20),
    (330_402, 15),
    (330_502, 15),
    (330_602, 25),
    (330_702, 20),
    (330_802, 10),
    (331_002, 20),
    (310_101, 15),
    (320_102, 15),
    (320_508, 10),
    (340_102, 20),
    (350_102, 8),
    (360_102, 12),
    (370_102, 10),
    (410_102, 12),
    (420_102, 10),
    (430_102, 8),
    (510_104, 10),
];

/// Families with these categories come first, so that there are always some of each.
const RETIRED_CADRES: u64 = 36;
const HEALTH_CARE_CADRES: u64 = 60;
const DISABLED_SOLDIERS: u64 = 30;
/// Couples whose youngest was born in the three months before the office opens, the first few in its month.
const NEWBORNS: u64 = 60;
/// At one in so many places among the people an old person without a pension holds a hardship certificate.
const HARDSHIP: usize = 7;

/// Makes people until there are `count`.
pub(super) struct Population<'a> {
    seed: u64,
    units: Vec<(UnitId, u64)>,
    kinds: Vec<&'a unit::Registered>,
    numbers: BTreeSet<CitizenId>,
    people: Vec<Registered>,
}

/// What a household shares.
struct Home {
    dice: Dice,
    address: String,
}

impl<'a> Population<'a> {
    /// Nobody yet; people will work in these units.
    pub(super) fn of(seed: u64, units: &'a [(unit::Registered, u64)]) -> Population<'a> {
        Population {
            seed,
            units: units.iter().map(|(unit, staff)| (unit.unit, *staff)).collect(),
            kinds: units.iter().map(|(unit, _)| unit).collect(),
            numbers: BTreeSet::new(),
            people: Vec::new(),
        }
    }

    /// `count` people in whole households; the last household is cut where it is one too many.
    pub(super) fn people(mut self, count: usize) -> Vec<Registered> {
        let mut household = 0;
        while self.people.len() < count {
            self.household(household);
            household += 1;
        }
        self.people.truncate(count);
        self.people
    }

    fn household(&mut self, number: u64) {
        let mut dice = Dice::of(self.seed, "household", number);
        let address = format!(
            "演示区{}街道{}社区{}幢{}单元{}{:02}室",
            dice.pick(&STREETS),
            dice.pick(&STREETS),
            dice.between(1, 48),
            dice.between(1, 4),
            dice.between(1, 18),
            dice.between(1, 4)
        );
        let home = &mut Home { dice, address };
        let mut special = number;
        let mut next = |some: u64| {
            let hit = special < some;
            special = special.wrapping_sub(some);
            hit
        };
        if next(RETIRED_CADRES) {
            return self.retired_cadre(home);
        }
        if next(HEALTH_CARE_CADRES) {
            return self.health_care_cadre(home);
        }
        if next(DISABLED_SOLDIERS) {
            return self.disabled_soldier(home);
        }
        if next(NEWBORNS) {
            return self.couple(home, Some(number % NEWBORNS));
        }
        match home.dice.below(100) {
            0..=61 => self.couple(home, None),
            62..=81 => self.old_couple(home),
            _ => {
                let age = home.dice.between(22, 70);
                let sex = either(&mut home.dice);
                self.adult(home, sex, age);
            }
        }
    }

    /// Joined before October 1949, so 93 or older.
    fn retired_cadre(&mut self, home: &mut Home) {
        let age = home.dice.between(93, 101);
        let sex = if home.dice.chance(700) { Sex::Male } else { Sex::Female };
        let birth = birthday(&mut home.dice, age);
        let from = day("2001-04-01");
        let unit = self.public_unit(&mut home.dice);
        let insurance = vec![insured("340", "1300", from)];
        let categories = vec![category("retired-cadre", from, "离休干部荣誉证")];
        self.add(home, sex, birth, Some(unit), insurance, categories, None);
    }

    fn health_care_cadre(&mut self, home: &mut Home) {
        let age = home.dice.between(62, 90);
        let sex = if home.dice.chance(750) { Sex::Male } else { Sex::Female };
        let birth = birthday(&mut home.dice, age);
        let from = birth.plus_months(60 * 12);
        let unit = self.public_unit(&mut home.dice);
        let insurance = vec![insured("310", "1201", from)];
        let categories = vec![category("health-care-cadre", from.max(day("2001-04-01")), "医疗照顾证")];
        self.add(home, sex, birth, Some(unit), insurance, categories, None);
    }

    fn disabled_soldier(&mut self, home: &mut Home) {
        let age = home.dice.between(40, 96);
        let birth = birthday(&mut home.dice, age);
        let from = birth.plus_months(22 * 12).max(day("2001-04-01"));
        let unit = self.public_unit(&mut home.dice);
        let psn_type = if age >= 60 { "1201" } else { "1101" };
        let insurance = vec![insured("350", psn_type, from)];
        let categories = vec![category("disabled-soldier", from, "残疾军人证（二等乙级）")];
        self.add(home, Sex::Male, birth, Some(unit), insurance, categories, None);
    }

    /// Two adults and none to two children; with `newborn`, the youngest is a few weeks old.
    fn couple(&mut self, home: &mut Home, newborn: Option<u64>) {
        let mother_age =
            if newborn.is_some() { home.dice.between(24, 38) } else { home.dice.between(25, 54) };
        let father_age = mother_age + home.dice.between(-1, 5);
        let mother = self.adult(home, Sex::Female, mother_age);
        let father = self.adult(home, Sex::Male, father_age);
        let oldest_child = (mother_age - 24).max(0);
        let children = match newborn {
            Some(_) => 0,
            None => *home.dice.weighted(&[(0, 35), (1, 45), (2, 20)]),
        };
        for _ in 0..children {
            let age = home.dice.between(0, oldest_child.min(22));
            let birth = birthday(&mut home.dice, age);
            self.child(home, birth, mother, father);
        }
        if let Some(number) = newborn {
            // One in five was born in the opening month, before the opening.
            let days =
                if number.is_multiple_of(5) { home.dice.between(1, 8) } else { home.dice.between(9, 90) };
            self.child(home, day(OPENING).plus(-(days as i32)), mother, father);
        }
    }

    fn old_couple(&mut self, home: &mut Home) {
        let age = home.dice.between(58, 88);
        self.adult(home, Sex::Male, age);
        if home.dice.chance(800) {
            let age = age - home.dice.between(-2, 5);
            self.adult(home, Sex::Female, age);
        }
    }

    /// Somebody in work, retired, or insured as a resident. Returns where they stand among the people.
    fn adult(&mut self, home: &mut Home, sex: Sex, age: i64) -> usize {
        let birth = birthday(&mut home.dice, age);
        let retires = birth.plus_months(12 * if sex == Sex::Male { 60 } else { 55 });
        let retired = retires <= day(OPENING);
        let from = birth.plus_months(12 * home.dice.between(20, 26) as i32).max(day("2001-04-01"));
        let (unit, insurance) = match home.dice.below(100) {
            0..=57 => {
                let unit = *home.dice.weighted(&self.units);
                let civil = self.kind_of(unit) == "government-agency";
                let enterprise = self.kind_of(unit) == "enterprise";
                // 1260 is the local code of those retired from agencies and institutions.
                let psn_type = match (retired, civil) {
                    (true, _) => {
                        if enterprise {
                            "1201"
                        } else {
                            "1260"
                        }
                    }
                    (false, true) => "1102",
                    (false, false) => "1101",
                };
                (Some(unit), insured("310", psn_type, if retired { retires.max(from) } else { from }))
            }
            58..=79 => (None, insured("310", if retired { "1202" } else { "1103" }, from)),
            _ => (None, insured("390", if age >= 60 { "16" } else { "1501" }, from)),
        };
        // Some of the old without a pension hold a hardship certificate; who, rests on their place and costs no dice.
        let since = day("2024-01-01");
        let categories = match self.people.len() % (2 * HARDSHIP) {
            0 if insurance.psn_type == "16" => vec![category("low-income", since, "最低生活保障证")],
            HARDSHIP if insurance.psn_type == "16" => vec![category("disabled", since, "残疾人证（一级）")],
            _ => Vec::new(),
        };
        self.add(home, sex, birth, unit, vec![insurance], categories, None)
    }

    /// A child of these two. Where one of them is staff of the district's agencies or institutions, the child is
    /// co-ordinated (S0-2.2).
    fn child(&mut self, home: &mut Home, birth: Day, mother: usize, father: usize) {
        let sex = either(&mut home.dice);
        let age = day(OPENING).age(birth);
        let psn_type = match age {
            0 => "1401",
            1..=5 => "1402",
            6..=17 => "1403",
            _ => "1404",
        };
        let staff = [mother, father].into_iter().find(|&parent| {
            let unit = self.people[parent].unit;
            unit.is_some_and(|unit| matches!(self.kind_of(unit), "government-agency" | "public-institution"))
        });
        let categories = match staff {
            // Grown children leave the co-ordination with school.
            Some(_) if age < 18 => vec![category("staff-child", birth, "出生医学证明")],
            _ => Vec::new(),
        };
        let parent = self.people[staff.unwrap_or(mother)].person;
        let insurance = vec![insured("390", psn_type, birth)];
        // Most children bear the father's name.
        let surname: String = surname_of(&self.people[father].name);
        let child = self.add(home, sex, birth, None, insurance, categories, Some(parent));
        let given = names::given(&mut home.dice, sex, birth.year());
        self.people[child].name = format!("{surname}{given}");
    }

    #[expect(clippy::too_many_arguments, reason = "the one place that puts a person together")]
    fn add(
        &mut self,
        home: &mut Home,
        sex: Sex,
        birth: Day,
        unit: Option<UnitId>,
        insurance: Vec<Insurance>,
        categories: Vec<Category>,
        parent: Option<PersonId>,
    ) -> usize {
        let place = if parent.is_some() { 330_106 } else { *home.dice.weighted(BIRTHPLACES) };
        let name =
            format!("{}{}", names::surname(&mut home.dice), names::given(&mut home.dice, sex, birth.year()));
        let citizen = self.citizen(&mut home.dice, place, birth, sex);
        let index = self.people.len();
        self.people.push(Registered {
            person: PersonId(index as u64 + 1),
            name,
            citizen,
            address: home.address.clone(),
            unit,
            insurance,
            categories,
            parent,
            region: "330100".to_owned(),
        });
        index
    }

    /// A number nobody has yet. A day and place give 500 numbers for each sex, far more than are born there here.
    fn citizen(&mut self, dice: &mut Dice, place: u32, birth: Day, sex: Sex) -> CitizenId {
        loop {
            let serial = dice.below(500) as u16 * 2 + u16::from(sex == Sex::Male);
            let Some(citizen) = CitizenId::compose(place, birth, serial) else { continue };
            if self.numbers.insert(citizen.clone()) {
                return citizen;
            }
        }
    }

    fn kind_of(&self, unit: UnitId) -> &str {
        self.kinds.iter().find(|known| known.unit == unit).map_or("", |known| &known.unit_kind)
    }

    /// An agency or institution: where cadres belong.
    fn public_unit(&self, dice: &mut Dice) -> UnitId {
        let public: Vec<UnitId> =
            self.kinds.iter().filter(|unit| unit.unit_kind != "enterprise").map(|unit| unit.unit).collect();
        *dice.pick(&public)
    }
}

fn either(dice: &mut Dice) -> Sex {
    // Sexes at birth are close enough to even.
    if dice.chance(510) { Sex::Male } else { Sex::Female }
}

/// A day of birth that makes them this old when the office opens.
fn birthday(dice: &mut Dice, age: i64) -> Day {
    let youngest = day(OPENING).plus_months(-12 * age as i32);
    youngest.plus(-(dice.between(0, 364) as i32))
}

fn insured(insutype: &str, psn_type: &str, from: Day) -> Insurance {
    Insurance { insutype: insutype.to_owned(), psn_type: psn_type.to_owned(), from, to: None }
}

fn category(category: &str, from: Day, proof: &str) -> Category {
    Category { category: category.to_owned(), from, to: None, proof: proof.to_owned() }
}

/// The surname of a full name as made here: one character, or one of the two double ones.
fn surname_of(name: &str) -> String {
    let double = ["欧阳", "诸葛"].iter().any(|double| name.starts_with(double));
    name.chars().take(if double { 2 } else { 1 }).collect()
}
