//! From text to a site or a scenario, with located errors.
//!
//! Two encodings of one model: TOML for people, JSON for machines, told apart by the file's extension. Reading ends
//! with a document whose form is right; [`Document::declare`] then says what is malformed in its meaning.

mod locate;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::declare::{Fault, Step, declare, nearest};
use crate::known::KnownFailures;
use crate::name::ProfileName;
use crate::observation::Observation;
use crate::scenario::{Scenario, findings_faults};
use crate::site::{FORMAT, Site};
use crate::story::malformed;

/// The most bytes of a file; a larger one is refused before it is read.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The most bytes that are taken from what is no regular file and cannot say its size.
pub const MAX_STREAM_BYTES: u64 = 16 * 1024 * 1024;

/// How a document is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// For people.
    Toml,
    /// For machines.
    Json,
}

impl Encoding {
    /// The encoding that a file's extension stands for.
    ///
    /// # Errors
    /// An extension that is neither `toml` nor `json`.
    pub fn of(file: &Path) -> Result<Self, ReadError> {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Ok(Self::Toml),
            Some("json") => Ok(Self::Json),
            _ => Err(ReadError::unplaced(file, "the extension says no encoding: expected .toml or .json")),
        }
    }
}

/// One thing that is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {message}{}", place(*line, *column), help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default())]
pub struct ReadError {
    /// The file as it was named.
    pub file: String,
    /// Line of the place, from 1; 0 where the error has none.
    pub line: usize,
    /// Column of the place in characters, from 1; 0 where the error has none.
    pub column: usize,
    /// What is wrong and what was expected.
    pub message: String,
    /// A suggestion.
    pub help: Option<String>,
    /// The line of the place, shortened to 400 characters.
    pub source_line: Option<String>,
}

fn place(line: usize, column: usize) -> String {
    if line == 0 { String::new() } else { format!(":{line}:{column}") }
}

impl ReadError {
    /// An error of a file as a whole.
    #[must_use]
    pub fn unplaced(file: &Path, message: impl Into<String>) -> Self {
        Self { file: file.display().to_string(), line: 0, column: 0, message: message.into(), help: None, source_line: None }
    }

    /// An error at a byte of a text.
    #[must_use]
    pub fn at(file: &str, text: &str, offset: usize, message: impl Into<String>) -> Self {
        /// The most characters of a line, and of a message, that are shown.
        const SHOWN: usize = 400;
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let mut message: String = message.into();
        let help = suggestion(&message);
        if message.chars().count() > SHOWN {
            message = message.chars().take(SHOWN).chain(['…']).collect();
        }
        Self {
            file: file.to_owned(),
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: text.get(start..offset).map_or(0, |part| part.chars().count()) + 1,
            help,
            message,
            source_line: Some(line.chars().take(SHOWN).collect()),
        }
    }
}

/// A message of serde in the words of the documents: no type of this program's language.
fn plain(message: &str) -> String {
    const WORDS: [(&str, &str); 9] = [
        // Generations and return codes.
        ("expected u8", "expected a whole number from 0 to 99"),
        ("expected u16", "expected a whole number of 0 or more"),
        ("expected u32", "expected a whole number of 0 or more"),
        ("expected u64", "expected a whole number of 0 or more"),
        ("expected a sequence", "expected a list"),
        ("sequence", "list"),
        ("map", "table"),
        ("expected a boolean", "expected true or false"),
        ("expected string or table", "expected a word"),
    ];
    let mut plain = message.replace('\n', ", ");
    for (theirs, ours) in WORDS {
        // Whole words only: `u16` is no part of a name.
        if plain.ends_with(theirs) || plain.contains(&format!("{theirs},")) || plain.contains(&format!("{theirs} ")) {
            plain = plain.replacen(theirs, ours, 1);
        }
    }
    match plain.rsplit_once("expected struct ") {
        Some((before, _)) => format!("{before}expected a table"),
        None => plain,
    }
}

/// A suggestion for messages of the form ``unknown … `x`, expected `a` or `b` ``.
fn suggestion(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    message.starts_with("unknown ").then(|| nearest(wrong, quoted))?.map(|name| format!("did you mean `{name}`?"))
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A site.
    Site(Box<Site>),
    /// A site, a profile to set up and what is expected.
    Scenario(Box<Scenario>),
}

/// A file that could be read, with the text to locate faults in.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file as it was named.
    pub file: String,
    /// Its encoding.
    pub encoding: Encoding,
    /// Its text.
    pub text: String,
    /// What it holds.
    pub content: Content,
}

impl Document {
    /// The site, alone or within the scenario.
    #[must_use]
    pub fn site(&self) -> &Site {
        match &self.content {
            Content::Site(site) => site,
            Content::Scenario(scenario) => &scenario.site,
        }
    }

    /// Unrolls the site.
    ///
    /// # Errors
    /// Everything that is malformed in the document, located: of the site, and of a scenario's profile and expectation.
    pub fn declare(&self) -> Result<Observation, Vec<ReadError>> {
        let (prefix, mut faults): (&[Step], _) = match &self.content {
            Content::Site(_) => (&[], Vec::new()),
            Content::Scenario(scenario) => (&[Step::Field("site")], lint_scenario(scenario)),
        };
        let declared = declare(self.site()).map_err(|found| {
            faults.extend(found.into_iter().map(|fault| Fault { path: [prefix, &fault.path].concat(), ..fault }));
        });
        // What a story speaks of can only be found in a site that is sound.
        if let (Ok(observation), Content::Scenario(scenario)) = (&declared, &self.content) {
            faults.extend(malformed(scenario, observation));
        }
        match declared {
            Ok(observation) if faults.is_empty() => Ok(observation),
            _ => Err(self.locate(&faults)),
        }
    }

    /// Errors at the places of faults.
    #[must_use]
    pub fn locate(&self, faults: &[Fault]) -> Vec<ReadError> {
        located(&self.file, &self.text, self.encoding, faults)
    }
}

/// Faults as errors at their places in a text.
fn located(file: &str, text: &str, encoding: Encoding, faults: &[Fault]) -> Vec<ReadError> {
    let finder = locate::Finder::new(text, encoding);
    faults.iter().map(|fault| ReadError::at(file, text, finder.offset(&fault.path), &fault.message)).collect()
}

/// What is malformed in a scenario outside its site.
fn lint_scenario(scenario: &Scenario) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |path: Vec<Step>, message: String| faults.push(Fault { path, message });
    let names: Vec<&ProfileName> = scenario.site.profiles.iter().map(|profile| &profile.name).collect();
    match &scenario.profile {
        Some(wanted) if !names.contains(&wanted) => {
            let hint = crate::declare::suggest(wanted.as_str(), &names);
            fault(vec![Step::Field("profile")], format!("profile {wanted} is nowhere in the site{hint}"));
        }
        None if names.len() != 1 => {
            fault(vec![], format!("the site has {} profiles: expected `profile` to name the one to set up", names.len()));
        }
        _ => {}
    }
    if ![0, FORMAT].contains(&scenario.site.format) {
        let path = vec![Step::Field("site"), Step::Field("format")];
        fault(path, format!("format {}: the scenario says its format, the site within it need not", scenario.site.format));
    }
    let Some(expect) = &scenario.expect else { return faults };
    if scenario.is_story() {
        fault(vec![Step::Field("expect")], "a story has its expectations at its steps: expected none here".to_owned());
    }
    if ![0, 4, 8, 12].contains(&expect.return_code) {
        let path = vec![Step::Field("expect"), Step::Field("return_code")];
        fault(path, format!("return code {}: expected 0, 4, 8 or 12", expect.return_code));
    }
    faults.extend(findings_faults(&[Step::Field("expect"), Step::Field("findings")], &expect.findings));
    faults
}

/// Reads a site or a scenario from a file.
///
/// # Errors
/// The file cannot be read, is too large, is no text, or its form is wrong: the first error, located.
pub fn load(path: &Path) -> Result<Document, ReadError> {
    let encoding = Encoding::of(path)?;
    parse(&path.display().to_string(), load_text(path)?, encoding)
}

/// Reads a text file within [`MAX_FILE_BYTES`].
///
/// # Errors
/// The file cannot be read, is too large or is no text.
pub fn load_text(path: &Path) -> Result<String, ReadError> {
    let refuse = |error: std::io::Error| ReadError::unplaced(path, format!("cannot be read: {error}"));
    let metadata = std::fs::metadata(path).map_err(refuse)?;
    if metadata.is_dir() {
        return Err(ReadError::unplaced(path, "is a folder: expected a file"));
    }
    let limit = if metadata.is_file() { MAX_FILE_BYTES } else { MAX_STREAM_BYTES };
    let too_large = || ReadError::unplaced(path, format!("is larger than the limit of {limit} bytes"));
    if metadata.len() > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(refuse)?.take(limit + 1).read_to_end(&mut bytes).map_err(refuse)?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
        let byte = error.as_bytes().get(valid).copied().unwrap_or_default();
        ReadError::at(&path.display().to_string(), &text, valid, format!("byte {byte:#04x} is not UTF-8: expected a text file"))
    })
}

/// Reads a site or a scenario from a text; a scenario is what has a `site`.
///
/// # Errors
/// The first thing that is wrong with its form, located.
pub fn parse(file: &str, text: String, encoding: Encoding) -> Result<Document, ReadError> {
    /// The fields that are asked before the form of the rest.
    #[derive(Deserialize)]
    struct Head {
        format: Option<toml::Value>,
        #[serde(default)]
        site: Option<serde::de::IgnoredAny>,
    }
    if text.trim().is_empty() {
        return Err(ReadError::at(file, &text, 0, "the file is empty: expected a site or a scenario"));
    }
    let head: Head = decode(file, &text, encoding)?;
    of_this_format(file, &text, encoding, head.format)?;
    let content = if head.site.is_some() {
        Content::Scenario(Box::new(decode(file, &text, encoding)?))
    } else {
        Content::Site(Box::new(decode(file, &text, encoding)?))
    };
    Ok(Document { file: file.to_owned(), encoding, text, content })
}

/// Refuses a document of a format that this release does not read.
fn of_this_format(file: &str, text: &str, encoding: Encoding, format: Option<toml::Value>) -> Result<(), ReadError> {
    let finder = || locate::Finder::new(text, encoding).offset(&[Step::Field("format")]);
    match format {
        Some(toml::Value::Integer(version)) if version == i64::from(FORMAT) => Ok(()),
        Some(toml::Value::Integer(version)) if version > i64::from(FORMAT) => {
            let message = format!("format {version} is newer than this release reads: expected format {FORMAT}");
            Err(ReadError::at(file, text, finder(), message))
        }
        Some(other) => Err(ReadError::at(file, text, finder(), format!("format {other} does not exist: expected {FORMAT}"))),
        None => Err(ReadError::at(file, text, 0, format!("the format is missing: expected `format = {FORMAT}` at the top"))),
    }
}

/// Reads known failures from a text. A reason that is empty is refused where `complete` is asked for.
///
/// # Errors
/// Everything that is malformed, located.
pub fn known_failures(file: &str, text: &str, encoding: Encoding, complete: bool) -> Result<KnownFailures, Vec<ReadError>> {
    /// The field that is asked before the form of the rest.
    #[derive(Deserialize)]
    struct Head {
        format: Option<toml::Value>,
    }
    if text.trim().is_empty() {
        return Err(vec![ReadError::at(file, text, 0, "the file is empty: expected known failures")]);
    }
    let one = |error| vec![error];
    let head: Head = decode(file, text, encoding).map_err(one)?;
    of_this_format(file, text, encoding, head.format).map_err(one)?;
    let known: KnownFailures = decode(file, text, encoding).map_err(one)?;
    let mut faults = known.faults();
    if complete {
        faults.extend(known.without_reason());
    }
    if faults.is_empty() { Ok(known) } else { Err(located(file, text, encoding, &faults)) }
}

/// Reads any document of a form that serde knows, with a located error.
///
/// # Errors
/// The first thing that is wrong with its form.
pub fn decode<T: DeserializeOwned>(file: &str, text: &str, encoding: Encoding) -> Result<T, ReadError> {
    match encoding {
        Encoding::Toml => toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            ReadError::at(file, text, offset, plain(error.message()))
        }),
        Encoding::Json => serde_json::from_str(text).map_err(|error| {
            let offset = locate::offset_of(text, error.line(), error.column());
            let message = error.to_string();
            // The place is said apart from the message.
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(said, _)| said);
            ReadError::at(file, text, offset, plain(message))
        }),
    }
}
