//! What no honest client sends: each is answered in the protocol with node, field and rule, and nothing of it is done.

use super::raw::{Served, signed};
use super::*;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// A message of fee lines as bytes, and how to spoil it.
struct Spoiled<'a> {
    stage: &'a Stage,
    client: Client<'a>,
    visit: String,
}

impl<'a> Spoiled<'a> {
    fn new(stage: &'a Stage) -> Spoiled<'a> {
        let client = stage.client(HOSPITAL);
        let visit = register(&client);
        Spoiled { stage, client, visit }
    }

    fn last_event(&self) -> i64 {
        self.stage.app.desk.store().read(|reader| reader.last_seq()).unwrap()
    }

    /// A good message of one line.
    fn message(&self) -> Value {
        let one = line(&self.visit, "1", "DEMO-S-0001", "10", "1", "10.00");
        self.client.message("2204", &json!({ "feedetail": [one] }))
    }

    /// A good message with one text of it replaced by another.
    fn instead(&self, of: &str, with: &str) -> Vec<u8> {
        let text = self.message().to_string();
        assert!(text.contains(of), "{of} is not in {text}");
        text.replacen(of, with, 1).into_bytes()
    }

    fn post(&self, body: &[u8]) -> (StatusCode, Value) {
        let headers = self.client.headers("2204", &self.stage.app.interface.secrets.of(&self.client.key));
        read(handle(&self.stage.app, Some("2204"), &headers, Some(body)))
    }

    /// Refused in the protocol with all of these words, and nothing was kept.
    #[track_caller]
    fn refused(&self, body: &[u8], words: &[&str]) {
        let before = self.last_event();
        let (status, answer) = self.post(body);
        assert_eq!((status, &answer["infcode"]), (StatusCode::OK, &json!(-1)), "{answer}");
        let told = answer["err_msg"].as_str().unwrap();
        for word in words {
            assert!(told.contains(word), "{word} is not in {told}");
        }
        assert!(told.chars().count() <= 200, "{told}");
        assert_eq!(self.last_event(), before, "something was kept: {told}");
    }
}

#[test]
fn what_is_no_json_is_refused_at_its_byte() {
    let stage = Stage::new();
    let spoiled = Spoiled::new(&stage);
    let gbk = b"\xb6\xf9\xbf\xc6";
    let good = spoiled.message().to_string();
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let in_gbk = {
        let (before, after) = good.split_once("内科").unwrap();
        [before.as_bytes(), gbk, after.as_bytes()].concat()
    };
    let deep = |open: &str| format!("{{\"input\":{}", open.repeat(10_000)).into_bytes();
    let ignored =
        format!("{},\"x\":{}{}}}", good.strip_suffix('}').unwrap(), "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        Vec::new(),
        b"\0".to_vec(),
        utf16,
        in_gbk,
        deep("["),
        deep("{\"input\":"),
        ignored.into_bytes(),
        "[".repeat(7 << 20).into_bytes(),
        spoiled.instead("\"cnt\":\"1\"", "\"cnt\":NaN"),
        spoiled.instead("\"cnt\":\"1\"", "\"cnt\":-Infinity"),
        spoiled.instead("\"cnt\":\"1\"", "\"cnt\":01"),
        spoiled.instead("内科", "\\ud800"),
        spoiled.instead("内科", "\\udc00\\ud800"),
        spoiled.instead("内科", "\\x00"),
        good.as_bytes()[..good.len() - 1].to_vec(),
        format!("{good}{good}").into_bytes(),
    ] {
        spoiled.refused(&body, &["JSON"]);
    }
    // A byte-order mark before it is read over, as some clients put one there.
    let marked = [b"\xef\xbb\xbf".as_slice(), good.as_bytes()].concat();
    assert_eq!(spoiled.post(&marked).1["infcode"], json!(0));
}

#[test]
fn values_out_of_range_name_their_field() {
    let stage = Stage::new();
    let spoiled = Spoiled::new(&stage);
    let count = |written: &str| spoiled.instead("\"cnt\":\"1\"", &format!("\"cnt\":{written}"));
    let huge = "9".repeat(100_000);
    for written in [
        "1e400",
        "1e-400",
        "-1e400",
        "1e99999999999999999999",
        &huge,
        &format!("\"{huge}\""),
        "\"NaN\"",
        "\"１\"",
    ] {
        spoiled.refused(&count(written), &["节点[feedetail]", "第1行", "字段[cnt]", "不是数值"]);
    }
    for written in ["99999999999999999", "0.12345", "1e15"] {
        spoiled.refused(&count(written), &["字段[cnt]", "超出数值范围"]);
    }
    // A nought is a number, with a sign too; that a line of nothing costs ten yuan is another matter.
    for written in ["-0", "0", "-0.00", "0e5"] {
        spoiled.refused(&count(written), &["1"]);
    }
    let long = format!("\"feedetl_sn\":\"{}\"", "长".repeat(100_000));
    spoiled.refused(
        &spoiled.instead("\"feedetl_sn\":\"1\"", &long),
        &["节点[feedetail]", "字段[feedetl_sn]", "超过最大长度30"],
    );
    // Written as an escape or as the byte itself.
    for nul in ["\\u0000", "\0", "\\u001b[2J", "\u{85}"] {
        let body = spoiled.instead("\"feedetl_sn\":\"1\"", &format!("\"feedetl_sn\":\"1{nul}\""));
        spoiled.refused(&body, &["节点[feedetail]", "字段[feedetl_sn]", "控制字符"]);
    }
    let name = spoiled.instead("李收费", "李\\u0000");
    spoiled.refused(&name, &["字段[opter_name]", "控制字符"]);
}

#[test]
fn input_of_another_shape_is_refused_by_name() {
    let stage = Stage::new();
    let spoiled = Spoiled::new(&stage);
    let with = |input: Value| with(spoiled.message(), json!({ "input": input })).to_string().into_bytes();
    for nothing in
        [Value::Null, json!(""), json!({}), json!({ "feedetail": null }), json!({ "feedetail": [] })]
    {
        spoiled.refused(&with(nothing), &["节点[feedetail]", "缺失"]);
    }
    for other in [json!([]), json!("x"), json!(7), json!(true), json!([{ "feedetail": [] }])] {
        spoiled.refused(&with(other), &["节点[input]", "结构不符"]);
    }
    for other in [json!("x"), json!(7), json!([7]), json!([[]]), json!([null])] {
        spoiled.refused(&with(json!({ "feedetail": other })), &["节点[feedetail]", "结构不符"]);
    }
    let one = line(&spoiled.visit, "1", "DEMO-S-0001", "10", "1", "10.00");
    let many = |count: usize| {
        let numbered = |sn: usize| super::with(one.clone(), json!({ "feedetl_sn": sn.to_string() }));
        with(json!({ "feedetail": (0..count).map(numbered).collect::<Vec<_>>() }))
    };
    spoiled.refused(&many(10_000), &["节点[feedetail]", "行数超过2000"]);
    // One bad line of many: none is kept.
    let mut last = one.clone();
    last["pric"] = json!("11");
    last["feedetl_sn"] = json!("2");
    spoiled.refused(&with(json!({ "feedetail": [one, last] })), &["2"]);
    for (field, value) in
        [("infno", json!("长".repeat(5_000))), ("msgid", json!(["x"])), ("fixmedins_code", json!({}))]
    {
        let body = super::with(spoiled.message(), json!({ (field): value })).to_string();
        spoiled.refused(body.as_bytes(), &[&format!("字段[{field}]")]);
    }
}

/// JSON leaves open what two members of one name mean: the last is read, and the developer is told.
#[test]
fn of_a_name_sent_twice_the_last_is_read_and_remarked() {
    let stage = Stage::new();
    let spoiled = Spoiled::new(&stage);
    let twice = spoiled.instead("\"cnt\":\"1\"", "\"cnt\":\"7\",\"cnt\":\"1\"");
    assert_eq!(spoiled.post(&twice).1["infcode"], json!(0));
    let seen = stage.app.interface.recent(HOSPITAL);
    assert!(seen[0].odd.contains(&"feedetail.cnt: twice".to_owned()), "{:?}", seen[0].odd);
}

#[test]
fn odd_headers_get_no_further() {
    let stage = Stage::new();
    let spoiled = Spoiled::new(&stage);
    let client = &spoiled.client;
    let secret = stage.app.interface.secrets.of(&client.key);
    let body = spoiled.message().to_string();
    let status = |headers: &HeaderMap| handle(&stage.app, None, headers, Some(body.as_bytes())).status();
    let now = Clock::Real.now().0;
    let before = spoiled.last_event();
    let half_an_hour = 30 * 60_000;
    // A minute beside the window, so that the test may be slow.
    for off in
        [-half_an_hour - 60_000, half_an_hour + 60_000, -now + 1_000_000_000_000, 9_999_999_999_999 - now]
    {
        let at = (now + off).to_string();
        let mut headers = client.headers("2204", &secret);
        let signature = signature::sign(secret.as_bytes(), &client.key, "2204", &at, "1.0.0");
        headers.insert("_api_timestamp", HeaderValue::from_str(&at).unwrap());
        headers.insert("_api_signature", HeaderValue::from_str(&signature).unwrap());
        assert_eq!(status(&headers), StatusCode::UNAUTHORIZED, "{at}");
    }
    for (name, value) in [
        ("_api_timestamp", b"-170000000000".as_slice()),
        ("_api_timestamp", b"99999999999999999999"),
        ("_api_timestamp", b""),
        ("_api_access_key", b"\xff\xfe"),
        ("_api_access_key", b"H33010600001"),
        ("_api_access_key", b"' OR 1=1 --"),
        ("_api_signature", b"====="),
        ("_api_signature", b""),
        ("_api_version", &[b'1'; 5_000]),
    ] {
        let mut headers = client.headers("2204", &secret);
        headers.insert(name, HeaderValue::from_bytes(value).unwrap());
        assert_eq!(status(&headers), StatusCode::UNAUTHORIZED, "{name} {value:?}");
    }
    assert_eq!(spoiled.last_event(), before);
}

/// Who heard a message and its headers sends both again while they are fresh: the same answer, and nothing is done twice.
#[test]
fn a_message_that_was_overheard_has_no_second_effect() {
    let stage = Stage::new();
    let spoiled = Spoiled::new(&stage);
    let headers = spoiled.client.headers("2204", &stage.app.interface.secrets.of(&spoiled.client.key));
    let body = spoiled.message().to_string();
    let post = || read(handle(&stage.app, None, &headers, Some(body.as_bytes()))).1;
    let first = post();
    assert_eq!(first["infcode"], json!(0), "{first}");
    let after = spoiled.last_event();
    assert_eq!(post()["output"], first["output"]);
    assert_eq!(spoiled.last_event(), after);
}

#[test]
fn who_sends_more_than_agreed_is_told_so() {
    let mut stage = Stage::new();
    let body = json!({}).to_string();
    stage.app.interface.limits = crate::interface::limit::Limits::of(0);
    let client = stage.stranger(HOSPITAL);
    let headers = client.headers("1101", &stage.app.interface.secrets.of(&client.key));
    let (status, told) = read(handle(&stage.app, None, &headers, Some(body.as_bytes())));
    assert_eq!((status, &told["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!(429)));
}

/// Everything that comes until the connection ends.
fn heard(mut stream: TcpStream) -> String {
    let mut told = Vec::new();
    // A connection that is cut is one that ends.
    let _ = stream.read_to_end(&mut told);
    String::from_utf8_lossy(&told).into_owned()
}

const PATH: &str = "/fsi/api/rsfComIfsService/callService/2204";

fn head(headers: &[(String, String)], length: &str) -> String {
    let lines = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    format!(
        "POST {PATH} HTTP/1.1\r\nhost: office\r\nconnection: close\r\n{length}\r\n{}\r\n",
        lines.collect::<String>()
    )
}

#[test]
fn a_hundred_megabytes_are_thrown_away_and_refused_in_the_protocol() {
    let Stage { app, folder } = Stage::new();
    let app = Arc::new(app);
    let (sequence, sign_no) = (Cell::new(0), RefCell::default());
    let client = Client { app: &app, code: HOSPITAL, key: format!("{HOSPITAL}-1"), sequence, sign_no };
    let served = Served::new(&app);
    let sent = signed(&client, "2204");
    let size = 100 << 20;
    for length in [format!("content-length: {size}"), "transfer-encoding: chunked".to_owned()] {
        let mut stream = served.connect();
        stream.write_all(head(&sent, &length).as_bytes()).unwrap();
        let megabyte = vec![b'['; 1 << 20];
        for _ in 0..size >> 20 {
            let chunk = if length.ends_with("chunked") {
                [b"100000\r\n", megabyte.as_slice(), b"\r\n"].concat()
            } else {
                megabyte.clone()
            };
            stream.write_all(&chunk).unwrap();
        }
        if length.ends_with("chunked") {
            stream.write_all(b"0\r\n\r\n").unwrap();
        }
        let told = heard(stream);
        assert!(told.starts_with("HTTP/1.1 200") && told.contains("\"infcode\":-1"), "{length}: {told}");
        assert!(told.contains("8388608"), "{told}");
    }
    // Of who signs wrongly not a byte is waited for.
    let mut wrong = sent;
    wrong.retain(|(name, _)| name != "_api_signature");
    for length in [format!("content-length: {size}"), "transfer-encoding: chunked".to_owned()] {
        let mut stream = served.connect();
        stream.write_all(head(&wrong, &length).as_bytes()).unwrap();
        let told = heard(stream);
        assert!(told.starts_with("HTTP/1.1 401"), "{told}");
    }
    drop((served, folder));
}

/// Clients that begin a message and stop take nobody's room.
#[test]
fn who_stops_in_the_middle_of_a_message_holds_up_nobody() {
    let Stage { app, folder } = Stage::new();
    let app = Arc::new(app);
    let (sequence, sign_no) = (Cell::new(0), RefCell::default());
    let client = Client { app: &app, code: HOSPITAL, key: format!("{HOSPITAL}-1"), sequence, sign_no };
    client.sign_in();
    // All room but that of one message.
    let room = app.interface.under_way.available_permits();
    app.interface.under_way.forget_permits(room - 1);
    let served = Served::new(&app);
    let sent = signed(&client, "2204");
    let stopped: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = served.connect();
            stream.write_all(head(&sent, "content-length: 5000").as_bytes()).unwrap();
            stream.write_all(b"{\"infno\":").unwrap();
            stream
        })
        .collect();
    for _ in 0..3 {
        let body = client.message("1101", &json!({ "data": person() })).to_string();
        let mut stream = served.connect();
        let sent = signed(&client, "1101");
        let head = head(&sent, &format!("content-length: {}", body.len())).replace("2204", "1101");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let told = heard(stream);
        assert!(told.starts_with("HTTP/1.1 200") && told.contains("\"infcode\":0"), "{told}");
    }
    drop(stopped);
    drop((served, folder));
}
