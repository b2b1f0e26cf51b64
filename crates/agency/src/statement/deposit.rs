//! Deposits (质量保证金): what was kept back in earlier years is let go once the year was assessed.

use super::desk::{Desk, permit, text};
use super::{MonthStatement, StatementEvent};
use crate::{Capability, Context, ProviderId, Records};
use ledger::{Account, Occasion, Word};
use terms::{Day, Fact, Fen, Month, Refusals};

/// What was kept back from a provider out of a fund before this year and was not let go since.
pub fn free_deposit(records: &dyn Records, provider: ProviderId, fund: Word, today: Day) -> Fen {
    let account = Account::deposit(Word::known(&provider.to_string()), fund);
    let first = Month { year: today.year(), month: 1 }.first();
    let held = records.moved(&account, Day::MIN, first.previous()).net().negated();
    let gone = records.moved(&account, first, today).debit;
    held.minus(gone).unwrap_or_default().max(Fen::ZERO)
}

impl Desk<'_> {
    /// Lets go of what was kept back in earlier years, once the year was assessed: to the provider, with its next
    /// month, or to the fund.
    pub(super) fn release(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        (fund, amount): (Word, Fen),
        forfeited: bool,
        reason: &str,
    ) -> Result<(), Refusals> {
        permit(context, Capability::Clear)?;
        let mut refusals = Refusals::new();
        if amount <= Fen::ZERO {
            refusals.push(context.refuse("statement/no-amount"));
        }
        let free = free_deposit(self.records, self.provider, fund, context.today());
        if amount > free {
            refusals.push(context.refuse("statement/deposit-less").with("free", Fact::Fen(free)));
        }
        let reason = text(context, reason).unwrap_or_else(|more| {
            refusals.extend(more);
            String::new()
        });
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (on, by) = (context.today(), context.actor.account);
        self.happens(StatementEvent::DepositReleased { fund, amount, forfeited, reason, on, by });
        let number = state.released.len() + 1;
        let name = Word::known(&format!("release/{}/{}/{number}", self.month, self.provider));
        let (occasion, field) = if forfeited {
            (Occasion::DepositForfeited, "forfeited")
        } else {
            (Occasion::DepositReleased, "released")
        };
        self.post(context, occasion, name, on, fund, (field, amount))
    }
}
