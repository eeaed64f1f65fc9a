//! What no work may ever do, whether or not it was on its way: asked of every command by itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::name::{ImsSsid, ProfileName};
use dasdlab_model::observation::{BackupProfile, Device, Observation, UnitSeen};
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;

use super::commands::spoken;

/// What is known of the work so far.
#[derive(Default)]
pub(super) struct Watch {
    /// What was shown last, and the profile whose sources a restore brings back.
    seen: Arc<Observation>,
    restored: Option<ProfileName>,
    suspended: Option<ImsSsid>,
    resumes_refused: usize,
}

impl Watch {
    /// Takes account of what is shown. A restore brings back the sources of its own profile.
    pub(super) fn look(&mut self, seen: &Arc<Observation>, restored: Option<&ProfileName>) {
        self.seen = Arc::clone(seen);
        self.restored = restored.cloned();
    }

    /// Whether the volume is a source that must not be copied to: of any profile, but not of the one that is brought back.
    fn is_source(&self, volume: VolumeId) -> bool {
        let base = |entry: &&UnitSeen| matches!(entry.device, Device::Base(behind, _) if behind == volume);
        let units: BTreeSet<_> = self.seen.units.iter().filter(base).map(|entry| (entry.system, entry.unit)).collect();
        let lists =
            |profile: &&BackupProfile| profile.sources.iter().any(|source| units.contains(&(profile.system, source.unit)));
        let mut owners = self.seen.profiles.iter().filter(lists).map(|profile| &profile.name).peekable();
        owners.peek().is_some() && owners.all(|owner| self.restored.as_ref() != Some(owner))
    }

    /// What is wrong with a command by itself.
    pub(super) fn told(&mut self, command: &Command, reply: &Reply) -> Vec<String> {
        let mut complaints = Vec::new();
        for target in targets(command) {
            if self.is_source(target) {
                complaints.push(format!("{} copies to {target}, a source", spoken(command)));
            }
        }
        match command {
            Command::SuspendLogs { ims } if reply.refusal().is_none() => self.suspended = Some(*ims),
            Command::ResumeLogs { .. } if reply.refusal().is_none() => self.suspended = None,
            Command::ResumeLogs { .. } => self.resumes_refused += 1,
            _ => {}
        }
        complaints
    }

    /// What is left undone at the end.
    pub(super) fn end(&self) -> Vec<String> {
        match self.suspended {
            Some(ims) if self.resumes_refused == 0 => vec![format!("the logs of {ims} were suspended and not resumed")],
            _ => Vec::new(),
        }
    }
}

/// The volumes that are copied to.
fn targets(command: &Command) -> Vec<VolumeId> {
    match command {
        Command::Mirror { bcv, order: MirrorOrder::EstablishIncremental | MirrorOrder::EstablishFull, .. } => vec![*bcv],
        Command::Mirror { standard, order: MirrorOrder::RestoreIncremental | MirrorOrder::RestoreFull, .. } => vec![*standard],
        Command::FlashCopy { source, order: RelationOrder::Reverse, .. } => vec![*source],
        Command::FlashCopy { target, order, .. } if *order != RelationOrder::Withdraw => vec![*target],
        Command::EstablishTogether { pairs } => pairs.iter().map(|(_, target)| *target).collect(),
        _ => Vec::new(),
    }
}
