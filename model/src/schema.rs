//! JSON Schema of the documents that people and machines write.

use schemars::{JsonSchema, Schema, schema_for};

use crate::known::KnownFailures;
use crate::scenario::Scenario;
use crate::site::Site;

/// The schema of a site file.
#[must_use]
pub fn site() -> Schema {
    let mut schema = schema_for!(Site);
    // A site of its own says its format; within a scenario the scenario does.
    schema.insert("required".to_owned(), serde_json::json!(["format"]));
    named(schema, "dasdlab site")
}

/// The schema of a scenario file.
#[must_use]
pub fn scenario() -> Schema {
    named(schema_for!(Scenario), "dasdlab scenario")
}

/// The schema of a file of known failures.
#[must_use]
pub fn expectations() -> Schema {
    named(schema_for!(KnownFailures), "dasdlab expectations")
}

/// The schema of the lines that pass between this program and an implementation outside it.
#[must_use]
pub fn protocol() -> Schema {
    /// A line of the protocol.
    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only its schema is asked for")]
    enum Line {
        /// From dasdlab to the implementation.
        Request(crate::protocol::Request),
        /// From the implementation to dasdlab.
        Response(crate::protocol::Response),
    }
    let mut schema = named(schema_for!(Line), "dasdlab protocol");
    schema.insert("version".to_owned(), crate::protocol::PROTOCOL.into());
    schema
}

/// The words of a closed set, and what each of them means.
#[must_use]
pub fn words<T: JsonSchema>() -> Vec<(String, String)> {
    let schema = schema_for!(T);
    let words = schema.pointer("/oneOf").and_then(|words| words.as_array());
    let field = |word: &serde_json::Value, key: &str| word.get(key).and_then(|text| text.as_str()).unwrap_or_default().to_owned();
    words.into_iter().flatten().map(|word| (field(word, "const"), field(word, "description"))).collect()
}

fn named(mut schema: Schema, title: &str) -> Schema {
    schema.insert("title".to_owned(), title.into());
    if let Some(format) = schema.pointer_mut("/properties/format").and_then(|format| format.as_object_mut()) {
        format.insert("const".to_owned(), crate::site::FORMAT.into());
    }
    schema
}
