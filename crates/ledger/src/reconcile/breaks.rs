//! 3202: settlement by settlement.

use super::{Range, Record};
use crate::Word;
use std::collections::{BTreeMap, BTreeSet};
use terms::Fen;

/// What kind of break.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum BreakKind {
    /// The provider has it, the office does not.
    LostAtOffice,
    /// The office has it, the provider does not.
    LostAtProvider,
    /// The office settled the same visit twice; the provider knows one of them.
    DuplicatedAtOffice,
    /// The provider lists the same settlement twice.
    DuplicatedAtProvider,
    /// Both have it with other amounts.
    Altered(Vec<Difference>),
    /// Both have it, one of them on a day outside the range.
    Timing,
}

impl BreakKind {
    /// `lost-at-office`, for lists and files.
    pub fn word(&self) -> &'static str {
        match self {
            BreakKind::LostAtOffice => "lost-at-office",
            BreakKind::LostAtProvider => "lost-at-provider",
            BreakKind::DuplicatedAtOffice => "duplicated-at-office",
            BreakKind::DuplicatedAtProvider => "duplicated-at-provider",
            BreakKind::Altered(_) => "altered",
            BreakKind::Timing => "timing",
        }
    }
}

/// One amount that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The national field.
    pub field: &'static str,
    /// What the office has.
    pub office: Fen,
    /// What the provider has.
    pub provider: Fen,
}

/// One break, with the places of its records in the lists that were compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// What kind.
    pub kind: BreakKind,
    /// The office's record.
    pub office: Option<usize>,
    /// The provider's record.
    pub provider: Option<usize>,
}

/// What makes two records the same settlement.
type Key = (Word, bool);

/// Compares the office's settlements with the provider's. Both lists may, and the office's should, reach one day
/// beyond the range at both ends: a settlement that one side has just outside it is then a matter of timing and not
/// lost. Records outside the range that the other side does not name are passed over. The order of the answer is:
/// the office's records in their order, then the provider's.
pub fn details(office: &[Record], provider: &[Record], range: &Range) -> Vec<Break> {
    let by_msgid: BTreeMap<(Word, bool), Word> =
        office.iter().filter_map(|record| Some(((record.msgid?, record.refund), record.setl_id?))).collect();
    // A provider whose answer was lost knows only its own message id.
    let key = |record: &Record| -> Option<Key> {
        let known = || record.msgid.and_then(|msgid| by_msgid.get(&(msgid, record.refund)).copied());
        record.setl_id.or_else(known).map(|setl_id| (setl_id, record.refund))
    };
    let mut theirs: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (place, record) in provider.iter().enumerate() {
        if let Some(key) = key(record) {
            theirs.entry(key).or_default().push(place);
        }
    }
    let mut breaks = Vec::new();
    let mut claimed: BTreeSet<usize> = BTreeSet::new();
    let mut ours: BTreeSet<Key> = BTreeSet::new();
    let mut met: BTreeSet<Contents> = BTreeSet::new();
    let mut alone = Vec::new();
    for (place, record) in office.iter().enumerate() {
        let Some(key) = key(record) else { continue };
        if !ours.insert(key) {
            breaks.push(Break { kind: BreakKind::DuplicatedAtOffice, office: Some(place), provider: None });
            continue;
        }
        let Some(group) = theirs.get(&key) else {
            if range.holds(record) {
                alone.push((breaks.len(), place));
            }
            continue;
        };
        met.insert(contents(record));
        matched(&mut breaks, record, place, provider, group, range);
        claimed.extend(group);
    }
    // Told only now, because the one the provider knows may come later in the list. Backwards, so that the places
    // in `breaks` stay true.
    let mut kinds = Vec::new();
    for (_, place) in &alone {
        let twin = !met.insert(contents(&office[*place]));
        kinds.push(if twin { BreakKind::DuplicatedAtOffice } else { BreakKind::LostAtProvider });
    }
    for ((at, place), kind) in alone.into_iter().zip(kinds).rev() {
        breaks.insert(at, Break { kind, office: Some(place), provider: None });
    }
    let mut seen: BTreeSet<Key> = BTreeSet::new();
    for (place, record) in provider.iter().enumerate() {
        if claimed.contains(&place) || !range.holds(record) {
            continue;
        }
        let twin = key(record).is_some_and(|key| !seen.insert(key));
        let kind = if twin { BreakKind::DuplicatedAtProvider } else { BreakKind::LostAtOffice };
        breaks.push(Break { kind, office: None, provider: Some(place) });
    }
    breaks
}

/// An office record whose settlement the provider names, perhaps more than once.
fn matched(
    breaks: &mut Vec<Break>,
    record: &Record,
    place: usize,
    provider: &[Record],
    group: &[usize],
    range: &Range,
) {
    // Of several the one with the same amounts is the settlement, the others are its doubles.
    let same = group.iter().copied().find(|&theirs| differences(record, &provider[theirs]).is_empty());
    let Some(twin) = same.or(group.first().copied()) else { return };
    for &double in group.iter().filter(|&&theirs| theirs != twin && range.holds(&provider[theirs])) {
        breaks.push(Break {
            kind: BreakKind::DuplicatedAtProvider,
            office: Some(place),
            provider: Some(double),
        });
    }
    let (inside, theirs_inside) = (range.holds(record), range.holds(&provider[twin]));
    if !inside && !theirs_inside {
        return;
    }
    let differences = differences(record, &provider[twin]);
    let both = |kind| Break { kind, office: Some(place), provider: Some(twin) };
    if !differences.is_empty() {
        breaks.push(both(BreakKind::Altered(differences)));
    }
    if inside != theirs_inside {
        breaks.push(both(BreakKind::Timing));
    }
}

fn differences(office: &Record, provider: &Record) -> Vec<Difference> {
    [
        ("medfee_sumamt", office.medfee_sumamt, provider.medfee_sumamt),
        ("fund_pay_sumamt", office.fund_pay_sumamt, provider.fund_pay_sumamt),
        ("acct_pay", office.acct_pay, provider.acct_pay),
    ]
    .into_iter()
    .filter(|(_, office, provider)| office != provider)
    .map(|(field, office, provider)| Difference { field, office, provider })
    .collect()
}

/// What two settlements of one visit share when one of them was made by mistake.
type Contents = (Word, Word, bool, Fen, Fen, Fen);

fn contents(record: &Record) -> Contents {
    let amounts = (record.medfee_sumamt, record.fund_pay_sumamt, record.acct_pay);
    (record.psn_no, record.mdtrt_id, record.refund, amounts.0, amounts.1, amounts.2)
}
