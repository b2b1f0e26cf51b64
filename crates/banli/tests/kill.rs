//! The whole program killed with SIGKILL under a load of settlements, again and again. Callers send 2201, 2204, 2207 and
//! 2208 over HTTP; what was not answered is sent again with the same message id after the restart. In the end every
//! answer that was heard is still true, nothing is there twice, the books add up to nothing and the file is whole.
//!
//! When it dies is told by how many messages were answered since the start and not by a clock, so that a slow machine
//! plays the same. `BANLI_KILLS=300 cargo test -p banli --test kill -- --ignored --nocapture` plays it longer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that reads the clock to sign, and waits for processes"
)]

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::{Options, Store};
use terms::{Day, Fen, Moment};

const HOSPITAL: &str = "H33010600001";
/// Callers, each with insured people of its own.
const CALLERS: u64 = 4;
const PEOPLE: u64 = 40;
/// Every so-many-th settlement is taken back.
const CANCELLED: u64 = 3;
/// How long anything may take on a busy machine before the test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

fn banli(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_banli")).args(arguments).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {told}{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// A number generator that is the same for ever (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// The office as a process; killed when it goes out of sight.
struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Serving {
    fn start(folder: &Path) -> Serving {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
        command.args(["serve", "--data", folder.to_str().unwrap(), "--port", "0", "--log", "error"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix('/'));
        Serving { address: address.expect("the office says where it answers").parse().unwrap(), child }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A message with its id, which it keeps however often it is sent.
#[derive(Debug, Clone)]
struct Message {
    infno: &'static str,
    msgid: String,
    input: Value,
}

/// Who may send and what was signed in.
struct Sender {
    key: String,
    secret: String,
    sign_no: Mutex<String>,
    sequence: AtomicU64,
}

/// What became of a message that was sent.
enum Sent {
    /// The answer's `output`.
    Answered(Value),
    /// The protocol's no, in words.
    Refused(String),
    /// Nobody knows: the office died, or said that it is busy.
    Unknown,
}

impl Sender {
    fn message(&self, infno: &'static str, input: Value) -> Message {
        let number = self.sequence.fetch_add(1, Ordering::SeqCst);
        let (minute, last) = (number / 10_000, number % 10_000);
        let msgid = format!("{HOSPITAL}20260101{:02}{:02}00{last:04}", minute / 60, minute % 60);
        Message { infno, msgid, input }
    }

    /// Signs in for the day, which every process of the office knows from then on.
    fn sign_in(&self, address: SocketAddr) -> bool {
        let input = json!({"signIn": {"opter_no": "1", "mac": "-", "ip": "-"}});
        let Sent::Answered(output) = self.send(address, &self.message("9001", input)) else { return false };
        let sign_no = output["signinoutb"]["sign_no"].as_str().unwrap().to_owned();
        *self.sign_no.lock().unwrap_or_else(PoisonError::into_inner) = sign_no;
        true
    }

    fn send(&self, address: SocketAddr, message: &Message) -> Sent {
        let Some((status, answer)) = self.post(address, message) else { return Sent::Unknown };
        if status != 200 {
            assert!(status == 429 || status == 503, "{status} {answer}");
            std::thread::sleep(Duration::from_millis(20));
            return Sent::Unknown;
        }
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        if answer["infcode"] == 0 {
            Sent::Answered(answer["output"].take())
        } else {
            Sent::Refused(answer["err_msg"].as_str().unwrap_or_default().to_owned())
        }
    }

    /// One request on a connection of its own; nothing where the office went away before all was read.
    fn post(&self, address: SocketAddr, message: &Message) -> Option<(u16, String)> {
        let Message { infno, msgid, input } = message;
        let sign_no = self.sign_no.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let body = json!({
            "infno": infno, "msgid": msgid, "mdtrtarea_admvs": "330106", "insuplc_admdvs": "330100",
            "recer_sys_code": "B", "infver": "V1.0", "opter_type": "1", "opter": "1", "opter_name": "1",
            "inf_time": "2026-01-01 08:00:00", "fixmedins_code": HOSPITAL, "sign_no": sign_no, "input": input,
        });
        let (body, timestamp) = (body.to_string(), now().to_string());
        let signature =
            interface::signature::sign(self.secret.as_bytes(), &self.key, infno, &timestamp, "1.0.0");
        let head = format!(
            "POST /fsi/api/rsfComIfsService/callService/{infno} HTTP/1.1\r\nhost: office\r\nconnection: close\r\n\
             content-length: {}\r\n_api_name: {infno}\r\n_api_version: 1.0.0\r\n_api_timestamp: {timestamp}\r\n\
             _api_access_key: {}\r\n_api_signature: {signature}\r\n\r\n",
            body.len(),
            self.key
        );
        let mut stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        })?;
        // Half an answer is none.
        (body.len() == length).then(|| (status, body.to_owned()))
    }
}

/// What was acknowledged: the message and its answer, by message id.
type Heard = BTreeMap<String, (Message, Value)>;

/// One caller: visit after visit, for people of its own.
struct Caller {
    number: u64,
    visits: u64,
    /// Sent, and nobody knows what became of it.
    open: Option<Message>,
    visit: String,
    settlement: String,
    /// The four sums that 2207 sends back, as 2204 split the lines.
    sums: [Fen; 4],
    heard: Heard,
}

/// What 2204 calls the four sums of 2207.
const SUMS: [(&str, &str); 4] = [
    ("fulamt_ownpay_amt", "fulamt_ownpay_amt"),
    ("overlmt_amt", "overlmt_selfpay"),
    ("preselfpay_amt", "preselfpay_amt"),
    ("inscp_scp_amt", "inscp_scp_amt"),
];

impl Caller {
    fn person(&self) -> u64 {
        self.number + 1 + self.visits % (PEOPLE / CALLERS) * CALLERS
    }

    /// What comes after the last answer.
    fn next(&mut self, sender: &Sender, people: &[(String, String)], day: Day) -> Message {
        let next = match self.last() {
            Some("2201") => "2204",
            Some("2204") => "2207",
            Some("2207") if self.visits.is_multiple_of(CANCELLED) => "2208",
            _ => "2201",
        };
        self.visits += u64::from(next == "2201");
        let person = self.person();
        let (certno, name) = &people[usize::try_from(person - 1).unwrap()];
        let who = json!({
            "psn_no": person.to_string(), "insutype": "310", "mdtrt_cert_type": "02", "mdtrt_cert_no": certno,
            "psn_cert_type": "01", "certno": certno, "psn_type": "1101", "psn_name": name,
        });
        let with = |more: Value| {
            let mut row = who.as_object().unwrap().clone();
            row.extend(more.as_object().unwrap().clone());
            json!({"data": row})
        };
        let visit = &self.visit;
        match next {
            "2204" => {
                let line = |sn: u64| {
                    json!({
                        "feedetl_sn": sn.to_string(), "mdtrt_id": visit, "psn_no": person.to_string(),
                        "chrg_bchno": "1", "rx_circ_flag": "0", "fee_ocur_time": format!("{day} 00:02:00"),
                        "med_list_codg": "DEMO-S-0031", "medins_list_codg": "1", "det_item_fee_sumamt": "1680.00",
                        "cnt": 1, "pric": "1680", "bilg_dept_codg": "1", "bilg_dept_name": "内科",
                        "bilg_dr_codg": "1", "bilg_dr_name": "陈医生", "hosp_appr_flag": "0",
                    })
                };
                sender.message("2204", json!({"feedetail": [line(1), line(2)]}))
            }
            "2207" => sender.message(
                "2207",
                with(json!({
                    "med_type": "11", "medfee_sumamt": "3360.00", "psn_setlway": "01", "mdtrt_id": visit,
                    "chrg_bchno": "1", "acct_used_flag": "0", SUMS[0].1: self.sums[0].to_string(),
                    SUMS[1].1: self.sums[1].to_string(), SUMS[2].1: self.sums[2].to_string(),
                    SUMS[3].1: self.sums[3].to_string(),
                })),
            ),
            "2208" => {
                let row =
                    json!({"psn_no": person.to_string(), "mdtrt_id": visit, "setl_id": self.settlement});
                sender.message("2208", json!({"data": row}))
            }
            _ => sender.message(
                "2201",
                with(json!({
                    "begntime": format!("{day} 00:01:00"), "ipt_otp_no": "1", "dept_code": "1",
                    "dept_name": "内科", "caty": "A03",
                })),
            ),
        }
    }

    /// Sends until the office is gone or `enough` was answered by all callers together; what was sent last and not
    /// answered stays open.
    fn play(&mut self, sender: &Sender, people: &[(String, String)], day: Day, round: &Round) {
        let mut refused = 0;
        while self.open.is_some() || round.goes_on() {
            let message = match self.open.take() {
                Some(message) => message,
                None => self.next(sender, people, day),
            };
            match sender.send(round.address, &message) {
                Sent::Answered(output) => {
                    refused = 0;
                    round.answered.fetch_add(1, Ordering::SeqCst);
                    self.take(&message, &output);
                    self.heard.insert(message.msgid.clone(), (message, output));
                }
                // Midnight ends a signing in; anything else is a fault.
                Sent::Refused(why) => {
                    refused += 1;
                    assert!(refused < 3, "{} {}: {why}", message.infno, message.msgid);
                    self.open = Some(message);
                    sender.sign_in(round.address);
                }
                Sent::Unknown => {
                    self.open = Some(message);
                    if round.is_over() {
                        return;
                    }
                }
            }
        }
    }

    /// The transaction that was answered last.
    fn last(&self) -> Option<&'static str> {
        let last = self.heard.values().max_by_key(|(message, _)| &message.msgid);
        last.map(|(message, _)| message.infno)
    }

    fn take(&mut self, message: &Message, output: &Value) {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match message.infno {
            "2201" => self.visit = text(&output["data"]["mdtrt_id"]),
            "2204" => {
                let lines = output["result"].as_array().unwrap();
                let sum = |name: &str| {
                    lines
                        .iter()
                        .map(|line| fen(&line[name]))
                        .fold(Fen::ZERO, |sum, one| sum.plus(one).unwrap())
                };
                self.sums = SUMS.map(|(theirs, _)| sum(theirs));
            }
            "2207" => self.settlement = text(&output["setlinfo"]["setl_id"]),
            _ => {}
        }
    }
}

/// One life of the office.
struct Round {
    address: SocketAddr,
    answered: AtomicU64,
    /// It is killed after so many answers.
    enough: u64,
    killed: AtomicU64,
    /// The last life: callers end where they are instead of going on.
    last: bool,
}

impl Round {
    fn goes_on(&self) -> bool {
        !self.last && !self.is_over()
    }

    fn is_over(&self) -> bool {
        self.killed.load(Ordering::SeqCst) > 0
    }
}

fn fen(value: &Value) -> Fen {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned).parse().unwrap()
}

/// Founds an office, lets it die so many times under load, and looks at what is left.
fn killed(kills: u64, seed: u64) {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("office");
    let data = folder.to_str().unwrap();
    banli(&["region", "found", "--data", data, "--pack", "hangzhou"]);
    let key = banli(&["key", "--data", data, "issue", HOSPITAL]);
    let (key, secret) = key.trim().split_once('\n').unwrap();
    let sender = Sender {
        key: key.to_owned(),
        secret: secret.trim().to_owned(),
        sign_no: Mutex::default(),
        sequence: AtomicU64::new(1),
    };
    let people = people(&folder);
    // Over on every machine, wherever it says it is.
    let day = Moment(now()).day().plus(-1);

    let caller = |number| Caller {
        number,
        visits: 0,
        open: None,
        visit: String::new(),
        settlement: String::new(),
        sums: [Fen::ZERO; 4],
        heard: Heard::new(),
    };
    let mut callers: Vec<Caller> = (0..CALLERS).map(caller).collect();
    let (mut dice, mut unanswered) = (Dice(seed), 0);
    for life in 0..=kills {
        let serving = Serving::start(&folder);
        assert!(sender.sign_in(serving.address), "nobody can sign in");
        let enough = 3 + dice.below(40);
        let last = life == kills;
        let (answered, killed) = (AtomicU64::new(0), AtomicU64::new(0));
        let round = Round { address: serving.address, answered, enough, killed, last };
        let mut serving = Some(serving);
        std::thread::scope(|scope| {
            let (round, sender, people) = (&round, &sender, &people);
            let playing: Vec<_> = callers
                .iter_mut()
                .map(|caller| scope.spawn(move || caller.play(sender, people, day, round)))
                .collect();
            while !last && round.answered.load(Ordering::SeqCst) < round.enough {
                assert!(!playing.iter().all(|caller| caller.is_finished()), "all callers ended");
                std::thread::sleep(Duration::from_micros(200));
            }
            if !last {
                // Killed first, then told: what is on its way dies with it.
                serving.take().unwrap().kill();
                round.killed.store(1, Ordering::SeqCst);
            }
        });
        unanswered += callers.iter().filter(|caller| caller.open.is_some()).count();
        if let Some(serving) = serving {
            repeated(&sender, serving.address, &callers);
            serving.kill();
        }
    }
    let heard: Vec<&(Message, Value)> = callers.iter().flat_map(|caller| caller.heard.values()).collect();
    check(&folder, &heard);
    let settled = heard.iter().filter(|(message, _)| message.infno == "2207").count();
    println!(
        "{kills} kills: {} messages answered, {settled} settlements, {unanswered} sent again",
        heard.len()
    );
    assert!(settled as u64 >= kills.min(5), "hardly anything was settled: nothing was tested");
}

/// Identity numbers and names of the insured people, in the order of their numbers.
fn people(folder: &Path) -> Vec<(String, String)> {
    let store = Store::open(folder, Options::default()).unwrap();
    let found = store.with_records(|records| {
        let person = |number| records.person(agency::PersonId(number)).unwrap().registered;
        (1..=PEOPLE).map(person).map(|one| (one.citizen.as_str().to_owned(), one.name)).collect()
    });
    found.unwrap()
}

/// Every message that was acknowledged in any life gets the answer it got.
fn repeated(sender: &Sender, address: SocketAddr, callers: &[Caller]) {
    for (message, heard) in callers.iter().flat_map(|caller| caller.heard.values()) {
        loop {
            match sender.send(address, message) {
                Sent::Answered(output) => {
                    assert_eq!(output, *heard, "{} {} is answered otherwise", message.infno, message.msgid);
                    break;
                }
                Sent::Refused(why) => panic!("{} {} is refused now: {why}", message.infno, message.msgid),
                // Too many at once.
                Sent::Unknown => {}
            }
        }
    }
}

/// What is on the disk is what was acknowledged: every effect, none twice, and the books stand.
fn check(folder: &Path, heard: &[&(Message, Value)]) {
    let of = |infno: &'static str| heard.iter().filter(move |(message, _)| message.infno == infno);
    let settlement = |output: &Value| output["setlinfo"]["setl_id"].clone().to_string();
    let settled: BTreeSet<String> = of("2207").map(|(_, output)| settlement(output)).collect();
    assert_eq!(settled.len(), of("2207").count(), "two messages got one settlement");
    let visits: BTreeSet<String> =
        of("2201").map(|(_, output)| output["data"]["mdtrt_id"].to_string()).collect();
    assert_eq!(visits.len(), of("2201").count(), "two messages got one visit");

    let store = Store::open(folder, Options::default()).unwrap();
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    let stored = store.read(|reader| reader.count_settlements()).unwrap();
    assert_eq!(stored, settled.len() as u64, "settlements stored and acknowledged");
    let stored = store.with_records(|records| {
        (1..=PEOPLE).map(|person| records.visits_of(agency::PersonId(person)).len()).sum::<usize>()
    });
    assert_eq!(stored.unwrap(), visits.len(), "visits stored and acknowledged");
    let before = store.read(|reader| reader.views_as_text()).unwrap();
    store.rebuild_views(|_| {}).unwrap();
    assert!(
        before == store.read(|reader| reader.views_as_text()).unwrap(),
        "views are what the events fold to"
    );
    drop(store);

    // What the answers said the funds pay, less what was taken back (told below nought), is what the books owe.
    let answers = of("2207").chain(of("2208"));
    let paid = answers.map(|(_, output)| fen(&output["setlinfo"]["fund_pay_sumamt"]));
    let paid = paid.fold(Fen::ZERO, |sum, paid| sum.plus(paid).unwrap());
    let data = folder.to_str().unwrap();
    let trial = banli(&["journal", "--data", data, "--trial"]);
    let owed = trial.lines().filter(|line| line.trim_start().starts_with("payable:1:"));
    let closing =
        |line: &str| line.split_whitespace().last().unwrap().replace(',', "").parse::<Fen>().unwrap();
    let owed = owed.map(closing).fold(Fen::ZERO, |sum, owed| sum.plus(owed).unwrap());
    assert_eq!(owed, paid.negated(), "the books owe what the answers said\n{trial}");
    let entries = banli(&["journal", "--data", data]);
    let entries = entries.lines().filter(|line| line.contains("; decision: settlement/")).count();
    assert_eq!(
        entries,
        of("2207").count() + of("2208").count(),
        "one entry for each settlement and each undoing"
    );
}

#[test]
fn killed_under_load_every_answer_stays_true_once() {
    killed(4, 1);
}

#[test]
#[ignore = "runs long"]
fn killed_very_often() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"));
    killed(number("BANLI_KILLS", 100), number("BANLI_SEED", 7));
}
