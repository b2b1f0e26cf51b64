//! From the law in force to the draft, one changed clause after the other: first who counts as what, then layer by
//! layer how it works, where it applies, its deductible, its bands and its limits. Each link is a whole law, so that
//! what a clause moves is a difference of two adjudications and not an estimate.

use super::tally::ClauseKey;
use crate::model::{Band, Benefits, Cap, DIMENSIONS_MAX, Dimension, Grid, Layer, NO_RULE, Origin, Rule};
use std::collections::BTreeMap;
use terms::{Day, Name};

/// What a link takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Everything at once: the two laws are built differently.
    Whole,
    /// Which codes count as what, and what is refused.
    Classes,
    /// How a layer works: its base, where it pays, what it counts, how it rounds.
    Working,
    /// Where and when a layer applies.
    Applies,
    /// Its deductible.
    Deductible,
    /// The band at this place.
    Band(usize),
    /// Its limits.
    Limits,
    /// A row of the catalogue.
    Catalogue,
}

/// A changed clause for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What changed.
    pub part: Part,
    /// The layer's id and name, where it is a layer's.
    pub layer: Option<(String, Name)>,
    /// Where it is written now: file, line, article; none where it is not.
    pub now: Option<(String, u32, String)>,
    /// Where it is written in the draft.
    pub draft: Option<(String, u32, String)>,
    /// The figure now, as words.
    pub from: String,
    /// The figure in the draft.
    pub to: String,
    /// The code of the item, where it is a row of the catalogue.
    pub item: Option<String>,
}

/// The links between two laws.
#[derive(Debug)]
pub(super) struct Chain {
    pub links: Vec<Link>,
    /// Both laws with the same periods and grids; none where they are built differently.
    aligned: Option<(Vec<Layer>, Vec<Layer>)>,
}

/// The law after one more part was taken over.
#[derive(Debug)]
pub(super) struct Link {
    pub law: Benefits,
    part: Part,
    layer: usize,
}

/// A place of a file.
type Place = (u16, u32, u32);

/// The places of a clause on the two sides.
pub(super) struct Places {
    pub now: Option<Place>,
    pub draft: Option<Place>,
}

impl Chain {
    pub fn between(now: &Benefits, draft: &Benefits) -> Chain {
        let whole =
            || Chain { links: vec![Link { law: draft.clone(), part: Part::Whole, layer: 0 }], aligned: None };
        if alike(now, draft) { Chain::by_clauses(now, draft).unwrap_or_else(whole) } else { whole() }
    }

    fn by_clauses(now: &Benefits, draft: &Benefits) -> Option<Chain> {
        let periods = periods(now, draft);
        let (mut law, target) = (aligned(now, &periods), aligned(draft, &periods));
        let mut links = Vec::new();
        if law.fields != target.fields || sources_differ(&law, &target) || law.gates != target.gates {
            law.fields.clone_from(&target.fields);
            law.dimensions.clone_from(&target.dimensions);
            law.gates.clone_from(&target.gates);
            links.push(Link { law: law.clone(), part: Part::Classes, layer: 0 });
        }
        let mut sides = (Vec::new(), Vec::new());
        for number in 0..law.layers.len() {
            let grid = both(&law.layers[number].grid, &target.layers[number].grid, &law.dimensions)?;
            let wide = |layer: &Layer| widened(layer, &grid, &law.dimensions, periods.len());
            let (from, to) = (wide(&law.layers[number]), wide(&target.layers[number]));
            for part in parts(&from, &to) {
                law.layers[number] = mixed(&from, &to, part);
                links.push(Link { law: law.clone(), part, layer: number });
            }
            law.layers[number] = to.clone();
            sides.0.push(from);
            sides.1.push(to);
        }
        Some(Chain { links, aligned: Some(sides) })
    }

    /// The places of the clause that a link changes for bills of these values; nothing where it changes none.
    pub fn clause(&self, step: usize, values: &[u8; DIMENSIONS_MAX], period: usize) -> Option<Places> {
        let link = self.links.get(step)?;
        let Some((from, to)) = &self.aligned else { return Some(Places { now: None, draft: None }) };
        if link.part == Part::Classes {
            return Some(Places { now: None, draft: None });
        }
        let (from, to) = (&from[link.layer], &to[link.layer]);
        let rules = (from.rule(values, period), to.rule(values, period));
        changes(from, to, rules.0, rules.1, link.part).then(|| {
            let place = |layer: &Layer, other: &Layer, rule: Option<&Rule>, against: Option<&Rule>| {
                let origin = origin(layer, rule?, other, against, link.part);
                Some((origin.file, origin.line, origin.column))
            };
            Places { now: place(from, to, rules.0, rules.1), draft: place(to, from, rules.1, rules.0) }
        })
    }

    /// A clause in words.
    pub fn describe(&self, key: &ClauseKey, now: &Benefits, draft: &Benefits) -> Clause {
        let link = &self.links[key.step];
        let layer = match (&self.aligned, link.part) {
            (Some((from, _)), part) if part != Part::Classes => from.get(link.layer),
            _ => None,
        };
        let side = |law: &Benefits, layers: Option<&Vec<Layer>>, place: Option<Place>| {
            let (file, line, column) = place?;
            let layer = layers?.get(link.layer)?;
            let at = |origin: &Origin| (origin.file, origin.line, origin.column) == (file, line, column);
            let (article, figure) = figure(layer, link.part, &at)?;
            let path = law.files.get(usize::from(file)).cloned().unwrap_or_default();
            Some(((path, line, law.article_id(article).to_owned()), figure))
        };
        let sides = self.aligned.as_ref();
        let from = side(now, sides.map(|(from, _)| from), key.now);
        let to = side(draft, sides.map(|(_, to)| to), key.draft);
        let text = |side: &Option<((String, u32, String), String)>| {
            side.as_ref().map_or_else(|| "-".to_owned(), |(_, figure)| figure.clone())
        };
        Clause {
            part: link.part,
            layer: layer.map(|layer| (layer.id.clone(), layer.name.clone())),
            from: text(&from),
            to: text(&to),
            now: from.map(|(place, _)| place),
            draft: to.map(|(place, _)| place),
            item: None,
        }
    }
}

/// The figure written at a place, in words, and its article.
fn figure(layer: &Layer, part: Part, at: &dyn Fn(&Origin) -> bool) -> Option<(u16, String)> {
    let band = || layer.bands.iter().find(|band| at(&band.origin));
    match part {
        Part::Deductible => {
            let rule = layer.rules.iter().find(|rule| at(&rule.deductible_from))?;
            Some((rule.deductible_from.article, rule.deductible.grouped()))
        }
        Part::Limits => {
            let cap = layer.caps.iter().find(|cap| at(&cap.origin));
            match cap {
                Some(cap) => {
                    let limit = cap.limit.map_or_else(|| "none".to_owned(), terms::Fen::grouped);
                    Some((cap.origin.article, limit))
                }
                None => Some((band()?.origin.article, "-".to_owned())),
            }
        }
        _ => {
            let band = band()?;
            let upto = match terms::Fen::new(band.upto) {
                Ok(upto) => format!("to {}", upto.grouped()),
                Err(_) => "above".to_owned(),
            };
            Some((band.origin.article, format!("{} {upto}", band.rate)))
        }
    }
}

/// Whether clauses of the two can be compared one by one.
fn alike(now: &Benefits, draft: &Benefits) -> bool {
    let dimensions = |law: &Benefits| -> Vec<(String, Vec<String>)> {
        let values = |one: &Dimension| one.values.iter().map(|value| value.id.clone()).collect();
        law.dimensions.iter().map(|one| (one.id.clone(), values(one))).collect()
    };
    let accumulators =
        |law: &Benefits| -> Vec<String> { law.accumulators.iter().map(|one| one.id.clone()).collect() };
    let layers = |law: &Benefits| -> Vec<String> { law.layers.iter().map(|one| one.id.clone()).collect() };
    dimensions(now) == dimensions(draft)
        && accumulators(now) == accumulators(draft)
        && layers(now) == layers(draft)
        && (now.law_day, now.region) == (draft.law_day, draft.region)
}

fn sources_differ(now: &Benefits, draft: &Benefits) -> bool {
    now.dimensions.iter().zip(&draft.dimensions).any(|(now, draft)| now.source != draft.source)
}

/// The first days of the periods of both, from the day both answer.
fn periods(now: &Benefits, draft: &Benefits) -> Vec<Day> {
    let first = now.periods.first().max(draft.periods.first()).copied();
    let mut all: Vec<Day> = now.periods.iter().chain(&draft.periods).copied().collect();
    all.retain(|day| Some(*day) >= first);
    all.sort_unstable();
    all.dedup();
    all
}

/// The same law with its tables cut along these periods.
fn aligned(law: &Benefits, periods: &[Day]) -> Benefits {
    let mut law = law.clone();
    let of: Vec<usize> = periods.iter().map(|&day| law.period(day).unwrap_or(0)).collect();
    for layer in &mut law.layers {
        layer.table = cut(&layer.table, &of, layer.grid.size as usize);
    }
    for gate in &mut law.gates {
        gate.table = cut(&gate.table, &of, gate.grid.size as usize);
    }
    law.periods = periods.to_vec();
    law
}

fn cut<T: Copy>(table: &[T], of: &[usize], size: usize) -> Vec<T> {
    of.iter().flat_map(|&period| table[period * size..(period + 1) * size].iter().copied()).collect()
}

/// A grid over the dimensions either looks at; nothing where that is too wide.
fn both(a: &Grid, b: &Grid, dimensions: &[Dimension]) -> Option<Grid> {
    let mut grid = Grid::single();
    for (place, dimension) in dimensions.iter().enumerate() {
        if a.strides[place] > 0 || b.strides[place] > 0 {
            grid.look(place, dimension.values.len())?;
        }
    }
    Some(grid)
}

/// A layer with its table over a wider grid.
fn widened(layer: &Layer, grid: &Grid, dimensions: &[Dimension], periods: usize) -> Layer {
    let mut wide = layer.clone();
    wide.table.clear();
    for period in 0..periods {
        for place in 0..grid.size {
            let mut values = [0; DIMENSIONS_MAX];
            for (number, dimension) in dimensions.iter().enumerate() {
                let count = u32::try_from(dimension.values.len()).unwrap_or(1);
                if let Some(value) = place.checked_div(grid.strides[number]) {
                    values[number] = u8::try_from(value % count).unwrap_or(0);
                }
            }
            wide.table.push(layer.table[layer.grid.place(&values, period)]);
        }
    }
    wide.grid = grid.clone();
    wide
}

/// The parts of a layer that change for somebody, in order.
fn parts(from: &Layer, to: &Layer) -> Vec<Part> {
    let mut pairs: Vec<(u32, u32)> = from.table.iter().copied().zip(to.table.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let bands = from.rules.iter().map(|rule| from.bands_of(rule).len()).max().unwrap_or(0);
    let all = [Part::Working, Part::Applies, Part::Deductible].into_iter();
    let all = all.chain((0..bands).map(Part::Band)).chain([Part::Limits]);
    all.filter(|&part| {
        pairs.iter().any(|&(a, b)| {
            let (a, b) = (from.rules.get(a as usize), to.rules.get(b as usize));
            changes(from, to, a, b, part)
        })
    })
    .collect()
}

/// Whether a part changes between two rules.
fn changes(from: &Layer, to: &Layer, a: Option<&Rule>, b: Option<&Rule>, part: Part) -> bool {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (None, None) => return false,
        _ => return part == Part::Applies,
    };
    match part {
        Part::Whole | Part::Classes | Part::Catalogue => true,
        Part::Applies => false,
        Part::Working => {
            let works = |layer: &Layer| {
                let counts = (layer.position, layer.deductible_counts, layer.bands_begin_at_deductible);
                (layer.pays, layer.base, counts, layer.balance, layer.rounding)
            };
            works(from) != works(to)
        }
        Part::Deductible => a.deductible != b.deductible,
        Part::Band(place) => {
            let (a, b) = (from.bands_of(a), to.bands_of(b));
            if same_ends(a, b) {
                a.get(place).map(|band| band.rate) != b.get(place).map(|band| band.rate)
            } else {
                place == 0
            }
        }
        Part::Limits => {
            let limits = |caps: &[Cap]| -> Vec<_> { caps.iter().map(|cap| (cap.limit, cap.of)).collect() };
            limits(from.caps_of(a)) != limits(to.caps_of(b))
        }
    }
}

/// Bands that end alike are taken over one by one, others all at once with the first.
fn same_ends(a: &[Band], b: &[Band]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.upto == b.upto)
}

/// The place that stands for a part of a rule.
fn origin(layer: &Layer, rule: &Rule, other: &Layer, against: Option<&Rule>, part: Part) -> Origin {
    let bands = layer.bands_of(rule);
    let first = bands.first().map_or(rule.deductible_from, |band| band.origin);
    match part {
        Part::Deductible => rule.deductible_from,
        Part::Band(place) => {
            let others = against.map_or(&[][..], |rule| other.bands_of(rule));
            let place = if same_ends(bands, others) {
                place
            } else {
                let differs = |(place, band): &(usize, &Band)| {
                    others.get(*place).is_none_or(|other| (other.upto, other.rate) != (band.upto, band.rate))
                };
                bands.iter().enumerate().find(differs).map_or(0, |(place, _)| place)
            };
            bands.get(place).map_or(first, |band| band.origin)
        }
        Part::Limits => {
            let others = against.map_or(&[][..], |rule| other.caps_of(rule));
            let caps = layer.caps_of(rule);
            let differs = |(place, cap): &(usize, &Cap)| {
                others.get(*place).is_none_or(|other| (other.limit, other.of) != (cap.limit, cap.of))
            };
            let cap = caps.iter().enumerate().find(differs).map(|(_, cap)| cap).or(caps.first());
            cap.map_or(first, |cap| cap.origin)
        }
        _ => first,
    }
}

/// A layer between the two: this part and those before it as in the draft.
fn mixed(from: &Layer, to: &Layer, upto: Part) -> Layer {
    let mut layer = if upto >= Part::Working { to.clone() } else { from.clone() };
    layer.quick = from.quick && to.quick;
    layer.table.clear();
    layer.rules.clear();
    layer.bands.clear();
    layer.caps.clear();
    let mut known: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for pair in from.table.iter().copied().zip(to.table.iter().copied()) {
        let place = *known.entry(pair).or_insert_with(|| {
            let (a, b) = (from.rules.get(pair.0 as usize), to.rules.get(pair.1 as usize));
            match (a, b) {
                (Some(a), Some(b)) => push(&mut layer, from, to, a, b, upto),
                (None, Some(b)) if upto >= Part::Applies => push(&mut layer, to, to, b, b, Part::Limits),
                (Some(a), None) if upto < Part::Applies => push(&mut layer, from, from, a, a, Part::Limits),
                _ => NO_RULE,
            }
        });
        layer.table.push(place);
    }
    layer
}

/// Adds the rule between two rules; its place.
fn push(layer: &mut Layer, from: &Layer, to: &Layer, a: &Rule, b: &Rule, upto: Part) -> u32 {
    let count = |list: usize| u32::try_from(list).unwrap_or(u32::MAX);
    let place = count(layer.rules.len());
    let (bands_begin, caps_begin) = (count(layer.bands.len()), count(layer.caps.len()));
    let (bands_a, bands_b) = (from.bands_of(a), to.bands_of(b));
    if same_ends(bands_a, bands_b) {
        let pairs = bands_a.iter().zip(bands_b).enumerate();
        layer.bands.extend(pairs.map(|(place, (a, b))| if upto >= Part::Band(place) { *b } else { *a }));
    } else {
        layer.bands.extend(if upto >= Part::Band(0) { bands_b } else { bands_a });
    }
    layer.caps.extend(if upto >= Part::Limits { to.caps_of(b) } else { from.caps_of(a) });
    let deductible = if upto >= Part::Deductible { b } else { a };
    layer.rules.push(Rule {
        place,
        bands: (bands_begin, count(layer.bands.len())),
        caps: (caps_begin, count(layer.caps.len())),
        ..*deductible
    });
    place
}
