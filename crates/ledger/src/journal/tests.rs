use super::*;
use proptest::prelude::*;

const SMALL: &str = "\
2026-10-09 (E1) settlement  ; decision: settlement/17
    fund:310100                   120.00
    person-account:17               0.50
    payable:H33010600001:310100  -120.50

2026-10-10 (R1) settlement  ; decision: settlement/17, reverses: E1
    fund:310100                  -120.00
    person-account:17              -0.50
    payable:H33010600001:310100   120.50
";

#[test]
fn what_is_written_is_read_back() {
    let entries = read(SMALL).unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1].reverses, Some("E1".parse().unwrap()));
    assert_eq!(entries[0].postings[1].amount, "0.50".parse().unwrap());
    assert_eq!(write(&entries), SMALL);
}

#[test]
fn comments_and_spacing_do_not_matter() {
    let loose =
        format!("; books of the demo office\r\n\r\n{}", SMALL.replace("  ", "   ").replace('\n', "\r\n"));
    assert_eq!(read(&loose), read(SMALL));
}

#[track_caller]
fn check_fault(text: &str, line: usize, says: &str) {
    let fault = read(text).unwrap_err();
    assert_eq!(fault.line, line, "{fault}");
    assert!(fault.what.contains(says), "{fault}");
}

#[test]
fn faults_are_pointed_at() {
    check_fault("    fund:1  1\n", 1, "a posting before the first entry");
    check_fault("2026-10-09 (E1) settlement\n", 1, "names no decision");
    check_fault("2026-10-09 (E1) settlement ; memo: x\n", 1, "there is no tag `memo`");
    check_fault("2026-10-09 (E1) settlement ; decision: a, decision: b\n", 1, "there twice");
    check_fault("2026-10-09 (E1) settlement ; reverses: E0\n", 1, "names no decision");
    check_fault("2026-02-30 (E1) settlement ; decision: a\n", 1, "no day of the calendar");
    check_fault("2026-10-09 E1 settlement ; decision: a\n", 1, "the id is not in brackets");
    check_fault("2026-10-09 (E1) paid out ; decision: a\n", 1, "`out` stands between");
    check_fault(&SMALL.replace("fund:", "found:"), 2, "`found` is no kind of account");
    check_fault(&SMALL.replace("120.00", "120.005"), 2, "is not an amount in yuan");
    check_fault(&SMALL.replace(" 120.00", " 120.00 CNY"), 2, "a posting is an account and an amount");
    let wide = format!("{}{}", &SMALL[..54], "    cash  1\n".repeat(POSTINGS_MAX + 1));
    check_fault(&wide, POSTINGS_MAX + 2, "more than 256 postings");
}

proptest! {
    /// Text from outside never panics the reader, and what it does read it can write and read again.
    #[test]
    fn any_text(text in "(\\PC|\n|\t){0,400}") {
        if let Ok(entries) = read(&text) {
            prop_assert_eq!(read(&write(&entries)), Ok(entries));
        }
    }

    /// The same with a journal in which some bytes were changed, dropped or doubled, so that most of it is sound.
    #[test]
    fn damaged_journals(places in proptest::collection::vec((0usize..400, 0u8..3, any::<u8>()), 1..8)) {
        let mut bytes = SMALL.as_bytes().to_vec();
        for (place, kind, byte) in places {
            let place = place % bytes.len();
            match kind {
                0 => bytes[place] = byte,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, bytes[place]),
            }
        }
        if let Ok(entries) = read(&String::from_utf8_lossy(&bytes)) {
            prop_assert_eq!(read(&write(&entries)), Ok(entries));
        }
    }
}
