//! Those who act in a story. Tests put wrong ones in their place.

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::Reason;
use dasdlab_model::story::RestoreKind;
use dasdlab_simulator::World;
use dasdlab_validator::machines::{Backup, EditRefused, Restore, Setup, edited, entered};

use super::ignoring::Ignoring;
use crate::drive::Machine;
use crate::job::plan::{Job, Refused, Request, build};
use crate::judge::Ours;

/// Makes the machines of a story, decides what the product decides without a machine, and carries commands to the world.
pub trait Actors: Sync {
    /// A setup that waits so long and passes over these reasons.
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine>;

    /// A backup that waits so long and passes over these reasons.
    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine>;

    /// A restore from a generation that waits so long.
    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine>;

    /// The job that does what is asked for.
    ///
    /// # Errors
    /// Why there is none.
    fn build(&self, seen: &Observation, profile: &ProfileName, request: Request, wait_ms: u64) -> Result<Job, Refused> {
        build(seen, profile, request, wait_ms)
    }

    /// A profile after an edit.
    ///
    /// # Errors
    /// Why the edit is refused.
    fn edited(&self, seen: &Observation, before: &BackupProfile, wanted: &BackupProfile) -> Result<BackupProfile, EditRefused> {
        edited(seen, before, wanted)
    }

    /// A profile as it enters the site.
    fn entered(&self, profile: &BackupProfile) -> BackupProfile {
        entered(profile)
    }

    /// Carries a command to the world.
    fn carry_out(&self, world: &mut World, by: &Issuer, command: &Command) -> Reply {
        world.execute(by, command)
    }
}

impl Actors for Ours {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        if ignoring.is_empty() {
            return Box::new(Setup::new(profile.clone(), wait_ms));
        }
        Box::new(Setup::with_rules(profile.clone(), wait_ms, Ignoring::new(ignoring)))
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        if ignoring.is_empty() {
            return Box::new(Backup::new(profile.clone(), wait_ms));
        }
        Box::new(Backup::with_rules(profile.clone(), wait_ms, Ignoring::new(ignoring)))
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Box::new(Restore::new(profile.clone(), kind, generation, wait_ms))
    }
}
