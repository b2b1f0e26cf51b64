//! A notice on holidays by hand-made requests: looked at, proposed by one, put into force by another.

use super::*;

const ROWS: &str = "元旦,New Year,2027-01-01,2027-01-03,2027-01-09";

fn key(number: u32) -> String {
    format!("{number:08x}0123456789abcdef0123456789abcdef")
}

/// An office with a policy officer beside the others.
fn with_policy_officer() -> (Site, String, String) {
    let site = site();
    let actor = Actor {
        account: AccountId(40),
        name: "policy-officer".to_owned(),
        roles: BTreeSet::from(["policy-officer".to_owned()]),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    };
    let password_hash = crate::password::hash(PASSWORD, [7; 16]).unwrap();
    let opened = agency::account::Opened { login: "policy-officer".to_owned(), actor, password_hash };
    let mut decision = Decision::default();
    decision.push(StreamId::Account(AccountId(40)), 0, Event::AccountOpened(opened));
    let (hash, now) = (RequestHash::of(b"more"), site.app.office.clock.now());
    site.app.office.store.append(Append::decided(decision, None, hash, now, "founding").unwrap()).unwrap();
    let (officer, operator) = (site.sign_in("policy-officer"), site.sign_in("operator"));
    (site, officer, operator)
}

fn form(number: u32, wish: &str, rows: &str) -> String {
    format!("key={}&do={wish}&year=2027&source=made+up&number=1&rows={rows}", key(number))
}

#[test]
fn a_notice_is_looked_at_proposed_and_put_into_force_by_somebody_else() {
    let (site, officer, operator) = with_policy_officer();
    let path = "/zh/law/holidays";
    let off = |site: &Site| {
        let law = &site.app.office.rules.law;
        !law.calendar().is_working("2027-01-01".parse().unwrap())
    };
    assert_eq!(site.get(path, &site.sign_in("window-officer")).status, 403);
    assert_eq!(site.post(path, &site.sign_in("window-officer"), &form(1, "confirm", "")).status, 403);

    let looked = site.post(path, &officer, &form(2, "check", ROWS));
    assert_eq!(looked.status, 200, "{}", looked.body);
    assert!(looked.body.contains("made up") && looked.body.contains("元旦"), "{}", looked.body);
    let empty = site.post(path, &officer, &form(3, "confirm", ""));
    assert!(empty.body.contains("calendar/nothing-waits"), "looking proposed it: {}", empty.body);

    // Proposed once, however often the button was pressed.
    for _ in 0..2 {
        assert_eq!(site.post(path, &officer, &form(4, "propose", ROWS)).to(), path);
    }
    let own = site.post(path, &officer, &form(5, "confirm", ""));
    assert_eq!(own.status, 422);
    assert!(own.body.contains("calendar/own-proposal") && !off(&site), "{}", own.body);
    let asked = site.get(path, &operator);
    assert!(asked.body.contains("value=\"confirm\""), "{}", asked.body);
    assert!(site.get("/zh/home", &operator).body.contains(path));
    assert_eq!(site.post(path, &operator, &form(6, "confirm", "")).to(), path);
    assert!(off(&site));
    assert!(site.get("/zh/law/calendar/2027", &operator).body.contains("元旦"));
}

#[test]
fn what_is_no_notice_is_told_line_by_line_and_kept_in_the_form() {
    let (site, officer, _) = with_policy_officer();
    let path = "/en/law/holidays";
    for (rows, says) in [
        ("", "write 1 to 40 lines"),
        ("元旦,2027-01-01", "Line 1: at least"),
        ("元旦,New Year,2027-01-01,2027-13-01", "Line 1: write days as"),
        ("元旦,New Year,2027-01-01,2027-03-01", "national/calendar/2027.toml"),
    ] {
        let answer = site.post(path, &officer, &form(1, "propose", rows));
        assert_eq!(answer.status, 422, "{rows}");
        assert!(answer.body.contains(says), "{rows}: {}", answer.body);
        assert!(answer.body.contains(rows), "{rows} is gone");
    }
}
