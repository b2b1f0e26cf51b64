//! Short names of parties, regions, funds and entries, compared and copied without a heap.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A name of 1 to 48 letters, digits and `-` `_` `.` `/` `#`: a provider code, a division code, a fund payment
/// type, an entry's id. Sorted as its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word([u8; Word::BYTES_MAX]);

/// Why a text is not a word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a word of the books: write 1 to 48 letters, digits or `-` `_` `.` `/` `#`")]
pub struct WordError(String);

impl Word {
    /// The longest word, in bytes. The national platform's longest ids have 30.
    pub const BYTES_MAX: usize = 48;

    /// A word written in a program; only its first 48 bytes count. For words read from outside there is `parse`.
    pub const fn known(text: &str) -> Word {
        let text = text.as_bytes();
        let (mut bytes, mut place) = ([0; Word::BYTES_MAX], 0);
        while place < text.len() && place < Word::BYTES_MAX {
            bytes[place] = text[place];
            place += 1;
        }
        Word(bytes)
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|&byte| byte == 0).unwrap_or(Word::BYTES_MAX);
        // Only ASCII ever comes in, so this cannot fail.
        std::str::from_utf8(&self.0[..end]).unwrap_or_default()
    }
}

impl FromStr for Word {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Word, WordError> {
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'#');
        if text.is_empty() || text.len() > Word::BYTES_MAX || !text.bytes().all(allowed) {
            return Err(WordError(text.chars().take(Word::BYTES_MAX).collect()));
        }
        let mut bytes = [0; Word::BYTES_MAX];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Word(bytes))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        let longest = "x".repeat(Word::BYTES_MAX);
        for text in ["310100", "H33010600001", "year/17/2026#3", longest.as_str()] {
            assert_eq!(text.parse::<Word>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn words_sort_as_their_text() {
        let words: Vec<Word> = ["1", "10", "2", "a", "ab"].iter().map(|text| text.parse().unwrap()).collect();
        assert!(words.is_sorted());
    }

    #[test]
    fn texts_that_are_no_word() {
        let too_long = "x".repeat(Word::BYTES_MAX + 1);
        for text in ["", "a b", "a:b", "统筹", "a\tb", "a\0", "a;b", too_long.as_str()] {
            assert!(text.parse::<Word>().is_err(), "{text}");
        }
    }
}
