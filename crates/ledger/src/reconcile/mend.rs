//! What would mend a break, and the lists as they would be afterwards.

use super::{Break, BreakKind, Difference, Record};
use crate::{Entry, EntryId, Ledger, Reversal, Word};
use std::collections::{BTreeMap, BTreeSet};
use terms::Day;

/// What would close a break. The office's decision is what the person was told, so where amounts differ it stands and
/// the provider corrects its books; what only one side has is taken back there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    /// The office takes its settlement back (2601 by the message id).
    OfficeReverses {
        /// `setl_id`
        setl_id: Word,
        /// The message that made it, where known.
        msgid: Option<Word>,
    },
    /// The provider strikes its record and, where the visit is real, sends it again.
    ProviderRemoves {
        /// `mdtrt_id`
        mdtrt_id: Word,
        /// `setl_id`, where it has one.
        setl_id: Option<Word>,
    },
    /// The provider takes over the office's amounts.
    ProviderCorrects {
        /// `setl_id`
        setl_id: Option<Word>,
        /// What to correct.
        differences: Vec<Difference>,
    },
    /// The provider counts it on the office's day; nothing else is wrong.
    ProviderCountsOn {
        /// `setl_id`
        setl_id: Option<Word>,
        /// The day.
        day: Option<Day>,
    },
}

impl Proposal {
    /// The entry that carries it out in the office's books; nothing where the books stay as they are. `name` gives
    /// the name of a settlement's entry.
    pub fn entry(&self, ledger: &Ledger, name: impl Fn(Word) -> EntryId, on: Day) -> Option<Entry> {
        let Proposal::OfficeReverses { setl_id, .. } = self else { return None };
        let of = name(*setl_id);
        let id = Word::known(&format!("reconcile/{setl_id}"));
        ledger.reversing(Reversal { id, of, day: on, decision: id })
    }
}

/// What would close this break; nothing where its places are not those of these lists.
pub fn proposal(found: &Break, office: &[Record], provider: &[Record]) -> Option<Proposal> {
    let ours = || found.office.and_then(|place| office.get(place));
    let theirs = || found.provider.and_then(|place| provider.get(place));
    Some(match &found.kind {
        BreakKind::LostAtProvider | BreakKind::DuplicatedAtOffice => {
            let record = ours()?;
            Proposal::OfficeReverses { setl_id: record.setl_id?, msgid: record.msgid }
        }
        BreakKind::LostAtOffice | BreakKind::DuplicatedAtProvider => {
            let record = theirs()?;
            Proposal::ProviderRemoves { mdtrt_id: record.mdtrt_id, setl_id: record.setl_id }
        }
        BreakKind::Altered(differences) => {
            Proposal::ProviderCorrects { setl_id: ours()?.setl_id, differences: differences.clone() }
        }
        BreakKind::Timing => Proposal::ProviderCountsOn { setl_id: ours()?.setl_id, day: ours()?.day },
    })
}

/// The lists after every break was mended as proposed.
pub fn mended(breaks: &[Break], office: &[Record], provider: &[Record]) -> (Vec<Record>, Vec<Record>) {
    let (mut reversed, mut removed) = (BTreeSet::new(), BTreeSet::new());
    let mut corrected: BTreeMap<usize, Record> = BTreeMap::new();
    for found in breaks {
        match (&found.kind, found.office, found.provider) {
            (BreakKind::LostAtProvider | BreakKind::DuplicatedAtOffice, Some(ours), _) => {
                reversed.insert(ours);
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
        .collect();
    (ours, theirs)
}
