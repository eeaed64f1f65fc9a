//! From a site or a scenario to text: the canonical form of both encodings.

use std::fmt::Write;

use serde::Serialize;
use toml::{Table, Value};

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

/// Lists whose entries are written as `[[blocks]]`; those of all others take a line each.
const BLOCKS: [&str; 2] = ["arrays", "profiles"];

/// Writes the fields of a table, plain ones first, then the tables and blocks under it with their headers.
fn table_of(path: &str, table: &Table, out: &mut String) {
    let is_block = |name: &str, value: &Value| BLOCKS.contains(&name) && tables(value).is_some();
    for (name, value) in table {
        match value {
            Value::Table(_) if name != "evidence" => {}
            _ if is_block(name, value) => {}
            _ => match tables(value) {
                Some(entries) => lines(name, entries, out),
                None => put(out, format_args!("{name} = {value}\n")),
            },
        }
    }
    for (name, value) in table {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match (value, tables(value)) {
            (Value::Table(table), _) if name != "evidence" => {
                put(out, format_args!("\n[{inner}]\n"));
                table_of(&inner, table, out);
            }
            (_, Some(entries)) if is_block(name, value) => {
                for entry in entries {
                    put(out, format_args!("\n[[{inner}]]\n"));
                    table_of(&inner, entry, out);
                }
            }
            _ => {}
        }
    }
}

/// One entry of a list a line.
fn lines(name: &str, entries: Vec<&Table>, out: &mut String) {
    put(out, format_args!("{name} = [\n"));
    for entry in entries {
        let fields: Vec<String> = entry.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        put(out, format_args!("  {{ {} }},\n", fields.join(", ")));
    }
    out.push_str("]\n");
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
