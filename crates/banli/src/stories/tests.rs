use super::*;
use crate::clock::Clock;
use crate::district::{self, DEFAULT_SEED, OPENING};
use crate::office::rulebook;
use crate::packs::PacksArgs;
use crate::progress::Progress;
use std::sync::Arc;
use store::{Options, Store};

/// A district of 4,000 people has everybody the stories need.
const PEOPLE: usize = 4_000;

#[test]
fn every_story_plays_to_its_end_and_a_second_time_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path(), Options::default()).unwrap());
    let rules = crate::rules::Rules::of(rulebook(&PacksArgs::default(), "hangzhou").unwrap());
    let district = District::generate(DEFAULT_SEED, PEOPLE);
    let ready = district.ready_accounts(&rules.roles);
    district::found(&store, &district, &ready, &Progress::silent()).unwrap();
    let desk = Desk::open(store.clone(), rules, Clock::opening_on(OPENING.parse().unwrap())).unwrap();

    let told =
        play(&desk, &district, &ready, &Progress::silent()).unwrap_or_else(|fault| panic!("{fault:#}"));
    let kept = store.read(|reader| reader.last_seq()).unwrap();
    let lines: Vec<String> = told.iter().flat_map(|story| story.lines.clone()).collect();
    let lines = lines.join("\n");
    for expected in [
        "certificate 3301060000001",
        "open on 2026-10-08, 2026-10-09, 2026-10-10, 2026-10-12, 2026-10-13",
        "day 30: accepted and paid: total 383.00",
        "refused: reimbursement/too-late",
        "refused: reimbursement/no-emergency-stamp",
        "refused: referral/rank-too-low",
        "filed after eight signatures, one against",
        "funds 84,944.00, the person 15,056.00",
        "10 months told to the providers and paid",
    ] {
        assert!(lines.contains(expected), "{expected}\nis not told in\n{lines}");
    }

    assert_eq!(play(&desk, &district, &ready, &Progress::silent()).unwrap(), told);
    assert_eq!(store.read(|reader| reader.last_seq()).unwrap(), kept);
}
