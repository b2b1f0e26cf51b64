//! `kind benefit` and `kind year`: what bills come to. Columns and their meaning are those of [`benefit::scenario`].

use super::{Stage, said};
use benefit::Benefits;

pub(super) fn run(stage: &Stage, number: usize) -> Result<(), String> {
    let all = || {
        let benefits = Benefits::compile(&stage.law).map_err(|faults| said(&faults))?;
        benefit::scenario::run(&benefits, &stage.scenario).map_err(|faults| said(&faults))
    };
    let reports = stage.bills.get_or_init(all).as_ref().map_err(Clone::clone)?;
    compare(stage, number, reports)
}

/// The row's report, where it says something else than the row.
pub(super) fn compare(
    stage: &Stage,
    number: usize,
    reports: &[benefit::scenario::RowReport],
) -> Result<(), String> {
    let report = reports.get(number).ok_or("the row vanished")?;
    if report.differences.is_empty() {
        return Ok(());
    }
    let list = |part: fn(&benefit::scenario::Difference) -> &str| {
        let told = report.differences.iter().map(|one| format!("{} {}", one.column, part(one)));
        told.collect::<Vec<_>>().join(", ")
    };
    let (expected, mut got) = (list(|one| &one.expected), list(|one| &one.got));
    for step in &report.trace {
        got.push_str(&format!("\n  trace     {:<24} {:>14}  {:?}", step.article, step.amount, step.facts));
    }
    for refusal in &report.refusals {
        got.push_str(&format!(
            "\n  refused   {} under {}  {:?}",
            refusal.code, refusal.article, refusal.facts
        ));
    }
    Err(stage.differs(&stage.scenario.table.rows[number], &expected, &got))
}
