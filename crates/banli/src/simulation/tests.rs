use super::*;
use crate::packs::PacksArgs;
use policy::Law;

fn benefits(change: Option<(&str, &str)>) -> Benefits {
    let mut files = crate::packs::embedded().unwrap();
    if let Some((from, to)) = change {
        let pooled = files.get_mut("reference/benefits/pooled.toml").unwrap();
        *pooled = pooled.replace(from, to);
    }
    Benefits::compile(&Law::load(&files, "reference").unwrap()).unwrap()
}

fn asked(id: &str, count: u64) -> Asked {
    Asked { id: id.to_owned(), draft: "900".into(), bills: Bills::MadeUp(count), at: Moment(0) }
}

fn replay() -> Replay {
    Replay::new(benefits(None), benefits(Some(("| tertiary  |  1,000 |", "| tertiary  |    900 |"))))
}

#[test]
fn a_report_is_kept_under_its_address_and_is_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path(), store::Options::default()).unwrap());
    let simulations = Simulations::default();
    simulations.begin(&store, replay(), asked("a", 20_000)).unwrap();
    while simulations.running().is_some() {
        std::thread::yield_now();
    }
    let first = kept(&store, "a").unwrap().unwrap();
    assert_eq!(first.report.bills, 20_000);
    assert!(first.report.winners.bills > 500 && first.report.losers.bills == 0);
    simulations.begin(&store, replay(), asked("b", 20_000)).unwrap();
    while simulations.running().is_some() {
        std::thread::yield_now();
    }
    assert_eq!(kept(&store, "b").unwrap().unwrap().report, first.report);
    let listed: Vec<String> = list(&store).unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(listed, ["b", "a"]);
    assert_eq!(kept(&store, "c").unwrap(), None);
}

#[test]
fn the_oldest_report_goes_when_there_are_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), store::Options::default()).unwrap();
    let replay = replay();
    let report = Report::new(&replay, &Tally::default(), 0);
    let all = REPORTS_MAX + 2;
    for number in 0..all {
        keep(&store, Kept { asked: asked(&format!("{number}"), 1), report: report.clone() }).unwrap();
    }
    let listed: Vec<String> = list(&store).unwrap().into_iter().map(|one| one.id).collect();
    let newest: Vec<String> = (2..all).rev().map(|number| number.to_string()).collect();
    assert_eq!(listed, newest);
    let there: Vec<usize> =
        (0..all).filter(|number| kept(&store, &number.to_string()).unwrap().is_some()).collect();
    assert_eq!(there, (2..all).collect::<Vec<_>>());
}

#[test]
fn one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path(), store::Options::default()).unwrap());
    let simulations = Simulations::default();
    simulations.begin(&store, replay(), asked("long", 10_000_000)).unwrap();
    let second = simulations.begin(&store, replay(), asked("second", 1));
    assert!(matches!(second, Err(NotBegun::Busy(running)) if running.asked.id == "long"));
}

#[test]
fn the_same_question_has_the_same_address() {
    let (now, draft) = (benefits(None), benefits(Some(("85%", "84%"))));
    let id = id_of(&now, &draft, &Bills::MadeUp(10));
    assert_eq!(id, id_of(&now, &draft, &Bills::MadeUp(10)));
    assert_eq!(id.len(), 16);
    assert_ne!(id, id_of(&now, &draft, &Bills::MadeUp(11)));
    assert_ne!(id, id_of(&now, &now, &Bills::MadeUp(10)));
}

/// The office's own settlements: those of the span, each after the year before it.
#[test]
fn own_settlements_are_replayed_by_their_last_day() {
    let rules = crate::office::rulebook(&PacksArgs::default(), crate::packs::PACK).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), store::Options::default()).unwrap();
    let replay = Replay::new(rules.benefits.clone(), rules.benefits);
    let asked = asked("none", 0);
    let running = Running { asked, done: AtomicU64::new(0), total: AtomicU64::new(0) };
    let day = |text: &str| -> Day { text.parse().unwrap() };
    let tally = settled(&store, &replay, (day("2026-01-01"), day("2026-12-31")), 0, &running).unwrap();
    assert_eq!((tally.bills, running.progress()), (0, (0, 0)));
}
