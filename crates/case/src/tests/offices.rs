//! Which office answers is data: by district and by day.

use super::*;

fn club(offices: &str) -> Result<Offices, Vec<policy::Diagnostic>> {
    let mut files = files();
    files.insert("tennis-club/offices/offices.toml".into(), offices.into());
    let law = Law::load(&files, "tennis-club").unwrap_or_else(|faults| panic!("{faults:?}"));
    Offices::compile(&law)
}

fn office(id: &str, district: &str, rest: &str) -> String {
    let words = "{ zh = \"某处\", en = \"somewhere\" }";
    format!(
        "[[office]]\nid = \"{id}\"\nname = {words}\ndistricts = [\"{district}\"]\naddress = {words}\nhours = {words}\narticle = \"statute/1\"\n{rest}\n"
    )
}

const DISTRICTS: &str =
    "[district]\nnorth = { zh = \"北区\", en = \"North\" }\nsouth = { zh = \"南区\", en = \"South\" }\n";

#[track_caller]
fn faulty(offices: &str, part: &str) {
    let faults = club(&format!("{DISTRICTS}{offices}")).unwrap_err();
    assert!(faults.iter().any(|fault| fault.to_string().contains(part)), "{faults:?}");
}

#[test]
fn the_office_of_a_district_changes_on_the_day_it_says() {
    let old = office("old-hall", "north", "from = \"2030-01-01\"\nto = \"2030-06-30\"");
    let new = office("new-hall", "north", "from = \"2030-07-01\"\nhere = true");
    let offices = club(&format!("{DISTRICTS}{old}{new}")).unwrap();
    let of = |on| offices.of("north", day(on)).map(|office| office.id.as_str());
    assert_eq!(of("2029-12-31"), None);
    assert_eq!(of("2030-06-30"), Some("old-hall"));
    assert_eq!(of("2030-07-01"), Some("new-hall"));
    assert_eq!(offices.of("south", day("2030-07-01")), None);
    assert_eq!(offices.here(day("2030-06-30")), None);
    assert_eq!(offices.here(day("2030-07-01")).map(|office| office.id.as_str()), Some("new-hall"));
}

#[test]
fn two_offices_for_one_district_on_one_day_are_a_fault() {
    let first = office("one", "north", "from = \"2030-01-01\"\nto = \"2030-07-01\"");
    let second = office("two", "north", "from = \"2030-07-01\"");
    faulty(&format!("{first}{second}"), "answer for one district on one day");
    let first = office("one", "north", "from = \"2030-01-01\"\nhere = true");
    let second = office("two", "south", "from = \"2030-01-01\"\nhere = true");
    faulty(&format!("{first}{second}"), "on one day");
    faulty(&office("one", "west", "from = \"2030-01-01\""), "there is no district `west`");
}
