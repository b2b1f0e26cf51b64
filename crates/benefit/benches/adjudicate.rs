//! Adjudicating a million generated bills under the reference policy, beside the same policy written by hand in
//! Rust without a trace. Both see the same bills, in turn, block by block, so that a busy machine slows both.
//!
//!     cargo bench -p benefit
//!
//! Beside other engines: tests/bench.

mod reference;

use benefit::{Bill, Outcome, Totals};
use reference::{Dice, HandBill, LINES, as_bill, by_hand, generate};
use std::hint::black_box;
use std::time::{Duration, Instant};

const BILLS: usize = 1_000_000;
/// Few enough that both forms of a block stay in the second-level cache.
const BLOCK: usize = 250;
/// One program under measurement: its time on each block, and the cash it came to in all.
struct Runner {
    times: Vec<Duration>,
    cash: i64,
}

impl Runner {
    /// Each block is looked at once: a second look would find the processor knowing every branch by heart, which no
    /// stream of real bills allows.
    #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
    fn look(&mut self, work: impl FnOnce() -> i64) {
        let start = Instant::now();
        let cash = black_box(work());
        self.times.push(start.elapsed());
        self.cash += cash;
    }

    /// Nanoseconds for all bills at the pace of the median block, so that what else the machine does counts little.
    fn nanos(&self) -> u128 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times.get(times.len() / 2).map_or(1, Duration::as_nanos).max(1) * (BILLS / BLOCK) as u128
    }
}

fn main() {
    let Some(benefits) = reference::reference() else {
        eprintln!("packs/reference is not sound: banli check reference");
        std::process::exit(1);
    };
    let mut dice = Dice(20_260_401);
    let (mut outcome, mut totals) = (Outcome::default(), Totals::default());
    let [mut hand, mut silent, mut traced] = [const { Runner { times: Vec::new(), cash: 0 } }; 3];
    for _ in 0..BILLS / BLOCK {
        let hands: Vec<HandBill> = (0..BLOCK).map(|_| generate(&mut dice)).collect();
        let bills: Vec<Bill> = hands.iter().filter_map(|hand| as_bill(hand, &benefits)).collect();
        hand.look(|| hands.iter().map(|hand| by_hand(black_box(hand)).cash).sum());
        silent.look(|| {
            let mut cash = 0;
            for bill in &bills {
                if benefits.totals(black_box(bill), &mut totals).is_ok() {
                    cash += black_box(&totals).amounts.psn_cash_pay.get();
                }
            }
            cash
        });
        traced.look(|| {
            let mut cash = 0;
            for bill in &bills {
                if benefits.adjudicate(black_box(bill), &mut outcome).is_ok() {
                    cash += black_box(&outcome).amounts.psn_cash_pay.get();
                }
            }
            cash
        });
    }
    assert_eq!(hand.cash, silent.cash, "the pack and the hand-written policy pay the same");
    assert_eq!(hand.cash, traced.cash, "the pack and the hand-written policy pay the same");
    println!("{BILLS} bills of {LINES} lines, reference policy, one core");
    let row = |what: &str, runner: &Runner| {
        let per_bill = runner.nanos() / BILLS as u128;
        let per_second = BILLS as u128 * 1_000_000_000 / runner.nanos();
        let percent = hand.nanos() * 100 / runner.nanos();
        println!(
            "  {what:<28} {per_bill:>5} ns a bill  {per_second:>9} a second  {percent:>4}% of hand-written"
        );
    };
    row("by hand, no trace", &hand);
    row("pack, totals only", &silent);
    row("pack, lines and full trace", &traced);
    if let Some(peak) = reference::peak_kib() {
        println!("  peak memory {} MiB", peak / 1_024);
    }
}
