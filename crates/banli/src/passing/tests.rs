use super::*;
use crate::clock::Clock;
use crate::office::Office;
use crate::packs::{PacksArgs, embedded};
use agency::casework::Open;
use agency::person::Registered;
use agency::{AccountId, CaseId, Decision, Event, Organisation, PersonId, ProviderId, StreamId, UnitId};
use case::{CaseEvent, Cause, Position};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use store::{Append, RequestHash, Store};
use terms::{Facts, Moment};

/// The last Wednesday of a year whose follower has no notice on holidays yet.
const OPENED: &str = "2026-12-30";
const PATH: &str = "hangzhou/procedures/wish.toml";
/// A procedure of this test's own.
const WISH: &str = r#"
id = "wish"
name = { zh = "愿望", en = "Wish" }
gist = { zh = "试验用", en = "For a test" }
article = "practice/steps"
from = "2024-01-01"
forms = ["person"]
applicant = [{ capacity = "self", article = "practice/steps" }]
intake = { role = "window-officer", organisation = "agency", clock = { span = { count = 1, unit = "working-days" }, article = "practice/steps" }, to = "review", article = "practice/steps" }
correction = { span = { count = 10, unit = "working-days" }, then = "lapsed", article = "practice/steps" }
clock = [{ id = "handling", name = { zh = "十日", en = "Ten days" }, starts = "opened", span = { count = 10, unit = "working-days" }, article = "practice/steps" }]
outcome = [
    { id = "done", name = { zh = "办成", en = "Done" }, ends = "granted", article = "practice/steps" },
    { id = "refused", name = { zh = "不予", en = "Refused" }, ends = "refused", article = "practice/steps" },
    { id = "lapsed", name = { zh = "逾期", en = "Lapsed" }, ends = "lapsed", article = "practice/steps" },
    { id = "withdrawn", name = { zh = "撤回", en = "Withdrawn" }, ends = "withdrawn", article = "practice/steps" },
]

[[state]]
id = "review"
name = { zh = "审核", en = "Review" }
clock = { span = { count = 5, unit = "working-days" }, article = "practice/steps" }
on = { passed = "done", rejected = "refused" }
step = [{ id = "review", name = { zh = "审核", en = "Review" }, role = "reviewer", organisation = "agency", act = "decide", apart_from = ["apply", "intake"], article = "practice/steps" }]
"#;
/// Made up for this test: the first days of 2027.
pub(crate) const NOTICE: &str = "[[notice]]\nyear = 2027\nsource = \"made up for a test\"\n\n[[notice.holiday]]\n\
    name = { zh = \"元旦\", en = \"New Year\" }\nfrom = \"2027-01-01\"\nto = \"2027-01-03\"\n";

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Writes the packs as built in, with a change.
pub(crate) fn packs(folder: &Path, change: impl Fn(&mut policy::Files)) -> PacksArgs {
    let mut files = embedded().unwrap();
    files.insert(PATH.into(), WISH.into());
    change(&mut files);
    for (path, text) in &files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    PacksArgs { folder: Some(folder.to_owned()), ..PacksArgs::default() }
}

fn actor(account: u64, role: &str) -> Actor {
    Actor {
        account: AccountId(account),
        name: role.to_owned(),
        roles: BTreeSet::from([role.to_owned()]),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}

/// A person, and a clock that stands on the day.
pub(crate) fn found(folder: &Path) {
    let store = Store::open(folder, store::Options::default()).unwrap();
    store.set_meta("clock", &Clock::opening_on(day(OPENED)).to_string()).unwrap();
    let mut decision = Decision::default();
    let unit = agency::unit::Registered {
        unit: UnitId(1),
        name: "第一局".into(),
        code: "12100000400009880K".parse().unwrap(),
        unit_kind: "government-agency".into(),
        district: "330106".into(),
        address: "某路2号".into(),
    };
    let person = Registered {
        person: PersonId(1),
        name: "沈小满".into(),
        citizen: "110101202311012176".parse().unwrap(),
        address: "某路1号".into(),
        unit: Some(UnitId(1)),
        insurance: vec![],
        categories: vec![],
        parent: None,
        region: "330100".into(),
    };
    decision.push(StreamId::Unit(UnitId(1)), 0, Event::UnitRegistered(unit));
    decision.push(StreamId::Person(PersonId(1)), 0, Event::PersonRegistered(person));
    let hash = RequestHash::of(b"founding");
    store
        .append(
            Append::decided(decision, None, hash, Moment::at(day("2026-01-05"), 9, 0), "founding").unwrap(),
        )
        .unwrap();
}

pub(crate) fn desk(office: &Office) -> Desk {
    Desk::open(office.store.clone(), office.rules.clone(), office.clock).unwrap()
}

pub(crate) fn hand_back(desk: &Desk) -> CaseId {
    let open = Open {
        procedure: "wish".into(),
        subject: PersonId(1),
        capacity: "self".into(),
        parties: BTreeMap::new(),
        facts: Facts::new(),
        materials: vec![],
        claim: None,
        stand_in: None,
    };
    let window = actor(1, "window-officer");
    let at = Moment::at(day(OPENED), 10, 0);
    let opened = desk.submit_at(&window, None, &Command::Case(Casework::Open(Box::new(open))), at).unwrap();
    let case = opened.case().unwrap();
    let accept = Command::Case(Casework::Act { case, action: Box::new(Action::Accept) });
    desk.submit_at(&window, None, &accept, at).unwrap();
    case
}

fn moved(office: &Office, case: CaseId) -> Vec<(String, Day, Day, Cause)> {
    let events = office.store.read(|reader| reader.stream(&StreamId::Case(case).to_string())).unwrap();
    let told = |event: Event| match event {
        Event::Case { what, .. } => match *what {
            CaseEvent::Moved { clock, from: Some(from), to, cause, .. } => Some((clock, from, to.day, cause)),
            _ => None,
        },
        _ => None,
    };
    events.iter().filter_map(|recorded| told(recorded.event().unwrap())).collect()
}

#[test]
fn a_running_case_keeps_its_procedure_and_hears_of_the_holidays() {
    let (data, old, new) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    found(data.path());
    let old = packs(old.path(), |_| {});
    let office = Office::open(data.path(), &old).unwrap();
    let first = hand_back(&desk(&office));
    let due =
        |office: &Office, case: CaseId| office.store.read(|reader| reader.case(case)).unwrap().unwrap().due;
    // Five working days, 2027 being without a notice: 31 December, 1, 4, 5, 6 January.
    assert_eq!(due(&office, first), Some(day("2027-01-06")));
    let nothing = pass(&desk(&office)).unwrap();
    assert_eq!((nothing.cases, nothing.events, nothing.failed), (1, 0, 0));
    drop(office);

    // Over the holidays the notice comes out, and the review is to take two days only.
    let new = packs(new.path(), |files| {
        files.insert("national/calendar/2027.toml".into(), NOTICE.into());
        let text = files.get_mut(PATH).unwrap();
        let five = "clock = { span = { count = 5,";
        assert!(text.contains(five));
        *text = text.replace(five, "clock = { span = { count = 2,");
    });
    let office = Office::open(data.path(), &new).unwrap();
    let desk = desk(&office);
    assert_eq!(office.rules.earlier.len(), 1);
    pass(&desk).unwrap();
    // Still five days, the first of January being off: 31 December, 4, 5, 6, 7 January; ten for the whole case: the
    // 13th instead of the 14th became the 14th.
    let told = moved(&office, first);
    assert!(
        told.contains(&("review".into(), day("2027-01-06"), day("2027-01-07"), Cause::Calendar)),
        "{told:?}"
    );
    assert!(
        told.contains(&("handling".into(), day("2027-01-13"), day("2027-01-14"), Cause::Calendar)),
        "{told:?}"
    );
    assert_eq!(due(&office, first), Some(day("2027-01-07")));
    assert_eq!(pass(&desk).unwrap().events, 0);

    // Who comes now runs under the new version: 31 December, 4 January.
    let second = hand_back(&desk);
    assert_eq!(due(&office, second), Some(day("2027-01-04")));

    // Moved on purpose, by who may, once.
    let migrate = Command::Case(Casework::Migrate { case: first });
    let refused = desk.submit(&actor(1, "window-officer"), None, &migrate).unwrap_err();
    assert_eq!(refused.to_string(), "refused: case/may-not-move");
    let policy = actor(2, "policy-officer");
    desk.submit(&policy, None, &migrate).unwrap();
    assert_eq!(due(&office, first), Some(day("2027-01-04")));
    let file = office.store.read(|reader| reader.case_file(first)).unwrap().unwrap();
    assert_eq!(file.state.position, Position::At("review".into()));
    assert_eq!(file.state.law, office.rules.law.hash());
    assert_eq!(desk.submit(&policy, None, &migrate).unwrap_err().to_string(), "refused: case/version-same");
}

#[test]
fn days_that_nobody_saw_are_made_up_for_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    found(data.path());
    let folder = tempfile::tempdir().unwrap();
    let built_in = packs(folder.path(), |_| {});
    let office = Office::open(data.path(), &built_in).unwrap();
    let case = hand_back(&desk(&office));
    // Nobody opens the office for a month.
    office.store.set_meta("clock", &Clock::opening_on(day("2027-01-29")).to_string()).unwrap();
    drop(office);
    let office = Office::open(data.path(), &built_in).unwrap();
    let passed = pass(&desk(&office)).unwrap();
    assert_eq!((passed.cases, passed.events), (1, 2));
    let row = office.store.read(|reader| reader.case(case)).unwrap().unwrap();
    assert!(row.overdue);
    let told = office.store.read(|reader| reader.told_to("senior-reviewer", "agency")).unwrap();
    assert!(told.iter().all(|clock| clock.case == case && clock.late) && told.len() == 2, "{told:?}");
    assert_eq!(pass(&desk(&office)).unwrap().events, 0);
}

#[test]
fn a_day_begins_by_itself_what_it_calls_for_once() {
    let data = tempfile::tempdir().unwrap();
    found(data.path());
    let folder = tempfile::tempdir().unwrap();
    let built_in = packs(folder.path(), |_| {});
    let office = Office::open(data.path(), &built_in).unwrap();
    let mut decision = Decision::default();
    let category = agency::person::Category {
        category: "staff-child".into(),
        from: day("2024-01-01"),
        to: Some(day("2026-12-29")),
        proof: "-".into(),
    };
    let issued = agency::certificate::Issued {
        certificate: agency::CertificateId(1),
        number: "X1".into(),
        person: PersonId(1),
        certificate_kind: "public-medical".into(),
        on: day("2024-02-01"),
        case: CaseId(900),
    };
    let registered = agency::provider::Registered {
        provider: ProviderId(1),
        code: "H33010600001".into(),
        name: "某医院".into(),
        provider_kind: "hospital".into(),
        hosp_lv: "3".into(),
        region: "330106".into(),
        refers: false,
    };
    let designation = agency::provider::Designation {
        from: day("2026-01-01"),
        to: Some(day("2026-12-31")),
        article: terms::ArticleId("nhsa-order-2/term".into()),
    };
    let stream = StreamId::Provider(ProviderId(1));
    decision.push(
        StreamId::Person(PersonId(1)),
        1,
        Event::PersonCategorized { person: PersonId(1), category },
    );
    decision.push(StreamId::Certificate(agency::CertificateId(1)), 0, Event::CertificateIssued(issued));
    decision.push(stream.clone(), 0, Event::ProviderRegistered(registered));
    decision.push(stream, 0, Event::ProviderDesignated { provider: ProviderId(1), designation });
    let hash = RequestHash::of(b"more");
    let at = Moment::at(day("2026-01-06"), 9, 0);
    office.store.append(Append::decided(decision, None, hash, at, "founding").unwrap()).unwrap();

    // The category was over yesterday, the agreement is tomorrow: a case on a desk, and word of it.
    let told = |since: &str, of| office.store.read(|reader| reader.agreements_told(of, day(since))).unwrap();
    assert_eq!(told("2026-01-01", None), []);
    assert_eq!(pass(&desk(&office)).unwrap().begun, 2);
    assert_eq!(pass(&desk(&office)).unwrap().begun, 0, "twice");
    let open = office.store.read(|reader| reader.open_cases()).unwrap();
    assert_eq!(open.len(), 1);
    let row = office.store.read(|reader| reader.case(open[0])).unwrap().unwrap();
    assert_eq!((row.procedure.as_str(), row.capacity.as_str()), ("certificate-stop", "office"));
    let ending = told("2026-12-31", Some(ProviderId(1)));
    assert_eq!((ending.len(), ending[0].last, ending[0].over), (1, day("2026-12-31"), false));
    assert_eq!(told("2026-12-31", Some(ProviderId(2))), []);
    drop(office);

    office_on(data.path(), "2027-01-01");
    let office = Office::open(data.path(), &built_in).unwrap();
    assert_eq!(pass(&desk(&office)).unwrap().begun, 1);
    let told = |since: &str| office.store.read(|reader| reader.agreements_told(None, day(since))).unwrap();
    assert!(told("2026-12-31")[0].over);
    assert_eq!(told("2027-01-01"), [], "told long enough");
}

/// Sets the office's clock to this day.
fn office_on(folder: &Path, today: &str) {
    let store = Store::open(folder, store::Options::default()).unwrap();
    store.set_meta("clock", &Clock::opening_on(day(today)).to_string()).unwrap();
}
