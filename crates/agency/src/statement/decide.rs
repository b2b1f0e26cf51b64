//! What can be asked about a provider's month.

use super::{MonthStatement, PaidLine, StatementEvent, StatementLine};
use crate::{Capability, Context, Decision, Event, Organisation, ProviderId, Records, StreamId, books};
use ledger::provider::{Deduction, PaymentPlan, Planned, Standing, Statement, StatementBook};
use ledger::{Account, AccountKind, Figures, Occasion, Word};
use serde::{Deserialize, Serialize};
use terms::{ArticleId, Day, Fact, Fen, Month, Refusals};

/// What can be asked about a provider's month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Whose.
    pub provider: ProviderId,
    /// Which month.
    pub month: Month,
    /// What.
    pub what: Wish,
}

/// One wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Make the statement, or make it anew before it is paid.
    Issue,
    /// The provider's yes or no.
    Answer {
        /// Yes.
        agrees: bool,
        /// Why not.
        text: String,
    },
    /// Tell the provider of a deduction.
    Deduct {
        /// Out of which fund.
        fund: Word,
        /// On which settlement.
        settlement: Word,
        /// How much.
        amount: Fen,
        /// Why.
        reason: String,
        /// What it rests on.
        article: ArticleId,
    },
    /// The provider's reply to a deduction.
    Reply {
        /// Which.
        number: u32,
        /// What.
        text: String,
    },
    /// The office's decision on a deduction.
    Decide {
        /// Which.
        number: u32,
        /// It stands.
        upheld: bool,
    },
    /// Pay the month.
    Pay,
    /// The bank gave a payment back.
    Return {
        /// The payment.
        reference: Word,
        /// How much.
        amount: Fen,
        /// When.
        on: Day,
        /// Why.
        reason: String,
    },
    /// Let go of a deposit after the yearly assessment.
    Release {
        /// Out of which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// It goes to the fund and not to the provider.
        forfeited: bool,
        /// What the assessment found.
        reason: String,
    },
    /// Pay again what came back.
    PayAgain {
        /// The payment that came back.
        reference: Word,
    },
}

/// The longest reason or reply kept, in letters.
const TEXT_MAX: usize = 2_000;

/// Decides a command about a provider's month.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let (provider, month) = (command.provider, command.month);
    if records.provider(provider).is_none() {
        return Err(vec![context.refuse("provider/unknown")]);
    }
    let state = records.statement(provider, month);
    let mut desk = Desk { records, provider, month, decision: Decision::default() };
    match &command.what {
        Wish::Issue => desk.issue(context, &state)?,
        Wish::Answer { agrees, text } => desk.answer(context, &state, *agrees, text)?,
        Wish::Deduct { fund, settlement, amount, reason, article } => {
            permit(context, Capability::Deduct)?;
            desk.deduct(context, &state, (*fund, *settlement, *amount), reason, article)?;
        }
        Wish::Reply { number, text } => desk.reply(context, &state, *number, text)?,
        Wish::Decide { number, upheld } => desk.decide(context, &state, *number, *upheld)?,
        Wish::Pay => desk.pay(context, &state)?,
        Wish::Return { reference, amount, on, reason } => {
            desk.give_back(context, &state, *reference, (*amount, *on), reason)?;
        }
        Wish::Release { fund, amount, forfeited, reason } => {
            desk.release(context, &state, (*fund, *amount), *forfeited, reason)?;
        }
        Wish::PayAgain { reference } => desk.pay_again(context, &state, *reference)?,
    }
    Ok(desk.decision)
}

fn permit(context: &Context<'_>, capability: Capability) -> Result<(), Refusals> {
    if context.may(capability) { Ok(()) } else { Err(vec![context.refuse("statement/not-permitted")]) }
}

/// What somebody wrote, without the blanks around it.
///
/// # Errors
/// Nothing written, or more than [`TEXT_MAX`] letters.
pub(crate) fn text(context: &Context<'_>, text: &str) -> Result<String, Refusals> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TEXT_MAX {
        let most = Fact::Number(TEXT_MAX as i64);
        return Err(vec![context.refuse("statement/text-length").with("most", most)]);
    }
    Ok(text.to_owned())
}

/// Statements of a provider's month by fund, from the books.
pub fn statements_of(records: &dyn Records, provider: ProviderId, month: Month) -> Vec<Statement> {
    let party = Word::known(&provider.to_string());
    let accounts = records.accounts_of(AccountKind::Payable, &party);
    let eve = month.first().previous();
    let held = accounts.iter().map(|account| (*account, records.moved(account, Day::MIN, eve).net()));
    let mut book = StatementBook::open(month, held);
    // An entry that touches several of the provider's funds is met once for each: taken the first time only.
    let mut taken = std::collections::BTreeSet::new();
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

/// The lines of a bank's file for what was paid: reference, fund, amount; nothing that is zero.
pub fn pay_file_lines(state: &MonthStatement) -> Vec<(Word, Word, Fen)> {
    let paid = state.paid.iter().flat_map(|(lines, ..)| lines);
    paid.filter(|line| line.paid > Fen::ZERO).map(|line| (line.reference, line.fund, line.paid)).collect()
}

/// What was kept back from a provider out of a fund before this year and was not let go since.
pub fn free_deposit(records: &dyn Records, provider: ProviderId, fund: Word, today: Day) -> Fen {
    let account = Account::deposit(Word::known(&provider.to_string()), fund);
    let first = Month { year: today.year(), month: 1 }.first();
    let held = records.moved(&account, Day::MIN, first.previous()).net().negated();
    let gone = records.moved(&account, first, today).debit;
    held.minus(gone).unwrap_or_default().max(Fen::ZERO)
}

struct Desk<'a> {
    records: &'a dyn Records,
    provider: ProviderId,
    month: Month,
    decision: Decision,
}

impl Desk<'_> {
    fn push(&mut self, event: Event) {
        let stream = StreamId::Statement(self.provider, self.month);
        let version = self.records.version(&stream);
        self.decision.push(stream, version, event);
    }

    fn happens(&mut self, what: StatementEvent) {
        let event = Event::Statement { provider: self.provider, month: self.month, what: Box::new(what) };
        self.push(event);
    }

    fn issue(&mut self, context: &Context<'_>, state: &MonthStatement) -> Result<(), Refusals> {
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

    /// Only the provider itself answers and replies.
    fn is_the_provider(&self, context: &Context<'_>) -> Result<(), Refusals> {
        permit(context, Capability::Reply)?;
        if context.actor.organisation == Organisation::Provider(self.provider) {
            Ok(())
        } else {
            Err(vec![context.refuse("statement/other-provider")])
        }
    }

    fn answer(
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

    fn deduct(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        (fund, settlement, amount): (Word, Word, Fen),
        reason: &str,
        article: &ArticleId,
    ) -> Result<(), Refusals> {
        let mut refusals = Refusals::new();
        if state.paid.is_some() {
            refusals.push(context.refuse("statement/paid-already"));
        }
        if amount <= Fen::ZERO {
            refusals.push(context.refuse("statement/no-amount"));
        }
        if context.rules.law.article(&article.0).is_none() {
            refusals.push(context.refuse("statement/no-such-article"));
        }
        let reason = text(context, reason).unwrap_or_else(|more| {
            refusals.extend(more);
            String::new()
        });
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let on = context.today();
        let until = Deduction::reply_until(on, &context.rules.parameters, context.rules.law.calendar())
            .map_err(|_| vec![context.refuse("statement/no-parameter")])?;
        let number = u32::try_from(state.deductions.len() + 1).unwrap_or(u32::MAX);
        self.happens(StatementEvent::DeductionNoticed {
            number,
            fund,
            settlement,
            amount,
            reason,
            article: article.clone(),
            on,
            reply_until: until.day,
            by: context.actor.account,
        });
        Ok(())
    }

    fn reply(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        number: u32,
        reply: &str,
    ) -> Result<(), Refusals> {
        self.is_the_provider(context)?;
        let open = state.deduction(number).map(|(deduction, _)| deduction.standing(context.today()));
        if open != Some(Standing::Open) || state.paid.is_some() {
            return Err(vec![context.refuse("statement/no-reply-now")]);
        }
        let reply = text(context, reply)?;
        self.happens(StatementEvent::DeductionReplied { number, text: reply, on: context.today() });
        Ok(())
    }

    /// Whoever proposed a deduction does not decide on it.
    fn decide(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        number: u32,
        upheld: bool,
    ) -> Result<(), Refusals> {
        permit(context, Capability::Clear)?;
        let Some((deduction, by)) = state.deduction(number).filter(|_| state.paid.is_none()) else {
            return Err(vec![context.refuse("statement/no-such-deduction")]);
        };
        if *by == context.actor.account {
            return Err(vec![context.refuse("statement/same-person")]);
        }
        let stands = deduction.standing(context.today());
        let fits = if upheld { stands == Standing::Replied } else { stands != Standing::Withdrawn };
        if !fits {
            return Err(vec![context.refuse("statement/nothing-to-decide")]);
        }
        let by = context.actor.account;
        self.happens(StatementEvent::DeductionDecided { number, upheld, on: context.today(), by });
        Ok(())
    }

    /// Pays what the statement says, less final deductions and the deposit. The books are looked at again: what came
    /// since the statement waits for the next month's.
    fn pay(&mut self, context: &Context<'_>, state: &MonthStatement) -> Result<(), Refusals> {
        permit(context, Capability::Pay)?;
        let mut refusals = Refusals::new();
        let Some((_, issued_on, by)) = &state.issued else {
            return Err(vec![context.refuse("statement/not-issued")]);
        };
        if state.paid.is_some() {
            refusals.push(context.refuse("statement/paid-already"));
        }
        if *by == context.actor.account {
            refusals.push(context.refuse("statement/same-person"));
        }
        let until =
            Deduction::reply_until(*issued_on, &context.rules.parameters, context.rules.law.calendar())
                .map_err(|_| vec![context.refuse("statement/no-parameter")])?;
        match &state.answered {
            Some((true, ..)) => {}
            Some((false, ..)) => refusals.push(context.refuse("statement/disputed")),
            None if context.today() <= until.day => {
                refusals.push(context.refuse("statement/not-answered").with("day", Fact::Day(until.day)));
            }
            None => {}
        }
        if state
            .deductions
            .iter()
            .any(|(one, _)| matches!(one.standing(context.today()), Standing::Open | Standing::Replied))
        {
            refusals.push(context.refuse("statement/deduction-open"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let statements = statements_of(self.records, self.provider, self.month);
        let deductions: Vec<Deduction> = state.deductions.iter().map(|(one, _)| one.clone()).collect();
        let plan = PaymentPlan::new(
            self.month,
            &statements,
            &deductions,
            &context.rules.parameters,
            context.today(),
        );
        let plan = plan.map_err(|fault| match fault {
            Planned::Parameter(_) => vec![context.refuse("statement/no-parameter")],
            Planned::Money(_) => vec![context.refuse("books/out-of-range")],
        })?;
        let entries = plan.entries(&context.rules.templates).map_err(|_| {
            vec![context.refuse("books/no-template").with("occasion", Fact::Text("payment".into()))]
        })?;
        let mut lines = Vec::new();
        for line in &plan.lines {
            let deducted = Fen::sum(line.deductions.iter().map(|(_, amount)| *amount))
                .map_err(|_| vec![context.refuse("books/out-of-range")])?;
            let (fund, reference) = (line.fund, plan.reference(line));
            lines.push(PaidLine { fund, reference, deducted, withheld: line.withheld, paid: line.paid });
        }
        let by = context.actor.account;
        self.happens(StatementEvent::Paid { lines, on: context.today(), by });
        for entry in entries {
            self.push(Event::EntryPosted(Box::new(entry)));
        }
        Ok(())
    }

    fn give_back(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        reference: Word,
        (amount, on): (Fen, Day),
        reason: &str,
    ) -> Result<(), Refusals> {
        permit(context, Capability::Pay)?;
        let Some((fund, paid, day)) = state.payment(reference) else {
            return Err(vec![context.refuse("statement/no-such-payment")]);
        };
        let mut refusals = Refusals::new();
        if paid != amount {
            refusals.push(context.refuse("statement/other-amount").with("paid", Fact::Fen(paid)));
        }
        if state.returned.iter().any(|returned| returned.0 == reference) {
            refusals.push(context.refuse("statement/returned-already"));
        }
        if on < day || on > context.today() {
            refusals.push(context.refuse("statement/day-of-return").with("day", Fact::Day(day)));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let reason: String = reason.chars().take(TEXT_MAX).collect();
        self.happens(StatementEvent::Returned { reference, amount, on, reason });
        let name = Word::known(&format!("returned/{reference}"));
        // A closed month takes nothing more: what comes late is posted today, and keeps its own day above.
        let on = crate::book_year::posting_day(self.records, context, on);
        self.post(context, Occasion::PaymentReturned, name, on, fund, ("returned", amount))
    }

    /// Lets go of what was kept back in earlier years, once the year was assessed: to the provider, with its next
    /// month, or to the fund.
    fn release(
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

    fn pay_again(&mut self, context: &Context<'_>, state: &MonthStatement, of: Word) -> Result<(), Refusals> {
        permit(context, Capability::Pay)?;
        let open = state.returned.iter().find(|returned| returned.0 == of && returned.4.is_none());
        let (Some(returned), Some((fund, ..))) = (open, state.payment(of)) else {
            return Err(vec![context.refuse("statement/no-such-payment")]);
        };
        let (amount, day) = (returned.1, context.today());
        let reference = Word::known(&format!("{of}/2"));
        let by = context.actor.account;
        self.happens(StatementEvent::PaidAgain { reference, of, amount, on: day, by });
        self.post(context, Occasion::Payment, reference, day, fund, ("paid", amount))
    }

    fn post(
        &mut self,
        context: &Context<'_>,
        occasion: Occasion,
        name: Word,
        day: Day,
        fund: Word,
        amount: (&str, Fen),
    ) -> Result<(), Refusals> {
        let words = [("provider", Word::known(&self.provider.to_string())), ("fund", fund)];
        let figures = Figures { words: &words, amounts: &[amount], items: &[] };
        let decision = Word::known(&format!("statement/{}/{}", self.provider, self.month));
        if let Some(entry) = books::post_on(context, occasion, name, day, decision, &figures)? {
            self.push(entry);
        }
        Ok(())
    }
}
