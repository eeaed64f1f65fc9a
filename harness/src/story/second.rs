//! The second opinion on a story: the oracle reads along and says of each piece of work what must come of it.

mod job;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::states::ProfileState;
use dasdlab_model::story::{PlannedFault, StoryStep};
use dasdlab_oracle::{Following, Must, Work as Followed};
use dasdlab_simulator::World;
use serde::Serialize;

use super::watch::{Ended, Watcher, Work};
use crate::judge::compare;
use crate::judge::difference::Difference;
use job::{Jobs, Wrong};

/// How a piece of work differs from what must have come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// The number of the step, from 0.
    pub step: usize,
    /// What was done, such as `setup`.
    pub work: &'static str,
    /// On which profile.
    pub profile: ProfileName,
    /// What differs.
    #[serde(flatten)]
    pub what: Divergence,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "differs", rename_all = "kebab-case")]
pub enum Divergence {
    /// The verdict.
    Verdict {
        /// How.
        difference: Difference,
    },
    /// Whether it was refused, and by which word.
    Refusal {
        /// The word that it must be refused with; none where it must be done.
        expected: Option<String>,
        /// The word that it was refused with.
        found: Option<String>,
    },
    /// What was left behind of the profile.
    Left {
        /// The field.
        field: &'static str,
        /// What it must be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A command that must not have been given, or that was not given.
    Commands {
        /// What is wrong.
        complaint: String,
    },
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {}, {} of {}: ", self.step.saturating_add(1), self.work, self.profile)?;
        let word = |word: &Option<String>| word.as_ref().map_or_else(|| "done".to_owned(), |word| format!("refused ({word})"));
        match &self.what {
            Divergence::Verdict { difference } => difference.fmt(f),
            Divergence::Refusal { expected, found } => {
                write!(f, "expected to be {}, but was {}", word(expected), word(found))
            }
            Divergence::Left { field, expected, found } => write!(f, "{field} must be {expected}, but is {found}"),
            Divergence::Commands { complaint } => f.write_str(complaint),
        }
    }
}

/// A piece of work that has begun.
struct Open {
    work: &'static str,
    profile: ProfileName,
    following: Option<Following>,
    /// The profile as it was when its lock was about to be given back.
    left: Option<BackupProfile>,
}

/// Lets the oracle follow a story, and keeps every difference. Works within works are followed by themselves.
#[derive(Default)]
pub struct Second {
    step: usize,
    open: Vec<Open>,
    jobs: Jobs,
    differences: Vec<Differs>,
}

impl Second {
    /// Before the first step.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every difference so far.
    #[must_use]
    pub fn differences(&self) -> &[Differs] {
        &self.differences
    }

    /// The work that a command by this issuer is part of.
    fn of(&mut self, by: &Issuer) -> Option<&mut Open> {
        self.open.last_mut().filter(|open| *by == Issuer::Profile(open.profile.clone()))
    }

    /// What is wrong with the steps of a job.
    fn job(&mut self, wrong: Option<Wrong>) {
        let step = self.step;
        let differs = |(profile, complaint)| Differs { step, work: "job", profile, what: Divergence::Commands { complaint } };
        self.differences.extend(wrong.map(differs));
    }

    fn differ(&mut self, open: &Open, must: Must, ended: &Ended, found: Option<&BackupProfile>) {
        let mut out: Vec<Divergence> = must.complaints.into_iter().map(|complaint| Divergence::Commands { complaint }).collect();
        let (verdict, refused) = match ended {
            Ended::Said { verdict, refused } => (Some(verdict), refused.clone()),
            Ended::Refused(word) => (None, Some(word.clone())),
            Ended::Done | Ended::Abended => (None, None),
        };
        if let (Some(expected), Some(found)) = (&must.said, verdict) {
            out.extend(compare::verdicts(expected, found).into_iter().map(|difference| Divergence::Verdict { difference }));
        }
        if let Some(expected) = must.refused.filter(|expected| *expected != refused) {
            out.push(Divergence::Refusal { expected, found: refused });
        }
        match (&must.left, found) {
            (Some(expected), Some(found)) => {
                written(expected, found, &mut out);
                // Whoever else edits a profile meanwhile is not the business of a machine.
                if matches!(open.work, "edit" | "import") {
                    edited(expected, found, &mut out);
                }
            }
            (Some(_), None) => {
                out.push(Divergence::Left { field: "the profile", expected: "there".to_owned(), found: "gone".to_owned() })
            }
            (None, _) => {}
        }
        let (step, work, profile) = (self.step, open.work, &open.profile);
        self.differences.extend(out.into_iter().map(|what| Differs { step, work, profile: profile.clone(), what }));
    }
}

impl Watcher for Second {
    fn step_begins(&mut self, number: usize, _step: &StoryStep, _world: &World) {
        // A rival's job between two steps has nothing to do with what comes next.
        let wrong = self.jobs.all_end();
        self.job(wrong);
        self.step = number;
    }

    fn step_ends(&mut self, _number: usize, _step: &StoryStep, _world: &World) {
        let wrong = self.jobs.all_end();
        self.job(wrong);
    }

    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        let needs_setup = world.profile(profile).is_some_and(|profile| profile.state == ProfileState::SetupNeeded);
        let wrong = self.jobs.begins(self.open.len(), work, profile, needs_setup);
        self.job(wrong);
        let (word, followed) = match work.clone() {
            Work::Build => ("build", Some(Followed::Build)),
            Work::Setup { wait_ms } => ("setup", Some(Followed::Setup { wait_ms })),
            Work::Backup { wait_ms } => ("backup", Some(Followed::Backup { wait_ms })),
            Work::Restore { kind, generation, wait_ms } => ("restore", Some(Followed::Restore { kind, generation, wait_ms })),
            Work::Edit(wanted) => ("edit", Some(Followed::Edit(wanted))),
            Work::Enter(wanted) => ("import", Some(Followed::Enter(wanted))),
            Work::Other => ("other", None),
        };
        let following = followed.map(|followed| Following::begin(followed, profile, &world.observe(), world.now()));
        self.open.push(Open { work: word, profile: profile.clone(), following, left: None });
    }

    fn shown(&mut self, seen: &Arc<Observation>, at: Time) {
        if let Some(following) = self.open.last_mut().and_then(|open| open.following.as_mut()) {
            following.shown(seen, at);
        }
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        self.jobs.commanding(self.open.len().saturating_sub(1), command);
        let Some(open) = self.of(by) else { return };
        if matches!(command, Command::Unlock { profile } if *profile == open.profile) {
            open.left = world.profile(&open.profile).cloned();
        }
        if let Some(following) = &mut open.following {
            following.commanding();
        }
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, _met_by: Option<&PlannedFault>, _world: &World) {
        if let Some(following) = self.of(by).and_then(|open| open.following.as_mut()) {
            following.answered(command, reply);
        }
    }

    fn ends(&mut self, work: &Work, ended: &Ended, world: &World) {
        let Some(mut open) = self.open.pop() else { return };
        let wrong = self.jobs.ends(self.open.len(), work, &open.profile, ended);
        self.job(wrong);
        let Some(mut following) = open.following.take() else { return };
        if !world.repository_is_available() {
            following.cannot_be_written();
        }
        let must = if *ended == Ended::Abended { following.abended() } else { following.end() };
        let left = open.left.take();
        self.differ(&open, must, ended, left.as_ref().or_else(|| world.profile(&open.profile)));
    }
}

/// What differs of the fields that machines write. The lock is not compared.
fn written(expected: &BackupProfile, found: &BackupProfile, out: &mut Vec<Divergence>) {
    let mut field = |field, expected: String, found: String| {
        if expected != found {
            out.push(Divergence::Left { field, expected, found });
        }
    };
    let state = |profile: &BackupProfile| {
        profile.reason.map_or_else(|| profile.state.to_string(), |reason| format!("{} ({reason})", profile.state))
    };
    field("state", state(expected), state(found));
    let fingerprint = |profile: &BackupProfile| profile.fingerprint.clone().unwrap_or_else(|| "none".to_owned());
    field("fingerprint", fingerprint(expected), fingerprint(found));
    field("backups", backups(expected), backups(found));
}

/// What differs of the fields that users write.
fn edited(expected: &BackupProfile, found: &BackupProfile, out: &mut Vec<Divergence>) {
    let mut field = |field, expected: String, found: String| {
        if expected != found {
            out.push(Divergence::Left { field, expected, found });
        }
    };
    field("ims_ssid", expected.ims_ssid.to_string(), found.ims_ssid.to_string());
    field("type", expected.backup_type.to_string(), found.backup_type.to_string());
    field("method", expected.method.to_string(), found.method.to_string());
    field("generations", expected.generations.to_string(), found.generations.to_string());
    field("system", expected.system.to_string(), found.system.to_string());
    field("creator", expected.creator.clone(), found.creator.clone());
    field("description", expected.description.clone(), found.description.clone());
    field("sources", sources(expected), sources(found));
    field("targets", targets(expected), targets(found));
}

/// The records in the order of time.
fn backups(profile: &BackupProfile) -> String {
    let mut backups: Vec<_> = profile.backups.iter().collect();
    backups.sort_by_key(|backup| (backup.taken_at, backup.generation, backup.valid));
    let word = |valid, expired| match (valid, expired) {
        (false, _) => "invalid",
        (true, true) => "expired",
        (true, false) => "valid",
    };
    let lines = backups.into_iter().map(|backup| {
        let scope = backup.restore_scope.map_or("no scope", |scope| scope.as_str());
        format!(
            "{} {} at {} ({}, {scope}: {})",
            backup.generation,
            word(backup.valid, backup.expired),
            backup.taken_at,
            backup.consistency,
            backup.why
        )
    });
    lines.collect::<Vec<_>>().join("; ")
}

fn sources(profile: &BackupProfile) -> String {
    let mut sources = profile.sources.clone();
    sources.sort_unstable();
    let label = |label: Option<dasdlab_model::name::Volser>| label.map_or_else(|| "-".to_owned(), |label| label.to_string());
    sources.iter().map(|source| format!("{} {}", source.unit, label(source.volser))).collect::<Vec<_>>().join("; ")
}

fn targets(profile: &BackupProfile) -> String {
    let mut targets = profile.targets.clone();
    targets.sort_unstable();
    targets.iter().map(|to| format!("{}: {} {}", to.generation, to.source, to.target)).collect::<Vec<_>>().join("; ")
}
