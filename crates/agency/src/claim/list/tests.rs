use super::*;
use crate::testing::day;

const ON: &str = "2026-09-28";

/// Each line of a list that is taken, as `name price x quantity class first-own day`.
#[track_caller]
fn check(list: &str, expected: &[&str]) {
    let lines = read(list, day(ON)).unwrap_or_else(|fault| panic!("{fault:?}"));
    let said = |line: &BillLine| {
        let BillLine { name, price, quantity, class, first_own, day, .. } = line;
        format!("{name} {price} x {quantity} {class:?} {first_own} {day}")
    };
    assert_eq!(lines.iter().map(said).collect::<Vec<_>>(), expected, "{list}");
}

/// Each wrong line, as `line: column fault …`.
#[track_caller]
fn check_wrong(list: &str, expected: &[&str]) {
    let Err(Fault::Lines(bad)) = read(list, day(ON)) else { panic!("{list} is taken") };
    let said = |bad: &Bad| {
        let wrong: Vec<String> =
            bad.wrong.iter().map(|(column, wrong)| format!("{column:?} {wrong:?}")).collect();
        format!("{}: {}", bad.line, wrong.join(", "))
    };
    assert_eq!(bad.iter().map(said).collect::<Vec<_>>(), expected, "{list}");
}

#[test]
fn a_table_copied_from_a_spreadsheet_is_read_in_the_order_of_the_form() {
    check(
        "摄片\t100\n石膏固定\t130.5\t2\t乙\t10%\t2026/9/27\n",
        &["摄片 100.00 x 1 A 0.00 2026-09-28", "石膏固定 130.50 x 2 B 0.10 2026-09-27"],
    );
    check(
        "摄片，100\n\n石膏，260，1\n",
        &["摄片 100.00 x 1 A 0.00 2026-09-28", "石膏 260.00 x 1 A 0.00 2026-09-28"],
    );
}

#[test]
fn heads_say_which_column_is_which_and_others_are_passed_over() {
    check(
        "日期\t项目名称\t规格\t单价\t数量\t金额\t类别\n20260927\t头孢\t盒\t12.50\t3\t37.50\t甲类\n",
        &["头孢 12.50 x 3 A 0.00 2026-09-27"],
    );
    check("名称\t金额\n护理\t1,234.50\n", &["护理 1234.50 x 1 A 0.00 2026-09-28"]);
    check("medins_list_name,pric,cnt\n药,1.25,4\n", &["药 1.25 x 4 A 0.00 2026-09-28"]);
}

#[test]
fn a_class_that_is_left_open_is_the_one_before() {
    check(
        "甲药\t10\n乙药\t10\t1\t乙\n再一\t10\n",
        &[
            "甲药 10.00 x 1 A 0.00 2026-09-28",
            "乙药 10.00 x 1 B 0.00 2026-09-28",
            "再一 10.00 x 1 B 0.00 2026-09-28",
        ],
    );
}

#[test]
fn every_fault_of_every_line_is_said_and_nothing_is_taken() {
    check_wrong(
        "摄片\t一百\t两次\n\t5\n石膏\t260\t1\t丁\t150%\t九月\n好\t1\n",
        &["1: Price Number, Quantity Number", "2: Name Empty", "3: Class Class, FirstOwn Share, Day Day"],
    );
    check_wrong("名称\t单价\t数量\t金额\n药\t12.50\t3\t37.60\n", &["2: Amount Differs"]);
    check_wrong("药\n", &["1: Price Empty"]);
    check_wrong("药\t99999999999999999999\n", &["1: Price Number"]);
}

#[test]
fn a_list_without_end_is_not_read() {
    assert_eq!(read(&"药\t1\n".repeat(LINES_MAX + 1), day(ON)), Err(Fault::TooLong));
    assert_eq!(read(&"药".repeat(CHARS_MAX + 1), day(ON)), Err(Fault::TooLong));
    assert_eq!(read(&"药\t1\n".repeat(LINES_MAX), day(ON)).map(|lines| lines.len()), Ok(LINES_MAX));
}

#[test]
fn any_text_at_all_gets_an_answer() {
    for text in ["", "\t\t\t", "\u{0}\u{1}", ",,,,", "\"\"\"", "名称", "𠮷\t１２．５０", "2026年13月45日"]
    {
        drop(read(text, day(ON)));
    }
}
