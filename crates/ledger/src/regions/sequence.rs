//! Messages between offices are numbered; a replay or a gap is noticed.

use std::collections::BTreeSet;

/// What a message's number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The next one, or one that was missing.
    New,
    /// It came before: the same answer, no effect.
    Replay,
    /// It is new, and some before it have not come; from the first to the last of them.
    Gap {
        /// First missing number.
        from: u64,
        /// Last missing number.
        to: u64,
    },
    /// So far ahead that the sender must be asked first; it was not taken.
    TooFar,
}

/// The numbers that came from one office, counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sequence {
    highest: u64,
    missing: BTreeSet<u64>,
}

/// How many numbers may be missing before the sender is asked.
const MISSING_MAX: u64 = 10_000;

impl Sequence {
    /// Takes the number of a message that came.
    pub fn take(&mut self, number: u64) -> Arrival {
        if number <= self.highest {
            return if self.missing.remove(&number) { Arrival::New } else { Arrival::Replay };
        }
        let from = self.highest + 1;
        if (number - from).saturating_add(self.missing.len() as u64) > MISSING_MAX {
            return Arrival::TooFar;
        }
        self.missing.extend(from..number);
        self.highest = number;
        if from == number { Arrival::New } else { Arrival::Gap { from, to: number - 1 } }
    }

    /// Numbers that have not come.
    pub fn missing(&self) -> impl Iterator<Item = u64> {
        self.missing.iter().copied()
    }
}
