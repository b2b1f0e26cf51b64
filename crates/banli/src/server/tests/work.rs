//! Who has which case, which one comes next, what a supervisor sees of it, and a form that was sent twice.

use super::*;
use agency::CaseId;
use agency::casework::{Command as Casework, Open};
use std::collections::BTreeMap;

fn key(number: u32) -> String {
    format!("{number:08x}0123456789abcdef0123456789abcdef")
}

fn actor(account: u64, role: &str) -> Actor {
    Actor {
        account: AccountId(account),
        name: format!("{role}-{account}"),
        roles: BTreeSet::from([role.to_owned()]),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}

/// An office on Friday, 9 October, with two cases at the counter, the second of which was opened on 28 September and is
/// late since the 29th; with a second window officer and a reviewer.
fn busy() -> Site {
    let site = site();
    let mut decision = Decision::default();
    for (account, role) in [(4, "window-officer"), (5, "reviewer")] {
        let actor = actor(account, role);
        let password_hash = crate::password::hash(PASSWORD, [7; 16]).unwrap();
        let opened = agency::account::Opened { login: actor.name.clone(), actor, password_hash };
        decision.push(StreamId::Account(AccountId(account)), 0, Event::AccountOpened(opened));
    }
    let (hash, now) = (RequestHash::of(b"more"), site.app.office.clock.now());
    site.app.office.store.append(Append::decided(decision, None, hash, now, "founding").unwrap()).unwrap();
    for on in ["2026-10-08", "2026-09-28"] {
        open(&site, on);
    }
    site
}

/// One more case at the counter, opened on this day.
fn open(site: &Site, on: &str) {
    let open = Open {
        procedure: "certificate-new".into(),
        subject: PersonId(1),
        capacity: "guardian".into(),
        parties: BTreeMap::new(),
        facts: terms::Facts::new(),
        materials: vec![],
        claim: None,
        stand_in: None,
    };
    let command = agency::Command::Case(Casework::Open(Box::new(open)));
    let at = terms::Moment::at(on.parse().unwrap(), 10, 0);
    site.app.desk.submit_at(&actor(1, "window-officer"), None, &command, at).unwrap();
}

impl Site {
    fn holder(&self, case: u64) -> Option<AccountId> {
        self.app.office.store.read(|reader| reader.case(CaseId(case))).unwrap().unwrap().assignee
    }

    fn next(&self, cookie: &str, number: u32) -> String {
        self.post("/zh/home/next", cookie, &format!("key={}", key(number))).to().to_owned()
    }
}

#[test]
fn the_next_case_is_the_most_urgent_that_nobody_has() {
    let site = busy();
    let (first, second) = (site.sign_in("window-officer"), site.sign_in("window-officer-4"));
    let reviewer = site.sign_in("reviewer-5");
    assert_eq!(site.next(&reviewer, 1), "/zh/home", "nothing waits at this step");
    assert_eq!(site.next(&first, 2), "/zh/cases/2", "the late one");
    assert_eq!(site.holder(2), Some(AccountId(1)));
    assert_eq!(site.next(&second, 3), "/zh/cases/1", "the one that nobody has");
    // Who has one goes on with it before taking another.
    assert_eq!(site.next(&first, 4), "/zh/cases/2");
    assert_eq!((site.holder(1), site.holder(2)), (Some(AccountId(4)), Some(AccountId(1))));
}

#[test]
fn the_queue_goes_on_page_by_page_and_keeps_its_order() {
    let site = busy();
    for _ in 0..14 {
        open(&site, "2026-10-08");
    }
    let officer = site.sign_in("window-officer");
    let cases = |path: &str| -> Vec<u64> {
        let body = site.get(path, &officer).body;
        let rows = body.split("<tr data-row>").skip(1).map(|row| row.split("/zh/cases/").nth(1).unwrap());
        rows.map(|row| row[..row.find('"').unwrap()].parse().unwrap()).collect()
    };
    // The late one first, then those of one day as they came: sixteen, of which fifteen fit.
    let first: Vec<u64> = [2, 1].into_iter().chain(3..=15).collect();
    assert_eq!(cases("/zh/home"), first);
    assert_eq!(cases("/zh/home?skip=15"), [16]);
    assert_eq!(cases("/zh/home?skip=900"), [16], "past the end stands the last page");
    assert!(
        site.get("/zh/home?procedure=certificate-new", &officer)
            .body
            .contains("procedure=certificate-new&amp;skip=15")
    );
    // Another filter begins at its first page.
    assert!(!site.get("/zh/home?skip=15", &officer).body.contains("skip=15&amp;standing"));
}

#[test]
fn a_case_is_handed_over_by_who_has_it_to_who_can_go_on_with_it() {
    let site = busy();
    let (first, second) = (site.sign_in("window-officer"), site.sign_in("window-officer-4"));
    let (supervisor, operator) = (site.sign_in("auditor"), site.sign_in("operator"));
    let assign = |cookie: &str, number: u32, to: &str| {
        let form = format!("key={}&to={to}", key(number));
        site.post("/zh/cases/1/assign", cookie, &form)
    };
    assert_eq!(assign(&first, 1, "1").status, 303);
    let taken = assign(&second, 2, "4");
    assert!(taken.status == 422 && taken.body.contains("case/with-another"), "{}", taken.body);
    let unfit = assign(&first, 3, "5");
    assert!(unfit.status == 422 && unfit.body.contains("case/not-their-desk"), "{}", unfit.body);
    assert_ne!(assign(&operator, 4, "4").status, 303, "no case of the operator's");
    assert_eq!(site.holder(1), Some(AccountId(1)));
    assert_eq!(assign(&first, 5, "4").status, 303);
    assert_eq!(site.holder(1), Some(AccountId(4)));
    // A supervisor may take it from anybody.
    assert_eq!(assign(&supervisor, 6, "1").status, 303);
    assert_eq!(site.holder(1), Some(AccountId(1)));
}

#[test]
fn a_supervisor_sees_load_delays_and_the_oldest_by_matter_and_officer() {
    let site = busy();
    site.next(&site.sign_in("window-officer"), 1);
    let supervisor = site.sign_in("auditor");
    let csv = site.get("/en/supervision.csv", &supervisor);
    let lines: Vec<&str> = csv.body.lines().map(str::trim_end).collect();
    // Due on the 29th of September, late; due today, soon. The oldest waits since the 28th: the 29th and 30th, and after
    // the holiday the 8th and 9th.
    let of = |start: &str| lines.iter().find(|line| line.starts_with(start)).copied().unwrap_or("none");
    assert!(lines.iter().any(|line| line.ends_with("\"New certificate\",0,1,1,4")), "{}", csv.body);
    assert!(lines.iter().any(|line| line.ends_with("\"window-officer\",0,0,1,4")), "{}", csv.body);
    assert_ne!(of("\u{feff}kind,name,fine,soon,late,oldest_working_days"), "none");
    assert_eq!(site.get("/en/supervision", &supervisor).status, 200);
    assert_eq!(site.get("/en/supervision.csv", &site.sign_in("window-officer")).status, 403);
}

#[test]
fn a_form_sent_twice_opens_one_case() {
    let site = site();
    let officer = site.sign_in("window-officer");
    let form = format!("key={}&citizen={CITIZEN}&capacity=guardian", key(1));
    let first = site.post("/zh/cases/new/certificate-new", &officer, &form);
    let again = site.post("/zh/cases/new/certificate-new", &officer, &form);
    assert_eq!((first.to(), again.to()), ("/zh/cases/1", "/zh/cases/1"), "{}", again.body);
    assert_eq!(site.app.office.store.read(|reader| reader.open_cases()).unwrap().len(), 1);
    // The same form with something else in it is no repetition, and opens nothing.
    let other = site.post("/zh/cases/new/certificate-new", &officer, &form.replace("guardian", "self"));
    assert!(other.status >= 400, "{}", other.to());
    assert_eq!(site.app.office.store.read(|reader| reader.open_cases()).unwrap().len(), 1);
    // By another form it is asked about, and on purpose two applications.
    let anew = form.replace(&key(1), &key(2));
    assert_eq!(site.post("/zh/cases/new/certificate-new", &officer, &anew).status, 422);
    let anew = site.post("/zh/cases/new/certificate-new", &officer, &format!("{anew}&another=true"));
    assert_eq!(anew.status, 303);
    assert_ne!(anew.to(), first.to());
    assert_eq!(site.app.office.store.read(|reader| reader.open_cases()).unwrap().len(), 2);
}
