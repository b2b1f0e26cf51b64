//! Opening a case about something else than a person: about a provider, or about what was decided in another case.

use super::about::{About, DECIDED, PROVIDER, about, decided_case};
use super::advance::advance;
use super::command::{Open, OpenAbout};
use super::file::CaseFile;
use super::stand_in;
use crate::{Capability, CaseId, Context, Decision, IdKind, Organisation, ProviderId, Records, StreamId};
use case::{Action, Position};
use std::collections::BTreeMap;
use terms::{Fact, Facts, Refusals};

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
