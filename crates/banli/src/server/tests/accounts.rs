//! Accounts are opened by the operator alone, with a password that opens one door.

use super::*;

/// A key of its own for each form, with digits of its own: the password for once comes out of it.
fn key(number: u8) -> String {
    format!("{number:02x}").repeat(32)
}

/// What the page shows once.
fn shown(answer: &Answer) -> String {
    let (_, rest) = answer.body.split_once("<pre").expect(&answer.body);
    rest.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned()
}

fn try_sign_in(site: &Site, login: &str, password: &str) -> Answer {
    site.post("/en/sign-in", "", &format!("login={login}&password={}", password.replace('+', "%2B")))
}

fn cookie(answer: &Answer) -> String {
    answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn an_operator_opens_an_account_whose_password_only_leads_to_a_new_one() {
    let site = site();
    let (officer, operator) = (site.sign_in("window-officer"), site.sign_in("operator"));
    assert_eq!(site.get("/en/accounts", &officer).status, 403);
    let form = format!("key={}&do=open&login=li&name=Li&role=reviewer", key(1));
    assert_eq!(site.post("/en/accounts", &officer, &form).status, 403);
    let opened = site.post("/en/accounts", &operator, &form);
    assert_eq!(opened.status, 200, "{}", opened.body);
    let once = shown(&opened);
    assert_eq!(once.chars().count(), 12);
    // Sent twice it opens one account and shows the same.
    assert_eq!(shown(&site.post("/en/accounts", &operator, &form)), once);
    let again = site.post("/en/accounts", &operator, &form.replace(&key(1), &key(2)));
    assert_eq!(again.status, 422);
    assert!(again.body.contains("account/login-taken"), "{}", again.body);

    let li = cookie(&try_sign_in(&site, "li", &once));
    assert_eq!(site.get("/en/home", &li).to(), "/en/password");
    assert_eq!(site.get("/en/people", &li).to(), "/en/password");
    let new = "lotus-under-snow";
    let change = |old: &str, new: &str, again: &str| {
        let old = old.replace('+', "%2B");
        site.post("/en/password", &li, &format!("key={}&old={old}&new={new}&again={again}", key(3)))
    };
    assert_eq!(change("wrong", new, new).status, 422);
    assert_eq!(change(&once, "short", "short").status, 422);
    assert_eq!(change(&once, new, "something-else").status, 422);
    assert_eq!(change(&once, new, new).to(), "/en/home");
    assert_eq!(site.get("/en/people", &li).status, 200);
    assert_eq!(try_sign_in(&site, "li", &once).status, 422);
    assert_eq!(try_sign_in(&site, "li", new).status, 303);

    // Who did what is on record.
    let events = site.app.office.store.read(|reader| {
        let id = reader.account_by_login("li")?.unwrap().id;
        reader.stream(&StreamId::Account(id).to_string()).map(|events| (id, events))
    });
    let (id, events) = events.unwrap();
    let by: Vec<(&str, &str)> =
        events.iter().map(|event| (event.kind.as_str(), event.actor.as_str())).collect();
    let own = format!("account/{id}");
    assert_eq!(
        by,
        [
            ("account.opened", "account/20"),
            ("account.password-set", "account/20"),
            ("account.password-set", own.as_str()),
        ]
    );
}

#[test]
fn an_account_acts_for_the_organisation_of_its_role_and_ends_when_it_is_closed() {
    let site = site();
    let operator = site.sign_in("operator");
    let open = |number: u8, fields: &str| {
        site.post("/en/accounts", &operator, &format!("key={}&do=open&name=Wang&{fields}", key(number)))
    };
    assert_eq!(open(1, "login=a&role=liaison&organisation=nothing").status, 422);
    assert_eq!(open(2, "login=b&role=nothing").status, 422);
    assert_eq!(open(3, "login=two%20words&role=reviewer").status, 422);
    let opened = open(4, "login=wang&role=liaison&organisation=12100000400009880K");
    let once = shown(&opened);
    let row = site.app.office.store.read(|reader| reader.account_by_login("wang")).unwrap().unwrap();
    let account = site.app.office.store.with_records(|records| records.account(row.id)).unwrap().unwrap();
    assert_eq!(account.opened.actor.organisation, Organisation::Unit(UnitId(1)));

    let act = |number: u8, what: &str, account: u64| {
        site.post("/en/accounts", &operator, &format!("key={}&do={what}&account={account}", key(number)))
    };
    let given = shown(&act(5, "password", row.id.0));
    assert_ne!(given, once);
    assert_eq!(try_sign_in(&site, "wang", &once).status, 422);
    let wang = cookie(&try_sign_in(&site, "wang", &given));
    assert_eq!(act(6, "close", row.id.0).status, 200);
    assert!(site.get("/en/home", &wang).to().starts_with("/en/sign-in"), "its session ends with it");
    assert_eq!(try_sign_in(&site, "wang", &given).status, 422);
    let own = act(7, "close", 20);
    assert!(own.status == 422 && own.body.contains("account/own"), "{}", own.body);
    let unknown = act(8, "close", 99);
    assert!(unknown.status == 422 && unknown.body.contains("account/unknown"), "{}", unknown.body);
}
