//! Adjudicating allocates nothing once the outcome's buffers have grown, however many lines a bill has.

#![allow(clippy::unwrap_used, reason = "a test outside the crate")]

use benefit::{Benefits, Bill, Class, Code, Filing, Line, Outcome, Person, Price, Provider, Quantity, Share};
use benefit::{Totals, Visit, Year};
use policy::{Files, Law};
use std::path::Path;
use terms::{Day, Fen};

fn files(folder: &Path, root: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            self::files(&path, root, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

fn city() -> Benefits {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut found = Files::new();
    files(&root, &root, &mut found);
    Benefits::compile(&Law::load(&found, "hangzhou").unwrap()).unwrap()
}

/// A stay of 2024 with so many lines of every class; past every band where the year was dear before.
fn bill(benefits: &Benefits, lines: usize, year: i32) -> Bill {
    let code = |text: &str| text.parse::<Code>().unwrap();
    let day: Day = "2024-05-10".parse().unwrap();
    let line = |number: usize| Line {
        price: Price::from_micros(123_456_700 * (1 + number as u64 % 7)).unwrap(),
        quantity: Quantity::ONE,
        ceiling: if number.is_multiple_of(3) { Price::from_micros(100_000_000) } else { None },
        first_own: Share::from_parts([0, 1_000, 10_000][number % 3]).unwrap(),
        class: [Class::A, Class::B, Class::Own][number % 3],
        day,
        entry: None,
        illustrative: false,
    };
    let mut before = Year::default();
    before.set(benefits.accumulator("inpatient-scope").unwrap(), Fen::yuan(year));
    Bill {
        person: Person {
            insutype: code("310"),
            psn_type: code("11"),
            category: Code::NONE,
            hardship: code("low-income"),
            account: Fen::yuan(100),
            account_past: Fen::yuan(100),
        },
        provider: Provider {
            kind: code("hospital"),
            hosp_lv: code("2"),
            admdvs: 310_101,
            designated: true,
            contracted: false,
        },
        visit: Visit {
            med_type: code("21"),
            begndate: day,
            enddate: day,
            filing: Filing::None,
            direct: true,
            ordinal: 1,
            highest: None,
        },
        year: before,
        lines: (0..lines).map(line).collect(),
    }
}

#[test]
fn nothing_is_allocated_for_a_line_or_a_bill() {
    let benefits = city();
    let (mut outcome, mut totals) = (Outcome::default(), Totals::default());
    let bills: Vec<Bill> = [20_000, 1, 12, 1_000, 20_000]
        .into_iter()
        .flat_map(|lines| [0, 399_000].map(|year| bill(&benefits, lines, year)))
        .collect();
    for bill in &bills {
        benefits.adjudicate(bill, &mut outcome).unwrap();
        assert!(outcome.amounts.fund_pay_sumamt > Fen::ZERO || bill.lines.len() == 1);
    }
    for bill in &bills {
        let counted = allocation_counter::measure(|| {
            benefits.totals(bill, &mut totals).unwrap();
        });
        assert_eq!(counted.count_total, 0, "totals of {} lines", bill.lines.len());
    }
    // In a build with assertions the identities are checked on the way; that allocates nothing either.
    for bill in &bills {
        let counted = allocation_counter::measure(|| {
            benefits.adjudicate(bill, &mut outcome).unwrap();
        });
        assert_eq!(counted.count_total, 0, "trace of {} lines", bill.lines.len());
        assert_eq!(outcome.lines.len(), bill.lines.len());
    }
}
