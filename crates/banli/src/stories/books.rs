//! Story 7: a year of months told to the providers, answered, and paid out of money that came in (S1-8.29a).

use super::Stage;
use agency::bank::AnswerLine;
use agency::statement::{self, MonthStatement, Wish};
use agency::{Actor, Command, Organisation, StreamId, bank, book_year};
use anyhow::bail;
use ledger::{AccountKind, Occasion, Word};
use std::collections::BTreeMap;
use terms::{Day, Fen, Month};

/// The months that were paid before the office opens.
const PAID: (Month, Month) = (Month { year: 2025, month: 10 }, Month { year: 2026, month: 7 });
/// The month that was told and is not paid yet.
const WAITING: Month = Month { year: 2026, month: 8 };
/// Transfers and budgets come in round sums: ten thousand yuan, in fen.
const ROUND: i64 = 1_000_000;

type ByFund = BTreeMap<Word, Fen>;

/// Every month is told on the 8th of the next and answered on the 10th; on the 20th money comes in for the funds, and on
/// the 25th it is paid, when whoever was silent has had the days to answer; where the office does not work, on its next
/// day.
pub(super) fn year(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let (mut months, mut paid) = (0, Fen::ZERO);
    let (mut so_far, mut came) = (ByFund::new(), ByFund::new());
    let mut month = PAID.0;
    while month <= PAID.1 {
        if month.month == 1 {
            budgets(stage, &so_far, month)?;
        }
        let next = month.next().first();
        let told = tell(stage, month)?;
        for line in told.iter().filter_map(|one| one.issued.as_ref()).flat_map(|(lines, ..)| lines) {
            let sum = so_far.entry(line.fund).or_default();
            *sum = sum.plus(line.closing)?;
        }
        transfers(stage, &mut came, working(stage, next.plus(19)))?;
        paid = paid.plus(pay(stage, month, &told, working(stage, next.plus(24)))?)?;
        (month, months) = (month.next(), months + 1);
    }
    tell(stage, WAITING)?;
    transfers(stage, &mut came, working(stage, WAITING.next().first().plus(19)))?;
    let came = Fen::sum(came.into_values())?;
    Ok(vec![
        format!(
            "{} to {}  {months} months told to the providers and paid: {}",
            PAID.0,
            PAID.1,
            paid.grouped()
        ),
        format!("{} to {}  came in for the funds: {}", PAID.0, PAID.1, came.grouped()),
        format!("{WAITING}  told, and waits for the cashier"),
    ])
}

/// Pays what was told, through one file for the bank, which has paid it all two days later. What was paid.
fn pay(stage: &Stage<'_>, month: Month, told: &[MonthStatement], on: Day) -> anyhow::Result<Fen> {
    let cashier = stage.actor("cashier")?;
    let answered = working(stage, on.plus(2));
    let (mut payments, mut lines, mut paid) = (Vec::new(), Vec::new(), Fen::ZERO);
    for one in told {
        of_month(stage, "pay", on, &cashier, one, Wish::Pay)?;
        let state = stage.desk.store().with_records(|records| records.statement(one.provider, month))?;
        let of = StreamId::Statement(one.provider, month).to_string();
        for (reference, _, amount) in statement::pay_file_lines(&state) {
            payments.push((of.clone(), reference));
            let line = u32::try_from(payments.len())?;
            lines.push(AnswerLine { line, reference, amount, on: answered, returned: None });
            paid = paid.plus(amount)?;
        }
    }
    if payments.is_empty() {
        return Ok(paid);
    }
    let file = Word::known(&format!("{on}-1"));
    let steps = [(on, bank::Command::Write { payments }), (answered, bank::Command::Answer { file, lines })];
    for (on, command) in steps {
        accepted(stage, &format!("bank/{on}"), on, &cashier, &Command::Bank(command))?;
    }
    Ok(paid)
}

/// What each fund is short of: what it has spent so far, with the last month and the days since once more, less what came in.
fn transfers(stage: &Stage<'_>, came: &mut ByFund, on: Day) -> anyhow::Result<()> {
    let last = on.month().first().previous().month();
    let accounts = stage.desk.rules().templates.fund_of(Occasion::AccountCredited, on);
    // What a month credits to the personal accounts, about: it is credited when the month begins.
    let credits = Fen::new(stage.district.people.len() as i64 * 32_000)?;
    let spent = stage.desk.store().read(|reader| reader.balances(&[AccountKind::Fund], last.first(), on))?;
    for row in spent {
        let Some(fund) = row.account.fund() else { continue };
        let month = if Some(fund) == accounts { credits } else { row.turnover.net() };
        let sum = came.entry(fund).or_default();
        let short = row.closing.plus(month)?.minus(*sum)?;
        if short <= Fen::ZERO {
            continue;
        }
        let amount = rounded_up(short)?;
        *sum = sum.plus(amount)?;
        let paper = format!("演财拨〔{}〕{}号", on.year(), on.month().month);
        let command = book_year::Command::Receive { fund, amount, paper };
        clear(stage, &format!("receive/{on}/{fund}"), on, command)?;
    }
    Ok(())
}

/// What a quarter came to, four times and rounded, is each fund's budget.
fn budgets(stage: &Stage<'_>, quarter: &ByFund, month: Month) -> anyhow::Result<()> {
    for (fund, amount) in quarter {
        let amount = rounded_up(Fen::sum([*amount; 4])?)?;
        let (year, fund, paper) = (month.year, *fund, format!("演财〔{}〕1号", month.year));
        let command = book_year::Command::Grant { year, fund, amount, paper };
        clear(stage, &format!("grant/{year}/{fund}"), working(stage, month.first().plus(4)), command)?;
    }
    Ok(())
}

/// Tells every provider its month; the hospital with a ready account agrees. Those that were told something.
fn tell(stage: &Stage<'_>, month: Month) -> anyhow::Result<Vec<MonthStatement>> {
    let (officer, hospital) = (stage.actor("settlement-officer")?, stage.actor("hospital-insurance-office")?);
    let next = month.next().first();
    let mut told = Vec::new();
    for provider in stage.district.providers.iter().map(|one| one.registered.provider) {
        let before = MonthStatement::new(provider, month);
        if !of_month(stage, "issue", next.plus(7), &officer, &before, Wish::Issue)? {
            continue;
        }
        if hospital.organisation == Organisation::Provider(provider) {
            let yes = Wish::Answer { agrees: true, text: String::new() };
            of_month(stage, "agree", next.plus(9), &hospital, &before, yes)?;
        }
        told.push(stage.desk.store().with_records(|records| records.statement(provider, month))?);
    }
    Ok(told)
}

/// A wish about a provider's month; false where nothing is owed.
fn of_month(
    stage: &Stage<'_>,
    what: &str,
    on: Day,
    who: &Actor,
    state: &MonthStatement,
    wish: Wish,
) -> anyhow::Result<bool> {
    let (provider, month) = (state.provider, state.month);
    let command = Command::Statement(statement::Command { provider, month, what: wish });
    match stage.submit(&format!("{what}/{month}/{provider}"), on, who, &command)? {
        Ok(_) => Ok(true),
        Err(codes) if codes.iter().all(|code| code == "statement/nothing-owed") => Ok(false),
        Err(codes) => bail!("{what} of {month} for {provider} was refused: {codes:?}"),
    }
}

fn clear(stage: &Stage<'_>, key: &str, on: Day, command: book_year::Command) -> anyhow::Result<()> {
    accepted(stage, key, on, &stage.actor("settlement-officer")?, &Command::BookYear(command))
}

fn accepted(stage: &Stage<'_>, key: &str, on: Day, who: &Actor, command: &Command) -> anyhow::Result<()> {
    match stage.submit(key, on, who, command)? {
        Ok(_) => Ok(()),
        Err(codes) => bail!("{key} was refused: {codes:?}"),
    }
}

/// This day or the first after it on which the office and the bank work.
fn working(stage: &Stage<'_>, day: Day) -> Day {
    stage.desk.rules().law.calendar().working_on_or_after(day)
}

fn rounded_up(amount: Fen) -> anyhow::Result<Fen> {
    Ok(Fen::new((amount.get() + ROUND - 1) / ROUND * ROUND)?)
}
