//! The one door to deciding.

use crate::{
    Context, Decision, Records, authority, bank, book_year, casework, declaration, holidays, motion,
    person_account, region, registry, settlement, sheet, visit,
};
use serde::{Deserialize, Serialize};
use terms::Refusals;

/// Everything the office can be asked to do, by service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Keep the registers.
    Registry(registry::Command),
    /// Work on a case.
    Case(casework::Command),
    /// What the office begins by itself when a day has come.
    Motion(motion::Command),
    /// Take in notices on holidays.
    Holidays(holidays::Command),
    /// Let somebody act for a person, or no longer.
    Authority(authority::Command),
    /// Settle a bill or take a settlement back.
    Settlement(settlement::Command),
    /// Register, bill, settle and end a visit to a provider.
    Visit(visit::Command),
    /// A provider's month: statement, deductions, payment.
    Statement(crate::statement::Command),
    /// Compare with a provider and mend what differs.
    Reconciliation(crate::reconciliation::Command),
    /// Speak with the offices of other regions, compare and clear.
    Region(region::Command),
    /// Declare an illness, a place, an accident, a referral.
    Declaration(declaration::Command),
    /// Keep a provider's sheets.
    Sheet(sheet::Command),
    /// Send payments to the bank and take in its answer.
    Bank(bank::Command),
    /// Close months and grant budgets.
    BookYear(book_year::Command),
    /// Keep personal accounts.
    PersonAccount(person_account::Command),
}

/// Decides: everything the command appends, or every reason why not. A function of its arguments: the same records,
/// circumstances and command give the same answer for ever.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    match command {
        Command::Registry(command) => registry::decide(records, context, command),
        Command::Case(command) => casework::decide(records, context, command),
        Command::Motion(command) => motion::decide(records, context, command),
        Command::Holidays(command) => holidays::decide(records, context, command),
        Command::Authority(command) => authority::decide(records, context, command),
        Command::Settlement(command) => settlement::decide(records, context, command),
        Command::Visit(command) => visit::decide(records, context, command),
        Command::Statement(command) => crate::statement::decide(records, context, command),
        Command::Reconciliation(command) => crate::reconciliation::decide(records, context, command),
        Command::Region(command) => region::decide(records, context, command),
        Command::Declaration(command) => declaration::decide(records, context, command),
        Command::Sheet(command) => sheet::decide(records, context, command),
        Command::Bank(command) => bank::decide(records, context, command),
        Command::BookYear(command) => book_year::decide(records, context, command),
        Command::PersonAccount(command) => person_account::decide(records, context, command),
    }
}
