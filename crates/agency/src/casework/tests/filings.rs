//! Filings that cases register, renew and end, and what they cover.

use super::*;

/// The word that covers a stay at this hospital from this day on, of nine days.
fn covers(office: &Office, provider: ProviderId, begun: &str) -> String {
    let begun = day(begun);
    let days = (begun, begun.plus(9));
    let inpatient = "21".parse().unwrap();
    filing::covering_treatment(&office.records, CADRE, provider, inpatient, days, rules())
}

#[test]
fn an_onward_referral_ends_the_old_filing_and_begins_the_new_one() {
    let mut office = Office::new("2026-11-17");
    filed(&mut office, "2026-09-01", Some("2027-02-28"), "referral");
    let found = [
        ("filing.kind", code("referral")),
        ("filing.region", text("110101")),
        ("filing.provider", text("H11010100002")),
        ("filing.from", on("2026-11-20")),
        ("filing.to", on("2027-05-20")),
    ];
    office.runs("referral-onward", CADRE, &[], &[Done { step: "file", facts: &found }]);
    // What began before stays covered where it began; what begins now is covered at the new hospital only.
    assert_eq!(covers(&office, SHANGHAI, "2026-11-16"), "referral");
    assert_eq!(covers(&office, SHANGHAI, "2026-11-17"), "none");
    assert_eq!(covers(&office, BEIJING, "2026-11-10"), "none");
    assert_eq!(covers(&office, BEIJING, "2026-11-11"), "referral");
    assert_eq!(covers(&office, BEIJING, "2027-05-20"), "referral");
    assert_eq!(covers(&office, BEIJING, "2027-05-21"), "none");
}

#[test]
fn a_renewal_goes_on_without_a_gap() {
    let mut office = Office::new("2026-11-17");
    filed(&mut office, "2026-06-01", Some("2026-12-01"), "referral");
    let found = [("filing.to", on("2027-06-01"))];
    office.runs("filing-renew", CADRE, &[], &[Done { step: "renew", facts: &found }]);
    for (begun, word) in [
        ("2026-12-01", "referral"),
        ("2026-12-02", "referral"),
        ("2027-06-01", "referral"),
        ("2027-06-02", "none"),
    ] {
        assert_eq!(covers(&office, SHANGHAI, begun), word, "{begun}");
    }
}

#[test]
fn a_cancelled_filing_covers_what_began_before() {
    let mut office = Office::new("2026-11-17");
    filed(&mut office, "2026-01-01", None, "long-term");
    office.runs("filing-cancel", CADRE, &[], &[step("cancel")]);
    assert_eq!(covers(&office, SHANGHAI, "2026-11-16"), "long-term");
    assert_eq!(covers(&office, SHANGHAI, "2026-11-17"), "none");
}

#[test]
fn a_long_term_filing_holds_from_its_review_until_it_is_changed() {
    let mut office = Office::new("2026-11-17");
    let facts = [
        ("residence.group", code("resident")),
        ("residence.months", Fact::Number(12)),
        ("residence.household", code("hangzhou")),
        ("filing.region", text("310101")),
    ];
    let found = [("filing.kind", code("long-term"))];
    office.runs("filing-long-term", CADRE, &facts, &[Done { step: "file", facts: &found }]);
    // A stay of nine days that ends on the day of the review is filed before its discharge.
    assert_eq!(covers(&office, SHANGHAI, "2026-11-07"), "none");
    assert_eq!(covers(&office, SHANGHAI, "2026-11-08"), "long-term");
    assert_eq!(covers(&office, SHANGHAI, "2036-11-08"), "long-term");
    assert_eq!(covers(&office, BEIJING, "2026-11-18"), "none");
}
