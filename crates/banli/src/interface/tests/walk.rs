//! Every served transaction, from the tables alone, over HTTP at every address.

use super::*;
use ::interface::{Field, Kind, Node, Transaction};
use axum::http::{Method, Request as Http};
use tower::ServiceExt;

fn sample(specification: &Specification, transaction: &Transaction, field: &Field) -> Value {
    match &field.kind {
        Kind::Text(_) => match field.list.as_deref().and_then(|list| specification.list(list)) {
            Some(list) => json!(list.codes.keys().next().unwrap()),
            None => json!("1"),
        },
        Kind::Number(..) => json!(1),
        Kind::Date => json!("2026-10-08"),
        Kind::Time => json!("2026-10-08 08:30:00"),
        Kind::Flag => json!(true),
        Kind::Bytes => json!(::interface::archive::pack("a.txt", "1\n")),
        Kind::Texts(_) => json!(["1"]),
        Kind::Rows { table, .. } => {
            let inner = transaction.inner(table).unwrap();
            json!([minimal(specification, transaction, inner)])
        }
    }
}

fn minimal(specification: &Specification, transaction: &Transaction, node: &Node) -> Value {
    let required = node.fields.iter().filter(|field| field.required);
    Value::Object(
        required.map(|field| (field.name.clone(), sample(specification, transaction, field))).collect(),
    )
}

/// A message of required fields only is read and answered in the protocol: with output or with the office's reasons,
/// never with "not offered", a broken identity or an empty reason; and what it answers is as the tables have it.
#[test]
fn every_served_transaction_is_answered_from_the_tables_alone() {
    let stage = Stage::new();
    let client = stage.client(HOSPITAL);
    let specification = &stage.app.interface.specification;
    assert_eq!(specification.transactions().count(), SERVED.len());
    for transaction in specification.transactions() {
        assert!(SERVED.contains(&transaction.infno.as_str()), "{}", transaction.infno);
        let input: serde_json::Map<String, Value> = transaction
            .input
            .iter()
            .map(|node| {
                let row = minimal(specification, transaction, node);
                (node.name.clone(), if node.many { json!([row]) } else { row })
            })
            .collect();
        let message = client.message(&transaction.infno, &Value::Object(input));
        let headers = client.headers(&transaction.infno, &stage.app.interface.secrets.of(&client.key));
        let response =
            handle(&stage.app, Some(&transaction.infno), &headers, Some(message.to_string().as_bytes()));
        assert_eq!(response.status(), StatusCode::OK, "{}", transaction.infno);
        if response.headers()["content-type"] == "application/octet-stream" {
            continue;
        }
        let (_, answer) = read(response);
        let why = answer["err_msg"].as_str().unwrap();
        assert_eq!(answer["infcode"] == json!(0), why.is_empty(), "{}: {answer}", transaction.infno);
        assert!(!why.contains("未提供") && !why.contains("恒等式"), "{}: {why}", transaction.infno);
        if answer["infcode"] == json!(0) {
            for node in &transaction.output {
                let told = match node.name.as_str() {
                    Node::BARE | Node::WHOLE => &answer["output"],
                    name => &answer["output"][name],
                };
                let rows = if node.many { told.as_array().unwrap().clone() } else { vec![told.clone()] };
                for row in rows {
                    let names: Vec<&String> = row.as_object().unwrap().keys().collect();
                    assert_eq!(names.len(), node.fields.len(), "{} {}", transaction.infno, node.name);
                    assert!(node.fields.iter().all(|field| row.get(&field.name).is_some()));
                }
            }
        }
    }
}

/// Both common prefixes and the operator's own, each with the number in the body and in the path.
#[test]
fn every_address_is_answered() {
    let Stage { mut app, folder: _folder } = Stage::new();
    app.interface.prefix = Some("/own/prefix".to_owned());
    let key = format!("{HOSPITAL}-1");
    let secret = app.interface.secrets.of(&key);
    let app = Arc::new(app);
    let router = router(&app).with_state(Arc::clone(&app));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut sequence = 0;
    for prefix in PREFIXES.into_iter().chain(["/own/prefix"]) {
        for path in [format!("{prefix}/callService"), format!("{prefix}/callService/9001")] {
            sequence += 1;
            let timestamp = Clock::Real.now().0.to_string();
            let message = json!({
                "infno": "9001", "msgid": format!("{HOSPITAL}20261009120000{sequence:04}"), "mdtrtarea_admvs": "330106",
                "recer_sys_code": "YBXT", "infver": "V1.0", "opter_type": "1", "opter": "0001", "opter_name": "李",
                "inf_time": "2026-10-09 08:00:00", "fixmedins_code": HOSPITAL,
                "input": {"signIn": {"opter_no": "0001", "mac": "-", "ip": "-"}},
            });
            let request = Http::builder()
                .method(Method::POST)
                .uri(&path)
                .header("_api_name", "9001")
                .header("_api_version", "1.0.0")
                .header("_api_timestamp", &timestamp)
                .header("_api_access_key", &key)
                .header(
                    "_api_signature",
                    signature::sign(secret.as_bytes(), &key, "9001", &timestamp, "1.0.0"),
                )
                .body(Body::from(message.to_string()))
                .unwrap();
            let response = runtime.block_on(router.clone().oneshot(request)).unwrap();
            let status = response.status();
            let bytes = runtime.block_on(to_bytes(response.into_body(), usize::MAX)).unwrap();
            let answer: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!((status, &answer["infcode"]), (StatusCode::OK, &json!(0)), "{path}: {answer}");
        }
    }
}
