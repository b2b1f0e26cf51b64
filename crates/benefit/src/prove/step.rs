//! The calculus of one fen: what a bill that is one fen higher can change, for every bill and every state of the
//! year at once. `docs/proofs.md` has the theorems; each function here names the one it uses.
//!
//! A layer is a function of its base alone once the year is given, and by the unit-step lemma one fen more of
//! base makes it pay nothing or one fen more. So the change of all running amounts is a small vector of whole
//! numbers, and a finite set of such vectors, carried through the layers, holds everything that can happen.

use super::plans::Plan;
use crate::model::{Base, Benefits, Layer, Pays, Rule};
use std::collections::BTreeSet;

/// A set that grows beyond this is given up; the property is then searched, not proven.
const VECTORS_MAX: usize = 20_000;

/// Changes of the running amounts of adjudication for one fen more of some line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    scope: i32,
    deductible: i32,
    burden: i32,
    first_own: i32,
    person: i32,
    account: i32,
    in_scope: i32,
    at: At,
    /// Bits of the layers that moved, to name them where it goes wrong.
    moved: u64,
}

/// What is known of the place of the added fen on the count of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum At {
    /// Nothing.
    Anywhere,
    /// In the deductible of the only layer that bears one on the scope: nothing lies above it.
    InDeductible,
    /// In this piece of the bands of this group of layers.
    Piece { group: usize, piece: usize },
}

/// What is shown or not for one plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Open {
    /// One fen more may cost the person less than before or more than the fen.
    Person,
    /// The deductible may grow past the in-scope amount.
    Deductible,
    /// More than the whole in-scope amount may be taken as first share.
    InScope,
}

impl Open {
    pub const ALL: [Open; 3] = [Open::Person, Open::Deductible, Open::InScope];
}

/// Layers that count the same fen of the scope at the same place of the year, with the pieces their bands make
/// together.
struct Groups {
    /// By layer.
    of: Vec<Option<usize>>,
    /// By group: the ends of the pieces, ascending, the last open.
    ends: Vec<Vec<i64>>,
}

/// Carries the three kinds of a fen through the layers of a plan. What stays open is told with the layers that
/// moved in the offending change.
pub(crate) fn open_questions(benefits: &Benefits, plan: &Plan) -> Vec<(Open, u64)> {
    let groups = groups(benefits, plan);
    let nothing = Change {
        scope: 0,
        deductible: 0,
        burden: 0,
        first_own: 0,
        person: 1,
        account: 0,
        in_scope: 0,
        at: At::Anywhere,
        moved: 0,
    };
    let mut changes = BTreeSet::from([
        Change { scope: 1, burden: 1, in_scope: 1, ..nothing },
        Change { first_own: 1, ..nothing },
        nothing,
    ]);
    let mut deductibles = 0;
    let (mut given_up, mut below_zero) = (false, None);
    for (number, layer) in benefits.layers.iter().enumerate() {
        let Some(rule) = plan.rules[number].and_then(|rule| layer.rules.get(rule)) else { continue };
        let on_scope = layer.base == Base::Scope && layer.pays != Pays::FirstOwn;
        if on_scope && rule.deductible.get() > 0 {
            deductibles += 1;
        }
        let mut paid = Vec::new();
        for change in &changes {
            for answer in answers(layer, rule, number, change, &groups, deductibles) {
                paid.push((*change, answer));
            }
        }
        // Where the payment never outgrows the burden, nothing is clipped: both start at zero and the difference
        // never falls.
        let outgrows = |(change, answer): &(Change, Answer)| change.burden < answer.paid;
        let clipped = paid.iter().any(outgrows);
        if layer.pays == Pays::FirstOwn
            && let Some((change, _)) = paid.iter().find(|both| outgrows(both))
        {
            // A first share taken after a fund has paid could leave a burden below zero.
            below_zero.get_or_insert(change.moved | 1 << number.min(63));
        }
        changes.clear();
        for (change, answer) in paid {
            settle(layer, number, change, answer, clipped, &mut changes);
        }
        if changes.len() > VECTORS_MAX {
            given_up = true;
            break;
        }
    }
    let mut open = Vec::new();
    for question in Open::ALL {
        let fails = |change: &&Change| match question {
            Open::Person => {
                !(0..=1).contains(&change.person) || !(0..=1).contains(&(change.person + change.account))
            }
            Open::Deductible => change.deductible > change.in_scope,
            Open::InScope => change.in_scope < 0,
        };
        // The change with the fewest layers involved is the plainest to look for.
        let worst = changes.iter().filter(fails).min_by_key(|change| change.moved.count_ones());
        if let Some(change) = worst {
            open.push((question, change.moved));
        } else if given_up {
            open.push((question, u64::MAX));
        } else if let Some(moved) = below_zero
            && question == Open::Person
        {
            open.push((question, moved));
        }
    }
    open
}

/// What a layer can do with a change of its base.
#[derive(Clone, Copy)]
struct Answer {
    paid: i32,
    deductible: i32,
    at: At,
}

/// The unit-step lemma, with the place of the fen where it is known.
fn answers(
    layer: &Layer,
    rule: &Rule,
    number: usize,
    change: &Change,
    groups: &Groups,
    deductibles: u32,
) -> Vec<Answer> {
    let still = Answer { paid: 0, deductible: 0, at: change.at };
    let base = match layer.base {
        Base::Scope => change.scope,
        // While the deductible moves, it takes all of the scope and nothing lies above it, provided it is the
        // only one; otherwise both ends of what the bands see move at once.
        Base::AboveDeductible if change.at == At::InDeductible => return vec![still],
        Base::AboveDeductible if change.deductible != 0 => {
            let span = change.deductible.abs() + change.scope.abs();
            return (-span..=span).map(|paid| Answer { paid, ..still }).collect();
        }
        Base::AboveDeductible => change.scope,
        Base::Burden => change.burden,
        Base::BurdenAndFirstOwn => change.burden + change.first_own,
        Base::Person => change.person,
    };
    if base == 0 {
        return vec![still];
    }
    let mut found = Vec::new();
    let own_group = groups.of[number];
    if rule.deductible.get() > 0 {
        let on_scope = layer.base == Base::Scope && layer.pays != Pays::FirstOwn;
        let at = if on_scope && deductibles == 1 { At::InDeductible } else { change.at };
        found.push(Answer { paid: 0, deductible: base.signum(), at });
    }
    let cut = layer.balance.is_some() || layer.caps_of(rule).iter().any(|cap| cap.limit.is_some());
    let own_ends: Vec<i64> = layer.bands_of(rule).iter().map(|band| band.upto).collect();
    let ends = own_group.map_or(&own_ends, |group| &groups.ends[group]);
    for (piece, &end) in ends.iter().enumerate() {
        if let (At::Piece { group, piece: known }, Some(own)) = (change.at, own_group)
            && group == own
            && known != piece
        {
            continue;
        }
        let (least, most) = pays_of_a_fen(layer, rule, end);
        let least = if cut || base.abs() > 1 { 0 } else { least };
        // One place is remembered: that of the group met last, which is the one whose layers follow each other.
        let at = match (change.at, own_group) {
            (At::InDeductible, _) | (_, None) => change.at,
            (_, Some(group)) => At::Piece { group, piece },
        };
        for paid in least..=most * base.abs() {
            found.push(Answer { paid: paid * base.signum(), deductible: 0, at });
        }
    }
    // Several fen at once may lie in the deductible and in bands, in any mixture.
    if base.abs() > 1 {
        let all = found.iter().map(|answer| answer.paid.abs()).max().unwrap_or(0);
        found.clear();
        for paid in 0..=all {
            for deductible in 0..=base.abs() {
                found.push(Answer {
                    paid: paid * base.signum(),
                    deductible: if rule.deductible.get() > 0 { deductible * base.signum() } else { 0 },
                    at: change.at,
                });
            }
        }
    }
    found
}

/// The least and the most that one fen in the piece ending here moves the payment: the bands that cover it, each
/// rounded once.
fn pays_of_a_fen(layer: &Layer, rule: &Rule, end: i64) -> (i32, i32) {
    let (mut least, mut most, mut lower) = (0, 0, 0);
    for band in layer.bands_of(rule) {
        if lower < end && end <= band.upto {
            let (num, den) = (band.rate.num(), band.rate.den());
            least += i32::try_from(num / den).unwrap_or(i32::MAX / 4);
            most += i32::try_from(num.div_ceil(den)).unwrap_or(i32::MAX / 4).min(8);
        }
        lower = band.upto;
    }
    (least.min(8), most)
}

/// Takes a payment off the running amounts, as adjudication does.
fn settle(
    layer: &Layer,
    number: usize,
    change: Change,
    answer: Answer,
    clipped: bool,
    into: &mut BTreeSet<Change>,
) {
    let paid = answer.paid;
    let mut next = Change { at: answer.at, ..change };
    if paid != 0 || answer.deductible != 0 {
        next.moved |= 1 << number.min(63);
    }
    if layer.pays == Pays::FirstOwn {
        next.scope -= paid;
        next.burden -= paid;
        next.first_own += paid;
        next.in_scope -= paid;
        into.insert(next);
        return;
    }
    if layer.pays == Pays::Account {
        next.account += paid;
        if layer.base == Base::Scope {
            next.scope -= paid;
        }
    }
    if layer.base == Base::Scope {
        next.deductible += answer.deductible;
    }
    next.person -= paid;
    let left = change.burden - paid;
    // On the burden alone the payment never exceeds it.
    if !clipped || layer.base == Base::Burden {
        next.burden = left;
        into.insert(next);
        return;
    }
    // burden = max(left, 0), and what it could not take comes off the first-own shares: each split of the change
    // between the two is possible, because `left` may lie on either side of zero or cross it.
    for of_burden in left.min(0)..=left.max(0) {
        let beyond = of_burden - left;
        next.burden = of_burden;
        let rest = change.first_own - beyond;
        if matches!(layer.base, Base::Burden | Base::BurdenAndFirstOwn) {
            // The payment never exceeds the two together.
            next.first_own = rest;
            into.insert(next);
        } else {
            for first_own in rest.min(0)..=rest.max(0) {
                next.first_own = first_own;
                into.insert(next);
            }
        }
    }
}

/// Layers whose bands see the added fen at the same place: they work on the same scope with the same position,
/// and their bands begin at the first fen.
fn groups(benefits: &Benefits, plan: &Plan) -> Groups {
    let mut groups = Groups { of: vec![None; benefits.layers.len()], ends: Vec::new() };
    let mut keys: Vec<(Option<usize>, u32)> = Vec::new();
    // Each layer that takes from the scope begins another scope.
    let mut scope = 0;
    for (number, layer) in benefits.layers.iter().enumerate() {
        let Some(rule) = plan.rules[number].and_then(|rule| layer.rules.get(rule)) else { continue };
        let on_scope = matches!(layer.base, Base::Scope | Base::AboveDeductible);
        let from_zero = !layer.bands_begin_at_deductible || rule.deductible.get() == 0;
        if on_scope && from_zero {
            let key = (layer.position, scope);
            let group = keys.iter().position(|known| *known == key).unwrap_or_else(|| {
                keys.push(key);
                groups.ends.push(Vec::new());
                keys.len() - 1
            });
            groups.of[number] = Some(group);
            groups.ends[group].extend(layer.bands_of(rule).iter().map(|band| band.upto));
        }
        if layer.base == Base::Scope && matches!(layer.pays, Pays::FirstOwn | Pays::Account) {
            scope += 1;
        }
    }
    for ends in &mut groups.ends {
        ends.sort_unstable();
        ends.dedup();
    }
    // A layer alone in its group has nobody to be compared with.
    for number in 0..groups.of.len() {
        let shared = |group: usize| groups.of.iter().filter(|of| **of == Some(group)).count() > 1;
        if groups.of[number].is_some_and(|group| !shared(group)) {
            groups.of[number] = None;
        }
    }
    groups
}
