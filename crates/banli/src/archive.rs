//! Earlier laws: a running case keeps the procedure it was opened under, so whatever a procedure is compiled from is kept
//! in the office's file under the law's hash, once for all laws that say the same.

use crate::packs::PACK;
use agency::Rulebook;
use case::Procedures;
use policy::{Files, Law};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Store;

/// What a procedure is compiled from, below the folder of each layer. Money has its own memory: a settlement names the
/// law it was made under and carries its amounts.
const KEPT: [&str; 10] = [
    "pack.toml",
    "settings.toml",
    "articles/",
    "calendar/",
    "roles/",
    "forms/",
    "offices/",
    "procedures/",
    "warnings/",
    "duties/",
];

/// Keeps what this law's procedures are compiled from.
///
/// # Errors
/// Trouble writing the office's file.
pub fn keep(store: &Store, law: &Law) -> anyhow::Result<()> {
    let name = format!("law/{}", law.hash());
    if store.read(|reader| reader.meta(&name))?.is_some() {
        return Ok(());
    }
    let files: Files = law
        .sources()
        .iter()
        .filter(|source| {
            let place = source.path.split_once('/').map_or("", |(_, place)| place);
            KEPT.iter().any(|kept| place.starts_with(kept))
        })
        .map(|source| (source.path.clone(), source.text.clone()))
        .collect();
    let text = serde_json::to_string(&files)?;
    let digest: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    let contents = format!("procedures/{digest}");
    store.set_meta(&contents, &text)?;
    store.set_meta(&name, &contents)?;
    Ok(())
}

/// Adds to the rules the procedures of every earlier law that a case still runs under. A law that was never kept, or
/// that this program can no longer read, is told in the log: its cases go on under the procedure in force.
///
/// # Errors
/// Trouble reading the office's file.
pub fn add_earlier(store: &Store, rules: &mut Rulebook) -> anyhow::Result<()> {
    let mut known: BTreeMap<String, Arc<Procedures>> = BTreeMap::new();
    for (hash, cases) in store.read(|reader| reader.laws_of_open_cases())? {
        if hash == rules.law.hash() {
            continue;
        }
        let Some(contents) = store.read(|reader| reader.meta(&format!("law/{hash}")))? else {
            tracing::warn!(
                hash,
                cases,
                "the law these cases run under was not kept; the one in force goes for them"
            );
            continue;
        };
        let procedures = match known.get(&contents) {
            Some(procedures) => procedures.clone(),
            None => {
                let text = store.read(|reader| reader.meta(&contents))?.unwrap_or_default();
                match compile(&text) {
                    Ok(procedures) => Arc::new(procedures),
                    Err(why) => {
                        tracing::warn!(
                            hash,
                            cases,
                            why,
                            "an earlier law cannot be read; the one in force goes for it"
                        );
                        continue;
                    }
                }
            }
        };
        known.insert(contents, procedures.clone());
        rules.earlier.insert(hash, procedures);
    }
    Ok(())
}

fn compile(text: &str) -> Result<Procedures, String> {
    let files: Files = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let first = |faults: policy::Diagnostics| faults.first().map(ToString::to_string).unwrap_or_default();
    let law = Law::load(&files, PACK).map_err(first)?;
    Procedures::compile(&law).map_err(|faults| faults.first().map(ToString::to_string).unwrap_or_default())
}
