//! Requests that no client should send: ten thousand, the same in every run. Each is answered by the vendor's error, the
//! server lives on, and nothing has changed.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::lab::{Lab, PASSWORD, USER, basic, run};

const IN_PROCESS: u64 = 9_500;
const ON_THE_WIRE: u64 = 500;

/// A sequence of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[usize::try_from(self.roll() % of.len() as u64).unwrap()]
    }
}

const PATHS: [&str; 22] = [
    "/104/sloprovisioning/symmetrix/000197800001/volume/00100",
    "/104/sloprovisioning/symmetrix/000197800001/volume/ZZZZZ",
    "/104/sloprovisioning/symmetrix/000197800001/volume/0123456789",
    "/104/sloprovisioning/symmetrix/000197800001/volume",
    "/104/sloprovisioning/symmetrix/000197800001/storagegroup",
    "/104/sloprovisioning/symmetrix/000197800001/storagegroup/IMSP",
    "/104/sloprovisioning/symmetrix/000197800001/storagegroup/%FF%FE",
    "/104/sloprovisioning/symmetrix/000197800001/storagegroup/%2e%2e%2f",
    "/104/replication/symmetrix/000197800001/storagegroup/IMSP/clone/storagegroup",
    "/104/replication/symmetrix/000197800001/storagegroup/IMSP/clone/storagegroup/SPARES",
    "/104/replication/symmetrix/000197800001/storagegroup/IMSP/clone/volume",
    "/104/mainframe/symmetrix/000197800001/split/SPLIT_1/cuimage/0xZZ/volume",
    "/104/mainframe/symmetrix/000197800001/split/SPLIT_9",
    "/104/system/symmetrix/999999999999",
    "/104/system/job/18446744073709551616",
    "/common/Iterator/00000000-0000-4000-8000-00000000ffff_0/page",
    "/common/Iterator//page",
    "/999/system/symmetrix",
    "/private/104/replication/symmetrix/000197800001/clone/volume",
    "/%00",
    "/",
    "",
];

/// Bodies of which none says a thing that can be done, whatever the path.
const BODIES: [&str; 18] = [
    "",
    "{",
    "null",
    "[]",
    "\"text\"",
    "{}",
    "{\"storageGroupId\": 5}",
    "{\"storageGroupId\": \"IMSP\"}",
    "{\"storageGroupId\": \"NEW\", \"executionOption\": \"LATER\"}",
    "{\"storageGroupId\": \"NEW\", \"sloBasedStorageGroupParam\": [{\"volumeAttributes\": [{\"volume_size\": \"NaN\", \"num_of_vols\": 1}]}]}",
    "{\"storageGroupId\": \"NEW\", \"sloBasedStorageGroupParam\": [{\"volumeAttributes\": [{\"volume_size\": 1, \"num_of_vols\": -1}]}]}",
    "{\"editStorageGroupActionParam\": {\"expandStorageGroupParam\": {\"addSpecificVolumeParam\": {\"volumeId\": [1, 2]}}}}",
    "{\"editStorageGroupActionParam\": {\"removeVolumeParam\": {\"volumeId\": [\"FFFFFF\"]}}}",
    "{\"action\": \"Explode\"}",
    "{\"action\": \"Split\", \"split\": []}",
    "{\"action\": \"SetMode\", \"setMode\": {\"mode\": \"fast\"}}",
    "{\"target_storage_group_name\": \"\"}",
    "{\"target_storage_group_name\": {\"a\": 1}}",
];

const QUERIES: [&str; 9] = [
    "?nonsense=1",
    "?thin_bcv=perhaps",
    "?cap_gb=%3E",
    "?from=0&to=99999999999999999999",
    "?from=-1&to=1",
    "?target_storage_group=NOWHERE&force=maybe",
    "?target_storage_group=A&target_storage_group=B",
    "?restored=True&wrong=1",
    "?%FF=%FF",
];

/// A request of which something is wrong: method, target, body.
fn request(dice: &mut Dice) -> (&'static str, String, Vec<u8>) {
    let method = dice.pick(&["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD", "GET"]);
    let mut target = format!("/univmax/restapi{}", dice.pick(&PATHS));
    // What is read without a query is answered, so that every read has one that is wrong.
    target.push_str(dice.pick(&QUERIES));
    if dice.roll().is_multiple_of(8) {
        target = target.replace("symmetrix", dice.pick(&["symetrix", "%73ymmetrix%00", "", "symmetrix/symmetrix"]));
    }
    let mut body = dice.pick(&BODIES).as_bytes().to_vec();
    match dice.roll() % 6 {
        0 => body.truncate(body.len() / 2),
        1 => body.push(0xFF),
        2 => body = vec![b'['; 5_000],
        _ => {}
    }
    (method, target, body)
}

/// Reads that are answered whatever the query, for they take none.
fn is_read(method: &str, target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let reads = ["volume/00100", "storagegroup/IMSP", "clone/volume"];
    // To ask for one of two targets is no mistake.
    let of_two = path.ends_with("clone/storagegroup") && target.contains("target_storage_group=A&");
    method == "GET" && (of_two || reads.iter().any(|read| path.ends_with(read)))
}

#[test]
fn ten_thousand_malformed_requests_change_nothing() {
    run(async {
        let lab = Lab::by_hand();
        let before = lab.picture().await;
        let mut dice = Dice(0x5EED_2026);
        let mut kinds = std::collections::BTreeMap::new();
        for nth in 0..IN_PROCESS {
            let (method, target, body) = request(&mut dice);
            let asked = format!("{nth}: {method} {target} {}", String::from_utf8_lossy(&body[..body.len().min(80)]));
            let built = Request::builder()
                .method(method)
                .uri(&target)
                .header("authorization", basic(USER, PASSWORD))
                .body(Body::from(body));
            let Ok(built) = built else { continue };
            let (status, said) = lab.send(built).await;
            *kinds.entry(status).or_insert(0_u32) += 1;
            if is_read(method, &target) {
                continue;
            }
            // The answer to HEAD has no body, whatever it says.
            let is_error = (400..600).contains(&status) && (said["message"].is_string() || method == "HEAD");
            assert!(is_error, "{asked}: {status} {said}");
        }
        assert!(kinds.len() >= 4, "{kinds:?}");
        assert_eq!(lab.picture().await, before);
        on_the_wire(&lab, &mut dice).await;
        assert_eq!(lab.picture().await, before);
        assert_eq!(lab.ask("GET /version", Value::Null).await.0, 200);
        assert_eq!(lab.ask("GET /104/system/job", Value::Null).await.1, json!({ "jobId": [] }));
    });
}

/// A share over real connections: some requests are broken off, some are no HTTP at all.
async fn on_the_wire(lab: &Lab, dice: &mut Dice) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = lab.router.clone();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    for nth in 0..ON_THE_WIRE {
        let (method, target, body) = request(dice);
        let login =
            if dice.roll().is_multiple_of(4) { String::new() } else { format!("authorization: {}\r\n", basic(USER, PASSWORD)) };
        let length = if dice.roll().is_multiple_of(4) { body.len() + 7 } else { body.len() };
        let mut bytes = format!(
            "{method} {target} HTTP/1.1\r\nhost: console\r\n{login}content-length: {length}\r\nconnection: close\r\n\r\n"
        )
        .into_bytes();
        bytes.extend(body);
        if dice.roll().is_multiple_of(5) {
            bytes = bytes.iter().map(|byte| byte ^ u8::try_from(dice.roll() % 3).unwrap()).collect();
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        // Whoever is refused early may be cut off in the middle.
        let _ = stream.write_all(&bytes).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let text = String::from_utf8_lossy(&answer);
        let status: u16 = text.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        // Broken off in the middle: nothing need be said.
        let is_error = status == 0 || (400..600).contains(&status);
        assert!(is_error || is_read(method, &target), "{nth}: {method} {target}: {text}");
    }
    server.abort();
}
