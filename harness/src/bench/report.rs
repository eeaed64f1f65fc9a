//! What was measured: as it is said, kept, and held against what was kept before.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::SCENARIOS;
use super::subject::Subject;
use super::turns::Taken;

/// The version of what is kept.
pub const FORMAT: u32 = 1;

/// What was measured in one sitting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The version of this form.
    pub format: u32,
    /// The version of this program.
    pub version: String,
    /// Whether this program was built to be fast.
    pub release: bool,
    /// Architecture and system.
    pub machine: String,
    /// What was measured.
    pub subject: String,
    /// Its volumes.
    pub volumes: usize,
    /// Pairs of all its profiles.
    pub pairs: usize,
    /// Findings of all its profiles.
    pub findings: usize,
    /// How many bytes a check reads, for each pair.
    pub bytes_per_pair: f64,
    /// How many bytes loading took at its peak; none where the system does not say it.
    pub peak_bytes: Option<u64>,
    /// What each piece of work took.
    pub measures: Vec<Measure>,
}

/// What a piece of work took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// The piece of work.
    pub name: String,
    /// The median, in nanoseconds.
    pub median_ns: u64,
    /// How often it was measured.
    pub times: usize,
    /// Pairs a second; scenarios a second of `scenarios`.
    pub per_second: f64,
    /// How many times as long as the floor it took; none of what is done to no columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floors: Option<f64>,
}

impl Measure {
    /// The median.
    #[must_use]
    pub const fn median(&self) -> Duration {
        Duration::from_nanos(self.median_ns)
    }

    /// Whether it is about scenarios, and not about the pairs of the subject.
    #[must_use]
    pub fn is_of_scenarios(&self) -> bool {
        self.name == "scenarios"
    }
}

impl Report {
    pub(super) fn new(subject: &Subject, peak_bytes: Option<u64>) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            release: !cfg!(debug_assertions),
            machine: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
            subject: subject.text.name(),
            volumes: subject.volumes(),
            pairs: subject.pairs(),
            findings: subject.findings,
            bytes_per_pair: subject.bytes_read() as f64 / subject.pairs().max(1) as f64,
            peak_bytes,
            measures: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, subject: &Subject, taken: Vec<Taken>) {
        let floor = taken.iter().find(|taken| taken.name == "floor").map(|taken| taken.median.as_secs_f64());
        for Taken { name, median, times } in taken {
            let seconds = median.as_secs_f64().max(1e-9);
            let count = if name == "scenarios" { SCENARIOS as f64 } else { subject.pairs() as f64 };
            self.measures.push(Measure {
                name,
                median_ns: u64::try_from(median.as_nanos()).unwrap_or(u64::MAX),
                times,
                per_second: count / seconds,
                floors: floor.map(|floor| seconds / floor.max(1e-9)),
            });
        }
    }

    /// Why what was kept cannot be held against this; none where it can.
    #[must_use]
    pub fn unlike(&self, kept: &Self) -> Option<String> {
        let pairs = |report: &Self| format!("{} pairs with {} findings", report.pairs, report.findings);
        let kinds = |report: &Self| if report.release { "a release build" } else { "a debug build" };
        if (self.pairs, self.findings) != (kept.pairs, kept.findings) {
            return Some(format!("was measured on {}, this is {}", pairs(kept), pairs(self)));
        }
        (self.release != kept.release).then(|| format!("was measured by {}, this is {}", kinds(kept), kinds(self)))
    }
}

/// How long a piece of work took then and takes now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The piece of work.
    pub name: String,
    /// Then, in nanoseconds.
    pub before_ns: u64,
    /// Now.
    pub now_ns: u64,
    /// Now for then: below 1 where it has become faster.
    pub ratio: f64,
}

/// What has changed since a report was kept, for all that both have measured.
#[must_use]
pub fn changes(kept: &Report, now: &Report) -> Vec<Change> {
    let both = now.measures.iter().filter_map(|now| Some((kept.measures.iter().find(|kept| kept.name == now.name)?, now)));
    let change = |(before, now): (&Measure, &Measure)| Change {
        name: now.name.clone(),
        before_ns: before.median_ns,
        now_ns: now.median_ns,
        ratio: now.median_ns as f64 / before.median_ns.max(1) as f64,
    };
    both.map(change).collect()
}
