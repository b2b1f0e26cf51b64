use super::*;
use crate::packs;
use benefit::YEAR_ORDER;
use policy::Law;
use proptest::prelude::*;

fn benefits(pack: &str) -> Benefits {
    Benefits::compile(&Law::load(&packs::embedded().unwrap(), pack).unwrap()).unwrap()
}

/// A stay of an employee in a tertiary hospital that ends on this day.
fn stay(id: &str, on: &str, amount: &str, more: &str) -> String {
    format!(
        r#"{{"id": "{id}", "person": {{"insutype": "310", "psn_type": "11"}}, "provider": {{"hosp_lv": "1"{more}}},
        "visit": {{"med_type": "21", "begndate": "{on}", "enddate": "{on}"}},
        "lines": [{{"pric": "{amount}", "cnt": "1", "chrgitm_lv": "01"}}]}}"#
    )
}

/// The same line with a field in front.
fn with(field: &str, line: &str) -> String {
    line.replacen('{', &format!("{{{field}, "), 1)
}

fn settle(benefits: &Benefits, lines: &[String], order: Order) -> Result<Vec<History>, Vec<Fault>> {
    let lines: Vec<Vec<u8>> = lines.iter().map(|line| line.clone().into_bytes()).collect();
    read(benefits, &lines).and_then(|entries| replay(benefits, entries, order))
}

/// `a 1700.00 -> 0.00; void a -1700.00`: what the pooled fund paid first and now, and what moved it.
#[track_caller]
fn check(pack: &str, lines: &[String], order: Order, expected: &[&str]) {
    let fund = |result: &Result<Outcome, Refusals>| result.as_ref().unwrap().amounts.hifp_pay;
    let told = |history: &History| {
        let now = history.now.as_ref().map(fund).unwrap_or_default();
        let mut told = format!("{} {} -> {now}", history.id, fund(&history.first));
        for step in &history.moves {
            for one in step.differences.iter().filter(|one| one.field == "hifp_pay") {
                let difference = one.after.minus(one.before).unwrap();
                told.push_str(&format!("; {} {} {difference}", step.cause.word(), step.of));
            }
        }
        told
    };
    let histories = settle(&benefits(pack), lines, order).unwrap();
    assert_eq!(histories.iter().map(told).collect::<Vec<_>>(), expected);
}

/// Of the reference policy at tertiary hospitals: a deductible of 1,000, 85 % to 20,000, 88.5 % to 40,000.
fn year() -> Vec<String> {
    vec![
        stay("a", "2024-02-01", "3000", ""),
        stay("b", "2024-03-01", "10000", ""),
        stay("c", "2024-04-01", "10000", ""),
    ]
}

#[test]
fn a_void_moves_every_later_bill() {
    let mut lines = year();
    lines.push(r#"{"voids": "a", "settled": "2024-05-02"}"#.to_owned());
    let expected = [
        "a 1700.00 -> 0.00; void a -1700.00",   // 2,000 x 85 %
        "b 8500.00 -> 7650.00; void a -850.00", // 10,000 x 85 %, then 9,000 x 85 %
        "c 8605.00 -> 8500.00; void a -105.00", // 7,000 x 85 % + 3,000 x 88.5 %, then 10,000 x 85 %
    ];
    check("reference", &lines, Order::ByService, &expected);
    check("reference", &lines, Order::BySettlement, &expected);
}

#[test]
fn a_correction_stands_in_the_place_of_its_bill() {
    let mut lines = year();
    let right =
        with(r#""corrects": "a", "settled": "2024-05-02T10:30""#, &stay("a2", "2024-02-01", "5000", ""));
    lines.push(right);
    // By its own later id it can be voided.
    lines.push(r#"{"voids": "a2", "settled": "2024-05-03"}"#.to_owned());
    let expected = [
        "a 1700.00 -> 0.00; correction a 1700.00; void a -3400.00", // 4,000 x 85 %
        "b 8500.00 -> 7650.00; void a -850.00",
        "c 8605.00 -> 8500.00; correction a 70.00; void a -175.00", // 5,000 x 85 % + 5,000 x 88.5 % between
    ];
    check("reference", &lines, Order::BySettlement, &expected);
}

/// A bill of January that comes in June: by day of service it bears the deductible and moves the others, as settled
/// it goes on top of the year.
#[test]
fn a_late_bill_moves_the_others_only_by_day_of_service() {
    let mut lines = year();
    lines.push(with(r#""settled": "2024-06-01""#, &stay("d", "2024-01-10", "2000", "")));
    let by_service = [
        "a 1700.00 -> 2550.00; late bill d 850.00", // 3,000 x 85 %
        "b 8500.00 -> 8500.00",
        "c 8605.00 -> 8675.00; late bill d 70.00", // 5,000 x 85 % + 5,000 x 88.5 %
        "d 850.00 -> 850.00",                      // 1,000 x 85 %
    ];
    check("reference", &lines, Order::ByService, &by_service);
    let as_settled =
        ["a 1700.00 -> 1700.00", "b 8500.00 -> 8500.00", "c 8605.00 -> 8605.00", "d 1770.00 -> 1770.00"];
    check("reference", &lines, Order::BySettlement, &as_settled);
}

/// Hangzhou 2024, a stay in Shanghai: 20 % first share without a filing, 10 % referred; the deductible is 800. The
/// stay at home after it starts at 8,000, with the filing at 9,000; above 40,000 the rate is 88 % and no longer 82 %.
#[test]
fn a_late_filing_moves_its_bill_and_the_bands_of_the_next() {
    let lines = [
        stay("a", "2024-05-10", "10000", r#", "admdvs": 310101"#),
        stay("b", "2024-06-10", "40000", ""),
        r#"{"files": "a", "filing": "referral", "settled": "2024-07-01"}"#.to_owned(),
    ];
    let expected = [
        "a 5904.00 -> 6724.00; filing a 820.00",
        "b 33280.00 -> 33340.00; filing a 60.00", // 32,000 x 82 % + 8,000 x 88 %, then 31,000 and 9,000
    ];
    check("hangzhou", &lines, Order::ByService, &expected);
}

#[test]
fn the_pack_chooses_the_order() {
    let law = Law::load(&packs::embedded().unwrap(), "reference").unwrap();
    assert_eq!(Order::of(&law).unwrap().1, Order::ByService);
    assert_eq!(Order::of(&law.choosing(YEAR_ORDER, "settlement").unwrap()).unwrap().1, Order::BySettlement);
    assert!(Order::of(&Law::load(&packs::embedded().unwrap(), "tennis-club").unwrap()).is_none());
}

/// Everything that may happen to a year, for the lines to be sent in any order.
fn eventful() -> Vec<String> {
    let mut lines = year();
    lines.extend([
        with(r#""settled": "2024-04-01""#, &stay("d", "2024-01-10", "2000.01", "")),
        with(r#""settled": "2024-05-02", "corrects": "b""#, &stay("b2", "2024-03-02", "30000", "")),
        r#"{"files": "d", "filing": "long-term", "settled": "2024-05-02"}"#.to_owned(),
        r#"{"voids": "a", "settled": "2024-05-02"}"#.to_owned(),
        String::new(),
    ]);
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn lines_in_any_order_come_to_the_same(lines in Just(eventful()).prop_shuffle(), settled in any::<bool>()) {
        let benefits = benefits("reference");
        let order = if settled { Order::BySettlement } else { Order::ByService };
        let histories = settle(&benefits, &lines, order).unwrap();
        prop_assert_eq!(&histories, &settle(&benefits, &eventful(), order).unwrap());
        // What moved adds up to the difference, in every field.
        for history in &histories {
            let amounts = |result: Option<&Result<Outcome, Refusals>>| {
                result.map_or_else(Default::default, |result| result.as_ref().unwrap().amounts)
            };
            let (first, now) = (amounts(Some(&history.first)), amounts(history.now.as_ref()));
            for ((field, was), (_, is)) in first.named().into_iter().zip(now.named()) {
                let moved = history.moves.iter().flat_map(|step| &step.differences);
                let moved = moved.filter(|one| one.field == field).map(|one| one.after.minus(one.before).unwrap());
                let moved: i64 = moved.map(|moved| moved.get()).sum();
                prop_assert_eq!(is.get() - was.get(), moved, "{} of {}", field, &history.id);
            }
        }
    }

    /// By day of service the end of the year is the same whenever its bills were settled.
    #[test]
    fn by_service_the_end_does_not_depend_on_the_arrivals(days in proptest::collection::vec(1..=28u8, 3)) {
        let benefits = benefits("reference");
        let ends = |lines: &[String]| -> BTreeMap<String, Option<Result<Outcome, Refusals>>> {
            let histories = settle(&benefits, lines, Order::ByService).unwrap();
            histories.into_iter().map(|history| (history.id, history.now)).collect()
        };
        let arriving: Vec<String> = year()
            .iter()
            .zip(days)
            .map(|(line, day)| with(&format!(r#""settled": "2024-05-{day:02}""#), line))
            .collect();
        prop_assert_eq!(ends(&arriving), ends(&year()));
    }
}

#[test]
fn what_does_not_go_together_is_told_with_its_line() {
    let benefits = benefits("reference");
    let told = |line: &str| {
        let mut lines = year();
        lines.push(line.to_owned());
        let faults = settle(&benefits, &lines, Order::ByService).unwrap_err();
        assert_eq!((faults.len(), faults[0].0), (1, 4), "{faults:?}");
        faults[0].1.clone()
    };
    assert!(told(r#"{"voids": "x", "settled": "2024-05-02"}"#).contains("no bill `x`"));
    assert!(told(r#"{"voids": "a", "settled": "2024-01-02"}"#).contains("before 2024-01-02"));
    assert!(told(r#"{"voids": "a"}"#).contains("no `settled`"));
    assert!(told(r#"{"voids": "a", "settled": "2024-05-02T25:00"}"#).contains("is no moment"));
    assert!(told(r#"{"voids": "a", "settled": "2024-5-2"}"#).contains("is no moment"));
    assert!(told(r#"{"voids": "a", "files": "b", "settled": "2024-05-02"}"#).contains("none of"));
    assert!(told(&stay("a", "2024-05-02", "1", "")).contains("used before"));
    assert!(told(&stay("d", "2025-05-02", "1", "")).contains("send one year"));
    let year = stay("d", "2024-05-02", "1", "").replace("\"lines\"", r#""year": {"x": "1"}, "lines""#);
    assert!(told(&year).contains("leave it out"));
    assert!(told(&stay("d", "2024-05-02", "1", "").replace("lines", "zeilen")).contains("zeilen"));
    assert!(told("💰").contains("expected value"));
}

#[test]
fn an_empty_file_is_no_year() {
    for lines in [&[][..], &[Vec::new()], &[b" ".to_vec(), b"\r".to_vec()]] {
        let faults = read(&benefits("reference"), lines).unwrap_err();
        assert!(faults[0].1.contains("at least one bill"), "{faults:?}");
    }
}

#[test]
fn a_bill_is_voided_once_and_filed_once_a_moment() {
    let benefits = benefits("reference");
    let mut lines = year();
    let void = r#"{"voids": "a", "settled": "2024-05-02"}"#.to_owned();
    let filing = r#"{"files": "b", "filing": "referral", "settled": "2024-05-02"}"#.to_owned();
    lines.extend([void.clone(), void, filing.clone(), filing]);
    let faults = settle(&benefits, &lines, Order::ByService).unwrap_err();
    assert_eq!(faults.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [7, 5]);
}
