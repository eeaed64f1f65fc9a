//! The table of everything that can be asked: the router and the OpenAPI document are both made of it, so that neither knows
//! anything that the other does not.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use super::Shared;
use super::ask::Ask;
use super::problem::Problem;

/// The most bytes of a body, where nothing else is said.
pub const MAX_BODY: usize = 4 * 1024 * 1024;

/// What a handler says.
pub(super) type Said = Result<Response<Body>, Problem>;

type Running = Pin<Box<dyn Future<Output = Said> + Send>>;

/// Whoever answers.
pub(super) type Handler = Arc<dyn Fn(Arc<Shared>, Ask) -> Running + Send + Sync>;

/// How the schema of a type is asked for.
pub(super) type Form = fn(&mut SchemaGenerator) -> Schema;

fn form<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// One thing that can be asked.
#[derive(Clone)]
pub(super) struct Operation {
    pub method: Method,
    /// The path, with the names of its parameters in braces.
    pub path: &'static str,
    /// Its name in generated clients.
    pub id: &'static str,
    /// What it is in a line.
    pub summary: &'static str,
    /// The rest that there is to say.
    pub about: &'static str,
    pub parameters: Vec<Parameter>,
    pub body: Option<Sent>,
    pub answers: Vec<Answer>,
    /// Statuses of problems beside those that everything has.
    pub problems: Vec<(u16, &'static str)>,
    pub most_bytes: usize,
    pub run: Handler,
}

/// A parameter.
#[derive(Clone)]
pub(super) struct Parameter {
    pub name: &'static str,
    pub place: Place,
    pub about: &'static str,
    pub form: Form,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
}

/// A body that is sent.
#[derive(Clone)]
pub(super) struct Sent {
    pub form: Form,
    pub is_required: bool,
    pub example: Value,
    /// Whether TOML is taken too.
    pub toml: bool,
}

/// An answer that is no problem.
#[derive(Clone)]
pub(super) struct Answer {
    pub status: u16,
    pub about: &'static str,
    /// Media types, each with its form; none where there is no body.
    pub bodies: Vec<(&'static str, Option<Form>)>,
    /// Whether it says where the new thing is.
    pub has_location: bool,
}

/// The media type of most bodies.
pub(super) const JSON: &str = "application/json";

impl Operation {
    pub(super) fn new<F, R>(method: Method, path: &'static str, id: &'static str, summary: &'static str, run: F) -> Self
    where
        F: Fn(Arc<Shared>, Ask) -> R + Send + Sync + 'static,
        R: Future<Output = Said> + Send + 'static,
    {
        Self {
            method,
            path,
            id,
            summary,
            about: "",
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            problems: Vec::new(),
            most_bytes: MAX_BODY,
            run: Arc::new(move |shared, ask| Box::pin(run(shared, ask))),
        }
    }

    pub(super) fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    fn parameter<T: JsonSchema>(mut self, place: Place, name: &'static str, about: &'static str) -> Self {
        self.parameters.push(Parameter { name, place, about, form: form::<T> });
        self
    }

    pub(super) fn path<T: JsonSchema>(self, name: &'static str, about: &'static str) -> Self {
        self.parameter::<T>(Place::Path, name, about)
    }

    pub(super) fn query<T: JsonSchema>(self, name: &'static str, about: &'static str) -> Self {
        self.parameter::<T>(Place::Query, name, about)
    }

    pub(super) fn header<T: JsonSchema>(self, name: &'static str, about: &'static str) -> Self {
        self.parameter::<T>(Place::Header, name, about)
    }

    /// A body that must be there.
    pub(super) fn takes<T: JsonSchema>(self, example: Value) -> Self {
        Self { body: Some(Sent { form: form::<T>, is_required: true, example, toml: false }), ..self }
    }

    /// A body that may be left out.
    pub(super) fn may_take<T: JsonSchema>(self, example: Value) -> Self {
        Self { body: Some(Sent { form: form::<T>, is_required: false, example, toml: false }), ..self }
    }

    /// The same body is taken in TOML too, and may have so many bytes.
    pub(super) fn or_toml(mut self, most_bytes: usize) -> Self {
        if let Some(body) = &mut self.body {
            body.toml = true;
        }
        Self { most_bytes, ..self }
    }

    pub(super) fn answers<T: JsonSchema>(mut self, status: u16, about: &'static str) -> Self {
        self.answers.push(Answer { status, about, bodies: vec![(JSON, Some(form::<T>))], has_location: false });
        self
    }

    /// The last answer may also be of this media type.
    pub(super) fn or_as(mut self, media: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.bodies.push((media, None));
        }
        self
    }

    /// An answer of another media type alone.
    pub(super) fn answers_as(mut self, status: u16, media: &'static str, about: &'static str) -> Self {
        self.answers.push(Answer { status, about, bodies: vec![(media, None)], has_location: false });
        self
    }

    /// An answer without a body.
    pub(super) fn answers_nothing(mut self, status: u16, about: &'static str) -> Self {
        self.answers.push(Answer { status, about, bodies: Vec::new(), has_location: false });
        self
    }

    /// The last answer says where the new thing is.
    pub(super) fn located(mut self) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.has_location = true;
        }
        self
    }

    pub(super) fn refuses(mut self, status: u16, about: &'static str) -> Self {
        self.problems.push((status, about));
        self
    }

    /// Whether the query may have a parameter of this name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter.place == Place::Query && parameter.name == name)
    }

    /// What goes wrong with everything, and with this.
    pub(super) fn all_problems(&self) -> Vec<(u16, &'static str)> {
        let mut all = vec![
            (400, "Something in the request cannot be; the problem says what, where, and what was expected."),
            (401, "The server has a password, and this is not it."),
            (403, "The request comes from a page of another site, or names a host that is not this machine."),
            (503, "Too many requests wait, or the server is stopping; to be tried again."),
        ];
        if self.body.is_some() {
            all.push((413, "The body is too large."));
        }
        all.extend(self.problems.iter().copied());
        all.sort_by_key(|(status, _)| *status);
        all
    }
}
