//! Providers to choose from in a field that takes their code: offered by code, name and first letters.

use super::parts::PROVIDERS;
use crate::ask::Ask;
use crate::errors::Problem;
use crate::initials;
use case::Procedure;
use maud::{Markup, html};

/// More are not offered; their codes are typed.
const OFFERED_MAX: u32 = 300;

/// Whether a fact of a form is a provider's code, by its name.
pub fn is_one(field: &str) -> bool {
    field.ends_with(".provider")
}

/// The list for the forms of this procedure; nothing where none asks for a provider.
pub fn list(ask: &Ask<'_>, procedure: &Procedure) -> Result<Markup, Problem> {
    let asks = procedure.fields().any(|field| is_one(&field.id) || field.id.starts_with("claim."));
    if !asks && !procedure.parties.iter().any(|party| party == "referring-hospital") {
        return Ok(html! {});
    }
    let today = ask.page().today();
    let providers = ask.app.office.store.read(|reader| reader.find_providers("", today, OFFERED_MAX))?;
    Ok(html! {
        datalist id=(PROVIDERS) {
            @for one in &providers { option value=(one.code) data-letters=(initials::of(&one.name)) { (one.name) } }
        }
    })
}
