//! Who applied in a case: the person, the guardian, the agent with what they may do and until when, the liaison officer, the
//! hospital. Who typed it in at a counter is somebody else and is named as such.

use super::access::{party_name, role_name};
use crate::ask::Ask;
use agency::StreamId;
use case::{By, CaseState};
use maud::{Markup, html};
use std::collections::BTreeMap;
use terms::Day;

/// An application as it was made.
pub struct Application<'a> {
    /// The procedure's id.
    pub procedure: &'a str,
    /// Whom it is about.
    pub subject: &'a str,
    /// In which capacity the applicant acts.
    pub capacity: &'a str,
    /// Organisations and people by relation.
    pub parties: &'a BTreeMap<String, String>,
    /// Who entered it.
    pub by: &'a By,
    /// On which day.
    pub on: Day,
}

impl<'a> Application<'a> {
    /// The application a case began with; none before it is opened.
    pub fn of(state: &'a CaseState) -> Option<Application<'a>> {
        Some(Application {
            procedure: &state.procedure,
            subject: &state.subject,
            capacity: &state.capacity,
            parties: &state.parties,
            by: state.applicant.as_ref()?,
            on: state.opened?,
        })
    }

    /// The applicant's name; the capacity's where the office does not know whose parent or officer stood there.
    pub fn name(&self, ask: &Ask<'_>) -> String {
        let party = self.party(ask);
        party.map_or_else(|| ask.text().code(self.capacity), |party| party_name(ask, &party))
    }

    /// The same on a paper that may lie about: of a person the first character only.
    pub fn masked(&self, ask: &Ask<'_>) -> Markup {
        let name = self.name(ask);
        let known = matches!(self.capacity, "self" | "guardian" | "agent") && self.party(ask).is_some();
        let name = if known { first_character(&name) } else { name };
        html! { (name) " · " (capacity(ask, self.capacity)) }
    }

    /// Name and capacity, and of an agent the authorisation: for what, from which day to which.
    pub fn told(&self, ask: &Ask<'_>) -> Markup {
        html! { (self.name(ask)) " · " (capacity(ask, self.capacity)) @if let Some(authority) = self.authority(ask) { " · " span.soft { (authority) } } }
    }

    /// Who entered it, where the applicant did not.
    pub fn entered_by(&self, ask: &Ask<'_>) -> Option<String> {
        let own = self.party(ask).is_some_and(|party| party == self.by.who || party == self.by.organisation);
        let by_office = matches!(self.capacity, "agency" | "office");
        let name = party_name(ask, &self.by.who);
        // At a counter the clerk acts in the applicant's capacity, which is not the clerk's own.
        let role = (self.by.role != self.capacity).then(|| role_name(ask, &self.by.role));
        (!own && !by_office).then(|| role.map_or_else(|| name.clone(), |role| format!("{name} · {role}")))
    }

    /// The applicant as the office writes them.
    fn party(&self, ask: &Ask<'_>) -> Option<String> {
        match self.capacity {
            "self" => Some(self.subject.to_owned()),
            "guardian" => {
                let Ok(StreamId::Person(child)) = self.subject.parse() else { return None };
                let found = ask.app.office.store.with_records(|records| records.person(child));
                let parent = found.ok().flatten()?.registered.parent?;
                Some(StreamId::Person(parent).to_string())
            }
            // Who stood at a counter for a unit is told by the unit alone.
            "liaison" if self.by.organisation.starts_with("unit/") => Some(self.by.who.clone()),
            "liaison" => self.parties.get("persons-unit").cloned(),
            "provider" if self.by.organisation.contains('/') => Some(self.by.organisation.clone()),
            "agency" | "office" | "provider" => Some(self.by.who.clone()),
            relation => self.parties.get(relation).cloned(),
        }
    }

    /// An agent's authorisation as it stood on the day: its procedures and days.
    fn authority(&self, ask: &Ask<'_>) -> Option<String> {
        let agent = self.parties.get(agency::authority::AGENT)?;
        let Ok(StreamId::Person(subject)) = self.subject.parse() else { return None };
        let held = ask.app.office.store.with_records(|records| {
            let agents_number = match agent.parse() {
                Ok(StreamId::Person(agent)) => records.person(agent).map(|agent| agent.registered.citizen),
                _ => None,
            };
            let person = records.person(subject)?;
            person.authorities.into_iter().rev().find(|held| {
                let theirs = match &agents_number {
                    Some(number) => held.authority.citizen == *number,
                    None => held.authority.name == *agent,
                };
                theirs && held.takes(self.procedure) && held.holds_on(self.on)
            })
        });
        let authority = held.ok().flatten()?.authority;
        let text = ask.text();
        let scope = match authority.procedures.as_slice() {
            [] => text.say("applicant-every-procedure"),
            named => {
                let name = |id: &String| match ask.app.office.rules.procedures.get(id) {
                    Some(procedure) => text.name(&procedure.name).to_owned(),
                    None => text.code(id),
                };
                text.list(named.iter().map(name))
            }
        };
        let (from, to) = (text.day(authority.from), text.day(authority.to));
        Some(text.with(
            "applicant-authority",
            &[("scope", scope.into()), ("from", from.into()), ("to", to.into())],
        ))
    }
}

/// The first character of a name and stars for the others.
pub fn first_character(name: &str) -> String {
    name.chars().enumerate().map(|(place, sign)| if place == 0 { sign } else { '*' }).collect()
}

/// A capacity as somebody else says it: `myself` is only the applicant's own word.
pub fn capacity(ask: &Ask<'_>, capacity: &str) -> String {
    match capacity {
        "self" => ask.text().say("applicant-self"),
        other => ask.text().code(other),
    }
}
