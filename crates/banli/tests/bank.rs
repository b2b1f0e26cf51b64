//! `banli bank` as an operator runs it: what waits is written once, printed again, and answered whole or not at all.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test of a program")]

use std::path::Path;
use std::process::Command;

/// What a command says, and its exit code.
fn banli(data: &Path, rest: &[&str]) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banli"));
    let output = command.args(["bank", "--data"]).arg(data).args(rest).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (told.into_owned(), output.status.code().unwrap())
}
