//! Personal accounts (个人账户): what is credited to a person month by month, what settlements draw from it, what comes
//! back. Everything that happens to one account stands on one stream, so that two settlements at once cannot both
//! draw the same fen: the second meets a version conflict. The books carry the same movements as entries.
//!
//! An account has two parts: what was credited in the calendar year, and what is left of the years before. On the
//! first movement of a new year the first part has become part of the second.

mod decide;
mod law;

pub use decide::{Command, Due, PEOPLE_MAX, decide, due};
pub use law::{AccountLaw, CreditRow, Family, Relation};

use crate::{Event, PersonId, SettlementId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use terms::{ArticleId, Day, Fen, Month};

/// Something that happened to a personal account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum AccountEvent {
    /// Balances came from whoever kept the account before this office did.
    TakenOver {
        /// Credited in the year, and left.
        this_year: Fen,
        /// Left of earlier years.
        past: Fen,
        /// The last month that is credited in them.
        through: Month,
        /// When.
        on: Day,
    },
    /// The monthly base of contributions that credits are a share of.
    BaseSet {
        /// Yuan a month.
        base: Fen,
        /// The first month it holds for, by its first day.
        from: Day,
        /// When it was said.
        on: Day,
    },
    /// A month was credited.
    Credited {
        /// Which month.
        month: Month,
        /// How much.
        amount: Fen,
        /// What it is a share of; nothing for a fixed amount.
        base: Option<Fen>,
        /// What it rests on.
        article: ArticleId,
        /// When.
        on: Day,
    },
    /// A settlement was paid from it in part.
    Drawn {
        /// Which.
        settlement: SettlementId,
        /// Whose; another person's where the family uses it.
        by: PersonId,
        /// From what was credited in the year.
        this_year: Fen,
        /// From what was left of earlier years.
        past: Fen,
        /// When.
        on: Day,
    },
    /// The settlement was taken back, and with it what it drew.
    Returned {
        /// Which.
        settlement: SettlementId,
        /// When.
        on: Day,
    },
    /// A relative may use the account. It stands on both accounts' streams.
    AidGranted {
        /// Whose account.
        holder: PersonId,
        /// Who may use it.
        member: PersonId,
        /// What the member is to the holder, by the packs' words.
        relation: String,
        /// From when.
        from: Day,
    },
    /// The relative may no longer.
    AidEnded {
        /// Whose account.
        holder: PersonId,
        /// Who might use it.
        member: PersonId,
        /// The first day on which they may not.
        on: Day,
    },
}

/// What a settlement drew, and from whose account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Whose account.
    pub holder: PersonId,
    /// From what was credited in the year.
    pub this_year: Fen,
    /// From what was left of earlier years.
    pub past: Fen,
}

/// Leave for a relative to use an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aid {
    /// Whose account.
    pub holder: PersonId,
    /// Who may use it.
    pub member: PersonId,
    /// What the member is to the holder.
    pub relation: String,
    /// From when.
    pub from: Day,
    /// The first day on which not; open where none.
    pub ended: Option<Day>,
}

impl Aid {
    /// It holds on this day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.ended.is_none_or(|ended| day < ended)
    }
}

/// One line of the person's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What happened.
    pub what: AccountEvent,
    /// What it moved; below zero where it was drawn.
    pub amount: Fen,
    /// What was left after it.
    pub balance: Fen,
}

/// The state of one person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonAccount {
    /// Whose.
    pub person: PersonId,
    /// How many events it has: what an append expects.
    pub version: u64,
    /// Everything that moved money, in order.
    pub movements: Vec<Movement>,
    /// Months that were credited.
    pub credited: BTreeSet<Month>,
    /// Balances were taken over, with every month up to this one credited in them.
    pub taken_over: Option<Month>,
    /// Leave given to or by this person, in order.
    pub aids: Vec<Aid>,
    bases: Vec<(Day, Fen)>,
    year: i32,
    this_year: Fen,
    past: Fen,
    standing: BTreeMap<SettlementId, (i32, Fen, Fen)>,
}

impl PersonAccount {
    /// The account after these events of its stream.
    pub fn of(person: PersonId, events: &[Event]) -> PersonAccount {
        let mut account = PersonAccount {
            person,
            version: 0,
            movements: Vec::new(),
            credited: BTreeSet::new(),
            taken_over: None,
            aids: Vec::new(),
            bases: Vec::new(),
            year: i32::MIN,
            this_year: Fen::ZERO,
            past: Fen::ZERO,
            standing: BTreeMap::new(),
        };
        for event in events {
            account.version += 1;
            if let Event::PersonAccount { what, .. } = event {
                account.apply(what);
            }
        }
        account
    }

    /// What is left on this day of what the year brought, and of earlier years.
    pub fn parts_on(&self, day: Day) -> (Fen, Fen) {
        if day.year() > self.year { (Fen::ZERO, self.balance()) } else { (self.this_year, self.past) }
    }

    /// What is left.
    pub fn balance(&self) -> Fen {
        // Two parts within numeric(16,2), of which each was checked when it was credited.
        self.this_year.plus(self.past).unwrap_or(Fen::MAX)
    }

    /// This month was credited, here or before the account came here.
    pub fn has_had(&self, month: Month) -> bool {
        self.credited.contains(&month) || self.taken_over.is_some_and(|through| month <= through)
    }

    /// The base that holds on this day.
    pub fn base_on(&self, day: Day) -> Option<Fen> {
        self.bases.iter().rev().find(|(from, _)| *from <= day).map(|(_, base)| *base)
    }

    /// Accounts of relatives that this person may use on this day, in the order leave was given.
    pub fn helpers(&self, day: Day) -> impl Iterator<Item = PersonId> {
        let mine = move |aid: &&Aid| aid.member == self.person && aid.holds_on(day);
        self.aids.iter().filter(mine).map(|aid| aid.holder)
    }

    /// Relatives who may use this account on this day.
    pub fn members(&self, day: Day) -> impl Iterator<Item = &Aid> {
        self.aids.iter().filter(move |aid| aid.holder == self.person && aid.holds_on(day))
    }

    /// The settlement drew from this account and was not taken back.
    pub fn has_drawn(&self, settlement: SettlementId) -> bool {
        self.standing.contains_key(&settlement)
    }

    fn apply(&mut self, what: &AccountEvent) {
        let before = self.balance();
        match what {
            AccountEvent::TakenOver { this_year, past, through, on } => {
                self.turn(on.year());
                self.taken_over = Some(*through);
                add(&mut self.this_year, *this_year);
                add(&mut self.past, *past);
            }
            AccountEvent::BaseSet { base, from, .. } => {
                self.bases.push((*from, *base));
                self.bases.sort_by_key(|(from, _)| *from);
                return;
            }
            AccountEvent::Credited { month, amount, on, .. } => {
                self.turn(on.year());
                self.credited.insert(*month);
                // A month of an earlier year that is credited late is no part of this year.
                let part = if month.year < on.year() { &mut self.past } else { &mut self.this_year };
                add(part, *amount);
            }
            AccountEvent::Drawn { settlement, this_year, past, on, .. } => {
                self.turn(on.year());
                self.standing.insert(*settlement, (self.year, *this_year, *past));
                add(&mut self.this_year, this_year.negated());
                add(&mut self.past, past.negated());
            }
            AccountEvent::Returned { settlement, on } => {
                self.turn(on.year());
                let Some((year, this_year, past)) = self.standing.remove(settlement) else { return };
                let part = if year < self.year { &mut self.past } else { &mut self.this_year };
                add(part, this_year);
                add(&mut self.past, past);
            }
            AccountEvent::AidGranted { holder, member, relation, from } => {
                let (holder, member, from) = (*holder, *member, *from);
                self.aids.push(Aid { holder, member, relation: relation.clone(), from, ended: None });
                return;
            }
            AccountEvent::AidEnded { holder, member, on } => {
                let named =
                    |aid: &&mut Aid| aid.holder == *holder && aid.member == *member && aid.ended.is_none();
                self.aids.iter_mut().filter(named).for_each(|aid| aid.ended = Some(*on));
                return;
            }
        }
        let amount = self.balance().minus(before).unwrap_or_default();
        self.movements.push(Movement { what: what.clone(), amount, balance: self.balance() });
    }

    /// In a new year everything left is of earlier years.
    fn turn(&mut self, year: i32) {
        if year > self.year {
            self.past = self.balance();
            self.this_year = Fen::ZERO;
            self.year = year;
        }
    }
}

/// Sums were checked before the event was made; a fold never fails.
fn add(part: &mut Fen, amount: Fen) {
    *part = part.plus(amount).unwrap_or(*part);
}

#[cfg(test)]
mod tests;
