//! The command line: one module a command, each with its arguments, its help and `run`.

mod adjudicate;
mod bank;
mod bench;
mod catalogue;
mod check;
mod days;
mod demo;
mod demo_regions;
mod diff;
mod events;
mod explain;
mod holidays;
mod journal;
mod key;
mod notices;
mod region;
mod replay;
mod serve;
mod simulate;
mod version;
mod witness;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Banli 办理 runs a medical-insurance office: certificates, referrals, reimbursements, settlements.
/// Every decision carries the article of law behind it.
#[derive(Debug, Parser)]
#[command(name = "banli", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 the answer is no (a pack with faults), 2 something went wrong."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Serve(serve::Arguments),
    Check(check::Arguments),
    Events(events::Arguments),
    Diff(diff::Arguments),
    Explain(explain::Arguments),
    Adjudicate(adjudicate::Arguments),
    Catalogue(catalogue::Arguments),
    Simulate(simulate::Arguments),
    Bank(bank::Arguments),
    Bench(bench::Arguments),
    Days(days::Arguments),
    Holidays(holidays::Arguments),
    Journal(journal::Arguments),
    Key(key::Arguments),
    Notices(notices::Arguments),
    Region(region::Arguments),
    Replay(replay::Arguments),
    Version(version::Arguments),
    Witness(witness::Arguments),
}

/// Exit code for "the answer is no": the program worked and what it was asked about has faults.
const NO: u8 = 1;
/// Exit code for trouble: the program could not do what it was asked.
const TROUBLE: u8 = 2;

/// Reads the command line, runs the command, tells trouble on stderr.
pub fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Check(arguments) => check::run(arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Events(arguments) => events::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Adjudicate(arguments) => adjudicate::run(&arguments),
        Command::Catalogue(arguments) => catalogue::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Bank(arguments) => bank::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Holidays(arguments) => holidays::run(&arguments),
        Command::Days(arguments) => days::run(&arguments),
        Command::Journal(arguments) => journal::run(&arguments),
        Command::Key(arguments) => key::run(&arguments),
        Command::Notices(arguments) => notices::run(&arguments),
        Command::Region(arguments) => region::run(arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Version(arguments) => version::run(arguments),
        Command::Witness(arguments) => witness::run(&arguments),
    };
    result.unwrap_or_else(|error| {
        eprintln!("banli: {error:#}");
        ExitCode::from(TROUBLE)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Arguments::command().debug_assert();
    }
}
