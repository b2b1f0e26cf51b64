//! The second process: sends messages when they are due and times their answers.

use super::{Found, Load, OPENING, PROVIDER};
use crate::clock::Clock;
use ::interface::signature;
use anyhow::{Context as _, anyhow};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use terms::{CitizenId, Day};

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

/// Signs in, then sends everything.
pub(super) fn send_all(mut load: Load) -> anyhow::Result<Found> {
    let sign_in = "{\"signIn\":{\"opter_no\":\"1\",\"mac\":\"-\",\"ip\":\"-\"}}";
    let msgid = format!("{PROVIDER}2025{:02}01000000{:04}", load.run, 1);
    let (_, answer) = Connection::open(&load)?.ask(&load, "9001", &msgid, sign_in)?;
    load.sign_no = member(&answer, "sign_no").to_owned();
    let load = &load;
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
             \"inf_time\":\"{OPENING} 08:00:00\",\"fixmedins_code\":\"{PROVIDER}\",\"sign_no\":\"{}\",\"input\":{input}}}",
            load.sign_no
        );
        let timestamp = Clock::Real.now().0.to_string();
        let signature = signature::sign(load.secret.as_bytes(), &load.key, infno, &timestamp, "1.0");
        let head = format!(
            "POST {}/callService HTTP/1.1\r\nhost: bench\r\ncontent-length: {}\r\n_api_name: {infno}\r\n_api_version: 1.0\r\n\
             _api_timestamp: {timestamp}\r\n_api_access_key: {}\r\n_api_signature: {signature}\r\n\r\n",
            super::super::PREFIXES[1],
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
