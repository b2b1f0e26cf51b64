//! Runs scenario files: one test per row, dispatched on the file's `kind`.

mod bill;
mod filing;
mod paper;
mod precheck;
mod script;
mod value;
mod window;

use case::{Procedure, Procedures};
use policy::scenario::Scenario;
use policy::{Diagnostic, Files, Law, Row, Source};
use std::sync::{Arc, OnceLock};

/// One row of a scenario file, as a test.
pub struct Test {
    /// `hangzhou/certificate/newborn/baby_2026-03-31`
    pub name: String,
    /// Runs the row; what is wrong, with place, expectation and answer.
    pub run: Box<dyn Fn() -> Result<(), String> + Send>,
}

/// The kinds of rows. `benefit` rows are the benefit engine's own.
pub const KINDS: [&str; 5] = ["window", "precheck", "case", "benefit", "filing"];

/// A scenario with the law it runs under.
pub(crate) struct Stage {
    pub(crate) scenario: Scenario,
    pub(crate) law: Law,
    pub(crate) procedures: Procedures,
    /// What the rows of a file about benefits came to, worked out once for all of them.
    bills: OnceLock<Result<Vec<benefit::scenario::RowReport>, String>>,
}

/// Every row of every scenario file of every pack. A file that cannot be read is one failing test.
pub fn tests(files: Files) -> Vec<Test> {
    let files = Arc::new(files);
    let is_scenario = |path: &&String| path.contains("/scenarios/") && path.ends_with(".md");
    files.keys().filter(is_scenario).flat_map(|path| of_file(&files, path)).collect()
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
    if !KINDS.contains(&scenario.kind.text.as_str()) {
        return Err(vec![scenario.unknown(&scenario.kind, "kind", &KINDS)]);
    }
    let mut law = Law::load(files, &scenario.pack.text)?;
    for pair in &scenario.settings {
        let known: Vec<String> = law.settings().map(|setting| setting.id.clone()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let Some(setting) = law.setting(&pair.key.text) else {
            return Err(vec![scenario.unknown(&pair.key, "setting", &known)]);
        };
        let readings: Vec<&str> = setting.readings.keys().map(String::as_str).collect();
        law = law
            .choosing(&pair.key.text, &pair.value.text)
            .ok_or_else(|| vec![scenario.unknown(&pair.value, "reading", &readings)])?;
    }
    let procedures = Procedures::compile(&law)?;
    Ok(Stage { scenario, law, procedures, bills: OnceLock::new() })
}

fn row(stage: &Stage, number: usize) -> Result<(), String> {
    match stage.scenario.kind.text.as_str() {
        "window" => window::run(stage, &stage.scenario.table.rows[number]),
        "precheck" => precheck::run(stage, &stage.scenario.table.rows[number]),
        "case" => script::run(stage, number),
        "benefit" => bill::run(stage, number),
        "filing" => filing::run(stage, number),
        other => Err(format!("no runner for kind `{other}`")),
    }
}

impl Stage {
    /// The procedure the file is about.
    fn procedure(&self) -> Result<&Procedure, String> {
        let scenario = &self.scenario;
        let Some(about) = &scenario.about else {
            let fault =
                scenario.at(&scenario.kind, "the scenario names no procedure", "add a line `procedure …`");
            return Err(fault.to_string());
        };
        let known: Vec<&str> = self.procedures.iter().map(|procedure| procedure.id.as_str()).collect();
        let unknown = || scenario.unknown(about, "procedure", &known).to_string();
        self.procedures.get(&about.text).ok_or_else(unknown)
    }

    /// What a failing row says: where, the row, what was expected, what came.
    fn differs(&self, row: &Row, expected: &str, got: &str) -> String {
        let place = row.cells.first().map_or(0, |cell| cell.span.start);
        let (line, _, text) = self.scenario.source.place(place);
        format!("{}:{line}\n  {text}\n  expected  {expected}\n  got       {got}", self.scenario.source.path)
    }
}
