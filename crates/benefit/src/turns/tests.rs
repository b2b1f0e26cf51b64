use super::*;
use crate::testing;

/// A bill of the reference pack without lines: somebody in post, a tertiary hospital, a fresh year.
fn bill() -> Bill {
    let mut bill = testing::bill("2");
    bill.lines.clear();
    bill
}

#[test]
fn the_curve_turns_where_the_policy_says() {
    let benefits = testing::pack("reference");
    let turns = benefits.turns(&bill(), Fen::yuan(50_000));
    // A fen above the deductible of 1,000 and above the end of each band.
    let expected = [100_001, 2_000_001, 4_000_001].map(|fen| Fen::new(fen).unwrap());
    assert_eq!(turns.iter().map(|turn| turn.at).collect::<Vec<_>>(), expected);
    for turn in &turns {
        assert_eq!(turn.steps[0].article.0, "reference/bands");
        assert_eq!(turn.steps[0].key, "explain-band");
    }
}

#[test]
fn a_refused_bill_has_no_curve() {
    let mut bill = bill();
    bill.person.insutype = testing::code("999");
    assert_eq!(testing::pack("reference").turns(&bill, Fen::yuan(50_000)), []);
}
