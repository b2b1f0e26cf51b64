//! What the checks say: sentences by code, so that each reader gets them in his own language.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// The English sentences, which the command line prints; the pages have the same codes in both languages.
const ENGLISH: &str = include_str!("../../../text/en/pack-faults.ftl");
/// What stands before a code in the texts.
const PREFIX: &str = "pack-fault-";

static SENTENCES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let rows = ENGLISH.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.strip_prefix(PREFIX)?.split_once(" = ")).collect()
});

/// A sentence of the texts with its values, or words that came from outside and have no other language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// The sentence `pack-fault-` and this code of `text/*/pack-faults.ftl`, with its values by name.
    Sentence(&'static str, Vec<(&'static str, Said)>),
    /// A name, a figure, what a parser says.
    Words(String),
}

/// The sentence with this code, without values yet.
pub fn say(code: &'static str) -> Said {
    Said::Sentence(code, Vec::new())
}

impl Said {
    /// The same with one more value.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl fmt::Display) -> Said {
        self.holding(name, Said::Words(value.to_string()))
    }

    /// The same with one more value that is a sentence itself.
    #[must_use]
    pub fn holding(mut self, name: &'static str, value: Said) -> Said {
        if let Said::Sentence(_, values) = &mut self {
            values.push((name, value));
        }
        self
    }

    /// The sentence for a word that is not known: the nearest that is, or all.
    pub fn nearest(word: &str, known: &[&str]) -> Said {
        match crate::scenario::nearest(word, known) {
            Some(near) => say("did-you-mean").with("near", near),
            None => say("known-ones").with("known", known.join(", ")),
        }
    }

    /// Its code; nothing for words from outside.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Said::Sentence(code, _) => Some(code),
            Said::Words(_) => None,
        }
    }

    /// The key of its text.
    pub fn key(code: &str) -> String {
        format!("{PREFIX}{code}")
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, values) = match self {
            Said::Words(words) => return f.write_str(words),
            Said::Sentence(code, values) => (code, values),
        };
        // A code without a text is refused by a test; the code itself is better than silence.
        let text = SENTENCES.get(code);
        debug_assert!(text.is_some(), "there is no text for `{code}`");
        let mut rest = *text.unwrap_or(code);
        while let Some((before, after)) = rest.split_once("{ $") {
            f.write_str(before)?;
            let (name, after) = after.split_once(" }").unwrap_or((after, ""));
            let value = values.iter().find(|(known, _)| *known == name);
            debug_assert!(value.is_some(), "`{code}` lacks its value `{name}`");
            value.map_or(Ok(()), |(_, value)| value.fmt(f))?;
            rest = after;
        }
        f.write_str(rest)
    }
}

impl From<&str> for Said {
    fn from(words: &str) -> Said {
        Said::Words(words.to_owned())
    }
}

impl From<String> for Said {
    fn from(words: String) -> Said {
        Said::Words(words)
    }
}
