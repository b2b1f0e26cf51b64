//! A provider's month (结算单): the statement, the provider's yes or no, deductions with their hearing, the payment, and
//! what the bank gives back. Whoever issues a statement does not pay it; whoever proposes a deduction does not decide it.

mod command;
mod state;

mod desk;

mod deduction;
mod deposit;
mod issue;
mod payment;

mod decide;

pub use command::{Command, Wish};
pub use decide::decide;
pub use deposit::free_deposit;
pub(crate) use desk::text;
pub use issue::statements_of;
pub use payment::pay_file_lines;
pub use state::{MonthStatement, PaidLine, StatementEvent, StatementLine};

#[cfg(test)]
mod tests;
