//! Every way a bill can meet the law: which codes can come together, and which rule each layer then has.
//!
//! Two dimensions that look at the same field of a bill do not vary freely. So the dimensions are divided into
//! families that share fields; within a family every combination of codes is tried, and between families every
//! combination is possible.

use crate::bill::{Bill, Class, Filing, Line, Person, Provider, ProviderLevel, Visit, Year};
use crate::model::{Benefits, DIMENSIONS_MAX, DimensionSource, Field, NO_RULE, NO_VALUE};
use crate::{Code, Price, Quantity, Share};
use std::collections::{BTreeMap, BTreeSet};
use terms::Fen;

/// A family with more combinations of codes than this is not walked; no pack of a city comes near.
const CODES_MAX: usize = 1 << 21;
/// The same for combinations of values over all periods.
const COMBINATIONS_MAX: u64 = 1 << 24;

/// The codes of a bill that lead to some values, and the highest earlier level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Codes {
    of: Vec<(Field, Code)>,
    highest: Option<ProviderLevel>,
}

/// One combination of rules that some bill meets. All bills of a plan are computed alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The latest period in which it is met.
    pub period: usize,
    /// For each layer the place of its rule in [`crate::Layer::rules`], where the layer applies.
    pub rules: Vec<Option<usize>>,
    pub codes: Codes,
    /// How many combinations of values and periods lead here.
    pub combinations: u64,
}

/// What can be met at all.
#[derive(Debug, Default)]
pub(crate) struct Met {
    pub plans: Vec<Plan>,
    /// Combinations of period and values that are paid.
    pub paid: u64,
    /// The same that are refused by a gate.
    pub refused: u64,
    /// By gate: it refuses something.
    pub gates: Vec<bool>,
    /// By dimension and value: some bill has it.
    pub values: Vec<Vec<bool>>,
}

/// Values of every dimension, 0 for those outside the family.
type Values = [u8; DIMENSIONS_MAX];

/// Walks everything that can be met; nothing where there is too much of it.
pub(crate) fn met(benefits: &Benefits) -> Option<Met> {
    let mut found = Met {
        gates: vec![false; benefits.gates.len()],
        values: benefits.dimensions.iter().map(|dimension| vec![false; dimension.values.len()]).collect(),
        ..Met::default()
    };
    let mut families = Vec::new();
    for family in families_of(benefits) {
        let all = combinations(benefits, &family)?;
        for (values, _) in &all {
            for &dimension in &family {
                let value = usize::from(values[dimension]);
                if let Some(seen) = found.values[dimension].get_mut(value) {
                    *seen = true;
                }
            }
        }
        families.push(looked_at(benefits, all));
    }
    let size = families.iter().try_fold(benefits.periods.len() as u64, |size, family| {
        size.checked_mul(family.len() as u64).filter(|&size| size <= COMBINATIONS_MAX)
    })?;
    let mut plans: BTreeMap<Vec<u32>, Plan> = BTreeMap::new();
    let per_period = size / (benefits.periods.len() as u64).max(1);
    let mut key = vec![NO_RULE; benefits.layers.len()];
    // Later periods first: a fault of the law in force is shown on a bill of today.
    for period in (0..benefits.periods.len()).rev() {
        for number in 0..per_period {
            let (mut rest, mut values) = (number, [0u8; DIMENSIONS_MAX]);
            for family in &families {
                let place = usize::try_from(rest % family.len() as u64).unwrap_or(0);
                rest /= family.len() as u64;
                for (value, of_family) in values.iter_mut().zip(&family[place].0) {
                    *value += of_family;
                }
            }
            let mut shut = false;
            for (gate, seen) in benefits.gates.iter().zip(&mut found.gates) {
                if gate.table[gate.grid.place(&values, period)] {
                    shut = true;
                    *seen = true;
                }
            }
            if shut {
                found.refused += 1;
                continue;
            }
            found.paid += 1;
            for (slot, layer) in key.iter_mut().zip(&benefits.layers) {
                *slot = layer.table[layer.grid.place(&values, period)];
            }
            if let Some(plan) = plans.get_mut(&key) {
                plan.combinations += 1;
                continue;
            }
            let rules = key.iter().map(|&rule| (rule != NO_RULE).then_some(rule as usize)).collect();
            let codes = codes_of(&families, number);
            plans.insert(key.clone(), Plan { period, rules, codes, combinations: 1 });
        }
    }
    found.plans = plans.into_values().collect();
    Some(found)
}

/// The codes behind a numbered combination.
fn codes_of(families: &[Vec<(Values, Codes)>], number: u64) -> Codes {
    let (mut rest, mut all) = (number, Codes { of: Vec::new(), highest: None });
    for family in families {
        let place = usize::try_from(rest % family.len() as u64).unwrap_or(0);
        rest /= family.len() as u64;
        all.of.extend(&family[place].1.of);
        all.highest = all.highest.or(family[place].1.highest);
    }
    all
}

/// Keeps one combination of codes for each combination of values that some table looks at; the others behave
/// the same.
fn looked_at(benefits: &Benefits, all: Vec<(Values, Codes)>) -> Vec<(Values, Codes)> {
    let looked = |dimension: usize| {
        benefits.layers.iter().any(|layer| layer.looks_at(dimension))
            || benefits.gates.iter().any(|gate| gate.grid.strides[dimension] > 0)
    };
    let mask: Vec<bool> = (0..DIMENSIONS_MAX).map(looked).collect();
    let mut kept: BTreeMap<Values, Codes> = BTreeMap::new();
    for (mut values, codes) in all {
        for (value, looked) in values.iter_mut().zip(&mask) {
            *value *= u8::from(*looked);
        }
        kept.entry(values).or_insert(codes);
    }
    kept.into_iter().collect()
}

/// The fields a dimension looks at.
fn fields_of(benefits: &Benefits, dimension: usize) -> Vec<usize> {
    match &benefits.dimensions[dimension].source {
        DimensionSource::Table { fields, .. } => fields.iter().map(|&(field, _)| field).collect(),
        DimensionSource::HighestOf { dimension } => fields_of(benefits, *dimension),
    }
}

/// The dimensions, in groups that share fields.
fn families_of(benefits: &Benefits) -> Vec<Vec<usize>> {
    let mut families: Vec<(BTreeSet<usize>, Vec<usize>)> = Vec::new();
    for dimension in 0..benefits.dimensions.len() {
        let mut joined = (BTreeSet::from_iter(fields_of(benefits, dimension)), vec![dimension]);
        let (shared, apart): (Vec<_>, Vec<_>) =
            families.into_iter().partition(|(fields, _)| !fields.is_disjoint(&joined.0));
        for (fields, dimensions) in shared {
            joined.0.extend(fields);
            joined.1.extend(dimensions);
        }
        joined.1.sort_unstable();
        families = apart;
        families.push(joined);
    }
    families.into_iter().map(|(_, dimensions)| dimensions).collect()
}

/// The codes a bill can carry in a field: those that are named, and one that is not.
pub(crate) fn options(benefits: &Benefits, place: usize) -> Vec<(usize, Code)> {
    let classes = &benefits.fields[place];
    let mut codes: Vec<Code> = match classes.field {
        Field::Designated | Field::Contracted | Field::Direct => vec![Code::YES, Code::NO],
        Field::Region if benefits.region.is_none() => known(&["own"]),
        Field::Region => known(&["own", "province", "elsewhere"]),
        Field::Filing => known(&["none", "long-term", "referral", "emergency"]),
        Field::Ordinal => known(&["1", "2", "3"]),
        Field::ProviderKind => {
            let mut kinds = known(&["hospital", "community", "pharmacy"]);
            kinds.retain(|kind| !classes.codes.contains(kind));
            kinds.truncate(1);
            classes.codes.iter().copied().chain(kinds).collect()
        }
        _ => {
            let mut unnamed = known(&["none", "0", "99", "other"]);
            unnamed.retain(|code| !classes.codes.contains(code));
            unnamed.truncate(1);
            classes.codes.iter().copied().chain(unnamed).collect()
        }
    };
    codes.dedup();
    codes.into_iter().map(|code| (classes.class(code), code)).collect()
}

fn known(texts: &[&str]) -> Vec<Code> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// Every combination of values of a family with codes that lead to it, the plainest codes first.
fn combinations(benefits: &Benefits, family: &[usize]) -> Option<Vec<(Values, Codes)>> {
    let fields: BTreeSet<usize> =
        family.iter().flat_map(|&dimension| fields_of(benefits, dimension)).collect();
    let fields: Vec<usize> = fields.into_iter().collect();
    let choices: Vec<Vec<(usize, Code)>> = fields.iter().map(|&field| options(benefits, field)).collect();
    let remembers = family
        .iter()
        .any(|&dimension| matches!(benefits.dimensions[dimension].source, DimensionSource::HighestOf { .. }));
    let earlier = if remembers { earlier(benefits, &fields) } else { vec![None] };
    let size = choices.iter().try_fold(earlier.len(), |size, choice| {
        size.checked_mul(choice.len()).filter(|&size| size <= CODES_MAX)
    })?;
    let mut found: BTreeMap<Values, Codes> = BTreeMap::new();
    for number in 0..size {
        let mut rest = number;
        let mut classes = vec![0; benefits.fields.len()];
        let mut of = Vec::new();
        for (field, choice) in fields.iter().zip(&choices) {
            let (class, code) = choice[rest % choice.len()];
            rest /= choice.len();
            classes[*field] = class;
            of.push((benefits.fields[*field].field, code));
        }
        let highest = &earlier[rest];
        let mut values = [0; DIMENSIONS_MAX];
        let whole = family.iter().all(|&dimension| {
            let value = value_of(benefits, dimension, &classes, highest.as_ref().map(|(then, _)| then));
            values[dimension] = value.unwrap_or(0);
            value.is_some()
        });
        if whole {
            found.entry(values).or_insert(Codes { of, highest: highest.as_ref().map(|(_, level)| *level) });
        }
    }
    Some(found.into_iter().collect())
}

/// A highest earlier level: the classes of its fields, and its codes.
type Earlier = (Vec<(usize, usize)>, ProviderLevel);

/// That there was no earlier stay, then every level it can have been at.
fn earlier(benefits: &Benefits, fields: &[usize]) -> Vec<Option<Earlier>> {
    let mut all = vec![None];
    let of = |field: Field| {
        let place = fields.iter().copied().find(|&place| benefits.fields[place].field == field);
        place.map(|place| (place, options(benefits, place)))
    };
    let unlooked = |text: &str| vec![(0, text.parse().unwrap_or(Code::NONE))];
    let (kinds, levels) = (of(Field::ProviderKind), of(Field::HospLv));
    for &(kind_class, kind) in kinds.as_ref().map_or(&unlooked("hospital"), |(_, choices)| choices) {
        for &(level_class, hosp_lv) in levels.as_ref().map_or(&unlooked("2"), |(_, choices)| choices) {
            let mut classes = Vec::new();
            classes.extend(kinds.as_ref().map(|(place, _)| (*place, kind_class)));
            classes.extend(levels.as_ref().map(|(place, _)| (*place, level_class)));
            all.push(Some((classes, ProviderLevel { kind, hosp_lv })));
        }
    }
    all
}

/// The value of a dimension for codes of these classes; `then` are the classes of the highest earlier level.
fn value_of(
    benefits: &Benefits,
    dimension: usize,
    classes: &[usize],
    then: Option<&Vec<(usize, usize)>>,
) -> Option<u8> {
    match &benefits.dimensions[dimension].source {
        DimensionSource::Table { fields, values } => {
            let place: usize = fields.iter().map(|&(field, stride)| classes[field] * stride).sum();
            values.get(place).copied().filter(|&value| value != NO_VALUE)
        }
        DimensionSource::HighestOf { dimension } => {
            let now = value_of(benefits, *dimension, classes, None)?;
            let Some(then) = then else { return Some(now) };
            let mut earlier = classes.to_vec();
            for &(field, class) in then {
                earlier[field] = class;
            }
            Some(value_of(benefits, *dimension, &earlier, None)?.min(now))
        }
    }
}

/// The division code of some place in a region as a bill sees it: the first other one of the same province, one
/// outside it, or home.
pub(crate) fn place_in(benefits: &Benefits, region: &str) -> u32 {
    let home = benefits.region.unwrap_or(0);
    match region {
        "province" => home / 10_000 * 10_000 + if home / 100 % 100 == 2 { 300 } else { 200 },
        "elsewhere" if home / 10_000 == 31 => 110_000,
        "elsewhere" => 310_000,
        _ => home,
    }
}

impl Plan {
    /// A bill of this plan without lines, in a fresh year, with empty accounts.
    pub fn bill(&self, benefits: &Benefits) -> Bill {
        let day = benefits.periods[self.period];
        let code = |field: Field, absent: Code| {
            let said = self.codes.of.iter().find(|(known, _)| *known == field);
            said.map_or(absent, |(_, code)| *code)
        };
        let plain = |text: &str| text.parse().unwrap_or(Code::NONE);
        let filing = code(Field::Filing, Code::NONE);
        let filings = [Filing::None, Filing::LongTerm, Filing::Referral, Filing::Emergency];
        let admdvs = place_in(benefits, &code(Field::Region, plain("own")).to_string());
        let ordinal = match code(Field::Ordinal, plain("1")).to_string().as_str() {
            "2" => 2,
            "3" => 3,
            _ => 1,
        };
        Bill {
            person: Person {
                insutype: code(Field::Insutype, plain("310")),
                psn_type: code(Field::PsnType, plain("11")),
                category: code(Field::Category, Code::NONE),
                hardship: code(Field::Hardship, Code::NONE),
                account: Fen::ZERO,
                account_past: Fen::ZERO,
            },
            provider: Provider {
                kind: code(Field::ProviderKind, plain("hospital")),
                hosp_lv: code(Field::HospLv, plain("2")),
                admdvs,
                designated: code(Field::Designated, Code::YES) == Code::YES,
                contracted: code(Field::Contracted, Code::NO) == Code::YES,
            },
            visit: Visit {
                med_type: code(Field::MedType, plain("21")),
                begndate: day,
                enddate: day,
                filing: filings.into_iter().find(|known| known.code() == filing).unwrap_or_default(),
                direct: code(Field::Direct, Code::YES) == Code::YES,
                ordinal,
                highest: self.codes.highest,
            },
            year: Year::default(),
            lines: Vec::new(),
        }
    }

    /// A line of this many fen that is wholly in scope, first own or the person's own.
    pub fn line(kind: Kind, fen: u64, bill: &Bill) -> Option<Line> {
        let (class, first_own) = match kind {
            Kind::InScope => (Class::A, Share::ZERO),
            Kind::FirstOwn => (Class::B, Share::ONE),
            Kind::Own => (Class::Own, Share::ONE),
        };
        Some(Line {
            price: Price::from_micros(fen.checked_mul(10_000)?)?,
            quantity: Quantity::from_parts(10_000)?,
            ceiling: None,
            first_own,
            class,
            day: bill.visit.begndate,
            entry: None,
            illustrative: false,
        })
    }
}

/// What one fen of a line can be; an over-limit fen is the person's own too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    InScope,
    FirstOwn,
    Own,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::InScope, Kind::FirstOwn, Kind::Own];
}
