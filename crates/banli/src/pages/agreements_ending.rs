//! Agreements that end, on the desks of those who keep them: the office's for all, a provider's for its own.

use super::parts::{Standing, status};
use crate::ask::Ask;
use crate::errors::Problem;
use agency::{Capability, Organisation};
use maud::{Markup, html};

/// One that ran out is told for so many days more.
const SHOWN_AFTER: i32 = 60;

/// What was told, the first to end first; nothing for everybody else.
pub fn told(ask: &Ask<'_>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let actor = ask.actor()?;
    let of = match actor.organisation {
        _ if !ask.app.may(actor, Capability::ManageAgreements) => return Ok(html! {}),
        Organisation::Agency => None,
        Organisation::Provider(own) => Some(own),
        _ => return Ok(html! {}),
    };
    let since = page.today().plus(-SHOWN_AFTER);
    let told = ask.app.office.store.read(|reader| reader.agreements_told(of, since))?;
    let over = told.iter().filter(|one| one.over).count();
    Ok(html! {
        @if !told.is_empty() {
            details.fold open[over > 0 || of.is_some()] {
                summary { (text.with("agreements-ending", &[("count", told.len().into()), ("over", over.into())])) }
                ul.tasks.told {
                    @for one in &told {
                        @let (standing, key) = if one.over { (Standing::Late, "agreements-ending-over") } else { (Standing::Soon, "agreements-ending-soon") };
                        li { a href=(page.link(&format!("/providers/{}", one.provider))) { (one.name) } span { (text.say(key)) } (status(standing, &text.day_short(one.last))) }
                    }
                }
            }
        }
    })
}
