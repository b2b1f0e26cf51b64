//! What the office and a provider owe each other: statements, deductions with a hearing, the month's payment, what
//! the bank gives back, the deposit.

mod bank;
mod deduction;
mod deposit;
mod plan;
mod statement;

pub use bank::{BankFault, Payee, Returned, ReturnedBreak, Returns, payment_file, read_returned, returns};
pub use deduction::{Deduction, Reply, Standing};
pub use deposit::assess;
pub use plan::{PaymentPlan, PlanLine, Planned};
pub use statement::{Counted, Statement, StatementBook, statements};

#[cfg(test)]
mod tests;
