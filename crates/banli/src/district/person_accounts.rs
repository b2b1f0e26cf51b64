//! Personal accounts as they came to the office: a balance of this year and of earlier ones, and the base of
//! contributions of whoever is in work.

use super::dice::Dice;
use super::{ACCOUNTS_SINCE, District, OPENING, day};
use agency::person_account::{AccountLaw, Command};
use terms::{Day, Fen, Month};

impl District {
    /// What is said of every account on the day they came: the balances, and the bases.
    pub(super) fn accounts_taken_over(&self, law: &AccountLaw) -> Vec<Command> {
        let since = day(ACCOUNTS_SINCE);
        let mut commands = Vec::new();
        for known in &self.people {
            let age = since.age(known.citizen.birth());
            let on = |from: Day, to: Option<Day>| from <= since && to.is_none_or(|to| since <= to);
            let mut insured = known.insurance.iter().filter(|one| on(one.from, one.to));
            let row = insured.find_map(|one| law.row(&one.insutype, &one.psn_type, age, since));
            let Some(row) = row else { continue };
            let person = known.person;
            let mut dice = Dice::of(self.seed, "person-account", person.0);
            let yuan = |dice: &mut Dice, most| Fen::new(dice.between(0, most) * 100).unwrap_or(Fen::ZERO);
            let (this_year, past) = (yuan(&mut dice, 1_500), yuan(&mut dice, 750));
            // Whoever kept them before had credited the months up to the opening in one sum.
            let through = day(OPENING).month().first().previous().month();
            commands.push(Command::TakeOver { person, this_year, past, through });
            if row.amount(None).is_none() {
                let base = Fen::new(dice.between(48, 240) * 10_000).unwrap_or(Fen::ZERO);
                let from = Month { year: since.year(), month: 1 };
                commands.push(Command::SetBase { person, base, from });
            }
        }
        commands
    }
}
