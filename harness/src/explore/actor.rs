//! A job at work: its machine, what the machine wants, and what the invariants need to know of its past.

use std::fmt;
use std::hash::{Hash, Hasher};

use dasdlab_model::event::Time;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::story::RestoreKind;
use dasdlab_validator::machines::{Backup, Restore, Setup};

use crate::drive::Machine;

/// A kind of work on the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Profile setup.
    Setup,
    /// The backup step of a job.
    Backup,
    /// A restore from the backup that this generation holds.
    Restore(u8),
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setup => f.write_str("setup"),
            Self::Backup => f.write_str("backup"),
            Self::Restore(generation) => write!(f, "restore of generation {generation}"),
        }
    }
}

/// A machine that can be explored: a value that can be copied and told from another.
pub trait Explored: Machine + Clone + Hash + Send + Sync {}

impl<M: Machine + Clone + Hash + Send + Sync> Explored for M {}

/// The machine of some work. Without a limit: it waits until the end of time.
#[derive(Debug, Clone, Hash)]
pub enum Job {
    /// Profile setup.
    Setup(Box<Setup>),
    /// A backup.
    Backup(Box<Backup>),
    /// A restore.
    Restore(Box<Restore>),
}

impl Job {
    /// The machine that does this work on this profile.
    #[must_use]
    pub fn new(work: Work, profile: &ProfileName) -> Self {
        match work {
            Work::Setup => Self::Setup(Box::new(Setup::new(profile.clone(), u64::MAX))),
            Work::Backup => Self::Backup(Box::new(Backup::new(profile.clone(), u64::MAX))),
            // The explored profile is of type data.
            Work::Restore(generation) => {
                Self::Restore(Box::new(Restore::new(profile.clone(), RestoreKind::Data, generation, u64::MAX)))
            }
        }
    }
}

impl Machine for Job {
    fn next(&mut self, input: Input) -> Action {
        match self {
            Self::Setup(machine) => machine.next(input),
            Self::Backup(machine) => machine.next(input),
            Self::Restore(machine) => machine.next(input),
        }
    }
}

/// A job that runs.
#[derive(Debug, Clone)]
pub(super) struct Actor<M> {
    pub(super) work: Work,
    /// Whether it was started while another ran.
    pub(super) second: bool,
    pub(super) machine: M,
    /// What it wants next; never [`Action::Done`].
    pub(super) wants: Action,
    pub(super) past: Past,
}

/// What a job has done so far, as far as an invariant asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Past {
    /// It has looked at the profile once and at nothing since.
    pub(super) fresh: bool,
    /// It has the lock of the profile.
    pub(super) locked: bool,
    /// It has suspended logs.
    pub(super) suspended: bool,
    /// It has given a command to an array.
    pub(super) commanded: bool,
    /// It has made the profile ready.
    pub(super) made_ready: bool,
    /// The generations, a bit each, of which every pair was Synchronized when it looked, no command since.
    pub(super) saw_synchronized: u8,
    /// It has seen the profile ready, no command since.
    pub(super) saw_ready: bool,
    /// The generation that it has split or established, and whether all of it at one instant from a state that permits it.
    pub(super) copied: Option<(u8, bool)>,
}

impl<M: Hash> Actor<M> {
    /// Hashes what decides what comes; whether it came second decides nothing.
    pub(super) fn hash(&self, to: &mut impl Hasher) {
        self.work.hash(to);
        self.machine.hash(to);
        self.past.hash(to);
        match &self.wants {
            Action::Observe => 0_u8.hash(to),
            Action::Command(command) => (1_u8, command).hash(to),
            // Without a limit there is one wait only.
            Action::Wait(Time(_)) => 2_u8.hash(to),
            Action::Done(_) => 3_u8.hash(to),
        }
    }
}
