//! `kind window`: which days of a month are open.
//!
//! Columns: `month` (2026-10), `reading` (of the window's setting; the pack's where empty), `open` (days, a day of
//! the following month as a whole date), `because` (the article), `certainty` (settled where empty).

use super::Stage;
use policy::{Row, say};
use terms::{Certainty, Month};

pub(super) fn run(stage: &Stage, row: &Row) -> Result<(), String> {
    let scenario = &stage.scenario;
    if let Some(fault) = scenario.only_columns(&["month", "reading", "open", "because", "certainty"]).first()
    {
        return Err(fault.to_string());
    }
    let need =
        |head: &str| scenario.cell(row, head).ok_or_else(|| format!("column `{head}` is missing or empty"));
    let mut procedure = stage.procedure()?.clone();
    if let (Some(reading), Some(window)) = (scenario.cell(row, "reading"), &procedure.window) {
        let setting = window.reading.as_ref().map_or("", |(setting, _)| setting.as_str());
        let law = stage.law.choosing(setting, &reading.text);
        let law =
            law.ok_or_else(|| scenario.at(reading, say("no-reading"), say("no-reading-cure")).to_string())?;
        let procedures = crate::Procedures::compile(&law).map_err(|faults| format!("{faults:?}"))?;
        procedure =
            procedures.get(&procedure.id).cloned().ok_or("the procedure vanished with the reading")?;
    }
    let window = procedure.window.as_ref().ok_or("the procedure has no window")?;
    let month = need("month")?;
    let mut whole = month.clone();
    whole.text.push_str("-01");
    let Month { year, month } = stage.day(&whole)?.month();
    let open = window.open_days(Month { year, month }, stage.law.calendar());
    let told: Vec<String> = open
        .days
        .iter()
        .map(|day| if day.month() == open.month { day.day_of_month().to_string() } else { day.to_string() })
        .collect();
    let certainty = if open.certainty == Certainty::Settled { "settled" } else { "provisional" };
    let expected_certainty = scenario.cell(row, "certainty").map_or("settled", |cell| cell.text.as_str());
    let expected = format!("{} because {} ({expected_certainty})", need("open")?.text, need("because")?.text);
    let got = format!("{} because {} ({certainty})", told.join(" "), open.article);
    if expected == got {
        Ok(())
    } else {
        Err(stage.differs(row, &expected, &format!("{got}\n  steps     {:?}", open.steps)))
    }
}
