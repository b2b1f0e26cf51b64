//! A provider's month (结算单): the statement, the provider's yes or no, deductions with their hearing, the payment, and
//! what the bank gives back. Whoever issues a statement does not pay it; whoever proposes a deduction does not decide it.

mod decide;
mod state;

pub(crate) use decide::text;
pub use decide::{Command, Wish, decide, free_deposit, pay_file_lines, statements_of};
pub use state::{MonthStatement, PaidLine, StatementEvent, StatementLine};

#[cfg(test)]
mod tests;
