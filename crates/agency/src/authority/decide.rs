//! Giving and revoking an authorisation, and whether one holds for what is asked.

use super::{AGENT, Authority};
use crate::person::Person;
use crate::{Capability, Context, Decision, Event, Organisation, PersonId, Records, StreamId};
use serde::{Deserialize, Serialize};
use terms::{CitizenId, Day, Fact, Refusal, Refusals};

/// What can be asked about authorisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Let somebody act.
    Grant {
        /// For whom.
        person: PersonId,
        /// The agent's full name.
        name: String,
        /// The agent's identity number.
        citizen: CitizenId,
        /// The procedures; every one that takes agents where empty.
        procedures: Vec<String>,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
        /// The counter has seen letter and original card.
        seen: bool,
        /// The agent may also collect money.
        #[serde(default)]
        collects: bool,
    },
    /// Take it back, from today on.
    Revoke {
        /// Whose.
        person: PersonId,
        /// Which.
        number: u32,
    },
}

/// Longest name of an agent, in characters.
const NAME_CHARS_MAX: usize = 60;

/// More authorisations than this for one person are nobody's wish.
const HELD_MAX: usize = 200;

/// Decides a command about authorisations.
///
/// # Errors
/// Every reason against it.
pub fn decide(records: &dyn Records, context: &Context<'_>, command: &Command) -> Result<Decision, Refusals> {
    let person = match command {
        Command::Grant { person, .. } | Command::Revoke { person, .. } => *person,
    };
    let Some(state) = records.person(person) else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    let at_counter = at_counter(context);
    if !at_counter && !is_self_or_parent(context, &state) {
        return Err(vec![context.refuse("authority/not-yours")]);
    }
    let event = match command {
        Command::Grant { name, citizen, procedures, from, to, seen, collects, .. } => {
            let number = u32::try_from(state.authorities.len()).unwrap_or(u32::MAX).saturating_add(1);
            let authority = Authority {
                number,
                name: name.trim().to_owned(),
                citizen: citizen.clone(),
                procedures: procedures.clone(),
                from: *from,
                to: *to,
                seen: *seen && at_counter,
                collects: *collects,
            };
            let refusals = against_grant(context, &state, &authority, at_counter);
            if !refusals.is_empty() {
                return Err(refusals);
            }
            Event::PersonAuthorised { person, authority }
        }
        Command::Revoke { number, .. } => {
            let known = state.authorities.iter().find(|held| held.authority.number == *number);
            if known.is_none_or(|held| held.revoked.is_some()) {
                return Err(vec![context.refuse("authority/unknown")]);
            }
            Event::PersonAuthorityRevoked { person, number: *number, on: context.today() }
        }
    };
    let stream = StreamId::Person(person);
    let mut decision = Decision::default();
    decision.push(stream.clone(), records.version(&stream), event);
    Ok(decision)
}

/// The counters of the office and of hospitals, where somebody stands with their papers.
pub(crate) fn at_counter(context: &Context<'_>) -> bool {
    matches!(context.actor.organisation, Organisation::Agency | Organisation::Provider(_))
        && context.may(Capability::OpenCases)
}

/// The person themself, or the registered parent of a minor.
fn is_self_or_parent(context: &Context<'_>, person: &Person) -> bool {
    let Some(me) = context.actor.person else { return false };
    let minor = context.today().age(person.registered.citizen.birth()) < context.rules.full_age.full_age;
    me == person.registered.person || minor && person.registered.parent == Some(me)
}

fn against_grant(
    context: &Context<'_>,
    person: &Person,
    authority: &Authority,
    at_counter: bool,
) -> Refusals {
    let mut refusals = Refusals::new();
    let chars = authority.name.chars().count();
    if chars == 0 || chars > NAME_CHARS_MAX || authority.name.chars().any(char::is_control) {
        refusals.push(context.refuse("authority/name").with("most", Fact::Number(NAME_CHARS_MAX as i64)));
    }
    if authority.citizen == person.registered.citizen {
        refusals.push(context.refuse("authority/oneself"));
    }
    if authority.from > authority.to || authority.to < context.today() {
        let refusal = context.refuse("authority/days");
        refusals.push(refusal.with("from", Fact::Day(authority.from)).with("to", Fact::Day(authority.to)));
    }
    if at_counter && !authority.seen {
        refusals.push(context.refuse("authority/originals-not-shown"));
    }
    if person.authorities.len() >= HELD_MAX {
        refusals.push(context.refuse("authority/too-many"));
    }
    for id in &authority.procedures {
        let takes_agents = context.rules.procedures.get(id).is_some_and(|procedure| {
            procedure.applicants.iter().any(|applicant| applicant.capacity == AGENT)
        });
        if !takes_agents {
            let asked = Fact::Text(id.chars().take(80).collect());
            refusals.push(context.refuse("authority/no-agents-there").with("procedure", asked));
        }
    }
    refusals
}

/// Whether the agent may act for the person in this procedure today; otherwise why not, for the authorisation that
/// comes nearest.
///
/// # Errors
/// The one reason, with its cure in the texts.
pub fn check(
    context: &Context<'_>,
    person: &Person,
    agent: Option<&CitizenId>,
    procedure: &str,
) -> Result<(), Refusal> {
    let today = context.today();
    let Some(agent) = agent else { return Err(context.refuse("authority/agent-unknown")) };
    let of_agent = || person.authorities.iter().filter(|held| held.authority.citizen == *agent);
    if of_agent().any(|held| held.holds_on(today) && held.takes(procedure)) {
        return Ok(());
    }
    let standing = || of_agent().filter(|held| held.revoked.is_none() && held.takes(procedure));
    let latest = standing().filter(|held| held.authority.to < today).map(|held| held.authority.to).max();
    let next = standing().filter(|held| held.authority.from > today).map(|held| held.authority.from).min();
    Err(if let Some(from) = next {
        context.refuse("authority/not-begun").with("from", Fact::Day(from))
    } else if let Some(to) = latest {
        context.refuse("authority/expired").with("to", Fact::Day(to))
    } else if of_agent().any(|held| held.holds_on(today)) {
        context.refuse("authority/other-procedures")
    } else if of_agent().next().is_some() {
        context.refuse("authority/revoked")
    } else {
        context.refuse("authority/none")
    })
}
