//! The volumes that a restore copies back, and whether they were left alone until it let IMS write again.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::name::ProfileName;
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

/// The volumes that a command copies back onto their sources, where it is given by a restore and was obeyed. What was copied
/// back before, so that there is nothing to do, has been written to since.
pub(super) fn copied_back(command: &Command, reply: &Reply) -> Vec<VolumeId> {
    let obeyed = |reply: &Reply| *reply == Reply::Done;
    match command {
        Command::Mirror { standard, order: MirrorOrder::RestoreIncremental | MirrorOrder::RestoreFull, .. } if obeyed(reply) => {
            vec![*standard]
        }
        Command::FlashCopy { source, order: RelationOrder::Reverse, .. } if obeyed(reply) => vec![*source],
        Command::FlashCopy { target, order: RelationOrder::Establish | RelationOrder::EstablishIncremental, .. }
            if obeyed(reply) =>
        {
            vec![*target]
        }
        Command::EstablishTogether { pairs } => match reply {
            Reply::Each(replies) => {
                pairs.iter().zip(replies).filter(|(_, reply)| obeyed(reply)).map(|((_, target), _)| *target).collect()
            }
            reply if obeyed(reply) => pairs.iter().map(|(_, target)| *target).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What one restore copies back.
#[derive(Debug, Clone, Default)]
pub struct Back {
    /// The volumes, and how often the profile's IMS system had written when each was told to come back.
    told: BTreeMap<VolumeId, u64>,
    /// Those that IMS may write to again.
    given_back: BTreeSet<VolumeId>,
    /// Those that it has written to before it might.
    live: BTreeSet<VolumeId>,
}

impl Back {
    /// A command of the restore is about to be carried out.
    pub fn commanding(&mut self, profile: &ProfileName, world: &World) {
        if self.told.len() == self.given_back.len() {
            return;
        }
        let written = written(profile, world);
        let open = self.told.iter().filter(|(volume, before)| written > **before && !self.given_back.contains(volume));
        self.live.extend(open.map(|(volume, _)| *volume));
    }

    /// A command of the restore was answered.
    pub fn answered(&mut self, profile: &ProfileName, command: &Command, reply: &Reply, world: &World) {
        for volume in copied_back(command, reply) {
            self.told.insert(volume, written(profile, world));
            self.given_back.remove(&volume);
            self.live.remove(&volume);
        }
        if matches!(command, Command::ResumeLogs { .. }) && reply.refusal().is_none() {
            self.given_back.extend(self.told.keys());
        }
    }

    /// Whether no volume was told to come back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The volumes that were told to come back.
    pub(super) fn volumes(&self) -> impl Iterator<Item = VolumeId> {
        self.told.keys().copied()
    }

    /// Whether a volume was written to before the restore was through with it.
    pub(super) fn is_live(&self, volume: VolumeId) -> bool {
        self.live.contains(&volume)
    }
}

/// How often the IMS system of a profile has written.
fn written(profile: &ProfileName, world: &World) -> u64 {
    world.profile(profile).map_or(0, |profile| world.written(profile.ims_ssid))
}
