//! What a case is about, where it is not a person: a provider (agreements), or what was decided in another case (appeals,
//! corrections, complaints).

use crate::{CaseId, StreamId};
use std::collections::BTreeMap;

/// The relation under which a matter of a provider names it.
pub const PROVIDER: &str = "applying-provider";
/// The relation under which an appeal names the case it is about.
pub const DECIDED: &str = "decided-case";

/// What a procedure is about, beside people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A provider.
    Provider,
    /// Another case.
    Case,
}

/// What a procedure is about; nothing where it is about a person.
pub fn about(procedure: &case::Procedure) -> Option<About> {
    let names = |relation: &str| procedure.parties.iter().any(|known| known == relation);
    if names(PROVIDER) { Some(About::Provider) } else { names(DECIDED).then_some(About::Case) }
}

/// The case this one is about, where it is about one.
pub fn decided_case(parties: &BTreeMap<String, String>) -> Option<CaseId> {
    match parties.get(DECIDED)?.parse() {
        Ok(StreamId::Case(case)) => Some(case),
        _ => None,
    }
}
