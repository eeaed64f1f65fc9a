//! What happens in a run: a closed set of events. The runner never formats, reporters never decide.

use serde::{Deserialize, Serialize, Serializer};

use super::digest::Hash;
use crate::coverage::story::{KindMet, StoryCoverage};
use crate::coverage::tuples::Tuples;
use crate::coverage::{Coverage, Miss};
use crate::results::counts::Counts;
use crate::results::row::Row;
use crate::results::totals::Sums;
use crate::twin::Repeated;

/// An event of a run, in the order of scenarios.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run begins.
    RunStarted {
        /// Version of this program.
        version: String,
        /// Who is judged.
        implementation: String,
        /// What is run.
        suites: Vec<String>,
        /// How many pieces of work there are: scenarios, before filters, and without counterparts.
        pieces: u64,
    },
    /// A scenario was judged, or not.
    ScenarioFinished(Box<Row>),
    /// More work was added, aimed at what was not covered.
    PiecesAdded {
        /// How many pieces.
        pieces: u64,
    },
    /// A sample was judged again.
    Repeated(Box<Repeated>),
    /// What a run covered.
    CoverageCounted(Box<Counted>),
    /// A run has ended.
    RunFinished(Box<Summary>),
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
    /// Pairs and triples of factors.
    pub tuples: Tuples,
}

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let rows: Vec<Miss> =
            self.coverage.rows().map(|row| Miss { key: row.key.to_string(), present: row.present, absent: row.absent }).collect();
        let ((covered, keys), (pairs_seen, pairs_possible)) = (self.coverage.covered(), self.coverage.pairs());
        let mut fields = serializer.serialize_struct("Counted", 10)?;
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
        fields.serialize_field("tuples", &self.tuples)?;
        fields.end()
    }
}

/// What stopped a run before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// How many scenarios fit what was asked for.
    pub selected: u64,
    /// How many scenarios ended in each way.
    pub counts: Counts,
    /// How many pieces of work were not done, because the run was stopped.
    pub not_run: u64,
    /// Known failures that no scenario of the run matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmatched: Vec<String>,
    /// How many known failures are about suites and seeds that are not run.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_looked_for: u64,
    /// What came of judging a sample again; told before.
    #[serde(skip)]
    pub repeated: Option<Repeated>,
    /// The sum of the hashes of all ids and outcomes.
    pub digest: Hash,
    /// Plain sums.
    #[serde(flatten)]
    pub sums: Sums,
    /// How many keys were seen too seldom; 0 where coverage does not gate.
    pub coverage_misses: usize,
    /// Whether this was one part of a run, which alone says nothing about coverage or what was selected.
    pub partial: bool,
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

const fn is_zero(count: &u64) -> bool {
    *count == 0
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
