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
        district.providers.iter().map(|provider| provider.registered.hosp_lv.as_str()).collect();
    for (level, codes) in [("tertiary", ["2", "3"]), ("secondary", ["5", "6"]), ("primary", ["11", "14"])] {
        assert!(codes.iter().any(|code| levels.contains(code)), "no {level} provider");
    }
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
    for category in
        ["retired-cadre", "health-care-cadre", "disabled-soldier", "staff-child", "low-income", "disabled"]
    {
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

#[test]
fn the_cast_is_six_different_people_who_fit_their_parts() {
    for seed in [DEFAULT_SEED, 1, 2, 3] {
        let district = District::generate(seed, PEOPLE);
        let cast = district.cast();
        let parts = [cast.newborn, cast.newcomer, cast.child, cast.cadre, cast.patient, cast.employee];
        assert_eq!(BTreeSet::from(parts).len(), parts.len());
        let newborn = district.person(cast.newborn).unwrap();
        assert_eq!(newborn.citizen.birth().month(), day(OPENING).month());
        assert_eq!(district.person(newborn.parent.unwrap()).unwrap().unit, Some(cast.unit));
        assert_eq!(district.person(cast.cadre).unwrap().insurance[0].insutype, "340");
    }
}

fn roles() -> agency::Roles {
    let law = policy::Law::load(&crate::packs::embedded().unwrap(), "hangzhou").unwrap();
    agency::Roles::compile(&law).unwrap()
}

#[test]
fn there_is_one_account_for_each_role_and_its_printed_password_fits() {
    let (district, roles) = (District::generate(7, 2_000), roles());
    let ready = district.ready_accounts(&roles);
    let played: BTreeSet<&str> =
        ready.iter().flat_map(|ready| &ready.actor.roles).map(String::as_str).collect();
    assert_eq!(played, roles.iter().map(|role| role.id.as_str()).collect());
    let accounts = district.accounts(&ready).unwrap();
    assert!(crate::password::fits(&district.password(), &accounts[0].password_hash));
    let hashes: BTreeSet<&str> = accounts.iter().map(|opened| opened.password_hash.as_str()).collect();
    assert_eq!(
        hashes.len(),
        ready.len() + 1,
        "a salt of its own for each, and one text for those without a password"
    );
    let liaisons: Vec<_> = accounts.iter().filter(|opened| opened.actor.roles.contains("liaison")).collect();
    assert_eq!(liaisons.len(), district.units.len(), "every unit has its officer");
    assert!(!crate::password::fits("", &liaisons[1].password_hash));
    let logins: BTreeSet<&str> = accounts.iter().map(|opened| opened.login.as_str()).collect();
    assert_eq!(logins.len(), accounts.len());
}

#[test]
fn founding_twice_changes_nothing_and_another_seed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = store::Store::open(folder.path(), store::Options::default()).unwrap();
    let district = District::generate(7, 600);
    let ready = district.ready_accounts(&roles());
    let found_again =
        |district: &District| found(&store, district, &ready, &crate::progress::Progress::silent());
    let first = found_again(&district).unwrap();
    assert!(first.anew);
    let last = store.read(|reader| reader.last_seq()).unwrap();
    assert_eq!(last, first.events as i64);
    let second = found_again(&district).unwrap();
    assert_eq!(second, Loaded { anew: false, ..first });
    assert_eq!(store.read(|reader| reader.last_seq()).unwrap(), last);
    let told = found_again(&District::generate(8, 600)).unwrap_err().to_string();
    assert!(told.contains("cannot be continued"), "{told}");
}

#[test]
fn a_year_of_visits_lies_before_the_opening_and_leaves_the_cast_alone() {
    let district = district();
    let visits = district.visits();
    assert!((30_000..80_000).contains(&visits.len()), "{}", visits.len());
    let stays = visits.iter().filter(|visit| visit.bill.begndate < visit.bill.enddate).count();
    assert!((800..3_000).contains(&stays), "{stays}");
    let (opening, cast) = (day(OPENING), district.cast());
    for visit in &visits {
        assert!(visit.bill.enddate < opening && visit.bill.begndate >= opening.plus(-366));
        assert!(![cast.newborn, cast.child, cast.cadre, cast.patient, cast.employee].contains(&visit.person));
        let born = district.person(visit.person).unwrap().citizen.birth();
        assert!(visit.bill.begndate >= born, "nobody is ill before birth");
        assert!(visit.bill.designated && !visit.bill.lines.is_empty());
    }
    assert!(visits.is_sorted_by_key(|visit| visit.bill.enddate));
    assert_eq!(visits[..50], District::generate(DEFAULT_SEED, PEOPLE).visits()[..50]);
}

#[test]
fn agreements_rest_on_an_article_of_the_law() {
    let law = policy::Law::load(&crate::packs::embedded().unwrap(), "hangzhou").unwrap();
    assert!(law.article(founding::AGREEMENT_ARTICLE).is_some());
}
