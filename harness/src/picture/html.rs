//! HTML.

use super::Picture;

/// page
#[must_use]
pub fn page(picture: &Picture) -> String { picture.id.clone() }
