//! Cases about something else than a person: a provider (agreements), or what was decided in another case (appeals,
//! corrections, complaints).

use super::{CaseFile, Open, advance, keep, recovery, stand_in};
use crate::settlement::{self, BenefitYear};
use crate::{
    Capability, CaseId, Context, Decision, Event, IdKind, Organisation, ProviderId, Records, Rulebook,
    StreamId,
};
use case::{Action, CaseContext, CaseEvent, Ending, Position, Presented};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{CitizenId, Fact, Facts, Refusals};

/// The relation under which a matter of a provider names it.
pub const PROVIDER: &str = "applying-provider";
/// The relation under which an appeal names the case it is about.
pub const DECIDED: &str = "decided-case";

/// An application about a provider or another case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAbout {
    /// The procedure's id.
    pub procedure: String,
    /// What it is about: `provider/3` or `case/17`.
    pub about: String,
    /// In which capacity the applicant acts (`provider`, `agency`, `self`, `guardian` …).
    pub capacity: String,
    /// What the applicant says.
    #[serde(default)]
    pub facts: Facts,
    /// Papers handed in at once.
    #[serde(default)]
    pub materials: Vec<Presented>,
    /// Who stands at the counter for the person, by the original identity card shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<CitizenId>,
}

/// What a procedure is about, beside people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A provider.
    Provider,
    /// Another case.
    Case,
}

/// What a procedure is about; nothing where it is about a person.
pub fn about(procedure: &case::Procedure) -> Option<About> {
    let names = |relation: &str| procedure.parties.iter().any(|known| known == relation);
    if names(PROVIDER) { Some(About::Provider) } else { names(DECIDED).then_some(About::Case) }
}

/// The case this one is about, where it is about one.
pub(crate) fn decided_case(parties: &BTreeMap<String, String>) -> Option<CaseId> {
    match parties.get(DECIDED)?.parse() {
        Ok(StreamId::Case(case)) => Some(case),
        _ => None,
    }
}

/// What conditions may ask of the case that was decided: `decided.ends` (`granted`, `refused`, `lapsed`, `withdrawn`,
/// `open`), `decided.on`, `decided.procedure`, `decided.overpaid` (what the person was paid beyond what stands).
pub fn decided_facts(records: &dyn Records, rules: &Rulebook, case: CaseId) -> Facts {
    let events = records.events(&StreamId::Case(case));
    let file = CaseFile::of(&events);
    let overpaid = recovery::sum(&recovery::overpaid(records, rules, case, &file));
    let state = file.state;
    let mut facts = Facts::from([("decided.procedure".to_owned(), Fact::Text(state.procedure.clone()))]);
    let ending = match &state.position {
        Position::Closed(outcome) => rules
            .procedures
            .get(&state.procedure)
            .and_then(|known| known.outcome(outcome))
            .map(|end| end.ends),
        Position::New | Position::Intake | Position::At(_) => None,
    };
    let word = match ending {
        Some(Ending::Granted) => "granted",
        Some(Ending::Refused) => "refused",
        Some(Ending::Lapsed) => "lapsed",
        Some(Ending::Withdrawn) => "withdrawn",
        None => "open",
    };
    facts.insert("decided.ends".into(), Fact::Code(word.into()));
    facts.insert("decided.overpaid".into(), Fact::Fen(overpaid));
    let closed = events.iter().rev().find_map(|event| match event {
        Event::Case { what, .. } => match what.as_ref() {
            CaseEvent::Closed { on, .. } => Some(*on),
            _ => None,
        },
        _ => None,
    });
    if let Some(on) = closed {
        facts.insert("decided.on".into(), Fact::Day(on));
    }
    facts
}

/// Tells the engine whether the actor did a step of the case that this one is about: who decided first does not
/// decide about it.
pub(super) fn note_earlier_decisions(
    records: &dyn Records,
    parties: &BTreeMap<String, String>,
    actor: &mut case::Actor,
) {
    let Some(decided) = decided_case(parties) else { return };
    let state = CaseFile::of(&records.events(&StreamId::Case(decided))).state;
    let before = state.marks.iter().any(|mark| mark.step != case::APPLY && mark.by.who == actor.who);
    actor.facts.insert("actor.decided_before".into(), Fact::Flag(before));
}

/// Opens the case and hands in the papers that came with it, all or nothing.
pub(super) fn apply(
    records: &dyn Records,
    context: &mut Context<'_>,
    open: &OpenAbout,
) -> Result<Decision, Refusals> {
    let rules = context.rules;
    let kind =
        rules.procedures.get(&open.procedure).and_then(|procedure| Some((procedure, about(procedure)?)));
    let Some((procedure, kind)) = kind else {
        let asked = Fact::Text(open.procedure.chars().take(80).collect());
        return Err(vec![context.refuse("case/no-such-procedure").with("procedure", asked)]);
    };
    let (subject, relation) = match (kind, open.about.parse()) {
        (About::Provider, Ok(StreamId::Provider(provider))) => {
            provider_subject(records, context, provider, open)?
        }
        (About::Case, Ok(StreamId::Case(decided))) => case_subject(records, context, decided, open)?,
        _ => return Err(vec![context.refuse("case/about-nothing")]),
    };
    let case = CaseId(context.ids.take(IdKind::Case));
    let (mut file, mut decision) = (CaseFile::default(), Decision::default());
    let action = Action::Open {
        law: rules.law.hash().to_owned(),
        subject,
        capacity: open.capacity.clone(),
        parties: BTreeMap::from([(relation.to_owned(), open.about.clone())]),
        facts: open.facts.clone(),
    };
    advance(records, context, procedure, case, &mut file, &action, &mut decision)?;
    if !open.materials.is_empty() {
        let action = Action::Receive(open.materials.clone());
        advance(records, context, procedure, case, &mut file, &action, &mut decision)?;
    }
    Ok(decision)
}

/// A provider speaks for itself, the office for itself.
fn provider_subject(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    open: &OpenAbout,
) -> Result<(String, &'static str), Refusals> {
    if records.version(&StreamId::Provider(provider)) == 0 {
        return Err(vec![context.refuse("provider/unknown")]);
    }
    let stands = match (open.capacity.as_str(), &context.actor.organisation) {
        ("provider", Organisation::Provider(own)) => *own == provider,
        ("agency", Organisation::Agency) => true,
        _ => false,
    };
    if !stands || !context.may(Capability::ManageAgreements) {
        let capacity = Fact::Code(open.capacity.clone());
        return Err(vec![context.refuse("case/capacity-not-shown").with("capacity", capacity)]);
    }
    Ok((StreamId::Provider(provider).to_string(), PROVIDER))
}

/// Whoever could have applied may appeal: the person, those who stand in for them, the provider of the case. One
/// matter of a kind at a time.
fn case_subject(
    records: &dyn Records,
    context: &Context<'_>,
    decided: CaseId,
    open: &OpenAbout,
) -> Result<(String, &'static str), Refusals> {
    let file = CaseFile::of(&records.events(&StreamId::Case(decided)));
    if file.state.position == Position::New {
        return Err(vec![context.refuse("case/unknown")]);
    }
    let stands = match file.state.subject.parse() {
        Ok(StreamId::Person(person)) => {
            let asked = Open {
                procedure: open.procedure.clone(),
                subject: person,
                capacity: open.capacity.clone(),
                parties: BTreeMap::new(),
                facts: Facts::new(),
                materials: Vec::new(),
                claim: None,
                stand_in: open.stand_in.clone(),
            };
            let running = records.open_cases_of(person).into_iter().find(|running| {
                let state = CaseFile::of(&records.events(&StreamId::Case(*running))).state;
                state.procedure == open.procedure && decided_case(&state.parties) == Some(decided)
            });
            if let Some(running) = running {
                let case = Fact::Text(StreamId::Case(running).to_string());
                return Err(vec![context.refuse("case/about-already").with("case", case)]);
            }
            stand_in::check(records, context, &asked)?;
            true
        }
        Ok(StreamId::Provider(provider)) => {
            open.capacity == "provider"
                && context.actor.organisation == Organisation::Provider(provider)
                && context.may(Capability::ManageAgreements)
        }
        _ => false,
    };
    if stands {
        Ok((file.state.subject, DECIDED))
    } else {
        let capacity = Fact::Code(open.capacity.clone());
        Err(vec![context.refuse("case/capacity-not-shown").with("capacity", capacity)])
    }
}

/// Takes up again the case that this one is about: its settlement is taken back, and it stands after the counter.
pub(super) fn reopen(
    records: &dyn Records,
    context: &mut Context<'_>,
    because: CaseId,
    file: &CaseFile,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(decided) = decided_case(&file.state.parties) else {
        return Err(vec![context.refuse("case/about-nothing")]);
    };
    let mut earlier = CaseFile::of(&records.events(&StreamId::Case(decided)));
    let rules = context.rules;
    let Some(procedure) = rules.procedure_of(&earlier.state) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    take_back(records, context, decided, &earlier, because, decision);
    let known = super::known_facts(
        records,
        rules,
        procedure,
        &earlier.state.subject.clone(),
        &earlier.state.parties.clone(),
        &earlier,
        context.today(),
    );
    let actor = super::engine_actor(context.actor);
    let circumstances =
        CaseContext { actor: &actor, today: context.today(), calendar: rules.law.calendar(), facts: &known };
    let action = Action::Reopen { because: StreamId::Case(because).to_string() };
    for what in case::decide(procedure, &earlier.state, &action, &circumstances)? {
        keep(decided, &mut earlier, Event::Case { case: decided, what: Box::new(what) }, decision);
    }
    Ok(())
}

/// The settlement of a case that is taken up again no longer stands; what was paid on it is set against the new one.
fn take_back(
    records: &dyn Records,
    context: &Context<'_>,
    decided: CaseId,
    earlier: &CaseFile,
    because: CaseId,
    decision: &mut Decision,
) {
    let (Some(person), Some(claim)) = (earlier.subject(), &earlier.claim) else { return };
    let year = context.rules.benefits.law_day(claim.begndate, claim.enddate).year();
    let stream = StreamId::Year(person, year);
    let events = records.events(&stream);
    let year = BenefitYear::of(&events);
    let Some(made) = year.standing().find(|made| made.case == Some(decided)) else { return };
    let reason = StreamId::Case(because).to_string();
    settlement::void(records, &events, made, (context.today(), &reason, None), decision);
}
