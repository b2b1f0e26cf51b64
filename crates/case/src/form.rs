//! Forms and their fields: the facts a case is decided on.

use policy::expr::Kind;
use terms::{Fact, Facts, Name, Refusal};

/// A form of the packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// `registration`
    pub id: String,
    /// Its name on paper.
    pub name: Name,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The fact's name (`subject.birth`).
    pub id: String,
    /// The question or label.
    pub label: Name,
    /// What may be written.
    pub kind: Kind,
    /// The words of a closed list with their names, in order.
    pub codes: Vec<(String, Name)>,
    /// Who knows it.
    pub known: Known,
    /// Whether the case cannot be accepted without it.
    pub required: bool,
}

/// Who knows a fact, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// The applicant knows it before coming; the pre-check asks.
    Applicant,
    /// The office's own registers know it once the person is known; the pre-check asks where nobody is signed in.
    Registry,
    /// A step of the case finds it out; nothing at the counter may depend on it.
    Process,
}

impl Field {
    /// Whether this fact fits the field. Free text is bounded, so that no form fills a disk.
    pub fn accepts(&self, fact: &Fact) -> bool {
        match (&self.kind, fact) {
            (Kind::Flag, Fact::Flag(_))
            | (Kind::Number, Fact::Number(_))
            | (Kind::Day, Fact::Day(_))
            | (Kind::Fen, Fact::Fen(_))
            | (Kind::Rate, Fact::Rate(_)) => true,
            (Kind::Code(known), Fact::Code(code)) => known.contains(code),
            (Kind::Codes(known), Fact::Codes(codes)) => codes.iter().all(|code| known.contains(code)),
            (Kind::Text, Fact::Text(text)) => text.chars().count() <= TEXT_CHARACTERS_MAX,
            _ => false,
        }
    }
}

/// Longest free text of a field.
pub const TEXT_CHARACTERS_MAX: usize = 2000;

/// Refusals for facts that no field of these takes.
pub(crate) fn unfit<'a>(
    fields: impl Iterator<Item = &'a Field>,
    facts: &Facts,
    article: &str,
) -> Vec<Refusal> {
    let fields: Vec<&Field> = fields.collect();
    let mut refusals = Vec::new();
    for (name, fact) in facts {
        let field = fields.iter().find(|field| field.id == *name);
        if field.is_none_or(|field| !field.accepts(fact)) {
            let label =
                field.map_or_else(|| Fact::Text(name.clone()), |field| Fact::Name(field.label.clone()));
            refusals.push(Refusal::new("case/field-unfit", article).with("field", label));
        }
    }
    refusals
}
