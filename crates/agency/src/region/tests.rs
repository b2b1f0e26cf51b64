//! Three offices in one process: by hand, and under seeded faults.

mod accounts;
mod guests;
mod simulation;
pub(crate) mod world;

use super::*;
use crate::{Event, StreamId, Way};
use ledger::{Account, Word};
use terms::{Fen, Month, Refusals};
use world::{World, day, fen};

/// A bill of 1,000.00 without a filing: half is the fund's by the policy of Haiqu. Both books have it on one day.
#[test]
fn one_bill_by_hand() {
    let mut world = World::new(1, false);
    let remote = world.ask(1, 0, 0, 100_000);
    world.settle_down();
    let (here, there) = (world.remote(1, remote), world.remote(0, remote));
    assert_eq!(here.standing, Standing::Settled);
    assert_eq!(here.answer, there.answer);
    let answer = here.answer.unwrap();
    assert_eq!(answer.amounts.fund_pay_sumamt, fen("500.00"));
    assert_eq!(answer.filing, "none");
    let (haiqu, yanyuan) = (Word::known("990100"), Word::known("980100"));
    let fund = Word::known("310100");
    assert_eq!(world.balance(1, Account::receivable(haiqu, fund)), fen("500.00"));
    assert_eq!(world.balance(1, Account::payable(Word::known("1"), fund)), fen("-500.00"));
    assert_eq!(world.balance(0, Account::payable_region(yanyuan, fund)), fen("-500.00"));
    assert_eq!(world.balance(0, Account::fund_of(fund)), fen("500.00"));
}

/// Nobody answers: given up after thirty seconds, not one second before, and for the day it was asked for.
#[test]
fn a_time_out_leaves_nothing_on_any_day() {
    let mut world = World::new(1, false);
    let remote = world.ask(1, 0, 0, 100_000);
    // The answer is on its way and stays there.
    world.deliver_asks_only();
    assert_eq!(world.remote(0, remote).standing, Standing::Settled);
    assert_eq!(world.remote(1, remote).standing, Standing::Asked);
    world.pass(29_999);
    assert_eq!(world.refused(1, &Command::TimeOut { remote }), ["region/still-time"]);
    world.pass(1);
    world.does(1, &Command::TimeOut { remote });
    world.settle_down();
    let (here, there) = (world.remote(1, remote), world.remote(0, remote));
    assert_eq!((here.standing, there.standing), (Standing::Cancelled, Standing::Cancelled));
    assert_eq!(here.entry, None, "the answer came too late and was not posted");
    assert_eq!(there.undone, there.entry.map(|entry| entry.day));
    world.check_books();
}

/// The cancellation overtakes the question: the question is then never settled.
#[test]
fn a_cancellation_that_comes_first() {
    let mut world = World::new(1, false);
    let remote = world.ask(1, 0, 0, 100_000);
    world.pass(30_000);
    world.does(1, &Command::TimeOut { remote });
    world.deliver_backwards();
    assert_eq!(world.remote(0, remote).standing, Standing::Cancelled);
    assert_eq!(world.remote(0, remote).asked, None);
    world.settle_down();
    assert_eq!(world.remote(1, remote).standing, Standing::Cancelled);
    world.check_books();
}

/// A message that comes again changes nothing; one that comes too early is noticed as a gap.
#[test]
fn replays_and_gaps_are_noticed() {
    let mut world = World::new(1, false);
    for patient in 0..4 {
        world.ask(1, 0, patient, 10_000);
    }
    let asks: Vec<(u64, Message)> = world.take_messages(1, 0);
    let (number, message) = asks[2].clone();
    let from = Word::known("980100");
    let receive = |number: u64, message: &Message| Command::Receive {
        from,
        number,
        message: Box::new(message.clone()),
    };
    world.does(0, &receive(number, &message));
    let received = |world: &World, number: u64| {
        world.events(0, &StreamId::Received(from, number)).into_iter().find_map(|event| match event {
            Event::Region { what, .. } => match *what {
                RegionEvent::Received { missing_from, .. } => Some(missing_from),
                _ => None,
            },
            _ => None,
        })
    };
    assert_eq!(received(&world, 3), Some(Some(1)), "messages 1 and 2 have not come");
    let before = world.memory(0).streams().count();
    world.does(0, &receive(number, &message));
    assert_eq!(world.memory(0).streams().count(), before, "a replay has no effect");
    for (number, message) in asks[..2].iter().chain(&asks[3..]) {
        world.does(0, &receive(*number, message));
        assert_eq!(received(&world, *number), Some(None), "message {number} was missing or is the next");
    }
    assert_eq!(world.records(0).last_message(&from, Way::Received), 4);
}

/// A bill is between two regions: whatever a third says of it, signed as it is, changes nothing on either side.
#[test]
fn a_third_region_has_no_say_in_a_bill() {
    let mut world = World::new(1, false);
    let third = Word::known("970100");
    let remote = world.ask(1, 0, 0, 100_000);
    let says =
        |number: u64, message: Message| Command::Receive { from: third, number, message: Box::new(message) };
    for (number, message) in world.take_messages(1, 0) {
        let from = Word::known("980100");
        world.does(0, &Command::Receive { from, number, message: Box::new(message) });
    }
    let answer = world.remote(0, remote).answer.unwrap();
    world.does(1, &says(1, Message::Settled(Box::new(answer))));
    world.does(1, &says(2, Message::Refused { remote, reasons: Refusals::new() }));
    assert_eq!(world.remote(1, remote).standing, Standing::Asked);
    world.settle_down();
    let day = world.today(0);
    world.does(0, &says(1, Message::Cancel { remote, day }));
    let standings = |world: &World| [1, 0].map(|office| world.remote(office, remote).standing);
    assert_eq!(standings(&world), [Standing::Settled, Standing::Settled]);
    world.does(1, &Command::Cancel { remote });
    world.does(1, &says(3, Message::Cancelled { remote }));
    assert_eq!(standings(&world), [Standing::Cancelling, Standing::Settled]);
    world.settle_down();
    assert_eq!(standings(&world), [Standing::Cancelled, Standing::Cancelled]);
    world.check_books();
}

/// By hand: people of Haiqu treated in Yanyuan for 1,000.00 and 400.00, one of Yanyuan in Haiqu for 100.00. Unfiled,
/// Haiqu's fund pays half: 700.00; Yanyuan's pooled fund 40.00 and its subsidy a fifth of the rest, 12.00.
#[test]
fn a_month_is_compared_cleared_and_paid() {
    let mut world = World::new(1, false);
    world.ask(1, 0, 0, 100_000);
    world.ask(1, 0, 1, 40_000);
    world.ask(0, 1, 0, 10_000);
    world.settle_down();
    let (haiqu, yanyuan) = (Word::known("990100"), Word::known("980100"));
    let pooled = Word::known("310100");
    let today = world.today(0);
    assert_eq!(world.refused(0, &Command::List { region: yanyuan, day: today }), ["region/day-not-over"]);
    world.pass(86_400_000 * 31);
    world.does(0, &Command::List { region: yanyuan, day: today });
    world.does(1, &Command::List { region: haiqu, day: today });
    world.settle_down();
    let link = world.link(0, yanyuan);
    let compared = &link.days[&today];
    assert_eq!((compared.agreed, compared.breaks.len()), (3, 0));
    assert_eq!(compared.there[&pooled], fen("700.00"));
    assert_eq!(compared.here[&pooled], fen("40.00"));
    assert_eq!(compared.here[&Word::known("330100")], fen("12.00"));
    let month = today.month();
    assert_eq!(world.refused(0, &Command::Clear { region: yanyuan, month }), ["region/other-proposes"]);
    world.does(1, &Command::Clear { region: haiqu, month });
    world.settle_down();
    // 40.00 are set off, 660.00 are Haiqu's to pay; of the subsidy nothing can be set off.
    assert_eq!(world.balance(0, Account::payable_region(yanyuan, pooled)), fen("-660.00"));
    assert_eq!(world.balance(1, Account::receivable(haiqu, pooled)), fen("660.00"));
    assert_eq!(
        world.refused(1, &Command::Pay { region: haiqu, month, fund: pooled }),
        ["region/nothing-to-pay"]
    );
    // A payment of another amount than the rest is not taken; it waits with the sender.
    let (amount, day) = (fen("659.99"), world.today(0));
    let message = Box::new(Message::Paid { month, fund: pooled, amount, day });
    let short = Command::Receive { from: haiqu, number: 99, message };
    assert_eq!(world.refused(1, &short), ["region/not-yet"]);
    world.does(0, &Command::Pay { region: yanyuan, month, fund: pooled });
    world.does(1, &Command::Pay { region: haiqu, month, fund: Word::known("330100") });
    world.settle_down();
    for office in [0, 1] {
        let other = if office == 0 { yanyuan } else { haiqu };
        for fund in [pooled, Word::known("330100")] {
            assert_eq!(world.balance(office, Account::payable_region(other, fund)), Fen::ZERO);
            assert_eq!(world.balance(office, Account::receivable(other, fund)), Fen::ZERO);
        }
        assert_eq!(world.link(office, other).open, []);
    }
    assert_eq!(world.refused(1, &Command::Clear { region: haiqu, month }), ["region/nothing-to-clear"]);
    world.check_books();
}

/// What one side has and the other does not is a break of the day and is not cleared.
#[test]
fn what_differs_is_not_cleared() {
    let mut world = World::new(1, false);
    let good = world.ask(1, 0, 0, 100_000);
    let bad = world.ask(1, 0, 1, 40_000);
    world.settle_down();
    let today = world.today(0);
    world.pass(86_400_000);
    let mut lists = world.lists(1, 0, today);
    lists
        .iter_mut()
        .find(|listed| listed.remote == bad)
        .unwrap()
        .funds
        .insert(Word::known("310100"), fen("200.01"));
    let message = Message::Listed { day: today, remotes: lists };
    let number = 99;
    let from = Word::known("980100");
    world.does(0, &Command::Receive { from, number, message: Box::new(message) });
    let link = world.link(0, from);
    let compared = &link.days[&today];
    assert_eq!(compared.agreed, 1);
    assert_eq!(compared.breaks, [(bad, "other-amount".to_owned(), "correct".to_owned())]);
    assert_eq!(compared.there[&Word::known("310100")], fen("500.00"));
    assert_eq!(amounts_open(&link, Word::known("990100"), today.month())[0].other_owes, fen("500.00"));
    let _ = good;
}

/// A prepayment lodged, and the next year's set to six months of what the year cost.
#[test]
fn prepayments_are_in_both_books() {
    let mut world = World::new(1, false);
    let (haiqu, yanyuan) = (Word::known("990100"), Word::known("980100"));
    let fund = Word::known("310100");
    world.does(0, &Command::Lodge { region: yanyuan, fund, amount: fen("300.00") });
    world.ask(1, 0, 0, 100_000);
    world.settle_down();
    let prepaid = |world: &World, office: usize, kind, other| {
        world.balance(office, Account::new(kind, &[other, fund]).unwrap())
    };
    assert_eq!(prepaid(&world, 0, ledger::AccountKind::PrepaidTo, yanyuan), fen("300.00"));
    assert_eq!(prepaid(&world, 1, ledger::AccountKind::PrepaidBy, haiqu), fen("-300.00"));
    // 500.00 in the year are 250.00 for six months: 50.00 come back.
    let year = world.today(0).year() + 1;
    world.until(Month { year, month: 1 }.first());
    world.does(0, &Command::Adjust { region: yanyuan, year });
    assert_eq!(world.refused(0, &Command::Adjust { region: yanyuan, year }), ["region/nothing-to-adjust"]);
    world.settle_down();
    assert_eq!(prepaid(&world, 0, ledger::AccountKind::PrepaidTo, yanyuan), fen("250.00"));
    assert_eq!(prepaid(&world, 1, ledger::AccountKind::PrepaidBy, haiqu), fen("-250.00"));
    // What is lodged in an emergency afterwards is not called back by the same year's adjustment.
    world.does(0, &Command::Lodge { region: yanyuan, fund, amount: fen("10.00") });
    assert_eq!(world.refused(0, &Command::Adjust { region: yanyuan, year }), ["region/nothing-to-adjust"]);
    world.settle_down();
    world.check_books();
}

/// With a filing seven tenths are paid instead of half: it is checked where the person is insured.
#[test]
fn a_filing_counts_where_the_person_is_insured() {
    let mut world = World::new(1, false);
    let filed = world.ask(1, 0, world::FILED, 100_000);
    world.settle_down();
    let answer = world.remote(1, filed).answer.unwrap();
    assert_eq!((answer.filing.as_str(), answer.amounts.fund_pay_sumamt), ("long-term", fen("700.00")));
}

/// Somebody nobody knows there; and a day too far off.
#[test]
fn refusals_come_back_with_their_reasons() {
    let mut world = World::new(1, false);
    let stranger = world.ask(1, 0, world::STRANGER, 100_000);
    world.settle_down();
    let codes = |world: &World, remote| -> Vec<String> {
        world.remote(1, remote).reasons.into_iter().map(|reason| reason.code).collect()
    };
    assert_eq!(codes(&world, stranger), ["region/not-insured-here"]);
    world.jump(1, 86_400_000 * 3);
    let late = world.ask(1, 0, 0, 100_000);
    world.settle_down();
    assert_eq!(codes(&world, late), ["region/clocks-differ"]);
    world.check_books();
}

/// Only the place of treatment takes back, once, and by whom it may be done.
#[test]
fn who_may_do_what() {
    let mut world = World::new(1, false);
    let remote = world.ask(1, 0, 0, 100_000);
    world.settle_down();
    assert_eq!(world.refused(0, &Command::Cancel { remote }), ["region/not-to-cancel"]);
    world.pass(86_400_000 * 2);
    world.does(1, &Command::Cancel { remote });
    world.settle_down();
    assert_eq!(world.refused(1, &Command::Cancel { remote }), ["region/not-to-cancel"]);
    assert_eq!(world.remote(0, remote).undone, Some(day("2026-10-11")));
    world.check_books();
    for (role, command) in [
        ("cashier", Command::Cancel { remote }),
        ("provider-system", Command::TimeOut { remote }),
        ("cashier", Command::Clear { region: Word::known("990100"), month: day("2026-10-09").month() }),
        (
            "settlement-officer",
            Command::Pay {
                region: Word::known("990100"),
                month: day("2026-10-09").month(),
                fund: Word::known("310100"),
            },
        ),
    ] {
        assert_eq!(world.refused_as(1, role, &command), ["region/not-permitted"], "{role}");
    }
}

/// October closes at the place of insurance before a question of its last day comes: both have the bill in November, on
/// one day, and still count it for the day it was asked for.
#[test]
fn a_bill_of_a_closed_month_is_posted_in_the_open_one_on_both_sides() {
    let (october, service, open) = (Month { year: 2026, month: 10 }, day("2026-10-31"), day("2026-11-01"));
    let (haiqu, yanyuan) = (Word::known("990100"), Word::known("980100"));
    for closing in [vec![0], vec![1], vec![0, 1]] {
        let mut world = World::new(1, false);
        world.until(service);
        let remote = world.ask(1, 0, 0, 100_000);
        world.until(open);
        closing.iter().for_each(|office| world.closes(*office, october));
        world.settle_down();
        let (here, there) = (world.remote(1, remote), world.remote(0, remote));
        assert_eq!((here.asked.unwrap().day, there.asked.unwrap().day), (service, service));
        let closed_there = closing.contains(&0);
        let day_of = |entry: Option<ledger::Entry>| entry.unwrap().day;
        // Where only the place of treatment closed, the other has it on its day already and cannot know.
        assert_eq!(day_of(here.entry), open);
        assert_eq!(day_of(there.entry), if closed_there { open } else { service });
        if closed_there {
            world.check_books();
        }
        for (office, other) in [(0, yanyuan), (1, haiqu)] {
            world.does(office, &Command::List { region: other, day: service });
        }
        world.settle_down();
        for (office, other) in [(0, yanyuan), (1, haiqu)] {
            let compared = world.link(office, other).days.remove(&service).unwrap();
            assert_eq!((compared.agreed, compared.breaks.len()), (1, 0), "{:?}", compared.breaks);
        }
        // Taken back, both books are as before.
        world.does(1, &Command::Cancel { remote });
        world.settle_down();
        for (office, other) in [(0, yanyuan), (1, haiqu)] {
            let kind = if office == 0 { Account::payable_region } else { Account::receivable };
            assert_eq!(world.balance(office, kind(other, Word::known("310100"))), Fen::ZERO);
        }
    }
}
