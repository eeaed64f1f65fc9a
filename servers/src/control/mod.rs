//! The control face: what no vendor's interface can do. Its paths are apart from the vendors'.
//!
//! What can be asked stands in one [`table`], of which both the router and the OpenAPI document are made. A handler reads the
//! [`ask`], goes to the desk, and says what came of it or a [`problem`].

mod ask;
mod copies;
mod events;
mod feed;
mod forms;
mod guard;
mod installation;
mod openapi;
pub mod order;
mod problem;
mod profiles;
mod table;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use axum::routing::{MethodFilter, MethodRouter, get, on};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use serde_json::Value;
use tokio::sync::{Semaphore, watch};

use crate::auth::Access;
use crate::desk::Desk;
use crate::order::{Order, Outcome};
use ask::Ask;
use order::{ControlOrder, Question, Refused};
use table::{Operation, Said};

pub use feed::{MAX_KEPT, MAX_STREAMS};
pub use forms::MAX_ROWS;
pub use problem::Problem;
pub use table::MAX_BODY;

/// What every path begins with.
pub const BASE: &str = "/control/v1";

/// The most characters of a query.
const MAX_QUERY: usize = 8_192;

/// How many pictures, observations and sites are made or read at once: each takes memory in the size of the site.
const MAX_APART: usize = 4;

/// What people look at, drawn by whoever can draw.
pub trait Views: Send + Sync {
    /// The page, whole.
    fn page(&self) -> String;

    /// The logical subsystems with what matters to a profile, the first one where none is named, as a part of the page.
    ///
    /// # Errors
    /// There is no such profile.
    fn picture(&self, seen: &Observation, profile: Option<&ProfileName>) -> Result<String, Refused>;
}

/// What the handlers share.
pub(crate) struct Shared {
    desk: Desk,
    access: Option<Arc<Access>>,
    views: Arc<dyn Views>,
    feed: Arc<feed::Feed>,
    stopped: watch::Receiver<bool>,
    places: Semaphore,
    /// The OpenAPI document.
    document: Bytes,
}

impl Shared {
    /// Has an order of the control face carried out.
    async fn control(&self, order: ControlOrder) -> Result<Value, Problem> {
        match self.desk.order(Order::Control(order)).await? {
            Outcome::Control(done) => Ok(done?),
            _ => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "an order was answered by something else")),
        }
    }

    /// Has a question answered.
    async fn ask(&self, question: Question) -> Result<Value, Problem> {
        Ok(self.desk.read(move |core| core.engine.answer(&question)).await??)
    }

    /// Does what takes long apart from those who wait for others, and not too much of it at once.
    async fn apart<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
        let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the server has failed over this request");
        // Nobody closes it.
        let _place = self.places.acquire().await.ok();
        tokio::task::spawn_blocking(work).await.map_err(failed)?
    }
}

/// Everything that can be asked.
fn operations() -> Vec<Operation> {
    let document =
        Operation::new(Method::GET, "/openapi.json", "getDocument", "This document", |shared: Arc<Shared>, _| async move {
            let mut response = Response::new(Body::from(shared.document.clone()));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(response)
        });
    let mut all = vec![document.answers::<openapi::Anything>(200, "OpenAPI 3.1.")];
    all.extend(installation::operations());
    all.extend(copies::operations());
    all.extend(profiles::operations());
    all.extend(events::operations());
    all
}

/// The OpenAPI document of the control face.
#[must_use]
pub fn document() -> Value {
    openapi::document(&operations())
}

/// What the control face is given.
pub struct Control {
    /// The way to the world.
    pub desk: Desk,
    /// Who may ask; nobody is asked for a password where there is none.
    pub access: Option<Arc<Access>>,
    /// What people look at.
    pub views: Arc<dyn Views>,
    /// Becomes true when the server stops: streams end then.
    pub stopped: watch::Receiver<bool>,
}

/// The control face of the whole installation. A runtime must be there: it keeps the events.
pub fn router(control: Control) -> Router {
    let Control { desk, access, views, stopped } = control;
    let operations = operations();
    let feed = Arc::new(feed::Feed::new(MAX_KEPT));
    feed.follow(&desk);
    let document = Bytes::from(openapi::document(&operations).to_string());
    let shared = Arc::new(Shared { desk, access, views, feed, stopped, places: Semaphore::new(MAX_APART), document });
    let mut paths: std::collections::BTreeMap<&'static str, MethodRouter<Arc<Shared>>> = std::collections::BTreeMap::new();
    for operation in operations {
        let Ok(filter) = MethodFilter::try_from(operation.method.clone()) else { continue };
        let operation = Arc::new(operation);
        let path = operation.path;
        let handler = move |State(shared): State<Arc<Shared>>, parameters: RawPath, request: Request| {
            let operation = Arc::clone(&operation);
            async move {
                let said = answer(shared, &operation, parameters, request).await;
                said.unwrap_or_else(|problem| problem.answer())
            }
        };
        let router = paths.remove(path).unwrap_or_default();
        paths.insert(path, router.merge(on(filter, handler)));
    }
    let mut inner = Router::new();
    for (path, methods) in paths {
        inner = inner.route(&format!("{BASE}{path}"), methods);
    }
    inner.route("/", get(page)).fallback(nowhere).method_not_allowed_fallback(not_this_way).with_state(shared)
}

type RawPath = Result<RawPathParams, axum::extract::rejection::RawPathParamsRejection>;

/// Lets a request in, reads it and has it answered.
async fn answer(shared: Arc<Shared>, operation: &Operation, parameters: RawPath, request: Request) -> Said {
    let (parts, body) = request.into_parts();
    guard::guard(&parts.headers, parts.uri.authority().map(|authority| authority.as_str()), shared.access.as_deref())?;
    let path = parameters.map_err(|_| Problem::bad("the path is no text: expected UTF-8, percent-encoded").at("path"))?;
    let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let query = query(operation, parts.uri.query().unwrap_or_default())?;
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let too_large = || {
        let message = format!("the body is too large: expected {} bytes at most", operation.most_bytes);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, message).at("body")
    };
    let body = if operation.body.is_none() {
        Bytes::new()
    } else if length.is_some_and(|length| length > operation.most_bytes) {
        return Err(too_large());
    } else {
        to_bytes(body, operation.most_bytes).await.map_err(|error| {
            // A body that is too long, or one that broke off.
            let is_long = std::error::Error::source(&error).is_some_and(|cause| cause.to_string().contains("length limit"));
            if is_long { too_large() } else { Problem::bad("the body broke off").at("body") }
        })?
    };
    (operation.run)(shared, Ask { path, query, headers: parts.headers, body }).await
}

/// The parameters of a query: each known, and given once.
fn query(operation: &Operation, text: &str) -> Result<Vec<(String, String)>, Problem> {
    if text.len() > MAX_QUERY {
        return Err(Problem::bad(format!("the query is too long: expected {MAX_QUERY} characters at most")).at("query"));
    }
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        let shown = ask::shown(&name);
        if !operation.knows(&name) {
            let known: Vec<&str> =
                operation.parameters.iter().filter(|known| known.place == table::Place::Query).map(|known| known.name).collect();
            let expected = if known.is_empty() { "no query".to_owned() } else { known.join(", ") };
            return Err(Problem::bad(format!("there is no parameter `{shown}`")).at("query").expected(expected));
        }
        if found.iter().any(|(known, _)| *known == name) {
            return Err(Problem::bad(format!("`{shown}` is given twice: expected it once")).at("query"));
        }
        found.push((name.into_owned(), value.into_owned()));
    }
    Ok(found)
}

/// The page for people.
async fn page(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let authority = request.uri().authority().map(|authority| authority.as_str());
    if let Err(problem) = guard::guard(request.headers(), authority, shared.access.as_deref()) {
        return problem.answer();
    }
    let mut response = Response::new(Body::from(shared.views.page()));
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        // What the page may run and ask it says itself; that nobody may frame it only a header can say.
        (CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn nowhere(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let authority = request.uri().authority().map(|authority| authority.as_str());
    if let Err(problem) = guard::guard(request.headers(), authority, shared.access.as_deref()) {
        return problem.answer();
    }
    let path = ask::shown(request.uri().path());
    Problem::not_found(format!("there is nothing at {path}")).expected(format!("a path of {BASE}/openapi.json")).answer()
}

async fn not_this_way(request: Request) -> Response<Body> {
    let (method, path) = (ask::shown(request.method().as_str()), ask::shown(request.uri().path()));
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{path} is not asked by {method}")).answer()
}
