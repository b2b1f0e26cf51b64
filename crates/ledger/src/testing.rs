//! Packs for tests.

use policy::{Files, Law};
use std::path::Path;

/// The packs as they lie in the repository.
pub(crate) fn national() -> Law {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files = Files::new();
    for folder in ["national", "national/articles", "national/calendar", "national/postings"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    Law::load(&files, "national").unwrap_or_else(|faults| panic!("{}", faults[0]))
}

/// A made-up club whose `postings/fees.toml` is this text.
pub(crate) fn club(postings: &str) -> Law {
    let files = [
        (
            "club/pack.toml",
            "id = \"club\"\nname = { zh = \"会\", en = \"Club\" }\nanswers_from = \"2000-01-01\"\n",
        ),
        (
            "club/articles/statute.toml",
            "instrument = { zh = \"章程\", en = \"Statute\" }\nsource = \"made up\"\nconfidence = \"illustrative\"\n\
             checked = \"2026-01-01\"\nfrom = \"2000-01-01\"\n[[article]]\nid = \"statute/1\"\n\
             place = { zh = \"一\", en = \"1\" }\ngist = { zh = \"费\", en = \"Fees\" }\n",
        ),
        ("club/postings/fees.toml", postings),
    ];
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Law::load(&files, "club").unwrap()
}
