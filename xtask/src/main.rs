//! `cargo xtask test`: everything that must hold before a change is taken, in one command that runs the same on
//! a desk and in a bare container. Each stage says what it needs and gets it where it may.

mod browser;
mod door;
mod licences;
mod oracles;
mod suite;

use door::{Count, Door};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const HELP: &str = "\
cargo xtask test [--only STAGE]... [--skip STAGE]...

Runs, in this order, and prints the time of each:
  format     rustfmt changes nothing
  clippy     no warning in any crate or test
  licences   every dependency's licence is one of xtask/licences.toml
  tests      unit tests, scenarios, whole-office tests (cargo nextest where installed, else cargo test)
  oracles    the calendar, the proofs and the books against outside packages, the interface against a client of its
             specification (needs python3; makes a venv under target/)
  browser    every story walked in Chromium (needs chromium, Chinese fonts, Node 20)

As root on Debian or Ubuntu it installs with apt what is missing; otherwise it says what to install.
UPDATE_EXPECT=1 rewrites golden files, UPDATE_PICTURES=1 the README's picture.";

/// A stage: its name and what it does. It returns what its runner counted.
type Stage = (&'static str, fn(&Door) -> anyhow::Result<Count>);

const STAGES: [Stage; 6] = [
    ("format", suite::format),
    ("clippy", suite::clippy),
    ("licences", licences::check),
    ("tests", suite::tests),
    ("oracles", oracles::compare),
    ("browser", browser::walk),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let stages = match chosen(&arguments) {
        Ok(stages) => stages,
        Err(told) => {
            println!("{told}");
            return ExitCode::from(2);
        }
    };
    let door = match Door::open() {
        Ok(door) => door,
        Err(error) => {
            println!("xtask: {error:#}");
            return ExitCode::from(2);
        }
    };
    run(&door, &stages)
}

/// The stages that the arguments ask for, or what to tell instead.
fn chosen(arguments: &[String]) -> Result<Vec<Stage>, String> {
    if arguments.first().map(String::as_str) != Some("test") {
        return Err(HELP.to_owned());
    }
    let (mut only, mut skip) = (Vec::new(), Vec::new());
    let mut rest = arguments[1..].iter();
    while let Some(argument) = rest.next() {
        let list = match argument.as_str() {
            "--only" => &mut only,
            "--skip" => &mut skip,
            _ => return Err(format!("`{argument}` is not known here\n\n{HELP}")),
        };
        match rest.next().filter(|named| STAGES.iter().any(|(name, _)| name == named)) {
            Some(named) => list.push(named.as_str()),
            None => return Err(format!("{argument} needs the name of a stage\n\n{HELP}")),
        }
    }
    let wanted = |name: &str| (only.is_empty() || only.contains(&name)) && !skip.contains(&name);
    Ok(STAGES.into_iter().filter(|(name, _)| wanted(name)).collect())
}

/// Runs every stage, also after one has failed, so that one run tells everything.
fn run(door: &Door, stages: &[Stage]) -> ExitCode {
    let mut told = Vec::new();
    let mut total = Count::default();
    for (name, stage) in stages {
        println!("\n=== {name} ===");
        let (result, time) = timed(|| stage(door));
        let word = match result {
            Ok(count) => {
                total.add(&count);
                if count.failed == 0 { "ok".to_owned() } else { format!("{} FAILED", count.failed) }
            }
            Err(error) => {
                println!("{name}: {error:#}");
                total.failed += 1;
                "FAILED".to_owned()
            }
        };
        println!("=== {name}: {word}, {:.1} s ===", time.as_secs_f32());
        told.push(format!("{name:<10} {word:<12} {:>7.1} s", time.as_secs_f32()));
    }
    println!("\n{}", told.join("\n"));
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::disallowed_methods, reason = "measures a stage, decides nothing")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}
