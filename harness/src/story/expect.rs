//! What a step of a story must have come to, as its author wrote it down, compared with what came of it.

use std::fmt::Display;

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::scenario::Expectation;
use dasdlab_model::site::Backup;
use dasdlab_model::states::{Consistency, ProfileState, RestoreScope, SetupReason};
use dasdlab_model::story::{ExpectedBackup, Loss, StepExpectation, StoryStep};
use dasdlab_simulator::World;

use super::tell::StepTold;
use crate::judge::compare;
use crate::judge::difference::Difference;

/// The word that stands in an expectation for what must be accepted.
pub const ACCEPTED: &str = "none";

/// Where a profile stands at the end of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// Its state.
    pub state: ProfileState,
    /// Why setup is needed.
    pub reason: Option<SetupReason>,
    /// What the backup catalog has of it.
    pub backups: Vec<Backup>,
}

impl Stands {
    /// Where a profile of a world stands; none if the world has no such profile.
    #[must_use]
    pub fn of(world: &World, profile: &ProfileName) -> Option<Self> {
        let profile = world.profile(profile)?;
        Some(Self { state: profile.state, reason: profile.reason, backups: profile.backups.clone() })
    }

    /// The backup that a generation holds: one that could be restored, else the latest.
    #[must_use]
    pub fn backup(&self, generation: u8) -> Option<&Backup> {
        let of_it = self.backups.iter().filter(|backup| backup.generation == generation);
        of_it.max_by_key(|backup| (backup.valid && !backup.expired, backup.taken_at))
    }
}

/// How what came of a step differs from what its author expects; nothing where nothing is expected.
///
/// # Errors
/// What is wrong with the expectation itself.
pub fn differences(step: &StoryStep, told: &StepTold) -> Result<Vec<Difference>, String> {
    let Some(expected) = &step.expect else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    verdict(expected, told, &mut out)?;
    stands(expected, told.stands.as_ref(), &mut out);
    if let Some(word) = &expected.refused {
        field("refused", word.as_str(), told.refused().unwrap_or(ACCEPTED), &mut out);
    }
    if let Some(losses) = &expected.losses {
        field("losses", list(losses), list(&told.losses.iter().map(|lost| lost.loss).collect::<Vec<_>>()), &mut out);
    }
    Ok(out.into_iter().map(|difference| difference.in_step(&told.name, None)).collect())
}

/// Return code, restore scope and findings.
fn verdict(expected: &StepExpectation, told: &StepTold, out: &mut Vec<Difference>) -> Result<(), String> {
    let verdicts: Vec<&Verdict> = told.own().filter_map(|worked| worked.ended.verdict()).collect();
    if let Some(code) = expected.return_code {
        match told.return_code() {
            Some(found) if found == code => {}
            Some(found) => out.push(Difference::ReturnCode { expected: code, found }),
            None => field("return code", code, "none", out),
        }
    }
    // The last one is the backup's where there is one: its check is what the backup catalog keeps.
    let scope = verdicts.last().and_then(|verdict| verdict.restore_scope);
    if expected.restore_scope.is_some() && expected.restore_scope != scope {
        out.push(Difference::RestoreScope { expected: expected.restore_scope, found: scope });
    }
    if let Some(findings) = &expected.findings {
        // Setup and backup of one job check the same profile; what both say is one finding of the step.
        let mut found = Vec::new();
        for finding in verdicts.iter().flat_map(|verdict| &verdict.findings) {
            if !found.contains(finding) {
                found.push(finding.clone());
            }
        }
        let found = Verdict { return_code: 0, restore_scope: None, findings: found };
        let expected = Expectation { return_code: 0, restore_scope: None, findings: findings.clone() };
        out.extend(compare::with_expectation(&expected, &found)?);
    }
    Ok(())
}

/// Where the profile stands, and its backups.
fn stands(expected: &StepExpectation, stands: Option<&Stands>, out: &mut Vec<Difference>) {
    let none = || "none".to_owned();
    if let Some(state) = expected.state {
        field("state", state, stands.map_or_else(none, |stands| stands.state.to_string()), out);
    }
    if let Some(reason) = expected.reason {
        let found = stands.and_then(|stands| stands.reason);
        field("reason", reason, found.map_or_else(none, |reason| reason.to_string()), out);
    }
    for backup in expected.backups.iter().flatten() {
        let found = stands.and_then(|stands| stands.backup(backup.generation));
        field("backup", wanted(backup), found.map_or_else(none, |found| kept(found, backup)), out);
    }
}

fn field(field: &'static str, expected: impl Display, found: impl Display, out: &mut Vec<Difference>) {
    let (expected, found) = (expected.to_string(), found.to_string());
    if expected != found {
        out.push(Difference::Field { field, expected, found });
    }
}

/// An expected backup in a line.
fn wanted(backup: &ExpectedBackup) -> String {
    line(backup.generation, backup.valid, backup.expired, backup.consistency, backup.restore_scope)
}

/// A backup in a line, with what is asked of it.
fn kept(backup: &Backup, asked: &ExpectedBackup) -> String {
    let consistency = asked.consistency.map(|_| backup.consistency);
    let scope = asked.restore_scope.and(backup.restore_scope);
    line(backup.generation, backup.valid, backup.expired, consistency, scope)
}

fn line(generation: u8, valid: bool, expired: bool, consistency: Option<Consistency>, scope: Option<RestoreScope>) -> String {
    let mut text = format!("{} in generation {generation}", if valid { "a valid backup" } else { "an invalid backup" });
    if expired {
        text.push_str(", expired");
    }
    for word in consistency.map(Consistency::as_str).into_iter().chain(scope.map(RestoreScope::as_str)) {
        text.push_str(", ");
        text.push_str(word);
    }
    text
}

/// Losses in their order, each once.
fn list(losses: &[Loss]) -> String {
    let mut words: Vec<&str> = losses.iter().map(|loss| loss.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
