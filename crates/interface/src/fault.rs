//! What is wrong with a message: node, row, field, rule.

use crate::Specification;

/// The rule that was broken. Its words come from the pack, by [`Rule::code`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// A required field is empty.
    Required,
    /// A text has more than so many characters.
    TooLong(usize),
    /// A number has more than so many digits before or after the point.
    TooLarge(u8, u8),
    /// Something else where a text is expected.
    NotText,
    /// A text with a character that nobody can see or write: control characters, but tabs and line breaks.
    Control,
    /// No number.
    NotANumber,
    /// No day of the calendar.
    NotADate,
    /// No time.
    NotATime,
    /// Neither true nor false.
    NotAFlag,
    /// A code that the list of this name does not have.
    NotInList(String),
    /// A required node is not there.
    NodeMissing,
    /// Neither an object nor a list of objects.
    WrongShape,
    /// A list longer than this.
    TooManyRows(usize),
    /// Several rows where one is expected.
    TwoRows,
    /// `msgid` is not provider code, time and sequence.
    MessageId,
    /// The body is no JSON; why, and at which byte.
    NotJson(String),
    /// The body has more bytes than this.
    TooBig(usize),
    /// No such transaction here.
    NotOffered(String),
    /// The code of another provider.
    NotOwn,
    /// The address names another transaction than the body.
    NumberDiffers(String),
}

impl Rule {
    /// The name under which packs have the rule's words.
    pub fn code(&self) -> &'static str {
        match self {
            Rule::Required => "required",
            Rule::TooLong(_) => "too-long",
            Rule::TooLarge(..) => "too-large",
            Rule::NotText => "not-text",
            Rule::Control => "control",
            Rule::NotANumber => "not-a-number",
            Rule::NotADate => "not-a-date",
            Rule::NotATime => "not-a-time",
            Rule::NotAFlag => "not-a-flag",
            Rule::NotInList(_) => "not-in-list",
            Rule::NodeMissing => "node-missing",
            Rule::WrongShape => "wrong-shape",
            Rule::TooManyRows(_) => "too-many-rows",
            Rule::TwoRows => "two-rows",
            Rule::MessageId => "message-id",
            Rule::NotJson(_) => "not-json",
            Rule::TooBig(_) => "too-big",
            Rule::NotOffered(_) => "not-offered",
            Rule::NotOwn => "not-own",
            Rule::NumberDiffers(_) => "number-differs",
        }
    }

    fn filling(&self) -> String {
        match self {
            Rule::TooLong(most) | Rule::TooManyRows(most) | Rule::TooBig(most) => most.to_string(),
            Rule::TooLarge(digits, places) => format!("({digits},{places})"),
            Rule::NotInList(text)
            | Rule::NotJson(text)
            | Rule::NotOffered(text)
            | Rule::NumberDiffers(text) => text.clone(),
            _ => String::new(),
        }
    }
}

/// One fault at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The node's name; empty where the whole message is meant.
    pub node: String,
    /// From 1, in a node of several rows; 0 otherwise.
    pub row: usize,
    /// The field's name; empty where the whole node is meant.
    pub field: String,
    /// What was broken.
    pub rule: Rule,
}

impl Fault {
    /// A fault of the whole message.
    pub fn whole(rule: Rule) -> Fault {
        Fault { node: String::new(), row: 0, field: String::new(), rule }
    }

    /// The fault in words, as the specification's messages have it: node, row, field, rule.
    pub fn told(&self, specification: &Specification) -> String {
        let mut told = String::new();
        if !self.node.is_empty() {
            told += &specification.words("place", &self.node);
        }
        if self.row > 0 {
            told += &specification.words("row", &self.row.to_string());
        }
        if !self.field.is_empty() {
            told += &specification.words("column", &self.field);
        }
        told + &specification.words(self.rule.code(), &self.rule.filling())
    }
}

/// As many faults as fit into `err_msg`, and how many there are besides.
pub fn tell(faults: &[Fault], specification: &Specification) -> String {
    let mut told = String::new();
    for (place, fault) in faults.iter().enumerate() {
        let next = fault.told(specification);
        // Room for the words on the rest.
        if place > 0 && told.chars().count() + next.chars().count() > ROOM {
            told += &specification.words("other-faults", &(faults.len() - place).to_string());
            return told;
        }
        told += &next;
        told.push('；');
    }
    told.pop();
    told
}

/// Characters used before the rest is only counted; `err_msg` has 200.
const ROOM: usize = 180;

/// Something that was read though the specification writes it otherwise; reported, never refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The node's name.
    pub node: String,
    /// The field's name; empty where the whole node is meant.
    pub field: String,
    /// What was met.
    pub oddity: Oddity,
}

/// What may be read though it is written otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// A node or field the specification does not have; not read.
    Unknown,
    /// A number where a text is specified.
    NumberAsText,
    /// A text where a number is specified.
    TextAsNumber,
    /// One object where a list is specified.
    ObjectAsList,
    /// A list of one where an object is specified.
    ListAsObject,
    /// A time where a day is specified; the day was read.
    TimeAsDate,
    /// A day where a time is specified; midnight was read.
    DateAsTime,
    /// The name differs in capital letters.
    Capitals,
    /// The name was sent more than once; the last was read.
    Twice,
}

impl std::fmt::Display for Remark {
    /// `feedetail.cnt: text-as-number`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dot = if self.node.is_empty() || self.field.is_empty() { "" } else { "." };
        write!(f, "{}{dot}{}: {}", self.node, self.field, self.oddity.word())
    }
}

impl Oddity {
    /// `text-as-number`
    pub fn word(self) -> &'static str {
        match self {
            Oddity::Unknown => "unknown",
            Oddity::NumberAsText => "number-as-text",
            Oddity::TextAsNumber => "text-as-number",
            Oddity::ObjectAsList => "object-as-list",
            Oddity::ListAsObject => "list-as-object",
            Oddity::TimeAsDate => "time-as-date",
            Oddity::DateAsTime => "date-as-time",
            Oddity::Capitals => "capitals",
            Oddity::Twice => "twice",
        }
    }
}
