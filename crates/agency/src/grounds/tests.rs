use std::collections::BTreeSet;
use std::path::Path;

/// Every file below a folder of the crate or, with `../..`, of the project.
fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn every_refusal_of_the_program_has_its_article_and_its_words_in_both_languages() {
    let mut codes = BTreeSet::new();
    for source in files("src") {
        let mut rest = source.as_str();
        while let Some(start) = rest.find("refuse(\"") {
            rest = &rest[start + 8..];
            codes.insert(rest[..rest.find('"').unwrap()].to_owned());
        }
    }
    assert!(codes.len() > 30);
    let grounds = files("../../packs/national/grounds").concat();
    for language in ["zh", "en"] {
        let words = files(&format!("../../text/{language}")).concat();
        for code in &codes {
            assert!(grounds.contains(&format!("\"{code}\" = ")), "{code} rests on no article");
            let key = format!("\nrefusal-{} = ", code.replace('/', "-"));
            let message = words.find(&key).unwrap_or_else(|| panic!("{code} has no words in {language}"));
            let after = &words[message + key.len()..];
            let cure = after.lines().nth(1).unwrap_or_default();
            assert!(cure.trim_start().starts_with(".cure = "), "{code} has no cure in {language}");
        }
    }
}
