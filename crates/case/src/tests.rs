//! The engine at the counter of the made-up tennis club.

mod course;
mod events;
mod faults;
mod offices;
mod panel;
mod passing;
mod seal;
mod versions;
mod windows;

use crate::*;
use policy::{Files, Law};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Calendar, Day, Fact, Facts, Refusals};

/// The club's pack as it lies on disk.
pub(crate) fn files() -> Files {
    [
        ("tennis-club/pack.toml", include_str!("../../../packs/tennis-club/pack.toml")),
        ("tennis-club/settings.toml", include_str!("../../../packs/tennis-club/settings.toml")),
        (
            "tennis-club/articles/statute.toml",
            include_str!("../../../packs/tennis-club/articles/statute.toml"),
        ),
        (
            "tennis-club/calendar/made-up.toml",
            include_str!("../../../packs/tennis-club/calendar/made-up.toml"),
        ),
        ("tennis-club/roles/roles.toml", include_str!("../../../packs/tennis-club/roles/roles.toml")),
        (
            "tennis-club/warnings/warnings.toml",
            include_str!("../../../packs/tennis-club/warnings/warnings.toml"),
        ),
        ("tennis-club/duties/duties.toml", include_str!("../../../packs/tennis-club/duties/duties.toml")),
        ("tennis-club/forms/member.toml", include_str!("../../../packs/tennis-club/forms/member.toml")),
        (
            "tennis-club/procedures/prize.toml",
            include_str!("../../../packs/tennis-club/procedures/prize.toml"),
        ),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into()
}

pub(crate) fn law() -> Law {
    Law::load(&files(), "tennis-club").unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub(crate) fn prize(law: &Law) -> Procedure {
    let procedures = Procedures::compile(law);
    let printed = |faults: &Vec<policy::Diagnostic>| {
        faults.iter().map(|fault| format!("{fault}\n")).collect::<String>()
    };
    procedures.unwrap_or_else(|faults| panic!("{}", printed(&faults))).get("prize").unwrap().clone()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Joined years ago, level senior, played on 2030-05-06 (a Monday).
pub(crate) fn senior() -> Facts {
    [
        ("member.name", Fact::Text("Wang Wei".into())),
        ("member.joined", Fact::Day(day("2030-01-15"))),
        ("member.level", Fact::Code("senior".into())),
        ("match.day", Fact::Day(day("2030-04-29"))),
    ]
    .map(|(name, fact)| (name.to_owned(), fact))
    .into()
}

pub(crate) fn piece() -> Piece {
    Piece { original: true, copies: 1, ..Piece::default() }
}

/// Every paper, as it should be.
pub(crate) fn papers() -> Vec<Presented> {
    let stamped = Piece { stamps: BTreeSet::from(["umpire".to_owned()]), ..piece() };
    let seals = BTreeSet::from(["club".to_owned()]);
    let form = Piece { filled_by: Some("keeper".into()), seals, ..piece() };
    [("score-sheet", vec![stamped.clone(), stamped]), ("photo", vec![piece()]), ("form", vec![form])]
        .map(|(material, pieces)| Presented { material: material.into(), pieces })
        .into()
}

pub(crate) fn codes(refusals: &Refusals) -> Vec<&str> {
    refusals.iter().map(|refusal| refusal.code.as_str()).collect()
}

/// A case being played: each act is decided and folded, the day is set by hand.
pub(crate) struct Play {
    pub(crate) procedure: Procedure,
    pub(crate) calendar: Calendar,
    pub(crate) state: CaseState,
    pub(crate) events: Vec<CaseEvent>,
    pub(crate) today: Day,
    /// What the club's own register says of the member.
    pub(crate) register: Facts,
}

pub(crate) fn actor(who: &str, role: &str, organisation: &str) -> Actor {
    let roles = BTreeSet::from([role.to_owned()]);
    let facts = [("actor.title".to_owned(), Fact::Code("master".into()))].into();
    Actor { who: who.into(), roles, organisation: organisation.into(), facts }
}

impl Play {
    pub(crate) fn new(today: &str) -> Play {
        let law = law();
        let (procedure, calendar) = (prize(&law), law.calendar().clone());
        Play {
            procedure,
            calendar,
            state: CaseState::default(),
            events: Vec::new(),
            today: day(today),
            register: Facts::new(),
        }
    }

    pub(crate) fn act(&mut self, actor: &Actor, action: &Action) -> Result<(), Refusals> {
        let context =
            CaseContext { actor, today: self.today, calendar: &self.calendar, facts: &self.register };
        let events = decide(&self.procedure, &self.state, action, &context)?;
        for event in &events {
            evolve(&mut self.state, event);
        }
        self.events.extend(events);
        Ok(())
    }

    /// Opens a case; of these facts the register knows what the form says it knows, the member says the rest.
    pub(crate) fn open(&mut self, capacity: &str, facts: Facts) -> Result<(), Refusals> {
        let (register, facts) = facts.into_iter().partition(|(name, _)| name.starts_with("member."));
        self.register = register;
        self.open_saying(capacity, facts)
    }

    pub(crate) fn open_saying(&mut self, capacity: &str, facts: Facts) -> Result<(), Refusals> {
        let parties = BTreeMap::from([("training-school".to_owned(), "school/7".to_owned())]);
        let (law, subject, capacity) = ("hash".into(), "person/1".into(), capacity.into());
        self.act(
            &actor("person/1", "member", "public"),
            &Action::Open { law, subject, capacity, parties, facts },
        )
    }

    /// An accepted case of a senior, opened and accepted on 2030-05-06.
    pub(crate) fn accepted() -> Play {
        let mut play = Play::new("2030-05-06");
        play.open("self", senior()).unwrap();
        play.act(&actor("person/1", "member", "public"), &Action::Receive(papers())).unwrap();
        play.act(&desk(), &Action::Accept).unwrap();
        play
    }

    pub(crate) fn approve(&mut self, actor: &Actor, step: &str) -> Result<(), Refusals> {
        self.act(actor, &Action::Complete(Completion::approve(step)))
    }

    pub(crate) fn place(&self) -> String {
        match &self.state.position {
            Position::At(state) => state.clone(),
            Position::Closed(outcome) => format!("closed: {outcome}"),
            other => format!("{other:?}"),
        }
    }
}

pub(crate) fn desk() -> Actor {
    actor("account/1", "desk", "club")
}

pub(crate) fn coach() -> Actor {
    actor("account/2", "coach", "school/7")
}

pub(crate) fn keeper() -> Actor {
    actor("account/3", "keeper", "club")
}

pub(crate) fn treasurer() -> Actor {
    actor("account/4", "treasurer", "club")
}
