//! Settlements kept by our store, as rows in PostgreSQL, and as entries in cala-ledger, an open double-entry ledger on
//! PostgreSQL, one after the other in one run.
//!
//! The first two are `banli bench store`: each settlement with its event, lines, entry, sums, requests and log. The
//! ledger keeps its entry only, of the same three postings: fund, personal account, what is owed to the hospital; it
//! knows no bill, no request and no line. Its own balances and outbox are part of what it does and stay on.

use anyhow::{Context, ensure};
use cala_ledger::account::NewAccount;
use cala_ledger::job::{JobSvcConfig, Jobs};
use cala_ledger::journal::NewJournal;
use cala_ledger::migrate::IncludeMigrations;
use cala_ledger::posting::PostingInput;
use cala_ledger::tx_template::{
    NewParamDefinition, NewTxTemplate, NewTxTemplateEntry, NewTxTemplateTransaction, ParamDataType, Params,
};
use cala_ledger::{AccountId, CalaLedger, CalaLedgerConfig, JournalId, TransactionId};
use rust_decimal::Decimal;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

const DATABASE: &str = "cala_bench";
const PROVIDERS: usize = 300;
/// Accounts made at once.
const PORTION: usize = 1_000;
const TEMPLATE: &str = "SETTLEMENT";

struct Plan {
    banli: String,
    postgres: String,
    settlements: usize,
    people: usize,
    callers: usize,
    batch: usize,
}

impl Plan {
    fn read() -> anyhow::Result<Plan> {
        let mut said: BTreeMap<String, String> = BTreeMap::new();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").with_context(|| format!("`{word}` is no option"))?;
            said.insert(name.to_owned(), words.next().with_context(|| format!("--{name} needs a value"))?);
        }
        let mut take = |name: &str, otherwise: &str| said.remove(name).unwrap_or_else(|| otherwise.to_owned());
        let plan = Plan {
            banli: take("banli", "target/release/banli"),
            postgres: take("postgres", "host=/tmp/pg port=5544 user=postgres dbname=postgres"),
            settlements: take("settlements", "100000").parse()?,
            people: take("people", "10000").parse()?,
            callers: take("callers", "4").parse()?,
            batch: take("batch", "200").parse()?,
        };
        ensure!(said.is_empty(), "unknown: {said:?}; known are banli, postgres, settlements, people, callers, batch");
        ensure!(plan.people > 0 && plan.callers > 0 && plan.batch > 0, "people, callers and batch are above nothing");
        Ok(plan)
    }
}

fn main() -> anyhow::Result<()> {
    let plan = Plan::read()?;
    let status = Command::new(&plan.banli)
        .args(["bench", "store", "--settlements", &plan.settlements.to_string()])
        .args(["--people", &plan.people.to_string(), "--postgres", &plan.postgres])
        .status()
        .with_context(|| format!("{} could not be run; build it, or name it with --banli", plan.banli))?;
    ensure!(status.success(), "banli bench store failed");
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(ledger(&plan))
}

/// The database of this measurement, made anew.
async fn database(connection: &str) -> anyhow::Result<PgPool> {
    let mut options = PgConnectOptions::new();
    for word in connection.split_whitespace() {
        options = match word.split_once('=') {
            Some(("host", host)) => options.host(host),
            Some(("port", port)) => options.port(port.parse()?),
            Some(("user", user)) => options.username(user),
            Some(("password", password)) => options.password(password),
            Some(("dbname", name)) => options.database(name),
            _ => anyhow::bail!("`{word}` is not read: host, port, user, password, dbname"),
        };
    }
    let server = PgPoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    for sql in [format!("DROP DATABASE IF EXISTS {DATABASE}"), format!("CREATE DATABASE {DATABASE}")] {
        sqlx::query(&sql).execute(&server).await?;
    }
    Ok(PgPoolOptions::new().max_connections(20).connect_with(options.database(DATABASE)).await?)
}

/// Its accounts: the fund, what is owed to each provider, one of each person.
struct Accounts {
    journal: JournalId,
    fund: AccountId,
    providers: Vec<AccountId>,
    people: Vec<AccountId>,
}

impl Accounts {
    /// The same postings as the bench of the store: 196.99 of the fund, 300.00 of the account, 496.99 owed.
    fn settlement(&self, number: usize) -> PostingInput {
        let mut params = Params::new();
        params.insert("journal_id", self.journal.to_string());
        params.insert("fund", self.fund);
        params.insert("provider", self.providers[number % self.providers.len()]);
        // Spread over everybody and in no order, like the bench of the store.
        params.insert("person", self.people[number.wrapping_mul(7_919) % self.people.len()]);
        PostingInput::new(TransactionId::new(), TEMPLATE, params)
    }
}

async fn ledger(plan: &Plan) -> anyhow::Result<()> {
    let pool = database(&plan.postgres).await?;
    let config = CalaLedgerConfig::builder().pool(pool.clone()).exec_migrations(false).build()?;
    // Its tables first: the jobs it registers are kept in them.
    Migrator { migrations: Vec::new().into(), ..Migrator::DEFAULT }.include_cala_migrations().run(&pool).await?;
    let mut jobs = Jobs::init(JobSvcConfig::builder().pool(pool.clone()).build()?).await?;
    let cala = CalaLedger::init(config, &mut jobs).await?;
    let accounts = Arc::new(found(&cala, plan.people).await?);
    println!("cala-ledger 0.33.3: {} accounts made", 1 + PROVIDERS + plan.people);

    let (calls, took) = keep(&cala, &accounts, plan).await?;
    let balance = cala.balances().find(accounts.journal, accounts.fund, "CNY".parse()?).await?;
    let expected = Decimal::new(19_699, 2) * Decimal::from(plan.settlements as u64);
    ensure!(balance.details.settled.dr_balance == expected, "the fund holds {}", balance.details.settled.dr_balance);
    let size: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(&pool).await?;
    println!(
        "cala-ledger: {} entries of three postings, {} callers, {} in a transaction: {:.0} a second, half of the answers \
         within {:.1} ms, 99 of 100 within {:.1} ms, {} bytes each",
        plan.settlements,
        plan.callers,
        plan.batch,
        plan.settlements as f64 / took.as_secs_f64(),
        at(&calls, 50),
        at(&calls, 99),
        size / plan.settlements.max(1) as i64,
    );
    Ok(())
}

/// The time, in milliseconds, within which so many of a hundred calls were answered.
fn at(calls: &[Duration], percent: usize) -> f64 {
    calls.get((calls.len() * percent / 100).min(calls.len().saturating_sub(1))).map_or(0.0, |call| call.as_secs_f64() * 1e3)
}

/// Callers that wait for their answer before they ask again, each with whole batches; the times of their calls in order.
async fn keep(cala: &CalaLedger, accounts: &Arc<Accounts>, plan: &Plan) -> anyhow::Result<(Vec<Duration>, Duration)> {
    let start = Instant::now();
    let (batch, callers, settlements) = (plan.batch, plan.callers, plan.settlements);
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (cala, accounts) = (cala.clone(), Arc::clone(accounts));
            tokio::spawn(async move {
                let mut calls = Vec::new();
                for first in (caller * batch..settlements).step_by(batch * callers) {
                    let numbers = first..(first + batch).min(settlements);
                    let postings = numbers.map(|number| accounts.settlement(number)).collect();
                    let asked = Instant::now();
                    cala.post_transactions(postings).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
                    calls.push(asked.elapsed());
                }
                anyhow::Ok(calls)
            })
        })
        .collect();
    let mut calls = Vec::new();
    for task in tasks {
        calls.extend(task.await??);
    }
    let took = start.elapsed();
    calls.sort_unstable();
    Ok((calls, took))
}

async fn found(cala: &CalaLedger, people: usize) -> anyhow::Result<Accounts> {
    let journal = cala.journals().create(NewJournal::builder().id(JournalId::new()).name("settlements").build()).await?;
    let mut names = vec!["fund:310100".to_owned()];
    names.extend((0..PROVIDERS).map(|number| format!("payable:{number}:310100")));
    names.extend((0..people).map(|number| format!("person-account:{number}")));
    let mut ids = Vec::new();
    for names in names.chunks(PORTION) {
        let new = names.iter().map(|name| {
            NewAccount::builder().id(uuid::Uuid::now_v7()).name(name.clone()).code(name.clone()).build()
        });
        let made = cala.accounts().create_all(new.collect()).await?;
        ids.extend(made.iter().map(|account| account.id()));
    }
    cala.tx_templates().create(template()?).await?;
    let people = ids.split_off(1 + PROVIDERS);
    let providers = ids.split_off(1);
    Ok(Accounts { journal: journal.id(), fund: ids[0], providers, people })
}

fn template() -> anyhow::Result<NewTxTemplate> {
    let param = |name: &str| {
        NewParamDefinition::builder().name(name).r#type(ParamDataType::Uuid).build().map_err(anyhow::Error::from)
    };
    let entry = |account: &str, direction: &str, amount: &str| {
        NewTxTemplateEntry::builder()
            .entry_type(format!("'{}'", account.to_uppercase()))
            .account_id(format!("params.{account}"))
            .layer("SETTLED")
            .direction(direction)
            .units(format!("decimal('{amount}')"))
            .currency("'CNY'")
            .build()
            .map_err(anyhow::Error::from)
    };
    let names = ["journal_id", "fund", "provider", "person"];
    let transaction =
        NewTxTemplateTransaction::builder().effective("date()").journal_id("params.journal_id").build()?;
    Ok(NewTxTemplate::builder()
        .id(uuid::Uuid::now_v7())
        .code(TEMPLATE)
        .params(names.into_iter().map(param).collect::<anyhow::Result<Vec<_>>>()?)
        .transaction(transaction)
        .entries(vec![
            entry("fund", "DEBIT", "196.99")?,
            entry("person", "DEBIT", "300.00")?,
            entry("provider", "CREDIT", "496.99")?,
        ])
        .build())
}
