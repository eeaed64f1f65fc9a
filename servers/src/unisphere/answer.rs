//! Answers, and what is said where there is none: Unisphere has no envelope but `message`.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

use super::order::{Refused, RefusedKind};
use crate::desk::Closed;

/// An answer to a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Option<Value>,
    allow: Option<&'static str>,
}

/// What is said instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The status.
    pub(crate) status: StatusCode,
    /// What was wrong, and what was expected.
    pub(crate) message: String,
    /// The methods that the path has, where it has not this one.
    pub(crate) allow: Option<&'static str>,
}

/// An answer or a failure.
pub(crate) type Answered<T = Answer> = Result<T, Failure>;

impl Answer {
    /// What was asked for.
    #[must_use]
    pub(crate) const fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body), allow: None }
    }

    /// What was made.
    #[must_use]
    pub(crate) const fn created(body: Value) -> Self {
        Self { status: StatusCode::CREATED, body: Some(body), allow: None }
    }

    /// The job that says later what came of it.
    #[must_use]
    pub(crate) const fn accepted(job: Value) -> Self {
        Self { status: StatusCode::ACCEPTED, body: Some(job), allow: None }
    }

    /// Nothing is left to be said.
    #[must_use]
    pub(crate) const fn gone() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, allow: None }
    }
}

impl Failure {
    /// A failure with this status.
    #[must_use]
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), allow: None }
    }

    /// The request is malformed.
    #[must_use]
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// There is no such thing.
    #[must_use]
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// A part of Unisphere that is known and not simulated.
    #[must_use]
    pub(crate) fn not_simulated(what: &str) -> Self {
        Self::not_found(format!("{what} is known and not simulated"))
    }

    /// Something that Unisphere does to what is simulated, and that is not.
    #[must_use]
    pub(crate) fn not_done(what: &str) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, format!("{what} is known and not simulated; nothing was done"))
    }

    /// The path has other methods.
    #[must_use]
    pub(crate) fn only(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("The path has no such method: expected {allow}"))
        }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        let status = match refused.kind {
            RefusedKind::NotFound => StatusCode::NOT_FOUND,
            RefusedKind::Invalid => StatusCode::BAD_REQUEST,
            RefusedKind::Conflict => StatusCode::CONFLICT,
            RefusedKind::State => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, refused.message)
    }
}

impl From<Closed> for Failure {
    fn from(closed: Closed) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, closed.to_string())
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        Self { status: failure.status, body: Some(json!({ "message": failure.message })), allow: failure.allow }
    }
}

impl From<Answer> for Response<Body> {
    fn from(answer: Answer) -> Self {
        let body = answer.body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let mut response = Self::new(body);
        *response.status_mut() = answer.status;
        let headers = response.headers_mut();
        if answer.status != StatusCode::NO_CONTENT {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if answer.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Unisphere\""));
        }
        if let Some(allow) = answer.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}
