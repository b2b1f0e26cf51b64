//! Views answer what happened, and folding anew changes nothing.

mod books;
mod cases;
mod payments;

use super::VIEWS;
use crate::EntryPlace;
use crate::{Append, Options, RequestHash, Store};
use agency::certificate::Status;
use agency::visit::VisitEvent;
use agency::{
    AccountId, Actor, CaseId, CertificateId, Decision, Event, FilingId, Organisation, PersonId, ProviderId,
    StreamId, UnitId, VisitId, account, certificate, filing, person, provider, unit, visit,
};
use ledger::Turnover;
use terms::{Certainty, CitizenId, Dated, Day, Fen, Moment, Sex};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

struct Office {
    store: Store,
    dir: tempfile::TempDir,
}

impl Office {
    fn found() -> Office {
        let dir = tempfile::tempdir().unwrap();
        Office { store: Store::open(dir.path(), Options::default()).unwrap(), dir }
    }

    #[track_caller]
    fn happens(&self, stream: StreamId, event: Event) {
        let version = self.store.read(|reader| reader.version(&stream.to_string())).unwrap();
        let mut decision = Decision::default();
        decision.push(stream, u64::from(version), event);
        let append = Append::decided(decision, None, RequestHash::of(b""), Moment(0), "clock").unwrap();
        self.store.append(append).unwrap();
    }

    fn person(&self, number: u64, name: &str, unit: Option<u64>, parent: Option<u64>) {
        let serial = u16::try_from(number).unwrap();
        let registered = person::Registered {
            person: PersonId(number),
            name: name.to_owned(),
            citizen: CitizenId::compose(330_106, day("1980-05-01"), serial).unwrap(),
            address: "西湖区某路1号".to_owned(),
            unit: unit.map(UnitId),
            insurance: vec![],
            categories: vec![person::Category {
                category: "retired-cadre".to_owned(),
                from: day("2020-01-01"),
                to: None,
                proof: "离休证".to_owned(),
            }],
            parent: parent.map(PersonId),
            region: "330100".to_owned(),
        };
        self.happens(StreamId::Person(PersonId(number)), Event::PersonRegistered(registered));
    }

    /// One of everything.
    /// Another region, a message to it, one from it after a gap, a bill taken back before it came.
    fn furnish_regions(&self) {
        use agency::region::{Message, RegionEvent, RemoteEvent};
        let region = ledger::Word::known("990100");
        let (remote, on) = (ledger::Word::known("990100-7"), day("2026-10-09"));
        let between = |what| Event::Region { region, what: Box::new(what) };
        let joined = RegionEvent::Joined { name: "海曲".to_owned(), on };
        self.happens(StreamId::Region(region), between(joined));
        let sent = RegionEvent::Sent { number: 1, message: Box::new(Message::Cancelled { remote }) };
        self.happens(StreamId::Sent(region, 1), between(sent));
        let came = RegionEvent::Received { number: 3, message: "cancel".to_owned(), missing_from: Some(1) };
        self.happens(StreamId::Received(region, 3), between(came));
        let cancelled = RemoteEvent::Cancelled { partner: region, day: on };
        self.happens(StreamId::Remote(remote), Event::Remote { remote, what: Box::new(cancelled) });
    }

    fn furnish(&self) {
        self.banks();
        let today = day("2026-10-09");
        let opened = visit::Opened {
            person: PersonId(17),
            provider: ProviderId(5),
            setting: visit::Setting::Inpatient,
            insutype: "310".parse().unwrap(),
            med_type: None,
            begntime: Moment(1),
            number: "M1".to_owned(),
            details: visit::Details::new(),
            diagnoses: vec![],
            notes: vec![],
            message: "m".to_owned(),
        };
        let opened = VisitEvent::Opened(Box::new(opened));
        self.happens(StreamId::Visit(VisitId(9)), Event::Visit { visit: VisitId(9), what: opened });
        self.furnish_regions();
        self.happens(
            StreamId::Unit(UnitId(3)),
            Event::UnitRegistered(unit::Registered {
                unit: UnitId(3),
                name: "西湖区某局".to_owned(),
                code: "12100000400009880K".parse().unwrap(),
                unit_kind: "government-agency".to_owned(),
                district: "330106".to_owned(),
                address: "某路2号".to_owned(),
            }),
        );
        let liaison = unit::Liaison { account: AccountId(9), from: day("2026-01-01"), to: None };
        self.happens(StreamId::Unit(UnitId(3)), Event::LiaisonAppointed { unit: UnitId(3), liaison });
        self.person(16, "陈大荷", Some(3), None);
        self.person(17, "陈小荷", Some(3), Some(16));
        self.person(18, "王陈", None, None);
        let certificate = |number: u64, printed: &str| {
            Event::CertificateIssued(certificate::Issued {
                certificate: CertificateId(number),
                number: printed.to_owned(),
                person: PersonId(17),
                certificate_kind: "public-medical".to_owned(),
                on: today,
                case: CaseId(40),
            })
        };
        self.happens(StreamId::Certificate(CertificateId(21)), certificate(21, "33010600010422"));
        self.happens(
            StreamId::Certificate(CertificateId(21)),
            Event::CertificateStatus {
                certificate: CertificateId(21),
                status: Status::Lost,
                on: today.next(),
                reason: "reported-lost".to_owned(),
            },
        );
        self.happens(StreamId::Certificate(CertificateId(22)), certificate(22, "33010600010430"));
        self.happens(
            StreamId::Filing(FilingId(30)),
            Event::FilingRegistered(filing::Registered {
                filing: FilingId(30),
                person: PersonId(17),
                filing_kind: "referral".to_owned(),
                region: "310000".to_owned(),
                provider: Some(ProviderId(5)),
                from: today,
                to: None,
                case: Some(CaseId(41)),
                sent: None,
            }),
        );
        let actor = Actor {
            account: AccountId(9),
            name: "王敏".to_owned(),
            roles: ["window-officer".to_owned(), "cashier".to_owned()].into(),
            organisation: Organisation::Agency,
            title: None,
            person: None,
        };
        self.happens(
            StreamId::Account(AccountId(9)),
            Event::AccountOpened(account::Opened {
                login: "window".to_owned(),
                actor,
                password_hash: "secret-hash".to_owned(),
            }),
        );
        let sheet = agency::sheet::Filed {
            provider: ProviderId(5),
            sheet: agency::sheet::SheetKind::Department,
            key: "D1".to_owned(),
            details: [("hosp_dept_name".to_owned(), "内科".to_owned())].into(),
            tables: std::collections::BTreeMap::new(),
            message: "m".to_owned(),
            at: terms::Moment(0),
        };
        self.happens(sheet.stream(), Event::SheetFiled(Box::new(sheet)));
        let mut hospital: provider::Registered = serde_json::from_str(HOSPITAL).unwrap();
        hospital.provider = ProviderId(5);
        self.happens(StreamId::Provider(ProviderId(5)), Event::ProviderRegistered(hospital));
        let designation = |from: &str, to: Option<&str>| provider::Designation {
            from: day(from),
            to: to.map(day),
            article: "sil-2018/31".into(),
        };
        let designated = |designation| Event::ProviderDesignated { provider: ProviderId(5), designation };
        let stream = || StreamId::Provider(ProviderId(5));
        self.happens(stream(), designated(designation("2024-01-01", Some("2024-12-31"))));
        self.happens(stream(), designated(designation("2026-01-01", None)));
        self.happens(
            stream(),
            Event::ProviderDesignationEnded {
                provider: ProviderId(5),
                on: day("2026-06-30"),
                article: "sil-2018/31".into(),
            },
        );
        let suspended = r#"{"kind":"provider.suspended","provider":5,"suspension":{"from":"2026-03-01",
            "to":"2026-03-31","article":"nhsa-order-2/42","ground":"records-missing","case":1}}"#;
        self.happens(stream(), serde_json::from_str(suspended).unwrap());
        for (over, on) in [(false, "2026-06-01"), (true, "2026-07-01")] {
            let (last, on, article) = (day("2026-06-30"), day(on), "nhsa-order-2/41".into());
            self.happens(stream(), Event::ProviderTold { provider: ProviderId(5), last, over, on, article });
        }
        self.settles(50, 2026, "100.00", "60.00", None);
        self.settles(51, 2026, "30.50", "10.25", Some(41));
        self.posts(50, "2026-10-09", "60.00");
        self.opens(40, "2026-10-09", "certificate-new", "\"persons-unit\":\"unit/3\"");
        self.enters(40, "2026-10-09", "review", "2026-10-20");
        let step = "\"event\":\"step-done\",\"state\":\"review\",\"step\":\"seal\",\"decision\":\"approved\",\
            \"note\":\"\",\"facts\":{}";
        self.case(40, "2026-10-10", &format!("{step},{BY}"));
        let effect = "\"event\":\"effect-due\",\"effect\":\"issue-certificate\",\"cause\":\"review\",\
            \"article\":\"s0/3.1\"";
        self.case(40, "2026-10-10", effect);
        let scan = "\"event\":\"scan-added\",\"material\":\"photo\",\"scan\":{\"hash\":\"ab\",\"name\":\"a.png\",\
            \"media\":\"image/png\",\"bytes\":7}";
        self.case(40, "2026-10-10", &format!("{scan},{BY}"));
    }

    /// A settlement of person 17: what is charged, what the funds pay, of which case.
    fn settles(&self, settlement: u64, year: i32, charged: &str, fund: &str, case: Option<u64>) {
        let cash = charged.parse::<Fen>().unwrap().minus(fund.parse().unwrap()).unwrap();
        let case = case.map_or("null".to_owned(), |case| case.to_string());
        let made = MADE
            .replace("SETTLEMENT", &settlement.to_string())
            .replace("YEAR", &year.to_string())
            .replace("CHARGED", charged)
            .replace("FUND", fund)
            .replace("CASH", &cash.to_string())
            .replace("CASE", &case);
        self.happens(StreamId::Year(PersonId(17), year), serde_json::from_str(&made).unwrap());
    }

    /// An entry of person 17's year: what the fund owes provider 5.
    fn posts(&self, entry: u64, on: &str, amount: &str) {
        let posted = format!(
            "{{\"kind\":\"entry.posted\",\"id\":\"settlement/{entry}\",\"day\":\"{on}\",\"occasion\":\"settlement\",\
             \"decision\":\"settlement/{entry}\",\"reverses\":null,\"postings\":[\
             {{\"account\":\"fund:310100\",\"amount\":\"{amount}\"}},\
             {{\"account\":\"payable:5:310100\",\"amount\":\"-{amount}\"}}]}}"
        );
        self.happens(StreamId::Year(PersonId(17), 2026), serde_json::from_str(&posted).unwrap());
    }

    fn voids(&self, settlement: u64, year: i32) {
        let (on, reason) = (day("2026-10-20"), "asked".to_owned());
        let settlement = agency::SettlementId(settlement);
        let event = Event::SettlementVoided { settlement, person: PersonId(17), year, on, reason };
        self.happens(StreamId::Year(PersonId(17), year), event);
    }

    /// Something happens to a case, as JSON without its day.
    fn case(&self, case: u64, on: &str, what: &str) {
        let what = format!("{{\"kind\":\"case\",\"case\":{case},\"what\":{{{what},\"on\":\"{on}\"}}}}");
        self.happens(StreamId::Case(CaseId(case)), serde_json::from_str(&what).unwrap());
    }

    fn opens(&self, case: u64, on: &str, procedure: &str, parties: &str) {
        let what = format!(
            "\"event\":\"opened\",\"procedure\":\"{procedure}\",\"law\":\"abc\",\"subject\":\"person/17\",\
             \"capacity\":\"liaison\",\"parties\":{{{parties}}},\"facts\":{{}},{BY}"
        );
        self.case(case, on, &what);
    }

    fn enters(&self, case: u64, on: &str, state: &str, due: &str) {
        let due = dated(due);
        let what = format!("\"event\":\"entered\",\"state\":\"{state}\",\"way\":null,\"due\":{due}");
        self.case(case, on, &what);
    }

    fn dump(&self) -> String {
        self.store.read(|reader| reader.views_as_text()).unwrap()
    }
}

const BY: &str = r#""by":{"who":"account/9","role":"liaison","organisation":"unit/3"}"#;

fn dated(day: &str) -> String {
    let dated = Dated { day: day.parse().unwrap(), steps: vec![], certainty: Certainty::Settled };
    serde_json::to_string(&dated).unwrap()
}

const MADE: &str = r#"{"kind":"settlement.made","settlement":SETTLEMENT,"person":17,"provider":5,"year":YEAR,
    "bill":{"insutype":"310","psn_type":"11","category":"none","hardship":"none","account":"0.00",
    "account_past":"0.00","provider_kind":"hospital","hosp_lv":"3","admdvs":330106,"designated":true,
    "contracted":false,"med_type":"21","begndate":"2026-03-01","enddate":"2026-03-09","filing":"none","direct":true,
    "lines":[]},"amounts":{"medfee_sumamt":"CHARGED","fulamt_ownpay_amt":"0.00","overlmt_selfpay":"0.00",
    "preselfpay_amt":"0.00","inscp_scp_amt":"CHARGED","act_pay_dedc":"0.00","hifp_pay":"FUND","cvlserv_pay":"0.00",
    "hifes_pay":"0.00","hifmi_pay":"0.00","hifob_pay":"0.00","hifdm_pay":"0.00","maf_pay":"0.00","oth_pay":"0.00",
    "fund_pay_sumamt":"FUND","hosp_part_amt":"0.00","psn_part_amt":"CASH","acct_pay":"0.00","psn_cash_pay":"CASH"},
    "counted":{},"law":"abc","illustrative":false,"case":CASE,"on":"2026-10-09"}"#;

const HOSPITAL: &str = r#"{"provider":5,"code":"H33010600001","name":"某医院","provider_kind":"hospital",
    "hosp_lv":"3","region":"330100","refers":true}"#;

#[test]
fn folding_anew_gives_the_same_to_the_byte() {
    let office = Office::found();
    office.furnish();
    // A second day: the sums of the first are no longer the newest.
    office.posts(60, "2026-10-12", "1.00");
    office.posts(61, "2026-10-09", "2.00");
    office.voids(50, 2026);
    // Into a personal account, and not on a year of its holder.
    let credited = r#"{"kind":"entry.posted","id":"credit/1","day":"2026-10-12","occasion":"credit","decision":"credit/1",
        "reverses":null,"postings":[{"account":"cash","amount":"5.00"},{"account":"person-account:17","amount":"-5.00"}]}"#;
    office.happens(StreamId::PersonAccount(PersonId(17)), serde_json::from_str(credited).unwrap());
    let folded = office.dump();
    for view in VIEWS {
        for table in view.tables {
            assert!(folded.contains(&format!("{table}|")), "{table} is empty: furnish it");
        }
    }
    let (tell, told) = std::sync::mpsc::channel();
    office.store.rebuild_views(move |progress| tell.send(progress).unwrap()).unwrap();
    assert_eq!(office.dump(), folded);
    let last = told.into_iter().last().unwrap();
    assert_eq!(last.done, last.total);
}

#[test]
fn messages_wait_until_they_are_acknowledged_and_gaps_are_told() {
    use agency::region::RegionEvent;
    let office = Office::found();
    office.furnish();
    let region = ledger::Word::known("990100");
    let waiting = |office: &Office| office.store.read(|reader| reader.unacknowledged(&region, 10)).unwrap();
    assert_eq!(waiting(&office).iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1]);
    let missing = office.store.read(|reader| reader.missing_messages(&region, 10)).unwrap();
    assert_eq!(missing, [1, 2]);
    let heard = RegionEvent::Acknowledged { number: 1 };
    office.happens(StreamId::Sent(region, 1), Event::Region { region, what: Box::new(heard) });
    assert!(waiting(&office).is_empty());
    let back = office.store.read(|reader| reader.remotes_on(&region, day("2026-10-09"))).unwrap();
    assert_eq!(back, [ledger::Word::known("990100-7")]);
}

#[test]
fn views_of_another_shape_are_folded_anew_at_opening() {
    let office = Office::found();
    office.furnish();
    let folded = office.dump();
    let Office { store, dir } = office;
    drop(store);
    let file = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    file.execute_batch(
        "UPDATE meta SET value = 'another shape' WHERE name = 'views'; DROP TABLE view_person; \
         CREATE TABLE view_person (x); CREATE TABLE view_long_gone (x); DELETE FROM view_certificate",
    )
    .unwrap();
    drop(file);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    assert!(store.opening().refolded);
    let office = Office { store, dir };
    assert_eq!(office.dump(), folded);
    let gone = "SELECT count(*) FROM sqlite_schema WHERE name = 'view_long_gone'";
    let left: i64 =
        office.store.read(|reader| Ok(reader.connection().query_row(gone, [], |row| row.get(0))?)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn people_are_found_by_what_is_typed_or_scanned() {
    let office = Office::found();
    office.furnish();
    #[track_caller]
    fn check(office: &Office, text: &str, names: &[&str]) {
        let found = office.store.read(|reader| reader.find_people(text, 10)).unwrap();
        assert_eq!(found.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), names);
    }
    check(&office, "陈", &["陈大荷", "陈小荷", "王陈"]);
    check(&office, " 陈小 ", &["陈小荷"]);
    check(&office, "荷", &["陈大荷", "陈小荷"]);
    let citizen = CitizenId::compose(330_106, day("1980-05-01"), 16).unwrap();
    check(&office, citizen.as_str(), &["陈大荷"]);
    check(&office, "33010619800501", &["陈大荷", "陈小荷", "王陈"]);
    check(&office, "33010600010422", &["陈小荷"]);
    check(&office, "3301060001042", &[]);
    check(&office, "", &[]);
    check(&office, "%", &[]);
    check(&office, "' OR 1=1 --", &[]);
    let found = office.store.read(|reader| reader.find_people("陈", 1)).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id, found[0].unit, found[0].sex), (PersonId(16), Some(UnitId(3)), Sex::Female));
}

#[test]
fn what_happened_to_people_units_and_papers_is_answered() {
    let office = Office::found();
    office.furnish();
    let died = Event::PersonDied { person: PersonId(16), on: day("2026-10-10") };
    office.happens(StreamId::Person(PersonId(16)), died);
    let category = person::Category {
        category: "retired-cadre".to_owned(),
        from: day("2020-01-01"),
        to: Some(day("2026-10-09")),
        proof: String::new(),
    };
    let ended = Event::PersonCategorized { person: PersonId(18), category };
    office.happens(StreamId::Person(PersonId(18)), ended);
    let closed = Event::AccountClosed { account: AccountId(9) };
    let read = |day: Day| office.store.read(|reader| reader.count_categories(day)).unwrap();
    assert_eq!(read(day("2026-10-09")), [("retired-cadre".to_owned(), 3)]);
    assert_eq!(read(day("2026-10-10")), [("retired-cadre".to_owned(), 2)]);
    assert_eq!(read(day("2019-12-31")), []);
    office
        .store
        .read(|reader| {
            assert_eq!(reader.count_people()?, 3);
            assert_eq!(reader.person(PersonId(16))?.unwrap().died, Some(day("2026-10-10")));
            assert_eq!(reader.children_of(PersonId(16))?[0].id, PersonId(17));
            let of_unit = |words: &str, skip: u32| reader.people_of_unit(UnitId(3), words, skip, 1);
            let (count, rest) = of_unit("", 1)?;
            assert_eq!((count, rest[0].id), (2, PersonId(17)));
            assert_eq!(of_unit("没有这个人", 0)?, (0, vec![]));
            assert_eq!(reader.units_of_liaison(AccountId(9), day("2026-01-01"))?[0].id, UnitId(3));
            assert_eq!(reader.units_of_liaison(AccountId(9), day("2025-12-31"))?, []);
            assert_eq!(reader.unit_by_code("12100000400009880K")?.unwrap().name, "西湖区某局");
            assert_eq!(reader.find_units("某局", 0, 5)?.len(), 1);
            assert_eq!(reader.find_units("医院", 0, 5)?.len(), 0);
            let lost = reader.certificate_by_number("33010600010422")?.unwrap();
            assert_eq!((lost.status, lost.status_on), (Status::Lost, day("2026-10-10")));
            let held = reader.certificates_of(PersonId(17))?;
            assert_eq!(held.iter().map(|one| one.id.0).collect::<Vec<_>>(), [21, 22]);
            assert_eq!(reader.count_certificates()?, [("active".to_owned(), 1), ("lost".to_owned(), 1)]);
            assert_eq!(reader.filings_of(PersonId(17))?[0].provider, Some(ProviderId(5)));
            let designated = |on: &str| {
                Ok::<_, crate::ReadError>(reader.provider(ProviderId(5), day(on))?.unwrap().designated)
            };
            assert!(!designated("2023-12-31")?);
            assert!(designated("2024-12-31")?);
            assert!(!designated("2025-06-01")?);
            assert!(designated("2026-06-30")?);
            assert!(!designated("2026-07-01")?);
            let account = reader.account_by_login("window")?.unwrap();
            assert_eq!(account.opened_at, Moment(0));
            assert_eq!(account.roles, ["cashier", "window-officer"]);
            assert_eq!(reader.accounts_with_role("cashier", 5)?.len(), 1);
            assert_eq!(reader.accounts_with_role("cash", 5)?.len(), 0);
            Ok(())
        })
        .unwrap();
    office.happens(StreamId::Account(AccountId(9)), closed);
    office
        .store
        .read(|reader| {
            assert!(reader.account_by_login("window")?.unwrap().closed);
            assert_eq!(reader.accounts_with_role("cashier", 5)?, []);
            Ok(())
        })
        .unwrap();
    assert!(!office.dump().contains("secret-hash"));
}

#[test]
fn records_of_one_moment_are_what_decisions_see() {
    let office = Office::found();
    office.furnish();
    let citizen = CitizenId::compose(330_106, day("1980-05-01"), 17).unwrap();
    let (person, certificates, provider, version) = office
        .store
        .with_records(|records| {
            let person = records.person_by_citizen(&citizen).unwrap();
            (
                records.person(person).unwrap(),
                records.certificates_of(person),
                records.provider_by_code("H33010600001"),
                records.version(&StreamId::Person(PersonId(17))),
            )
        })
        .unwrap();
    assert_eq!(person.registered.name, "陈小荷");
    assert_eq!(certificates, [CertificateId(21), CertificateId(22)]);
    assert_eq!((provider, version), (Some(ProviderId(5)), 1));
}

#[test]
fn an_event_nobody_knows_is_an_error_not_a_gap() {
    let office = Office::found();
    office.furnish();
    let Office { store, dir } = office;
    drop(store);
    let file = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    let sql = "DROP TRIGGER event_is_fixed; UPDATE event SET body = CAST(x'00' || '{\"kind\":\"person.flew-away\"}' AS BLOB) WHERE kind = 'person.registered'";
    file.execute_batch(sql).unwrap();
    drop(file);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    let error = store.with_records(|records| records.person(PersonId(17)).is_some()).unwrap_err();
    assert!(error.to_string().contains("person.flew-away"), "{error}");
}

#[test]
fn settlements_are_found_by_person_and_case_and_their_year_adds_up() {
    let office = Office::found();
    office.furnish();
    office.settles(52, 2025, "7.00", "0.00", None);
    let year = |year| office.store.read(|reader| reader.year(PersonId(17), year)).unwrap();
    let fen = |text: &str| text.parse::<Fen>().unwrap();
    let before = year(2026);
    assert_eq!((before.settlements, before.medfee_sumamt), (2, fen("130.50")));
    assert_eq!((before.fund_pay_sumamt, before.psn_cash_pay), (fen("70.25"), fen("60.25")));
    office.voids(50, 2026);
    office.voids(50, 2026);
    assert_eq!(year(2026).medfee_sumamt, fen("30.50"), "voided twice, taken back once");
    assert_eq!((year(2026).settlements, year(2025).settlements, year(2024).settlements), (1, 1, 0));
    office
        .store
        .read(|reader| {
            let all = reader.settlements_of(PersonId(17), i64::MAX, 10)?;
            assert_eq!(all.iter().map(|one| one.id.0).collect::<Vec<_>>(), [52, 51, 50]);
            assert_eq!(reader.settlements_of(PersonId(17), all[0].seq, 1)?[0].id.0, 51);
            assert_eq!(reader.settlements_of(PersonId(1), i64::MAX, 10)?, [], "1 is not the 1 of 17");
            assert_eq!(reader.settlements_of_case(CaseId(41))?[0].id.0, 51);
            let voided = reader.settlement(agency::SettlementId(50))?.unwrap();
            assert_eq!(voided.voided_on, Some(day("2026-10-20")));
            assert_eq!(voided.fund_pay_sumamt, fen("60.00"));
            assert_eq!(reader.event(voided.seq)?.unwrap().kind, "settlement.made");
            assert_eq!(reader.latest_settlements(i64::MAX, 1)?[0].id.0, 52);
            assert_eq!(reader.count_settlements()?, 3);
            Ok(())
        })
        .unwrap();
    let folded = office.dump();
    office.store.rebuild_views(|_| {}).unwrap();
    assert_eq!(office.dump(), folded);
}

#[test]
fn views_folded_anew_beside_a_settlement_count_it_once() {
    let office = Office::found();
    office.furnish();
    // Both in one commit: a slow piece of work lets them gather.
    std::thread::scope(|scope| {
        let store = &office.store;
        scope.spawn(move || {
            store.write(|_| {
                std::thread::sleep(std::time::Duration::from_millis(100));
                Ok(())
            })
        });
        std::thread::sleep(std::time::Duration::from_millis(30));
        scope.spawn(|| office.settles(60, 2026, "1.00", "0.00", None));
        std::thread::sleep(std::time::Duration::from_millis(30));
        scope.spawn(|| office.store.rebuild_views(|_| {}).unwrap());
    });
    assert_eq!(office.store.read(|reader| reader.year(PersonId(17), 2026)).unwrap().settlements, 3);
}

#[test]
fn the_books_are_known_on_every_day() {
    let office = Office::found();
    office.posts(1, "2026-10-09", "60.00");
    office.posts(2, "2026-10-09", "1.50");
    office.posts(3, "2026-10-12", "3.00");
    let fen = |text: &str| text.parse::<Fen>().unwrap();
    let account = |path: &str| path.parse::<ledger::Account>().unwrap();
    office
        .store
        .read(|reader| {
            let payable = account("payable:5:310100");
            assert_eq!(reader.balance(&payable, day("2026-10-08"))?, Fen::ZERO);
            assert_eq!(reader.balance(&payable, day("2026-10-11"))?, fen("-61.50"));
            assert_eq!(reader.balance(&payable, day("2026-10-12"))?, fen("-64.50"));
            let moved = reader.days_of(&payable, day("2026-10-10"), Day::MAX)?;
            assert_eq!(moved, [(day("2026-10-12"), Turnover { debit: Fen::ZERO, credit: fen("3.00") })]);
            let page = reader.entries_on(
                &account("fund:310100"),
                EntryPlace::before(day("2026-10-10")),
                Day::MAX,
                9,
            )?;
            assert_eq!(page.iter().map(|row| row.entry.id.as_str()).collect::<Vec<_>>(), ["settlement/3"]);
            assert!(reader.event(page[0].seq)?.unwrap().body.contains("settlement/3"));
            Ok(())
        })
        .unwrap();
}

#[test]
fn visits_are_found_by_person_and_by_hospital() {
    let office = Office::found();
    office.furnish();
    let find = || {
        let span = (Moment(0), Moment(2));
        let look = |reader: &crate::Reader<'_>| {
            Ok((reader.visits_of(PersonId(17))?.len(), reader.in_hospital(ProviderId(5), span, 10)?.len()))
        };
        office.store.read(look).unwrap()
    };
    let happens =
        |what| office.happens(StreamId::Visit(VisitId(9)), Event::Visit { visit: VisitId(9), what });
    let message = || "m".to_owned();
    assert_eq!(find(), (1, 1));
    let (endtime, details, diagnoses) = (Moment(2), visit::Details::new(), vec![]);
    happens(VisitEvent::Discharged { endtime, details, diagnoses, message: message() });
    assert_eq!(find(), (1, 0));
    assert_eq!(
        office.store.read(|reader| reader.visit(VisitId(9))).unwrap().unwrap().endtime,
        Some(Moment(2))
    );
    happens(VisitEvent::DischargeCancelled { message: message() });
    assert_eq!(find(), (1, 1));
    happens(VisitEvent::Withdrawn { message: message() });
    assert_eq!(find(), (0, 0));
}
