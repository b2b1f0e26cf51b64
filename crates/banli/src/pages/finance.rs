//! The office's books at a glance: what each fund spent, who is owed, and that debits and credits are equal.

use super::parts::{Column, Page, Shape, empty, frame, fund_name, money, table};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use ledger::{Account, AccountKind, Occasion, Word, journal};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use store::{BalanceRow, EntryPlace, KindRow};
use terms::{Day, Fen};

/// The most entries a page gives out as text at once, naming where the rest begins; the command line gives out all.
const JOURNAL_MAX: u32 = 5_000;

/// Accounts on one page of the trial balance.
const ROWS: usize = 30;

/// Kinds with an account for every person: shown as one row.
const OF_PEOPLE: [AccountKind; 2] = [AccountKind::PersonAccount, AccountKind::PayablePerson];

/// Funds, payables and what stands between regions, this month.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let (from, to) = (page.today().month().first(), page.today());
    let kinds: Vec<AccountKind> = AccountKind::all().collect();
    let (funds, income, payables, regions, totals) = ask.app.office.store.read(|reader| {
        let regions = [
            AccountKind::Receivable,
            AccountKind::PayableRegion,
            AccountKind::PrepaidTo,
            AccountKind::PrepaidBy,
        ];
        Ok((
            reader.balances(&[AccountKind::Fund], from, to)?,
            reader.balances(&[AccountKind::Income], from, to)?,
            reader.balances(&[AccountKind::Payable], from, to)?,
            reader.balances(&regions, from, to)?,
            reader.totals(&kinds, from, to)?,
        ))
    })?;
    let budgets = super::finance_year::uses(ask, to.year())?;
    let warned = budgets.iter().filter(|one| one.warns()).count();
    let content = html! {
        div.stack {
            section.answer {
                p.lead { strong { (soundness(&page, &totals)) } }
                p { (text.with("finance-sentence", &[
                    ("providers", text.yuan(owed(&totals, AccountKind::Payable)).into()),
                    ("people", text.yuan(owed(&totals, AccountKind::PayablePerson)).into()),
                    ("deposits", text.yuan(owed(&totals, AccountKind::Deposit)).into()),
                    ("cash", text.yuan(closing(&totals, AccountKind::Cash)).into()),
                ])) }
                p { a href=(page.link("/finance/trial")) { (text.say("finance-trial")) } " · " a href=(page.link(&format!("/finance/journal?from={from}&to={to}"))) { (text.say("finance-journal")) } " · " a href=(page.link("/finance/regions")) { (text.say("regions-title")) } " · " a href=(page.link("/finance/year")) { (text.say("books-year")) } " · " a href=(page.link("/finance/bank")) { (text.say("bank-title")) } " · " a href=(page.link("/finance/person-accounts")) { (text.say("paccount-month-title")) } }
            }
            @if !budgets.is_empty() { section { h2 { (text.say("budget-title")) }
                @if warned > 0 { p { strong { (text.with("budget-warning", &[("count", warned.into())])) } } }
                (super::finance_year::use_table(ask, &budgets))
            } }
            section { h2 { (text.say("finance-funds")) } @if funds.is_empty() { (empty(&text.say("finance-empty"), &text.say("finance-empty.how"))) } @else { (fund_table(ask, &funds, &income)) } }
            section { h2 { (text.say("finance-payables")) } @if payables.is_empty() { (empty(&text.say("finance-empty"), &text.say("finance-empty.how"))) } @else { (payable_table(ask, &payables)) } }
            @if !regions.is_empty() { section { h2 { (text.say("finance-regions")) } (account_table(ask, &text.say("finance-regions"), &regions)) } }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say("nav-finance"),
        &[("/home", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}

/// The trial balance of the days in the address, this month where none are named.
pub fn trial(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let (from, to) = span(ask);
    let (rows, people) = read_trial(ask, from, to)?;
    let kinds: Vec<KindRow> = ask
        .app
        .office
        .store
        .read(|reader| reader.totals(&AccountKind::all().collect::<Vec<_>>(), from, to))?;
    let columns = [
        Column::words(text.say("finance-account")),
        Column::number(text.say("finance-opening")),
        Column::number(text.say("finance-debit")),
        Column::number(text.say("finance-credit")),
        Column::number(text.say("finance-closing")),
    ];
    let amounts = |opening: Fen, debit: Fen, credit: Fen, closing: Fen| {
        [opening, debit, credit, closing].map(|amount| html! { (money(amount)) })
    };
    let mut cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            let mut cells = vec![account_link(ask, &row.account)];
            cells.extend(amounts(row.opening, row.turnover.debit, row.turnover.credit, row.closing));
            cells
        })
        .collect();
    for row in people {
        let name = text.with(&format!("finance-all-{}", row.kind.word()), &[("count", row.accounts.into())]);
        let mut of_kind = vec![html! { (name) }];
        of_kind.extend(amounts(row.opening, row.turnover.debit, row.turnover.credit, row.closing));
        cells.push(of_kind);
    }
    let pages = cells.len().div_ceil(ROWS).max(1);
    let at = ask.query.get("page").parse().unwrap_or(1).clamp(1, pages);
    let of_page: Vec<Vec<Markup>> = cells.into_iter().skip((at - 1) * ROWS).take(ROWS).collect();
    let link = |at: usize| page.link(&format!("/finance/trial?from={from}&to={to}&page={at}"));
    let content = html! {
        div.stack {
            (span_form(&page, "/finance/trial", from, to))
            p.lead { strong { (soundness(&page, &kinds)) } }
            (table(&page, &text.say("finance-trial"), &columns, &of_page))
            @if pages > 1 { nav.pages aria-label=(text.say("more")) {
                @if at > 1 { a href=(link(at - 1)) { (text.say("finance-before")) } } " "
                (text.with("finance-page", &[("page", at.to_string().into()), ("pages", pages.to_string().into())])) " "
                @if at < pages { a href=(link(at + 1)) { (text.say("more")) } }
            } }
            p { a href=(page.link(&format!("/finance/trial.csv?from={from}&to={to}"))) { (text.say("finance-csv")) } }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say("finance-trial"),
        &[("/home", text.say("nav-home")), ("/finance", text.say("nav-finance"))],
        &html! {},
        &content,
    )))
}

/// The trial balance as comma-separated lines, with the people's accounts in one line each kind.
pub fn trial_csv(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (from, to) = span(ask);
    let (rows, people) = read_trial(ask, from, to)?;
    let mut csv = String::from("account,opening,debit,credit,closing\r\n");
    for row in &rows {
        // Writing to a string cannot fail.
        let _ = write!(
            csv,
            "{},{},{},{},{}\r\n",
            row.account, row.opening, row.turnover.debit, row.turnover.credit, row.closing
        );
    }
    for row in &people {
        let _ = write!(
            csv,
            "{},{},{},{},{}\r\n",
            row.kind.word(),
            row.opening,
            row.turnover.debit,
            row.turnover.credit,
            row.closing
        );
    }
    Ok(Reply::Plain("text/csv; charset=utf-8", csv))
}

/// The entries of the days in the address as a plain-text journal.
pub fn journal(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (from, to) = span(ask);
    let first = EntryPlace::before(from);
    let place = EntryPlace {
        day: ask.query.get("after-day").parse().ok().filter(|day| *day >= from).unwrap_or(first.day),
        seq: ask.query.get("after").parse().unwrap_or(first.seq),
    };
    let entries = ask.app.office.store.read(|reader| reader.entries(place, to, JOURNAL_MAX + 1))?;
    let shown = &entries[..entries.len().min(JOURNAL_MAX as usize)];
    let mut text = journal::write(shown.iter().map(|row| &row.entry));
    if let Some(last) = shown.last().filter(|_| shown.len() < entries.len()) {
        let (day, seq) = (last.entry.day, last.seq);
        let path = format!("/finance/journal?from={from}&to={to}&after-day={day}&after={seq}");
        let told = ask.text().with("finance-journal-cut", &[("count", JOURNAL_MAX.into())]);
        let _ = write!(text, "\n; {told}\n; {}\n", ask.page().link(&path));
    }
    Ok(Reply::Plain("text/plain; charset=utf-8", text))
}

/// The days named in the address; the month up to today where none are or they make no sense.
pub(super) fn span(ask: &Ask<'_>) -> (Day, Day) {
    let today = ask.page().today();
    let from = ask.query.get("from").parse().unwrap_or(today.month().first());
    let to = ask.query.get("to").parse().unwrap_or(today);
    if from <= to { (from, to) } else { (to, from) }
}

/// The form that asks for days.
pub(super) fn span_form(page: &Page<'_>, path: &str, from: Day, to: Day) -> Markup {
    let text = page.text;
    html! {
        form.filters method="get" action=(page.link(path)) {
            div { label for="from" { (text.say("finance-from")) } input id="from" name="from" type="date" value=(from); }
            div { label for="to" { (text.say("finance-to")) } input id="to" name="to" type="date" value=(to); }
            button.quiet type="submit" { (text.say("filter")) }
        }
    }
}

/// An account in words: `应付 某医院 · 职工统筹基金`.
pub(super) fn account_name(ask: &Ask<'_>, account: &Account) -> String {
    let page = ask.page();
    let kind = page.text.say(&format!("account-{}", account.kind().word()));
    let party = account.party().map(|party| match account.kind() {
        AccountKind::Payable | AccountKind::Deposit => {
            super::access::party_name(ask, &format!("provider/{party}"))
        }
        AccountKind::PersonAccount | AccountKind::PayablePerson => format!("P-{party}"),
        _ => party.to_string(),
    });
    let fund = account.fund().map(|fund| fund_name(&page, fund));
    let named: Vec<String> = [Some(kind), party, fund].into_iter().flatten().collect();
    named.join(" · ")
}

/// An account, leading to its page.
pub(super) fn account_link(ask: &Ask<'_>, account: &Account) -> Markup {
    let page = ask.page();
    html! { a href=(page.link(&format!("/finance/accounts/{account}"))) { (account_name(ask, account)) } }
}

/// A bar as long as its share of the largest.
pub(super) fn bar(amount: Fen, most: Fen) -> Markup {
    let wide = i128::from(amount.get().max(0)) * 200 / i128::from(most.get().max(1));
    html! { svg width="200" height="14" viewBox="0 0 200 14" aria-hidden="true" { rect width=(wide.clamp(i128::from(amount > Fen::ZERO), 200)) height="14" fill="var(--bar-b)" {} } }
}

fn read_trial(ask: &Ask<'_>, from: Day, to: Day) -> Result<(Vec<BalanceRow>, Vec<KindRow>), Problem> {
    let few: Vec<AccountKind> = AccountKind::all().filter(|kind| !OF_PEOPLE.contains(kind)).collect();
    let (rows, people) = ask
        .app
        .office
        .store
        .read(|reader| Ok((reader.balances(&few, from, to)?, reader.totals(&OF_PEOPLE, from, to)?)))?;
    Ok((rows, people.into_iter().filter(|row| row.accounts > 0).collect()))
}

fn closing(totals: &[KindRow], kind: AccountKind) -> Fen {
    totals.iter().find(|row| row.kind == kind).map_or(Fen::ZERO, |row| row.closing)
}

fn owed(totals: &[KindRow], kind: AccountKind) -> Fen {
    closing(totals, kind).negated()
}

/// Whether debits and credits are equal, in a sentence with both.
fn soundness(page: &Page<'_>, totals: &[KindRow]) -> String {
    let sum = |part: fn(&KindRow) -> Fen| totals.iter().map(|row| i128::from(part(row).get())).sum::<i128>();
    let (debit, credit) = (sum(|row| row.turnover.debit), sum(|row| row.turnover.credit));
    let sound = debit == credit && sum(|row| row.closing) == 0;
    let yuan = |fen: i128| {
        i64::try_from(fen)
            .ok()
            .and_then(|fen| Fen::new(fen).ok())
            .map_or_else(|| "?".to_owned(), |fen| page.text.yuan(fen))
    };
    let key = if sound { "finance-sound" } else { "finance-unsound" };
    page.text.with(key, &[("debit", yuan(debit).into()), ("credit", yuan(credit).into())])
}

/// What each fund spent and received; what is left of it.
fn fund_table(ask: &Ask<'_>, funds: &[BalanceRow], income: &[BalanceRow]) -> Markup {
    let page = &ask.page();
    let text = page.text;
    let spent = |row: &BalanceRow| row.turnover.net();
    // What is credited to everybody at the month's begin would make every other bar a line.
    let credited = ask.app.office.rules.templates.fund_of(Occasion::AccountCredited, page.today());
    let apart = |row: &BalanceRow| credited.is_some() && row.account.fund() == credited;
    let received = |row: &BalanceRow| {
        let of_fund = income.iter().find(|one| one.account.fund() == row.account.fund());
        of_fund.map_or(Fen::ZERO, |one| one.closing.negated())
    };
    let left = |row: &BalanceRow| received(row).minus(row.closing).unwrap_or(Fen::ZERO);
    let total = |part: &dyn Fn(&BalanceRow) -> Fen| Fen::sum(funds.iter().map(part)).unwrap_or(Fen::ZERO);
    let most = funds.iter().filter(|row| !apart(row)).map(spent).max().unwrap_or(Fen::ZERO);
    let columns = [
        Column::words(text.say("finance-fund")),
        Column::words(text.say("finance-picture")),
        Column::money(text.say("finance-spent-month"), total(&spent)),
        Column::money(text.say("finance-spent-ever"), total(&|row| row.closing)),
        Column::money(text.say("finance-received-ever"), total(&received)),
        Column::money(text.say("finance-left"), total(&left)),
    ];
    let rows: Vec<Vec<Markup>> = funds
        .iter()
        .map(|row| {
            let name = row.account.fund().map(|fund| fund_name(page, fund)).unwrap_or_default();
            vec![
                html! { a href=(page.link(&format!("/finance/accounts/{}", row.account))) { (name) } },
                if apart(row) {
                    html! { span.soft { (text.say("finance-apart")) } }
                } else {
                    bar(spent(row), most)
                },
                money(spent(row)),
                money(row.closing),
                money(received(row)),
                money(left(row)),
            ]
        })
        .collect();
    table(page, &text.say("finance-funds"), &columns, &rows)
}

/// One row a provider, the largest first.
fn payable_table(ask: &Ask<'_>, payables: &[BalanceRow]) -> Markup {
    let page = ask.page();
    let text = page.text;
    let mut by_provider: BTreeMap<Word, [Fen; 3]> = BTreeMap::new();
    for row in payables {
        let Some(provider) = row.account.party() else { continue };
        let sums = by_provider.entry(provider).or_default();
        for (sum, amount) in sums.iter_mut().zip([row.opening, row.turnover.net(), row.closing]) {
            *sum = sum.minus(amount).unwrap_or(*sum);
        }
    }
    let mut providers: Vec<(Word, [Fen; 3])> = by_provider.into_iter().collect();
    providers.sort_by_key(|(provider, sums)| (std::cmp::Reverse(sums[2]), *provider));
    let total = |place: usize| Fen::sum(providers.iter().map(|(_, sums)| sums[place])).unwrap_or(Fen::ZERO);
    let most = providers.first().map_or(Fen::ZERO, |(_, sums)| sums[2]);
    let columns = [
        Column::words(text.say("finance-provider")),
        Column::words(text.say("finance-picture")),
        Column::money(text.say("finance-owed-before"), total(0)),
        Column::money(text.say("finance-owed-moved"), total(1)),
        Column::money(text.say("finance-owed-now"), total(2)),
    ];
    let rows: Vec<Vec<Markup>> = providers
        .iter()
        .map(|(provider, sums)| {
            let name = super::access::party_name(ask, &format!("provider/{provider}"));
            vec![
                html! { a href=(page.link(&format!("/finance/providers/{provider}"))) { (name) } },
                bar(sums[2], most),
                money(sums[0]),
                money(sums[1]),
                money(sums[2]),
            ]
        })
        .collect();
    table(&page, &text.say("finance-payables"), &columns, &rows)
}

fn account_table(ask: &Ask<'_>, caption: &str, rows: &[BalanceRow]) -> Markup {
    let page = ask.page();
    let text = page.text;
    let columns = [
        Column::words(text.say("finance-account")),
        Column::number(text.say("finance-debit")),
        Column::number(text.say("finance-credit")),
        Column::number(text.say("finance-closing")),
    ];
    let rows: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![
                account_link(ask, &row.account),
                money(row.turnover.debit),
                money(row.turnover.credit),
                money(row.closing),
            ]
        })
        .collect();
    table(&page, caption, &columns, &rows)
}
