//! Bodies of requests, taken as bytes: clients say what they like of the media type.

use dasdlab_model::unit::SymmetrixDevice;
use serde_json::{Map, Value};

use super::answer::{Answered, Failure};
use super::query::boolean;

/// An object of a body, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    place: &'a str,
    fields: &'a Map<String, Value>,
}

/// Reads a body, which has to be an object.
///
/// # Errors
/// It is none.
pub(crate) fn read(bytes: &[u8]) -> Answered<Value> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| Failure::malformed(format!("The body is no JSON: {error}")))?;
    if value.is_object() { Ok(value) } else { Err(Failure::malformed("The body is no JSON object")) }
}

impl<'a> Fields<'a> {
    /// The fields of a body.
    ///
    /// # Errors
    /// It is no object.
    pub(crate) fn of(place: &'a str, value: &'a Value) -> Answered<Self> {
        let fields = value.as_object().ok_or_else(|| Failure::malformed(format!("{place} is no object")))?;
        Ok(Self { place, fields })
    }

    /// Refuses every field but these.
    ///
    /// # Errors
    /// One that is none of them.
    pub(crate) fn only(&self, names: &[&str]) -> Answered<()> {
        match self.fields.keys().find(|name| !names.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                Err(Failure::malformed(format!("Unknown field {name} in {}: expected one of {}", self.place, names.join(", "))))
            }
        }
    }

    /// The names of the fields that are there.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.fields.keys().map(String::as_str)
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    fn expected<T>(&self, name: &str, what: &str) -> Answered<T> {
        Err(Failure::malformed(format!("{name} in {}: expected {what}", self.place)))
    }

    /// A text, if it is there.
    ///
    /// # Errors
    /// It is something else.
    pub(crate) fn text(&self, name: &str) -> Answered<Option<&'a str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => self.expected(name, "a text"),
        }
    }

    /// A text that has to be there.
    ///
    /// # Errors
    /// It is not.
    pub(crate) fn needed_text(&self, name: &str) -> Answered<&'a str> {
        self.text(name)?.map_or_else(|| self.expected(name, "a text"), Ok)
    }

    /// A yes or a no, written as one or as a text; no where it is not there.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn flag(&self, name: &str) -> Answered<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) => boolean(text).map_or_else(|| self.expected(name, "true or false"), Ok),
            Some(_) => self.expected(name, "true or false"),
        }
    }

    /// A number, written as one or as a text.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn number(&self, name: &str) -> Answered<Option<f64>> {
        let number = match self.get(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        number.filter(|number| number.is_finite()).map_or_else(|| self.expected(name, "a number"), |number| Ok(Some(number)))
    }

    /// A whole number from 0 on; none where it is not there.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn count(&self, name: &str) -> Answered<Option<u32>> {
        let Some(number) = self.number(name)? else { return Ok(None) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is asked before")]
        let count = (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number)).then_some(number as u32);
        count.map_or_else(|| self.expected(name, "a whole number from 0 on"), |count| Ok(Some(count)))
    }

    /// The object of this name, if it is there.
    ///
    /// # Errors
    /// It is no object.
    pub(crate) fn object(&self, name: &'a str) -> Answered<Option<Fields<'a>>> {
        self.get(name).map(|value| Fields::of(name, value)).transpose()
    }

    /// The objects of a list; none where it is not there.
    ///
    /// # Errors
    /// It is no list of objects.
    pub(crate) fn objects(&self, name: &'a str) -> Answered<Vec<Fields<'a>>> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => list.iter().map(|value| Fields::of(name, value)).collect(),
            Some(_) => self.expected(name, "a list"),
        }
    }

    /// The texts of a list, or a single one; none where it is not there.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn texts(&self, name: &str) -> Answered<Vec<&'a str>> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(list)) => {
                list.iter().map(|value| value.as_str().map_or_else(|| self.expected(name, "a list of texts"), Ok)).collect()
            }
            Some(_) => self.expected(name, "a list of texts"),
        }
    }

    /// The device numbers of a list, of which there has to be one.
    ///
    /// # Errors
    /// There is none, or one of them is no device number.
    pub(crate) fn devices(&self, name: &str) -> Answered<Vec<SymmetrixDevice>> {
        let texts = self.texts(name)?;
        if texts.is_empty() {
            return self.expected(name, "a list of volumes");
        }
        texts.into_iter().map(device).collect()
    }

    /// Whether the request is to be answered by a job.
    ///
    /// # Errors
    /// The option is unknown.
    pub(crate) fn as_job(&self) -> Answered<bool> {
        match self.text("executionOption")? {
            None => Ok(false),
            Some(option) if option.eq_ignore_ascii_case("SYNCHRONOUS") => Ok(false),
            Some(option) if option.eq_ignore_ascii_case("ASYNCHRONOUS") => Ok(true),
            Some(_) => self.expected("executionOption", "SYNCHRONOUS or ASYNCHRONOUS"),
        }
    }

    /// Refuses what is asked for and not simulated.
    ///
    /// # Errors
    /// One of these options is set.
    pub(crate) fn without(&self, options: &[&str]) -> Answered<()> {
        for option in options {
            if self.flag(option)? {
                return Err(Failure::not_done(&format!("Option {option}")));
            }
        }
        Ok(())
    }
}

/// A device number: up to five hexadecimal digits.
///
/// # Errors
/// It is none.
pub(crate) fn device(text: &str) -> Answered<SymmetrixDevice> {
    let digits = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = digits.then(|| u32::from_str_radix(text, 16).ok()).flatten().and_then(SymmetrixDevice::new);
    number.ok_or_else(|| Failure::malformed(format!("{text} is no volume: expected five hexadecimal digits")))
}

/// A name of a storage group: 1 to 64 letters, digits, hyphens and underscores.
///
/// # Errors
/// It is none.
pub(crate) fn group_name(text: &str) -> Answered<String> {
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if fits {
        Ok(text.to_owned())
    } else {
        let message =
            format!("{text:?} is no name of a storage group: expected 1 to 64 letters, digits, hyphens and underscores");
        Err(Failure::malformed(message))
    }
}
