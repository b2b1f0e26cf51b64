use super::*;

fn packs() -> PacksArgs {
    PacksArgs::default()
}

#[test]
fn a_second_start_continues_the_same_office_and_its_day() {
    let folder = tempfile::tempdir().unwrap();
    let first = Demo::open(folder.path(), Some(7), &packs(), false).unwrap();
    assert!(first.anew);
    assert_eq!(first.office.clock.today().to_string(), OPENING);
    let clock = first.office.clock;
    let password = first.district.password();
    drop(first);
    let second = Demo::open(folder.path(), None, &packs(), false).unwrap();
    assert!(!second.anew);
    assert_eq!(second.office.clock, clock);
    assert_eq!(second.district.seed, 7);
    assert_eq!(second.district.password(), password);
    drop(second);
    let told = Demo::open(folder.path(), Some(8), &packs(), false).unwrap_err().to_string();
    assert!(told.contains("it was founded with seed 7"), "{told}");
    let served = Office::open(folder.path(), &packs()).unwrap();
    assert_eq!((served.clock, served.demo), (clock, Some(7)));
}

#[test]
fn an_office_in_use_is_not_opened_twice() {
    let folder = tempfile::tempdir().unwrap();
    let first = Office::found(folder.path(), &packs(), PACK, Clock::Real).unwrap();
    assert_eq!((first.clock, first.demo), (Clock::Real, None));
    let told = Office::open(folder.path(), &packs()).unwrap_err().to_string();
    assert!(told.contains("has this office open"), "{told}");
}

#[test]
fn a_folder_without_an_office_is_left_empty() {
    let folder = tempfile::tempdir().unwrap();
    let mistyped = folder.path().join("ofice");
    let told = format!("{:#}", Office::open(&mistyped, &packs()).unwrap_err());
    assert!(told.contains("there is no office in"), "{told}");
    assert!(!mistyped.exists(), "nothing was made");
}

#[test]
fn a_file_that_is_no_office_is_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("office.db");
    std::fs::write(&file, "月报".repeat(400)).unwrap();
    let told = Demo::open(folder.path(), None, &packs(), false).unwrap_err().to_string();
    assert!(told.contains("this is not a database"), "{told}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "月报".repeat(400));
}
