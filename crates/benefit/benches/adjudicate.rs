//! Adjudicating a million generated bills under the reference policy, beside the same policy written by hand in
//! Rust without a trace. Both see the same bills, in turn, block by block, so that a busy machine slows both.
//!
//!     cargo bench -p benefit

use benefit::{
    Benefits, Bill, Class, Code, Filing, Line, Outcome, Person, Price, Provider, Quantity, Share, Totals,
    Visit, Year,
};
use policy::{Files, Law};
use std::hint::black_box;
use std::time::{Duration, Instant};
use terms::{Day, Fen};

const BILLS: usize = 1_000_000;
/// Few enough that both forms of a block stay in the second-level cache.
const BLOCK: usize = 250;
const LINES: usize = 12;

#[derive(Clone, Copy)]
struct HandLine {
    price: i64,
    qty: i64,
    limit: i64,
    cat: u8,
}

/// A claim as the hand-written program wants it.
struct HandBill {
    level: usize,
    person: usize,
    accum: i64,
    lines: [HandLine; LINES],
}

#[derive(Debug, Default, PartialEq, Eq)]
struct HandResult {
    total: i64,
    own: i64,
    first_own: i64,
    in_policy: i64,
    deductible: i64,
    fund: i64,
    serious: i64,
    cash: i64,
}

/// Permille by level (primary first), person and band.
const RATES: [[[i64; 3]; 3]; 3] = [
    [[905, 925, 955], [935, 955, 975], [800, 825, 850]],
    [[870, 900, 935], [910, 935, 965], [750, 785, 805]],
    [[850, 885, 915], [890, 925, 955], [605, 655, 705]],
];

/// The reference policy as a programmer would write it: constants in the code, 64-bit integers, no trace.
#[inline(never)]
fn by_hand(bill: &HandBill) -> HandResult {
    let half_up = |n: i64, d: i64| (2 * n + d) / (2 * d);
    let mut result = HandResult::default();
    for line in &bill.lines {
        let amount = half_up(line.price * line.qty, 100);
        result.total += amount;
        if line.cat == 2 {
            result.own += amount;
            continue;
        }
        let mut base = amount;
        if line.limit > 0 && line.price > line.limit {
            base = half_up(line.limit * line.qty, 100);
            result.own += amount - base;
        }
        let first_own = if line.cat == 1 { half_up(base * 10, 100) } else { 0 };
        result.first_own += first_own;
        result.in_policy += base - first_own;
    }
    let full = [30_000, 60_000, 100_000][bill.level];
    result.deductible = result.in_policy.min((full - bill.accum).max(0));
    let (start, end) = (bill.accum + result.deductible, bill.accum + result.in_policy);
    let rates = RATES[bill.level][bill.person];
    for (band, (lower, upper)) in
        [(0, 2_000_000), (2_000_000, 4_000_000), (4_000_000, 30_000_000)].into_iter().enumerate()
    {
        let length = (end.min(upper) - start.max(lower)).max(0);
        result.fund += half_up(length * rates[band], 1000);
    }
    let burden = result.in_policy - result.fund;
    result.serious = half_up((burden.min(7_500_000) - 2_500_000).max(0) * 60, 100)
        + half_up((burden - 7_500_000).max(0) * 70, 100);
    result.cash = result.total - result.fund - result.serious;
    result
}

/// SplitMix64: the same bills on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: u64) -> i64 {
        (self.next() % bound).cast_signed()
    }
}

/// A claim shaped like those of golden-1000.csv: prices over five powers of ten, quantities mostly whole, about
/// half of the lines with a ceiling near the price.
fn generate(dice: &mut Dice) -> HandBill {
    let mut line = || {
        let cat = [0, 0, 0, 0, 0, 1, 1, 1, 2, 0][dice.next() as usize % 10];
        let span = 10u64.pow(3 + (dice.next() % 3) as u32);
        let price = 100 + dice.below(span);
        let qty = if dice.below(4) == 0 { 100 + dice.below(900) } else { 100 * (1 + dice.below(9)) };
        let limit = if dice.below(2) == 0 { 0 } else { price * (80 + dice.below(40)) / 100 };
        HandLine { price, qty, limit, cat }
    };
    let lines = std::array::from_fn(|_| line());
    let accum = if dice.below(3) == 0 { 0 } else { dice.below(5_000_000) };
    HandBill { level: dice.below(3) as usize, person: dice.below(3) as usize, accum, lines }
}

/// The same claim as a bill of the reference pack.
fn as_bill(hand: &HandBill, benefits: &Benefits) -> Option<Bill> {
    let day = Day::from_ymd(2024, 5, 10).ok()?;
    let line = |line: &HandLine| {
        Some(Line {
            price: Price::from_micros(line.price.unsigned_abs() * 10_000)?,
            quantity: Quantity::from_parts(line.qty.unsigned_abs() * 100)?,
            ceiling: if line.limit > 0 {
                Price::from_micros(line.limit.unsigned_abs() * 10_000)
            } else {
                None
            },
            first_own: Share::from_parts([0, 1000, 10_000][usize::from(line.cat)])?,
            class: [Class::A, Class::B, Class::Own][usize::from(line.cat)],
            day,
            entry: None,
            illustrative: false,
        })
    };
    let mut year = Year::default();
    year.set(benefits.accumulator("inscp_scp_amt")?, Fen::new(hand.accum).ok()?);
    let code = |text: &str| text.parse::<Code>().ok();
    Some(Bill {
        person: Person {
            insutype: code("310")?,
            psn_type: code(["11", "12", "1403"][hand.person])?,
            category: Code::NONE,
            hardship: Code::NONE,
            account: Fen::ZERO,
            account_past: Fen::ZERO,
        },
        provider: Provider {
            kind: code("hospital")?,
            hosp_lv: code(["8", "5", "1"][hand.level])?,
            admdvs: 0,
            designated: true,
            contracted: false,
        },
        visit: Visit {
            med_type: code("21")?,
            begndate: day,
            enddate: day,
            filing: Filing::None,
            direct: true,
            ordinal: 1,
            highest: None,
        },
        year,
        lines: hand.lines.iter().map(line).collect::<Option<Vec<Line>>>()?,
    })
}

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

fn reference() -> Option<Benefits> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/reference");
    let names = [
        "pack.toml",
        "articles/benefits.toml",
        "benefits/scheme.toml",
        "benefits/pooled.toml",
        "benefits/serious.toml",
    ];
    let files: Option<Files> = names
        .iter()
        .map(|name| Some((format!("reference/{name}"), std::fs::read_to_string(root.join(name)).ok()?)))
        .collect();
    Benefits::compile(&Law::load(&files?, "reference").ok()?).ok()
}

fn main() {
    let Some(benefits) = reference() else {
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
}
