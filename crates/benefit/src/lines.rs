//! Splitting fee lines: fully own; over the ceiling; first own; in scope.

use crate::bill::{Class, Line};
use crate::outcome::LineShare;
use crate::quantity::{PER_FEN, Price, WHOLE};
use terms::{Fen, MoneyError};

/// What the lines of a bill come to, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    pub total: i64,
    pub own: i64,
    pub over: i64,
    pub first_own: i64,
    pub scope: i64,
    /// A line used an illustrative row of the catalogue.
    pub illustrative: bool,
}

/// Products up to here are rounded within 64 bits.
const PRODUCT_MAX: u64 = u64::MAX - PER_FEN / 2;
/// So many everyday lines cannot leave 64 bits in sum: each is below 2^64 / [`PER_FEN`].
const LINES_QUICK_MAX: usize = 1 << 24;

/// Splits every line. Where `TELL`, `shares` comes to hold the shares of each. Everyday lines take the quick way; a
/// bill with one larger line goes the exact way from the start.
#[inline(always)]
pub(crate) fn split<const TELL: bool>(
    lines: &[Line],
    shares: &mut Vec<LineShare>,
) -> Result<Sums, MoneyError> {
    if TELL && shares.len() != lines.len() {
        shares.resize(lines.len(), LineShare::default());
    }
    if lines.len() <= LINES_QUICK_MAX
        && let Some(sums) = quick::<TELL>(lines, shares)
    {
        return Ok(sums);
    }
    exact::<TELL>(lines, shares)
}

/// The quick way: within 64 bits, and no branch that a line's class or ceiling decides; nothing where a product
/// does not fit.
// A function of its own: inlined into its caller, its sums would not stay in registers.
#[inline(never)]
fn quick<const TELL: bool>(lines: &[Line], shares: &mut [LineShare]) -> Option<Sums> {
    let (mut total, mut inside_sum, mut base_sum, mut first_sum) = (0u64, 0u64, 0u64, 0u64);
    let mut illustrative = false;
    let shares = if TELL { &mut shares[..lines.len()] } else { shares };
    for (place, line) in lines.iter().enumerate() {
        let (price, quantity) = (line.price.micros(), line.quantity.parts());
        let (product, wrapped) = price.overflowing_mul(quantity);
        if wrapped | (product > PRODUCT_MAX) {
            return None;
        }
        let amount = fen(product);
        // The price that counts is at most the price, so its product fits where the price's does.
        let counted = line.ceiling.map_or(u64::MAX, Price::micros).min(price);
        // Masks, because which class comes next is anybody's guess and a wrong guess costs more than the sums.
        let (inside_mask, b_mask) = (mask(line.class != Class::Own), mask(line.class == Class::B));
        let inside = amount & inside_mask;
        let base = fen(counted.wrapping_mul(quantity)) & inside_mask;
        let ratio = u64::from(line.first_own.parts()) & b_mask;
        let first_own = (base * ratio + WHOLE / 2) / WHOLE;
        total += amount;
        inside_sum += inside;
        base_sum += base;
        first_sum += first_own;
        illustrative |= line.illustrative;
        if TELL {
            shares[place] = LineShare {
                det_item_fee_sumamt: known(amount),
                fulamt_ownpay_amt: known(amount - inside),
                overlmt_amt: known(inside - base),
                preselfpay_amt: known(first_own),
                inscp_scp_amt: known(base - first_own),
            };
        }
    }
    Some(Sums {
        total: total.cast_signed(),
        own: (total - inside_sum).cast_signed(),
        over: (inside_sum - base_sum).cast_signed(),
        first_own: first_sum.cast_signed(),
        scope: (base_sum - first_sum).cast_signed(),
        illustrative,
    })
}

/// All bits where it holds, none where not.
#[inline(always)]
fn mask(holds: bool) -> u64 {
    u64::from(holds).wrapping_neg()
}

/// A product in hundred-millionths of a yuan, rounded half up to the fen.
#[inline(always)]
fn fen(product: u64) -> u64 {
    product.wrapping_add(PER_FEN / 2) / PER_FEN
}

/// An amount below 2^64 / [`PER_FEN`], which is far inside the field.
#[inline(always)]
fn known(fen: u64) -> Fen {
    Fen::new(fen.cast_signed()).unwrap_or(Fen::MAX)
}

/// The exact way for lines of any size, with every step checked.
#[cold]
fn exact<const TELL: bool>(lines: &[Line], shares: &mut [LineShare]) -> Result<Sums, MoneyError> {
    let mut sums = LineShare::default();
    let mut illustrative = false;
    for (place, line) in lines.iter().enumerate() {
        let share = split_exactly(line)?;
        sums = LineShare {
            det_item_fee_sumamt: sums.det_item_fee_sumamt.plus(share.det_item_fee_sumamt)?,
            fulamt_ownpay_amt: sums.fulamt_ownpay_amt.plus(share.fulamt_ownpay_amt)?,
            overlmt_amt: sums.overlmt_amt.plus(share.overlmt_amt)?,
            preselfpay_amt: sums.preselfpay_amt.plus(share.preselfpay_amt)?,
            inscp_scp_amt: sums.inscp_scp_amt.plus(share.inscp_scp_amt)?,
        };
        illustrative |= line.illustrative;
        if TELL {
            shares[place] = share;
        }
    }
    Ok(Sums {
        total: sums.det_item_fee_sumamt.get(),
        own: sums.fulamt_ownpay_amt.get(),
        over: sums.overlmt_amt.get(),
        first_own: sums.preselfpay_amt.get(),
        scope: sums.inscp_scp_amt.get(),
        illustrative,
    })
}

impl Line {
    /// What the catalogue makes of the line by itself, before any layer: what a provider is answered when it sends
    /// the line. Out of range beyond numeric(16,2).
    pub fn share(&self) -> Result<LineShare, MoneyError> {
        split_exactly(self)
    }
}

/// One line, step by step as the field defines it.
fn split_exactly(line: &Line) -> Result<LineShare, MoneyError> {
    let amount = line.price.times(line.quantity)?;
    let mut share = LineShare { det_item_fee_sumamt: amount, ..LineShare::default() };
    if line.class == Class::Own {
        share.fulamt_ownpay_amt = amount;
        return Ok(share);
    }
    let base = match line.ceiling {
        Some(ceiling) if line.price > ceiling => ceiling.times(line.quantity)?,
        _ => amount,
    };
    share.overlmt_amt = amount.minus(base)?;
    if line.class == Class::B {
        share.preselfpay_amt = line.first_own.of(base);
    }
    share.inscp_scp_amt = base.minus(share.preselfpay_amt)?;
    Ok(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bill::Class;
    use crate::testing::line;
    use crate::{Quantity, Share};
    use proptest::prelude::*;

    #[track_caller]
    fn check(line: Line, expected: [&str; 4]) {
        let mut shares = Vec::new();
        split::<true>(&[line], &mut shares).unwrap();
        let share = shares[0];
        let got = [share.fulamt_ownpay_amt, share.overlmt_amt, share.preselfpay_amt, share.inscp_scp_amt];
        assert_eq!(got.map(|amount| amount.to_string()), expected);
    }

    #[test]
    fn own_over_limit_first_own_in_scope() {
        let mut item = line("120", "2");
        check(item, ["0.00", "0.00", "0.00", "240.00"]);
        item.ceiling = "100".parse().ok();
        check(item, ["0.00", "40.00", "0.00", "200.00"]);
        item.first_own = "0.15".parse().unwrap();
        // The ratio counts for class B only.
        check(item, ["0.00", "40.00", "0.00", "200.00"]);
        item.class = Class::B;
        check(item, ["0.00", "40.00", "30.00", "170.00"]);
        item.class = Class::Own;
        check(item, ["240.00", "0.00", "0.00", "0.00"]);
        // One fen above the ceiling, and the ceiling itself.
        let mut item = line("100.01", "1");
        item.ceiling = "100".parse().ok();
        check(item, ["0.00", "0.01", "0.00", "100.00"]);
        item.price = "100".parse().unwrap();
        check(item, ["0.00", "0.00", "0.00", "100.00"]);
    }

    fn any_line() -> impl Strategy<Value = Line> {
        let number = (0u64..=9_999_999_999_999_999, 0u32..54).prop_map(|(number, shift)| number >> shift);
        (number.clone(), number.clone(), proptest::option::of(number), 0u16..=10_000, 0usize..3).prop_map(
            |(price, quantity, ceiling, share, class)| {
                let mut line = line("0", "0");
                line.price = Price::from_micros(price).unwrap();
                line.quantity = Quantity::from_parts(quantity).unwrap();
                line.ceiling = ceiling.and_then(Price::from_micros);
                line.first_own = Share::from_parts(share).unwrap();
                line.class = [Class::A, Class::B, Class::Own][class];
                line
            },
        )
    }

    proptest! {
        #[test]
        fn the_quick_way_is_the_exact_way(lines in proptest::collection::vec(any_line(), 1..6)) {
            let (mut quickly, mut exactly) = (Vec::new(), vec![LineShare::default(); lines.len()]);
            let (quick, exact) = (split::<true>(&lines, &mut quickly), exact::<true>(&lines, &mut exactly));
            prop_assert_eq!(&quick, &exact);
            prop_assert_eq!(&split::<false>(&lines, &mut Vec::new()), &exact);
            if let Ok(sums) = quick {
                prop_assert_eq!(&quickly, &exactly);
                prop_assert_eq!(sums.total, sums.own + sums.over + sums.first_own + sums.scope);
                for share in quickly {
                    let parts = [share.fulamt_ownpay_amt, share.overlmt_amt, share.preselfpay_amt, share.inscp_scp_amt];
                    prop_assert_eq!(Fen::sum(parts).unwrap(), share.det_item_fee_sumamt);
                }
            }
        }
    }
}
