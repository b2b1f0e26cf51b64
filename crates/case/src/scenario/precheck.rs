//! `kind precheck`: may they come, and with what.
//!
//! Columns: `who`, `on`, `as` (capacity; `self` where empty), `brings` (nothing said where empty), any fact by name,
//! `answer`, `because`, `next` (the next open day), `last` (the last day of a limit) and `office` (the id of the
//! responsible office).
//!
//! `accepted` means complete: the window takes it, which is tried. `may-come` means nothing speaks against coming, papers not asked.
//! `refused` lists under `because` exactly the codes of all refusals; otherwise `because` names rules that let it pass.

use super::Stage;
use crate::{Action, Actor, CaseContext, CaseState, Known, Owner, Presented, Procedure, decide, evolve};
use policy::{Cell, Row};
use std::collections::BTreeSet;
use terms::{Calendar, Day, Facts, Refusals};

const COLUMNS: [&str; 9] = ["who", "on", "as", "brings", "answer", "because", "next", "last", "office"];

pub(super) fn run(stage: &Stage, row: &Row) -> Result<(), String> {
    let scenario = &stage.scenario;
    let procedure = stage.procedure()?;
    let fields: Vec<&str> = procedure.fields().map(|field| field.id.as_str()).chain(COLUMNS).collect();
    if let Some(fault) = scenario.only_columns(&fields).first() {
        return Err(fault.to_string());
    }
    let need = |head: &str| -> Result<&Cell, String> {
        scenario.cell(row, head).ok_or_else(|| format!("column `{head}` is missing or empty"))
    };
    let mut facts = stage.facts(procedure, &scenario.given)?;
    if let Some(who) = scenario.cell(row, "who") {
        let person = scenario.person(who).map_err(|fault| fault.to_string())?;
        facts.extend(stage.facts(procedure, &person.facts)?);
    }
    for head in scenario.table.columns.iter().filter(|head| !COLUMNS.contains(&head.text.as_str())) {
        if let Some(value) = scenario.cell(row, &head.text) {
            facts.insert(head.text.clone(), stage.fact(procedure, head, value)?);
        }
    }
    let capacity = scenario.cell(row, "as").map_or("self", |cell| cell.text.as_str());
    let papers = scenario.cell(row, "brings").map(|cell| stage.papers(procedure, cell)).transpose()?;
    let day = stage.day(need("on")?)?;
    let checked = crate::precheck(procedure, capacity, &facts, papers.as_deref(), day, stage.law.calendar());

    let answer = match (checked.complete, checked.refusals.is_empty(), checked.unanswered.is_empty()) {
        (true, _, _) => "accepted",
        (_, false, _) => "refused",
        (_, true, false) => "asked",
        (false, true, true) => "may-come",
    };
    let because: BTreeSet<&str> = match answer {
        "refused" => checked.refusals.iter().map(|refusal| refusal.code.as_str()).collect(),
        "asked" => checked.unanswered.iter().map(String::as_str).collect(),
        _ => checked.reasons.iter().map(|reason| reason.id.as_str()).collect(),
    };
    let expected_because: BTreeSet<&str> = need("because")?.text.split_whitespace().collect();
    let exact = answer == "refused" || answer == "asked";
    let because_fits = if exact { expected_because == because } else { expected_because.is_subset(&because) };
    let words = |set: &BTreeSet<&str>| set.iter().copied().collect::<Vec<&str>>().join(" ");
    if need("answer")?.text != answer || !because_fits {
        let expected = format!("{} because {}", need("answer")?.text, words(&expected_because));
        return Err(stage.differs(row, &expected, &format!("{answer} because {}", words(&because))));
    }
    if answer == "accepted" {
        let took = taken(procedure, capacity, facts, papers.unwrap_or_default(), day, stage.law.calendar());
        if let Err(refusals) = took {
            let codes: Vec<&str> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
            let got = format!("the window refuses it: {}", codes.join(" "));
            return Err(stage.differs(row, "the window takes what the pre-check calls complete", &got));
        }
    }
    if let Some(next) = scenario.cell(row, "next") {
        let open = checked.open_days.iter().flat_map(|open| &open.days).find(|open| **open >= day);
        if open != Some(&stage.day(next)?) {
            return Err(stage.differs(row, &format!("next open day {}", next.text), &format!("{open:?}")));
        }
    }
    if let Some(office) = scenario.cell(row, "office") {
        let named = checked.office.as_ref().map_or("none", |office| office.id.as_str());
        // A refusal that sends somebody away names the office to go to.
        let told = checked.refusals.iter().find_map(|refusal| refusal.facts.get("office"));
        let away = checked.office.as_ref().filter(|office| !office.here);
        let says = away.is_none_or(|office| told == Some(&terms::Fact::Name(office.name.clone())));
        if office.text != named || !says {
            let got = format!("office {named}, the refusal names {told:?}");
            return Err(stage.differs(row, &format!("office {}", office.text), &got));
        }
    }
    if let Some(last) = scenario.cell(row, "last") {
        let by = checked.limits.first().map(|limit| limit.by.day);
        if by != Some(stage.day(last)?) {
            return Err(stage.differs(row, &format!("last day {}", last.text), &format!("{by:?}")));
        }
    }
    Ok(())
}

/// The same person with the same papers at the window: applied, handed in, accepted.
fn taken(
    procedure: &Procedure,
    capacity: &str,
    facts: Facts,
    papers: Vec<Presented>,
    today: Day,
    calendar: &Calendar,
) -> Result<(), Refusals> {
    let kept =
        |name: &str| procedure.fields().any(|field| field.id == name && field.known == Known::Registry);
    let (registers, said): (Facts, Facts) = facts.into_iter().partition(|(name, _)| kept(name));
    let someone = |who: &str, role: &str, organisation: &str| Actor {
        who: who.to_owned(),
        roles: [role.to_owned()].into(),
        organisation: organisation.to_owned(),
        facts: Facts::new(),
    };
    let Owner { role, organisation } = &procedure.intake.owner;
    let (applicant, window) = (someone("applicant", "", "public"), someone("window", role, organisation));
    let parties = procedure.parties.iter().map(|relation| (relation.clone(), relation.clone())).collect();
    let (law, subject, capacity) = (String::new(), "applicant".to_owned(), capacity.to_owned());
    let mut acts = vec![(&applicant, Action::Open { law, subject, capacity, parties, facts: said })];
    if !papers.is_empty() {
        acts.push((&applicant, Action::Receive(papers)));
    }
    acts.push((&window, Action::Accept));
    let mut state = CaseState::default();
    for (actor, action) in acts {
        let context = CaseContext { actor, today, calendar, facts: &registers };
        for event in decide(procedure, &state, &action, &context)? {
            evolve(&mut state, &event);
        }
    }
    Ok(())
}
