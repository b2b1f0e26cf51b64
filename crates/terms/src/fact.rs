//! Named values that decisions are made from and answers are explained with.

use crate::{Day, Fen, Name, Rate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One value of a form, a condition, a refusal or a trace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A day.
    Day(Day),
    /// An amount of money.
    Fen(Fen),
    /// An exact fraction.
    Rate(Rate),
    /// A word of a closed list (`tertiary`, `liaison`), shown to people through the text files.
    Code(String),
    /// Free text, shown as it is.
    Text(String),
    /// A name a pack gives in both languages.
    Name(Name),
    /// Several codes.
    Codes(Vec<String>),
}

/// Facts by name; names are those of the packs' forms and expressions.
pub type Facts = BTreeMap<String, Fact>;

impl fmt::Display for Fact {
    /// For logs and the command line; pages speak through the text files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Flag(flag) => write!(f, "{flag}"),
            Fact::Number(number) => write!(f, "{number}"),
            Fact::Day(day) => write!(f, "{day}"),
            Fact::Fen(fen) => write!(f, "{fen}"),
            Fact::Rate(rate) => write!(f, "{rate}"),
            Fact::Code(text) | Fact::Text(text) => f.write_str(text),
            Fact::Name(name) => f.write_str(&name.zh),
            Fact::Codes(codes) => f.write_str(&codes.join(", ")),
        }
    }
}
