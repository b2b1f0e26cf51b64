//! The statement of a month, and the provider's yes or no to it.

use super::desk::{Desk, permit, text};
use super::{MonthStatement, StatementEvent, StatementLine};
use crate::{Capability, Context, ProviderId, Records};
use ledger::provider::{Statement, StatementBook};
use ledger::{AccountKind, Word};
use std::collections::BTreeSet;
use terms::{Day, Fact, Month, Refusals};

/// Statements of a provider's month by fund, from the books.
pub fn statements_of(records: &dyn Records, provider: ProviderId, month: Month) -> Vec<Statement> {
    let party = Word::known(&provider.to_string());
    let accounts = records.accounts_of(AccountKind::Payable, &party);
    let eve = month.first().previous();
    let held = accounts.iter().map(|account| (*account, records.moved(account, Day::MIN, eve).net()));
    let mut book = StatementBook::open(month, held);
    // An entry that touches several of the provider's funds is met once for each: taken the first time only.
    let mut taken = BTreeSet::new();
    for account in &accounts {
        for entry in records.entries_on(account, month.first(), month.last()) {
            if taken.insert(entry.id) {
                // Sums of what the books hold already fit.
                let _ = book.add(&entry);
            }
        }
    }
    book.finish()
}

impl Desk<'_> {
    pub(super) fn issue(&mut self, context: &Context<'_>, state: &MonthStatement) -> Result<(), Refusals> {
        permit(context, Capability::Clear)?;
        if self.month.last() >= context.today() {
            let day = Fact::Day(self.month.last());
            return Err(vec![context.refuse("statement/month-runs").with("day", day)]);
        }
        if state.paid.is_some() {
            return Err(vec![context.refuse("statement/paid-already")]);
        }
        let statements = statements_of(self.records, self.provider, self.month);
        if statements.is_empty() {
            return Err(vec![context.refuse("statement/nothing-owed")]);
        }
        let lines = statements.iter().map(|statement| StatementLine {
            fund: statement.fund,
            opening: statement.opening,
            count: statement.settled.count,
            settled: statement.settled.amount,
            taken_back: statement.taken_back.amount,
            closing: statement.closing,
        });
        let what =
            StatementEvent::Issued { lines: lines.collect(), on: context.today(), by: context.actor.account };
        self.happens(what);
        Ok(())
    }

    pub(super) fn answer(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        agrees: bool,
        why: &str,
    ) -> Result<(), Refusals> {
        self.is_the_provider(context)?;
        if state.issued.is_none() || state.answered.is_some() || state.paid.is_some() {
            return Err(vec![context.refuse("statement/nothing-to-answer")]);
        }
        let why = if agrees { String::new() } else { text(context, why)? };
        self.happens(StatementEvent::Answered { agrees, text: why, on: context.today() });
        Ok(())
    }
}
