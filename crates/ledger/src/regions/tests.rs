use super::*;
use crate::testing::national;
use crate::{Account, AccountKind, Ledger, Outcome, Parameters, Reversal};
use proptest::prelude::*;
use std::collections::BTreeSet;
use terms::Month;

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn fen(amount: i64) -> Fen {
    Fen::new(amount).unwrap()
}

const REGIONS: [&str; 4] = ["110000", "310000", "330100", "330200"];
const FUNDS: [&str; 3] = ["310100", "390100", "330100"];

fn law() -> (Templates, Parameters) {
    let law = national();
    (Templates::compile(&law).unwrap(), Parameters::compile(&law).unwrap())
}

fn remote(id: &str, treating: &str, insured: &str, on: Day, funds: &[(&str, i64)], account: i64) -> Remote {
    Remote {
        id: word(id),
        treating: word(treating),
        insured: word(insured),
        day: on,
        funds: funds.iter().map(|(fund, amount)| (word(fund), fen(*amount))).collect(),
        acct_pay: fen(account),
    }
}

/// Every region's books, each person's account filled.
struct World {
    books: BTreeMap<Word, Ledger>,
    templates: Templates,
}

impl World {
    fn new() -> World {
        let mut world = World { books: BTreeMap::new(), templates: law().0 };
        for region in REGIONS {
            let figures = Figures {
                words: &[("person", word("17"))],
                amounts: &[("credited", fen(1_000_000_000_000))],
                items: &[],
            };
            let filled = world
                .templates
                .entry(Occasion::AccountCredited, word("fill"), day("2026-01-01"), word("d"), &figures)
                .unwrap()
                .unwrap();
            let mut ledger = Ledger::new();
            assert_eq!(ledger.post(&filled), Outcome::Posted);
            world.books.insert(word(region), ledger);
        }
        world
    }

    #[track_caller]
    fn post(&mut self, region: Word, entry: &Entry) {
        assert_eq!(self.books.get_mut(&region).unwrap().post(entry), Outcome::Posted, "{}", entry.id);
    }

    fn settle(&mut self, remote: &Remote) {
        let here = remote.treated(word("H1"), &self.templates).unwrap().unwrap();
        let there = remote.insured(word("17"), &self.templates).unwrap().unwrap();
        self.post(remote.treating, &here);
        self.post(remote.insured, &there);
    }

    fn void(&mut self, remote: &Remote, on: Day) {
        let id = word(&format!("{}/void", remote.id));
        for region in [remote.treating, remote.insured] {
            let reversal = Reversal { id, of: remote.id, day: on, decision: id };
            assert_eq!(self.books.get_mut(&region).unwrap().reverse(reversal), Outcome::Posted);
        }
    }

    fn view(&self) -> Books<'_> {
        self.books.iter().map(|(region, ledger)| (*region, ledger)).collect()
    }

    #[track_caller]
    fn closes(&self, on: Day) {
        assert_eq!(gaps(&self.view(), on), [], "{on}");
        let sums = by_fund(&self.view(), on);
        assert!(sums.values().all(|sum| *sum == 0), "{on} {sums:?}");
    }
}

/// One treated in 310000 for 330100 and one the other way round, cleared by hand.
#[test]
fn a_month_of_clearing_by_hand() {
    let mut world = World::new();
    let on = day("2026-10-09");
    let there = remote("r1", "310000", "330100", on, &[("310100", 100_000), ("330100", 5_000)], 700);
    let here = remote("r2", "330100", "310000", on.next(), &[("310100", 40_000)], 0);
    world.settle(&there);
    world.settle(&here);
    let held = |world: &World, region: &str, account: &str| {
        world.books[&word(region)].balance(&account.parse().unwrap()).get()
    };
    assert_eq!(held(&world, "310000", "receivable:330100:310100"), 100_000);
    assert_eq!(held(&world, "330100", "payable-region:310000:310100"), -100_000);
    assert_eq!(held(&world, "330100", "payable-region:310000:310200"), -700);
    assert_eq!(held(&world, "310000", "payable:H1:310100"), -100_000);
    world.closes(on);
    world.closes(on.next());

    let all = [there, here];
    let ThreeWay { agreed, mismatches } = three_way(&all, &all, &all);
    assert_eq!(mismatches, []);
    let month = Month { year: 2026, month: 10 };
    let cleared = clearing(month, &agreed, world.templates.account_fund(on).unwrap()).unwrap();
    let printed: Vec<String> = cleared
        .iter()
        .map(|one| {
            let paid = one.paid().map(|(from, to, amount)| format!("{from}->{to} {amount}"));
            format!("{} netted {} paid {}", one.fund, one.netted(), paid.unwrap_or_default())
        })
        .collect();
    assert_eq!(
        printed,
        [
            "310100 netted 400.00 paid 330100->310000 600.00",
            "310200 netted 0.00 paid 330100->310000 7.00",
            "330100 netted 0.00 paid 330100->310000 50.00",
        ]
    );
    let on = day("2026-11-21");
    for one in &cleared {
        for region in REGIONS.map(word) {
            for entry in one.entries(region, on, &world.templates).unwrap() {
                world.post(region, &entry);
            }
        }
    }
    world.closes(on);
    for account in ["payable-region:310000:310100", "receivable:310000:310100"] {
        assert_eq!(held(&world, "330100", account), 0, "{account}");
    }
    assert_eq!(held(&world, "330100", "cash"), -65_700);
    assert_eq!(held(&world, "310000", "cash"), 65_700);
}

#[test]
fn a_gap_is_named_to_the_fund_and_the_fen() {
    let mut world = World::new();
    let on = day("2026-10-09");
    let lost = remote("r1", "310000", "330100", on, &[("310100", 100), ("390100", 7)], 0);
    let entry = lost.treated(word("H1"), &world.templates).unwrap().unwrap();
    world.post(word("310000"), &entry);
    let found = gaps(&world.view(), on);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0],
        Gap {
            kind: GapKind::Clearing,
            treating: word("310000"),
            insured: word("330100"),
            fund: word("310100"),
            treating_has: fen(100),
            insured_has: Fen::ZERO,
        }
    );
    assert_eq!(by_fund(&world.view(), on)[&word("390100")], 7);
    assert_eq!(gaps(&world.view(), on.previous()), []);

    // A second wrong of the same size the other way round hides from the sum, not from the pairs.
    let other = remote("r2", "110000", "330200", on, &[("310100", 100), ("390100", 7)], 0);
    let entry = other.insured(word("17"), &world.templates).unwrap().unwrap();
    world.post(word("330200"), &entry);
    assert!(by_fund(&world.view(), on).values().all(|sum| *sum == 0));
    assert_eq!(gaps(&world.view(), on).len(), 4);
}

/// NHSA 2022 No. 22 as provinces carry it out: yellow at 70 %, red at 90 %.
#[test]
fn prepayment_alarms() {
    let (_, parameters) = law();
    let on = day("2026-10-09");
    let raised = |prepaid, used| alarm(fen(prepaid), fen(used), &parameters, on).unwrap();
    assert_eq!(raised(1_000, 699), Alarm::Quiet);
    assert_eq!(raised(1_000, 700), Alarm::Yellow);
    assert_eq!(raised(1_000, 899), Alarm::Yellow);
    assert_eq!(raised(1_000, 900), Alarm::Red);
    assert_eq!(raised(0, 0), Alarm::Quiet);
    assert_eq!(raised(0, 1), Alarm::Red);
    // 900 of 1,286 is 69.98 %; of 1,285 it is 70.04 %.
    assert_eq!(top_up(fen(1_000), fen(900), &parameters, on), Ok(fen(286)));
    assert_eq!(raised(1_286, 900), Alarm::Quiet);
    assert_eq!(raised(1_285, 900), Alarm::Yellow);
    assert_eq!(top_up(fen(1_000), fen(100), &parameters, on), Ok(Fen::ZERO));
    assert_eq!(prepayment_size(fen(1_201), &parameters, on), Ok(Ok(fen(601))));
}

#[test]
fn the_year_ends() {
    let (templates, parameters) = law();
    assert_eq!(due_by(2026, &parameters), Ok(day("2027-03-31")));
    let mut world = World::new();
    let there = remote("r1", "310000", "330100", day("2026-12-31"), &[("310100", 120_000)], 0);
    let later = remote("r2", "310000", "330100", day("2027-01-01"), &[("310100", 999)], 0);
    world.settle(&there);
    world.settle(&later);
    let account: Account = "payable-region:310000:310100".parse().unwrap();
    let owing: Account = "receivable:330100:310100".parse().unwrap();
    let end = day("2026-12-31");
    let of = |world: &World, region: &str, account: &Account, on: Day| {
        let books = &world.books[&word(region)];
        still_open(
            account.kind(),
            books.turnover(account, Day::MIN, end),
            books.turnover(account, Day::MIN, on),
        )
    };
    // Both sides have the same open, each on its own account; what came after the year is none of it.
    let open =
        |world: &World, on| [of(world, "330100", &account, day(on)), of(world, "310000", &owing, day(on))];
    assert_eq!(open(&world, "2027-02-01"), [Some(fen(120_000)); 2]);
    let one = clearing(Month { year: 2026, month: 12 }, [&there], word("310200")).unwrap()[0];
    for region in ["310000", "330100"].map(word) {
        for entry in one.entries(region, day("2027-02-21"), &templates).unwrap() {
            world.post(region, &entry);
        }
    }
    assert_eq!(open(&world, "2027-02-20"), [Some(fen(120_000)); 2]);
    assert_eq!(open(&world, "2027-02-21"), [None; 2]);
    assert_eq!(
        still_open(AccountKind::PrepaidTo, crate::Turnover::default(), crate::Turnover::default()),
        None
    );

    // Six months of 1,200.00 are 600.00; nothing is lodged yet. A year later nothing was spent: it comes back.
    let pair = (word("330100"), word("310000"), word("310100"));
    for (year, on, held, due) in [(2027, "2027-02-20", 0, 60_000), (2029, "2029-02-20", 60_000, 0)] {
        let books = &world.books[&word("330100")];
        let adjustment = adjustment(books, pair, year, &parameters).unwrap().unwrap();
        assert_eq!((adjustment.held, adjustment.due), (fen(held), fen(due)));
        for region in REGIONS.map(word) {
            if let Some(entry) = adjustment.entries(region, day(on), &templates).unwrap() {
                world.post(region, &entry);
            }
        }
        world.closes(day(on));
        let lodged = Account::new(AccountKind::PrepaidTo, &[pair.1, pair.2]).unwrap();
        assert_eq!(world.books[&pair.0].balance(&lodged), fen(due));
    }
}

#[test]
fn three_lists_of_which_one_is_wrong() {
    let on = day("2026-10-09");
    let good = remote("r1", "310000", "330100", on, &[("310100", 100)], 5);
    let places = |list: &[Place]| -> BTreeSet<Place> { list.iter().copied().collect() };
    #[track_caller]
    fn check(lists: [&[Remote]; 3], expected: &Mend) -> Mismatch {
        let found = three_way(lists[0], lists[1], lists[2]);
        assert_eq!((found.agreed.len(), found.mismatches.len()), (0, 1));
        assert_eq!(&found.mismatches[0].1.mend(), expected);
        found.mismatches[0].1.clone()
    }
    let one = std::slice::from_ref(&good);
    check([one, one, &[]], &Mend::Post(places(&[Place::Insured])));
    check([one, &[], one], &Mend::Post(places(&[Place::Exchange])));
    check([one, &[], &[]], &Mend::Reverse(places(&[Place::Treating])));
    let twice = [good.clone(), good.clone()];
    check([one, &twice, one], &Mend::Reverse(places(&[Place::Exchange])));
    let late = [Remote { day: on.next(), ..good.clone() }];
    check([one, one, &late], &Mend::Correct(Place::Insured));
    let dear = [remote("r1", "310000", "330100", on, &[("310100", 101)], 5)];
    let found = check([&dear, one, one], &Mend::Correct(Place::Treating));
    let Mismatch::OtherAmount { fund, has } = found else { panic!("{found:?}") };
    assert_eq!((fund, has[&Place::Treating]), (Some(word("310100")), fen(101)));
    let more = [remote("r1", "310000", "330100", on, &[("310100", 100), ("390100", 1)], 5)];
    check([one, &more, one], &Mend::Correct(Place::Exchange));
    let account = [remote("r1", "310000", "330100", on, &[("310100", 100)], 6)];
    assert!(matches!(
        check([one, one, &account], &Mend::Correct(Place::Insured)),
        Mismatch::OtherAmount { fund: None, .. }
    ));
    let dearer = [remote("r1", "310000", "330100", on, &[("310100", 102)], 5)];
    check([one, &dear, &dearer], &Mend::Ask);
    let elsewhere = [remote("r1", "310000", "330200", on, &[("310100", 100)], 5)];
    assert_eq!(check([one, one, &elsewhere], &Mend::Ask), Mismatch::OtherRegions);
}

/// One day's work: bills between random regions, some of them taken back later.
type Traffic = Vec<(usize, usize, usize, i64, i64, Option<u8>)>;

fn traffic() -> impl Strategy<Value = Vec<Traffic>> {
    let bill =
        (0usize..4, 1usize..4, 0usize..3, 1i64..10_000_000, 0i64..1_000, proptest::option::of(0u8..20));
    proptest::collection::vec(proptest::collection::vec(bill, 0..6), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever happens between four regions, over all of them every fund adds up to nothing on every day; and when
    /// every month is cleared, nothing is left between them.
    #[test]
    fn every_fund_adds_up_to_nothing_every_day(days in traffic()) {
        let mut world = World::new();
        let first = day("2026-03-01");
        let mut standing: Vec<Remote> = Vec::new();
        let mut voids: Vec<(Day, Remote)> = Vec::new();
        for (number, bills) in days.iter().enumerate() {
            let today = first.plus(i32::try_from(number).unwrap());
            for (place, (treating, step, fund, amount, account, void)) in bills.iter().enumerate() {
                let insured = REGIONS[(treating + step) % 4];
                let id = format!("r{number}-{place}");
                let bill = remote(&id, REGIONS[*treating], insured, today, &[(FUNDS[*fund], *amount)], *account);
                world.settle(&bill);
                match void {
                    Some(after) => voids.push((today.plus(i32::from(*after)), bill)),
                    None => standing.push(bill),
                }
            }
            for (_, bill) in voids.extract_if(.., |(on, _)| *on <= today) {
                world.void(&bill, today);
            }
            world.closes(today);
        }
        let last = first.plus(60);
        for (_, bill) in voids {
            world.void(&bill, last);
        }
        for one in clearing(last.month(), &standing, word("310200")).unwrap() {
            for region in REGIONS.map(word) {
                for entry in one.entries(region, last.next(), &world.templates).unwrap() {
                    world.post(region, &entry);
                }
            }
        }
        world.closes(last);
        world.closes(last.next());
        for ledger in world.books.values() {
            for (account, held) in ledger.balances() {
                let between = matches!(account.kind(), AccountKind::Receivable | AccountKind::PayableRegion);
                prop_assert!(!between || held == Fen::ZERO, "{account} {held}");
            }
        }
    }
}
