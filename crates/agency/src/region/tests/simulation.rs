//! Seeded faults: messages lost, doubled, reordered, either side dying before or after any of them, clocks that jump,
//! answers that come too late. A model that knows only a percentage and a yearly limit checks every answer; in the end
//! both books agree and close to zero on every day.

use super::super::*;
use super::world::{FILED, PATIENTS, STRANGER, World};
use crate::{Decision, Event, StreamId};
use ledger::Word;
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Month};

/// What the fund of each region pays elsewhere without and with a filing, in percent; its yearly limit in fen; what the
/// subsidy pays of the rest, in percent. By hand from the packs.
const POLICY: [(i64, i64, i64, i64); 3] =
    [(50, 70, 2_000_000, 0), (40, 75, 3_000_000, 20), (50, 70, 2_000_000, 0)];

/// Every office with every other.
const PAIRS: [(usize, usize); 6] = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)];

/// `amount` times so many percent, rounded half up.
fn percent(amount: i64, percent: i64) -> i64 {
    (amount * percent + 50) / 100
}

impl World {
    /// Checks every answer of a place of insurance as it is made.
    pub fn model(&mut self, office: usize, decision: &Decision) {
        let remotes =
            decision.appends.iter().flat_map(|append| &append.events).filter_map(|event| match event {
                Event::Remote { remote, what } => Some((*remote, (**what).clone())),
                _ => None,
            });
        for (remote, what) in remotes.collect::<Vec<_>>() {
            match what {
                RemoteEvent::Settled { answer, asked, .. } => {
                    self.model_settled(office, remote, &answer, asked.day)
                }
                RemoteEvent::Refused { reasons, asked, .. } => {
                    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
                    if self.model_refuses(office, remote, asked.day).as_slice() != codes.as_slice() {
                        self.fail(&format!("{office} refused {remote} with {codes:?}"));
                    }
                }
                RemoteEvent::Cancelled { .. } => {
                    // The stream has the cancellation already: settled before it or not.
                    let bill = self.bills[&remote].clone();
                    if let Some(answer) = self.remote(office, remote).answer {
                        *self.paid.entry((office, bill.patient)).or_default() -=
                            answer.amounts.hifp_pay.get();
                    }
                }
                _ => {}
            }
        }
    }

    fn model_refuses(&self, office: usize, remote: Word, day: Day) -> Vec<&'static str> {
        let bill = &self.bills[&remote];
        let today = self.today(office);
        if day.days_since(today).abs() > 1 {
            vec!["region/clocks-differ"]
        } else if bill.patient >= STRANGER {
            vec!["region/not-insured-here"]
        } else if day > today {
            vec!["settlement/not-ended"]
        } else {
            vec![]
        }
    }

    fn model_settled(&mut self, office: usize, remote: Word, answer: &Answer, day: Day) {
        let bill = self.bills[&remote].clone();
        let refused = self.model_refuses(office, remote, day);
        if !refused.is_empty() || bill.insured != office || bill.day != day {
            self.fail(&format!(
                "{office} settled {remote}, which is {bill:?}; to be refused for {refused:?}"
            ));
        }
        let (unfiled, filed, limit, subsidy) = POLICY[office];
        let paid = self.paid.entry((office, bill.patient)).or_default();
        let rate = if bill.patient == FILED { filed } else { unfiled };
        let pooled = percent(bill.total, rate).min(limit - *paid);
        *paid += pooled;
        let large = percent(bill.total - pooled, subsidy);
        let amounts = &answer.amounts;
        let told = [amounts.medfee_sumamt, amounts.hifp_pay, amounts.hifob_pay, amounts.psn_cash_pay];
        let expected = [bill.total, pooled, large, bill.total - pooled - large];
        if told.map(|amount| amount.get()) != expected {
            self.fail(&format!("{office} answered {remote} with {told:?}, the model says {expected:?}"));
        }
    }

    /// What must hold when everything has been said.
    fn check_end(&self) {
        for (remote, bill) in &self.bills {
            let here = self.remote(bill.treating, *remote);
            let there = self.records(bill.insured).remote(*remote);
            let there_stands = there.as_ref().map(|there| there.standing);
            let same = match here.standing {
                Standing::Settled => {
                    there_stands == Some(Standing::Settled)
                        && here.answer == there.as_ref().and_then(|there| there.answer.clone())
                }
                Standing::Refused => there_stands == Some(Standing::Refused),
                Standing::Cancelled => there_stands == Some(Standing::Cancelled),
                Standing::Asked | Standing::Cancelling => false,
            };
            if !same {
                self.fail(&format!("{remote} stands {:?} here and {there_stands:?} there", here.standing));
            }
        }
        // One settlement for each bill, however often it was asked; and what stands in the year is what the model has.
        for office in 0..self.offices.len() {
            let mut made: BTreeMap<u64, u32> = BTreeMap::new();
            let mut left: BTreeMap<usize, i64> = BTreeMap::new();
            for (stream, events) in self.memory(office).streams() {
                let StreamId::Year(person, _) = stream else { continue };
                let year = crate::settlement::BenefitYear::of(events);
                for settled in &year.settlements {
                    *made.entry(settled.settlement.0).or_default() += 1;
                }
                let sum: i64 = year.standing().map(|made| made.amounts.hifp_pay.get()).sum();
                *left.entry(person.0 as usize - 1).or_default() += sum;
            }
            if made.values().any(|count| *count != 1) {
                self.fail("a settlement was made twice");
            }
            for patient in 0..PATIENTS {
                let (books, model) = (left.get(&patient), self.paid.get(&(office, patient)));
                if books.copied().unwrap_or(0) != model.copied().unwrap_or(0) {
                    self.fail(&format!("{office}/{patient}: the year has {books:?}, the model {model:?}"));
                }
            }
        }
        self.check_books();
    }

    fn step(&mut self) {
        let office = self.dice.below(3) as usize;
        let other = (office + 1 + self.dice.below(2) as usize) % 3;
        match self.dice.below(100) {
            0..=19 => {
                let patient = self.dice.below(STRANGER as u64 + 1) as usize;
                let total = self.dice.below(2_000_000) as i64 + 1;
                self.ask(office, other, patient, total);
            }
            20..=69 => {
                if !self.wires.is_empty() {
                    let place = self.dice.below(self.wires.len() as u64) as usize;
                    self.deliver(place);
                }
            }
            70..=76 => self.send_again(office),
            77..=84 => {
                let millis = self.dice.below(40_000) as i64;
                self.note(format!("{millis} ms pass"));
                self.pass(millis);
            }
            85..=86 => {
                let millis = self.dice.below(5 * 86_400_000) as i64 - 2 * 86_400_000;
                self.note(format!("the clock of {office} jumps by {millis} ms"));
                self.offices[office].skew = millis;
            }
            87..=91 => self.give_up(office),
            92..=94 => {
                let settled = self.bills.iter().find(|(name, bill)| {
                    bill.treating == office && self.remote(office, **name).standing == Standing::Settled
                });
                if let Some(remote) = settled.map(|(name, _)| *name) {
                    self.note(format!("{office} takes {remote} back"));
                    let dies = self.dice.chance(10);
                    let _ = self.try_command(office, &Command::Cancel { remote }, dies);
                }
            }
            95..=97 => {
                let day = self.today(office).plus(-(self.dice.below(3) as i32));
                self.note(format!("{office} lists {day} to {other}"));
                let _ = self.try_command(office, &Command::List { region: World::region(other), day }, false);
            }
            98 => {
                let month = self.today(office).month().first().previous().month();
                let command = Command::Clear { region: World::region(other), month };
                let _ = self.try_command(office, &command, false);
            }
            _ => {
                let (fund, amount) = (Word::known("310100"), super::fen("100.00"));
                let command = Command::Lodge { region: World::region(other), fund, amount };
                self.note(format!("{office} lodges with {other}"));
                let dies = self.dice.chance(10);
                let _ = self.try_command(office, &command, dies);
            }
        }
    }

    /// Gives up whatever has waited long enough by the clock of this office.
    fn give_up(&mut self, office: usize) {
        let waiting: Vec<Word> = self
            .bills
            .iter()
            .filter(|(name, bill)| {
                bill.treating == office && self.remote(office, **name).standing == Standing::Asked
            })
            .map(|(name, _)| *name)
            .collect();
        for remote in waiting {
            let dies = self.faulty && self.dice.chance(10);
            if self.try_command(office, &Command::TimeOut { remote }, dies).is_ok() {
                self.note(format!("{office} gives {remote} up"));
            }
        }
    }

    /// The wires are mended, clocks agree again, everything is said to the end.
    fn mend(&mut self) {
        for office in 0..3 {
            self.offices[office].skew = 0;
        }
        self.pass(86_400_000 * 4);
        self.settle_down();
        (0..3).for_each(|office| self.give_up_all(office));
        self.settle_down();
    }

    fn give_up_all(&mut self, office: usize) {
        let faulty = std::mem::replace(&mut self.faulty, false);
        self.give_up(office);
        self.faulty = faulty;
    }

    /// Everything compared, cleared and paid: nothing is left between the regions.
    fn clear_all(&mut self) {
        let end = Month { year: 2026, month: 12 };
        self.until(end.last().plus(20));
        // Days on which either side has, or found, anything; a break found earlier is looked at again.
        let posted = (0..3).flat_map(|office| self.memory(office).entries().map(|entry| entry.day));
        let mut days: BTreeSet<Day> = posted.collect();
        for (office, other) in PAIRS {
            days.extend(self.link(office, World::region(other)).days.keys());
        }
        for (office, other) in PAIRS {
            for &day in &days {
                let command = Command::List { region: World::region(other), day };
                self.try_command(office, &command, false).unwrap();
            }
        }
        self.settle_down();
        for (office, other) in [(2, 0), (2, 1), (1, 0)] {
            // Refused where nothing is left to clear.
            let _ =
                self.try_command(office, &Command::Clear { region: World::region(other), month: end }, false);
        }
        self.settle_down();
        for (office, other) in PAIRS {
            let link = self.link(office, World::region(other));
            if let Some((day, compared)) = link.days.iter().find(|(_, compared)| !compared.breaks.is_empty())
            {
                self.fail(&format!("{office} and {other} differ on {day}: {compared:?}"));
            }
            for open in link.open.iter().filter(|open| open.ours) {
                let command = Command::Pay { region: link.region, month: open.month, fund: open.fund };
                self.try_command(office, &command, false).unwrap();
            }
        }
        self.settle_down();
        self.check_books();
        for (office, other) in PAIRS {
            for fund in ["310100", "330100"].map(Word::known) {
                let other = World::region(other);
                for account in
                    [ledger::Account::receivable(other, fund), ledger::Account::payable_region(other, fund)]
                {
                    let left = self.balance(office, account);
                    if left != terms::Fen::ZERO {
                        self.fail(&format!("{office} still has {left} on {account} after clearing"));
                    }
                }
            }
        }
    }
}

/// One seed from beginning to end; how many bills, messages and deaths it saw.
fn play(seed: u64) -> (usize, usize) {
    let mut world = World::new(seed, true);
    let steps = 40 + world.dice.below(120);
    for _ in 0..steps {
        world.step();
    }
    world.mend();
    world.check_end();
    world.clear_all();
    (world.bills.len(), world.history.len())
}

/// Plays these seeds on two threads; a seed that fails prints its history and its number.
fn seeds(from: u64, count: u64) {
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                for seed in (from..from + count).filter(|seed| seed % 2 == half) {
                    let played = std::panic::catch_unwind(|| play(seed));
                    if played.is_err() {
                        panic!("seed {seed} fails: play({seed}) in region/tests/simulation.rs");
                    }
                }
            });
        }
    });
}

#[test]
fn thousands_of_seeds() {
    seeds(1, 2_000);
}

/// For a night: `cargo test -p agency --release a_night_of_seeds -- --ignored`.
#[test]
#[ignore = "runs long"]
fn a_night_of_seeds() {
    seeds(1_000_000, 1_000_000);
}

/// The faults do happen: a simulation that loses nothing proves nothing.
#[test]
fn the_faults_happen() {
    let mut seen = String::new();
    for seed in 1..60 {
        let mut world = World::new(seed, true);
        (0..150).for_each(|_| world.step());
        seen.push_str(&world.history.join("\n"));
    }
    for word in [
        "lost ask",
        "lost acknowledgement",
        "dies before settled",
        "dies after",
        "jumps by",
        "gives",
        "takes",
    ] {
        assert!(seen.contains(word), "{word}");
    }
}
