//! The REST interface of a DS8000 as its management console offers it: what pyds8k and tools like it speak.
//!
//! Clients log in late: a request without a token is answered with 401, upon which they ask for a token and repeat the request.
//! What goes wrong has a row in [`code`]; every answer is an [`envelope`]. Nothing is kept here but tokens.

mod answers;
pub mod code;
pub mod envelope;
pub mod order;
pub mod request;
pub mod route;
mod rows;
mod stamp;
pub mod tokens;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, StatusCode, header};

use crate::face::Face;
use crate::limits::MAX_BODY;
use crate::listen::Scheme;
use code::{Failure, Kind};
use request::Query;
use route::Route;
use rows::Base;
use tokens::{MAX_IDLE, Standing, Tokens};

/// The header that carries a token.
const TOKEN: &str = "x-auth-token";

/// The management console of one array.
pub(crate) struct Console {
    face: Face,
    tokens: Tokens,
}

/// The face of a DS8000.
pub fn router(face: Face) -> Router {
    let console = Arc::new(Console { face, tokens: Tokens::default() });
    Router::new().fallback(answer).with_state(console)
}

/// Refuses a request that does not even come to the face: one that is too long, too slow or broken off.
#[must_use]
pub fn refuse(status: StatusCode, message: &str) -> Response<Body> {
    let kind = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Kind::TooLong,
        StatusCode::REQUEST_TIMEOUT => Kind::TooSlow,
        _ => Kind::Malformed,
    };
    envelope::failed(&Failure { status, ..Failure::new(kind, message) })
}

async fn answer(State(console): State<Arc<Console>>, request: Request) -> Response<Body> {
    match console.answer(request).await {
        Ok(response) => response,
        Err(failure) => envelope::failed(&failure),
    }
}

impl Console {
    async fn answer(&self, request: Request) -> Result<Response<Body>, Failure> {
        let (mut parts, body) = request.into_parts();
        // What a client may read it may also ask about.
        if parts.method == Method::HEAD {
            parts.method = Method::GET;
        }
        let path = parts.uri.path();
        let route = Route::of(path);
        if route.as_ref().is_ok_and(|route| *route == Route::Tokens) {
            knows(&Route::Tokens, &parts)?;
            return self.log_in(&read(&parts.headers, body).await?);
        }
        // Who has no token is not told what there is. Outside of the interface there is nothing to be told.
        if path.starts_with(route::ROOT) {
            self.let_in(&parts.headers)?;
        }
        let route = route?;
        if route == Route::NotSimulated {
            let path = route::shown(path);
            return Err(Failure::new(Kind::NotSimulated, format!("{path} is known and not simulated by this array.")));
        }
        knows(&route, &parts)?;
        let query = Query::read(parts.uri.query(), &route, &parts.method)?;
        let base = base(&parts)?;
        match (&parts.method, route) {
            (&Method::GET, route) => answers::read(&self.face, route, query, base).await,
            (&Method::POST, _) => answers::establish(&self.face, &read(&parts.headers, body).await?, &base).await,
            (_, Route::FlashCopy(source, target)) => answers::withdraw(&self.face, source, target).await,
            _ => answers::withdraw_several(&self.face, query).await,
        }
    }

    fn let_in(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let Some(token) = headers.get(TOKEN) else {
            return Err(Failure::new(Kind::NoToken, "A token is needed: log in at /tokens."));
        };
        match self.tokens.ask(token.to_str().unwrap_or_default()) {
            Standing::Good => Ok(()),
            Standing::Expired => Err(Failure::new(Kind::ExpiredToken, "The token has expired: log in again.")),
            Standing::Unknown => Err(Failure::new(Kind::NoToken, "The token is not known: log in again.")),
        }
    }

    fn log_in(&self, body: &[u8]) -> Result<Response<Body>, Failure> {
        let params = request::params(body)?;
        let (user, mut password) = (request::text(&params, "username")?, request::text(&params, "password")?);
        if self.face.quirks.trailing_blank {
            password = password.strip_suffix(' ').unwrap_or(password);
        }
        if !self.face.access.permits(user, password) {
            return Err(Failure::new(Kind::Credentials, "User or password are wrong."));
        }
        let token = self.tokens.make().ok_or_else(|| Failure::new(Kind::Broken, "This machine gives no random numbers."))?;
        Ok(envelope::token(&token, &stamp::after(MAX_IDLE), MAX_IDLE.as_millis()))
    }
}

/// Whether an address knows a method.
fn knows(route: &Route, parts: &Parts) -> Result<(), Failure> {
    let methods = route.methods();
    if methods.contains(&parts.method) {
        return Ok(());
    }
    let expected: Vec<&str> = methods.iter().map(Method::as_str).collect();
    let (method, path) = (route::shown(parts.method.as_str()), route::shown(parts.uri.path()));
    let expected = expected.join(", ");
    Err(Failure::new(
        Kind::Method,
        format!("{method} {path} is not allowed, or not simulated by this array: expected {expected}."),
    ))
}

/// The bytes of a body, whatever they are called, if they are not called something else than JSON.
async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Failure> {
    request::is_json(headers)?;
    to_bytes(body, MAX_BODY).await.map_err(|error| {
        let message = format!("The body cannot be read: {error} (it may have {MAX_BODY} bytes).");
        Failure::new(Kind::TooLong, message)
    })
}

/// The most characters of a host.
const MAX_HOST: usize = 261;

/// Where the client came to, for the links that it is given.
fn base(parts: &Parts) -> Result<Base, Failure> {
    let scheme = parts.extensions.get::<Scheme>().copied().unwrap_or(Scheme::Http);
    let named = parts.headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    let host = named.or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str)).unwrap_or("localhost");
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]%".contains(&byte);
    if host.is_empty() || host.len() > MAX_HOST || !host.bytes().all(legal) {
        return Err(Failure::new(Kind::Malformed, "The Host header: expected a name or an address, and a port."));
    }
    Ok(Base::new(scheme.word(), host))
}
