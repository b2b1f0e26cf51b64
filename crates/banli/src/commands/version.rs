//! `banli version`: what exactly is running, for a report of a fault.

use crate::out;
use crate::packs;
use policy::Law;
use std::process::ExitCode;

/// Print the version of the program and of the packs built into it
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Prints the version, then each embedded pack with the start of its hash.
pub fn run(_arguments: Arguments) -> anyhow::Result<ExitCode> {
    out::line!("banli {}", env!("CARGO_PKG_VERSION"))?;
    let files = packs::embedded()?;
    for id in files.keys().filter_map(|path| path.strip_suffix("/pack.toml")) {
        match Law::load(&files, id) {
            Ok(law) => out::line!("pack  {id:<16} {}", &law.hash()[..16])?,
            Err(faults) => out::line!("pack  {id:<16} {} fault(s): banli check {id}", faults.len())?,
        }
    }
    Ok(ExitCode::SUCCESS)
}
