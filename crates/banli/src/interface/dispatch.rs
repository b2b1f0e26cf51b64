//! One message: read it, ask the desk, tell what came of it.
//!
//! The answer to a message that changed something is told from the events, by its message id. So the same message sent
//! again, after a lost answer or a restart, gets the same answer and has no second effect.

use crate::desk::Declined;
use crate::process::process_info;
use crate::server::App;
use crate::text::{Lang, Text};
use ::interface::map::answer::{Process, Settlement, Subject, Teller, broken_identity};
use ::interface::map::ask;
use ::interface::{Decimal, Nodes, Request, Row, answer as written, fault};
use agency::provider::Provider;
use agency::settlement::{BenefitYear, Made, funds_of};
use agency::visit::{FeeLine, Settled, Visit, VisitEvent, preview, preview_purchase};
use agency::{
    AccountId, Actor, Command, Context, Event, Organisation, PersonId, Records, SettlementId, StreamId,
    VisitId,
};
use benefit::Outcome;
use store::{ReadError, RequestKey};
use terms::{Moment, Refusals};

/// The transactions that are answered with more than "not offered". A test holds that the book lists the same.
pub const SERVED: [&str; 36] = [
    "1101", "1201", "1901", "2001", "2101", "2102", "2103", "2201", "2202", "2203", "2204", "2205", "2206",
    "2207", "2208", "2301", "2302", "2303", "2304", "2305", "2401", "2402", "2403", "2404", "2405", "2601",
    "3201", "5201", "5202", "5203", "5204", "5206", "5303", "9001", "9002", "1312",
];

/// People in one answer about who lies in the hospital, visits of one person in one answer.
const LIST_MAX: usize = 500;

/// Why there is no output.
enum Failed {
    /// Words for `err_msg`.
    Told(String),
    Refused(Refusals),
}

impl From<ReadError> for Failed {
    fn from(error: ReadError) -> Failed {
        Failed::Told(error.to_string())
    }
}

/// The answer to a signed message of this provider, always in the protocol.
pub fn answer(app: &App, provider: &Provider, named: Option<&str>, body: &[u8]) -> String {
    let received = app.desk.now();
    let specification = &app.interface.specification;
    let stamp = |region: &str| written::Stamp::new(region, received, app.desk.now(), app.interface.next());
    let region = provider.registered.region.as_str();
    let request = match Request::read(specification, body, named) {
        Ok(request) => request,
        Err(refused) => {
            tracing::info!(
                infno = refused.infno,
                msgid = refused.msgid,
                faults = refused.faults.len(),
                "refused"
            );
            return written::faulty(&stamp(region), &refused.faults, specification);
        }
    };
    for remark in &request.remarks {
        tracing::debug!(msgid = request.msgid, node = remark.node, field = remark.field, oddity = ?remark.oddity, "odd");
    }
    if request.fixmedins_code != provider.registered.code {
        return written::failure(&stamp(region), "fixmedins_code: 与接口密钥所属机构不一致");
    }
    if !SERVED.contains(&request.infno.as_str()) {
        return written::failure(&stamp(region), &specification.words("not-offered", &request.infno));
    }
    let desk = Desk { app, provider, request: &request };
    match desk.output() {
        Ok(output) => written::success(&stamp(region), &output),
        Err(Failed::Told(why)) => written::failure(&stamp(region), &why),
        Err(Failed::Refused(refusals)) => written::failure(&stamp(region), &words(&refusals)),
    }
}

/// What the refusals say, each with its article, as much as `err_msg` holds.
fn words(refusals: &Refusals) -> String {
    let text = Text::of(Lang::Zh);
    let told = refusals.iter().map(|refusal| format!("{}［{}］", text.refusal(refusal).0, refusal.article));
    told.collect::<Vec<_>>().join("；")
}

/// One message at the desk.
struct Desk<'a> {
    app: &'a App,
    provider: &'a Provider,
    request: &'a Request,
}

impl Desk<'_> {
    fn output(&self) -> Result<String, Failed> {
        let Some(transaction) = self.app.interface.specification.transaction(&self.request.infno) else {
            return Err(Failed::Told(String::new()));
        };
        let teller = Teller {
            specification: &self.app.interface.specification,
            transaction,
            catalogue: self.app.office.rules.benefits.catalogue(),
            today: self.app.desk.now().day(),
        };
        let nodes = match ask::command(self.request).map_err(|faults| self.told(&faults))? {
            Some(command) => self.change(&teller, command)?,
            None => self.ask(&teller)?,
        };
        for fault in written::check(teller.specification, transaction, &nodes) {
            tracing::warn!(infno = self.request.infno, ?fault, "an answer is not as the tables have it");
        }
        if let Some(broken) = nodes.row("setlinfo").and_then(broken_identity) {
            tracing::error!(
                infno = self.request.infno,
                msgid = self.request.msgid,
                broken,
                "an identity does not hold"
            );
            return Err(Failed::Told(format!("identity: {broken}")));
        }
        Ok(written::output(transaction, &nodes))
    }

    fn told(&self, faults: &[::interface::Fault]) -> Failed {
        Failed::Told(fault::tell(faults, &self.app.interface.specification))
    }

    fn actor(&self) -> Actor {
        Actor {
            account: AccountId(0),
            name: self.provider.registered.name.clone(),
            roles: ["provider-system".to_owned()].into(),
            organisation: Organisation::Provider(self.provider.registered.provider),
            title: None,
            person: None,
        }
    }

    /// A message that changes something.
    fn change(&self, teller: &Teller<'_>, command: agency::visit::Command) -> Result<Nodes, Failed> {
        let key = RequestKey::new(format!("fsi/{}", self.request.msgid));
        let key = key.map_err(|error| Failed::Told(error.to_string()))?;
        let done = self.app.desk.submit(&self.actor(), Some(&key), &Command::Visit(command));
        let done = done.map_err(|declined| match declined {
            Declined::Refused(refusals) => Failed::Refused(refusals),
            Declined::KeyReused => Failed::Told("msgid: 该报文ID已用于其他内容".to_owned()),
            other => Failed::Told(other.to_string()),
        })?;
        let visit = done.streams().find_map(|stream| match stream {
            StreamId::Visit(visit) => Some(visit),
            _ => None,
        });
        let Some(visit) = visit else { return Ok(Nodes::default()) };
        let store = self.app.desk.store();
        store
            .with_records(|records| self.changed(teller, records, visit))?
            .ok_or_else(|| Failed::Told(String::new()))
    }

    /// What the message changed, told from the events.
    fn changed(&self, teller: &Teller<'_>, records: &dyn Records, id: VisitId) -> Option<Nodes> {
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

    fn settlement(
        &self,
        teller: &Teller<'_>,
        records: &dyn Records,
        visit: &Visit,
        settled: &Settled,
        cancelled: Option<Moment>,
    ) -> Option<Nodes> {
        let year = records.events(&StreamId::Year(visit.opened.person, settled.year));
        let made = made(&year, settled.settlement)?;
        let funds = funds_of(&year, settled.settlement);
        let (person, unit) = person(records, visit.opened.person)?;
        let subject = Subject { person: &person, unit: &unit, provider: self.provider };
        let processes = self.processes(&year, &made);
        let settlement =
            Settlement { visit, made: &made, settled, funds: &funds, processes: &processes, cancelled };
        Some(teller.settlement(&subject, &settlement))
    }

    /// How each fund came to its payment, from the trace made anew after the year's events before it; nothing where
    /// today's law gives other amounts than were decided.
    fn processes(&self, year: &[Event], made: &Made) -> Vec<Process> {
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

    /// A message that only asks.
    fn ask(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        match self.request.infno.as_str() {
            "2206" | "2303" => self.preview(teller),
            "2101" => self.preview_purchase(teller),
            "3201" => self.totals(teller),
            "5303" => self.in_hospital(teller),
            "9001" | "9002" => self.sign(teller),
            "1312" => Ok(self.catalogue(teller)),
            _ => self.app.desk.store().with_records(|records| self.look(teller, records))?,
        }
    }

    fn row(&self, node: &str) -> Result<&Row, Failed> {
        self.request.input.row(node).ok_or_else(|| Failed::Told(node.to_owned()))
    }

    fn look(&self, teller: &Teller<'_>, records: &dyn Records) -> Result<Nodes, Failed> {
        let unknown = |code: &str| Failed::Refused(vec![self.app.office.rules.grounds.refuse(code)]);
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
                Ok(teller.person(&person, &unit, row.day("begntime").unwrap_or(teller.today)))
            }
            "1201" => {
                let provider =
                    records.provider_by_code(row.text("fixmedins_code")).and_then(|id| records.provider(id));
                let provider = provider.ok_or_else(|| unknown("provider/unknown"))?;
                Ok(teller.provider(&provider, &provider.registered.code))
            }
            "1901" => Ok(teller.dictionary(row.text("type"))),
            "2001" => {
                let (person, _) =
                    person(records, ask::person(row)).ok_or_else(|| unknown("visit/person-unknown"))?;
                let day = row.day("begntime").unwrap_or(teller.today);
                Ok(teller.entitlement(&person, row.text("insutype"), day))
            }
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

    fn with_context<T>(
        &self,
        look: impl FnOnce(&dyn Records, &mut Context<'_>) -> Result<T, Refusals>,
    ) -> Result<T, Failed> {
        let actor = self.actor();
        let decided = self.app.desk.store().with_records(|records| {
            let ids = agency::Ids::default();
            let mut context =
                Context { rules: &self.app.office.rules, actor: &actor, now: self.app.desk.now(), ids };
            look(records, &mut context)
        })?;
        decided.map_err(Failed::Refused)
    }

    fn preview(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let asked = ask::settle(self.request).map_err(|faults| self.told(&faults))?;
        self.with_context(|records, context| {
            let visit = records.visit(asked.visit).filter(|visit| {
                visit.opened.provider == self.provider.registered.provider
                    && visit.opened.person == asked.person
            });
            let visit = visit.ok_or_else(|| vec![context.refuse("visit/unknown")])?;
            let seen = preview(records, context, &visit, &asked)?;
            let (person, unit) =
                person(records, asked.person).ok_or_else(|| vec![context.refuse("visit/person-unknown")])?;
            let subject = Subject { person: &person, unit: &unit, provider: self.provider };
            let (made, settled, funds) = (&seen.made, &seen.settled, &seen.funds);
            let processes = self.processes(&records.events(&StreamId::Year(made.person, made.year)), made);
            let processes = &processes;
            let settlement = Settlement { visit: &visit, made, settled, funds, processes, cancelled: None };
            Ok(teller.settlement(&subject, &settlement))
        })
    }

    fn preview_purchase(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let asked = ask::purchase(self.request).map_err(|faults| self.told(&faults))?;
        self.with_context(|records, context| {
            let (visit, seen) = preview_purchase(records, context, &asked)?;
            let (person, unit) = person(records, asked.open.person)
                .ok_or_else(|| vec![context.refuse("visit/person-unknown")])?;
            let subject = Subject { person: &person, unit: &unit, provider: self.provider };
            let (made, settled, funds) = (&seen.made, &seen.settled, &seen.funds);
            let processes = self.processes(&records.events(&StreamId::Year(made.person, made.year)), made);
            let processes = &processes;
            let settlement = Settlement { visit: &visit, made, settled, funds, processes, cancelled: None };
            let mut nodes = teller.settlement(&subject, &settlement);
            teller.lines(visit.lines.iter().map(|kept| &kept.line), "detlcutinfo", &mut nodes);
            Ok(nodes)
        })
    }

    fn in_hospital(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
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

    /// The provider's totals of a span of days beside the office's.
    fn totals(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let id = self.provider.registered.provider;
        let (from, to) = (
            row.day("stmt_begndate").unwrap_or(teller.today),
            row.day("stmt_enddate").unwrap_or(teller.today),
        );
        let ours = self.app.desk.store().read(|reader| reader.provider_totals(id, (from, to)))?;
        let zero = Decimal::default();
        let compared = [
            ("medfee_sumamt", Decimal::from(ours.medfee_sumamt)),
            ("fund_pay_sumamt", Decimal::from(ours.fund_pay_sumamt)),
            ("acct_pay", Decimal::from(ours.acct_pay)),
            ("fixmedins_setl_cnt", Decimal::new(i64::from(ours.settlements), 0)),
        ];
        let differing: Vec<(&str, Decimal, Decimal)> = compared
            .into_iter()
            .map(|(name, ours)| (name, row.number(name).unwrap_or(zero), ours))
            .filter(|(_, sent, ours)| sent != ours)
            .collect();
        Ok(teller.totals(&self.provider.registered.region, &differing))
    }

    /// Signing in gives a number that only this office can have made; signing out shows it again.
    fn sign(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let now = self.app.desk.now();
        let number = |time: &str, opter: &str| {
            let words = format!("{}|{opter}|{time}", self.provider.registered.code);
            let proof = self.app.interface.secrets.derived("sign-in", &words);
            format!("S{time}{}", proof.get(..15).unwrap_or(&proof))
        };
        if self.request.infno == "9001" {
            let row = self.row("signIn")?;
            let time = written::compact(now);
            return Ok(teller.signed(now, &number(&time[..14], row.text("opter_no"))));
        }
        let row = self.row("signOut")?;
        let sent = row.text("sign_no");
        let time = sent.get(1..15).unwrap_or("");
        if number(time, row.text("opter_no")) != sent {
            return Err(Failed::Told("sign_no: 没有这次签到".to_owned()));
        }
        Ok(teller.signed(now, sent))
    }

    /// A page of the catalogue.
    fn catalogue(&self, teller: &Teller<'_>) -> Nodes {
        let empty = Nodes::default();
        let Ok(row) = self.row("data") else { return empty };
        let number = |name: &str| {
            row.number(name).and_then(|number| number.units(0)).and_then(|n| usize::try_from(n).ok())
        };
        let size = number("page_size").unwrap_or(100).clamp(1, LIST_MAX);
        let skip = number("page_num").unwrap_or(1).saturating_sub(1).saturating_mul(size);
        let day = row.day("query_date").unwrap_or(teller.today);
        let fits = |sent: &str, ours: &str| sent.is_empty() || sent == ours;
        let items = self.app.office.rules.benefits.catalogue().items().iter().filter(|item| {
            item.holds_on(day)
                && fits(row.text("hilist_code"), &item.hilist_code)
                && fits(row.text("list_type"), &item.list_type.to_string())
                && item.name.contains(row.text("hilist_name"))
        });
        teller.items(
            items.skip(skip).take(size),
            self.app.office.rules.law.pack().region.as_deref().unwrap_or(""),
        )
    }
}

fn person(records: &dyn Records, id: PersonId) -> Option<(agency::person::Person, String)> {
    let person = records.person(id)?;
    let unit = person.registered.unit.and_then(|unit| records.unit(unit));
    Some((person, unit.map_or_else(String::new, |unit| unit.registered.name)))
}

fn made(year: &[Event], settlement: SettlementId) -> Option<Made> {
    year.iter().find_map(|event| match event {
        Event::SettlementMade(made) if made.settlement == settlement => Some((**made).clone()),
        _ => None,
    })
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
