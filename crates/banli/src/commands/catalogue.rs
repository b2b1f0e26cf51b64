//! `banli catalogue`: the items of a pack as CSV, in and out.

use crate::out;
use crate::packs::{PacksArgs, as_folder, faulty, from_folder};
use crate::trouble::Trouble;
use benefit::{Benefits, Catalogue};
use policy::{Diagnostics, Files, Law};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terms::Day;

/// Take a catalogue of drugs, services and consumables into a pack, or write it out
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli catalogue export --pack hangzhou --out items.csv
  banli catalogue export --pack hangzhou --on 2026-07-01          the rows in force on a day, on standard output
  banli catalogue import items.csv --into packs/hangzhou          as packs/hangzhou/catalogue/items.csv

The columns are those of docs/packs.md; export shows them. On import the whole pack is checked with the new table in
its place: every bad row is told with line, column, what is wrong and what to do, and then nothing is changed. A file
of the same name is replaced. The exit code is 1 where rows are bad.")]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Check a CSV file and put it into a pack
    Import {
        /// The table
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The folder of the pack
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
        /// What the table is called inside the pack; as the file by default
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Write the rows of a pack and of those it stands under
    Export {
        /// Whose catalogue
        #[arg(long, value_name = "PACK", default_value = crate::packs::PACK)]
        pack: String,
        /// Where it goes; - for standard output
        #[arg(long, value_name = "FILE", default_value = "-")]
        out: PathBuf,
        /// Only the rows in force on this day
        #[arg(long, value_name = "DAY")]
        on: Option<Day>,
        #[command(flatten)]
        packs: PacksArgs,
    },
}

/// A table of more bytes than this is not read.
const BYTES_MAX: u64 = 64 << 20;

/// Imports or exports.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.what {
        What::Import { file, into, name } => import(file, into, name.as_deref()),
        What::Export { pack, out, on, packs } => export(pack, out, *on, packs),
    }
}

fn export(pack: &str, out: &Path, on: Option<Day>, packs: &PacksArgs) -> anyhow::Result<ExitCode> {
    let (packs, id) = match as_folder(pack) {
        Some((folder, id)) => (PacksArgs { folder: Some(folder), ..packs.clone() }, id),
        None => (packs.clone(), pack.to_owned()),
    };
    let catalogue = Catalogue::compile(&packs.law(&id)?).map_err(|faults| faulty(&id, &faults))?;
    let text = catalogue.csv(on)?;
    if out.as_os_str() == "-" {
        crate::out::text!("{text}")?;
        return Ok(ExitCode::SUCCESS);
    }
    put(out, &text)?;
    eprintln!("{}: {} row(s)", out.display(), text.lines().count().saturating_sub(1));
    Ok(ExitCode::SUCCESS)
}

fn import(file: &Path, into: &Path, name: Option<&str>) -> anyhow::Result<ExitCode> {
    let text = read(file)?;
    let folder = into.canonicalize().ok();
    let place = folder.as_deref().and_then(|folder| Some((folder.parent()?, folder.file_name()?.to_str()?)));
    let Some((folder, id)) = place else {
        let cure = "name the folder of a pack, such as packs/hangzhou, with --into";
        return Err(
            Trouble::new(format!("{} is no pack", into.display()), "there is no such folder", cure).into()
        );
    };
    let name = match name.or_else(|| file.file_stem().and_then(|stem| stem.to_str())) {
        Some(name) if well_formed(name) => name,
        other => {
            let what = format!("`{}` cannot be the name of a table", other.unwrap_or_default());
            let why = "names are 1 to 60 lower-case letters, digits and hyphens";
            return Err(Trouble::new(what, why, "say another with --name").into());
        }
    };
    let path = format!("{id}/catalogue/{name}.csv");
    let mut files = from_folder(folder)?;
    files.insert(path.clone(), text.clone());
    match checked(&files, id) {
        Ok(rows) => {
            put(&folder.join(&path), &text)?;
            out::line!("{path}: imported; the catalogue now has {rows} row(s)")?;
            out::line!("An office applies it when it is started with --packs {}", folder.display())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            let shown = file.display().to_string();
            for mut fault in faults.iter().cloned() {
                if fault.file == path {
                    fault.file.clone_from(&shown);
                }
                out::line!("{fault}\n")?;
            }
            out::line!("{}: {} fault(s); nothing was imported", file.display(), faults.len())?;
            Ok(ExitCode::from(super::NO))
        }
    }
}

/// How many rows the catalogue of a pack has; everything that can be said against it and what stands on it.
fn checked(files: &Files, id: &str) -> Result<usize, Diagnostics> {
    let law = Law::load(files, id)?;
    match law.documents("benefits").next() {
        Some(_) => Ok(Benefits::compile(&law)?.catalogue().items().len()),
        None => Ok(Catalogue::compile(&law)?.items().len()),
    }
}

fn well_formed(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=60).contains(&name.len()) && name.bytes().all(plain)
}

/// The table as text, without the mark that some programs put before UTF-8.
fn read(file: &Path) -> anyhow::Result<String> {
    let told =
        |why: String, cure: &str| Trouble::new(format!("{} cannot be read", file.display()), why, cure);
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| told(error.to_string(), "name a CSV file"))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(
            told(format!("it has more than {BYTES_MAX} bytes"), "split it, and import part by part").into()
        );
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        told(format!("line {line} is not UTF-8"), "save it as CSV in UTF-8 (some programs: \"CSV UTF-8\")")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Writes a file whole or not at all: beside it first, then in its place.
fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // Hidden, so that nobody takes it for a part of the pack.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = folder.join(format!(".{name}.{}", std::process::id()));
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
        std::fs::rename(&beside, path)
    };
    write().map_err(|error| {
        let what = format!("{} cannot be written", path.display());
        Trouble::new(what, error, "name a place that may be written").into()
    })
}

#[cfg(test)]
mod tests;
