//! `banli journal`: the office's books as plain text.

use crate::office;
use crate::out;
use ledger::{Account, journal};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use store::EntryPlace;
use terms::Day;

/// Print the books: every entry as plain text, or the trial balance
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli journal --data banli-data --from 2026-10-01 --to 2026-10-31
  banli journal --data banli-data --account payable:5:310100
  banli journal --data banli-data --trial --to 2026-09-30

The journal is in the form that plain-text accounting programs read. Amounts are yuan; above zero is a debit, below
zero a credit. The exit code is 1 where debits and credits of the trial balance are not equal.")]
pub struct Arguments {
    /// The folder of the office
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// First day; the first there is where left away
    #[arg(long, value_name = "DAY")]
    from: Option<Day>,
    /// Last day; the last there is where left away
    #[arg(long, value_name = "DAY")]
    to: Option<Day>,
    /// Only entries that touch this account
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<Account>,
    /// The trial balance instead of the entries
    #[arg(long, conflicts_with = "account")]
    trial: bool,
}

/// Entries read at once.
const PAGE: u32 = 1_000;

/// Prints the journal or the trial balance.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let store = office::store_of(&arguments.data)?;
    let (from, to) = (arguments.from.unwrap_or(Day::MIN), arguments.to.unwrap_or(Day::MAX));
    let mut output = out::stream();
    if arguments.trial {
        let trial = store.read(|reader| reader.trial(from, to))?;
        write!(output, "{trial}").and_then(|()| output.flush())?;
        return Ok(if trial.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(super::NO) });
    }
    let mut place = EntryPlace::before(from);
    loop {
        let page = store.read(|reader| match &arguments.account {
            Some(account) => reader.entries_on(account, place, to, PAGE),
            None => reader.entries(place, to, PAGE),
        })?;
        let Some(last) = page.last() else { break };
        if place.seq > 0 {
            output.write_all(b"\n")?;
        }
        place = last.place();
        output.write_all(journal::write(page.iter().map(|row| &row.entry)).as_bytes())?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}
