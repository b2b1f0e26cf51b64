//! Opening a case about a person, at a counter or in the name of the office itself.

use super::advance::advance;
use super::command::Open;
use super::file::{CaseFile, keep};
use super::{claim, facts, stand_in};
use crate::{CaseId, Context, Decision, IdKind, Organisation, Records, StreamId, authority};
use case::{Action, Procedure};
use std::collections::BTreeMap;
use terms::{Fact, Refusals};

/// Opens a case, hands in the papers that came with it and enters its claim, all or nothing.
pub(super) fn apply(
    records: &dyn Records,
    context: &mut Context<'_>,
    open: &Open,
) -> Result<Decision, Refusals> {
    let rules = context.rules;
    let Some(procedure) = rules.procedures.get(&open.procedure) else {
        let asked = Fact::Text(open.procedure.chars().take(80).collect());
        return Err(vec![context.refuse("case/no-such-procedure").with("procedure", asked)]);
    };
    if records.version(&StreamId::Person(open.subject)) == 0 {
        return Err(vec![context.refuse("person/unknown")]);
    }
    stand_in::check(records, context, open)?;
    begin(records, context, procedure, open)
}

/// Opens a case in the name of the office itself, for a day that has come.
pub(crate) fn open_by_office(
    records: &dyn Records,
    context: &mut Context<'_>,
    open: &Open,
) -> Result<Decision, Refusals> {
    let rules = context.rules;
    let Some(procedure) = rules.procedures.get(&open.procedure) else {
        return Err(vec![context.refuse("case/no-such-procedure")]);
    };
    begin(records, context, procedure, open)
}

fn begin(
    records: &dyn Records,
    context: &mut Context<'_>,
    procedure: &Procedure,
    open: &Open,
) -> Result<Decision, Refusals> {
    let rules = context.rules;
    let case = CaseId(context.ids.take(IdKind::Case));
    let mut file = CaseFile::default();
    let mut decision = Decision::default();
    let action = Action::Open {
        law: rules.law.hash().to_owned(),
        subject: StreamId::Person(open.subject).to_string(),
        capacity: open.capacity.clone(),
        parties: parties(records, context, procedure, open),
        facts: open.facts.clone(),
    };
    advance(records, context, procedure, case, &mut file, &action, &mut decision)?;
    if let Some(claim) = &open.claim {
        let event = claim::event(records, context, case, claim)?;
        keep(case, &mut file, event, &mut decision);
    }
    if !open.materials.is_empty() {
        let action = Action::Receive(open.materials.clone());
        advance(records, context, procedure, case, &mut file, &action, &mut decision)?;
    }
    Ok(decision)
}

/// Organisations by relation: what the applicant named, the actor's own hospital, the person's unit.
fn parties(
    records: &dyn Records,
    context: &Context<'_>,
    procedure: &Procedure,
    open: &Open,
) -> BTreeMap<String, String> {
    let mut parties: BTreeMap<String, String> = open
        .parties
        .iter()
        .filter(|(_, party)| party.parse::<StreamId>().is_ok_and(|stream| records.version(&stream) > 0))
        .map(|(relation, party)| (relation.clone(), party.clone()))
        .collect();
    for relation in &procedure.parties {
        let party = match relation.as_str() {
            "persons-unit" => {
                let subject = records.person(open.subject);
                subject.and_then(|subject| facts::unit_of(records, &subject)).map(StreamId::Unit)
            }
            "referring-hospital" => match context.actor.organisation {
                Organisation::Provider(provider) => Some(StreamId::Provider(provider)),
                _ => None,
            },
            _ => None,
        };
        if let Some(party) = party {
            parties.entry(relation.clone()).or_insert_with(|| party.to_string());
        }
    }
    if let Some(agent) = stand_in::agent_of(records, context, open) {
        parties.insert(authority::AGENT.to_owned(), agent);
    }
    parties
}
