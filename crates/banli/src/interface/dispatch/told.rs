//! What a message changed, told from the events by the message's id.

use super::Desk;
use super::elsewhere::{Told, settled_elsewhere};
use crate::process::process_info;
use crate::text::{Lang, Text};
use ::interface::Nodes;
use ::interface::map::answer::{Process, Settlement, Subject, Teller};
use agency::settlement::{BenefitYear, Made, funds_of};
use agency::sheet::{Filed, Sheet};
use agency::visit::{FeeLine, Settled, Visit, VisitEvent};
use agency::{Event, PersonId, Records, SettlementId, StreamId, VisitId};
use benefit::Outcome;
use terms::Moment;

impl Desk<'_> {
    /// The number of what was declared (2501, 2503, 2505, 2507).
    pub(super) fn declared(
        &self,
        teller: &Teller<'_>,
        records: &dyn Records,
        streams: &[StreamId],
    ) -> Option<Nodes> {
        let number = streams.iter().find_map(|stream| match stream {
            StreamId::Filing(filing) => Some(filing.to_string()),
            StreamId::Person(person) => {
                let declarations = records.person(*person)?.declarations;
                let made = declarations.iter().find(|one| one.declared.message == self.request.msgid);
                Some(made.map_or_else(String::new, |made| made.name(*person)))
            }
            _ => None,
        })?;
        Some(teller.declared(&number))
    }

    /// What is told of sheets: of most nothing but that they are kept.
    pub(super) fn filed(&self, teller: &Teller<'_>, records: &dyn Records, streams: &[StreamId]) -> Nodes {
        let sheets = streams.iter().filter_map(|stream| match stream {
            StreamId::Sheet(provider, kind, key) => Sheet::find(records, *provider, *kind, key).filed,
            _ => None,
        });
        let sheets: Vec<Filed> = sheets.collect();
        match (self.request.infno.as_str(), sheets.first()) {
            ("4101", Some(list)) => teller.list_number(list),
            ("3101" | "3102", _) => teller.warnings(&sheets),
            _ => Nodes::default(),
        }
    }

    /// What the message changed, told from the events.
    pub(super) fn changed(&self, teller: &Teller<'_>, records: &dyn Records, id: VisitId) -> Option<Nodes> {
        let visit = records.visit(id)?;
        let message = self.request.msgid.as_str();
        match self.request.infno.as_str() {
            "2201" | "2401" => Some(teller.opened(&visit)),
            "2204" | "2301" => {
                let mut nodes = Nodes::default();
                teller.lines(&lines_of(records, id, message), "result", &mut nodes);
                Some(nodes)
            }
            "2102" | "2207" | "2304" => {
                let settled = visit.settlements.iter().find(|settled| settled.message == message)?;
                let mut nodes = self.settlement(teller, records, &visit, settled, None)?;
                if self.request.infno == "2102" {
                    teller.lines(&lines_of(records, id, message), "detlcutinfo", &mut nodes);
                }
                Some(nodes)
            }
            "2103" | "2208" | "2305" => {
                let (settlement, at, _) = visit.cancelled.iter().find(|(_, _, by)| by == message)?;
                let settled = visit.settlements.iter().find(|settled| settled.settlement == *settlement)?;
                self.settlement(teller, records, &visit, settled, Some(*at))
            }
            _ => Some(Nodes::default()),
        }
    }

    pub(super) fn settlement(
        &self,
        teller: &Teller<'_>,
        records: &dyn Records,
        visit: &Visit,
        settled: &Settled,
        cancelled: Option<Moment>,
    ) -> Option<Nodes> {
        let (made, funds) = made_and_funds(records, visit, settled)?;
        let (person, unit) = person(records, visit.opened.person)?;
        let subject = Subject { person: &person, unit: &unit, provider: self.provider };
        let processes = match settled.remote {
            // How the other region's funds came to it, its office knows.
            Some(_) => Vec::new(),
            None => {
                let year = records.events(&StreamId::Year(visit.opened.person, settled.year));
                self.processes(&year, &made)
            }
        };
        let (funds, processes, balance) = (&funds, &processes, made.balance);
        let settlement = Settlement { visit, made: &made, settled, funds, processes, balance, cancelled };
        Some(teller.settlement(&subject, &settlement))
    }

    /// How each fund came to its payment, from the trace made anew after the year's events before it; nothing where
    /// today's law gives other amounts than were decided.
    pub(super) fn processes(&self, year: &[Event], made: &Made) -> Vec<Process> {
        let benefits = &self.app.office.rules.benefits;
        let bill = made.bill.after(&BenefitYear::before(year, made.settlement), benefits);
        let mut outcome = Outcome::default();
        if benefits.adjudicate(&bill, &mut outcome).is_err() || outcome.amounts != made.amounts {
            return Vec::new();
        }
        let (text, day) = (Text::of(Lang::Zh), benefits.explain_day(&bill));
        let shares = benefits.fund_shares(&bill, &outcome).into_iter();
        let process = |share: benefit::FundShare| Process {
            info: process_info(text, &day, &share),
            fund: share.fund,
            limit: share.limit,
        };
        shares.map(process).collect()
    }
}

pub(super) fn person(records: &dyn Records, id: PersonId) -> Option<(agency::person::Person, String)> {
    let person = records.person(id)?;
    let unit = person.registered.unit.and_then(|unit| records.unit(unit));
    Some((person, unit.map_or_else(String::new, |unit| unit.registered.name)))
}

pub(super) fn made(year: &[Event], settlement: SettlementId) -> Option<Made> {
    year.iter().find_map(|event| match event {
        Event::SettlementMade(made) if made.settlement == settlement => Some((**made).clone()),
        _ => None,
    })
}

/// A settlement of a visit and what each fund pays, whichever region made it.
pub(super) fn made_and_funds(records: &dyn Records, visit: &Visit, settled: &Settled) -> Option<Told> {
    if settled.remote.is_some() {
        return settled_elsewhere(records, visit, settled);
    }
    let year = records.events(&StreamId::Year(visit.opened.person, settled.year));
    let made = made(&year, settled.settlement)?;
    let funds = funds_of(&year, settled.settlement);
    Some((made, funds))
}

/// The lines a message brought.
fn lines_of(records: &dyn Records, visit: VisitId, message: &str) -> Vec<FeeLine> {
    let found = records.events(&StreamId::Visit(visit)).into_iter().find_map(|event| match event {
        Event::Visit { what: VisitEvent::LinesAdded { lines, message: by }, .. } if by == message => {
            Some(lines)
        }
        _ => None,
    });
    found.unwrap_or_default()
}
