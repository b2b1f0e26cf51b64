use super::*;
use crate::testing::day;

#[track_caller]
fn check(to: Option<&str>, withdrawn: Option<&str>, on: &str, holds: bool) {
    let declared = Declared {
        number: 3,
        declaration: DeclarationKind::Place,
        provider: Some(ProviderId(5)),
        case: None,
        place: Some(ProviderId(6)),
        code: "05".to_owned(),
        from: day("2026-03-01"),
        to: to.map(day),
        details: Details::new(),
        message: "m".to_owned(),
    };
    let declaration = Declaration { declared, withdrawn: withdrawn.map(day) };
    assert_eq!(declaration.holds_on(day(on)), holds);
    assert_eq!(declaration.name(PersonId(17)), "17-3");
}

#[test]
fn a_declaration_holds_from_its_first_day_to_its_last_and_until_it_is_taken_back() {
    check(None, None, "2026-02-28", false);
    check(None, None, "2026-03-01", true);
    check(Some("2026-06-30"), None, "2026-06-30", true);
    check(Some("2026-06-30"), None, "2026-07-01", false);
    check(None, Some("2026-04-01"), "2026-03-31", true);
    check(None, Some("2026-04-01"), "2026-04-01", false);
}
