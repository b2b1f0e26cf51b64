//! What the checks say of a pack (`policy::say`) has a text for each code, and no text is left that nothing says. That
//! both languages have the same texts with the same values is tested in `words.rs`.

use scenarios::disk;
use std::collections::{BTreeMap, BTreeSet};

const PREFIX: &str = "pack-fault-";

/// The codes of the texts.
fn texts() -> BTreeSet<String> {
    let files = disk::texts("text/en").unwrap();
    let lines =
        files.iter().filter(|(path, _)| path.ends_with("pack-faults.ftl")).flat_map(|(_, text)| text.lines());
    lines.filter_map(|line| Some(line.strip_prefix(PREFIX)?.split_once(" = ")?.0.to_owned())).collect()
}

/// What the programs' sources say outside their tests, by path.
fn sources() -> BTreeMap<String, String> {
    let files = disk::texts("crates").unwrap().into_iter();
    files.filter(|(path, _)| path.ends_with(".rs") && !path.contains("tests")).collect()
}

#[test]
fn every_sentence_has_a_text() {
    let (texts, mut said) = (texts(), BTreeSet::new());
    for (path, text) in sources() {
        for (at, opening) in text.match_indices("say(\"") {
            // `text.say(…)` is a page's own sentence.
            if text[..at].ends_with(|before: char| before == '.' || before == '_' || before.is_alphanumeric())
            {
                continue;
            }
            let code = text[at + opening.len()..].split('"').next().unwrap_or_default();
            assert!(texts.contains(code), "{path}: no text for `{code}`");
            said.insert(code.to_owned());
        }
    }
    assert!(said.len() > 400, "only {} sentences found: the search is broken", said.len());
}

#[test]
fn every_text_is_said() {
    let sources: String = sources().into_values().collect();
    let silent: Vec<String> =
        texts().into_iter().filter(|code| !sources.contains(&format!("\"{code}\""))).collect();
    assert!(silent.is_empty(), "nothing says {silent:?}");
}
