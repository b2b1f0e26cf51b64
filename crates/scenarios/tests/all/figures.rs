//! The scenarios hold the figures: no figure of a pack can be changed without a row failing.

use scenarios::{disk, figures};
use std::thread;

#[track_caller]
fn held(pack: &str) {
    let files = disk::packs().unwrap();
    let changes = figures::changes(&files, pack);
    assert!(!changes.is_empty(), "{pack} has no figures");
    assert!(figures::holds(&files, pack), "{pack} does not hold its scenarios as it stands");
    let halves = changes.chunks(changes.len().div_ceil(2));
    let unseen: Vec<String> = thread::scope(|scope| {
        let walk = |part| {
            let unseen = |change: &&figures::Change| !figures::is_seen(&files, pack, change);
            <[figures::Change]>::iter(part).filter(unseen).map(ToString::to_string).collect::<Vec<_>>()
        };
        let threads: Vec<_> = halves.map(|part| scope.spawn(move || walk(part))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(
        unseen.is_empty(),
        "{} of {} changes break no row:\n{}",
        unseen.len(),
        changes.len(),
        unseen.join("\n")
    );
}

#[test]
fn no_figure_of_hangzhou_can_be_changed_unseen() {
    held("hangzhou");
}

#[test]
fn no_figure_of_the_reference_policy_can_be_changed_unseen() {
    held("reference");
}
