//! Every article has a rule or a waiver.

use super::{Fault, Figures, Proofs, Property, declared};
use crate::model::Benefits;
use policy::{Diagnostic, Law, Source};

/// Checks articles; figures against scenarios.
pub(super) fn check(law: &Law, _benefits: &Benefits, _figures: &Figures, proofs: &mut Proofs) {
    let waived = declared::waived(law, proofs);
    for article in law.articles() {
        let id = article.id.0.as_str();
        if waived.contains(id) || law.sources().iter().any(|source| cites(source, id)) {
            continue;
        }
        let what = format!("nothing follows from article `{id}`: no rule cites it");
        let cure = "write the rule, or waive the article in proofs/ with the reason";
        let written =
            law.sources().iter().filter(|source| in_folder(source, "articles")).find_map(|source| {
                let quoted = format!("\"{id}\"");
                let place = source.text.find(&quoted)?;
                Some(source.at(place..place + quoted.len(), &*what, cure))
            });
        let diagnostic =
            written.unwrap_or_else(|| Diagnostic::whole_file(law.pack().id.as_str(), what, cure));
        proofs.faults.push(Fault { property: Property::Article, diagnostic, witness: None });
    }
}

fn in_folder(source: &Source, folder: &str) -> bool {
    source.path.split('/').nth(1) == Some(folder)
}

/// Whether a file other than the articles themselves names the article as a whole word.
fn cites(source: &Source, id: &str) -> bool {
    if in_folder(source, "articles") || in_folder(source, "proofs") || in_folder(source, "scenarios") {
        return false;
    }
    let part = |letter: char| letter.is_alphanumeric() || "/-._".contains(letter);
    source.text.match_indices(id).any(|(place, _)| {
        let before = source.text[..place].chars().next_back();
        let after = source.text[place + id.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}
