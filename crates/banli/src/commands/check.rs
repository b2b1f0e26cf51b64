//! `banli check PACK`: everything that can be said against a pack, at its place, at once.

use crate::packs::PacksArgs;
use policy::Law;
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

/// Loads the pack and what it stands under and prints what was found.
pub fn run(mut arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.packs.folder.is_none()
        && let Some((folder, id)) = as_folder(&arguments.pack)
    {
        arguments.packs.folder = Some(folder);
        arguments.pack = id;
    }
    let files = arguments.packs.files()?;
    match Law::load(&files, &arguments.pack) {
        Ok(law) => {
            let layers: Vec<&str> = law.layers().iter().map(|layer| layer.id.as_str()).collect();
            println!("{}: sound", layers.join(" < "));
            println!("  answers from   {}", law.pack().answers_from);
            println!("  articles       {}", law.articles().count());
            println!("  settings       {}", law.settings().count());
            println!("  hash           {}", law.hash());
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

/// `packs/hangzhou` as the folder of packs and the pack's name, where there is such a folder.
fn as_folder(pack: &str) -> Option<(std::path::PathBuf, String)> {
    let path = Path::new(pack);
    if !pack.contains(['/', '\\']) || !path.is_dir() {
        return None;
    }
    let path = path.canonicalize().ok()?;
    Some((path.parent()?.to_owned(), path.file_name()?.to_str()?.to_owned()))
}
