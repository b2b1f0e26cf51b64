//! The program as its operator runs it: a reader who goes away, a folder mistyped, a bench that ends.

use std::process::{Command, Stdio};

// `banli … | head -1`: whoever stops reading has read enough, and no command calls that a fault.

/// Runs a command whose output nobody reads: the reading end is closed before it starts.
#[track_caller]
fn check(arguments: &[&str], code: i32) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
    let output =
        command.args(arguments).stdout(writer).stderr(Stdio::piped()).output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), said.as_ref()), (Some(code), ""), "banli {}", arguments.join(" "));
}

#[test]
fn nobody_reads_and_nothing_panics() {
    check(&["version"], 0);
    check(&["check", "reference"], 0);
    check(&["days", "2026-10-01", "2026-10-13"], 0);
    check(&["catalogue", "export", "--pack", "hangzhou", "--out", "-"], 0);
    check(&["simulate", "--pack", "reference", "--draft", "reference", "--made-up", "10"], 0);
    // What a command found is its exit code, read or not.
    check(&["diff", "hangzhou", "--on", "2022-12-31", "--and", "2023-01-01"], 1);
}

/// Runs a command on a folder that is not there: it says so with exit code 2, and makes nothing.
#[track_caller]
fn check_mistyped(before: &[&str], after: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("ofice");
    let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
    let output =
        command.args(before).arg("--data").arg(&data).args(after).output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("there is no office in") && said.contains("name another folder"), "{said}");
    assert!(!data.exists(), "banli {} {} made a folder", before.join(" "), after.join(" "));
}

#[test]
fn a_mistyped_folder_becomes_no_office() {
    check_mistyped(&["key"], &["list", "H33010600001"]);
    check_mistyped(&["explain", "S-1"], &[]);
    check_mistyped(&["journal"], &[]);
    check_mistyped(&["events"], &[]);
    check_mistyped(&["notices"], &[]);
}

#[test]
fn the_bench_of_the_store_tells_its_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
    command.args(["bench", "store", "--settlements", "10000", "--people", "1000", "--alone", "--data"]);
    let output = command.arg(folder.path().join("bench")).output().expect("the program starts");
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}{said}");
    assert!(told.lines().any(|line| line.trim_start().starts_with("10000 ")), "{told}");
}

#[test]
fn a_bench_that_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let bench = folder.path().join("bench");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
        command.args(["bench", "store", "--settlements", "100", "--data"]).arg(&bench).args(arguments);
        command.output().expect("the program starts")
    };
    // The store has its turn first, so the folder is there when PostgreSQL is not.
    let output = run(&["--postgres", "host=/nonexistent dbname=none"]);
    assert!(!output.status.success(), "{output:?}");
    assert!(!bench.exists(), "the folder goes with the run");
    // What is there already is never taken for the run's own.
    std::fs::create_dir(&bench).expect("a folder");
    std::fs::write(bench.join("mine"), "").expect("a file");
    let output = run(&["--alone"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("is there already"), "{output:?}");
    assert!(bench.join("mine").exists());
}
