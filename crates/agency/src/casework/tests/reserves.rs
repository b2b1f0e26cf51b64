//! Reliefs played at random against a model that knows sums only: what a case waits for is reserved, nothing else is, and
//! it is let go with the payment or the end. A seed that fails is named and can be had again.

use super::relief::{approve, cashier, pay, relief, senior};
use super::*;
use ledger::{Account, AccountKind, Word};

const FUND: &str = "610100";
const STEPS: usize = 60;

/// Seeded chance, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}

/// A relief as the model knows it; amounts in fen.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Relief {
    Asked,
    Granted(i64),
    Paid(i64),
    Over,
}

/// What must stand in the books: reserved, paid, granted as budget.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sums {
    reserved: i64,
    paid: i64,
    budget: i64,
}

/// Beside the office: what became of each relief, and what stood at the end of each day.
#[derive(Default)]
struct Model {
    reliefs: BTreeMap<CaseId, Relief>,
    budget: i64,
    ends: BTreeMap<Day, Sums>,
}

impl Model {
    fn sums(&self) -> Sums {
        let mut sums = Sums { budget: self.budget, ..Sums::default() };
        for relief in self.reliefs.values() {
            match relief {
                Relief::Granted(amount) => sums.reserved += amount,
                Relief::Paid(amount) => sums.paid += amount,
                Relief::Asked | Relief::Over => {}
            }
        }
        sums
    }
}

fn stands(office: &Office, kind: AccountKind, names: &[&str], end: Day) -> i64 {
    let names: Vec<Word> = names.iter().map(|name| Word::known(name)).collect();
    office.records().moved(&Account::new(kind, &names).unwrap(), Day::MIN, end).net().get()
}

fn check(office: &Office, model: &Model, place: &str) {
    for (case, relief) in &model.reliefs {
        let kept = if let Relief::Granted(amount) = relief { *amount } else { 0 };
        let reserve = stands(office, AccountKind::Reserve, &[&case.to_string(), FUND], Day::MAX);
        assert_eq!(-reserve, kept, "{place}: reserve of case {case}, which is {relief:?}");
    }
    for (end, sums) in model.ends.iter().map(|(day, sums)| (*day, *sums)).chain([(Day::MAX, model.sums())]) {
        let free = -stands(office, AccountKind::Unreserved, &[FUND], end);
        assert_eq!(free, sums.budget - sums.reserved, "{place}: what is free at the end of {end}");
        assert_eq!(
            stands(office, AccountKind::Budget, &[FUND], end),
            sums.budget,
            "{place}: budget on {end}"
        );
        assert_eq!(stands(office, AccountKind::Fund, &[FUND], end), sums.paid, "{place}: paid on {end}");
    }
}

/// What is asked of a case; the model says whether the office must do it.
fn ask(office: &mut Office, model: &mut Model, dice: &mut Dice, case: CaseId) -> Option<&'static str> {
    let amount = i64::try_from(dice.below(900_000)).unwrap() + 1;
    let (what, next) = match (model.reliefs[&case], dice.below(6)) {
        (Relief::Asked, 0..=3) => {
            approve(office, case, &Fen::new(amount).unwrap().to_string());
            ("granted", Relief::Granted(amount))
        }
        (Relief::Asked, 4) => {
            let decision = Decided::Rejected;
            let reject =
                Completion { decision, note: "不符合".to_owned(), ..Completion::approve("approve") };
            office.act(&senior(), case, Action::Complete(reject));
            ("rejected", Relief::Over)
        }
        (Relief::Asked, _) => {
            office.act(&citizen_signed_in(subject(office, case)), case, Action::Withdraw);
            ("withdrawn", Relief::Over)
        }
        (Relief::Granted(kept), 0..=3) => {
            pay(office, case);
            ("paid", Relief::Paid(kept))
        }
        (Relief::Granted(_), 4) => {
            office.act(&citizen_signed_in(subject(office, case)), case, Action::Withdraw);
            ("given up", Relief::Over)
        }
        (Relief::Granted(kept), _) => {
            // Nothing comes back that was not paid.
            let back = Action::PaymentReturned { reason: "户名不符".to_owned() };
            check_refused(acts(office, case, back), "case/not-closed");
            ("refused", Relief::Granted(kept))
        }
        (Relief::Paid(kept), 0..=2) => {
            office.act(&cashier(), case, Action::PaymentReturned { reason: "户名不符".to_owned() });
            ("returned", Relief::Granted(kept))
        }
        _ => return None,
    };
    model.reliefs.insert(case, next);
    Some(what)
}

fn acts(office: &mut Office, case: CaseId, action: Action) -> Result<Decision, Refusals> {
    let command = Command::Act { case, action: Box::new(action) };
    office.decide(&cashier(), &crate::Command::Case(command))
}

fn subject(office: &Office, case: CaseId) -> PersonId {
    CaseFile::of(&office.records.events(&StreamId::Case(case))).subject().unwrap()
}

fn grant(office: &mut Office, amount: i64) {
    let officer = somebody(8, "settlement-officer", Organisation::Agency, None);
    let grant = crate::book_year::Command::Grant {
        year: office.today.year(),
        fund: Word::known(FUND),
        amount: Fen::new(amount).unwrap(),
        paper: "演财〔2026〕1号".to_owned(),
    };
    office.decide(&officer, &crate::Command::BookYear(grant)).unwrap();
}

#[test]
fn what_waits_to_be_paid_is_reserved_whatever_happens() {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 1..=40 {
        let (mut office, mut model, mut dice) = (Office::new("2026-01-05"), Model::default(), Dice(seed));
        for person in 0..5_u64 {
            let number = u16::try_from(person).unwrap() + 20;
            office.person(PersonId(20 + person), citizen("1975-05-01", number), None, None, &["destitute"]);
        }
        for step in 0..STEPS {
            if dice.below(4) == 0 {
                model.ends.insert(office.today, model.sums());
                let later = office.today.plus(i32::try_from(dice.below(3)).unwrap() + 1);
                // The counter is closed on days off.
                let open =
                    (0..15).map(|days| later.plus(days)).find(|day| rules().law.calendar().is_working(*day));
                office.today = open.unwrap();
            }
            let cases: Vec<CaseId> = model.reliefs.keys().copied().collect();
            let what = match dice.below(8) {
                0 => {
                    let amount = i64::try_from(dice.below(2_000_000)).unwrap() + 1;
                    grant(&mut office, amount);
                    model.budget += amount;
                    Some("budget")
                }
                1 | 2 => {
                    let case = relief(&mut office, PersonId(20 + dice.below(5)));
                    model.reliefs.insert(case, Relief::Asked);
                    Some("asked")
                }
                _ if cases.is_empty() => None,
                _ => {
                    let case = cases[usize::try_from(dice.below(cases.len() as u64)).unwrap()];
                    ask(&mut office, &mut model, &mut dice, case)
                }
            };
            if let Some(what) = what {
                *seen.entry(what).or_default() += 1;
                check(&office, &model, &format!("seed {seed}, step {step}, {what}"));
            }
        }
    }
    let all =
        ["asked", "budget", "given up", "granted", "paid", "refused", "rejected", "returned", "withdrawn"];
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), all, "something never happened: {seen:?}");
}
