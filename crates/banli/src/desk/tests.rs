use super::*;
use agency::registry::{self, NewUnit};
use agency::{AccountId, Organisation, UnitId};
use std::collections::BTreeSet;
use store::Options;
use terms::UnitCode;

struct Fixture {
    desk: Desk,
    operator: Actor,
    _folder: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path(), Options::default()).unwrap());
    let rules = crate::rules::Rules::of(
        crate::office::rulebook(&crate::packs::PacksArgs::default(), "hangzhou").unwrap(),
    );
    let desk = Desk::open(store, rules, Clock::opening_on("2026-10-09".parse().unwrap())).unwrap();
    let operator = Actor {
        account: AccountId(1),
        name: "运维".into(),
        roles: BTreeSet::from(["operator".to_owned()]),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    };
    Fixture { desk, operator, _folder: folder }
}

fn unit(number: u32) -> Command {
    let new = NewUnit {
        name: format!("第{number}局"),
        code: UnitCode::compose(&format!("113301060{number:08}")).unwrap(),
        unit_kind: "government-agency".into(),
        district: "330106".into(),
        address: "某路".into(),
    };
    Command::Registry(registry::Command::RegisterUnit(new))
}

fn key(text: &str) -> RequestKey {
    RequestKey::new(text).unwrap()
}

#[test]
fn the_same_request_twice_has_one_effect_and_one_answer() {
    let fixture = fixture();
    let Fixture { desk, operator, .. } = &fixture;
    let first = desk.submit(operator, Some(&key("form-1")), &unit(1)).unwrap();
    let again = desk.submit(operator, Some(&key("form-1")), &unit(1)).unwrap();
    assert!(!first.receipt.repeated && again.receipt.repeated);
    assert_eq!(first.receipt.versions, again.receipt.versions);
    assert!(first.streams().any(|stream| stream == StreamId::Unit(UnitId(1))));
}

#[test]
fn a_key_used_for_something_else_is_told() {
    let fixture = fixture();
    let Fixture { desk, operator, .. } = &fixture;
    desk.submit(operator, Some(&key("form-1")), &unit(1)).unwrap();
    let other = desk.submit(operator, Some(&key("form-1")), &unit(2));
    assert!(matches!(other, Err(Declined::KeyReused)), "{other:?}");
    let refused = desk.submit(operator, Some(&key("form-2")), &unit(1)).unwrap_err();
    assert_eq!(refused.to_string(), "refused: unit/already-registered");
}

#[test]
fn many_at_once_get_numbers_of_their_own() {
    let fixture = fixture();
    let Fixture { desk, operator, .. } = &fixture;
    let numbers: Vec<u32> = (1..=40).collect();
    let kept: Vec<bool> = std::thread::scope(|scope| {
        let handles: Vec<_> = numbers
            .chunks(10)
            .map(|own| {
                scope.spawn(move || {
                    own.iter()
                        .map(|number| {
                            loop {
                                match desk.submit(operator, None, &unit(*number)) {
                                    Err(Declined::MovedOn) => {}
                                    other => break other.is_ok(),
                                }
                            }
                        })
                        .collect::<Vec<bool>>()
                })
            })
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
    });
    assert!(kept.into_iter().all(|kept| kept));
    let units = desk.store().read(|reader| reader.find_units("", 0, 100)).unwrap();
    let codes: BTreeSet<String> = units.iter().map(|unit| unit.code.to_string()).collect();
    assert_eq!((units.len(), codes.len()), (40, 40));
}

#[test]
fn numbers_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let rules = crate::rules::Rules::of(
        crate::office::rulebook(&crate::packs::PacksArgs::default(), "hangzhou").unwrap(),
    );
    let open = || {
        let store = Arc::new(Store::open(folder.path(), Options::default()).unwrap());
        Desk::open(store, rules.clone(), Clock::Real).unwrap()
    };
    let operator = fixture().operator;
    open().submit(&operator, None, &unit(1)).unwrap();
    let second = open().submit(&operator, None, &unit(2)).unwrap();
    assert!(second.streams().any(|stream| stream == StreamId::Unit(UnitId(2))));
}
