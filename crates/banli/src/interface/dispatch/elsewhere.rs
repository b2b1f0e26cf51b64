//! People insured in another region: who they are (1101, 2001) and what would be paid (2206, 2303) is asked of the
//! office there; a settlement (2207, 2304) waits for its answer.

use super::{Desk, Failed, person};
use crate::exchange::{self, Pair};
use ::interface::map::answer::{Settlement, Subject, Teller};
use ::interface::{Nodes, Row};
use agency::person::Person;
use agency::region::{Answer, Asked, Known, NewGuest, Question, partner_of};
use agency::settlement::Made;
use agency::visit::{Buy, Settle, Settled, Visit, purchase_question, question};
use agency::{Command, PersonId, Records, SettlementId, region};
use benefit::Code;
use ledger::Word;
use terms::{CitizenId, Day, Fact, Fen};

/// The fact of a refusal that names a region.
const REGION: &str = "region";

/// What a settlement is told from, wherever it was made.
pub(super) type Told = (Made, Vec<(String, Fen)>);

/// The first four digits of a division code name its region.
fn region_of(code: &str) -> Option<&str> {
    code.get(..4)
}

impl Desk<'_> {
    /// The office that the head of the message names as the place of insurance, where it is another we know.
    pub(super) fn elsewhere(&self) -> Option<&Pair> {
        let named = region_of(&self.request.insuplc_admdvs)?;
        if region_of(self.region()) == Some(named) {
            return None;
        }
        self.app.pairs.iter().find(|pair| region_of(pair.code.as_str()) == Some(named))
    }

    fn ask_region(&self, region: Word, question: &Question) -> Result<Known, Failed> {
        let not_reached = || {
            let refusal = self.app.office.rules.grounds.refuse("region/not-reached");
            Failed::Refused(vec![refusal.with(REGION, Fact::Text(region.to_string()))])
        };
        let pair = self.app.pairs.get(&region).ok_or_else(not_reached)?;
        match exchange::question(self.app, pair, question) {
            Ok(told) => told.map_err(Failed::Refused),
            Err(why) => {
                tracing::warn!(%region, "a question was not answered: {why:#}");
                Err(not_reached())
            }
        }
    }

    /// The person as the office of that region has them insured on this day.
    fn insured_there(&self, region: Word, mut person: Person, day: Day) -> Result<Person, Failed> {
        let registered = &mut person.registered;
        let (citizen, name) = (registered.citizen.clone(), registered.name.clone());
        match self.ask_region(region, &Question::Person { citizen, name, day })? {
            Known::Person { insurance, .. } => registered.insurance = insurance,
            Known::Bill(_) => {}
        }
        Ok(person)
    }

    /// 1101 for somebody insured elsewhere: known there under this name, then entered here, insured in nothing.
    pub(super) fn guest(&self, teller: &Teller<'_>, pair: &Pair, row: &Row) -> Result<Nodes, Failed> {
        let unknown = || self.refused("visit/person-unknown");
        let number = if row.text("mdtrt_cert_type") == "02" { "mdtrt_cert_no" } else { "certno" };
        let citizen: CitizenId = row.text(number).parse().map_err(|_| unknown())?;
        let (name, region) = (row.text("psn_name").to_owned(), pair.code);
        let day = row.day("begntime").unwrap_or(teller.today);
        let known =
            self.ask_region(region, &Question::Person { citizen: citizen.clone(), name: name.clone(), day })?;
        let Known::Person { insurance, balance } = known else { return Err(unknown()) };
        let new = NewGuest { region, citizen: citizen.clone(), name };
        let command = Command::Region(region::Command::Welcome(Box::new(new)));
        self.app
            .desk
            .submit(&exchange::actor(), None, &command)
            .map_err(|declined| self.declined(declined))?;
        let found =
            self.app.desk.store().with_records(|records| {
                records.person_by_citizen(&citizen).and_then(|id| person(records, id))
            })?;
        let (mut person, unit) = found.ok_or_else(unknown)?;
        person.registered.insurance = insurance;
        Ok(teller.person(&person, &unit, day, balance))
    }

    /// The person with the insurance that counts on this day: ours, or what the place of insurance says.
    pub(super) fn insured(&self, id: PersonId, day: Day) -> Result<Person, Failed> {
        let found = self.with_context(|records, context| {
            let found = records.person(id).map(|person| (person, partner_of(records, context, id)));
            found.ok_or_else(|| vec![context.refuse("visit/person-unknown")])
        })?;
        match found {
            (person, Some(region)) => self.insured_there(region, person, day),
            (person, None) => Ok(person),
        }
    }

    /// 2206 and 2303 for somebody insured elsewhere; nothing for everybody else.
    pub(super) fn preview_elsewhere(
        &self,
        teller: &Teller<'_>,
        asked: &Settle,
    ) -> Result<Option<Nodes>, Failed> {
        let found = self.with_context(|records, context| {
            let visit = records.visit(asked.visit).filter(|visit| {
                visit.opened.provider == self.provider.registered.provider
                    && visit.opened.person == asked.person
            });
            let visit = visit.ok_or_else(|| vec![context.refuse("visit/unknown")])?;
            Ok(question(records, context, &visit, asked)?.map(|(region, asked)| (visit, region, asked)))
        })?;
        let Some((visit, region, sent)) = found else { return Ok(None) };
        self.answered_elsewhere(teller, &visit, asked, region, sent)
    }

    /// 2101 for somebody insured elsewhere; nothing for everybody else.
    pub(super) fn purchase_elsewhere(
        &self,
        teller: &Teller<'_>,
        asked: &Buy,
    ) -> Result<Option<Nodes>, Failed> {
        let found = self.with_context(|records, context| purchase_question(records, context, asked))?;
        let Some((visit, region, sent)) = found else { return Ok(None) };
        let mut nodes = self.answered_elsewhere(teller, &visit, &asked.settle, region, sent)?;
        if let Some(nodes) = &mut nodes {
            teller.lines(visit.lines.iter().map(|kept| &kept.line), "detlcutinfo", nodes);
        }
        Ok(nodes)
    }

    /// What the office of that region would pay, told as a settlement of ours would be.
    fn answered_elsewhere(
        &self,
        teller: &Teller<'_>,
        visit: &Visit,
        asked: &Settle,
        region: Word,
        sent: Question,
    ) -> Result<Option<Nodes>, Failed> {
        let known = self.ask_region(region, &sent)?;
        let (Known::Bill(answer), Question::Bill(sent)) = (known, sent) else { return Ok(None) };
        let settled = Settled {
            settlement: SettlementId(0),
            year: sent.enddate.year(),
            at: self.app.desk.now(),
            lines: Vec::new(),
            mid_stay: asked.mid_stay,
            invoice: asked.invoice.clone(),
            details: asked.details.clone(),
            message: asked.message.clone(),
            remote: None,
        };
        let (made, funds) = told(visit, &settled, &sent, &answer);
        let nodes = self.app.desk.store().with_records(|records| {
            let (person, unit) = person(records, visit.opened.person)?;
            let subject = Subject { person: &person, unit: &unit, provider: self.provider };
            let (made, settled, funds, balance) = (&made, &settled, &funds, made.balance);
            let processes = &[];
            Some(teller.settlement(
                &subject,
                &Settlement { visit, made, settled, funds, processes, balance, cancelled: None },
            ))
        })?;
        nodes.map(Some).ok_or_else(|| self.refused("visit/person-unknown"))
    }

    /// Waits for the place of insurance. Its no, and its silence, are refusals of this message whenever it is sent.
    pub(super) fn wait_for(&self, remote: Word) -> Result<(), Failed> {
        let bill = exchange::wait(self.app, remote).map_err(|declined| self.declined(declined))?;
        if bill.answer.is_some() {
            return Ok(());
        }
        if bill.reasons.is_empty() {
            return Err(self.refused("region/given-up"));
        }
        Err(Failed::Refused(bill.reasons))
    }
}

/// A settlement that another region made, as ours are told.
pub(super) fn settled_elsewhere(records: &dyn Records, visit: &Visit, settled: &Settled) -> Option<Told> {
    let bill = records.remote(settled.remote?)?;
    Some(told(visit, settled, &bill.asked?, &bill.answer?))
}

fn told(visit: &Visit, settled: &Settled, asked: &Asked, answer: &Answer) -> Told {
    let (insutype, psn_type) = answer.insured.unwrap_or((visit.opened.insutype, Code::NONE));
    let bill = asked.bill(insutype, psn_type);
    let made = Made {
        settlement: settled.settlement,
        person: visit.opened.person,
        provider: visit.opened.provider,
        year: settled.year,
        bill,
        amounts: answer.amounts,
        counted: std::collections::BTreeMap::new(),
        law: answer.law.clone(),
        illustrative: false,
        case: None,
        on: asked.day,
        drawn: None,
        balance: answer.balance.unwrap_or(Fen::ZERO),
    };
    (made, answer.funds.iter().map(|(fund, paid)| (fund.to_string(), *paid)).collect())
}
