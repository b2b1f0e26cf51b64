//! A year of the books: what of each fund's budget is used, as a picture, what money came in, and which months are
//! closed.

use super::access::party_name;
use super::parts::{
    Choice, Column, Faults, Field, FieldKind, Shape, Standing, article, day, empty, field, frame, fund_name,
    hidden, money, refusals, status, table,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::book_year::{BookYear, Command, FundMoney};
use agency::{Capability, StreamId};
use ledger::{Account, AccountKind, Parameter, Word};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fen, Month, Refusals, Rounding};

/// What a fund did with its budget in a year.
pub struct Use {
    /// Which fund.
    pub fund: Word,
    /// What was granted.
    pub granted: Fen,
    /// What its benefits came to in the year, paid or not.
    pub spent: Fen,
    /// What is kept for money that is granted and not paid yet, and so not spent.
    pub reserved: Fen,
    /// What of all it owes is not paid yet.
    pub owed: Fen,
    /// From which use on a warning is shown, and what it is of this budget.
    pub warns_at: Option<Fen>,
}

impl Use {
    /// What is left; below zero where the fund is over its budget.
    pub fn left(&self) -> Fen {
        self.granted.minus(self.used()).unwrap_or(Fen::ZERO)
    }

    /// Spent, or kept for what is granted.
    fn used(&self) -> Fen {
        self.spent.plus(self.reserved).unwrap_or(Fen::MAX)
    }

    /// It is over the line from which a warning is shown.
    pub fn warns(&self) -> bool {
        self.warns_at.is_some_and(|line| self.used() >= line)
    }
}

/// Every fund that was granted budget for the year.
pub fn uses(ask: &Ask<'_>, year: i32) -> Result<Vec<Use>, Problem> {
    let books = ask.app.office.store.with_records(|records| records.events(&StreamId::Books(year)))?;
    let granted = BookYear::of(&books).granted;
    if granted.is_empty() {
        return Ok(Vec::new());
    }
    let (first, last) = (Month { year, month: 1 }.first(), Month { year, month: 12 }.last());
    let line = ask.app.office.rules.parameters.rate(Parameter::BudgetWarning, last).ok();
    let owing = [AccountKind::Payable, AccountKind::PayablePerson, AccountKind::PayableRegion];
    ask.app
        .office
        .store
        .read(|reader| {
            let by_fund = |kinds: &[AccountKind]| -> Result<BTreeMap<Word, Fen>, store::ReadError> {
                let mut sums: BTreeMap<Word, Fen> = BTreeMap::new();
                for row in reader.balances(kinds, first, last)? {
                    let Some(fund) = row.account.fund() else { continue };
                    let sum = sums.entry(fund).or_default();
                    *sum = sum.minus(row.closing).unwrap_or(*sum);
                }
                Ok(sums)
            };
            let (owed, reserved) = (by_fund(&owing)?, by_fund(&[AccountKind::Reserve])?);
            granted
                .into_iter()
                .map(|(fund, granted)| {
                    let days = reader.days_of(&Account::fund_of(fund), first, last)?;
                    let spent = Fen::sum(days.iter().map(|(_, turnover)| turnover.net())).unwrap_or(Fen::MAX);
                    let warns_at = line.and_then(|line| line.of(granted, Rounding::HalfUp).ok());
                    let [owed, reserved] =
                        [&owed, &reserved].map(|sums| sums.get(&fund).copied().unwrap_or_default());
                    Ok(Use { fund, granted, spent, reserved, owed, warns_at })
                })
                .collect::<Result<Vec<_>, store::ReadError>>()
        })
        .map_err(Problem::from)
}

/// The year.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(page_of(ask, &Faults::new(), &Refusals::new())?))
}

fn year_of(ask: &Ask<'_>) -> i32 {
    let today = ask.page().today().year();
    let asked = [ask.form.get("year"), ask.query.get("year")].into_iter().find_map(|year| year.parse().ok());
    asked.unwrap_or(today).clamp(2000, today + 1)
}

/// Closes a month, grants a fund budget, or writes down what came in for it.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let year = year_of(ask);
    let form = &ask.form;
    let mut faults = Faults::new();
    let command = if form.get("do") == "close" {
        let month =
            format!("{}-01", form.get("month")).parse::<Day>().map_err(|_| Problem::NotFound)?.month();
        Some(Command::Close { month })
    } else {
        let fund = form.get("fund").parse::<Word>().ok().filter(|fund| !fund.as_str().is_empty());
        let amount = form.get("amount").replace(',', "").parse::<Fen>().ok();
        if fund.is_none() {
            faults.insert("fund".into(), ask.text().say("fault-choice"));
        }
        if amount.is_none() {
            faults.insert("amount".into(), ask.text().say("fault-money"));
        }
        let paper = form.get("paper").to_owned();
        let received = form.get("do") == "receive";
        fund.zip(amount).map(|(fund, amount)| match received {
            true => Command::Receive { fund, amount, paper },
            false => Command::Grant { year, fund, amount, paper },
        })
    };
    let Some(command) = command else { return Ok(Reply::Refused(page_of(ask, &faults, &Refusals::new())?)) };
    match send(ask, "books", &agency::Command::BookYear(command))? {
        Ok(_) => Ok(ask.see(&format!("/finance/year?year={year}"))),
        Err(reasons) => Ok(Reply::Refused(page_of(ask, &Faults::new(), &reasons)?)),
    }
}

fn page_of(ask: &Ask<'_>, faults: &Faults, reasons: &Refusals) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let year = year_of(ask);
    let uses = uses(ask, year)?;
    let books = ask.app.office.store.with_records(|records| records.events(&StreamId::Books(year)))?;
    let state = BookYear::of(&books);
    let may = ask.app.may(ask.actor()?, Capability::Clear);
    let line = ask.app.office.rules.parameters.on(Parameter::BudgetWarning, page.today()).ok();
    let content = html! { div.stack {
        (refusals(&page, faults, reasons))
        nav.pages aria-label=(text.say("books-year")) {
            a href=(page.link(&format!("/finance/year?year={}", year - 1))) { "← " (year - 1) } " " strong { (year) } " "
            @if year < page.today().year() { a href=(page.link(&format!("/finance/year?year={}", year + 1))) { (year + 1) " →" } }
        }
        section.stack-s { h2 { (text.say("budget-title")) }
            p.soft { (text.say("budget-about")) " " @if let Some(line) = line { (article(&page, &line.article.0)) } }
            @if uses.is_empty() { (empty(&text.say("budget-none"), &text.say("budget-none.how"))) } @else { (use_table(ask, &uses)) }
            @if may { (money_form(ask, year, &GRANT, faults)?) }
        }
        section.stack-s { h2 { (text.say("income-title")) } p.soft { (text.say("income-about")) }
            @if state.received.is_empty() { (empty(&text.say("income-none"), &text.say("income-none.how"))) } @else { (received_table(ask, &state.received)) }
            @if may && year == page.today().year() { (money_form(ask, year, &RECEIVE, faults)?) }
        }
        section.stack-s { h2 { (text.say("close-title")) } p.soft { (text.say("close-about")) } (months(ask, year, &state, may)?) }
    } };
    let crumbs = [("/home", text.say("nav-home")), ("/finance", text.say("nav-finance"))];
    Ok(frame(&page, Shape::Desk, &text.say("books-year"), &crumbs, &html! {}, &content))
}

/// Funds with what they used, largest share first in sight.
pub fn use_table(ask: &Ask<'_>, uses: &[Use]) -> Markup {
    let page = ask.page();
    let text = page.text;
    let total = |part: fn(&Use) -> Fen| Fen::sum(uses.iter().map(part)).unwrap_or(Fen::MAX);
    let columns = [
        Column::words(text.say("finance-fund")),
        Column::words(text.say("finance-picture")),
        Column::money(text.say("budget-granted"), total(|one| one.granted)),
        Column::money(text.say("budget-spent"), total(|one| one.spent)),
        Column::money(text.say("budget-reserved"), total(|one| one.reserved)),
        Column::money(text.say("budget-owed"), total(|one| one.owed)),
        Column::money(text.say("budget-left"), total(Use::left)),
        Column::words(text.say("budget-state")),
    ];
    let rows: Vec<Vec<Markup>> = uses
        .iter()
        .map(|one| {
            let over = one.left().is_negative();
            let state = match (over, one.warns()) {
                (true, _) => status(Standing::Late, &text.say("budget-over")),
                (false, true) => status(Standing::Soon, &text.say("budget-near")),
                (false, false) => status(Standing::Done, &text.say("budget-within")),
            };
            vec![
                html! { a href=(page.link(&format!("/finance/accounts/fund:{}", one.fund))) { (fund_name(&page, one.fund)) } },
                use_bar(one),
                money(one.granted),
                money(one.spent),
                money(one.reserved),
                money(one.owed),
                money(one.left()),
                state,
            ]
        })
        .collect();
    table(&page, &text.say("budget-title"), &columns, &rows)
}

/// Length of a bar: shorter than elsewhere, for the table is wide.
const BAR: i128 = 120;

/// Spent, then what is kept, as shares of the budget.
fn use_bar(one: &Use) -> Markup {
    let most = i128::from(one.granted.max(one.used()).get().max(1));
    let wide = |amount: Fen| i128::from(amount.get().max(0)) * BAR / most;
    let spent = wide(one.spent).max(i128::from(one.spent > Fen::ZERO));
    let kept = wide(one.reserved).max(i128::from(one.reserved > Fen::ZERO)).min(BAR - spent);
    html! { svg width=(BAR) height="14" viewBox=(format!("0 0 {BAR} 14")) aria-hidden="true" {
        rect width=(spent) height="14" fill="var(--bar-b)" {}
        rect x=(spent) width=(kept) height="14" fill="var(--bar-a)" {}
    } }
}

/// What came in for each fund in the year, with the papers of the newest receipts.
fn received_table(ask: &Ask<'_>, received: &[FundMoney]) -> Markup {
    let page = ask.page();
    let text = page.text;
    let mut funds: BTreeMap<Word, Vec<&FundMoney>> = BTreeMap::new();
    for one in received {
        funds.entry(one.0).or_default().push(one);
    }
    let sum = |of: &[&FundMoney]| Fen::sum(of.iter().map(|one| one.1)).unwrap_or(Fen::MAX);
    let total = Fen::sum(received.iter().map(|one| one.1)).unwrap_or(Fen::MAX);
    let columns = [
        Column::words(text.say("finance-fund")),
        Column::words(text.say("income-last")),
        Column::number(text.say("income-times")),
        Column::money(text.say("income-sum"), total),
    ];
    let rows: Vec<Vec<Markup>> = funds
        .into_iter()
        .map(|(fund, of)| {
            let last = of.last();
            vec![
                html! { a href=(page.link(&format!("/finance/accounts/income:{fund}"))) { (fund_name(&page, fund)) } },
                html! { @if let Some((.., paper, on)) = last { (day(&page, *on)) " · " (paper) } },
                html! { (of.len()) },
                money(sum(&of)),
            ]
        })
        .collect();
    table(&page, &text.say("income-title"), &columns, &rows)
}

/// A form that asks for a fund, an amount and a paper: what it does and its words.
struct MoneyForm {
    does: &'static str,
    title: &'static str,
    paper: &'static str,
}

const GRANT: MoneyForm = MoneyForm { does: "grant", title: "budget-grant", paper: "budget-paper" };
const RECEIVE: MoneyForm = MoneyForm { does: "receive", title: "income-receive", paper: "income-paper" };

fn money_form(ask: &Ask<'_>, year: i32, form: &MoneyForm, faults: &Faults) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let line = |name: &str, label: &str, kind: FieldKind| Field::needed(name, text.say(label), kind);
    let layers = ask.app.office.rules.benefits.layers();
    let funds: BTreeSet<Word> =
        layers.iter().filter_map(|layer| layer.fund.as_deref()?.parse().ok()).collect();
    let funds = funds.into_iter().map(|fund| Choice {
        value: fund.to_string(),
        label: fund_name(&page, fund),
        hint: None,
    });
    // Both forms are on the page: what was typed and what was wrong with it belong to the one that was sent.
    let sent = ask.form.get("do") == form.does;
    let none = Faults::new();
    let faults = if sent { faults } else { &none };
    let typed = |name: &str| if sent { ask.form.get(name) } else { "" };
    Ok(html! { details.fold open[!faults.is_empty()] { summary { (text.say(form.title)) }
        form.stack-s method="post" action=(page.link("/finance/year")) {
            (hidden("key", &session::random_id()?)) (hidden("do", form.does)) (hidden("year", &year.to_string()))
            (field(&page, &line("fund", "finance-fund", FieldKind::Select(funds.collect())), &[typed("fund")], faults))
            (field(&page, &line("amount", "budget-amount", FieldKind::Money), &[typed("amount")], faults))
            (field(&page, &line("paper", form.paper, FieldKind::Text(200)), &[typed("paper")], faults))
            div.actions { button.quiet type="submit" { (text.say(form.title)) } }
        }
    } })
}

/// The months of the year that are over or closed; the next to close has a button.
fn months(ask: &Ask<'_>, year: i32, state: &BookYear, may: bool) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let over = |month: &Month| month.last() < page.today();
    let last = state.closed.keys().next_back().copied();
    let months: Vec<Month> = (1..=12).map(|month| Month { year, month }).filter(over).collect();
    if months.is_empty() {
        return Ok(empty(&text.say("close-none"), &text.say("close-none.how")));
    }
    let key = session::random_id()?;
    Ok(html! { ul.tasks { @for month in &months { li {
        div.grow { a href=(page.link(&format!("/finance/trial?from={}&to={}", month.first(), month.last()))) { (text.month(*month)) }
            @if let Some((on, by)) = state.closed.get(month) { p.hint { (day(&page, *on)) " · " (party_name(ask, &format!("account/{by}"))) } } }
        @if state.is_closed(*month) { (status(Standing::Done, &text.say("close-closed"))) }
        @else if may && last.is_none_or(|last| last.next() == *month) { form method="post" action=(page.link("/finance/year")) {
            (hidden("key", &format!("{key}{}", month.month))) (hidden("do", "close")) (hidden("year", &year.to_string())) (hidden("month", &month.to_string()))
            button.quiet type="submit" aria-label=(text.with("close-do-of", &[("month", text.month(*month).into())])) { (text.say("close-do")) }
        } }
        @else { (status(Standing::Waiting, &text.say("close-open"))) }
    } } } })
}
