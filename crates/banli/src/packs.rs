//! Packs of law: embedded in the binary, so that it stands alone, or read from a folder.

use crate::trouble::Trouble;
use policy::{Diagnostics, Files, Law, say};
use rust_embed::RustEmbed;
use std::path::{Path, PathBuf};

#[derive(RustEmbed)]
#[folder = "../../packs"]
struct Embedded;

/// Bounds on a folder of packs, so that a wrong `--packs /` ends with an answer.
const FILES_MAX: usize = 20_000;
const BYTES_MAX: usize = 256 << 20;
const DEPTH_MAX: usize = 12;

/// Where packs come from.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PacksArgs {
    /// Read the packs from this folder instead of those built into the program
    #[arg(long = "packs", value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Take an open setting in another reading than the pack does; may be given more than once
    #[arg(long = "setting", value_name = "ID=READING")]
    pub settings: Vec<String>,
}

impl PacksArgs {
    /// The text of every file of every pack.
    pub fn files(&self) -> anyhow::Result<Files> {
        match &self.folder {
            Some(folder) => from_folder(folder),
            None => embedded(),
        }
    }

    /// The law of pack `id`, checked. All faults are told at once.
    pub fn law(&self, id: &str) -> anyhow::Result<Law> {
        self.chosen(Law::load(&self.files()?, id).map_err(|faults| faulty(id, &faults))?)
    }

    /// The law with its settings read as asked.
    pub fn chosen(&self, mut law: Law) -> anyhow::Result<Law> {
        for setting in &self.settings {
            let (name, reading) = setting.split_once('=').unwrap_or((setting, ""));
            law = law.choosing(name, reading).ok_or_else(|| unknown(&law, setting, name))?;
        }
        Ok(law)
    }
}

/// The pack an office works under where none is named.
pub const PACK: &str = "hangzhou";

/// `packs/hangzhou` as the folder of packs and the pack's name, where there is such a folder.
pub(crate) fn as_folder(pack: &str) -> Option<(PathBuf, String)> {
    let path = Path::new(pack);
    if !pack.contains(['/', '\\']) || !path.is_dir() {
        return None;
    }
    let path = path.canonicalize().ok()?;
    Some((path.parent()?.to_owned(), path.file_name()?.to_str()?.to_owned()))
}

/// A setting or reading that the pack does not have; what it has.
fn unknown(law: &Law, said: &str, name: &str) -> Trouble {
    let told = |ids: Vec<&str>| ids.join(", ");
    let cure = match law.setting(name) {
        Some(setting) => {
            let readings = told(setting.readings.keys().map(String::as_str).collect());
            format!("write --setting {name}=READING; the readings are {readings}")
        }
        None => format!("the settings are {}", told(law.settings().map(|one| one.id.as_str()).collect())),
    };
    Trouble::new(format!("no law with the setting {said}"), "the pack has no such reading", cure)
}

/// The trouble of a pack that has faults, all of them told.
pub fn faulty(id: &str, faults: &Diagnostics) -> Trouble {
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let why = format!("{} fault(s) were found:\n{}", faults.len(), told.join("\n"));
    let trouble = Trouble::new(say("cannot-apply").with("pack", id), why, say("mend-named"));
    Trouble { faults: faults.clone(), ..trouble }
}

/// The packs built into the program.
pub fn embedded() -> anyhow::Result<Files> {
    let mut files = Files::new();
    for path in Embedded::iter() {
        let Some(file) = Embedded::get(&path) else { continue };
        files.insert(path.to_string(), text(&path, file.data.into_owned())?);
    }
    Ok(files)
}

/// Every file under `folder`, by its path inside it. Hidden files are left out.
pub fn from_folder(folder: &Path) -> anyhow::Result<Files> {
    if !folder.is_dir() {
        let what = format!("no packs can be read from {}", folder.display());
        return Err(Trouble::new(
            what,
            "it is not a folder",
            "name the folder that holds the packs' folders",
        )
        .into());
    }
    let mut files = Files::new();
    let mut bytes = 0;
    let mut open = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let (path, place) = (entry.path(), format!("{prefix}{name}"));
            if path.is_dir() {
                if depth < DEPTH_MAX {
                    open.push((path, format!("{place}/"), depth + 1));
                }
                continue;
            }
            let content = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            bytes += content.len();
            if files.len() == FILES_MAX || bytes > BYTES_MAX {
                let why = format!("it holds more than {FILES_MAX} files or {BYTES_MAX} bytes");
                let what = format!("{} is too large for a folder of packs", path.display());
                return Err(Trouble::new(what, why, "name the folder that holds the packs' folders").into());
            }
            files.insert(place.clone(), text(&place, content)?);
        }
    }
    Ok(files)
}

fn text(path: &str, bytes: Vec<u8>) -> anyhow::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let why = format!("byte {} is not UTF-8", error.utf8_error().valid_up_to());
        Trouble::new(format!("{path} cannot be read as text"), why, "save the file as UTF-8").into()
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> anyhow::Error {
    Trouble::new(format!("{} cannot be read", path.display()), error, "check that it exists and may be read")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_is_what_lies_in_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
        assert_eq!(embedded().unwrap(), from_folder(&folder).unwrap());
    }

    #[test]
    fn a_setting_is_read_as_asked_or_told() {
        let with = |setting: &str| {
            let packs = PacksArgs { folder: None, settings: vec![setting.to_owned()] };
            packs.law("hangzhou").map_err(|error| error.to_string())
        };
        assert_eq!(
            with("stay-law-day=admission").unwrap().setting("stay-law-day").unwrap().chosen,
            "admission"
        );
        assert!(with("stay-law-day=noon").unwrap_err().contains("the readings are admission, discharge"));
        assert!(with("noon").unwrap_err().contains("the settings are"));
    }

    #[test]
    fn a_file_is_no_folder_of_packs() {
        let told = from_folder(Path::new(file!())).unwrap_err().to_string();
        assert!(told.contains("it is not a folder"), "{told}");
    }
}
