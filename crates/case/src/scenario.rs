//! What a pack's procedures promise, as rows that are tests: `kind window`, `asks`, `precheck` and `case` of scenario files.
//!
//! The words of each kind stand at the top of its file in `scenario/`. `banli check` runs the rows of a pack, so that a
//! procedure that answers otherwise than somebody worked out by hand is refused.

mod asks;
mod paper;
mod precheck;
mod script;
mod value;
mod window;

use crate::{Procedure, Procedures};
use policy::scenario::Scenario;
use policy::{Diagnostic, Diagnostics, Law, Row, Said, say};

/// The kinds of scenario that are about procedures.
pub const KINDS: [&str; 4] = ["window", "asks", "precheck", "case"];

/// A scenario with the law and the procedures it runs under.
#[derive(Debug)]
pub struct Stage {
    /// The scenario.
    pub scenario: Scenario,
    /// The law, with the readings the scenario chooses.
    pub law: Law,
    /// Its procedures.
    pub procedures: Procedures,
}

impl Stage {
    /// The scenario under this law, with the readings it chooses.
    ///
    /// # Errors
    /// A setting or reading that is not there; every fault of the procedures.
    pub fn new(scenario: Scenario, mut law: Law) -> Result<Stage, Diagnostics> {
        for pair in &scenario.settings {
            let known: Vec<String> = law.settings().map(|setting| setting.id.clone()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let Some(setting) = law.setting(&pair.key.text) else {
                return Err(vec![scenario.unknown(&pair.key, say("no-setting"), &known)]);
            };
            let readings: Vec<&str> = setting.readings.keys().map(String::as_str).collect();
            law = law
                .choosing(&pair.key.text, &pair.value.text)
                .ok_or_else(|| vec![scenario.unknown(&pair.value, say("scenario-no-reading"), &readings)])?;
        }
        let procedures = Procedures::compile(&law)?;
        Ok(Stage { scenario, law, procedures })
    }

    /// Runs one row, counted from 0; rows of a `case` are played from the first.
    ///
    /// # Errors
    /// What the row says and what came, with its place.
    pub fn row(&self, number: usize) -> Result<(), String> {
        let row = self.scenario.table.rows.get(number).ok_or("there is no such row")?;
        match self.scenario.kind.text.as_str() {
            "window" => window::run(self, row),
            "asks" => asks::run(self, row),
            "precheck" => precheck::run(self, row),
            "case" => script::run(self, number),
            other => Err(format!("no procedure answers to kind `{other}`")),
        }
    }

    /// The procedure the file is about.
    ///
    /// # Errors
    /// None is named, or it is not there.
    pub fn procedure(&self) -> Result<&Procedure, String> {
        let scenario = &self.scenario;
        let Some(about) = &scenario.about else {
            let cure = say("keyword-missing-cure").with("word", "procedure");
            let fault = scenario.at(&scenario.kind, say("scenario-no-procedure"), cure);
            return Err(fault.to_string());
        };
        let known: Vec<&str> = self.procedures.iter().map(|procedure| procedure.id.as_str()).collect();
        let unknown = || scenario.unknown(about, say("unknown-procedure"), &known).to_string();
        self.procedures.get(&about.text).ok_or_else(unknown)
    }

    /// What a failing row says: where, the row, what was expected, what came.
    pub fn differs(&self, row: &Row, expected: &str, got: &str) -> String {
        let place = row.cells.first().map_or(0, |cell| cell.span.start);
        let (line, _, text) = self.scenario.source.place(place);
        format!("{}:{line}\n  {text}\n  expected  {expected}\n  got       {got}", self.scenario.source.path)
    }
}

/// Runs every row about procedures that a pack keeps: each that answers otherwise, and each file that cannot be read, at
/// its place.
pub fn failures(law: &Law) -> Diagnostics {
    let mut faults = Diagnostics::new();
    for source in law.documents("scenarios") {
        let scenario = match Scenario::read(source) {
            Ok(scenario) => scenario,
            Err(more) => {
                faults.extend(more);
                continue;
            }
        };
        let own = scenario.pack.text == law.pack().id && KINDS.contains(&scenario.kind.text.as_str());
        if !own {
            continue;
        }
        match Stage::new(scenario, law.clone()) {
            Ok(stage) => {
                let follow = stage.scenario.kind.text == "case";
                faults.extend(stage.failing(follow, |number| stage.row(number)));
            }
            Err(more) => faults.extend(more),
        }
    }
    faults
}

impl Stage {
    /// Each row that fails of a file whose rows stand for themselves; where they follow each other the first only, for those
    /// after it stand on it.
    pub fn failing(&self, follow: bool, run: impl Fn(usize) -> Result<(), String>) -> Diagnostics {
        let rows = self.scenario.table.rows.iter().enumerate();
        let faults = rows.filter_map(|(number, row)| Some(self.fault(row, run(number).err()?)));
        faults.take(if follow { 1 } else { usize::MAX }).collect()
    }

    /// What [`Stage::differs`] says of a row, as a fault at its place.
    fn fault(&self, row: &Row, why: String) -> Diagnostic {
        let cure = say("scenario-row-cure");
        let told = why.lines().skip_while(|line| !line.trim_start().starts_with("expected"));
        let told = told.map(str::trim).collect::<Vec<_>>().join("; ");
        let what = if told.is_empty() { why } else { told };
        match row.cells.first() {
            Some(cell) => self.scenario.at(cell, Said::Words(what), cure),
            None => Diagnostic::whole_file(&self.scenario.source.path, Said::Words(what), cure),
        }
    }
}
