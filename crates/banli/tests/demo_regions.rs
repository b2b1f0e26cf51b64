//! `banli demo --regions 3` as a process: three offices come up on ports of their own, answer, and have nothing left over
//! between them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test of a program"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Days of bills, and bills of each office on a day, of which each of the two others answers half.
const ANSWERED: usize = 3 * 6;

/// A demo that serves; killed when it goes out of sight.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it, reads what it says until every office is named, and gives their addresses.
fn start(folder: &Path) -> (Demo, Vec<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
    command.args(["demo", "--regions", "3", "--port", "0", "--data"]).arg(folder);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut demo = Demo(child);
    let stdout = demo.0.stdout.take().unwrap();
    let mut addresses = Vec::new();
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let found = line.split_once("http://").map(|(_, rest)| rest.split(['/', ' ', ',']).next().unwrap());
        addresses.extend(found.map(str::to_owned));
        if line.starts_with("Neighbour ") && addresses.len() == 3 {
            break;
        }
    }
    assert_eq!(addresses.len(), 3, "the demo ended early: {addresses:?}");
    (demo, addresses)
}

/// What an office answers; its port was taken before it was named, so that it cannot be missed.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut told = String::new();
    stream.read_to_string(&mut told).unwrap();
    told
}

/// How many bills of the others this office has settled.
fn answered(folder: &Path) -> usize {
    let output =
        Command::new(env!("CARGO_BIN_EXE_banli")).args(["events", "--data"]).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    told.lines().filter(|line| line.contains("\"sent\"") && line.contains("\"amounts\"")).count()
}

/// How many bills stand in the books of the offices of this folder (one of which no fund pays anything does not); every fund adds up to zero on every day.
fn bills(folder: &Path) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
    command.args(["region", "sum"]).arg(folder);
    command.args(["haiqu", "yanyuan"].map(|pack| folder.join("regions").join(pack)));
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let last = told.lines().last().unwrap();
    assert!(last.ends_with("every fund adds up to zero on every day"), "{told}");
    last.split(' ').nth(2).unwrap().parse().unwrap()
}

#[test]
fn three_offices_come_up_and_nothing_is_left_over_between_them() {
    let folder = tempfile::tempdir().unwrap();
    let (demo, addresses) = start(folder.path());
    for address in &addresses {
        assert!(get(address, "/healthz").starts_with("HTTP/1.1 200"), "{address}");
        assert!(get(address, "/zh/providers").contains("演示"), "{address} has no hospital");
    }
    drop(demo);
    for pack in ["haiqu", "yanyuan"] {
        assert_eq!(answered(&folder.path().join("regions").join(pack)), ANSWERED, "{pack}");
    }
    let first = bills(folder.path());
    assert!(first > 0);
    // A second start goes on with the same offices and asks no bill twice.
    let (demo, again) = start(folder.path());
    assert!(get(&again[1], "/healthz").starts_with("HTTP/1.1 200"));
    drop(demo);
    assert_eq!(bills(folder.path()), first);
}
