//! Outside opinions: packages other people wrote, asked about the same things; a client that knows the national
//! interface from its specification; and every figure of a pack changed, one after the other, which some scenario must
//! notice.

use crate::door::{Count, Door};
use crate::suite::{libtest_summary, number_before};
use anyhow::bail;
use std::path::PathBuf;

/// Each script under tests/oracles is given the path of the binary and ends with `N passed, N failed`.
const SCRIPTS: [&str; 6] =
    ["calendar_days.py", "prove.py", "journal.py", "interface.py", "remote.py", "witness.py"];

/// Runs every script in a Python environment of its own.
pub fn compare(door: &Door) -> anyhow::Result<Count> {
    let python = environment(door)?;
    // Reads our journal; it writes nothing.
    if !door.has("ledger", "--version") {
        door.install(&["ledger"])?;
    }
    let banli = binary(door)?;
    let mut count = figures(door)?;
    for script in SCRIPTS {
        let mut command = door.command(&python);
        command.arg(door.root.join("tests/oracles").join(script)).arg(&banli);
        let mut counted = Count::default();
        let success = door.run_reading(&mut command, &mut |line| {
            if line.contains(" passed, ") && line.ends_with(" failed") {
                counted =
                    Count { passed: number_before(line, " passed"), failed: number_before(line, " failed") };
            }
        })?;
        if !success && counted.failed == 0 {
            bail!("{script} broke off");
        }
        count.add(&counted);
    }
    Ok(count)
}

/// The tests that change every figure; the ordinary run tries some of them.
fn figures(door: &Door) -> anyhow::Result<Count> {
    let mut cargo = door.command("cargo");
    cargo.args(["test", "--locked", "--quiet", "--package", "scenarios", "--test", "all", "--", "--ignored"]);
    let mut count = Count::default();
    let success = door.run_reading(&mut cargo, &mut |line| {
        count.add(&libtest_summary(line).unwrap_or_default());
    })?;
    if !success && count.failed == 0 || count.passed + count.failed == 0 {
        bail!("the figures could not be changed");
    }
    Ok(count)
}

/// A venv under target/ with tests/oracles/requirements.txt; made once, then only brought up to date.
fn environment(door: &Door) -> anyhow::Result<PathBuf> {
    if !door.has("python3", "--version") {
        door.install(&["python3", "python3-venv"])?;
    }
    let folder = door.folder("oracles")?.join("venv");
    let python = folder.join("bin/python");
    if !python.exists() {
        let made = door.run(door.command("python3").args(["-m", "venv"]).arg(&folder));
        if made.is_err() {
            door.install(&["python3-venv"])?;
            door.run(door.command("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        }
    }
    let mut pip = door.command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    door.run(pip.arg(door.root.join("tests/oracles/requirements.txt")))?;
    Ok(python)
}

/// The binary of the one profile everything is tested in, built.
pub fn binary(door: &Door) -> anyhow::Result<PathBuf> {
    door.run(door.command("cargo").args(["build", "--locked", "--quiet", "--package", "banli"]))?;
    Ok(door.target.join("debug").join(format!("banli{}", std::env::consts::EXE_SUFFIX)))
}
