//! Packs as nobody would write them: valid files with bytes changed, spans cut, lines doubled and moved. Loading ends
//! with a law or with faults that name a file; what is accepted settles bills without breaking an identity.

use super::*;
use crate::Outcome;
use crate::testing::{self, bill, line};
use policy::Files;
use proptest::prelude::*;
use std::sync::LazyLock;

/// The reference pack without its scenarios.
static PACK: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let files = testing::files().into_iter();
    files.filter(|(path, _)| path.starts_with("reference/") && path.ends_with(".toml")).collect()
});

/// One change to a text, at a place from 0 to 1 of it.
#[derive(Debug, Clone)]
enum Change {
    Byte(u16, u8),
    Cut(u16, u8),
    Double(u16),
    Swap(u16, u16),
    Word(u16, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let words = [
        "'''",
        "[[layer]]",
        "99999999999999999999",
        "-1",
        "1e9",
        "\u{feff}",
        "\0",
        "above",
        "100%",
        "1/0",
        "|",
        "\"",
        "💰",
        "2020-02-30",
        "none",
    ];
    prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (any::<u16>(), any::<u8>()).prop_map(|(at, length)| Change::Cut(at, length)),
        any::<u16>().prop_map(Change::Double),
        (any::<u16>(), any::<u16>()).prop_map(|(one, other)| Change::Swap(one, other)),
        (any::<u16>(), prop::sample::select(words.to_vec())).prop_map(|(at, word)| Change::Word(at, word)),
    ]
}

fn changed(text: &str, change: &Change) -> String {
    let at = |place: u16, length: usize| usize::from(place) * length / (usize::from(u16::MAX) + 1);
    let mut bytes = text.as_bytes().to_vec();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    match *change {
        Change::Byte(place, byte) => {
            let place = at(place, bytes.len());
            bytes[place] = byte;
        }
        Change::Cut(place, length) => {
            let place = at(place, bytes.len());
            let end = (place + usize::from(length)).min(bytes.len());
            bytes.drain(place..end);
        }
        Change::Double(place) => {
            let place = at(place, lines.len());
            lines.insert(place, lines[place]);
            return lines.concat();
        }
        Change::Swap(one, other) => {
            let (one, other) = (at(one, lines.len()), at(other, lines.len()));
            lines.swap(one, other);
            return lines.concat();
        }
        Change::Word(place, word) => {
            let place = at(place, bytes.len());
            bytes.splice(place..place, word.bytes());
        }
    }
    // A file that is not UTF-8 is refused before it comes here.
    String::from_utf8_lossy(&bytes).into_owned()
}

proptest! {
    #[test]
    fn a_changed_pack_is_a_law_or_is_told_where_it_is_wrong(
        file in 0usize..64,
        changes in prop::collection::vec(change(), 1..4),
        amount in 1u32..9_999_999,
    ) {
        let mut files: Files = PACK.iter().cloned().collect();
        let path = PACK[file % PACK.len()].0.clone();
        let mut text = files[&path].clone();
        for change in &changes {
            if !text.is_empty() {
                text = changed(&text, change);
            }
        }
        files.insert(path, text);
        match policy::Law::load(&files, "reference").and_then(|law| Benefits::compile(&law)) {
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in &faults {
                    prop_assert!(fault.file.starts_with("reference") && !fault.cure.to_string().is_empty(), "{}", fault);
                }
            }
            Ok(benefits) => {
                let mut bill = bill("2");
                bill.lines = vec![line(&amount.to_string(), "1"), line("0.01", "3")];
                let mut outcome = Outcome::default();
                if benefits.trace(&bill, &mut outcome).is_ok() {
                    let _ = benefits.explain(&bill, &outcome);
                    let _ = benefits.fund_shares(&bill, &outcome);
                }
            }
        }
    }
}
