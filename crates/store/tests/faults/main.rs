//! What must hold when processes die and disks fail: nothing that was answered is lost, nothing is there twice or by
//! half, and the store says what happened. This binary is also the child that is killed: see `load.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, but with a harness of their own")]

mod disk;
mod kill;
mod load;
mod log;

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, dir, start, count] = &arguments[..]
        && word == "child"
    {
        load::run(&PathBuf::from(dir), start.parse().unwrap(), count.parse().unwrap());
        return;
    }
    let tests: &[(&str, fn(), bool)] = &[
        ("killed_in_a_loop_under_load_keeps_every_answer_once", || kill::in_a_loop(12), false),
        ("killed_very_often", || kill::in_a_loop(300), true),
        ("a_second_process_is_turned_away", kill::second_process, false),
        ("a_write_that_fails_stops_the_store_and_loses_nothing", disk::writes_fail, false),
        ("a_sync_that_fails_stops_the_store_and_loses_nothing", disk::syncs_fail, false),
        ("a_full_disk_is_told_and_the_store_goes_on_when_there_is_room", disk::full_for_a_while, false),
        ("a_slow_disk_loses_nothing", disk::slow, false),
        ("power_that_goes_in_the_middle_of_a_write_loses_nothing_answered", disk::torn_writes, false),
        ("a_file_that_may_not_grow_is_a_full_disk", disk::full_file, false),
        ("a_directory_that_may_not_be_written_is_named", disk::read_only, false),
        ("a_log_left_behind_is_taken_up", log::left_behind, false),
        ("a_log_that_is_cut_anywhere_keeps_a_whole_beginning", log::cut_anywhere, false),
        ("a_log_with_flipped_bytes_says_what_is_lost", log::flipped_anywhere, false),
        ("a_log_with_a_foreign_tail_loses_nothing", log::foreign_tail, false),
    ];
    let trials = tests.iter().map(|(name, test, long)| {
        let test = *test;
        Trial::test(*name, move || {
            // A panic is a failed test; libtest-mimic catches it.
            test();
            Ok::<(), Failed>(())
        })
        .with_ignored_flag(*long)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

/// A command that runs this binary as the child.
fn child(dir: &std::path::Path, start: u64, count: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("child").arg(dir).arg(start.to_string()).arg(count.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// What a child told before its end.
#[derive(Debug, Default)]
struct Told {
    /// Requests that were answered, with their first event.
    kept: Vec<(u64, i64)>,
    /// Everything else, line by line.
    others: Vec<String>,
}

impl Told {
    fn has(&self, word: &str) -> bool {
        self.others.iter().any(|line| line.starts_with(word))
    }
}

/// Reads everything a child tells until it is gone.
fn listen(child: Child) -> Told {
    heard(child, usize::MAX)
}

/// Kills a child once it told so many answers, and reads what else it told.
fn killed_after(child: Child, answers: usize) -> Told {
    heard(child, answers)
}

fn heard(mut child: Child, answers: usize) -> Told {
    use std::io::{BufRead, BufReader};
    let mut told = Told::default();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        // The last line of a killed child may be cut short; then it was not told.
        let Ok(line) = line else { break };
        let words: Vec<&str> = line.split(' ').collect();
        if let ["kept", number, seq] = words[..]
            && let (Ok(number), Ok(seq)) = (number.parse(), seq.parse())
        {
            told.kept.push((number, seq));
            if told.kept.len() == answers {
                child.kill().unwrap();
            }
        } else {
            told.others.push(line);
        }
    }
    child.wait().unwrap();
    told
}

/// Opens what a child left and checks it against what the child told; sends every request up to `next` again, so
/// that all are kept, and checks that they are kept once.
#[track_caller]
fn check(dir: &std::path::Path, told: &Told, next: u64) -> store::Opening {
    let store = store::Store::open(dir, load::options()).unwrap();
    let opening = store.opening().clone();
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    for &(number, seq) in &told.kept {
        assert!(number < next);
        let again = store.append(load::request(number)).unwrap();
        assert!(again.repeated, "request {number} was answered and is gone");
        assert_eq!(again.first_seq, seq, "request {number} has another receipt now");
    }
    for number in 0..next {
        store.append(load::request(number)).unwrap();
    }
    let last = store.read(|reader| reader.last_seq()).unwrap();
    assert_eq!(last, load::EVENTS * i64::try_from(next).unwrap(), "each request is there once and whole");
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    let before = store.read(|reader| reader.views_as_text()).unwrap();
    store.rebuild_views(|_| {}).unwrap();
    let after = store.read(|reader| reader.views_as_text()).unwrap();
    assert!(before == after, "the views are not what the events fold to");
    opening
}
