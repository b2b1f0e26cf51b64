use super::*;
use crate::testing::{bill, code, day, line, pack};

/// A stay that ends on this day, with one line of this amount.
fn stay(id: &str, settled: u64, hosp_lv: &str, enddate: &str, amount: &str) -> Claim {
    let mut bill = bill(hosp_lv);
    bill.visit.begndate = day(enddate);
    bill.visit.enddate = day(enddate);
    bill.lines = vec![line(amount, "1")];
    Claim { id: id.to_owned(), bill, settled }
}

fn paid(replayed: &[Replayed]) -> Vec<(String, String, String)> {
    let amount = |claim: &Replayed| {
        let amounts = claim.outcome.as_ref().unwrap().amounts;
        (claim.id.clone(), amounts.act_pay_dedc.to_string(), amounts.hifp_pay.to_string())
    };
    replayed.iter().map(amount).collect()
}

#[test]
fn a_year_with_its_highest_level() {
    let benefits = pack("hangzhou");
    // Community first (300), then tertiary: the year's deductible is 800, so 500 more; then secondary: nothing more.
    let claims = [
        stay("a", 1, "8", "2024-02-01", "1000"),
        stay("b", 2, "1", "2024-03-01", "10000"),
        stay("c", 3, "5", "2024-04-01", "1000"),
    ];
    let mut claims = claims;
    claims[0].bill.provider.kind = code("community");
    let replayed = benefits.replay(&claims, Order::ByService);
    let expected = [
        ("a", "300.00", "616.00"),  // 700 x 88%
        ("b", "500.00", "7790.00"), // 9,500 x 82%
        ("c", "0.00", "840.00"),    // 1,000 x 84%
    ];
    let expected: Vec<_> =
        expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
    assert_eq!(paid(&replayed), expected);

    // Arriving in any order, the same.
    claims.reverse();
    assert_eq!(paid(&benefits.replay(&claims, Order::ByService)), expected);
}

#[test]
fn a_claim_that_falls_away_moves_the_later_ones() {
    let benefits = pack("hangzhou");
    let claims = [stay("a", 1, "1", "2024-02-01", "1000"), stay("b", 2, "1", "2024-03-01", "1000")];
    let before = benefits.replay(&claims, Order::BySettlement);
    let after = benefits.replay(&claims[1..], Order::BySettlement);
    let moved: Vec<String> = differences(&before, &after)
        .iter()
        .filter(|difference| difference.field == "hifp_pay")
        .map(|difference| format!("{} {} -> {}", difference.id, difference.before, difference.after))
        .collect();
    // a paid (1,000 - 800) x 82%; without it, b bears the deductible instead of getting 82% of all.
    assert_eq!(moved, ["a 164.00 -> 0.00", "b 820.00 -> 164.00"]);
}

#[test]
fn in_2003_every_admission_bears_its_own_deductible() {
    let benefits = pack("hangzhou");
    let stays = ["2003-02-01", "2003-03-01", "2003-04-01", "2003-05-01"];
    let claims: Vec<Claim> =
        stays.iter().enumerate().map(|(n, on)| stay(&format!("{n}"), 0, "1", on, "1000")).collect();
    let borne: Vec<String> =
        paid(&benefits.replay(&claims, Order::ByService)).into_iter().map(|(_, dedc, _)| dedc).collect();
    assert_eq!(borne, ["800.00", "600.00", "400.00", "400.00"]);
}
