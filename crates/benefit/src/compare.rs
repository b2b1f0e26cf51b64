//! What differs between two laws, or between two days of one law: figures that are new, changed or gone.

use crate::figures::{Figure, Says};
use crate::model::Benefits;
use std::collections::BTreeMap;
use terms::Day;

/// A figure that is not the same on both sides; one side may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The layer's id.
    pub layer: String,
    /// The figure before; none where it is new.
    pub before: Option<Figure>,
    /// The figure after; none where it is gone.
    pub after: Option<Figure>,
}

/// What makes two figures of two laws the same one: layer, kind with its place, for whom, and since when.
type Key = (String, (u8, usize, String), Vec<(String, Vec<String>)>, Option<Day>);

/// The changes from one law to another, by layer in the order of the pack that has it. Figures are the same one
/// where layer, kind, people and first day are.
pub fn changes(before: &Benefits, after: &Benefits) -> Vec<Change> {
    let all = |law: &Benefits| keyed(law, law.figures(), true);
    differences(before, after, all(before), all(after))
}

/// The changes of one law from a day to another: what is in force on either and says something else.
pub fn changes_between(law: &Benefits, first: Day, second: Day) -> Vec<Change> {
    let on = |day: Day| {
        let holds = |figure: &Figure| figure.from <= day && figure.to.is_none_or(|to| to >= day);
        keyed(law, law.figures().into_iter().filter(holds).collect(), false)
    };
    differences(law, law, on(first), on(second))
}

fn keyed(law: &Benefits, figures: Vec<Figure>, by_day: bool) -> BTreeMap<Key, Figure> {
    let key = |figure: &Figure| {
        let layer = law.layers().get(figure.layer).map_or("", |layer| layer.id.as_str());
        let kind = match &figure.says {
            Says::Deductible(_) => (0, 0, String::new()),
            Says::Band { number, .. } => (1, *number, String::new()),
            Says::Limit { of, .. } => {
                let of = of.and_then(|place| law.accumulators().get(place));
                (2, 0, of.map_or_else(String::new, |known| known.id.clone()))
            }
        };
        let named = |(place, values): &(usize, Vec<usize>)| {
            let dimension = law.dimensions().get(*place)?;
            let ids = values.iter().filter_map(|value| dimension.values.get(*value));
            Some((dimension.id.clone(), ids.map(|value| value.id.clone()).collect()))
        };
        let who = figure.applies.iter().filter_map(named).collect();
        (layer.to_owned(), kind, who, by_day.then_some(figure.from))
    };
    figures.into_iter().map(|figure| (key(&figure), figure)).collect()
}

fn differences(
    before: &Benefits,
    after: &Benefits,
    mut old: BTreeMap<Key, Figure>,
    new: BTreeMap<Key, Figure>,
) -> Vec<Change> {
    let order = |layer: &str| {
        let place = |law: &Benefits| law.layers().iter().position(|known| known.id == layer);
        place(after).or_else(|| place(before)).unwrap_or(usize::MAX)
    };
    let mut changes = Vec::new();
    for (key, figure) in new {
        let was = old.remove(&key);
        // A span that only ends otherwise is a change of its days; between two days it is none.
        let same = was
            .as_ref()
            .is_some_and(|was| was.says == figure.says && (key.3.is_none() || was.to == figure.to));
        if !same {
            changes.push((
                order(&key.0),
                key.clone(),
                Change { layer: key.0, before: was, after: Some(figure) },
            ));
        }
    }
    for (key, figure) in old {
        changes.push((
            order(&key.0),
            key.clone(),
            Change { layer: key.0, before: Some(figure), after: None },
        ));
    }
    changes.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    changes.into_iter().map(|(_, _, change)| change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn told(change: &Change) -> (String, Option<String>, Option<String>) {
        let value = |figure: &Option<Figure>| figure.as_ref().map(|figure| figure.says.value());
        (change.layer.clone(), value(&change.before), value(&change.after))
    }

    #[test]
    fn the_same_law_changes_nothing() {
        let law = testing::pack("hangzhou");
        assert_eq!(changes(&law, &law), []);
        let day = testing::day("2024-05-01");
        assert_eq!(changes_between(&law, day, day), []);
    }

    #[test]
    fn one_changed_cell_is_one_change() {
        let mut files = testing::files();
        let pooled = files.get_mut("reference/benefits/pooled.toml").unwrap();
        *pooled = pooled.replace("| tertiary  |  1,000 |", "| tertiary  |    900 |");
        let changed = changes(&testing::pack("reference"), &testing::compile(&files, "reference"));
        let expected = ("pooled".to_owned(), Some("1,000.00".to_owned()), Some("900.00".to_owned()));
        assert_eq!(changed.iter().map(told).collect::<Vec<_>>(), [expected]);
    }

    /// On 2023-01-01 the limit of employees rose from 360,000 to 400,000 (hz-2023): the band above it is cut there.
    #[test]
    fn two_days_of_one_law() {
        let law = testing::pack("hangzhou");
        let all = changes_between(&law, testing::day("2022-12-31"), testing::day("2023-01-01"));
        let of_employees: Vec<&Change> = all.iter().filter(|one| one.layer == "employee-inpatient").collect();
        assert!(!of_employees.is_empty());
        for change in of_employees {
            let ends = |figure: &Option<Figure>| match figure.as_ref().map(|figure| figure.says) {
                Some(Says::Band { above, upto, .. }) => (above, upto),
                other => panic!("{other:?}"),
            };
            let (before, after) = (ends(&change.before), ends(&change.after));
            let yuan = terms::Fen::yuan;
            assert!(before.0 == yuan(360_000) || before.1 == Some(yuan(360_000)));
            assert!(after.0 == yuan(400_000) || after.1 == Some(yuan(400_000)));
        }
    }
}
