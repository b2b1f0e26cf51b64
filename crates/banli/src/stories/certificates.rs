//! Stories 1 and 2: certificates (S0-2.2, S0-3.1, S0-3.2).

use super::{Stage, day, original, paper};
use agency::PersonId;
use agency::casework::Open;
use anyhow::Context as _;
use case::{Action, Piece, Presented};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Facts};

/// The registration form as the unit's liaison officer fills and seals it (S0-3.2d).
fn registration_form() -> Presented {
    let piece = Piece {
        original: true,
        filled_by: Some("liaison".to_owned()),
        seals: BTreeSet::from(["unit".to_owned()]),
        ..Piece::default()
    };
    paper("registration-form", piece)
}

fn application(subject: PersonId, capacity: &str, materials: Vec<Presented>) -> Open {
    Open {
        procedure: "certificate-new".to_owned(),
        subject,
        capacity: capacity.to_owned(),
        parties: BTreeMap::new(),
        facts: Facts::new(),
        materials,
        claim: None,
        stand_in: None,
    }
}

/// The liaison officer of the parent's unit applies in the month of birth, outside the window, without a photo.
pub(super) fn newborn(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let child = stage.person(stage.cast.infant)?;
    let parent = stage.person(child.parent.context("a newborn without parents")?)?;
    let liaison = stage.liaison(parent.unit.context("a parent without a unit")?)?;
    let (applied, reviewed, issued) = (day("2026-09-16")?, day("2026-09-17")?, day("2026-09-18")?);
    let papers = vec![original("guardian-id-card"), original("household-register"), registration_form()];
    let open = application(child.person, "liaison", papers);
    let case = stage.open("newborn/open", applied, &liaison, open)?;
    let window = stage.actor("window-officer")?;
    stage.act("newborn/accept", applied, &window, case, Action::Accept)?;
    let reviewer = stage.actor("reviewer")?;
    stage.approve("newborn/review", reviewed, &reviewer, case, "review", Facts::new())?;
    stage.approve("newborn/issue", issued, &window, case, "issue", Facts::new())?;
    let number = certificate_of(stage, child.person)?;
    Ok(vec![
        format!("{}  born", child.citizen.birth()),
        format!("{applied}  accepted outside the window, no photo needed (case {case})"),
        format!("{issued}  certificate {number} issued"),
    ])
}

/// Asks on 6 October, when days 1 to 5 held no working day; is told the open days; comes on the first of them.
pub(super) fn newcomer(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let child = stage.person(stage.cast.newcomer)?;
    let (asked, comes) = (day("2026-10-06")?, day("2026-10-08")?);
    let papers = vec![
        original("guardian-id-card"),
        original("household-register"),
        original("photo"),
        registration_form(),
    ];
    let open_days = open_days(stage, child.person, &papers, asked)?;
    let window = stage.actor("window-officer")?;
    let open = application(child.person, "guardian", papers);
    let case = stage.open("newcomer/open", comes, &window, open)?;
    stage.act("newcomer/accept", comes, &window, case, Action::Accept)?;
    let days: Vec<String> = open_days.iter().map(ToString::to_string).collect();
    Ok(vec![
        format!("{asked}  told before coming: open on {}", days.join(", ")),
        format!("{comes}  accepted (case {case}), now with the reviewer"),
    ])
}

/// What the pre-check says on a day: the days on which the window is open.
fn open_days(
    stage: &Stage<'_>,
    subject: PersonId,
    papers: &[Presented],
    asked: Day,
) -> anyhow::Result<Vec<Day>> {
    let rules = stage.desk.rules();
    let procedure = rules.procedures.get("certificate-new").context("no procedure certificate-new")?;
    let facts = stage.desk.store().with_records(|records| {
        let file = agency::casework::CaseFile::default();
        agency::casework::registry_facts(records, rules, procedure, subject, &file, asked)
    })?;
    let checked = case::precheck(procedure, "guardian", &facts, Some(papers), asked, rules.law.calendar());
    Ok(checked.open_days.context("the window is open on every day")?.days)
}

fn certificate_of(stage: &Stage<'_>, person: PersonId) -> anyhow::Result<String> {
    let held = stage.desk.store().with_records(|records| records.active_certificate(person))?;
    Ok(held.context("no certificate was issued")?.issued.number)
}
