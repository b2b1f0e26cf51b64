//! Somebody to try the interface with. Only a demo tells who that is: its people are invented.

use super::parts::Page;
use crate::ask::Ask;
use agency::PersonId;
use agency::provider::Provider;
use benefit::Class;
use terms::Day;

/// What fields hold, by name, so that an example is served as it stands once the numbers of earlier answers are in it.
pub type Known = Vec<(&'static str, String)>;

/// Between the people looked at: a demo lays its people down group by group.
const STEP: u64 = 601;
/// People looked at.
const LOOKS: u64 = 40;
/// Insurance of employees, which most of a demo's people have.
const INSUTYPE: &str = "310";

/// An insured person of a demo, and an item that the catalogue covers wholly; nothing in an office of real people.
pub fn known(ask: &Ask<'_>, page: &Page<'_>, provider: &Provider) -> Known {
    let today = page.now.day();
    if ask.app.office.demo.is_none() {
        return Known::new();
    }
    let mut known = somebody(ask, today).unwrap_or_default();
    let level = provider.registered.hosp_lv.parse().unwrap_or(benefit::Code::NONE);
    let items = ask.app.office.rules.benefits.catalogue().items().iter();
    let mut whole = items.filter(|item| {
        let in_force = item.holds_on(today) && item.levels.cover(level);
        in_force && item.class == Class::A && item.ceiling.is_none() && !item.restricted
    });
    if let Some(item) = whole.next() {
        known.push(("med_list_codg", item.code.clone()));
        // One yuan, all of it inside the catalogue.
        for (name, amount) in [
            ("fulamt_ownpay_amt", "0"),
            ("overlmt_selfpay", "0"),
            ("preselfpay_amt", "0"),
            ("inscp_scp_amt", "1"),
        ] {
            known.push((name, amount.to_owned()));
        }
    }
    known
}

fn somebody(ask: &Ask<'_>, today: Day) -> Option<Known> {
    let found = ask.app.desk.store().with_records(|records| {
        let mut people = (0..LOOKS).filter_map(|place| records.person(PersonId(1 + place * STEP)));
        people.find_map(|person| {
            let insurance = person.insured_on(today).find(|insurance| insurance.insutype == INSUTYPE)?;
            let (psn_type, region) = (insurance.psn_type.clone(), person.registered.region.clone());
            let registered = person.died.is_none().then_some(&person.registered)?;
            let certno = registered.citizen.as_str().to_owned();
            Some(vec![
                ("psn_no", registered.person.to_string()),
                ("psn_name", registered.name.clone()),
                ("psn_cert_type", "01".to_owned()),
                ("certno", certno.clone()),
                ("mdtrt_cert_type", "02".to_owned()),
                ("mdtrt_cert_no", certno),
                ("insutype", INSUTYPE.to_owned()),
                ("psn_type", psn_type),
                ("insuplc_admdvs", region),
            ])
        })
    });
    // Where the store has trouble the page has other things to say.
    found.ok().flatten()
}
