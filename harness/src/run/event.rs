//! What happens in a run: a closed set of events. The runner never formats, reporters never decide.

use dasdlab_model::reasons::Rule;
use serde::{Serialize, Serializer};

use crate::coverage::story::{KindMet, StoryCoverage};
use crate::coverage::{Coverage, Miss};
use crate::judge::difference::Difference;
use crate::judge::story::Story;
use crate::judge::{FaultKind, Signature};

/// How the judging of a scenario ended, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The validator said what was expected.
    Passed,
    /// The validator is wrong.
    Failed,
    /// The harness is at fault.
    HarnessFault,
    /// The implementation under test could not be judged: it broke the protocol, was late or died.
    Errored,
    /// The implementation under test does not have what the scenario needs.
    Unsupported,
}

impl Status {
    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::HarnessFault => "harness-fault",
            Self::Errored => "errored",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Where a scenario comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A file.
    File,
    /// The generator.
    Generated,
    /// The generator, with one defect left out.
    Counterpart,
}

/// An event of a run, in the order of scenarios.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run begins.
    RunStarted {
        /// Version of this program.
        version: &'static str,
        /// What is run.
        suites: Vec<String>,
        /// The most scenarios that it can come to, before filters.
        candidates: u64,
    },
    /// A scenario was judged.
    ScenarioFinished(Box<Finished>),
    /// What a run covered.
    CoverageCounted(Box<Counted>),
    /// A run has ended.
    RunFinished(Box<Summary>),
}

/// A scenario that was judged.
#[derive(Debug, Clone, Serialize)]
pub struct Finished {
    /// Its id.
    pub id: String,
    /// How it ended.
    pub status: Status,
    /// Where it comes from.
    pub origin: Origin,
    /// What the validator returned; none where it said nothing.
    pub return_code: Option<u8>,
    /// How many findings the validator gave.
    pub findings: usize,
    /// How many volumes its site has.
    pub volumes: usize,
    /// How long it took; left out with `--no-times`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_us: Option<u64>,
    /// What there is to say of a story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<StoryFinished>,
    /// What is wrong, where it did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// What the implementation under test would need for it and does not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<&'static str>,
    /// Findings of the validator by rule.
    #[serde(skip)]
    pub rules: Vec<Rule>,
}

/// A story that was told to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StoryFinished {
    /// How many steps it has.
    pub steps: usize,
    /// How many lines its event log has.
    pub events: usize,
    /// How many faults its plan has.
    pub faults: usize,
    /// How many of them did something.
    pub faults_struck: usize,
}

impl From<&Story> for StoryFinished {
    fn from(story: &Story) -> Self {
        let struck = story.faults.iter().filter(|fault| fault.struck()).count();
        Self { steps: story.steps.len(), events: story.events, faults: story.faults.len(), faults_struck: struck }
    }
}

/// What is wrong with a scenario that did not pass.
#[derive(Debug, Clone, Serialize)]
pub struct Trouble {
    /// What was broken, the same for every failure with one cause.
    pub signature: Blame,
    /// How the verdicts differ.
    pub differences: Vec<Difference>,
    /// How many more differences there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_differences: usize,
    /// More about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// What happened last in a story, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<String>,
    /// The command that runs it alone.
    pub replay: String,
}

impl Trouble {
    /// The cause in a line, the same for scenarios that are broken alike.
    #[must_use]
    pub fn cause(&self) -> String {
        let signature = self.signature.as_str();
        match self.differences.first() {
            None => format!("{signature}: {}", self.message.lines().next().unwrap_or_default()),
            Some(first) => match first.finding() {
                Some(finding) => format!("{signature}: {} {}", first.kind(), finding.reason),
                None => format!("{signature}: {}", first.kind()),
            },
        }
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Who is to blame, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The validator.
    Validator(Signature),
    /// The harness.
    Harness(FaultKind),
    /// The process of an implementation under test.
    Process,
}

impl Blame {
    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validator(signature) => signature.as_str(),
            Self::Harness(kind) => kind.as_str(),
            Self::Process => "process",
        }
    }
}

impl Serialize for Blame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What a run covered.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Counts of every key.
    pub coverage: Coverage,
    /// Keys seen too seldom.
    pub misses: Vec<Miss>,
    /// Whether a miss makes the run bad.
    pub gates: bool,
    /// Counts of everything that stories can meet.
    pub stories: StoryCoverage,
    /// What no story met, where stories were generated.
    pub unmet: Vec<String>,
}

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let rows: Vec<Miss> =
            self.coverage.rows().map(|row| Miss { key: row.key.to_string(), present: row.present, absent: row.absent }).collect();
        let ((covered, keys), (pairs_seen, pairs_possible)) = (self.coverage.covered(), self.coverage.pairs());
        let mut fields = serializer.serialize_struct("Counted", 9)?;
        fields.serialize_field("gates", &self.gates)?;
        fields.serialize_field("required", &crate::coverage::REQUIRED)?;
        fields.serialize_field("covered", &covered)?;
        fields.serialize_field("keys", &keys)?;
        fields.serialize_field("pairs_seen", &pairs_seen)?;
        fields.serialize_field("pairs_possible", &pairs_possible)?;
        fields.serialize_field("counts", &rows)?;
        let kinds: Vec<KindMet> = self.stories.kinds();
        fields.serialize_field("stories", &kinds)?;
        fields.serialize_field("unmet", &self.unmet)?;
        fields.end()
    }
}

/// What stopped a run before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// Ctrl-C.
    Interrupted,
    /// A request to terminate.
    Terminated,
    /// Nobody reads the results any more.
    Unread,
    /// The implementation under test cannot be asked any more.
    Unusable,
}

/// How a run ended.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// How many scenarios were selected and judged.
    pub selected: u64,
    /// How many passed.
    pub passed: u64,
    /// How many the validator failed.
    pub failed: u64,
    /// In how many the harness was at fault.
    pub harness_faults: u64,
    /// In how many the implementation under test broke the protocol, was late or died.
    pub errored: u64,
    /// For how many it does not have what they need.
    pub unsupported: u64,
    /// The sum of the hashes of all ids and outcomes.
    pub digest: String,
    /// How many of them are files.
    pub files: u64,
    /// How many of them were generated.
    pub generated: u64,
    /// How many of them are generated setups with one defect left out.
    pub counterparts: u64,
    /// How many of them are stories.
    pub stories: u64,
    /// How many steps those have.
    pub steps: u64,
    /// How many faults were planned in them.
    pub faults: u64,
    /// How many of those did something.
    pub faults_struck: u64,
    /// How many volumes were judged.
    pub volumes: u64,
    /// How many findings were given.
    pub findings: u64,
    /// How many keys were seen too seldom; 0 where coverage does not gate.
    pub coverage_misses: usize,
    /// What stopped the run before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stop>,
    /// How long it took; left out with `--no-times`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// The slowest scenarios; left out with `--no-times`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slowest: Vec<Slow>,
}

/// A scenario that took long.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Slow {
    /// How long it took.
    pub duration_us: u64,
    /// Its id.
    pub id: String,
    /// How many volumes its site has.
    pub volumes: usize,
}
