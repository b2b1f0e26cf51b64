//! What cases bring about outside themselves, played in an office in memory under the packs' own law.

mod agents;
mod by_itself;
mod filings;
mod origins;
mod place;
mod relief;
mod reserves;

use super::*;
use crate::certificate::Status;
use crate::person::{Category, Insurance};
use crate::testing::{day, rules};
use crate::{
    AccountId, Actor, CaseId, CertificateId, Context, Decision, Event, FilingId, IdKind, Ids, Memory,
    Organisation, PersonId, ProviderId, Records, StreamId, Unique, UnitId, account, authority, filing,
    person, provider, unit,
};
use case::{Action, Completion, Decided, Piece, Presented, Procedure};
use std::collections::BTreeMap;
use terms::{CitizenId, Day, Fact, Facts, Fen, Moment, Refusals, UnitCode};

const CADRE: PersonId = PersonId(1);
const AGENT: PersonId = PersonId(2);
const CHILD: PersonId = PersonId(3);
const PARENT: PersonId = PersonId(4);
const UNIT: UnitId = UnitId(1);
const SHANGHAI: ProviderId = ProviderId(1);
const BEIJING: ProviderId = ProviderId(2);

/// A number of somebody born on this day.
fn citizen(birth: &str, serial: u16) -> CitizenId {
    CitizenId::compose(330_106, day(birth), serial).unwrap()
}

/// An office in memory; the day is set by hand.
struct Office {
    records: Memory,
    ids: Ids,
    today: Day,
}

impl Office {
    fn new(today: &str) -> Office {
        let mut office = Office { records: Memory::default(), ids: Ids::default(), today: day(today) };
        let code = UnitCode::compose("11330106000000001").unwrap();
        let registered = unit::Registered {
            unit: UNIT,
            name: "某局".into(),
            code: code.clone(),
            unit_kind: "government-agency".into(),
            district: "330106".into(),
            address: "某路1号".into(),
        };
        office.take(Unique::UnitCode, code.as_str(), &StreamId::Unit(UNIT));
        office.happens(StreamId::Unit(UNIT), Event::UnitRegistered(registered));
        office.person(CADRE, citizen("1931-05-01", 1), Some(UNIT), None, &["retired-cadre"]);
        office.person(AGENT, citizen("1965-03-02", 2), None, None, &[]);
        office.person(PARENT, citizen("1990-06-01", 4), Some(UNIT), None, &[]);
        office.person(CHILD, citizen("2018-09-09", 3), None, Some(PARENT), &["staff-child"]);
        for (provider, region) in [(SHANGHAI, "310101"), (BEIJING, "110101")] {
            let registered = provider::Registered {
                provider,
                code: format!("H{region}{:05}", provider.0),
                name: format!("演示医院{provider}"),
                provider_kind: "hospital".into(),
                hosp_lv: "2".into(),
                region: region.into(),
                refers: false,
            };
            office.happens(StreamId::Provider(provider), Event::ProviderRegistered(registered));
        }
        office
    }

    fn happens(&mut self, stream: StreamId, event: Event) {
        let mut decision = Decision::default();
        let version = (&self.records as &dyn Records).version(&stream);
        decision.push(stream, version, event);
        assert!(self.records.append(&decision.appends));
    }

    fn take(&mut self, unique: Unique, value: &str, by: &StreamId) {
        let event = Event::UniqueTaken { unique, value: value.into(), by: by.to_string() };
        self.happens(StreamId::Unique(unique, value.into()), event);
    }

    fn person(
        &mut self,
        person: PersonId,
        citizen: CitizenId,
        unit: Option<UnitId>,
        parent: Option<PersonId>,
        categories: &[&str],
    ) {
        let category = |id: &&str| Category {
            category: (*id).into(),
            from: day("2020-01-01"),
            to: None,
            proof: "证明".into(),
        };
        let insurance =
            Insurance { insutype: "310".into(), psn_type: "1101".into(), from: day("2015-01-01"), to: None };
        let registered = person::Registered {
            person,
            name: format!("某人{person}"),
            citizen,
            address: "某路2号".into(),
            unit,
            insurance: vec![insurance],
            categories: categories.iter().map(category).collect(),
            parent,
            region: "330100".into(),
        };
        self.happens(StreamId::Person(person), Event::PersonRegistered(registered));
    }

    fn certificate(&mut self, id: u64, person: PersonId) {
        let issued = crate::certificate::Issued {
            certificate: CertificateId(id),
            number: crate::certificate::number("330106", id),
            person,
            certificate_kind: "public-medical".into(),
            on: day("2024-03-01"),
            case: CaseId(900),
        };
        self.happens(StreamId::Certificate(CertificateId(id)), Event::CertificateIssued(issued));
        for _ in 0..id {
            self.ids.take(IdKind::Certificate);
        }
    }

    fn account(&mut self, id: u64, login: &str, organisation: Organisation) {
        let actor = somebody(id, "liaison", organisation, None);
        let opened = account::Opened { login: login.into(), actor, password_hash: "!".into() };
        let stream = StreamId::Account(AccountId(id));
        self.take(Unique::Login, login, &stream);
        self.happens(stream, Event::AccountOpened(opened));
    }

    fn decide(&mut self, actor: &Actor, command: &crate::Command) -> Result<Decision, Refusals> {
        let now = Moment::at(self.today, 10, 0);
        let mut context = Context { rules: rules(), actor, now, ids: self.ids.clone() };
        let decision = crate::decide(&self.records, &mut context, command)?;
        self.ids = context.ids;
        assert!(self.records.append(&decision.appends));
        Ok(decision)
    }

    fn open(&mut self, actor: &Actor, open: Open) -> Result<CaseId, Refusals> {
        let decision = self.decide(actor, &crate::Command::Case(Command::Open(Box::new(open))))?;
        let case = decision.appends.iter().find_map(|append| match append.stream {
            StreamId::Case(case) => Some(case),
            _ => None,
        });
        Ok(case.unwrap())
    }

    #[track_caller]
    fn act(&mut self, actor: &Actor, case: CaseId, action: Action) {
        let command = Command::Act { case, action: Box::new(action) };
        self.decide(actor, &crate::Command::Case(command)).unwrap_or_else(|refusals| panic!("{refusals:?}"));
    }

    /// A whole case at the counter: every paper, acceptance, then each step approved by who may.
    #[track_caller]
    fn runs(
        &mut self,
        procedure: &str,
        subject: PersonId,
        facts: &[(&str, Fact)],
        steps: &[Done<'_>],
    ) -> CaseId {
        let facts = facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect();
        let rule = rules().procedures.get(procedure).unwrap();
        let materials = papers(rule, None);
        let capacity = if subject == CHILD { "guardian" } else { "self" }.to_owned();
        let asked = Open { facts, materials, capacity, ..asked(procedure, subject) };
        let case = self.open(&window(), asked).unwrap_or_else(|refusals| panic!("{refusals:?}"));
        self.act(&window(), case, Action::Accept);
        for done in steps {
            let step = rule.states.iter().find_map(|state| state.step(done.step)).unwrap();
            let actor = if step.owner.role == "reviewer" { reviewer() } else { window() };
            let found = done.facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect();
            let completion = Completion {
                facts: found,
                materials: papers(rule, Some(done.step)),
                ..Completion::approve(done.step)
            };
            self.act(&actor, case, Action::Complete(completion));
        }
        case
    }

    fn records(&self) -> &dyn Records {
        &self.records
    }

    fn facts(&self, procedure: &str, subject: PersonId, on: &str) -> Facts {
        let rule = rules().procedures.get(procedure).unwrap();
        registry_facts(&self.records, rules(), rule, subject, &CaseFile::default(), day(on))
    }
}

/// A step as it is approved.
struct Done<'a> {
    step: &'a str,
    facts: &'a [(&'a str, Fact)],
}

fn step(step: &str) -> Done<'_> {
    Done { step, facts: &[] }
}

fn asked(procedure: &str, subject: PersonId) -> Open {
    Open {
        procedure: procedure.to_owned(),
        subject,
        capacity: "self".to_owned(),
        parties: BTreeMap::new(),
        facts: Facts::new(),
        materials: Vec::new(),
        claim: None,
        stand_in: None,
    }
}

/// Every paper asked for at this step (the counter where none), as it should be.
fn papers(procedure: &Procedure, at: Option<&str>) -> Vec<Presented> {
    let asked = procedure.materials.iter().filter(|material| material.at.as_deref() == at);
    asked
        .map(|material| {
            let piece = Piece {
                original: true,
                copies: 1,
                filled_by: material.filled_by.clone(),
                seals: material.sealed_by.iter().cloned().collect(),
                stamps: material.stamp.iter().cloned().collect(),
                ..Piece::default()
            };
            Presented { material: material.id.clone(), pieces: vec![piece] }
        })
        .collect()
}

fn somebody(account: u64, role: &str, organisation: Organisation, person: Option<PersonId>) -> Actor {
    Actor {
        account: AccountId(account),
        name: format!("某员{account}"),
        roles: [role.to_owned()].into(),
        organisation,
        title: None,
        person,
    }
}

fn window() -> Actor {
    somebody(1, "window-officer", Organisation::Agency, None)
}

fn reviewer() -> Actor {
    somebody(2, "reviewer", Organisation::Agency, None)
}

fn citizen_signed_in(person: PersonId) -> Actor {
    somebody(100 + person.0, "insured-person", Organisation::Public, Some(person))
}

fn code(word: &str) -> Fact {
    Fact::Code(word.to_owned())
}

fn text(words: &str) -> Fact {
    Fact::Text(words.to_owned())
}

fn on(date: &str) -> Fact {
    Fact::Day(day(date))
}

#[track_caller]
fn check_refused<T: std::fmt::Debug>(answer: Result<T, Refusals>, code: &str) {
    let refusals = answer.unwrap_err();
    let codes: Vec<&str> = refusals.iter().map(|refusal| refusal.code.as_str()).collect();
    assert!(codes.contains(&code), "{code} is not in {codes:?}");
    let refusal = refusals.iter().find(|refusal| refusal.code == code).unwrap();
    assert!(rules().law.article(&refusal.article.0).is_some(), "{code} rests on {}", refusal.article);
}

fn statuses(office: &Office, person: PersonId) -> Vec<Status> {
    let all = office.records().certificates_of(person).into_iter();
    all.map(|id| office.records().certificate(id).unwrap().status).collect()
}

fn filed(office: &mut Office, from: &str, to: Option<&str>, kind: &str) {
    let registered = filing::Registered {
        filing: FilingId(office.ids.take(IdKind::Filing)),
        person: CADRE,
        filing_kind: kind.into(),
        region: "310101".into(),
        provider: Some(SHANGHAI),
        from: day(from),
        to: to.map(day),
        case: Some(CaseId(900)),
        sent: None,
    };
    office.happens(StreamId::Filing(registered.filing), Event::FilingRegistered(registered));
}

#[test]
fn an_exchange_cancels_the_old_number_for_ever_and_gives_another() {
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CADRE);
    let reason = [("exchange.reason", code("full"))];
    office.runs("certificate-exchange", CADRE, &reason, &[step("review"), step("exchange")]);
    assert_eq!(statuses(&office, CADRE), [Status::Cancelled, Status::Active]);
    office.runs("certificate-exchange", CADRE, &reason, &[step("review"), step("exchange")]);
    assert_eq!(statuses(&office, CADRE), [Status::Cancelled, Status::Cancelled, Status::Active]);
    let certificates = office.records().certificates_of(CADRE);
    let numbers: std::collections::BTreeSet<String> =
        certificates.into_iter().map(|id| office.records().certificate(id).unwrap().issued.number).collect();
    assert_eq!(numbers.len(), 3, "a number came back: {numbers:?}");
}

#[test]
fn only_what_the_application_names_is_changed() {
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CADRE);
    let what = Fact::Codes(vec!["name".into()]);
    let facts =
        [("change.what", what), ("change.name", text("陈新荷")), ("change.address", text("不相干的住址"))];
    office.runs("certificate-change", CADRE, &facts, &[step("review")]);
    let person = office.records().person(CADRE).unwrap().registered;
    assert_eq!((person.name.as_str(), person.address.as_str()), ("陈新荷", "某路2号"));
    assert_eq!(person.unit, Some(UNIT));
}

#[test]
fn a_death_stops_the_certificate_and_ends_the_category_the_day_before() {
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CADRE);
    let facts = [("stop.reason", code("death")), ("stop.on", on("2026-11-10"))];
    office.runs("certificate-stop", CADRE, &facts, &[step("review")]);
    assert_eq!(statuses(&office, CADRE), [Status::Stopped]);
    let person = office.records().person(CADRE).unwrap();
    assert_eq!(person.died, Some(day("2026-11-10")));
    let served = |date| rules().categories.is_served(&person, day(date));
    assert!(served("2026-11-09") && !served("2026-11-10"));
    let active = |date| office.facts("certificate-exchange", CADRE, date)["certificate.active"].clone();
    assert_eq!(active("2026-11-17"), Fact::Flag(false));
}

#[test]
fn a_category_that_runs_out_stops_the_certificate_by_itself() {
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CHILD);
    let category = Category {
        category: "staff-child".into(),
        from: day("2020-01-01"),
        to: Some(day("2026-11-30")),
        proof: "户口簿".into(),
    };
    office.happens(StreamId::Person(CHILD), Event::PersonCategorized { person: CHILD, category });
    let fact = |name: &str, date| office.facts("certificate-stop", CHILD, date)[name].clone();
    assert_eq!(fact("certificate.active", "2026-11-30"), Fact::Flag(true));
    assert_eq!(fact("certificate.stopped", "2026-11-30"), Fact::Flag(false));
    assert_eq!(fact("certificate.active", "2026-12-01"), Fact::Flag(false));
    assert_eq!(fact("certificate.stopped", "2026-12-01"), Fact::Flag(true));
}

#[test]
fn a_category_is_granted_with_its_days_and_its_proof() {
    let mut office = Office::new("2026-11-17");
    let facts = [
        ("grant.category", code("disabled-soldier")),
        ("grant.grade", code("second-b")),
        ("grant.to", on("2027-11-16")),
    ];
    let found = [("grant.from", on("2026-11-18")), ("grant.proof", text("残疾军人证0042"))];
    office.runs("category-grant", PARENT, &facts, &[Done { step: "review", facts: &found }]);
    let person = office.records().person(PARENT).unwrap();
    let served = |date| rules().categories.is_served(&person, day(date));
    assert!(!served("2026-11-17") && served("2026-11-18"));
    assert!(served("2027-11-16") && !served("2027-11-17"));
    assert_eq!(person.registered.categories[0].proof, "残疾军人证0042");
}

#[test]
fn a_new_liaison_officer_takes_over_on_their_first_day() {
    let mut office = Office::new("2026-11-17");
    office.account(7, "old", Organisation::Unit(UNIT));
    office.account(8, "new", Organisation::Unit(UNIT));
    office.account(9, "stranger", Organisation::Unit(UnitId(2)));
    let liaison = unit::Liaison { account: AccountId(7), from: day("2024-01-01"), to: None };
    office.happens(StreamId::Unit(UNIT), Event::LiaisonAppointed { unit: UNIT, liaison });
    let facts = |login: &str| {
        [
            ("liaison.login", text(login)),
            ("liaison.from", on("2026-12-01")),
            ("liaison.replaces", Fact::Flag(true)),
        ]
    };
    office.runs("liaison-appoint", PARENT, &facts("new"), &[step("review")]);
    let unit = office.records().unit(UNIT).unwrap();
    let is = |account, date| unit.is_liaison(AccountId(account), day(date));
    assert!(is(7, "2026-11-30") && !is(7, "2026-12-01"));
    assert!(!is(8, "2026-11-30") && is(8, "2026-12-01"));
    // Somebody of another unit cannot be named.
    let case = office.runs("liaison-appoint", PARENT, &facts("stranger"), &[]);
    let command = Command::Act { case, action: Box::new(Action::Complete(Completion::approve("review"))) };
    check_refused(office.decide(&reviewer(), &crate::Command::Case(command)), "unit/no-such-liaison");
}

#[test]
fn rejecting_voices_do_not_grant() {
    // A rejected step brings about nothing.
    let mut office = Office::new("2026-11-17");
    office.certificate(1, CADRE);
    let case = office.runs("certificate-exchange", CADRE, &[("exchange.reason", code("full"))], &[]);
    let no = Completion {
        decision: Decided::Rejected,
        note: "旧本尚可使用".into(),
        ..Completion::approve("review")
    };
    office.act(&reviewer(), case, Action::Complete(no));
    assert_eq!(statuses(&office, CADRE), [Status::Active]);
}

#[test]
fn an_organisation_that_nobody_registered_is_no_party() {
    let mut office = Office::new("2026-11-17");
    let naming = |party: &str| Open {
        parties: BTreeMap::from([("referring-hospital".to_owned(), party.to_owned())]),
        ..asked("referral", CADRE)
    };
    for nobody in ["provider/99", "no-stream", ""] {
        check_refused(office.open(&window(), naming(nobody)), "case/party-unknown");
    }
    let case = office.open(&window(), naming("provider/1")).unwrap();
    let file = CaseFile::of(&office.records().events(&StreamId::Case(case)));
    assert_eq!(file.state.parties["referring-hospital"], "provider/1");
}
