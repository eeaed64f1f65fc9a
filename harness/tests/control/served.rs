//! A site that is served on loopback, and what its control face says.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use dasdlab_harness::serve::{Installation, Living, Opened, Server};
use dasdlab_model::read::{Encoding, parse};
use dasdlab_servers::auth::Access;
use dasdlab_servers::face::Quirks;
use dasdlab_servers::pace::Pace;
use dasdlab_simulator::World;
use serde_json::Value;
use tokio::runtime::Runtime;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, and the threads that it runs on.
pub(crate) struct Served {
    server: Option<Server>,
    runtime: Runtime,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The body in JSON; nothing of what is no JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// A header by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

impl Served {
    /// Serves a site by plain HTTP; with a password where one is given.
    pub(crate) fn new(site: &str, pace: Pace, password: Option<&str>) -> Self {
        let document = parse("site.toml", site.to_owned(), Encoding::Toml).expect("the site is well-formed");
        let world = World::boot(document.site()).expect("the site can be booted");
        let opened = Opened::in_memory(Living::new(world, String::new()), pace);
        let installation = Installation {
            access: Access::new("dasdlab", password.unwrap_or("dasdlab")),
            guards_control: password.is_some(),
            bind: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            http: true,
            quirks: Quirks::default(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
        let server = runtime.block_on(Server::start(opened, installation)).unwrap_or_else(|problem| panic!("{problem:?}"));
        Self { server: Some(server), runtime }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.as_ref().map(|server| server.control().1).expect("the server runs")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// A connection on which this was sent.
    pub(crate) fn connection(&self, sent: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address()).expect("the server is reached");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream.write_all(sent).expect("the server listens");
        stream
    }

    /// Sends a request with these headers and a body, and reads the answer.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            text += &format!("host: {}\r\n", self.address());
        }
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        let mut stream = self.connection(format!("{text}\r\n{body}").as_bytes());
        let mut said = Vec::new();
        stream.read_to_end(&mut said).expect("an answer");
        let said = String::from_utf8(said).expect("an answer is text");
        let (head, body) = said.split_once("\r\n\r\n").expect("an answer has a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            let stopped = self.runtime.block_on(server.stop());
            if !std::thread::panicking() {
                assert!(stopped.is_ok(), "the server stops in order");
            }
        }
    }
}
