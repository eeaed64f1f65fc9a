//! Where scenarios come from: generators, planted defects, relations between runs, and the hand-written corpus.
//!
//! Nothing here judges a site. A generated scenario says what must be found because the generator built a clean world
//! and knows what it broke.

mod clean;
pub mod corpus;
pub mod defects;
mod draft;
pub mod factors;
pub mod generate;
pub mod large;
pub mod matrix;
pub mod ranges;
pub mod relations;
pub mod rng;
pub mod shrink;
pub mod steer;
pub mod stories;
pub mod token;
pub mod undirected;
