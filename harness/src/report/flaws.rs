//! What is wrong with a run as a whole: no scenario is charged with it, and the run is bad all the same.

use super::picture::number;
use crate::run::event::{Counted, Stop, Summary};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    /// What it is about, in a word.
    pub(super) name: &'static str,
    /// What is wrong, in a line.
    pub(super) message: String,
    /// More about it, line by line.
    pub(super) lines: Vec<String>,
}

/// Everything that is wrong with a run beside its scenarios; together with those it is empty just where the run is good.
pub(super) fn flaws(summary: &Summary, counted: Option<&Counted>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut add = |name, message: String, lines| flaws.push(Flaw { name, message, lines });
    if let Some(stop) = summary.stopped {
        let why = match stop {
            Stop::Interrupted => "the run was interrupted",
            Stop::Terminated => "the run was terminated",
            Stop::Unread => "nobody read the results any more",
            Stop::Unusable => "the implementation cannot be used any more",
        };
        add("stopped", format!("{why}; {} pieces of work were not done", number(summary.not_run)), Vec::new());
    } else if !summary.partial && summary.counts.judged() == 0 {
        add("selection", "nothing was put to the validator".to_owned(), Vec::new());
    }
    if !summary.unmatched.is_empty() {
        let count = number(summary.unmatched.len() as u64);
        add("known-failures", format!("{count} known failures that no scenario matches"), summary.unmatched.clone());
    }
    if let Some(different) = summary.repeated.as_ref().and_then(|repeated| repeated.different.as_ref()) {
        let unlike = &different.unlike;
        let mut lines = vec![format!("at first {}", unlike.first), format!("then {}", unlike.then)];
        lines.extend(unlike.replay.clone());
        add("repetition", format!("{} came out in another way: {}", different.id, unlike.what), lines);
    }
    if summary.coverage_misses > 0 {
        let count = number(summary.coverage_misses as u64);
        let lines = counted.map(missed).unwrap_or_default();
        add("coverage", format!("{count} things were seen too seldom"), lines);
    }
    flaws
}

fn missed(counted: &Counted) -> Vec<String> {
    let stories = counted.unmet.iter().map(|unmet| format!("{unmet}: met in no story"));
    let reasons = counted.misses.iter().map(|miss| format!("{}: present {}, absent {}", miss.key, miss.present, miss.absent));
    stories.chain(reasons).collect()
}
