//! Requests and how they are answered: HTTP status, status and code of the envelope.

use axum::body::Body;
use dasdlab_servers::face::Quirks;
use dasdlab_servers::pace::Pace;
use tower::ServiceExt;

use crate::lab::{Lab, PASSWORD, flashcopy, request, site};

const OK: (&str, &str) = ("ok", "CMUC00183I");

fn no(code: &str) -> (&str, &str) {
    ("failed", code)
}

#[tokio::test]
async fn every_address_is_answered_in_its_envelope() {
    let lab = Lab::new().await;
    let table = [
        ("GET /systems", 200, OK),
        ("GET /systems/", 200, OK),
        ("GET /systems?data_fields=id,bundle", 200, OK),
        ("GET /systems?data_fields=id,bundel", 400, no("BE7AD001")),
        ("GET /systems?bundle=1", 400, no("BE7AD001")),
        ("GET /systems/2107-75ABC01", 404, no("BE7AD002")),
        ("GET /lss", 200, OK),
        ("GET /lss?type=ckd&data_fields=id", 200, OK),
        ("GET /lss?type=CKD", 200, OK),
        ("GET /lss?type=fb", 200, OK),
        ("GET /lss?type=fc", 400, no("BE7AD001")),
        ("GET /lss?type=fb&type=ckd", 400, no("BE7AD001")),
        ("GET /lss/2f", 200, OK),
        ("GET /lss/2F?type=ckd", 400, no("BE7AD001")),
        ("GET /lss/12", 404, no("BE7AD004")),
        ("GET /lss/FF", 404, no("BE7AD004")),
        ("GET /lss/2F/volumes", 200, OK),
        ("GET /lss/12/volumes", 404, no("BE7AD004")),
        ("GET /lss/2F/volumes/2f00", 200, OK),
        ("GET /lss/10/volumes/2F00", 404, no("BE7AD004")),
        ("GET /volumes", 200, OK),
        ("GET /volumes/1000", 200, OK),
        ("GET /volumes/%31000", 200, OK),
        ("GET /volumes/1005", 404, no("BE7AD004")),
        ("GET /volumes/10000", 404, no("BE7AD004")),
        ("GET /volumes/%FF", 404, no("BE7AD002")),
        ("GET /volumes//1000", 404, no("BE7AD002")),
        ("GET /volumes/1000/flashcopy", 200, OK),
        ("GET /volumes/1005/flashcopy", 404, no("BE7AD004")),
        ("GET /volumes/1000/pprc", 404, no("BE7AD003")),
        ("GET /volumes/1000/hosts", 404, no("BE7AD003")),
        ("GET /pools", 200, OK),
        ("GET /pools/p4", 200, OK),
        ("GET /pools/P4/volumes", 200, OK),
        ("GET /pools/P77", 404, no("BE7AD004")),
        ("GET /pools/P77/volumes", 404, no("BE7AD004")),
        ("GET /pools/P4/eserep", 404, no("BE7AD003")),
        ("GET /flashcopy", 200, OK),
        ("GET /cs/flashcopies", 200, OK),
        ("GET /cs/flashcopies/1110:1112", 200, OK),
        ("GET /cs/flashcopies/1110%3a1112", 200, OK),
        ("GET /cs/flashcopies/1112:1110", 404, no("BE7AD004")),
        ("GET /cs/flashcopies/1110", 404, no("BE7AD004")),
        ("POST /cs/flashcopies/unfreeze", 404, no("BE7AD003")),
        ("GET /cs/pprcs", 404, no("BE7AD003")),
        ("GET /cs/pprcs/paths", 404, no("BE7AD003")),
        ("GET /pprc", 404, no("BE7AD003")),
        ("GET /events?severity=warning,error", 404, no("BE7AD003")),
        ("GET /hosts", 404, no("BE7AD003")),
        ("GET /hosts/one/mappings", 404, no("BE7AD003")),
        ("GET /hmc/certificate", 404, no("BE7AD003")),
        ("GET /nowhere", 404, no("BE7AD002")),
        ("GET /", 404, no("BE7AD002")),
        ("GET //", 404, no("BE7AD002")),
        ("GET //api/v2/systems", 404, no("BE7AD002")),
        ("POST /systems", 405, no("BE7AD005")),
        ("POST /volumes", 405, no("BE7AD005")),
        ("PUT /volumes/1000", 405, no("BE7AD005")),
        ("DELETE /volumes/1000", 405, no("BE7AD005")),
        ("POST /lss", 405, no("BE7AD005")),
        ("GET /tokens", 405, no("BE7AD005")),
        ("PUT /cs/flashcopies", 405, no("BE7AD005")),
        ("OPTIONS /cs/flashcopies/1110:1112", 405, no("BE7AD005")),
        ("DELETE /cs/flashcopies", 400, no("BE7AD001")),
        ("DELETE /cs/flashcopies?ids=", 400, no("BE7AD001")),
        ("DELETE /cs/flashcopies?ids=1110", 404, no("BE7AD004")),
        ("DELETE /cs/flashcopies?ids=1100:1101", 404, no("BE7AD10B")),
        ("DELETE /cs/flashcopies?data_fields=id", 400, no("BE7AD001")),
        ("DELETE /cs/flashcopies/1100:1101", 404, no("BE7AD10B")),
        ("DELETE /cs/flashcopies/1100:FE00", 404, no("BE7AD101")),
    ];
    let before = lab.stands().await;
    for (line, status, (how, code)) in table {
        let answer = lab.ask(line, Body::empty()).await;
        assert_eq!(answer.says(), (status, how, code), "{line}: {}", answer.message());
        assert!(!answer.message().is_empty(), "{line}");
    }
    assert_eq!(lab.stands().await, before);
    let mut head = request("HEAD /systems", Body::empty());
    head.headers_mut().insert("x-auth-token", lab.token.parse().unwrap());
    assert_eq!(lab.router.clone().oneshot(head).await.unwrap().status(), 200);
    let too_many = vec!["1110:1112"; 33].join(",");
    assert_eq!(lab.delete(&format!("/cs/flashcopies?ids={too_many}")).await.says(), (400, "failed", "BE7AD001"));
}

#[tokio::test]
async fn a_body_is_read_as_json_whatever_it_is_called_and_refused_where_it_is_called_something_else() {
    let lab = Lab::new().await;
    let good = flashcopy(&["1100:1101"], &["persistent"]);
    let params = |params: &str| format!(r#"{{"request":{{"params":{params}}}}}"#);
    let pairs = |pairs: &str| params(&format!(r#"{{"volume_pairs":{pairs}}}"#));
    let table = [
        (None, good.clone(), 201, ("ok", "")),
        (Some("application/json"), flashcopy(&["1100:1102"], &[]), 201, ("ok", "")),
        (Some("application/json; charset=utf-8"), flashcopy(&["1100:1103"], &[]), 201, ("ok", "")),
        (Some("application/x-www-form-urlencoded"), good.clone(), 415, no("BE7AD006")),
        (Some("text/xml"), good.clone(), 415, no("BE7AD006")),
        (None, String::new(), 400, no("BE7AD001")),
        (None, good[1..].to_owned(), 400, no("BE7AD001")),
        (None, "[]".to_owned(), 400, no("BE7AD001")),
        (None, "[".repeat(100_000), 400, no("BE7AD001")),
        (None, r#"{"params":{}}"#.to_owned(), 400, no("BE7AD001")),
        (None, r#"{"request":{}}"#.to_owned(), 400, no("BE7AD001")),
        (None, params("[]"), 400, no("BE7AD001")),
        (None, params("{}"), 400, no("BE7AD001")),
        (None, params(r#"{"volume_pairs":[{"source_volume":"1100","target_volume":"1104"}],"type":"fc"}"#), 400, no("BE7AD001")),
        (None, pairs("[]"), 400, no("BE7AD001")),
        (None, pairs(r#"{"source_volume":"1100","target_volume":"1104"}"#), 400, no("BE7AD001")),
        (None, pairs(r#"["1100:1104"]"#), 400, no("BE7AD001")),
        (None, pairs(r#"[{"source_volume":"1100"}]"#), 400, no("BE7AD001")),
        (None, pairs(r#"[{"source_volume":1100,"target_volume":"1104"}]"#), 400, no("BE7AD001")),
        (None, pairs(r#"[{"source_volume":"1100","target_volume":"11040"}]"#), 400, no("BE7AD001")),
        (None, pairs(r#"[{"source_volume":"1100","target_volume":"ÄÖ"}]"#), 400, no("BE7AD001")),
        (None, pairs(r#"[{"source_volume":"1100","target_volume":"1104","kind":1}]"#), 400, no("BE7AD001")),
        (None, flashcopy(&["1100:1104"], &["persistant"]), 400, no("BE7AD001")),
        (
            None,
            params(r#"{"volume_pairs":[{"source_volume":"1100","target_volume":"1104"}],"options":"persistent"}"#),
            400,
            no("BE7AD001"),
        ),
        (
            None,
            params(r#"{"volume_pairs":[{"source_volume":"1100","target_volume":"1104"}],"options":[1]}"#),
            400,
            no("BE7AD001"),
        ),
        (None, flashcopy(&["1110:1112"], &["reverse_restore", "no_background_copy"]), 400, no("BE7AD001")),
        (None, flashcopy(&["1100:1104"], &["freeze_consistency"]), 500, no("BE7AD008")),
        (None, flashcopy(&["1100:1104"], &["inhibit_target_writes"]), 500, no("BE7AD008")),
        (None, flashcopy(&["1100:1104"], &["fast_reverse_restore"]), 500, no("BE7AD008")),
        (None, flashcopy(&["1100:1105"], &["fail_space_efficient_target_out_of_space", "persistent"]), 201, ("ok", "")),
    ];
    for (kind, body, status, (how, code)) in table {
        let mut request = request("POST /cs/flashcopies", body.clone());
        request.headers_mut().insert("x-auth-token", lab.token.parse().unwrap());
        if let Some(kind) = kind {
            request.headers_mut().insert("content-type", kind.parse().unwrap());
        }
        let answer = lab.send(request).await;
        let shown: String = body.chars().take(200).collect();
        assert_eq!(answer.says(), (status, how, code), "{shown}: {}", answer.message());
    }
    assert_eq!(lab.relations().await, ["1100:1101", "1100:1102", "1100:1103", "1100:1105", "1110:1112", "1111:1113"]);
}

#[tokio::test]
async fn nobody_is_let_in_without_a_token_and_nobody_is_told_more_than_that() {
    let lab = Lab::new().await;
    for line in ["GET /systems", "GET /nowhere", "GET /volumes/9999", "DELETE /systems", "POST /cs/flashcopies", "GET /events"] {
        assert_eq!(lab.send(request(line, Body::empty())).await.says(), (401, "failed", "BE7A001A"), "{line}");
        let mut request = request(line, Body::empty());
        request.headers_mut().insert("x-auth-token", lab.token[1..].parse().unwrap());
        assert_eq!(lab.send(request).await.says(), (401, "failed", "BE7A001A"), "{line}");
    }
    let logins = [
        (r#"{"request":{"params":{"username":"qa","password":"a secret"}}}"#, 200, ("ok", "")),
        (r#"{"request":{"params":{"username":"qa","password":"a secret","hmc1":"host"}}}"#, 200, ("ok", "")),
        (r#"{"request":{"params":{"username":"qa","password":"a secret "}}}"#, 401, no("BE7A0027")),
        (r#"{"request":{"params":{"username":"QA","password":"a secret"}}}"#, 401, no("BE7A0027")),
        (r#"{"request":{"params":{"username":"qa","password":""}}}"#, 401, no("BE7A0027")),
        (r#"{"request":{"params":{"username":"qa","password":7}}}"#, 400, no("BE7AD001")),
        (r#"{"request":{"params":{"username":"qa"}}}"#, 400, no("BE7AD001")),
        ("", 400, no("BE7AD001")),
    ];
    for (body, status, (how, code)) in logins {
        let answer = lab.send(request("POST /tokens", body)).await;
        assert_eq!(answer.says(), (status, how, code), "{body}");
        assert_eq!(answer.body.get("token").is_some(), status == 200);
        assert!(!answer.body.to_string().contains("a secret"), "{body}");
    }
    let answer = lab.log_in(PASSWORD).await;
    assert_eq!(answer.body["token"]["max_idle_interval"], "1800000");
}

#[tokio::test]
async fn departures_for_one_client_are_off_until_they_are_asked_for() {
    let quirks = Quirks { trailing_blank: true, old_flashcopy_key: true };
    let mut bare = site();
    bare.flashcopy.clear();
    let lab = Lab::open(&bare, quirks, Pace::Hand).await;
    assert_eq!(lab.log_in("a secret ").await.says().0, 200);
    assert_eq!(lab.log_in("a secret  ").await.says().0, 401);
    assert_eq!(lab.log_in("a secret").await.says().0, 200);
    assert_eq!(lab.get("/cs/flashcopies").await.body["data"], serde_json::json!({}));
    let made = lab.establish(&["1100:1101"], &["persistent"]).await;
    assert_eq!(made.column("flashcopy", "id"), ["1100:1101"]);
    assert_eq!(lab.get("/cs/flashcopies").await.column("flashcopy", "id"), ["1100:1101"]);
    let plain = Lab::open(&bare, Quirks::default(), Pace::Hand).await;
    assert_eq!(plain.get("/cs/flashcopies").await.body["data"], serde_json::json!({ "flashcopies": [] }));
    assert_eq!(plain.get("/volumes/1100/flashcopy").await.body["data"], serde_json::json!({ "flashcopy": [] }));
}
