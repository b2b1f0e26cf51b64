//! Breaks that an article makes: a pack may declare them in `proofs/*.toml`, and then they are no faults.
//!
//! ```toml
//! [[declared]]
//! breaks = "pays-more"
//! layer = "day-surgery"
//! article = "city/12"
//! reason = { zh = "…", en = "above 5,000 yuan the whole bill moves to the lower rate" }
//!
//! [[waived]]
//! article = "city/1"
//! reason = { zh = "…", en = "the purpose of the measures; nothing follows from it for a bill" }
//! ```

use super::{Fault, Proofs, Property};
use crate::model::Benefits;
use policy::{Diagnostic, Law, Said, Source, Spanned, say};
use serde::Deserialize;
use std::collections::BTreeSet;
use terms::Name;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    declared: Vec<Declared>,
    #[serde(default)]
    waived: Vec<Waived>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    breaks: Spanned<String>,
    layer: Spanned<String>,
    article: Spanned<String>,
    reason: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waived {
    article: Spanned<String>,
    #[expect(dead_code, reason = "required, so that nobody waives an article without saying why")]
    reason: Name,
}

/// Every document with its source; what cannot be read is a fault.
fn documents<'a>(law: &'a Law, proofs: &mut Proofs) -> Vec<(&'a Source, Document)> {
    let mut read = Vec::new();
    for source in law.documents("proofs") {
        match source.read() {
            Ok(document) => read.push((source, document)),
            Err(diagnostic) => {
                proofs.faults.push(Fault::new(Property::Unproven, diagnostic));
            }
        }
    }
    read
}

/// Takes declared breaks off the faults. A declaration needs an article of the pack, and a break to be about.
pub(super) fn accept(law: &Law, benefits: &Benefits, proofs: &mut Proofs) {
    for (source, document) in documents(law, proofs) {
        for declared in document.declared {
            let (breaks, layer) = (declared.breaks.get_ref(), declared.layer.get_ref());
            let mut wrong = |span: std::ops::Range<usize>, what: Said, cure: Said| {
                let diagnostic = source.at(span, what, cure);
                proofs.faults.push(Fault::new(Property::Unproven, diagnostic));
            };
            if law.article(declared.article.get_ref()).is_none() {
                let what = say("no-article-here").with("word", declared.article.get_ref());
                wrong(declared.article.span(), what, say("declared-article-cure"));
                continue;
            }
            if !benefits.layers.iter().any(|known| known.id == *layer) {
                let what = say("no-layer").with("word", layer);
                wrong(declared.layer.span(), what, say("declared-layer-cure"));
                continue;
            }
            let about =
                |fault: &Fault| fault.property.word() == breaks && fault.layer.as_ref() == Some(layer);
            let before = proofs.faults.len();
            proofs.faults.retain(|fault| !about(fault));
            if proofs.faults.len() == before {
                let what = say("declared-idle").with("layer", layer).with("breaks", breaks);
                let diagnostic = source.at(declared.breaks.span(), what, say("take-away-cure"));
                proofs.faults.push(Fault::new(Property::Unproven, diagnostic));
            } else {
                let article = declared.article.get_ref();
                proofs
                    .declared
                    .push(format!("{breaks} at `{layer}` under {article}: {}", declared.reason.en));
            }
        }
    }
}

/// The articles that need no rule, and faults of those that are none.
pub(super) fn waived(law: &Law, proofs: &mut Proofs) -> BTreeSet<String> {
    let mut waived = BTreeSet::new();
    for (source, document) in documents(law, proofs) {
        for waiver in document.waived {
            let id = waiver.article.get_ref();
            if law.article(id).is_none() {
                let what = say("no-article-here").with("word", id);
                let diagnostic: Diagnostic = source.at(waiver.article.span(), what, say("take-away-cure"));
                proofs.faults.push(Fault::new(Property::Article, diagnostic));
            }
            waived.insert(id.clone());
        }
    }
    waived
}
