//! The roles of a law, as far as procedures ask: their ids and organisations.

use policy::{Diagnostics, Law};
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::Name;

/// What a procedure needs to know of a role: its id and the word of its organisation.
pub(crate) type RoleOrganisations = BTreeMap<String, String>;

#[derive(Deserialize)]
struct RolesDocument {
    role: BTreeMap<String, RoleDocument>,
}

#[derive(Deserialize)]
struct RoleDocument {
    #[serde(rename = "name")]
    _name: Name,
    organisation: String,
}

/// Reads the roles of every layer.
pub(crate) fn roles(law: &Law, faults: &mut Diagnostics) -> RoleOrganisations {
    let mut roles = RoleOrganisations::new();
    for source in law.documents("roles") {
        match source.read::<RolesDocument>() {
            Ok(document) => roles.extend(document.role.into_iter().map(|(id, role)| (id, role.organisation))),
            Err(fault) => faults.push(fault),
        }
    }
    roles
}
