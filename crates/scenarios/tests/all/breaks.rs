//! Each sentence broken on purpose: `docs/sentences.toml` names places of the packs and what they become. Each is changed
//! in memory, and then a scenario that claims the sentence must fail; and each scenario must fail so for every sentence
//! it claims.

use crate::sentences::sentences;
use case::Procedures;
use policy::scenario::Scenario;
use policy::{Files, Law, Source};
use scenarios::{disk, run};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One place of a pack changed so that a sentence no longer holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Break {
    /// What goes wrong, in words.
    pub(crate) how: String,
    /// Below `packs/`.
    file: String,
    /// Stands there once.
    from: String,
    to: String,
}

/// A promise that code keeps, and the test that fails when it does not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// The promise, in words.
    pub(crate) what: String,
    /// `crates/agency/src/…/tests.rs: name_of_the_test`
    test: String,
}

/// The packs with one place changed, and the law of the pack it stands in.
struct Broken {
    files: Files,
    law: Law,
}

/// The packs without their scenarios, the scenarios apart, and which of these claims which sentence.
struct Bench {
    law: Files,
    scenarios: Files,
    claims: BTreeMap<String, BTreeSet<String>>,
}

impl Bench {
    #[track_caller]
    fn new() -> Bench {
        let all = disk::packs().unwrap();
        let (scenarios, law): (Files, Files) =
            all.into_iter().partition(|(path, _)| path.contains("/scenarios/") && path.ends_with(".md"));
        let mut claims: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, text) in &scenarios {
            let scenario = Scenario::read(&Source { path: path.clone(), text: text.clone() }).unwrap();
            for sentence in scenario.covers {
                claims.entry(sentence.text).or_default().insert(path.clone());
            }
        }
        // Words of the interface and the templates of the books decide no row.
        let law = law.into_iter().filter(|(path, _)| !path.contains("/interface/")).collect();
        Bench { law, scenarios, claims }
    }

    /// The packs with one place changed; what is wrong with the break, where it cannot be made.
    fn broken(&self, one: &Break) -> Result<Broken, String> {
        let text = self.law.get(&one.file).ok_or("no such file")?;
        let places = text.matches(&one.from).count();
        if places != 1 {
            return Err(format!("what it changes stands there {places} times, not once"));
        }
        let mut files = self.law.clone();
        files.insert(one.file.clone(), text.replace(&one.from, &one.to));
        let pack = one.file.split('/').next().unwrap_or_default();
        let said = |faults: Vec<policy::Diagnostic>| format!("the pack is refused: {}", faults[0]);
        let law = Law::load(&files, pack).map_err(said)?;
        Procedures::compile(&law).map_err(said)?;
        if one.file.contains("/benefits/") {
            benefit::Benefits::compile(&law).map_err(said)?;
        }
        Ok(Broken { files, law })
    }

    /// Whether a row of this scenario fails under the broken packs.
    fn fails(&self, broken: &Broken, path: &str) -> bool {
        let text = self.scenarios[path].clone();
        let scenario = Scenario::read(&Source { path: path.to_owned(), text: text.clone() }).unwrap();
        let of_cases = case::scenario::KINDS.contains(&scenario.kind.text.as_str());
        // The law at hand is compiled; any other is a hundred files to read.
        if of_cases && scenario.pack.text == broken.law.pack().id {
            let rows = scenario.table.rows.len();
            let stage = case::scenario::Stage::new(scenario, broken.law.clone());
            return stage.is_ok_and(|stage| (0..rows).any(|row| stage.row(row).is_err()));
        }
        let mut files = broken.files.clone();
        files.insert(path.to_owned(), text);
        run::tests(files).iter().any(|row| (row.run)().is_err())
    }
}

#[test]
fn every_sentence_broken_makes_a_scenario_that_claims_it_fail() {
    let (bench, sentences) = (Bench::new(), sentences());
    let mut wrong = Vec::new();
    for sentence in &sentences {
        let mut unearned = bench.claims.get(&sentence.id).cloned().unwrap_or_default();
        let claiming = unearned.clone();
        for one in &sentence.breaks {
            let told = format!("{}, {}", sentence.id, one.how);
            match bench.broken(one) {
                Err(why) => wrong.push(format!("{told}: {why}")),
                Ok(broken) => {
                    // Those that failed before come last: one more failure of theirs says nothing new.
                    let (new, old): (Vec<_>, Vec<_>) =
                        claiming.iter().partition(|scenario| unearned.contains(*scenario));
                    let failing: Vec<_> =
                        new.into_iter().filter(|scenario| bench.fails(&broken, scenario)).collect();
                    if failing.is_empty() && !old.iter().any(|scenario| bench.fails(&broken, scenario)) {
                        wrong.push(format!("{told}: every scenario that claims the sentence still holds"));
                    }
                    for scenario in failing {
                        unearned.remove(scenario);
                    }
                }
            }
        }
        if sentence.later.is_none() && sentence.breaks.is_empty() {
            wrong.push(format!("{}: nobody has broken it", sentence.id));
        }
        let told = |scenario| format!("{scenario} claims {}, and no break of it makes it fail", sentence.id);
        wrong.extend(unearned.iter().map(told));
    }
    assert!(wrong.is_empty(), "{}\n{} in all", wrong.join("\n"), wrong.len());
}

#[test]
fn what_code_keeps_of_a_sentence_has_a_test_there() {
    let sources = disk::texts("crates").unwrap();
    for sentence in sentences() {
        for kept in &sentence.kept {
            let (path, test) = kept.test.split_once(": ").unwrap_or_else(|| panic!("{}: no test", kept.what));
            let text = path.strip_prefix("crates/").and_then(|path| sources.get(path));
            let there = text.is_some_and(|text| text.contains(&format!("#[test]\nfn {test}()")));
            assert!(there, "{}, {}: no test `{test}` in {path}", sentence.id, kept.what);
        }
    }
}
