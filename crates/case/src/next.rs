//! What may happen next to a case, by whom, by when. Pages draw desks, timelines and flow charts from it.

use crate::owner::Owner;
use crate::procedure::{Act, Ending, Procedure, Work};
use crate::state::{CaseState, Position};
use crate::time::clocks;
use std::collections::BTreeSet;
use terms::{ArticleId, Calendar, Dated, Day, Name};

/// Something that may be done now, or is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// What.
    pub what: What,
    /// What people call it.
    pub name: Name,
    /// By whom; the applicant or nobody where none.
    pub owner: Option<Owner>,
    /// The organisation the relation stands for in this case (`provider/3`).
    pub organisation: Option<String>,
    /// Those who may not do it because of what they did before.
    pub not: BTreeSet<String>,
    /// By when.
    pub due: Option<Dated>,
    /// The article.
    pub article: ArticleId,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The counter checks and accepts, asks for what is missing, or declines.
    Intake,
    /// The applicant brings what was missing.
    Mend,
    /// A step is done.
    Step {
        /// The step's id.
        step: String,
        /// What it is to its doer.
        act: Act,
    },
    /// The notice is put up.
    StartNotice,
    /// An objection is heard.
    Hear {
        /// Its number.
        objection: u32,
    },
    /// Time passes.
    Wait,
}

/// Everything that may happen next; empty for a closed case.
pub fn next_actions(procedure: &Procedure, state: &CaseState, today: Day, calendar: &Calendar) -> Vec<Next> {
    let due = clocks(procedure, state, today, calendar).into_iter().next().map(|clock| clock.due);
    let make = |what: What, name: &Name, owner: Option<&Owner>, article: &ArticleId, apart: &[&str]| Next {
        what,
        name: name.clone(),
        owner: owner.cloned(),
        organisation: owner
            .map(|owner| state.parties.get(&owner.organisation).unwrap_or(&owner.organisation).clone()),
        not: apart.iter().flat_map(|step| state.doers(step)).map(|by| by.who.clone()).collect(),
        due: due.clone(),
        article: article.clone(),
    };
    let here = match &state.position {
        Position::New | Position::Closed(_) => return Vec::new(),
        Position::Intake => {
            if let Some(correcting) = &state.correction {
                let mut mend = make(What::Mend, &procedure.name, None, &procedure.correction.article, &[]);
                mend.due = Some(correcting.until.clone());
                return vec![mend];
            }
            let intake = &procedure.intake;
            return vec![make(What::Intake, &procedure.name, Some(&intake.owner), &intake.article, &[])];
        }
        Position::At(id) => match procedure.state(id) {
            Some(here) => here,
            None => return Vec::new(),
        },
    };
    match &here.work {
        Work::Steps { steps, .. } => steps
            .iter()
            .filter(|step| !state.is_done_here(step))
            .map(|step| {
                let what = What::Step { step: step.id.clone(), act: step.act };
                let apart: Vec<&str> = procedure.apart(step).collect();
                let mut next = make(what, &step.name, Some(&step.owner), &step.article, &apart);
                // Who has spoken on a panel has done their part.
                next.not.extend(state.votes(&step.id).map(|(who, _)| who.to_owned()));
                next
            })
            .collect(),
        Work::Wait(wait) => vec![make(What::Wait, &here.name, Some(&wait.owner), &wait.article, &[])],
        Work::Notice(notice) => {
            let up = state.notice.as_ref().filter(|up| up.state == here.id);
            let Some(_) = up else {
                return vec![make(What::StartNotice, &here.name, Some(&notice.owner), &notice.article, &[])];
            };
            let open = state.objections.iter().filter(|(_, objection)| objection.upheld.is_none());
            let mut next: Vec<Next> = open
                .map(|(number, _)| {
                    let what = What::Hear { objection: *number };
                    make(what, &here.name, Some(&notice.owner), &notice.article, &[])
                })
                .collect();
            if next.is_empty() {
                next.push(make(What::Wait, &here.name, Some(&notice.owner), &notice.article, &[]));
            }
            next
        }
    }
}

/// Whether the case ended in what was asked for.
pub fn granted(procedure: &Procedure, state: &CaseState) -> bool {
    match &state.position {
        Position::Closed(outcome) => {
            procedure.outcome(outcome).is_some_and(|end| end.ends == Ending::Granted)
        }
        Position::New | Position::Intake | Position::At(_) => false,
    }
}
