//! Every pack's procedures.

use case::Procedures;
use policy::Law;
use scenarios::disk;

/// Every law on disk with its procedures; a fault of any pack is shown as a policy officer would see it.
#[track_caller]
pub(crate) fn laws() -> Vec<(Law, Procedures)> {
    let files = disk::packs().unwrap();
    let said =
        |faults: Vec<policy::Diagnostic>| faults.iter().map(|fault| format!("{fault}\n")).collect::<String>();
    disk::pack_ids(&files)
        .into_iter()
        .map(|id| {
            let law = Law::load(&files, id).unwrap_or_else(|faults| panic!("{}", said(faults)));
            let procedures = Procedures::compile(&law).unwrap_or_else(|faults| panic!("{}", said(faults)));
            (law, procedures)
        })
        .collect()
}

#[test]
fn every_pack_compiles_in_every_reading() {
    let mut readings = 0;
    for (law, _) in laws() {
        let settings: Vec<(String, Vec<String>)> = law
            .settings()
            .map(|setting| (setting.id.clone(), setting.readings.keys().cloned().collect()))
            .collect();
        for (id, choices) in settings {
            for reading in choices {
                let other = law.choosing(&id, &reading).unwrap();
                assert!(Procedures::compile(&other).is_ok(), "{} with {id}={reading}", law.pack().id);
                readings += 1;
            }
        }
    }
    assert!(readings >= 20, "only {readings} readings: the settings are not being read");
}

#[test]
fn the_procedures_of_the_city_are_there() {
    let laws = laws();
    let (_, hangzhou) = laws.iter().find(|(law, _)| law.pack().id == "hangzhou").unwrap();
    let ids: Vec<&str> = hangzhou.iter().map(|procedure| procedure.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "advance",
            "advance-recovery",
            "agreement-change",
            "agreement-end",
            "agreement-leave",
            "agreement-new",
            "agreement-renew",
            "agreement-resume",
            "agreement-suspend",
            "appeal",
            "category-certificate",
            "category-grant",
            "certificate-change",
            "certificate-exchange",
            "certificate-new",
            "certificate-replace",
            "certificate-stop",
            "certificate-withdraw",
            "complaint",
            "filing-cancel",
            "filing-long-term",
            "filing-renew",
            "hardship-grant",
            "liaison-appoint",
            "place-choose",
            "place-leave",
            "recovery",
            "rectification",
            "referral",
            "referral-community",
            "referral-onward",
            "reimburse-child-emergency",
            "reimburse-elsewhere",
            "reimburse-retired",
            "relief",
        ]
    );
}
