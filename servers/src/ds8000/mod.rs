//! The REST interface of a DS8000 as its management console offers it.

use axum::Router;

use crate::face::Face;

/// The face of a DS8000.
pub fn router(_face: Face) -> Router {
    Router::new()
}
