//! What a settlement year uses up for bills like one: deductibles, bands that run on over the year, limits.

use crate::bill::Bill;
use crate::figures::Says;
use crate::model::{Benefits, DIMENSIONS_MAX, Origin};
use terms::Fen;

/// A figure that the year uses up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedUp {
    /// Place of the accumulator that counts towards it.
    pub accumulator: usize,
    /// Place of the layer it belongs to.
    pub layer: usize,
    /// The figure.
    pub says: Says,
    /// Where it is written.
    pub origin: Origin,
}

impl UsedUp {
    /// The amount at which it is used up: the deductible, the end of the band, the limit.
    pub fn amount(&self) -> Option<Fen> {
        match self.says {
            Says::Deductible(amount) => Some(amount),
            Says::Band { upto, .. } => upto,
            Says::Limit { limit, .. } => limit,
        }
    }
}

impl Benefits {
    /// Every figure that the year uses up for bills like this one, layer by layer; those without an end are left
    /// out. Empty where such bills are refused.
    pub fn used_up(&self, bill: &Bill) -> Vec<UsedUp> {
        let mut values = [0; DIMENSIONS_MAX];
        let Some(period) = self.classify(bill, &mut values) else { return Vec::new() };
        let mut all = Vec::new();
        for (number, layer) in self.layers.iter().enumerate() {
            let Some(rule) = layer.rule(&values, period) else { continue };
            let mut add = |accumulator: Option<usize>, says: Says, origin: Origin| {
                if let Some(accumulator) = accumulator {
                    let found = UsedUp { accumulator, layer: number, says, origin };
                    all.extend(found.amount().is_some_and(|amount| amount > Fen::ZERO).then_some(found));
                }
            };
            add(layer.deductible_counts, Says::Deductible(rule.deductible), rule.deductible_from);
            let mut above = Fen::ZERO;
            for (number, band) in layer.bands_of(rule).iter().enumerate() {
                let upto = (band.upto < i64::MAX).then(|| Fen::new(band.upto).unwrap_or(Fen::MAX));
                add(layer.position, Says::Band { number, above, upto, rate: band.rate }, band.origin);
                above = upto.unwrap_or(above);
            }
            for cap in layer.caps_of(rule) {
                add(cap.of, Says::Limit { limit: cap.limit, of: cap.of }, cap.origin);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    /// The reference pack: a deductible of 1,000 counted on the in-scope amount, and bands to 20,000, 40,000 and
    /// 300,000 on the same.
    #[test]
    fn deductible_and_bands_of_the_year() {
        let benefits = testing::pack("reference");
        let mut bill = testing::bill("2");
        bill.lines.push(testing::line("100", "1"));
        let amounts: Vec<Fen> = benefits.used_up(&bill).iter().filter_map(UsedUp::amount).collect();
        assert_eq!(amounts, [1_000, 20_000, 40_000, 300_000].map(Fen::yuan));
        bill.person.insutype = testing::code("999");
        assert_eq!(benefits.used_up(&bill), []);
    }
}
