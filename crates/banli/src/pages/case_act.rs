//! What is sent from the page of a case: read into commands for the desk, answered with the page again.

use super::about_new;
use super::access::{self, provider_by_code};
use super::case_after;
use super::case_loaded::{Attempt, Shown, load, loaded, refused};
use super::case_scans;
use super::case_show::page;
use super::case_story::story;
use super::claim_form;
use super::facts as fields;
use super::parts::{Faults, Moment};
use super::send::{part_key, send};
use crate::ask::{Ask, Fields, Reply};
use crate::errors::Problem;
use agency::casework::{self, Command as Casework, Open};
use agency::{AccountId, CaseId, Command, PersonId, StreamId};
use case::{Action, Completion, Decided, Known, Piece, Presented, Procedure};
use std::collections::{BTreeMap, BTreeSet};
use store::Stage;
use terms::{CitizenId, Facts};

/// The page of a case.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let shown = load(ask)?;
    Ok(Reply::Page(page(ask, &shown, &Attempt::default())?))
}

/// A form of the page.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let shown = load(ask)?;
    let case = shown.case;
    let act = |action: Action| Command::Case(Casework::Act { case, action: Box::new(action) });
    let wish = ask.form.get("do");
    if let Some(which) = wish.strip_prefix("unscan:") {
        let refusals = case_scans::remove(ask, case, which)?;
        if refusals.is_empty() {
            return Ok(ask.see(&format!("/cases/{case}")));
        }
        return Ok(Reply::Refused(page(ask, &shown, &refused(refusals))?));
    }
    let meanwhile = meanwhile(ask, &shown)?;
    if !meanwhile.is_empty() {
        let attempt = Attempt { meanwhile, typed: Some(ask.form.clone()), ..Attempt::default() };
        return Ok(Reply::Refused(page(ask, &shown, &attempt)?));
    }
    // Files first, each on its own: what else is wrong with the form must not lose them.
    let scans = case_scans::take(ask, case)?;
    if !scans.faults.is_empty() || !scans.refusals.is_empty() {
        let attempt = Attempt {
            faults: scans.faults,
            refusals: scans.refusals,
            typed: Some(ask.form.clone()),
            ..Attempt::default()
        };
        return Ok(Reply::Refused(page(ask, &load(ask)?, &attempt)?));
    }
    let outcome = match wish {
        "save" | "accept" | "ask" | "decline" => match intake(ask, &shown)? {
            Err(attempt) => Err(attempt),
            Ok(()) => {
                let action = match wish {
                    "accept" => Some(Action::Accept),
                    "ask" => Some(Action::AskCorrection),
                    "decline" => Some(Action::Decline),
                    _ => None,
                };
                action.map_or(Ok(Ok(None)), |action| send(ask, wish, &act(action)))?.map_err(refused)
            }
        },
        // The files were taken above.
        "scans" => Ok(None),
        "step" | "pay" => match completion(ask, &shown)? {
            Err(faults) => Err(Attempt { faults, ..Attempt::default() }),
            Ok(completion) if wish == "pay" => {
                let (payee, method) = (ask.form.get("payee").to_owned(), ask.form.get("method").to_owned());
                let command = Casework::Pay { case, completion: Box::new(completion), payee, method };
                send(ask, wish, &Command::Case(command))?.map_err(refused)
            }
            Ok(completion) => send(ask, wish, &act(Action::Complete(completion)))?.map_err(refused),
        },
        "notice" => send(ask, wish, &act(Action::StartNotice))?.map_err(refused),
        "hear" => {
            let objection = ask.form.get("objection").parse().map_err(|_| Problem::NotFound)?;
            let (upheld, note) = (ask.form.get("upheld") == "true", ask.form.get("note").to_owned());
            send(ask, wish, &act(Action::Hear { objection, upheld, note }))?.map_err(refused)
        }
        "object" => {
            send(ask, wish, &act(Action::Object { text: ask.form.get("text").to_owned() }))?.map_err(refused)
        }
        "withdraw" => send(ask, wish, &act(Action::Withdraw))?.map_err(refused),
        _ => case_after::act(ask, &shown, wish)?,
    };
    match outcome {
        Ok(_) => Ok(ask.see(&format!("/cases/{case}"))),
        Err(attempt) => {
            // Loaded anew: parts of the form may have been kept before the rest was refused.
            let shown = load(ask)?;
            let attempt = Attempt { typed: Some(ask.form.clone()), ..attempt };
            Ok(Reply::Refused(page(ask, &shown, &attempt)?))
        }
    }
}

/// Takes, lays back or hands over.
pub fn assign(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let shown = load(ask)?;
    let to = match ask.form.get("to") {
        "me" => Some(ask.actor()?.account),
        "" => None,
        other => Some(other.parse::<AccountId>().map_err(|_| Problem::NotFound)?),
    };
    let command = Command::Case(Casework::Assign { case: shown.case, to });
    match send(ask, "assign", &command)? {
        Ok(_) => Ok(ask.see(&format!("/cases/{}", shown.case))),
        Err(refusals) => {
            let attempt = Attempt { refusals, ..Attempt::default() };
            Ok(Reply::Refused(page(ask, &load(ask)?, &attempt)?))
        }
    }
}

/// What others did to the case since this form was opened: two at one case must not decide past each other. Time alone
/// is nobody, and whatever it ended the engine says.
fn meanwhile(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Vec<Moment>, Problem> {
    let Ok(known) = ask.form.get("version").parse::<u64>() else { return Ok(vec![]) };
    if known >= shown.file.version {
        return Ok(vec![]);
    }
    let stream = StreamId::Case(shown.case).to_string();
    let events = ask.app.office.store.read(|reader| reader.stream(&stream))?;
    let (me, time) = (format!("account/{}", ask.actor()?.account), format!("account/{}", AccountId(0)));
    let others = events
        .into_iter()
        .skip(usize::try_from(known).unwrap_or(usize::MAX))
        .filter(|recorded| recorded.actor != me && recorded.actor != time);
    story(ask, shown.procedure, &others.collect::<Vec<_>>())
}

/// Keeps what was typed at the counter: facts, claim, papers, each where it changed.
fn intake(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Result<(), Attempt>, Problem> {
    let page = ask.page();
    let case = shown.case;
    let wanted = shown
        .procedure
        .fields()
        .filter(|field| field.known == Known::Applicant && !field.id.starts_with("claim."));
    let (typed, mut faults) = fields::read_all(&page, wanted, &ask.form);
    let changed: Facts =
        typed.into_iter().filter(|(name, fact)| shown.file.state.facts.get(name) != Some(fact)).collect();
    let claim = match claim_form::read(ask, &ask.form)? {
        Ok(claim) => claim.filter(|claim| shown.file.claim.as_ref() != Some(claim)),
        Err(wrong) => {
            faults.extend(wrong);
            None
        }
    };
    if !faults.is_empty() {
        return Ok(Err(Attempt { faults, ..Attempt::default() }));
    }
    let papers: Vec<Presented> = ticked(shown, None, &ask.form)
        .into_iter()
        .filter(|paper| shown.file.state.materials.get(&paper.material) != Some(paper))
        .collect();
    let mut commands = vec![];
    if !changed.is_empty() {
        commands.push(("facts", Casework::Act { case, action: Box::new(Action::GiveFacts(changed)) }));
    }
    if let Some(claim) = claim {
        commands.push(("claim", Casework::EnterClaim { case, claim: Box::new(claim) }));
    }
    if !papers.is_empty() {
        commands.push(("papers", Casework::Act { case, action: Box::new(Action::Receive(papers)) }));
    }
    for (part, command) in commands {
        if let Err(refusals) = send(ask, part, &Command::Case(command))? {
            return Ok(Err(refused(refusals)));
        }
    }
    Ok(Ok(()))
}

/// The papers whose boxes were ticked, as what was seen.
fn ticked(shown: &Shown<'_>, at: Option<&str>, typed: &Fields) -> Vec<Presented> {
    let asked = shown.procedure.materials.iter().filter(|material| material.at.as_deref() == at);
    asked
        .filter_map(|material| {
            let on = |what: &str| typed.get(&format!("paper.{}.{what}", material.id)) == "true";
            let seals = material.sealed_by.iter().filter(|_| on("sealed")).cloned().collect::<BTreeSet<_>>();
            let stamps = material.stamp.iter().filter(|_| on("stamped")).cloned().collect::<BTreeSet<_>>();
            let piece = Piece {
                original: on("original"),
                copies: u16::from(on("copy")),
                filled_by: material.filled_by.clone().filter(|_| on("filled")),
                seals,
                stamps,
                number: None,
                scan: None,
            };
            let seen = piece.original || piece.copies > 0;
            seen.then(|| Presented { material: material.id.clone(), pieces: vec![piece] })
        })
        .collect()
}

fn completion(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Result<Completion, Faults>, Problem> {
    let page = ask.page();
    let id = ask.form.get("step");
    let step = shown.procedure.states.iter().find_map(|state| state.step(id)).ok_or(Problem::NotFound)?;
    let decision = match ask.form.get("decision") {
        "approved" => Decided::Approved,
        "rejected" => Decided::Rejected,
        "returned" => Decided::Returned,
        _ => return Ok(Err(Faults::from([("decision".to_owned(), page.text.say("fault-decision"))]))),
    };
    let filled = shown.procedure.fields().filter(|field| step.fills.contains(&field.id));
    let (facts, faults) = fields::read_all(&page, filled, &ask.form);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    Ok(Ok(Completion {
        step: id.to_owned(),
        decision,
        note: ask.form.get("note").chars().take(case::NOTE_CHARACTERS_MAX).collect(),
        facts,
        materials: ticked(shown, Some(id), &ask.form),
        signature: None,
    }))
}

/// An application as it is typed: whom it is about, who applies, organisations, facts.
pub fn open(ask: &Ask<'_>, procedure: &Procedure) -> Result<Result<CaseId, Attempt>, Problem> {
    let page = ask.page();
    let text = page.text;
    if casework::about(procedure).is_some() {
        return about_new::open(ask, procedure);
    }
    let mut faults = Faults::new();
    let subject = match subject(ask)? {
        Some(subject) => subject,
        None => {
            faults.insert("citizen".into(), text.say("open-no-person"));
            PersonId(0)
        }
    };
    let capacity = ask.form.get("capacity").to_owned();
    if capacity.is_empty() {
        faults.insert("capacity".into(), text.say("open-no-capacity"));
    }
    let shown = ask.form.get("stand_in");
    let stand_in = shown.parse::<CitizenId>().ok();
    if !shown.is_empty() && stand_in.is_none() {
        faults.insert("stand_in".into(), text.say("fault-citizen"));
    }
    let mut parties = BTreeMap::new();
    for relation in &procedure.parties {
        let code = ask.form.get(&format!("party.{relation}"));
        if code.is_empty() {
            continue;
        }
        match provider_by_code(ask, code)? {
            Some(provider) => drop(parties.insert(relation.clone(), format!("provider/{provider}"))),
            None => drop(faults.insert(format!("party.{relation}"), text.say("claim-no-provider"))),
        }
    }
    let asked =
        procedure.fields().filter(|field| field.known == Known::Applicant && !field.id.starts_with("claim."));
    let (facts, wrong) = fields::read_all(&page, asked, &ask.form);
    faults.extend(wrong);
    if !faults.is_empty() {
        return Ok(Err(Attempt { faults, ..Attempt::default() }));
    }
    if let Some(running) = running(ask, procedure, subject)? {
        return Ok(Err(Attempt { running: Some(running), ..Attempt::default() }));
    }
    let open = Open {
        procedure: procedure.id.clone(),
        subject,
        capacity,
        parties,
        facts,
        materials: vec![],
        claim: None,
        stand_in,
    };
    match send(ask, "open", &Command::Case(Casework::Open(Box::new(open))))? {
        Ok(Some(case)) => Ok(Ok(case)),
        Ok(None) => Err(Problem::NotFound),
        Err(refusals) => Ok(Err(refused(refusals))),
    }
}

/// The case in which this matter of this person is at the counter already, where the reader may see it: after the way
/// back to a form that was sent, or where a colleague was faster. Who means another one says so; the same form sent
/// twice is answered as it was.
fn running(ask: &Ask<'_>, procedure: &Procedure, subject: PersonId) -> Result<Option<CaseId>, Problem> {
    let store = &ask.app.office.store;
    let sent = match part_key(ask, "open") {
        Some(key) => store.read(|reader| reader.request(&key))?.is_some(),
        None => false,
    };
    if sent || ask.form.get("another") == "true" {
        return Ok(None);
    }
    let at_counter = |row: &store::CaseRow| row.stage == Stage::Intake && row.procedure == procedure.id;
    let Some(row) = store.read(|reader| reader.cases_of(subject))?.into_iter().find(at_counter) else {
        return Ok(None);
    };
    let shown = loaded(ask, row.id)?;
    Ok(access::may_see_case(ask, shown.procedure, &shown.file).then_some(row.id))
}

/// Whom the application is about: by citizen number, or the person the page was opened for.
fn subject(ask: &Ask<'_>) -> Result<Option<PersonId>, Problem> {
    let typed = ask.form.get("citizen");
    if let Ok(citizen) = typed.parse::<CitizenId>() {
        return Ok(ask.app.office.store.with_records(|records| records.person_by_citizen(&citizen))?);
    }
    Ok(ask.form.get("person").parse().ok().filter(|_| typed.is_empty()))
}
