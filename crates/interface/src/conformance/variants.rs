//! Clients differ in small ways. Every served transaction, with every column filled, written in each of those ways, reads
//! as the same message; and whatever else is sent is answered, never a panic.

use super::*;
use crate::signature::{Headers, Unsigned, check, sign};
use crate::{Oddity, Remark, fault};
use proptest::prelude::*;
use std::sync::OnceLock;

fn shared() -> &'static Specification {
    static SPECIFICATION: OnceLock<Specification> = OnceLock::new();
    SPECIFICATION.get_or_init(specification)
}

/// A row with every column.
fn filled(specification: &Specification, transaction: &Transaction, node: &Node) -> J {
    let column = |field: &Field| {
        let value = match &field.kind {
            Kind::Rows { table, many } => {
                let row = filled(specification, transaction, transaction.inner(table).unwrap());
                if *many { json!([row]) } else { row }
            }
            Kind::Number(digits, places) if digits > places => json!(7),
            Kind::Number(..) => json!(0),
            _ => sample(specification, transaction, field),
        };
        (field.name.clone(), value)
    };
    J::Object(node.fields.iter().map(column).collect())
}

/// A message with every column of every node.
fn whole(specification: &Specification, transaction: &Transaction) -> J {
    let node = |node: &Node| {
        let row = filled(specification, transaction, node);
        (node.name.clone(), if node.many { json!([row]) } else { row })
    };
    message(&transaction.infno, J::Object(transaction.input.iter().map(node).collect()))
}

fn read(body: &J) -> Request {
    Request::read(shared(), body.to_string().as_bytes(), None)
        .unwrap_or_else(|refused| panic!("{:?}\n{body}", refused.faults))
}

/// Changes every value of a message, from the inside out; what it is told is the name under which the value stands.
fn changed(value: J, name: &str, change: &impl Fn(&str, J) -> J) -> J {
    let value = match value {
        J::Object(members) => J::Object(
            members.into_iter().map(|(name, one)| (name.clone(), changed(one, &name, change))).collect(),
        ),
        J::Array(items) => J::Array(items.into_iter().map(|one| changed(one, "", change)).collect()),
        other => other,
    };
    change(name, value)
}

/// Writes every message in another way, which must read the same; whether that is remarked on is told by `oddity`, and
/// how many transactions have something to write so by the answer.
fn reads_the_same(write: impl Fn(&str, J) -> J, oddity: Option<Oddity>) -> usize {
    let mut differently = 0;
    for transaction in shared().transactions() {
        let plain = whole(shared(), transaction);
        let mut other = plain.clone();
        other["input"] = changed(plain["input"].clone(), "input", &write);
        if other == plain {
            continue;
        }
        differently += 1;
        let (one, two) = (read(&plain), read(&other));
        assert_eq!(one.input, two.input, "{}", transaction.infno);
        if let Some(oddity) = oddity {
            let remarked = two.remarks.iter().any(|remark: &Remark| remark.oddity == oddity);
            assert!(remarked, "{}: {:?}", transaction.infno, two.remarks);
        }
    }
    differently
}

/// Every number of every message once as a text, and once with noughts behind where it has places.
#[test]
fn numbers_may_be_texts() {
    let mut checked = 0;
    for transaction in shared().transactions() {
        let plain = whole(shared(), transaction);
        for node in &transaction.input {
            for field in &node.fields {
                let Kind::Number(_, places) = field.kind else { continue };
                let written =
                    |number: &J| if places < 2 { number.to_string() } else { format!("{number}.00") };
                let mut other = plain.clone();
                let row = match node.name.as_str() {
                    Node::BARE => &mut other["input"],
                    name => &mut other["input"][name],
                };
                let row = if node.many { &mut row[0] } else { row };
                row[&field.name] = json!(written(&row[&field.name]));
                assert_eq!(read(&plain).input, read(&other).input, "{} {}", transaction.infno, field.name);
                checked += 1;
            }
        }
    }
    assert!(checked > 80, "{checked}");
}

#[test]
fn a_list_of_one_may_stand_for_an_object_and_an_object_for_a_list() {
    let objects = |name: &str, value: J| match value {
        J::Array(mut items) if !name.is_empty() && items.len() == 1 && items[0].is_object() => {
            items.remove(0)
        }
        other => other,
    };
    assert!(reads_the_same(objects, Some(Oddity::ObjectAsList)) > 10);
    let mut listed = 0;
    for transaction in shared().transactions() {
        let plain = whole(shared(), transaction);
        for node in transaction.input.iter().filter(|node| !node.many && node.name != Node::BARE) {
            let mut other = plain.clone();
            other["input"][&node.name] = json!([plain["input"][&node.name]]);
            let (one, two) = (read(&plain), read(&other));
            assert_eq!(one.input, two.input, "{} {}", transaction.infno, node.name);
            assert!(two.remarks.iter().any(|remark| remark.oddity == Oddity::ListAsObject));
            listed += 1;
        }
    }
    assert!(listed > 60, "{listed}");
}

#[test]
fn names_may_have_other_capitals_and_fields_nobody_knows() {
    let capitals = |_: &str, value: J| match value {
        J::Object(members) => {
            J::Object(members.into_iter().map(|(name, one)| (name.to_ascii_uppercase(), one)).collect())
        }
        other => other,
    };
    assert!(reads_the_same(capitals, Some(Oddity::Capitals)) > 80);
    let more = |_: &str, value: J| match value {
        J::Object(mut members) => {
            for (name, one) in
                [("exp_content", json!("{}")), ("其他", json!([{"a": [null]}])), ("x1", json!(1e300))]
            {
                if !members.contains_key(name) {
                    members.insert(format!("{name}_of_ours"), one);
                }
            }
            J::Object(members)
        }
        other => other,
    };
    assert!(reads_the_same(more, Some(Oddity::Unknown)) > 80);
}

/// Nothing, `null`, an empty text and a field that is not there are one and the same.
#[test]
fn whatever_is_empty_is_the_same_nothing() {
    for transaction in shared().transactions() {
        let without = sent(shared(), transaction, |_, _| {});
        for empty in [J::Null, json!(""), json!("  ")] {
            let with = sent(shared(), transaction, |node, row| {
                for field in node.fields.iter().filter(|field| !field.required) {
                    row.insert(field.name.clone(), empty.clone());
                }
            });
            assert_eq!(read(&without).input, read(&with).input, "{} {empty}", transaction.infno);
        }
    }
}

/// A fault in the second row of a list says so: node, row, field and rule in one sentence.
#[test]
fn a_fault_is_told_with_node_row_field_and_rule() {
    let mut checked = 0;
    for transaction in shared().transactions() {
        for node in transaction.input.iter().filter(|node| node.many) {
            for field in node.fields.iter().filter(|field| matches!(field.kind, Kind::Text(_))) {
                let Kind::Text(most) = field.kind else { continue };
                let mut body = whole(shared(), transaction);
                let row = body["input"][&node.name][0].clone();
                let mut wrong = row.clone();
                wrong[&field.name] = json!("长".repeat(most + 1));
                body["input"][&node.name] = json!([row, wrong]);
                let refused = Request::read(shared(), body.to_string().as_bytes(), None).unwrap_err();
                let [one] = refused.faults.as_slice() else { panic!("{:?}", refused.faults) };
                assert_eq!((one.row, &one.rule), (2, &Rule::TooLong(most)));
                let told = fault::tell(&refused.faults, shared());
                for part in [&format!("节点[{}]", node.name), "第2行", &format!("字段[{}]", field.name)]
                {
                    assert!(told.contains(part), "{told} lacks {part}");
                }
                assert!(told.ends_with(&one.told(shared())) && told.contains(&most.to_string()), "{told}");
                checked += 1;
            }
        }
    }
    assert!(checked > 150, "{checked}");
}

/// Any JSON, as deep and odd as a client may go.
fn anything() -> impl Strategy<Value = J> {
    let leaf = prop_oneof![
        Just(J::Null),
        any::<bool>().prop_map(J::Bool),
        any::<i64>().prop_map(J::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,12}".prop_map(J::String),
        "[0-9]{1,40}(\\.[0-9]{1,40})?".prop_map(J::String),
        "20[0-9]{2}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?".prop_map(J::String),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(J::Array),
            prop::collection::vec(("[a-z_]{1,8}", inner), 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Every place of a message: the way to it from the top.
fn places(value: &J, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        J::Object(members) => {
            members.iter().for_each(|(name, one)| places(one, &format!("{here}/{name}"), found));
        }
        J::Array(items) => {
            items.iter().enumerate().for_each(|(place, one)| places(one, &format!("{here}/{place}"), found));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever stands at any place of any message, it is read or every fault is told; nothing panics.
    #[test]
    fn anything_at_any_place_is_answered(
        which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), value in anything()
    ) {
        let transactions: Vec<&Transaction> = shared().transactions().collect();
        let mut body = whole(shared(), transactions[which.index(transactions.len())]);
        let mut found = Vec::new();
        places(&body, "", &mut found);
        *body.pointer_mut(&found[place.index(found.len())]).unwrap() = value;
        if let Err(refused) = Request::read(shared(), body.to_string().as_bytes(), None) {
            prop_assert!(!refused.faults.is_empty());
            prop_assert!(!fault::tell(&refused.faults, shared()).is_empty());
            for one in &refused.faults {
                prop_assert!(one.rule != Rule::Required || !one.field.is_empty());
            }
        }
    }

    /// Cut anywhere, or with any byte changed, a message is read or refused.
    #[test]
    fn a_broken_message_is_answered(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()
    ) {
        let transactions: Vec<&Transaction> = shared().transactions().collect();
        let mut bytes = whole(shared(), transactions[which.index(transactions.len())]).to_string().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Err(refused) = Request::read(shared(), &bytes, None) {
            prop_assert!(!refused.faults.is_empty());
        }
    }

    /// A signature is good for its four headers and no others.
    #[test]
    fn a_signature_holds_for_its_headers_only(
        key in "[!-~]{1,40}", name in "[0-9]{4}", version in "[!-~]{1,10}", off in -1_800_000i64..=1_800_000,
        secret in prop::collection::vec(any::<u8>(), 1..100), changed in 0..4usize, other in "[!-~]{1,40}"
    ) {
        let now = Moment(1_700_000_000_000);
        let timestamp = (now.0 + off).to_string();
        let good = sign(&secret, &key, &name, &timestamp, &version);
        let secrets = |_: &str| vec![secret.clone()];
        let headers = Headers {
            name: Some(&name), version: Some(&version), timestamp: Some(&timestamp), access_key: Some(&key),
            signature: Some(&good),
        };
        prop_assert_eq!(check(&headers, now, secrets), Ok(()));
        let mut wrong = headers;
        let slot = [&mut wrong.name, &mut wrong.version, &mut wrong.access_key, &mut wrong.signature];
        for (place, value) in slot.into_iter().enumerate() {
            if place == changed {
                prop_assume!(*value != Some(other.as_str()));
                *value = Some(&other);
            }
        }
        prop_assert_eq!(check(&wrong, now, secrets), Err(Unsigned::Signature));
    }

    /// Whatever the headers hold, there is an answer.
    #[test]
    fn any_headers_are_answered(parts in prop::collection::vec(prop::option::of(".{0,140}"), 5), now in any::<i64>()) {
        let part = |place: usize| parts[place].as_deref();
        let headers = Headers {
            name: part(0), version: part(1), timestamp: part(2), access_key: part(3), signature: part(4),
        };
        prop_assert!(check(&headers, Moment(now), |_| vec![b"secret".to_vec()]).is_err());
    }
}
