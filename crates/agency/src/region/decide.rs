//! The one door between regions.

use super::ask::{ask, cancel, time_out};
use super::command::Command;
use super::desk::{Desk, permit};
use super::receive::receive;
use super::{RegionEvent, clear, compare, prepay, welcome};
use crate::{Capability, Context, Decision, Records, StreamId};
use terms::Refusals;

/// Decides a command between regions.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let mut desk = Desk::open(records, context)?;
    match command {
        Command::Join { region, name } => {
            permit(context, Capability::Operate)?;
            let stream = StreamId::Region(*region);
            if *region == desk.home || records.version(&stream) > 0 {
                return Err(vec![context.refuse("region/joined-already")]);
            }
            desk.link(*region, RegionEvent::Joined { name: name.clone(), on: context.today() });
        }
        Command::Welcome(new) => welcome::welcome(&mut desk, context, new)?,
        Command::Ask(new) => {
            ask(&mut desk, context, new, None)?;
        }
        Command::TimeOut { remote } => time_out(&mut desk, context, *remote)?,
        Command::Cancel { remote } => {
            permit(context, Capability::Settle)?;
            cancel(&mut desk, context, *remote, None)?;
        }
        Command::Receive { from, number, message } => {
            permit(context, Capability::Exchange)?;
            receive(&mut desk, context, *from, *number, message)?;
        }
        Command::Acknowledge { region, number } => {
            permit(context, Capability::Exchange)?;
            let stream = StreamId::Sent(*region, *number);
            let version = records.version(&stream);
            if version == 0 {
                return Err(vec![context.refuse("region/no-such-message")]);
            }
            // Acknowledged before: nothing more happens.
            if version == 1 {
                let event = desk.event(*region, RegionEvent::Acknowledged { number: *number });
                desk.decision.push(stream, version, event);
            }
        }
        Command::List { region, day } => compare::list(&mut desk, context, *region, *day)?,
        Command::Clear { region, month } => clear::propose(&mut desk, context, *region, *month)?,
        Command::Pay { region, month, fund } => clear::pay(&mut desk, context, *region, *month, *fund)?,
        Command::Lodge { region, fund, amount } => {
            prepay::lodge(&mut desk, context, *region, *fund, *amount)?
        }
        Command::Adjust { region, year } => prepay::adjust(&mut desk, context, *region, *year)?,
    }
    Ok(desk.decision)
}
