use super::*;

fn files(entries: &[(&str, &str)]) -> Files {
    entries.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

const CLUB: &str = r#"
id = "club"
name = { zh = "俱乐部", en = "Club" }
answers_from = 2000-01-01
"#;

const ARTICLES: &str = r#"
instrument = { zh = "章程", en = "Statute" }
source = "made up"
confidence = "illustrative"
checked = "2026-01-01"
from = "2000-01-01"

[[article]]
id = "statute/1"
place = { zh = "第一条", en = "Article 1" }
gist = { zh = "会费", en = "Fees" }
"#;

fn club() -> Files {
    let pack = CLUB.replace("2000-01-01", "\"2000-01-01\"");
    files(&[("club/pack.toml", &pack), ("club/articles/statute.toml", ARTICLES)])
}

#[track_caller]
fn check_fault(files: &Files, expected: &str) {
    let faults = Law::load(files, "club").unwrap_err();
    let printed: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(
        printed.iter().any(|fault| fault.contains(expected)),
        "{expected}\nnot in\n{}",
        printed.join("\n")
    );
}

#[test]
fn a_changed_letter_changes_the_hash() {
    let law = Law::load(&club(), "club").unwrap();
    let mut changed = club();
    changed.get_mut("club/articles/statute.toml").unwrap().push_str("# checked again\n");
    assert_ne!(law.hash(), Law::load(&changed, "club").unwrap().hash());
    assert_eq!(law.hash(), Law::load(&club(), "club").unwrap().hash());
}

#[test]
fn faults_are_pointed_at() {
    let mut twice = club();
    let doubled = format!("{ARTICLES}{}", &ARTICLES[ARTICLES.find("[[article]]").unwrap()..]);
    twice.insert("club/articles/statute.toml".into(), doubled);
    check_fault(&twice, "club/articles/statute.toml:13:6: article `statute/1` is there twice");

    let mut unsourced = club();
    unsourced.insert("club/articles/statute.toml".into(), ARTICLES.replace("source = \"made up\"\n", ""));
    check_fault(&unsourced, "article `statute/1` has no `source`");

    let mut misspelt = club();
    misspelt.insert("club/articles/statute.toml".into(), ARTICLES.replace("place", "plaice"));
    check_fault(&misspelt, "unknown field `plaice`");

    check_fault(&files(&[("other/pack.toml", "")]), "there is no such pack");

    let mut circle = club();
    let under_itself = format!("{}under = \"club\"", club()["club/pack.toml"]);
    circle.insert("club/pack.toml".into(), under_itself);
    check_fault(&circle, "in a circle");
}

#[test]
fn a_setting_is_chosen_among_its_readings() {
    let mut with_setting = club();
    let text = r#"
[setting.fee-day]
question = { zh = "何日", en = "Which day" }
article = "statute/1"
chosen = "first"
readings.first = { zh = "首日", en = "first" }
readings.last = { zh = "末日", en = "last" }
"#;
    with_setting.insert("club/settings.toml".into(), text.into());
    let law = Law::load(&with_setting, "club").unwrap();
    assert_eq!(law.setting("fee-day").unwrap().chosen, "first");
    let other = law.choosing("fee-day", "last").unwrap();
    assert_eq!(other.setting("fee-day").unwrap().chosen, "last");
    assert_ne!(law.hash(), other.hash());
    assert!(law.choosing("fee-day", "never").is_none());

    with_setting
        .insert("club/settings.toml".into(), text.replace("chosen = \"first\"", "chosen = \"never\""));
    check_fault(&with_setting, "`never` is no reading of `fee-day`");
}
