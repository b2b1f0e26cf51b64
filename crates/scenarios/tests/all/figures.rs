//! The scenarios hold the figures: no figure of a pack can be changed without a row failing.

use scenarios::{disk, figures};
use std::thread;

/// How many changes lie between two that the ordinary run tries; `cargo xtask test` tries all.
const STRIDE: usize = 8;

/// Tries every so-manieth change.
#[track_caller]
fn held(pack: &str, stride: usize) {
    let files = figures::of_benefits(disk::packs().unwrap());
    let changes: Vec<_> = figures::changes(&files, pack).into_iter().step_by(stride).collect();
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
    held("hangzhou", STRIDE);
}

#[test]
fn no_figure_of_the_reference_policy_can_be_changed_unseen() {
    held("reference", 1);
}

#[test]
#[ignore = "every figure takes half a minute; the comparisons of `cargo xtask test` run it"]
fn none_of_all_the_figures_of_hangzhou_can_be_changed_unseen() {
    held("hangzhou", 1);
}
