//! One scenario of a run and everything that is kept of it. What a report shows, what a file of results holds and what two
//! runs are compared by is all made of these rows.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use dasdlab_model::reasons::Rule;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::counts::Status;
use crate::coverage::keys::KeySet;
use crate::coverage::story::StoryKey;
use crate::judge::difference::Difference;
use crate::judge::story::Story;
use crate::run::digest::Hash;
use crate::twin::record::Record;

/// Where a scenario comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A file.
    File,
    /// The generator.
    Generated,
    /// The generator, with one defect left out.
    Counterpart,
}

/// A scenario that was judged, or why it was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its place in the plan of the run; a counterpart stands behind its setup, at the same place.
    pub index: u64,
    /// Its id.
    pub id: String,
    /// How it ended.
    pub status: Status,
    /// Where it comes from.
    pub origin: Origin,
    /// The hash of its id, of how its judging ended, of the verdict and of what happened in a story.
    pub hash: Hash,
    /// What the validator returned; none where it said nothing.
    pub return_code: Option<u8>,
    /// How many findings the validator gave.
    pub findings: usize,
    /// How many volumes its site has.
    pub volumes: usize,
    /// How long it took; left out with `--no-times` and in files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_us: Option<u64>,
    /// Rules of the validator's findings.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "words")]
    pub rules: Vec<Rule>,
    /// Keys of its findings; none for a story, whose findings are not about one declared site.
    #[serde(default, skip_serializing_if = "KeySet::is_empty")]
    pub present: KeySet,
    /// Keys of the defect left out that were reported with it and are not without it.
    #[serde(default, skip_serializing_if = "KeySet::is_empty")]
    pub absent: KeySet,
    /// What there is to say of a story.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<StoryRow>,
    /// What is wrong, where it did not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// What the implementation under test would need for it and does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Why it was known that it would not pass, or how else it was known to fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
    /// What happened in it, where somebody wants to compare it.
    #[serde(skip)]
    pub record: Option<Arc<Record>>,
}

/// A story that was told to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryRow {
    /// How many steps it has.
    pub steps: usize,
    /// How many lines its event log has.
    pub events: usize,
    /// How many faults its plan has.
    pub faults: usize,
    /// How many of them did something.
    pub faults_struck: usize,
    /// What it met: one bit for each thing that a story can meet.
    #[serde(with = "crate::coverage::story::bits")]
    pub met: BTreeSet<StoryKey>,
}

impl From<&Story> for StoryRow {
    fn from(story: &Story) -> Self {
        let faults_struck = story.faults.iter().filter(|fault| fault.struck()).count();
        let (steps, faults, met) = (story.steps.len(), story.faults.len(), story.met.clone());
        Self { steps, events: story.events, faults, faults_struck, met }
    }
}

/// What is wrong with a scenario that did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// What was broken, in a word.
    pub broken: String,
    /// How it failed, without what is particular to the scenario: the same for every failure with one cause.
    pub signature: String,
    /// How the verdicts differ.
    pub differences: Vec<Told>,
    /// How many more differences there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_differences: usize,
    /// More about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// What happened last in a story, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<String>,
    /// The command that runs it alone.
    pub replay: String,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A difference as it is written down: its parts for programs, and `text` for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Told(Map<String, Value>);

const TEXT: &str = "text";

impl From<&Difference> for Told {
    fn from(difference: &Difference) -> Self {
        let mut parts = match serde_json::to_value(difference) {
            Ok(Value::Object(parts)) => parts,
            // A difference is plain data and becomes an object; its text says everything anyway.
            _ => Map::new(),
        };
        parts.insert(TEXT.to_owned(), Value::String(difference.to_string()));
        Self(parts)
    }
}

impl Told {
    /// Rule and reason of the finding that it is about; none where it is about no finding.
    #[must_use]
    pub fn names(&self) -> Option<(Rule, &str)> {
        let mut parts = &self.0;
        // In a step of a story it is within.
        while let Some(Value::Object(of)) = parts.get("of") {
            parts = of;
        }
        let finding = parts.get("finding")?;
        let rule = finding.get("code")?.as_str()?.get(..4)?.parse().ok()?;
        Some((rule, finding.get("reason")?.as_str()?))
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get(TEXT).and_then(Value::as_str).unwrap_or("a difference without words"))
    }
}

/// Lists of words such as rules.
mod words {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<T: Display, S: Serializer>(words: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(words.iter().map(ToString::to_string))
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        let words: Vec<String> = Vec::deserialize(deserializer)?;
        words.iter().map(|word| word.parse().map_err(de::Error::custom)).collect()
    }
}
