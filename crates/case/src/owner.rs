//! Who answers for something: a role in an organisation.

use serde::{Deserialize, Serialize};

/// Who does something: a role in an organisation, seen from the case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// A role of the packs (`reviewer`).
    pub role: String,
    /// `agency`, a department's name, or a relation the case fills (`referring-hospital`, `persons-unit`).
    pub organisation: String,
}
