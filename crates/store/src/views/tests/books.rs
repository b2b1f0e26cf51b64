//! The books of the file are the books of the ledger.

use super::{Office, day};
use crate::{Append, EntryPlace, RequestHash};
use agency::{Decision, Event, PersonId, StreamId};
use ledger::{Account, AccountKind, Ledger, Trial, journal};
use terms::{Day, Fen, Moment};

/// An office with these entries and nothing else.
fn office() -> Office {
    let office = Office::found();
    for entry in journal::read(JOURNAL).unwrap() {
        office.happens(StreamId::Year(PersonId(17), 2026), Event::EntryPosted(Box::new(entry)));
    }
    office
}

const JOURNAL: &str = "\
2026-09-30 (settlement/1) settlement  ; decision: settlement/1
    fund:310100          120.00
    payable:5:310100    -120.00

2026-10-09 (settlement/2) settlement  ; decision: settlement/2
    fund:310100           30.50
    payable:5:310100     -30.50

2026-10-10 (settlement/1/void) settlement  ; decision: settlement/1/void, reverses: settlement/1
    fund:310100         -120.00
    payable:5:310100     120.00

2026-10-01 (bank/1) income  ; decision: bank/1
    cash                1000.00
    fund:310100        -1000.00
";

#[test]
fn the_trial_balance_is_that_of_the_ledger() {
    let office = office();
    let ledger = Ledger::of(journal::read(JOURNAL).unwrap()).unwrap();
    for (from, to) in [
        (Day::MIN, Day::MAX),
        (day("2026-10-01"), day("2026-10-31")),
        (day("2026-10-10"), day("2026-10-10")),
        (day("2026-09-01"), day("2026-09-29")),
    ] {
        let trial = office.store.read(|reader| reader.trial(from, to)).unwrap();
        assert_eq!(trial, Trial::of(&ledger, from, to), "{from} to {to}");
        assert!(trial.is_sound());
    }
    let (from, to) = (day("2026-10-01"), day("2026-10-31"));
    for row in office
        .store
        .read(|reader| reader.totals(&[AccountKind::Payable, AccountKind::Cash], from, to))
        .unwrap()
    {
        let one =
            Trial::of(&ledger, from, to).rows.into_iter().find(|one| one.account.kind() == row.kind).unwrap();
        assert_eq!(
            (row.accounts, row.opening, row.turnover, row.closing),
            (1, one.opening, one.turnover, one.closing)
        );
    }
    let fund: Account = "fund:310100".parse().unwrap();
    for on in ["2026-09-29", "2026-09-30", "2026-10-01", "2026-10-09", "2026-10-10"].map(day) {
        let held = office.store.read(|reader| reader.balance(&fund, on)).unwrap();
        assert_eq!(held, ledger.balance_on(&fund, on), "{on}");
    }
}

#[test]
fn entries_are_found_by_name_day_and_account() {
    let office = office();
    let entries = journal::read(JOURNAL).unwrap();
    let payable: Account = "payable:5:310100".parse().unwrap();
    office
        .store
        .read(|reader| {
            assert_eq!(reader.entry("settlement/2")?.unwrap().entry, entries[1]);
            assert_eq!(reader.entry("settlement/2")?.unwrap().stream, "year/17/2026");
            assert_eq!(reader.entry("settlement/9")?, None);
            assert_eq!(reader.undoing("settlement/1")?.unwrap().entry, entries[2]);
            assert_eq!(reader.undoing("settlement/2")?, None);
            let names = |rows: Vec<crate::EntryRow>| {
                rows.iter().map(|row| row.entry.id.to_string()).collect::<Vec<_>>()
            };
            let october = EntryPlace::before(day("2026-10-01"));
            let page = reader.entries(october, day("2026-10-31"), 2)?;
            let next = page[1].place();
            assert_eq!(names(page), ["bank/1", "settlement/2"]);
            assert_eq!(names(reader.entries(next, Day::MAX, 2)?), ["settlement/1/void"]);
            assert_eq!(names(reader.entries(october, day("2026-10-09"), 9)?), ["bank/1", "settlement/2"]);
            let first = EntryPlace::before(Day::MIN);
            let page = reader.entries_on(&payable, first, Day::MAX, 2)?;
            let next = page[1].place();
            assert_eq!(names(page), ["settlement/1", "settlement/2"]);
            assert_eq!(names(reader.entries_on(&payable, next, Day::MAX, 2)?), ["settlement/1/void"]);
            let payables = reader.balances(&[AccountKind::Payable], day("2026-10-01"), day("2026-10-09"))?;
            assert_eq!(payables.len(), 1);
            assert_eq!(payables[0].opening, Fen::new(-12_000).unwrap());
            assert_eq!(payables[0].closing, Fen::new(-15_050).unwrap());
            assert_eq!(reader.days_of(&payable, day("2026-10-01"), Day::MAX)?.len(), 2);
            Ok(())
        })
        .unwrap();
}

/// What must not come to the books is refused with everything decided beside it, and the next request goes on.
#[test]
fn an_entry_that_does_not_balance_or_is_there_already_is_not_kept() {
    let office = office();
    let before = office.dump();
    let once = &journal::read(JOURNAL).unwrap()[1];
    let mut crooked = once.clone();
    crooked.id = "settlement/3".parse().unwrap();
    crooked.postings[0].amount = Fen::yuan(31);
    for entry in [once.clone(), crooked] {
        let stream = StreamId::Year(PersonId(18), 2026);
        let mut decision = Decision::default();
        decision.push(stream, 0, Event::EntryPosted(Box::new(entry)));
        let append = Append::decided(decision, None, RequestHash::of(b""), Moment(0), "clock").unwrap();
        assert!(office.store.append(append).is_err());
    }
    assert_eq!(office.dump(), before);
    let mut next = once.clone();
    next.id = "settlement/4".parse().unwrap();
    office.happens(StreamId::Year(PersonId(18), 2026), Event::EntryPosted(Box::new(next)));
    assert_ne!(office.dump(), before);
}
