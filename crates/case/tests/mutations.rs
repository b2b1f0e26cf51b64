//! Every procedure of every pack, broken in every way this file knows: each break is refused by the model check, with the
//! path that goes wrong, or by a row that somebody worked out by hand. None gets through.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test outside the crate")]

use case::Procedures;
use case::scenario::{KINDS, Stage};
use policy::scenario::Scenario;
use policy::{Files, Law, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Folders that procedures are compiled from, beside the procedure at hand.
const BESIDE: [&str; 7] = ["articles", "calendar", "roles", "forms", "offices", "warnings", "duties"];

/// A way of breaking a procedure, and the procedure broken so.
struct Broken {
    /// What was done, in words: `drop step review`.
    how: String,
    document: Table,
}

/// How breaks of one kind fared.
#[derive(Default)]
struct Tally {
    model: usize,
    rows: usize,
    survived: usize,
}

#[test]
fn no_broken_procedure_gets_through() {
    let files = packs();
    let mut tally: BTreeMap<String, Tally> = BTreeMap::new();
    let mut survivors = BTreeSet::new();
    for path in files.keys().filter(|path| path.contains("/procedures/")) {
        let bench = Bench::new(&files, path);
        assert!(matches!(bench.judge(&bench.document), Judged::Survived), "{path} is broken unbroken");
        for broken in breaks(&bench.document) {
            let kind: String = broken.how.split(" of ").next().unwrap_or_default().to_owned();
            let tally = tally.entry(kind).or_default();
            match bench.judge(&broken.document) {
                Judged::ByModel => tally.model += 1,
                Judged::ByRow => tally.rows += 1,
                Judged::Survived => {
                    tally.survived += 1;
                    survivors.insert(format!("{}: {}", bench.id, broken.how));
                }
            }
        }
    }
    let told: String = tally
        .iter()
        .map(|(kind, Tally { model, rows, survived })| {
            format!("{kind:<40} {model:>5} {rows:>5} {survived:>5}\n")
        })
        .chain(survivors.iter().map(|survivor| format!("{survivor}\n")))
        .collect();
    println!("{told}");
    assert!(survivors.is_empty(), "{told}\n{} breaks get through", survivors.len());
}

/// Every file of every pack, as it lies on disk.
#[track_caller]
fn packs() -> Files {
    let start = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let (mut files, mut open): (Files, Vec<PathBuf>) = (Files::new(), vec![start.clone()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&start).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// A procedure's file with what it is compiled from and the scenarios about it.
struct Bench {
    id: String,
    pack: String,
    path: String,
    files: Files,
    document: Table,
    scenarios: Vec<Scenario>,
}

enum Judged {
    ByModel,
    ByRow,
    Survived,
}

impl Bench {
    #[track_caller]
    fn new(all: &Files, path: &str) -> Bench {
        let document: Table = all[path].parse().unwrap();
        let (id, pack) = (word(&document, "id"), path.split('/').next().unwrap_or_default().to_owned());
        let layers: BTreeSet<String> =
            Law::load(all, &pack).unwrap().layers().iter().map(|layer| layer.id.clone()).collect();
        let kept = |other: &String| {
            let mut parts = other.split('/');
            let (layer, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            layers.contains(layer) && (BESIDE.contains(&folder) || folder.ends_with(".toml"))
        };
        let files =
            all.iter().filter(|(other, _)| kept(other)).map(|(path, text)| (path.clone(), text.clone()));
        let read = all.iter().filter(|(path, _)| path.contains("/scenarios/")).filter_map(|(path, text)| {
            Scenario::read(&Source { path: path.clone(), text: text.clone() }).ok()
        });
        let about = |scenario: &Scenario| {
            scenario.pack.text == pack
                && KINDS.contains(&scenario.kind.text.as_str())
                && scenario.about.as_ref().is_some_and(|about| about.text == id)
        };
        let (files, scenarios) = (files.collect(), read.filter(about).collect());
        Bench { id, pack, path: path.to_owned(), files, document, scenarios }
    }

    fn judge(&self, document: &Table) -> Judged {
        let mut files = self.files.clone();
        files.insert(self.path.clone(), document.to_string());
        let Ok(law) = Law::load(&files, &self.pack) else { return Judged::ByModel };
        if Procedures::compile(&law).is_err() {
            return Judged::ByModel;
        }
        for scenario in &self.scenarios {
            let Ok(stage) = Stage::new(scenario.clone(), law.clone()) else { return Judged::ByModel };
            if (0..scenario.table.rows.len()).any(|row| stage.row(row).is_err()) {
                return Judged::ByRow;
            }
        }
        Judged::Survived
    }
}

fn word(table: &Table, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'a>(table: &'a Table, key: &str) -> &'a [Value] {
    table.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn ids(table: &Table, key: &str) -> Vec<String> {
    list(table, key).iter().filter_map(Value::as_table).map(|one| word(one, "id")).collect()
}

/// The document with one change.
fn changed(document: &Table, change: impl FnOnce(&mut Table)) -> Table {
    let mut document = document.clone();
    change(&mut document);
    document
}

/// The table at this place of a list of tables.
fn at<'a>(document: &'a mut Table, key: &str, place: usize) -> &'a mut Table {
    document[key].as_array_mut().unwrap()[place].as_table_mut().unwrap()
}

fn remove(document: &mut Table, key: &str, place: usize) {
    document[key].as_array_mut().unwrap().remove(place);
}

/// Every break of a procedure.
fn breaks(document: &Table) -> Vec<Broken> {
    let mut breaks = Vec::new();
    parts(document, &mut breaks);
    materials(document, &mut breaks);
    for place in 0..list(document, "state").len() {
        state(document, place, &mut breaks);
    }
    breaks
}

/// Parts of the head, the counter and the ends.
fn parts(document: &Table, breaks: &mut Vec<Broken>) {
    let mut push = |how: String, document: Table| breaks.push(Broken { how, document });
    for (key, name) in
        [("applicant", "capacity"), ("condition", "id"), ("limit", "id"), ("clock", "id"), ("outcome", "id")]
    {
        for (place, one) in list(document, key).iter().filter_map(Value::as_table).enumerate() {
            let id = word(one, name);
            push(format!("drop {key} of {id}"), changed(document, |all| remove(all, key, place)));
            for part in ["when", "effects"] {
                if one.contains_key(part) && key != "condition" {
                    let without = changed(document, |all| drop(at(all, key, place).remove(part)));
                    push(format!("drop {key} {part} of {id}"), without);
                }
            }
        }
    }
    for key in ["jurisdiction", "window"] {
        if document.contains_key(key) {
            push(format!("drop {key} of it"), changed(document, |all| drop(all.remove(key))));
        }
    }
    for place in
        0..document.get("window").and_then(Value::as_table).map_or(0, |one| list(one, "exception").len())
    {
        let without =
            changed(document, |all| remove(all["window"].as_table_mut().unwrap(), "exception", place));
        push(format!("drop window exception of {place}"), without);
    }
    for part in ["role", "clock", "effects"] {
        let intake = |all: &mut Table| all["intake"].as_table_mut().unwrap().remove(part).is_some();
        let mut without = document.clone();
        if intake(&mut without) {
            push(format!("drop intake {part} of it"), without);
        }
    }
    for to in ids(document, "state").into_iter().chain(ids(document, "outcome")) {
        if word(document["intake"].as_table().unwrap(), "to") != to {
            let other = changed(document, |all| {
                all["intake"].as_table_mut().unwrap().insert("to".into(), to.clone().into());
            });
            push(format!("lead intake elsewhere of {to}"), other);
        }
    }
    let zero = changed(document, |all| {
        all["correction"]["span"].as_table_mut().unwrap().insert("count".into(), 0.into());
    });
    push("no time for the correction of it".into(), zero);
    if document.get("returns_max").and_then(Value::as_integer).unwrap_or(0) > 0 {
        let without = changed(document, |all| drop(all.remove("returns_max")));
        push("no bound of returns".into(), without);
    }
}

/// Papers: taken from the pre-check, asked for later, asked for in another shape.
fn materials(document: &Table, breaks: &mut Vec<Broken>) {
    let steps: Vec<String> = list(document, "state")
        .iter()
        .filter_map(Value::as_table)
        .flat_map(|state| ids(state, "step"))
        .chain(["intake".to_owned(), "apply".to_owned()])
        .collect();
    for (place, one) in list(document, "material").iter().filter_map(Value::as_table).enumerate() {
        let id = word(one, "id");
        let mut push = |how: &str, change: &dyn Fn(&mut Table)| {
            breaks.push(Broken {
                how: format!("{how} of {id}"),
                document: changed(document, |all| change(all)),
            });
        };
        push("drop material", &|all| remove(all, "material", place));
        for step in steps.iter().filter(|step| word(one, "at") != **step) {
            push(&format!("ask at {step} for the material"), &|all| {
                at(all, "material", place).insert("at".into(), step.clone().into());
            });
        }
        for part in ["basis", "at", "when", "unless", "accepts", "filled_by", "sealed_by", "stamp"] {
            if one.contains_key(part) {
                push(&format!("drop {part} of the material"), &|all| {
                    drop(at(all, "material", place).remove(part))
                });
            }
        }
        let other = if word(one, "shape") == "copy" { "original" } else { "copy" };
        push("another shape of the material", &|all| {
            at(all, "material", place).insert("shape".into(), other.into());
        });
    }
}

/// A state: dropped, led elsewhere, without owner, clock, way, or with a step less.
fn state(document: &Table, place: usize, breaks: &mut Vec<Broken>) {
    let state = list(document, "state")[place].as_table().unwrap();
    let id = word(state, "id");
    let mut push = |how: String, document: Table| breaks.push(Broken { how, document });
    let on: BTreeMap<String, String> = state["on"]
        .as_table()
        .unwrap()
        .iter()
        .map(|(way, to)| (way.clone(), to.as_str().unwrap_or_default().to_owned()))
        .collect();
    // The state is gone, and what led to it leads on.
    if let Some(next) = on.get("passed") {
        let skipped = changed(document, |all| {
            remove(all, "state", place);
            for other in all["state"].as_array_mut().unwrap() {
                for (_, to) in
                    other["on"].as_table_mut().unwrap().iter_mut().filter(|(_, to)| to.as_str() == Some(&id))
                {
                    *to = next.clone().into();
                }
            }
            if all["intake"]["to"].as_str() == Some(&id) {
                all["intake"].as_table_mut().unwrap().insert("to".into(), next.clone().into());
            }
        });
        push(format!("skip state of {id}"), skipped);
    }
    for (way, to) in &on {
        let without = changed(document, |all| {
            at(all, "state", place)["on"].as_table_mut().unwrap().remove(way);
        });
        push(format!("drop way {way} of {id}"), without);
        for other in
            ids(document, "state").iter().chain(&ids(document, "outcome")).chain(&["intake".to_owned()])
        {
            if other != to {
                let led = changed(document, |all| {
                    at(all, "state", place)["on"]
                        .as_table_mut()
                        .unwrap()
                        .insert(way.clone(), other.clone().into());
                });
                push(format!("lead {way} elsewhere of {id} to {other}"), led);
            }
        }
    }
    for part in ["clock", "when", "deemed"] {
        if state.contains_key(part) {
            push(
                format!("drop state {part} of {id}"),
                changed(document, |all| drop(at(all, "state", place).remove(part))),
            );
        }
    }
    for (work, part) in
        [("notice", "shows"), ("notice", "clock"), ("notice", "role"), ("wait", "role"), ("wait", "starts")]
    {
        if state.get(work).and_then(|work| work.get(part)).is_some() {
            let without = changed(document, |all| {
                at(all, "state", place)[work].as_table_mut().unwrap().remove(part);
            });
            push(format!("drop {work} {part} of {id}"), without);
        }
    }
    for work in ["notice", "wait"] {
        if state.get(work).and_then(|work| work.get("span")).and_then(|span| span.get("count")).is_some() {
            for count in [0, 1] {
                let shorter = changed(document, |all| {
                    let span = at(all, "state", place)[work]["span"].as_table_mut().unwrap();
                    span.insert("count".into(), count.into());
                });
                push(format!("{work} of {count} days of {id}"), shorter);
            }
        }
    }
    if let Some(shown) = state.get("notice").and_then(|notice| notice["shows"].as_table()) {
        for (fact, mask) in shown.iter().filter(|(_, mask)| mask.as_str() != Some("plain")) {
            let plain = changed(document, |all| {
                let shows = at(all, "state", place)["notice"]["shows"].as_table_mut().unwrap();
                shows.insert(fact.clone(), "plain".into());
            });
            push(format!("unmasked {mask} of {fact}"), plain);
        }
    }
    let count = list(state, "step").len();
    for number in 0..count {
        step(document, place, number, count, breaks);
    }
}

/// A step: dropped, done by another, by one who must not, without what it needs or brings about.
fn step(document: &Table, place: usize, number: usize, count: usize, breaks: &mut Vec<Broken>) {
    let step = list(document, "state")[place]["step"][number].as_table().unwrap();
    let id = word(step, "id");
    let mut push = |how: String, change: &dyn Fn(&mut Table)| {
        let document = changed(document, |all| change(at(all, "state", place)));
        breaks.push(Broken { how: format!("{how} of {id}"), document });
    };
    if count > 1 {
        push("drop step".into(), &|state| remove(state, "step", number));
    }
    for part in ["role", "panel", "requires", "fills", "effects", "note", "apart_from"] {
        if step.contains_key(part) {
            push(format!("drop step {part}"), &|state| drop(at(state, "step", number).remove(part)));
        }
    }
    for (entry, apart) in list(step, "apart_from").iter().enumerate() {
        push(format!("one person may do {apart} and the step"), &|state| {
            remove(at(state, "step", number), "apart_from", entry);
        });
    }
    let others = list(document, "state").iter().flat_map(|state| list(state.as_table().unwrap(), "step"));
    let roles: BTreeSet<&str> = others.filter_map(|other| other["role"].as_str()).collect();
    for role in roles.iter().filter(|role| step["role"].as_str() != Some(role)) {
        push(format!("{role} does the step"), &|state| {
            at(state, "step", number).insert("role".into(), (*role).into());
        });
    }
    let act = if word(step, "act") == "pay" { "decide" } else { "pay" };
    push(format!("another act of {act}"), &|state| {
        at(state, "step", number).insert("act".into(), act.into());
    });
}

#[test]
fn every_row_about_procedures_holds() {
    let files = packs();
    for pack in files.keys().filter_map(|path| path.strip_suffix("/pack.toml")) {
        let law = Law::load(&files, pack).unwrap();
        let failing: Vec<String> = case::scenario::failures(&law).iter().map(ToString::to_string).collect();
        assert!(failing.is_empty(), "{}", failing.join("\n"));
    }
}
