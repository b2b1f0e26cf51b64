//! Who may see what, and the note that they did. Roles and their steps are data; this only applies them.

use crate::ask::Ask;
use crate::errors::Problem;
use agency::casework::{CaseFile, engine_actor};
use agency::{Actor, Capability, CaseId, PersonId, Rulebook, StreamId};
use case::{Owner, Procedure, Work};
use store::{Look, Place};

/// The places of all procedures where a case waits for this actor.
pub fn places(rules: &Rulebook, actor: &Actor) -> Vec<Place> {
    let me = engine_actor(actor);
    let mut places = vec![];
    let earlier = rules.earlier.values().flat_map(|procedures| procedures.iter());
    for procedure in rules.procedures.iter().chain(earlier) {
        let mut wait = |owner: &Owner, state: Option<&str>, step: Option<&str>| {
            if !actor.roles.contains(&owner.role) {
                return;
            }
            // A relation that the case fills, or an organisation by its own name.
            let relation = owner.organisation.as_str();
            let party = if relation == actor.organisation.word() {
                None
            } else if me.organisation.contains('/') {
                Some((relation.to_owned(), me.organisation.clone()))
            } else {
                return;
            };
            let (state, step) = (state.map(str::to_owned), step.map(str::to_owned));
            let place = Place { procedure: procedure.id.clone(), state, step, party };
            if !places.contains(&place) {
                places.push(place);
            }
        };
        wait(&procedure.intake.owner, None, None);
        for state in &procedure.states {
            match &state.work {
                Work::Steps { steps, .. } => {
                    // A panel's step waits for the others after the first has spoken.
                    let one = |step: &'_ case::Step| step.panel.is_none().then_some(step.id.clone());
                    steps.iter().for_each(|step| wait(&step.owner, Some(&state.id), one(step).as_deref()));
                }
                Work::Notice(notice) => wait(&notice.owner, Some(&state.id), None),
                Work::Wait(_) => {}
            }
        }
    }
    places
}

/// Whether this actor's work, or the matter itself, lets them see the case.
pub fn may_see_case(ask: &Ask<'_>, procedure: &Procedure, file: &CaseFile) -> bool {
    let Some(actor) = &ask.actor else { return false };
    if ask.app.may(actor, Capability::LookUpPeople) {
        return true;
    }
    let me = engine_actor(actor);
    let applicant = file.state.applicant.as_ref().is_some_and(|by| by.who == me.who);
    let subject = actor.person.is_some_and(|person| file.subject() == Some(person));
    let party =
        me.organisation.contains('/') && file.state.parties.values().any(|party| *party == me.organisation);
    let owns =
        |owner: &Owner| actor.roles.contains(&owner.role) && owner.organisation == actor.organisation.word();
    let takes_in = owns(&procedure.intake.owner);
    let department = procedure.states.iter().any(|state| match &state.work {
        Work::Steps { steps, .. } => steps.iter().any(|step| owns(&step.owner)),
        Work::Notice(notice) => owns(&notice.owner),
        Work::Wait(_) => false,
    });
    applicant || subject || party || takes_in || department
}

/// Whether this actor may open the case with this number, so that no link leads where nobody lets them in.
pub fn may_open_case(ask: &Ask<'_>, case: CaseId) -> bool {
    if ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, Capability::LookUpPeople)) {
        return true;
    }
    let file = ask.app.office.store.read(|reader| reader.case_file(case)).ok().flatten();
    file.is_some_and(|file| {
        let procedure = ask.app.office.rules.procedure_of(&file.state);
        procedure.is_some_and(|procedure| may_see_case(ask, procedure, &file))
    })
}

/// Whether this actor may see this person's page: their work, themselves, their child, their unit's people.
pub fn may_see_person(ask: &Ask<'_>, person: &agency::person::Person) -> bool {
    let Some(actor) = &ask.actor else { return false };
    let id = person.registered.person;
    let own = actor.person.is_some_and(|me| me == id || person.registered.parent == Some(me));
    own || ask.app.may(actor, Capability::LookUpPeople) || unit_of_mine(ask, actor, person)
}

/// Whether this actor may read what was settled for this person: their work, themselves, their child.
pub fn may_see_settlements(ask: &Ask<'_>, person: &agency::person::Registered) -> bool {
    is_own_or(ask, person, Capability::LookUpSettlements)
}

/// Whether this actor may read who looked at this person's data.
pub fn may_see_looks(ask: &Ask<'_>, person: &agency::person::Registered) -> bool {
    is_own_or(ask, person, Capability::ReadLooks)
}

/// Whether this actor may see and change who acts for this person: themselves, their child, the office's counter.
pub fn may_see_authorities(ask: &Ask<'_>, person: &agency::person::Registered) -> bool {
    let Some(actor) = &ask.actor else { return false };
    let own = actor.person.is_some_and(|me| me == person.person || person.parent == Some(me));
    let counter = actor.organisation == agency::Organisation::Agency;
    own || counter && ask.app.may(actor, Capability::OpenCases)
}

fn is_own_or(ask: &Ask<'_>, person: &agency::person::Registered, capability: Capability) -> bool {
    let Some(actor) = &ask.actor else { return false };
    let own = actor.person.is_some_and(|me| me == person.person || person.parent == Some(me));
    own || ask.app.may(actor, capability)
}

fn unit_of_mine(ask: &Ask<'_>, actor: &Actor, person: &agency::person::Person) -> bool {
    let agency::Organisation::Unit(unit) = &actor.organisation else { return false };
    if !ask.app.may(actor, Capability::ManageUnit) {
        return false;
    }
    let parents_unit = || {
        let parent = person.registered.parent?;
        let parent = ask.app.office.store.with_records(|records| records.person(parent)).ok()??;
        parent.registered.unit
    };
    person.registered.unit == Some(*unit) || parents_unit() == Some(*unit)
}

/// Notes that the reader sees this person's data, before it is shown. One's own is nobody's business.
pub fn note_look(ask: &Ask<'_>, person: PersonId, what: &str, reason: &str) -> Result<(), Problem> {
    let Some(actor) = &ask.actor else { return Ok(()) };
    if actor.person == Some(person) {
        return Ok(());
    }
    let look = Look {
        person,
        account: actor.account,
        at: ask.now,
        what: what.to_owned(),
        reason: reason.to_owned(),
    };
    Ok(ask.app.office.store.note_look(&look)?)
}

/// A citizen number as this reader may see it.
pub fn citizen(ask: &Ask<'_>, number: &str) -> String {
    let whole = ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, Capability::SeeIdentity));
    if whole {
        return number.to_owned();
    }
    number.parse::<terms::CitizenId>().map_or_else(|_| "***".to_owned(), |citizen| citizen.masked())
}

/// The name of an organisation or person as cases write it (`provider/3`, `account/7`, `agency`).
pub fn party_name(ask: &Ask<'_>, party: &str) -> String {
    let named = ask.app.office.store.with_records(|records| match party.parse() {
        Ok(StreamId::Provider(id)) => records.provider(id).map(|provider| provider.registered.name),
        Ok(StreamId::Unit(id)) => records.unit(id).map(|unit| unit.registered.name),
        Ok(StreamId::Person(id)) => records.person(id).map(|person| person.registered.name),
        Ok(StreamId::Account(id)) => records.account(id).map(|account| account.opened.actor.name),
        _ => None,
    });
    named.ok().flatten().unwrap_or_else(|| ask.text().code(party))
}

/// The provider with this code, on today's registers.
pub fn provider_by_code(ask: &Ask<'_>, code: &str) -> Result<Option<agency::ProviderId>, Problem> {
    let code: String = code.chars().take(40).collect();
    Ok(ask.app.office.store.with_records(|records| records.provider_by_code(&code))?)
}

/// What a role is called.
pub fn role_name(ask: &Ask<'_>, id: &str) -> String {
    ask.app
        .office
        .rules
        .roles
        .get(id)
        .map_or_else(|| ask.text().code(id), |role| ask.text().name(&role.name).to_owned())
}
