//! `kind case`: a case is played; rows follow each other, and each row is a test that replays those before it.
//!
//! `person` lines are actors (`roles`, `organisation`, `title`, `decided`: who had a part in the case this
//! one is about) or, where they state facts of a form, the subject.
//! Columns: `on`, `actor`, `does`, `with`, `answer` (`done` or `refused`), `because`, `then` (where the case stands).
//!
//! `does`: `open as CAPACITY`, `hand in PAPERS`, `accept`, `ask`, `decline`, `approve STEP`, `reject STEP`,
//! `return STEP`, `pay STEP AMOUNT` (by transfer; another method
//! after the amount), `notice`, `object`, `uphold N`, `dismiss N`, `withdraw`, `time`.
//! `with`: facts as NAME=VALUE and papers as +MATERIAL, separated by spaces; `silently` where no reason is written.
//! `because` of a refusal: exactly its codes; of something done: articles, effects, reasons and dates it rests on.

use super::{Stage, paper};
use crate::{
    Action, Actor, CaseContext, CaseEvent, CaseState, Completion, Decided, Known, Position, Presented,
    Procedure, decide, evolve,
};
use policy::{Cell, Row, say};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Fact, Facts, Fen};

const COLUMNS: [&str; 7] = ["on", "actor", "does", "with", "answer", "because", "then"];
/// In `with`: no reason is written.
const SILENT: &str = "silently";
const ACTOR_KEYS: [&str; 4] = ["roles", "organisation", "title", "decided"];

pub(super) fn run(stage: &Stage, last: usize) -> Result<(), String> {
    let scenario = &stage.scenario;
    if let Some(fault) = scenario.only_columns(&COLUMNS).first() {
        return Err(fault.to_string());
    }
    let procedure = stage.procedure()?;
    let mut state = CaseState::default();
    for (number, row) in scenario.table.rows.iter().enumerate().take(last + 1) {
        let played = play(stage, procedure, &mut state, row);
        // Rows before this one have tests of their own; here they only set the stage.
        if number == last {
            return played;
        }
    }
    Ok(())
}

fn play(stage: &Stage, procedure: &Procedure, state: &mut CaseState, row: &Row) -> Result<(), String> {
    let scenario = &stage.scenario;
    let need = |head: &str| -> Result<&Cell, String> {
        scenario.cell(row, head).ok_or_else(|| format!("column `{head}` is missing or empty"))
    };
    let today = stage.day(need("on")?)?;
    let actor = actor(stage, need("actor")?)?;
    let kept =
        |name: &str| procedure.fields().any(|field| field.id == name && field.known == Known::Registry);
    let (registers, said): (Facts, Facts) =
        subject(stage, procedure)?.into_iter().partition(|(name, _)| kept(name));
    let context = CaseContext { actor: &actor, today, calendar: stage.law.calendar(), facts: &registers };
    let action = action(stage, procedure, state, row, said)?;
    let decided = decide(procedure, state, &action, &context);
    let (answer, because) = match &decided {
        Ok(events) => ("done", grounds(procedure, events)),
        Err(refusals) => ("refused", refusals.iter().map(|refusal| refusal.code.clone()).collect()),
    };
    for event in decided.iter().flatten() {
        evolve(state, event);
    }
    let expected: BTreeSet<String> = scenario
        .cell(row, "because")
        .map(|cell| cell.text.split_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    let fits = if answer == "refused" { expected == because } else { expected.is_subset(&because) };
    let words = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<String>>().join(" ");
    if need("answer")?.text != answer || !fits {
        let expected = format!("{} because {}", need("answer")?.text, words(&expected));
        return Err(stage.differs(row, &expected, &format!("{answer} because {}", words(&because))));
    }
    let place = match &state.position {
        Position::New => "nowhere".to_owned(),
        Position::Intake if state.correction.is_some() => "correction".to_owned(),
        Position::Intake => "intake".to_owned(),
        Position::At(state) | Position::Closed(state) => state.clone(),
    };
    match scenario.cell(row, "then") {
        Some(then) if then.text != place => {
            Err(stage.differs(row, &format!("then {}", then.text), &format!("then {place}")))
        }
        _ => Ok(()),
    }
}

fn actor(stage: &Stage, name: &Cell) -> Result<Actor, String> {
    let person = stage.scenario.person(name).map_err(|fault| fault.to_string())?;
    let word =
        |key: &str| person.facts.iter().find(|pair| pair.key.text == key).map(|pair| pair.value.text.clone());
    let title = word("title").map(|title| ("actor.title".to_owned(), Fact::Code(title)));
    let decided =
        word("decided").map(|decided| ("actor.decided_before".to_owned(), Fact::Flag(decided == "yes")));
    Ok(Actor {
        who: name.text.clone(),
        roles: word("roles").iter().flat_map(|roles| roles.split('+')).map(str::to_owned).collect(),
        organisation: word("organisation").unwrap_or_else(|| "public".to_owned()),
        facts: title.into_iter().chain(decided).collect(),
    })
}

/// The facts of the subject: `given` lines, and every person's facts that are no actor's words.
fn subject(stage: &Stage, procedure: &Procedure) -> Result<Facts, String> {
    let mut facts = stage.facts(procedure, &stage.scenario.given)?;
    for person in &stage.scenario.people {
        let stated = person.facts.iter().filter(|pair| !ACTOR_KEYS.contains(&pair.key.text.as_str()));
        facts.extend(stage.facts(procedure, &stated.cloned().collect::<Vec<_>>())?);
    }
    Ok(facts)
}

fn action(
    stage: &Stage,
    procedure: &Procedure,
    state: &CaseState,
    row: &Row,
    said: Facts,
) -> Result<Action, String> {
    let scenario = &stage.scenario;
    let does = scenario.cell(row, "does").ok_or("column `does` is missing or empty")?;
    let said_with = scenario.cell(row, "with");
    let silent = said_with.is_some_and(|cell| cell.text.split_whitespace().any(|word| word == SILENT));
    let (facts, materials) = with(stage, procedure, said_with)?;
    let words: Vec<&str> = does.text.split_whitespace().collect();
    let completion = |step: &str, decision: Decided| Completion {
        step: step.to_owned(),
        decision,
        note: if silent { String::new() } else { "noted".to_owned() },
        facts: facts.clone(),
        materials: materials.clone(),
        signature: None,
    };
    let number =
        |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is no number of an objection"));
    Ok(match words.as_slice() {
        ["open", "as", capacity] => {
            let mut all = said;
            all.extend(facts);
            // Each relation is filled by the organisation that an actor's line spells the same way.
            let parties: BTreeMap<String, String> =
                procedure.parties.iter().map(|relation| (relation.clone(), relation.clone())).collect();
            let law = stage.law.hash().to_owned();
            Action::Open {
                law,
                subject: "subject".into(),
                capacity: (*capacity).to_owned(),
                parties,
                facts: all,
            }
        }
        ["hand", "in", rest @ ..] => {
            let papers = Cell { text: rest.join(" "), span: does.span.clone() };
            Action::Receive(stage.papers(procedure, &papers)?)
        }
        ["accept"] => Action::Accept,
        ["ask"] => Action::AskCorrection,
        ["decline"] => Action::Decline,
        ["approve", step] => Action::Complete(completion(step, Decided::Approved)),
        ["reject", step] => Action::Complete(completion(step, Decided::Rejected)),
        ["return", step] => Action::Complete(completion(step, Decided::Returned)),
        ["pay", step, amount, rest @ ..] if rest.len() < 2 => Action::Pay {
            completion: completion(step, Decided::Approved),
            amount: amount.parse::<Fen>().map_err(|error| error.to_string())?,
            payee: state.subject.clone(),
            method: rest.first().copied().unwrap_or("transfer").to_owned(),
        },
        ["notice"] => Action::StartNotice,
        ["object"] => Action::Object { text: "not so".to_owned() },
        ["uphold", objection] => {
            Action::Hear { objection: number(objection)?, upheld: true, note: "heard".into() }
        }
        ["dismiss", objection] => {
            Action::Hear { objection: number(objection)?, upheld: false, note: "heard".into() }
        }
        ["withdraw"] => Action::Withdraw,
        ["time"] => Action::TimePassed,
        _ => {
            let what = say("nobody-can").with("does", &does.text);
            return Err(scenario.at(does, what, say("nobody-can-cure")).to_string());
        }
    })
}

fn with(
    stage: &Stage,
    procedure: &Procedure,
    cell: Option<&Cell>,
) -> Result<(Facts, Vec<Presented>), String> {
    let (mut facts, mut papers) = (Facts::new(), Vec::new());
    let Some(cell) = cell else { return Ok((facts, papers)) };
    for word in cell.text.split_whitespace().filter(|word| *word != SILENT) {
        let piece = |text: &str| Cell { text: text.to_owned(), span: cell.span.clone() };
        if let Some(id) = word.strip_prefix('+') {
            let known: Vec<&str> = procedure.materials.iter().map(|material| material.id.as_str()).collect();
            let unknown = || stage.scenario.unknown(&piece(id), say("no-material"), &known).to_string();
            papers.push(paper::proper(procedure.material(id).ok_or_else(unknown)?));
        } else {
            let (name, value) = word
                .split_once('=')
                .ok_or_else(|| format!("`{word}` is neither NAME=VALUE nor +MATERIAL"))?;
            facts.insert(name.to_owned(), stage.fact(procedure, &piece(name), &piece(value))?);
        }
    }
    Ok((facts, papers))
}

/// What something done rests on: articles, effects, reasons, and the dates it sets.
fn grounds(procedure: &Procedure, events: &[CaseEvent]) -> BTreeSet<String> {
    let mut grounds = BTreeSet::new();
    for event in events {
        match event {
            CaseEvent::Accepted { reasons, promises, .. } => {
                grounds.extend(reasons.iter().map(|reason| reason.id.clone()));
                grounds.extend(promises.iter().map(|promise| promise.by.day.to_string()));
            }
            CaseEvent::StepDone { step, .. } => {
                let steps = procedure.states.iter().flat_map(crate::State::steps);
                grounds
                    .extend(steps.filter(|known| known.id == *step).map(|known| known.article.to_string()));
            }
            CaseEvent::EffectDue { effect, .. } => {
                let words = format!("{effect:?}");
                grounds.insert(kebab(&words));
            }
            CaseEvent::NoticeStarted { until, shown, .. } => {
                grounds.insert(until.day.to_string());
                grounds.extend(shown.iter().map(|(name, text)| format!("shown:{name}={text}")));
            }
            CaseEvent::Entered { due, .. } | CaseEvent::CorrectionAsked { until: due, .. } => {
                grounds.insert(due.day.to_string());
            }
            CaseEvent::Declined { reasons, .. } => {
                grounds.extend(reasons.iter().map(|reason| reason.code.clone()))
            }
            CaseEvent::Overdue { clock, .. } => {
                grounds.insert(format!("overdue:{clock}"));
            }
            CaseEvent::Warned { clock, .. } => {
                grounds.insert(format!("warned:{clock}"));
            }
            CaseEvent::Moved { clock, to, .. } => {
                grounds.extend([format!("moved:{clock}"), to.day.to_string()]);
            }
            CaseEvent::Deemed { state, .. } => {
                grounds.insert(format!("deemed:{state}"));
            }
            _ => {}
        }
    }
    grounds
}

/// `IssueCertificate` as packs write it.
fn kebab(words: &str) -> String {
    let mut text = String::new();
    for letter in words.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
