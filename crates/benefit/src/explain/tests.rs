use super::*;
use crate::testing::{bill, code, day, line, pack};
use crate::{Class, Line};

/// An unfiled stay in Shanghai with a line of every class.
fn away() -> Bill {
    let mut bill = bill("1");
    bill.provider.admdvs = 310_101;
    let class_b = Line { class: Class::B, first_own: "0.1".parse().unwrap(), ..line("1000", "2") };
    let dear = Line { ceiling: "50".parse().ok(), ..line("80", "10") };
    let own = Line { class: Class::Own, ..line("33.33", "1") };
    bill.lines = vec![line("98000", "1"), class_b, dear, own];
    bill
}

#[test]
fn the_steps_add_up_to_the_fen_and_each_has_an_article() {
    let benefits = pack("hangzhou");
    let bill = away();
    let mut outcome = Outcome::default();
    benefits.adjudicate(&bill, &mut outcome).unwrap();
    let explanation = benefits.explain(&bill, &outcome);
    for section in [Section::Split, Section::Pay] {
        let steps = explanation.steps.iter().filter(|step| step.section == section);
        assert_eq!(Fen::sum(steps.map(|step| step.amount)), Ok(outcome.amounts.medfee_sumamt), "{section:?}");
    }
    let known = |id: &ArticleId| benefits.articles().iter().any(|article| article.id == *id);
    for step in &explanation.steps {
        assert!(known(&step.article), "{step:?}");
    }
    assert_eq!(explanation.law, benefits.hash());
    // In scope 98,000 + 1,800 + 500 = 100,300; first share 20% = 20,060; left 80,240.
    // Pooled: (40,000 - 800) x 82% = 32,144.00 and 40,240 x 88% = 35,411.20.
    assert_eq!(outcome.amounts.hifp_pay.to_string(), "67555.20");
    assert_eq!(outcome.amounts.preselfpay_amt.to_string(), "20260.00");
}

#[test]
fn what_a_filing_would_have_changed() {
    let benefits = pack("hangzhou");
    let bill = away();
    let mut outcome = Outcome::default();
    benefits.adjudicate(&bill, &mut outcome).unwrap();
    let found = benefits.counterfactuals(&bill, &outcome);
    let difference = |id: &str| {
        found.iter().find(|one| one.id == id).map(|one| one.difference.clone().map(|fen| fen.to_string()))
    };
    // With the referral the first share is 10%: 10,030 more at 88%.
    assert_eq!(difference("referral-filed"), Some(Ok("8826.40".to_owned())));
    // With a long-term filing there is none: 20,060 more at 88%.
    assert_eq!(difference("long-term-filed"), Some(Ok("17652.80".to_owned())));
    // It is a tertiary hospital already.
    assert_eq!(difference("tertiary"), None);
}

#[test]
fn a_refused_what_if_says_why() {
    let benefits = pack("hangzhou");
    let mut bill = bill("1");
    bill.visit.med_type = code("11");
    bill.visit.begndate = day("2009-12-31");
    bill.visit.enddate = day("2009-12-31");
    bill.lines = vec![line("100", "1")];
    let mut outcome = Outcome::default();
    let refusals = benefits.adjudicate(&bill, &mut outcome).unwrap_err();
    assert_eq!(refusals[0].code, "benefit/no-figures");
    assert_eq!(refusals[0].article.0, "hz-frame/no-figures");
    bill.visit.begndate = day("2010-01-01");
    bill.visit.enddate = day("2010-01-01");
    benefits.adjudicate(&bill, &mut outcome).unwrap();
}

/// A stay over the change of 2020, over New Year without a change of figures, and within one law.
#[test]
fn which_law_applies_to_a_stay_and_why() {
    let law = policy::Law::load(&crate::testing::files(), "hangzhou").unwrap();
    let admission = law.choosing("stay-law-day", "admission").unwrap();
    let told = |law: &policy::Law, from: &str, to: &str| {
        let benefits = Benefits::compile(law).unwrap();
        let mut bill = bill("2");
        (bill.visit.begndate, bill.visit.enddate) = (day(from), day(to));
        bill.lines = vec![line("1000", "1")];
        let mut outcome = Outcome::default();
        benefits.adjudicate(&bill, &mut outcome).unwrap();
        let told = benefits.explain(&bill, &outcome).day;
        assert_eq!((told.article.0.as_str(), told.section), ("hz-frame/law-day", Section::Law));
        let of = |name: &str| match &told.facts[name] {
            Fact::Text(text) => text.clone(),
            fact => format!("{fact:?}").replace("Day(", "").replace(')', ""),
        };
        format!("{} {} {}", told.key, of("since"), of("year"))
    };
    assert_eq!(told(&law, "2019-12-20", "2020-01-05"), "explain-law-discharge 2020-01-01 2020");
    assert_eq!(told(&admission, "2019-12-20", "2020-01-05"), "explain-law-admission 2015-01-01 2019");
    assert_eq!(told(&law, "2020-12-20", "2021-01-05"), "explain-law-discharge 2020-01-01 2021");
    assert_eq!(told(&law, "2020-02-20", "2020-03-05"), "explain-law 2020-01-01 2020");
}
