//! `kind filing`: what a filing does to a bill.
//!
//! Columns: `filed` (kind of the filing, or none), `place` (the region it is for), `from`, `to`, `cancelled`, `covered`
//! (the word of what covers the treatment), and those of `kind benefit`; the bill is worked out as covered by that word.

use super::{Stage, bill, said};
use agency::VisitKinds;
use agency::filing::{FiledBy, Filing, Registered, Treatment, word};
use agency::{CaseId, FilingId, PersonId};
use benefit::{Benefits, Code};
use policy::scenario::Scenario;
use policy::{Cell, Row};
use terms::Day;

/// Columns that are no bill's.
const OWN: [&str; 6] = ["filed", "place", "from", "to", "cancelled", "covered"];

pub(super) fn run(stage: &Stage, number: usize) -> Result<(), String> {
    let row = &stage.scenario.table.rows[number];
    let covered = covered(stage, row)?;
    let expected = need(stage, row, "covered")?;
    if expected.text != covered {
        return Err(stage.differs(row, &format!("covered {}", expected.text), &format!("covered {covered}")));
    }
    let all = || {
        let benefits = Benefits::compile(&stage.law).map_err(|faults| said(&faults))?;
        benefit::scenario::run(&benefits, &bills(stage)?).map_err(|faults| said(&faults))
    };
    let reports = stage.bills.get_or_init(all).as_ref().map_err(Clone::clone)?;
    bill::compare(stage, number, reports)
}

fn need<'a>(stage: &'a Stage, row: &'a Row, head: &str) -> Result<&'a Cell, String> {
    stage.scenario.cell(row, head).ok_or_else(|| format!("column `{head}` is missing or empty"))
}

/// The word under which the treatment of this row is covered.
fn covered(stage: &Stage, row: &Row) -> Result<String, String> {
    let day = |head: &str| stage.scenario.cell(row, head).map(|cell| stage.day(cell)).transpose();
    let (begndate, enddate) =
        (stage.day(need(stage, row, "begndate")?)?, stage.day(need(stage, row, "enddate")?)?);
    let given = stage.scenario.given.iter().find(|pair| pair.key.text == "med_type").map(|pair| &pair.value);
    let kind = stage.scenario.cell(row, "med_type").or(given).ok_or("no `med_type` is given")?;
    let med_type: Code = kind.text.parse().map_err(|_| format!("`{}` is no kind of visit", kind.text))?;
    let region = need(stage, row, "admdvs")?.text.as_str();
    let treatment = Treatment { med_type, begndate, enddate, region, provider: None };
    let filing = filing(stage, row, day("from")?, day("to")?, day("cancelled")?)?;
    let visits = VisitKinds::compile(&stage.law).map_err(|faults| said(&faults))?;
    Ok(word(filing.into_iter(), &treatment, &visits, FiledBy::of(&stage.law)))
}

fn filing(
    stage: &Stage,
    row: &Row,
    from: Option<Day>,
    to: Option<Day>,
    cancelled: Option<Day>,
) -> Result<Option<Filing>, String> {
    let kind = need(stage, row, "filed")?;
    if kind.text == "none" {
        return Ok(None);
    }
    let registered = Registered {
        filing: FilingId(1),
        person: PersonId(1),
        filing_kind: kind.text.clone(),
        region: need(stage, row, "place")?.text.clone(),
        provider: None,
        from: from.ok_or("a filing needs `from`")?,
        to,
        case: Some(CaseId(1)),
        sent: None,
    };
    Ok(Some(Filing { registered, cancelled }))
}

/// The same file as one about bills: what covers each treatment stands in its column `filing`.
fn bills(stage: &Stage) -> Result<Scenario, String> {
    let mut scenario = stage.scenario.clone();
    let own: Vec<usize> = OWN.iter().filter_map(|head| scenario.table.column(head)).collect();
    let keep = |cells: &[Cell]| -> Vec<Cell> {
        let kept = cells.iter().enumerate().filter(|(index, _)| !own.contains(index));
        kept.map(|(_, cell)| cell.clone()).collect()
    };
    let place = |cell: &Cell, text: &str| Cell { text: text.to_owned(), span: cell.span.clone() };
    for row in &mut scenario.table.rows {
        let word = covered(stage, row)?;
        let mut cells = keep(&row.cells);
        cells.push(place(&row.cells[0], &word));
        row.cells = cells;
    }
    let mut heads = keep(&scenario.table.columns);
    heads.push(place(&scenario.table.columns[0], "filing"));
    scenario.table.columns = heads;
    Ok(scenario)
}
