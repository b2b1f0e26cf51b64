//! What stands between two offices: whether they speak to each other, which days agree, what was cleared, what is
//! lodged.

use super::{ClearLine, Message};
use crate::Event;
use ledger::Word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fen, Month};

/// Something that happened between two offices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum RegionEvent {
    /// The other office is known.
    Joined {
        /// Its name.
        name: String,
        /// Since when.
        on: Day,
    },
    /// A message is to be sent until it is acknowledged.
    Sent {
        /// Counted from 1, for each receiver.
        number: u64,
        /// What.
        message: Box<Message>,
    },
    /// The other office has it.
    Acknowledged {
        /// Which.
        number: u64,
    },
    /// A message came.
    Received {
        /// The sender's number.
        number: u64,
        /// What kind.
        message: String,
        /// The first number that has not come, where there is a gap before this one.
        missing_from: Option<u64>,
    },
    /// A day was compared: our books, the messages, their books.
    Compared(Compared),
    /// We proposed a month's clearing.
    Proposed {
        /// Which month.
        month: Month,
        /// The day both post it for.
        day: Day,
        /// By fund.
        lines: Vec<ClearLine>,
    },
    /// A month was cleared.
    Cleared(Cleared),
    /// A month was not cleared: the figures differ.
    Declined {
        /// Which month.
        month: Month,
        /// What we have.
        ours: Vec<ClearLine>,
        /// What they have.
        theirs: Vec<ClearLine>,
    },
    /// The rest of a clearing was paid.
    Paid {
        /// Which month.
        month: Month,
        /// Which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// The day both post it for.
        day: Day,
        /// By us.
        ours: bool,
    },
    /// A prepayment was lodged or called back.
    Prepaid {
        /// Its name.
        reference: Word,
        /// Which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// The day both post it for.
        day: Day,
        /// Ours, lodged with them; otherwise theirs, lodged with us.
        ours: bool,
        /// It is called back.
        back: bool,
    },
}

/// What the comparison of one day came to; a later comparison of the same day replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The day.
    pub day: Day,
    /// On how many records all three sides agree.
    pub agreed: u32,
    /// What they owe us by these, by fund; below zero where more was taken back.
    pub here: BTreeMap<Word, Fen>,
    /// What we owe them.
    pub there: BTreeMap<Word, Fen>,
    /// Records that differ, with what is wrong and what would mend it.
    pub breaks: Vec<(Word, String, String)>,
}

/// A month's clearing, as both posted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// Which month.
    pub month: Month,
    /// The day both posted it for.
    pub day: Day,
    /// By fund.
    pub lines: Vec<ClearLine>,
}

/// The rest of a clearing that is not paid yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// Which month.
    pub month: Month,
    /// Which fund.
    pub fund: Word,
    /// How much.
    pub amount: Fen,
    /// We owe it.
    pub ours: bool,
}

/// The state between us and another office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The other region.
    pub region: Word,
    /// The other office's name.
    pub name: String,
    /// Since when.
    pub joined: Day,
    /// Days compared, the last comparison of each.
    pub days: BTreeMap<Day, Compared>,
    /// Our proposal that waits for its answer.
    pub proposed: Option<Cleared>,
    /// Months cleared.
    pub cleared: Vec<Cleared>,
    /// The last clearing that was declined, with our figures and theirs.
    pub declined: Option<(Month, Vec<ClearLine>, Vec<ClearLine>)>,
    /// Clearings whose rest is not paid.
    pub open: Vec<Open>,
    /// Prepayments by name, the last first.
    pub prepaid: Vec<(Word, Word, Fen, Day, bool, bool)>,
}

impl Link {
    /// Folds one event; events of other services change nothing. `home` is our own region: it says which side of a
    /// clearing is ours.
    pub fn evolve(state: &mut Option<Link>, event: &Event, home: Word) {
        let Event::Region { region, what } = event else { return };
        match (state, &**what) {
            (slot @ None, RegionEvent::Joined { name, on }) => {
                *slot = Some(Link {
                    region: *region,
                    name: name.clone(),
                    joined: *on,
                    days: BTreeMap::new(),
                    proposed: None,
                    cleared: Vec::new(),
                    declined: None,
                    open: Vec::new(),
                    prepaid: Vec::new(),
                });
            }
            (Some(link), what) => link.apply(what, home),
            _ => {}
        }
    }

    fn apply(&mut self, what: &RegionEvent, home: Word) {
        match what {
            RegionEvent::Compared(compared) => {
                self.days.insert(compared.day, compared.clone());
            }
            RegionEvent::Proposed { month, day, lines } => {
                self.proposed = Some(Cleared { month: *month, day: *day, lines: lines.clone() });
            }
            RegionEvent::Cleared(cleared) => {
                self.proposed = None;
                self.declined = None;
                for line in &cleared.lines {
                    // Both are at least zero, so the difference fits.
                    let rest = line.one_owes.minus(line.other_owes).unwrap_or(Fen::ZERO);
                    if rest != Fen::ZERO {
                        let one_pays = !rest.is_negative();
                        let amount = if one_pays { rest } else { rest.negated() };
                        let ours = one_pays == (home < self.region);
                        self.open.push(Open { month: cleared.month, fund: line.fund, amount, ours });
                    }
                }
                self.cleared.push(cleared.clone());
            }
            RegionEvent::Declined { month, ours, theirs } => {
                self.proposed = None;
                self.declined = Some((*month, ours.clone(), theirs.clone()));
            }
            RegionEvent::Paid { month, fund, ours, .. } => {
                self.open.retain(|open| (open.month, open.fund, open.ours) != (*month, *fund, *ours));
            }
            RegionEvent::Prepaid { reference, fund, amount, day, ours, back } => {
                self.prepaid.insert(0, (*reference, *fund, *amount, *day, *ours, *back));
            }
            RegionEvent::Joined { .. }
            | RegionEvent::Sent { .. }
            | RegionEvent::Acknowledged { .. }
            | RegionEvent::Received { .. } => {}
        }
    }
}
