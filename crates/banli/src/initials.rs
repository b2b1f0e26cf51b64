//! The first letters of Chinese words (拼音首字母), by which officers find a name from the keyboard: 白石演示 is `bsys`.

/// GB 2312 orders its first-level characters by pronunciation: the code at which each letter begins.
const FIRST: [(u16, char); 23] = [
    (0xB0A1, 'a'),
    (0xB0C5, 'b'),
    (0xB2C1, 'c'),
    (0xB4EE, 'd'),
    (0xB6EA, 'e'),
    (0xB7A2, 'f'),
    (0xB8C1, 'g'),
    (0xB9FE, 'h'),
    (0xBBF7, 'j'),
    (0xBFA6, 'k'),
    (0xC0AC, 'l'),
    (0xC2E8, 'm'),
    (0xC4C3, 'n'),
    (0xC5B6, 'o'),
    (0xC5BE, 'p'),
    (0xC6DA, 'q'),
    (0xC8BB, 'r'),
    (0xC8F6, 's'),
    (0xCBFA, 't'),
    (0xCDDA, 'w'),
    (0xCEF4, 'x'),
    (0xD1B9, 'y'),
    (0xD4D1, 'z'),
];
/// The last of them.
const LAST: u16 = 0xD7F9;

/// The first letter of each character, in small letters; Latin letters and digits stand for themselves, and characters
/// whose sound is not in the table (rare ones) are passed over.
pub fn of(words: &str) -> String {
    words.chars().filter_map(letter).collect()
}

fn letter(sign: char) -> Option<char> {
    if sign.is_ascii_alphanumeric() {
        return Some(sign.to_ascii_lowercase());
    }
    let mut buffer = [0; 4];
    let (bytes, _, unknown) = encoding_rs::GBK.encode(sign.encode_utf8(&mut buffer));
    let code = match (bytes.as_ref(), unknown) {
        ([high, low], false) => u16::from_be_bytes([*high, *low]),
        _ => return None,
    };
    let known = code <= LAST && code & 0xFF >= 0xA1;
    FIRST.iter().rev().find(|(from, _)| *from <= code).filter(|_| known).map(|(_, letter)| *letter)
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(words: &str, letters: &str) {
        assert_eq!(super::of(words), letters);
    }

    #[test]
    fn a_name_is_found_by_its_first_letters() {
        check("白石演示骨伤医院", "bsysgsyy");
        check("惠民演示大药房", "hmysdyf");
        check("杭州市第1医院", "hzsd1yy");
        check("啊座", "az");
        check("XY-9 号", "xy9h");
        check("", "");
    }

    #[test]
    fn what_has_no_sound_in_the_table_is_passed_over() {
        check("𠮷囍（）", "");
    }
}
