//! `banli bench interface`: how fast messages are answered, measured from another process over loopback.
//!
//! The office runs in this process and the load comes from a second one, which it starts. First messages are sent at an
//! even rate and each is timed from when it was due, so that a stall counts for everybody who waited behind it. Then as
//! many callers as asked for send as fast as they are answered, to see where it saturates and what happens then.

use super::{fresh, router};
use crate::clock::Clock;
use crate::office::{Office, rulebook};
use crate::packs::PacksArgs;
use crate::server::App;
use ::interface::signature;
use agency::registry::{self, NewPerson, NewProvider};
use agency::{AccountId, Actor, Command, Organisation, ProviderId, person::Insurance};
use anyhow::{Context as _, anyhow, bail};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Options, Store};
use terms::{CitizenId, Day};

/// Messages of the national interface (2204 with twelve lines, 2207) from another process
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli bench interface                          2,000 messages a second for 10 seconds, then as fast as it goes
  banli bench interface --rate 500 --seconds 30
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
    saturated: Found,
    /// Settlements in the file at the end; the same as were acknowledged.
    stored: u64,
}

const PROVIDER: &str = "H33010600001";
const OPENING: &str = "2026-10-09";

/// Measures, or sends where this is the second process.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(load) = &arguments.load {
        let load: Load = serde_json::from_str(load)?;
        println!("{}", serde_json::to_string(&send_all(&load)?)?);
        return Ok(ExitCode::SUCCESS);
    }
    let folder = std::env::temp_dir().join(format!("banli-bench-interface-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let told = measure(arguments, &folder);
    std::fs::remove_dir_all(&folder)?;
    let told = told?;
    if arguments.json {
        println!("{}", serde_json::to_string(&told)?);
    } else {
        print!("{}", words(&told)?);
    }
    let acknowledged = told.even.settled + told.saturated.settled;
    if told.stored < acknowledged {
        bail!("{acknowledged} settlements were acknowledged and {} are stored", told.stored);
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(arguments: &Arguments, folder: &std::path::Path) -> anyhow::Result<Told> {
    let store = Arc::new(Store::open(folder, Options { readers: 8, ..Options::default() })?);
    let rules = Arc::new(rulebook(&PacksArgs::default(), "hangzhou")?);
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
    };
    let even = second_process(&load(Some(arguments.rate), 1))?;
    let saturated = second_process(&load(None, 2))?;
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

/// What one caller measured.
#[derive(Default)]
struct Caller {
    found: Found,
    lines_us: Vec<u64>,
    settle_us: Vec<u64>,
}

#[expect(clippy::disallowed_methods, reason = "a bench measures")]
fn instant() -> Instant {
    Instant::now()
}

fn send_all(load: &Load) -> anyhow::Result<Found> {
    let started = instant();
    let next = AtomicU64::new(0);
    let callers: Vec<anyhow::Result<Caller>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..load.callers).map(|_| scope.spawn(|| send(load, started, &next))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow!("a caller died"))))
            .collect()
    });
    let mut found = Found::default();
    let (mut lines_us, mut settle_us) = (Vec::new(), Vec::new());
    for caller in callers {
        let caller = caller?;
        found.messages += caller.found.messages;
        found.settled += caller.found.settled;
        found.busy += caller.found.busy;
        found.failed += caller.found.failed;
        found.first_failure = found.first_failure.or(caller.found.first_failure);
        lines_us.extend(caller.lines_us);
        settle_us.extend(caller.settle_us);
    }
    found.elapsed_ms = u64::try_from(started.elapsed().as_millis())?;
    (found.lines_us, found.settle_us) = (of(&mut lines_us), of(&mut settle_us));
    Ok(found)
}

/// Half, 99 of 100, 999 of 1000, all.
fn of(times: &mut [u64]) -> [u64; 4] {
    times.sort_unstable();
    let at = |parts: usize| times.get((times.len() * parts / 1_000).min(times.len().saturating_sub(1)));
    [500, 990, 999, 1_000].map(|parts| at(parts).copied().unwrap_or(0))
}

/// One caller: visit after visit, three messages each, until the time is over.
fn send(load: &Load, started: Instant, next: &AtomicU64) -> anyhow::Result<Caller> {
    let mut connection = Connection::open(load)?;
    let mut caller = Caller::default();
    let end = Duration::from_secs(load.seconds);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        // Three messages a visit, evenly over the time.
        let due = |message: u64| match load.rate {
            Some(rate) => Duration::from_micros((number * 3 + message) * 1_000_000 / rate),
            None => started.elapsed(),
        };
        if due(0).max(started.elapsed()) >= end {
            return Ok(caller);
        }
        let person = number % load.people + 1;
        let visit = match timed(
            &mut connection,
            &mut caller,
            load,
            started,
            due(0),
            (number, 1),
            &registration(person),
        )? {
            Some((_, body)) => member(&body, "mdtrt_id").to_owned(),
            None => continue,
        };
        let lines = fee_lines(&visit, person);
        let Some((took, _)) =
            timed(&mut connection, &mut caller, load, started, due(1), (number, 2), &lines)?
        else {
            continue;
        };
        caller.lines_us.push(took);
        let bill = settlement(&visit, person);
        let Some((took, _)) = timed(&mut connection, &mut caller, load, started, due(2), (number, 3), &bill)?
        else {
            continue;
        };
        caller.settle_us.push(took);
        caller.found.settled += 1;
    }
}

/// Sends one message when it is due; microseconds since then and the answer, nothing where it was not served.
fn timed(
    connection: &mut Connection,
    caller: &mut Caller,
    load: &Load,
    started: Instant,
    due: Duration,
    (number, part): (u64, u64),
    (infno, input): &(&str, String),
) -> anyhow::Result<Option<(u64, String)>> {
    if let Some(wait) = due.checked_sub(started.elapsed()) {
        std::thread::sleep(wait);
    }
    let (minute, sequence) = (number / 3_000, number % 3_000 * 3 + part);
    let msgid = format!(
        "{PROVIDER}2026{:02}{:02}{:02}{:02}00{sequence:04}",
        load.run,
        minute / 1_440 + 1,
        minute / 60 % 24,
        minute % 60
    );
    let (status, body) = connection.ask(load, infno, &msgid, input)?;
    caller.found.messages += 1;
    let took = u64::try_from(started.elapsed().saturating_sub(due).as_micros())?;
    if status == 503 {
        caller.found.busy += 1;
        return Ok(None);
    }
    if status != 200 || !body.starts_with("{\"infcode\":0,") {
        caller.found.failed += 1;
        caller.found.first_failure.get_or_insert_with(|| {
            format!("{infno} {status} {}", body.chars().take(300).collect::<String>())
        });
        return Ok(None);
    }
    Ok(Some((took, body)))
}

/// The text of the first member of this name, which is all a load needs of an answer.
fn member<'b>(body: &'b str, name: &str) -> &'b str {
    let rest = body.split_once(&format!("\"{name}\":\"")).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or("")
}

fn registration(person: u64) -> (&'static str, String) {
    let certno = certno(person);
    let input = format!(
        "{{\"data\":{{\"psn_no\":\"{person}\",\"insutype\":\"310\",\"begntime\":\"{OPENING} 00:01:00\",\"mdtrt_cert_type\":\"03\",\
         \"mdtrt_cert_no\":\"1\",\"psn_cert_type\":\"01\",\"certno\":\"{certno}\",\"psn_type\":\"11\",\"psn_name\":\"量测\",\
         \"ipt_otp_no\":\"1\",\"dept_code\":\"1\",\"dept_name\":\"内科\",\"caty\":\"A03\"}}}}"
    );
    ("2201", input)
}

/// The identity number under which the person was registered.
fn certno(person: u64) -> String {
    let number = person - 1;
    let birth = Day::from_ymd(1950, 1, 1).map(|day| day.plus(i32::try_from(number / 900).unwrap_or(0)));
    let citizen = birth
        .ok()
        .and_then(|birth| CitizenId::compose(330_106, birth, u16::try_from(number % 900).unwrap_or(0)));
    citizen.map_or_else(String::new, |citizen| citizen.as_str().to_owned())
}

fn fee_lines(visit: &str, person: u64) -> (&'static str, String) {
    let mut input = String::from("{\"feedetail\":[");
    for place in 1..=12 {
        if place > 1 {
            input.push(',');
        }
        // Writing to a string cannot fail.
        let _ = write!(
            input,
            "{{\"feedetl_sn\":\"{place}\",\"mdtrt_id\":\"{visit}\",\"psn_no\":\"{person}\",\"chrg_bchno\":\"1\",\
             \"rx_circ_flag\":\"0\",\"fee_ocur_time\":\"{OPENING} 00:02:{place:02}\",\"med_list_codg\":\"DEMO-X-0001\",\
             \"medins_list_codg\":\"1\",\"det_item_fee_sumamt\":25.60,\"cnt\":2,\"pric\":12.8,\"bilg_dept_codg\":\"1\",\
             \"bilg_dept_name\":\"内科\",\"bilg_dr_codg\":\"1\",\"bilg_dr_name\":\"陈医生\",\"hosp_appr_flag\":\"0\"}}"
        );
    }
    input.push_str("]}");
    ("2204", input)
}

fn settlement(visit: &str, person: u64) -> (&'static str, String) {
    let input = format!(
        "{{\"data\":{{\"psn_no\":\"{person}\",\"mdtrt_cert_type\":\"03\",\"mdtrt_cert_no\":\"1\",\"psn_cert_type\":\"01\",\
         \"certno\":\"1\",\"med_type\":\"11\",\"medfee_sumamt\":307.20,\"psn_setlway\":\"01\",\"mdtrt_id\":\"{visit}\",\
         \"chrg_bchno\":\"1\",\"insutype\":\"310\",\"acct_used_flag\":\"0\",\"fulamt_ownpay_amt\":0,\"overlmt_selfpay\":0,\
         \"preselfpay_amt\":0,\"inscp_scp_amt\":307.20}}}}"
    );
    ("2207", input)
}

/// A kept-alive connection that knows as much HTTP as a load needs.
struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(load: &Load) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(load.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Connection { reader: BufReader::new(stream) })
    }

    fn ask(&mut self, load: &Load, infno: &str, msgid: &str, input: &str) -> anyhow::Result<(u16, String)> {
        let body = format!(
            "{{\"infno\":\"{infno}\",\"msgid\":\"{msgid}\",\"mdtrtarea_admvs\":\"330106\",\"insuplc_admdvs\":\"330100\",\
             \"recer_sys_code\":\"B\",\"infver\":\"V1.0\",\"opter_type\":\"1\",\"opter\":\"1\",\"opter_name\":\"1\",\
             \"inf_time\":\"{OPENING} 08:00:00\",\"fixmedins_code\":\"{PROVIDER}\",\"input\":{input}}}"
        );
        let timestamp = Clock::Real.now().0.to_string();
        let signature = signature::sign(load.secret.as_bytes(), &load.key, infno, &timestamp, "1.0");
        let head = format!(
            "POST {}/callService HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n_api_name: {infno}\r\n_api_version: 1.0\r\n\
             _api_timestamp: {timestamp}\r\n_api_access_key: {}\r\n_api_signature: {signature}\r\n\r\n",
            super::PREFIXES[1],
            body.len(),
            load.key
        );
        self.reader.get_mut().write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status line")?;
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut answer = vec![0; length];
        self.reader.read_exact(&mut answer)?;
        Ok((status, String::from_utf8(answer)?))
    }
}

fn words(told: &Told) -> anyhow::Result<String> {
    let mut text = String::new();
    writeln!(
        text,
        "national interface, {} build, {} callers, {} people",
        told.profile, told.callers, told.people
    )?;
    for (name, found) in [
        (format!("{} messages a second", told.rate), &told.even),
        ("as fast as answered".to_owned(), &told.saturated),
    ] {
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
