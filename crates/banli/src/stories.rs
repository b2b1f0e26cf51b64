//! The stories of the demo: what the office promises, played through the desk by the people of the district, on
//! days before the office opens, so that every page has something true to show.
//!
//! Each act carries a key, so stories that broke off are taken up where they stopped.

mod books;
mod certificates;
mod referral;
mod reimbursements;
mod settlement;

use crate::desk::{Declined, Desk};
use crate::district::{Cast, District, ReadyAccount};
use crate::progress::Progress;
use agency::casework::{self, Open};
use agency::{Actor, CaseId, Command, PersonId, UnitId};
use anyhow::{Context as _, bail, ensure};
use case::{Action, Completion, Piece, Presented};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::RequestKey;
use terms::{Day, Facts, Moment};

/// What became of a story, for the summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its number in the book.
    pub number: u8,
    /// What it is about.
    pub title: String,
    /// What happened, a line each.
    pub lines: Vec<String>,
}

/// How many stories there are.
pub const COUNT: u64 = 7;

type Story = fn(&Stage<'_>) -> anyhow::Result<Vec<String>>;

/// Plays every story, or what is missing of it.
///
/// # Errors
/// Trouble of the store, or a story that takes another turn than it is told to: then the law at hand is not the one
/// the stories were written for.
pub fn play(
    desk: &Desk,
    district: &District,
    ready: &[ReadyAccount],
    progress: &Progress,
) -> anyhow::Result<Vec<Told>> {
    let cast = district.cast();
    let begun = RequestKey::new("story/newborn/open")?;
    let again = desk.store().read(|reader| reader.request(&begun))?.is_some();
    let stage = Stage { desk, district, ready, cast, again };
    let stories: [(u8, &str, Story); COUNT as usize] = [
        (
            1,
            "a newborn gets a certificate on a day outside the window, without a photo",
            certificates::newborn,
        ),
        (
            2,
            "a newcomer asks on the 6th of a month without a working day in its first five",
            certificates::newcomer,
        ),
        (3, "a child's emergency: day 30, day 31, no emergency stamp", reimbursements::child),
        (4, "a retired cadre outside designated hospitals", reimbursements::cadre),
        (5, "a referral by five hands, treatment elsewhere, six papers", referral::patient),
        (6, "an employee's stay of 100,000 yuan under the law of 2020", settlement::employee),
        (7, "a year of months told to the providers and paid out of money that came in", books::year),
    ];
    let mut told = Vec::new();
    for (number, title, story) in stories {
        let lines = story(&stage).with_context(|| format!("story {number}, {title}"))?;
        told.push(Told { number, title: title.to_owned(), lines });
        progress.add(1);
    }
    progress.finish();
    Ok(told)
}

/// Where the stories are played: the desk, and everybody who acts.
struct Stage<'a> {
    desk: &'a Desk,
    district: &'a District,
    ready: &'a [ReadyAccount],
    cast: Cast,
    /// The stories were begun before: what was refused then may be refused for another reason now, because its
    /// case has gone on.
    again: bool,
}

impl Stage<'_> {
    /// The ready account of this sign-in name.
    fn actor(&self, login: &str) -> anyhow::Result<Actor> {
        let found = self.ready.iter().find(|ready| ready.login == login);
        found.map(|ready| ready.actor.clone()).with_context(|| format!("nobody signs in as {login}"))
    }

    /// The liaison officer of a unit.
    fn liaison(&self, unit: UnitId) -> anyhow::Result<Actor> {
        let found = self.desk.store().with_records(|records| {
            let liaison = records.unit(unit)?.liaisons.first()?.account;
            Some(records.account(liaison)?.opened.actor)
        })?;
        found.with_context(|| format!("unit {unit} has no liaison officer"))
    }

    /// A person of the district.
    fn person(&self, id: PersonId) -> anyhow::Result<&agency::person::Registered> {
        self.district.person(id).with_context(|| format!("there is no person {id}"))
    }

    /// Applies; the case.
    fn open(&self, key: &str, on: Day, who: &Actor, open: Open) -> anyhow::Result<CaseId> {
        let command = Command::Case(casework::Command::Open(Box::new(open)));
        let done =
            self.submit(key, on, who, &command)?.map_err(|codes| anyhow::anyhow!("refused: {codes:?}"))?;
        done.with_context(|| format!("{key} opened no case"))
    }

    /// Does something to a case that must succeed.
    fn act(&self, key: &str, on: Day, who: &Actor, case: CaseId, action: Action) -> anyhow::Result<()> {
        let command = Command::Case(casework::Command::Act { case, action: Box::new(action) });
        match self.submit(key, on, who, &command)? {
            Ok(_) => Ok(()),
            Err(codes) => bail!("{key} was refused: {codes:?}"),
        }
    }

    /// Does something to a case that must be refused for exactly this reason.
    fn refused(
        &self,
        key: &str,
        on: Day,
        who: &Actor,
        case: CaseId,
        action: Action,
        code: &str,
    ) -> anyhow::Result<String> {
        let command = Command::Case(casework::Command::Act { case, action: Box::new(action) });
        match self.submit(key, on, who, &command)? {
            Ok(_) => bail!("{key} was taken; it should be refused with {code}"),
            Err(codes) => {
                ensure!(
                    self.again || codes.contains(code),
                    "{key} was refused for {codes:?}, not for {code}"
                );
                Ok(format!("{on}  refused: {code}"))
            }
        }
    }

    /// Approves a step.
    fn approve(
        &self,
        key: &str,
        on: Day,
        who: &Actor,
        case: CaseId,
        step: &str,
        facts: Facts,
    ) -> anyhow::Result<()> {
        let completion = Completion { facts, ..Completion::approve(step) };
        self.act(key, on, who, case, Action::Complete(completion))
    }

    /// Pays what a case has due.
    fn pay(&self, key: &str, on: Day, case: CaseId, payee: &str) -> anyhow::Result<()> {
        let materials = vec![original("payee-id")];
        let completion = Box::new(Completion { materials, ..Completion::approve("pay") });
        let payee = payee.to_owned();
        let command = casework::Command::Pay { case, completion, payee, method: "window".to_owned() };
        match self.submit(key, on, &self.actor("cashier")?, &Command::Case(command))? {
            Ok(_) => Ok(()),
            Err(codes) => bail!("{key} was refused: {codes:?}"),
        }
    }

    /// Submits at half past nine of the day: the case it moved, or the codes it was refused with.
    fn submit(
        &self,
        key: &str,
        on: Day,
        who: &Actor,
        command: &Command,
    ) -> anyhow::Result<Result<Option<CaseId>, BTreeSet<String>>> {
        let key = RequestKey::new(format!("story/{key}"))?;
        match self.desk.submit_at(who, Some(&key), command, Moment::at(on, 9, 30)) {
            Ok(done) => Ok(Ok(done.case())),
            Err(Declined::Refused(refusals)) => {
                Ok(Err(refusals.into_iter().map(|refusal| refusal.code).collect()))
            }
            Err(declined) => Err(declined.into()),
        }
    }

    /// What became of the claim of a case, in a line.
    fn settled(&self, case: CaseId) -> anyhow::Result<String> {
        let rows = self.desk.store().read(|reader| reader.settlements_of_case(case))?;
        let row = rows.first().with_context(|| format!("case {case} was not settled"))?;
        Ok(format!(
            "total {}, funds {}, the person {}",
            row.medfee_sumamt.grouped(),
            row.fund_pay_sumamt.grouped(),
            row.psn_cash_pay.grouped()
        ))
    }
}

/// A day of the stories.
fn day(text: &str) -> anyhow::Result<Day> {
    Ok(text.parse()?)
}

/// An original paper in one piece.
fn original(material: &str) -> Presented {
    paper(material, Piece { original: true, ..Piece::default() })
}

/// An original with a copy.
fn with_copy(material: &str) -> Presented {
    paper(material, Piece { original: true, copies: 1, ..Piece::default() })
}

fn paper(material: &str, piece: Piece) -> Presented {
    Presented { material: material.to_owned(), pieces: vec![piece] }
}

#[cfg(test)]
mod tests;
