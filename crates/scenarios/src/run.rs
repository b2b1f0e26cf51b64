//! Runs scenario files: one test per row, dispatched on the file's `kind`.

mod bill;
mod entry;
mod filing;
mod money;

use policy::scenario::Scenario;
use policy::{Diagnostic, Diagnostics, Files, Law, Source};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// One row of a scenario file, as a test.
pub struct Test {
    /// `hangzhou/certificate/newborn/baby_2026-03-31`
    pub name: String,
    /// Runs the row; what is wrong, with place, expectation and answer.
    pub run: Box<dyn Fn() -> Result<(), String> + Send>,
}

/// The kinds of rows: those of the engine of cases, of the benefits, what a filing does to a bill, moving money, and what
/// is posted.
pub const KINDS: [&str; 9] =
    ["window", "asks", "precheck", "case", "benefit", "year", "filing", "money", "entry"];

/// A scenario with the law it runs under.
pub(crate) struct Stage {
    pub(crate) about: case::scenario::Stage,
    /// What the rows of a file about benefits came to, worked out once for all of them.
    bills: OnceLock<Result<Vec<benefit::scenario::RowReport>, String>>,
    /// Everything compiled from the law, for rows that move money.
    rules: OnceLock<Result<agency::Rulebook, String>>,
}

/// Every row of every scenario file of every pack. A file that cannot be read is one failing test.
pub fn tests(files: Files) -> Vec<Test> {
    let files = Arc::new(files);
    let is_scenario = |path: &&String| path.contains("/scenarios/") && path.ends_with(".md");
    files.keys().filter(is_scenario).flat_map(|path| of_file(&files, path)).collect()
}

/// What a pack's own scenarios say of it.
#[derive(Debug)]
pub struct Said {
    /// How many rows there are of each kind, in the order of [`KINDS`].
    pub rows: Vec<(&'static str, usize)>,
    /// Each row that came to something else, and each file that cannot be read, at its place.
    pub faults: Diagnostics,
}

/// Counts every row of a pack's own scenarios, and runs all but those about bills alone: `kind benefit` and `kind year`
/// are run with the benefits they stand beside ([`benefit::scenario::failures`]).
pub fn of_pack(law: &Law) -> Said {
    let mut counts = BTreeMap::<String, usize>::new();
    // A file that cannot be read is among these.
    let mut faults = case::scenario::failures(law);
    for scenario in law.documents("scenarios").filter_map(|source| Scenario::read(source).ok()) {
        if scenario.pack.text != law.pack().id {
            continue;
        }
        let kind = scenario.kind.text.clone();
        *counts.entry(kind.clone()).or_default() += scenario.table.rows.len();
        if case::scenario::KINDS.contains(&kind.as_str()) || matches!(kind.as_str(), "benefit" | "year") {
            continue;
        }
        match staged(scenario, law.clone()) {
            Ok(stage) => faults.extend(stage.failing(kind == "money", |number| row(&stage, number))),
            Err(more) => faults.extend(more),
        }
    }
    let rows = KINDS.iter().filter_map(|kind| Some((*kind, *counts.get(*kind)?))).collect();
    Said { rows, faults }
}

fn of_file(files: &Arc<Files>, path: &str) -> Vec<Test> {
    let name = path.trim_end_matches(".md").replacen("/scenarios/", "/", 1);
    let source = Source { path: path.to_owned(), text: files.get(path).cloned().unwrap_or_default() };
    let scenario = match Scenario::read(&source) {
        Ok(scenario) => scenario,
        Err(faults) => return vec![Test { name, run: Box::new(move || Err(said(&faults))) }],
    };
    let play = Arc::new(Play { scenario, files: Arc::clone(files), stage: OnceLock::new() });
    (0..play.scenario.table.rows.len())
        .map(|number| {
            let play = Arc::clone(&play);
            let row_name = play.scenario.row_name(&play.scenario.table.rows[number]);
            let run = Box::new(move || row(play.stage()?, number));
            Test { name: format!("{name}/{:02}_{row_name}", number + 1), run }
        })
        .collect()
}

fn said(faults: &[Diagnostic]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A file whose law is compiled when the first of its rows runs: who runs one row pays for one.
struct Play {
    scenario: Scenario,
    files: Arc<Files>,
    stage: OnceLock<Result<Stage, String>>,
}

impl Play {
    fn stage(&self) -> Result<&Stage, String> {
        let set = || stage(&self.files, self.scenario.clone()).map_err(|faults| said(&faults));
        self.stage.get_or_init(set).as_ref().map_err(Clone::clone)
    }
}

/// Compiles the law a file runs under, with the readings it chooses.
fn stage(files: &Files, scenario: Scenario) -> Result<Stage, Vec<Diagnostic>> {
    let law = Law::load(files, &scenario.pack.text)?;
    staged(scenario, law)
}

/// The same under a law that is loaded.
fn staged(scenario: Scenario, law: Law) -> Result<Stage, Vec<Diagnostic>> {
    if !KINDS.contains(&scenario.kind.text.as_str()) {
        return Err(vec![scenario.unknown(&scenario.kind, policy::say("no-kind"), &KINDS)]);
    }
    Ok(Stage {
        about: case::scenario::Stage::new(scenario, law)?,
        bills: OnceLock::new(),
        rules: OnceLock::new(),
    })
}

fn row(stage: &Stage, number: usize) -> Result<(), String> {
    match stage.scenario.kind.text.as_str() {
        "benefit" | "year" => bill::run(stage, number),
        "filing" => filing::run(stage, number),
        "money" => money::run(stage, number),
        "entry" => entry::run(stage, &stage.scenario.table.rows[number]),
        _ => stage.about.row(number),
    }
}

impl Deref for Stage {
    type Target = case::scenario::Stage;

    fn deref(&self) -> &case::scenario::Stage {
        &self.about
    }
}
