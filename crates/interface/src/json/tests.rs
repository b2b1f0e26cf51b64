use super::*;
use proptest::prelude::*;

/// The same value as another reader sees it; nothing where the two cannot agree on numbers.
fn same(ours: &Json<'_>, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (Json::Null, serde_json::Value::Null) => true,
        (Json::Flag(a), serde_json::Value::Bool(b)) => a == b,
        (Json::Number(_), serde_json::Value::Number(_)) => true,
        (Json::Text(a), serde_json::Value::String(b)) => a == b,
        (Json::List(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), serde_json::Value::Object(b)) => {
            b.iter().all(|(name, value)| ours.get(name).is_some_and(|mine| same(mine, value)))
                && a.iter().all(|(name, _)| b.contains_key(name.as_ref()))
        }
        _ => false,
    }
}

#[test]
fn numbers_keep_their_digits() {
    let json = Json::read(r#"{"a": 1234567890123456.780, "b": [-0.10, 1E+2]}"#).unwrap();
    assert_eq!(json.get("a"), Some(&Json::Number("1234567890123456.780")));
    assert_eq!(json.get("b"), Some(&Json::List(vec![Json::Number("-0.10"), Json::Number("1E+2")])));
}

#[test]
fn escapes_are_resolved_and_the_last_of_two_names_counts() {
    let json = Json::read("\u{feff}{\"a\":\"x\", \"a\":\"\\u4e2d\\ud83d\\ude00\\n\\\"\"} ").unwrap();
    assert_eq!(json.get("a"), Some(&Json::Text("中😀\n\"".into())));
}

#[test]
fn what_is_no_json_is_refused_at_its_byte() {
    for (text, byte) in
        [("", 0), ("{", 1), ("[1,]", 3), ("01", 2), ("{\"a\" 1}", 5), ("1 2", 2), ("\"\\ud800\"", 7)]
    {
        assert_eq!(Json::read(text).map_err(|error| error.byte), Err(byte), "{text}");
    }
    let deep = "[".repeat(DEPTH_MAX + 1);
    assert_eq!(Json::read(&deep).unwrap_err().what, "too deep");
}

#[test]
fn what_is_written_is_read_back() {
    let text = "a\"b\\c\nd\t\u{1}中";
    let mut out = String::new();
    write_text(&mut out, text);
    assert_eq!(Json::read(&out), Ok(Json::Text(text.into())));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_another_reader_agrees(text in r#"[\[\]{}",:0-9eE.+\-a-fnrtul\\ 中]{0,40}"#) {
        let ours = Json::read(&text);
        if let Ok(theirs) = serde_json::from_str::<serde_json::Value>(&text) {
            prop_assert!(same(&ours.unwrap(), &theirs));
        }
    }

    #[test]
    fn whatever_another_writer_writes_is_read(names in prop::collection::btree_map(".{0,8}", ".{0,12}", 0..8)) {
        let text = serde_json::to_string(&names).unwrap();
        let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert!(same(&Json::read(&text).unwrap(), &theirs));
    }
}
