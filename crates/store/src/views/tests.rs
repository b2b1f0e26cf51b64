//! Views answer what happened, and folding anew changes nothing.

use super::VIEWS;
use crate::{Append, Options, RequestHash, Store};
use agency::certificate::Status;
use agency::{
    AccountId, Actor, CaseId, CertificateId, Decision, Event, FilingId, Organisation, PersonId, ProviderId,
    StreamId, UnitId, account, certificate, filing, person, provider, unit,
};
use terms::{CitizenId, Day, Moment, Sex};

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
    fn furnish(&self) {
        let today = day("2026-10-09");
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
                case: CaseId(41),
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
    }

    fn dump(&self) -> String {
        self.store.read(|reader| reader.views_as_text()).unwrap()
    }
}

const HOSPITAL: &str = r#"{"provider":5,"code":"H33010600001","name":"某医院","provider_kind":"hospital",
    "hosp_lv":"3","region":"330100","refers":true}"#;

#[test]
fn folding_anew_gives_the_same_to_the_byte() {
    let office = Office::found();
    office.furnish();
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
            assert_eq!(reader.people_of_unit(UnitId(3), 1, 5)?[0].id, PersonId(17));
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
    let sql = "DROP TRIGGER event_is_fixed; UPDATE event SET body = '{\"kind\":\"person.flew-away\"}' WHERE kind = 'person.registered'";
    file.execute_batch(sql).unwrap();
    drop(file);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    let error = store.with_records(|records| records.person(PersonId(17)).is_some()).unwrap_err();
    assert!(error.to_string().contains("person.flew-away"), "{error}");
}
