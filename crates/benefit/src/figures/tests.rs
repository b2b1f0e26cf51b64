use super::*;
use crate::testing;

/// `300.00` and the like of the figures that apply to these values and no others, in the order of the pack.
fn values(benefits: &Benefits, layer: &str, who: &[(&str, &[&str])]) -> Vec<String> {
    let names = |figure: &Figure| -> Vec<(String, Vec<String>)> {
        let named = |(dimension, values): &(usize, Vec<usize>)| {
            let dimension = &benefits.dimensions()[*dimension];
            (dimension.id.clone(), values.iter().map(|&value| dimension.values[value].id.clone()).collect())
        };
        figure.applies.iter().map(named).collect()
    };
    let who: Vec<(String, Vec<String>)> = who
        .iter()
        .map(|(dimension, values)| {
            ((*dimension).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
        })
        .collect();
    let figures = benefits.figures();
    let of_layer = figures.iter().filter(|figure| benefits.layers()[figure.layer].id == layer);
    of_layer.filter(|figure| names(figure) == who).map(|figure| figure.says.value()).collect()
}

#[test]
fn every_cell_is_told_with_the_values_it_applies_to() {
    let benefits = testing::pack("reference");
    assert_eq!(values(&benefits, "pooled", &[("level", &["secondary"])]), ["600.00"]);
    let bands = values(&benefits, "pooled", &[("person", &["retiree"]), ("level", &["tertiary"])]);
    assert_eq!(bands, ["89%", "92.5%", "95.5%", "0%"]);
    assert_eq!(values(&benefits, "serious", &[]), ["0%", "60%", "70%"]);
}

#[test]
fn figures_end_the_day_before_the_next_begin() {
    let benefits = testing::pack("hangzhou");
    let figures = benefits.figures();
    let article = |figure: &&Figure| {
        benefits.articles()[usize::from(figure.origin.article)].id.0 == "hz-2013/inpatient"
    };
    let of_2013: Vec<&Figure> = figures.iter().filter(article).collect();
    assert!(!of_2013.is_empty());
    for figure in of_2013 {
        assert_eq!((figure.from, figure.to), (testing::day("2013-01-01"), Some(testing::day("2019-12-31"))));
    }
}

#[test]
fn a_figure_stands_where_it_says() {
    let benefits = testing::pack("hangzhou");
    for figure in benefits.figures() {
        let path = &benefits.files()[usize::from(figure.origin.file)];
        let text = testing::file(path);
        let line = text.lines().nth(figure.origin.line as usize - 1).unwrap();
        let cell: String = line.chars().skip(figure.origin.column as usize - 1).collect();
        let cell = cell.split('|').next().unwrap().trim().replace(',', "");
        let says = figure.says.value().replace(',', "");
        assert!(
            says == cell || says == format!("{cell}.00"),
            "{path}:{}: {says} for `{cell}`",
            figure.origin.line
        );
    }
}
