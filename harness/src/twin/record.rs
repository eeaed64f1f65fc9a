//! What happened in a scenario, line by line, so that the first difference between two runs of it can be shown.

use dasdlab_model::finding::Verdict;

use crate::judge::{Judged, Outcome, finding_name};
use crate::story::StepTold;
use crate::story::watch::Ended;

/// What happened in a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// What happened first, first.
    pub lines: Vec<String>,
    /// How many more events there were of which nothing is kept.
    pub more: usize,
}

impl Record {
    /// What happened in a scenario that was judged.
    #[must_use]
    pub fn of(judged: &Judged) -> Self {
        let mut lines = Vec::new();
        let told = judged.story.as_deref();
        let mut events = judged.log.iter();
        let mut shown = 0;
        for step in told.into_iter().flat_map(|story| &story.steps) {
            lines.push(format!("{} begins", step.name));
            lines.extend(events.by_ref().take(step.events.end.saturating_sub(shown)).cloned());
            shown = step.events.end.max(shown);
            ends(step, &mut lines);
        }
        lines.extend(events.cloned());
        if let (None, Some(verdict)) = (told, &judged.verdict) {
            said(verdict, &mut lines);
        }
        outcome(&judged.outcome, &mut lines);
        let more = told.map_or(0, |story| story.events.saturating_sub(judged.log.len()));
        Self { lines, more }
    }
}

/// How the work of a step ended.
fn ends(step: &StepTold, lines: &mut Vec<String>) {
    for worked in &step.work {
        let rival = if worked.rival { "a rival's " } else { "" };
        let what = format!("{rival}{} of {}", worked.work.word(), worked.profile);
        match &worked.ended {
            Ended::Said { verdict, refused } => {
                let refused = refused.as_ref().map(|word| format!(" ({word})")).unwrap_or_default();
                lines.push(format!("{what} ended{refused}"));
                said(verdict, lines);
            }
            Ended::Done => lines.push(format!("{what} done")),
            Ended::Refused(word) => lines.push(format!("{what} refused ({word})")),
            Ended::Abended => lines.push(format!("{what} gone with the host")),
        }
    }
}

/// A verdict, a line for each fact.
fn said(verdict: &Verdict, lines: &mut Vec<String>) {
    lines.push(format!("return code {}", verdict.return_code));
    let scope = verdict.restore_scope.map_or("absent", |scope| scope.as_str());
    lines.push(format!("restore scope {scope}"));
    for finding in &verdict.findings {
        lines.push(format!("finding {}", finding_name(finding)));
        lines.extend(finding.evidence.0.iter().map(|(key, fact)| format!("  {key}: {fact}")));
    }
}

fn outcome(outcome: &Outcome, lines: &mut Vec<String>) {
    let broken = outcome.broken().map(|broken| format!(" ({broken})")).unwrap_or_default();
    lines.push(format!("{}{broken}", outcome.status()));
    lines.extend(outcome.differences().iter().map(|difference| format!("  {difference}")));
    // What a process says where it fails is its own affair, and may name instants and places in memory.
    if !matches!(outcome, Outcome::Errored { .. }) {
        lines.extend(outcome.message().lines().map(|line| format!("  {line}")));
    }
}
