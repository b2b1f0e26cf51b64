//! Who plays the stories: people of the district who fit a part, found by what they are and not by number, so that
//! every seed has a cast.

use super::{District, OPENING, day};
use agency::{PersonId, UnitId, person};

/// The people of the stories. No two parts are played by one person, and none has a visit before the stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cast {
    /// Born in the month the office opens, child of a staff member; has no certificate yet.
    pub newborn: PersonId,
    /// Born early in the month before the office opens, child of a staff member: story 1.
    pub infant: PersonId,
    /// The unit of the newborn's parent; its liaison officer has a ready account.
    pub unit: UnitId,
    /// A child of school age of a staff member, without a certificate yet.
    pub newcomer: PersonId,
    /// A child of staff of an agency or institution, who falls ill away from designated hospitals.
    pub child: PersonId,
    /// A retired cadre.
    pub cadre: PersonId,
    /// An employee in post who is referred to another region; has a ready account.
    pub patient: PersonId,
    /// An employee in post with one long stay.
    pub employee: PersonId,
}

impl District {
    /// The cast of this district. In a district too small for a part, the first person plays it.
    pub fn cast(&self) -> Cast {
        let today = day(OPENING);
        let age = |person: &person::Registered| today.age(person.citizen.birth());
        let is = |person: &person::Registered, category: &str| {
            person.categories.iter().any(|known| known.category == category)
        };
        let staff_child = |person: &person::Registered| is(person, "staff-child");
        let in_post = |person: &person::Registered| {
            person.categories.is_empty() && person.insurance.iter().any(|known| known.psn_type == "1101")
        };
        let newborn = self.first(&[], |person| {
            let birth = person.citizen.birth();
            staff_child(person) && birth.month() == today.month() && birth < today
        });
        let unit =
            self.person(newborn).and_then(|child| self.person(child.parent?)?.unit).unwrap_or(UnitId(1));
        let mut parts = vec![newborn];
        let mut part = |fits: &dyn Fn(&person::Registered) -> bool| {
            let found = self.first(&parts, fits);
            parts.push(found);
            found
        };
        Cast {
            newborn,
            unit,
            infant: part(&|person| {
                let (birth, before) = (person.citizen.birth(), today.plus_months(-1).month());
                staff_child(person) && birth.month() == before && birth.day_of_month() <= 12
            }),
            newcomer: part(&|person| staff_child(person) && (7..=12).contains(&age(person))),
            child: part(&|person| staff_child(person) && (3..=9).contains(&age(person))),
            cadre: part(&|person| is(person, "retired-cadre")),
            patient: part(&|person| in_post(person) && (45..=54).contains(&age(person))),
            employee: part(&|person| in_post(person) && (30..=50).contains(&age(person))),
        }
    }

    /// The person with this id.
    pub fn person(&self, person: PersonId) -> Option<&person::Registered> {
        self.people.get(usize::try_from(person.0).ok()?.checked_sub(1)?)
    }

    fn first(&self, taken: &[PersonId], fits: impl Fn(&person::Registered) -> bool) -> PersonId {
        let found = self.people.iter().find(|person| !taken.contains(&person.person) && fits(person));
        found.map_or(PersonId(1), |person| person.person)
    }
}
