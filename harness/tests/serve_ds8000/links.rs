//! Links lead back to where the client came from.

use axum::body::Body;
use dasdlab_servers::listen::Scheme;
use serde_json::Value;

use crate::lab::{Lab, request};

#[tokio::test]
async fn links_have_the_scheme_and_the_host_of_the_request() {
    let lab = Lab::new().await;
    let table = [
        (None, "127.0.0.1:8452", "http://127.0.0.1:8452/api/v1/volumes/1000"),
        (Some(Scheme::Https), "hmc.example.com", "https://hmc.example.com/api/v1/volumes/1000"),
        (Some(Scheme::Http), "[::1]:443", "http://[::1]:443/api/v1/volumes/1000"),
    ];
    for (scheme, host, expected) in table {
        let mut request = request("GET /volumes/1000", Body::empty());
        request.headers_mut().insert("host", host.parse().unwrap());
        request.headers_mut().insert("x-auth-token", lab.token.parse().unwrap());
        request.extensions_mut().extend(
            scheme
                .map(|scheme| {
                    let mut extensions = axum::http::Extensions::new();
                    extensions.insert(scheme);
                    extensions
                })
                .unwrap_or_default(),
        );
        let answer = lab.send(request).await;
        assert_eq!(answer.body["data"]["volumes"][0]["link"]["href"], expected);
    }
    for host in ["", "a b", "host/path", "user@host", "<script>", &"h".repeat(300)] {
        let mut request = request("GET /volumes/1000", Body::empty());
        request.headers_mut().insert("host", host.parse().unwrap());
        request.headers_mut().insert("x-auth-token", lab.token.parse().unwrap());
        assert_eq!(lab.send(request).await.says(), (400, "failed", "BE7AD001"), "{host}");
    }
}

/// Every link in a document.
fn links<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("href").and_then(Value::as_str));
            fields.values().for_each(|value| links(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| links(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_link_leads_somewhere() {
    let lab = Lab::new().await;
    let mut known = std::collections::BTreeSet::new();
    let mut next: Vec<String> =
        ["/systems", "/lss", "/volumes", "/pools", "/cs/flashcopies", "/flashcopy"].map(str::to_owned).into();
    while let Some(path) = next.pop() {
        if !known.insert(path.clone()) {
            continue;
        }
        let answer = lab.get(&path).await;
        assert_eq!(answer.says(), (200, "ok", "CMUC00183I"), "{path}");
        let mut found = Vec::new();
        links(&answer.body, &mut found);
        next.extend(found.into_iter().map(|link| link.strip_prefix("http://console:8452/api/v1").unwrap().to_owned()));
    }
    assert!(known.len() > 150, "{}", known.len());
}
