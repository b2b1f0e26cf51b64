//! A walk through every served transaction, from the data itself: what is right passes, and each single thing made
//! wrong is refused at its node and field.

mod variants;

use crate::json::Json;
use crate::{
    Decimal, Field, Kind, Node, Nodes, Request, Row, Rule, Specification, Transaction, Value, answer,
};
use policy::Source;
use serde_json::{Map, Value as J, json};
use terms::{Day, Moment};

/// The specification of the national pack.
pub(crate) fn specification() -> Specification {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/national/interface");
    let mut sources: Vec<Source> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| Source {
            path: format!("national/interface/{}", path.file_name().unwrap().to_string_lossy()),
            text: std::fs::read_to_string(path).unwrap(),
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Specification::read(sources.iter()).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

/// A head that is in order.
#[expect(clippy::needless_pass_by_value, reason = "values are written where messages are")]
pub(crate) fn message(infno: &str, input: J) -> J {
    json!({
        "infno": infno, "msgid": "H33010600001202611221200000001", "mdtrtarea_admvs": "330106",
        "insuplc_admdvs": "330100", "recer_sys_code": "YBXT", "infver": "V1.0", "opter_type": "1", "opter": "0001",
        "opter_name": "王收费", "inf_time": "2026-11-22 12:00:00", "fixmedins_code": "H33010600001", "input": input,
    })
}

/// A value that the column takes.
fn sample(specification: &Specification, transaction: &Transaction, field: &Field) -> J {
    match &field.kind {
        Kind::Text(_) => match field.list.as_deref().and_then(|list| specification.list(list)) {
            Some(list) => json!(list.codes.keys().next().unwrap()),
            None => json!("1"),
        },
        Kind::Number(..) => json!(1),
        Kind::Date => json!("2026-11-22"),
        Kind::Time => json!("2026-11-22 08:30:00"),
        Kind::Flag => json!(true),
        Kind::Bytes => json!([1, -1, 255]),
        Kind::Texts(_) => json!(["1"]),
        Kind::Rows { table, many } => {
            let row = minimal(specification, transaction, transaction.inner(table).unwrap());
            if *many { json!([row]) } else { row }
        }
    }
}

/// A row of required columns only.
fn minimal(specification: &Specification, transaction: &Transaction, node: &Node) -> J {
    let required = node.fields.iter().filter(|field| field.required);
    J::Object(required.map(|field| (field.name.clone(), sample(specification, transaction, field))).collect())
}

/// The whole of a minimal message, with one node's row changed.
fn sent(
    specification: &Specification,
    transaction: &Transaction,
    change: impl Fn(&Node, &mut Map<String, J>),
) -> J {
    let mut input = Map::new();
    for node in &transaction.input {
        let mut row = minimal(specification, transaction, node);
        change(node, row.as_object_mut().unwrap());
        input.insert(node.name.clone(), if node.many { json!([row]) } else { row });
    }
    message(&transaction.infno, J::Object(input))
}

#[track_caller]
fn refused(specification: &Specification, body: &J, node: &str, field: &str, rule: &Rule) {
    let refused = Request::read(specification, body.to_string().as_bytes(), None).unwrap_err();
    let hit =
        refused.faults.iter().any(|fault| fault.node == node && fault.field == field && fault.rule == *rule);
    assert!(hit, "{node}.{field} {rule:?} in {:?}\n{body}", refused.faults);
    let told = refused.faults[0].told(specification);
    assert!(told.contains(field), "{told}");
}

#[test]
fn every_served_transaction_takes_its_minimal_message() {
    let specification = specification();
    assert_eq!(specification.transactions().count(), 84, "the transactions of the issue");
    for transaction in specification.transactions() {
        let body = sent(&specification, transaction, |_, _| {});
        let request = Request::read(&specification, body.to_string().as_bytes(), Some(&transaction.infno));
        let request = request.unwrap_or_else(|refused| panic!("{}: {:?}", transaction.infno, refused.faults));
        assert_eq!(request.remarks, [], "{}", transaction.infno);
        assert_eq!(request.infno, transaction.infno);
    }
}

#[test]
fn every_column_is_held_to_its_rules() {
    let specification = specification();
    let mut checked = 0;
    for transaction in specification.transactions() {
        for node in &transaction.input {
            for field in &node.fields {
                let set = |value: J| {
                    sent(&specification, transaction, |at, row| {
                        if at.name == node.name {
                            row.insert(field.name.clone(), value.clone());
                        }
                    })
                };
                let wrong = |value: J, rule: Rule| {
                    refused(&specification, &set(value), &node.name, &field.name, &rule)
                };
                checked += 1;
                if field.required {
                    wrong(J::Null, Rule::Required);
                    wrong(json!("  "), Rule::Required);
                    let without = sent(&specification, transaction, |at, row| {
                        if at.name == node.name {
                            row.remove(&field.name);
                        }
                    });
                    refused(&specification, &without, &node.name, &field.name, &Rule::Required);
                } else {
                    for empty in [json!(""), J::Null] {
                        let body = set(empty).to_string();
                        assert!(Request::read(&specification, body.as_bytes(), None).is_ok(), "{body}");
                    }
                }
                match &field.kind {
                    Kind::Text(most) => {
                        wrong(json!("长".repeat(most + 1)), Rule::TooLong(*most));
                        wrong(json!({"a": 1}), Rule::NotText);
                        wrong(json!(["x"]), Rule::NotText);
                        if let Some(list) = &field.list {
                            wrong(json!("~"), Rule::NotInList(list.clone()));
                        }
                    }
                    Kind::Number(digits, places) => {
                        let (digits, places) = (*digits, *places);
                        let whole = usize::from(digits - places);
                        let raw = |number: String| set(json!("RAW")).to_string().replace("\"RAW\"", &number);
                        for number in ["9".repeat(whole + 1), format!("0.{}1", "0".repeat(places.into()))] {
                            let body: J = J::String(raw(number));
                            let text = body.as_str().unwrap();
                            let faults =
                                Request::read(&specification, text.as_bytes(), None).unwrap_err().faults;
                            assert!(
                                faults.iter().any(|fault| fault.rule == Rule::TooLarge(digits, places)),
                                "{text}"
                            );
                        }
                        wrong(json!("一"), Rule::NotANumber);
                        wrong(json!(true), Rule::NotANumber);
                        wrong(json!({}), Rule::NotANumber);
                    }
                    Kind::Date => {
                        wrong(json!("2026-02-30"), Rule::NotADate);
                        wrong(json!("20261122"), Rule::NotADate);
                        wrong(json!(20_261_122), Rule::NotADate);
                    }
                    Kind::Time => {
                        wrong(json!("2026-11-22 24:00:00"), Rule::NotATime);
                        wrong(json!("2026-11-22T08:30:00"), Rule::NotATime);
                        wrong(json!(1_700_000_000_000i64), Rule::NotATime);
                    }
                    Kind::Flag => wrong(json!("maybe"), Rule::NotAFlag),
                    Kind::Bytes => {
                        wrong(json!([256]), Rule::WrongShape);
                        wrong(json!("*"), Rule::WrongShape);
                    }
                    Kind::Texts(most) => {
                        wrong(json!("x"), Rule::WrongShape);
                        wrong(json!(["长".repeat(most + 1)]), Rule::TooLong(*most));
                    }
                    Kind::Rows { table, .. } => {
                        let body = set(json!("x"));
                        refused(&specification, &body, table, "", &Rule::WrongShape);
                    }
                }
            }
            let without = |value: J| {
                let mut body = sent(&specification, transaction, |_, _| {});
                body["input"][&node.name] = value;
                body
            };
            if node.required {
                refused(&specification, &without(J::Null), &node.name, "", &Rule::NodeMissing);
            }
            refused(&specification, &without(json!(7)), &node.name, "", &Rule::WrongShape);
            if !node.many {
                refused(&specification, &without(json!([{}, {}])), &node.name, "", &Rule::TwoRows);
            }
        }
    }
    assert!(checked > 800, "{checked} columns");
}

/// A value that the column answers with, and how it must look on the wire.
fn answered(specification: &Specification, transaction: &Transaction, field: &Field) -> (Value, String) {
    match &field.kind {
        Kind::Text(_) => {
            let text = sample(specification, transaction, field).as_str().unwrap().to_owned();
            (Value::Text(text.clone()), format!("\"{text}\""))
        }
        Kind::Number(digits, places) => {
            let number = if digits > places { Decimal::new(7, 0) } else { Decimal::new(0, 0) };
            let noughts = "0".repeat(usize::from(*places));
            let whole = if digits > places { "7" } else { "0" };
            let text = if *places == 0 { whole.to_owned() } else { format!("{whole}.{noughts}") };
            (Value::Number(number), text)
        }
        Kind::Date => (Value::Day(Day::from_ymd(2026, 11, 22).unwrap()), "\"2026-11-22\"".to_owned()),
        Kind::Time => {
            let moment = Moment::at(Day::from_ymd(2026, 11, 22).unwrap(), 8, 30);
            (Value::Moment(moment), "\"2026-11-22 08:30:00\"".to_owned())
        }
        Kind::Flag => (Value::Flag(true), "true".to_owned()),
        Kind::Bytes => (Value::Bytes(vec![1]), "\"AQ==\"".to_owned()),
        Kind::Texts(_) => (Value::Texts(vec!["1".to_owned()]), "[\"1\"]".to_owned()),
        Kind::Rows { table, many } => {
            let (row, text) = full(specification, transaction, transaction.inner(table).unwrap());
            (Value::Rows(vec![row]), if *many { format!("[{text}]") } else { text })
        }
    }
}

fn full(specification: &Specification, transaction: &Transaction, node: &Node) -> (Row, String) {
    let mut row = Row::of(node);
    let mut texts = Vec::new();
    for field in &node.fields {
        let (value, text) = answered(specification, transaction, field);
        row.set(&field.name, value);
        texts.push(format!("\"{}\":{text}", field.name));
    }
    (row, format!("{{{}}}", texts.join(",")))
}

#[test]
fn answers_are_written_exactly_to_the_declared_columns() {
    let specification = specification();
    for transaction in specification.transactions() {
        let mut nodes = Nodes::default();
        let mut expected = Vec::new();
        let mut whole = None;
        for node in &transaction.output {
            let (row, text) = full(&specification, transaction, node);
            nodes.push(&node.name, row);
            let text = if node.many { format!("[{text}]") } else { text };
            match node.name.as_str() {
                Node::BARE | Node::WHOLE => whole = Some(text),
                name => expected.push(format!("\"{name}\":{text}")),
            }
        }
        let expected = whole.unwrap_or_else(|| format!("{{{}}}", expected.join(",")));
        assert_eq!(answer::output(transaction, &nodes), expected, "{}", transaction.infno);
        assert_eq!(answer::check(&specification, transaction, &nodes), [], "{}", transaction.infno);
    }
}

#[test]
fn an_empty_number_is_a_nought_and_anything_else_empty_an_empty_text() {
    let specification = specification();
    let transaction = specification.transaction("2207").unwrap();
    let mut nodes = Nodes::default();
    nodes.push("setlinfo", Row::of(&transaction.output[0]));
    let text = answer::output(transaction, &nodes);
    let json = Json::read(&text).unwrap();
    let setlinfo = json.get("setlinfo").unwrap();
    assert_eq!(setlinfo.get("medfee_sumamt"), Some(&Json::Number("0")));
    assert_eq!(setlinfo.get("brdy"), Some(&Json::Text("".into())));
    assert_eq!(json.get("setldetail"), Some(&Json::List(Vec::new())));
    let missing = answer::check(&specification, transaction, &nodes);
    assert!(missing.iter().any(|fault| fault.field == "setl_id" && fault.rule == Rule::Required));
}

#[test]
fn the_answer_has_the_head_of_the_specification() {
    let specification = specification();
    let moment = Moment(Moment::at(Day::from_ymd(2026, 11, 22).unwrap(), 8, 30).0 + 5_007);
    let stamp = answer::Stamp::new("330100", moment, moment, 42);
    expect_test::expect![[
        r#"{"infcode":0,"inf_refmsgid":"330100202611220830050000000042","refmsg_time":"20261122083005007","respond_time":"20261122083005007","err_msg":"","output":{}}"#
    ]]
    .assert_eq(&answer::success(&stamp, "{}"));
    let told = answer::failure(&stamp, &"长".repeat(300));
    let json = Json::read(&told).unwrap();
    assert_eq!(json.get("err_msg"), Some(&Json::Text("长".repeat(200).into())));
    let names: Vec<&str> =
        specification.head().output[0].fields.iter().map(|field| field.name.as_str()).collect();
    for name in names {
        assert!(json.get(name).is_some(), "{name}");
    }
}
