//! `banli check PACK`: everything that can be said against a pack, at its place, at once.

use crate::packs::PacksArgs;
use agency::{Grounds, Offices, Roles};
use benefit::Benefits;
use case::Procedures;
use ledger::Templates;
use policy::{Diagnostics, Files, Law};
use std::path::Path;
use std::process::ExitCode;

/// Check a pack of law: every fault with file, line and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli check hangzhou                 a pack built into the program
  banli check packs/hangzhou           a pack you are writing; its folder lies among the packs it stands under
  banli check hangzhou --packs packs   the same

Nothing is changed. The exit code is 0 for a sound pack and 1 for one with faults.")]
pub struct Arguments {
    /// The pack's name, or the path of its folder
    #[arg(value_name = "PACK")]
    pack: String,
    #[command(flatten)]
    packs: PacksArgs,
}

/// One part of a pack: the folder it lies in, what it is called, and its check, which counts what it found.
type Part = (&'static str, &'static str, fn(&Law) -> Result<usize, Diagnostics>);

const PARTS: [Part; 6] = [
    ("roles", "roles", |law| Roles::compile(law).map(|roles| roles.iter().count())),
    ("grounds", "grounds of refusals", |law| Grounds::compile(law).map(|grounds| grounds.iter().count())),
    ("offices", "files of offices", |law| Offices::compile(law).map(|_| law.documents("offices").count())),
    ("benefits", "benefit layers", |law| Benefits::compile(law).map(|benefits| benefits.layers().len())),
    ("procedures", "procedures", |law| Procedures::compile(law).map(|procedures| procedures.iter().count())),
    ("postings", "posting templates", |law| Templates::compile(law).map(|templates| templates.all().count())),
];

/// Loads the pack and what it stands under, checks each part it has, and prints what was found.
pub fn run(mut arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.packs.folder.is_none()
        && let Some((folder, id)) = as_folder(&arguments.pack)
    {
        arguments.packs.folder = Some(folder);
        arguments.pack = id;
    }
    let files = arguments.packs.files()?;
    match check(&files, &arguments.pack) {
        Ok(told) => {
            print!("{told}");
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in &faults {
                println!("{fault}\n");
            }
            println!("{}: {} fault(s)", arguments.pack, faults.len());
            Ok(ExitCode::from(super::NO))
        }
    }
}

/// Everything that can be said for a sound pack, or against one with faults.
fn check(files: &Files, id: &str) -> Result<String, Diagnostics> {
    let law = Law::load(files, id)?;
    let mut faults = Diagnostics::new();
    let mut counts = vec![("articles", law.articles().count()), ("settings", law.settings().count())];
    for (folder, name, part) in PARTS {
        if law.documents(folder).next().is_some() {
            match part(&law) {
                Ok(count) => counts.push((name, count)),
                Err(more) => faults.extend(more),
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let layers: Vec<&str> = law.layers().iter().map(|layer| layer.id.as_str()).collect();
    let mut told = format!("{}: sound\n", layers.join(" < "));
    told += &format!("  {:<20} {}\n", "answers from", law.pack().answers_from);
    for (name, count) in counts {
        told += &format!("  {name:<20} {count}\n");
    }
    told += &format!("  {:<20} {}\n", "hash", law.hash());
    Ok(told)
}

/// `packs/hangzhou` as the folder of packs and the pack's name, where there is such a folder.
fn as_folder(pack: &str) -> Option<(std::path::PathBuf, String)> {
    let path = Path::new(pack);
    if !pack.contains(['/', '\\']) || !path.is_dir() {
        return None;
    }
    let path = path.canonicalize().ok()?;
    Some((path.parent()?.to_owned(), path.file_name()?.to_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_of_the_project_is_sound() {
        let files = crate::packs::embedded().unwrap();
        let packs: Vec<&str> = files.keys().filter_map(|path| path.strip_suffix("/pack.toml")).collect();
        assert!(packs.contains(&"hangzhou") && packs.contains(&"national"));
        for pack in packs {
            if let Err(faults) = check(&files, pack) {
                let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
                panic!("{}", told.join("\n"));
            }
        }
    }

    #[test]
    fn a_faulty_part_is_told_with_file_and_line() {
        let mut files = crate::packs::embedded().unwrap();
        let scheme = files.get_mut("hangzhou/benefits/scheme.toml").unwrap();
        *scheme = scheme.replace("id = \"person\"", "id = \"persons\"");
        let faults = check(&files, "hangzhou").unwrap_err();
        assert!(faults.iter().all(|fault| fault.file.starts_with("hangzhou/benefits/") && fault.line > 0));
    }
}
