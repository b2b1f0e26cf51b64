//! A bill moved along one dimension: the same people and days in another hospital or another place.

use crate::bill::Bill;
use crate::code::Code;
use crate::model::{Benefits, DimensionSource, Field};
use crate::prove::plans;

/// More combinations of codes than this are not tried for one dimension.
const TRIED_MAX: usize = 4_096;

impl Benefits {
    /// The first dimension that looks at this field, by its place in [`Benefits::dimensions`].
    pub fn dimension_over(&self, field: Field) -> Option<usize> {
        self.dimensions.iter().position(|dimension| match &dimension.source {
            DimensionSource::Table { fields, .. } => fields
                .iter()
                .any(|&(place, _)| self.fields.get(place).is_some_and(|known| known.field == field)),
            DimensionSource::HighestOf { .. } => false,
        })
    }

    /// The value a bill has along a dimension, both by place; nothing where its codes lead to none.
    pub fn value_of(&self, bill: &Bill, dimension: usize) -> Option<usize> {
        self.value(bill, dimension).map(usize::from)
    }

    /// The bill with as few codes changed as make it count as this value of this dimension, and as before of every
    /// other dimension that does not follow from it. Nothing where no codes do.
    pub fn varied(&self, bill: &Bill, dimension: usize, value: usize) -> Option<Bill> {
        let DimensionSource::Table { fields, .. } = &self.dimensions.get(dimension)?.source else {
            return None;
        };
        let options: Vec<(Field, Vec<Code>)> = fields
            .iter()
            .filter_map(|&(place, _)| {
                let field = self.fields.get(place)?.field;
                // The code the bill has comes first, so that it stays where it may.
                let now = field.of(bill, self.region);
                let mut codes = vec![now];
                codes.extend(
                    plans::options(self, place).into_iter().map(|(_, code)| code).filter(|code| *code != now),
                );
                Some((field, codes))
            })
            .collect();
        let size = options.iter().try_fold(1usize, |size, (_, codes)| size.checked_mul(codes.len()));
        let size = size.filter(|&size| size <= TRIED_MAX)?;
        let mut best: Option<(usize, usize, Bill)> = None;
        for number in 0..size {
            let (mut rest, mut moved, mut tried) = (number, 0, bill.clone());
            for (field, codes) in &options {
                let place = rest % codes.len();
                rest /= codes.len();
                if place > 0 {
                    moved += 1;
                    self.write(&mut tried, *field, codes[place]);
                }
            }
            if self.value_of(&tried, dimension) != Some(value) {
                continue;
            }
            let others = (0..self.dimensions.len())
                .filter(|&other| other != dimension && self.value(&tried, other) != self.value(bill, other))
                .count();
            if best.as_ref().is_none_or(|(least, fewest, _)| (others, moved) < (*least, *fewest)) {
                best = Some((others, moved, tried));
            }
        }
        best.map(|(_, _, bill)| bill)
    }

    /// Writes a code into a bill; a region as the division code of a place there.
    fn write(&self, bill: &mut Bill, field: Field, code: Code) {
        if field == Field::Region {
            bill.provider.admdvs = plans::place_in(self, &code.to_string());
        } else {
            field.set(bill, code);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use crate::{Filing, Outcome};

    /// The places of a dimension and a value by their ids.
    fn place(benefits: &Benefits, dimension: &str, value: &str) -> (usize, usize) {
        let number = benefits.dimensions().iter().position(|known| known.id == dimension).unwrap();
        let value = benefits.dimensions()[number].values.iter().position(|known| known.id == value).unwrap();
        (number, value)
    }

    #[test]
    fn another_hospital_and_another_place() {
        let benefits = testing::pack("hangzhou");
        let bill = testing::bill("2");
        let (level, community) = place(&benefits, "level", "community");
        assert_eq!(benefits.dimension_over(Field::HospLv), Some(level));
        let there = benefits.varied(&bill, level, community).unwrap();
        assert_eq!(there.provider.kind, testing::code("community"));
        let (of_place, referral) = place(&benefits, "place", "referral");
        assert_eq!(benefits.dimension_over(Field::Region), Some(of_place));
        let mut there = benefits.varied(&bill, of_place, referral).unwrap();
        assert_eq!((there.visit.filing, there.visit.direct), (Filing::Referral, true));
        assert_ne!(there.provider.admdvs / 10_000, 33);
        there.lines.push(testing::line("100", "1"));
        benefits.adjudicate(&there, &mut Outcome::default()).unwrap();
    }

    #[test]
    fn what_a_bill_already_is_changes_nothing() {
        let benefits = testing::pack("hangzhou");
        let bill = testing::bill("2");
        let (level, tertiary) = place(&benefits, "level", "tertiary");
        assert_eq!(benefits.varied(&bill, level, tertiary), Some(bill.clone()));
        assert_eq!(benefits.varied(&bill, 99, 0), None);
    }
}
