//! Packs of the project are sound, faults are told at their place, and the tutorial is true.

use super::*;
use policy::Files;

const WRITTEN: Asked = Asked { draft: false, rows: true };

fn checked(files: &Files, id: &str, draft: bool) -> Result<String, Diagnostics> {
    Law::load(files, id).and_then(|law| check(&law, Asked { draft, ..WRITTEN }))
}

#[test]
fn every_pack_of_the_project_is_sound() {
    let files = crate::packs::embedded().unwrap();
    let packs: Vec<&str> = files.keys().filter_map(|path| path.strip_suffix("/pack.toml")).collect();
    assert!(packs.contains(&"hangzhou") && packs.contains(&"national"));
    for pack in packs {
        if let Err(faults) = checked(&files, pack, false) {
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{}", told.join("\n"));
        }
    }
}

#[test]
fn a_figure_without_a_scenario_is_refused_but_in_a_draft() {
    let mut files = crate::packs::embedded().unwrap();
    files.retain(|path, _| !path.starts_with("reference/scenarios/"));
    let faults = checked(&files, "reference", false).unwrap_err();
    assert_eq!(faults.len(), 42);
    assert!(faults.iter().all(|fault| fault.what.to_string().starts_with("no scenario applies this figure")));
    assert!(checked(&files, "reference", true).unwrap().contains("in scenarios: 0 of 42 figures"));
}

#[test]
fn a_faulty_part_is_told_with_file_and_line() {
    let mut files = crate::packs::embedded().unwrap();
    let scheme = files.get_mut("hangzhou/benefits/scheme.toml").unwrap();
    *scheme = scheme.replace("id = \"person\"", "id = \"persons\"");
    let faults = checked(&files, "hangzhou", false).unwrap_err();
    assert!(faults.iter().all(|fault| fault.file.starts_with("hangzhou/benefits/") && fault.line > 0));
}

#[test]
fn rows_about_money_are_run_and_counted() {
    let mut files = crate::packs::embedded().unwrap();
    let told = checked(&files, "hangzhou", false).unwrap();
    for kind in ["case", "benefit", "filing", "money"] {
        let line = told.lines().find_map(|line| line.trim().strip_prefix(&format!("rows of {kind} ")));
        assert!(line.is_some_and(|count| count.trim().parse::<usize>().unwrap() > 0), "{kind}: {told}");
    }
    let accounts = files.get_mut("hangzhou/accounts/accounts.toml").unwrap();
    assert!(accounts.contains("| 110 "));
    *accounts = accounts.replace("| 110 ", "| 111 ");
    let faults = checked(&files, "hangzhou", false).unwrap_err();
    assert_eq!(faults[0].file, "hangzhou/scenarios/money/accounts-credited.md");
    assert_eq!(
        faults[0].what.to_string(),
        "expected  person-account:father 110.00; got       person-account:father 111.00"
    );
}

/// The tutorial of docs/packs.md is typed in as it is printed, and every command in it answers as it says.
#[test]
fn the_tutorial_comes_out_as_printed() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/packs.md")).unwrap();
    let (mut files, mut commands) = (Files::new(), 0);
    for (info, text) in blocks(&page) {
        match info.split_once(' ') {
            Some((_, path)) if path.starts_with("seaside/") => {
                assert_eq!(files.insert(path.to_owned(), text.to_owned()), None, "{path} is printed twice");
            }
            _ if info == "console" => {
                play(&files, text);
                commands += 1;
            }
            _ => {}
        }
    }
    assert_eq!((files.len(), commands), (4, 5));
}

/// The fenced blocks of a page: what stands beside the fence, and what is inside.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let inside = page.split("\n```").skip(1).step_by(2);
    inside
        .map(|block| block.split_once('\n').unwrap())
        .map(|(info, text)| (info, text.trim_end_matches('\n')))
        .collect()
}

/// One command, with what it prints. `# A -> B` beside it is a change of the benefits made before; `...` in what is
/// printed stands for lines that are not shown.
#[track_caller]
fn play(files: &Files, block: &str) {
    let (command, expected) = block.split_once('\n').unwrap();
    let mut files = files.clone();
    if let Some((_, change)) = command.split_once("  # ") {
        let (was, becomes) = change.split_once(" -> ").unwrap();
        let text = files.get_mut("seaside/benefits/mutual.toml").unwrap();
        assert_eq!(text.matches(was).count(), 1, "`{was}` must stand in the benefits once");
        *text = text.replace(was, becomes);
    }
    let (_, told) = answer("seaside", checked(&files, "seaside", false));
    let mut lines = told.lines().filter(|line| !line.is_empty());
    let mut gap = false;
    for line in expected.lines() {
        if line == "..." {
            gap = true;
            continue;
        }
        let found = if gap { lines.find(|told| *told == line) } else { lines.next() };
        assert_eq!(found, Some(line), "{command} prints:\n{told}");
        gap = false;
    }
    assert!(gap || lines.next().is_none(), "{command} prints more:\n{told}");
}
