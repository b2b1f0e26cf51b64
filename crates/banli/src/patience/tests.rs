use super::*;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream as Client};

/// A server that waits this long; the runtime ends with it.
fn served(quiet: Duration) -> (tokio::runtime::Runtime, SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let whence = get(|ConnectInfo(Peer(peer)): ConnectInfo<Peer>| async move { peer.to_string() });
    let service = Router::new().route("/", whence).into_make_service_with_connect_info::<Peer>();
    runtime.spawn(async move {
        let listener = TcpListener::from_std(listener).unwrap();
        axum::serve(Patient::new(listener, quiet), service).await
    });
    (runtime, address)
}

/// What a client hears that sends this and nothing more.
fn hears(quiet: Duration, sent: &str) -> String {
    let (runtime, address) = served(quiet);
    let mut client = Client::connect(address).unwrap();
    client.write_all(sent.as_bytes()).unwrap();
    let mut told = String::new();
    client.read_to_string(&mut told).unwrap();
    runtime.shutdown_background();
    told.replace(&client.local_addr().unwrap().to_string(), "me")
}

/// Each of these waited without end before: the test ends because the server does not.
#[test]
fn a_request_that_does_not_come_is_not_waited_for() {
    let quiet = Duration::from_millis(50);
    for sent in ["", "GET / HT", "GET / HTTP/1.1\r\nhost: office\r\n"] {
        assert_eq!(hears(quiet, sent), "", "{sent}");
    }
}

#[test]
fn a_connection_ends_some_time_after_its_last_answer() {
    // Answered as fast as the machine can; then nothing more comes, and the connection ends.
    let told = hears(Duration::from_secs(3), "GET / HTTP/1.1\r\nhost: office\r\n\r\n");
    assert!(told.starts_with("HTTP/1.1 200") && told.ends_with("me"), "{told}");
}

/// Bytes buy time, and never more than the whole patience.
#[tokio::test]
async fn bytes_that_come_buy_time() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let (quiet, begun) = (Duration::from_secs(100), Instant::now());
    let due = begun + Duration::from_secs(10);
    let mut connection = Connection { stream, quiet, due, alarm: Box::pin(sleep_until(due)) };
    connection.came(1 << 14);
    assert_eq!(connection.due, due + Duration::from_secs(1));
    connection.came(1);
    assert!(connection.due < due + Duration::from_millis(1_001));
    connection.came(1 << 30);
    assert!(connection.due <= Instant::now() + quiet && connection.due > begun + Duration::from_secs(50));
}
