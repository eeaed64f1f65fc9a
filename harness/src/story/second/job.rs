//! Which steps a job must have: setup first where it is needed, then the backup, and no backup after a setup that failed.
//!
//! A job is what follows the build of one without anything in between, at the same depth: what runs within another piece
//! of work is a rival's, and has a depth of its own.

use dasdlab_model::command::Command;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::BackupProfile;
use dasdlab_model::states::ProfileState;

use crate::story::watch::{Ended, Work};

/// The highest return code of a setup after which the backup runs.
const HIGHEST_PASSING: u8 = 4;

/// What must come next in a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Setup,
    Backup,
    /// No backup: setup has failed, or was broken off.
    Nothing,
}

/// A job that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Due {
    depth: usize,
    profile: ProfileName,
    next: Next,
}

/// Follows jobs from their build to their last step.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    due: Vec<Due>,
    /// The builds that are going on: how deep, and whether setup is needed.
    built: Vec<(usize, bool)>,
}

/// What is wrong with a job, and with whose.
pub(super) type Wrong = (ProfileName, String);

impl Jobs {
    /// A piece of work begins.
    pub(super) fn begins(
        &mut self,
        depth: usize,
        work: &Work,
        profile: &ProfileName,
        stands: Option<&BackupProfile>,
    ) -> Option<Wrong> {
        if *work == Work::Build {
            self.built.push((depth, stands.is_some_and(|profile| profile.state == ProfileState::SetupNeeded)));
        }
        let due = self.due.pop_if(|due| due.depth == depth)?;
        let is_its = due.profile == *profile;
        match (due.next, work) {
            (Next::Setup, Work::Setup { .. }) if is_its => {}
            (Next::Backup, Work::Backup { .. }) if is_its => {}
            (Next::Nothing, Work::Backup { .. }) => {
                return Some((due.profile, "the job goes on with the backup though its setup did not pass".to_owned()));
            }
            (Next::Nothing, _) => {}
            (wanted, other) => return Some(missing(due.profile, wanted, other.word())),
        }
        if due.next == Next::Setup {
            self.due.push(Due { next: Next::Nothing, ..due });
        }
        None
    }

    /// Somebody gives a command at this depth.
    pub(super) fn commanding(&mut self, depth: usize, command: &Command) {
        if let (Some((at, needed)), Command::SetState { state: ProfileState::SetupNeeded, .. }) = (self.built.last_mut(), command)
            && *at == depth
        {
            *needed = true;
        }
    }

    /// A piece of work ends, and with it every job that ran within it.
    pub(super) fn ends(&mut self, depth: usize, work: &Work, profile: &ProfileName, ended: &Ended) -> Option<Wrong> {
        let wrong = if *ended == Ended::Abended { self.broken_off(depth) } else { self.over(depth) };
        match (work, ended) {
            (Work::Build, _) => {
                let needed = self.built.pop().is_some_and(|(_, needed)| needed);
                if *ended == Ended::Done {
                    let next = if needed { Next::Setup } else { Next::Backup };
                    self.due.push(Due { depth, profile: profile.clone(), next });
                }
            }
            (Work::Setup { .. }, Ended::Said { verdict, .. }) if verdict.return_code <= HIGHEST_PASSING => {
                if let Some(due) = self.due.last_mut().filter(|due| (due.depth, due.next) == (depth, Next::Nothing)) {
                    due.next = Next::Backup;
                }
            }
            _ => {}
        }
        wrong
    }

    /// A step ends, and with it every job.
    pub(super) fn step_ends(&mut self) -> Option<Wrong> {
        let wrong =
            self.due.iter().find(|due| due.next != Next::Nothing).map(|due| missing(due.profile.clone(), due.next, "nothing"));
        self.due.clear();
        wrong
    }

    /// Jobs deeper than this are over.
    fn over(&mut self, depth: usize) -> Option<Wrong> {
        let mut wrong = None;
        while let Some(due) = self.due.pop_if(|due| due.depth > depth) {
            if due.next != Next::Nothing {
                wrong = Some(missing(due.profile, due.next, "nothing"));
            }
        }
        wrong
    }

    /// Jobs deeper than this were broken off.
    fn broken_off(&mut self, depth: usize) -> Option<Wrong> {
        self.due.retain(|due| due.depth <= depth);
        None
    }
}

fn missing(profile: ProfileName, wanted: Next, found: &str) -> Wrong {
    let wanted = if wanted == Next::Setup { "setup" } else { "the backup" };
    (profile, format!("the job goes on with {found} where {wanted} had to come"))
}
