//! Answers: every one is an envelope that says how it went, what there is, and where.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use super::code::{Failure, Kind};

/// One thing as a client sees it.
pub type Row = Map<String, Value>;

/// Rows of one kind.
pub struct Rows {
    /// What they are called.
    pub name: &'static str,
    /// The columns that each has.
    pub fields: &'static [&'static str],
    /// The rows.
    pub rows: Vec<Row>,
}

/// What a success is called by an array that was read.
const READ: &str = "CMUC00183I";

/// How it went, when it went well.
fn well(code: &str) -> Value {
    json!({ "status": "ok", "code": code, "message": "Operation done successfully." })
}

/// How it went, when it did not.
fn ill(failure: &Failure) -> Value {
    json!({ "status": "failed", "code": failure.code, "message": failure.message })
}

fn answer(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The envelope of a failure.
#[must_use]
pub fn failed(failure: &Failure) -> Response<Body> {
    answer(failure.status, json!({ "server": ill(failure) }).to_string())
}

/// The envelope of rows, of which only the columns in `wanted` are shown where some are named.
///
/// # Errors
/// A column is not known.
pub fn rows(rows: Rows, wanted: Option<&[String]>) -> Result<Response<Body>, Failure> {
    if let Some(unknown) = wanted.unwrap_or_default().iter().find(|field| !rows.fields.contains(&field.as_str())) {
        let (unknown, expected) = (super::route::shown(unknown), rows.fields.join(", "));
        return Err(Failure::new(Kind::Malformed, format!("data_fields: {unknown} is not known: expected {expected}.")));
    }
    let count = rows.rows.len();
    let head = json!({ "server": well(READ), "counts": { "data_counts": count, "total_counts": count } }).to_string();
    // A large array has tens of thousands of rows: each is written as soon as it is projected.
    let mut body = head.into_bytes();
    body.pop();
    body.extend_from_slice(b",\"data\":{");
    body.extend_from_slice(Value::from(rows.name).to_string().as_bytes());
    body.extend_from_slice(b":[");
    for (nth, mut row) in rows.rows.into_iter().enumerate() {
        if let Some(wanted) = wanted {
            row.retain(|field, _| wanted.contains(field));
        }
        if nth > 0 {
            body.push(b',');
        }
        serde_json::to_writer(&mut body, &row).map_err(|error| Failure::new(Kind::Broken, error.to_string()))?;
    }
    body.extend_from_slice(b"]}}");
    Ok(answer(StatusCode::OK, body))
}

/// The envelope of a list that is empty and has no name, as older releases say it.
#[must_use]
pub fn nothing() -> Response<Body> {
    let counts = json!({ "data_counts": 0, "total_counts": 0 });
    answer(StatusCode::OK, json!({ "server": well(READ), "counts": counts, "data": {} }).to_string())
}

/// The envelope of something that was done.
#[must_use]
pub fn done() -> Response<Body> {
    answer(StatusCode::OK, json!({ "server": well("") }).to_string())
}

/// The envelope of a token.
#[must_use]
pub fn token(secret: &str, expires: &str, idle_ms: u128) -> Response<Body> {
    let token = json!({ "token": secret, "expired_time": expires, "max_idle_interval": idle_ms.to_string() });
    answer(StatusCode::OK, json!({ "server": well(""), "token": token }).to_string())
}

/// Something that was made: its row, and where it is.
pub struct Made {
    /// What rows of its kind are called.
    pub name: &'static str,
    /// The row.
    pub row: Row,
    /// Where it is.
    pub link: Value,
}

fn part(result: Result<Option<Made>, Failure>) -> Value {
    match result {
        Ok(Some(Made { name, row, link })) => {
            let data: Row = [(name.to_owned(), json!([row]))].into_iter().collect();
            json!({ "server": well(""), "data": data, "link": link })
        }
        Ok(None) => json!({ "server": well("") }),
        Err(failure) => json!({ "server": ill(&failure) }),
    }
}

/// The envelope of one thing that was made.
#[must_use]
pub fn made(made: Made) -> Response<Body> {
    answer(StatusCode::CREATED, part(Ok(Some(made))).to_string())
}

/// The envelope of several things that were asked for together: what became of each. That all of it is `ok` means no more
/// than that all of it was tried.
#[must_use]
pub fn parts(results: Vec<Result<Option<Made>, Failure>>) -> Response<Body> {
    let made = results.iter().any(|result| matches!(result, Ok(Some(_))));
    let status = if made { StatusCode::CREATED } else { StatusCode::OK };
    let responses: Vec<Value> = results.into_iter().map(part).collect();
    answer(status, json!({ "server": well(""), "responses": responses }).to_string())
}
