//! Providers (定点医药机构 and others): hospitals and pharmacies, and when they hold an agreement.

use crate::days::within;
use crate::{CaseId, Context, Event, ProviderId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Fact, Facts, Refusal};

/// The first event of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Which.
    pub provider: ProviderId,
    /// `fixmedins_code`, 12 characters.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `hospital`, `community` (a community health centre), `pharmacy`.
    pub provider_kind: String,
    /// `hosp_lv`, `1` to `14` of the national list (1-4 and 12 tertiary, 5-7 and 13 secondary, others primary).
    pub hosp_lv: String,
    /// Division code of the region it lies in.
    pub region: String,
    /// Whether it undertakes referral business (S1-1).
    pub refers: bool,
}

/// An agreement's span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designation {
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// The article it rests on.
    pub article: ArticleId,
}

/// Days on which an agreement was suspended: what arises on them is not settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// First day.
    pub from: Day,
    /// Last day; the agreement resumes on the day after.
    pub to: Day,
    /// The ground.
    pub article: ArticleId,
    /// The ground's code in the pack (`service-refused`).
    pub ground: String,
    /// The case that decided it.
    pub case: CaseId,
}

/// An agreement that ended before its term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The last day.
    pub on: Day,
    /// The ground.
    pub article: ArticleId,
}

/// What an agreement says of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is in force.
    Designated,
    /// It is suspended.
    Suspended {
        /// First day of the suspension.
        from: Day,
        /// The ground.
        article: ArticleId,
    },
    /// It was ended before its term.
    Ended {
        /// Its last day.
        on: Day,
        /// The ground.
        article: ArticleId,
    },
    /// It ran out and was not renewed.
    Expired {
        /// Its last day.
        on: Day,
    },
    /// There never was one.
    Never,
}

impl Standing {
    /// The packs' word: `designated`, `suspended`, `ended`, `expired`, `never`.
    pub fn word(&self) -> &'static str {
        match self {
            Standing::Designated => "designated",
            Standing::Suspended { .. } => "suspended",
            Standing::Ended { .. } => "ended",
            Standing::Expired { .. } => "expired",
            Standing::Never => "never",
        }
    }
}

/// A key to the national interface. Its secret is not kept: the shell derives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The name under which messages are signed.
    pub access_key: String,
    /// First day.
    pub from: Day,
    /// The day it was revoked.
    pub revoked: Option<Day>,
}

/// The state of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// What was registered.
    pub registered: Registered,
    /// Every designation, in order.
    pub designations: Vec<Designation>,
    /// Every suspension, in order; one that was lifted ends on the day before it was.
    pub suspensions: Vec<Suspension>,
    /// Every agreement that ended before its term, in order.
    pub ended: Vec<Ended>,
    /// What else is known of it, by the forms' names (`ownership`, `legal-person`, `bank-account`), as changed last.
    pub details: BTreeMap<String, String>,
    /// Every key, in order.
    pub keys: Vec<Key>,
}

impl Provider {
    /// Whether messages may be signed with this key on this day. A key that was revoked ahead is good until then.
    pub fn has_key(&self, access_key: &str, day: Day) -> bool {
        self.keys.iter().any(|key| key.access_key == access_key && key.revoked.is_none_or(|on| day < on))
    }

    /// Folds one event; events of other services change nothing.
    pub fn evolve(provider: &mut Option<Provider>, event: &Event) {
        match (provider, event) {
            (slot @ None, Event::ProviderRegistered(registered)) => {
                *slot = Some(Provider {
                    registered: registered.clone(),
                    designations: Vec::new(),
                    suspensions: Vec::new(),
                    ended: Vec::new(),
                    details: BTreeMap::new(),
                    keys: Vec::new(),
                });
            }
            (Some(provider), Event::ProviderDesignated { designation, .. }) => {
                provider.designations.push(designation.clone());
            }
            (Some(provider), Event::ProviderKeyIssued { access_key, on, .. }) => {
                provider.keys.push(Key { access_key: access_key.clone(), from: *on, revoked: None });
            }
            (Some(provider), Event::ProviderKeyRevoked { access_key, on, .. }) => {
                for key in provider.keys.iter_mut().filter(|key| key.access_key == *access_key) {
                    key.revoked = Some(*on);
                }
            }
            (Some(provider), Event::ProviderDesignationEnded { on, article, .. }) => {
                // An agreement signed ahead for the time after ends with the present one.
                for running in provider.designations.iter_mut().filter(|one| one.to.is_none_or(|to| to > *on))
                {
                    running.to = Some(*on);
                }
                provider.ended.push(Ended { on: *on, article: article.clone() });
            }
            (Some(provider), Event::ProviderSuspended { suspension, .. }) => {
                provider.suspensions.push(suspension.clone());
            }
            (Some(provider), Event::ProviderResumed { on, .. }) => {
                for open in provider.suspensions.iter_mut().filter(|one| one.to >= *on) {
                    open.to = on.plus(-1);
                }
            }
            (Some(provider), Event::ProviderChanged { changes, .. }) => provider.change(changes),
            _ => {}
        }
    }

    /// Takes over what changed: what the registration holds there, the rest beside it.
    fn change(&mut self, changes: &BTreeMap<String, String>) {
        for (what, value) in changes {
            match what.as_str() {
                "name" => self.registered.name.clone_from(value),
                "hosp_lv" => self.registered.hosp_lv.clone_from(value),
                _ => drop(self.details.insert(what.clone(), value.clone())),
            }
        }
    }

    /// Designated on the day of service (S0-3.5b: what counts is that day, not today): an agreement runs and is not
    /// suspended.
    pub fn designated_on(&self, day: Day) -> bool {
        self.standing_on(day) == Standing::Designated
    }

    /// What the agreements say of this day.
    pub fn standing_on(&self, day: Day) -> Standing {
        if self.designations.iter().any(|one| within(day, one.from, one.to)) {
            let covers = |one: &&Suspension| one.from <= day && day <= one.to;
            return match self.suspensions.iter().rfind(covers) {
                Some(Suspension { from, article, .. }) => {
                    Standing::Suspended { from: *from, article: article.clone() }
                }
                None => Standing::Designated,
            };
        }
        // A designation cut off before it began counts for nothing.
        let over =
            self.designations.iter().filter_map(|one| one.to.filter(|to| one.from <= *to && *to < day));
        let Some(last) = over.max() else { return Standing::Never };
        match self.ended.iter().rfind(|ended| ended.on == last) {
            Some(ended) => Standing::Ended { on: ended.on, article: ended.article.clone() },
            None => Standing::Expired { on: last },
        }
    }

    /// Why a service from `begin` to `end` cannot be settled under the agreement, with the article: the first day
    /// that counts on which none was in force. Which days of a stay count is a reading of the pack
    /// (`agreement-stay`: `every-day` or `admission`).
    pub fn against_service(&self, context: &Context<'_>, begin: Day, end: Day) -> Option<Refusal> {
        let on_admission =
            context.rules.law.setting("agreement-stay").is_some_and(|setting| setting.chosen == "admission");
        let last = if on_admission { begin } else { end.max(begin) };
        let day = self.first_day_without(begin, last)?;
        let refuse = |code: &str, article: Option<ArticleId>| {
            let mut refusal = context.refuse(code).with("day", Fact::Day(day));
            if let Some(article) = article {
                refusal.article = article;
            }
            refusal
        };
        Some(match self.standing_on(day) {
            Standing::Suspended { from, article } => {
                refuse("agreement/suspended", Some(article)).with("from", Fact::Day(from))
            }
            Standing::Ended { on, article } => {
                refuse("agreement/ended", Some(article)).with("last", Fact::Day(on))
            }
            Standing::Expired { on } => refuse("agreement/expired", None).with("last", Fact::Day(on)),
            Standing::Never | Standing::Designated => refuse("visit/not-designated", None),
        })
    }

    /// The first day from `begin` to `last` on which nothing is settled. A standing changes only where an agreement
    /// or suspension begins, or on the day after one ended.
    fn first_day_without(&self, begin: Day, last: Day) -> Option<Day> {
        let suspended = self.suspensions.iter().flat_map(|one| [one.from, one.to.plus(1)]);
        let agreed = self.designations.iter().flat_map(|one| [Some(one.from), one.to.map(|to| to.plus(1))]);
        let turns = suspended.chain(agreed.flatten()).filter(|day| begin < *day && *day <= last);
        let mut days: Vec<Day> = std::iter::once(begin).chain(turns).collect();
        days.sort_unstable();
        days.into_iter().find(|day| !self.designated_on(*day))
    }

    /// The last day of the agreement in force on this day, where it has one.
    pub fn agreed_to(&self, day: Day) -> Option<Day> {
        self.designations.iter().find(|one| within(day, one.from, one.to))?.to
    }

    /// How often an agreement was suspended during the one that is in force on this day.
    pub fn suspensions_in_term(&self, day: Day) -> usize {
        let Some(term) = self.designations.iter().find(|one| within(day, one.from, one.to)) else { return 0 };
        self.suspensions.iter().filter(|one| within(one.from, term.from, term.to)).count()
    }

    /// What conditions may ask of the provider on the day of service, under `prefix` (`provider`).
    pub fn facts(&self, prefix: &str, day: Day) -> Facts {
        let registered = &self.registered;
        let count = i64::try_from(self.suspensions_in_term(day)).unwrap_or(i64::MAX);
        let mut facts = Facts::from([
            (format!("{prefix}.kind"), Fact::Code(registered.provider_kind.clone())),
            (format!("{prefix}.hosp_lv"), Fact::Code(registered.hosp_lv.clone())),
            (format!("{prefix}.region"), Fact::Code(registered.region.clone())),
            (format!("{prefix}.name"), Fact::Text(registered.name.clone())),
            (format!("{prefix}.code"), Fact::Text(registered.code.clone())),
            (format!("{prefix}.designated"), Fact::Flag(self.designated_on(day))),
            (format!("{prefix}.standing"), Fact::Code(self.standing_on(day).word().to_owned())),
            (format!("{prefix}.suspensions"), Fact::Number(count)),
            (format!("{prefix}.refers"), Fact::Flag(registered.refers)),
        ]);
        if let Some(to) = self.agreed_to(day) {
            facts.insert(format!("{prefix}.agreed_to"), Fact::Day(to));
        }
        if let Some(ownership) = self.details.get("ownership") {
            facts.insert(format!("{prefix}.ownership"), Fact::Code(ownership.clone()));
        }
        facts
    }
}

#[cfg(test)]
mod tests;
