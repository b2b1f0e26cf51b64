//! What would mend a break, and the lists as they would be afterwards.

use super::{Break, BreakKind, Record};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What would close a break. The office's decision is what the person was told, so where amounts differ it stands and
/// the provider corrects its books; what only one side has is taken back there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proposal {
    /// The office takes its settlement back: the only one that moves the office's own books.
    OfficeReverses,
    /// The provider strikes its record and, where the visit is real, sends it again.
    ProviderRemoves,
    /// The provider writes down that the office took the settlement back.
    ProviderRecords,
    /// The provider takes over the office's amounts.
    ProviderCorrects,
    /// The provider counts it on the office's day; nothing else is wrong.
    ProviderCountsOn,
}

impl Proposal {
    /// `office-reverses`
    pub fn word(self) -> &'static str {
        match self {
            Proposal::OfficeReverses => "office-reverses",
            Proposal::ProviderRemoves => "provider-removes",
            Proposal::ProviderRecords => "provider-records",
            Proposal::ProviderCorrects => "provider-corrects",
            Proposal::ProviderCountsOn => "provider-counts-on",
        }
    }
}

/// What would close this break; nothing where its places are not those of the office's list.
pub fn proposal(found: &Break, office: &[Record]) -> Option<Proposal> {
    Some(match &found.kind {
        BreakKind::LostAtProvider | BreakKind::DuplicatedAtOffice => {
            // A taking back is never taken back itself: the person was told that the bill is void.
            let refund = office.get(found.office?)?.refund;
            if refund { Proposal::ProviderRecords } else { Proposal::OfficeReverses }
        }
        BreakKind::LostAtOffice | BreakKind::DuplicatedAtProvider => Proposal::ProviderRemoves,
        BreakKind::Altered(_) => Proposal::ProviderCorrects,
        BreakKind::Timing => Proposal::ProviderCountsOn,
    })
}

/// The lists after every break was mended as proposed.
pub fn mended(breaks: &[Break], office: &[Record], provider: &[Record]) -> (Vec<Record>, Vec<Record>) {
    let (mut reversed, mut removed) = (BTreeSet::new(), BTreeSet::new());
    let mut corrected: BTreeMap<usize, Record> = BTreeMap::new();
    let mut recorded = Vec::new();
    for found in breaks {
        match (&found.kind, found.office, found.provider) {
            (BreakKind::LostAtProvider | BreakKind::DuplicatedAtOffice, Some(ours), _) => {
                match office.get(ours) {
                    Some(record) if record.refund => recorded.push(record.clone()),
                    _ => drop(reversed.insert(ours)),
                }
            }
            (BreakKind::LostAtOffice | BreakKind::DuplicatedAtProvider, _, Some(theirs)) => {
                removed.insert(theirs);
            }
            (BreakKind::Altered(_) | BreakKind::Timing, Some(ours), Some(theirs)) => {
                if let Some(record) = office.get(ours) {
                    corrected.insert(theirs, record.clone());
                }
            }
            _ => {}
        }
    }
    let kept = |list: &[Record], gone: &BTreeSet<usize>| -> Vec<(usize, Record)> {
        let numbered = list.iter().cloned().enumerate();
        numbered.filter(|(place, _)| !gone.contains(place)).collect()
    };
    let ours = kept(office, &reversed).into_iter().map(|(_, record)| record).collect();
    let theirs = kept(provider, &removed)
        .into_iter()
        .map(|(place, record)| corrected.remove(&place).unwrap_or(record))
        .chain(recorded)
        .collect();
    (ours, theirs)
}
