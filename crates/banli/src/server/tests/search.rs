//! The search box for those who may not look people up: their own work, by whole numbers, with masked names.

use super::*;

/// Opens a case of this procedure for the one person.
fn open(site: &Site, officer: &str, procedure: &str, number: u8, fields: &str) {
    let form =
        format!("key={}&citizen={CITIZEN}&capacity=guardian{fields}", format!("{number:02x}").repeat(32));
    let opened = site.post(&format!("/en/cases/new/{procedure}"), officer, &form);
    assert_eq!(opened.status, 303, "{}", opened.body);
}

#[test]
fn a_number_opens_the_case_of_ones_own_work_and_tells_nobody_else_that_it_is_there() {
    let site = site();
    let (officer, street) = (site.sign_in("window-officer"), site.sign_in("street-officer"));
    let search = |cookie: &str, sought: &str| site.get(&format!("/en/search?q={sought}"), cookie);
    open(&site, &officer, "certificate-new", 1, "");
    // The street has no part in certificates: the answer is that of a number nobody has.
    let hidden = search(&street, CITIZEN);
    assert_eq!((hidden.status, hidden.body.contains("C-1")), (200, false));
    let nobody = search(&street, "110101199001010010");
    assert_eq!(nobody.status, 200);
    assert_eq!(site.get("/en/cases/1", &street).status, 404);

    open(&site, &officer, "relief", 2, "&relief.own_cost=8000");
    assert_eq!(search(&street, CITIZEN).to(), "/en/cases/2");
    assert!(!search(&street, &CITIZEN[..10]).body.contains("/en/cases/2"), "a part is no number");
    // The same matter once more is asked about first: the way back to a form that was sent opens nothing.
    let again = format!("key={}&citizen={CITIZEN}&capacity=guardian&relief.own_cost=9000", "03".repeat(32));
    let asked = site.post("/en/cases/new/relief", &officer, &again);
    assert_eq!((asked.status, asked.body.contains("/en/cases/2\"")), (422, true), "{}", asked.body);
    open(&site, &officer, "relief", 3, "&relief.own_cost=9000&another=true");
    let both = search(&street, CITIZEN);
    assert!(both.body.contains("/en/cases/2") && both.body.contains("/en/cases/3"), "{}", both.body);
    assert!(both.body.contains("沈**") && !both.body.contains("沈小满"), "names are masked");
    assert!(
        !both.body.contains(CITIZEN) || both.body.matches(CITIZEN).count() == both.body.matches("q=").count()
    );
    // Names are looked for among what waits at the street, and nothing does yet.
    assert!(!search(&street, "%E6%B2%88").body.contains("/en/cases/2"));
    // The counter still finds the person.
    assert_eq!(search(&officer, CITIZEN).to(), "/en/people/1");
    assert_eq!(search("", CITIZEN).to().split('?').next(), Some("/en/sign-in"));
}
