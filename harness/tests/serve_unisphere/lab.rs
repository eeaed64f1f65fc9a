//! An array behind its face, in this process.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dasdlab_harness::serve::Living;
use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::read::{Encoding, parse};
use dasdlab_model::transitions::MirrorOrder;
use dasdlab_model::unit::VolumeId;
use dasdlab_servers::auth::Access;
use dasdlab_servers::clock::PacedClock;
use dasdlab_servers::control::order::ControlOrder;
use dasdlab_servers::core::Core;
use dasdlab_servers::desk::{Desk, Entry, Journal};
use dasdlab_servers::face::{Face, Quirks};
use dasdlab_servers::order::{Order, Outcome};
use dasdlab_servers::pace::Pace;
use dasdlab_servers::unisphere;
use dasdlab_simulator::World;
use parking_lot::Mutex;
use serde_json::Value;
use tower::ServiceExt;

/// The site that clients are tried on.
pub(crate) const SITE: &str = include_str!("../../../ci/clients/unisphere/site.toml");
pub(crate) const ARRAY: &str = "000197800001";
pub(crate) const USER: &str = "qa";
pub(crate) const PASSWORD: &str = "a:secret";

pub(crate) fn world(site: &str) -> World {
    let document = parse("site.toml", site.to_owned(), Encoding::Toml).unwrap_or_else(|error| panic!("{error}"));
    World::boot(document.site()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Keeps the orders for whoever wants to carry them out again.
#[derive(Clone, Default)]
pub(crate) struct Kept(pub(crate) Arc<Mutex<Vec<Entry>>>);

impl Journal for Kept {
    fn append(&mut self, entries: &[Entry], _: Time, _: Time) -> std::io::Result<()> {
        self.0.lock().extend_from_slice(entries);
        Ok(())
    }

    fn close(&mut self, _: Time) -> std::io::Result<()> {
        Ok(())
    }
}

/// A management server and its clients.
pub(crate) struct Lab {
    pub(crate) router: axum::Router,
    pub(crate) desk: Desk,
    pub(crate) journal: Kept,
}

impl Lab {
    /// The site with copies that take their time; it passes when [`Lab::wait`] says so.
    pub(crate) fn by_hand() -> Self {
        Self::open(SITE, Pace::Hand)
    }

    /// The site with copies that are done at once.
    pub(crate) fn instant() -> Self {
        Self::open(SITE, Pace::Instant)
    }

    pub(crate) fn open(site: &str, pace: Pace) -> Self {
        let core = Core::new(Box::new(Living::new(world(site), String::new())));
        let journal = Kept::default();
        let clock = PacedClock::starting_at(core.engine.now(), pace);
        let (desk, _) = Desk::open(core, Box::new(clock), Box::new(journal.clone()), 1).unwrap();
        let access = Arc::new(Access::new(USER, PASSWORD));
        let face = Face { desk: desk.clone(), array: ARRAY.parse().unwrap(), access, quirks: Quirks::default() };
        Self { router: unisphere::router(face), desk, journal }
    }

    /// Sends a request as it is; status and body.
    pub(crate) async fn send(&self, request: Request<Body>) -> (u16, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        (status, body)
    }

    /// Asks as somebody who has logged in: `GET /version`, with a body where one is given.
    pub(crate) async fn ask(&self, asked: &str, body: Value) -> (u16, Value) {
        let (method, path) = asked.split_once(' ').unwrap();
        let path = path.replace("{array}", ARRAY);
        let uri = if path.starts_with("/univmax") { path } else { format!("/univmax/restapi{path}") };
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder().method(method).uri(uri).header("authorization", basic(USER, PASSWORD));
        self.send(request.body(body).unwrap()).await
    }

    /// What is there: the world, its events, and what the book remembers of the array.
    pub(crate) async fn picture(&self) -> String {
        let seen = self.desk.read(|core| {
            let seen = core.engine.look();
            let serial = ARRAY.parse().unwrap();
            core.unisphere.opened(&seen, serial);
            let page = core.unisphere.page(serial).unwrap();
            format!("{seen:?} {:?} {:?}", page.groups, page.sessions)
        });
        seen.await.unwrap()
    }

    /// Lets so many milliseconds of virtual time pass.
    pub(crate) async fn wait(&self, by_ms: u64) {
        let done = self.desk.order(Order::Control(ControlOrder::Advance { by_ms })).await.unwrap();
        assert!(matches!(done, Outcome::Control(Ok(_))), "{done:?}");
    }

    /// Somebody else orders something of a mirror pair: standard volume and BCV by LSS and unit address.
    pub(crate) async fn somebody(&self, order: MirrorOrder, standard: &str, bcv: &str) -> Reply {
        let (standard, bcv) = (volume(standard), volume(bcv));
        let command = Command::Mirror { standard, bcv, order };
        match self.desk.order(Order::Command { by: Issuer::Foreign("TSO1".to_owned()), command }).await.unwrap() {
            Outcome::Reply(reply) => reply,
            other => panic!("{other:?}"),
        }
    }
}

/// A volume by LSS and unit address.
pub(crate) fn volume(address: &str) -> VolumeId {
    format!("{ARRAY}/{address}").parse().unwrap()
}

/// What a client sends to log in.
pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A runtime for one test.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), test).await }).unwrap();
}
