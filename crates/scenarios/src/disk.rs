//! The project's files, as tests see them.

use anyhow::Context;
use policy::Files;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every text file below a folder of the project, by path with forward slashes relative to that folder.
pub fn texts(folder: &str) -> anyhow::Result<Files> {
    let start = root().join(folder);
    let mut files = Files::new();
    let mut open = vec![start.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let relative = path.strip_prefix(&start)?.to_string_lossy().replace('\\', "/");
                files.insert(relative, text);
            }
        }
    }
    Ok(files)
}

/// The packs.
pub fn packs() -> anyhow::Result<Files> {
    texts("packs")
}

/// The ids of all packs.
pub fn pack_ids(files: &Files) -> Vec<&str> {
    files.keys().filter_map(|path| path.strip_suffix("/pack.toml")).collect()
}
