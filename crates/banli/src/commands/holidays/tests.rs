use super::*;
use crate::passing::tests::{NOTICE, desk, found, hand_back, packs};

/// An office with one open case, opened on the last Wednesday of 2026 under packs without a notice for 2027.
fn office() -> (tempfile::TempDir, tempfile::TempDir, CaseId) {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    found(data.path());
    let packs = packs(folder.path(), |_| {});
    let office = Office::open(data.path(), &packs).unwrap();
    let case = hand_back(&desk(&office));
    (data, folder, case)
}

#[test]
fn a_notice_moves_every_running_clock_and_says_from_when_to_when_and_why() {
    let (data, folder, case) = office();
    let packs = folder.path();
    assert_eq!(kept(packs, "national/calendar/2027.toml", NOTICE).unwrap(), "");
    assert!(packs.join("national/calendar/2027.toml").is_file());
    // The first of January is off now: the review's five days end a day later, and so do the ten of the whole case.
    let told = moved(data.path(), packs).unwrap();
    let lines: Vec<&str> = told.lines().collect();
    let why = "2027-01-01 off, New Year";
    assert_eq!(
        lines,
        [
            format!("case/{case} review 2027-01-06 -> 2027-01-07  {why}").as_str(),
            format!("case/{case} handling 2027-01-13 -> 2027-01-14  {why}").as_str(),
            "2 date(s) moved in 1 open case(s)",
        ]
    );
    // Once told, nothing is told again.
    assert_eq!(moved(data.path(), packs).unwrap(), "0 date(s) moved in 1 open case(s)\n");
}

#[test]
fn a_notice_with_a_fault_changes_nothing() {
    let (_data, folder, _) = office();
    let path = "national/calendar/2027.toml";
    let reversed = NOTICE.replace("to = \"2027-01-03\"", "to = \"2026-12-03\"");
    let told = kept(folder.path(), path, &reversed).unwrap();
    assert!(told.contains("this holiday has -28 days"), "{told}");
    assert!(!folder.path().join(path).exists());
}

#[test]
fn what_is_no_notice_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("n.toml");
    let why = |text: &str| {
        std::fs::write(&file, text).unwrap();
        read(&file).unwrap_err().to_string()
    };
    assert!(why("").contains("cannot be read"));
    assert!(why("notice = []").contains("no notice"));
    assert!(why("[[notice]]\nyear = \"next\"").contains("cannot be read"));
    assert!(why(&"#".repeat(1 << 21)).contains("too long"));
    assert!(read(&folder.path().join("none.toml")).is_err());
}
