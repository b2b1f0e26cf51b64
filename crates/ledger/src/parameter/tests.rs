use super::*;
use crate::testing::{club, national};

#[test]
fn the_nation_has_every_parameter() {
    let parameters = Parameters::compile(&national()).unwrap_or_else(|faults| panic!("{}", faults[0]));
    for (place, (parameter, name, _)) in FORMS.iter().enumerate() {
        assert_eq!(*parameter as usize, place);
        assert!(parameters.on(*parameter, "2026-10-09".parse().unwrap()).is_ok(), "{name}");
    }
}

/// NHSA 2022 No. 22 as provinces carry it out: yellow at 70 %, red at 90 %. The plan of 2025-12-15: about 5 % held
/// back for 2025, about 3 % from 2028.
#[test]
fn values_by_date() {
    let parameters = Parameters::compile(&national()).unwrap();
    let rate = |parameter, day: &str| parameters.rate(parameter, day.parse().unwrap()).map(|r| r.to_string());
    assert_eq!(rate(Parameter::PrepaymentYellow, "2026-10-09").unwrap(), "70%");
    assert_eq!(rate(Parameter::PrepaymentRed, "2026-10-09").unwrap(), "90%");
    assert_eq!(rate(Parameter::HeldBackShare, "2025-12-31").unwrap(), "5%");
    assert_eq!(rate(Parameter::HeldBackShare, "2027-12-31").unwrap(), "5%");
    assert_eq!(rate(Parameter::HeldBackShare, "2028-01-01").unwrap(), "3%");
    assert_eq!(
        rate(Parameter::PrepaymentRed, "2022-12-31").unwrap_err().to_string(),
        "the pack has no `prepayment-red` for 2022-12-31: add a row to the parameters of its postings"
    );
    assert_eq!(parameters.count(Parameter::YearClearedByMonth, "2025-06-01".parse().unwrap()), Ok(5));
}

#[track_caller]
fn check_fault(id: &str, rows: &str, expected: &str) {
    let text = format!(
        "[[parameter]]\nid = \"{id}\"\nname = {{ zh = \"x\", en = \"x\" }}\nvalues = '''\n\
         | from | to | value | article |\n{rows}'''\n"
    );
    let faults = Parameters::compile(&club(&text)).unwrap_err();
    let printed: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(
        printed.iter().any(|fault| fault.contains(expected)),
        "{expected}\nnot in\n{}",
        printed.join("\n")
    );
}

#[test]
fn faults_are_pointed_at() {
    let row = "| 2020-01-01 | 2020-12-31 | 5% | statute/1 |\n";
    check_fault("tip", row, "fees.toml:2:6: `tip` is no parameter");
    check_fault("held-back-share", &row.replace("5%", "105%"), "fees.toml:6:29: `105%` is no value");
    check_fault("reply-days", row, "`5%` is no value");
    check_fault("reply-days", &row.replace("5%", "0"), "`0` is no value");
    check_fault("held-back-share", &row.replace("/1 ", "/2 "), "`statute/2` is no article");
    check_fault("held-back-share", &row.replace("01-01", "02-30"), "no day of the calendar");
    let gap = format!("{row}| 2021-01-02 | | 5% | statute/1 |\n");
    check_fault("held-back-share", &gap, "fees.toml:7:3: this row does not begin the day after");
    let overlap = format!("{row}| 2020-12-31 | | 5% | statute/1 |\n");
    check_fault("held-back-share", &overlap, "does not begin the day after");
}
