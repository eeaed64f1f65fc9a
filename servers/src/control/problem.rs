//! What is said when something is wrong: one shape for all, with what was wrong, where, and what was expected.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use dasdlab_model::read::ReadError;
use dasdlab_model::transitions::Refusal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::{Refused, RefusedKind};
use crate::desk::Closed;

/// Something that is wrong with a request, or that the world refused. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The status, for programs that see the body alone.
    pub status: u16,
    /// What is wrong, in a sentence.
    pub message: String,
    /// Where: a parameter, or a line and column of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What would be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// Why the array, or the product in front of it, refused a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

impl Problem {
    /// A problem; what a message expects in its last words is said apart.
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message: String = message.into();
        let split = |by| message.rsplit_once(by).map(|(said, expected)| (said.to_owned(), Some(expected.to_owned())));
        // A name that cannot be read says what it is not.
        let name = || message.split_once("` is not ").map(|(said, not)| (format!("{said}` does not fit"), Some(not.to_owned())));
        let (message, expected) =
            split(": expected ").or_else(|| split(", expected ")).or_else(name).unwrap_or((message.clone(), None));
        Self { status: status.as_u16(), message, place: None, expected, refusal: None }
    }

    /// Something about the request cannot be.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// There is no such thing.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// At this place.
    pub(super) fn at(self, place: impl Into<String>) -> Self {
        Self { place: Some(place.into()), ..self }
    }

    /// What would be right.
    pub(super) fn expected(self, expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), ..self }
    }

    /// A command that was refused.
    pub(super) fn refused(refusal: Refusal, what: &str) -> Self {
        let status = match refusal {
            Refusal::UnknownVolume | Refusal::UnknownProfile => StatusCode::NOT_FOUND,
            _ => StatusCode::CONFLICT,
        };
        let described = dasdlab_model::schema::words::<Refusal>().into_iter().find(|(word, _)| word == refusal.as_str());
        let why = described.map(|(_, why)| format!(": {}", why.trim_end_matches('.'))).unwrap_or_default();
        Self { refusal: Some(refusal), ..Self::new(status, format!("{what} is refused ({refusal}){why}")) }
    }

    pub(super) fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The answer.
    pub(super) fn answer(&self) -> Response<Body> {
        let mut response = json(self.code(), self);
        let headers = response.headers_mut();
        match self.code() {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"dasdlab\", charset=\"UTF-8\""));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

impl From<Closed> for Problem {
    fn from(closed: Closed) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, closed.to_string())
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let status = match refused.kind {
            RefusedKind::NotFound => StatusCode::NOT_FOUND,
            RefusedKind::Invalid => StatusCode::BAD_REQUEST,
            RefusedKind::Conflict => StatusCode::CONFLICT,
            RefusedKind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, refused.message)
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        let help = error.help.map(|help| format!(" ({help})")).unwrap_or_default();
        let problem = Self::bad(error.message);
        let problem = Self { message: problem.message + &help, ..problem };
        match error.line {
            0 => problem.at("body"),
            line => problem.at(format!("body, line {line}, column {}", error.column)),
        }
    }
}

/// An answer in JSON.
pub(super) fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> Response<Body> {
    let (status, text) = match serde_json::to_vec(value) {
        Ok(text) => (status, text),
        // Only a map whose keys are no text cannot be written, and none is.
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, br#"{"status":500,"message":"the answer cannot be written"}"#.to_vec()),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_expects_is_said_apart() {
        let problem = Problem::bad("`x` is no unit: expected 4 digits").at("unit");
        assert_eq!((problem.message.as_str(), problem.expected.as_deref()), ("`x` is no unit", Some("4 digits")));
        assert_eq!(Problem::bad("no").expected, None);
    }

    #[test]
    fn a_refusal_says_its_word_and_what_the_word_means() {
        let problem = Problem::refused(Refusal::Held, "establish-full");
        assert_eq!(problem.status, 409);
        assert_eq!(
            problem.message,
            "establish-full is refused (held): The BCV is held for a profile, and the command is another's"
        );
        assert_eq!(Problem::refused(Refusal::UnknownVolume, "split-normal").status, 404);
    }
}
