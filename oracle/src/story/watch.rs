//! What no work may ever do, whether or not it was on its way: asked of every command by itself.

use std::collections::BTreeSet;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::name::ImsSsid;
use dasdlab_model::observation::Observation;
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;

use super::commands::spoken;
use super::pairs::volume_of;

/// What is known of the work so far.
#[derive(Default)]
pub(super) struct Watch {
    /// The sources of all profiles but those that a restore brings back.
    sources: BTreeSet<VolumeId>,
    suspended: Option<ImsSsid>,
    resumes_refused: usize,
}

impl Watch {
    /// Takes account of what is shown. A restore brings back the sources of its own profile.
    pub(super) fn look(&mut self, seen: &Observation, restored: Option<&dasdlab_model::name::ProfileName>) {
        self.sources.clear();
        let mut brought_back = BTreeSet::new();
        for profile in &seen.profiles {
            let sources = profile.sources.iter().filter_map(|source| volume_of(seen, profile, source.unit));
            if restored == Some(&profile.name) {
                brought_back.extend(sources);
            } else {
                self.sources.extend(sources);
            }
        }
        self.sources.retain(|source| !brought_back.contains(source));
    }

    /// What is wrong with a command by itself.
    pub(super) fn told(&mut self, command: &Command, reply: &Reply) -> Vec<String> {
        let mut complaints = Vec::new();
        for target in targets(command) {
            if self.sources.contains(&target) {
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
