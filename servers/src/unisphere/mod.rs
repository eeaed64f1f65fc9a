//! The REST interface of Unisphere for Symmetrix and PowerMax arrays.

pub mod book;
pub mod order;

use axum::Router;

use crate::face::Face;

/// The face of a Symmetrix or PowerMax array.
pub fn router(_face: Face) -> Router {
    Router::new()
}
