//! Agreements (定点协议): what the cases about a provider bring about on its register.

use crate::casework::CaseFile;
use crate::provider::{Designation, Suspension};
use crate::{CaseId, Context, Decision, Event, ProviderId, Records, StreamId};
use case::Effect;
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Fact, Refusals};

/// Facts of an agreement's cases, as the packs' forms name them.
const AGREED_FROM: &str = "agreement.from";
const AGREED_TO: &str = "agreement.to";
const SUSPENDED_FROM: &str = "suspension.from";
const SUSPENDED_TO: &str = "suspension.to";
const SUSPENDED_FOR: &str = "suspension.ground";
const RESUMED_ON: &str = "resumption.on";
const LAST_DAY: [&str; 2] = ["ending.last", "leaving.last"];
const CHANGED: &str = "change.what";
const CHANGED_TO: &str = "change.value";
const CHANGED_LEVEL: &str = "change.level";
/// What an application tells of the provider itself, and what the register calls it.
const DETAILS: [(&str, &str); 2] = [("agreement.ownership", "ownership"), ("agreement.beds", "scale")];

/// Carries out an effect on the provider that the case is about. `article` is the one of the step that decided.
pub(super) fn carry_out(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    file: &CaseFile,
    effect: Effect,
    article: &ArticleId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Ok(StreamId::Provider(provider)) = file.state.subject.parse() else {
        return Err(vec![context.refuse("provider/unknown")]);
    };
    let stream = StreamId::Provider(provider);
    let version = records.version(&stream);
    for event in events(records, context, case, provider, file, effect, article)? {
        decision.push(stream.clone(), version, event);
    }
    Ok(())
}

fn events(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    provider: ProviderId,
    file: &CaseFile,
    effect: Effect,
    article: &ArticleId,
) -> Result<Vec<Event>, Refusals> {
    let facts = &file.state.facts;
    let unsaid = || vec![context.refuse("agreement/unsaid")];
    let day = |name: &str| match facts.get(name) {
        Some(Fact::Day(day)) => Ok(*day),
        _ => Err(unsaid()),
    };
    let word = |name: &str| facts.get(name).map(ToString::to_string);
    Ok(match effect {
        Effect::SignAgreement => {
            let (from, to) = (day(AGREED_FROM)?, day(AGREED_TO)?);
            free(records, context, provider, from)?;
            let told = DETAILS.iter().filter_map(|(name, known)| Some(((*known).to_owned(), word(name)?)));
            let changes: BTreeMap<String, String> = told.collect();
            let designation = Designation { from, to: Some(to), article: article.clone() };
            let mut events = vec![Event::ProviderDesignated { provider, designation }];
            if !changes.is_empty() {
                events.push(Event::ProviderChanged { provider, changes, on: context.today() });
            }
            events
        }
        Effect::SuspendAgreement => {
            let (from, to, article) = (day(SUSPENDED_FROM)?, day(SUSPENDED_TO)?, article.clone());
            // The days before the decision are over; what was settled on them stays settled.
            let from = from.max(context.today().plus(1));
            if to < from {
                return Err(vec![context.refuse("agreement/suspension-over").with("last", Fact::Day(to))]);
            }
            let ground = word(SUSPENDED_FOR).ok_or_else(unsaid)?;
            let suspension = Suspension { from, to, article, ground, case };
            vec![Event::ProviderSuspended { provider, suspension }]
        }
        Effect::ResumeAgreement => vec![Event::ProviderResumed { provider, on: day(RESUMED_ON)?, case }],
        Effect::EndAgreement => {
            let named = LAST_DAY.iter().find_map(|name| day(name).ok());
            let on = named.ok_or_else(unsaid)?.max(context.today());
            vec![Event::ProviderDesignationEnded { provider, on, article: article.clone() }]
        }
        Effect::ChangeProvider => {
            let what = word(CHANGED).ok_or_else(unsaid)?;
            // The level decides benefits: it comes from the closed list, never from free text.
            let told = if what == "hosp_lv" { CHANGED_LEVEL } else { CHANGED_TO };
            let value = word(told).ok_or_else(unsaid)?;
            let changes = BTreeMap::from([(what, value)]);
            vec![Event::ProviderChanged { provider, changes, on: context.today() }]
        }
        _ => Vec::new(),
    })
}

/// A new agreement begins after the one there is.
fn free(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    from: Day,
) -> Result<(), Refusals> {
    let Some(known) = records.provider(provider) else {
        return Err(vec![context.refuse("provider/unknown")]);
    };
    let runs = |one: &&Designation| one.to.is_none_or(|to| from <= to);
    match known.designations.iter().find(runs) {
        None => Ok(()),
        Some(running) => {
            let mut refusal = context.refuse("agreement/overlaps").with("from", Fact::Day(running.from));
            if let Some(to) = running.to {
                refusal = refusal.with("to", Fact::Day(to));
            }
            Err(vec![refusal])
        }
    }
}

#[cfg(test)]
mod tests;
