//! What the office begins by itself when a day has come (依职权): a case about a certificate whose holder is no longer
//! served, and word that an agreement ends. Which days call for what is data (`motions/*.toml`); the shell asks every
//! day about everybody it may concern, and asking twice changes nothing.

use crate::casework::{self, CaseFile, OFFICE, Open};
use crate::certificate::Status;
use crate::{Context, Decision, Event, PersonId, ProviderId, Records, Rulebook, StreamId};
use case::Procedures;
use policy::{Diagnostics, Law, Source, Spanned, say};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Fact, Facts, Refusals};

/// What can be asked, by nobody but time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Open what the registers call for about this person.
    Person(PersonId),
    /// Tell what the days call for about this provider's agreement.
    Provider(ProviderId),
}

/// A day that calls for a case. A closed list: each is found by code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Somebody died who holds a certificate.
    HolderDied,
    /// Somebody holds a certificate who belongs to no served category any more.
    CategoryOver,
}

/// Which case a day calls for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The day.
    pub when: When,
    /// The procedure's id.
    pub opens: String,
    /// What the application says, by the codes of its form.
    #[serde(default)]
    pub says: BTreeMap<String, String>,
    /// The fact that takes the day it happened.
    pub day: String,
    /// The article it rests on.
    pub article: ArticleId,
}

/// A day that both sides of an agreement are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TellWhen {
    /// Its last day comes near, and again when it has passed.
    AgreementEnds,
}

/// How long ahead they are told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telling {
    /// The day.
    pub when: TellWhen,
    /// Calendar days before it.
    pub ahead: u16,
    /// The article it rests on.
    pub article: ArticleId,
}

/// What days call for under a law; an upper layer's row replaces a lower one's of the same day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Motions {
    openings: BTreeMap<When, Opening>,
    tellings: BTreeMap<TellWhen, Telling>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    opening: Vec<Spanned<Opening>>,
    #[serde(default)]
    telling: Vec<Spanned<Telling>>,
}

impl Motions {
    /// Reads `motions/*.toml` of every layer. What is opened must be a procedure that the office may apply in, with
    /// fields for what is said.
    pub fn compile(law: &Law, procedures: &Procedures) -> Result<Motions, Diagnostics> {
        let (mut motions, mut faults) = (Motions::default(), Diagnostics::new());
        for source in law.documents("motions") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            for opening in document.opening {
                cites(law, source, &opening.get_ref().article, &opening, &mut faults);
                opens(procedures, source, &opening, &mut faults);
                motions.openings.insert(opening.get_ref().when, opening.into_inner());
            }
            for telling in document.telling {
                cites(law, source, &telling.get_ref().article, &telling, &mut faults);
                motions.tellings.insert(telling.get_ref().when, telling.into_inner());
            }
        }
        if faults.is_empty() { Ok(motions) } else { Err(faults) }
    }

    /// How long ahead both sides are told that an agreement ends; not at all where the packs do not say.
    pub fn agreement_ends(&self) -> Option<&Telling> {
        self.tellings.get(&TellWhen::AgreementEnds)
    }
}

fn cites<T>(law: &Law, source: &Source, article: &ArticleId, row: &Spanned<T>, faults: &mut Diagnostics) {
    if law.article(&article.0).is_none() {
        let what = say("no-article").with("article", article);
        faults.push(source.at(row.span(), what, say("no-article-cure")));
    }
}

fn opens(procedures: &Procedures, source: &Source, row: &Spanned<Opening>, faults: &mut Diagnostics) {
    let opening = row.get_ref();
    let Some(procedure) = procedures.get(&opening.opens) else {
        let what = say("no-procedure").with("procedure", &opening.opens);
        faults.push(source.at(row.span(), what, say("no-procedure-cure")));
        return;
    };
    if !procedure.applicants.iter().any(|one| one.capacity == OFFICE) {
        let what = say("office-applies").with("procedure", &opening.opens);
        faults.push(source.at(row.span(), what, say("office-applies-cure")));
    }
    let said = opening.says.iter().map(|(name, word)| (name, Fact::Code(word.clone())));
    let day = (&opening.day, Fact::Day(procedure.from));
    for (name, fact) in said.chain([day]) {
        if !procedure.fields().any(|field| field.id == *name && field.accepts(&fact)) {
            let what = say("motion-says").with("procedure", &opening.opens).with("field", name);
            faults.push(source.at(row.span(), what, say("motion-says-cure")));
        }
    }
}

/// Decides what a day calls for: nothing where nothing is due, or it was done before.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    if !context.actor.is_time() {
        return Err(vec![context.refuse("case/not-that-way")]);
    }
    match command {
        Command::Person(person) => match due(records, context.rules, *person, context.today()) {
            Some(open) => casework::open_by_office(records, context, &open),
            None => Ok(Decision::default()),
        },
        Command::Provider(provider) => Ok(tell(records, context, *provider)),
    }
}

/// The case that the registers call for about this person on this day: none where it is open already. It comes to the
/// counter, and so on a day on which that is open.
pub fn due(records: &dyn Records, rules: &Rulebook, person: PersonId, today: Day) -> Option<Open> {
    if !rules.law.calendar().is_working(today) {
        return None;
    }
    let state = records.person(person)?;
    let in_use = |status| matches!(status, Status::Active | Status::Lost);
    let holds = records.certificates_of(person).into_iter().filter_map(|id| records.certificate(id));
    if !holds.into_iter().any(|certificate| in_use(certificate.status)) {
        return None;
    }
    let (when, day) = match state.died {
        Some(died) if died <= today => (When::HolderDied, died),
        _ if rules.categories.is_served(&state, today) => return None,
        _ => {
            let served = rules.categories.served_ids();
            let known = state.registered.categories.iter();
            let over = known.filter(|one| served.contains(&one.category.as_str())).filter_map(|one| one.to);
            let last = over.filter(|last| *last < today).max();
            (When::CategoryOver, last.map_or(today, |last| last.plus(1)))
        }
    };
    let opening = rules.motions.openings.get(&when)?;
    let running = records
        .open_cases_of(person)
        .into_iter()
        .any(|case| CaseFile::of(&records.events(&StreamId::Case(case))).state.procedure == opening.opens);
    if running {
        return None;
    }
    let mut facts: Facts =
        opening.says.iter().map(|(name, word)| (name.clone(), Fact::Code(word.clone()))).collect();
    facts.insert(opening.day.clone(), Fact::Day(day));
    Some(Open {
        procedure: opening.opens.clone(),
        subject: person,
        capacity: OFFICE.to_owned(),
        parties: BTreeMap::new(),
        facts,
        materials: Vec::new(),
        claim: None,
        stand_in: None,
    })
}

/// Word that the provider's agreement ends, once ahead and once when it has run out. One that was ended needs none: that
/// was decided, and told with the decision.
fn tell(records: &dyn Records, context: &Context<'_>, id: ProviderId) -> Decision {
    let mut decision = Decision::default();
    let (Some(telling), Some(provider)) = (context.rules.motions.agreement_ends(), records.provider(id))
    else {
        return decision;
    };
    let lasts: Option<Vec<Day>> = provider.designations.iter().map(|one| one.to).collect();
    let Some(last) = lasts.and_then(|lasts| lasts.into_iter().max()) else { return decision };
    let (today, ended) = (context.today(), provider.ended.iter().any(|ended| ended.on == last));
    if ended || today < last.plus(-i32::from(telling.ahead)) {
        return decision;
    }
    let over = last < today;
    let stream = StreamId::Provider(id);
    let events = records.events(&stream);
    let told = |event: &Event| matches!(event, Event::ProviderTold { last: known, over: then, .. } if *known == last && *then == over);
    if !events.iter().any(told) {
        let article = telling.article.clone();
        let event = Event::ProviderTold { provider: id, last, over, on: today, article };
        decision.push(stream, events.len() as u64, event);
    }
    decision
}

#[cfg(test)]
mod tests;
