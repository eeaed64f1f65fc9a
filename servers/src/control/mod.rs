//! The control face: what no vendor's interface can do. Its paths are apart from the vendors'.

pub mod order;

use std::sync::Arc;

use axum::Router;

use crate::auth::Access;
use crate::desk::Desk;

/// The control face of the whole installation.
pub fn router(_desk: Desk, _access: Arc<Access>) -> Router {
    Router::new()
}
