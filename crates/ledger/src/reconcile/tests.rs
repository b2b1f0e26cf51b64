use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn fen(amount: i64) -> Fen {
    Fen::new(amount).unwrap()
}

fn october() -> Range {
    Range { begin: day("2026-10-01"), end: day("2026-10-31") }
}

/// `S1 2026-10-05 100 80 5`: settlement, day (`-` for none), total, fund, account; `!` before it for a refund; `~` for
/// a settlement without an id, whose message is that of the name after it.
fn record(line: &str) -> Record {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [name, on, total, fund, account] = words[..] else { panic!("{line}") };
    let (name, refund) = name.strip_prefix('!').map_or((name, false), |name| (name, true));
    let (name, lost) = name.strip_prefix('~').map_or((name, false), |name| (name, true));
    let visit = name.trim_end_matches('b');
    let amount = |text: &str| fen(text.parse().unwrap());
    Record {
        setl_id: (!lost).then(|| word(name)),
        msgid: Some(word(&format!("m{name}"))),
        mdtrt_id: word(&format!("v{visit}")),
        psn_no: word(&format!("p{visit}")),
        day: (on != "-").then(|| day(on)),
        refund,
        medfee_sumamt: amount(total),
        fund_pay_sumamt: amount(fund),
        acct_pay: amount(account),
    }
}

fn records(text: &str) -> Vec<Record> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(record).collect()
}

/// Compares, prints each break as `kind office provider`, and holds that mending leaves nothing.
#[track_caller]
fn check(office: &str, provider: &str, expected: &[&str]) {
    let (office, provider) = (records(office), records(provider));
    let found = details(&office, &provider, &october());
    let name = |list: &[Record], place: Option<usize>| {
        place.map_or("-".to_owned(), |place| list[place].setl_id.or(list[place].msgid).unwrap().to_string())
    };
    let printed: Vec<String> = found
        .iter()
        .map(|one| {
            format!("{} {} {}", one.kind.word(), name(&office, one.office), name(&provider, one.provider))
        })
        .collect();
    assert_eq!(printed, expected);
    closes(&found, &office, &provider, &october());
}

#[track_caller]
fn closes(found: &[Break], office: &[Record], provider: &[Record], range: &Range) {
    for one in found {
        assert!(proposal(one, office).is_some(), "{one:?}");
        assert!(result_line(one, office, provider).is_some(), "{one:?}");
    }
    let (ours, theirs) = mended(found, office, provider);
    assert_eq!(details(&ours, &theirs, range), []);
    let sums = |list: &[Record]| Sums::of(list, range).unwrap();
    assert_eq!(compare(&sums(&ours), &sums(&theirs)).stmt_rslt, "0");
}

const BOTH: &str = "S1 2026-10-05 100 80 5\n S2 2026-10-06 200 150 0\n";

#[test]
fn every_kind_of_break() {
    check(BOTH, BOTH, &[]);
    check(&format!("{BOTH} S3 2026-10-07 300 1 0"), BOTH, &["lost-at-provider S3 -"]);
    check(BOTH, &format!("{BOTH} S3 2026-10-07 300 1 0"), &["lost-at-office - S3"]);
    check(&format!("S1b 2026-10-05 100 80 5\n {BOTH}"), BOTH, &["duplicated-at-office S1b -"]);
    check(BOTH, &format!("{BOTH} S2 - 200 150 0"), &["duplicated-at-provider S2 S2"]);
    check(BOTH, "S1 - 100 81 5\n S2 - 200 150 0", &["altered S1 S1"]);
    let late = "S1 2026-10-05 100 80 5\n S2 2026-11-01 200 150 0";
    check(late, "S1 - 100 80 5\n S2 - 200 150 0", &["timing S2 S2"]);
    check("S1 2026-10-31 1 1 0", "S1 2026-11-01 1 1 0", &["timing S1 S1"]);
    check("S1 2026-11-01 1 1 0", "S1 2026-10-31 2 1 0", &["altered S1 S1", "timing S1 S1"]);
}

/// Only a settlement that the provider does not know is taken back by the office, and never its taking back.
#[test]
fn who_mends_what() {
    #[track_caller]
    fn mends(office: &str, provider: &str, expected: &[Proposal]) {
        let (office, provider) = (records(office), records(provider));
        let found = details(&office, &provider, &october());
        let proposed: Vec<Proposal> = found.iter().filter_map(|one| proposal(one, &office)).collect();
        assert_eq!(proposed, expected);
    }
    mends(BOTH, "S1 - 100 80 5", &[Proposal::OfficeReverses]);
    mends(
        "S1 2026-10-05 100 80 5\n !S1 2026-10-08 -100 -80 -5",
        "S1 - 100 80 5",
        &[Proposal::ProviderRecords],
    );
    mends("", BOTH, &[Proposal::ProviderRemoves, Proposal::ProviderRemoves]);
    mends("S1 2026-10-05 100 80 5", "S1 - 100 81 5", &[Proposal::ProviderCorrects]);
    mends("S1 2026-10-31 1 1 0", "S1 2026-11-01 1 1 0", &[Proposal::ProviderCountsOn]);
}

#[test]
fn what_is_no_break() {
    check("S1 2026-11-01 1 1 0", "", &[]);
    check("", "S1 2026-11-01 1 1 0", &[]);
    check("S1 2026-11-01 1 1 0", "S1 2026-11-01 2 1 0", &[]);
    check(BOTH, "~S1 - 100 80 5\n S2 - 200 150 0", &[]);
}

#[test]
fn a_refund_is_a_record_of_its_own() {
    check(&format!("{BOTH} !S1 2026-10-08 -100 -80 -5"), BOTH, &["lost-at-provider S1 -"]);
    check(&format!("{BOTH} !S1 2026-10-08 -100 -80 -5"), &format!("{BOTH} !S1 - -100 -80 -5"), &[]);
    let refunded = records(&format!("{BOTH} !S1 2026-10-08 100 80 5"));
    let sums = Sums::of(&refunded, &october()).unwrap();
    assert_eq!(sums, Sums { count: 3, medfee_sumamt: fen(200), fund_pay_sumamt: fen(150), acct_pay: fen(0) });
    // A refund takes away what its settlement brought, whichever sign its amounts are written with.
    let signed = records(&format!("{BOTH} !S1 2026-10-08 -100 -80 -5"));
    assert_eq!(Sums::of(&signed, &october()).unwrap(), sums);
}

#[test]
fn two_of_one_visit_that_the_provider_does_not_know() {
    check(
        "S1 2026-10-05 100 80 5\n S1b 2026-10-05 100 80 5",
        "",
        &["lost-at-provider S1 -", "duplicated-at-office S1b -"],
    );
    check("", "S1 - 100 80 5\n S1 - 100 80 5", &["lost-at-office - S1", "duplicated-at-provider - S1"]);
    // Of two the provider has, the one with the office's amounts is the settlement.
    check("S1 2026-10-05 100 80 5", "S1 - 100 81 5\n S1 - 100 80 5", &["duplicated-at-provider S1 S1"]);
}

#[test]
fn totals_say_what_differs() {
    let ours = Sums { count: 3, medfee_sumamt: fen(30_000), fund_pay_sumamt: fen(100), acct_pay: fen(7) };
    let theirs = Sums { count: 5, medfee_sumamt: fen(20_050), fund_pay_sumamt: fen(101), acct_pay: fen(7) };
    let verdict = compare(&ours, &theirs);
    assert_eq!(verdict.stmt_rslt, "1");
    assert_eq!(verdict.stmt_rslt_dscr, "fixmedins_setl_cnt -2; medfee_sumamt +99.50; fund_pay_sumamt -0.01");
    assert_eq!(compare(&ours, &ours), Verdict { stmt_rslt: "0", stmt_rslt_dscr: String::new() });
}

#[test]
fn the_files_of_3202() {
    let text = "S1\tv1\tp1\t100.00\t80.5\tnull\t0\r\nnull\tv2\tp2\t1\t1\t0\t1\n\n";
    let read = read_details(text).unwrap();
    assert_eq!((read[0].fund_pay_sumamt, read[0].acct_pay), (fen(8_050), Fen::ZERO));
    assert_eq!((read[1].setl_id, read[1].refund), (None, true));
    let says = |text: &str| read_details(text).unwrap_err().to_string();
    assert_eq!(says("a\tb"), "line 1: the line has 2 items, seven are asked for");
    assert!(says("S1\tv1\tp1\tx\t0\t0\t0").starts_with("line 1: medfee_sumamt: `x` is not an amount"));
    assert!(says("S1\tv 1\tp1\t0\t0\t0\t0").starts_with("line 1: mdtrt_id: `v 1`"));
    assert_eq!(says("S1\tv1\tp1\t0\t0\t0\t2"), "line 1: refd_setl_flag: `2` is neither 0 nor 1");
    let office = records("S1 2026-10-05 10000 8000 5");
    let found = details(&office, &[], &october());
    assert_eq!(
        result_line(&found[0], &office, &[]).unwrap(),
        "pS1\tvS1\tS1\tmS1\t1\t0\tlost-at-provider\t100.00\t80.00\t0.05"
    );
}

/// Small seeded dice, so that a failing seed can be run again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        // Steps of the splitmix generator.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// Thousands of settlements, of which some are broken in every way at random: exactly those are found, each as what
/// it is, and mending them closes the difference.
#[test]
fn injected_breaks_are_all_found_and_none_invented() {
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let range = october();
        let (mut office, mut provider) = (Vec::new(), Vec::new());
        let mut expected: BTreeMap<&str, u32> = BTreeMap::new();
        for number in 0..4_000 {
            let inside = range.begin.plus(i32::try_from(dice.below(31)).unwrap());
            let total = i64::try_from(dice.below(1_000_000) + 1).unwrap();
            let fund = i64::try_from(dice.below(1_000_000)).unwrap().min(total);
            let settled = record(&format!("S{number} {inside} {total} {fund} 7"));
            let listed = Record { day: None, msgid: None, ..settled.clone() };
            let edge = if dice.below(2) == 0 { range.begin.previous() } else { range.end.next() };
            let kind = match dice.below(40) {
                0 => {
                    provider.push(listed);
                    "lost-at-office"
                }
                1 => {
                    office.push(settled);
                    "lost-at-provider"
                }
                2 => {
                    let twin = record(&format!("S{number}b {inside} {total} {fund} 7"));
                    let at = usize::try_from(dice.below(office.len() as u64 + 1)).unwrap();
                    office.insert(at, twin);
                    office.push(settled);
                    provider.push(listed);
                    "duplicated-at-office"
                }
                3 => {
                    office.push(settled);
                    provider.extend([listed.clone(), listed]);
                    "duplicated-at-provider"
                }
                4 => {
                    let by = fen(i64::try_from(dice.below(500) + 1).unwrap());
                    let mut altered = listed;
                    match dice.below(3) {
                        0 => altered.medfee_sumamt = altered.medfee_sumamt.plus(by).unwrap(),
                        1 => altered.fund_pay_sumamt = altered.fund_pay_sumamt.minus(by).unwrap(),
                        _ => altered.acct_pay = altered.acct_pay.plus(by).unwrap(),
                    }
                    office.push(settled);
                    provider.push(altered);
                    "altered"
                }
                5 => {
                    office.push(Record { day: Some(edge), ..settled });
                    provider.push(listed);
                    "timing"
                }
                6 => {
                    // Just outside on both sides or known to one only: none of this range's business.
                    office.push(Record { day: Some(edge), ..settled });
                    continue;
                }
                7 => {
                    let message = settled.msgid;
                    office.push(settled);
                    provider.push(Record { setl_id: None, msgid: message, ..listed });
                    continue;
                }
                _ => {
                    office.push(settled);
                    provider.push(listed);
                    continue;
                }
            };
            *expected.entry(kind).or_default() += 1;
        }
        let found = details(&office, &provider, &range);
        let mut counted: BTreeMap<&str, u32> = BTreeMap::new();
        for one in &found {
            *counted.entry(one.kind.word()).or_default() += 1;
        }
        assert_eq!(counted, expected, "seed {seed}");
        assert_eq!(expected.len(), 6, "seed {seed} breaks in every way");
        closes(&found, &office, &provider, &range);
    }
}

proptest! {
    /// Files come from outside: no text panics the reader, and what was read can be compared.
    #[test]
    fn any_file(text in "((\\PC|\t){0,20}\t[0-9.a-z]{1,4}\t[0-9]{1,3}\t0\t1\t2\t[01]\n){0,5}") {
        if let Ok(records) = read_details(&text) {
            let found = details(&records, &records, &october());
            prop_assert!(found.iter().all(|one| !matches!(one.kind, BreakKind::Altered(_))));
        }
    }
}
