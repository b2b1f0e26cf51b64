//! Logs that a dead process left behind, whole and damaged. What SQLite makes of them must be what the survey says.

use crate::load;
use std::path::Path;
use std::time::Duration;
use store::{Options, Store};

/// Requests in the main file, and requests only in the log, one commit each.
const MOVED: u64 = 20;
const LOGGED: u64 = 30;

/// Never moves the log by itself.
fn options() -> Options {
    Options { checkpoint_pages: u32::MAX, quiet: Duration::from_secs(3_600), ..Options::default() }
}

/// An office as a process that died leaves it, copied while the process lives.
fn left() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), options()).unwrap();
    (0..MOVED).for_each(|number| drop(store.append(load::request(number)).unwrap()));
    drop(store);
    let store = Store::open(dir.path(), options()).unwrap();
    (MOVED..MOVED + LOGGED).for_each(|number| drop(store.append(load::request(number)).unwrap()));
    let image = tempfile::tempdir().unwrap();
    copy(dir.path(), image.path());
    image
}

fn copy(from: &Path, to: &Path) {
    for name in ["office.db", "office.db-wal"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Opens a copy of the image with another log and checks that what is there is a whole beginning of what was
/// answered, as long as the survey says. The number of transactions kept.
#[track_caller]
fn opened_with(image: &Path, log: &[u8]) -> (u64, store::Opening) {
    let dir = tempfile::tempdir().unwrap();
    copy(image, dir.path());
    std::fs::write(dir.path().join("office.db-wal"), log).unwrap();
    let store = Store::open(dir.path(), options()).unwrap();
    let opening = store.opening().clone();
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    let kept = opening.recovered.map_or(0, |survey| survey.commits_kept);
    assert_eq!(opening.last_seq, load::EVENTS * i64::try_from(MOVED + kept).unwrap(), "{opening:?}");
    for number in 0..MOVED + kept {
        assert!(store.append(load::request(number)).unwrap().repeated, "request {number} is gone");
    }
    // The office goes on from there.
    assert!(!store.append(load::request(MOVED + kept)).unwrap().repeated);
    if let Some(path) = &opening.damaged_log {
        assert_eq!(std::fs::read(path).unwrap(), log, "the damaged log was kept");
    }
    (kept, opening)
}

pub fn left_behind() {
    let image = left();
    let log = std::fs::read(image.path().join("office.db-wal")).unwrap();
    let (kept, opening) = opened_with(image.path(), &log);
    assert_eq!(kept, LOGGED);
    let survey = opening.recovered.unwrap();
    assert!(!survey.is_loss() && !survey.torn, "{survey}");
    assert!(survey.to_string().contains("30 transactions were taken from the log"), "{survey}");
    assert_eq!(opening.damaged_log, None);
}

pub fn cut_anywhere() {
    let image = left();
    let log = std::fs::read(image.path().join("office.db-wal")).unwrap();
    let mut lengths = std::collections::BTreeSet::new();
    for part in 0..60 {
        let at = log.len() * part / 60 + part * 7;
        let (kept, opening) = opened_with(image.path(), &log[..at]);
        lengths.insert(kept);
        // A cut alone cannot be told from a transaction that never ended, so it is no loss.
        assert!(opening.recovered.is_none_or(|survey| !survey.is_loss()), "cut at {at}: {opening:?}");
    }
    assert!(lengths.len() > 10, "{lengths:?}");
}

pub fn flipped_anywhere() {
    let image = left();
    let log = std::fs::read(image.path().join("office.db-wal")).unwrap();
    let mut losses = 0;
    for part in 0..60 {
        let at = (log.len() * part / 60 + part * 131) % log.len();
        let mut flipped = log.clone();
        flipped[at] ^= 0x40;
        let (kept, opening) = opened_with(image.path(), &flipped);
        let survey = opening.recovered.unwrap();
        assert_eq!(survey.is_loss(), opening.damaged_log.is_some());
        if at >= 32 {
            // The transaction that was hit and all behind it are lost, and each is counted, but for one whose own
            // end no longer says that it is one.
            let missing = LOGGED - kept;
            assert!(missing >= 1);
            assert!(
                survey.commits_cut == missing || survey.commits_cut + 1 == missing,
                "at {at}: {survey:?}"
            );
            assert!(survey.commits_cut == 0 || survey.to_string().contains("are lost"), "{survey}");
        } else {
            assert_eq!(kept, 0, "the head is damaged: {survey:?}");
            assert!(survey.head_damaged);
        }
        losses += u32::from(survey.is_loss());
    }
    assert!(losses > 40, "{losses}");
}

pub fn foreign_tail() {
    let image = left();
    let log = std::fs::read(image.path().join("office.db-wal")).unwrap();
    for tail in [vec![0; 3], vec![0x5A; 50_000]] {
        let (kept, opening) = opened_with(image.path(), &[log.clone(), tail].concat());
        assert_eq!(kept, LOGGED);
        assert!(!opening.recovered.unwrap().is_loss(), "{opening:?}");
    }
}
