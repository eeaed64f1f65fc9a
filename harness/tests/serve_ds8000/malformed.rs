//! Ten thousand requests that no client should send: each is answered with an error, the server lives, and nothing has changed.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request};
use dasdlab_harness::serve::{Installation, Opened, Server};
use dasdlab_servers::auth::Access;
use dasdlab_servers::face::Quirks;
use dasdlab_servers::pace::Pace;
use serde_json::{Value, json};

use crate::lab::{Lab, PASSWORD, USER, flashcopy, living, site, stands};

const REQUESTS: u64 = 10_000;
const OVER_TCP: u64 = 1_000;

/// Chance that comes out the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }

    /// Characters that may stand in a path.
    fn word(&mut self, most: usize) -> String {
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789-_.~%3A%00%C3%28!$'()*+,;=:@";
        (0..1 + self.below(most)).map(|_| char::from(letters.as_bytes()[self.below(letters.len())])).collect()
    }
}

/// A request that is wrong in one way at least.
#[derive(Debug, Clone)]
struct Wrong {
    method: String,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

const PATHS: &[&str] = &[
    "/systems",
    "/lss",
    "/lss/10",
    "/lss/10/volumes",
    "/volumes",
    "/volumes/1000",
    "/volumes/1000/flashcopy",
    "/pools",
    "/pools/P4",
    "/pools/P4/volumes",
    "/flashcopy",
    "/cs/flashcopies",
    "/cs/flashcopies/1110:1112",
];
const BAD_VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "\"\"",
    "\"1000\"",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "[1,2,3]",
];

fn wrong(chance: &mut Chance, token: &str) -> Wrong {
    let mut request = Wrong {
        method: "GET".to_owned(),
        path: format!("/api/v1{}", chance.one(PATHS)),
        headers: vec![("host".to_owned(), b"localhost:8452".to_vec()), ("x-auth-token".to_owned(), token.as_bytes().to_vec())],
        body: Vec::new(),
    };
    match chance.below(12) {
        0 => {
            // Somewhere that is not.
            let depth = 1 + chance.below(5);
            let words: Vec<String> = (0..depth).map(|_| format!("q{}", chance.word(20))).collect();
            request.path = format!("/{}", words.join("/"));
            if chance.below(2) == 0 {
                request.path = format!("/api/v1{}", request.path);
            }
        }
        1 => {
            // A thing that is not.
            let kind = chance.one(&["/volumes/", "/lss/", "/pools/", "/cs/flashcopies/", "/lss/10/volumes/", "/volumes/1000/"]);
            request.path = format!("/api/v1{kind}x{}", chance.word(12));
        }
        2 => {
            request.method = chance.one(&["PUT", "PATCH", "TRACE", "OPTIONS", "PROPFIND", "get", "X"]).to_owned();
        }
        3 => {
            let query = chance.one(&[
                "type=x",
                "data_fields=x",
                "limit=1",
                "ids=1",
                "data_fields=id&data_fields=id",
                "%00=1",
                "&&=&=",
                "id",
            ]);
            write!(request.path, "?{query}&q{}", chance.word(10)).unwrap();
        }
        4 => {
            let bad = match chance.below(4) {
                0 => None,
                1 => Some(b"0".to_vec()),
                2 => Some(token.as_bytes()[..token.len() - 1].to_vec()),
                _ => Some(chance.bytes(80).into_iter().map(|byte| byte | 0x80).collect()),
            };
            request.headers.pop();
            request.headers.extend(bad.map(|bad| ("x-auth-token".to_owned(), bad)));
        }
        5 => {
            let host = chance.one(&["", "a b", "a/b", "\"", "user@host", "\u{e4}", "a,b", "<>"]);
            request.headers[0].1 = host.as_bytes().to_vec();
        }
        6 => {
            // A login that is none.
            request.method = "POST".to_owned();
            request.path = "/api/v1/tokens".to_owned();
            request.body = match chance.below(4) {
                0 => chance.bytes(200),
                1 => {
                    json!({ "request": { "params": { "username": USER, "password": chance.word(30) } } }).to_string().into_bytes()
                }
                2 => format!(
                    r#"{{"request":{{"params":{{"username":{},"password":{}}}}}}}"#,
                    chance.one(BAD_VALUES),
                    chance.one(BAD_VALUES)
                )
                .into_bytes(),
                _ => format!(r#"{{"request":{}}}"#, chance.one(BAD_VALUES)).into_bytes(),
            };
        }
        7 => {
            request.method = "DELETE".to_owned();
            request.path = match chance.below(4) {
                0 => format!("/api/v1/cs/flashcopies/{:04X}:{:04X}", 0x3000 + chance.below(0x1000), chance.below(0x1_0000)),
                1 => format!("/api/v1/cs/flashcopies?ids={}", vec!["1110:1112"; 33 + chance.below(50)].join(",")),
                2 => format!("/api/v1/cs/flashcopies?ids=1110:1112,q{}", chance.word(9)),
                _ => "/api/v1/cs/flashcopies".to_owned(),
            };
        }
        _ => {
            request.method = "POST".to_owned();
            request.path = "/api/v1/cs/flashcopies".to_owned();
            request.body = body(chance);
            if chance.below(8) == 0 {
                let kind = chance.one(&[
                    "text/plain",
                    "application/xml",
                    "multipart/form-data",
                    "json",
                    "application/x-www-form-urlencoded",
                ]);
                request.headers.push(("content-type".to_owned(), kind.as_bytes().to_vec()));
            }
        }
    }
    request
}

/// A body that cannot be obeyed.
fn body(chance: &mut Chance) -> Vec<u8> {
    let good = flashcopy(&["1100:1101"], &["persistent"]);
    match chance.below(9) {
        0 => chance.bytes(300),
        1 => good.as_bytes()[..chance.below(good.len())].to_vec(),
        2 => {
            // A letter of its structure is another one.
            let mut bytes = good.into_bytes();
            let places: Vec<usize> =
                bytes.iter().enumerate().filter(|(_, byte)| b"{}[]:\"".contains(byte)).map(|(at, _)| at).collect();
            let at = places[chance.below(places.len())];
            bytes[at] = b'\x01';
            bytes
        }
        3 => format!(r#"{{"request":{{"params":{{"volume_pairs":{}}}}}}}"#, chance.one(BAD_VALUES)).into_bytes(),
        4 => {
            let id = |chance: &mut Chance| match chance.below(3) {
                0 => chance.one(BAD_VALUES).to_owned(),
                1 => json!(format!("{:X}", 0x10_0000 + chance.below(0x1000))).to_string(),
                _ => json!(format!("q{}", chance.word(6))).to_string(),
            };
            let (source, target) = (id(chance), "\"1101\"");
            format!(r#"{{"request":{{"params":{{"volume_pairs":[{{"source_volume":{source},"target_volume":{target}}}]}}}}}}"#)
                .replace(r#":"1000","#, r#":"FE00","#)
                .into_bytes()
        }
        5 => {
            flashcopy(&["1100:1101"], &[chance.one(&["persist", "", "freeze_consistency", "fast_reverse_restore", "PERSISTENT"])])
                .into_bytes()
        }
        6 => {
            // Pairs that an array must refuse.
            let pair = chance.one(&[
                "1100:1100",
                "1100:FE00",
                "FE00:1100",
                "1100:2F40",
                "1100:2F41",
                "1100:2F42",
                "1100:2F43",
                "1100:2F44",
                "1100:2F45",
                "1100:2F46",
                "1100:2F47",
                "1100:1112",
                "1112:1100",
                "1100:1110",
            ]);
            let options: &[&str] = chance.one(&[&[][..], &["persistent"], &["no_background_copy"]]);
            flashcopy(&[pair], options).into_bytes()
        }
        7 => "[".repeat(1 + chance.below(3_000)).into_bytes(),
        _ => json!({ "request": { "params": { "volume_pairs": [], chance.word(8): 1 } } }).to_string().into_bytes(),
    }
}

/// Whether an answer is an error as an array gives it.
#[track_caller]
fn check(request: &Wrong, status: u16, body: &Value) {
    let server = |name: &str| body["server"][name].as_str().unwrap_or_default();
    let (how, code) = (server("status"), server("code"));
    assert!((400..=599).contains(&status), "{status} {body}: {request:?}");
    assert!(how == "failed" && code.starts_with("BE7A") && !server("message").is_empty(), "{status} {body}: {request:?}");
    let refused = code.starts_with("BE7AD1") || code == "BE7AD008";
    assert!(status < 500 || refused, "{status} {body}: {request:?}");
}

#[tokio::test]
async fn ten_thousand_malformed_requests_are_refused_and_leave_nothing_behind() {
    let lab = Lab::new().await;
    let before = lab.stands().await;
    let mut chance = Chance(8_000);
    let mut codes = std::collections::BTreeMap::new();
    for _ in 0..REQUESTS - OVER_TCP {
        let wrong = wrong(&mut chance, &lab.token);
        let mut request = Request::new(Body::from(wrong.body.clone()));
        *request.method_mut() = Method::from_bytes(wrong.method.as_bytes()).unwrap();
        // What is no address at all does not come as far as the face.
        let Ok(uri) = wrong.path.parse() else { continue };
        *request.uri_mut() = uri;
        for (name, value) in &wrong.headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, HeaderValue::from_bytes(value).unwrap());
        }
        let answer = lab.send(request).await;
        check(&wrong, answer.status.as_u16(), &answer.body);
        *codes.entry(answer.says().2.to_owned()).or_insert(0_u32) += 1;
    }
    assert!(codes.len() > 15, "there are many ways to be wrong: {codes:?}");
    assert_eq!(lab.stands().await, before);
    assert_eq!(lab.get("/systems").await.says(), (200, "ok", "CMUC00183I"));
}

/// Sends bytes, all of a request or not, and reads all that comes back; nothing where the connection was cut.
fn exchange(address: SocketAddr, bytes: &[u8], whole: bool) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server that has heard enough may be gone before all is written.
    let _ = stream.write_all(bytes);
    if !whole {
        let _ = stream.shutdown(std::net::Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// Status and body of an answer.
fn parsed(answer: &[u8]) -> Option<(u16, Option<Value>)> {
    let text = String::from_utf8_lossy(answer);
    let status = text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())?;
    Some((status, serde_json::from_str(&body).ok()))
}

fn over_tcp(address: SocketAddr) {
    let body = json!({ "request": { "params": { "username": USER, "password": PASSWORD } } }).to_string();
    let login =
        format!("POST /api/v1/tokens HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let (status, body) = parsed(&exchange(address, login.as_bytes(), true)).unwrap();
    assert_eq!(status, 200);
    let token = body.unwrap()["token"]["token"].as_str().unwrap().to_owned();
    let mut chance = Chance(8_001);
    let mut answered = 0;
    for nth in 0..OVER_TCP {
        let wrong = wrong(&mut chance, &token);
        let mut bytes = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", wrong.method, wrong.path).into_bytes();
        for (name, value) in &wrong.headers {
            bytes.extend_from_slice(format!("{name}: ").as_bytes());
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", wrong.body.len()).as_bytes());
        bytes.extend_from_slice(&wrong.body);
        // A third is not even HTTP.
        match nth % 6 {
            0 => bytes.truncate(chance.below(bytes.len())),
            1 => bytes = chance.bytes(400),
            _ => {}
        }
        match parsed(&exchange(address, &bytes, nth % 6 > 1)) {
            Some((status, Some(body))) => {
                check(&wrong, status, &body);
                answered += 1;
            }
            // Not HTTP: the server says so without a body, or hangs up.
            Some((status, None)) => assert!((400..500).contains(&status), "{status}: {:?}", String::from_utf8_lossy(&bytes)),
            None => {}
        }
    }
    assert!(answered > OVER_TCP / 2, "{answered}");
    let alive = format!("GET /api/v1/systems HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-auth-token: {token}\r\n\r\n");
    assert_eq!(parsed(&exchange(address, alive.as_bytes(), true)).unwrap().0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tcp_too_they_leave_nothing_behind() {
    let opened = Opened::in_memory(living(&site()), Pace::Hand);
    let installation = Installation {
        access: Access::new(USER, PASSWORD),
        guards_control: true,
        bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        http: true,
        quirks: Quirks::default(),
    };
    let server = Server::start(opened, installation).await.unwrap();
    let before = stands(server.desk()).await;
    let address = server.arrays()[0].address;
    tokio::task::spawn_blocking(move || over_tcp(address)).await.unwrap();
    assert_eq!(stands(server.desk()).await, before);
    server.stop().await.map_err(|_| "the server does not stop").unwrap();
}
