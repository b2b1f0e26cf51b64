//! `banli bench interface`: how fast messages are answered, measured from another process over loopback.
//!
//! The office runs in this process and the load comes from a second one, which it starts. First messages are sent at an
//! even rate and each is timed from when it was due, so that a stall counts for everybody who waited behind it. Then as
//! many callers as asked for send as fast as they are answered, to see where it saturates and what happens then.

mod hold;
mod load;

use super::{fresh, router};
use crate::app::App;
use crate::clock::Clock;
use crate::office::{Office, rulebook};
use crate::out;
use crate::packs::PacksArgs;
use agency::registry::{self, NewPerson, NewProvider};
use agency::{AccountId, Actor, Command, Organisation, ProviderId, person::Insurance};
use anyhow::{Context as _, anyhow, bail};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use store::{Options, Store};
use terms::{CitizenId, Day};

/// Messages of the national interface (2204 with twelve lines, 2207) from another process
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli bench interface                          2,000 messages a second for 10 seconds, then as fast as it goes
  banli bench interface --rate 500 --seconds 30
  banli bench interface --hold --rate 300 --seconds 3600 --people 50000
                                                 an hour at an even rate: does the office's memory stay where it is?
  banli bench interface --json

Every 2204 and 2207 is on the disk before it is answered. A visit is registered (2201) before its lines; that message
is counted in the rate and not in the times.")]
pub struct Arguments {
    /// Messages a second in the even part
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(3..=100_000))]
    rate: u64,
    /// Seconds of each part
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// Callers at once
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u64).range(1..=512))]
    callers: u64,
    /// Insured people the visits are spread over
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=900_000))]
    people: u64,
    /// Only the even part, with the office's memory, file and open files told each minute
    #[arg(long, conflicts_with = "json")]
    hold: bool,
    /// Print the figures as one line of JSON
    #[arg(long)]
    json: bool,
    /// Be the second process: what to send where, as the first one says
    #[arg(long, hide = true)]
    load: Option<String>,
}

/// What the second process is told.
#[derive(Debug, Serialize, Deserialize)]
struct Load {
    address: SocketAddr,
    key: String,
    secret: String,
    /// Messages a second of all callers together; none for as fast as they are answered.
    rate: Option<u64>,
    seconds: u64,
    callers: u64,
    people: u64,
    /// Makes message ids of two loads differ.
    run: u64,
    /// The number from signing in, once somebody has.
    sign_no: String,
}

/// What it found.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Found {
    /// Messages answered, of every kind.
    messages: u64,
    /// Settlements acknowledged.
    settled: u64,
    /// Messages told that the office is busy.
    busy: u64,
    /// Other failures, and the first one's words.
    failed: u64,
    first_failure: Option<String>,
    elapsed_ms: u64,
    /// Microseconds: half, 99 of 100, all but one in a thousand, all.
    lines_us: [u64; 4],
    settle_us: [u64; 4],
}

#[derive(Debug, Serialize)]
struct Told {
    profile: &'static str,
    rate: u64,
    callers: u64,
    people: u64,
    even: Found,
    /// Nothing where the load was only held.
    saturated: Option<Found>,
    /// Settlements in the file at the end; the same as were acknowledged.
    stored: u64,
}

const PROVIDER: &str = "H33010600001";
const OPENING: &str = "2026-10-09";

/// Measures, or sends where this is the second process.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(load) = &arguments.load {
        let load: Load = serde_json::from_str(load)?;
        out::line!("{}", serde_json::to_string(&load::send_all(load)?)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = std::env::temp_dir().join(format!("banli-bench-interface-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let told = measure(arguments, &folder);
    std::fs::remove_dir_all(&folder)?;
    let told = told?;
    if arguments.json {
        out::line!("{}", serde_json::to_string(&told)?)?;
    } else {
        out::text!("{}", words(&told)?)?;
    }
    let acknowledged = told.even.settled + told.saturated.as_ref().map_or(0, |found| found.settled);
    if told.stored < acknowledged {
        bail!("{acknowledged} settlements were acknowledged and {} are stored", told.stored);
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(arguments: &Arguments, folder: &std::path::Path) -> anyhow::Result<Told> {
    let store = Arc::new(Store::open(folder, Options { readers: 8, ..Options::default() })?);
    let rules = crate::rules::Rules::of(rulebook(&PacksArgs::default(), "hangzhou")?);
    let opening: Day = OPENING.parse()?;
    let office = Office { store, rules, clock: Clock::opening_on(opening), demo: None };
    let mut app = App::new(office)?;
    app.interface.without_limits();
    let key = found(&app, arguments.people)?;
    let (secret, app) = (app.interface.secrets.of(&key), Arc::new(app));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let service = router(&app).with_state(Arc::clone(&app));
    runtime.spawn(async move {
        if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
            // The bench ends with the process.
            let _ = axum::serve(listener, service).await;
        }
    });
    let load = |rate: Option<u64>, run: u64| Load {
        address,
        key: key.clone(),
        secret: secret.clone(),
        rate,
        seconds: arguments.seconds,
        callers: arguments.callers,
        people: arguments.people,
        run,
        sign_no: String::new(),
    };
    let even = || second_process(&load(Some(arguments.rate), 1));
    let (even, saturated) = if arguments.hold {
        (hold::told_each_minute(folder, even)?, None)
    } else {
        (even()?, Some(second_process(&load(None, 2))?))
    };
    let stored = app.desk.store().read(|reader| reader.count_settlements())?;
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let (rate, callers, people) = (arguments.rate, arguments.callers, arguments.people);
    Ok(Told { profile, rate, callers, people, even, saturated, stored })
}

fn second_process(load: &Load) -> anyhow::Result<Found> {
    let output = std::process::Command::new(std::env::current_exe()?)
        .args(["bench", "interface", "--load", &serde_json::to_string(load)?])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    serde_json::from_slice(&output.stdout).context("the second process said nothing that can be read")
}

/// One hospital with a key, and insured people.
fn found(app: &App, people: u64) -> anyhow::Result<String> {
    let operator = Actor {
        account: AccountId(0),
        name: "bench".to_owned(),
        roles: ["operator".to_owned()].into(),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    };
    let submit = |command| app.desk.submit(&operator, None, &Command::Registry(command)).map(drop);
    submit(registry::Command::RegisterProvider(NewProvider {
        code: PROVIDER.to_owned(),
        name: "量测医院".to_owned(),
        provider_kind: "hospital".to_owned(),
        hosp_lv: "2".to_owned(),
        region: "330106".to_owned(),
        refers: false,
    }))?;
    let provider = ProviderId(1);
    let from: Day = "2015-01-01".parse()?;
    submit(registry::Command::Designate { provider, from, to: None, article: "nhsa-order-2/42".into() })?;
    let key = fresh(PROVIDER)?;
    submit(registry::Command::IssueKey { provider, access_key: key.clone() })?;
    for number in 0..people {
        // 900 serial numbers a day, one day after the other.
        let birth = Day::from_ymd(1950, 1, 1)?.plus(i32::try_from(number / 900)?);
        let citizen = CitizenId::compose(330_106, birth, u16::try_from(number % 900)?);
        let insurance = Insurance { insutype: "310".to_owned(), psn_type: "11".to_owned(), from, to: None };
        submit(registry::Command::RegisterPerson(NewPerson {
            name: "量测".to_owned(),
            citizen: citizen.ok_or_else(|| anyhow!("no identity number"))?,
            address: "西湖区".to_owned(),
            unit: None,
            insurance: vec![insurance],
            categories: Vec::new(),
            parent: None,
            region: "330100".to_owned(),
        }))?;
    }
    Ok(key)
}

fn words(told: &Told) -> anyhow::Result<String> {
    let mut text = String::new();
    writeln!(
        text,
        "national interface, {} build, {} callers, {} people",
        told.profile, told.callers, told.people
    )?;
    let even = Some((format!("{} messages a second", told.rate), &told.even));
    let saturated = told.saturated.as_ref().map(|found| ("as fast as answered".to_owned(), found));
    for (name, found) in even.into_iter().chain(saturated) {
        let a_second = (found.messages * 1_000).checked_div(found.elapsed_ms).unwrap_or(0);
        writeln!(
            text,
            "\n{name}: {} messages, {a_second} a second, {} settled, {} busy, {} failed",
            found.messages, found.settled, found.busy, found.failed
        )?;
        for (infno, times) in [("2204", found.lines_us), ("2207", found.settle_us)] {
            let [half, most, nearly, all] =
                times.map(|us| format!("{}.{:02} ms", us / 1_000, us % 1_000 / 10));
            writeln!(
                text,
                "  {infno}   p50 {half:>11}   p99 {most:>11}   p99.9 {nearly:>11}   max {all:>11}"
            )?;
        }
        if let Some(failure) = &found.first_failure {
            writeln!(text, "  first failure: {failure}")?;
        }
    }
    writeln!(text, "\nstored settlements: {}", told.stored)?;
    Ok(text)
}
