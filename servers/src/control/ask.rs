//! A request as the handlers see it: its parameters, its query and its body, each read with a message that names its place.

use std::fmt::Display;
use std::str::FromStr;

use axum::body::Bytes;
use axum::http::HeaderMap;
use dasdlab_model::read::{Encoding, decode};
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// The most characters of a value that a message shows.
const SHOWN: usize = 60;

/// A request that was let in.
#[derive(Debug, Default)]
pub(super) struct Ask {
    /// What stands in the path, by the names of the table.
    pub path: Vec<(String, String)>,
    /// What stands behind the question mark.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; its media type is not asked for.
    pub body: Bytes,
}

impl Ask {
    /// What stands in the path under this name.
    pub(super) fn named<T: FromStr<Err = E>, E: Display>(&self, name: &str) -> Result<T, Problem> {
        let text = self.path.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.as_str());
        read(name, text)
    }

    /// What stands in the query under this name.
    pub(super) fn query<T: FromStr<Err = E>, E: Display>(&self, name: &str) -> Result<Option<T>, Problem> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, text)| read(name, text)).transpose()
    }

    /// A whole number of the query within bounds.
    pub(super) fn number(&self, name: &str, bounds: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, Problem> {
        let Some((_, text)) = self.query.iter().find(|(key, _)| key == name) else { return Ok(None) };
        match text.parse().ok().filter(|number| bounds.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(Problem::bad(format!("`{}` does not fit", shown(text)))
                .at(format!("query parameter `{name}`"))
                .expected(format!("a whole number from {} to {}", bounds.start(), bounds.end()))),
        }
    }

    /// Yes or no in the query, in any case of letters; no where it is left out.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.query.iter().find(|(key, _)| key == name).map(|(_, text)| text.to_ascii_lowercase()).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(Problem::bad(format!("`{}` is neither", shown(other)))
                .at(format!("query parameter `{name}`"))
                .expected("true or false")),
        }
    }

    /// The body.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        Ok(decode("body", self.text()?, Encoding::Json)?)
    }

    /// The body, or what goes without saying where there is none.
    pub(super) fn body_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Problem> {
        if self.body.is_empty() { Ok(T::default()) } else { self.body() }
    }

    /// The body as a text.
    pub(super) fn text(&self) -> Result<&str, Problem> {
        let text = std::str::from_utf8(&self.body).map_err(|error| {
            Problem::bad("the body is no text: expected JSON in UTF-8").at(format!("body, byte {}", error.valid_up_to()))
        })?;
        if text.trim().is_empty() {
            return Err(Problem::bad("the body is empty: expected JSON").at("body"));
        }
        Ok(text)
    }
}

fn read<T: FromStr<Err = E>, E: Display>(name: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: E| Problem::bad(error.to_string()).at(format!("parameter `{name}`")))
}

/// The beginning of a text that somebody sent.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(SHOWN).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
