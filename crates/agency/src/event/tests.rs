use super::*;
use std::collections::BTreeSet;

const GOLDEN: &str = include_str!("golden.jsonl");

/// Lines are only ever added to the golden file: whatever was written once must be read for decades.
#[test]
fn every_event_ever_written_is_read_and_written_back_the_same() {
    for line in GOLDEN.lines() {
        let event: Event = serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}: {line}"));
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        assert!(line.contains(&format!("\"kind\":\"{}\"", event.kind())));
    }
}

#[test]
fn every_kind_of_event_has_a_golden_line() {
    let source = include_str!("../event.rs");
    let kinds: BTreeSet<&str> =
        source.split("#[serde(rename = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let covered: BTreeSet<&str> =
        GOLDEN.lines().filter_map(|line| line.strip_prefix("{\"kind\":\"")?.split('"').next()).collect();
    assert_eq!(kinds, covered);
}
