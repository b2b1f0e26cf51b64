//! A unit's list by hand-made requests: a category counts only once a reviewer has decided it.

use super::*;
use agency::CaseId;
use agency::casework::Command as Casework;
use case::{Action, Completion, Piece, Position, Presented};
use terms::{Day, Fact};

const LIST: &str = "陈小荷,110101194801012171,某路1号,离休干部,,荣誉证12号";
const HEX: &str = "0123456789abcdef0123456789abcdef";

/// An office with a unit's liaison officer and a reviewer.
fn with_liaison() -> (Site, String) {
    let site = site();
    let mut decision = Decision::default();
    let accounts = [(30, "liaison", Organisation::Unit(UnitId(1))), (31, "reviewer", Organisation::Agency)];
    for (account, role, organisation) in accounts {
        let actor = Actor {
            account: AccountId(account),
            name: role.to_owned(),
            roles: BTreeSet::from([role.to_owned()]),
            organisation,
            title: None,
            person: None,
        };
        let password_hash = crate::password::hash(PASSWORD, [7; 16]).unwrap();
        let opened = agency::account::Opened { login: role.to_owned(), actor, password_hash };
        decision.push(StreamId::Account(AccountId(account)), 0, Event::AccountOpened(opened));
    }
    let from: Day = "2024-01-01".parse().unwrap();
    let liaison = agency::unit::Liaison { account: AccountId(30), from, to: None };
    decision.push(StreamId::Unit(UnitId(1)), 1, Event::LiaisonAppointed { unit: UnitId(1), liaison });
    let (hash, now) = (RequestHash::of(b"more"), site.app.office.clock.now());
    site.app.office.store.append(Append::decided(decision, None, hash, now, "founding").unwrap()).unwrap();
    let liaison = site.sign_in("liaison");
    (site, liaison)
}

fn send(site: &Site, liaison: &str, procedure: &str) -> Answer {
    let form = format!("key={HEX}&do=take&procedure={procedure}&list={LIST}");
    site.post("/zh/unit/batch", liaison, &form)
}

fn categories(site: &Site, person: PersonId) -> Vec<String> {
    let today = site.app.office.clock.today();
    site.app
        .office
        .store
        .with_records(|records| {
            let person = records.person(person).unwrap();
            person.categories_on(today).map(str::to_owned).collect()
        })
        .unwrap()
}

/// Every paper of the counter, then acceptance.
fn accept(site: &Site, case: CaseId) {
    let rules = &site.app.office.rules;
    let procedure = rules.procedures.get("category-grant").unwrap();
    let asked = procedure.materials.iter().filter(|one| one.at.is_none());
    let materials = asked.map(|material| Presented {
        material: material.id.clone(),
        pieces: vec![Piece {
            original: true,
            copies: 1,
            filled_by: material.filled_by.clone(),
            seals: material.sealed_by.iter().cloned().collect(),
            ..Piece::default()
        }],
    });
    act(site, "window-officer", 1, case, Action::Receive(materials.collect()));
    act(site, "window-officer", 1, case, Action::Accept);
}

#[track_caller]
fn act(site: &Site, role: &str, account: u64, case: CaseId, action: Action) {
    let actor = Actor {
        account: AccountId(account),
        name: role.to_owned(),
        roles: BTreeSet::from([role.to_owned()]),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    };
    let command = agency::Command::Case(Casework::Act { case, action: Box::new(action) });
    site.app.desk.submit(&actor, None, &command).unwrap();
}

#[test]
fn a_list_grants_nothing_before_its_cases_are_decided() {
    let (site, liaison) = with_liaison();
    // For a certificate the category must be there already.
    let early = send(&site, &liaison, "certificate-new");
    assert!(early.body.contains("person/not-recognised"), "{}", early.body);
    let person = PersonId(2);
    assert!(categories(&site, person).is_empty());

    // The same list opens the recognition, once, with what the row says.
    for _ in 0..2 {
        let sent = send(&site, &liaison, "category-grant");
        assert!(sent.body.contains("/zh/cases/1/registration-form"), "{}", sent.body);
    }
    let file = || site.app.office.store.read(|reader| reader.case_file(CaseId(1))).unwrap().unwrap();
    assert_eq!(file().state.facts.get("grant.category"), Some(&Fact::Code("retired-cadre".into())));
    assert_eq!(file().state.facts.get("grant.shown"), Some(&Fact::Text("荣誉证12号".into())));
    assert_eq!(site.app.office.store.read(|reader| reader.case_file(CaseId(2))).unwrap(), None);
    accept(&site, CaseId(1));
    assert_eq!(file().state.position, Position::At("review".into()));
    assert!(categories(&site, person).is_empty(), "granted before the review");

    let mut facts = terms::Facts::new();
    facts.insert("grant.from".into(), Fact::Day(site.app.office.clock.today()));
    facts.insert("grant.proof".into(), Fact::Text("荣誉证12号".into()));
    let review = Completion { facts, ..Completion::approve("review") };
    act(&site, "reviewer", 31, CaseId(1), Action::Complete(review));
    assert_eq!(categories(&site, person), ["retired-cadre"]);

    // Now the list serves for the certificate, and for the recognition no more.
    let again = send(&site, &liaison, "category-grant");
    assert!(again.body.contains("person/recognised-already"), "{}", again.body);
    let sent = send(&site, &liaison, "certificate-new");
    assert!(sent.body.contains("/zh/cases/2/registration-form"), "{}", sent.body);
}

#[test]
fn nobody_writes_a_category_into_the_register_by_hand() {
    let (site, _) = with_liaison();
    let category = agency::person::Category {
        category: "retired-cadre".into(),
        from: "2024-01-01".parse().unwrap(),
        to: None,
        proof: "-".into(),
    };
    let command =
        agency::Command::Registry(agency::registry::Command::Categorize { person: PersonId(1), category });
    for (account, role, organisation) in [
        (1, "window-officer", Organisation::Agency),
        (30, "liaison", Organisation::Unit(UnitId(1))),
        (31, "reviewer", Organisation::Agency),
    ] {
        let actor = Actor {
            account: AccountId(account),
            name: role.to_owned(),
            roles: BTreeSet::from([role.to_owned()]),
            organisation,
            title: None,
            person: None,
        };
        let refused = site.app.desk.submit(&actor, None, &command).unwrap_err().to_string();
        assert_eq!(refused, "refused: person/category-by-case", "{role}");
    }
}
