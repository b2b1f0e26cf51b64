//! Who is told before a date passes, where a clock does not say so itself: `warnings/*.toml`, a row for each kind of
//! organisation.

use policy::{Diagnostics, Law, Said, Spanned, say};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::role::RoleOrganisations;

/// By the organisation's word (`agency`, `provider`): how many working days ahead, and which role.
pub(crate) type Warnings = BTreeMap<String, Row>;

/// One organisation's early warning.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Working days before the date.
    pub(crate) days: u16,
    /// The role that is told.
    pub(crate) tells: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    warn: BTreeMap<String, RowDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowDocument {
    days: u16,
    tells: Spanned<String>,
}

/// Reads the rows of every layer; an upper layer's row replaces a lower one's of the same organisation.
pub(crate) fn read(law: &Law, roles: &RoleOrganisations, faults: &mut Diagnostics) -> Warnings {
    let mut warnings = Warnings::new();
    for source in law.documents("warnings") {
        let document: Document = match source.read() {
            Ok(document) => document,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        for (organisation, row) in document.warn {
            let (place, tells) = (row.tells.span(), row.tells.into_inner());
            if !roles.contains_key(&tells) {
                let known: Vec<&str> = roles.keys().map(String::as_str).collect();
                let what = say("no-role").with("word", &tells);
                faults.push(source.at(place, what, Said::nearest(&tells, &known)));
            }
            warnings.insert(organisation, Row { days: row.days, tells });
        }
    }
    warnings
}
