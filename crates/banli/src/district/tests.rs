use super::*;
use std::collections::{BTreeMap, BTreeSet};
use terms::{CitizenId, Sex};

fn district() -> District {
    District::generate(DEFAULT_SEED, PEOPLE)
}

#[test]
fn the_same_seed_makes_the_same_district_and_another_makes_another() {
    assert_eq!(District::generate(7, 500), District::generate(7, 500));
    assert_ne!(District::generate(7, 500).people, District::generate(8, 500).people);
}

#[test]
fn a_larger_district_begins_with_the_smaller_one() {
    let (small, large) = (District::generate(7, 300), District::generate(7, 900));
    assert_eq!(small.people[..], large.people[..300]);
}

#[test]
fn there_are_as_many_of_each_as_the_readme_says() {
    let district = district();
    assert!(district.units.len() >= 40);
    assert_eq!(district.people.len(), 20_000);
    assert_eq!(district.providers.len(), 12);
    let outside =
        district.providers.iter().filter(|provider| !provider.registered.region.starts_with("3301"));
    assert_eq!(outside.count(), 2);
    let levels: BTreeSet<&str> =
        district.providers.iter().map(|provider| provider.registered.level.as_str()).collect();
    assert_eq!(levels, BTreeSet::from(["community", "primary", "secondary", "tertiary"]));
    assert!(district.providers.iter().any(|provider| provider.designations.is_empty()));
    for Provider { registered: provider, .. } in &district.providers {
        assert_eq!(provider.code.len(), 12, "{}", provider.name);
    }
}

#[test]
fn ids_count_from_one_and_numbers_are_valid_and_nobody_shares_one() {
    let district = district();
    let mut numbers = BTreeSet::new();
    for (index, person) in district.people.iter().enumerate() {
        assert_eq!(person.person.0, index as u64 + 1);
        assert!(person.citizen.as_str().parse::<CitizenId>().is_ok());
        assert!(numbers.insert(person.citizen.as_str()), "{} twice", person.citizen.as_str());
    }
    let codes: BTreeSet<&str> = district.units.iter().map(|unit| unit.code.as_str()).collect();
    assert_eq!(codes.len(), district.units.len());
}

#[test]
fn ages_sexes_and_work_are_plausible() {
    let district = district();
    let ages: Vec<i32> =
        district.people.iter().map(|person| day(OPENING).age(person.citizen.birth())).collect();
    assert!(ages.iter().all(|age| (0..=102).contains(age)));
    let share =
        |predicate: &dyn Fn(i32) -> bool| ages.iter().filter(|&&age| predicate(age)).count() * 100 / PEOPLE;
    assert!((12..=30).contains(&share(&|age| age < 18)), "children {}", share(&|age| age < 18));
    assert!((12..=30).contains(&share(&|age| age >= 60)), "old {}", share(&|age| age >= 60));
    let women =
        district.people.iter().filter(|person| person.citizen.sex() == Sex::Female).count() * 100 / PEOPLE;
    assert!((45..=55).contains(&women), "{women}");
    let mut staff: BTreeMap<u64, usize> = BTreeMap::new();
    for unit in district.people.iter().filter_map(|person| person.unit) {
        *staff.entry(unit.0).or_default() += 1;
    }
    assert_eq!(staff.len(), district.units.len(), "every unit has staff");
}

#[test]
fn a_parent_is_older_lives_there_and_gives_a_staff_child_its_unit() {
    let district = district();
    let mut staff_children = 0;
    for child in district.people.iter().filter(|person| person.parent.is_some()) {
        let parent = &district.people[child.parent.unwrap().0 as usize - 1];
        assert!(child.citizen.birth().age(parent.citizen.birth()) >= 20, "{child:?} {parent:?}");
        assert_eq!(child.address, parent.address);
        if child.categories.iter().any(|category| category.category == "staff-child") {
            staff_children += 1;
            let unit = &district.units[parent.unit.unwrap().0 as usize - 1];
            assert_ne!(unit.unit_kind, "enterprise");
        }
    }
    assert!(staff_children > 500, "{staff_children}");
}

#[test]
fn there_are_some_of_every_category_and_newborns_of_the_opening_month() {
    let district = district();
    let mut categories: BTreeMap<&str, usize> = BTreeMap::new();
    for category in district.people.iter().flat_map(|person| &person.categories) {
        *categories.entry(&category.category).or_default() += 1;
    }
    for category in ["retired-cadre", "health-care-cadre", "disabled-soldier", "staff-child"] {
        assert!(categories.get(category).is_some_and(|&count| count >= 20), "{category}: {categories:?}");
    }
    let month = day(OPENING).month();
    let newborn = |person: &&person::Registered| {
        person.citizen.birth().month() == month
            && person.citizen.birth() < day(OPENING)
            && !person.categories.is_empty()
    };
    assert!(district.people.iter().filter(newborn).count() >= 3);
    for cadre in district.people.iter().filter(|person| person.insurance[0].psn_type == "1300") {
        assert!(cadre.citizen.birth() < day("1934-01-01"), "joined before October 1949");
    }
}
