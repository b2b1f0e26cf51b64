//! Three offices as processes on loopback. Two of them are killed in the middle of their work and started again; in the
//! end every bill is in both books and every fund adds up to zero on every day.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that waits by the clock"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Pack, region and made-up bills of each office.
const OFFICES: [(&str, &str); 3] = [("hangzhou", "330100"), ("haiqu", "990100"), ("yanyuan", "980100")];
const BILLS: u64 = 40;

fn banli(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    command
}

#[track_caller]
fn done(arguments: &[&str]) -> String {
    let output = banli(arguments).stderr(Stdio::piped()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {told}{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// An office that serves; killed when it goes out of sight.
struct Serving {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(folder: &Path, port: u16) -> Serving {
    let folder = folder.to_str().unwrap();
    let (port, bills) = (port.to_string(), BILLS.to_string());
    let arguments = ["region", "serve", "--data", folder, "--port", &port, "--made-up", &bills];
    let mut child = banli(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let (tell, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = tell.send(line);
        }
    });
    Serving { child, lines }
}

/// Messages of this office that nobody acknowledged yet.
fn waiting(port: u16) -> Option<u64> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: office\r\nconnection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let counts = text.lines().filter(|line| line.starts_with("banli_region_messages_waiting"));
    Some(counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum())
}

#[test]
fn killed_in_the_middle_of_their_work_all_books_close_to_zero() {
    let root = tempfile::tempdir().unwrap();
    let folders = OFFICES.map(|(pack, _)| root.path().join(pack));
    let ports = OFFICES.map(|_| free_port());
    for ((pack, _), folder) in OFFICES.iter().zip(&folders) {
        done(&["region", "found", "--data", folder.to_str().unwrap(), "--pack", pack]);
    }
    for one in 0..OFFICES.len() {
        for other in one + 1..OFFICES.len() {
            let secret = done(&["region", "secret"]);
            for (here, there) in [(one, other), (other, one)] {
                let address = format!("127.0.0.1:{}", ports[there]);
                done(&[
                    "region",
                    "join",
                    "--data",
                    folders[here].to_str().unwrap(),
                    "--region",
                    OFFICES[there].1,
                    "--name",
                    OFFICES[there].0,
                    "--address",
                    &address,
                    "--secret",
                    secret.trim(),
                ]);
            }
        }
    }
    let begin = |office: usize| serve(&folders[office], ports[office]);
    let mut serving: Vec<Serving> = (0..OFFICES.len()).map(begin).collect();
    // Both are killed with SIGKILL while bills are on their way, one after the other.
    for (office, after) in [(2, 900), (1, 700), (2, 400)] {
        std::thread::sleep(Duration::from_millis(after));
        serving[office].child.kill().unwrap();
        serving[office].child.wait().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        serving[office] = begin(office);
    }
    let end = Instant::now() + Duration::from_secs(150);
    for office in &serving {
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = office.lines.recv_timeout(left).expect("an office asks all its bills in time");
            if line == format!("asked {BILLS}") {
                break;
            }
        }
    }
    while ports.iter().any(|port| waiting(*port) != Some(0)) {
        assert!(Instant::now() < end, "messages are still not acknowledged");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(serving);
    let folders = folders.each_ref().map(|folder| folder.to_str().unwrap());
    let told = done(&[["region", "sum"].as_slice(), &folders].concat());
    let last = told.lines().last().unwrap();
    assert!(last.ends_with("every fund adds up to zero on every day"), "{told}");
    // Every bill is settled, but for those an office gave up because the other was dead too long.
    let bills: u64 = last.split(' ').nth(2).unwrap().parse().unwrap();
    assert!((BILLS * 2..=BILLS * 3).contains(&bills), "{last}");
}
