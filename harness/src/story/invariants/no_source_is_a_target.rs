//! No unit that is a source of any profile becomes the target of a copy by the product, restores of its own backup aside.

use std::collections::BTreeSet;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::story::PlannedFault;
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

use super::{Check, pairs};
use crate::story::watch::{Ended, Watcher, Work};

/// A piece of work that runs, with the sources of every profile as it began. No profile is edited meanwhile.
#[derive(Debug)]
struct Open {
    profile: ProfileName,
    is_restore: bool,
    sources: Vec<(ProfileName, BTreeSet<VolumeId>)>,
}

#[derive(Debug, Default)]
pub(super) struct Sources {
    open: Vec<Open>,
    found: Vec<String>,
}

/// The volumes that a command makes targets of a copy, as far as it was obeyed.
fn receivers(command: &Command, reply: &Reply) -> Vec<VolumeId> {
    let done = *reply == Reply::Done;
    match command {
        Command::Mirror { standard, bcv, order } if done => match order {
            MirrorOrder::EstablishFull | MirrorOrder::EstablishIncremental => vec![*bcv],
            MirrorOrder::RestoreFull | MirrorOrder::RestoreIncremental => vec![*standard],
            _ => Vec::new(),
        },
        Command::FlashCopy { source, target, order } if done => match order {
            RelationOrder::Establish | RelationOrder::EstablishNoCopy | RelationOrder::EstablishIncremental => vec![*target],
            RelationOrder::Reverse => vec![*source],
            RelationOrder::Withdraw => Vec::new(),
        },
        Command::EstablishTogether { pairs } => match reply {
            Reply::Each(replies) => {
                let done = pairs.iter().zip(replies).filter(|(_, reply)| **reply == Reply::Done);
                done.map(|((_, target), _)| *target).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The volumes of a profile's sources.
fn sources(seen: &Observation, profile: &BackupProfile) -> BTreeSet<VolumeId> {
    let units = pairs::base_units(seen, profile.system);
    profile.sources.iter().filter_map(|source| units.get(&source.unit)).copied().collect()
}

impl Check for Sources {
    fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

impl Watcher for Sources {
    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        let (is_restore, commands) = match work {
            Work::Restore { .. } => (true, true),
            Work::Setup { .. } | Work::Backup { .. } => (false, true),
            _ => (false, false),
        };
        let mut of_each = Vec::new();
        if commands {
            let seen = world.observe();
            of_each.extend(seen.profiles.iter().map(|profile| (profile.name.clone(), sources(&seen, profile))));
        }
        self.open.push(Open { profile: profile.clone(), is_restore, sources: of_each });
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, _met_by: Option<&PlannedFault>, _world: &World) {
        let Some(open) = self.open.last().filter(|open| *by == Issuer::Profile(open.profile.clone())) else { return };
        for volume in receivers(command, reply) {
            let of = |(_, sources): &&(ProfileName, BTreeSet<VolumeId>)| sources.contains(&volume);
            let mut owners = open.sources.iter().filter(of).map(|(profile, _)| profile);
            if open.is_restore && owners.clone().any(|owner| *owner == open.profile) {
                continue;
            }
            if let Some(owner) = owners.next() {
                self.found.push(format!("{volume}, a source of {owner}, is the target of a copy by {}", open.profile));
            }
        }
    }

    fn ends(&mut self, _work: &Work, _ended: &Ended, _world: &World) {
        self.open.pop();
    }
}
