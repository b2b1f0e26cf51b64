//! The book's table: each sentence of the mission, the procedure or rule that serves it, the scenarios that would fail.
//!
//! `UPDATE_EXPECT=1 cargo test -p scenarios sentences` writes `docs/sentences.md` anew.

use crate::breaks::{Break, Kept};
use expect_test::expect_file;
use policy::Source;
use policy::scenario::Scenario;
use scenarios::disk;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use terms::Name;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    sentence: Vec<Sentence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sentence {
    pub(crate) id: String,
    gist: Name,
    /// What it waits for; nothing serves it yet.
    pub(crate) later: Option<Name>,
    /// Ways in which packs break it.
    #[serde(default)]
    pub(crate) breaks: Vec<Break>,
    /// What of it no pack can break.
    #[serde(default)]
    pub(crate) kept: Vec<Kept>,
}

/// What serves one sentence.
#[derive(Default)]
struct Served {
    /// Links to procedures and articles.
    rules: BTreeSet<String>,
    /// Links to scenarios.
    scenarios: BTreeSet<String>,
}

pub(crate) fn sentences() -> Vec<Sentence> {
    let text = disk::texts("docs").unwrap().remove("sentences.toml").unwrap();
    toml::from_str::<Document>(&text).unwrap().sentence
}

/// `[certificate-new](../packs/…)`
fn link(words: &str, path: &str) -> String {
    format!("[{words}](../packs/{path})")
}

fn served() -> BTreeMap<String, Served> {
    let files = disk::packs().unwrap();
    let mut served: BTreeMap<String, Served> = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.contains("/procedures/")) {
        let procedure: toml::Table = toml::from_str(text).unwrap();
        let covers = procedure.get("covers").and_then(toml::Value::as_array).into_iter().flatten();
        let id = procedure["id"].as_str().unwrap();
        for sentence in covers.filter_map(toml::Value::as_str) {
            served.entry(sentence.to_owned()).or_default().rules.insert(link(id, path));
        }
    }
    let scenarios = files.iter().filter(|(path, _)| path.contains("/scenarios/") && path.ends_with(".md"));
    for (path, text) in scenarios {
        let source = Source { path: path.clone(), text: text.clone() };
        let scenario = Scenario::read(&source).unwrap();
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".md");
        for sentence in &scenario.covers {
            let entry = served.entry(sentence.text.clone()).or_default();
            entry.scenarios.insert(link(name, path));
            // A rule of benefits has no procedure; its article stands for it.
            if let (None, Some(article)) = (&scenario.about, &scenario.law) {
                let holds = |text: &String| text.contains(&format!("id = \"{}\"", article.text));
                let found = files.iter().find(|(path, text)| path.contains("/articles/") && holds(text));
                let (place, _) = found.unwrap_or_else(|| panic!("{path}: no article {}", article.text));
                entry.rules.insert(link(&article.text, place));
            }
        }
    }
    served
}

fn cell(links: &BTreeSet<String>) -> String {
    links.iter().cloned().collect::<Vec<String>>().join(", ")
}

#[test]
fn every_sentence_is_served_and_the_table_of_the_book_says_so() {
    let (sentences, served) = (sentences(), served());
    let known: BTreeSet<&str> = sentences.iter().map(|sentence| sentence.id.as_str()).collect();
    let strange: Vec<&String> = served.keys().filter(|id| !known.contains(id.as_str())).collect();
    assert!(strange.is_empty(), "named by packs and no sentence: {strange:?}");
    let mut text = String::from(
        "# Sentences, rules, scenarios\n\n\
         Each sentence that the office must serve, the procedure or article that serves it, the scenarios that fail when it\n\
         no longer does, and the ways in which it was broken to see them fail: each way makes one of them fail, and each of\n\
         them fails in one of the ways (test `breaks`). Made from `docs/sentences.toml` and the packs by the test `sentences`;\n\
         not written by hand.\n\n\
         | sentence | what it says | procedure or rule | scenarios | broken so |\n|---|---|---|---|---|\n",
    );
    let mut empty = Vec::new();
    for sentence in &sentences {
        let nothing = Served::default();
        let found = served.get(&sentence.id).unwrap_or(&nothing);
        let (mut rules, mut scenarios) = (cell(&found.rules), cell(&found.scenarios));
        match &sentence.later {
            Some(later) if rules.is_empty() && scenarios.is_empty() => {
                rules.clone_from(&later.en);
                scenarios.clone_from(&later.en);
            }
            Some(_) => empty.push(format!("{}: served, and still marked as later", sentence.id)),
            None if rules.is_empty() || scenarios.is_empty() => {
                empty.push(format!("{}: rules [{rules}], scenarios [{scenarios}]", sentence.id));
            }
            None => {}
        }
        let gist = format!("{}<br>{}", sentence.gist.zh, sentence.gist.en);
        let broken: Vec<&str> = sentence.breaks.iter().map(|one| one.how.as_str()).collect();
        let kept: Vec<&str> = sentence.kept.iter().map(|one| one.what.as_str()).collect();
        let mut ways = broken.join("; ");
        if !kept.is_empty() {
            ways.push_str(&format!("<br>Kept by code, with a test there: {}", kept.join("; ")));
        }
        text.push_str(&format!("| {} | {gist} | {rules} | {scenarios} | {ways} |\n", sentence.id));
    }
    assert!(empty.is_empty(), "{}", empty.join("\n"));
    expect_file!["../../../../docs/sentences.md"].assert_eq(&text);
}
