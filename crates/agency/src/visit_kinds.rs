//! What the packs say of kinds of visit (`med_type`): which are emergencies, which a counter claim can be of, which ask for a declared illness, which
//! follow an accident, which choice of place is a contract; and the illnesses that can be declared.

use benefit::Code;
use policy::{Diagnostics, Law, say};
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::ArticleId;

/// An illness treated as a chronic one (门诊慢特病病种).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Illness {
    /// Its code; `opsp_dise_code`.
    pub code: String,
    /// Its name as the list has it.
    pub name: String,
    /// What it rests on.
    pub article: ArticleId,
}

/// Kinds of visit and illnesses of a law.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VisitKinds {
    emergencies: Vec<Code>,
    chronic: Vec<Code>,
    accidents: Vec<Code>,
    contracting: Vec<String>,
    counter: Vec<Code>,
    illnesses: BTreeMap<String, Illness>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    emergencies: Option<Vec<Code>>,
    chronic: Option<Vec<Code>>,
    accidents: Option<Vec<Code>>,
    contracting: Option<Vec<String>>,
    counter: Option<Vec<Code>>,
    #[serde(default)]
    illness: Vec<policy::Spanned<Illness>>,
}

impl VisitKinds {
    /// Reads `visits/*.toml`; a list of an upper layer replaces the lower one's, illnesses are added by code.
    pub fn compile(law: &Law) -> Result<VisitKinds, Diagnostics> {
        let (mut kinds, mut faults) = (VisitKinds::default(), Diagnostics::new());
        for source in law.documents("visits") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            for illness in document.illness {
                if law.article(&illness.get_ref().article.0).is_none() {
                    let what = say("no-article").with("article", &illness.get_ref().article);
                    faults.push(source.at(illness.span(), what, say("no-article-cure")));
                }
                let illness = illness.into_inner();
                kinds.illnesses.insert(illness.code.clone(), illness);
            }
            kinds.emergencies = document.emergencies.unwrap_or(kinds.emergencies);
            kinds.chronic = document.chronic.unwrap_or(kinds.chronic);
            kinds.accidents = document.accidents.unwrap_or(kinds.accidents);
            kinds.counter = document.counter.unwrap_or(kinds.counter);
            kinds.contracting = document.contracting.unwrap_or(kinds.contracting);
        }
        if faults.is_empty() { Ok(kinds) } else { Err(faults) }
    }

    /// Nothing need be filed for this kind of visit.
    pub fn is_emergency(&self, med_type: Code) -> bool {
        self.emergencies.contains(&med_type)
    }

    /// This kind of visit treats an illness that must have been declared.
    pub fn is_chronic(&self, med_type: Code) -> bool {
        self.chronic.contains(&med_type)
    }

    /// This kind of visit follows an accident.
    pub fn is_accident(&self, med_type: Code) -> bool {
        self.accidents.contains(&med_type)
    }

    /// The kinds that a claim at the counter can be of, the most usual first.
    pub fn at_counter(&self) -> &[Code] {
        &self.counter
    }

    /// The kinds of choice (`biz_appy_type`) that are a contract with the chosen place.
    pub fn contracting(&self) -> &[String] {
        &self.contracting
    }

    /// The illness with this code.
    pub fn illness(&self, code: &str) -> Option<&Illness> {
        self.illnesses.get(code)
    }

    /// Every illness, by code.
    pub fn illnesses(&self) -> impl Iterator<Item = &Illness> {
        self.illnesses.values()
    }
}
