//! A year of visits: who went where, when, and what stands on the bill.

use super::dice::Dice;
use super::shelf::{BED, CONSUMABLES, DRUGS, NURSING, SURGERY, TESTS, VISIT};
use super::{ACCOUNTS_SINCE, District, OPENING, day};
use agency::settlement::{BillLine, BillRecord, Draw, ToSettle};
use agency::{ProviderId, person};
use benefit::{Code, Filing};
use terms::{Day, Fen};

/// Days before the opening in which the visits lie.
const SPAN_DAYS: i64 = 365;

/// Where people go: provider and weight. Most visits stay near home.
const OUTPATIENT: [(u64, u64); 7] = [(1, 22), (2, 12), (3, 16), (5, 24), (6, 16), (8, 6), (10, 4)];
const INPATIENT: [(u64, u64); 5] = [(1, 45), (2, 18), (3, 24), (4, 6), (8, 7)];
const PHARMACY: ProviderId = ProviderId(10);

impl District {
    /// Every visit of the year before the opening, by the day it ended and then by person. Nobody of the cast has
    /// one, so that the stories begin on an empty year.
    pub fn visits(&self) -> Vec<ToSettle> {
        let cast = self.cast();
        let played = [cast.newborn, cast.newcomer, cast.child, cast.cadre, cast.patient, cast.employee];
        let people = self.people.iter().filter(|person| !played.contains(&person.person));
        let mut visits: Vec<ToSettle> = people.flat_map(|person| self.visits_of(person)).collect();
        visits.sort_by_key(|visit| (visit.bill.enddate, visit.person, visit.bill.begndate));
        visits
    }

    fn visits_of(&self, person: &person::Registered) -> Vec<ToSettle> {
        let mut dice = Dice::of(self.seed, "visits", person.person.0);
        let opening = day(OPENING);
        let age = opening.age(person.citizen.birth());
        let (outpatient_max, stay_per_mille) = match age {
            0..=5 => (4, 40),
            6..=39 => (2, 25),
            40..=59 => (4, 60),
            _ => (6, 220),
        };
        let born_within = i64::from(opening.days_since(person.citizen.birth()));
        let span = SPAN_DAYS.min(born_within - 1);
        if span < 1 {
            return Vec::new();
        }
        let mut visits = Vec::new();
        for _ in 0..dice.between(0, outpatient_max) {
            let on = opening.plus(-(dice.between(1, span) as i32));
            visits.extend(self.outpatient(&mut dice, person, on));
        }
        if dice.chance(stay_per_mille) && span > 20 {
            let days = dice.between(2, 14) as i32;
            let from = opening.plus(-(dice.between(i64::from(days) + 1, span) as i32));
            visits.extend(self.stay(&mut dice, person, from, days));
        }
        visits
    }

    fn outpatient(&self, dice: &mut Dice, person: &person::Registered, on: Day) -> Option<ToSettle> {
        let provider = ProviderId(*dice.weighted(&OUTPATIENT));
        let mut lines = Vec::new();
        if provider != PHARMACY {
            lines.push(VISIT.line(1, on));
            if dice.chance(550) {
                lines.push(dice.pick(TESTS).line(1, on));
            }
        }
        for _ in 0..dice.between(1, 4) {
            lines.push(dice.pick(DRUGS).line(dice.between(1, 3) as u64, on));
        }
        let med_type = if provider == PHARMACY { "41" } else { "11" };
        self.bill(person, provider, med_type, (on, on), lines)
    }

    fn stay(&self, dice: &mut Dice, person: &person::Registered, from: Day, days: i32) -> Option<ToSettle> {
        let provider = ProviderId(*dice.weighted(&INPATIENT));
        let to = from.plus(days);
        let mut lines =
            vec![BED.line(days.unsigned_abs().into(), to), NURSING.line(days.unsigned_abs().into(), to)];
        if dice.chance(450) {
            let on = from.plus(1);
            lines.push(dice.pick(SURGERY).line(1, on));
            lines.push(dice.pick(CONSUMABLES).line(1, on));
        }
        for _ in 0..dice.between(2, 4) {
            lines.push(dice.pick(TESTS).line(1, from));
        }
        for offset in 0..dice.between(3, 8) {
            let on = from.plus((offset as i32).min(days));
            lines.push(dice.pick(DRUGS).line(dice.between(1, 6) as u64, on));
        }
        self.bill(person, provider, "21", (from, to), lines)
    }

    /// Nothing where the person was not insured then or the provider held no agreement: such bills are paid in
    /// cash and claimed at the counter.
    fn bill(
        &self,
        person: &person::Registered,
        provider: ProviderId,
        med_type: &str,
        (begndate, enddate): (Day, Day),
        lines: Vec<BillLine>,
    ) -> Option<ToSettle> {
        let insurance = person.insurance.iter().find(|known| known.from <= begndate)?;
        let made = self.providers.iter().find(|known| known.registered.provider == provider)?;
        let designated = made.is_designated_on(enddate);
        if !designated {
            return None;
        }
        let category = person.categories.first().and_then(|known| known.category.parse().ok());
        let bill = BillRecord {
            insutype: insurance.insutype.parse().ok()?,
            psn_type: insurance.psn_type.parse().ok()?,
            category: category.unwrap_or(Code::NONE),
            hardship: Code::NONE,
            account: Fen::ZERO,
            account_past: Fen::ZERO,
            provider_kind: made.registered.provider_kind.parse().ok()?,
            hosp_lv: made.registered.hosp_lv.parse().ok()?,
            admdvs: made.registered.region.parse().ok()?,
            designated,
            contracted: false,
            med_type: med_type.parse().ok()?,
            begndate,
            enddate,
            filing: Filing::None,
            direct: true,
            lines,
        };
        // The accounts came to the office with the year; only employees have one.
        let own = insurance.insutype == "310" && enddate >= day(ACCOUNTS_SINCE);
        let draw = if own { Draw::Own } else { Draw::Nothing };
        Some(ToSettle { person: person.person, provider, bill, case: None, draw })
    }
}
