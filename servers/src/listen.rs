//! Listeners: a router on an address, until the server stops.

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Serves a router until `stop` becomes true, and then what has been begun.
///
/// # Errors
/// The listener is no good any more.
pub async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let stopped = async move {
        // Who could stop it is gone: that stops it too.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    axum::serve(listener, router).with_graceful_shutdown(stopped).await
}
