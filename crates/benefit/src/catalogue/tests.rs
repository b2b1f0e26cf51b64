use super::*;
use crate::testing::{self, code, day};
use expect_test::{Expect, expect};
use policy::Files;
use proptest::prelude::*;

/// The reference pack with this catalogue; its articles hold from 2000 on.
fn files(csv: &str) -> Files {
    let mut files = testing::files();
    files.insert("reference/catalogue/items.csv".into(), csv.into());
    files
}

fn compiled(files: &Files) -> Result<Catalogue, Vec<String>> {
    let law = Law::load(files, "reference").unwrap();
    Catalogue::compile(&law).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

const HEAD: &str = "med_list_codg,hilist_name,list_type,med_chrgitm_type,chrgitm_lv,selfpay_prop,pric_uplmt_amt,\
                    hosp_lv,lmt_used_flag,begndate,enddate,article\n";

/// A bed whose ceiling differs by level and rises in 2021; a drug that moves from class B to class A.
const GOOD: &str = "\
BED,床位费,201,01,01,,45,1 2 3,0,2010-01-01,2020-12-31,reference/lines
BED,床位费,201,01,01,,30,not 1 2 3,0,2010-01-01,2020-12-31,reference/lines
BED,床位费,201,01,01,,60,,0,2021-01-01,,reference/lines
DRUG,\"片剂,大\",101,09,02,0.1,,,0,2010-01-01,2021-06-30,reference/lines
DRUG,片剂,101,09,01,,,,0,2021-07-01,,reference/lines
BLOOD,白蛋白,101,09,02,0.2,,,1,2010-01-01,,reference/lines
";

#[track_caller]
fn good() -> Catalogue {
    compiled(&files(&format!("{HEAD}{GOOD}"))).unwrap()
}

#[track_caller]
fn line(item: &str, on: &str, level: &str, approved: bool) -> Line {
    let charge =
        Charge { code: item, price: "100".parse().unwrap(), quantity: Quantity::ONE, day: day(on), approved };
    good().line(&charge, code(level))
}

#[test]
fn the_day_and_the_level_decide_the_row() {
    let ceiling = |on, level| line("BED", on, level, false).ceiling.map(|price| price.to_string());
    let yuan = |text: &str| text.parse::<Price>().ok().map(|price| price.to_string());
    assert_eq!(ceiling("2020-12-31", "3"), yuan("45"));
    assert_eq!(ceiling("2020-12-31", "5"), yuan("30"));
    assert_eq!(ceiling("2020-12-31", "none"), yuan("30"));
    assert_eq!(ceiling("2021-01-01", "3"), yuan("60"));
    assert_eq!(line("DRUG", "2021-06-30", "5", false).class, Class::B);
    assert_eq!(line("DRUG", "2021-06-30", "5", false).first_own, "0.1".parse().unwrap());
    assert_eq!(line("DRUG", "2021-07-01", "5", false).class, Class::A);
}

#[test]
fn what_the_catalogue_lacks_or_nobody_approved_is_the_persons_own() {
    for (item, on, approved, class) in [
        ("NONE", "2021-01-01", true, Class::Own),
        ("BED", "2009-12-31", true, Class::Own),
        ("BLOOD", "2021-01-01", false, Class::Own),
        ("BLOOD", "2021-01-01", true, Class::B),
    ] {
        assert_eq!(line(item, on, "3", approved).class, class, "{item} {on}");
    }
    assert_eq!(line("NONE", "2021-01-01", "3", true).entry, None);
    assert!(line("BLOOD", "2021-01-01", "3", false).entry.is_some());
}

#[test]
fn written_as_csv_it_reads_back_the_same() {
    let first = good();
    let text = first.csv(None).unwrap();
    let again = compiled(&files(&text)).unwrap();
    assert_eq!(again.csv(None).unwrap(), text);
    let bare = |catalogue: &Catalogue| {
        let bare = |item: &Item| Item { line: 0, ..item.clone() };
        catalogue.items().iter().map(bare).collect::<Vec<_>>()
    };
    assert_eq!(bare(&again), bare(&first));
    let on = first.csv(Some(day("2021-03-01"))).unwrap();
    assert_eq!(on.lines().count(), 4, "{on}");
}

#[track_caller]
fn faulty(csv: &str, expected: &Expect) {
    expected.assert_eq(&compiled(&files(csv)).unwrap_err().join("\n"));
}

#[test]
fn every_bad_cell_is_told_at_its_place() {
    let rows = "\
A,\"a \"\"big\"\", one\",101,09,04,,,,0,2010-01-01,,reference/lines
B,b,101,09,02,,,,0,2010-01-01,,reference/lines
C,c,101,09,01,0.1,1e3,,2,2010-13-01,,reference/lines

D,d,1O1,09,03,,5,not,0,2010-01-01,2009-01-01,reference/none
E,e,101,09
,f,101,09,01,,0,,0,1999-01-01,,reference/lines
";
    faulty(
        &format!("{HEAD}{rows}"),
        &expect![[r#"
        reference/catalogue/items.csv:2:27: chrgitm_lv: `04` is no class
              2 | A,"a ""big"", one",101,09,04,,,,0,2010-01-01,,reference/lines
                = write 01, 02 or 03
        reference/catalogue/items.csv:3:15: selfpay_prop: `` is no share of class 02
              3 | B,b,101,09,02,,,,0,2010-01-01,,reference/lines
                = write a share from 0 to 1, such as 0.05
        reference/catalogue/items.csv:4:19: pric_uplmt_amt: `1e3` cannot be read
              4 | C,c,101,09,01,0.1,1e3,,2,2010-13-01,,reference/lines
                = write yuan, such as 45.50, or leave it empty
        reference/catalogue/items.csv:4:24: lmt_used_flag: `2` is no flag
              4 | C,c,101,09,01,0.1,1e3,,2,2010-13-01,,reference/lines
                = write 1 where the use is restricted, else 0
        reference/catalogue/items.csv:4:26: begndate: `2010-13-01` cannot be read
              4 | C,c,101,09,01,0.1,1e3,,2,2010-13-01,,reference/lines
                = write the day as 2026-01-31
        reference/catalogue/items.csv:4:15: selfpay_prop: `0.1` contradicts class 01
              4 | C,c,101,09,01,0.1,1e3,,2,2010-13-01,,reference/lines
                = leave it empty, or write class 02
        reference/catalogue/items.csv:6:5: list_type: `1O1` cannot be read
              6 | D,d,1O1,09,03,,5,not,0,2010-01-01,2009-01-01,reference/none
                = write the national code, such as 101
        reference/catalogue/items.csv:6:18: hosp_lv: `not` is no list of levels
              6 | D,d,1O1,09,03,,5,not,0,2010-01-01,2009-01-01,reference/none
                = write codes with spaces between, `not` and codes, or leave it empty for every level
        reference/catalogue/items.csv:6:35: enddate: `2009-01-01` is before the first day
              6 | D,d,1O1,09,03,,5,not,0,2010-01-01,2009-01-01,reference/none
                = mend `begndate` or `enddate`
        reference/catalogue/items.csv:6:16: pric_uplmt_amt: `5` can never apply: class 03 is the person's own
              6 | D,d,1O1,09,03,,5,not,0,2010-01-01,2009-01-01,reference/none
                = leave it empty
        reference/catalogue/items.csv:6:46: article: `reference/none` is no article of this pack
              6 | D,d,1O1,09,03,,5,not,0,2010-01-01,2009-01-01,reference/none
                = add the article or cite another
        reference/catalogue/items.csv:7:1: the row has 4 cells, the table has 12 columns
              7 | E,e,101,09
                = give every column a cell; put a text with commas between double quotes
        reference/catalogue/items.csv:8:1: med_list_codg: `` is empty
              8 | ,f,101,09,01,,0,,0,1999-01-01,,reference/lines
                = fill it in
        reference/catalogue/items.csv:8:15: pric_uplmt_amt: `0` would count nothing
              8 | ,f,101,09,01,,0,,0,1999-01-01,,reference/lines
                = leave it empty for no limit; write class 03 for what is not paid for
        reference/catalogue/items.csv:8:32: article: `reference/lines` is in force from 2000-01-01 to now, the row is not
              8 | ,f,101,09,01,,0,,0,1999-01-01,,reference/lines
                = cite the article in force on these days, or mend the days"#]],
    );
}

#[test]
fn a_wrong_head_is_told_and_the_rows_are_not_guessed_at() {
    faulty(
        "code,hilist_nam\nA,b\n",
        &expect![[r#"
        reference/catalogue/items.csv:1:1: `code` is no column of the catalogue
              1 | code,hilist_nam
                = the known ones are: med_list_codg, hilist_code, hilist_name, list_type, med_chrgitm_type, chrgitm_lv, selfpay_prop, pric_uplmt_amt, hosp_lv, lmt_used_flag, prcunt, begndate, enddate, article
        reference/catalogue/items.csv:1:6: `hilist_nam` is no column of the catalogue
              1 | code,hilist_nam
                = did you mean `hilist_name`?
        reference/catalogue/items.csv:1:1: column `med_list_codg` is missing
              1 | code,hilist_nam
                = add it
        reference/catalogue/items.csv:1:1: column `hilist_name` is missing
              1 | code,hilist_nam
                = add it
        reference/catalogue/items.csv:1:1: column `list_type` is missing
              1 | code,hilist_nam
                = add it
        reference/catalogue/items.csv:1:1: column `med_chrgitm_type` is missing
              1 | code,hilist_nam
                = add it
        reference/catalogue/items.csv:1:1: column `chrgitm_lv` is missing
              1 | code,hilist_nam
                = add it
        reference/catalogue/items.csv:1:1: column `begndate` is missing
              1 | code,hilist_nam
                = add it
        reference/catalogue/items.csv:1:1: column `article` is missing
              1 | code,hilist_nam
                = add it"#]],
    );
    faulty(
        "",
        &expect![[r#"
        reference/catalogue/items.csv: the table has no columns
                = begin with a line of columns: med_list_codg,hilist_code,hilist_name,list_type,med_chrgitm_type,chrgitm_lv,selfpay_prop,pric_uplmt_amt,hosp_lv,lmt_used_flag,prcunt,begndate,enddate,article"#]],
    );
}

#[test]
fn gaps_and_overlaps_of_days_and_levels() {
    let row = |levels: &str, from: &str, to: &str| {
        format!("A,a,101,09,01,,,{levels},0,{from},{to},reference/lines\n")
    };
    let told =
        |rows: &[String]| compiled(&files(&format!("{HEAD}{}", rows.concat()))).unwrap_err().join("\n");
    let next_day = [row("", "2010-01-01", "2019-12-31"), row("", "2020-01-01", "")];
    assert!(compiled(&files(&format!("{HEAD}{}", next_day.concat()))).is_ok());
    let overlap = told(&[row("", "2010-01-01", "2020-01-01"), row("", "2020-01-01", "")]);
    assert!(overlap.starts_with("reference/catalogue/items.csv:3:"), "{overlap}");
    assert!(overlap.contains("two rows of `A` hold at any level on 2020-01-01"), "{overlap}");
    let gap = told(&[row("", "2010-01-01", "2019-12-30"), row("", "2020-01-01", "")]);
    assert!(gap.contains("no row of `A` holds at any level on 2019-12-31"), "{gap}");
    let level = told(&[row("1 2", "2010-01-01", "")]);
    assert!(level.contains("at the levels that no row names on 2010-01-01"), "{level}");
    let level = told(&[row("1 2", "2010-01-01", ""), row("not 1", "2010-01-01", "")]);
    assert!(level.contains("two rows of `A` hold at level 2"), "{level}");
    let ends = told(&[row("1", "2010-01-01", ""), row("not 1", "2010-01-01", "2019-12-31")]);
    assert!(ends.contains("at the levels that no row names on 2020-01-01"), "{ends}");
}

#[test]
fn an_upper_pack_replaces_what_it_says_of_a_code() {
    let mut files = testing::files();
    let national = Law::load(&files, "national").unwrap();
    let article = national.articles().find(|article| article.to.is_none()).unwrap().clone();
    let row = |ratio: &str, article: &str| format!("{HEAD}A,a,101,09,02,{ratio},,,0,2025-12-01,,{article}\n");
    assert!(article.from <= day("2025-12-01"));
    files.insert("national/catalogue/items.csv".into(), row("0.1", &article.id.0));
    files.insert("hangzhou/catalogue/items.csv".into(), row("0.2", "zj-catalogue/items"));
    let share = |pack: &str| {
        let catalogue = Catalogue::compile(&Law::load(&files, pack).unwrap()).unwrap();
        catalogue.find("A", day("2026-01-01"), code("2")).unwrap().1.first_own
    };
    assert_eq!(share("national"), "0.1".parse().unwrap());
    assert_eq!(share("hangzhou"), "0.2".parse().unwrap());
}

#[test]
fn a_level_the_dimensions_do_not_know_is_a_slip() {
    let csv = format!(
        "{HEAD}A,a,101,09,01,,9,22,0,2010-01-01,,reference/lines\nA,a,101,09,01,,8,not 22,0,2010-01-01,,reference/lines\n"
    );
    let law = Law::load(&files(&csv), "reference").unwrap();
    let told = crate::Benefits::compile(&law).unwrap_err();
    assert!(told[0].to_string().contains("items.csv:2:1: hosp_lv: `22` of `A` is no level"), "{}", told[0]);
}

proptest! {
    /// Whatever the table is, reading ends with an answer, and every fault names a line there is.
    #[test]
    fn any_text_is_read_or_refused(text in "[\\PC\n\",]{0,400}") {
        let csv = format!("{HEAD}{text}");
        if let Err(faults) = Catalogue::compile(&Law::load(&files(&csv), "reference").unwrap()) {
            prop_assert!(faults.iter().all(|fault| fault.line <= csv.lines().count() + 1));
        }
    }

    /// A good row with one byte changed is read or refused at its line; one that never ends, at the end.
    #[test]
    fn a_changed_byte(place in 0usize..GOOD.len(), byte in prop::sample::select(b" \",\n0129-.x".to_vec())) {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes[place] = byte;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let csv = format!("{HEAD}{text}");
        if let Err(faults) = Catalogue::compile(&Law::load(&files(&csv), "reference").unwrap()) {
            prop_assert!(faults.iter().all(|fault| (2..=csv.lines().count() + 1).contains(&fault.line)));
        }
    }
}
