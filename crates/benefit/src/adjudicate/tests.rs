use super::*;
use crate::testing::{bill, code, line, pack};
use crate::{Bill, Class, Line, Price, Quantity, Share};

/// A claim of `golden-1000.csv` as a bill of the reference pack.
fn golden_bill(benefits: &Benefits, cells: &[i64]) -> Bill {
    let mut bill = bill(match cells[0] {
        1 => "8",
        2 => "5",
        _ => "1",
    });
    bill.person.psn_type = code(["11", "12", "1403"][usize::try_from(cells[1]).unwrap()]);
    bill.year.set(benefits.accumulator("inscp_scp_amt").unwrap(), Fen::new(cells[2]).unwrap());
    bill.lines = cells[3..51].chunks(4).map(golden_line).collect();
    bill
}

fn golden_line(cells: &[i64]) -> Line {
    let number = |at: usize| cells[at].unsigned_abs();
    let mut line = line("0", "1");
    line.class = [Class::A, Class::B, Class::Own][usize::try_from(cells[0]).unwrap()];
    line.first_own = Share::from_parts([0, 1000, 10_000][usize::try_from(cells[0]).unwrap()]).unwrap();
    line.price = Price::from_micros(number(1) * 10_000).unwrap();
    line.quantity = Quantity::from_parts(number(2) * 100).unwrap();
    line.ceiling = (cells[3] > 0).then(|| Price::from_micros(number(3) * 10_000).unwrap());
    line
}

#[test]
fn every_row_of_the_reference_policy() {
    let benefits = pack("reference");
    let golden = crate::testing::file("reference/golden-1000.csv");
    let mut outcome = Outcome::default();
    let mut rows = 0;
    for row in golden.lines().skip(1) {
        let cells: Vec<i64> = row.split(',').map(|cell| cell.parse().unwrap()).collect();
        let bill = golden_bill(&benefits, &cells);
        benefits.adjudicate(&bill, &mut outcome).unwrap();
        let amounts = &outcome.amounts;
        let band = |upto: i64| {
            let within = |step: &&Step| {
                let layer = &benefits.layers()[usize::from(step.layer)];
                step.kind == StepKind::Band && step.layer == 0 && layer.bands[step.row as usize].upto == upto
            };
            outcome.steps.iter().filter(within).map(|step| step.length).sum::<i64>()
        };
        let got = [
            amounts.medfee_sumamt.get(),
            amounts.fulamt_ownpay_amt.get() + amounts.overlmt_selfpay.get(),
            amounts.preselfpay_amt.get(),
            amounts.inscp_scp_amt.get(),
            amounts.act_pay_dedc.get(),
            band(2_000_000),
            band(4_000_000),
            band(30_000_000),
            amounts.hifp_pay.get(),
            band(i64::MAX),
            amounts.hifmi_pay.get(),
            amounts.psn_cash_pay.get(),
        ];
        assert_eq!(got, cells[51..63], "row {}", rows + 2);
        assert_eq!(outcome.broken_identity(), None);
        let mut totals = Totals::default();
        benefits.totals(&bill, &mut totals).unwrap();
        assert_eq!((totals.amounts, totals.illustrative), (outcome.amounts, true));
        rows += 1;
    }
    assert_eq!(rows, 1000);
}

#[test]
fn the_city_compiles() {
    let benefits = pack("hangzhou");
    assert_eq!(benefits.layers().len(), 16);
    let rules: Vec<(String, usize, usize)> =
        benefits.layers().iter().map(|l| (l.id.clone(), l.table.len(), l.rules.len())).collect();
    println!("{rules:?} {:?}", benefits.periods());
}
