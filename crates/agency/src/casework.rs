//! Cases (办件): the engine of `case` decides, this module brings in what the registers know and carries out what a
//! decision brings about.

mod about;
mod assign;
mod effect;
mod facts;
mod lines;
mod pay;
mod recovery;
mod reserve;
mod stand_in;

use crate::claim::{Claim, RefusedLine};
use crate::{
    AccountId, Actor, Capability, CaseId, Context, Decision, Event, IdKind, Organisation, PersonId, Records,
    Rulebook, StreamId, books,
};
use case::{Action, By, CaseContext, CaseEvent, CaseState, Completion, Presented, Procedure};
use ledger::{AccountKind, Entry, Word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{CitizenId, Fact, Facts, Fen, Refusals};

pub use about::{About, OpenAbout, about, decided_facts};
pub use assign::can_do_next;
pub use effect::GRANT_CATEGORY;
pub use facts::{known_facts, registry_facts};
pub use lines::may_refuse;
pub use recovery::ordered_back;

/// What can be asked about cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Apply.
    Open(Box<Open>),
    /// Apply in a matter of a provider, or against what was decided in a case.
    OpenAbout(Box<OpenAbout>),
    /// Enter or correct the claim of a reimbursement case.
    EnterClaim {
        /// Which case.
        case: CaseId,
        /// The claim.
        claim: Box<Claim>,
    },
    /// Say which lines of the claim are not reimbursed, each with its ground; the list replaces an earlier one.
    RefuseLines {
        /// Which case.
        case: CaseId,
        /// The lines; none takes all refusals back.
        lines: Vec<RefusedLine>,
    },
    /// Anything else that can be done to a case, but paying.
    Act {
        /// Which case.
        case: CaseId,
        /// What.
        action: Box<Action>,
    },
    /// Say whose desk a case lies on.
    Assign {
        /// Which case.
        case: CaseId,
        /// Who has it from now on; nobody where none.
        to: Option<AccountId>,
    },
    /// Move a running case to the procedure as the law in force has it.
    Migrate {
        /// Which case.
        case: CaseId,
    },
    /// Do a step that pays. The amount is worked out here, never typed in.
    Pay {
        /// Which case.
        case: CaseId,
        /// The step, with what was shown.
        completion: Box<Completion>,
        /// To whom, as their original card shows.
        payee: String,
        /// How, by the packs' codes.
        method: String,
    },
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The procedure's id.
    pub procedure: String,
    /// Whom it is about.
    pub subject: PersonId,
    /// In which capacity the applicant acts (`self`, `guardian`, `agent`, `liaison`).
    pub capacity: String,
    /// Organisations that only the applicant can name, by relation (`referring-hospital`: `provider/3`).
    #[serde(default)]
    pub parties: BTreeMap<String, String>,
    /// What the applicant says.
    #[serde(default)]
    pub facts: Facts,
    /// Papers handed in at once.
    #[serde(default)]
    pub materials: Vec<Presented>,
    /// The claim, for a reimbursement.
    #[serde(default)]
    pub claim: Option<Claim>,
    /// Who stands at the counter for the person, by the original identity card shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<CitizenId>,
}

/// A case with what the office keeps beside the engine's state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFile {
    /// The engine's state.
    pub state: CaseState,
    /// The claim, for a reimbursement.
    pub claim: Option<Claim>,
    /// Lines of the claim that are not reimbursed.
    pub refused: Vec<RefusedLine>,
    /// Whose desk it lies on.
    pub assigned: Option<AccountId>,
    /// Budget kept for it, by fund: what is granted and not in the fund's books yet.
    pub reserved: BTreeMap<Word, Fen>,
    /// How many events the stream has.
    pub version: u64,
}

impl CaseFile {
    /// The file after these events.
    pub fn of(events: &[Event]) -> CaseFile {
        let mut file = CaseFile::default();
        for event in events {
            file.evolve(event);
        }
        file
    }

    /// Folds one event; events of other services change nothing.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Case { what, .. } => {
                if matches!(**what, CaseEvent::Entered { .. } | CaseEvent::Closed { .. }) {
                    self.assigned = None;
                }
                case::evolve(&mut self.state, what);
            }
            Event::CaseAssigned { to, .. } => self.assigned = *to,
            Event::ClaimEntered { claim, .. } => {
                self.claim = Some((**claim).clone());
                self.refused.clear();
            }
            Event::LinesRefused { lines, .. } => self.refused.clone_from(lines),
            Event::EntryPosted(entry) => self.reserve(entry),
            _ => return,
        }
        self.version += 1;
    }

    fn reserve(&mut self, entry: &Entry) {
        for posting in &entry.postings {
            if let (AccountKind::Reserve, Some(fund)) = (posting.account.kind(), posting.account.fund()) {
                let kept = self.reserved.entry(fund).or_default();
                // The ledger took the entry, so that the sum is money.
                *kept = kept.minus(posting.amount).unwrap_or(*kept);
            }
        }
        self.reserved.retain(|_, kept| *kept != Fen::ZERO);
    }

    /// Whom the case is about.
    pub fn subject(&self) -> Option<PersonId> {
        match self.state.subject.parse() {
            Ok(StreamId::Person(person)) => Some(person),
            _ => None,
        }
    }
}

/// Decides a command about cases.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    match command {
        Command::Open(open) => apply(records, context, open),
        Command::OpenAbout(open) => about::apply(records, context, open),
        Command::EnterClaim { case, claim } => enter_claim(records, context, *case, claim),
        Command::RefuseLines { case, lines } => lines::refuse(records, context, *case, lines),
        Command::Act { case, action } => match action.as_ref() {
            Action::Open { .. } | Action::Pay { .. } | Action::Reopen { .. } => {
                Err(vec![context.refuse("case/not-that-way")])
            }
            action => act(records, context, *case, action),
        },
        Command::Assign { case, to } => assign::assign(records, context, *case, *to),
        Command::Migrate { case } => migrate(records, context, *case),
        Command::Pay { case, completion, payee, method } => {
            if !context.may(Capability::Pay) {
                return Err(vec![context.refuse("case/may-not-pay")]);
            }
            let amount = effect::amount_due(records, context, *case)?;
            pay::may_be_paid(records, context, *case, method, payee)?;
            let (completion, payee, method) = (completion.as_ref().clone(), payee.clone(), method.clone());
            act(records, context, *case, &Action::Pay { completion, amount, payee, method })
        }
    }
}

/// Opens a case, hands in the papers that came with it and enters its claim, all or nothing.
fn apply(records: &dyn Records, context: &mut Context<'_>, open: &Open) -> Result<Decision, Refusals> {
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
        let event = claim_event(records, context, case, claim)?;
        keep(case, &mut file, event, &mut decision);
    }
    if !open.materials.is_empty() {
        let action = Action::Receive(open.materials.clone());
        advance(records, context, procedure, case, &mut file, &action, &mut decision)?;
    }
    Ok(decision)
}

fn enter_claim(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    claim: &Claim,
) -> Result<Decision, Refusals> {
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    if file.state.position != case::Position::Intake || !context.may(Capability::OpenCases) {
        return Err(vec![context.refuse("reimbursement/claim-not-now")]);
    }
    let mut decision = Decision::default();
    let event = claim_event(records, context, case, claim)?;
    keep(case, &mut file, event, &mut decision);
    Ok(decision)
}

fn claim_event(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    claim: &Claim,
) -> Result<Event, Refusals> {
    let Some(provider) = records.provider(claim.provider) else {
        return Err(vec![context.refuse("provider/unknown")]);
    };
    let refusals = claim.refusals(records, context, &provider.registered.code);
    if refusals.is_empty() {
        Ok(Event::ClaimEntered { case, claim: Box::new(claim.clone()) })
    } else {
        Err(refusals)
    }
}

fn act(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    action: &Action,
) -> Result<Decision, Refusals> {
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let rules = context.rules;
    let Some(procedure) = rules.procedure_of(&file.state) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    if *action == Action::Accept {
        still_unpaid(records, context, case, &file)?;
    }
    stand_in::still_holds(records, context, &file)?;
    let mut decision = Decision::default();
    // Whatever fell due by now has happened, whether or not anybody has said so yet; and what the action makes due,
    // such as the end of a notice whose last objection was heard, happens with it.
    let time = Action::TimePassed;
    let steps = if *action == time { vec![&time] } else { vec![&time, action, &time] };
    for step in steps {
        advance(records, context, procedure, case, &mut file, step, &mut decision)?;
    }
    reserve::follow(context, procedure, case, &mut file, &mut decision)?;
    Ok(decision)
}

/// Moves a case to the procedure as the law in force has it, where nothing stands in the way.
fn migrate(records: &dyn Records, context: &mut Context<'_>, case: CaseId) -> Result<Decision, Refusals> {
    if !context.may(Capability::MoveCases) {
        return Err(vec![context.refuse("case/may-not-move")]);
    }
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let rules = context.rules;
    let Some(procedure) = rules.procedures.get(&file.state.procedure) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    let known = facts_of(records, rules, procedure, &file, context.today());
    let actor = engine_actor(context.actor);
    let by = By {
        who: actor.who.clone(),
        role: actor.roles.iter().next().cloned().unwrap_or_default(),
        organisation: actor.organisation.clone(),
    };
    let circumstances =
        CaseContext { actor: &actor, today: context.today(), calendar: rules.law.calendar(), facts: &known };
    let mut decision = Decision::default();
    for what in case::migrate(procedure, rules.law.hash(), &file.state, by, &circumstances)? {
        keep(case, &mut file, Event::Case { case, what: Box::new(what) }, &mut decision);
    }
    reserve::follow(context, procedure, case, &mut file, &mut decision)?;
    Ok(decision)
}

/// What stands in the way of moving this case to the procedure as the law in force has it; none where it can move.
pub fn obstacles(
    records: &dyn Records,
    rules: &Rulebook,
    actor: &Actor,
    file: &CaseFile,
    today: terms::Day,
) -> Refusals {
    let Some(procedure) = rules.procedures.get(&file.state.procedure) else {
        return vec![rules.grounds.refuse("case/no-such-procedure")];
    };
    let known = facts_of(records, rules, procedure, file, today);
    let (actor, calendar) = (engine_actor(actor), rules.law.calendar());
    let circumstances = CaseContext { actor: &actor, today, calendar, facts: &known };
    case::obstacles(procedure, rules.law.hash(), &file.state, &circumstances)
}

fn facts_of(
    records: &dyn Records,
    rules: &Rulebook,
    procedure: &Procedure,
    file: &CaseFile,
    today: terms::Day,
) -> Facts {
    let subject = file.subject();
    subject.map_or_else(Facts::new, |subject| registry_facts(records, rules, procedure, subject, file, today))
}

/// A receipt can have been used by another case since it was entered here.
fn still_unpaid(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    file: &CaseFile,
) -> Result<(), Refusals> {
    let Some(claim) = &file.claim else { return Ok(()) };
    let Some(provider) = records.provider(claim.provider) else { return Ok(()) };
    let used = claim.used_receipts(records, context, &provider.registered.code, Some(case));
    if used.is_empty() { Ok(()) } else { Err(used) }
}

/// One action: the engine decides, the events are kept, and what they bring about is carried out.
fn advance(
    records: &dyn Records,
    context: &mut Context<'_>,
    procedure: &Procedure,
    case: CaseId,
    file: &mut CaseFile,
    action: &Action,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let rules = context.rules;
    let subject = match action {
        Action::Open { subject, .. } => subject.as_str(),
        _ => file.state.subject.as_str(),
    };
    let parties = match action {
        Action::Open { parties, .. } => parties,
        _ => &file.state.parties,
    };
    let known = known_facts(records, rules, procedure, subject, parties, file, context.today());
    let mut actor = engine_actor(context.actor);
    about::note_earlier_decisions(records, parties, &mut actor);
    let circumstances =
        CaseContext { actor: &actor, today: context.today(), calendar: rules.law.calendar(), facts: &known };
    let events = case::decide(procedure, &file.state, action, &circumstances)?;
    for what in events {
        let due = match &what {
            CaseEvent::EffectDue { effect, cause, article, .. } => {
                Some((*effect, effect::Cause { by: cause.clone(), article: article.clone() }))
            }
            _ => None,
        };
        let returned = matches!(what, CaseEvent::PaymentReturned { .. });
        let paid = match &what {
            CaseEvent::Paid { amount, .. } => Some(*amount),
            _ => None,
        };
        keep(case, file, Event::Case { case, what: Box::new(what) }, decision);
        if let Some(amount) = paid
            && let Some(entry) = books::paid(records, context, case, file, amount)?
        {
            keep(case, file, entry, decision);
        }
        if returned && let Some(entry) = books::payment_returned(records, context, case, file) {
            keep(case, file, entry, decision);
        }
        if let Some((due, cause)) = due {
            effect::carry_out(records, context, case, file, due, &cause, decision)?;
        }
    }
    Ok(())
}

/// Appends an event to the case and folds it, so that what follows in the same decision sees it.
fn keep(case: CaseId, file: &mut CaseFile, event: Event, decision: &mut Decision) {
    let version = file.version;
    file.evolve(&event);
    decision.push(StreamId::Case(case), version, event);
}

/// Somebody, as the engine sees them: one person is one text, whatever role they act in.
pub fn engine_actor(actor: &Actor) -> case::Actor {
    let who = match actor.person {
        Some(person) => StreamId::Person(person).to_string(),
        None => StreamId::Account(actor.account).to_string(),
    };
    let organisation = match &actor.organisation {
        Organisation::Unit(unit) => StreamId::Unit(*unit).to_string(),
        Organisation::Provider(provider) => StreamId::Provider(*provider).to_string(),
        other => other.word().to_owned(),
    };
    case::Actor { who, roles: actor.roles.clone(), organisation, facts: actor.facts() }
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
        parties.insert(crate::authority::AGENT.to_owned(), agent);
    }
    parties
}

/// What a case has to pay, for pages: nothing where it is not worked out yet.
pub fn amount_due(records: &dyn Records, context: &Context<'_>, case: CaseId) -> Option<Fen> {
    effect::amount_due(records, context, case).ok()
}

#[cfg(test)]
mod tests;
