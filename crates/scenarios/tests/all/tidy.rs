//! The sources are fit to be read.

use scenarios::disk;

/// Kinds of files that people write here.
const WRITTEN: &[&str] = &[".rs", ".toml", ".md", ".ftl", ".css", ".js", ".py"];

fn written() -> impl Iterator<Item = (String, String)> {
    ["crates", "packs", "text", "docs", "xtask"]
        .into_iter()
        .filter(|folder| disk::root().join(folder).exists())
        .flat_map(|folder| {
            let texts = disk::texts(folder).unwrap();
            texts.into_iter().map(move |(path, text)| (format!("{folder}/{path}"), text))
        })
        .filter(|(path, _)| WRITTEN.iter().any(|kind| path.ends_with(kind)) && !path.contains("/target/"))
}

#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_trailing_space_no_tab_and_a_last_newline() {
    let mut wrong = Vec::new();
    for (path, text) in written() {
        for (number, line) in text.lines().enumerate() {
            if line.ends_with([' ', '\t']) || path.ends_with(".rs") && line.contains('\t') {
                wrong.push(format!("{path}:{}: space at the end of the line, or a tab", number + 1));
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            wrong.push(format!("{path}: the last line has no end"));
        }
    }
    none(&wrong);
}

#[test]
fn no_drawer_for_odds_and_ends() {
    let drawers = ["util", "utils", "common", "helper", "helpers", "misc"];
    let named = |path: &String| {
        path.split('/').any(|part| drawers.contains(&part.split('.').next().unwrap_or_default()))
    };
    none(&written().map(|(path, _)| path).filter(named).collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_for_later() {
    // Spelled in halves, so that this file does not find itself.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("dbg", "!(")];
    let mut wrong = Vec::new();
    for (path, text) in written().filter(|(path, _)| path.ends_with(".rs") || path.ends_with(".toml")) {
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_source_file_says_first_what_it_is_for() {
    let told = |text: &String| text.starts_with("//!") || text.starts_with("#!");
    // Unit tests are named by what they test.
    let is_source =
        |path: &String| path.contains("/src/") && path.ends_with(".rs") && !path.contains("/tests");
    none(
        &written()
            .filter(|(path, text)| is_source(path) && !told(text))
            .map(|(path, _)| path)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_rule_of_law_in_the_engine() {
    // The engine is tested on the made-up club; the names of real authorities do not occur in it.
    let names = ["hangzhou", "xihu", "certificate-new", "reimburse-", "杭州", "西湖"];
    let engine = |path: &String| {
        ["crates/case/src", "crates/policy/src", "crates/terms/src"].iter().any(|part| path.starts_with(part))
    };
    let mut wrong = Vec::new();
    for (path, text) in written().filter(|(path, _)| engine(path) && !path.contains("/tests")) {
        for (number, line) in text.lines().enumerate() {
            // Examples in comments may show how a name looks.
            let code = line.split("//").next().unwrap_or_default();
            if names.iter().any(|name| code.contains(name)) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none(&wrong);
}

#[test]
fn articles_of_laws_that_were_not_read_are_not_called_verified() {
    let mut wrong = Vec::new();
    for (path, text) in written().filter(|(path, _)| path.contains("/articles/")) {
        let head = text.split("[[article]]").next().unwrap_or_default();
        for article in text.split("[[article]]").skip(1) {
            let of = |key: &str| {
                let line = |part: &str| part.lines().find(|line| line.starts_with(key)).map(str::to_owned);
                line(article).or_else(|| line(head)).unwrap_or_default()
            };
            let unread = ["general knowledge", "filled in", "not found", "made up"];
            if of("confidence").contains("verified") && unread.iter().any(|word| of("source").contains(word))
            {
                wrong.push(format!("{path}: {}", of("id")));
            }
        }
    }
    none(&wrong);
}
