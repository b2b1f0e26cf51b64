//! The papers of a procedure in words: original or copy, who fills them in, who seals them.

use super::parts::{Page, Paper, PaperState};
use case::{Bring, CaseState, Need, Presented, Shape};

/// What a paper must be, in a line.
fn hint(page: &Page<'_>, bring: &Bring) -> String {
    let text = page.text;
    let shape = text.say(match bring.shape {
        Shape::Original => "paper-original",
        Shape::Copy => "paper-copy",
        Shape::OriginalAndCopy => "paper-original-and-copy",
    });
    let filled = bring
        .filled_by
        .as_ref()
        .map(|role| text.with("paper-filled-by", &[("role", text.code(role).into())]));
    let sealed = bring
        .sealed_by
        .as_ref()
        .map(|seal| text.with("paper-sealed-by", &[("seal", text.code(seal).into())]));
    let stamp =
        bring.stamp.as_ref().map(|stamp| text.with("paper-stamp", &[("stamp", text.code(stamp).into())]));
    let why_not = match &bring.need {
        Need::NotNeeded(reason) => text.find(&format!("reason-{}", reason.id), &[]),
        _ => None,
    };
    let mut parts = vec![shape];
    parts.extend([filled, sealed, stamp, why_not].into_iter().flatten());
    parts.join(if text.lang() == crate::text::Lang::Zh { "；" } else { "; " })
}

fn paper(page: &Page<'_>, bring: &Bring, state: PaperState) -> Paper {
    Paper {
        name: page.text.name(&bring.name).to_owned(),
        hint: hint(page, bring),
        sealed: bring.sealed_by.is_some() || bring.stamp.is_some(),
        copy: bring.shape != Shape::Original,
        state,
        article: bring.basis.0.clone(),
    }
}

/// What to bring; what is not needed and has no reason worth telling is left out.
pub fn to_bring<'b>(page: &Page<'_>, brings: impl IntoIterator<Item = &'b Bring>) -> Vec<Paper> {
    brings
        .into_iter()
        .filter(|bring| !matches!(&bring.need, Need::NotNeeded(reason) if reason.id == "does-not-apply"))
        .map(|bring| {
            let state = if matches!(bring.need, Need::NotNeeded(_)) {
                PaperState::NotNeeded
            } else {
                PaperState::Bring
            };
            paper(page, bring, state)
        })
        .collect()
}

/// The papers of a case as they stand.
pub fn of_case<'b>(
    page: &Page<'_>,
    state: &CaseState,
    brings: impl IntoIterator<Item = &'b Bring>,
) -> Vec<Paper> {
    let held = |bring: &Bring| -> Option<&Presented> {
        std::iter::once(&bring.material).chain(&bring.accepts).find_map(|id| state.materials.get(id))
    };
    brings
        .into_iter()
        .filter(|bring| !matches!(&bring.need, Need::NotNeeded(reason) if reason.id == "does-not-apply"))
        .map(|bring| {
            let standing = match (&bring.need, held(bring)) {
                (Need::NotNeeded(_), _) => PaperState::NotNeeded,
                (Need::Needed(wrong), Some(_)) if wrong.is_empty() => {
                    if state.accepted.is_some() {
                        PaperState::Seen
                    } else {
                        PaperState::Given
                    }
                }
                _ if bring.at.is_some() => PaperState::Bring,
                _ => PaperState::Missing,
            };
            paper(page, bring, standing)
        })
        .collect()
}
