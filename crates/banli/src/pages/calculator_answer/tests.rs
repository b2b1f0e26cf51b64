use super::*;
use crate::pages::parts::Theme;
use crate::text::{Lang, Text};
use policy::Law;
use terms::Moment;

fn bill(benefits: &Benefits) -> Bill {
    let sent = r#"{"id": "1", "person": {"insutype": "310", "psn_type": "1101"}, "provider": {"hosp_lv": "2"},
        "visit": {"med_type": "21", "begndate": "2021-03-12", "enddate": "2021-03-12"},
        "lines": [{"pric": "100000", "cnt": "1", "chrgitm_lv": "01"}]}"#;
    serde_json::from_str::<crate::bills::BillIn>(sent).unwrap().bill(benefits).unwrap()
}

/// The picture of the reference example: 15,056 of 100,000 are the person's, the curve turns above the deductible of
/// 800 and above the band of 40,000, each under the article of 2020.
#[test]
fn the_picture_turns_at_the_articles_figures() {
    let law = Law::load(&crate::packs::embedded().unwrap(), "hangzhou").unwrap();
    let benefits = Benefits::compile(&law).unwrap();
    let bill = bill(&benefits);
    for (lang, above) in [(Lang::En, "above ¥800.00"), (Lang::Zh, "超过 800.00 元")] {
        let page = Page {
            text: Text::of(lang),
            law: &law,
            now: Moment(0),
            path: "/",
            theme: Theme::System,
            reader: None,
            demo: false,
        };
        let told = over_the_bill(&page, &benefits, &bill, Fen::yuan(100_000)).into_string();
        for part in [above, "40,000.00", "15,056.00", "84,944.00", "/law/articles/hz-2020/inpatient"] {
            assert!(told.contains(part), "{part} is missing from {told}");
        }
        // At every bend the parts are the bill.
        let points =
            bends(&benefits.turns(&bill, Fen::yuan(200_000)), Fen::yuan(100_000), Fen::yuan(200_000));
        for at in points {
            let amounts = amounts_at(&benefits, &bill, at).unwrap();
            let sum = amounts.psn_part_amt.plus(amounts.fund_pay_sumamt).unwrap();
            assert_eq!(sum.plus(amounts.hosp_part_amt).unwrap(), at);
        }
    }
}

#[test]
fn another_way_is_the_same_person_on_the_same_day() {
    let law = Law::load(&crate::packs::embedded().unwrap(), "hangzhou").unwrap();
    let benefits = Benefits::compile(&law).unwrap();
    let bill = bill(&benefits);
    let level = benefits.dimension_over(Field::HospLv).unwrap();
    let named = |id: &str| benefits.dimensions()[level].values.iter().position(|value| value.id == id);
    let way = Way { level: named("secondary"), place: None, day: None };
    let there = way.taken(&benefits, &bill).unwrap();
    assert_eq!((there.person, there.visit), (bill.person, bill.visit));
    // (40,000 - 500) x 84 % + 60,000 x 90 % (hz-2020/inpatient)
    assert_eq!(
        amounts_at(&benefits, &there, Fen::yuan(100_000)).unwrap().hifp_pay,
        Fen::yuan(33_180 + 54_000)
    );
    assert_eq!(Way::default().taken(&benefits, &bill), Some(bill));
}
