use super::*;
use crate::testing;
use policy::{Files, Law};

/// The reference pack with these texts of a file replaced.
fn draft(replacements: &[(&str, &str, &str)]) -> Benefits {
    let mut files: Files = testing::files();
    for (file, from, to) in replacements {
        let text = files.get_mut(&format!("reference/benefits/{file}.toml")).unwrap();
        assert!(text.contains(from), "{file} does not hold {from}");
        *text = text.replacen(from, to, 1);
    }
    Benefits::compile(&Law::load(&files, "reference").unwrap()).unwrap()
}

const CHANGES: [(&str, &str, &str); 3] = [
    ("pooled", "| tertiary  |  1,000 |", "| tertiary  |    900 |"),
    ("pooled", "| tertiary  |  20,000 | 85%      |", "| tertiary  |  20,000 | 87%      |"),
    ("serious", "| 75,000 | 60%  |", "| 75,000 | 65%  |"),
];

fn bills() -> Vec<Bill> {
    let (levels, people) = (["1", "6", "9"], ["11", "12", "1403"]);
    let mut state = 7u64;
    let mut dice = |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    (0..3_000)
        .map(|_| {
            let mut bill = testing::bill(levels[dice(3) as usize]);
            bill.person.psn_type = testing::code(people[dice(3) as usize]);
            let month = 1 + dice(12);
            bill.visit.begndate = testing::day(&format!("2024-{month:02}-03"));
            bill.visit.enddate = bill.visit.begndate;
            bill.year.set(0, terms::Fen::new((dice(4) * dice(3_000_000)) as i64).unwrap());
            for _ in 0..1 + dice(5) {
                bill.lines.push(testing::line(&format!("{}.{:02}", dice(40_000), dice(100)), "1"));
            }
            bill
        })
        .collect()
}

fn tally(replay: &Replay, bills: &[Bill], order: impl Iterator<Item = usize>) -> Tally {
    let mut tally = Tally::default();
    for number in order {
        replay.add(&mut tally, number as u64, &bills[number]);
    }
    tally
}

#[test]
fn the_clauses_make_up_the_whole_difference() {
    let replay = Replay::new(testing::pack("reference"), draft(&CHANGES));
    let bills = bills();
    let tally = tally(&replay, &bills, 0..bills.len());
    let all = tally.all_months();
    let funds = all.draft.all() - all.now.all();
    let clauses: Vec<(Clause, &ClauseTally)> = replay.clauses(&tally).collect();
    assert_eq!(clauses.iter().map(|(_, moved)| moved.funds).sum::<i128>(), funds);
    assert_eq!(clauses.iter().map(|(_, moved)| moved.person).sum::<i128>(), -funds);
    assert_eq!(tally.unattributed(), (0, 0, 0));
    assert_eq!(tally.losers.1 - tally.winners.1, -funds);
    assert_eq!(tally.distribution.iter().sum::<u64>(), bills.len() as u64);
    let told: Vec<String> = clauses
        .iter()
        .map(|(clause, _)| format!("{:?} {} -> {}", clause.part, clause.from, clause.to))
        .collect();
    // The deductible concerns all three kinds of people, the band employees only.
    assert_eq!(
        told,
        [
            "Deductible 1,000.00 -> 900.00",
            "Band(0) 85% to 20,000.00 -> 87% to 20,000.00",
            "Band(1) 60% to 75,000.00 -> 65% to 75,000.00",
        ]
    );
}

#[test]
fn one_bill_by_hand() {
    let replay = Replay::new(testing::pack("reference"), draft(&CHANGES));
    let mut bill = testing::bill("1");
    bill.lines.push(testing::line("5000", "1"));
    let mut tally = Tally::default();
    replay.add(&mut tally, 0, &bill);
    let moved: Vec<(i128, i128)> =
        replay.clauses(&tally).map(|(_, moved)| (moved.funds, moved.person)).collect();
    // 4,000 x 85 % = 3,400; 4,100 x 85 % = 3,485; 4,100 x 87 % = 3,567.
    assert_eq!(moved, [(8_500, -8_500), (8_200, -8_200)]);
    assert_eq!(tally.winners, (1, 16_700));
}

#[test]
fn parts_merge_in_any_order() {
    let replay = Replay::new(testing::pack("reference"), draft(&CHANGES));
    let bills = bills();
    let whole = tally(&replay, &bills, 0..bills.len());
    let mut merged = tally(&replay, &bills, (1_000..bills.len()).rev());
    merged.merge(tally(&replay, &bills, 0..1_000));
    assert_eq!(merged, whole);
}

#[test]
fn the_smallest_bill_of_a_change() {
    let replay = Replay::new(testing::pack("reference"), draft(&CHANGES[..1]));
    let bills = bills();
    let tally = tally(&replay, &bills, 0..bills.len());
    let (clause, moved) = replay.clauses(&tally).next().unwrap();
    let (smallest, _) = replay.smallest(&clause, moved).unwrap();
    // A fen above the new deductible; of the tertiary hospital's rates each pays it.
    let total = smallest.lines[0].price.times(smallest.lines[0].quantity).unwrap();
    assert_eq!((smallest.lines.len(), total.get()), (1, 90_001));
    // The bill that was seen has no more lines than any other that was moved.
    assert_eq!(moved.seen.lines, 1);
}

#[test]
fn a_draft_built_otherwise_is_one_clause() {
    let swapped = [("scheme", "[\"pooled\", \"serious\"]", "[\"serious\", \"pooled\"]")];
    let replay = Replay::new(testing::pack("reference"), draft(&swapped));
    let mut bill = testing::bill("1");
    bill.lines.push(testing::line("100000", "1"));
    let mut tally = Tally::default();
    replay.add(&mut tally, 0, &bill);
    let clauses: Vec<Clause> = replay.clauses(&tally).map(|(clause, _)| clause).collect();
    assert_eq!(clauses.len(), 1);
    assert_eq!(clauses[0].part, Part::Whole);
}

#[test]
fn what_only_one_law_pays_is_counted_apart() {
    let refuse = "[[refuse]]\ncode = \"benefit/no-children\"\narticle = \"reference/people\"\n\
                  when = { person = [\"child\"] }\n\n[[accumulator]]";
    let replay = Replay::new(testing::pack("reference"), draft(&[("scheme", "[[accumulator]]", refuse)]));
    let mut bill = testing::bill("1");
    bill.person.psn_type = testing::code("1403");
    bill.lines.push(testing::line("5000", "1"));
    let mut tally = Tally::default();
    replay.add(&mut tally, 0, &bill);
    // (5,000 - 1,000) x 60.5 %
    assert_eq!((tally.newly_refused.bills, tally.newly_refused.all()), (1, 242_000));
    assert!(tally.months.is_empty());
}

#[test]
fn the_city_against_a_draft_of_itself() {
    let mut files = testing::files();
    let text = files.get_mut("hangzhou/benefits/employees-outpatient.toml").unwrap();
    *text = text.replace(
        "| tertiary                 | *          | 76%",
        "| tertiary                 | *          | 78%",
    );
    let draft = Benefits::compile(&Law::load(&files, "hangzhou").unwrap()).unwrap();
    let replay = Replay::new(testing::pack("hangzhou"), draft);
    let mut bill = testing::bill("1");
    bill.visit.med_type = testing::code("11");
    bill.lines.push(testing::line("3000", "1"));
    let mut tally = Tally::default();
    replay.add(&mut tally, 0, &bill);
    let (clause, moved) = replay.clauses(&tally).next().unwrap();
    // Two hundredths of what lies above the deductible of 1,000 yuan.
    assert_eq!((moved.funds, clause.from.as_str(), clause.to.as_str()), (4_000, "76% above", "78% above"));
    assert_eq!(clause.now.unwrap().2, "hz-2020/outpatient");
}
