//! Listeners: a router on an address, within limits, until the server stops.
//!
//! A client that is slow to agree on encryption, to send its request or to take its answer is cut; one that merely waits for
//! its answer is not. A request that is too large is refused in the words of the face.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
pub use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::limits::{ACCEPT_PAUSE, GRACE, Limits, MAX_HEAD, MAX_HEADERS};
use crate::patience::Patient;

/// How a face says that it does not take a request.
pub type Refuse = fn(StatusCode, &str) -> Response;

/// Refuses as the control face and Unisphere do: with a message.
#[must_use]
pub fn with_message(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

/// How a request came: a face makes absolute links of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain.
    Http,
    /// Encrypted.
    Https,
}

impl Scheme {
    /// As it stands in an address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// A face on an address.
pub struct Listening {
    /// The address.
    pub listener: TcpListener,
    /// The face.
    pub router: Router,
    /// How it refuses.
    pub refuse: Refuse,
    /// What it puts up with.
    pub limits: Limits,
    /// Agrees on encryption; plain HTTP where there is none.
    pub tls: Option<TlsAcceptor>,
}

/// What every connection of a listener shares.
struct Shared {
    router: Router,
    refuse: Refuse,
    limits: Limits,
    tls: Option<TlsAcceptor>,
}

impl Listening {
    /// Serves until `stop` becomes true, and then what has been begun, for [`GRACE`] at most.
    pub async fn serve(self, mut stop: watch::Receiver<bool>) {
        let Self { listener, router, refuse, limits, tls } = self;
        // The body has been limited before the router sees it.
        let router = router.layer(DefaultBodyLimit::disable());
        let shared = Arc::new(Shared { router, refuse, limits, tls });
        let free = Arc::new(Semaphore::new(limits.connections));
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                // Who could stop it is gone: that stops it too.
                _ = stop.wait_for(|stop| *stop) => break,
                accepted = accept(&listener, &free) => accepted,
                Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            };
            let Some((stream, permit)) = accepted else { continue };
            let (shared, stop) = (Arc::clone(&shared), stop.clone());
            connections.spawn(async move {
                shared.connection(stream, stop).await;
                drop(permit);
            });
        }
        drop(listener);
        let all = async { while connections.join_next().await.is_some() {} };
        // What has not ended by then is cut.
        let _ = timeout(GRACE, all).await;
    }
}

/// The next connection; none where it went away at once.
async fn accept(listener: &TcpListener, free: &Arc<Semaphore>) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(free).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, permit)),
        Err(_) => {
            // No file is free, or the client is gone: neither is worth a busy loop.
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

impl Shared {
    async fn connection(self: Arc<Self>, stream: TcpStream, mut stop: watch::Receiver<bool>) {
        // Small answers are not to wait for each other.
        let _ = stream.set_nodelay(true);
        let stream = Patient::new(stream, self.limits.take);
        match self.tls.clone() {
            None => self.http(stream, Scheme::Http, stop).await,
            Some(tls) => {
                let agreed = tokio::select! {
                    agreed = timeout(self.limits.handshake, tls.accept(stream)) => agreed,
                    _ = stop.wait_for(|stop| *stop) => return,
                };
                if let Ok(Ok(stream)) = agreed {
                    self.http(stream, Scheme::Https, stop).await;
                }
            }
        }
    }

    async fn http(
        self: Arc<Self>,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        scheme: Scheme,
        mut stop: watch::Receiver<bool>,
    ) {
        let head = self.limits.head;
        let service = service_fn(move |request| {
            let shared = Arc::clone(&self);
            async move { Ok::<_, Infallible>(shared.answer(request, scheme).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        // A connection that breaks off is the client's matter.
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    async fn answer(&self, request: Request<Incoming>, scheme: Scheme) -> Response {
        let (mut parts, body) = request.into_parts();
        let body = match self.body(body).await {
            Ok(body) => body,
            Err((status, message)) => {
                let mut refusal = (self.refuse)(status, &message);
                // The rest of the body is not waited for.
                refusal.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                return refusal;
            }
        };
        parts.extensions.insert(scheme);
        match self.router.clone().oneshot(Request::from_parts(parts, body)).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }

    /// The whole body, within the limits.
    async fn body(&self, body: Incoming) -> Result<Body, (StatusCode, String)> {
        let Limits { body: most, send, .. } = self.limits;
        match timeout(send, Limited::new(body, most).collect()).await {
            Ok(Ok(whole)) => Ok(Body::from(whole.to_bytes())),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                Err((StatusCode::PAYLOAD_TOO_LARGE, format!("the body is too large: expected {most} bytes at most")))
            }
            Ok(Err(_)) => Err((StatusCode::BAD_REQUEST, "the body is broken off or not framed as HTTP/1.1 has it".to_owned())),
            Err(_) => Err((StatusCode::REQUEST_TIMEOUT, format!("the body has not come within {}", seconds(send)))),
        }
    }
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f32())
}
