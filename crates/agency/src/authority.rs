//! Authorisations (委托): who may act for a person, in which procedures, from when to when.

mod decide;

pub(crate) use decide::at_counter;
pub use decide::{Command, check, decide};

use crate::days::within;
use policy::{Diagnostics, Law, say};
use serde::{Deserialize, Serialize};
use terms::{ArticleId, CitizenId, Day};

/// The capacity that needs an authorisation.
pub const AGENT: &str = "agent";

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
                let what = say("no-article").with("article", &age.article);
                return Err(vec![source.at(0..0, what, say("no-article-cure"))]);
            }
        }
        Ok(age)
    }
}
