//! Making a settlement and taking one back, with its entry in the books and what it draws from a personal account.

use super::{BenefitYear, BillRecord, Made};
use crate::person_account::{AccountEvent, Drawn, PersonAccount};
use crate::{
    Capability, CaseId, Context, Decision, Event, IdKind, PersonId, ProviderId, Records, SettlementId,
    StreamId, books,
};
use benefit::{Balance, Benefits, Outcome, StepKind};
use ledger::Word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fact, Fen, Refusals};

/// What each fund pays of a settlement on this year's stream, by `fund_pay_type`; empty where no fund pays.
pub fn funds_of(year: &[Event], settlement: SettlementId) -> Vec<(String, Fen)> {
    books::funds_of(year, settlement)
}

/// What an outcome counts, by the accumulators' ids; nothing that is zero.
fn counted(benefits: &Benefits, outcome: &Outcome) -> BTreeMap<String, Fen> {
    let year = benefits.counted(outcome).unwrap_or_default();
    let ids = benefits.accumulators().iter().enumerate();
    ids.map(|(place, accumulator)| (accumulator.id.clone(), year.get(place)))
        .filter(|(_, amount)| *amount != Fen::ZERO)
        .collect()
}

/// A bill to settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToSettle {
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub provider: ProviderId,
    /// What was charged.
    pub bill: BillRecord,
    /// The case it comes from, for a counter reimbursement.
    pub case: Option<CaseId>,
    /// Whose account may be used.
    #[serde(default)]
    pub draw: Draw,
}

/// Whose personal account a settlement may use (`acct_used_flag`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Draw {
    /// Nobody's.
    #[default]
    Nothing,
    /// The person's own.
    Own,
    /// That of a relative who gave leave.
    Family,
}

impl Draw {
    /// As `acct_used_flag` has it; whatever is not said uses nobody's.
    pub fn of_flag(flag: &str) -> Draw {
        match flag {
            "1" => Draw::Own,
            "2" => Draw::Family,
            _ => Draw::Nothing,
        }
    }
}

/// What can be asked about settlements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Settle a bill.
    Settle(Box<ToSettle>),
    /// Take a settlement back.
    Void {
        /// Whose.
        person: PersonId,
        /// Of which year.
        year: i32,
        /// Which.
        settlement: SettlementId,
        /// Why.
        reason: String,
    },
}

/// Decides a command about settlements.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    match command {
        Command::Settle(asked) => {
            if !context.may(Capability::Settle) {
                return Err(vec![context.refuse("settlement/not-permitted")]);
            }
            // What the register knows goes over what the bill says of the provider.
            let provider = records.provider(asked.provider).filter(|_| asked.bill.designated);
            let bill = &asked.bill;
            if let Some(refusal) =
                provider.and_then(|provider| provider.against_service(context, bill.begndate, bill.enddate))
            {
                return Err(vec![refusal]);
            }
            let mut decision = Decision::default();
            settle(records, context, asked, &mut decision)?;
            Ok(decision)
        }
        Command::Void { person, year, settlement, reason } => {
            if !context.may(Capability::Settle) {
                return Err(vec![context.refuse("settlement/not-permitted")]);
            }
            let stream = StreamId::Year(*person, *year);
            let events = records.events(&stream);
            let state = BenefitYear::of(&events);
            if !state.standing().any(|made| made.settlement == *settlement) {
                let which = Fact::Number(i64::try_from(settlement.0).unwrap_or(i64::MAX));
                return Err(vec![context.refuse("settlement/nothing-to-void").with("settlement", which)]);
            }
            let mut decision = Decision::default();
            if let Some(made) = state.standing().find(|made| made.settlement == *settlement) {
                void(records, &events, made, (context.today(), reason, None), &mut decision);
            }
            Ok(decision)
        }
    }
}

/// Takes a settlement of this year's stream back, in the books too, and gives back what it drew: on which day, why, and
/// for which decision of the books where that is another.
pub(crate) fn void(
    records: &dyn Records,
    events: &[Event],
    made: &Made,
    (on, reason, because): (Day, &str, Option<Word>),
    decision: &mut Decision,
) {
    let stream = StreamId::Year(made.person, made.year);
    let (settlement, person, year) = (made.settlement, made.person, made.year);
    let event = Event::SettlementVoided { settlement, person, year, on, reason: reason.to_owned() };
    decision.push(stream.clone(), events.len() as u64, event);
    if let Some(entry) = books::settlement_undone(events, settlement, on, because) {
        decision.push(stream, events.len() as u64, entry);
    }
    give_back(records, made, on, decision);
}

/// What a settlement drew from an account comes back to it.
pub(crate) fn give_back(records: &dyn Records, made: &Made, on: Day, decision: &mut Decision) {
    let Some(Drawn { holder, .. }) = made.drawn else { return };
    let account = records.person_account(holder);
    let what = AccountEvent::Returned { settlement: made.settlement, on };
    let event = Event::PersonAccount { person: holder, what: Box::new(what) };
    decision.push(StreamId::PersonAccount(holder), account.version, event);
}

/// Settles a bill: adjudicates it after the year so far and appends it to the year. Asked by the interface and,
/// for counter reimbursements, by the case that reached its decision.
pub(crate) fn settle(
    records: &dyn Records,
    context: &mut Context<'_>,
    asked: &ToSettle,
    decision: &mut Decision,
) -> Result<Made, Refusals> {
    let (made, outcome) = make(records, context, asked, decision)?;
    if let Some(entry) = books::settled(context, &made, &outcome)? {
        let stream = StreamId::Year(made.person, made.year);
        let version = records.version(&stream);
        decision.push(stream, version, entry);
    }
    Ok(made)
}

/// Settles a bill and leaves its entry to the caller.
pub(crate) fn make(
    records: &dyn Records,
    context: &mut Context<'_>,
    asked: &ToSettle,
    decision: &mut Decision,
) -> Result<(Made, Outcome), Refusals> {
    let benefits = &context.rules.benefits;
    let year = benefits.law_day(asked.bill.begndate, asked.bill.enddate).year();
    let stream = StreamId::Year(asked.person, year);
    let events = records.events(&stream);
    let state = BenefitYear::of(&events);
    if asked.bill.enddate > context.today() {
        let end = Fact::Day(asked.bill.enddate);
        return Err(vec![context.refuse("settlement/not-ended").with("enddate", end)]);
    }
    let purse = Purse::open(records, context, asked)?;
    let mut record = asked.bill.clone();
    (record.account, record.account_past) = purse.parts;
    let bill = record.after(&state, benefits);
    let mut outcome = Outcome::default();
    benefits.adjudicate(&bill, &mut outcome)?;
    let settlement = SettlementId(context.ids.take(IdKind::Settlement));
    let drawn = purse.draw(benefits, &outcome);
    if let (Some(drawn), Some(account)) = (drawn, &purse.account) {
        let Drawn { holder, this_year, past } = drawn;
        let (by, on) = (asked.person, context.today());
        let what = AccountEvent::Drawn { settlement, by, this_year, past, on };
        let event = Event::PersonAccount { person: holder, what: Box::new(what) };
        decision.push(StreamId::PersonAccount(holder), account.version, event);
    }
    let made = Made {
        settlement,
        person: asked.person,
        provider: asked.provider,
        year,
        bill: record,
        amounts: outcome.amounts,
        counted: counted(benefits, &outcome),
        law: benefits.hash().to_owned(),
        illustrative: outcome.illustrative,
        case: asked.case,
        on: context.today(),
        drawn,
        balance: purse.left(asked.person, drawn),
    };
    decision.push(stream, events.len() as u64, Event::SettlementMade(Box::new(made.clone())));
    Ok((made, outcome))
}

/// The account a settlement may use, as it stands before it.
struct Purse {
    /// The account used; nothing where none may be.
    account: Option<PersonAccount>,
    /// What it holds of this year and of earlier ones, as far as it may be used.
    parts: (Fen, Fen),
    /// What stands on the person's own account.
    own: Fen,
}

impl Purse {
    /// The first relative's account that holds anything is used for the family, and of it what is left of earlier
    /// years: this year's part goes before the deductible and is the holder's own.
    fn open(records: &dyn Records, context: &Context<'_>, asked: &ToSettle) -> Result<Purse, Refusals> {
        let own = records.person_account(asked.person);
        let (today, balance) = (context.today(), own.balance());
        let (account, parts) = match asked.draw {
            Draw::Nothing => (None, (Fen::ZERO, Fen::ZERO)),
            Draw::Own => {
                let parts = own.parts_on(today);
                (Some(own), parts)
            }
            Draw::Family => {
                let mut helpers = own.helpers(today).map(|holder| records.person_account(holder)).peekable();
                if helpers.peek().is_none() {
                    return Err(vec![context.refuse("person-account/no-aid")]);
                }
                let holds = |account: &PersonAccount| account.parts_on(today).1 > Fen::ZERO;
                let helper = helpers.find(holds);
                let past = helper.as_ref().map_or(Fen::ZERO, |account| account.parts_on(today).1);
                (helper, (Fen::ZERO, past))
            }
        };
        Ok(Purse { account, parts, own: balance })
    }

    /// What the outcome draws, by the part it comes from; nothing where it draws nothing.
    fn draw(&self, benefits: &Benefits, outcome: &Outcome) -> Option<Drawn> {
        let holder = self.account.as_ref()?.person;
        let mut drawn = Drawn { holder, this_year: Fen::ZERO, past: Fen::ZERO };
        for step in outcome.steps.iter().filter(|step| step.kind == StepKind::Layer) {
            let part = match benefits.layers().get(usize::from(step.layer)).and_then(|layer| layer.balance) {
                Some(Balance::ThisYear) => &mut drawn.this_year,
                Some(Balance::EarlierYears) => &mut drawn.past,
                None => continue,
            };
            // Each is at most the balance, which is within numeric(16,2).
            *part = Fen::new(step.amount).and_then(|amount| part.plus(amount)).unwrap_or(*part);
        }
        (drawn.this_year > Fen::ZERO || drawn.past > Fen::ZERO).then_some(drawn)
    }

    /// What is left on the person's own account.
    fn left(&self, person: PersonId, drawn: Option<Drawn>) -> Fen {
        let own = drawn.filter(|drawn| drawn.holder == person);
        let taken = own.map_or(Fen::ZERO, |own| own.this_year.plus(own.past).unwrap_or(Fen::MAX));
        self.own.minus(taken).unwrap_or(self.own)
    }
}
