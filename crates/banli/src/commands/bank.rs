//! `banli bank`: the files of payments and the bank's answers, for offices whose bank reads folders.

use crate::desk::{Declined, Desk};
use crate::office::Office;
use crate::out;
use crate::packs::PacksArgs;
use crate::trouble::Trouble;
use agency::bank::{BankFile, Command, LINES_MAX, read_answer, stream};
use agency::{AccountId, Actor, Organisation, StreamId};
use ledger::Word;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write payments into files for the bank, and take in its answers
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli bank --data banli-data write > payments.csv        everything that waits, at most 500 payments
  banli bank --data banli-data print 2026-10-09-1          a file that was written before
  banli bank --data banli-data answer 2026-10-09-1 back.csv

An answer has the heads reference,amount,day,result,reason, a line for each payment of the file with paid or returned, and
as its last line sum,AMOUNT. It is taken in whole or not at all, and once; the office must not be running meanwhile. The
exit code is 1 where it is refused.")]
pub struct Arguments {
    /// The folder of the office
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    packs: PacksArgs,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write what waits into a file and print it
    Write,
    /// Print a file again
    Print {
        /// Its number
        number: Word,
    },
    /// Take in the bank's answer to a file
    Answer {
        /// Its number
        number: Word,
        /// The answer
        answer: PathBuf,
    },
}

/// The longest answer that is read, in bytes.
const ANSWER_MAX: u64 = 1 << 20;

/// Does it.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let office = Office::open(&arguments.data, &arguments.packs)?;
    let desk = Desk::open(office.store.clone(), office.rules.clone(), office.clock)?;
    let submit = |command| desk.submit(&cashier(), None, &agency::Command::Bank(command));
    let done = match &arguments.what {
        What::Write => {
            let (open, ..) = desk.store().read(|reader| reader.open_payments(LINES_MAX))?;
            let payments = open.into_iter().map(|row| (row.stream, row.reference)).collect();
            submit(Command::Write { payments }).and_then(|done| {
                let number = done.streams().find_map(|written| match written {
                    StreamId::BankFile(number) => Some(number),
                    _ => None,
                });
                number.map_or(Ok(()), |number| print(&desk, number))
            })
        }
        What::Print { number } => print(&desk, *number),
        What::Answer { number, answer } => {
            let about = |why: String| {
                let cure = "give the bank's answer as a text file of at most 1 MiB";
                Trouble::new(format!("{} cannot be read", answer.display()), why, cure)
            };
            let size = std::fs::metadata(answer).map_err(|error| about(error.to_string()))?.len();
            if size > ANSWER_MAX {
                return Err(about(format!("it has {size} bytes")).into());
            }
            let text = std::fs::read_to_string(answer).map_err(|error| about(error.to_string()))?;
            match read_answer(&text) {
                Ok(lines) => submit(Command::Answer { file: *number, lines }).map(drop),
                Err(faults) => {
                    for fault in faults {
                        let why = crate::text::Text::of(crate::text::Lang::En).say(fault.what);
                        out::line!("{}:{}: {why}", answer.display(), fault.line)?;
                    }
                    return Ok(ExitCode::from(super::NO));
                }
            }
        }
    };
    match done {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(Declined::Refused(refusals)) => {
            for refusal in refusals {
                out::line!("refused: {} {:?}", refusal.code, refusal.facts)?;
            }
            Ok(ExitCode::from(super::NO))
        }
        Err(declined) => Err(declined.into()),
    }
}

fn print(desk: &Desk, number: Word) -> Result<(), Declined> {
    let events = desk.store().with_records(|records| records.events(&stream(number)))?;
    let file =
        BankFile::of(&events).ok_or_else(|| Declined::Trouble(format!("there is no file {number}")))?;
    out::text!("{}", file.text(number)).map_err(|error| Declined::Trouble(error.to_string()))
}

/// Whoever may run this on the office's machine carries the cashier's files.
fn cashier() -> Actor {
    Actor {
        account: AccountId(0),
        name: "banli bank".to_owned(),
        roles: ["cashier".to_owned()].into(),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}
