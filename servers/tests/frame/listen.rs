//! What a listener puts up with.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use dasdlab_servers::limits::{Limits, MAX_HEAD, MAX_HEADERS};
use dasdlab_servers::listen::{Listening, with_message};
use dasdlab_servers::tls::Tls;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Limits that a test can reach.
const LIMITS: Limits = Limits {
    body: 1_000,
    connections: 3,
    handshake: Duration::from_millis(300),
    head: Duration::from_millis(300),
    send: Duration::from_millis(300),
    take: Duration::from_millis(300),
};

/// Longer than any of them, and not for ever.
const PATIENCE: Duration = Duration::from_secs(20);

struct Opened {
    address: std::net::SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

async fn open(tls: bool) -> Opened {
    let router = Router::new()
        .route("/size", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/slow", get(|| async { sleep(Duration::from_secs(1)).await }))
        .route("/large", get(|| async { vec![b'x'; 64 << 20] }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tls = tls.then(|| Tls::own(&[]).unwrap().acceptor);
    let (stop, stopped) = watch::channel(false);
    let listening = Listening { listener, router, refuse: with_message, limits: LIMITS, tls };
    Opened { address, stop, task: tokio::spawn(listening.serve(stopped)) }
}

impl Opened {
    /// Sends this and reads until the server closes, or has nothing more to say for a moment after it has answered.
    async fn say(&self, sent: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // It may be cut while it is being sent.
        let _ = stream.write_all(sent).await;
        let mut said = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("neither answered nor cut");
        String::from_utf8_lossy(&said).into_owned()
    }

    async fn status(&self, sent: &[u8]) -> String {
        self.say(sent).await.split(' ').nth(1).unwrap_or("cut").to_owned()
    }
}

fn body(length: usize) -> Vec<u8> {
    let head = format!("POST /size HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    [head.into_bytes(), vec![b'x'; length]].concat()
}

fn headers(count: usize) -> Vec<u8> {
    let more: String = (0..count).map(|number| format!("x-{number}: 1\r\n")).collect();
    format!("GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_too_slow_is_refused_or_cut() {
    let opened = open(false).await;
    let chunked =
        [b"POST /size HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n".as_slice(), &[b'x'; 1_001]].concat();
    let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(MAX_HEAD)).into_bytes();
    let cases: [(&str, Vec<u8>, &str); 10] = [
        ("a body that just fits", body(LIMITS.body), "200"),
        ("a body that does not", body(LIMITS.body + 1), "413"),
        ("a body in chunks that does not", chunked, "413"),
        ("a body that does not come", body(10)[..90].to_vec(), "408"),
        ("as many headers as there may be", headers(MAX_HEADERS - 2), "404"),
        ("more headers", headers(MAX_HEADERS - 1), "431"),
        ("a head that is too long", long, "431"),
        ("a head that does not come", b"GET / HTTP/1.1\r\nhost:".to_vec(), "cut"),
        ("nothing at all", Vec::new(), "cut"),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), "400"),
    ];
    for (what, sent, expected) in cases {
        assert_eq!(opened.status(&sent).await, expected, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_agree_on_encryption_is_cut() {
    let opened = open(true).await;
    for sent in [b"".as_slice(), b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n"] {
        assert!(!opened.say(sent).await.contains("HTTP/1.1"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_wait_and_one_that_takes_nothing_gives_its_place() {
    let opened = open(false).await;
    let mut idle = Vec::new();
    for _ in 0..LIMITS.connections {
        let mut stream = TcpStream::connect(opened.address).await.unwrap();
        stream.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        idle.push(stream);
    }
    // None of them reads; it is served when the first is cut.
    assert_eq!(opened.status(&body(1)).await, "200");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_begun_is_answered_when_the_server_stops() {
    let opened = open(false).await;
    let mut stream = TcpStream::connect(opened.address).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(200)).await;
    opened.stop.send(true).unwrap();
    let mut said = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut said)).await.unwrap().unwrap();
    assert!(said.starts_with("HTTP/1.1 200 OK"), "{said:?}");
    timeout(PATIENCE, opened.task).await.unwrap().unwrap();
    assert!(TcpStream::connect(opened.address).await.is_err(), "it still listens");
}
