//! The one door to cases.

use super::advance::advance;
use super::command::Command;
use super::file::CaseFile;
use super::{assign, claim, instalments, lines, migrate, offset, open, open_about, pay, reserve, stand_in};
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
        Command::PlanRecovery { case, instalments } => {
            instalments::plan(records, context, *case, instalments)
        }
        Command::TakePart { case, amount } => instalments::take(records, context, *case, *amount),
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
            let mut file = CaseFile::of(&records.events(&StreamId::Case(*case)));
            let mut decision = Decision::default();
            // What the person was overpaid before is kept first, where it was ordered so; the rest is paid out.
            let offsets = pay::kept_back(records, context, *case);
            offset::keep_back(records, context, *case, &mut file, &offsets, &mut decision)?;
            let amount = offsets.iter().fold(amount, |left, one| left.minus(one.amount).unwrap_or(left));
            let action = Action::Pay { completion, amount, payee, method };
            go_on(records, context, *case, file, &action, decision)
        }
    }
}

fn act(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    action: &Action,
) -> Result<Decision, Refusals> {
    let file = CaseFile::of(&records.events(&StreamId::Case(case)));
    go_on(records, context, case, file, action, Decision::default())
}

/// The same after what this decision has kept already.
fn go_on(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    mut file: CaseFile,
    action: &Action,
    mut decision: Decision,
) -> Result<Decision, Refusals> {
    let rules = context.rules;
    let Some(procedure) = rules.procedure_of(&file.state) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    if *action == Action::Accept {
        claim::still_unpaid(records, context, case, &file)?;
    }
    stand_in::still_holds(records, context, &file)?;
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
