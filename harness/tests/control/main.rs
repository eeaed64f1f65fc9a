//! The control face as its users meet it: requests, and the status and the body of each.
#![cfg(feature = "serve")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

#[path = "../common/mod.rs"]
mod common;
mod page;
mod served;
mod server_option;

use std::io::{BufRead, BufReader};

use dasdlab_servers::control::document;
use dasdlab_servers::pace::Pace;
use serde_json::{Value, json};
use served::Served;

const BCV: &str = include_str!("../common/bcv.toml");
const FLASHCOPY: &str = include_str!("../common/flashcopy.toml");
const BASE: &str = "/control/v1";

/// A request: method, path behind the base, body; the status; and what the body has at some places.
type Row<'a> = (&'a str, &'a str, &'a str, u16, &'a [(&'a str, Value)]);

/// Asks one after the other of one server.
#[track_caller]
fn check(site: &str, rows: &[Row<'_>]) {
    let served = Served::new(site, Pace::Hand, None);
    for (method, path, body, status, wanted) in rows {
        let answer = served.ask(method, &format!("{BASE}{path}"), &[], body);
        let what = format!("{method} {path} {body}\n{}", answer.body);
        assert_eq!(answer.status, *status, "{what}");
        for (place, value) in *wanted {
            assert_eq!(answer.json().pointer(place).unwrap_or(&Value::Null), value, "{place} of {what}");
        }
        if answer.status >= 400 {
            assert_eq!(answer.json()["status"], *status, "{what}");
            assert!(answer.json()["message"].as_str().is_some_and(|message| message.len() > 5), "{what}");
        }
    }
}

#[test]
fn the_clock_is_moved_and_told_its_pace() {
    check(
        BCV,
        &[
            ("GET", "/clock", "", 200, &[("/now_ms", json!(0)), ("/pace", json!("hand")), ("/next_ms", json!(null))]),
            (
                "POST",
                "/clock/advance",
                r#"{"by":"1h30m"}"#,
                200,
                &[("/now_ms", json!(5_400_000)), ("/now", json!("01:30:00.000"))],
            ),
            ("POST", "/clock/advance", "", 409, &[]),
            ("POST", "/clock/advance", r#"{"by":"1.5h"}"#, 400, &[("/place", json!("body, line 1, column 12"))]),
            ("PUT", "/clock", r#"{"pace":"instant"}"#, 200, &[("/pace", json!("instant"))]),
            ("PUT", "/clock", r#"{"pace":"0x"}"#, 400, &[("/expected", json!("instant, hand, or 1x to 1000000x"))]),
            ("PUT", "/clock", r#"{"pace":"hand"}"#, 200, &[("/pace", json!("hand"))]),
            ("PUT", "/clock", "", 400, &[("/expected", json!("JSON"))]),
        ],
    );
}

#[test]
fn a_mirror_pair_goes_through_its_states_by_orders_and_time() {
    let pair = |order: &str| format!(r#"{{"standard":"2000","bcv":"2080","order":"{order}","by":"NIGHT"}}"#);
    check(
        BCV,
        &[
            ("GET", "/mirrors?volume=2080", "", 200, &[("/total", json!(0))]),
            ("POST", "/mirrors/orders", &pair("establish-incremental"), 409, &[("/refusal", json!("no-history"))]),
            ("POST", "/mirrors/orders", &pair("establish-full"), 200, &[("/reply", json!("done"))]),
            ("POST", "/mirrors/orders", &pair("establish-full"), 200, &[("/reply", json!("nothing"))]),
            ("GET", "/mirrors?volume=2080", "", 200, &[("/rows/0/state", json!("SyncInProg")), ("/next", json!(null))]),
            ("POST", "/mirrors/orders", &pair("split-instant"), 409, &[("/refusal", json!("synchronizing"))]),
            ("POST", "/clock/advance", "{}", 200, &[]),
            ("GET", "/mirrors?state=Synchronized", "", 200, &[("/total", json!(1)), ("/rows/0/tracks_left", json!(0))]),
            (
                "POST",
                "/mirrors/split",
                r#"{"pairs":[{"standard":"2000","bcv":"2080"}]}"#,
                200,
                &[("/replies/0/reply", json!("done"))],
            ),
            (
                "POST",
                "/mirrors/split",
                r#"{"pairs":[{"standard":"2000","bcv":"2080"}]}"#,
                409,
                &[("/refusal", json!("not-established"))],
            ),
            ("POST", "/mirrors/split", r#"{"pairs":[]}"#, 400, &[("/place", json!("body, `pairs`"))]),
            ("POST", "/mirrors/orders", r#"{"bcv":"2080","order":"hold","profile":"IMSP DATA"}"#, 200, &[]),
            ("GET", "/mirrors?volume=2080", "", 200, &[("/rows/0/held_for", json!("IMSP DATA"))]),
            ("POST", "/mirrors/orders", &pair("establish-incremental"), 409, &[("/refusal", json!("held"))]),
            ("POST", "/mirrors/orders", r#"{"bcv":"2080","order":"release"}"#, 200, &[]),
            ("POST", "/mirrors/orders", &pair("restore-incremental"), 200, &[]),
            ("POST", "/mirrors/orders", &pair("cancel"), 409, &[("/refusal", json!("split-first"))]),
        ],
    );
}

#[test]
fn an_order_that_cannot_be_says_what_and_where() {
    check(
        BCV,
        &[
            ("POST", "/mirrors/orders", r#"{"standard":"9999","bcv":"2080","order":"cancel"}"#, 404, &[]),
            ("POST", "/mirrors/orders", r#"{"bcv":"2080","order":"cancel"}"#, 400, &[("/place", json!("body, `standard`"))]),
            ("POST", "/mirrors/orders", r#"{"bcv":"2080","order":"hold"}"#, 400, &[("/place", json!("body, `profile`"))]),
            ("POST", "/mirrors/orders", r#"{"standard":"2000","bcv":"2080","order":"cut"}"#, 400, &[]),
            ("POST", "/mirrors/orders", r#"{"standard":"2000","bcv":"2080","order":"cancel","x":1}"#, 400, &[]),
            (
                "POST",
                "/mirrors/orders",
                r#"{"standard":"2000","bcv":"2080","order":"cancel","by":"night job"}"#,
                400,
                &[("/place", json!("body, `by`"))],
            ),
            ("POST", "/mirrors/orders", "nothing", 400, &[("/place", json!("body, line 1, column 2"))]),
            (
                "POST",
                "/relations/orders",
                r#"{"source":"2000","target":"2080","order":"establish"}"#,
                409,
                &[("/refusal", json!("not-licensed"))],
            ),
        ],
    );
}

#[test]
fn a_relation_is_established_and_withdrawn() {
    let relation = |order: &str| format!(r#"{{"source":"3A00","target":"3A80","order":"{order}"}}"#);
    check(
        FLASHCOPY,
        &[
            ("POST", "/relations/orders", &relation("establish"), 200, &[("/reply", json!("done"))]),
            ("GET", "/relations?volume=3A80", "", 200, &[("/rows/0/state", json!("copying"))]),
            ("POST", "/relations/establish", r#"{"pairs":[{"source":"3A00","target":"3A80"}]}"#, 409, &[]),
            ("POST", "/relations/orders", &relation("withdraw"), 200, &[]),
            ("GET", "/relations?volume=3A80", "", 200, &[("/total", json!(0))]),
        ],
    );
}

#[test]
fn what_a_system_sees_of_a_unit_is_varied_and_checked() {
    check(
        BCV,
        &[
            ("GET", "/profiles/IMSP%20DATA/check", "", 200, &[("/return_code", json!(0))]),
            ("GET", "/units/SYSA/2000", "", 200, &[("/status", json!("online"))]),
            ("PUT", "/units/SYSA/2000/status", r#"{"status":"boxed"}"#, 200, &[("/status", json!("boxed"))]),
            (
                "GET",
                "/profiles/IMSP%20DATA/check",
                "",
                200,
                &[("/return_code", json!(8)), ("/findings/0/reason", json!("boxed"))],
            ),
            ("GET", "/units?status=boxed", "", 200, &[("/total", json!(1)), ("/rows/0/unit", json!("2000"))]),
            ("PUT", "/units/SYSA/2000/status", r#"{"status":"broken"}"#, 400, &[]),
            ("PUT", "/units/SYSA/F000/status", r#"{"status":"boxed"}"#, 404, &[]),
            ("PUT", "/units/NOSYS/2000/status", r#"{"status":"boxed"}"#, 404, &[]),
            (
                "GET",
                "/units/SYSA/xyz",
                "",
                400,
                &[("/place", json!("parameter `unit`")), ("/message", json!("`xyz` does not fit"))],
            ),
            (
                "GET",
                "/events?limit=1",
                "",
                200,
                &[("/events/0/object", json!("unit SYSA:2000")), ("/events/0/to", json!("boxed"))],
            ),
        ],
    );
}

#[test]
fn profiles_are_entered_edited_and_removed_by_the_rules_of_edits() {
    let profile =
        |fields: &str| format!(r#"{{"name":"NEW","ims_ssid":"IMSP","method":"bcv","generations":1,"type":"data"{fields}}}"#);
    let one = profile(r#","sources":[{"unit":"2000"}],"targets":[{"generation":1,"source":"2000","target":"2080"}]"#);
    check(
        BCV,
        &[
            ("PUT", "/profiles/NEW", &one, 201, &[("/name", json!("NEW")), ("/setup_needed", json!("new"))]),
            ("PUT", "/profiles/NEW", &one, 200, &[("/sources", json!(1))]),
            (
                "PUT",
                "/profiles/NEW",
                &profile(r#","description":"once a day""#),
                200,
                &[("/sources", json!(0)), ("/description", json!("once a day"))],
            ),
            ("PUT", "/profiles/OTHER", &one, 400, &[("/place", json!("body, `name`"))]),
            ("PUT", "/profiles/NEW", &profile(r#","targets":[{"generation":2,"source":"2000","target":"2080"}]"#), 400, &[]),
            ("PUT", "/profiles/NEW", &profile(r#","system":"NOSYS""#), 400, &[]),
            ("GET", "/profiles", "", 200, &[("/0/name", json!("IMSP DATA")), ("/1/name", json!("NEW"))]),
            ("DELETE", "/profiles/NEW", "", 204, &[]),
            ("DELETE", "/profiles/NEW", "", 404, &[]),
            ("GET", "/profiles/NEW", "", 404, &[]),
            ("GET", "/profiles/NEW/check", "", 404, &[]),
            ("GET", "/profiles/NEW/job", "", 404, &[]),
            ("GET", "/profiles/IMSP%20DATA/job?setup_only=TRUE", "", 200, &[("/steps/0/work", json!("setup"))]),
            ("GET", "/profiles/IMSP%20DATA/job?setup_only=yes", "", 400, &[]),
            ("GET", "/profiles/IMSP%20DATA/job?wait=soon", "", 400, &[]),
        ],
    );
    let locked = BCV.replacen("method = \"bcv\"", "method = \"bcv\"\nlocked_by = \"backup\"", 1);
    let edit = r#"{"name":"IMSP DATA","ims_ssid":"IMSP","method":"bcv","generations":1,"type":"data"}"#;
    check(
        &locked,
        &[
            (
                "PUT",
                "/profiles/IMSP%20DATA",
                edit,
                409,
                &[("/message", json!("profile-locked: the profile is locked by backup"))],
            ),
            ("DELETE", "/profiles/IMSP%20DATA", "", 409, &[]),
            ("GET", "/profiles/IMSP%20DATA/job", "", 409, &[]),
        ],
    );
}

#[test]
fn a_path_a_method_or_a_parameter_that_is_not_there_is_said_to_be_none() {
    check(
        BCV,
        &[
            ("GET", "/nowhere", "", 404, &[]),
            ("PATCH", "/clock", "", 405, &[]),
            ("DELETE", "/site", "", 405, &[]),
            ("GET", "/clock?now=1", "", 400, &[("/expected", json!("no query"))]),
            ("GET", "/mirrors?limit=1&limit=2", "", 400, &[]),
            ("GET", "/mirrors?limit=0", "", 400, &[("/expected", json!("a whole number from 1 to 10000"))]),
            ("GET", "/mirrors?state=Done", "", 400, &[]),
            ("GET", "/units/%FF/2000", "", 400, &[]),
            ("PUT", "/clock", "\u{0}", 400, &[]),
        ],
    );
    let served = Served::new(BCV, Pace::Hand, None);
    assert_eq!(served.ask("PATCH", "/control/v1/clock", &[], "").header("allow"), Some("GET,HEAD,PUT"));
    let large = format!(r#"{{"pace":"{}"}}"#, "x".repeat(dasdlab_servers::control::MAX_BODY));
    assert_eq!(served.ask("PUT", "/control/v1/clock", &[], &large).status, 413);
}

#[test]
fn a_saved_world_is_loaded_and_goes_on_from_there() {
    let served = Served::new(BCV, Pace::Hand, None);
    let ask = |method: &str, path: &str, body: &str| served.ask(method, &format!("{BASE}{path}"), &[], body);
    ask("POST", "/mirrors/orders", r#"{"standard":"2000","bcv":"2080","order":"establish-full"}"#);
    ask("POST", "/clock/advance", r#"{"by":"1s"}"#);
    let site = ask("GET", "/site", "").body;
    let toml = served.ask("GET", "/control/v1/site", &[("accept", "application/toml")], "");
    assert_eq!(
        (toml.header("content-type"), toml.body.starts_with("format = 1\n")),
        (Some("application/toml"), true),
        "{}",
        toml.body
    );
    ask("POST", "/clock/advance", r#"{"by":"1h"}"#);
    assert_eq!(ask("GET", "/mirrors", "").json()["rows"][0]["state"], "Synchronized");
    for (headers, body) in [(&[][..], site.as_str()), (&[("content-type", "application/toml")], toml.body.as_str())] {
        let loaded = served.ask("PUT", "/control/v1/site", headers, body);
        assert_eq!((loaded.status, &loaded.json()["profiles"]), (200, &json!(["IMSP DATA"])), "{}", loaded.body);
        assert_eq!(ask("GET", "/clock", "").json()["now_ms"], 1_000);
        assert_eq!(ask("GET", "/mirrors", "").json()["rows"][0]["state"], "SyncInProg");
        assert_eq!(ask("GET", "/site", "").body, site);
    }
    for (body, message) in [
        (r#"{"format":2}"#, "format 2 is newer than this release reads"),
        (r#"{"format":1,"sistems":[]}"#, "unknown field `sistems`"),
        (r#"{"format":1,"systems":[{"name":"A"},{"name":"A"}]}"#, "system A"),
    ] {
        let refused = ask("PUT", "/site", body);
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(
            refused.json()["message"].as_str().unwrap().contains(message) && refused.json()["place"].is_string(),
            "{}",
            refused.body
        );
    }
    assert_eq!(ask("GET", "/site", "").body, site);
}

#[test]
fn with_a_password_nothing_is_said_to_whoever_does_not_know_it() {
    let served = Served::new(BCV, Pace::Hand, Some("secret word"));
    for path in ["/", "/control/v1/clock", "/control/v1/openapi.json", "/nowhere"] {
        let refused = served.ask("GET", path, &[], "");
        assert_eq!(refused.status, 401, "{path}");
        assert!(refused.header("www-authenticate").is_some_and(|value| value.starts_with("Basic ")), "{path}");
        assert_eq!(served.ask("GET", path, &[("authorization", "Bearer wrong")], "").status, 401, "{path}");
    }
    assert_eq!(served.ask("GET", "/control/v1/clock", &[("authorization", "Bearer secret word")], "").status, 200);
    // dasdlab:secret word
    assert_eq!(served.ask("GET", "/", &[("authorization", "Basic ZGFzZGxhYjpzZWNyZXQgd29yZA==")], "").status, 200);
}

#[test]
fn no_other_page_in_a_browser_gives_orders() {
    let served = Served::new(BCV, Pace::Hand, None);
    let order = |headers: &[(&str, &str)]| served.ask("PUT", "/control/v1/clock", headers, r#"{"pace":"1x"}"#).status;
    assert_eq!(order(&[("origin", "http://evil.example")]), 403);
    assert_eq!(order(&[("host", "evil.example")]), 403);
    assert_eq!(order(&[("origin", &served.url())]), 200);
}

/// Reads a stream of events to the end of its nth event; gives the blocks.
fn blocks(served: &Served, headers: &str, count: usize, meanwhile: impl FnOnce()) -> Vec<String> {
    let request = format!("GET {BASE}/events/stream HTTP/1.1\r\nhost: {}\r\n{headers}\r\n", served.address());
    let mut lines = BufReader::new(served.connection(request.as_bytes())).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().contains(" 200 "));
    let mut found: Vec<String> = Vec::new();
    let mut block = String::new();
    let mut meanwhile = Some(meanwhile);
    while found.len() < count {
        let line = lines.next().expect("the stream goes on");
        if line.is_empty() {
            if block.contains("event: ") {
                found.push(std::mem::take(&mut block));
                if let Some(meanwhile) = meanwhile.take() {
                    meanwhile();
                }
            }
            block.clear();
        } else {
            block += &format!("{line}\n");
        }
    }
    found
}

#[test]
fn a_stream_tells_what_happens_and_goes_on_where_it_was() {
    let served = Served::new(BCV, Pace::Hand, None);
    let vary = |status: &str| {
        let answer = served.ask("PUT", &format!("{BASE}/units/SYSA/2000/status"), &[], &format!(r#"{{"status":"{status}"}}"#));
        assert_eq!(answer.status, 200);
    };
    let told = blocks(&served, "", 3, || {
        vary("offline");
        vary("online");
    });
    assert!(told[0].contains("event: begin\n"), "{told:?}");
    assert!(told[1].contains("event: change\n") && told[1].contains("\"to\":\"offline\""), "{told:?}");
    let id = told[1].lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
    let again = blocks(&served, &format!("last-event-id: {id}\r\n"), 2, || {});
    assert!(again[1].contains("\"to\":\"online\""), "{again:?}");
    let foreign = blocks(&served, "last-event-id: 00000000-1\r\n", 2, || {});
    assert!(foreign[1].contains("event: restarted\n"), "{foreign:?}");
    assert_eq!(served.ask("GET", &format!("{BASE}/events/stream"), &[("last-event-id", "x")], "").status, 400);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "what is asked is how long it takes")]
fn there_are_only_so_many_streams_and_a_server_that_stops_ends_them() {
    let served = Served::new(BCV, Pace::Hand, None);
    let request = format!("GET {BASE}/events/stream HTTP/1.1\r\nhost: {}\r\n\r\n", served.address());
    let mut open: Vec<_> = Vec::new();
    for _ in 0..dasdlab_servers::control::MAX_STREAMS {
        let mut stream = BufReader::new(served.connection(request.as_bytes()));
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        assert!(line.contains(" 200 "), "{line}");
        open.push(stream);
    }
    let refused = served.ask("GET", &format!("{BASE}/events/stream"), &[], "");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    let began = std::time::Instant::now();
    drop(served);
    assert!(began.elapsed().as_secs() < 5, "streams hold the server up");
}

#[test]
fn the_page_comes_whole_and_its_picture_is_of_the_present() {
    let served = Served::new(BCV, Pace::Hand, None);
    let page = served.ask("GET", "/", &[], "");
    assert_eq!((page.status, page.header("content-security-policy")), (200, Some("frame-ancestors 'none'")));
    assert!(page.body.ends_with("</html>\n"));
    let picture = || served.ask("GET", &format!("{BASE}/picture"), &[], "").body;
    assert!(!picture().contains("finding of severity E"));
    served.ask("PUT", &format!("{BASE}/units/SYSA/2000/status"), &[], r#"{"status":"boxed"}"#);
    assert!(picture().contains("finding of severity E"));
    assert_eq!(served.ask("GET", &format!("{BASE}/picture?profile=NOBODY"), &[], "").status, 404);
}

#[test]
fn the_document_says_all_that_can_be_asked() {
    let document = document();
    let mut lines = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let statuses: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
            let id = operation["operationId"].as_str().unwrap();
            lines.push(format!("{:<6} {path:<42} {id:<18} {}\n", method.to_uppercase(), statuses.join(" ")));
        }
    }
    lines.sort_by_key(|line| line[7..].to_owned());
    insta::assert_snapshot!("control-operations", lines.concat());
}
