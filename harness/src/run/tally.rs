//! What a run adds up, scenario by scenario.

use std::time::Duration;

use super::digest::Digest;
use super::event::{Counted, Origin, Slow, Status, Stop, Summary};
use super::work::Result;
use crate::coverage::Coverage;
use crate::coverage::story::StoryCoverage;

/// How many of the slowest scenarios are named.
const SLOWEST: usize = 3;

/// Sums over the stories judged so far.
#[derive(Debug, Default)]
struct StoryCounts {
    stories: u64,
    /// Those that were generated: only what is generated is sure to meet everything.
    generated: u64,
    steps: u64,
    faults: u64,
    struck: u64,
}

/// Sums over the scenarios judged so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    status: [u64; 5],
    origin: [u64; 3],
    volumes: u64,
    findings: u64,
    digest: Digest,
    coverage: Coverage,
    stories: StoryCoverage,
    story_counts: StoryCounts,
    slowest: Vec<Slow>,
}

impl Tally {
    pub(super) fn add(&mut self, result: &Result) {
        let finished = &result.finished;
        let status = match finished.status {
            Status::Passed => 0,
            Status::Failed => 1,
            Status::HarnessFault => 2,
            Status::Errored => 3,
            Status::Unsupported => 4,
        };
        let origin = match finished.origin {
            Origin::File => 0,
            Origin::Generated => 1,
            Origin::Counterpart => 2,
        };
        self.status[status] += 1;
        self.origin[origin] += 1;
        self.volumes += finished.volumes as u64;
        self.findings += finished.findings as u64;
        self.digest.add(result.hash);
        self.coverage.add(result.seen);
        if let Some(story) = finished.story {
            self.stories.add(&result.met);
            let counts = &mut self.story_counts;
            counts.stories += 1;
            counts.generated += u64::from(finished.origin == Origin::Generated);
            counts.steps += story.steps as u64;
            counts.faults += story.faults as u64;
            counts.struck += story.faults_struck as u64;
        }
        let duration_us = finished.duration_us.unwrap_or(0);
        if self.slowest.len() < SLOWEST || self.slowest.last().is_some_and(|slow| slow.duration_us < duration_us) {
            self.slowest.push(Slow { duration_us, id: finished.id.clone(), volumes: finished.volumes });
            self.slowest.sort_unstable_by(|a, b| b.cmp(a));
            self.slowest.truncate(SLOWEST);
        }
    }

    /// How many scenarios did not pass.
    pub(super) fn troubles(&self) -> u64 {
        self.status[1] + self.status[2] + self.status[3]
    }

    pub(super) fn counted(&self, gates: bool) -> Counted {
        let unmet = match self.story_counts.generated {
            0 => Vec::new(),
            _ => self.stories.misses().iter().map(ToString::to_string).collect(),
        };
        let (coverage, misses) = (self.coverage.clone(), self.coverage.misses());
        Counted { coverage, misses, gates, stories: self.stories.clone(), unmet }
    }

    pub(super) fn summary(&self, counted: &Counted, stopped: Option<Stop>, duration: Option<Duration>) -> Summary {
        let [passed, failed, harness_faults, errored, unsupported] = self.status;
        let [files, generated, counterparts] = self.origin;
        Summary {
            selected: passed + failed + harness_faults + errored + unsupported,
            passed,
            failed,
            harness_faults,
            errored,
            unsupported,
            digest: self.digest.to_string(),
            files,
            generated,
            counterparts,
            stories: self.story_counts.stories,
            steps: self.story_counts.steps,
            faults: self.story_counts.faults,
            faults_struck: self.story_counts.struck,
            volumes: self.volumes,
            findings: self.findings,
            coverage_misses: if counted.gates { counted.misses.len() + counted.unmet.len() } else { 0 },
            stopped,
            duration_ms: duration.map(|duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)),
            slowest: if duration.is_some() { self.slowest.clone() } else { Vec::new() },
        }
    }
}
