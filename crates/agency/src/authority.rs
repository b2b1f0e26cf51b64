//! Authorisations (委托): who may act for a person, in which procedures, from when to when.

use crate::person::{Person, within};
use crate::{Capability, Context, Decision, Event, Organisation, PersonId, Records, StreamId};
use policy::{Diagnostics, Law};
use serde::{Deserialize, Serialize};
use terms::{ArticleId, CitizenId, Day, Fact, Refusal, Refusals};

/// An authorisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// Its number among those of the person, from 1.
    pub number: u32,
    /// The agent's full name.
    pub name: String,
    /// The agent's identity number.
    pub citizen: CitizenId,
    /// The procedures it is for; every one that takes agents where empty.
    #[serde(default)]
    pub procedures: Vec<String>,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The counter has seen the letter and the agent's original identity card; otherwise the person granted it
    /// signed in.
    #[serde(default)]
    pub seen: bool,
    /// The agent may also collect money for the person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub collects: bool,
}

/// An authorisation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What was granted.
    pub authority: Authority,
    /// From which day on it is revoked.
    pub revoked: Option<Day>,
}

impl Held {
    /// Whether it holds on this day.
    pub fn holds_on(&self, day: Day) -> bool {
        within(day, self.authority.from, Some(self.authority.to))
            && self.revoked.is_none_or(|revoked| day < revoked)
    }

    /// Whether the agent may act in this procedure.
    pub fn takes(&self, procedure: &str) -> bool {
        let named = &self.authority.procedures;
        named.is_empty() || named.iter().any(|one| one == procedure)
    }
}

/// The age from which people act for themselves, as the packs have it (`authority/*.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullAge {
    /// In years.
    pub full_age: i32,
    /// What says so.
    pub article: ArticleId,
}

impl FullAge {
    /// Reads `authority/*.toml`; an upper layer's file replaces a lower one's. Nobody is a minor where no pack speaks
    /// of it.
    pub fn compile(law: &Law) -> Result<FullAge, Diagnostics> {
        let mut age = FullAge { full_age: 0, article: ArticleId(String::new()) };
        for source in law.documents("authority") {
            age = source.read().map_err(|fault| vec![fault])?;
            if law.article(&age.article.0).is_none() {
                let what = format!("`{}` is no article", age.article);
                return Err(vec![source.at(0..0, what, "add the article or cite another")]);
            }
        }
        Ok(age)
    }
}

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

/// The capacity that needs an authorisation.
pub const AGENT: &str = "agent";

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
