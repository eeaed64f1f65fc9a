//! The OpenAPI document, made of the table.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::BASE;
use super::problem::Problem;
use super::table::{Answer, JSON, Operation, Place, Sent};

/// The document of these operations.
pub(super) fn document(operations: &[Operation]) -> Value {
    // What is sent may leave out more than what is answered does, so that each has schemas of its own.
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let path = paths.entry(format!("{BASE}{}", operation.path)).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.as_str().to_ascii_lowercase(), one(operation, &mut generator));
        }
    }
    let problem = generator.subschema_for::<Problem>();
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "dasdlab control",
            "description": "What no vendor's interface can do to a simulated installation: clock, mirror pairs, faults, host \
                states, profiles, setups, jobs, restores, events. Durations and instants are of virtual time.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        // Nothing is asked for where the server has no password.
        "security": [{}, { "basic": [] }, { "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "basic": { "type": "http", "scheme": "basic" },
                "bearer": { "type": "http", "scheme": "bearer", "description": "The password." },
            },
            "responses": {
                "Problem": { "description": "What is wrong, where, and what was expected.", "content": { JSON: { "schema": problem } } },
            },
        },
    })
}

fn one(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut out = Map::new();
    out.insert("operationId".into(), operation.id.into());
    out.insert("summary".into(), operation.summary.into());
    if !operation.about.is_empty() {
        out.insert("description".into(), operation.about.into());
    }
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|parameter| {
            let place = match parameter.place {
                Place::Path => "path",
                Place::Query => "query",
                Place::Header => "header",
            };
            json!({
                "name": parameter.name,
                "in": place,
                "required": parameter.place == Place::Path,
                "description": parameter.about,
                "schema": (parameter.form)(generator),
            })
        })
        .collect();
    if !parameters.is_empty() {
        out.insert("parameters".into(), parameters.into());
    }
    if let Some(body) = &operation.body {
        out.insert("requestBody".into(), sent(body, generator));
    }
    let mut answers = Map::new();
    for answer in &operation.answers {
        answers.insert(answer.status.to_string(), said(answer, generator));
    }
    for (status, about) in operation.all_problems() {
        let schema = generator.subschema_for::<Problem>();
        answers.insert(status.to_string(), json!({ "description": about, "content": { JSON: { "schema": schema } } }));
    }
    out.insert("responses".into(), answers.into());
    out.into()
}

fn sent(body: &Sent, generator: &mut SchemaGenerator) -> Value {
    let schema = (body.form)(generator);
    let mut content = Map::new();
    content.insert(JSON.into(), json!({ "schema": schema, "example": body.example }));
    if body.toml {
        content.insert("application/toml".into(), json!({ "schema": { "type": "string" } }));
    }
    json!({ "required": body.is_required, "content": content })
}

fn said(answer: &Answer, generator: &mut SchemaGenerator) -> Value {
    let mut out = Map::new();
    out.insert("description".into(), answer.about.into());
    let mut content = Map::new();
    for (media, form) in &answer.bodies {
        let schema = form.map_or_else(|| json!({ "type": "string" }), |form| form(generator).to_value());
        content.insert((*media).into(), json!({ "schema": schema }));
    }
    if !content.is_empty() {
        out.insert("content".into(), content.into());
    }
    if answer.has_location {
        let about = "Where the new thing is.";
        out.insert("headers".into(), json!({ "Location": { "description": about, "schema": { "type": "string" } } }));
    }
    out.into()
}

/// Anything at all.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only its schema is asked for")]
pub(super) struct Anything(Value);
