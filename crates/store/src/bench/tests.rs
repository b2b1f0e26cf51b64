//! The measurement measures the same on both sides; how fast it is, is not a test.

use super::{BenchError, Plan, settlements};
use crate::Options;
use std::ops::ControlFlow;

fn plan() -> Plan {
    Plan {
        settlements: 500,
        people: 60,
        callers: 40,
        postgres: None,
        alone: false,
        options: Options { batch_max: 64, ..Options::default() },
    }
}

#[test]
fn whoever_wants_no_more_is_heard() {
    let dir = tempfile::tempdir().unwrap();
    let mut told = 0;
    let stopped = settlements(dir.path(), &plan(), &mut |count, _| {
        told += count;
        if told < 100 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    assert!(matches!(stopped, Err(BenchError::Stopped)), "{stopped:?}");
    assert_eq!(told, 100, "not one portion more");
}

#[test]
fn both_sides_keep_the_same_rows() {
    let dir = tempfile::tempdir().unwrap();
    let mut told = 0;
    let measured = settlements(dir.path(), &plan(), &mut |count, _| {
        told += count;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(told, 1_000);
    assert!(measured.commits >= 500 / 64);
    assert!(measured.percentile_99 >= measured.median);
    assert_eq!(measured.tenths.iter().sum::<std::time::Duration>(), measured.store);
}
