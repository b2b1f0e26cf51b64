//! The reference policy as a programmer would write it, and bills drawn for it: what every engine under measurement is
//! compared with.

use benefit::{
    Benefits, Bill, Class, Code, Filing, Line, Person, Price, Provider, Quantity, Share, Visit, Year,
};
use policy::{Files, Law};
use terms::{Day, Fen};

/// Fee lines of a bill.
pub const LINES: usize = 12;

/// A fee line: price and ceiling in fen, quantity in hundredths; no ceiling is 0; class A, B, own as 0, 1, 2.
#[derive(Clone, Copy)]
pub struct HandLine {
    pub price: i64,
    pub qty: i64,
    pub limit: i64,
    pub cat: u8,
}

/// A claim as the hand-written program wants it; level from the primary up, person as employee, retiree, child; what the
/// year has used up in fen.
pub struct HandBill {
    pub level: usize,
    pub person: usize,
    pub accum: i64,
    pub lines: [HandLine; LINES],
}

/// In fen.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct HandResult {
    pub total: i64,
    pub own: i64,
    pub first_own: i64,
    pub in_policy: i64,
    pub deductible: i64,
    pub fund: i64,
    pub serious: i64,
    pub cash: i64,
}

/// Permille by level (primary first), person and band.
pub const RATES: [[[i64; 3]; 3]; 3] = [
    [[905, 925, 955], [935, 955, 975], [800, 825, 850]],
    [[870, 900, 935], [910, 935, 965], [750, 785, 805]],
    [[850, 885, 915], [890, 925, 955], [605, 655, 705]],
];

/// The reference policy as a programmer would write it: constants in the code, 64-bit integers, no trace.
#[inline(never)]
pub fn by_hand(bill: &HandBill) -> HandResult {
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
pub struct Dice(pub u64);

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
pub fn generate(dice: &mut Dice) -> HandBill {
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
pub fn as_bill(hand: &HandBill, benefits: &Benefits) -> Option<Bill> {
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

/// The pack `reference`, compiled.
pub fn reference() -> Option<Benefits> {
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

/// The most memory this process held so far, in KiB; nothing where the system keeps no account.
pub fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
