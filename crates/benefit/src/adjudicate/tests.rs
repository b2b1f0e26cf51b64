use super::*;
use crate::testing::{bill, code, line, pack};
use crate::{Bill, Class, Filing, Line, Price, Quantity, Share};
use proptest::prelude::*;

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
    assert_eq!(benefits.layers().len(), 17);
    let rules: Vec<(String, usize, usize)> =
        benefits.layers().iter().map(|l| (l.id.clone(), l.table.len(), l.rules.len())).collect();
    println!("{rules:?} {:?}", benefits.periods());
}

/// A bill of Hangzhou made from numbers: any person, level, visit, place, year and lines.
fn any_bill(benefits: &Benefits) -> impl Strategy<Value = Bill> + use<> {
    let places = benefits.accumulators().len();
    let codes = (0usize..9, 0usize..4, 0usize..3, 0usize..3, 0usize..4, 0usize..5);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let money = (0i64..200_000_000, 0u32..20).prop_map(|(fen, shift)| Fen::new(fen >> shift).unwrap());
    let year = proptest::collection::vec(money.clone(), places);
    let lines =
        proptest::collection::vec((0u64..50_000_000_000, 0u64..100_000, 0u16..=10_000, 0usize..3), 1..6);
    (codes, flags, money.clone(), money, year, lines, 2003i32..2027, 1u8..5).prop_map(
        |(
            (person, level, visit, place, filing, hardship),
            (designated, direct, contracted),
            account,
            past,
            year,
            lines,
            on,
            ordinal,
        )| {
            let people = [
                ("310", "11"),
                ("310", "1102"),
                ("310", "12"),
                ("310", "34"),
                ("340", "1300"),
                ("350", "33"),
                ("390", "1403"),
                ("390", "1501"),
                ("390", "1560"),
            ];
            let mut bill = bill(["1", "5", "8", "none"][level]);
            (bill.person.insutype, bill.person.psn_type) = (code(people[person].0), code(people[person].1));
            bill.person.hardship =
                code(["none", "destitute", "low-income", "low-edge", "disabled"][hardship]);
            (bill.person.account, bill.person.account_past) = (account, past);
            (bill.provider.designated, bill.provider.contracted, bill.visit.direct) =
                (designated, contracted, direct);
            bill.provider.kind =
                code(["hospital", "community", "pharmacy", "hospital"][(person + level) % 4]);
            bill.provider.admdvs = [330_106, 330_200, 310_101][place % 3];
            bill.visit.filing = [Filing::None, Filing::LongTerm, Filing::Referral, Filing::Emergency][filing];
            bill.visit.med_type = code(["21", "14", "11"][visit]);
            bill.visit.ordinal = ordinal;
            bill.visit.begndate = Day::from_ymd(on, 12, 31).unwrap();
            bill.visit.enddate = bill.visit.begndate;
            for (place, amount) in year.into_iter().enumerate() {
                bill.year.set(place, amount);
            }
            bill.lines = lines
                .into_iter()
                .map(|(price, quantity, share, class)| Line {
                    price: Price::from_micros(price).unwrap(),
                    quantity: Quantity::from_parts(quantity).unwrap(),
                    first_own: Share::from_parts(share).unwrap(),
                    class: [Class::A, Class::B, Class::Own][class],
                    ..line("0", "1")
                })
                .collect();
            bill
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_identities_hold_on_every_bill(bill in any_bill(&CITY)) {
        let mut outcome = Outcome::default();
        if CITY.adjudicate(&bill, &mut outcome).is_ok() {
            prop_assert_eq!(outcome.broken_identity(), None);
            let mut totals = Totals::default();
            CITY.totals(&bill, &mut totals).unwrap();
            prop_assert_eq!(&totals.amounts, &outcome.amounts);
            let steps = CITY.explain(&bill, &outcome).steps;
            let of = |section| Fen::sum(steps.iter().filter(|step| step.section == section).map(|step| step.amount));
            prop_assert_eq!(of(crate::Section::Split), Ok(outcome.amounts.medfee_sumamt));
            prop_assert_eq!(of(crate::Section::Pay), Ok(outcome.amounts.medfee_sumamt));
            prop_assert!(steps.iter().all(|step| !step.article.0.is_empty()));

            // A fen more in scope never costs the person less, nor more than the fen, the balance of accounts apart.
            let mut dearer = bill.clone();
            dearer.lines.push(line("0.01", "1"));
            let before = outcome.amounts.psn_part_amt.get();
            CITY.adjudicate(&dearer, &mut outcome).unwrap();
            prop_assert!((before..=before + 1).contains(&outcome.amounts.psn_part_amt.get()));
        }
    }
}

static CITY: std::sync::LazyLock<Benefits> = std::sync::LazyLock::new(|| pack("hangzhou"));
