//! Where the curve of a bill turns: the amounts at which a deductible is used up, a band ends or a limit is reached,
//! each with the article that makes it. Between two turns everybody's share is a straight line, but for rounding.

use crate::bill::{Bill, Class, Line};
use crate::explain::Explained;
use crate::model::Benefits;
use crate::outcome::{Outcome, Step, StepKind};
use crate::prove::search;
use crate::{Price, Quantity, Share};
use std::collections::BTreeSet;
use terms::{Day, Fen};

/// A place where the curve turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The first amount that is worked out otherwise than the amounts below it.
    pub at: Fen,
    /// What is new in its explanation.
    pub steps: Vec<Explained>,
}

impl Line {
    /// One item of class A without a ceiling at this amount; nothing for an amount below zero.
    pub fn in_scope(amount: Fen, day: Day) -> Option<Line> {
        Some(Line {
            price: Price::from_micros(u64::try_from(amount.get()).ok()?.checked_mul(10_000)?)?,
            quantity: Quantity::ONE,
            ceiling: None,
            first_own: Share::ZERO,
            class: Class::A,
            day,
            entry: None,
            illustrative: false,
        })
    }
}

impl Benefits {
    /// The turns up to this amount for bills like this one (its lines are left out of account) with a single line
    /// in scope. Empty where such bills are refused.
    pub fn turns(&self, like: &Bill, upto: Fen) -> Vec<Turn> {
        let upto = u64::try_from(upto.get()).unwrap_or(0);
        let ends = search::ends_of_pieces(self, like, upto);
        ends.into_iter().filter_map(|end| self.turn(like, Fen::new(end.cast_signed()).ok()?)).collect()
    }

    /// What is new at this amount against one fen less.
    fn turn(&self, like: &Bill, at: Fen) -> Option<Turn> {
        let outcome = |amount: Fen| {
            let mut bill = like.clone();
            bill.lines = vec![Line::in_scope(amount, bill.visit.enddate)?];
            let mut outcome = Outcome::default();
            self.trace(&bill, &mut outcome).ok()?;
            Some(outcome)
        };
        let (below, here) = (outcome(at.minus(Fen::new(1).ok()?).ok()?)?, outcome(at)?);
        let known: BTreeSet<(StepKind, u8, u32)> =
            below.steps.iter().map(|step| (step.kind, step.layer, step.row)).collect();
        let mut steps = Vec::new();
        for step in &here.steps {
            let new = !known.contains(&(step.kind, step.layer, step.row)) && step.kind != StepKind::Layer;
            // A layer that begins with nothing turns nothing; one that ends with nothing does.
            let begins =
                !known.iter().any(|(kind, layer, _)| (*kind, *layer) == (StepKind::Band, step.layer));
            let new = new && !(begins && step.kind == StepKind::Band && self.pays_nothing(step));
            if let Some(layer) = self.layers.get(usize::from(step.layer)).filter(|_| new) {
                self.explain_step(layer, step, &mut steps);
            }
        }
        (!steps.is_empty()).then_some(Turn { at, steps })
    }

    /// The band of this step pays nothing of what lies in it.
    fn pays_nothing(&self, step: &Step) -> bool {
        let band =
            self.layers.get(usize::from(step.layer)).and_then(|layer| layer.bands.get(step.row as usize));
        band.is_some_and(|band| band.rate.num() == 0)
    }
}

#[cfg(test)]
mod tests;
