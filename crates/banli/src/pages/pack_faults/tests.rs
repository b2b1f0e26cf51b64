use super::*;
use crate::text::Lang;
use benefit::Benefits;
use policy::{Diagnostics, Law, say};

const POOLED: &str = "reference/benefits/pooled.toml";
const SERIOUS: &str = "reference/benefits/serious.toml";

/// Everything the checks say of the reference pack with this change.
fn said(file: &str, from: &str, to: &str) -> Diagnostics {
    let mut files = crate::packs::embedded().unwrap();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} does not hold {from}");
    *text = text.replacen(from, to, 1);
    let compiled = Law::load(&files, "reference").and_then(|law| Ok((Benefits::compile(&law)?, law)));
    match compiled {
        Err(faults) => faults,
        Ok((benefits, law)) => {
            let proofs = benefit::prove(&law, &benefits);
            let proven = proofs.faults.into_iter().map(|fault| fault.diagnostic);
            let rows = benefit::scenario::failures(&law, &benefits);
            proven.chain(proofs.without_scenario).chain(rows).collect()
        }
    }
}

/// Faults that a policy officer makes while trying: each is said in Chinese, what and cure, and in English as it was.
#[test]
fn faults_are_said_in_both_languages() {
    let changes = [
        (POOLED, "| primary   |  40,000 |", "| primary   |  10,000 |"),
        (POOLED, "| primary   |  20,000 |", "| primary   | -20,000 |"),
        (POOLED, "| tertiary  | above   | 0%       | 0%      | 0%    |", ""),
        (POOLED, "| 90.5%    |", "| 190.5%   |"),
        (POOLED, "| primary   |    300 |\n", ""),
        (POOLED, "| primary   |    300 |\n", "| primary   |    300 |\n| primary   |    400 |\n"),
        (POOLED, "| primary   |    300 |", "| primery   |    300 |"),
        (
            POOLED,
            "| tertiary  |  20,000 |",
            "| tertiary  |     900 | 80%      | 80%     | 80%   |\n| tertiary  |  20,000 |",
        ),
        (SERIOUS, "base = \"burden\"", "base = \"scope\""),
        (SERIOUS, "| 75,000 | 60%  |", "| 75,000 | 61%  |"),
    ];
    let mut seen = 0;
    for (file, from, to) in changes {
        let faults = said(file, from, to);
        assert!(!faults.is_empty(), "{to}");
        for said in faults.iter().flat_map(Diagnostic::sentences) {
            in_both(said);
            seen += 1;
        }
    }
    assert!(seen > 25, "{seen}");
}

/// The sentence is said in Chinese, and in English as the command line says it.
#[track_caller]
fn in_both(said: &Said) {
    let (zh, en) = (Text::of(Lang::Zh), Text::of(Lang::En));
    let chinese = in_language(zh, said).unwrap_or_else(|| panic!("no Chinese for `{said}`"));
    assert!(chinese.chars().any(|letter| letter > '\u{2e80}'), "{chinese}");
    assert_eq!(in_language(en, said), Some(said.to_string()));
}

/// What the national pack and Hangzhou's say of themselves with this change.
fn said_by_office(file: &str, from: &str, to: &str) -> Diagnostics {
    let mut files = crate::packs::embedded().unwrap();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} does not hold {from}");
    *text = text.replacen(from, to, 1);
    let compiled = Law::load(&files, "hangzhou").and_then(|law| agency::Rulebook::compile(law).map(drop));
    compiled.unwrap_err()
}

#[test]
fn what_the_office_begins_and_notices_is_said_in_chinese_too() {
    let (motions, reviews) = ("hangzhou/motions/certificates.toml", "national/review/rules.toml");
    let changes = [
        (motions, "opens = \"certificate-stop\"", "opens = \"certificate-stops\""),
        (motions, "opens = \"certificate-stop\"", "opens = \"certificate-new\""),
        (motions, "\"no-longer-served\"", "\"no-longer\""),
        (motions, "article = \"xihu/stop\"", "article = \"xihu/stops\""),
        (reviews, "days = 30", "days = 3000"),
        (reviews, "note = \"frequency\"", "note = \"frequencies\""),
    ];
    for (file, from, to) in changes {
        said_by_office(file, from, to).iter().flat_map(Diagnostic::sentences).for_each(in_both);
    }
}

#[test]
fn a_sentence_in_a_sentence() {
    let above = say("rate-above").with("rate", "190%");
    let said = say("in-article").holding("said", above).with("article", "reference/bands");
    assert_eq!(said.to_string(), "a rate of 190% pays more than there is (article reference/bands)");
    let chinese = in_language(Text::of(Lang::Zh), &said).unwrap();
    assert_eq!(chinese, "190% 的比例支付的比费用还多（条款 reference/bands）");
    assert_eq!(in_language(Text::of(Lang::Zh), &Said::Words("unexpected `=`".into())), None);
}
