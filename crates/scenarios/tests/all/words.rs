//! Every refusal can be said, with its cure, in both languages.

use fluent_bundle::FluentResource;
use scenarios::disk;
use std::collections::{BTreeMap, BTreeSet};

/// Refusal codes in the sources and packs, each with a place where it stands.
fn codes() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    // The made-up club has no pages and so no words.
    let packs = disk::packs().unwrap().into_iter().filter(|(path, _)| !path.starts_with("tennis-club/"));
    for (path, text) in packs.filter(|(path, _)| path.contains("/procedures/")) {
        for (number, line) in text.lines().enumerate() {
            let codes =
                line.starts_with("codes =").then(|| line.split('"').skip(1).step_by(2)).into_iter().flatten();
            let refusal = line.split_once("refusal = \"").and_then(|(_, rest)| rest.split('"').next());
            for word in codes.chain(refusal).filter(|word| is_code(word)) {
                found.insert(word.to_owned(), format!("packs/{path}:{}", number + 1));
            }
        }
    }
    for (path, text) in disk::texts("crates").unwrap() {
        if !path.ends_with(".rs") || path.contains("/tests") || path.starts_with("scenarios/") {
            continue;
        }
        // What stands after the unit tests of a file is no refusal of the office.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for opening in ["Refusal::new(", "refuse(", "refusal(", "=> \"material", "\"case/out-of-order"] {
            for (at, _) in text.match_indices(opening) {
                let near: String = text[at..].chars().take(90).collect();
                let rest = near.split_once('"').map_or("", |(_, rest)| rest);
                let word = rest.split('"').next().unwrap_or_default();
                if is_code(word) {
                    found.insert(word.to_owned(), format!("crates/{path}"));
                }
            }
        }
    }
    found
}

fn is_code(word: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    word.split_once('/').is_some_and(|(service, reason)| plain(service) && plain(reason))
}

/// The messages of a language by key: whether it has words, whether it has a cure, and the values it speaks of.
fn messages(lang: &str) -> BTreeMap<String, (bool, BTreeSet<String>)> {
    let mut found = BTreeMap::new();
    for (path, text) in disk::texts(&format!("text/{lang}")).unwrap() {
        let resource =
            FluentResource::try_new(text.clone()).unwrap_or_else(|(_, faults)| panic!("{path}: {faults:?}"));
        drop(resource);
        let mut key = String::new();
        for line in text.lines() {
            if let Some((name, _)) = line.split_once(" =").filter(|(name, _)| !name.starts_with([' ', '#'])) {
                key = name.to_owned();
                let earlier = found.insert(key.clone(), (false, BTreeSet::new()));
                assert!(earlier.is_none(), "text/{path}: `{key}` is there twice");
            }
            let Some((cured, values)) = found.get_mut(&key) else { continue };
            *cured |= line.trim_start().starts_with(".cure = ");
            values.extend(
                line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next()).map(str::to_owned),
            );
        }
    }
    found
}

/// Services that answer only through others so far and have no words at all; once one has a first word, it needs
/// all of them.
const SILENT: &[&str] = &["benefit"];

#[test]
fn every_refusal_has_words_and_a_cure() {
    let codes = codes();
    assert!(codes.len() > 90, "only {} codes found: the search is broken", codes.len());
    let mut missing = Vec::new();
    for lang in ["zh", "en"] {
        let messages = messages(lang);
        for (code, place) in &codes {
            let service = code.split('/').next().unwrap_or_default();
            let spoken = messages.keys().any(|key| key.starts_with(&format!("refusal-{service}-")));
            if !spoken && SILENT.contains(&service) {
                continue;
            }
            let key = format!("refusal-{}", code.replace('/', "-"));
            match messages.get(&key) {
                None => missing.push(format!("text/{lang}: no words for `{key}` of {place}")),
                Some((false, _)) => missing.push(format!("text/{lang}: `{key}` has no cure")),
                Some((true, _)) => {}
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn both_languages_have_the_same_keys_and_values() {
    let (zh, en) = (messages("zh"), messages("en"));
    let mut wrong: Vec<String> = Vec::new();
    for (key, (_, values)) in &zh {
        match en.get(key) {
            None => wrong.push(format!("`{key}` is in Chinese only")),
            Some((_, others)) if values != others => {
                wrong.push(format!("`{key}`: {values:?} in Chinese, {others:?} in English"))
            }
            Some(_) => {}
        }
    }
    wrong.extend(
        en.keys().filter(|key| !zh.contains_key(*key)).map(|key| format!("`{key}` is in English only")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
