//! The reference policy on the same million bills, side by side in one run: by hand in Rust, our packs, a rules engine
//! with decision tables (zen-engine), and vectorised engines (numpy, Polars, DuckDB). Every result is compared to the
//! fen; what is slower is printed like what is faster.
//!
//!     cargo run --release --manifest-path tests/bench/Cargo.toml -- --python PYTHON
//!
//! README.md says how to make the Python environment; without `--python` the vectorised engines are left out.

#[path = "../../../crates/benefit/benches/reference/mod.rs"]
#[allow(dead_code)]
mod reference;
mod vectorised;
#[cfg(feature = "zen")]
mod zen;

use benefit::{Bill, Outcome, Totals};
use reference::{Dice, HandBill, HandResult, LINES, as_bill, by_hand, generate};
use std::hint::black_box;
use std::time::{Duration, Instant};

const BILLS: usize = 1_000_000;
/// Few enough that all forms of a block stay in the second-level cache.
const BLOCK: usize = 250;
/// A rules engine is a thousand times slower; it sees every so manieth block.
const ZEN_EVERY: usize = 50;

/// One engine: the bills it saw, its time on each block.
pub struct Engine {
    pub name: String,
    /// Nanoseconds a bill, at the pace of the median block.
    pub nanos: f64,
    pub equal: bool,
}

#[derive(Default)]
struct Timed {
    blocks: Vec<Duration>,
    different: usize,
}

impl Timed {
    fn look(&mut self, work: impl FnOnce() -> Vec<HandResult>, expected: &[HandResult]) {
        let start = Instant::now();
        let results = black_box(work());
        self.blocks.push(start.elapsed());
        self.different += results.iter().zip(expected).filter(|(ours, theirs)| !same(ours, theirs)).count()
            + expected.len().abs_diff(results.len());
    }

    fn engine(mut self, name: &str) -> Engine {
        self.blocks.sort_unstable();
        let median = self.blocks.get(self.blocks.len() / 2).map_or(0, Duration::as_nanos);
        Engine { name: name.to_owned(), nanos: median as f64 / BLOCK as f64, equal: self.different == 0 }
    }
}

/// Deductible, both funds, cash: the figures every engine gives.
fn same(one: &HandResult, other: &HandResult) -> bool {
    let figures = |result: &HandResult| [result.deductible, result.fund, result.serious, result.cash];
    figures(one) == figures(other)
}

fn of(amounts: &benefit::Amounts) -> HandResult {
    HandResult {
        deductible: amounts.act_pay_dedc.get(),
        fund: amounts.hifp_pay.get(),
        serious: amounts.hifmi_pay.get(),
        cash: amounts.psn_cash_pay.get(),
        ..HandResult::default()
    }
}

fn main() {
    let benefits = reference::reference().expect("packs/reference is sound: banli check reference");
    let mut arguments = std::env::args().skip(1);
    let python = match (arguments.next().as_deref(), arguments.next()) {
        (Some("--python"), Some(python)) => Some(python),
        (None, None) => None,
        _ => panic!("write --python and the path of an interpreter, or nothing"),
    };
    #[cfg(feature = "zen")]
    let mut zen = zen::Zen::new();
    let mut dice = Dice(20_260_401);
    let (mut outcome, mut totals) = (Outcome::default(), Totals::default());
    let [mut hand, mut silent, mut traced] = std::array::from_fn(|_| Timed::default());
    #[cfg(feature = "zen")]
    let mut rules = Timed::default();
    let mut table = vectorised::Table::default();
    #[cfg_attr(not(feature = "zen"), allow(unused_variables))]
    for block in 0..BILLS / BLOCK {
        let hands: Vec<HandBill> = (0..BLOCK).map(|_| generate(&mut dice)).collect();
        let bills: Vec<Bill> = hands.iter().filter_map(|hand| as_bill(hand, &benefits)).collect();
        let expected: Vec<HandResult> = hands.iter().map(by_hand).collect();
        hand.look(|| hands.iter().map(|hand| by_hand(black_box(hand))).collect(), &expected);
        silent.look(
            || {
                let settle = |bill: &Bill| {
                    benefits.totals(black_box(bill), &mut totals).ok()?;
                    Some(of(&black_box(&totals).amounts))
                };
                bills.iter().filter_map(settle).collect()
            },
            &expected,
        );
        traced.look(
            || {
                let settle = |bill: &Bill| {
                    benefits.adjudicate(black_box(bill), &mut outcome).ok()?;
                    Some(of(&black_box(&outcome).amounts))
                };
                bills.iter().filter_map(settle).collect()
            },
            &expected,
        );
        #[cfg(feature = "zen")]
        if block.is_multiple_of(ZEN_EVERY) {
            let inputs: Vec<_> = hands.iter().map(zen::input).collect();
            rules.look(|| zen.settle(inputs), &expected);
        }
        if python.is_some() {
            table.add(&hands, &expected);
        }
    }
    let peak = reference::peak_kib();
    let mut engines = vec![
        hand.engine("by hand in Rust, no trace"),
        silent.engine("pack, totals only"),
        traced.engine("pack, lines and full trace"),
        #[cfg(feature = "zen")]
        rules.engine("zen-engine 2.1.6, decision table"),
    ];
    if let Some(python) = python {
        engines.extend(vectorised::measure(&python, &table));
    }
    print(&engines, peak);
    assert!(engines.iter().all(|engine| engine.equal), "an engine gives other amounts");
}

fn print(engines: &[Engine], peak: Option<u64>) {
    println!("{BILLS} bills of {LINES} lines, reference policy, one core each; zen-engine on {} of them", BILLS / ZEN_EVERY);
    println!("  {:<36} {:>10} {:>12} {:>9} {:>9}  to the fen", "", "ns a bill", "a second", "of hand", "of ours");
    let (hand, ours) = (engines[0].nanos, engines[2].nanos);
    for Engine { name, nanos, equal } in engines {
        println!(
            "  {name:<36} {nanos:>10.0} {:>12.0} {:>8.3}x {:>8.3}x  {}",
            1e9 / nanos,
            hand / nanos,
            ours / nanos,
            if *equal { "equal" } else { "DIFFERENT" }
        );
    }
    if let Some(peak) = peak {
        println!("peak memory of the engines in Rust, with the table for the others: {} MiB", peak / 1_024);
    }
}
