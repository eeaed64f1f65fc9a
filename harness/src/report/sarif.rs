//! SARIF 2.1.0, as code scanning reads it: what did not pass, by the rule that it is about.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use dasdlab_model::reasons::Rule;
use dasdlab_validator::{explain, rules};
use serde::Serialize;

use super::flaws::flaws;
use super::heard::Heard;
use super::telling::{cut, first, lines};
use super::{Document, Reporter};
use crate::cli::paint::escaped;
use crate::results::counts::{Counts, Status};
use crate::results::row::{Origin, Row};
use crate::run::digest::{Hash, Hasher};
use crate::run::event::{Event, Stop};
use crate::suite;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The most results; what reads them takes no more.
const MAX_RESULTS: usize = 5_000;

/// The most characters of a message.
const MAX_MESSAGE: usize = 4_000;

/// The most differences in a message.
const MAX_DIFFERENCES: usize = 8;

/// Gathers what did not pass.
#[derive(Debug, Default)]
pub struct Sarif {
    heard: Heard,
    results: Vec<Finding>,
    /// How many results there is no room for.
    more: u64,
}

#[derive(Debug, Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    results: &'a [Finding],
    column_kind: &'static str,
    properties: Properties<'a>,
}

#[derive(Debug, Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Debug, Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    rules: Vec<Descriptor>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Message>,
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Debug, Serialize)]
struct Properties<'a> {
    implementation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<Hash>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: String,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: About,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<PhysicalLocation>,
    logical_locations: [LogicalLocation; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
}

#[derive(Debug, Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

/// What else is said of a result.
#[derive(Debug, Serialize)]
struct About {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    signature: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay: Option<String>,
}

impl Sarif {
    fn row(&mut self, row: &Row) {
        if !row.status.is_trouble() {
            return;
        }
        if self.results.len() >= MAX_RESULTS {
            self.more += 1;
            return;
        }
        let trouble = row.trouble.as_ref();
        let named = trouble.and_then(|trouble| trouble.differences.iter().find_map(|difference| difference.names()));
        let broken = trouble.map_or_else(|| row.status.as_str(), |trouble| trouble.broken.as_str());
        let signature = trouble.map_or_else(|| row.status.as_str(), |trouble| trouble.signature.as_str());
        let (rule_id, reason) = match named {
            Some((rule, reason)) => (rule.code().to_owned(), Some(reason.to_owned())),
            None => (broken.to_owned(), None),
        };
        let replay = trouble.map(|trouble| trouble.replay.clone());
        let first = first(row);
        let mut text = format!("{} {}: {first}", row.id, row.status.as_str().replace('-', " "));
        for line in lines(row, MAX_DIFFERENCES, 0).iter().filter(|line| **line != first) {
            text = format!("{text}\n{line}");
        }
        let mut text = cut(&text, MAX_MESSAGE);
        if let Some(replay) = &replay {
            text += &format!("\nreplay: {replay}");
        }
        let uri = trouble.filter(|_| row.origin == Origin::File).and_then(|trouble| uri(&trouble.replay));
        let mut hasher = Hasher::default();
        hasher.write(signature.as_bytes());
        self.results.push(Finding {
            rule_id,
            level: if row.status == Status::UnexpectedPass { "warning" } else { "error" },
            message: message(&text),
            locations: [Location {
                physical_location: uri.map(|uri| PhysicalLocation { artifact_location: ArtifactLocation { uri } }),
                logical_locations: [LogicalLocation { fully_qualified_name: row.id.clone(), kind: "scenario" }],
            }],
            partial_fingerprints: BTreeMap::from([("signature/v1", Hash(hasher.finish()).to_string())]),
            properties: About { status: row.status, reason, signature: signature.to_owned(), replay },
        });
    }

    /// All rules of profile setup, and what else was broken.
    fn rules(&self) -> Vec<Descriptor> {
        let others: BTreeSet<&str> = self.results.iter().map(|result| result.rule_id.as_str()).collect();
        let others = others.into_iter().filter(|id| !Rule::ALL.iter().any(|rule| rule.code() == *id));
        let other = |id: &str| Descriptor {
            id: id.to_owned(),
            name: None,
            short_description: message(&format!("{id}: what differs names no rule of profile setup")),
            full_description: None,
            help: None,
        };
        Rule::ALL.iter().map(|&rule| descriptor(rule)).chain(others.map(other)).collect()
    }

    fn notifications(&self) -> Vec<Notification> {
        let flaws = self.heard.summary.as_ref().map(|summary| flaws(summary, self.heard.counted.as_ref())).unwrap_or_default();
        let said = flaws.iter().map(|flaw| format!("{}\n{}", flaw.message, flaw.lines.join("\n")).trim().to_owned());
        let mut said: Vec<String> = said.collect();
        if self.more > 0 {
            said.push(format!("{} more scenarios did not pass", self.more));
        }
        said.iter().map(|text| Notification { level: "error", message: message(&cut(text, MAX_MESSAGE)) }).collect()
    }
}

fn descriptor(rule: Rule) -> Descriptor {
    let doc = rules::entry(rule).map(|entry| entry.doc);
    let said = |text: &str| message(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    Descriptor {
        id: rule.code().to_owned(),
        name: Some(rule.slug()),
        short_description: doc.map_or_else(|| said(rule.slug()), |doc| said(doc.protects)),
        full_description: doc.map(|doc| said(doc.fires)),
        help: doc.map(|_| message(&explain::rule_text(rule))),
    }
}

/// A message that says just this: braces would be places to fill in, and brackets before parentheses links.
fn message(text: &str) -> Message {
    Message { text: text.replace('{', "{{").replace('}', "}}").replace("](", "] (") }
}

/// The file that a command names which runs a scenario again; none where it is not in a file.
fn uri(replay: &str) -> Option<String> {
    let (path, _) = suite::named(replay.strip_prefix("dasdlab replay ")?);
    let is_file = [".toml", ".json"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    let path = path.strip_prefix("./").unwrap_or(&path);
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(byte);
    let escape = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    is_file.then(|| format!("{scheme}{}", path.bytes().map(escape).collect::<String>()))
}

impl Reporter for Sarif {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if let Some(row) = self.heard.hear(event) {
            self.row(row);
        }
        Ok(())
    }
}

impl Document for Sarif {
    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let summary = self.heard.summary.as_ref();
        let unusable = summary.is_none_or(|summary| summary.stopped == Some(Stop::Unusable));
        let fault = summary.is_some_and(|summary| summary.counts.harness_fault > 0);
        let log = Log {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [Run {
                tool: Tool { driver: Driver { name: "dasdlab", version: &self.heard.version, rules: self.rules() } },
                invocations: [Invocation {
                    execution_successful: !unusable && !fault,
                    tool_execution_notifications: self.notifications(),
                }],
                results: &self.results,
                column_kind: "unicodeCodePoints",
                properties: Properties {
                    implementation: &self.heard.implementation,
                    counts: summary.map(|summary| summary.counts),
                    digest: summary.map(|summary| summary.digest),
                },
            }],
        };
        writeln!(out, "{}", escaped(&serde_json::to_string_pretty(&log)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(replay: &str, expected: Option<&str>) {
        assert_eq!(uri(replay).as_deref(), expected, "{replay}");
    }

    #[test]
    fn a_scenario_of_a_file_is_there_and_others_are_nowhere() {
        check("dasdlab replay ./a/b.toml", Some("a/b.toml"));
        check("dasdlab replay b.json --sut 'cmd:sh x.toml'", Some("b.json"));
        check(r"dasdlab replay 'my file'\''s #1:é.toml' --sut x", Some("my%20file%27s%20%231%3A%C3%A9.toml"));
        check("dasdlab replay /tmp/b.toml", Some("file:///tmp/b.toml"));
        check("dasdlab replay corpus/clean-bcv-full", None);
        check("dasdlab replay g1-0000000000000000-3 --sut 'cmd:x.toml'", None);
        check("other", None);
    }

    #[test]
    fn a_message_says_what_it_says() {
        assert_eq!(message("{0} [a](b) {x}").text, "{{0}} [a] (b) {{x}}");
    }
}
