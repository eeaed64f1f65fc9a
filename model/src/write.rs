//! From a site, a scenario or known failures to text: the canonical form of both encodings.

use std::fmt::Write;

use serde::Serialize;
use toml::{Table, Value};

use crate::known::KnownFailures;
use crate::read::{Content, Encoding};

/// A document that has no form in the encoding asked for; no site or scenario is one.
#[derive(Debug, thiserror::Error)]
#[error("cannot be written: {0}")]
pub struct WriteError(String);

/// The canonical text of a site or a scenario, ending with a newline.
///
/// # Errors
/// A value that the encoding cannot hold.
pub fn write(content: &Content, encoding: Encoding) -> Result<String, WriteError> {
    match content {
        Content::Site(site) => encode(&with_format(site), encoding),
        Content::Scenario(scenario) => encode(scenario, encoding),
    }
}

/// The canonical text of known failures, ending with a newline.
///
/// # Errors
/// A value that the encoding cannot hold.
pub fn known_failures(known: &KnownFailures, encoding: Encoding) -> Result<String, WriteError> {
    if encoding == Encoding::Json {
        return encode(known, encoding);
    }
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let mut text = format!("format = {}\nimplementation = {}\n", known.format, quoted(&known.implementation));
    for failure in &known.known {
        put(&mut text, format_args!("\n[[known]]\nreason = {}\n", quoted(&failure.reason)));
        if let Some(signature) = &failure.signature {
            put(&mut text, format_args!("signature = {}\n", quoted(signature)));
        }
        text.push_str("scenarios = [\n");
        failure.scenarios.iter().for_each(|scenario| put(&mut text, format_args!("  {},\n", quoted(scenario))));
        text.push_str("]\n");
    }
    Ok(text)
}

/// A site as a document of its own says its format, which a site within a scenario does not.
fn with_format(site: &crate::site::Site) -> crate::site::Site {
    crate::site::Site { format: crate::site::FORMAT, ..site.clone() }
}

fn encode<T: Serialize>(document: &T, encoding: Encoding) -> Result<String, WriteError> {
    match encoding {
        Encoding::Json => {
            let mut text = serde_json::to_string_pretty(document).map_err(|error| WriteError(error.to_string()))?;
            text.push('\n');
            Ok(text)
        }
        Encoding::Toml => {
            let table = Table::try_from(document).map_err(|error| WriteError(error.to_string()))?;
            let mut text = String::new();
            table_of("", &table, &mut text);
            Ok(text)
        }
    }
}

/// Lists of few entries, which become blocks where an entry is too long for a line.
const MAY_BE_BLOCKS: [&str; 2] = ["arrays", "findings"];
/// The most characters of a line that holds one entry of such a list.
const ENTRY_WIDTH: usize = 160;
/// The most characters of a line that holds a list of one entry.
const LIST_WIDTH: usize = 120;

/// How a list of tables is written.
enum Form {
    /// `name = [{ … }]`.
    Line,
    /// One entry a line.
    Lines,
    /// `[[name]]` for each entry.
    Blocks,
}

impl Form {
    /// Profiles are read one by one and always stand in blocks; all else is as short as it can be.
    fn of(name: &str, entries: &[&Table]) -> Self {
        if name == "profiles" {
            return Self::Blocks;
        }
        let widths = entries.iter().map(|entry| inline(entry).chars().count());
        match widths.max() {
            Some(width) if entries.len() == 1 && width + name.len() <= LIST_WIDTH => Self::Line,
            Some(width) if width > ENTRY_WIDTH && MAY_BE_BLOCKS.contains(&name) => Self::Blocks,
            _ => Self::Lines,
        }
    }
}

/// Writes the fields of a table, plain ones first, then the tables and blocks under it with their headers.
fn table_of(path: &str, table: &Table, out: &mut String) {
    let mut below: Vec<(String, Vec<&Table>, bool)> = Vec::new();
    for (name, value) in table {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match (value, tables(value)) {
            (Value::Table(table), _) => below.push((inner, vec![table], false)),
            (_, Some(entries)) => match Form::of(name, &entries) {
                Form::Line => {
                    put(out, format_args!("{name} = [{}]\n", entries.iter().map(|entry| inline(entry)).collect::<String>()))
                }
                Form::Lines => {
                    put(out, format_args!("{name} = [\n"));
                    entries.iter().for_each(|entry| put(out, format_args!("  {},\n", inline(entry))));
                    out.push_str("]\n");
                }
                Form::Blocks => below.push((inner, entries, true)),
            },
            _ => put(out, format_args!("{name} = {value}\n")),
        }
    }
    for (inner, entries, is_list) in below {
        for entry in entries {
            let header = if is_list { format!("[[{inner}]]") } else { format!("[{inner}]") };
            put(out, format_args!("\n{header}\n"));
            table_of(&inner, entry, out);
        }
    }
}

/// A table on one line.
fn inline(table: &Table) -> String {
    let fields: Vec<String> = table.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", fields.join(", "))
}

/// The entries of a list of tables; none for everything else.
fn tables(value: &Value) -> Option<Vec<&Table>> {
    let entries = value.as_array().filter(|entries| !entries.is_empty())?;
    entries.iter().map(Value::as_table).collect()
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
