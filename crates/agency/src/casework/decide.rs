//! The one door to cases.

use super::advance::advance;
use super::command::Command;
use super::file::CaseFile;
use super::{assign, claim, lines, migrate, open, open_about, pay, reserve, stand_in};
use crate::{Capability, CaseId, Context, Decision, Records, StreamId};
use case::Action;
use terms::Refusals;

/// Decides a command about cases.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    match command {
        Command::Open(open) => open::apply(records, context, open),
        Command::OpenAbout(open) => open_about::apply(records, context, open),
        Command::EnterClaim { case, claim } => claim::enter(records, context, *case, claim),
        Command::RefuseLines { case, lines } => lines::refuse(records, context, *case, lines),
        Command::Act { case, action } => match action.as_ref() {
            Action::Open { .. } | Action::Pay { .. } | Action::Reopen { .. } => {
                Err(vec![context.refuse("case/not-that-way")])
            }
            action => act(records, context, *case, action),
        },
        Command::Assign { case, to } => assign::assign(records, context, *case, *to),
        Command::Migrate { case } => migrate::migrate(records, context, *case),
        Command::Pay { case, completion, payee, method } => {
            if !context.may(Capability::Pay) {
                return Err(vec![context.refuse("case/may-not-pay")]);
            }
            let amount = pay::due(records, context, *case)?;
            pay::may_be_paid(records, context, *case, method, payee)?;
            let (completion, payee, method) = (completion.as_ref().clone(), payee.clone(), method.clone());
            act(records, context, *case, &Action::Pay { completion, amount, payee, method })
        }
    }
}

fn act(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    action: &Action,
) -> Result<Decision, Refusals> {
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let rules = context.rules;
    let Some(procedure) = rules.procedure_of(&file.state) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    if *action == Action::Accept {
        claim::still_unpaid(records, context, case, &file)?;
    }
    stand_in::still_holds(records, context, &file)?;
    let mut decision = Decision::default();
    // Whatever fell due by now has happened, whether or not anybody has said so yet; and what the action makes due,
    // such as the end of a notice whose last objection was heard, happens with it.
    let time = Action::TimePassed;
    let steps = if *action == time { vec![&time] } else { vec![&time, action, &time] };
    for step in steps {
        advance(records, context, procedure, case, &mut file, step, &mut decision)?;
    }
    reserve::follow(context, procedure, case, &mut file, &mut decision)?;
    Ok(decision)
}
