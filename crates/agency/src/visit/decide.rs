//! In which order what is asked about a visit is lawful.

use super::buy::buy;
use super::cancel::{cancel, reverse};
use super::command::Command;
use super::known::{acting, allow, known, push, unused, withdrawable};
use super::lines::{add, withdraw};
use super::open::open;
use super::{Setting, VisitEvent, elsewhere, settle};
use crate::{Context, Decision, Records, region};
use terms::Refusals;

/// Decides a command about visits.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let provider = acting(context)?;
    let mut decision = Decision::default();
    match command {
        Command::Open(asked) => {
            open(records, context, provider, asked, &mut decision)?;
        }
        Command::Describe { visit, person, med_type, details, diagnoses, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            allow(
                context,
                &[(state.withdrawn, "visit/withdrawn"), (state.standing().next().is_some(), "visit/settled")],
            )?;
            let (details, diagnoses, message) = (details.clone(), diagnoses.clone(), message.clone());
            let what = VisitEvent::Described { med_type: *med_type, details, diagnoses, message };
            push(&mut decision, *visit, version, what);
        }
        Command::AddLines { visit, person, lines, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            let what = VisitEvent::LinesAdded {
                lines: add(records, context, &state, lines)?,
                message: message.clone(),
            };
            push(&mut decision, *visit, version, what);
        }
        Command::WithdrawLines { visit, person, which, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            let lines = withdraw(context, &state, which)?;
            push(
                &mut decision,
                *visit,
                version,
                VisitEvent::LinesWithdrawn { lines, message: message.clone() },
            );
        }
        Command::Discharge { visit, person, endtime, details, diagnoses, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            allow(
                context,
                &[
                    (state.opened.setting != Setting::Inpatient, "visit/not-a-stay"),
                    (state.withdrawn, "visit/withdrawn"),
                    (state.endtime.is_some(), "visit/discharged"),
                    (*endtime < state.opened.begntime || *endtime > context.now, "visit/days"),
                ],
            )?;
            let (details, diagnoses, message) = (details.clone(), diagnoses.clone(), message.clone());
            let what = VisitEvent::Discharged { endtime: *endtime, details, diagnoses, message };
            push(&mut decision, *visit, version, what);
        }
        Command::CancelDischarge { visit, person, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            let settled = state.standing().any(|settled| !settled.mid_stay);
            allow(context, &[(state.endtime.is_none(), "visit/not-discharged"), (settled, "visit/settled")])?;
            push(&mut decision, *visit, version, VisitEvent::DischargeCancelled { message: message.clone() });
        }
        Command::Withdraw { visit, person, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            withdrawable(context, &state)?;
            push(&mut decision, *visit, version, VisitEvent::Withdrawn { message: message.clone() });
        }
        Command::Settle(asked) => {
            let (state, version) = known(records, context, provider, asked.visit, asked.person)?;
            unused(records, context, &asked.message)?;
            if let Some(partner) = region::partner_of(records, context, asked.person) {
                elsewhere::settle(records, context, (&state, version), asked, partner, &mut decision)?;
                return Ok(decision);
            }
            let settling = settle::settle(records, context, &state, asked, &mut decision)?;
            settle::record(&mut decision, &state, version, &settling);
        }
        Command::Buy(asked) => {
            let visit = open(records, context, provider, &asked.open, &mut decision)?;
            if let Some(partner) = region::partner_of(records, context, asked.open.person) {
                elsewhere::buy(records, context, visit, asked, partner, &mut decision)?;
                return Ok(decision);
            }
            buy(records, context, visit, asked, &mut decision)?;
        }
        Command::CancelSettlement { visit, person, settlement, message } => {
            let (state, version) = known(records, context, provider, *visit, *person)?;
            cancel(records, context, &state, version, *settlement, (message, false), &mut decision)?;
        }
        Command::Reverse { person, of, message } => {
            reverse(records, context, provider, *person, of, message, &mut decision)?;
        }
    }
    Ok(decision)
}
