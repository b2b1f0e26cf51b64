//! Questions about people, providers and one visit.

use super::{Desk, Failed, LIST_MAX, person};
use ::interface::map::answer::{Subject, Teller};
use ::interface::map::ask;
use ::interface::{Nodes, Row};
use agency::person::Person;
use agency::settlement::BenefitYear;
use agency::visit::Visit;
use agency::{Records, SettlementId, StreamId};
use terms::{Day, Moment};

impl Desk<'_> {
    pub(super) fn look(&self, teller: &Teller<'_>, records: &dyn Records) -> Result<Nodes, Failed> {
        let unknown = |code: &str| self.refused(code);
        let row = self.row(match self.request.infno.as_str() {
            "1201" => "medinsinfo",
            _ => "data",
        })?;
        match self.request.infno.as_str() {
            "1101" => {
                let number = if row.text("mdtrt_cert_type") == "02" {
                    row.text("mdtrt_cert_no")
                } else {
                    row.text("certno")
                };
                let found = number.parse().ok().and_then(|citizen| records.person_by_citizen(&citizen));
                let (person, unit) = found
                    .and_then(|id| person(records, id))
                    .ok_or_else(|| unknown("visit/person-unknown"))?;
                if person.registered.name != row.text("psn_name") {
                    return Err(unknown("visit/person-differs"));
                }
                let balance = records.person_account(person.registered.person).balance();
                Ok(teller.person(&person, &unit, row.day("begntime").unwrap_or(teller.today), balance))
            }
            "1201" => {
                let provider =
                    records.provider_by_code(row.text("fixmedins_code")).and_then(|id| records.provider(id));
                let provider = provider.ok_or_else(|| unknown("provider/unknown"))?;
                Ok(teller.provider(&provider, &provider.registered.code))
            }
            "1901" => Ok(teller.dictionary(row.text("type"))),
            "5201" => {
                let (person, unit) =
                    person(records, ask::person(row)).ok_or_else(|| unknown("visit/person-unknown"))?;
                let subject = Subject { person: &person, unit: &unit, provider: self.provider };
                let (from, to) = (row.day("begntime"), row.day("endtime"));
                let wanted = |visit: &Visit| {
                    let day = visit.opened.begntime.day();
                    visit.opened.provider == self.provider.registered.provider
                        && from.is_none_or(|from| from <= day)
                        && to.is_none_or(|to| day <= to)
                        && (row.is_empty("mdtrt_id") || ask::visit(row) == visit.visit)
                };
                let visits =
                    records.visits_of(ask::person(row)).into_iter().filter_map(|id| records.visit(id));
                let visits: Vec<Visit> = visits.filter(wanted).take(LIST_MAX).collect();
                Ok(teller.visits(&subject, &visits))
            }
            "5206" => {
                let id = ask::person(row);
                let (person, _) = person(records, id).ok_or_else(|| unknown("visit/person-unknown"))?;
                let year = row.text("cum_ym").get(..4).and_then(|year| year.parse().ok());
                let year = year.unwrap_or(teller.today.year());
                let benefits = &self.app.office.rules.benefits;
                let used = BenefitYear::of(&records.events(&StreamId::Year(id, year))).so_far(benefits);
                let accumulators = benefits.accumulators().iter().enumerate();
                let used = accumulators.map(|(place, one)| (one.id.clone(), used.get(place)));
                let insutype =
                    person.insured_on(teller.today).next().map_or("310", |one| one.insutype.as_str());
                Ok(teller.accumulators(insutype, year, used))
            }
            "5205" => {
                let (person, unit) =
                    person(records, ask::person(row)).ok_or_else(|| unknown("visit/person-unknown"))?;
                let subject = Subject { person: &person, unit: &unit, provider: self.provider };
                let from = row.day("begntime").unwrap_or(Day::MIN);
                let to = row.day("endtime").unwrap_or(teller.today);
                let mut nodes = Nodes::default();
                let visits =
                    records.visits_of(ask::person(row)).into_iter().filter_map(|id| records.visit(id));
                let chronic = |visit: &Visit| {
                    visit.opened.provider == self.provider.registered.provider
                        && visit.med_type.is_some_and(|kind| self.app.office.rules.visits.is_chronic(kind))
                };
                for visit in visits.filter(chronic).take(LIST_MAX) {
                    teller.medicines(&mut nodes, &subject, &visit, (from, to));
                }
                Ok(nodes)
            }
            "5301" | "5302" => {
                let (person, _) =
                    person(records, ask::person(row)).ok_or_else(|| unknown("visit/person-unknown"))?;
                if self.request.infno == "5301" {
                    return Ok(teller.illnesses(&person));
                }
                let insutype = person.insured_on(teller.today).next().map(|one| one.insutype.clone());
                Ok(teller.places(&person, row.text("biz_appy_type"), insutype.as_deref()))
            }
            "5304" => {
                let (person, unit) =
                    person(records, ask::person(row)).ok_or_else(|| unknown("visit/person-unknown"))?;
                let subject = Subject { person: &person, unit: &unit, provider: self.provider };
                let from = row.day("begntime").unwrap_or(Day::MIN);
                let to = row.day("endtime").unwrap_or(teller.today);
                let own = self.provider.registered.provider;
                let mut nodes = Nodes::default();
                let filings =
                    records.filings_of(ask::person(row)).into_iter().filter_map(|id| records.filing(id));
                for filing in filings.filter(|filing| filing.cancelled.is_none()) {
                    let registered = &filing.registered;
                    let sent = registered.sent.as_ref().is_some_and(|sent| sent.provider == own);
                    // Who sent it and who is to take the person in see it, and nobody else.
                    if !(sent || registered.provider == Some(own))
                        || registered.filing_kind != "referral"
                        || registered.from > to
                        || registered.to.is_some_and(|last| last < from)
                    {
                        continue;
                    }
                    let place = registered.provider.and_then(|id| records.provider(id));
                    let place =
                        place.map_or_else(|| registered.region.clone(), |place| place.registered.name);
                    teller.referral(&mut nodes, &subject, &filing, &place);
                }
                Ok(nodes)
            }
            // 5202, 5203, 5204: about one visit of this provider.
            _ => {
                let visit = records.visit(ask::visit(row)).filter(|visit| {
                    visit.opened.provider == self.provider.registered.provider
                        && visit.opened.person == ask::person(row)
                });
                let visit = visit.ok_or_else(|| unknown("visit/unknown"))?;
                if self.request.infno == "5202" {
                    return Ok(teller.diagnoses(&visit));
                }
                let id = row.text("setl_id").parse().map(SettlementId).unwrap_or(SettlementId(0));
                let settled = visit.settlements.iter().find(|settled| settled.settlement == id);
                let settled = settled.ok_or_else(|| unknown("visit/settlement-unknown"))?;
                if self.request.infno == "5204" {
                    return Ok(teller.settled_lines(&visit, settled));
                }
                let cancelled = visit.cancelled.iter().find(|(one, ..)| *one == id).map(|(_, at, _)| *at);
                self.settlement(teller, records, &visit, settled, cancelled)
                    .ok_or_else(|| unknown("visit/settlement-unknown"))
            }
        }
    }

    /// 2001, by the insurance that counts: ours, or what the place of insurance says.
    pub(super) fn entitlement(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let day = row.day("begntime").unwrap_or(teller.today);
        let person = self.insured(ask::person(row), day)?;
        let barred = self.app.desk.store().with_records(|records| self.barred(records, row, &person, day))?;
        Ok(teller.entitlement(&person, row.text("insutype"), day, barred))
    }

    /// Why somebody insured is not entitled to this kind of visit here on this day, as a word of the messages.
    fn barred(&self, records: &dyn Records, row: &Row, person: &Person, day: Day) -> Option<&'static str> {
        let place = records.provider_by_code(row.text("fixmedins_code")).and_then(|id| records.provider(id));
        if !place.is_some_and(|place| place.designated_on(day)) {
            return Some("not-designated");
        }
        let kind = row.text("med_type").parse().ok()?;
        let illness = self.app.office.rules.visits.is_chronic(kind);
        (illness && !person.has_illness(row.text("dise_codg"), day)).then_some("no-illness")
    }

    pub(super) fn in_hospital(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let day_ms = 24 * 3_600_000;
        let from = row.day("begntime").unwrap_or(teller.today);
        let to = row.day("endtime").unwrap_or(teller.today);
        // Whole days: the last one to its end.
        let span = (Moment::at(from, 0, 0), Moment(Moment::at(to, 0, 0).0 + day_ms - 1));
        let limit = u32::try_from(LIST_MAX).unwrap_or(u32::MAX);
        let id = self.provider.registered.provider;
        let found = self.app.desk.store().read(|reader| reader.in_hospital(id, span, limit))?;
        let wanted = found.into_iter().filter(|one| row.is_empty("psn_no") || one.person == ask::person(row));
        let nodes = self.app.desk.store().with_records(|records| {
            let mut nodes = Nodes::default();
            for one in wanted {
                if let (Some(visit), Some((person, unit))) =
                    (records.visit(one.id), person(records, one.person))
                {
                    let subject = Subject { person: &person, unit: &unit, provider: self.provider };
                    teller.in_hospital(&mut nodes, &subject, &visit);
                }
            }
            nodes
        })?;
        Ok(nodes)
    }
}
