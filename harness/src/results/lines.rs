//! Lines of JSON, of which each that is wrong is named with its place.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::cli::{Place, Problem};
use crate::run::digest::{Hash, Hasher};

/// The most bytes of a line.
const MAX_LINE: u64 = 64 * 1024 * 1024;

/// The lines of a file.
pub(super) struct Lines<'a> {
    path: &'a Path,
    input: BufReader<File>,
    hasher: Hasher,
    number: usize,
}

impl<'a> Lines<'a> {
    /// Opens a regular file.
    pub(super) fn open(path: &'a Path) -> Result<Self, Problem> {
        let file = File::open(path).and_then(|file| match file.metadata()?.is_file() {
            true => Ok(file),
            false => Err(io::Error::other("it is no regular file")),
        });
        let file = file.map_err(|error| Problem::usage(format!("cannot be read: {error}")).file(path))?;
        Ok(Self { path, input: BufReader::new(file), hasher: Hasher::default(), number: 0 })
    }

    /// Something is wrong with the line that was read last.
    pub(super) fn fault(&self, message: impl Into<String>) -> Problem {
        let place = Place { line: self.number.max(1), column: 1, width: 1, text: String::new() };
        Problem::usage(message).file(self.path).at(Some(place))
    }

    /// The next line and the checksum of everything before it.
    pub(super) fn next(&mut self) -> Result<Option<(Vec<u8>, Hash)>, Problem> {
        let before = Hash(self.hasher.finish());
        let mut line = Vec::new();
        let read = (&mut self.input).take(MAX_LINE + 1).read_until(b'\n', &mut line);
        self.number += 1;
        read.map_err(|error| Problem::machine(format!("cannot be read: {error}")).file(self.path))?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.len() as u64 > MAX_LINE {
            return Err(self.fault(format!("the line is longer than {MAX_LINE} bytes")));
        }
        if line.last() != Some(&b'\n') {
            return Err(self.fault("the file ends in the middle of a line"));
        }
        self.hasher.write(&line);
        line.pop();
        Ok(Some((line, before)))
    }

    /// What a line says.
    pub(super) fn decode<T: DeserializeOwned>(&self, line: &[u8], what: &str) -> Result<T, Problem> {
        serde_json::from_slice(line).map_err(|error| self.unread(&error, what))
    }

    /// The line is not what was expected.
    pub(super) fn unread(&self, error: &serde_json::Error, what: &str) -> Problem {
        let text = error.to_string();
        // The place is said with the line of the file.
        let message = text.split(" at line ").next().unwrap_or_default();
        let place = Place { line: self.number, column: error.column().max(1), width: 1, text: String::new() };
        Problem::usage(format!("expected {what}: {message}")).file(self.path).at(Some(place))
    }
}

/// The first place in which what the rows make differs from what is said about them.
pub(super) fn unlike(name: &str, made: &Value, said: &Value) -> Option<String> {
    match (made, said) {
        (Value::Object(of_made), Value::Object(of_said)) => {
            let names: BTreeSet<&String> = of_made.keys().chain(of_said.keys()).collect();
            let part = |of: &Map<String, Value>, key: &String| of.get(key).cloned().unwrap_or(Value::Null);
            names.into_iter().find_map(|key| unlike(&format!("{name}.{key}"), &part(of_made, key), &part(of_said, key)))
        }
        (Value::Array(of_made), Value::Array(of_said)) if of_made.len() == of_said.len() => {
            let mut pairs = of_made.iter().zip(of_said).enumerate();
            pairs.find_map(|(at, (made, said))| unlike(&format!("{name}[{at}]"), made, said))
        }
        _ => (made != said).then(|| format!("{name} does not add up: the rows make {made}, what is said is {said}")),
    }
}
