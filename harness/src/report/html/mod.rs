//! One page of HTML that needs nothing beside itself.

pub mod page;
pub mod parts;
