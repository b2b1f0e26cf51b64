//! What differs between two laws, or between two days of one: articles, open readings, figures, procedures. The
//! same for `banli diff` and the page.

use benefit::{Benefits, Change};
use case::{Procedure, Procedures};
use policy::{Article, Law};
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Name};

/// What became of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// It is new.
    Added,
    /// It says something else.
    Changed,
    /// It is gone.
    Gone,
}

impl Became {
    /// Its sign in lists.
    pub fn sign(self) -> char {
        match self {
            Became::Added => '+',
            Became::Changed => '~',
            Became::Gone => '-',
        }
    }

    /// Of a thing that is there before or after.
    fn of(before: bool, after: bool) -> Became {
        match (before, after) {
            (false, _) => Became::Added,
            (_, false) => Became::Gone,
            _ => Became::Changed,
        }
    }
}

/// A procedure that changed: its id, its name, and the parts of it that differ.
pub type ProcedureChange = (Became, String, Name, Vec<&'static str>);

/// Everything that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Articles by id.
    pub articles: Vec<(Became, ArticleId)>,
    /// Settings with the reading before and after; empty where there is none.
    pub settings: Vec<(String, String, String)>,
    /// Figures by layer.
    pub figures: Vec<Change>,
    /// Procedures.
    pub procedures: Vec<ProcedureChange>,
    /// Other files that differ, by path.
    pub files: Vec<(Became, String)>,
}

impl Changes {
    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }
}

/// A law with what is compared of it.
#[derive(Debug)]
pub struct Side<'l> {
    /// The law.
    pub law: &'l Law,
    /// Its benefits, where it has any.
    pub benefits: Option<&'l Benefits>,
    /// Its procedures.
    pub procedures: &'l Procedures,
}

/// From one law to another.
pub fn between_laws(before: &Side<'_>, after: &Side<'_>) -> Changes {
    let articles = |law: &'_ Law| -> BTreeMap<ArticleId, Article> {
        law.articles().map(|article| (article.id.clone(), article.clone())).collect()
    };
    let files = |law: &Law| -> BTreeMap<String, String> {
        // What is told by figures, articles, settings and procedures is not told again by file.
        let told = ["articles", "settings.toml", "benefits", "procedures"];
        let other = law
            .sources()
            .iter()
            .filter(|source| source.path.split('/').nth(1).is_none_or(|folder| !told.contains(&folder)));
        other.map(|source| (source.path.clone(), source.text.clone())).collect()
    };
    let readings = |law: &Law| -> BTreeMap<String, String> {
        law.settings().map(|setting| (setting.id.clone(), setting.chosen.clone())).collect()
    };
    let chosen = (readings(before.law), readings(after.law));
    let settings = differing(&chosen.0, &chosen.1)
        .into_iter()
        .map(|(_, id, was, is)| (id, was.cloned().unwrap_or_default(), is.cloned().unwrap_or_default()));
    let figures = match (before.benefits, after.benefits) {
        (Some(before), Some(after)) => benefit::changes(before, after),
        _ => Vec::new(),
    };
    Changes {
        articles: differing(&articles(before.law), &articles(after.law))
            .into_iter()
            .map(|(became, id, ..)| (became, id))
            .collect(),
        settings: settings.collect(),
        figures,
        procedures: procedures(before.procedures, after.procedures),
        files: differing(&files(before.law), &files(after.law))
            .into_iter()
            .map(|(became, path, ..)| (became, path))
            .collect(),
    }
}

/// From one day of a law to another: articles and figures that come into force, change or end in between, and
/// procedures that begin or end.
pub fn between_days(side: &Side<'_>, first: Day, second: Day) -> Changes {
    let in_force = |from: Day, to: Option<Day>, day: Day| from <= day && to.is_none_or(|to| to >= day);
    let became = |from: Day, to: Option<Day>| {
        let (before, after) = (in_force(from, to, first), in_force(from, to, second));
        (before != after).then(|| Became::of(before, after))
    };
    let articles = side
        .law
        .articles()
        .filter_map(|article| became(article.from, article.to).map(|became| (became, article.id.clone())));
    let procedures = side.procedures.iter().filter_map(|procedure| {
        let became = became(procedure.from, procedure.to)?;
        Some((became, procedure.id.clone(), procedure.name.clone(), Vec::new()))
    });
    Changes {
        articles: articles.collect(),
        figures: side.benefits.map_or_else(Vec::new, |law| benefit::changes_between(law, first, second)),
        procedures: procedures.collect(),
        ..Changes::default()
    }
}

/// A key that differs, with its values.
type Differing<'m, K, V> = (Became, K, Option<&'m V>, Option<&'m V>);

/// The keys whose values differ, in order.
fn differing<'m, K: Ord + Clone, V: PartialEq>(
    before: &'m BTreeMap<K, V>,
    after: &'m BTreeMap<K, V>,
) -> Vec<Differing<'m, K, V>> {
    let mut keys: Vec<&K> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let differs = |key: &K| {
        let (was, is) = (before.get(key), after.get(key));
        (was != is).then(|| (Became::of(was.is_some(), is.is_some()), key.clone(), was, is))
    };
    keys.into_iter().filter_map(differs).collect()
}

fn procedures(before: &Procedures, after: &Procedures) -> Vec<ProcedureChange> {
    let mut changes = Vec::new();
    for is in after.iter() {
        let Some(was) = before.get(&is.id) else {
            changes.push((Became::Added, is.id.clone(), is.name.clone(), Vec::new()));
            continue;
        };
        let head = |one: &Procedure| {
            (one.name.clone(), one.gist.clone(), one.article.clone(), (one.from, one.to), one.returns_max)
        };
        // Keys of the texts, in the order a case meets the parts.
        let parts = [
            ("change-head", head(was) != head(is)),
            ("change-applicants", was.applicants != is.applicants),
            ("change-conditions", was.conditions != is.conditions),
            ("change-limits", was.limits != is.limits),
            ("change-window", was.window != is.window),
            ("change-forms", was.forms != is.forms),
            ("change-materials", was.materials != is.materials),
            ("change-intake", was.intake != is.intake || was.correction != is.correction),
            ("change-clocks", was.clocks != is.clocks),
            ("change-states", was.states != is.states),
            ("change-outcomes", was.outcomes != is.outcomes),
        ];
        let parts: Vec<&str> =
            parts.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect();
        // Another reading alone is told with the settings.
        if !parts.is_empty() {
            changes.push((Became::Changed, is.id.clone(), is.name.clone(), parts));
        }
    }
    for was in before.iter().filter(|was| after.get(&was.id).is_none()) {
        changes.push((Became::Gone, was.id.clone(), was.name.clone(), Vec::new()));
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Files;

    fn changes(change: impl Fn(&mut Files)) -> Changes {
        let files = crate::packs::embedded().unwrap();
        let mut next = files.clone();
        change(&mut next);
        let law = |files: &Files| Law::load(files, "hangzhou").unwrap();
        let (before, after) = (law(&files), law(&next));
        let benefits = [Benefits::compile(&before).unwrap(), Benefits::compile(&after).unwrap()];
        let procedures = [Procedures::compile(&before).unwrap(), Procedures::compile(&after).unwrap()];
        let side =
            |law, place: usize| Side { law, benefits: benefits.get(place), procedures: &procedures[place] };
        between_laws(&side(&before, 0), &side(&after, 1))
    }

    #[test]
    fn the_same_law_differs_in_nothing() {
        assert!(changes(|_| {}).is_empty());
    }

    #[test]
    fn a_changed_gist_reading_and_figure_are_told_apart() {
        let told = changes(|files| {
            let edit = |files: &mut Files, path: &str, from: &str, to: &str| {
                let text = files.get_mut(path).unwrap();
                assert!(text.contains(from), "{path}: {from}");
                *text = text.replacen(from, to, 1);
            };
            edit(files, "hangzhou/settings.toml", "chosen = \"discharge\"", "chosen = \"admission\"");
            edit(files, "hangzhou/benefits/employees-inpatient.toml", "| 80,000 |", "| 90,000 |");
        });
        assert_eq!(told.settings, [("stay-law-day".into(), "discharge".into(), "admission".into())]);
        let values: Vec<String> =
            told.figures.iter().map(|one| one.after.as_ref().unwrap().says.value()).collect();
        assert_eq!(values, ["90,000.00"]);
        assert!(told.articles.is_empty() && told.procedures.is_empty() && told.files.is_empty());
    }

    #[test]
    fn between_two_days_what_begins_and_ends() {
        let law = Law::load(&crate::packs::embedded().unwrap(), "hangzhou").unwrap();
        let benefits = Benefits::compile(&law).unwrap();
        let procedures = Procedures::compile(&law).unwrap();
        let side = Side { law: &law, benefits: Some(&benefits), procedures: &procedures };
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let told = between_days(&side, day("2019-12-31"), day("2020-01-01"));
        assert!(
            told.articles.iter().any(|(became, id)| *became == Became::Added && id.0 == "hz-2020/inpatient")
        );
        assert!(!told.figures.is_empty());
        assert!(between_days(&side, day("2024-05-01"), day("2024-05-02")).is_empty());
    }
}
