//! What an outcome adds to the accumulators of its settlement year.

use crate::model::{Benefits, Counted};
use crate::{Outcome, StepKind, Year};
use terms::{Fen, MoneyError};

impl Benefits {
    /// What this outcome counts towards each accumulator. Add it to the year before the next bill; a void takes
    /// it away again.
    pub fn counted(&self, outcome: &Outcome) -> Result<Year, MoneyError> {
        let mut year = Year::default();
        for (place, accumulator) in self.accumulators().iter().enumerate() {
            let mut sum = Fen::ZERO;
            for &(counted, layer) in &accumulator.counts {
                for step in outcome.steps.iter().filter(|step| usize::from(step.layer) == layer) {
                    let amount = match (counted, step.kind) {
                        (Counted::Base, StepKind::Layer) => step.length,
                        (Counted::Paid, StepKind::Layer) | (Counted::Deductible, StepKind::Deductible) => {
                            step.amount
                        }
                        _ => continue,
                    };
                    sum = sum.plus(Fen::new(amount)?)?;
                }
            }
            year.set(place, sum);
        }
        Ok(year)
    }
}

impl Year {
    /// This year and what another bill counts.
    pub fn plus(self, counted: Year) -> Result<Year, MoneyError> {
        let mut year = self;
        for place in 0..crate::ACCUMULATORS_MAX {
            year.set(place, year.get(place).plus(counted.get(place))?);
        }
        Ok(year)
    }
}
