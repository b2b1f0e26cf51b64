//! `banli … | head -1`: whoever stops reading has read enough, and no command calls that a fault.

use std::process::{Command, Stdio};

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
