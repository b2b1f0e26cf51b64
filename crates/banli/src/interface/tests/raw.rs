//! Requests as bytes on a socket: headers come in any order and in any letter case, and mean the same.

use super::*;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

/// The office on a port that the system gives, until it goes out of sight.
pub(super) struct Served {
    runtime: Option<tokio::runtime::Runtime>,
    address: SocketAddr,
}

impl Served {
    pub(super) fn new(app: &Arc<App>) -> Served {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(crate::server::serve(Arc::clone(app), listener));
        Served { runtime: Some(runtime), address }
    }

    /// The listener stands, so that nobody has to wait for the server.
    pub(super) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// The status and the body of what comes back.
    fn posts(&self, path: &str, headers: &[(String, String)], body: &str) -> (u16, Value) {
        let mut request = format!("POST {path} HTTP/1.1\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        request.push_str(body);
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        let status = told.split(' ').nth(1).unwrap().parse().unwrap();
        let body = &told[told.find('{').unwrap()..=told.rfind('}').unwrap()];
        (status, serde_json::from_str(body).unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Nothing is under way any more; a runtime must not be waited for where it could be asked to.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The five headers of a message that this client signs now.
pub(super) fn signed(client: &Client<'_>, infno: &str) -> Vec<(String, String)> {
    let headers = client.headers(infno, &client.app.interface.secrets.of(&client.key));
    headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

/// `_Api_Access_Key`
fn capital(name: &str) -> String {
    let mut first = true;
    let letter = |letter: char| {
        let capital = std::mem::replace(&mut first, !letter.is_alphanumeric());
        if capital { letter.to_ascii_uppercase() } else { letter }
    };
    name.chars().map(letter).collect()
}

#[test]
fn headers_come_in_any_order_and_in_any_letter_case() {
    let Stage { app, folder } = Stage::new();
    let app = Arc::new(app);
    let (sequence, sign_no) = (Cell::new(0), RefCell::default());
    let client = Client { app: &app, code: HOSPITAL, key: format!("{HOSPITAL}-1"), sequence, sign_no };
    client.sign_in();
    let served = Served::new(&app);
    let path = "/mbs/fmi/fsi/api/callFsiService/callService";
    let cases: [fn(&str) -> String; 3] = [str::to_owned, str::to_uppercase, capital];
    let message = || client.message("1101", &json!({ "data": person() })).to_string();
    let headers = |body: &str| -> Vec<(String, String)> {
        let own = [("host", "office".to_owned()), ("content-length", body.len().to_string())];
        let own = own.into_iter().chain([("connection", "close".to_owned())]);
        let own = own.map(|(name, value)| (name.to_owned(), value));
        own.chain(signed(&client, "1101")).collect()
    };
    let count = headers("").len();
    for turn in 0..count {
        for case in cases {
            let body = message();
            let mut sent = headers(&body);
            sent.rotate_left(turn);
            if turn % 2 == 1 {
                sent.reverse();
            }
            let sent: Vec<(String, String)> =
                sent.into_iter().map(|(name, value)| (case(&name), value)).collect();
            let (status, told) = served.posts(path, &sent, &body);
            assert_eq!((status, &told["infcode"]), (200, &json!(0)), "{sent:?}: {told}");
            assert_eq!(told["output"]["baseinfo"]["psn_no"], json!("1"));
        }
    }
    // One left out, and one that says something else than was signed.
    let body = message();
    for name in ["_api_name", "_api_version", "_api_timestamp", "_api_access_key", "_api_signature"] {
        let sent = headers(&body);
        let without: Vec<_> = sent.iter().filter(|(known, _)| known != name).cloned().collect();
        assert_eq!(served.posts(path, &without, &body).0, 401, "without {name}");
        let other = |(known, value): (String, String)| {
            let value = if known == name { format!("{value}1") } else { value };
            (known, value)
        };
        let altered: Vec<_> = sent.into_iter().map(other).collect();
        assert_eq!(served.posts(path, &altered, &body).0, 401, "another {name}");
    }
    drop(served);
    drop(folder);
}
