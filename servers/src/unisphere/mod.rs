//! The REST interface of Unisphere for Symmetrix and PowerMax arrays.
//!
//! What is simulated: arrays, volumes, storage groups, splits and CU images, clone sessions between storage groups, jobs.
//! Everything else that Unisphere has is known by name and says so. `routes` has the paths; what an answer says stands in a
//! file for each thing, and what changes something in [`order`] and [`book`].

mod answer;
mod body;
pub mod book;
pub mod capacity;
mod clones;
mod enhanced;
mod groups;
mod iterators;
mod mainframe;
pub mod numbers;
pub mod order;
mod private;
mod query;
mod routes;
mod system;
mod view;
mod volumes;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use self::answer::{Answer, Answered, Failure};
use self::iterators::Iterators;
use self::order::{Action, Done, Order};
use self::query::Query;
use self::view::View;
use crate::face::Face;
use crate::limits::MAX_BODY;
use crate::order::Outcome;

/// The face of a Symmetrix or PowerMax array.
pub fn router(face: Face) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(Unisphere { face, iterators: Iterators::default() }))
}

/// A management server of one array. It remembers nothing that must outlive a crash.
struct Unisphere {
    face: Face,
    iterators: Iterators,
}

/// A request, taken apart.
struct Asked {
    method: String,
    path: Vec<String>,
    query: Query,
    body: Vec<u8>,
}

async fn handle(State(server): State<Arc<Unisphere>>, request: Request) -> Response<Body> {
    let answer = match server.answer(request).await {
        Ok(answer) => answer,
        Err(failure) => failure.into(),
    };
    answer.into()
}

/// Text with `%` and two hexadecimal digits for a byte; none where it is no text.
fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (high, low) = (digit()?, digit()?);
        bytes.push(high << 4 | low);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

impl Unisphere {
    async fn answer(&self, request: Request) -> Answered {
        self.permit(request.headers())?;
        let (head, body) = request.into_parts();
        let path: Option<Vec<String>> = head.uri.path().split('/').skip(1).map(decoded).collect();
        let mut path = path.ok_or_else(|| Failure::malformed("The path is no text"))?;
        if path.last().is_some_and(String::is_empty) {
            path.pop();
        }
        let query = Query::read(head.uri.query().unwrap_or_default())?;
        let body = to_bytes(body, MAX_BODY).await.map_err(|_| {
            Failure::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The body cannot be read: expected no more than {MAX_BODY} bytes"),
            )
        })?;
        self.route(Asked { method: head.method.as_str().to_owned(), path, query, body: body.to_vec() }).await
    }

    /// Lets in who knows user and password: by HTTP Basic, with every request.
    fn permit(&self, headers: &HeaderMap) -> Answered<()> {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let encoded = given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
        let decoded = encoded.and_then(|(_, encoded)| STANDARD.decode(encoded.trim()).ok());
        let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        match text.as_deref().and_then(|text| text.split_once(':')) {
            Some((user, password)) if self.face.access.permits(user, password) => Ok(()),
            _ => Err(Failure::new(StatusCode::UNAUTHORIZED, "Unauthorized: expected user and password by HTTP Basic")),
        }
    }

    /// Reads of the array, which has to answer.
    async fn read<T: Send + 'static>(&self, ask: impl FnOnce(&View<'_>) -> Answered<T> + Send + 'static) -> Answered<T> {
        let serial = self.face.array;
        self.face.desk.read(move |core| view::of(core, serial, ask)).await?
    }

    /// Reads what the management server knows, whether the array answers or not.
    async fn know<T: Send + 'static>(&self, ask: impl FnOnce(&View<'_>) -> Answered<T> + Send + 'static) -> Answered<T> {
        let serial = self.face.array;
        self.face.desk.read(move |core| view::of_any(core, serial, ask)).await?
    }

    /// Has something done, and says then how it stands.
    async fn change(&self, action: Action, as_job: bool, say: impl FnOnce(&View<'_>) -> Answered + Send + 'static) -> Answered {
        let order = Order { array: self.face.array, user: self.face.access.user().to_owned(), as_job, action };
        match self.face.desk.order(crate::order::Order::Unisphere(order)).await? {
            Outcome::Unisphere(Ok(Done::Done)) => self.know(say).await,
            Outcome::Unisphere(Ok(Done::Job(number))) => {
                self.know(move |view| {
                    let job = view.jobs.get(number);
                    job.map(|job| Answer::accepted(system::scheduled(job))).ok_or_else(|| routes::no_job(&number.to_string()))
                })
                .await
            }
            Outcome::Unisphere(Err(refused)) => Err(refused.into()),
            Outcome::Reply(_) | Outcome::Ds8000(_) | Outcome::Control(_) => {
                Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "The order was answered by something else"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_text_with_bytes_in_hexadecimal() {
        let check = |segment: &str, expected: Option<&str>| assert_eq!(decoded(segment).as_deref(), expected, "{segment}");
        check("SG%5F1", Some("SG_1"));
        check("a%2Fb", Some("a/b"));
        check("%E2%82%AC", Some("€"));
        for segment in ["%", "%4", "%zz", "%FF", "%00"] {
            check(segment, None);
        }
    }
}
