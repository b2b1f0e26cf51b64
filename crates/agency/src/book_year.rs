//! A year of the books: which months are closed, what budget each fund was granted, and what money came in for it. All
//! of it stands on one stream a year, `books/2026`.
//!
//! A budget warns and refuses nobody: what the law grants a person is paid, whatever is left of a budget.

use crate::{AccountId, Capability, Context, Decision, Event, Records, StreamId, books};
use ledger::{Figures, Occasion, Word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fact, Fen, Month, Refusals};

/// Something that happened to a year of the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum BookYearEvent {
    /// A month was closed: what comes late is posted in the month that is open then.
    MonthClosed {
        /// Which.
        month: Month,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// A fund was granted budget; a second grant adds to the first.
    BudgetGranted {
        /// Which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// The paper that grants it.
        paper: String,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// Money came into the office's bank account for a fund.
    IncomeReceived {
        /// Which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// The paper it came with.
        paper: String,
        /// When it was written down.
        on: Day,
        /// By whom.
        by: AccountId,
    },
}

/// A grant or a receipt: fund, amount, paper, day.
pub type FundMoney = (Word, Fen, String, Day);

/// The state of a year of the books.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookYear {
    /// Closed months, with when and by whom.
    pub closed: BTreeMap<Month, (Day, AccountId)>,
    /// Budget by fund: the sum of what was granted.
    pub granted: BTreeMap<Word, Fen>,
    /// Every grant, in the order they came.
    pub grants: Vec<FundMoney>,
    /// Everything received, in the order it came.
    pub received: Vec<FundMoney>,
}

impl BookYear {
    /// The month takes nothing more: it, or a later one of the year, was closed.
    pub fn is_closed(&self, month: Month) -> bool {
        self.closed.keys().next_back().is_some_and(|last| month <= *last)
    }

    /// The year after these events of its stream.
    pub fn of(events: &[Event]) -> BookYear {
        let mut year = BookYear::default();
        for event in events {
            let Event::BookYear { what, .. } = event else { continue };
            match &**what {
                BookYearEvent::MonthClosed { month, on, by } => {
                    year.closed.insert(*month, (*on, *by));
                }
                BookYearEvent::BudgetGranted { fund, amount, paper, on, .. } => {
                    let sum = year.granted.entry(*fund).or_default();
                    // Checked when it was granted.
                    *sum = sum.plus(*amount).unwrap_or(Fen::MAX);
                    year.grants.push((*fund, *amount, paper.clone(), *on));
                }
                BookYearEvent::IncomeReceived { fund, amount, paper, on, .. } => {
                    year.received.push((*fund, *amount, paper.clone(), *on));
                }
            }
        }
        year
    }
}

/// The day something of this day is posted for: that day, or today where its month is closed. The day itself stays with
/// what happened.
pub(crate) fn posting_day(records: &dyn Records, context: &Context<'_>, day: Day) -> Day {
    let year = |year: i32| BookYear::of(&records.events(&StreamId::Books(year)));
    // Whoever closes a month of the next year has done with this one.
    let closed = year(day.year()).is_closed(day.month()) || !year(day.year() + 1).closed.is_empty();
    if closed { context.today() } else { day }
}

/// What can be asked about a year of the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Close a month that is over, and with the first of a year those before it.
    Close {
        /// Which.
        month: Month,
    },
    /// Grant a fund budget for a year.
    Grant {
        /// Which year.
        year: i32,
        /// Which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// The paper that grants it.
        paper: String,
    },
    /// Write down money that came in for a fund; it is posted today.
    Receive {
        /// Which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// The paper it came with.
        paper: String,
    },
}

/// The longest name of a paper that is kept, in letters.
const PAPER_MAX: usize = 200;

/// Decides a command about a year of the books.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    if !context.may(Capability::Clear) {
        return Err(vec![context.refuse("statement/not-permitted")]);
    }
    match command {
        Command::Close { month } => close(records, context, *month),
        Command::Grant { year, fund, amount, paper } => {
            grant(records, context, *year, *fund, (*amount, paper.trim()))
        }
        Command::Receive { fund, amount, paper } => receive(records, context, *fund, (*amount, paper.trim())),
    }
}

fn close(records: &dyn Records, context: &Context<'_>, month: Month) -> Result<Decision, Refusals> {
    let stream = StreamId::Books(month.year);
    let events = records.events(&stream);
    let year = BookYear::of(&events);
    let mut refusals = Refusals::new();
    if month.last() >= context.today() {
        refusals.push(context.refuse("books/month-runs").with("day", Fact::Day(month.last())));
    }
    if year.is_closed(month) {
        refusals.push(context.refuse("books/closed-already"));
    }
    let gap = year.closed.keys().next_back().is_some_and(|last| last.next() < month);
    if gap {
        refusals.push(context.refuse("books/close-in-order"));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let what = BookYearEvent::MonthClosed { month, on: context.today(), by: context.actor.account };
    let event = Event::BookYear { year: month.year, what: Box::new(what) };
    let mut decision = Decision::default();
    decision.push(stream, events.len() as u64, event);
    Ok(decision)
}

fn grant(
    records: &dyn Records,
    context: &Context<'_>,
    year: i32,
    fund: Word,
    (amount, paper): (Fen, &str),
) -> Result<Decision, Refusals> {
    let stream = StreamId::Books(year);
    let events = records.events(&stream);
    let state = BookYear::of(&events);
    let before = state.granted.get(&fund).copied().unwrap_or_default();
    check(context, fund, (amount, paper), before)?;
    let version = events.len() as u64;
    let name = Word::known(&format!("budget/{year}/{fund}/{}", state.grants.len() + 1));
    let figures = Figures { words: &[("fund", fund)], amounts: &[("granted", amount)], items: &[] };
    let entry = books::post_on(context, Occasion::BudgetGranted, name, context.today(), name, &figures)?;
    let (on, by, paper) = (context.today(), context.actor.account, paper.to_owned());
    let what = BookYearEvent::BudgetGranted { fund, amount, paper, on, by };
    let mut decision = Decision::default();
    decision.push(stream.clone(), version, Event::BookYear { year, what: Box::new(what) });
    if let Some(entry) = entry {
        decision.push(stream, version, entry);
    }
    Ok(decision)
}

fn receive(
    records: &dyn Records,
    context: &mut Context<'_>,
    fund: Word,
    (amount, paper): (Fen, &str),
) -> Result<Decision, Refusals> {
    let year = context.today().year();
    let stream = StreamId::Books(year);
    let events = records.events(&stream);
    let state = BookYear::of(&events);
    let before = Fen::sum(state.received.iter().filter(|one| one.0 == fund).map(|one| one.1));
    check(context, fund, (amount, paper), before.unwrap_or(Fen::MAX))?;
    let name = Word::known(&format!("income/{year}/{fund}/{}", state.received.len() + 1));
    let figures = Figures { words: &[("fund", fund)], amounts: &[("received", amount)], items: &[] };
    let entry = books::post_on(context, Occasion::Income, name, context.today(), name, &figures)?;
    let (on, by, paper) = (context.today(), context.actor.account, paper.to_owned());
    let what = BookYearEvent::IncomeReceived { fund, amount, paper, on, by };
    let mut decision = Decision::default();
    decision.push(stream.clone(), events.len() as u64, Event::BookYear { year, what: Box::new(what) });
    if let Some(entry) = entry {
        decision.push(stream, events.len() as u64, entry);
    }
    Ok(decision)
}

/// A fund the packs pay from, an amount that adds to what was there `before`, and a paper with a name.
fn check(
    context: &Context<'_>,
    fund: Word,
    (amount, paper): (Fen, &str),
    before: Fen,
) -> Result<(), Refusals> {
    let mut refusals = Refusals::new();
    let known =
        context.rules.benefits.layers().iter().any(|layer| layer.fund.as_deref() == Some(fund.as_str()));
    if !known {
        refusals.push(context.refuse("books/no-such-fund"));
    }
    if amount <= Fen::ZERO || before.plus(amount).is_err() {
        refusals.push(context.refuse("person-account/no-amount"));
    }
    if paper.is_empty() || paper.chars().count() > PAPER_MAX {
        let most = Fact::Number(PAPER_MAX as i64);
        refusals.push(context.refuse("statement/text-length").with("most", most));
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{acting, day, fen, rules};
    use crate::{Ids, Memory, Organisation};
    use terms::Moment;

    fn asks(records: &mut Memory, on: &str, role: &str, command: &Command) -> Result<(), Vec<String>> {
        let actor = acting(5, role, Organisation::Agency);
        let now = Moment::at(day(on), 9, 0);
        let mut context = Context { rules: rules(), actor: &actor, now, ids: Ids::default() };
        let decision = decide(records, &mut context, command)
            .map_err(|reasons| reasons.into_iter().map(|reason| reason.code).collect::<Vec<_>>())?;
        assert!(records.append(&decision.appends));
        Ok(())
    }

    fn month(month: u8) -> Month {
        Month { year: 2026, month }
    }

    #[test]
    fn months_are_closed_when_they_are_over_each_once_and_in_order() {
        let mut records = Memory::default();
        let close = |number| Command::Close { month: month(number) };
        let refused = |code: &str| Err(vec![code.to_owned()]);
        let officer = "settlement-officer";
        assert_eq!(
            asks(&mut records, "2026-10-09", "cashier", &close(9)),
            refused("statement/not-permitted")
        );
        assert_eq!(asks(&mut records, "2026-09-30", officer, &close(9)), refused("books/month-runs"));
        asks(&mut records, "2026-10-01", officer, &close(8)).unwrap();
        assert_eq!(asks(&mut records, "2026-11-01", officer, &close(10)), refused("books/close-in-order"));
        // The first month that is closed closes those before it.
        assert_eq!(asks(&mut records, "2026-11-01", officer, &close(7)), refused("books/closed-already"));
        asks(&mut records, "2026-11-01", officer, &close(9)).unwrap();
        assert_eq!(asks(&mut records, "2026-11-01", officer, &close(9)), refused("books/closed-already"));
    }

    #[test]
    fn a_budget_is_granted_to_a_fund_with_its_paper_and_stands_in_the_books() {
        let mut records = Memory::default();
        let grant = |fund: &str, amount: &str, paper: &str| Command::Grant {
            year: 2026,
            fund: Word::known(fund),
            amount: fen(amount),
            paper: paper.to_owned(),
        };
        let officer = "settlement-officer";
        assert_eq!(
            asks(&mut records, "2026-01-05", officer, &grant("777777", "0", " ")),
            Err(["books/no-such-fund", "person-account/no-amount", "statement/text-length"]
                .map(str::to_owned)
                .into())
        );
        asks(&mut records, "2026-01-05", officer, &grant("310100", "1000.00", "演财〔2026〕1号")).unwrap();
        asks(&mut records, "2026-06-05", officer, &grant("310100", "500.00", "演财〔2026〕9号")).unwrap();
        let year = BookYear::of(&records.events(&StreamId::Books(2026)));
        assert_eq!(year.granted.get(&Word::known("310100")), Some(&fen("1500.00")));
        let budget = "budget:310100".parse().unwrap();
        assert_eq!(records.moved(&budget, Day::MIN, Day::MAX).net(), fen("1500.00"));
    }

    #[test]
    fn money_that_comes_in_is_the_funds_income_and_not_a_smaller_cost() {
        let mut records = Memory::default();
        let receive = |fund: &str, amount: &str, paper: &str| Command::Receive {
            fund: Word::known(fund),
            amount: fen(amount),
            paper: paper.to_owned(),
        };
        let (officer, today) = ("settlement-officer", "2026-03-02");
        assert_eq!(
            asks(&mut records, today, "reviewer", &receive("310100", "1.00", "演财拨〔2026〕3号")),
            Err(vec!["statement/not-permitted".to_owned()])
        );
        assert_eq!(
            asks(&mut records, today, officer, &receive("777777", "0", " ")),
            Err(["books/no-such-fund", "person-account/no-amount", "statement/text-length"]
                .map(str::to_owned)
                .into())
        );
        asks(&mut records, today, officer, &receive("310100", "800.00", "演财拨〔2026〕3号")).unwrap();
        asks(&mut records, "2026-04-01", officer, &receive("310100", "50.00", "演财拨〔2026〕4号")).unwrap();
        for (account, net) in [("cash", "850.00"), ("income:310100", "-850.00"), ("fund:310100", "0")] {
            assert_eq!(
                records.moved(&account.parse().unwrap(), Day::MIN, Day::MAX).net(),
                fen(net),
                "{account}"
            );
        }
        let year = BookYear::of(&records.events(&StreamId::Books(2026)));
        let papers: Vec<&str> = year.received.iter().map(|one| one.2.as_str()).collect();
        assert_eq!(papers, ["演财拨〔2026〕3号", "演财拨〔2026〕4号"]);
    }
}
