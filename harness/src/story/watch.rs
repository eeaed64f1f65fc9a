//! Those who watch a story while it is told: the second opinion, the invariants, coverage, the timeline.
//!
//! The teller calls every watcher at every turn and knows none of them; a watcher keeps what it needs.

use std::sync::Arc;

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::story::{Phase, PlannedFault, RestoreKind, StoryStep};
use dasdlab_simulator::World;
use serde::Serialize;

/// A piece of work within a step. A backup step has up to three: the build of the job, setup, the backup itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// A job is built: what stands there is compared with what the last setup passed.
    Build,
    /// Profile setup, with its wait limit in milliseconds.
    Setup {
        /// The wait limit.
        wait_ms: u64,
    },
    /// A backup.
    Backup {
        /// The wait limit.
        wait_ms: u64,
    },
    /// A restore.
    Restore {
        /// Every source, or those that held data.
        kind: RestoreKind,
        /// From which generation.
        generation: u8,
        /// The wait limit.
        wait_ms: u64,
    },
    /// An edit that would turn the profile into this one.
    Edit(Box<BackupProfile>),
    /// A profile enters the site under a name that was free.
    Enter(Box<BackupProfile>),
    /// Anything that is no work on a profile.
    Other,
}

impl Work {
    /// What it is, in a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Setup { .. } => "setup",
            Self::Backup { .. } => "backup",
            Self::Restore { .. } => "restore",
            Self::Edit(_) => "edit",
            Self::Enter(_) => "import",
            Self::Other => "other",
        }
    }
}

/// How a piece of work ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The machine said this at its end; the word names why nothing was done, where it refused.
    Said {
        /// The verdict.
        verdict: Verdict,
        /// Why it was refused, such as `scope` or `not-ready`.
        refused: Option<String>,
    },
    /// It was carried out.
    Done,
    /// It was refused with this word and changed nothing.
    Refused(String),
    /// The host abended and took the machine with it.
    Abended,
}

impl Ended {
    /// What the machine said, where it said something.
    #[must_use]
    pub const fn verdict(&self) -> Option<&Verdict> {
        match self {
            Self::Said { verdict, .. } => Some(verdict),
            Self::Done | Self::Refused(_) | Self::Abended => None,
        }
    }

    /// The word of the refusal, where it was refused.
    #[must_use]
    pub fn refused(&self) -> Option<&str> {
        match self {
            Self::Said { refused, .. } => refused.as_deref(),
            Self::Refused(word) => Some(word),
            Self::Done | Self::Abended => None,
        }
    }
}

/// What happens in a story. `world` is always the world at that instant.
///
/// Pieces of work nest: what begins while another one is open is a rival's, and ends before the other goes on. What a
/// machine enters, is shown, commands and hears belongs to the innermost piece of work that is open. A command that is
/// answered late is answered when the reply is handed over; a fault may fire in between.
pub trait Watcher {
    /// A step begins.
    fn step_begins(&mut self, _number: usize, _step: &StoryStep, _world: &World) {}
    /// A piece of work begins.
    fn begins(&mut self, _work: &Work, _profile: &ProfileName, _world: &World) {}
    /// A machine enters a phase.
    fn enters(&mut self, _phase: Phase, _world: &World) {}
    /// Whether [`Watcher::changed`] is to be called; what nobody follows is not collected.
    fn follows_changes(&self) -> bool {
        false
    }
    /// What has changed since the look before, and what was seen then; none where nothing is known of before. A machine is
    /// shown it next.
    fn changed(&mut self, _changes: Option<&ChangeSet>, _seen: &Arc<Observation>, _at: Time) {}
    /// A machine is shown this.
    fn shown(&mut self, _seen: &Arc<Observation>, _at: Time) {}
    /// A command is about to be carried out.
    fn commanding(&mut self, _by: &Issuer, _command: &Command, _world: &World) {}
    /// A command has been answered; a fault may have met it on the way.
    fn answered(&mut self, _by: &Issuer, _command: &Command, _reply: &Reply, _met_by: Option<&PlannedFault>, _world: &World) {}
    /// A fault of the plan is about to fire.
    fn firing(&mut self, _fault: &PlannedFault, _world: &World) {}
    /// A fault of the plan has fired; a rival runs after that.
    fn fired(&mut self, _fault: &PlannedFault, _world: &World) {}
    /// A fault that had an end is over.
    fn is_over(&mut self, _fault: &PlannedFault, _world: &World) {}
    /// A piece of work has ended.
    fn ends(&mut self, _work: &Work, _ended: &Ended, _world: &World) {}
    /// A step has ended.
    fn step_ends(&mut self, _number: usize, _step: &StoryStep, _world: &World) {}
}
