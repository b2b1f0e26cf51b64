//! Disks that fail. A small C library between the child and the system makes one call go wrong; its source lies
//! beside this file and is compiled by the compiler that SQLite needs anyway.

use crate::{Told, check, child, killed_after, listen, load};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use store::{AppendError, Options, Store, Trouble};

/// The compiled library.
fn faulty_disk() -> &'static Path {
    static LIBRARY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LIBRARY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("faulty_disk.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/faulty_disk.c");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&path)
            .arg(source)
            .arg("-ldl")
            .status()
            .expect("a C compiler named cc is needed, as for SQLite");
        assert!(compiled.success());
        (dir, path)
    });
    path
}

/// Runs a child on a disk that fails at this call for so many calls.
fn run(dir: &Path, start: u64, kind: &str, at: u64, calls: u64) -> Told {
    let mut command = child(dir, start, 150);
    command.env("LD_PRELOAD", faulty_disk()).env("FAULT_KIND", kind);
    command.env("FAULT_AT", at.to_string()).env("FAULT_FOR", calls.to_string());
    listen(command.spawn().unwrap())
}

/// Lets every so-many-th call fail, each in an office of its own, and checks what is left.
fn sweep(kind: &str, steps: impl Iterator<Item = u64>, calls: u64, saw: impl Fn(&Told) -> bool) {
    let mut seen = 0;
    for at in steps {
        let dir = tempfile::tempdir().unwrap();
        let told = run(dir.path(), 0, kind, at, calls);
        check(dir.path(), &told, 150);
        seen += u32::from(saw(&told));
    }
    assert!(seen >= 3, "the fault was felt only {seen} times: nothing was tested");
}

pub fn writes_fail() {
    sweep("eio", (1..40).step_by(6).chain((40..400).step_by(45)), 1, |told| {
        told.has("stopped") || told.has("not-opened")
    });
}

/// Once no sync succeeds any more, nobody may be answered any more: an answer that was not synced is none.
pub fn syncs_fail() {
    for at in (2..26).step_by(4) {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open(dir.path(), load::options()).unwrap());
        let told = run(dir.path(), 0, "fsync", at, 1_000_000);
        assert!(told.has("stopped") && told.kept.len() < 150, "answered without a sync: {told:?}");
        check(dir.path(), &told, 150);
    }
}

/// A disk on which every call takes its time: answers come later, and every one of them is kept. Killed in the middle,
/// nothing answered is lost.
pub fn slow() {
    let dir = tempfile::tempdir().unwrap();
    let told = run(dir.path(), 0, "slow", 1, 1_000_000);
    assert!(told.has("closed") && told.kept.len() == 150, "{told:?}");
    check(dir.path(), &told, 150);
    let dir = tempfile::tempdir().unwrap();
    let mut command = child(dir.path(), 0, u64::MAX / 2);
    command.env("LD_PRELOAD", faulty_disk()).env("FAULT_KIND", "slow");
    command.env("FAULT_AT", "1").env("FAULT_FOR", "1000000");
    let told = killed_after(command.spawn().unwrap(), 40);
    let last = told.kept.iter().map(|(number, _)| number + 1).max().unwrap_or(0);
    check(dir.path(), &told, last + load::CALLERS);
}

/// A disk that is full for a while: callers are told, ask again with the same key, and go on when there is room.
pub fn full_for_a_while() {
    for at in [25, 60, 111] {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open(dir.path(), load::options()).unwrap());
        let told = run(dir.path(), 0, "enospc", at, 6);
        assert!(told.has("trouble the disk is full"), "{told:?}");
        assert!(told.has("closed") && !told.has("stopped"), "{told:?}");
        assert_eq!(told.kept.len(), 150, "every caller got through in the end");
        check(dir.path(), &told, 150);
    }
}

pub fn torn_writes() {
    sweep("torn", (2..60).step_by(7).chain((60..500).step_by(55)), 1, |told| !told.has("closed"));
}

/// The same without a process: a file that may have only so many pages.
pub fn full_file() {
    let dir = tempfile::tempdir().unwrap();
    let small = Options { pages_max: Some(160), ..load::options() };
    let store = Store::open(dir.path(), small).unwrap();
    let mut kept = 0;
    let error = loop {
        match store.append(load::request(kept)) {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(&error, AppendError::Trouble(Trouble::DiskFull(_))), "{error}");
    assert!(kept > 20, "{kept}");
    // It stays usable: it reads, it knows what it has, and it says again that it is full.
    assert!(store.append(load::request(0)).unwrap().repeated);
    assert_eq!(store.stopped(), None);
    assert!(matches!(store.append(load::request(kept)), Err(AppendError::Trouble(Trouble::DiskFull(_)))));
    assert_eq!(store.read(|reader| reader.last_seq()).unwrap(), load::EVENTS * i64::try_from(kept).unwrap());
    drop(store);
    check(dir.path(), &Told::default(), kept + 5);
}

pub fn read_only() {
    let dir = tempfile::tempdir().unwrap();
    let told = run(&dir.path().join("office"), 0, "erofs", 0, 0);
    let line = told.others.first().unwrap();
    assert!(line.starts_with("not-opened") && line.contains("may write, with --data"), "{line}");
}
