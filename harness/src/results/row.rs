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
use crate::coverage::tuples::FactorsRow;
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
    /// Factors of a generated setup with planted defects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factors: Option<FactorsRow>,
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

/// The most differences of one scenario that are kept; a validator that is wrong everywhere is wrong enough.
const MAX_DIFFERENCES: usize = 50;

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A difference as it is written down: its parts for programs, and `text` for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Told(Map<String, Value>);

const TEXT: &str = "text";

/// The most characters of a text that an implementation has a say in: a row is kept, and kept small.
const MAX_TEXT: usize = 400;

/// The most entries of a list that it has a say in.
const MAX_LIST: usize = 20;

/// The most characters of what is said about a scenario.
const MAX_MESSAGE: usize = 8_000;

/// The most bytes of all differences of a scenario together.
const MAX_TOLD: usize = 16 * 1024;

/// The beginning of a text that is too long, and how long it is.
fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} characters)", text.get(..end).unwrap_or_default(), text.chars().count()),
    }
}

/// A value with its texts and lists shortened.
fn short(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shortened(&text, MAX_TEXT)),
        Value::Array(list) => {
            let more = list.len().saturating_sub(MAX_LIST);
            let more = (more > 0).then(|| Value::String(format!("… and {more} more")));
            Value::Array(list.into_iter().take(MAX_LIST).map(short).chain(more).collect())
        }
        Value::Object(parts) => Value::Object(parts.into_iter().map(|(name, part)| (name, short(part))).collect()),
        other => other,
    }
}

impl Trouble {
    /// What is wrong, as it is kept: what an implementation has a say in is cut where it is too long.
    #[must_use]
    pub fn new(broken: &str, signature: String, differences: &[Difference], message: &str) -> Self {
        let (mut told, mut bytes) = (Vec::new(), 0);
        for difference in differences.iter().take(MAX_DIFFERENCES) {
            let one = Told::from(difference);
            bytes += one.size();
            if bytes > MAX_TOLD && !told.is_empty() {
                break;
            }
            told.push(one);
        }
        Self {
            broken: broken.to_owned(),
            signature: shortened(&signature, MAX_MESSAGE),
            more_differences: differences.len().saturating_sub(told.len()),
            differences: told,
            message: shortened(message, MAX_MESSAGE),
            recorded: Vec::new(),
            replay: String::new(),
        }
    }
}

impl From<&Difference> for Told {
    fn from(difference: &Difference) -> Self {
        let mut parts = match serde_json::to_value(difference) {
            Ok(Value::Object(parts)) => parts.into_iter().map(|(name, part)| (name, short(part))).collect(),
            // A difference is plain data and becomes an object; its text says everything anyway.
            _ => Map::new(),
        };
        parts.insert(TEXT.to_owned(), Value::String(shortened(&difference.to_string(), MAX_TEXT)));
        Self(parts)
    }
}

impl Told {
    /// Its parts.
    pub(crate) const fn map(&self) -> &Map<String, Value> {
        &self.0
    }

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

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        self.0.iter().map(|(name, part)| name.len() + part.to_string().len()).sum()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_implementation_says_at_length_is_cut_and_counted() {
        let field = |text: String| Difference::Field { field: "state", expected: "ready".to_owned(), found: text };
        let long = Told::from(&field("ä".repeat(5_000_000)));
        assert!(long.size() < 4_000, "{}", long.size());
        assert!(long.0["found"].as_str().unwrap().ends_with("… (5000000 characters)"));
        let many: Vec<Difference> = (0..2_000).map(|at| field(format!("{at} {}", "x".repeat(10_000)))).collect();
        let trouble = Trouble::new("verdict", "failed verdict".to_owned(), &many, &"y".repeat(1_000_000));
        assert!(serde_json::to_string(&trouble).unwrap().len() < MAX_TOLD + 2 * MAX_MESSAGE);
        assert_eq!(trouble.differences.len() + trouble.more_differences, 2_000);
        let list = short(Value::Array(vec![Value::from("a"); 30]));
        assert_eq!((list.as_array().unwrap().len(), &list[MAX_LIST]), (MAX_LIST + 1, &Value::from("… and 10 more")));
    }
}
