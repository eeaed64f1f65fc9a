//! An array behind its face, in this process, with a clock that stands until it is moved.

use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use dasdlab_harness::serve::Living;
use dasdlab_model::event::Time;
use dasdlab_model::name::Serial;
use dasdlab_model::read::{Encoding, parse};
use dasdlab_model::site::Site;
use dasdlab_servers::auth::Access;
use dasdlab_servers::clock::PacedClock;
use dasdlab_servers::control::order::{ControlOrder, Question};
use dasdlab_servers::core::Core;
use dasdlab_servers::desk::{Desk, Entry, Journal};
use dasdlab_servers::ds8000;
use dasdlab_servers::engine::Engine;
use dasdlab_servers::face::{Face, Quirks};
use dasdlab_servers::listen::Router;
use dasdlab_servers::order::Order;
use dasdlab_servers::pace::Pace;
use dasdlab_simulator::World;
use serde_json::{Value, json};
use tower::ServiceExt;

/// The site that clients are tried on.
pub(crate) const SITE: &str = include_str!("../../../ci/clients/ds8000/site.toml");
pub(crate) const ARRAY: &str = "75ABC01";
pub(crate) const USER: &str = "qa";
pub(crate) const PASSWORD: &str = "a secret";
const HOST: &str = "console:8452";

pub(crate) fn site() -> Site {
    parse("site.toml", SITE.to_owned(), Encoding::Toml).unwrap_or_else(|error| panic!("{error}")).site().clone()
}

pub(crate) fn living(site: &Site) -> Living {
    Living::new(World::boot(site).unwrap_or_else(|faults| panic!("{faults:?}")), String::new())
}

/// Keeps the orders for whoever wants to carry them out again.
#[derive(Clone, Default)]
pub(crate) struct Kept(pub(crate) Arc<Mutex<Vec<Entry>>>);

impl Journal for Kept {
    fn append(&mut self, entries: &[Entry], _: Time, _: Time) -> std::io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(entries);
        Ok(())
    }

    fn close(&mut self, _: Time) -> std::io::Result<()> {
        Ok(())
    }
}

/// A console with a client that has logged in.
pub(crate) struct Lab {
    pub(crate) router: Router,
    pub(crate) desk: Desk,
    pub(crate) journal: Kept,
    pub(crate) token: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    /// Status, how it went, and the code.
    pub(crate) fn says(&self) -> (u16, &str, &str) {
        let server = |name: &str| self.body.pointer(&format!("/server/{name}")).and_then(Value::as_str).unwrap_or("-");
        (self.status.as_u16(), server("status"), server("code"))
    }

    pub(crate) fn message(&self) -> &str {
        self.body.pointer("/server/message").and_then(Value::as_str).unwrap_or_default()
    }

    /// One column of the rows.
    pub(crate) fn column(&self, kind: &str, field: &str) -> Vec<&str> {
        let rows =
            self.body.pointer(&format!("/data/{kind}")).and_then(Value::as_array).unwrap_or_else(|| panic!("{:?}", self.body));
        rows.iter().map(|row| row[field].as_str().unwrap()).collect()
    }
}

/// A request as it stands in tables: `GET /systems`, below the root of the interface.
pub(crate) fn request(line: &str, body: impl Into<Body>) -> Request<Body> {
    let (method, path) = line.split_once(' ').unwrap();
    let path = if path.starts_with("//") { path[1..].to_owned() } else { format!("/api/v1{path}") };
    let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path).header("host", HOST);
    request.body(body.into()).unwrap()
}

impl Lab {
    pub(crate) async fn open(site: &Site, quirks: Quirks, pace: Pace) -> Self {
        let living = living(site);
        let clock = PacedClock::starting_at(living.now(), pace);
        let journal = Kept::default();
        let (desk, _) = Desk::open(Core::new(Box::new(living)), Box::new(clock), Box::new(journal.clone()), 1).unwrap();
        let array: Serial = ARRAY.parse().unwrap();
        let router = ds8000::router(Face { desk: desk.clone(), array, access: Arc::new(Access::new(USER, PASSWORD)), quirks });
        let mut lab = Self { router, desk, journal, token: String::new() };
        lab.token = lab.log_in(PASSWORD).await.body["token"]["token"].as_str().unwrap().to_owned();
        lab
    }

    pub(crate) async fn new() -> Self {
        Self::open(&site(), Quirks::default(), Pace::Hand).await
    }

    pub(crate) async fn log_in(&self, password: &str) -> Answer {
        let body = json!({ "request": { "params": { "username": USER, "password": password } } });
        self.send(request("POST /tokens", body.to_string())).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        assert_eq!(response.headers()["content-type"], "application/json");
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&bytes)));
        Answer { status, body }
    }

    /// Sends a request of the client that has logged in.
    pub(crate) async fn ask(&self, line: &str, body: impl Into<Body>) -> Answer {
        let mut request = request(line, body);
        request.headers_mut().insert("x-auth-token", self.token.parse().unwrap());
        self.send(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), Body::empty()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(&format!("DELETE {path}"), Body::empty()).await
    }

    /// Establishes pairs, written `1000:1080`, with options.
    pub(crate) async fn establish(&self, pairs: &[&str], options: &[&str]) -> Answer {
        self.ask("POST /cs/flashcopies", flashcopy(pairs, options)).await
    }

    /// The relationships that there are.
    pub(crate) async fn relations(&self) -> Vec<String> {
        self.get("/cs/flashcopies").await.column("flashcopies", "id").into_iter().map(str::to_owned).collect()
    }

    pub(crate) async fn wait(&self, by_ms: u64) {
        self.desk.order(Order::Control(ControlOrder::Advance { by_ms })).await.unwrap();
    }

    pub(crate) async fn stands(&self) -> Value {
        stands(&self.desk).await
    }

    pub(crate) async fn site(&self) -> Value {
        self.desk.read(|core| core.engine.answer(&Question::Site)).await.unwrap().unwrap()
    }
}

/// Everything that can be seen, and how far each relation has come. What IMS writes meanwhile is no matter of a client: it does
/// so before every command, obeyed or not.
pub(crate) async fn stands(desk: &Desk) -> Value {
    let look = |core: &mut Core| {
        let seen = core.engine.look();
        let left: Vec<_> = seen.relations.iter().map(|relation| core.engine.relation_left(relation.target)).collect();
        json!([&*seen, format!("{left:?}"), core.engine.now()])
    };
    desk.read(look).await.unwrap()
}

/// The body of a FlashCopy request.
pub(crate) fn flashcopy(pairs: &[&str], options: &[&str]) -> String {
    let pairs: Vec<Value> = pairs
        .iter()
        .map(|pair| {
            let (source, target) = pair.split_once(':').unwrap();
            json!({ "source_volume": source, "target_volume": target })
        })
        .collect();
    let mut params = json!({ "volume_pairs": pairs });
    if !options.is_empty() {
        params["options"] = json!(options);
    }
    json!({ "request": { "params": params } }).to_string()
}
