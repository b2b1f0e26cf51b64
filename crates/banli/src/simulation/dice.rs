//! Bills of twelve lines drawn by dice, each from its own number: for measuring, not for policy.

use benefit::{Bill, Class, Code, Filing, Line, Person, Price, Provider, Quantity, Share, Visit, Year};
use terms::{Day, Fen};

/// How many fee lines a made-up bill has.
const LINES: usize = 12;

/// One step of splitmix64, a generator of one word of state.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn code(text: &str) -> Code {
    text.parse().unwrap_or(Code::NONE)
}

/// A bill to draw into.
pub fn blank() -> Bill {
    let day = Day::from_ymd(2024, 1, 1).unwrap_or(Day::MIN);
    let line = Line {
        price: Price::default(),
        quantity: Quantity::default(),
        ceiling: None,
        first_own: Share::ZERO,
        class: Class::A,
        day,
        entry: None,
        illustrative: false,
    };
    Bill {
        person: Person {
            insutype: code("310"),
            psn_type: code("11"),
            category: Code::NONE,
            hardship: Code::NONE,
            account: Fen::ZERO,
            account_past: Fen::ZERO,
        },
        provider: Provider {
            kind: code("hospital"),
            hosp_lv: code("2"),
            admdvs: 0,
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
        year: Year::default(),
        lines: vec![line; LINES],
    }
}

/// Draws the bill of this number: in post or retired, any level, a day of 2024, inpatient or outpatient, lines of
/// all classes, what the year has used up before.
pub fn draw(number: u64, bill: &mut Bill) {
    let mut state = number;
    let head = next(&mut state);
    let of = |shift: u32, sides: u64| (head >> shift) % sides;
    bill.person.psn_type = code(["11", "11", "1201"][of(0, 3) as usize]);
    bill.provider.hosp_lv = code(["2", "5", "8"][of(8, 3) as usize]);
    let inpatient = of(16, 4) > 0;
    bill.visit.med_type = code(if inpatient { "21" } else { "11" });
    let month = u8::try_from(1 + of(24, 12)).unwrap_or(1);
    let day = Day::from_ymd(2024, month, u8::try_from(1 + of(32, 28)).unwrap_or(1)).unwrap_or(Day::MIN);
    (bill.visit.begndate, bill.visit.enddate) = (day, day);
    let used = if of(40, 2) == 0 { 0 } else { next(&mut state) % 5_000_000 };
    for place in 0..benefit::ACCUMULATORS_MAX {
        bill.year.set(place, Fen::ZERO);
    }
    bill.year.set(0, Fen::new(used.cast_signed()).unwrap_or_default());
    // Yuan a unit, up to 2,000 in hospital and 100 outside.
    let most = if inpatient { 2_000_000_000 } else { 100_000_000 };
    for line in &mut bill.lines {
        let drawn = next(&mut state);
        line.price = Price::from_micros(drawn % most / 10_000 * 10_000).unwrap_or_default();
        line.quantity = Quantity::from_parts(10_000 * (1 + (drawn >> 40) % 4)).unwrap_or_default();
        line.class = [Class::A, Class::A, Class::B, Class::Own][(drawn >> 50) as usize % 4];
        line.first_own = if line.class == Class::B {
            Share::from_parts(1_000).unwrap_or(Share::ZERO)
        } else {
            Share::ZERO
        };
        line.ceiling = if (drawn >> 56).is_multiple_of(4) { Price::from_micros(most / 2) } else { None };
        line.day = day;
    }
}
