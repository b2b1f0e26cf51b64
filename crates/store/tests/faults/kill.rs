//! Processes that are killed, and processes that come too late.

use crate::{check, child, listen, load};
use std::io::Read;
use std::time::Duration;

/// Kills a child under load after a while that differs from round to round, and checks what is left.
pub fn in_a_loop(rounds: u64) {
    let dir = tempfile::tempdir().unwrap();
    let mut start = 0;
    let mut answered = 0;
    for round in 0..rounds {
        let mut killed = child(dir.path(), start, u64::MAX / 2).spawn().unwrap();
        // From before the office is founded to well into the load.
        let millis = [3, 12, 25, 40, 60, 90, 130, 200][usize::try_from(round % 8).unwrap()] + round % 7;
        std::thread::sleep(Duration::from_millis(millis));
        killed.kill().unwrap();
        let told = listen(killed);
        answered += told.kept.len();
        let last = told.kept.iter().map(|(number, _)| number + 1).max().unwrap_or(start);
        // What was under way when it died may be kept or not; asked again, it is kept once.
        let next = last + load::CALLERS;
        check(dir.path(), &told, next);
        start = next;
    }
    assert!(answered > 100, "only {answered} answers in all: nothing was tested");
}

/// While one process has the office, another is told so, with the number of the first.
pub fn second_process() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = child(dir.path(), 0, u64::MAX / 2).spawn().unwrap();
    let mut begun = [0; 7];
    first.stdout.as_mut().unwrap().read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"opened\n");
    let error = store::Store::open(dir.path(), store::Options::default()).unwrap_err().to_string();
    assert!(error.contains(&format!("number {}", first.id())), "{error}");
    let told = listen(child(dir.path(), 0, 1).spawn().unwrap());
    assert!(told.has("not-opened"), "{told:?}");
    first.kill().unwrap();
    let told = listen(first);
    let last = told.kept.iter().map(|(number, _)| number + 1).max().unwrap_or(0);
    check(dir.path(), &told, last + load::CALLERS);
}
