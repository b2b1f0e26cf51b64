//! What the pages of the law share: their shape, the way back, and the parts as counts that lead there.

use super::parts::{Crumb, Page, Shape, Standing, Tally, tallies};
use crate::ask::Ask;
use crate::proven::PROVEN;
use crate::text::Text;
use maud::Markup;

/// The shape of the law's pages: for desks where somebody is signed in, for the public otherwise.
pub(super) fn shape(page: &Page<'_>) -> Shape {
    if page.reader.is_some() { Shape::Desk } else { Shape::PublicWide }
}

/// The parts of the law, as counts that lead there.
pub(super) fn parts_of_law(page: &Page<'_>, ask: &Ask<'_>, chosen: &str) -> Markup {
    let text = page.text;
    let year = page.today().year();
    let benefits = &ask.app.office.rules.benefits;
    // The first period changes nothing: it begins the pack.
    let (layers, changes) = (benefits.layers().len(), benefits.periods().len().saturating_sub(1));
    let part = |count: usize, key: &str, path: String| Tally {
        count,
        words: text.say(key),
        chosen: path == chosen || (chosen == "/law/calendar" && path.starts_with(chosen)),
        path,
        standing: Standing::Waiting,
    };
    let years =
        page.law.calendar().years().map_or(0, |(first, last)| usize::try_from(last - first + 1).unwrap_or(0));
    tallies(
        page,
        &[
            part(page.law.articles().count(), "law-articles", "/law".into()),
            part(layers, "law-layers", "/law/rules".into()),
            part(page.law.settings().count(), "law-settings", "/law/settings".into()),
            part(changes, "law-changes", "/law/changes".into()),
            part(PROVEN.len(), "law-proofs", "/law/proofs".into()),
            part(years, "law-years", format!("/law/calendar/{year}")),
        ],
    )
}

pub(super) fn crumbs(text: &Text) -> [Crumb<'static>; 1] {
    [("/law", text.say("nav-law"))]
}
