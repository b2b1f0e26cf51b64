use super::*;
use crate::pages::parts::Theme;
use crate::text::{Lang, Text};
use benefit::{Benefits, Outcome};
use policy::Law;
use std::collections::BTreeSet;
use terms::Moment;

/// Bills that between them make every kind of step: a first share, deductible, bands, a limit and an empty account.
const BILLS: [&str; 3] = [
    r#"{"id": "a", "person": {"insutype": "310", "psn_type": "1101", "account": "50"}, "provider": {"hosp_lv": "2", "admdvs": 310000},
        "visit": {"med_type": "11", "begndate": "2024-05-01", "enddate": "2024-05-01", "direct": false},
        "lines": [{"pric": "9000", "cnt": "1", "chrgitm_lv": "01"}]}"#,
    r#"{"id": "b", "person": {"insutype": "310", "psn_type": "1101"}, "provider": {"hosp_lv": "2"},
        "visit": {"med_type": "21", "begndate": "2005-05-01", "enddate": "2005-05-08"}, "year": {"inpatient-fund": "79000"},
        "lines": [{"pric": "90000", "cnt": "1", "chrgitm_lv": "01"}]}"#,
    r#"{"id": "c", "person": {"insutype": "390", "psn_type": "1501", "hardship": "low-income"}, "provider": {"hosp_lv": "5"},
        "visit": {"med_type": "21", "begndate": "2024-05-01", "enddate": "2024-05-08"},
        "lines": [{"pric": "120000", "cnt": "1", "chrgitm_lv": "01"}]}"#,
];

/// Every step that moves money has a sentence in both languages, with its amount and the place of its article.
#[test]
fn every_step_is_a_sentence() {
    let law = Law::load(&crate::packs::embedded().unwrap(), "hangzhou").unwrap();
    let benefits = Benefits::compile(&law).unwrap();
    let mut told = BTreeSet::new();
    for sent in BILLS {
        let sent: crate::bills::BillIn = serde_json::from_str(sent).unwrap();
        let bill = sent.bill(&benefits).unwrap();
        let mut outcome = Outcome::default();
        benefits.adjudicate(&bill, &mut outcome).unwrap();
        for lang in [Lang::Zh, Lang::En] {
            let page = Page {
                text: Text::of(lang),
                law: &law,
                now: Moment(0),
                path: "/",
                theme: Theme::System,
                reader: None,
                demo: false,
            };
            for step in benefits.explain(&bill, &outcome).steps {
                if step.section == Section::Split || !says_something(&step) {
                    continue;
                }
                let words = sentence(&page, &step).into_string();
                let amount = if step.amount.is_negative() { step.amount.negated() } else { step.amount };
                assert!(words.contains(&amount.grouped()), "{words}");
                assert!(words.contains("/law/articles/"), "{words}");
                told.insert((step.key, step.section == Section::Base));
            }
        }
    }
    let expected = [
        ("explain-balance", false),
        ("explain-band", false),
        ("explain-band", true),
        ("explain-cap", false),
        ("explain-deductible", true),
    ];
    assert_eq!(told, BTreeSet::from(expected));
}

/// Of 100,000 yuan in 2021 the letter tells the deductible and the two bands (800; 39,200 x 82 %; 60,000 x 88 %), not
/// what serious-illness insurance or an empty account would have paid.
#[test]
fn what_paid_nothing_is_left_out() {
    let law = Law::load(&crate::packs::embedded().unwrap(), "hangzhou").unwrap();
    let benefits = Benefits::compile(&law).unwrap();
    let told = |amount: &str| {
        let sent = BILLS[1].replace("2005", "2021").replace("\"79000\"", "\"0\"").replace("90000", amount);
        let bill = serde_json::from_str::<crate::bills::BillIn>(&sent).unwrap().bill(&benefits).unwrap();
        let mut outcome = Outcome::default();
        benefits.adjudicate(&bill, &mut outcome).unwrap();
        let steps = worth_telling(benefits.explain(&bill, &outcome).steps);
        steps.iter().map(|step| step.amount.grouped()).collect::<Vec<_>>()
    };
    assert_eq!(told("100000"), ["800.00", "32,144.00", "52,800.00"]);
    // A bill that lies in the deductible says so.
    assert_eq!(told("500"), ["500.00"]);
}
