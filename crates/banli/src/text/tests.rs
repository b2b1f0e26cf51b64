use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Each key of a language (`key` or `key.attribute`) with the variables its words use.
fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, source) in files(lang) {
        let resource = FluentResource::try_new(source.clone())
            .unwrap_or_else(|(_, faults)| panic!("{path}: {faults:?}"));
        assert!(resource.entries().count() > 0, "{path} has no entries");
        let mut key = String::new();
        let mut in_attribute = String::new();
        for line in source.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                key = line.split('=').next().unwrap().trim().to_owned();
                in_attribute = key.clone();
                assert!(keys.insert(key.clone(), BTreeSet::new()).is_none(), "{path}: `{key}` stands twice");
            } else if let Some((name, _)) =
                line.trim().strip_prefix('.').and_then(|rest| rest.split_once('='))
            {
                in_attribute = format!("{key}.{}", name.trim());
                keys.insert(in_attribute.clone(), BTreeSet::new());
            }
            for variable in line.split('$').skip(1) {
                let end = variable
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
                    .unwrap_or(variable.len());
                keys.get_mut(&in_attribute)
                    .expect("a variable stands in a message")
                    .insert(variable[..end].to_owned());
            }
        }
    }
    keys
}

#[test]
fn both_languages_say_the_same_things_with_the_same_values() {
    let (zh, en) = (keys(Lang::Zh), keys(Lang::En));
    assert!(zh.len() > 50);
    let only_zh: Vec<_> = zh.keys().filter(|key| !en.contains_key(*key)).collect();
    let only_en: Vec<_> = en.keys().filter(|key| !zh.contains_key(*key)).collect();
    assert!(only_zh.is_empty() && only_en.is_empty(), "only zh: {only_zh:?}\nonly en: {only_en:?}");
    for (key, variables) in &zh {
        assert_eq!(variables, &en[key], "the values of `{key}`");
    }
}

/// Every key that the Rust sources name as a literal is in the texts.
#[test]
fn every_key_named_in_the_sources_has_words() {
    let known = keys(Lang::Zh);
    let mut missing = BTreeSet::new();
    for (path, source) in rust_sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        for call in [".say(\"", ".with(\"", "say_key(\""] {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                if !key.contains('{') && !known.contains_key(key) {
                    missing.insert(format!("{path}: {key}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn rust_sources(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut sources = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.extend(rust_sources(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("tests.rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            // A chained refusal `.with("fact", Fact::..)` is not a text: only calls on a `text` are.
            let source = source.replace("\n", " ");
            if source.contains("Text") {
                sources.push((path.display().to_string(), source));
            }
        }
    }
    sources
}

#[test]
fn dates_and_money_as_people_write_them() {
    let day: Day = "2026-10-08".parse().unwrap();
    let (zh, en) = (Text::of(Lang::Zh), Text::of(Lang::En));
    assert_eq!(zh.day(day), "2026年10月8日 (周四)");
    assert_eq!(en.day(day), "Thu 8 Oct 2026");
    assert_eq!(zh.yuan("15056".parse().unwrap()), "15,056.00 元");
    assert_eq!(en.yuan("-1234.5".parse().unwrap()), "-¥1,234.50");
    assert_eq!(zh.span(30, Unit::WorkingDays), "30 个工作日");
    assert_eq!(en.span(1, Unit::CalendarDays), "1 calendar day");
    assert_eq!(en.span(15, Unit::CalendarDays), "15 calendar days");
}

#[test]
fn the_language_of_a_browser() {
    for (header, lang) in
        [("", Lang::Zh), ("en-GB,en;q=0.9", Lang::En), ("fr,zh-TW;q=0.5", Lang::Zh), ("文", Lang::Zh)]
    {
        assert_eq!(Lang::preferred(header), lang, "{header}");
    }
}

#[test]
#[should_panic(expected = "no words for `no-such-key`")]
fn an_unknown_key_is_loud_in_tests() {
    Text::of(Lang::Zh).say("no-such-key");
}

/// What procedures name by a word of a list is read by people too.
#[test]
fn every_code_of_the_procedures_has_words() {
    let rules = crate::office::rulebook(&crate::packs::PacksArgs::default(), crate::packs::PACK).unwrap();
    let mut codes: BTreeSet<String> = BTreeSet::new();
    for procedure in rules.procedures.iter() {
        codes.extend(procedure.applicants.iter().map(|applicant| applicant.capacity.clone()));
        codes.extend(procedure.parties.iter().cloned());
        codes.insert(procedure.intake.owner.role.clone());
        for state in &procedure.states {
            codes.extend(state.steps().iter().map(|step| step.owner.role.clone()));
        }
        for material in &procedure.materials {
            codes.extend(
                [&material.sealed_by, &material.filled_by, &material.stamp].into_iter().flatten().cloned(),
            );
            codes.extend(material.accepts.iter().filter(|id| procedure.material(id).is_none()).cloned());
        }
    }
    let missing: Vec<&String> =
        codes.iter().filter(|code| Text::of(Lang::Zh).find(&format!("code-{code}"), &[]).is_none()).collect();
    assert!(codes.len() > 10 && missing.is_empty(), "{missing:?}");
}
