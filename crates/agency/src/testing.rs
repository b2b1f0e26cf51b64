//! What the tests of this crate build on: the packs of the project, compiled once, and short words for people, days and money.

use crate::{AccountId, Actor, Organisation, Rulebook};
use policy::{Files, Law};
use std::path::Path;
use std::sync::OnceLock;
use terms::{Day, Fen};

/// Every file below `packs/`.
pub(crate) fn files() -> Files {
    fn walk(folder: &Path, root: &Path, files: &mut Files) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, files);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, text);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = Files::new();
    walk(&root, &root, &mut files);
    files
}

/// A pack of these files, compiled; its faults are printed.
#[track_caller]
pub(crate) fn compile(files: &Files, pack: &str) -> Rulebook {
    Law::load(files, pack).and_then(Rulebook::compile).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(|fault| format!("{fault}\n")).collect::<String>())
    })
}

/// The rules of Hangzhou.
pub(crate) fn rules() -> &'static Rulebook {
    static RULES: OnceLock<Rulebook> = OnceLock::new();
    RULES.get_or_init(|| compile(&files(), "hangzhou"))
}

/// Somebody in one role, called by it.
pub(crate) fn acting(account: u64, role: &str, organisation: Organisation) -> Actor {
    Actor {
        account: AccountId(account),
        name: role.to_owned(),
        roles: [role.to_owned()].into(),
        organisation,
        title: None,
        person: None,
    }
}

#[track_caller]
pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[track_caller]
pub(crate) fn fen(text: &str) -> Fen {
    text.parse().unwrap()
}
