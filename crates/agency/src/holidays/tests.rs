use super::*;
use crate::testing::{acting, day, rules};
use crate::{Ids, Memory, Organisation};
use terms::Moment;

struct Office(Memory);

impl Office {
    fn does(&mut self, account: u64, role: &str, command: Command) -> Result<(), String> {
        let actor = acting(account, role, Organisation::Agency);
        let now = Moment::at(day("2026-11-17"), 9, 0);
        let mut context = Context { rules: rules(), actor: &actor, now, ids: Ids::default() };
        let asked = crate::Command::Holidays(command);
        match crate::decide(&self.0, &mut context, &asked) {
            Ok(decision) => {
                assert!(self.0.append(&decision.appends));
                Ok(())
            }
            Err(refusals) => Err(refusals.into_iter().map(|refusal| refusal.code).collect()),
        }
    }

    fn notices(&self) -> Vec<Notice> {
        notices(&self.0.events(&StreamId::Calendar))
    }
}

fn propose(year: i32, text: &str) -> Command {
    Command::Propose { year, text: text.to_owned() }
}

fn answer(number: u32, confirmed: bool) -> Command {
    Command::Answer { number, confirmed }
}

#[test]
fn one_proposes_another_puts_into_force() {
    let mut office = Office(Memory::default());
    let refused = |code: &str| Err(code.to_owned());
    assert_eq!(office.does(1, "window-officer", propose(2027, "a")), refused("calendar/not-permitted"));
    assert_eq!(office.does(2, "policy-officer", answer(1, true)), refused("calendar/nothing-waits"));
    assert_eq!(office.does(2, "policy-officer", propose(2027, "")), refused("calendar/length"));
    let long = "x".repeat(BYTES_MAX + 1);
    assert_eq!(office.does(2, "policy-officer", propose(2027, &long)), refused("calendar/length"));
    office.does(2, "policy-officer", propose(2027, &long[1..])).unwrap();
    assert_eq!(office.does(3, "operator", propose(2028, "b")), refused("calendar/another-waits"));
    assert_eq!(office.does(2, "policy-officer", answer(1, true)), refused("calendar/own-proposal"));
    assert_eq!(office.does(3, "operator", answer(2, true)), refused("calendar/nothing-waits"));
    assert!(in_force(&office.notices()).is_empty());
    office.does(3, "operator", answer(1, true)).unwrap();
    assert_eq!(office.does(3, "operator", answer(1, true)), refused("calendar/nothing-waits"));
    assert_eq!(in_force(&office.notices()).keys().collect::<Vec<_>>(), [&2027]);
}

#[test]
fn the_last_one_confirmed_counts_and_one_dropped_does_not() {
    let mut office = Office(Memory::default());
    for (text, confirmed) in [("first", true), ("second", false), ("third", true), ("fourth", false)] {
        office.does(2, "policy-officer", propose(2027, text)).unwrap();
        let number = waiting(&office.notices()).unwrap().number;
        office.does(if confirmed { 3 } else { 2 }, "policy-officer", answer(number, confirmed)).unwrap();
    }
    assert_eq!(in_force(&office.notices()), BTreeMap::from([(2027, "third")]));
}
